//! Why the program ends without having done what it was told to, and its exit code.

use std::process::ExitCode;

use tokio_xmpp::error::Error;
use tokio_xmpp::xmlstream::RecvFeaturesError;
use xmpp_registration::{Failure, FieldError, Incomplete, Misuse, StanzaError};

/// The exit codes, but 0.
#[derive(Clone, Copy)]
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

    /// Says why on standard error, and gives the exit code.
    pub fn report(&self) -> ExitCode {
        eprintln!("{}", self.message);
        ExitCode::from(self.code as u8)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        let code = match &failure {
            _ if failure.in_doubt() => Code::InDoubt,
            _ if failure.stanza_error().is_some() => Code::Refused,
            _ => Code::NoStream,
        };
        Self::new(code, failure.to_string())
    }
}

impl From<StanzaError> for Stop {
    fn from(error: StanzaError) -> Self {
        Self::new(Code::Refused, error.to_string())
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        let code = match error {
            Error::Auth(_) => Code::Refused,
            _ => Code::NoStream,
        };
        Self::new(code, error.to_string())
    }
}

impl From<RecvFeaturesError> for Stop {
    fn from(error: RecvFeaturesError) -> Self {
        Error::from(error).into()
    }
}

impl From<Misuse> for Stop {
    fn from(why: Misuse) -> Self {
        Self::usage(why.to_string())
    }
}

impl From<FieldError> for Stop {
    fn from(error: FieldError) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<Incomplete> for Stop {
    fn from(why: Incomplete) -> Self {
        Self::usage(why.to_string())
    }
}
