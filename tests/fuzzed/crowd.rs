//! A crowd at a service, byte by byte: several requesters ask, submit, present tokens and go away; the application answers
//! in any order, late, at the wrong service, or never. A model keeps who waits for what.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use minidom::Element;
use xmpp_registration::Handled;
use xmpp_registration::jid::{BareJid, Jid};
use xmpp_registration::service::{
    Answered, Fields, Offer, Purpose, Refusal, RegistrationService, Request, Requester,
    ServiceConfig, ServiceEvent, ServiceLimits, ServiceOutput, Submission,
};

use crate::bytes::Bytes;
use crate::stalls::{self, ANSWER, KEY, PASSWORD, TOKEN};

/// What was reached.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    pub offers: u32,
    pub submissions: u32,
    pub tokens: u32,
    pub accepted: u32,
    /// Answers that came when nobody waited any more.
    pub late: u32,
    /// Forms that were demanded, and challenges, that were answered.
    pub demands: u32,
    pub challenges: u32,
    /// Requests that the service itself answered with an error.
    pub refused_at_once: u32,
    pub passed_on: u32,
}

/// Whether all the rules were kept, twice alike.
pub fn is_survived(bytes: &[u8]) -> Reached {
    let mut once = Crowd::new(bytes);
    let reached = once.go_on();
    let mut again = Crowd::new(bytes);
    assert_eq!((again.go_on(), again.log), (reached, once.log));
    reached
}

/// Few, so that they are met.
const MOST_WAITING: usize = 4;
const MOST_OF_ONE: usize = 2;
const MOST_FORMS: usize = 2;

const PEOPLE: [Option<&str>; 5] = [
    None,
    None,
    Some("juliet@example.com/balcony"),
    Some("juliet@example.com/garden"),
    Some("romeo@example.com/orchard"),
];

/// What a requester was offered last.
#[derive(Clone, Copy)]
struct Offered {
    which: usize,
    /// In answer to which request.
    to: u32,
    /// For what it was demanded, if it was.
    demanded: Option<Purpose>,
}

/// What was asked, and what the requester had been offered by then.
#[derive(Clone, Copy)]
struct Asked {
    what: u8,
    offered: Option<Offered>,
}

struct Crowd {
    bytes: Bytes,
    service: RegistrationService,
    is_server: bool,
    has_standing: bool,
    /// What was asked. Ids are numbers, each used once: the place in it and one.
    asked: Vec<Asked>,
    /// What waits in the service to be handed out, the first first, and whether the application has answered it.
    queue: VecDeque<(u32, Requester, bool)>,
    /// What the application has not answered, and whether the requester is still there.
    held: Vec<(u32, ServiceEvent, bool)>,
    offered: BTreeMap<Requester, Offered>,
    /// The challenges whose answer the application has heard, by the request that they were offered in answer to.
    solved: BTreeSet<u32>,
    reached: Reached,
    log: Vec<String>,
}

impl Crowd {
    fn new(bytes: &[u8]) -> Self {
        let mut bytes = Bytes::new(bytes);
        let setup = bytes.next();
        let (is_server, has_standing) = (setup.is_multiple_of(2), setup / 2 % 4 == 3);
        let limits = ServiceLimits {
            requests: MOST_WAITING,
            requests_each: MOST_OF_ONE,
            offers: MOST_FORMS,
            ..ServiceLimits::default()
        };
        let config = if is_server {
            ServiceConfig::server("example.com").expect("a domain")
        } else {
            ServiceConfig::service(Jid::new("gateway.example.net").expect("a JID"))
        };
        let mut config = config.limits(limits);
        if has_standing {
            let fields = Fields::of(["username", "password"]);
            config = config.form(Offer::of_fields(fields).expect("a good offer"));
        }
        Crowd {
            bytes,
            service: RegistrationService::new(config),
            is_server,
            has_standing,
            asked: Vec::new(),
            queue: VecDeque::new(),
            held: Vec::new(),
            offered: BTreeMap::new(),
            solved: BTreeSet::new(),
            reached: Reached::default(),
            log: Vec::new(),
        }
    }

    fn go_on(&mut self) -> Reached {
        while !self.bytes.is_over() {
            match self.bytes.next() {
                0..=99 => self.comes(),
                100..=179 => self.answers(),
                180..=189 => {
                    let at = self.bytes.below(self.held.len());
                    if at < self.held.len() {
                        drop(self.held.remove(at));
                    }
                }
                190..=204 => {
                    let who = self.bytes.below(PEOPLE.len());
                    self.is_gone(who);
                }
                205..=255 => self.polls(),
            }
            self.look();
        }
        self.polls();
        self.held.clear();
        assert_eq!(self.service.unanswered(), 0);
        self.reached
    }

