//! One conversation between a machine and a server, in which at most one thing goes wrong.

use std::ops::ControlFlow::{self, Break, Continue};

use minidom::Element;
use xmpp_registration::{Event, Form, Handled};

use super::fault::{Effect, Fault};
use super::plan::{Answer, BAD, FIRST, Plan, SECOND};
use super::position::{Moment, Position};
use super::stream::Stream;
use crate::common::{PREFIX, Transcript, names};
use crate::harness::Server;

/// A request whose reply the machine does not have.
#[derive(Debug, Clone, Copy)]
pub struct Awaited {
    pub is_set: bool,
    pub changes: bool,
    /// The account, and with it the stream.
    pub removes: bool,
}

/// A machine in the middle of a conversation.
pub struct Live<'s> {
    pub server: &'s Server,
    pub plan: Plan,
    pub user: String,
    pub stream: Option<Stream>,
    pub transcript: Transcript,
    /// What is told if nothing goes wrong ([`Plan::events`]).
    script: Vec<String>,
    /// What must be told.
    pub expected: Vec<String>,
    pub told: Vec<String>,
    /// The terminal event.
    pub end: Option<Event>,
    form: Option<Form>,
    forms: usize,
    pub awaited: Option<Awaited>,
    /// The server's reply that the machine does not have, and the last one that it has.
    pub reply: Option<Element>,
    pub replied: Option<Element>,
    pub replies: usize,
    pub positions: Vec<Position>,
    /// What goes wrong, and at which position.
    fault: Option<(usize, Fault)>,
    pub is_ended_by_fault: bool,
    /// Whether the last word of the machine must be that nobody knows.
    pub is_in_doubt: bool,
    /// The machine was told of a success that there was not.
    pub was_lied_to: bool,
    /// Whether the server did what it was asked for, as far as the test saw it.
    pub is_done: Option<bool>,
}

impl<'s> Live<'s> {
    pub fn open(
        server: &'s Server,
        plan: Plan,
        user: String,
        fault: Option<(usize, Fault)>,
    ) -> Self {
        let (stream, machine) = plan.begin(server, &user);
        let script = plan.events();
        let mut transcript = Transcript::new(machine);
        for secret in [FIRST, SECOND, BAD] {
            transcript.hide(secret);
        }
        Self {
            server,
            plan,
            user,
            stream: Some(stream),
            transcript,
            expected: script.iter().filter(|it| !it.is_empty()).cloned().collect(),
            script,
            told: Vec::new(),
            end: None,
            form: None,
            forms: 0,
            awaited: None,
            reply: None,
            replied: None,
            replies: 0,
            positions: Vec::new(),
            fault,
            is_ended_by_fault: false,
            is_in_doubt: false,
            was_lied_to: false,
            is_done: Some(false),
        }
    }

    /// Goes on until the task is over, or the user gives up.
    pub fn converse(&mut self) {
        while self.exchange().is_continue() {}
        if self.is_ended_by_fault || self.is_over() {
            return;
        }
        self.stream = None;
        self.transcript.machine.handle_disconnect();
        self.take_events();
    }

    fn exchange(&mut self) -> ControlFlow<()> {
        self.at(Moment::Queued)?;
        let request = self.hand_out();
        self.at(Moment::HandedOut)?;
        self.send(&request);
        self.at(Moment::Sent)?;
        self.hear();
        self.at(Moment::Answered)?;
        self.deliver();
        if self.script[self.replies - 1].is_empty() {
            // The next request is queued at once.
            return Continue(());
        }
        self.at(Moment::Delivered)?;
        self.take_events();
        self.at(Moment::Told)?;
        self.answer()
    }

    /// If it is time, something goes wrong.
    fn at(&mut self, moment: Moment) -> ControlFlow<()> {
        let is_awaiting = self.transcript.machine.is_awaiting_reply();
        assert_eq!(is_awaiting, self.awaited.is_some(), "{moment:?}");
        let here = self.positions.len();
        self.positions.push(Position {
            moment,
            requests: self.serial(),
            replies: self.replies,
        });
        let Some((_, fault)) = self.fault.filter(|it| it.0 == here) else {
            return Continue(());
        };
        self.suffer(fault);
        if self.is_ended_by_fault {
            self.take_events();
            return Break(());
        }
        // A request or an event that waits already is taken in its turn.
        if self.awaited.is_some() || moment == Moment::Told {
            self.take_events();
        }
        Continue(())
    }

