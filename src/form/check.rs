//! Whether a value is one that the server would take, before it is sent.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};

use jid::Jid;

use super::arena::{Challenge, Record, SEPARATOR};
use super::field::is_nothing;
use super::{Choice, Field, FieldKind, Form, Half};
use crate::error::FieldError;

impl<'a> Field<'a> {
    /// Whether the field is ready to be sent, as [`Form::finish`] sees it: for a dialogue that tells at once.
    ///
    /// # Errors
    /// The [`FieldError`] that [`Form::finish`] would list.
    pub fn check(self) -> Result<(), FieldError> {
        self.fault().map_err(|fault| match fault {
            Fault::Simple(error) => error(self.name().unwrap_or_default().to_string()),
            Fault::Told(error) => error,
        })
    }

    fn fault(self) -> Result<(), Fault> {
        if self.is_missing() {
            return Err(Fault::Simple(|field| FieldError::Missing { field }));
        }
        match self.typed() {
            Some(typed) if self.can_be_set() && !is_nothing(typed) => self.wrong_value(typed),
            _ => Ok(()),
        }
    }

    /// What has no name cannot be sent, and so cannot be wrong.
    fn can_be_set(self) -> bool {
        let record = self.record();
        record.kind.is_visible() && !record.shadowed && record.name.is_some()
    }

    /// Whether it lacks a value that it must have.
    fn is_missing(self) -> bool {
        self.can_be_set()
            && match self.typed() {
                None => self.record().required && self.is_sent_nothing(),
                Some(typed) => is_nothing(typed) && self.needs_value(),
            }
    }

    /// Whether it must not be set to nothing.
    ///
    /// A field of the old way can be left out knowingly: servers offer them all and say nowhere which they need. An
    /// empty password is never sent (XEP-0077 section 3.1), and without a user name there is no account.
    pub(crate) fn needs_value(self) -> bool {
        match (self.name(), self.form().arena.half) {
            (Some("password"), _) | (Some("username"), Half::Legacy) => true,
            (_, Half::Legacy) => false,
            (_, Half::Data) => self.record().required,
        }
    }

    fn wrong_value(self, typed: &str) -> Result<(), Fault> {
        let kind = self.kind();
        if !kind.is_multi() && typed.contains(SEPARATOR) {
            return Err(Fault::Simple(|field| FieldError::TooManyValues { field }));
        }
        let values = typed.split(SEPARATOR);
        match kind {
            FieldKind::Boolean if !matches!(typed, "0" | "1") => {
                return Err(Fault::Simple(|field| FieldError::NotABoolean { field }));
            }
            FieldKind::ListSingle | FieldKind::ListMulti if !self.are_options(values.clone()) => {
                return Err(Fault::Simple(|field| FieldError::NotAnOption { field }));
            }
            FieldKind::JidSingle | FieldKind::JidMulti
                if values.clone().any(|it| Jid::new(it).is_err()) =>
            {
                return Err(Fault::Simple(|field| FieldError::NotAJid { field }));
            }
            _ => {}
        }
        self.broken_rule(values).map_err(Fault::Told)
    }

    fn are_options<'v>(self, mut values: impl Iterator<Item = &'v str>) -> bool {
        let closed = self.options().next().is_some() && !self.is_open();
        let offered = self.option_set();
        !closed || values.all(|value| self.is_option(value, &offered))
    }

    /// The values of the options, for a field that takes several: looking for each of many among many must not take the
    /// product of both. Empty for the others, where a walk does.
    pub(super) fn option_set(self) -> BTreeSet<&'a str> {
        if !self.kind().is_multi() {
            return BTreeSet::new();
        }
        self.options().map(Choice::value).collect()
    }

    pub(super) fn is_option(self, value: &str, set: &BTreeSet<&str>) -> bool {
        set.contains(value) || (!self.kind().is_multi() && self.has_option(value))
    }
}

/// What is wrong, with or without the field's name, which is only looked up where it is needed.
enum Fault {
    Simple(fn(String) -> FieldError),
    Told(FieldError),
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
        let is_answer = |record: &Record| record.challenge == Challenge::Answer;
        if !self.arena.fields.iter().any(is_answer) {
            return 0;
        }
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
        let wanted: usize = match answers.and_then(Field::value).map(|it| it.trim().parse()) {
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

    pub(super) fn is_missing_at(&self, at: usize) -> bool {
        Field::new(self, at).is_missing()
    }

    pub(super) fn check_at(&self, at: usize) -> Result<(), FieldError> {
        Field::new(self, at).check()
    }
}
