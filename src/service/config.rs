//! What a service is told once: who it is, how far it trusts its peers, and who its requesters are.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::fmt;

use jid::{BareJid, Jid, NodePart};

use super::Offer;
use crate::address;
use crate::config::{self, Limits, StreamNamespace};
use crate::error::{FieldError, Misuse};

/// Everything that a [`RegistrationService`](super::RegistrationService) needs to know.
///
/// ```
/// use xmpp_registration::StreamNamespace;
/// use xmpp_registration::service::{
///     Fields, Offer, RegistrationService, ServiceConfig, ServiceEvent, ServiceLimits, ServiceOutput,
/// };
///
/// // A gateway, as a component, that takes two fields from whoever sends them:
/// let config = ServiceConfig::service("gateway.example.com".parse()?)
///     .namespace(StreamNamespace::Component)
///     .limits(ServiceLimits { requests: 64, ..ServiceLimits::default() })
///     .lang("en")?
///     .form(Offer::of_fields(Fields::of(["username", "password"]))?);
/// let mut service = RegistrationService::new(config);
/// let set = "<iq xmlns='jabber:component:accept' type='set' id='a' from='juliet@example.com/a' to='gateway.example.com'>\
///     <query xmlns='jabber:iq:register'><username>bill</username><password>Calliope</password></query></iq>";
/// let _ = service.handle_stanza(&set.parse()?);
/// let Some(ServiceOutput::Event(ServiceEvent::Submitted(asked))) = service.poll_output() else { panic!() };
/// assert_eq!(asked.username(), Some("bill"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct ServiceConfig {
    pub(super) role: Role,
    pub(super) limits: ServiceLimits,
    pub(super) namespace: StreamNamespace,
    pub(super) lang: Option<Box<str>>,
    pub(super) standing: Option<Offer>,
}

impl ServiceConfig {
    /// A server for its own users: streams before login, and the accounts of this domain.
    ///
    /// A stanza from an account of another domain is not for it ([`Handled::NotMine`](crate::Handled::NotMine)).
    ///
    /// # Errors
    /// [`jid::Error`] if `domain` is not a domain alone.
    ///
    /// ```
    /// use xmpp_registration::service::ServiceConfig;
    ///
    /// assert!(ServiceConfig::server("example.com").is_ok());
    /// assert!(ServiceConfig::server("juliet@example.com").is_err());
    /// ```
    pub fn server(domain: &str) -> Result<ServiceConfig, jid::Error> {
        let domain = address::prepare_domain(domain)?.as_str().to_string();
        let ascii = address::ascii_domain(&domain);
        Ok(Self::new(Role::Server { domain, ascii }))
    }

    /// A gateway, a room, a component or a bot at this address: its requesters are accounts of any domain.
    ///
    /// A stanza counts only if it is for exactly this address. A service whose rooms or users have addresses of their
    /// own needs a value for each.
    #[must_use]
    pub fn service(address: Jid) -> ServiceConfig {
        let address = address::unrooted(address.as_str()).unwrap_or(address);
        let ascii = address::ascii_domain(address.domain().as_str());
        Self::new(Role::Service { address, ascii })
    }

    /// Other bounds than the default ones.
    #[must_use]
    pub fn limits(mut self, limits: ServiceLimits) -> ServiceConfig {
        self.limits = limits;
        self
    }

    /// The namespace to write stanzas in, if they are not for clients' streams. They are read in all three.
    #[must_use]
    pub fn namespace(mut self, namespace: StreamNamespace) -> ServiceConfig {
        self.namespace = namespace;
        self
    }

    /// The language of the texts that the application gives (BCP 47, such as `de` or `pt-BR`): offers and refusals say
    /// it by `xml:lang`. The service's own texts are English, and say so.
    ///
    /// # Errors
    /// [`Misuse::Value`] if it is not a language tag.
    pub fn lang(mut self, lang: &str) -> Result<ServiceConfig, Misuse> {
        if !config::is_language(lang) {
            return Err(Misuse::value("lang", FieldError::not_a_language));
        }
        self.lang = Some(lang.into());
        Ok(self)
    }

    /// The standing form: what a submission is checked against whose requester has no form open.
    ///
    /// Many clients send the fields of the old way without asking for them, and a form may have been forgotten
    /// ([`ServiceLimits::offers`]). Without a standing form such a submission is refused, with the advice to ask for the
    /// form. So it is where the standing form has a challenge, a `key` or a medium, which are good for one requester only.
    #[must_use]
    pub fn form(mut self, offer: Offer) -> ServiceConfig {
        self.standing = Some(offer);
        self
    }

    fn new(role: Role) -> Self {
        ServiceConfig {
            role,
            limits: ServiceLimits::default(),
            namespace: StreamNamespace::Client,
            lang: None,
            standing: None,
        }
    }
}

/// Bounds on what a service keeps for its peers.
///
/// ```
/// use xmpp_registration::service::ServiceLimits;
///
/// // For a small server; further limits may be added, so always end with the default ones.
/// let limits = ServiceLimits { requests: 64, offers: 64, ..ServiceLimits::default() };
/// assert_eq!((limits.requests_each, limits.submission.fields), (4, 1_024));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceLimits {
    /// Requests that the application has not answered, of all requesters. Default 1,024. One more is refused with
    /// `resource-constraint`, as one of the next.
    pub requests: usize,
    /// Requests of one requester that the application has not answered. Default 4.
    pub requests_each: usize,
    /// Forms that are open: offered and not yet submitted with success. Default 4,096. For one more, the oldest is
    /// forgotten.
    pub offers: usize,
    /// What one submission may have. Default 1,024 fields, 4,096 values, 128 KiB of text. A larger one is refused with
    /// `policy-violation`, so leave room for the largest form that you offer, filled in: an offer itself may have more. The
    /// bound on pictures says nothing here.
    pub submission: Limits,
}

