//! From a reply to an input of `state`, and what comes with it.

use minidom::Element;

use super::RegistrationMachine;
use super::act::Aside;
use crate::error::{Limit, Violation};
use crate::form::{Origin, embed, read};
use crate::offer::{self, Offered};
use crate::stanza_error::{Condition, StanzaError, Step};
use crate::state::{Input, Offer, Refusal, Remedy, State, Task};

impl RegistrationMachine {
    pub(super) fn read_result(&self, stanza: &Element) -> (Input, Aside) {
        let mut aside = Aside::default();
        if !matches!(self.state, State::Form(_)) {
            return (Input::Result(Offer::NotRead), aside);
        }
        let offer = match offer::read(stanza, self.origin(), &self.config.limits) {
            Ok(offered) => {
                let offer = match offered {
                    Offered::Form(_) => Offer::Form,
                    Offered::Redirect(_) => Offer::Redirect,
                };
                aside.offered = Some(offered);
                offer
            }
            Err(violation) => {
                aside.violation = Some(violation);
                Offer::Unusable
            }
        };
        (Input::Result(offer), aside)
    }

    pub(super) fn read_refusal(&self, stanza: &Element) -> (Input, Aside) {
        let limits = &self.config.limits;
        let mut aside = Aside::default();
        if matches!(self.state, State::Set(..)) && self.is_unheard(stanza) {
            // It may have been done all the same, whatever else is said, and however much: no form is of use.
            let input = Input::Refused(Refusal::Unheard, Remedy::Nothing);
            return (input, aside);
        }
        let lang = self.config.lang.as_deref();
        let Some(error) = StanzaError::read(stanza, self.step(), lang, limits.text_bytes) else {
            let limit = Limit::TextBytes;
            aside.violation = Some(Violation::LimitExceeded(limit));
            return (Input::RefusedBeyondLimits, aside);
        };
        let mut remedy = self.remedy();
        if let (State::Set(..), Some(x)) = (self.state, offer::alternative(stanza)) {
            let form = read::data_form(x, self.origin(), limits).and_then(|mut form| {
                embed::embed(&mut form, stanza, limits)?;
                Ok(form)
            });
            match form {
                Ok(form) => aside.offered = Some(Offered::Form(form)),
                Err(violation) => {
                    aside.violation = Some(violation);
                    return (Input::RefusedBeyondLimits, aside);
                }
            }
            remedy = Remedy::Alternative;
        }
        let refusal = refusal(&error, self.config.peer.is_service());
        aside.error = Some(error);
        (Input::Refused(refusal, remedy), aside)
    }

    /// Whether a refusal says that a service elsewhere could not be heard, which may have heard the request.
    pub(super) fn is_unheard(&self, refusal: &Element) -> bool {
        self.config.peer.is_service()
            && StanzaError::condition_of(refusal) == Condition::RemoteServerTimeout
    }

    /// What is left to go on with if no other form comes.
    pub(super) fn remedy(&self) -> Remedy {
        match &self.kept {
            Some(form) if !form.is_used_up_by_refusal() => Remedy::Mend,
            _ => Remedy::Nothing,
        }
    }

    pub(super) fn step(&self) -> Step {
        match self.state {
            State::Token(_) => Step::Token,
            State::Set(_, goal) => match goal.task() {
                Task::Register => Step::Submit,
                Task::ChangePassword => Step::PasswordChange,
                Task::Unregister => Step::Removal,
            },
            State::Form(_) | State::Open(_) | State::Spent | State::Done => Step::Form,
        }
    }

    pub(super) fn origin(&self) -> Origin {
        Origin {
            prefix: self.config.ids.clone(),
            serial: self.main,
        }
    }
}

/// Rule 5 of the crate: what a refusal of the request for a form means.
fn refusal(error: &StanzaError, elsewhere: bool) -> Refusal {
    match error.condition() {
        Condition::RemoteServerTimeout if elsewhere => Refusal::Unheard,
        Condition::FeatureNotImplemented
        | Condition::ServiceUnavailable
        | Condition::NotAllowed => Refusal::Unsupported,
        _ if error.is_worth_retrying() => Refusal::Wait,
        _ => Refusal::Other,
    }
}
