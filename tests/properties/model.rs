//! The machine once more, written from the rules alone: what is out, whether it changes something, and what may follow.
//!
//! It knows nothing of the crate's own states. Outputs are sentences, so that a difference reads as one.

use std::collections::VecDeque;

use xmpp_registration::{Channel, Misuse, StreamNamespace};

use crate::forms::Facts;
use crate::ops::{DOMAIN, ME, Name, Op, SERVICE, Setup, Task, Who};

#[path = "answers.rs"]
mod answers;
#[path = "incoming.rs"]
mod incoming;

use incoming::Counts;

/// What a call ought to bring.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    Nothing,
    Polled(Vec<String>),
    Consumed(bool),
    /// Any of these misuses; none of them: it succeeds.
    Called(Vec<Misuse>),
}

/// What would get a task on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Poll,
    /// A result without anything in it.
    Result,
    /// A form.
    Offer,
    /// An error with a form in it.
    Demand,
    /// An error, with or without a form.
    Refusal,
    /// An answer, since a form is open.
    Submit,
    /// The picture that was asked for.
    Picture,
    RequestForm,
}

/// A request.
#[derive(Debug, Clone)]
enum Ask {
    Token,
    Form,
    /// A password change or a removal without a form.
    Plain,
    Answer {
        goal: &'static str,
        removes: bool,
    },
}

/// A form that was offered, as it stands: under which number it may be submitted.
#[derive(Debug, Clone)]
struct Held {
    number: u32,
    facts: Facts,
}

enum Said {
    Words(String),
    Send(String, Ask),
    Fetch(String),
    Form(String, Held),
}

pub struct Model {
    setup: Setup,
    /// Requests made, and of these handed out.
    made: u32,
    handed: u32,
    /// The numbers under which they went: one that was passed over is not among them.
    numbers: Vec<u32>,
    /// Which of them was the last of the task itself, and whether it is yet to be handed out.
    main: u32,
    queued: bool,
    /// Which of them asks for a picture.
    fetch: Option<u32>,
    /// The request that was handed out last, until its reply.
    out: Option<Ask>,
    /// A form has said that the registration exists.
    registered: bool,
    /// The number of the form that may be answered.
    open: Option<u32>,
    forms: u32,
    /// What was submitted last, without its secrets.
    kept: Option<Held>,
    /// What was submitted before that and is not asked for in `kept`, the oldest first.
    earlier: Vec<Facts>,
    hand: Vec<Held>,
    ignored: u8,
    done: bool,
    queue: VecDeque<Said>,
}

impl Model {
    /// The misuses of which one must be told, if a task cannot even begin.
    fn why_not_begin(setup: Setup) -> Vec<Misuse> {
        let mut why = Vec::new();
        let logged_in = setup.who != Who::Server;
        match setup.task {
            Task::RegisterWithToken if logged_in => why.push(Misuse::TokenAfterLogin),
            Task::ChangePassword | Task::Unregister if !logged_in => why.push(Misuse::NotLoggedIn),
            _ => {}
        }
        let sends_secret = matches!(setup.task, Task::RegisterWithToken | Task::ChangePassword);
        if sends_secret && setup.channel == Channel::Plaintext {
            why.push(Misuse::PlaintextChannel);
        }
        let own = setup.task == Task::ChangePassword && setup.who == Who::Account;
        if own && setup.name == Name::Other {
            why.push(Misuse::NotMyAccount);
        }
        why
    }

    pub fn begin(setup: Setup) -> Result<Model, Vec<Misuse>> {
        let why = Model::why_not_begin(setup);
        if !why.is_empty() {
            return Err(why);
        }
        let mut model = Model {
            setup,
            made: 0,
            handed: 0,
            numbers: Vec::new(),
            main: 0,
            queued: false,
            fetch: None,
            out: None,
            registered: false,
            open: None,
            forms: 0,
            kept: None,
            earlier: Vec::new(),
            hand: Vec::new(),
            ignored: 0,
            done: false,
            queue: VecDeque::new(),
        };
        match setup.task {
            Task::Register => model.ask("get", "form", Ask::Form),
            Task::RegisterWithToken => model.ask("set", "token", Ask::Token),
            Task::ChangePassword => {
                let name = model.name_sent(setup.name, false);
                model.ask("set", &format!("legacy of {name}"), Ask::Plain);
            }
            Task::Unregister => model.ask("set", "removal", Ask::Plain),
        }
        Ok(model)
    }

