//! Where a machine would itself send what was recorded, one machine goes through the whole conversation.

use minidom::Element;
use xmpp_registration::{Handled, RegistrationMachine};

use super::each::{Staged, told};
use super::expect::{self, TOKEN_TAKEN};
use super::faults::Fault;
use super::stage::{Request, Target, Task};
use super::{At, Recording, Step, What, untold};
use crate::common::{Transcript, names, xml};

/// How much was gone through.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub conversations: usize,
    /// Requests that the machine sent as recorded, each with its reply, or with the end of the stream in its place.
    pub exchanges: usize,
    /// Conversations that reached their terminal event.
    pub finished: usize,
    /// Conversations of more than one request.
    pub longer: usize,
}

impl Tally {
    pub fn add(&mut self, other: &Tally) {
        self.conversations += other.conversations;
        self.exchanges += other.exchanges;
        self.finished += other.finished;
        self.longer += other.longer;
    }
}

/// A machine in the middle of a conversation.
pub struct Live<'r> {
    session: usize,
    /// The newest request's.
    pub task: Task,
    pub target: Target,
    pub transcript: Transcript,
    /// The step of the request whose reply is waited for.
    pub pending: Option<usize>,
    /// The last reply, as it was fed.
    pub replied: Option<Element>,
    /// The line that brought the form.
    pub offer: Option<&'r str>,
    last: Option<String>,
    exchanges: usize,
    /// A request waits to be handed out.
    is_queued: bool,
    /// What the machine says behind it: one of these.
    owed: Vec<&'static str>,
}

pub struct Player<'r> {
    recording: &'r Recording,
    live: Vec<Live<'r>>,
    pub tally: Tally,
    /// What goes wrong, and after how many requests and replies.
    fault: Option<(usize, Fault)>,
    /// What goes wrong when so many replies were delivered, and nobody has asked yet what the last one means.
    untold: Option<(usize, Fault)>,
    /// How many replies there were so far.
    pub replies: usize,
    /// How many requests and replies there were so far; a request that follows another counts twice, while it waits to be
    /// handed out and then.
    pub position: usize,
    /// The terminal event, if the fault brought it.
    pub struck: Option<String>,
}

impl<'r> Player<'r> {
    pub fn play(recording: &'r Recording) -> Self {
        Self::play_with(recording, None, None)
    }

    /// Plays it with a fault after so many requests and replies, or between a reply and the asking what it means.
    pub fn play_with(
        recording: &'r Recording,
        fault: Option<(usize, Fault)>,
        untold: Option<(usize, Fault)>,
    ) -> Self {
        let mut player = Player {
            recording,
            live: Vec::new(),
            tally: Tally::default(),
            fault,
            untold,
            replies: 0,
            position: 0,
            struck: None,
        };
        for (index, step) in recording.steps.iter().enumerate() {
            let _at = At(&recording.name, step.line);
            player.step(index, step);
        }
        while let Some(live) = player.live.pop() {
            player.end(live);
        }
        player
    }

    fn step(&mut self, index: usize, step: &'r Step) {
        if let What::Request(request) = &step.what {
            self.request(index, step.session, request);
            return;
        }
        let Some(at) = self
            .live
            .iter()
            .position(|live| live.session == step.session)
        else {
            return;
        };
        let live = &mut self.live[at];
        match &step.what {
            What::Reply { request, stanza } if live.pending == Some(*request) => {
                self.replies += 1;
                if let Some((_, fault)) = self.untold.filter(|it| it.0 == self.replies) {
                    let mut live = self.live.swap_remove(at);
                    self.struck = untold::strike(&mut live, fault, stanza, &step.raw);
                    live.assert_over();
                    return;
                }
                live.reply(stanza, step);
                self.strike(at);
            }
            What::Reply { stanza, .. } | What::Stray(stanza) | What::Features(stanza) => {
                assert_eq!(live.transcript.feed(stanza), Handled::NotMine);
                live.transcript.assert_quiet("a stanza of somebody else");
            }
            What::StreamError(error) => {
                live.cut(&step.raw, |machine| machine.handle_stream_error(error));
            }
            What::Gone => live.cut("Disconnected", RegistrationMachine::handle_disconnect),
            What::Silence => live.cut("TimedOut", RegistrationMachine::handle_timeout),
            What::Request(_) => unreachable!("handled above"),
        }
    }

