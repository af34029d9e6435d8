//! What is wrong with a value that the caller set.

use alloc::string::String;
use core::fmt;

use crate::xml::Shown;

#[doc = include_str!("field_error.md")]
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldError {
    /// The form has no such field.
    Unknown {
        /// The field's name.
        field: String,
    },
    /// The field is the server's own: hidden, fixed or `key`.
    ReadOnly {
        /// The field's name.
        field: String,
    },
    /// The value is reserved by the invitation (XEP-0445 section 2.1).
    Reserved {
        /// The field's name.
        field: String,
    },
    /// The field is required and has no value, or it is a password and empty.
    Missing {
        /// The field's name.
        field: String,
    },
    /// XML cannot carry a character of the value.
    ForbiddenCharacter {
        /// The field's name.
        field: String,
        /// Which character it is, counted from 0.
        position: usize,
    },
    /// The value is none of the options.
    NotAnOption {
        /// The field's name.
        field: String,
    },
    /// Not enough of the form's challenges are answered (XEP-0158 section 3.2).
    Challenge {
        /// A challenge that is not answered.
        field: String,
        /// How many answers are left to be given.
        left: usize,
    },
    /// The field takes one value.
    TooManyValues {
        /// The field's name.
        field: String,
    },
    /// The value is no boolean.
    NotABoolean {
        /// The field's name.
        field: String,
    },
    /// The value is no JID.
    NotAJid {
        /// The field's name.
        field: String,
    },
    /// The value is not of the datatype that the server wants (XEP-0122).
    NotOfType {
        /// The field's name.
        field: String,
        /// The datatype, such as `xs:date`.
        datatype: &'static str,
    },
    /// The value is less than the least one allowed (XEP-0122).
    BelowMinimum {
        /// The field's name.
        field: String,
        /// The bound, as the server wrote it.
        minimum: String,
    },
    /// The value is greater than the greatest one allowed (XEP-0122).
    AboveMaximum {
        /// The field's name.
        field: String,
        /// The bound, as the server wrote it.
        maximum: String,
    },
    /// The value does not match the server's regular expression (XEP-0122).
    NoMatch {
        /// The field's name.
        field: String,
        /// The pattern, as the server wrote it.
        pattern: String,
    },
    /// Too few options are selected (XEP-0122).
    TooFew {
        /// The field's name.
        field: String,
        /// How many it must be.
        minimum: u32,
    },
    /// Too many options are selected (XEP-0122).
    TooMany {
        /// The field's name.
        field: String,
        /// How many it may be.
        maximum: u32,
    },
    /// The value is no language tag.
    NotALanguage {
        /// The field's name.
        field: String,
    },
    /// The value is longer than allowed.
    TooLong {
        /// The field's name.
        field: String,
    },
}

impl FieldError {
    /// The name of the field, empty for one that has none.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            FieldError::Unknown { field }
            | FieldError::ReadOnly { field }
            | FieldError::Reserved { field }
            | FieldError::Missing { field }
            | FieldError::ForbiddenCharacter { field, .. }
            | FieldError::NotAnOption { field }
            | FieldError::Challenge { field, .. }
            | FieldError::TooManyValues { field }
            | FieldError::NotABoolean { field }
            | FieldError::NotAJid { field }
            | FieldError::NotOfType { field, .. }
            | FieldError::BelowMinimum { field, .. }
            | FieldError::AboveMaximum { field, .. }
            | FieldError::NoMatch { field, .. }
            | FieldError::TooFew { field, .. }
            | FieldError::TooMany { field, .. }
            | FieldError::NotALanguage { field }
            | FieldError::TooLong { field } => field,
        }
    }

    pub(crate) fn not_a_language(field: String) -> Self {
        FieldError::NotALanguage { field }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Mostly a peer's.
        let field = Shown(self.field());
        match self {
            FieldError::Unknown { .. } => write!(
                f,
                "the form has no field `{field}`: take the names from `Form::fields`"
            ),
            FieldError::ReadOnly { .. } => write!(
                f,
                "the field `{field}` is the server's own and goes back as it came: leave it alone"
            ),
            FieldError::Reserved { .. } => write!(
                f,
                "the value of `{field}` is reserved by the invitation: leave it as it is"
            ),
            FieldError::Missing { .. } => write!(f, "the field `{field}` needs a value"),
            FieldError::ForbiddenCharacter { position, .. } => write!(
                f,
                "the value of `{field}` holds a character that XML forbids at position {position}: leave it out"
            ),
            FieldError::NotAnOption { .. } => write!(
                f,
                "the value of `{field}` is none of its options: take one from `Field::options`"
            ),
            FieldError::Challenge { left, .. } => {
                write!(f, "answer {left} more of the challenges, such as `{field}`")
            }
            FieldError::TooManyValues { .. } => {
                write!(f, "the field `{field}` takes one value only")
            }
            FieldError::NotABoolean { .. } => write!(
                f,
                "the field `{field}` is a yes or no: set `true` or `false`"
            ),
            FieldError::NotAJid { .. } => write!(
                f,
                "the value of `{field}` is no JID: write it as name@domain"
            ),
            FieldError::NotOfType { datatype, .. } => {
                write!(f, "the value of `{field}` is no {datatype}")
            }
            FieldError::BelowMinimum { minimum, .. } => write!(
                f,
                "the value of `{field}` is less than {minimum}",
                minimum = Shown(minimum)
            ),
            FieldError::AboveMaximum { maximum, .. } => write!(
                f,
                "the value of `{field}` is greater than {maximum}",
                maximum = Shown(maximum)
            ),
            FieldError::NoMatch { pattern, .. } => write!(
                f,
                "the value of `{field}` does not match {pattern}",
                pattern = Shown(pattern)
            ),
            FieldError::TooFew { minimum, .. } => {
                write!(f, "select at least {minimum} options of `{field}`")
            }
            FieldError::TooMany { maximum, .. } => {
                write!(f, "select at most {maximum} options of `{field}`")
            }
            FieldError::NotALanguage { .. } => write!(
                f,
                "the value of `{field}` is no language tag: write it as `en` or `pt-BR`"
            ),
            FieldError::TooLong { .. } => {
                write!(f, "the value of `{field}` is too long: shorten it")
            }
        }
    }
}

impl core::error::Error for FieldError {}
