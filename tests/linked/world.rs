//! One conversation: what the network does is chosen byte by byte, then everything comes to rest.

use minidom::Element;
use xmpp_registration::service::{RegistrationService, Requester, ServiceEvent, ServiceOutput};
use xmpp_registration::{Event, Failure, Handled, Output, RegistrationMachine, Success};

use crate::app::{App, Verdict, stamp};
use crate::bytes::Bytes;
use crate::client::{ME, Role, SECRETS, Setup, Task, Wish};
use crate::net::{Packet, Pipe, parse};

/// How a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    Registered,
    Updated,
    Changed,
    Removed,
    InDoubt,
    Certain,
    GivenUp,
}

pub struct World {
    bytes: Bytes,
    setup: Setup,
    client: RegistrationMachine,
    service: RegistrationService,
    app: App,
    /// To the service, and back.
    up: Pipe,
    down: Pipe,
    /// Requests that the client made.
    made: u32,
    /// The changing request that was handed out and has had no answer.
    pending: Option<u32>,
    /// Which requests the network has doubled on the way up.
    doubled: Vec<u32>,
    /// What was submitted last, and by which request.
    wish: Wish,
    wishes: u32,
    submitted: u32,
    /// The stream is gone.
    is_cut: bool,
    ending: Option<Ending>,
    /// Whether to look for secrets after each step, which takes a while: in some of the conversations.
    is_watched: bool,
    log: Vec<String>,
}

impl World {
    pub fn new(bytes: &[u8]) -> Self {
        let is_watched = bytes.len() % 8 == 1;
        let mut bytes = Bytes::new(bytes);
        let setup = Setup::choose(&mut bytes);
        let mut app = App::new(setup.manner);
        if setup.is_known() {
            app.accounts.insert("juliet".into(), "old".into());
        }
        Self {
            bytes,
            setup,
            client: setup.machine(),
            service: RegistrationService::new(setup.service()),
            app,
            up: Pipe::default(),
            down: Pipe::default(),
            made: 0,
            pending: None,
            doubled: Vec::new(),
            wish: Wish::new(setup.role, 0),
            wishes: 0,
            submitted: 0,
            is_cut: false,
            ending: None,
            is_watched,
            log: vec![format!("{setup:?}")],
        }
    }

    /// Holds the whole conversation, and tells how it ended.
    pub fn converse(mut self) -> Ending {
        self.poll_client();
        while !self.bytes.is_over() && self.ending.is_none() {
            self.step();
        }
        self.come_to_rest();
        let Some(ending) = self.ending else {
            self.fail("no end");
        };
        self.check_the_end();
        ending
    }

    fn step(&mut self) {
        let byte = self.bytes.next();
        match byte {
            0..=69 => self.deliver_up(0),
            70..=129 => self.decide(0),
            130..=189 => self.deliver_down(0),
            190..=197 => {
                let at = self.bytes.below(self.up.len());
                self.deliver_up(at);
            }
            198..=205 => {
                let at = self.bytes.below(self.down.len());
                self.deliver_down(at);
            }
            206..=209 => {
                let at = self.bytes.below(self.app.waiting.len());
                self.decide(at);
            }
            210..=214 => {
                let at = self.bytes.below(self.up.len());
                self.say("lose, on the way up");
                drop(self.up.take(at));
            }
            215..=219 => {
                let at = self.bytes.below(self.down.len());
                self.say("lose, on the way down");
                drop(self.down.take(at));
            }
            220..=224 => {
                let at = self.bytes.below(self.up.len());
                if let Some(packet) = self.up.double(at) {
                    let request = packet.request;
                    self.doubled.push(request);
                    self.say("double, on the way up");
                }
            }
            225..=230 => {
                let at = self.bytes.below(self.down.len());
                if self.down.double(at).is_some() {
                    self.say("double, on the way down");
                }
            }
            231..=236 => self.reflect(),
            237..=246 => self.forge(),
            247..=248 => self.client_hears("a timeout", RegistrationMachine::handle_timeout),
            249..=250 => self.cut(),
            251..=252 => self.stream_error("conflict"),
            253..=255 => self.stream_error("system-shutdown"),
        }
    }

    /// The network carries what is left, the application answers it, and then the client stops waiting.
    fn come_to_rest(&mut self) {
        for _ in 0..200 {
            if self.up.is_empty() && self.down.is_empty() && self.app.waiting.is_empty() {
                if self.ending.is_some() || !self.client.is_awaiting_reply() {
                    break;
                }
                self.client_hears("a timeout", RegistrationMachine::handle_timeout);
            }
            self.deliver_up(0);
            self.decide(0);
            self.deliver_down(0);
        }
        if self.ending.is_none() {
            self.cut();
        }
    }

    fn deliver_up(&mut self, at: usize) {
        let Some(packet) = self.up.take(at) else {
            return;
        };
        self.say(&format!("up: {}", packet.text));
        let mut stanza = parse(&packet.text);
        let handled = match self.setup.requester() {
            Requester::Stream(stream) => self.service.handle_stanza_before_login(stream, &stanza),
            Requester::Account(_) => {
                stamp(&mut stanza, ME);
                self.service.handle_stanza(&stanza)
            }
        };
        if handled != Handled::Consumed {
            self.fail("the service does not know its own client");
        }
        self.poll_service(packet.request);
    }

