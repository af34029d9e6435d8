//! What a caller sets up once: with whom to register, over what, and within which bounds.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use core::fmt;
use core::net::Ipv6Addr;

use jid::{DomainPart, FullJid, Jid, NodePart};

use crate::error::{FieldError, Misuse};
use crate::prototype::Prototypes;

/// A JID has at most 3 parts of 1,023 bytes; preparing may shorten a text, by less than this factor.
pub(crate) const LONGEST_FROM: usize = 4 * 3 * 1024;
/// Longer ids would only be cut by somebody.
const LONGEST_PREFIX: usize = 255;

/// Everything a task needs to know besides its own arguments.
///
/// ```
/// use xmpp_registration::{Channel, Config, IdPrefix, Peer};
///
/// let peer = Peer::server("example.com")?;
/// let ids = IdPrefix::new("f3a9c1")?; // from your random source
/// let config = Config::new(peer, ids, Channel::Encrypted).lang("de")?;
/// # let _ = config;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub(crate) peer: Peer,
    pub(crate) ids: IdPrefix,
    pub(crate) channel: Channel,
    pub(crate) lang: Option<Box<str>>,
    pub(crate) limits: Limits,
    pub(crate) namespace: StreamNamespace,
}

impl Config {
    /// The usual configuration: a client's stream, the default [`Limits`], no language.
    #[must_use]
    pub fn new(peer: Peer, ids: IdPrefix, channel: Channel) -> Config {
        Config {
            peer,
            ids,
            channel,
            lang: None,
            limits: Limits::default(),
            namespace: StreamNamespace::Client,
        }
    }

    /// Asks the server for texts in this language (BCP 47, such as `de` or `pt-BR`), by `xml:lang` on each request.
    ///
    /// # Errors
    /// [`Misuse::Value`] if it is not a language tag.
    pub fn lang(mut self, lang: &str) -> Result<Config, Misuse> {
        if !is_language(lang) {
            return Err(Misuse::value("lang", FieldError::not_a_language));
        }
        self.lang = Some(lang.into());
        Ok(self)
    }

    /// Other bounds than the default ones for what the peer sends.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Config {
        self.limits = limits;
        self
    }

    /// The namespace of the stream that the stanzas are for, if it is not a client's.
    #[must_use]
    pub fn namespace(mut self, namespace: StreamNamespace) -> Config {
        self.namespace = namespace;
        self
    }
}

