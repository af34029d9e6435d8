//! What a caller sets up once: over what to register, under which ids, and within which bounds.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;

use crate::error::{FieldError, Misuse};
use crate::peer::Peer;

/// Longer ids would only be cut by somebody.
const LONGEST_PREFIX: usize = 255;

/// Everything a task needs to know besides its own arguments.
///
/// ```
/// use xmpp_registration::{Channel, Config, IdPrefix, Limits, Output, Peer, RegistrationMachine, StreamNamespace};
///
/// let peer = Peer::server("example.com")?;
/// let ids = IdPrefix::new("f3a9c1")?; // from your random source
/// let config = Config::new(peer, ids, Channel::Encrypted)
///     .lang("de")? // the user's
///     .namespace(StreamNamespace::Client)
///     .limits(Limits { fields: 64, ..Limits::default() });
/// let Some(Output::Send(get)) = RegistrationMachine::register(config).poll_output() else { panic!() };
/// assert!(String::from(&get).contains("xml:lang='de'"));
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

/// What every request's id begins with: it must come from the caller's random source and be new for each machine.
///
/// Whoever can guess an id can forge its reply, as far as the check of the sender lets it; some 16 random letters are
/// enough. The crate owns no random source, so that the same calls always give the same outputs.
///
/// ```
/// use xmpp_registration::IdPrefix;
///
/// // In earnest: some 16 letters from the operating system's random source.
/// let ids = IdPrefix::new("f3a9c1d07b52e864")?; // the ids are `f3a9c1d07b52e864-1` and so on
/// assert_eq!(format!("{ids:?}"), "IdPrefix(..)"); // no log tells it
/// assert!(IdPrefix::new("").is_err());
/// # Ok::<(), xmpp_registration::Misuse>(())
/// ```
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
///
/// ```
/// use xmpp_registration::{Channel, Config, IdPrefix, Misuse, Peer, RegistrationMachine};
///
/// let config = |channel| -> Result<_, Box<dyn std::error::Error>> {
///     Ok(Config::new(Peer::server("example.com")?, IdPrefix::new("f3a9c1")?, channel))
/// };
/// let refused = RegistrationMachine::register_with_token(config(Channel::Plaintext)?, "T0K3N");
/// assert_eq!(refused.err(), Some(Misuse::PlaintextChannel));
/// assert!(RegistrationMachine::register_with_token(config(Channel::Encrypted)?, "T0K3N").is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// ```
/// use xmpp_registration::{Channel, Config, IdPrefix, Output, Peer, RegistrationMachine, StreamNamespace, jid::Jid};
///
/// // A component registers one of its own addresses with a gateway:
/// let gateway = Peer::service(Jid::new("icq.example.net")?, Jid::new("bot@my.example.com")?)?;
/// let config = Config::new(gateway, IdPrefix::new("f3a9c1")?, Channel::Encrypted)
///     .namespace(StreamNamespace::Component);
/// let Some(Output::Send(get)) = RegistrationMachine::register(config).poll_output() else { panic!() };
/// assert!(get.is("iq", "jabber:component:accept"));
/// assert_eq!(get.attr("from"), Some("bot@my.example.com"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
/// assert_eq!(limits.picture_bytes, 1024 * 1024);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Fields of a form. Default 4,096; the longest form seen in the field has 40.
    pub fields: usize,
    /// Options, values and instructions of a form, together. Default 16,384: a list of countries or time zones has hundreds.
    pub options: usize,
    /// Bytes of text of a form, or of an error. Default 512 KiB. The URL beside a form, and instructions that stand alone, may
    /// have as many each.
    pub text_bytes: usize,
    /// Bytes of pictures that came with a form, decoded, with their names and types. Default 1 MiB.
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

/// Whether it is a language tag, as far as one can tell without the registry.
pub(crate) fn is_language(tag: &str) -> bool {
    let subtag = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    tag.split('-').all(subtag)
}

#[cfg(test)]
mod tests;
