//! Why the program ends without having done what it was told to, and its exit code.

use std::io::{self, Write as _};
use std::process::ExitCode;

use minidom::Element;
use xmpp_registration::{Failure, FieldError, Misuse, StanzaError};

use crate::connect::ConnectError;
use crate::login::LoginError;
use crate::redact::Redactor;
use crate::stream::StreamEnd;

/// The exit codes, but 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The server refused, or does not support it.
    Refused = 1,
    /// The command line is wrong, or a field was left open before anything was submitted.
    Usage = 2,
    /// The server may have done it or not.
    InDoubt = 3,
    /// No connection, no encryption, no reply; nothing was changed.
    NoStream = 4,
    /// It is to be done elsewhere.
    Elsewhere = 5,
}

/// The end of the program, but for success.
#[derive(Debug)]
pub struct Stop {
    code: Code,
    message: String,
}

impl Stop {
    /// Ends with this code, and says why.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code, message }
    }

    /// The command line is wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Code::Usage, message)
    }

    /// The task failed. `end` is how the stream ended, if it did.
    pub fn failed(failure: &Failure, end: Option<&StreamEnd>) -> Self {
        if let Some(error) = failure.stanza_error() {
            return Self::new(Code::Refused, format!("{failure}{}", advice(error)));
        }
        let mut message = failure.to_string();
        if let Some(detail) = end.and_then(detail) {
            message.extend([" (", &detail, ")"]);
        }
        if failure.in_doubt() {
            message += ": try to log in before trying again";
            return Self::new(Code::InDoubt, message);
        }
        Self::new(Code::NoStream, message)
    }

    /// There is no stream. `ca_given`: the certificates to trust are the user's own choice.
    pub fn unconnected(error: &ConnectError, ca_given: bool) -> Self {
        let code = match error {
            ConnectError::Domain(_) => Code::Usage,
            ConnectError::Certificates(_) if ca_given => Code::Usage,
            ConnectError::Certificates(_)
            | ConnectError::NoService
            | ConnectError::Unreachable(_)
            | ConnectError::NoTls
            | ConnectError::Stream(_) => Code::NoStream,
        };
        Self::new(code, error.to_string())
    }

    /// Says why on standard error, on one line, and gives the exit code.
    pub fn report(&self, redactor: &Redactor) -> ExitCode {
        if !self.message.is_empty() {
            let line = redactor.text(&self.message).replace(['\n', '\t'], " ");
            // Nobody may be there to read it; the code tells all the same.
            let _ = writeln!(io::stderr(), "register: {line}");
        }
        ExitCode::from(self.code as u8)
    }
}

/// What to do about a refusal, where the server's words may not say so.
pub fn advice(error: &StanzaError) -> String {
    if let Some(address) = error.new_address() {
        format!(": go to {address}")
    } else if error.is_worth_retrying() {
        ": try again later".to_owned()
    } else {
        String::new()
    }
}

/// What is known of a stream's end besides what the machine tells of it.
fn detail(end: &StreamEnd) -> Option<String> {
    let text = match end {
        StreamEnd::Broken(why) => why.clone(),
        StreamEnd::StreamError(error) => error
            .children()
            .find(|child| child.name() == "text")
            .map(Element::text)?,
        StreamEnd::Closed | StreamEnd::TimedOut => return None,
    };
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

impl From<LoginError> for Stop {
    fn from(error: LoginError) -> Self {
        let code = match error {
            LoginError::Refused { .. } | LoginError::NoMechanism => Code::Refused,
            LoginError::Protocol(_) | LoginError::Stream(_) => Code::NoStream,
        };
        Self::new(code, error.to_string())
    }
}

/// What is wrong with a value. The crate's own texts talk to programmers where it matters who
/// is to choose another one.
pub fn plainly(error: &FieldError) -> String {
    match error {
        FieldError::Unknown { field } => format!("the form has no field `{field}`"),
        FieldError::NotAnOption { field } => {
            format!("the value of `{field}` is none of its options")
        }
        FieldError::NotABoolean { field } => format!("the field `{field}` is a yes or no"),
        other => other.to_string(),
    }
}

impl From<FieldError> for Stop {
    fn from(error: FieldError) -> Self {
        Self::usage(plainly(&error))
    }
}

impl From<Misuse> for Stop {
    fn from(why: Misuse) -> Self {
        Self::usage(match why {
            // The others talk to users as well as to programmers.
            Misuse::ServiceIsHome => {
                "the service is in the account's own domain: leave --service out".to_owned()
            }
            other => other.to_string(),
        })
    }
}
