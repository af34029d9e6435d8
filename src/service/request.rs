//! Requests that wait for the application's answer: each is a value that the answer uses up.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;
use zeroize::Zeroizing;

use super::Requester;

/// A request that can be refused: [`FormRequest`], [`Submission`] or [`TokenRequest`].
#[doc = include_str!("request/request.md")]
pub trait Request: sealed::Sealed {}

/// A request that can be accepted as it is: [`Submission`] or [`TokenRequest`]. A [`FormRequest`] is answered by an offer.
#[doc = include_str!("request/acceptable.md")]
pub trait Acceptable: Request {}

#[doc = include_str!("request/form_request.md")]
pub struct FormRequest {
    pub(super) envelope: Envelope,
}

#[doc = include_str!("request/submission.md")]
pub struct Submission {
    pub(super) envelope: Envelope,
    pub(super) purpose: Purpose,
    pub(super) values: Values,
    pub(super) filled: Filled,
}

#[doc = include_str!("request/token_request.md")]
pub struct TokenRequest {
    pub(super) envelope: Envelope,
    pub(super) token: Zeroizing<String>,
}

/// What a submission is for.
#[doc = include_str!("request/purpose.md")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// To register; from an account that is registered already, to change what is on file (XEP-0077 section 3.1).
    ///
    /// From an account, [`Submission::requester`] says whose registration it is, and not the field `username`.
    Register,
    /// To change the password of the requester (XEP-0077 section 3.3). The user name has been checked to be the
    /// requester's own, where the service is a server; a service checks it itself.
    ChangePassword,
    /// To remove the registration of the requester (XEP-0077 section 3.2). Where a form asks `remove`, it was not answered
    /// by a no.
    Remove,
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Purpose::Register => "registration",
            Purpose::ChangePassword => "change of the password",
            Purpose::Remove => "removal",
        })
    }
}

impl FormRequest {
    /// Who asks.
    #[must_use]
    pub fn requester(&self) -> &Requester {
        &self.envelope.reply.requester
    }

    /// The language that the requester wants (`xml:lang`), as it was sent.
    #[must_use]
    pub fn stream_lang(&self) -> Option<&str> {
        self.envelope.reply.lang.as_deref()
    }
}

impl Submission {
    /// Who asks.
    #[must_use]
    pub fn requester(&self) -> &Requester {
        &self.envelope.reply.requester
    }

    /// What it is for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Whether it fills in a form that was demanded for just this purpose
    /// ([`demand`](super::RegistrationService::demand)). False: it is the bare request, or fills in what was offered, or
    /// removes where the form was demanded for something else. Do nothing that wants a demand's answer before it is true.
    #[must_use]
    pub fn answers_demand(&self) -> bool {
        self.filled.demand
    }

    /// Whether a challenge came with the form that it fills in ([`Captcha`](super::Captcha)), which was answered rightly
    /// then.
    #[must_use]
    pub fn answers_challenge(&self) -> bool {
        self.filled.challenge
    }

    /// The language that the requester wants (`xml:lang`), as it was sent.
    #[must_use]
    pub fn stream_lang(&self) -> Option<&str> {
        self.envelope.reply.lang.as_deref()
    }

    /// The value of a field; the first one, where it has several. `None`: it was left out or left empty.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }

    /// The values of a field.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let found = self.values.0.iter().find(|(of, _)| **of == *name);
        found.into_iter().flat_map(|(_, values)| texts(values))
    }

    /// The fields that were submitted, in the order of the form, with their values. A field without one was left empty
    /// on purpose: what is on file goes (XEP-0004 section 3.6).
    ///
    /// Hidden fields of the form are among them, unchanged; `FORM_TYPE`, a hidden `key` and a challenge are not, since the
    /// service deals with them.
    pub fn fields(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = &str>)> {
        let fields = self.values.0.iter();
        fields.map(|(name, values)| (&**name, texts(values)))
    }

    /// The field `username`, as it was typed.
    #[must_use]
    pub fn username(&self) -> Option<&str> {
        self.value("username")
    }

    /// The field `password`; never empty.
    #[must_use]
    pub fn password(&self) -> Option<&str> {
        self.value("password")
    }
}

impl TokenRequest {
    /// Who asks: always a stream before login.
    #[must_use]
    pub fn requester(&self) -> &Requester {
        &self.envelope.reply.requester
    }

    /// The token.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }
}

impl fmt::Debug for FormRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FormRequest({})", self.requester())
    }
}

impl fmt::Debug for Submission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.values.0.iter().map(|(name, _)| &**name).collect();
        write!(
            f,
            "Submission({}, {}, {names:?})",
            self.requester(),
            self.purpose
        )
    }
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenRequest({})", self.requester())
    }
}

