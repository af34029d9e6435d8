//! A small language for transcripts: a machine is driven by a script, and any output that the script does not expect fails.
//!
//! A step begins with a letter and a colon at the start of a line, and goes on over the lines that follow:
//!
//! ```text
//! # a remark
//! C: <iq .../>       the machine sends this; its id is the machine's own, white space and attribute order do not count
//! S: <iq .../>       the server sends this, under the id of the request that is out; the verdict is `Consumed`
//! N: <iq .../>       the same, but the verdict is `NotMine`
//! E: Refused(conflict)    this event, by its name (`names::name`)
//!    code 409             and, line by line, details of it that must be there (`names::details`)
//! A: username=bill   the caller fills the form of the last event, a field a line, and submits it
//!    password=Calliope
//! ```
//!
//! A `<stream:error/>` goes to `handle_stream_error`; the end of the stream (`</stream:stream>`) is nothing. No text
//! that was given to [`Transcript::hide`] may ever show up in what can be logged.

#![allow(dead_code, reason = "each test crate uses its own part of this")]

mod looks;
pub mod names;
pub mod secrets;
pub mod xml;

use std::collections::VecDeque;

use minidom::Element;
use secrets::Search;
use xmpp_registration::{
    Channel, Config, Event, Failure, Form, Handled, IdPrefix, Output, Peer, Recognised,
    RegistrationMachine,
};

/// The prefix of every test's ids.
pub const PREFIX: &str = "f3a9c1";

/// A configuration as every test wants it. The channel is one over which secrets may go.
pub fn config(peer: Peer) -> Config {
    let ids = IdPrefix::new(PREFIX).expect("a legal prefix");
    Config::new(peer, ids, Channel::PlaintextAccepted)
}

/// Not logged in, on a stream to this domain.
pub fn server(domain: &str) -> Config {
    config(Peer::server(domain).expect("a domain"))
}

/// Logged in, at one's own server.
pub fn account(me: &str) -> Config {
    config(Peer::account(me.parse().expect("a full JID")))
}

/// Logged in, with a service in another domain.
pub fn service(service: &str, me: &str) -> Config {
    let service = service.parse().expect("a JID");
    let me: jid::Jid = me.parse().expect("a JID");
    config(Peer::service(service, me).expect("a service in another domain"))
}

/// A machine, and what a script needs to know of it.
pub struct Transcript {
    pub machine: RegistrationMachine,
    /// The form of the last event, until it is submitted.
    pub form: Option<Form>,
    /// The request handed out last.
    pub last: Option<Element>,
    /// What the stanzas were recognised as that have not become events yet.
    seen: VecDeque<Recognised>,
    pub secrets: Search,
}

impl Transcript {
    pub fn new(machine: RegistrationMachine) -> Self {
        Transcript {
            machine,
            form: None,
            last: None,
            seen: VecDeque::new(),
            secrets: Search::default(),
        }
    }

    /// From now on, this text must not be seen. A very short one would be found everywhere by chance.
    pub fn hide(&mut self, secret: &str) {
        if secret.trim().chars().count() >= 4 {
            self.secrets.hide(secret);
        }
    }

    /// Plays a script to its end, where nothing may be left over.
    #[track_caller]
    pub fn play(&mut self, script: &str) {
        for (line, step) in steps(script) {
            let (verb, body) = (&step[..2], step[2..].trim());
            let at = format!("line {line} of the script: {step}");
            match verb {
                "C:" => {
                    let sent = self.sent(&at);
                    xml::assert_same(&sent, &xml::parse(body), &at);
                }
                "S:" => self.receive(body, Handled::Consumed, &at),
                "N:" => self.receive(body, Handled::NotMine, &at),
                "E:" => self.expect_event(body, &at),
                "A:" => self.answer(body, &at),
                _ => panic!("no such step at {at}"),
            }
        }
        self.assert_quiet("the end of the script");
    }

    /// The stanza that the machine hands out now.
    #[track_caller]
    pub fn sent(&mut self, at: &str) -> Element {
        match self.poll() {
            Some(Output::Send(stanza)) => stanza,
            other => panic!("expected a stanza, got {other:?} at {at}"),
        }
    }

    /// The event that the machine hands out now.
    #[track_caller]
    pub fn event(&mut self) -> Option<Event> {
        match self.poll() {
            Some(Output::Event(event)) => Some(event),
            Some(Output::Send(_)) => panic!("expected an event, got a stanza to send"),
            None => None,
        }
    }

    #[track_caller]
    pub fn assert_quiet(&mut self, at: &str) {
        let left = self.poll();
        assert!(left.is_none(), "left over: {left:?} at {at}");
    }

    /// What `poll_output` says, after a look whether it shows a secret.
    #[track_caller]
    pub fn poll(&mut self) -> Option<Output> {
        self.secrets.debug("the machine", &self.machine);
        let output = self.machine.poll_output()?;
        self.secrets.output(&output);
        match &output {
            Output::Send(stanza) => self.last = Some(stanza.clone()),
            Output::Event(event) => {
                if let Some(seen) = self.seen.pop_front() {
                    assert!(is_told(seen, event), "{seen:?} became {event:?}");
                }
            }
        }
        self.secrets.count_step();
        self.secrets.debug("the machine", &self.machine);
        Some(output)
    }

