//! With whom to register: where requests go, and who may answer them (rules 1 and 2 of the crate).

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use core::fmt;

use jid::{FullJid, Jid, NodePart};

use crate::address::{
    ascii_domain, is_domain, of_length, parse, prepare_domain, readings, unrooted,
};
use crate::error::Misuse;
use crate::prototype::Prototypes;

/// With whom to register, and who oneself is: this decides where requests go and who may answer them.
///
/// There is no default target, since servers answer a removal that is addressed to *anyone* in the home domain by
/// removing the asker's own account.
///
/// ```
/// use xmpp_registration::{Channel, Config, IdPrefix, Output, Peer, RegistrationMachine, jid::{FullJid, Jid}};
///
/// let to = |peer: Peer| {
///     let config = Config::new(peer, IdPrefix::new("f3a9c1").unwrap(), Channel::Encrypted);
///     match RegistrationMachine::register(config).poll_output() {
///         Some(Output::Send(get)) => get.attr("to").map(str::to_owned),
///         _ => unreachable!(),
///     }
/// };
/// // Before login:
/// assert_eq!(to(Peer::server("example.com")?).as_deref(), Some("example.com"));
/// // After login, with what resource binding gave:
/// let me = FullJid::new("juliet@example.com/balcony")?;
/// assert_eq!(to(Peer::account(me.clone())), None); // one's own server
/// assert_eq!(to(Peer::service(Jid::new("icq.example.net")?, me)?).as_deref(), Some("icq.example.net"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Peer(Arc<Shared>);

struct Shared {
    inner: Inner,
    prototypes: Prototypes,
}

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        self.inner == other.inner
    }
}

impl Eq for Shared {}

#[derive(PartialEq, Eq)]
enum Inner {
    Server {
        domain: String,
        ascii: String,
    },
    Account {
        me: FullJid,
        ascii: String,
    },
    Service {
        service: Jid,
        me: Jid,
        ascii: String,
    },
}

impl Inner {
    /// Where a request goes. An account's own server is addressed by no `to` at all, which nobody can misread.
    fn to(&self) -> Option<&str> {
        match self {
            Inner::Server { domain, .. } => Some(domain),
            Inner::Account { .. } => None,
            Inner::Service { service, .. } => Some(service.as_str()),
        }
    }
}

impl Peer {
    /// Not logged in: the server at the other end of the stream, where a new account is to be made.
    ///
    /// # Errors
    /// [`jid::Error`] if `domain` is not a domain alone.
    pub fn server(domain: &str) -> Result<Peer, jid::Error> {
        let domain = prepare_domain(domain)?.as_str().to_string();
        let ascii = ascii_domain(&domain);
        Ok(Peer::new(Inner::Server { domain, ascii }))
    }

    /// Logged in: my own account at my own server. `me` is the JID that resource binding gave.
    ///
    /// jid takes a few letters of a domain for others, such as sharp s for two letters, so that replies are heard from either
    /// of the two domains: where yours has such letters, make `me` of its ASCII form.
    #[must_use]
    pub fn account(me: FullJid) -> Peer {
        let me = unrooted(me.as_str())
            .and_then(|it| it.try_into_full().ok())
            .unwrap_or(me);
        let ascii = ascii_domain(me.domain().as_str());
        Peer::new(Inner::Account { me, ascii })
    }

    /// Logged in (or a component, or a server): a service elsewhere, such as a gateway, a room or another host.
    ///
    /// ```
    /// use xmpp_registration::{Misuse, Peer, jid::{FullJid, Jid}};
    ///
    /// let me = FullJid::new("juliet@example.com/balcony")?; // what resource binding gave
    /// let room = Peer::service(Jid::new("tea@rooms.example.com")?, me.clone())?;
    /// # let _ = room;
    /// assert_eq!(Peer::service(Jid::new("example.com")?, me), Err(Misuse::ServiceIsHome));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Of a domain with letters of IDNA2008, make the JID of its ASCII form, as for [`account`](Self::account).
    ///
    /// # Errors
    /// [`Misuse::ServiceIsHome`] if the service is in my own domain: servers take a removal sent there for the removal
    /// of my account. Use [`Peer::account`] for that.
    pub fn service(service: Jid, me: impl Into<Jid>) -> Result<Peer, Misuse> {
        let me = me.into();
        let me = unrooted(me.as_str()).unwrap_or(me);
        let service = unrooted(service.as_str()).unwrap_or(service);
        let ascii = ascii_domain(service.domain().as_str());
        if ascii == ascii_domain(me.domain().as_str()) {
            return Err(Misuse::ServiceIsHome);
        }
        Ok(Peer::new(Inner::Service { service, me, ascii }))
    }

