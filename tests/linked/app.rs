//! The application behind the service: it keeps the accounts, and decides by the bytes of the test.

use std::collections::BTreeMap;

use minidom::Element;
use xmpp_registration::service::{
    Captcha, DataForm, Fields, FormField, FormRequest, Offer, Purpose, Refusal,
    RegistrationService, Requester, ServiceEvent, Submission,
};
use xmpp_registration::{Condition, ErrorType, FieldKind};

use crate::bytes::Bytes;

/// The right answer to every challenge.
pub const ANSWER: &str = "4711";

/// How the form is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Legacy,
    Data,
    Both,
    Captcha,
}

/// What the application does with a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Accept,
    Refuse(Condition, ErrorType),
    Demand,
    TimeOut,
    /// It does what was asked, and cannot say so in time.
    DoAndTimeOut,
    /// It forgets the request, before or after it did what was asked.
    Drop,
    DoAndDrop,
}

impl Verdict {
    pub fn choose(bytes: &mut Bytes, is_gateway: bool) -> Self {
        match bytes.next() {
            0..=119 => Self::Accept,
            120..=134 => Self::Refuse(Condition::Conflict, ErrorType::Cancel),
            135..=149 => Self::Refuse(Condition::NotAcceptable, ErrorType::Modify),
            150..=159 => Self::Refuse(Condition::ResourceConstraint, ErrorType::Wait),
            160..=169 => Self::Refuse(Condition::NotAllowed, ErrorType::Cancel),
            170..=209 => Self::Demand,
            210..=219 => Self::TimeOut,
            // At home a time-out says that nothing was done.
            220..=229 if is_gateway => Self::DoAndTimeOut,
            220..=239 => Self::Drop,
            240..=255 => Self::DoAndDrop,
        }
    }
}

/// Something that was done for the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// Which request it was done for.
    pub request: u32,
}

/// The accounts, or the registrations with a gateway, and what was done to them.
pub struct App {
    pub manner: Manner,
    pub accounts: BTreeMap<String, String>,
    pub deeds: Vec<Deed>,
    /// Requests that wait, with their numbers.
    pub waiting: Vec<(u32, ServiceEvent)>,
    challenges: u32,
}

impl App {
    pub fn new(manner: Manner) -> Self {
        Self {
            manner,
            accounts: BTreeMap::new(),
            deeds: Vec::new(),
            waiting: Vec::new(),
            challenges: 0,
        }
    }

    /// Answers one of the requests that wait.
    pub fn decide(
        &mut self,
        service: &mut RegistrationService,
        event: ServiceEvent,
        request: u32,
        verdict: Verdict,
    ) {
        match event {
            ServiceEvent::FormRequested(asked) => self.offer(service, asked, verdict),
            ServiceEvent::Submitted(submission) => {
                self.carry_out(service, submission, request, verdict);
            }
            ServiceEvent::TokenPresented(token) => {
                let _ = match verdict {
                    Verdict::Refuse(..) => {
                        service.refuse(token, Refusal::token_not_found()).unwrap()
                    }
                    _ => service.accept(token).unwrap(),
                };
            }
            _ => unreachable!("there are no other events"),
        }
    }

    fn offer(&mut self, service: &mut RegistrationService, asked: FormRequest, verdict: Verdict) {
        if let Verdict::Refuse(condition, kind) = verdict {
            let refusal = Refusal::new(condition).error_type(kind);
            let _ = service.refuse(asked, refusal).unwrap();
            return;
        }
        let offer = self.registration(asked.requester());
        let _ = service.offer(asked, &offer).unwrap();
    }

