//! What the machine hands out: stanzas to send, and events.

use alloc::string::String;
use core::fmt;

use minidom::Element;
use thiserror::Error;

use crate::error::Violation;
use crate::form::{Form, MediaData};
use crate::stanza_error::StanzaError;
use crate::xml::{self, NS_STREAMS};

/// Whether a stanza was for the machine.
#[doc = include_str!("event/handled.md")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use = "a stanza that is `NotMine` still wants to be handled by somebody"]
#[expect(clippy::exhaustive_enums, reason = "a stanza is ours or it is not")]
pub enum Handled {
    /// It was a reply to a request of this machine, and is done with.
    Consumed,
    /// Handle it as if there were no machine; a get or set must be answered.
    NotMine,
}

/// What a stanza would be to a machine: see
/// [`RegistrationMachine::recognise`](crate::RegistrationMachine::recognise).
#[doc = include_str!("event/recognised.md")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Recognised {
    /// Nothing: it is not a reply to a request of this machine.
    NotMine,
    /// It has an id of this machine and does not count.
    Ignored(Ignored),
    /// The form that was requested, or fields of the old way.
    Form,
    /// Where to register instead.
    Redirect,
    /// The reply to the request for a form, with nothing in it.
    Nothing,
    /// The request that changes something was carried out.
    Success,
    /// A refusal that brings no form.
    Refusal,
    /// A refusal with another form to fill in.
    Alternative,
    /// The reply about a medium that is being fetched.
    Media,
}

/// What is to be done, in this order.
///
/// `Debug` shows neither the payload of a stanza nor any value of a form, so it may be logged.
#[doc = include_str!("event/output.md")]
#[derive(PartialEq)]
#[allow(clippy::large_enum_variant, reason = "it is moved once, to the caller")]
#[expect(clippy::exhaustive_enums, reason = "a driver must know all of them")]
pub enum Output {
    /// Send this stanza now, and arm a timer for its reply. It may hold a password: never log it.
    Send(Element),
    /// Something happened.
    Event(Event),
}

impl Output {
    pub(crate) fn show_request(stanza: &Element, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Only what this crate chose itself: minidom's own `Debug` prints passwords.
        let kind = stanza.attr("type").unwrap_or_default();
        let payload = stanza.children().next().map_or("", Element::name);
        write!(f, "Send(<iq type={kind:?}><{payload} ../></iq>)")
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Output::Send(stanza) => Output::show_request(stanza, f),
            Output::Event(event) => f.debug_tuple("Event").field(event).finish(),
        }
    }
}

#[doc = include_str!("event/event.md")]
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The server offers a form. Fill it and submit it, or just look: [`Form::is_registered`].
    FormOffered(Form),
    /// The server refused, and the task goes on.
    ///
    /// With a form: mend it (the secrets are blank), or fill the other one that the server demands, and submit it.
    /// Without: call [`request_form`](crate::RegistrationMachine::request_form), after a while where
    /// [`StanzaError::is_worth_retrying`]; what the user submitted last is filled in
    /// again, secrets aside. Or drop the machine to give up.
    Refused {
        /// Why.
        error: StanzaError,
        /// What to go on with.
        form: Option<Form>,
    },
    /// The data of a medium came, which [`fetch_media`](crate::RegistrationMachine::fetch_media) had asked for: give it
    /// to [`Form::attach`], or show it. The form that it is for is still the one at hand, submitted or not.
    MediaReceived(MediaData),
    /// The data of a medium cannot be had: the server refused it, sent another's, or did not answer. The form is still
    /// the one at hand: show the text or the URL that it gives instead, if it does.
    MediaUnavailable {
        /// The Content-ID that was asked for.
        cid: String,
    },
    /// Something came under an id of ours and did not count. Nothing is to be done; worth a line in a log. At most 16
    /// of them are told, so that nobody fills the memory with them.
    Ignored(Ignored),
    /// Terminal: the account is to be made elsewhere. Show it to the user.
    Redirected(Redirect),
    /// Terminal: it is done.
    Succeeded(Success),
    /// Terminal: it is not done, or nobody knows: see [`Failure::in_doubt`].
    Failed(Failure),
}