    fn new(inner: Inner) -> Peer {
        let prototypes = Prototypes::new(inner.to());
        Peer(Arc::new(Shared { inner, prototypes }))
    }

    /// What requests are made of.
    pub(crate) fn prototypes(&self) -> &Prototypes {
        &self.0.prototypes
    }

    /// Whether it is the server of this domain, before login.
    pub(crate) fn is_server_of(&self, domain: &str) -> bool {
        matches!(&self.0.inner, Inner::Server { ascii, .. } if *ascii == ascii_domain(domain))
    }

    /// Whether it is the service of this address.
    pub(crate) fn is_service_at(&self, address: &Jid) -> bool {
        self.is_service() && self.may_answer(Some(address.as_str()))
    }

    pub(crate) fn is_logged_in(&self) -> bool {
        !matches!(self.0.inner, Inner::Server { .. })
    }

    pub(crate) fn is_account(&self) -> bool {
        matches!(self.0.inner, Inner::Account { .. })
    }

    pub(crate) fn is_service(&self) -> bool {
        matches!(self.0.inner, Inner::Service { .. })
    }

    /// The `from` to write, where the stream wants one.
    pub(crate) fn me(&self) -> Option<&str> {
        match &self.0.inner {
            Inner::Server { .. } => None,
            Inner::Account { me, .. } => Some(me.as_str()),
            Inner::Service { me, .. } => Some(me.as_str()),
        }
    }

    /// Rule 1 of the crate: whether a reply from this sender counts.
    pub(crate) fn may_answer(&self, from: Option<&str>) -> bool {
        let Some(from) = from else {
            // A stream's own server need not say its name; a service is somebody else and must.
            return !matches!(self.0.inner, Inner::Service { .. });
        };
        match &self.0.inner {
            Inner::Server { domain, ascii } => {
                from == domain || parse(from).is_some_and(|jid| is_domain(&jid, ascii))
            }
            Inner::Account { me, ascii } => {
                // Most servers write one of these, letter by letter; a comparison as JIDs costs ten times as much.
                let spellings = [me.as_str(), bare(me), me.domain().as_str()];
                spellings.contains(&from)
                    || readings(from).any(|jid| {
                        is_domain(&jid, ascii)
                            || (jid.node() == me.node()
                                && jid.resource().is_none_or(|it| it == me.resource())
                                && ascii_domain(jid.domain().as_str()) == *ascii)
                    })
            }
            Inner::Service { service, ascii, .. } => {
                from == service.as_str()
                    || readings(from).any(|jid| {
                        jid.node() == service.node()
                            && jid.resource() == service.resource()
                            && ascii_domain(jid.domain().as_str()) == *ascii
                    })
            }
        }
    }

    /// My own name as it must be sent for `typed`, at my own account only.
    ///
    /// A name in another case is refused by some servers, and another's name may *create* an account. XEP-0077's own
    /// examples give the bare JID in a data form (section 3.2), so `whole` lets that pass.
    pub(crate) fn own_name(&self, typed: &str, whole: bool) -> Result<Option<&str>, Misuse> {
        let Inner::Account { me, ascii } = &self.0.inner else {
            return Ok(None);
        };
        let node = me.node().ok_or(Misuse::NotMyAccount)?;
        let typed = of_length(typed).ok_or(Misuse::NotMyAccount)?;
        if typed == node.as_str() || NodePart::new(typed).is_ok_and(|typed| *typed == *node) {
            return Ok(Some(node.as_str()));
        }
        let is_me = readings(typed).any(|typed| {
            let home = ascii_domain(typed.domain().as_str()) == *ascii;
            home && typed.node() == Some(node) && typed.resource().is_none()
        });
        if !is_me {
            return Err(Misuse::NotMyAccount);
        }
        Ok(Some(if whole { bare(me) } else { node.as_str() }))
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.inner {
            Inner::Server { domain, .. } => write!(f, "Peer::server({domain:?})"),
            Inner::Account { me, .. } => write!(f, "Peer::account({me})"),
            Inner::Service { service, me, .. } => write!(f, "Peer::service({service}, {me})"),
        }
    }
}

/// The bare JID as it is written in the full one.
fn bare(me: &FullJid) -> &str {
    let me = me.as_str();
    me.split_once('/').map_or(me, |(bare, _)| bare)
}

#[cfg(test)]
mod tests;