    fn suffer(&mut self, fault: Fault) {
        let told = self.script[..self.replies]
            .iter()
            .filter(|it| !it.is_empty())
            .count();
        let is_changing = self.awaited.is_some_and(|it| it.changes);
        match fault.strike(self) {
            Effect::Nothing => {}
            Effect::Tells(name) => self.expected.insert(told, name),
            Effect::TellsInstead(name) => self.expected[told] = name,
            Effect::Ends(name) => {
                self.expected.truncate(told);
                self.expected.push(name);
                self.is_ended_by_fault = true;
                self.is_in_doubt = is_changing;
            }
            Effect::Succeeds(name) => {
                self.expected.truncate(told);
                self.expected.push(name);
                self.is_ended_by_fault = true;
                // The request did not get to the server, of which the machine knows nothing.
                self.was_lied_to = self.is_done == Some(false);
            }
        }
    }

    fn hand_out(&mut self) -> String {
        let request = self.transcript.sent("the request that is queued");
        self.take_events();
        let text = String::from(&request);
        let is_set = request.attr("type") == Some("set");
        self.awaited = Some(Awaited {
            is_set,
            // A token changes nothing.
            changes: is_set && text.contains("'jabber:iq:register'"),
            removes: self.plan.removes(),
        });
        text
    }

    fn send(&mut self, request: &str) {
        if self.awaited.is_some_and(|it| it.changes) {
            self.is_done = None;
        }
        let stream = self.stream.as_mut().expect("it was not cut");
        stream.write(request.as_bytes());
    }

    /// Waits for the reply, which says what the server did.
    pub fn hear(&mut self) {
        let id = self.id();
        let stream = self.stream.as_mut().expect("it was not cut");
        let reply = stream.reply(&id);
        self.learn(&reply);
        self.reply = Some(reply);
    }

    /// Takes note of what the server did, whether or not the machine will know.
    pub fn learn(&mut self, reply: &Element) {
        if self.awaited.is_some_and(|it| it.changes) {
            self.is_done = Some(reply.attr("type") == Some("result"));
        }
    }

    fn deliver(&mut self) {
        // A fault may have been faster.
        if let Some(reply) = self.reply.take() {
            assert_eq!(self.transcript.feed(&reply), Handled::Consumed);
            self.delivered(reply);
        }
    }

    pub fn delivered(&mut self, reply: Element) {
        self.awaited = None;
        self.replied = Some(reply);
        self.replies += 1;
    }

    fn take_events(&mut self) {
        while let Some(event) = self.transcript.event() {
            assert!(self.end.is_none(), "after the end: {event:?}");
            self.told.push(names::name(&event));
            if event.is_terminal() {
                self.end = Some(event);
            } else if let Some(form) = names::into_form(event) {
                self.form = Some(form);
            }
        }
    }

    /// What the user does about it.
    fn answer(&mut self) -> ControlFlow<()> {
        if self.end.is_some() {
            return Break(());
        }
        let answer = match self.form.take() {
            Some(form) => {
                self.forms += 1;
                self.plan
                    .answer(form, self.forms - 1, self.server, &self.user)
            }
            None => Answer::AskAgain,
        };
        match answer {
            Answer::Submit(form) => self.transcript.submit(*form, "the form"),
            Answer::AskAgain => {
                let asked = self.transcript.machine.request_form();
                asked.expect("a form may be asked for");
            }
            Answer::GiveUp => return Break(()),
        }
        Continue(())
    }

    /// Whether the machine has the reply that ends its task.
    pub fn is_over(&self) -> bool {
        self.replies == self.script.len()
    }

    /// When the last thing happened.
    pub fn moment(&self) -> Moment {
        let last = self.positions.last().expect("the first is at the start");
        last.moment
    }

    /// What the next reply means, if nothing goes wrong.
    pub fn next_event(&self) -> &str {
        &self.script[self.replies]
    }

    /// How many requests were handed out.
    pub fn serial(&self) -> usize {
        self.replies + usize::from(self.awaited.is_some())
    }

    /// The id of the last request.
    pub fn id(&self) -> String {
        format!("{PREFIX}-{}", self.serial())
    }
}
