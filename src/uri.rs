//! `xmpp:` URIs that invite to register (XEP-0147, XEP-0445, XEP-0401, XEP-0379).

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use jid::{BareJid, Jid, NodePart, ResourcePart};
use percent_encoding::percent_decode_str;
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

use crate::address::prepare_domain;
use crate::config::{Channel, Config, IdPrefix};
use crate::error::Misuse;
use crate::machine::RegistrationMachine;
use crate::peer::Peer;
use crate::xml;

/// Longer URIs are refused unread: a JID has some 3 KiB, a token less.
const LONGEST: usize = 16 * 1024;

/// A URI or IRI that has to do with registration.
///
/// It is somebody else's text: show the user what it asks for, and where, before acting on it (XEP-0147 section 7).
/// Its `Debug` does not show the token, which is wiped when it is dropped.
///
/// ```
/// use xmpp_registration::{Channel, IdPrefix, Uri, UriAction};
///
/// let uri = Uri::parse("xmpp:juliet@example.com?register;preauth=T0K3N")?;
/// assert_eq!(uri.action(), UriAction::Register);
/// assert_eq!((uri.domain(), uri.reserved_name()), ("example.com", Some("juliet")));
/// assert_eq!(uri.address().to_string(), "juliet@example.com");
/// assert_eq!(uri.token(), Some("T0K3N"));
/// assert!(!format!("{uri:?}").contains("T0K3N"));
///
/// // A stream to that domain, then:
/// assert!(uri.allows_registration());
/// let config = uri.config(IdPrefix::new("f3a9c1")?, Channel::Encrypted)?;
/// let machine = uri.register(config)?;
/// # let _ = machine;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Uri {
    address: Jid,
    action: UriAction,
    token: Option<Zeroizing<String>>,
    may_register: bool,
}

/// What a URI asks for: its query type (XEP-0147).
///
/// ```
/// use xmpp_registration::{Uri, UriAction};
///
/// // A contact's invitation, good for an account at the contact's server too:
/// let uri = Uri::parse("xmpp:romeo@example.net?roster;preauth=T0K3N;ibr=y")?;
/// assert_eq!(uri.action(), UriAction::Roster);
/// assert!(uri.allows_registration());
/// // And one that is not:
/// assert!(!Uri::parse("xmpp:romeo@example.net?roster")?.allows_registration());
/// # Ok::<(), xmpp_registration::UriError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UriAction {
    /// `?register`: to register with the address, which is a server or a service, or the account to be made.
    Register,
    /// `?unregister`: to remove the registration with the address.
    Unregister,
    /// `?roster`: to add the address as a contact. With a token and `ibr=y` an account can be made at its server first;
    /// whether to make one, or to use one that exists, is the user's choice (XEP-0379).
    Roster,
}

/// Why a text is no URI that has to do with registration.
///
/// ```
/// use xmpp_registration::{Uri, UriError};
///
/// assert_eq!(Uri::parse("https://example.com/join"), Err(UriError::NotXmpp));
/// assert_eq!(Uri::parse("xmpp:romeo@example.net?message"), Err(UriError::OtherAction));
/// assert_eq!(UriError::NotXmpp.to_string(), "this is no xmpp: URI");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UriError {
    /// It does not begin with `xmpp:`.
    #[error("this is no xmpp: URI")]
    NotXmpp,
    /// It has no query type, or another one than `register`, `unregister` and `roster`.
    #[error("this xmpp: URI has nothing to do with registration")]
    OtherAction,
    /// The address is no JID.
    #[error("the address of the URI is no JID")]
    Address,
    /// The percent-encoding does not give UTF-8, or the token holds a character that XML forbids.
    #[error("the URI holds characters that cannot be sent")]
    Encoding,
    /// It is longer than 16 KiB.
    #[error("the URI is too long")]
    TooLong,
}

