//! Whether a value is one that the server would take, before it is sent.

use alloc::string::{String, ToString};

use jid::Jid;

use super::arena::SEPARATOR;
use super::field::is_nothing;
use super::{Field, FieldKind, Form, Half};
use crate::error::FieldError;

impl Field<'_> {
    /// Whether the field is ready to be sent, as [`Form::finish`] sees it: for a dialogue that tells at once.
    ///
    /// # Errors
    /// The [`FieldError`] that [`Form::finish`] would list.
    pub fn check(self) -> Result<(), FieldError> {
        let fault = self.fault();
        fault.map_or(Ok(()), |fault| {
            Err(fault(self.name().unwrap_or_default().to_string()))
        })
    }

    fn fault(self) -> Option<fn(String) -> FieldError> {
        let record = self.record();
        // What has no name cannot be sent, and so cannot be wrong.
        if !record.kind.is_visible() || record.shadowed || !record.name.is_some() {
            return None;
        }
        let Some(typed) = self.typed() else {
            let missing = record.required && self.is_sent_nothing();
            return missing.then_some(missing_value);
        };
        if is_nothing(typed) {
            return self.needs_value().then_some(missing_value);
        }
        self.wrong_value(typed)
    }

    /// Whether it must not be set to nothing.
    ///
    /// A field of the old way can be left out knowingly: servers offer them all and say nowhere which they need. An
    /// empty password is never sent (XEP-0077 section 3.1), and without a user name there is no account.
    fn needs_value(self) -> bool {
        let password = self.record().secret && !self.record().challenge;
        let legacy = self.form().half == Half::Legacy;
        password || self.name() == Some("username") || (self.record().required && !legacy)
    }

    fn wrong_value(self, typed: &str) -> Option<fn(String) -> FieldError> {
        let kind = self.kind();
        if !kind.is_multi() && typed.contains(SEPARATOR) {
            return Some(|field| FieldError::TooManyValues { field });
        }
        let mut values = typed.split(SEPARATOR);
        match kind {
            FieldKind::Boolean if !matches!(typed, "0" | "1") => {
                Some(|field| FieldError::NotABoolean { field })
            }
            FieldKind::ListSingle | FieldKind::ListMulti if !self.are_options(values.clone()) => {
                Some(|field| FieldError::NotAnOption { field })
            }
            FieldKind::JidSingle | FieldKind::JidMulti
                if values.any(|it| Jid::new(it).is_err()) =>
            {
                Some(|field| FieldError::NotAJid { field })
            }
            _ => None,
        }
    }

    fn are_options<'v>(self, mut values: impl Iterator<Item = &'v str>) -> bool {
        let offered = self.options().next().is_some();
        !offered || values.all(|value| self.options().any(|option| option.value() == value))
    }
}

fn missing_value(field: String) -> FieldError {
    FieldError::Missing { field }
}

impl Form {
    /// The challenges that the user may answer or leave alone, and has left alone.
    pub(super) fn open_challenges(&self) -> impl Iterator<Item = Field<'_>> {
        let fields = self
            .fields()
            .filter(|it| it.is_challenge() && !it.is_required());
        fields.filter(|it| it.value().is_none())
    }

    /// How many of them must be answered (XEP-0158 section 3.2): `answers` counts the required fields too, and where it
    /// is absent, one challenge is to be answered if none is required.
    pub(super) fn answers_left(&self) -> usize {
        let mut required = 0;
        let (mut answered, mut open, mut demanded) = (0, 0, false);
        for field in self.fields() {
            if field.is_required() {
                required += 1;
                demanded |= field.is_challenge();
            } else if field.is_challenge() {
                let counter = if field.value().is_some() {
                    &mut answered
                } else {
                    &mut open
                };
                *counter += 1;
            }
        }
        let answers = self
            .field("answers")
            .filter(|it| it.kind() == FieldKind::Hidden);
        let wanted: usize = match answers.and_then(Field::value).map(str::parse) {
            Some(Ok(answers)) => usize::saturating_sub(answers, required),
            _ => usize::from(!demanded),
        };
        // A server that wants more answers than it has challenges gets all there are.
        wanted.saturating_sub(answered).min(open)
    }

    pub(super) fn check_challenges(&self) -> Result<(), FieldError> {
        let left = self.answers_left();
        match self.open_challenges().next().and_then(Field::name) {
            Some(name) if left > 0 => {
                let field = name.to_string();
                Err(FieldError::Challenge { field, left })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn check_at(&self, at: usize) -> Result<(), FieldError> {
        Field::new(self, at).check()
    }
}
