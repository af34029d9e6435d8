//! A thread with a stream: many machines at once on it, and another stream when it ends.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use minidom::Element;
use xmpp_registration::{Channel, Event, Form, Output};

use crate::connect::{ConnectError, connect};
use crate::flight::{Flight, Verdict};
use crate::journal::Outcome;
use crate::queue::Task;
use crate::redact::Redactor;
use crate::shared::Shared;
use crate::stream::{Stream, StreamEnd, StreamOptions};

/// After so many streams in a row that brought nothing there is no hope.
const MOST_FRUITLESS: u32 = 3;
/// How often an account is tried again that the server puts off.
const MOST_PUT_OFF: u32 = 4;
/// The first pause; each further one is twice as long.
const PAUSE: Duration = Duration::from_secs(1);
/// Servers close a stream on which nobody logs in after a while, whatever is done on it, and what
/// is on its way then is in doubt. It is better to be the first.
const MOST_AGE: Duration = Duration::from_secs(25);

/// Takes one stream after the other, until nothing is left, or nothing helps.
pub fn run(shared: &Shared<'_>) {
    let mut fruitless = 0;
    while fruitless < MOST_FRUITLESS && shared.queue.wait() {
        if let Some(before) = u32::checked_sub(fruitless, 1) {
            thread::sleep(PAUSE * (1 << before));
        }
        let idle = match Lane::open(shared) {
            Ok(mut lane) => {
                shared.connected.store(true, Ordering::Relaxed);
                if let Err(end) = lane.work() {
                    lane.end(&end);
                }
                lane.took > 0 && lane.brought == 0
            }
            Err(error) => {
                shared.note(error.to_string());
                true
            }
        };
        fruitless = if idle { fruitless + 1 } else { 0 };
    }
}

/// One stream, and what is on its way on it.
struct Lane<'a> {
    shared: &'a Shared<'a>,
    stream: Stream,
    channel: Channel,
    opened: Instant,
    /// By the prefix of their ids.
    flights: HashMap<String, Flight>,
    /// How many may be on their way: one until the first form has come, which tells.
    width: usize,
    /// It takes no more: it is to end before the server ends it, or it does not work.
    retires: bool,
    took: usize,
    /// How many replies made a difference.
    brought: usize,
}

impl<'a> Lane<'a> {
    fn open(shared: &'a Shared<'a>) -> Result<Self, ConnectError> {
        let options = StreamOptions {
            domain: shared.options.domain.clone(),
            lang: None,
            timeout: shared.options.timeout(),
            trace: false,
            redactor: Redactor::default(),
        };
        let (mut stream, _) = connect(&shared.target, options)?;
        // Without encryption there is no stream at all, unless the user accepted that.
        let channel = match (stream.is_encrypted(), shared.target.plaintext) {
            (true, _) => Channel::Encrypted,
            (false, true) => Channel::PlaintextAccepted,
            (false, false) => Channel::Plaintext,
        };
        Ok(Self {
            shared,
            stream,
            channel,
            opened: Instant::now(),
            flights: HashMap::new(),
            width: 1,
            retires: false,
            took: 0,
            brought: 0,
        })
    }

    /// Keeps as many on their way as there may be, until there are none.
    fn work(&mut self) -> Result<(), StreamEnd> {
        loop {
            self.fill_up();
            let Some(until) = self.flights.values().map(|it| it.until).min() else {
                return Ok(());
            };
            match self.stream.receive(until) {
                Ok(stanza) => self.route(&stanza),
                Err(StreamEnd::TimedOut) => self.expire(),
                Err(end) => return Err(end),
            }
        }
    }

    fn fill_up(&mut self) {
        self.retires |= self.opened.elapsed() > MOST_AGE;
        while !self.retires && self.flights.len() < self.width {
            let Some(task) = self.shared.queue.take() else {
                return;
            };
            let until = self.stream.deadline();
            let domain = &self.shared.options.domain;
            match Flight::new(task, domain, self.channel, until) {
                Ok((prefix, flight)) => {
                    self.took += 1;
                    self.advance(prefix, flight);
                }
                Err((task, why)) => self.settle(task, Verdict::Failed(why)),
            }
        }
    }

