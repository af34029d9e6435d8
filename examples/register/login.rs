//! Logs in on an open stream: SASL (RFC 6120, section 6), then resource binding (section 7).

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jid::FullJid;
use minidom::Element;
use sasl::client::mechanisms::{Plain, Scram};
use sasl::client::{Mechanism, MechanismError};
use sasl::common::scram::{Sha1, Sha256};
use sasl::common::{ChannelBinding, Credentials};
use stringprep::saslprep;

use crate::stream::{Stream, StreamEnd};
use crate::xml::{NS_BIND, NS_CLIENT, NS_SASL, NS_STANZAS, attr};

/// How many times a server may have a password hashed. Some hundred thousand are usual; a
/// number without a bound would be a way to keep a client busy for hours.
const MAX_ITERATIONS: u32 = 1_000_000;

/// Why there was no login.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// The server refused: `not-authorized` for a wrong name or password.
    #[error("the login was refused: {condition}{}", in_brackets(text.as_deref()))]
    Refused {
        /// The condition of RFC 6120, section 6.5, or of a stanza error.
        condition: String,
        /// What the server says to it.
        text: Option<String>,
    },
    /// No mechanism of the server's is known here, or safe to use on this stream.
    #[error("the server offers no way to log in that could be used here")]
    NoMechanism,
    /// The server did not prove that it knows the password, or does not keep to the protocol.
    #[error("the login failed: {0}")]
    Protocol(String),
    /// The stream ended.
    #[error(transparent)]
    Stream(#[from] StreamEnd),
}

impl From<MechanismError> for LoginError {
    fn from(error: MechanismError) -> Self {
        Self::Protocol(error.to_string())
    }
}

/// Who logs in.
pub struct Account<'a> {
    /// The name, without the domain.
    pub username: &'a str,
    /// The password.
    pub password: &'a str,
    /// Whether the password may be sent as it is where the stream is not encrypted.
    pub plaintext: bool,
}

/// Logs in with the best mechanism of the server's `features`, and binds a resource that the
/// server makes up. Returned is the address that the stream has then.
pub fn log_in(
    stream: &mut Stream,
    features: &Element,
    account: &Account<'_>,
) -> Result<FullJid, LoginError> {
    stream.redactor().add(account.password);
    let mechanism = choose(features, account, stream.is_encrypted())?;
    authenticate(stream, mechanism)?;
    let features = stream.restart()?;
    if !features.has_child("bind", NS_BIND) {
        return Err(LoginError::Protocol(
            "the server offers no resource binding".to_owned(),
        ));
    }
    bind(stream)
}

/// The strongest mechanism that both sides know. All but PLAIN keep the password to themselves.
fn choose(
    features: &Element,
    account: &Account<'_>,
    encrypted: bool,
) -> Result<Box<dyn Mechanism>, LoginError> {
    let offered: Vec<String> = features
        .get_child("mechanisms", NS_SASL)
        .map(|list| list.children().map(Element::text).collect())
        .unwrap_or_default();
    let offers = |name: &str| offered.iter().any(|offer| offer == name);
    if offers("SCRAM-SHA-256") {
        let credentials = scram_credentials(account);
        Ok(Box::new(Scram::<Sha256>::from_credentials(credentials)?))
    } else if offers("SCRAM-SHA-1") {
        let credentials = scram_credentials(account);
        Ok(Box::new(Scram::<Sha1>::from_credentials(credentials)?))
    } else if offers("PLAIN") && (encrypted || account.plaintext) {
        Ok(Box::new(Plain::new(account.username, account.password)))
    } else {
        Err(LoginError::NoMechanism)
    }
}

/// Name and password as SCRAM wants them, which the sasl crate leaves to its callers.
fn scram_credentials(account: &Account<'_>) -> Credentials {
    // These two separate names from values there.
    let username = account.username.replace('=', "=3D").replace(',', "=2C");
    // What cannot be prepared is no password there either, but that the server shall say.
    let password = saslprep(account.password).unwrap_or(Cow::Borrowed(account.password));
    Credentials::default()
        .with_username(username)
        .with_password(password)
        .with_channel_binding(ChannelBinding::None)
}

