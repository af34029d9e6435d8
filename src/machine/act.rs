//! From an effect of `state` to the outputs.

use alloc::string::String;

use minidom::Element;

use super::RegistrationMachine;
use super::waiting::Waiting;
use crate::error::Violation;
use crate::event::{Event, Failure, Interruption, StreamCondition};
use crate::form::{Form, MediaData, media};
use crate::offer::Offered;
use crate::stanza_error::StanzaError;
use crate::state::{
    self, Cut, Effect, Fault, Fetch, FetchEffect, FetchInput, Input, Remedy, State,
};

/// What came with an input, for the event it may cause.
#[derive(Default)]
pub(super) struct Aside {
    pub error: Option<StanzaError>,
    pub offered: Option<Offered>,
    pub violation: Option<Violation>,
    pub condition: Option<StreamCondition>,
}

impl RegistrationMachine {
    /// Lets `state` decide, and carries out its effect on the caller's side.
    pub(super) fn apply(&mut self, input: Input, aside: Aside) {
        let before = self.state;
        let (next, effect) = state::step(before, input);
        self.state = next;
        if next == State::Done && before != State::Done {
            self.queue.retain(Waiting::is_event);
            self.fetch = state::fetch(next, self.fetch, FetchInput::Ended).0;
            self.fetching = None;
        }
        if let Some(event) = self.event_of(effect, aside) {
            self.queue.push(Waiting::Event(event));
        }
        if effect == Effect::Get {
            self.ask_for_form();
        }
        if next == State::Done {
            self.kept = None;
            self.earlier.forget();
        }
    }

    pub(super) fn event_of(&mut self, effect: Effect, aside: Aside) -> Option<Event> {
        let event = match effect {
            // `Set` is the caller's: it has the payload. A misuse never comes here.
            Effect::Nothing | Effect::Get | Effect::Set | Effect::Misuse(_) => return None,
            Effect::Succeed(success) => Event::Succeeded(success),
            Effect::Fail(fault) => Event::Failed(failure(fault, aside)),
            Effect::Offer | Effect::Redirect => match aside.offered {
                Some(Offered::Form(form)) => Event::FormOffered(self.open_form(form)),
                Some(Offered::Redirect(redirect)) => Event::Redirected(redirect),
                None => unreachable!("only a reply that was read is an offer"),
            },
            Effect::Refuse(remedy) => {
                let form = match (remedy, aside.offered) {
                    (Remedy::Alternative, Some(Offered::Form(form))) => Some(self.open_form(form)),
                    (Remedy::Mend, _) => self.kept.take(),
                    // What was typed is kept for the next form.
                    (Remedy::Alternative | Remedy::Nothing, _) => {
                        self.drop_fetch();
                        None
                    }
                };
                let error = aside.error.expect("a refusal always has its error");
                Event::Refused { error, form }
            }
        };
        Some(event)
    }

    /// A form goes to the caller, with what was typed into those before it.
    pub(super) fn open_form(&mut self, mut form: Form) -> Form {
        self.drop_fetch();
        self.open = form.origin().serial;
        let room = self.config.limits.picture_bytes;
        self.picture_room = room.saturating_sub(form.media_size());
        self.registered |= form.is_registered();
        // It is kept on, since a user may want yet another challenge.
        if let Some(kept) = &self.kept {
            form.take_over(kept);
        }
        self.earlier.fill(&mut form);
        if let Some(name) = &self.reserved {
            form.reserve("username", name);
        }
        form
    }

    /// Keeps what was submitted, without its secrets, to offer it again. Pictures are kept only where they will be shown
    /// again.
    pub(super) fn keep(&mut self, mut form: Form) {
        form.blank_secrets();
        if form.is_used_up_by_refusal() {
            form.drop_media();
        }
        if let Some(before) = self.kept.take() {
            // Such as the form of the task itself, after which a challenge was demanded: both may have to be filled in anew.
            self.earlier.push(before, &form);
        }
        self.kept = Some(form);
    }

    /// The form that a medium was fetched for is gone.
    pub(super) fn drop_fetch(&mut self) {
        if self.fetch == Fetch::Queued {
            // It is the one request that is queued while a form is open. Its number is passed over.
            self.queue.retain(Waiting::is_event);
            self.handed_out += 1;
        }
        self.fetch = state::fetch(self.state, self.fetch, FetchInput::Ended).0;
        self.fetching = None;
    }

    /// The reply to a fetch came; `None`: it is of no use.
    pub(super) fn report_fetch(&mut self, result: Option<&Element>) {
        let (fetch, effect) = state::fetch(self.state, self.fetch, FetchInput::Reply);
        self.fetch = fetch;
        if effect == FetchEffect::Report {
            self.push_fetched(result);
        }
    }

    pub(super) fn push_fetched(&mut self, result: Option<&Element>) {
        let cid = self.fetching.take().map_or_else(String::new, |it| it.1);
        let is_it =
            |it: &&Element| media::data_cid(it).is_some_and(|other| media::same_cid(other, &cid));
        let data = result
            .and_then(|stanza| stanza.children().find(is_it))
            .and_then(|element| MediaData::read(element, &cid, &mut self.picture_room).ok());
        self.queue.push(Waiting::Event(match data {
            Some(data) => Event::MediaReceived(data),
            None => Event::MediaUnavailable { cid },
        }));
    }
}

fn failure(fault: Fault, aside: Aside) -> Failure {
    let error = || aside.error.expect("a refusal always has its error");
    let stream = aside
        .condition
        .unwrap_or(StreamCondition::UndefinedCondition);
    let violation = aside.violation.unwrap_or(Violation::Unreadable);
    match fault {
        Fault::Unsupported => Failure::Unsupported(error()),
        Fault::TokenRefused => Failure::TokenRefused(error()),
        Fault::Refused => Failure::Refused(error()),
        Fault::Protocol | Fault::Certain(Cut::Unreadable | Cut::Unheard) => {
            Failure::Protocol(violation)
        }
        Fault::Certain(Cut::TimedOut) => Failure::TimedOut,
        Fault::Certain(Cut::Disconnected) => Failure::Disconnected,
        Fault::Certain(Cut::StreamError) => Failure::StreamError(stream),
        Fault::InDoubt(cut) => Failure::OutcomeUnknown(match cut {
            Cut::Unreadable => Interruption::Unreadable,
            Cut::Unheard => Interruption::RemoteServerTimeout,
            Cut::TimedOut => Interruption::TimedOut,
            Cut::Disconnected => Interruption::Disconnected,
            Cut::StreamError => Interruption::StreamError(stream),
        }),
    }
}