    /// A stanza comes.
    fn comes(&mut self) {
        let (who, what) = (self.bytes.below(PEOPLE.len()), self.bytes.next());
        let offered = self.offered.get(&requester(who)).copied();
        self.asked.push(Asked { what, offered });
        let id = u32::try_from(self.asked.len()).expect("a number");
        let to = if self.is_server {
            ""
        } else {
            " to='gateway.example.net'"
        };
        let from = PEOPLE[who].map(|it| format!(" from='{it}'"));
        let from = from.unwrap_or_default();
        let address = if self.is_server {
            "example.com"
        } else {
            "gateway.example.net"
        };
        let (kind, inside) = stalls::request(what, address, offered.map_or(0, |it| it.to));
        let iq =
            format!("<iq xmlns='jabber:client' type='{kind}' id='{id}'{from}{to}>{inside}</iq>");
        let stanza: Element = iq.parse().expect("well-formed");
        let requester = requester(who);
        let handled = match requester {
            Requester::Stream(stream) => self.service.handle_stanza_before_login(stream, &stanza),
            Requester::Account(_) => self.service.handle_stanza(&stanza),
        };
        self.log.push(format!("{iq} {handled:?}"));
        if handled == Handled::Consumed {
            assert!(matches!(kind, "get" | "set"), "no reply to a reply");
            assert!(self.is_server || PEOPLE[who].is_some());
            self.queue.push_back((id, requester, false));
        } else {
            self.reached.passed_on += 1;
        }
    }

    /// Everything that is to be handed out is what the model has, in its order.
    fn polls(&mut self) {
        while let Some(output) = self.service.poll_output() {
            let shown = format!("{output:?}{output:#?}");
            for secret in [PASSWORD, TOKEN, ANSWER, KEY] {
                assert!(!shown.contains(secret), "{shown}");
            }
            self.log.push(shown);
            let (id, requester, is_answered) =
                self.queue.pop_front().expect("something was to come");
            match output {
                ServiceOutput::Send { to, stanza } => {
                    let is_error = stanza.attr("type") == Some("error");
                    self.reached.refused_at_once += u32::from(is_error && !is_answered);
                    assert_eq!(
                        (&to, stanza.attr("id")),
                        (&requester, Some(&*id.to_string()))
                    );
                    self.log.push(String::from(&stanza));
                }
                ServiceOutput::Event(event) => {
                    assert!(!is_answered);
                    self.check(&event, &requester, id as usize - 1);
                    self.held.push((id, event, true));
                }
            }
        }
        assert!(self.queue.is_empty(), "{:?} is missing", self.queue);
        let waiting = self.held.iter().filter(|it| it.2).count();
        assert_eq!(self.service.unanswered(), waiting);
    }

    /// What the application hears is what it may rely on.
    fn check(&mut self, event: &ServiceEvent, requester: &Requester, at: usize) {
        match event {
            ServiceEvent::FormRequested(request) => assert_eq!(request.requester(), requester),
            ServiceEvent::TokenPresented(token) => {
                assert_eq!((token.requester(), token.token()), (requester, TOKEN));
                assert!(self.is_server && requester.account().is_none());
                self.reached.tokens += 1;
            }
            ServiceEvent::Submitted(submission) => {
                assert_eq!(submission.requester(), requester);
                let Asked { what, offered } = self.asked[at];
                assert!(stalls::may_mean(what, submission.purpose()), "{what}");
                self.check_identity(submission, offered.is_some());
                self.check_answers(submission, what, offered);
                self.reached.submissions += 1;
            }
            other => panic!("there is no {other:?}"),
        }
    }

    fn check_identity(&self, submission: &Submission, was_offered: bool) {
        let (purpose, requester) = (submission.purpose(), submission.requester());
        let is_plain = self.is_server && purpose != Purpose::Register;
        if is_plain {
            // Only whoever is logged in has an account to change, and only their own.
            let account = requester.account().expect("logged in");
            let own = account.node().map(xmpp_registration::jid::NodeRef::as_str);
            assert!(submission.username().is_none_or(|it| Some(it) == own));
        }
        assert!(was_offered || self.has_standing || is_plain || purpose == Purpose::Remove);
    }

    /// A data form that reaches the application fills in what was offered last: nothing else takes one.
    fn check_answers(&mut self, submission: &Submission, what: u8, offered: Option<Offered>) {
        let filled = offered.filter(|_| stalls::is_form(what));
        assert_eq!(filled.is_some(), stalls::is_form(what));
        let demanded = filled.and_then(|it| it.demanded);
        let answers = demanded == Some(submission.purpose());
        assert_eq!(submission.answers_demand(), answers);
        assert_eq!(submission.answers_challenge(), stalls::is_solution(what));
        assert_eq!(submission.value("ocr"), None);
        self.reached.demands += u32::from(answers);
        self.reached.challenges += u32::from(submission.answers_challenge());
        if let Some(offered) = filled.filter(|_| submission.answers_challenge()) {
            assert!(stalls::has_challenge(offered.which));
            assert!(self.solved.insert(offered.to), "used twice");
        }
    }

