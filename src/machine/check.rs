//! What a caller may not do, before anything is done.

use minidom::Element;

use super::RegistrationMachine;
use crate::config::{Channel, Config};
use crate::error::{FieldError, Misuse};
use crate::form::{Field, Form, write};
use crate::state::{self, Effect, Input, Submission, WrongTime};

impl RegistrationMachine {
    pub(super) fn check_submission(&self, form: &Form) -> Result<(Submission, Element), Misuse> {
        let submission = match form.answer_to_remove() {
            Some(true) => Submission::Remove,
            Some(false) => Submission::Stay,
            None if form.is_for_removal() => Submission::Remove,
            None if self.config.peer.is_account() || self.registered => Submission::Update,
            None => Submission::New,
        };
        if let Effect::Misuse(why) = state::step(self.state, Input::Submit(submission)).1 {
            return Err(misuse(why));
        }
        let origin = form.origin();
        if origin.prefix != self.config.ids {
            return Err(Misuse::ForeignAnswer);
        }
        if origin.serial != self.open {
            return Err(Misuse::StaleAnswer);
        }
        if submission == Submission::Remove && !self.config.peer.is_logged_in() {
            return Err(Misuse::NotLoggedIn);
        }
        if form.holds_secret() {
            check_channel(&self.config)?;
        }
        let name = form.field("username").filter(|it| it.kind().is_visible());
        let own = match name.and_then(Field::value) {
            Some(typed) => self.config.peer.own_name(typed, form.is_data_form())?,
            None => None,
        };
        Ok((
            submission,
            write::query(form, own, self.config.peer.prototypes()),
        ))
    }
}

pub(super) fn check_channel(config: &Config) -> Result<(), Misuse> {
    match config.channel {
        Channel::Encrypted | Channel::PlaintextAccepted => Ok(()),
        Channel::Plaintext => Err(Misuse::PlaintextChannel),
    }
}

pub(super) fn check_text(field: &'static str, text: &str) -> Result<(), Misuse> {
    if text.is_empty() {
        return Err(Misuse::value(field, |field| FieldError::Missing { field }));
    }
    Misuse::check_characters(field, text)
}

pub(super) fn misuse(why: WrongTime) -> Misuse {
    match why {
        WrongTime::AwaitingReply => Misuse::AwaitingReply,
        WrongTime::NoOpenForm => Misuse::StaleAnswer,
        WrongTime::NotRegistering => Misuse::NotRegistering,
        WrongTime::Finished => Misuse::Finished,
    }
}
