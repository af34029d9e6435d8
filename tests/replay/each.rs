//! Every recorded line is fed to a machine that waits for such a line, whether or not the machine itself would have sent
//! the request.

use minidom::Element;
use xmpp_registration::{Features, Field, Handled, Output, RegistrationMachine};

use super::expect::{self, Expected, TOKEN_TAKEN};
use super::stage::{Request, Target, Task};
use super::{At, Recording, Step, What};
use crate::common::{Transcript, names, server, xml};

/// How many lines of each kind were fed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub replies: usize,
    pub strays: usize,
    pub stream_errors: usize,
    pub ends: usize,
    pub silences: usize,
    pub features: usize,
}

impl Tally {
    pub fn add(&mut self, other: &Tally) {
        self.replies += other.replies;
        self.strays += other.strays;
        self.stream_errors += other.stream_errors;
        self.ends += other.ends;
        self.silences += other.silences;
        self.features += other.features;
    }
}

/// A request that a machine was staged for, to be staged again.
#[derive(Clone, Copy)]
pub struct Staged<'r> {
    pub request: &'r Request,
    /// The line that brought the form.
    pub offer: Option<&'r str>,
}

/// A machine on its stage.
struct Case<'r> {
    session: usize,
    /// The step of the request; none if the session has none, so that any machine will do.
    request: Option<usize>,
    /// And the request itself.
    staged: Option<Staged<'r>>,
    task: Task,
    target: Target,
    offer: Option<&'r str>,
    transcript: Transcript,
    /// The name of the last event.
    last: Option<String>,
}

pub struct Player<'r> {
    recording: &'r Recording,
    cases: Vec<Case<'r>>,
    /// The forms that were offered: in which session, by whom, and the line.
    offers: Vec<(usize, Target, &'r str)>,
    /// Every request.
    pub staged: Vec<Staged<'r>>,
    /// Every reply that has an id, with its request.
    pub replies: Vec<(Staged<'r>, &'r Element, &'r Step)>,
    /// The events by their names, in the order of the lines.
    pub told: Vec<String>,
    pub tally: Tally,
}

impl<'r> Player<'r> {
    pub fn play(recording: &'r Recording) -> Self {
        let mut player = Player {
            recording,
            cases: Vec::new(),
            offers: Vec::new(),
            staged: Vec::new(),
            replies: Vec::new(),
            told: Vec::new(),
            tally: Tally::default(),
        };
        for (index, step) in recording.steps.iter().enumerate() {
            let _at = At(&recording.name, step.line);
            player.step(index, step);
        }
        player
    }

    fn step(&mut self, index: usize, step: &'r Step) {
        match &step.what {
            What::Request(request) => self.stage(index, step.session, request),
            What::Reply { request, stanza } => self.reply(*request, stanza, step),
            What::Stray(stanza) => {
                self.tally.strays += 1;
                let case = self.newest(step.session);
                let transcript = &mut self.cases[case].transcript;
                assert_eq!(transcript.feed(stanza), Handled::NotMine);
                transcript.assert_quiet("a stanza of somebody else");
            }
            What::StreamError(error) => {
                self.tally.stream_errors += 1;
                let tell = |machine: &mut RegistrationMachine| machine.handle_stream_error(error);
                self.cut(step, &step.raw, tell);
            }
            What::Gone => {
                self.tally.ends += 1;
                self.cut(step, "Disconnected", RegistrationMachine::handle_disconnect);
            }
            What::Silence => {
                self.tally.silences += 1;
                self.cut(step, "TimedOut", RegistrationMachine::handle_timeout);
            }
            What::Features(features) => {
                self.tally.features += 1;
                let told = Features::of(features);
                let wanted = expect::features(&step.raw);
                assert_eq!((told.registration, told.token), wanted, "{}", step.raw);
            }
        }
    }

    fn stage(&mut self, index: usize, session: usize, request: &'r Request) {
        let offers = self.offers.iter().rev();
        let mut offers = offers.filter(|offer| offer.0 == session && offer.1 == request.target);
        let offer = offers.next().map(|offer| offer.2);
        let transcript = request.stage(offer, &self.recording.secrets);
        let staged = Staged { request, offer };
        self.staged.push(staged);
        self.cases.push(Case {
            session,
            request: Some(index),
            staged: Some(staged),
            task: request.task,
            target: request.target.clone(),
            offer,
            transcript,
            last: None,
        });
    }

    fn reply(&mut self, request: usize, stanza: &'r Element, step: &'r Step) {
        self.tally.replies += 1;
        let mut cases = self.cases.iter_mut();
        let case = cases.find(|case| case.request == Some(request));
        let case = case.expect("each request has its case");
        if let (Some(staged), Some(_)) = (case.staged, stanza.attr("id")) {
            self.replies.push((staged, stanza, step));
        }
        let expected = expect::reply(&step.raw, case.task, &case.target, case.offer);
        let transcript = &mut case.transcript;
        // An id that is not there stays away: that is what such a line is about.
        let stanza = match stanza.attr("id") {
            Some(_) => transcript.under_my_id(stanza),
            None => stanza.clone(),
        };
        if expected.verdict == Handled::Consumed {
            refuse_a_forgery(transcript, &stanza);
        }
        assert_eq!(transcript.feed(&stanza), expected.verdict);
        let name = told(transcript, &expected);
        assert_eq!(name, expected.name, "{}", step.raw);
        check_state(transcript, name.as_deref());
        if expected.verdict == Handled::Consumed {
            ignore_it_again(transcript, &stanza, name.as_deref());
        }
        let Some(name) = name else {
            self.told.push("NotMine".to_string());
            return;
        };
        if name.starts_with("FormOffered") {
            let target = case.target.clone();
            self.offers.push((step.session, target, &step.raw));
        }
        case.last = Some(name.clone());
        self.told.push(name);
    }

    /// The stream ends, or nothing more comes: for each machine that waits, else for the newest.
    fn cut(&mut self, step: &Step, why: &str, mut tell: impl FnMut(&mut RegistrationMachine)) {
        let newest = self.newest(step.session);
        let is_pending = |case: &Case<'_>| {
            let asked = case.session == step.session && case.request.is_some();
            asked && case.transcript.machine.is_awaiting_reply()
        };
        let waiting = (0..self.cases.len()).filter(|&at| is_pending(&self.cases[at]));
        let mut waiting: Vec<usize> = waiting.collect();
        if waiting.is_empty() {
            waiting.push(newest);
        }
        for at in waiting {
            let case = &mut self.cases[at];
            let expected = expect::cut(why, case.task, &case.target, case.last.as_deref());
            tell(&mut case.transcript.machine);
            let name = name_of_next(&mut case.transcript);
            assert_eq!(name, expected, "{why}");
            case.transcript.assert_quiet(why);
            if let Some(name) = name {
                case.last = Some(name.clone());
                self.told.push(name);
            }
        }
    }

    /// The newest case of a session. Where none has come yet, any machine will do.
    fn newest(&mut self, session: usize) -> usize {
        if let Some(at) = self.cases.iter().rposition(|case| case.session == session) {
            return at;
        }
        let mut transcript = Transcript::new(RegistrationMachine::register(server("lab.example")));
        transcript.sent("the request for the form");
        self.cases.push(Case {
            session,
            request: None,
            staged: None,
            task: Task::Form,
            target: Target::Server,
            offer: None,
            transcript,
            last: None,
        });
        self.cases.len() - 1
    }
}