impl Uri {
    /// Reads a URI or IRI, percent-encoded or not (RFC 5122). An account to act as (`xmpp://me@here/...`) is left out
    /// of account, and so are unknown keys and the fragment.
    ///
    /// # Errors
    /// [`UriError`]
    pub fn parse(text: &str) -> Result<Uri, UriError> {
        if text.len() > LONGEST {
            return Err(UriError::TooLong);
        }
        let text = text.trim();
        let (scheme, rest) = text.split_once(':').ok_or(UriError::NotXmpp)?;
        if !scheme.eq_ignore_ascii_case("xmpp") {
            return Err(UriError::NotXmpp);
        }
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let (path, query) = rest.split_once('?').ok_or(UriError::OtherAction)?;
        // RFC 5122 divides by semicolons; invitation pages in the field use ampersands too.
        let mut parts = query.split([';', '&']);
        let action = match parts.next().unwrap_or_default() {
            "register" => UriAction::Register,
            "unregister" => UriAction::Unregister,
            "roster" => UriAction::Roster,
            _ => return Err(UriError::OtherAction),
        };
        let (token, ibr) = keys(parts)?;
        Ok(Uri {
            address: address(path)?,
            may_register: match action {
                UriAction::Register => true,
                UriAction::Roster => ibr && token.is_some(),
                UriAction::Unregister => false,
            },
            action,
            token,
        })
    }

    /// What it asks for.
    #[must_use]
    pub fn action(&self) -> UriAction {
        self.action
    }

    /// The address it names: of the account to be made, the server, the service, or the contact.
    #[must_use]
    pub fn address(&self) -> &Jid {
        &self.address
    }

    /// The domain to connect to, to register by this URI.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.address.domain().as_str()
    }

    /// The user name that the invitation is for (XEP-0445 section 2.1): it must not be changed.
    #[must_use]
    pub fn reserved_name(&self) -> Option<&str> {
        match self.action {
            UriAction::Register => self.address.node().map(jid::NodeRef::as_str),
            UriAction::Unregister | UriAction::Roster => None,
        }
    }

    /// The token, if there is one. It is a secret: whoever has it can use it up.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_ref().map(|it| it.as_str())
    }

    /// Whether an account can be made by it: by a contact's invitation only with a token and `ibr=y`.
    #[must_use]
    pub fn allows_registration(&self) -> bool {
        self.may_register
    }

    /// A configuration to register at the URI's [`domain`](Uri::domain), on a stream that is not logged in.
    ///
    /// To register with the address while logged in, as with a gateway, use
    /// [`Peer::service`] with [`address`](Uri::address).
    ///
    /// # Errors
    /// [`Misuse::NoRegistration`] unless [`allows_registration`](Uri::allows_registration).
    pub fn config(&self, ids: IdPrefix, channel: Channel) -> Result<Config, Misuse> {
        if !self.may_register {
            return Err(Misuse::NoRegistration);
        }
        // What was prepared once may not be a domain any more, for a few strange ones.
        let peer = Peer::server(self.domain()).map_err(|_| Misuse::NoRegistration)?;
        Ok(Config::new(peer, ids, channel))
    }

    /// A machine that presents the token, if there is one, and registers. A reserved name is filled in and fixed:
    /// [`Field::is_reserved`](crate::Field::is_reserved).
    ///
    /// # Errors
    /// [`Misuse::NoRegistration`]; [`Misuse::NotTheUri`] if the configuration is neither for [`Peer::server`] at the URI's
    /// [`domain`](Uri::domain), where alone token and name are good, nor for [`Peer::service`] at its
    /// [`address`](Uri::address); and those of
    /// [`register_with_token`](RegistrationMachine::register_with_token).
    pub fn register(&self, config: Config) -> Result<RegistrationMachine, Misuse> {
        if !self.may_register {
            return Err(Misuse::NoRegistration);
        }
        // With a service, the address is the service's own: it reserves no name there.
        let to_service = config.peer.is_service_at(&self.address);
        if !to_service && !config.peer.is_server_of(self.domain()) {
            return Err(Misuse::NotTheUri);
        }
        let machine = match &self.token {
            Some(token) => RegistrationMachine::register_with_token(config, token)?,
            None => RegistrationMachine::register(config),
        };
        Ok(machine.reserve(self.reserved_name().filter(|_| !to_service)))
    }

    /// A machine that removes the registration with the address (`?unregister`). Ask the user first: anybody can write
    /// such a URI.
    ///
    /// # Errors
    /// [`Misuse::NotTheUri`] unless the URI is one to unregister, and the configuration is for [`Peer::service`] at its
    /// [`address`](Uri::address), or for [`Peer::account`] whose server, or whose own account, it is.
    ///
    /// ```
    /// use xmpp_registration::jid::{FullJid, Jid};
    /// use xmpp_registration::{Channel, Config, IdPrefix, Output, Peer, Uri};
    ///
    /// let uri = Uri::parse("xmpp:marlowe.shakespeare.lit?unregister")?;
    /// let me = FullJid::new("juliet@example.com/balcony")?;
    /// let peer = Peer::service(uri.address().clone(), Jid::from(me))?;
    /// // The user has said yes:
    /// let mut machine = uri.unregister(Config::new(peer, IdPrefix::new("f3a9c1")?, Channel::Encrypted))?;
    /// let Some(Output::Send(set)) = machine.poll_output() else { panic!() };
    /// assert_eq!(set.attr("to"), Some("marlowe.shakespeare.lit"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn unregister(&self, config: Config) -> Result<RegistrationMachine, Misuse> {
        let peer = &config.peer;
        let fits = peer.is_logged_in() && peer.may_answer(Some(self.address.as_str()));
        if self.action != UriAction::Unregister || !fits {
            return Err(Misuse::NotTheUri);
        }
        RegistrationMachine::unregister(config)
    }
}