    /// Finds the machine that a stanza is for: its ids are the prefix, a hyphen and a number.
    /// Whether it is a reply to be trusted, the machine finds out. Nothing else is due to a
    /// client that has not logged in.
    fn route(&mut self, stanza: &Element) {
        let prefix = stanza.attr("id").and_then(|id| id.rsplit_once('-'));
        let found = prefix.and_then(|(prefix, _)| self.flights.remove_entry(prefix));
        if let Some((prefix, mut flight)) = found {
            // Its verdict is no news here: even what is not its own leaves it as it was.
            let _ = flight.machine.handle_stanza(stanza);
            self.advance(prefix, flight);
        }
    }

    /// Ends those, and only those, whose reply did not come in time.
    fn expire(&mut self) {
        let now = Instant::now();
        let late: Vec<_> = self.flights.extract_if(|_, it| it.until <= now).collect();
        for (prefix, mut flight) in late {
            // More of them on a stream that answers no more would only take time.
            self.retires = true;
            flight.machine.handle_timeout();
            self.advance(prefix, flight);
        }
    }

    /// The stream has ended, and every machine hears of it.
    fn end(&mut self, end: &StreamEnd) {
        self.retires = true;
        self.shared.note(end.to_string());
        for (prefix, mut flight) in std::mem::take(&mut self.flights) {
            match end {
                StreamEnd::StreamError(error) => flight.machine.handle_stream_error(error),
                _ => flight.machine.handle_disconnect(),
            }
            self.advance(prefix, flight);
        }
    }

    /// Does what the machine says. It stays in the air, or it is settled.
    fn advance(&mut self, prefix: String, mut flight: Flight) {
        while let Some(output) = flight.machine.poll_output() {
            if let Output::Event(Event::FormOffered(form)) = &output {
                self.width = self.width_for(form);
            }
            let verdict = match output {
                Output::Event(event) => flight.on_event(event),
                Output::Send(stanza) => self.send(&mut flight, &stanza),
            };
            if let Some(verdict) = verdict {
                return self.settle(flight.task, verdict);
            }
        }
        self.flights.insert(prefix, flight);
    }

    /// Fields of the old way are the same for everybody. A data form may be one of its kind, and
    /// servers keep only the last of a stream: to ask for another takes it from whoever fills it in.
    fn width_for(&self, form: &Form) -> usize {
        if form.is_data_form() {
            1
        } else {
            self.shared.options.in_flight.into()
        }
    }

    /// First the report, then the wire: whoever reads it after a crash must not miss anything.
    fn send(&mut self, flight: &mut Flight, stanza: &Element) -> Option<Verdict> {
        if flight.submitted {
            let noted = self.shared.book().sent(&flight.task.account);
            if !self.shared.reported(&noted) {
                return Some(Verdict::Failed("the report cannot be written".to_owned()));
            }
        }
        flight.until = self.stream.deadline();
        // Where it fails, `receive` fails as well, and tells more: replies may be there still.
        self.retires |= self.stream.send(stanza).is_err();
        None
    }

    /// Writes down what came of it, or has it tried again.
    fn settle(&mut self, task: Task, verdict: Verdict) {
        let (outcome, why) = match verdict {
            Verdict::Unsent => return self.shared.queue.give_back(task),
            Verdict::Refused { why, only_now } if only_now && task.put_off < MOST_PUT_OFF => {
                self.brought += 1;
                return self.put_off(task, &why);
            }
            Verdict::Refused { why, .. } => (Outcome::Refused, why),
            Verdict::Registered => (Outcome::Registered, String::new()),
            Verdict::InDoubt(why) => (Outcome::InDoubt, why),
            Verdict::Failed(why) => (Outcome::Failed, why),
        };
        if matches!(outcome, Outcome::Registered | Outcome::Refused) {
            self.brought += 1;
        }
        let noted = self.shared.book().settle(&task.account, outcome, &why);
        self.shared.reported(&noted);
        self.shared.queue.settled();
    }

    fn put_off(&mut self, mut task: Task, why: &str) {
        let noted = self.shared.book().put_off(&task.account, why);
        self.shared.reported(&noted);
        let pause = PAUSE * (1 << task.put_off);
        task.put_off += 1;
        self.shared.queue.put_off(task, pause);
    }
}