    /// Takes what the service has to say, in answer to this request.
    fn poll_service(&mut self, request: u32) {
        while let Some(output) = self.service.poll_output() {
            match output {
                ServiceOutput::Event(event) => self.app.waiting.push((request, event)),
                ServiceOutput::Send { to, stanza } => {
                    assert_eq!(to, self.setup.requester());
                    let text = String::from(&stanza);
                    if !self.is_cut {
                        self.down.push(Packet { text, request });
                    }
                }
            }
        }
    }

    /// The application answers a request.
    fn decide(&mut self, at: usize) {
        if at >= self.app.waiting.len() {
            return;
        }
        let (request, event) = self.app.waiting.remove(at);
        let mut verdict = Verdict::choose(&mut self.bytes, self.setup.role == Role::Guest);
        if matches!(event, ServiceEvent::Submitted(_)) && self.is_doubled(request) {
            // Whoever answers one question twice should answer it alike.
            verdict = Verdict::Accept;
        }
        self.say_event(&format!("{verdict:?} {event:?}"));
        let deeds = self.app.deeds.len();
        self.app.decide(&mut self.service, event, request, verdict);
        let done = self.app.deeds.len() > deeds;
        self.poll_service(request);
        if done && self.setup.role == Role::Account && !self.app.accounts.contains_key("juliet") {
            self.close_after_removal();
        }
    }

    /// XEP-0077 section 3.2: the account's own stream ends, after the result or without one.
    fn close_after_removal(&mut self) {
        let text = stream_error("not-authorized");
        if !self.is_cut {
            self.down.push(Packet { text, request: 0 });
        }
    }

    fn deliver_down(&mut self, at: usize) {
        let Some(packet) = self.down.take(at) else {
            return;
        };
        self.say(&format!("down: {}", packet.text));
        let stanza = parse(&packet.text);
        if stanza.name() == "error" {
            let removed = !self.app.accounts.contains_key("juliet");
            if !removed {
                self.fail("the server ends no stream for nothing");
            }
            self.client.handle_stream_error(&stanza);
            self.is_cut = true;
            self.up.clear();
            self.down.clear();
        } else {
            let handled = self.client.handle_stanza(&stanza);
            if handled == Handled::Consumed && self.pending == Some(packet.request) {
                // From a gateway, this says that nobody knows.
                let unheard = self.setup.role == Role::Guest
                    && packet.text.contains("<remote-server-timeout");
                if !unheard {
                    self.pending = None;
                }
            }
        }
        self.poll_client();
    }

    /// The client hears itself.
    fn reflect(&mut self) {
        let at = self.bytes.below(self.up.len());
        let Some(packet) = self.up.take(at) else {
            return;
        };
        self.say(&format!("reflected: {}", packet.text));
        if self.client.handle_stanza(&parse(&packet.text)) == Handled::Consumed {
            self.fail("a request is no reply");
        }
        self.up.push(packet);
        self.poll_client();
    }

    /// Somebody else answers under an id that is out.
    fn forge(&mut self) {
        let from = [
            "evil.example",
            "romeo@example.com",
            "example.com.evil.example",
            "example.org",
        ];
        let from = from[self.bytes.below(from.len())];
        let kind = ["result", "error"][self.bytes.below(2)];
        let id = format!(
            "p-{}",
            self.made.saturating_sub(u32::from(self.bytes.next() % 2))
        );
        let iq = format!(
            "<iq xmlns='jabber:client' type='{kind}' id='{id}' from='{from}'>\
             <error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
        );
        self.say(&format!("forged: {iq}"));
        if self.client.handle_stanza(&parse(&iq)) == Handled::Consumed {
            self.fail("somebody else was believed");
        }
        self.poll_client();
    }

    fn cut(&mut self) {
        self.say("cut");
        self.is_cut = true;
        self.down.clear();
        if let requester @ Requester::Stream(_) = self.setup.requester() {
            self.service.requester_gone(&requester);
        }
        self.client.handle_disconnect();
        self.poll_client();
    }

    fn stream_error(&mut self, condition: &str) {
        self.say(condition);
        self.is_cut = true;
        self.down.clear();
        self.client
            .handle_stream_error(&parse(&stream_error(condition)));
        self.poll_client();
    }

    fn client_hears(&mut self, what: &str, tell: fn(&mut RegistrationMachine)) {
        self.say(what);
        tell(&mut self.client);
        self.poll_client();
    }

    fn poll_client(&mut self) {
        while self.ending != Some(Ending::GivenUp)
            && let Some(output) = self.client.poll_output()
        {
            match output {
                Output::Send(stanza) => self.send(&stanza),
                Output::Event(event) => {
                    self.say_event(&format!("{event:?}"));
                    if self.ending.is_some() {
                        self.fail("something after the end");
                    }
                    self.check(event);
                }
            }
        }
    }

