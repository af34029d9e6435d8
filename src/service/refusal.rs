//! Why a request is refused: a condition, its type, and a text.

use alloc::boxed::Box;
use alloc::string::String;

use crate::error::Misuse;
use crate::stanza_error::{Condition, ErrorType};

/// A refusal, as the requester will see it: a stanza error with the legacy code of XEP-0086 beside its condition.
///
/// It never holds anything of the request: a client must not get its password back in an error.
///
/// ```
/// use xmpp_registration::{Condition, ErrorType};
/// use xmpp_registration::service::Refusal;
///
/// let taken = Refusal::conflict().text("That name is taken, try another one")?;
/// assert_eq!(taken.condition(), Condition::Conflict);
/// let weak = Refusal::new(Condition::NotAcceptable).text("A password has 8 letters or more")?;
/// assert_eq!(weak.condition(), Refusal::not_acceptable().condition());
/// let later = Refusal::new(Condition::PolicyViolation).error_type(ErrorType::Wait);
/// assert_ne!(later, Refusal::from(Condition::PolicyViolation)); // which is of the type `modify`
/// assert!(Refusal::conflict().text("\u{0}").is_err());
/// assert_eq!(Refusal::conflict().text("")?, Refusal::conflict());
///
/// // What XEP-0077, XEP-0445 and good manners have, by name:
/// for (refusal, condition) in [
///     (Refusal::unsupported(), Condition::ServiceUnavailable),
///     (Refusal::too_fast(), Condition::ResourceConstraint),
///     (Refusal::internal(), Condition::InternalServerError),
///     (Refusal::removal_forbidden(), Condition::Forbidden),
///     (Refusal::removal_not_allowed(), Condition::NotAllowed),
///     (Refusal::not_registered(), Condition::RegistrationRequired),
///     (Refusal::password_incomplete(), Condition::BadRequest),
///     (Refusal::password_not_safe(), Condition::NotAuthorized),
///     (Refusal::password_not_allowed(), Condition::NotAllowed),
///     (Refusal::unexpected(), Condition::UnexpectedRequest),
///     (Refusal::token_not_found(), Condition::ItemNotFound),
/// ] {
///     assert_eq!(refusal.condition(), condition);
/// }
/// # Ok::<(), xmpp_registration::Misuse>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub(super) condition: Condition,
    pub(super) kind: ErrorType,
    pub(super) text: Option<Box<str>>,
    /// The text is the service's own, which is English whatever the application speaks.
    pub(super) english: bool,
}

impl Refusal {
    /// With this condition, and the type that XEP-0086 gives it.
    #[must_use]
    pub fn new(condition: Condition) -> Refusal {
        Refusal {
            condition,
            kind: condition.default_type(),
            text: None,
            english: false,
        }
    }

    /// With a text for the user, in the language of [`ServiceConfig::lang`](super::ServiceConfig::lang). Never put into it
    /// what the user typed. An empty text is none.
    ///
    /// # Errors
    /// [`Misuse::Value`] if it holds a character that XML forbids.
    pub fn text(mut self, text: &str) -> Result<Refusal, Misuse> {
        Misuse::check_characters("text", text)?;
        self.text = (!text.is_empty()).then(|| text.into());
        self.english = false;
        Ok(self)
    }

    /// With another type than the condition's own.
    #[must_use]
    pub fn error_type(mut self, kind: ErrorType) -> Refusal {
        self.kind = kind;
        self
    }

    /// The condition.
    #[must_use]
    pub fn condition(&self) -> Condition {
        self.condition
    }

    /// The host does not register in-band (XEP-0077 section 3.1).
    #[must_use]
    pub fn unsupported() -> Refusal {
        Self::new(Condition::ServiceUnavailable)
    }

    /// The user name is taken (XEP-0077 section 3.1).
    #[must_use]
    pub fn conflict() -> Refusal {
        Self::new(Condition::Conflict)
    }

    /// A value is missing or not good enough; also for a second identity, or too many tries (XEP-0077 sections 3.1 and
    /// 3.1.1).
    #[must_use]
    pub fn not_acceptable() -> Refusal {
        Self::new(Condition::NotAcceptable)
    }

    /// Too many requests, or too soon: the same request may succeed later.
    #[must_use]
    pub fn too_fast() -> Refusal {
        Self::new(Condition::ResourceConstraint)
    }

    /// The application's own failure, such as a store that cannot be reached: the same request may succeed later.
    #[must_use]
    pub fn internal() -> Refusal {
        Self::new(Condition::InternalServerError)
    }

    /// Removal: the requester may not do that (XEP-0077 section 3.2), as `cancel`, which the XEP has here.
    #[must_use]
    pub fn removal_forbidden() -> Refusal {
        Self::new(Condition::Forbidden).error_type(ErrorType::Cancel)
    }

    /// Removal: nobody may do that in-band (XEP-0077 section 3.2).
    #[must_use]
    pub fn removal_not_allowed() -> Refusal {
        Self::new(Condition::NotAllowed)
    }

    /// Removal: the requester is not registered (XEP-0077 section 3.2).
    #[must_use]
    pub fn not_registered() -> Refusal {
        Self::new(Condition::RegistrationRequired)
    }

    /// Change of the password: the request is not complete (XEP-0077 section 3.3).
    #[must_use]
    pub fn password_incomplete() -> Refusal {
        Self::new(Condition::BadRequest)
    }

    /// Change of the password: the channel is not safe enough (XEP-0077 section 3.3), as `modify`, which the XEP has here.
    #[must_use]
    pub fn password_not_safe() -> Refusal {
        Self::new(Condition::NotAuthorized).error_type(ErrorType::Modify)
    }

    /// Change of the password: not here (XEP-0077 section 3.3).
    #[must_use]
    pub fn password_not_allowed() -> Refusal {
        Self::new(Condition::NotAllowed)
    }

    /// Removal or change of the password: the server does not know whose account it is about, before login (XEP-0077
    /// sections 3.2 and 3.3). A [`RegistrationService`](super::RegistrationService) says it by itself.
    #[must_use]
    pub fn unexpected() -> Refusal {
        Self::new(Condition::UnexpectedRequest)
    }

    /// The invitation token is not good (XEP-0445 section 4).
    #[must_use]
    pub fn token_not_found() -> Refusal {
        Self::new(Condition::ItemNotFound)
    }

    /// With a text of the service's own, which holds nothing of the peer's.
    pub(super) fn told(condition: Condition, text: impl Into<String>) -> Refusal {
        let text: String = text.into();
        Refusal {
            text: Some(text.into()),
            english: true,
            ..Self::new(condition)
        }
    }
}

impl From<Condition> for Refusal {
    fn from(condition: Condition) -> Self {
        Refusal::new(condition)
    }
}
