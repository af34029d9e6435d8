//! What a server or service advertises.

use minidom::Element;

use crate::xml::{NS_BOB, NS_REGISTER, name};

/// The stream feature of a server that registers in-band (XEP-0077 section 8), for streams of clients before login.
///
/// ```
/// let feature = xmpp_registration::service::stream_feature();
/// assert_eq!(String::from(&feature), "<register xmlns='http://jabber.org/features/iq-register'/>");
/// ```
#[must_use]
pub fn stream_feature() -> Element {
    Element::bare("register", "http://jabber.org/features/iq-register")
}

/// The stream features of a server that takes invitation tokens (XEP-0445 section 3): clients look for the namespace of
/// the XEP or for the one before it, so advertise both.
///
/// ```
/// let features = xmpp_registration::service::token_features();
/// assert!(features[0].is("register", "urn:xmpp:ibr-token:0"));
/// assert!(features[1].is("register", "urn:xmpp:invite"));
/// ```
#[must_use]
pub fn token_features() -> [Element; 2] {
    ["urn:xmpp:ibr-token:0", "urn:xmpp:invite"].map(|ns| Element::bare("register", ns))
}

/// The features for a reply to a service discovery request (XEP-0077 section 10), ready to be appended; with
/// challenges, those of XEP-0158 and XEP-0231 too.
///
/// ```
/// use xmpp_registration::minidom::Element;
/// use xmpp_registration::service::disco_features;
///
/// let mut query = Element::bare("query", "http://jabber.org/protocol/disco#info");
/// for feature in disco_features(true) {
///     query.append_child(feature);
/// }
/// let vars: Vec<_> = query.children().filter_map(|it| it.attr("var")).collect();
/// assert_eq!(vars, ["jabber:iq:register", "urn:xmpp:captcha", "urn:xmpp:bob"]);
/// assert_eq!(disco_features(false).count(), 1);
/// ```
pub fn disco_features(challenges: bool) -> impl Iterator<Item = Element> {
    let more = ["urn:xmpp:captcha", NS_BOB].into_iter();
    let vars = [NS_REGISTER].into_iter();
    vars.chain(more.filter(move |_| challenges)).map(|var| {
        Element::builder("feature", "http://jabber.org/protocol/disco#info")
            .attr(name("var"), var)
            .build()
    })
}
