//! What a caller can do wrong ([`Misuse`], [`FieldError`]), and what a peer can ([`Violation`]).

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;

mod field;

pub use field::FieldError;

use crate::form::{Answer, Form};
use crate::xml::{self, Shown};

/// A call that cannot be carried out. It changed nothing; the text says what to do instead.
#[doc = include_str!("error/misuse.md")]
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Misuse {
    /// [`IdPrefix::new`](crate::IdPrefix::new) was given an empty prefix.
    #[error("the id prefix is empty: give `IdPrefix::new` some 16 letters from a random source")]
    EmptyIdPrefix,
    /// [`Peer::service`](crate::Peer::service) was given an address in one's own domain.
    #[error(
        "the service is in my own domain, where a removal would delete my account: use `Peer::account`"
    )]
    ServiceIsHome,
    /// A password change or a removal before login (XEP-0077 sections 3.2 and 3.3).
    #[error("this needs an account: log in, then use `Peer::account` or `Peer::service`")]
    NotLoggedIn,
    /// An invitation token after login (XEP-0445 section 4).
    #[error("a token goes to the server before login: use `Peer::server`")]
    TokenAfterLogin,
    /// At [`Peer::account`](crate::Peer::account), the user name is not that of the account.
    #[error("the user name is not that of the account that is logged in: use its own name")]
    NotMyAccount,
    /// A secret would go over [`Channel::Plaintext`](crate::Channel::Plaintext).
    #[error(
        "a secret would be sent in plain text: encrypt the stream, or let the user accept it with `Channel::PlaintextAccepted`"
    )]
    PlaintextChannel,
    /// An argument is not a legal value.
    #[error("{error}")]
    Value {
        /// The argument.
        field: &'static str,
        /// What is wrong with it.
        error: FieldError,
    },
    /// A request is out, or waits in [`poll_output`](crate::RegistrationMachine::poll_output).
    #[error("a request is under way: wait for its reply, or tell the machine of a timeout")]
    AwaitingReply,
    /// The answer is for a form that is no longer open.
    #[error(
        "the answer is for a form that is no longer open: fill in the newest form, or call `request_form`"
    )]
    StaleAnswer,
    /// The answer is for another machine's form.
    #[error("the answer is for another machine's form: take its values over with `Form::adopt`")]
    ForeignAnswer,
    /// [`request_form`](crate::RegistrationMachine::request_form) in another task than `register`.
    #[error("only `register` can request a form: make a new machine to try again")]
    NotRegistering,
    /// A URI that cannot be used to register, such as a contact's without a token for it.
    #[error("this URI cannot be used to register: look at `Uri::allows_registration`")]
    NoRegistration,
    /// A URI with a configuration for somebody else: its token must not go there, nor a removal.
    #[error("the configuration is for another address than the URI's: make one for `Uri::address`")]
    NotTheUri,
    /// The terminal event has happened.
    #[error("the task is over: make a new machine")]
    Finished,
}

impl Misuse {
    pub(crate) fn value(field: &'static str, error: impl FnOnce(String) -> FieldError) -> Self {
        let error = error(field.to_string());
        Misuse::Value { field, error }
    }

    pub(crate) fn check_characters(field: &'static str, text: &str) -> Result<(), Misuse> {
        match xml::forbidden(text) {
            None => Ok(()),
            Some(position) => Err(Misuse::value(field, |field| {
                FieldError::ForbiddenCharacter { field, position }
            })),
        }
    }
}

/// [`submit`](crate::RegistrationMachine::submit) was refused, and gives the answer back.
#[doc = include_str!("error/rejected.md")]
#[derive(Debug, PartialEq, Error)]
#[error("{why}")]
pub struct Rejected {
    /// Why, and what to do.
    pub why: Misuse,
    /// What was to be submitted. [`Answer::into_form`] makes a form of it again.
    pub answer: Answer,
}

/// [`Form::finish`] found fields that the server would refuse, and gives the form back.
#[doc = include_str!("error/incomplete.md")]
#[derive(Debug, PartialEq)]
pub struct Incomplete {
    pub(crate) errors: Vec<FieldError>,
    pub(crate) form: Form,
}

impl Incomplete {
    /// Every field that is not ready, in the form's order, a challenge last; never empty.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// The names of these fields.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.errors.iter().map(FieldError::field)
    }

    /// The form, with everything that was set.
    #[must_use]
    pub fn into_form(self) -> Form {
        self.form
    }
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the form is not ready")?;
        for (at, error) in self.errors.iter().enumerate() {
            write!(f, "{} {error}", if at == 0 { ':' } else { ';' })?;
        }
        Ok(())
    }
}

impl core::error::Error for Incomplete {}

/// The required fields that are still without a value.
#[doc = include_str!("error/unfilled.md")]
#[derive(Clone, PartialEq, Eq, Default)]
#[must_use = "a form with unfilled fields is refused by `Form::finish`"]
pub struct Unfilled {
    /// With [`Unfilled::END`] behind each.
    names: String,
}

impl Unfilled {
    /// XML forbids it, so no name can hold it.
    const END: char = '\0';

    pub(crate) fn push(&mut self, name: &str) {
        self.names.reserve(name.len() + Self::END.len_utf8());
        self.names.push_str(name);
        self.names.push(Self::END);
    }

    /// Whether nothing is left to be filled in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// How many fields are left.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names().count()
    }

    /// The names of the fields, in the form's order, challenges last.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.split_terminator(Self::END)
    }
}

impl fmt::Display for Unfilled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in self.names().enumerate() {
            f.write_str(if at == 0 { "" } else { ", " })?;
            Shown(name).fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Unfilled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// What a peer sent against the protocol, so that the task could not go on.
#[doc = include_str!("error/violation.md")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum Violation {
    /// The reply to the request for a form holds neither a form, nor fields, nor a redirect.
    #[error("the server offered neither a form nor a redirect")]
    NothingOffered,
    /// The transport could not parse the reply.
    #[error("the reply could not be read")]
    Unreadable,
    /// A name or a hidden value that must go back holds a character that XML forbids.
    #[error("the form holds a character that XML forbids")]
    ForbiddenCharacter,
    /// The reply is larger than [`Limits`](crate::Limits) allow.
    #[error("the reply has more {0} than the limits allow")]
    LimitExceeded(Limit),
}

/// Which of the [`Limits`](crate::Limits) was exceeded.
#[doc = include_str!("error/limit.md")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// [`Limits::fields`](crate::Limits::fields)
    Fields,
    /// [`Limits::options`](crate::Limits::options)
    Options,
    /// [`Limits::text_bytes`](crate::Limits::text_bytes)
    TextBytes,
    /// [`Limits::picture_bytes`](crate::Limits::picture_bytes)
    PictureBytes,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Limit::Fields => "fields",
            Limit::Options => "options and values",
            Limit::TextBytes => "bytes of text",
            Limit::PictureBytes => "bytes of pictures",
        })
    }
}
