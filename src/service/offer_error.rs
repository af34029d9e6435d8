//! What keeps an offer from being made.

use alloc::string::String;

use thiserror::Error;

use crate::error::FieldError;

/// Why an offer cannot be made.
///
/// ```
/// use xmpp_registration::service::{Fields, Offer, OfferError};
///
/// let error = Offer::of_fields(Fields::new().value("password", "R0m30!")).unwrap_err();
/// assert_eq!(error, OfferError::Secret { name: "password".into() });
/// assert_eq!(error.to_string(), "the value of `password` is a secret and is never offered: leave it out");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OfferError {
    /// It has nothing in it.
    #[error("the offer is empty: give it fields, a form, a url, instructions, or `registered`")]
    Empty,
    /// The fields of the old way have none in them, or the data form has none. A form that is only to be confirmed has a
    /// text to say so: [`FormField::fixed`](super::FormField::fixed).
    #[error("the offer has a form without a field in it: add one, or leave the form out")]
    NoFields,
    /// A text holds a character that XML forbids.
    #[error("{what} holds a character that XML forbids: leave it out")]
    ForbiddenCharacter {
        /// Which text: a field's name, or what it is for.
        what: String,
    },
    /// A field of the old way has a name that is no element's, or that means something else.
    #[error("`{name}` is no name for a field of the old way: put it into a `DataForm`")]
    BadName {
        /// The name.
        name: String,
    },
    /// A field of a form has no name.
    #[error("a field of the form has an empty name: give it one, or use `FormField::fixed`")]
    Unnamed,
    /// Two fields have one name.
    #[error("two fields are named `{name}`: leave one out")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// Options of a field that is no list.
    #[error("the field `{name}` has options and is no list: make it a `ListSingle` or `ListMulti`")]
    NotAList {
        /// The field's name.
        name: String,
    },
    /// A list without options, which is not open to other values either.
    #[error("the list `{name}` has no options: add some, or make it `open`")]
    NoOptions {
        /// The field's name.
        name: String,
    },
    /// An option with an empty value: to choose it is to leave the field empty.
    #[error("an option of the list `{name}` has an empty value: give it another one")]
    EmptyOption {
        /// The field's name.
        name: String,
    },
    /// Two options that cannot be told apart (XEP-0004 section 3.3).
    #[error("two options of `{name}` have the same label or value: leave one out")]
    SameOption {
        /// The field's name.
        name: String,
    },
    /// Several defaults of a field that takes one value.
    #[error("the field `{name}` takes one value only: leave the others out")]
    TooManyValues {
        /// The field's name.
        name: String,
    },
    /// A field `username` or `password` that takes several values: which of them would count?
    #[error("the field `{name}` takes one value: make it a `TextSingle` or `TextPrivate`")]
    NotSingle {
        /// The field's name.
        name: String,
    },
    /// A default that the form itself would refuse.
    #[error("the default is not one that the field takes: {0}")]
    BadValue(FieldError),
    /// A value of a password, or of another secret, which must never be sent.
    #[error("the value of `{name}` is a secret and is never offered: leave it out")]
    Secret {
        /// The field's name.
        name: String,
    },
    /// A field for a password that nobody sees, and so nobody could fill in.
    #[error(
        "the field `{name}` is for a secret and is hidden: make it `TextPrivate`, or rename it"
    )]
    HiddenSecret {
        /// The field's name.
        name: String,
    },
    /// A medium that nobody could look at (XEP-0221).
    #[error("the media of `{name}` cannot be shown: {advice}")]
    BadMedia {
        /// The field's name.
        name: String,
        /// What to do.
        advice: &'static str,
    },
    /// A rule that does not go with the field, that nobody could check, or that no value could keep (XEP-0122).
    #[error("the validation of `{name}` does not fit: {advice}")]
    BadRule {
        /// The field's name.
        name: String,
        /// What to do.
        advice: &'static str,
    },
    /// A challenge without a data form to be in.
    #[error("a challenge belongs into a data form: give the offer one with `OfferBuilder::form`")]
    NoFormForCaptcha,
    /// A challenge beside fields of the old way, which would let it be passed by.
    #[error(
        "fields of the old way would pass the challenge by: leave them out, and say so in the instructions"
    )]
    CaptchaPassedBy,
    /// A challenge in a form with a type: there is one type only, and what the form is for would be lost.
    #[error("a challenge gives the form a type of its own: leave `DataForm::form_type` out")]
    CaptchaType,
    /// A challenge without an identifier or an answer.
    #[error("the challenge needs an identifier and an answer")]
    BadCaptcha,
    /// It is larger than any client would take.
    #[error(
        "the offer is too large: it has room for 4096 fields, 16384 options and values, 512 KiB of text, and a picture of 1 MiB"
    )]
    TooLarge,
}