    /// Gives the machine a stanza as it is.
    #[track_caller]
    pub fn feed(&mut self, stanza: &Element) -> Handled {
        let seen = self.machine.recognise(stanza);
        let handled = self.machine.handle_stanza(stanza);
        let counts = !matches!(seen, Recognised::NotMine | Recognised::Ignored(_));
        assert!(!counts || handled == Handled::Consumed, "{seen:?}");
        // A token that is taken is no event: the next request goes out.
        let presents_token = |it: &Element| it.has_child("preauth", "urn:xmpp:pars:0");
        let token = seen == Recognised::Success && self.last.as_ref().is_some_and(presents_token);
        if !token && seen != Recognised::NotMine {
            self.seen.push_back(seen);
        }
        self.secrets.debug("the machine", &self.machine);
        self.secrets.count_step();
        handled
    }

    /// The stanza, under the id of the request that is out.
    pub fn under_my_id(&self, stanza: &Element) -> Element {
        let request = self.last.as_ref().expect("a request was handed out");
        xml::with_id(stanza, request.attr("id").expect("every request has an id"))
    }

    #[track_caller]
    fn receive(&mut self, body: &str, verdict: Handled, at: &str) {
        self.assert_quiet(at);
        if body == "</stream:stream>" {
            return;
        }
        let stanza = xml::parse(body);
        if stanza.is("error", xml::NS_STREAM) {
            self.machine.handle_stream_error(&stanza);
            return;
        }
        let stanza = self.under_my_id(&stanza);
        assert_eq!(self.feed(&stanza), verdict, "the verdict at {at}");
    }

    #[track_caller]
    fn expect_event(&mut self, body: &str, at: &str) {
        let Some(event) = self.event() else {
            panic!("no event at {at}");
        };
        let mut lines = body.lines().map(str::trim);
        assert_eq!(Some(&*names::name(&event)), lines.next(), "at {at}");
        let details = names::details(&event);
        for wanted in lines {
            let found = details.iter().any(|detail| detail == wanted);
            assert!(found, "`{wanted}` is none of {details:#?} at {at}");
        }
        self.form = names::into_form(event);
    }

    #[track_caller]
    fn answer(&mut self, body: &str, at: &str) {
        self.assert_quiet(at);
        let Some(mut form) = self.form.take() else {
            panic!("the last event had no form, at {at}");
        };
        for line in body.lines() {
            let (name, value) = line.trim().split_once('=').expect("NAME=VALUE");
            if form
                .field(name)
                .is_some_and(xmpp_registration::Field::is_secret)
            {
                self.hide(value);
            }
            if let Err(error) = form.set(name, value) {
                panic!("{error} at {at}");
            }
        }
        self.submit(form, at);
    }

    /// Finishes a form and submits it: neither may fail.
    #[track_caller]
    pub fn submit(&mut self, form: Form, at: &str) {
        self.secrets.debug("a form", &form);
        let mut answer = match form.finish() {
            Ok(answer) => answer,
            Err(incomplete) => panic!("{incomplete} at {at}"),
        };
        if self.secrets.is_deep() {
            answer = self.secrets.reject(answer);
        }
        if let Err(rejected) = self.machine.submit(answer) {
            panic!("{rejected} at {at}");
        }
    }
}

/// The steps of a script with the number of their first line.
fn steps(script: &str) -> Vec<(usize, String)> {
    let mut steps: Vec<(usize, String)> = Vec::new();
    for (number, line) in (1..).zip(script.lines()) {
        if line.starts_with('#') {
            continue;
        }
        if line.as_bytes().get(1) == Some(&b':') && line.as_bytes()[0].is_ascii_uppercase() {
            steps.push((number, line.to_string()));
        } else if let Some((_, step)) = steps.last_mut() {
            step.push('\n');
            step.push_str(line);
        } else {
            assert!(line.trim().is_empty(), "line {number} belongs to no step");
        }
    }
    steps
}

/// Whether a stanza that was recognised so becomes such an event.
fn is_told(seen: Recognised, event: &Event) -> bool {
    match seen {
        Recognised::NotMine => false,
        Recognised::Ignored(reason) => *event == Event::Ignored(reason),
        Recognised::Form => matches!(event, Event::FormOffered(_)),
        Recognised::Redirect => matches!(event, Event::Redirected(_)),
        Recognised::Nothing => matches!(event, Event::Failed(Failure::Protocol(_))),
        Recognised::Success => matches!(event, Event::Succeeded(_)),
        Recognised::Refusal => matches!(event, Event::Refused { .. } | Event::Failed(_)),
        Recognised::Alternative => matches!(event, Event::Refused { form: Some(_), .. }),
        Recognised::Media => matches!(
            event,
            Event::MediaReceived(_) | Event::MediaUnavailable { .. }
        ),
        _ => unreachable!("there are no others"),
    }
}