impl fmt::Debug for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Uri")
            .field("action", &self.action)
            .field("address", &self.address)
            .field("token", &self.token.as_ref().map(|_| ".."))
            .field("allows_registration", &self.may_register)
            .finish()
    }
}

/// The token, if there is a usable one, and whether it is good for an account (`ibr=y`).
fn keys<'a>(
    pairs: impl Iterator<Item = &'a str>,
) -> Result<(Option<Zeroizing<String>>, bool), UriError> {
    let (mut token, mut ibr) = (None, false);
    for (key, value) in pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))) {
        match decode(key).as_deref() {
            // An empty one is none.
            Ok("preauth") if token.is_none() && !value.is_empty() => {
                token = Some(decode_secret(value)?);
            }
            Ok("ibr") => ibr |= decode(value)? == "y",
            _ => {}
        }
    }
    match token.as_ref().and_then(|it| xml::forbidden(it)) {
        None => Ok((token, ibr)),
        Some(_) => Err(UriError::Encoding),
    }
}

/// The JID of a path. Each part is decoded by itself, so that an encoded `@` or `/` cannot make it another JID.
fn address(path: &str) -> Result<Jid, UriError> {
    let path = match path.strip_prefix("//") {
        // `xmpp://account/address`, and without an address what is meant is the account's.
        Some(rest) => match rest.split_once('/') {
            Some((_, address)) if !address.is_empty() => address,
            Some((account, _)) => account,
            None => rest,
        },
        None => path,
    };
    let (bare, resource) = match path.split_once('/') {
        Some((bare, resource)) => (bare, Some(resource)),
        None => (path, None),
    };
    let (node, domain) = match bare.split_once('@') {
        Some((node, domain)) => (Some(node), domain),
        None => (None, bare),
    };
    let node = node.map(decode).transpose()?;
    let node = node.as_deref().map(NodePart::new).transpose();
    let node = node.map_err(|_| UriError::Address)?;
    let domain = decode(domain)?.to_string();
    let domain = prepare_domain(&domain).map_err(|_| UriError::Address)?;
    let bare = BareJid::from_parts(node.as_deref(), &domain);
    // A trailing slash, as browsers add it, is no resource.
    let resource = resource
        .filter(|it| !it.is_empty())
        .map(decode)
        .transpose()?;
    match resource {
        Some(resource) => {
            let resource = ResourcePart::new(&resource).map_err(|_| UriError::Address)?;
            Ok(bare.with_resource(&resource).into())
        }
        None => Ok(bare.into()),
    }
}

fn decode(text: &str) -> Result<Cow<'_, str>, UriError> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map_err(|_| UriError::Encoding)
}

/// Room for all of it is made at once: what grows leaves copies behind that nobody wipes.
fn decode_secret(text: &str) -> Result<Zeroizing<String>, UriError> {
    let mut bytes = Vec::with_capacity(text.len());
    bytes.extend(percent_decode_str(text));
    let decoded = String::from_utf8(bytes).map(Zeroizing::new);
    decoded.map_err(|error| {
        error.into_bytes().zeroize();
        UriError::Encoding
    })
}

#[cfg(test)]
mod tests;