/// The same reply from somebody else does not count, and the machine waits on.
#[track_caller]
fn refuse_a_forgery(transcript: &mut Transcript, stanza: &Element) {
    let forged = xml::with(stanza, "from", "mallory@elsewhere.example");
    assert_eq!(transcript.feed(&forged), Handled::NotMine);
    assert_eq!(
        name_of_next(transcript).as_deref(),
        Some("Ignored(WrongSender)")
    );
    assert!(transcript.machine.is_awaiting_reply());
}

/// A reply counts once.
#[track_caller]
fn ignore_it_again(transcript: &mut Transcript, stanza: &Element, name: Option<&str>) {
    let (verdict, told) = match name {
        Some(TOKEN_TAKEN) => (Handled::Consumed, Some("Ignored(Late)")),
        _ if transcript.machine.is_finished() => (Handled::NotMine, None),
        _ => (Handled::Consumed, Some("Ignored(Duplicate)")),
    };
    assert_eq!(transcript.feed(stanza), verdict);
    assert_eq!(name_of_next(transcript).as_deref(), told);
    transcript.assert_quiet("the same reply again");
}

/// Whether the machine waits, and whether it is over, by the name of the last event.
#[track_caller]
fn check_state(transcript: &Transcript, name: Option<&str>) {
    let waits = name.is_none_or(|name| name == TOKEN_TAKEN || name.starts_with("Ignored"));
    let open =
        name.is_some_and(|name| name.starts_with("FormOffered") || name.starts_with("Refused"));
    assert_eq!(transcript.machine.is_awaiting_reply(), waits, "{name:?}");
    assert_eq!(
        transcript.machine.is_finished(),
        !waits && !open,
        "{name:?}"
    );
}

#[track_caller]
fn name_of_next(transcript: &mut Transcript) -> Option<String> {
    transcript.event().map(|event| names::name(&event))
}

/// The name of what the machine says to a reply, after a look at its details. Nothing else may be said.
#[track_caller]
pub fn told(transcript: &mut Transcript, expected: &Expected) -> Option<String> {
    let name = match transcript.poll()? {
        Output::Send(_) => TOKEN_TAKEN.to_string(),
        Output::Event(event) => {
            let details = names::details(&event);
            for wanted in &expected.details {
                assert!(
                    details.contains(wanted),
                    "`{wanted}` is none of {details:#?}"
                );
            }
            let name = names::name(&event);
            transcript.form = names::into_form(event);
            if let Some(form) = &transcript.form {
                let fields: Vec<&str> = form.fields().filter_map(Field::name).collect();
                assert_eq!(
                    Some(fields),
                    expected
                        .fields
                        .as_ref()
                        .map(|it| it.iter().map(String::as_str).collect())
                );
                let mut secrets = form.fields().filter(|field| field.is_secret());
                assert!(!expected.mended || secrets.all(|field| field.value().is_none()));
            }
            name
        }
    };
    transcript.assert_quiet("the reply");
    Some(name)
}