    pub fn act(&mut self, op: &Op) -> Expected {
        match op {
            Op::Poll(times) => {
                let times = times.map_or(usize::MAX, usize::from);
                Expected::Polled(self.poll(times))
            }
            Op::Stanza(reply) => Expected::Consumed(self.stanza(reply)),
            Op::Malformed(id, sender, kind) => {
                let may_answer = sender.may_answer(self.setup.who);
                let counts = self.counts(*id, may_answer, *kind, true);
                match counts {
                    Counts::Reply => self.malformed(*kind),
                    Counts::Picture => self.fetched(false),
                    Counts::Not { .. } => {}
                }
                Expected::Consumed(counts.is_consumed())
            }
            Op::StreamError(error) => {
                self.stream_error(error);
                Expected::Nothing
            }
            Op::Timeout => {
                if self.out.is_some() {
                    self.cut("timed out");
                } else if self.is_awaiting() {
                    self.fetched(false);
                }
                Expected::Nothing
            }
            Op::Disconnect => {
                self.cut("disconnected");
                Expected::Nothing
            }
            Op::Submit(which, filling) => self.submit(*which, *filling),
            Op::RequestForm => Expected::Called(self.request_form()),
            Op::FetchMedia => Expected::Called(self.fetch_media()),
        }
    }

    pub fn is_awaiting(&self) -> bool {
        let fetches = self.fetch.is_some_and(|fetch| fetch <= self.handed);
        (self.out.is_some() || fetches) && !self.done
    }

    pub fn is_finished(&self) -> bool {
        self.done && self.queue.is_empty()
    }

    /// Rule 4: a `set` that changes something was handed out, and nothing has answered it.
    pub fn is_in_doubt(&self) -> bool {
        matches!(self.out, Some(Ask::Plain | Ask::Answer { .. }))
    }

    /// What is most likely to happen next, so that a task gets somewhere.
    pub fn next(&self) -> Next {
        match &self.out {
            _ if self.done || !self.queue.is_empty() => Next::Poll,
            Some(Ask::Token) => Next::Result,
            Some(Ask::Form) => Next::Offer,
            Some(Ask::Plain) => Next::Demand,
            Some(Ask::Answer { .. }) => Next::Refusal,
            None if self.is_awaiting() => Next::Picture,
            None if self.open.is_some() => Next::Submit,
            None => Next::RequestForm,
        }
    }

    fn registers(&self) -> bool {
        matches!(self.setup.task, Task::Register | Task::RegisterWithToken)
    }

    fn say(&mut self, words: impl Into<String>) {
        self.queue.push_back(Said::Words(words.into()));
    }

    fn ask(&mut self, kind: &str, what: &str, ask: Ask) {
        self.made += 1;
        self.main = self.made;
        self.queued = true;
        let words = self.addressed(kind, what);
        self.queue.push_back(Said::Send(words, ask));
    }

    /// Rule 2: where a request goes.
    fn addressed(&self, kind: &str, what: &str) -> String {
        let to = match self.setup.who {
            Who::Server => DOMAIN,
            Who::Account => "-",
            Who::Service => SERVICE,
        };
        let named = self.setup.who != Who::Server;
        let from = if named && self.setup.namespace != StreamNamespace::Client {
            ME
        } else {
            "-"
        };
        format!("send {kind} {what}, to {to}, from {from}")
    }

    fn poll(&mut self, most: usize) -> Vec<String> {
        let mut polled = Vec::new();
        while polled.len() < most
            && let Some(said) = self.queue.pop_front()
        {
            polled.push(match said {
                Said::Words(words) => words,
                Said::Send(words, ask) => {
                    self.queued = false;
                    self.hand_out();
                    self.out = Some(ask);
                    words
                }
                Said::Fetch(words) => {
                    self.hand_out();
                    words
                }
                Said::Form(words, held) => {
                    self.hand.push(held);
                    words
                }
            });
        }
        polled
    }

    fn hand_out(&mut self) {
        self.handed += 1;
        self.numbers.push(self.handed);
    }

    /// The end: what was not handed out is never sent.
    fn end(&mut self, words: String) {
        let is_sent = |said: &Said| matches!(said, Said::Send(..) | Said::Fetch(_));
        self.queue.retain(|said| !is_sent(said));
        self.queued = false;
        self.fetch = None;
        self.done = true;
        self.say(words);
    }

    fn fail(&mut self, why: &str) {
        self.end(format!("failed: {why}"));
    }

    fn cut(&mut self, why: &str) {
        if self.done {
            return;
        }
        let doubt = if self.is_in_doubt() { "in doubt, " } else { "" };
        self.fail(&format!("{doubt}{why}"));
    }

    fn stream_error(&mut self, error: &str) {
        if self.done {
            return;
        }
        let removes = match &self.out {
            Some(Ask::Plain) => self.setup.task == Task::Unregister,
            Some(Ask::Answer { removes, .. }) => *removes,
            _ => false,
        };
        let deleted = error.starts_with("<not-authorized") && error.contains("xmpp-streams");
        if removes && deleted && self.setup.who == Who::Account {
            self.out = None;
            self.end("succeeded: unregistered".into());
        } else {
            self.cut("stream error");
        }
    }
}