    /// The application answers one of the requests that it holds.
    fn answers(&mut self) {
        let at = self.bytes.below(self.held.len());
        let (how, which) = (self.bytes.next(), self.bytes.next());
        if at >= self.held.len() {
            return;
        }
        let (id, event, is_there) = self.held.remove(at);
        let requester = match &event {
            ServiceEvent::FormRequested(it) => it.requester().clone(),
            ServiceEvent::TokenPresented(it) => it.requester().clone(),
            ServiceEvent::Submitted(it) => it.requester().clone(),
            other => panic!("there is no {other:?}"),
        };
        let purpose = match &event {
            ServiceEvent::Submitted(it) => Some(it.purpose()),
            _ => None,
        };
        let (answered, opened) = self.answer(event, how, usize::from(which));
        self.log.push(format!("{id} {answered:?}"));
        if is_there {
            assert_eq!(answered, Answered::Queued);
            self.queue.push_back((id, requester.clone(), true));
            if opened {
                let offered = Offered {
                    which: usize::from(which),
                    to: id,
                    demanded: purpose,
                };
                self.offered.insert(requester, offered);
            }
        } else {
            assert_eq!(answered, Answered::NobodyWaits);
            self.reached.late += 1;
        }
    }

    /// How it was answered, and whether a form was offered with it.
    fn answer(&mut self, event: ServiceEvent, how: u8, which: usize) -> (Answered, bool) {
        let service = &mut self.service;
        let answered = match event {
            ServiceEvent::FormRequested(it) => {
                if how % 8 > 2 {
                    self.reached.offers += 1;
                    let answered = service.offer(it, &stalls::offer(which));
                    return (answered.expect("its own"), true);
                }
                match how % 8 {
                    0 => service.refuse(strange(it), Refusal::conflict()).ok(),
                    1 => service.time_out(it).ok(),
                    _ => service.redirect(it, "https://example.com/", "").ok(),
                }
            }
            ServiceEvent::TokenPresented(it) => match how % 4 {
                0 => service.refuse(it, Refusal::token_not_found()).ok(),
                1 => service.time_out(it).ok(),
                _ => service.accept(strange(it)).ok(),
            },
            ServiceEvent::Submitted(it) => match how % 8 {
                0 => service.refuse(strange(it), Refusal::conflict()).ok(),
                1 => service.time_out(it).ok(),
                2 | 3 if stalls::has_form(which) => {
                    let answered = service.demand(it, &stalls::offer(which));
                    return (answered.expect("its own"), true);
                }
                _ => {
                    self.reached.accepted += 1;
                    service.accept(it).ok()
                }
            },
            other => panic!("there is no {other:?}"),
        };
        (answered.expect("its own"), false)
    }

    /// Whoever goes takes along what waits for them.
    fn is_gone(&mut self, who: usize) {
        let requester = requester(who);
        self.service.requester_gone(&requester);
        self.log.push(format!("{requester} is gone"));
        self.queue.retain(|it| it.1 != requester);
        self.offered.remove(&requester);
        for (_, event, is_there) in &mut self.held {
            let of = match event {
                ServiceEvent::FormRequested(it) => it.requester(),
                ServiceEvent::TokenPresented(it) => it.requester(),
                ServiceEvent::Submitted(it) => it.requester(),
                _ => continue,
            };
            *is_there &= *of != requester;
        }
    }

    fn look(&self) {
        assert!(self.service.unanswered() <= MOST_WAITING);
        assert!(self.service.open_forms() <= MOST_FORMS);
        let shown = format!("{:?} {:?}", self.service, self.held);
        for secret in [PASSWORD, TOKEN, ANSWER, KEY] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

fn requester(who: usize) -> Requester {
    match PEOPLE[who] {
        None => Requester::Stream(u64::try_from(who).expect("a small number")),
        Some(from) => {
            let (bare, _) = from.split_once('/').expect("a resource");
            Requester::Account(BareJid::new(bare).expect("a JID"))
        }
    }
}

/// It goes to another service first, which gives it back.
fn strange<R: Request + std::fmt::Debug>(request: R) -> R {
    let config = ServiceConfig::server("elsewhere.example").expect("a domain");
    let mut other = RegistrationService::new(config);
    let refused = other.refuse(request, Refusal::conflict());
    let unanswered = refused.expect_err("another service's");
    unanswered.request
}
