//! The public face: it knows both ends, reads what comes, lets `state` decide, and builds what goes.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::string::String;
use core::fmt;

use minidom::Element;

use crate::config::{Channel, Config};
use crate::error::{FieldError, Misuse, Rejected, Violation};
use crate::event::{Event, Failure, Handled, Ignored, Interruption, Output, StreamCondition};
use crate::form::{Answer, Form, MediaData, Origin, media, read, write};
use crate::iq::{self, Kind, Match, Sent};
use crate::offer::{self, Offered};
use crate::query;
use crate::stanza_error::{Condition, StanzaError, Step};
use crate::state::{
    self, Cut, Effect, Fault, Fetch, FetchEffect, FetchInput, Goal, Input, Offer, Refusal, Remedy,
    State, Submission, Task, Wire, WrongTime,
};

/// So many [`Event::Ignored`] are told, no more.
const MOST_IGNORED: u8 = 16;

/// One task, from its first request to its one terminal event (XEP-0077).
///
/// Tell it what happens on the stream (the `handle_` methods) and what the user decides ([`submit`](Self::submit),
/// [`request_form`](Self::request_form)); after each call, do what [`poll_output`](Self::poll_output) says, until it
/// says nothing. It owns no socket and no clock: arm a timer at each [`Output::Send`], and stop it when
/// [`is_awaiting_reply`](Self::is_awaiting_reply) is false.
///
/// It serves one task and cannot be used again. Its `Debug` shows no secret.
pub struct RegistrationMachine {
    config: Config,
    state: State,
    /// Serial of the last request made.
    serial: u32,
    /// Serial of the last one handed out.
    handed_out: u32,
    /// Serial of the last one of the task itself.
    main: u32,
    fetch: Fetch,
    /// What is fetched, by the request of this serial.
    fetching: Option<Box<(u32, String)>>,
    /// Serial of the form that is open.
    open: u32,
    ignored: u8,
    queue: VecDeque<Output>,
    /// What was submitted, without its secrets: offered again if it is refused.
    kept: Option<Form>,
    /// The server has said that the registration exists.
    registered: bool,
    /// The user name that an invitation is for.
    reserved: Option<Box<str>>,
}

/// What came with an input, for the event it may cause.
#[derive(Default)]
struct Aside {
    error: Option<StanzaError>,
    offered: Option<Offered>,
    violation: Option<Violation>,
    condition: Option<StreamCondition>,
}

impl RegistrationMachine {
    /// Makes an account, or, where it exists already, changes what is on file (XEP-0077 section 3.1).
    ///
    /// Next: [`poll_output`](Self::poll_output) gives the request for the form.
    #[must_use]
    pub fn register(config: Config) -> Self {
        let mut machine = Self::new(config, State::Form(Wire::Queued));
        machine.request("get", query::form());
        machine
    }

    /// Like [`register`](Self::register), but presents an invitation token first (XEP-0445), since a server may show the
    /// form to the invited only.
    ///
    /// # Errors
    /// [`Misuse::TokenAfterLogin`] unless the peer is [`Peer::server`](crate::Peer::server);
    /// [`Misuse::PlaintextChannel`]; [`Misuse::Value`] if the token is empty or holds a character that XML forbids.
    pub fn register_with_token(config: Config, token: &str) -> Result<Self, Misuse> {
        if config.peer.is_logged_in() {
            return Err(Misuse::TokenAfterLogin);
        }
        check_channel(&config)?;
        check_text("token", token)?;
        let mut machine = Self::new(config, State::Token(Wire::Queued));
        machine.request("set", query::preauth(token));
        Ok(machine)
    }