impl Default for ServiceLimits {
    fn default() -> Self {
        ServiceLimits {
            requests: 1_024,
            requests_each: 4,
            offers: 4_096,
            submission: Limits {
                fields: 1_024,
                options: 4_096,
                text_bytes: 128 * 1024,
                ..Limits::default()
            },
        }
    }
}

/// Who asks.
///
/// ```
/// use xmpp_registration::jid::BareJid;
/// use xmpp_registration::service::Requester;
///
/// let juliet = BareJid::new("juliet@example.com")?;
/// assert_eq!(Requester::Account(juliet.clone()).account(), Some(&juliet));
/// assert_eq!(Requester::Stream(7).account(), None); // nobody knows yet who it is
/// assert_eq!(Requester::Stream(7).to_string(), "stream 7");
/// # Ok::<(), xmpp_registration::jid::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(
    clippy::exhaustive_enums,
    reason = "whoever asks has logged in or has not"
)]
pub enum Requester {
    /// A stream before login, by the number that the application gave it.
    Stream(u64),
    /// An account, by the bare JID of the stanza's `from`.
    Account(BareJid),
}

impl Requester {
    /// The bare JID, unless it is a stream before login.
    #[must_use]
    pub fn account(&self) -> Option<&BareJid> {
        match self {
            Requester::Stream(_) => None,
            Requester::Account(jid) => Some(jid),
        }
    }
}

impl fmt::Display for Requester {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Requester::Stream(number) => write!(f, "stream {number}"),
            Requester::Account(jid) => write!(f, "{jid}"),
        }
    }
}

/// What the service is, with its domain in ASCII to compare by.
#[derive(Debug, Clone)]
pub(super) enum Role {
    Server { domain: String, ascii: String },
    Service { address: Jid, ascii: String },
}

impl Role {
    pub fn is_server(&self) -> bool {
        matches!(self, Role::Server { .. })
    }

    /// The address that answers come from where the request named none.
    pub fn address(&self) -> &str {
        match self {
            Role::Server { domain, .. } => domain,
            Role::Service { address, .. } => address.as_str(),
        }
    }

    /// Who asks, after login. `None`: nobody who may ask here, or nobody who can be told.
    pub fn requester(&self, from: Option<&str>) -> Option<BareJid> {
        let from = address::parse(from?)?.to_bare();
        match self {
            Role::Service { .. } => Some(from),
            // A server is asked by its own users only, and is none of them itself.
            Role::Server { ascii, .. } => {
                let mine = address::ascii_domain(from.domain().as_str()) == *ascii;
                (mine && from.node().is_some()).then_some(from)
            }
        }
    }

    /// Whether a stanza with this `to` is for the service.
    pub fn is_addressed(&self, to: Option<&str>, asker: Option<&BareJid>) -> bool {
        let Some(to) = to else {
            // What a client addresses to nobody is for its own server (RFC 6120 section 10.3); a service is named.
            return self.is_server();
        };
        if to == self.address() {
            return true;
        }
        let domain = |to: &Jid| address::ascii_domain(to.domain().as_str());
        match self {
            Role::Server { ascii, .. } => address::parse(to).is_some_and(|to| {
                let own = to.node().is_none() || to.node() == asker.and_then(|it| it.node());
                domain(&to) == *ascii && to.resource().is_none() && own
            }),
            Role::Service { address, ascii } => address::readings(to).any(|to| {
                domain(&to) == *ascii
                    && to.node() == address.node()
                    && to.resource() == address.resource()
            }),
        }
    }

    /// Whether a user name that was typed is that of the account: its node in any case, or its bare JID, which
    /// XEP-0077's own examples have in data forms (section 3.3).
    pub fn is_own_name(&self, asker: &BareJid, typed: &str) -> bool {
        let Role::Server { ascii, .. } = self else {
            return true;
        };
        let Some(typed) = address::of_length(typed) else {
            return false;
        };
        if NodePart::new(typed).is_ok_and(|typed| asker.node() == Some(&typed)) {
            return true;
        }
        address::parse(typed).is_some_and(|typed| {
            typed.node() == asker.node()
                && typed.resource().is_none()
                && address::ascii_domain(typed.domain().as_str()) == *ascii
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_ones_own_however_it_is_written() {
        let role = ServiceConfig::server("b\u{fc}cher.example").unwrap().role;
        let me = BareJid::new("bill@b\u{fc}cher.example").unwrap();
        for own in [
            "bill",
            "BILL",
            "bill@b\u{fc}cher.example",
            "Bill@xn--bcher-kva.example.",
        ] {
            assert!(role.is_own_name(&me, own), "{own}");
        }
        for other in [
            "",
            "juliet",
            "bill@other.example",
            "bill@b\u{fc}cher.example/x",
            "a@@",
        ] {
            assert!(!role.is_own_name(&me, other), "{other}");
        }
        assert!(!role.is_own_name(&me, &"b".repeat(100_000)));
    }
}
