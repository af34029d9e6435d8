//! The public face: it knows both ends, reads what comes, lets `state` decide, and builds what goes.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use minidom::Element;

use crate::config::Config;
use crate::error::{Misuse, Rejected};
use crate::event::{Event, Handled, Ignored, Output, StreamCondition};
use crate::form::{Answer, Form, media};
use crate::iq::{self, Head, Kind, Match, Sent};
use crate::query;
use crate::queue::Queue;
use crate::stanza_error::StanzaError;
use crate::state::{
    self, Effect, Fetch, FetchEffect, FetchInput, Goal, Input, Offer, Refusal, State, Wire,
};

mod act;
mod check;
mod earlier;
mod glimpse;
mod read;
mod waiting;

use act::Aside;
use check::{check_channel, check_text, misuse};
use earlier::Earlier;
use waiting::Waiting;

/// So many [`Event::Ignored`] are told, no more.
const MOST_IGNORED: u8 = 16;

#[doc = include_str!("machine/machine.md")]
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
    /// How many bytes of pictures may still come for the form that is open.
    picture_room: usize,
    /// Serial of the form that is open.
    open: u32,
    ignored: u8,
    queue: Queue<Waiting>,
    /// What was submitted, without its secrets: offered again if it is refused.
    kept: Option<Form>,
    /// And before that.
    earlier: Earlier,
    /// The server has said that the registration exists.
    registered: bool,
    /// The user name that an invitation is for.
    reserved: Option<Box<str>>,
}

impl RegistrationMachine {
    /// Makes an account, or, where it exists already, changes what is on file (XEP-0077 section 3.1).
    ///
    /// Next: [`poll_output`](Self::poll_output) gives the request for the form.
    #[must_use]
    pub fn register(config: Config) -> Self {
        let mut machine = Self::new(config, State::Form(Wire::Queued));
        machine.ask_for_form();
        machine
    }

    /// Like [`register`](Self::register), but presents an invitation token first (XEP-0445), since a server may show the
    /// form to the invited only.
    ///
    /// # Errors
    /// [`Misuse::TokenAfterLogin`] unless the peer is [`Peer::server`](crate::Peer::server);
    /// [`Misuse::PlaintextChannel`]; [`Misuse::Value`] if the token is empty or holds a character that XML forbids.
    #[doc = include_str!("machine/register_with_token.md")]
    pub fn register_with_token(config: Config, token: &str) -> Result<Self, Misuse> {
        if config.peer.is_logged_in() {
            return Err(Misuse::TokenAfterLogin);
        }
        check_channel(&config)?;
        check_text("token", token)?;
        let mut machine = Self::new(config, State::Token(Wire::Queued));
        machine.request_change(query::preauth(token));
        Ok(machine)
    }