/// Has the mechanism talk to the server until one of them is content or gives up.
fn authenticate(stream: &mut Stream, mut mechanism: Box<dyn Mechanism>) -> Result<(), LoginError> {
    let initial = mechanism.initial();
    let auth = Element::builder("auth", NS_SASL).attr(attr("mechanism"), mechanism.name());
    stream.redactor().add(&BASE64.encode(&initial));
    stream.send(&auth.append(BASE64.encode(&initial)).build())?;
    let mut deadline = stream.deadline();
    let mut verified = false;
    loop {
        let answer = stream.receive(deadline)?;
        if !answer.has_ns(NS_SASL) {
            continue;
        }
        match answer.name() {
            "challenge" if !verified => {
                let challenge = decode(&answer)?;
                let response = if challenge.starts_with(b"v=") {
                    // The server's proof may come before its success as well as with it.
                    mechanism.success(&challenge)?;
                    verified = true;
                    Vec::new()
                } else {
                    check_challenge(&challenge, &initial)?;
                    mechanism.response(&challenge)?
                };
                let response =
                    Element::builder("response", NS_SASL).append(BASE64.encode(response));
                stream.send(&response.build())?;
                deadline = stream.deadline();
            }
            "success" if verified => return Ok(()),
            // Without the right proof this is an error: anybody could say "success".
            "success" => return Ok(mechanism.success(&decode(&answer)?)?),
            "failure" => return Err(refusal(&answer, NS_SASL)),
            other => return Err(LoginError::Protocol(format!("the server sent `{other}`"))),
        }
    }
}

/// What the sasl crate leaves to its callers: that the server's nonce goes on from ours, and
/// that the work it asks for can be done.
fn check_challenge(challenge: &[u8], initial: &[u8]) -> Result<(), LoginError> {
    let value = |message: &[u8], key: &str| {
        let message = String::from_utf8_lossy(message).into_owned();
        message
            .split(',')
            .find_map(|part| part.strip_prefix(key).map(str::to_owned))
    };
    let ours = value(initial, "r=").ok_or(MechanismError::InvalidState)?;
    let nonce = value(challenge, "r=").ok_or(MechanismError::NoServerNonce)?;
    if !nonce.starts_with(&ours) || nonce.len() == ours.len() {
        return Err(LoginError::Protocol(
            "the server's challenge answers someone else".to_owned(),
        ));
    }
    let iterations = value(challenge, "i=").and_then(|count| count.parse::<u32>().ok());
    match iterations.ok_or(MechanismError::NoServerIterations)? {
        1..=MAX_ITERATIONS => Ok(()),
        _ => Err(LoginError::Protocol(
            "the server asks for too much work, or for none".to_owned(),
        )),
    }
}

fn decode(element: &Element) -> Result<Vec<u8>, LoginError> {
    match element.text().trim() {
        // How an empty text is written where none at all would mean something else.
        "" | "=" => Ok(Vec::new()),
        text => BASE64
            .decode(text)
            .map_err(|_| MechanismError::CannotDecodeChallenge.into()),
    }
}

/// Asks for a resource, and so for an address.
fn bind(stream: &mut Stream) -> Result<FullJid, LoginError> {
    const ID: &str = "bind-1";
    let request = Element::builder("iq", NS_CLIENT)
        .attr(attr("type"), "set")
        .attr(attr("id"), ID)
        .append(Element::bare("bind", NS_BIND))
        .build();
    stream.send(&request)?;
    let deadline = stream.deadline();
    loop {
        let answer = stream.receive(deadline)?;
        if !answer.is("iq", NS_CLIENT) || answer.attr("id") != Some(ID) {
            continue;
        }
        match (answer.attr("type"), answer.get_child("error", NS_CLIENT)) {
            (Some("result"), _) => {
                let address = answer
                    .get_child("bind", NS_BIND)
                    .and_then(|bind| bind.get_child("jid", NS_BIND));
                let address = address.map(Element::text).unwrap_or_default();
                return FullJid::new(&address).map_err(|error| {
                    LoginError::Protocol(format!("the server's address for us: {error}"))
                });
            }
            (_, Some(error)) => return Err(refusal(error, NS_STANZAS)),
            _ => {
                return Err(LoginError::Protocol(
                    "the server's answer to the binding makes no sense".to_owned(),
                ));
            }
        }
    }
}

/// The condition and the text that stand in `error`.
fn refusal(error: &Element, ns: &str) -> LoginError {
    let condition = error
        .children()
        .find(|child| child.has_ns(ns) && child.name() != "text");
    LoginError::Refused {
        condition: condition
            .map_or("undefined-condition", Element::name)
            .to_owned(),
        text: error.get_child("text", ns).map(Element::text),
    }
}

fn in_brackets(text: Option<&str>) -> String {
    text.map(|text| format!(" ({text})")).unwrap_or_default()
}