/// With whom to register, and who oneself is: this decides where requests go and who may answer them.
///
/// There is no default target, since servers answer a removal that is addressed to *anyone* in the home domain by
/// removing the asker's own account.
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
        let prototypes = Prototypes::new();
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

    /// Where a request goes. An account's own server is addressed by no `to` at all, which nobody can misread.
    pub(crate) fn to(&self) -> Option<&str> {
        match &self.0.inner {
            Inner::Server { domain, .. } => Some(domain),
            Inner::Account { .. } => None,
            Inner::Service { service, .. } => Some(service.as_str()),
        }
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
                from == me.as_str()
                    || from == me.domain().as_str()
                    || Some(from) == me.as_str().split('/').next()
                    || parse(from).is_some_and(|jid| {
                        is_domain(&jid, ascii)
                            || (jid.node() == me.node()
                                && jid.resource().is_none_or(|it| it == me.resource())
                                && ascii_domain(jid.domain().as_str()) == *ascii)
                    })
            }
            Inner::Service { service, ascii, .. } => {
                from == service.as_str()
                    || parse(from).is_some_and(|jid| {
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
        if typed.len() > LONGEST_FROM {
            return Err(Misuse::NotMyAccount);
        }
        if typed == node.as_str() || NodePart::new(typed).is_ok_and(|typed| *typed == *node) {
            return Ok(Some(node.as_str()));
        }
        let typed = parse(typed).filter(|typed| {
            let home = ascii_domain(typed.domain().as_str()) == *ascii;
            home && typed.node() == Some(node) && typed.resource().is_none()
        });
        match typed {
            Some(_) if whole => Ok(me.as_str().split('/').next()),
            Some(_) => Ok(Some(node.as_str())),
            None => Err(Misuse::NotMyAccount),
        }
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

pub(crate) fn parse(from: &str) -> Option<Jid> {
    if from.len() > LONGEST_FROM {
        return None;
    }
    let end = from.find('/').unwrap_or(from.len());
    if from[..end].ends_with("..") {
        // Only one dot is the root's, and jid takes one away by itself.
        return None;
    }
    unrooted(from).or_else(|| Jid::new(from).ok())
}

/// A JID whose domain has the root's dot, without it; `None` for others. jid 0.12 keeps the dot of some domains, and then
/// reads the resource from the wrong place.
pub(crate) fn unrooted(jid: &str) -> Option<Jid> {
    let end = jid.find('/').unwrap_or(jid.len());
    let before = jid[..end].strip_suffix('.')?;
    Jid::new(&alloc::format!("{before}{}", &jid[end..])).ok()
}

fn is_domain(jid: &Jid, ascii: &str) -> bool {
    jid.node().is_none() && jid.resource().is_none() && ascii_domain(jid.domain().as_str()) == ascii
}

/// The domain as jid prepares it, unless that makes another domain of it: jid goes by the older rules (IDNA2003), which
/// differ for a few letters such as sharp s. Then it is the domain in ASCII, which nobody prepares any further.
pub(crate) fn prepare_domain(domain: &str) -> Result<DomainPart, jid::Error> {
    let prepared = DomainPart::new(domain)?;
    let ascii = ascii_domain(domain);
    if ascii_domain(prepared.as_str()) == ascii {
        return Ok(prepared.into_owned());
    }
    Ok(DomainPart::new(&ascii)?.into_owned())
}

/// Whether it is a language tag, as far as one can tell without the registry.
pub(crate) fn is_language(tag: &str) -> bool {
    let subtag = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    tag.split('-').all(subtag)
}

/// A domain to compare by: after `ToASCII` and without the root's dot. jid does neither for all of them.
pub(crate) fn ascii_domain(domain: &str) -> String {
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let literal = domain.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    if let Some(Ok(address)) = literal.map(str::parse::<Ipv6Addr>) {
        // One address has many spellings.
        return alloc::format!("[{address}]");
    }
    idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_ascii_lowercase())
}

/// What every request's id begins with: it must come from the caller's random source and be new for each machine.
///
/// Whoever can guess an id can forge its reply, as far as the check of the sender lets it; some 16 random letters are
/// enough. The crate owns no random source, so that the same calls always give the same outputs.
#[derive(Clone, PartialEq, Eq)]
pub struct IdPrefix(Arc<str>);

impl IdPrefix {
    /// Takes 1 to 255 bytes of characters that XML allows.
    ///
    /// # Errors
    /// [`Misuse::EmptyIdPrefix`]; [`Misuse::Value`] for a character that XML forbids, or a longer one.
    pub fn new(prefix: &str) -> Result<IdPrefix, Misuse> {
        if prefix.is_empty() {
            return Err(Misuse::EmptyIdPrefix);
        }
        if prefix.len() > LONGEST_PREFIX {
            return Err(Misuse::value("id prefix", |field| FieldError::TooLong {
                field,
            }));
        }
        Misuse::check_characters("id prefix", prefix)?;
        Ok(IdPrefix(prefix.into()))
    }

    pub(crate) fn id(&self, serial: u32) -> String {
        let mut id = String::with_capacity(self.0.len() + 11);
        id.push_str(&self.0);
        id.push('-');
        push_number(&mut id, serial);
        id
    }

    /// The serial number of an id that begins with this prefix and is spelled as [`IdPrefix::id`] would.
    pub(crate) fn serial(&self, id: &str) -> Option<u32> {
        let digits = id.strip_prefix(&*self.0)?.strip_prefix('-')?;
        let canonical = !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
        if canonical { digits.parse().ok() } else { None }
    }
}

/// Half of what making an id costs would be the machinery of `format!`.
fn push_number(to: &mut String, number: u32) {
    if number >= 10 {
        push_number(to, number / 10);
    }
    let digit = u8::try_from(number % 10).expect("a digit is less than ten");
    to.push(char::from(b'0' + digit));
}

impl fmt::Debug for IdPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Unguessable is only what no log tells.
        f.write_str("IdPrefix(..)")
    }
}

/// How far the channel under the stream may be trusted with a secret (XEP-0077 section 11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "complete: there is no fourth answer to the question"
)]
pub enum Channel {
    /// TLS with a verified certificate, or a local channel.
    Encrypted,
    /// Plain text: a form may be asked for and looked at, but a secret is never sent ([`Misuse::PlaintextChannel`]).
    Plaintext,
    /// Plain text, and the user accepted that everybody on the way can read the password.
    PlaintextAccepted,
}

/// The default namespace of the stream. Replies are read in any of the three; requests are written in this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum StreamNamespace {
    /// `jabber:client`
    #[default]
    Client,
    /// `jabber:server`; requests get a `from`.
    Server,
    /// `jabber:component:accept` (XEP-0114); requests get a `from`.
    Component,
}

impl StreamNamespace {
    pub(crate) const URIS: [&'static str; 3] =
        ["jabber:client", "jabber:server", "jabber:component:accept"];

    pub(crate) fn uri(self) -> &'static str {
        Self::URIS[self as usize]
    }

    pub(crate) fn wants_from(self) -> bool {
        self != StreamNamespace::Client
    }
}

/// Bounds on what a peer may send in one stanza. Past one of them the task ends with
/// [`Violation::LimitExceeded`](crate::Violation::LimitExceeded).
///
/// They bound what the machine keeps. What the transport keeps while it parses is the transport's business.
///
/// ```
/// use xmpp_registration::Limits;
///
/// // For a small device; further limits may be added, so always end with the default ones.
/// let limits = Limits { fields: 64, options: 512, ..Limits::default() };
/// # let _ = limits;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Fields of a form. Default 4,096; the longest form seen in the field has 40.
    pub fields: usize,
    /// Options, values and instructions of a form, together. Default 16,384: a list of countries or time zones has hundreds.
    pub options: usize,
    /// Bytes of text of a form, or of an error. Default 512 KiB.
    pub text_bytes: usize,
    /// Bytes of pictures that came with a form, decoded. Default 1 MiB.
    pub picture_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            fields: 4_096,
            options: 16_384,
            text_bytes: 512 * 1024,
            picture_bytes: 1024 * 1024,
        }
    }
}

#[cfg(test)]
mod tests;