    /// Changes the password (XEP-0077 section 3.3). The server may demand a form first ([`Event::Refused`]).
    ///
    /// At one's own account, `username` is its name (the node of its JID), in any case, or its bare JID.
    ///
    /// # Errors
    /// [`Misuse::NotLoggedIn`] with [`Peer::server`](crate::Peer::server); [`Misuse::PlaintextChannel`];
    /// [`Misuse::Value`] if one is empty or holds a character that XML forbids; [`Misuse::NotMyAccount`].
    #[doc = include_str!("machine/change_password.md")]
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
        let payload = query::change_password(config.peer.prototypes(), name, new_password);
        let mut machine = Self::new(config, State::Set(Wire::Queued, Goal::ChangePassword));
        machine.request_change(payload);
        Ok(machine)
    }

    /// Removes the account, or the registration with a service (XEP-0077 section 3.2). The server may demand a form
    /// first ([`Event::Refused`]). If that asks `remove` and the user says no, nothing is removed
    /// ([`Success::Updated`](crate::Success::Updated)).
    ///
    /// # Errors
    /// [`Misuse::NotLoggedIn`] with [`Peer::server`](crate::Peer::server): before login nobody knows whose it is.
    #[doc = include_str!("machine/unregister.md")]
    pub fn unregister(config: Config) -> Result<Self, Misuse> {
        if !config.peer.is_logged_in() {
            return Err(Misuse::NotLoggedIn);
        }
        let payload = query::remove(config.peer.prototypes());
        let mut machine = Self::new(config, State::Set(Wire::Queued, Goal::Unregister));
        machine.request_change(payload);
        Ok(machine)
    }

    /// Takes a stanza that came on the stream, whatever it is.
    ///
    /// Give it every stanza, and do with it what you would have done if the verdict is [`Handled::NotMine`]. Nothing a
    /// peer sends makes it fail; what the stanza means is told by [`poll_output`](Self::poll_output).
    pub fn handle_stanza(&mut self, stanza: &Element) -> Handled {
        let Some(Head { serial, from, kind }) = iq::head(stanza, &self.config.ids) else {
            return Handled::NotMine;
        };
        match self.match_reply(serial, from, kind) {
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
    #[doc = include_str!("machine/handle_malformed_iq.md")]
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
        match self.match_reply(serial, from, kind.unwrap_or(Kind::Result)) {
            Match::Reply => {}
            Match::Fetched => {
                self.report_fetch(None);
                return Handled::Consumed;
            }
            Match::NotMine => return Handled::NotMine,
            Match::Ignored(reason, handled) => return self.ignore(reason, handled),
        }
        let mut aside = Aside::default();
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
    #[doc = include_str!("machine/handle_stream_error.md")]
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
    #[doc = include_str!("machine/handle_timeout.md")]
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
    #[doc = include_str!("machine/handle_disconnect.md")]
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
    /// [`Misuse::NotLoggedIn`] for a form that removes the registration ([`Form::removes`]).
    pub fn submit(&mut self, answer: Answer) -> Result<(), Rejected> {
        match self.check_submission(&answer.0) {
            Ok((submission, payload)) => {
                self.keep(answer.into_form());
                self.apply(Input::Submit(submission), Aside::default());
                self.request_change(payload);
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
    #[doc = include_str!("machine/request_form.md")]
    pub fn request_form(&mut self) -> Result<(), Misuse> {
        let (next, effect) = state::step(self.state, Input::RequestForm);
        if let Effect::Misuse(why) = effect {
            return Err(misuse(why));
        }
        self.state = next;
        self.drop_fetch();
        self.ask_for_form();
        Ok(())
    }

    #[doc = include_str!("machine/fetch_media.md")]
    pub fn fetch_media(&mut self, cid: &str) -> Result<(), Misuse> {
        let cid = media::cid(cid).unwrap_or(cid);
        check_text("cid", cid)?;
        let (fetch, effect) = state::fetch(self.state, self.fetch, FetchInput::Ask);
        if let FetchEffect::Misuse(why) = effect {
            return Err(misuse(why));
        }
        self.fetch = fetch;
        self.request("get", query::media(&media::cid_to_ask_for(cid)));
        self.fetching = Some(Box::new((self.serial, cid.into())));
        Ok(())
    }

    /// What is to be done next; `None` if nothing is. Call it until then, after every other call.
    ///
    /// A stanza that was handed out counts as sent. What a task had not handed out yet when it ended is never sent.
    pub fn poll_output(&mut self) -> Option<Output> {
        let stanza = match self.queue.pop()? {
            Waiting::Event(event) => return Some(Output::Event(event)),
            Waiting::Request(stanza) => *stanza,
            Waiting::FormRequest(serial) => {
                let payload = query::form(self.config.peer.prototypes());
                iq::request(&self.config, serial, "get", payload)
            }
        };
        self.handed_out += 1;
        if self.fetching_serial() == Some(self.handed_out) {
            self.fetch = state::fetch(self.state, self.fetch, FetchInput::HandedOut).0;
        } else {
            self.state = state::step(self.state, Input::HandedOut).0;
        }
        Some(Output::Send(stanza))
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
            picture_room: 0,
            open: 0,
            ignored: 0,
            queue: Queue::new(),
            kept: None,
            earlier: Earlier::default(),
            registered: false,
            reserved: None,
        }
    }

    /// Forms will come with this user name filled in, and not to be changed.
    pub(crate) fn reserve(mut self, name: Option<&str>) -> Self {
        self.reserved = name.map(Into::into);
        self
    }

    fn ask_for_form(&mut self) {
        self.serial += 1;
        self.main = self.serial;
        self.queue.push(Waiting::FormRequest(self.serial));
    }

    /// The request that changes something.
    fn request_change(&mut self, payload: Element) {
        self.request("set", payload);
        self.main = self.serial;
    }

    fn request(&mut self, kind: &'static str, payload: Element) {
        self.serial += 1;
        let stanza = iq::request(&self.config, self.serial, kind, payload);
        self.queue.push(Waiting::Request(Box::new(stanza)));
    }

    fn fetching_serial(&self) -> Option<u32> {
        self.fetching.as_ref().map(|it| it.0)
    }

    fn match_reply(&self, serial: u32, from: Option<&str>, kind: Kind) -> Match {
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
            self.queue.push(Waiting::Event(Event::Ignored(reason)));
        }
        handled
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