    fn registration(&mut self, requester: &Requester) -> Offer {
        let on_file = key(requester, None).filter(|key| self.accounts.contains_key(key));
        let mut offer = Offer::builder();
        if on_file.is_some() {
            offer = offer.registered();
        }
        let fields = || Fields::of(["username", "password"]);
        let offer = match self.manner {
            Manner::Legacy => offer.fields(fields()),
            Manner::Data => offer.form(form()),
            Manner::Both => offer.fields(fields()).form(form()),
            Manner::Captcha => {
                self.challenges += 1;
                let challenge = format!("challenge-{}", self.challenges);
                let captcha = Captcha::picture(&challenge, "image/png", b"picture", ANSWER);
                offer.form(form()).captcha(captcha)
            }
        };
        offer.build().unwrap()
    }

    fn carry_out(
        &mut self,
        service: &mut RegistrationService,
        submission: Submission,
        request: u32,
        verdict: Verdict,
    ) {
        let demanded = submission.answers_demand();
        assert_eq!(demanded, submission.value("extra").is_some());
        match verdict {
            // Once is enough.
            Verdict::Demand if !demanded => {
                let extra = FormField::new(FieldKind::TextSingle, "extra").required();
                let mut demanded = DataForm::new().field(extra);
                if submission.purpose() != Purpose::Remove {
                    demanded = demanded.field(text("username")).field(secret("password"));
                }
                let offer = Offer::of_form(demanded).unwrap();
                let _ = service.demand(submission, &offer).unwrap();
            }
            Verdict::Accept | Verdict::Demand => match self.act(&submission, request) {
                Ok(()) => _ = service.accept(submission).unwrap(),
                Err(condition) => _ = service.refuse(submission, condition).unwrap(),
            },
            Verdict::Refuse(condition, kind) => {
                let refusal = Refusal::new(condition).error_type(kind);
                let _ = service.refuse(submission, refusal).unwrap();
            }
            Verdict::DoAndTimeOut => {
                let _ = self.act(&submission, request);
                let _ = service.time_out(submission).unwrap();
            }
            Verdict::TimeOut => _ = service.time_out(submission).unwrap(),
            Verdict::DoAndDrop => _ = self.act(&submission, request),
            Verdict::Drop => {}
        }
    }

    /// Does what was asked; what was done already is done again, as for a stanza that the network doubled.
    fn act(&mut self, submission: &Submission, request: u32) -> Result<(), Condition> {
        let requester = submission.requester();
        let key = key(requester, submission.username()).ok_or(Condition::NotAcceptable)?;
        match submission.purpose() {
            Purpose::Remove => {
                self.accounts
                    .remove(&key)
                    .ok_or(Condition::RegistrationRequired)?;
            }
            purpose => {
                let password = submission.password().ok_or(Condition::NotAcceptable)?;
                let there = self.accounts.get(&key);
                let taken = matches!(requester, Requester::Stream(_))
                    && there.is_some_and(|it| it != password);
                if taken {
                    return Err(Condition::Conflict);
                }
                if purpose == Purpose::ChangePassword && there.is_none() {
                    return Err(Condition::RegistrationRequired);
                }
                self.accounts.insert(key, password.to_owned());
            }
        }
        self.deeds.push(Deed { request });
        Ok(())
    }
}

/// What a requester's entry is kept under: before login the name that it wants, then its address.
pub fn key(requester: &Requester, name: Option<&str>) -> Option<String> {
    match requester {
        Requester::Stream(_) => name.map(str::to_owned),
        Requester::Account(account) => account.node().map(|node| node.as_str().to_owned()),
    }
}

fn form() -> DataForm {
    DataForm::new()
        .field(text("username").required())
        .field(secret("password").required())
}

fn text(var: &str) -> FormField {
    FormField::new(FieldKind::TextSingle, var)
}

fn secret(var: &str) -> FormField {
    FormField::new(FieldKind::TextPrivate, var)
}

/// The address that the server puts on what a client sends.
pub fn stamp(stanza: &mut Element, from: &str) {
    let name = minidom::rxml::NcName::try_from("from").unwrap();
    stanza.set_attr(minidom::rxml::Namespace::NONE, name, from);
}