    fn request(&mut self, index: usize, session: usize, request: &Request) {
        if let Some(at) = self.live.iter().position(|live| live.session == session) {
            let live = &mut self.live[at];
            // A request in the same packet as an earlier one is no machine's, which waits for the reply.
            if live.pending.is_some() {
                return;
            }
            match live.goes_on(request, &self.recording.secrets) {
                Some(Next::Queued) => {
                    // What goes wrong now goes wrong before anybody has heard of the request.
                    if self.strike(at) {
                        self.live[at].hand_out(index, request);
                        self.strike(at);
                    }
                    return;
                }
                Some(Next::Out) => {
                    live.expects_reply(index, request);
                    self.strike(at);
                    return;
                }
                None => {
                    let live = self.live.swap_remove(at);
                    self.end(live);
                }
            }
        }
        if request.task == Task::Submit {
            return;
        }
        let transcript = request.stage(None, &self.recording.secrets);
        if is_same(transcript.last.as_ref(), &request.stanza) && request.id.is_some() {
            self.live
                .push(Live::new(session, request, transcript, index));
            self.strike(self.live.len() - 1);
        }
    }

    /// Something was asked for, sent or received: if it is time, something goes wrong. False: that was the end.
    fn strike(&mut self, at: usize) -> bool {
        self.position += 1;
        if let Some((_, fault)) = self.fault.filter(|it| it.0 == self.position) {
            let live = &mut self.live[at];
            let over = live.transcript.machine.is_finished();
            fault.strike(live);
            if live.transcript.machine.is_finished() && !over {
                let mut live = self.live.swap_remove(at);
                self.struck = live.last.clone();
                live.assert_over();
                return false;
            }
        }
        true
    }

    fn end(&mut self, mut live: Live<'r>) {
        if live.exchanges == 0 {
            return;
        }
        self.tally.conversations += 1;
        self.tally.exchanges += live.exchanges;
        self.tally.longer += usize::from(live.exchanges > 1);
        self.tally.finished += usize::from(live.transcript.machine.is_finished());
        live.finish();
    }
}

/// Where a request stands that the machine would make, too.
enum Next {
    Queued,
    /// It was handed out already, together with what came before.
    Out,
}

impl<'r> Live<'r> {
    /// A machine that waits for the reply to one request, whatever came before it.
    pub fn of_one(staged: Staged<'r>, secrets: &[String]) -> Self {
        let transcript = staged.request.stage(staged.offer, secrets);
        let mut live = Live::new(0, staged.request, transcript, 0);
        live.offer = staged.offer;
        live
    }

    /// The first request of a conversation is out.
    fn new(session: usize, request: &Request, transcript: Transcript, index: usize) -> Self {
        Live {
            session,
            task: request.task,
            target: request.target.clone(),
            transcript,
            pending: Some(index),
            replied: None,
            offer: None,
            last: None,
            exchanges: 0,
            is_queued: false,
            owed: Vec::new(),
        }
    }

    /// The terminal event, if it was told.
    pub fn end(&self) -> Option<&str> {
        let is_over = self.transcript.machine.is_finished();
        self.last.as_deref().filter(|_| is_over)
    }

    /// The stream dies, if that is not the end already; and nothing is told after the end.
    pub fn finish(&mut self) {
        if !self.transcript.machine.is_finished() {
            self.cut("Disconnected", RegistrationMachine::handle_disconnect);
        }
        self.assert_over();
    }

    /// Whether the machine, too, would now send this; if so it is about to.
    fn goes_on(&mut self, request: &Request, secrets: &[String]) -> Option<Next> {
        if request.target != self.target || self.transcript.machine.is_finished() {
            return None;
        }
        match request.task {
            Task::Form => self.asks_again(request),
            Task::Submit => self.submits(request, secrets),
            Task::Token | Task::ChangePassword | Task::Remove => None,
        }
    }

    fn asks_again(&mut self, request: &Request) -> Option<Next> {
        // After a token the machine has asked already.
        if self.last.as_deref() == Some(TOKEN_TAKEN) {
            let is_it = is_same(self.transcript.last.as_ref(), &request.stanza);
            return is_it.then_some(Next::Out);
        }
        let plain = xml::parse("<iq type='get'><query xmlns='jabber:iq:register'/></iq>");
        self.is_queued = is_same(Some(&plain), &request.stanza)
            && self.transcript.machine.request_form().is_ok();
        self.is_queued.then_some(Next::Queued)
    }