impl Event {
    /// Whether this is the last one.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        match self {
            Event::Redirected(_) | Event::Succeeded(_) | Event::Failed(_) => true,
            Event::FormOffered(_)
            | Event::Refused { .. }
            | Event::MediaReceived(_)
            | Event::MediaUnavailable { .. }
            | Event::Ignored(_) => false,
        }
    }
}

/// Why something under our id did not count as the reply.
#[doc = include_str!("event/ignored.md")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum Ignored {
    /// It is a get or set: most likely our own request, come back to us.
    #[error("a request came back under our id")]
    Reflected,
    /// It is neither get, set, result nor error.
    #[error("a stanza of an unknown type came under our id")]
    UnknownType,
    /// Somebody else sent it, who may not answer: a forgery, or a misconfigured server.
    #[error("a reply came under our id from somebody else")]
    WrongSender,
    /// The request was answered already.
    #[error("a second reply came to a request that was answered")]
    Duplicate,
    /// It answers a request whose turn is over: one before the last, or one that was given up or answered beside the task.
    #[error("a reply came to an earlier request")]
    Late,
}

#[doc = include_str!("event/redirect.md")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    pub(crate) url: Option<String>,
    pub(crate) instructions: Option<String>,
}

impl Redirect {
    /// Where to go.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// What to tell the user.
    #[must_use]
    pub fn instructions(&self) -> Option<&str> {
        self.instructions.as_deref()
    }
}

/// What was done. That a login will work is never said: an account may want a confirmation first.
#[doc = include_str!("event/success.md")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Success {
    /// The registration is made; with a reset token, an existing account has the new password.
    Registered,
    /// The registration existed, and has the new values; or it stays, since the form that a removal brought asked whether to
    /// remove it (a boolean field `remove`), and was answered by a no.
    Updated,
    /// The password is changed.
    PasswordChanged,
    /// The registration is removed. For one's own account the server now ends the stream: by `not-authorized`, by
    /// `conflict`, or by closing it. None of these is an error.
    Unregistered,
}

impl fmt::Display for Success {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Success::Registered => "registered",
            Success::Updated => "registration updated",
            Success::PasswordChanged => "password changed",
            Success::Unregistered => "unregistered",
        })
    }
}

/// Why the task ended without success.
#[doc = include_str!("event/failure.md")]
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Failure {
    /// The server does not register in-band.
    #[error("the server does not support registration: {0}")]
    Unsupported(StanzaError),
    /// The invitation token is not good, whatever condition the server chose (XEP-0445 section 4).
    #[error("{0}")]
    TokenRefused(StanzaError),
    /// The server refused.
    #[error("{0}")]
    Refused(StanzaError),
    /// The server broke the protocol; nothing was changed.
    #[error("{0}")]
    Protocol(Violation),
    /// The server ended the stream; nothing was changed.
    #[error("the server ended the stream: {0}")]
    StreamError(StreamCondition),
    /// No reply came in time; nothing was changed.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The connection ended; nothing was changed.
    #[error("the connection ended")]
    Disconnected,
    /// The request to change something was sent, and its reply never came: the server may have acted or not. Find out
    /// (try to log in) before trying again, and not at once: a server may act only after it has seen the stream's end.
    #[error("the outcome is unknown: {0}")]
    OutcomeUnknown(Interruption),
}

impl Failure {
    /// Whether the server may have acted all the same.
    #[must_use]
    pub fn in_doubt(&self) -> bool {
        match self {
            Failure::OutcomeUnknown(_) => true,
            Failure::Unsupported(_)
            | Failure::TokenRefused(_)
            | Failure::Refused(_)
            | Failure::Protocol(_)
            | Failure::StreamError(_)
            | Failure::TimedOut
            | Failure::Disconnected => false,
        }
    }

    /// The server's refusal, if it was one.
    #[must_use]
    pub fn stanza_error(&self) -> Option<&StanzaError> {
        match self {
            Failure::Unsupported(error)
            | Failure::TokenRefused(error)
            | Failure::Refused(error) => Some(error),
            Failure::Protocol(_)
            | Failure::StreamError(_)
            | Failure::TimedOut
            | Failure::Disconnected
            | Failure::OutcomeUnknown(_) => None,
        }
    }
}