/// What became of an answer.
#[doc = include_str!("request/answered.md")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use = "whoever asked may be gone, and what was done for it may have to be undone"]
#[expect(
    clippy::exhaustive_enums,
    reason = "somebody waits for it, or nobody does"
)]
pub enum Answered {
    /// [`poll_output`](super::RegistrationService::poll_output) gives the stanza.
    Queued,
    /// The requester is gone ([`requester_gone`](super::RegistrationService::requester_gone)): nothing is sent.
    NobodyWaits,
}

/// An answer that cannot be given, with the request: nothing was changed.
#[doc = include_str!("request/unanswered.md")]
#[derive(Debug, Error)]
#[error("{why}")]
pub struct Unanswered<R> {
    /// Why, and what to do.
    pub why: AnswerError,
    /// The request, which still waits.
    pub request: R,
}

/// Why an answer cannot be given.
#[doc = include_str!("request/answer_error.md")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// The request came from another service.
    #[error("the request is another service's: answer it there")]
    ForeignRequest,
    /// [`demand`](super::RegistrationService::demand) was given an offer without a data form.
    #[error("only a data form can be demanded: make the offer with `OfferBuilder::form`")]
    NoDataForm,
    /// [`redirect`](super::RegistrationService::redirect) was given a text that cannot be sent.
    #[error(
        "the redirect cannot be sent: leave out characters that XML forbids, and give a URL or instructions"
    )]
    BadRedirect,
}

/// Longer ids are refused, since an id is kept as long as its request: no client sends one of this length.
pub(super) const LONGEST_ID: usize = 1024;

/// No JID is longer (RFC 7622 section 3.1).
pub(super) const LONGEST_JID: usize = 1023 + 1 + 1023 + 1 + 1023;

/// Where an answer goes.
#[derive(Debug, Clone)]
pub struct ReplyTo {
    pub(super) requester: Requester,
    /// Absent where the request had none: such an error can still be sent.
    pub(super) id: Option<Box<str>>,
    /// The `from` of the request, and so the `to` of the answer.
    pub(super) to: Option<Box<str>>,
    pub(super) from: Box<str>,
    pub(super) lang: Option<Box<str>>,
}

/// What every request carries for its answer.
pub struct Envelope {
    pub(super) service: Arc<()>,
    /// The service keeps a weak pointer to it: a request that is dropped frees its place.
    pub(super) ticket: Arc<()>,
    pub(super) reply: Box<ReplyTo>,
}

/// The open form that a submission fills in, if it does.
#[derive(Clone, Copy, Default)]
pub(super) struct Filled {
    /// Which one.
    pub age: Option<u64>,
    /// It was demanded for what the submission is for.
    pub demand: bool,
    pub challenge: bool,
}

/// Which open forms are of no more use once a request is done.
pub enum Closes {
    None,
    Of(u64),
    All,
}

/// Names and values, wiped when dropped.
#[derive(Default)]
pub(super) struct Values(pub Vec<(Box<str>, Vec<Zeroizing<String>>)>);

fn texts(values: &[Zeroizing<String>]) -> impl Iterator<Item = &str> {
    values.iter().map(|value| value.as_str())
}

mod sealed {
    use super::{
        Acceptable, Closes, Envelope, FormRequest, Purpose, Request, Submission, TokenRequest,
    };

    pub trait Sealed {
        fn envelope(&self) -> &Envelope;
        /// Whether the application may have begun to act on it.
        fn acts(&self) -> bool;
        fn closes(&self) -> Closes {
            Closes::None
        }
    }

    impl Sealed for FormRequest {
        fn envelope(&self) -> &Envelope {
            &self.envelope
        }
        fn acts(&self) -> bool {
            false
        }
    }

    impl Sealed for Submission {
        fn envelope(&self) -> &Envelope {
            &self.envelope
        }
        fn acts(&self) -> bool {
            true
        }
        fn closes(&self) -> Closes {
            if self.purpose == Purpose::Remove {
                return Closes::All;
            }
            // Another one may be open by now, which another of the account's clients is to fill in.
            self.filled.age.map_or(Closes::None, Closes::Of)
        }
    }

    impl Sealed for TokenRequest {
        fn envelope(&self) -> &Envelope {
            &self.envelope
        }
        fn acts(&self) -> bool {
            false
        }
    }

    impl Request for FormRequest {}
    impl Request for Submission {}
    impl Request for TokenRequest {}
    impl Acceptable for Submission {}
    impl Acceptable for TokenRequest {}
}