    fn submits(&mut self, request: &Request, secrets: &[String]) -> Option<Next> {
        // Tried on another machine first: there is no way back from a submission.
        let rehearsal = request.stage(self.offer, secrets);
        if self.offer.is_none() || !is_same(rehearsal.last.as_ref(), &request.stanza) {
            return None;
        }
        let mut form = self.transcript.form.take()?;
        request.fill(&mut form);
        self.transcript.submit(form, "the form");
        self.is_queued = true;
        Some(Next::Queued)
    }

    fn hand_out(&mut self, index: usize, request: &Request) {
        let sent = self.transcript.sent("the request");
        assert!(
            is_same(Some(&sent), &request.stanza),
            "not as it was recorded, or rehearsed"
        );
        self.is_queued = false;
        let owed = std::mem::take(&mut self.owed);
        self.owes(owed);
        self.expects_reply(index, request);
    }

    fn expects_reply(&mut self, index: usize, request: &Request) {
        self.task = request.task;
        self.pending = Some(index);
        self.last = None;
    }

    pub fn reply(&mut self, stanza: &Element, step: &'r Step) {
        let expected = expect::reply(&step.raw, self.task, &self.target, self.offer);
        let stanza = self.transcript.under_my_id(stanza);
        assert_eq!(self.transcript.feed(&stanza), expected.verdict);
        if expected.verdict == Handled::Consumed {
            self.replied = Some(stanza);
        }
        let name = told(&mut self.transcript, &expected);
        assert_eq!(name, expected.name, "{}", step.raw);
        if name
            .as_deref()
            .is_some_and(|name| name.starts_with("FormOffered"))
        {
            self.offer = Some(&step.raw);
        }
        self.last = name;
        if expected.verdict == Handled::Consumed {
            self.pending = None;
            self.exchanges += 1;
        }
    }

    /// Whether a request that changes something waits for its reply.
    pub fn is_changing(&self) -> bool {
        self.pending.is_some() && !matches!(self.task, Task::Form | Task::Token)
    }

    /// What the end is where a reply could not be read.
    pub fn end_by_unreadable(&self) -> &'static str {
        if self.is_changing() {
            "OutcomeUnknown(Unreadable)"
        } else {
            "Protocol(Unreadable)"
        }
    }

    /// The machine says one of these next, or nothing if there are none: behind the request that waits, if one does.
    pub fn owes(&mut self, told: Vec<&'static str>) {
        if self.is_queued {
            self.owed = told;
            return;
        }
        let event = self.transcript.event().map(|event| names::name(&event));
        let is_owed = match &event {
            Some(name) => told.contains(&&**name),
            None => told.is_empty(),
        };
        assert!(is_owed, "{event:?} is none of {told:?}");
        self.transcript.assert_quiet("a stanza that does not count");
    }

    /// It ended with this event.
    pub fn over(&mut self, event: Option<String>) {
        assert!(self.transcript.machine.is_finished());
        self.pending = None;
        self.last = event;
    }

    /// Nothing is told after the end, whatever comes.
    pub fn assert_over(&mut self) {
        assert!(self.transcript.machine.is_finished());
        assert!(!self.transcript.machine.is_awaiting_reply());
        let late = self
            .transcript
            .under_my_id(&xml::parse("<iq type='result'/>"));
        assert_eq!(self.transcript.feed(&late), Handled::NotMine);
        self.transcript.machine.handle_timeout();
        self.transcript.machine.handle_disconnect();
        self.transcript.assert_quiet("after the end");
    }

    pub fn cut(&mut self, cause: &str, tell: impl FnOnce(&mut RegistrationMachine)) {
        let expected = expect::cut(cause, self.task, &self.target, self.last.as_deref());
        // A timeout is nothing where no reply is awaited.
        let asks = self.last.as_deref() == Some(TOKEN_TAKEN);
        let waits = self.pending.is_some() || asks || cause != "TimedOut";
        tell(&mut self.transcript.machine);
        if self.is_queued && !waits {
            // To ask what it says would hand out the request.
            return;
        }
        let name = self.transcript.event().map(|event| names::name(&event));
        assert_eq!(name, expected.filter(|_| waits), "{cause}");
        self.transcript.assert_quiet(cause);
        self.exchanges += usize::from(self.pending.take().is_some());
        self.last = name.or(self.last.take());
    }
}

/// Whether a request is the recorded one but for the envelope.
fn is_same(sent: Option<&Element>, recorded: &Element) -> bool {
    let Some(sent) = sent else { return false };
    let payload = |iq: &Element| iq.children().map(xml::canonical).collect::<Vec<_>>();
    sent.attr("type") == recorded.attr("type") && payload(sent) == payload(recorded)
}
