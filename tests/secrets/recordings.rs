//! Every recorded conversation, with planted secrets. What the machine tells is not compared here, as in
//! `tests/recordings.rs`: it is only looked at.

use minidom::Element;
use xmpp_registration::{Event, Features, FieldKind, Form, Output, Value};

use crate::common::secrets::{Kind, Search, Tally, assert_tally};
use crate::common::{Transcript, xml};
use crate::planter::Planter;
use crate::replay::stage::{Request, Target};
use crate::replay::{self, At, Recording, Step, What};

const CONFLICT: &str =
    "<error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";

#[test]
fn every_recorded_conversation() {
    let mut recordings = replay::all();
    assert_eq!(recordings.len(), 145);
    for recording in &mut recordings {
        let mut planter = Planter::plant_in(recording);
        let typed = [Kind::Password, Kind::Answer].map(|kind| planter.plant(kind));
        Spy::new(recording, planter.secrets, typed).watch();
    }
    assert_tally(Tally {
        conversations: 145,
        steps: 4_177,
        searches: 760_000,
        secrets: 996,
        sent: [
            (Kind::Password, 577),
            (Kind::NewPassword, 34),
            (Kind::Token, 10),
            (Kind::Answer, 31),
            (Kind::Key, 277),
            (Kind::Private, 176),
            (Kind::OnFile, 17),
        ]
        .into(),
    });
}

struct Case {
    session: usize,
    request: usize,
    target: Target,
    transcript: Transcript,
}

struct Spy<'r> {
    recording: &'r Recording,
    secrets: Vec<String>,
    /// What is typed into forms that the recording only looked at: a password, and the answer to a challenge.
    typed: [String; 2],
    cases: Vec<Case>,
    offers: Vec<(usize, Target, &'r str)>,
}

impl<'r> Spy<'r> {
    fn new(recording: &'r Recording, secrets: Vec<String>, typed: [String; 2]) -> Self {
        Spy {
            recording,
            secrets,
            typed,
            cases: Vec::new(),
            offers: Vec::new(),
        }
    }

    fn watch(mut self) {
        for (index, step) in self.recording.steps.iter().enumerate() {
            let _at = At(&self.recording.name, step.line);
            self.step(index, step);
        }
        for mut case in std::mem::take(&mut self.cases) {
            case.transcript.machine.handle_disconnect();
            drain(&mut case.transcript);
        }
        Search::of(&self.secrets).count_conversation();
    }

    fn step(&mut self, index: usize, step: &'r Step) {
        match &step.what {
            What::Request(request) => self.stage(index, step.session, request),
            What::Reply { request, stanza } => self.reply(*request, stanza, step),
            What::Stray(stanza) => self.each_of(step.session, |it| {
                let _ = it.feed(stanza);
            }),
            What::StreamError(error) => {
                self.each_of(step.session, |it| it.machine.handle_stream_error(error));
            }
            What::Gone => self.each_of(step.session, |it| it.machine.handle_disconnect()),
            What::Silence => self.each_of(step.session, |it| it.machine.handle_timeout()),
            What::Features(features) => {
                Search::of(&self.secrets).debug("features", &Features::of(features));
            }
        }
    }

    fn stage(&mut self, index: usize, session: usize, request: &Request) {
        let mut offers = self.offers.iter().rev();
        let offer = offers.find(|it| it.0 == session && it.1 == request.target);
        let transcript = request.stage(offer.map(|it| it.2), &self.secrets);
        self.cases.push(Case {
            session,
            request: index,
            target: request.target.clone(),
            transcript,
        });
    }

    fn reply(&mut self, request: usize, stanza: &Element, step: &'r Step) {
        let mut cases = self.cases.iter();
        let at = cases.position(|case| case.request == request);
        let mut case = self.cases.remove(at.expect("each request has its case"));
        let stanza = match stanza.attr("id") {
            Some(_) => case.transcript.under_my_id(stanza),
            None => stanza.clone(),
        };
        let _ = case.transcript.feed(&stanza);
        if let Some(form) = drain(&mut case.transcript) {
            if stanza.attr("type") == Some("result") {
                let target = case.target.clone();
                self.offers.push((step.session, target, &step.raw));
            }
            self.live_through(&mut case, form);
        }
        self.cases.insert(at.unwrap_or_default(), case);
    }

    /// A form is filled in and submitted, refused with an echo of it, and mended.
    fn live_through(&self, case: &mut Case, form: Form) {
        let transcript = &mut case.transcript;
        let mut form = transcript.secrets.provoke(form);
        for _ in 0..2 {
            self.fill(&mut form, &case.target);
            let answer = match form.finish() {
                Ok(answer) => transcript.secrets.reject(answer),
                Err(incomplete) => panic!("{incomplete}"),
            };
            transcript.machine.submit(answer).expect("filled in");
            transcript.sent("the submission");
            let Some(next) = refuse(transcript, &case.target) else {
                return;
            };
            form = transcript.secrets.provoke(next);
        }
    }

    fn fill(&self, form: &mut Form, target: &Target) {
        let [password, answer] = &self.typed;
        let name = match target {
            Target::Account(me) => me.split('@').next().unwrap_or_default(),
            Target::Server | Target::Service(..) => "guest",
        };
        let set = form.answer_each(|field| {
            let value: Value = match field.name() {
                Some("username") => name.into(),
                // What the server has put there goes back.
                Some("x-private") => return None,
                Some("ocr") => answer.as_str().into(),
                _ if field.is_secret() => password.as_str().into(),
                _ if field.check().is_ok() => return None,
                _ if field.kind() == FieldKind::Boolean => true.into(),
                _ => "something".into(),
            };
            Some(value)
        });
        set.expect("visible fields");
    }

    fn each_of(&mut self, session: usize, mut tell: impl FnMut(&mut Transcript)) {
        for mut case in std::mem::take(&mut self.cases) {
            if case.session == session {
                tell(&mut case.transcript);
                drain(&mut case.transcript);
            }
            self.cases.push(case);
        }
    }
}

/// As servers do that send everything back.
fn refuse(transcript: &mut Transcript, target: &Target) -> Option<Form> {
    let sent = transcript.last.clone().expect("a submission");
    let echo: String = sent.children().map(String::from).collect();
    let error = xml::parse(&format!("<iq type='error'>{echo}{CONFLICT}</iq>"));
    let mut error = transcript.under_my_id(&error);
    if let Some(sender) = target.sender() {
        error = xml::with(&error, "from", &sender);
    }
    let _ = transcript.feed(&error);
    drain(transcript)
}

/// Takes everything that the machine has to say, and gives the last form.
fn drain(transcript: &mut Transcript) -> Option<Form> {
    let mut form = None;
    while let Some(output) = transcript.poll() {
        form = match output {
            Output::Event(Event::FormOffered(form)) => Some(form),
            Output::Event(Event::Refused { form, .. }) => form,
            _ => None,
        };
    }
    form
}