/// What kept the reply away, after the request to change something was sent.
#[doc = include_str!("event/interruption.md")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum Interruption {
    /// No reply came in time.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The connection ended.
    #[error("the connection ended")]
    Disconnected,
    /// The server ended the stream.
    #[error("the server ended the stream: {0}")]
    StreamError(StreamCondition),
    /// The service's server did not answer one's own (`remote-server-timeout`): it may have got the request.
    #[error("the service could not be heard in time")]
    RemoteServerTimeout,
    /// Something came, and could not be read.
    #[error("the reply could not be read")]
    Unreadable,
}

macro_rules! stream_conditions {
    ($($(#[$doc:meta])* $variant:ident $name:literal,)*) => {
        /// The condition of a stream error (RFC 6120 section 4.9.3). Its text stays with the element, which is the caller's.
        #[doc = include_str!("event/stream_condition.md")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum StreamCondition { $($(#[$doc])* $variant,)* }

        impl StreamCondition {
            const ALL: &'static [(StreamCondition, &'static str)] = &[$((StreamCondition::$variant, $name),)*];
        }
    };
}

stream_conditions! {
    /// XML that cannot be processed.
    BadFormat "bad-format",
    /// An unsupported namespace prefix.
    BadNamespacePrefix "bad-namespace-prefix",
    /// Another session took this one's place, or removed the account.
    Conflict "conflict",
    /// Nothing was received for too long: an idle stream before login is closed after some 30 to 60 seconds.
    ConnectionTimeout "connection-timeout",
    /// The host is no longer served.
    HostGone "host-gone",
    /// The host is not served.
    HostUnknown "host-unknown",
    /// An address is missing or wrong.
    ImproperAddressing "improper-addressing",
    /// The server failed.
    InternalServerError "internal-server-error",
    /// The `from` is not one's own.
    InvalidFrom "invalid-from",
    /// The id of the stream is wrong (RFC 3920).
    InvalidId "invalid-id",
    /// The stream's namespace is wrong.
    InvalidNamespace "invalid-namespace",
    /// Invalid XML.
    InvalidXml "invalid-xml",
    /// Not logged in for what was sent, or the account was just removed.
    NotAuthorized "not-authorized",
    /// XML that is not well-formed.
    NotWellFormed "not-well-formed",
    /// A policy of the server, such as a required encryption.
    PolicyViolation "policy-violation",
    /// A remote server cannot be reached.
    RemoteConnectionFailed "remote-connection-failed",
    /// The server wants a new stream.
    Reset "reset",
    /// The server lacks resources.
    ResourceConstraint "resource-constraint",
    /// Restricted XML, such as a comment.
    RestrictedXml "restricted-xml",
    /// The server is elsewhere.
    SeeOtherHost "see-other-host",
    /// The server shuts down.
    SystemShutdown "system-shutdown",
    /// Any other condition, or none that could be read.
    UndefinedCondition "undefined-condition",
    /// An encoding that is not supported.
    UnsupportedEncoding "unsupported-encoding",
    /// A stream feature that is not supported.
    UnsupportedFeature "unsupported-feature",
    /// A stanza that is not supported.
    UnsupportedStanzaType "unsupported-stanza-type",
    /// A version that is not supported.
    UnsupportedVersion "unsupported-version",
    /// XML that is not well-formed (RFC 3920's name).
    XmlNotWellFormed "xml-not-well-formed",
}

impl StreamCondition {
    /// The name of the condition's element, such as `not-authorized`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|row| row.0 == self)
            .map_or("undefined-condition", |row| row.1)
    }

    /// Reads a `<stream:error/>`; whatever cannot be read is `undefined-condition`.
    #[must_use]
    pub fn of(error: &Element) -> StreamCondition {
        error
            .children()
            .filter(|child| child.has_ns(NS_STREAMS))
            .find_map(|child| Self::ALL.iter().find(|row| row.1 == child.name()))
            .map_or(StreamCondition::UndefinedCondition, |row| row.0)
    }
}

impl fmt::Display for StreamCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text of one element for people, or none.
pub(crate) fn display_text(element: &Element) -> Option<String> {
    let mut text = String::new();
    xml::push_text(&mut text, element);
    let trimmed = text.trim();
    (!trimmed.is_empty()).then(|| trimmed.into())
}