    /// Changes the password (XEP-0077 section 3.3). The server may demand a form first ([`Event::Refused`]).
    ///
    /// At one's own account, `username` is its name (the node of its JID), in any case, or its bare JID.
    ///
    /// # Errors
    /// [`Misuse::NotLoggedIn`] with [`Peer::server`](crate::Peer::server); [`Misuse::PlaintextChannel`];
    /// [`Misuse::Value`] if one is empty or holds a character that XML forbids; [`Misuse::NotMyAccount`].
    pub fn change_password(
        config: Config,
        username: &str,
        new_password: &str,
    ) -> Result<Self, Misuse> {
        if !config.peer.is_logged_in() {
            return Err(Misuse::NotLoggedIn);
        }
        check_channel(&config)?;
        check_text("username", username)?;
        check_text("password", new_password)?;
        let name = config.peer.own_name(username, false)?.unwrap_or(username);
        let payload = query::change_password(name, new_password);
        let mut machine = Self::new(config, State::Set(Wire::Queued, Goal::ChangePassword));
        machine.request("set", payload);
        Ok(machine)
    }

    /// Removes the account, or the registration with a service (XEP-0077 section 3.2). The server may demand a form
    /// first ([`Event::Refused`]).
    ///
    /// # Errors
    /// [`Misuse::NotLoggedIn`] with [`Peer::server`](crate::Peer::server): before login nobody knows whose it is.
    pub fn unregister(config: Config) -> Result<Self, Misuse> {
        if !config.peer.is_logged_in() {
            return Err(Misuse::NotLoggedIn);
        }
        let mut machine = Self::new(config, State::Set(Wire::Queued, Goal::Unregister));
        machine.request("set", query::remove());
        Ok(machine)
    }

    /// Takes a stanza that came on the stream, whatever it is.
    ///
    /// Give it every stanza, and do with it what you would have done if the verdict is [`Handled::NotMine`]. Nothing a
    /// peer sends makes it fail; what the stanza means is told by [`poll_output`](Self::poll_output).
    pub fn handle_stanza(&mut self, stanza: &Element) -> Handled {
        let Some(serial) = iq::id(stanza).and_then(|id| self.config.ids.serial(id)) else {
            return Handled::NotMine;
        };
        let kind = Kind::read(stanza.attr("type"));
        match self.recognise(serial, stanza.attr("from"), kind) {
            Match::Reply => {}
            Match::Fetched => {
                self.report_fetch(Some(stanza).filter(|_| kind == Kind::Result));
                return Handled::Consumed;
            }
            Match::NotMine => return Handled::NotMine,
            Match::Ignored(reason, handled) => return self.ignore(reason, handled),
        }
        let (input, aside) = if kind == Kind::Error {
            self.read_refusal(stanza)
        } else {
            self.read_result(stanza)
        };
        self.apply(input, aside);
        Handled::Consumed
    }

    /// Takes what is known of an IQ that the transport received and could not parse: its `id`, `from` and `type`
    /// (`kind`; `None` if not even that is known).
    ///
    /// Some servers send errors that a strict parser refuses; without this call the machine would wait for a reply that
    /// has come. A result of a `set` is a success whatever it holds, and an error a refusal.
    pub fn handle_malformed_iq(
        &mut self,
        id: &str,
        from: Option<&str>,
        kind: Option<&str>,
    ) -> Handled {
        let Some(serial) = self.config.ids.serial(id) else {
            return Handled::NotMine;
        };
        // Without a type it can only have been meant as a reply, but nobody knows which.
        let kind = kind.map(|kind| Kind::read(Some(kind)));
        match self.recognise(serial, from, kind.unwrap_or(Kind::Result)) {
            Match::Reply => {}
            Match::Fetched => {
                self.report_fetch(None);
                return Handled::Consumed;
            }
            Match::NotMine => return Handled::NotMine,
            Match::Ignored(reason, handled) => return self.ignore(reason, handled),
        }
        let mut aside = Aside {
            violation: Some(Violation::Unreadable),
            ..Aside::default()
        };
        let input = match (kind, self.state) {
            (Some(Kind::Error), _) => {
                aside.error = Some(StanzaError::unreadable(self.step()));
                Input::Refused(Refusal::Other, self.remedy())
            }
            (Some(_), State::Form(_)) => Input::Result(Offer::Unusable),
            (Some(_), _) => Input::Result(Offer::NotRead),
            (None, _) => Input::Unreadable,
        };
        self.apply(input, aside);
        Handled::Consumed
    }

