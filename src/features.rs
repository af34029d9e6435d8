//! What a server advertises before login (XEP-0077 section 8, XEP-0445 section 3).

use minidom::Element;

/// Whether a server advertises registration in its stream features, and whether it takes invitation tokens.
///
/// Advertising is no permission: some servers advertise and refuse, and some register without advertising (always so
/// on a stream without `version='1.0'`, which has no features). Where encryption is required, look after STARTTLS.
///
/// ```
/// use xmpp_registration::Features;
///
/// let features: minidom::Element = "<features xmlns='http://etherx.jabber.org/streams'>\
///     <register xmlns='http://jabber.org/features/iq-register'/></features>".parse()?;
/// let features = Features::of(&features);
/// assert!(features.registration && !features.token);
/// # Ok::<(), minidom::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Features {
    /// In-band registration is offered.
    pub registration: bool,
    /// Invitation tokens are taken, under the namespace of XEP-0445 or under the one that was used before it.
    pub token: bool,
}

impl Features {
    /// Reads a `<stream:features/>` element; whatever else it is given advertises nothing.
    #[must_use]
    pub fn of(stream_features: &Element) -> Features {
        let mut features = Features::default();
        if !stream_features.is("features", "http://etherx.jabber.org/streams") {
            return features;
        }
        for child in stream_features
            .children()
            .filter(|it| it.name() == "register")
        {
            features.registration |= child.has_ns("http://jabber.org/features/iq-register");
            features.token |=
                child.has_ns("urn:xmpp:ibr-token:0") || child.has_ns("urn:xmpp:invite");
        }
        features
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    fn of(inner: &str) -> Features {
        let features =
            format!("<s:features xmlns:s='http://etherx.jabber.org/streams'>{inner}</s:features>");
        Features::of(&features.parse().unwrap())
    }

    #[test]
    fn each_feature_is_told_by_its_namespace() {
        let none = Features::default();
        assert_eq!(of(""), none);
        assert_eq!(
            of("<register xmlns='other'/><mechanisms xmlns='urn:xmpp:invite'/>"),
            none
        );
        assert!(of("<register xmlns='urn:xmpp:invite'/>").token);
        assert!(of("<register xmlns='urn:xmpp:ibr-token:0'/>").token);
        let both = of(
            "<register xmlns='urn:xmpp:invite'/><register xmlns='http://jabber.org/features/iq-register'/>",
        );
        assert!(both.token && both.registration);
    }

    #[test]
    fn another_element_advertises_nothing() {
        let other = "<x xmlns='u'><register xmlns='http://jabber.org/features/iq-register'/></x>";
        assert_eq!(Features::of(&other.parse().unwrap()), Features::default());
    }
}