    fn send(&mut self, stanza: &Element) {
        self.made += 1;
        let changes = stanza.attr("type") == Some("set")
            && stanza.get_child("preauth", "urn:xmpp:pars:0").is_none();
        if changes {
            self.pending = Some(self.made);
            self.submitted = self.made;
        }
        let packet = Packet {
            text: String::from(stanza),
            request: self.made,
        };
        if !self.is_cut {
            self.up.push(packet);
        }
    }

    /// What the client reports is true.
    fn check(&mut self, event: Event) {
        match event {
            Event::FormOffered(form) => self.fill(form),
            Event::Refused { form, .. } => {
                self.check_nothing_done();
                self.go_on(form);
            }
            Event::Succeeded(success) => self.check_success(success),
            Event::Failed(failure) => self.check_failure(&failure),
            Event::Ignored(_) | Event::MediaReceived(_) | Event::MediaUnavailable { .. } => {}
            other => self.fail(&format!("no {other:?} was offered")),
        }
    }

    fn fill(&mut self, mut form: xmpp_registration::Form) {
        let right = self.bytes.next() < 200;
        self.wish.fill(&mut form, right);
        let answer = form.finish().expect("everything was filled in");
        self.client.submit(answer).expect("the form is open");
    }

    fn go_on(&mut self, form: Option<xmpp_registration::Form>) {
        if self.bytes.next() > 230 || self.wishes > 5 {
            self.ending = Some(Ending::GivenUp);
            return;
        }
        self.wishes += 1;
        if self.setup.task != Task::ChangePassword {
            self.wish = Wish::new(self.setup.role, self.wishes);
        }
        match form {
            Some(form) => self.fill(form),
            None => self.client.request_form().expect("there is no other way"),
        }
    }

    fn check_success(&mut self, success: Success) {
        self.pending = None;
        let there = self.app.accounts.get(&self.wish.name);
        let as_wished = there.is_some_and(|it| *it == self.wish.password || self.any_doubled());
        let (is_true, ending) = match success {
            Success::Registered => (as_wished, Ending::Registered),
            Success::Updated => (as_wished, Ending::Updated),
            Success::PasswordChanged => (as_wished, Ending::Changed),
            Success::Unregistered => (there.is_none(), Ending::Removed),
            other => self.fail(&format!("no {other:?} was asked for")),
        };
        if !is_true {
            self.fail("the success is none");
        }
        self.ending = Some(ending);
    }

    fn check_failure(&mut self, failure: &Failure) {
        if failure.in_doubt() != self.pending.is_some() {
            self.fail("in doubt, or not");
        }
        self.ending = Some(if failure.in_doubt() {
            Ending::InDoubt
        } else {
            self.check_nothing_done();
            Ending::Certain
        });
    }

    /// What was submitted last was not done. Of a request that the network doubled, nobody can know what becomes of the
    /// other copy.
    fn check_nothing_done(&self) {
        let done = self.app.deeds.iter().any(|it| it.request == self.submitted);
        if done && !self.is_doubled(self.submitted) {
            self.fail("it was done all the same");
        }
    }

    /// After the end, nothing is the client's, and what it was sure of stays so.
    fn check_the_end(&mut self) {
        self.look();
        match self.ending {
            Some(Ending::GivenUp) => return,
            Some(Ending::Certain) => self.check_nothing_done(),
            _ => {}
        }
        assert!(self.client.is_finished() && !self.client.is_awaiting_reply());
        let late = format!(
            "<iq xmlns='jabber:client' type='result' id='p-{}'/>",
            self.made
        );
        assert_eq!(self.client.handle_stanza(&parse(&late)), Handled::NotMine);
        assert_eq!(self.client.poll_output(), None);
    }

    fn is_doubled(&self, request: u32) -> bool {
        self.doubled.contains(&request)
    }

    fn any_doubled(&self) -> bool {
        !self.doubled.is_empty()
    }

    /// Whatever was said or done, nothing that could be logged shows a secret.
    fn look(&self) {
        if !self.is_watched {
            return;
        }
        let waiting: Vec<_> = self.app.waiting.iter().map(|it| &it.1).collect();
        let shown = format!("{:?} {:?} {waiting:?}", self.client, self.service);
        if SECRETS.iter().any(|secret| shown.contains(secret)) {
            self.fail(&format!("a secret is shown in {shown}"));
        }
    }

    /// What the log keeps of an event or output is what any log would.
    fn say_event(&mut self, event: &str) {
        if SECRETS.iter().any(|secret| event.contains(secret)) {
            self.fail(&format!("a secret is shown in {event}"));
        }
        self.say(event);
    }

    fn say(&mut self, what: &str) {
        self.log.push(what.to_owned());
        self.look();
    }

    fn fail(&self, why: &str) -> ! {
        panic!("{why}, for {:?}:\n{}", self.wish, self.log.join("\n"));
    }
}

fn stream_error(condition: &str) -> String {
    format!(
        "<error xmlns='http://etherx.jabber.org/streams'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>"
    )
}