    /// Takes a `<stream:error/>`, which always ends the stream (RFC 6120 section 4.9).
    pub fn handle_stream_error(&mut self, error: &Element) {
        let condition = StreamCondition::of(error);
        let deletes = condition == StreamCondition::NotAuthorized && self.config.peer.is_account();
        let aside = Aside {
            condition: Some(condition),
            ..Aside::default()
        };
        self.apply(Input::StreamError { deletes }, aside);
    }

    /// Tells that no reply came in time. Does nothing unless [`is_awaiting_reply`](Self::is_awaiting_reply).
    ///
    /// It ends the task: call it only when you stop listening, since a reply that comes later is not heard. Where only
    /// the reply to [`fetch_media`](Self::fetch_media) is awaited, it ends that alone.
    pub fn handle_timeout(&mut self) {
        let (fetch, effect) = state::fetch(self.state, self.fetch, FetchInput::TimedOut);
        if effect == FetchEffect::Report {
            self.fetch = fetch;
            self.push_fetched(None);
            return;
        }
        self.apply(Input::TimedOut, Aside::default());
    }

    /// Tells that the stream is gone, in whatever way. It ends the task.
    pub fn handle_disconnect(&mut self) {
        self.apply(Input::Disconnected, Aside::default());
    }

    /// Submits the answer to the form that is open.
    ///
    /// Next: [`poll_output`](Self::poll_output) gives the stanza. The machine keeps the answer without its secrets, to
    /// offer it again if it is refused.
    ///
    /// # Errors
    /// [`Rejected`] gives the answer back and tells why: [`Misuse::AwaitingReply`], [`Misuse::StaleAnswer`],
    /// [`Misuse::ForeignAnswer`], [`Misuse::Finished`], [`Misuse::PlaintextChannel`], [`Misuse::NotMyAccount`], or
    /// [`Misuse::NotLoggedIn`] for a field `remove` that is true.
    #[expect(
        clippy::result_large_err,
        reason = "the answer comes back: nothing typed is lost"
    )]
    pub fn submit(&mut self, answer: Answer) -> Result<(), Rejected> {
        match self.check_submission(&answer.0) {
            Ok((submission, payload)) => {
                let mut form = answer.into_form();
                form.blank_secrets();
                self.kept = Some(form);
                self.apply(Input::Submit(submission), Aside::default());
                self.request("set", payload);
                Ok(())
            }
            Err(why) => Err(Rejected { why, answer }),
        }
    }

    /// Requests the form anew: after a refusal that left none, or because the one at hand is no longer wanted, such as
    /// a CAPTCHA that nobody can read. What the form at hand holds is the caller's to take over: [`Form::adopt`].
    ///
    /// # Errors
    /// [`Misuse::AwaitingReply`], [`Misuse::NotRegistering`], [`Misuse::Finished`].
    pub fn request_form(&mut self) -> Result<(), Misuse> {
        let (next, effect) = state::step(self.state, Input::RequestForm);
        if let Effect::Misuse(why) = effect {
            return Err(misuse(why));
        }
        self.state = next;
        self.request("get", query::form());
        Ok(())
    }

    /// Fetches the data of a medium that did not come with the form ([`Media::cid`](crate::Media::cid),
    /// [`MediaError::NotReceived`](crate::MediaError::NotReceived)), one at a time, while the form stays open (XEP-0231).
    ///
    /// Next: [`poll_output`](Self::poll_output) gives the request, later
    /// [`Event::MediaReceived`] or [`Event::MediaUnavailable`].
    ///
    /// # Errors
    /// [`Misuse::AwaitingReply`], [`Misuse::StaleAnswer`] if no form is open, [`Misuse::Finished`];
    /// [`Misuse::Value`] if `cid` is empty or holds a character that XML forbids.
    pub fn fetch_media(&mut self, cid: &str) -> Result<(), Misuse> {
        check_text("cid", cid)?;
        let (fetch, effect) = state::fetch(self.state, self.fetch, FetchInput::Ask);
        if let FetchEffect::Misuse(why) = effect {
            return Err(misuse(why));
        }
        self.fetch = fetch;
        let stanza = self.next_request("get", query::media(cid));
        self.fetching = Some(Box::new((self.serial, cid.into())));
        self.queue.push_back(stanza);
        Ok(())
    }

    /// What is to be done next; `None` if nothing is. Call it until then, after every other call.
    ///
    /// A stanza that was handed out counts as sent. What a task had not handed out yet when it ended is never sent.
    pub fn poll_output(&mut self) -> Option<Output> {
        let output = self.queue.pop_front()?;
        if matches!(output, Output::Send(_)) {
            self.handed_out += 1;
            if self.fetching_serial() == Some(self.handed_out) {
                self.fetch = state::fetch(self.state, self.fetch, FetchInput::HandedOut).0;
            } else {
                self.state = state::step(self.state, Input::HandedOut).0;
            }
        }
        if self.queue.is_empty() {
            // The room of a queue is not kept while a machine waits.
            self.queue = VecDeque::new();
        }
        Some(output)
    }

    /// Whether a request was handed out and its reply has not come: then a timer should run.
    #[must_use]
    pub fn is_awaiting_reply(&self) -> bool {
        self.state.is_awaiting_reply() || self.fetch == Fetch::Out
    }

    /// Whether the terminal event was handed out: then the machine can be dropped.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.state == State::Done && self.queue.is_empty()
    }

    fn new(config: Config, state: State) -> Self {
        RegistrationMachine {
            config,
            state,
            serial: 0,
            handed_out: 0,
            main: 0,
            fetch: Fetch::None,
            fetching: None,
            open: 0,
            ignored: 0,
            queue: VecDeque::new(),
            kept: None,
            registered: false,
            reserved: None,
        }
    }

    /// Forms will come with this user name filled in, and not to be changed.
    pub(crate) fn reserve(mut self, name: Option<&str>) -> Self {
        self.reserved = name.map(Into::into);
        self
    }

    fn request(&mut self, kind: &'static str, payload: Element) {
        let stanza = self.next_request(kind, payload);
        self.main = self.serial;
        self.queue.push_back(stanza);
    }

    fn next_request(&mut self, kind: &'static str, payload: Element) -> Output {
        self.serial += 1;
        Output::Send(iq::request(&self.config, self.serial, kind, payload))
    }

    fn fetching_serial(&self) -> Option<u32> {
        self.fetching.as_ref().map(|it| it.0)
    }

    /// The reply to a fetch came; `None`: it is of no use.
    fn report_fetch(&mut self, result: Option<&Element>) {
        let (fetch, effect) = state::fetch(self.state, self.fetch, FetchInput::Reply);
        self.fetch = fetch;
        if effect == FetchEffect::Report {
            self.push_fetched(result);
        }
    }

    fn push_fetched(&mut self, result: Option<&Element>) {
        let cid = self.fetching.take().map_or_else(String::new, |it| it.1);
        let mut room = self.config.limits.picture_bytes;
        let data = result
            .and_then(|stanza| stanza.children().find(|it| media::data_cid(it).is_some()))
            .and_then(|element| MediaData::read(element, &cid, &mut room).ok());
        self.queue.push_back(Output::Event(match data {
            Some(data) => Event::MediaReceived(data),
            None => Event::MediaUnavailable { cid },
        }));
    }

    /// Lets `state` decide, and carries out its effect on the caller's side.
    fn apply(&mut self, input: Input, aside: Aside) {
        let before = self.state;
        let (next, effect) = state::step(before, input);
        self.state = next;
        if next == State::Done && before != State::Done {
            self.queue
                .retain(|output| matches!(output, Output::Event(_)));
            self.fetch = state::fetch(next, self.fetch, FetchInput::Ended).0;
            self.fetching = None;
        }
        if let Some(event) = self.event_of(effect, aside) {
            self.queue.push_back(Output::Event(event));
        }
        if effect == Effect::Get {
            self.request("get", query::form());
        }
        if next == State::Done {
            self.kept = None;
        }
    }

    fn event_of(&mut self, effect: Effect, aside: Aside) -> Option<Event> {
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
                    (Remedy::Alternative | Remedy::Nothing, _) => None,
                };
                let error = aside.error.expect("a refusal always has its error");
                Event::Refused { error, form }
            }
        };
        Some(event)
    }

    /// A form goes to the caller, with what was typed into the one before it.
    fn open_form(&mut self, mut form: Form) -> Form {
        self.open = form.origin().serial;
        self.registered |= form.is_registered();
        // It is kept on, since a user may want yet another challenge.
        if let Some(kept) = &self.kept {
            let _ = form.adopt(kept);
        }
        if let Some(name) = &self.reserved {
            form.reserve("username", name);
        }
        form
    }

    fn recognise(&self, serial: u32, from: Option<&str>, kind: Kind) -> Match {
        if self.state == State::Done {
            return Match::NotMine;
        }
        let sent = Sent {
            last: self.handed_out,
            main: self.main,
            awaited: self.state.is_awaiting_reply(),
            fetch: self.fetching_serial().filter(|_| self.fetch == Fetch::Out),
        };
        iq::recognise(&self.config, sent, serial, from, kind)
    }

    fn ignore(&mut self, reason: Ignored, handled: Handled) -> Handled {
        if self.ignored < MOST_IGNORED {
            self.ignored += 1;
            self.queue.push_back(Output::Event(Event::Ignored(reason)));
        }
        handled
    }

    fn origin(&self) -> Origin {
        Origin {
            prefix: self.config.ids.clone(),
            serial: self.main,
        }
    }

    fn read_result(&self, stanza: &Element) -> (Input, Aside) {
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

    fn read_refusal(&self, stanza: &Element) -> (Input, Aside) {
        let limits = &self.config.limits;
        let mut aside = Aside::default();
        let lang = self.config.lang.as_deref();
        let Some(error) = StanzaError::read(stanza, self.step(), lang, limits.text_bytes) else {
            let limit = crate::error::Limit::TextBytes;
            aside.violation = Some(Violation::LimitExceeded(limit));
            return (Input::RefusedBeyondLimits, aside);
        };
        let mut remedy = self.remedy();
        if let (State::Set(..), Some(x)) = (self.state, offer::alternative(stanza)) {
            let form = read::data_form(x, self.origin(), limits).and_then(|mut form| {
                read::embed(&mut form, stanza, limits)?;
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

    /// What is left to go on with if no other form comes.
    fn remedy(&self) -> Remedy {
        match &self.kept {
            Some(form) if !form.is_used_up_by_refusal() => Remedy::Mend,
            _ => Remedy::Nothing,
        }
    }

    fn step(&self) -> Step {
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

    fn check_submission(&self, form: &Form) -> Result<(Submission, Element), Misuse> {
        let submission = if form.removes() {
            Submission::Remove
        } else if self.config.peer.is_account() || self.registered {
            Submission::Update
        } else {
            Submission::New
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
        let own = match name.and_then(crate::form::Field::value) {
            Some(typed) => self.config.peer.own_name(typed, form.is_data_form())?,
            None => None,
        };
        Ok((submission, write::query(form, own)))
    }
}

impl fmt::Debug for RegistrationMachine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistrationMachine")
            .field("peer", &self.config.peer)
            .field("state", &self.state)
            .field("serial", &self.serial)
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}

fn check_channel(config: &Config) -> Result<(), Misuse> {
    match config.channel {
        Channel::Encrypted | Channel::PlaintextAccepted => Ok(()),
        Channel::Plaintext => Err(Misuse::PlaintextChannel),
    }
}

fn check_text(field: &'static str, text: &str) -> Result<(), Misuse> {
    if text.is_empty() {
        return Err(Misuse::value(field, |field| FieldError::Missing { field }));
    }
    Misuse::check_characters(field, text)
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

fn misuse(why: WrongTime) -> Misuse {
    match why {
        WrongTime::AwaitingReply => Misuse::AwaitingReply,
        WrongTime::NoOpenForm => Misuse::StaleAnswer,
        WrongTime::NotRegistering => Misuse::NotRegistering,
        WrongTime::Finished => Misuse::Finished,
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
