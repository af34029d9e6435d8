//! A host with accounts, in memory: what the crate's service leaves to the application.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jid::NodePart;
use minidom::Element;
use xmpp_registration::service::{
    FormRequest, Offer, OfferError, Purpose, Refusal, RegistrationService, Requester,
    ServiceConfig, ServiceEvent, ServiceOutput, Submission,
};
use xmpp_registration::{Condition, Handled};

use crate::forms::{self, FormKind};

/// What is told of what happens: who, and what.
pub type Tell = fn(&str, &str);

/// How the host asks for things.
#[derive(Clone)]
pub struct Manner {
    pub kind: FormKind,
    /// Whether a removal and a password change are answered with a form first.
    pub demand: bool,
    /// What its pictures show.
    pub digits: String,
    pub tell: Tell,
}

/// The accounts of a domain, and the service that clients register with.
pub struct Host {
    domain: String,
    manner: Manner,
    desk: Mutex<Desk>,
    streams: AtomicU64,
}

struct Desk {
    service: RegistrationService,
    accounts: BTreeMap<String, Account>,
    /// How many accounts have been made.
    made: u64,
}

struct Account {
    password: String,
    /// No other account has had it, not even one of the same name.
    number: u64,
}

/// Who has logged in. Once the account is removed, this is nobody, whoever registers its name next.
pub struct User {
    pub name: String,
    number: u64,
}

impl Host {
    /// A host without accounts.
    pub fn new(domain: &str, manner: Manner) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let mut config = ServiceConfig::server(domain)?;
        if matches!(manner.kind, FormKind::Legacy | FormKind::Both) {
            // Some clients know the two fields, and do not ask.
            let fields = forms::registration(FormKind::Legacy, domain, "", "")?;
            config = config.form(fields);
        }
        let desk = Desk {
            service: RegistrationService::new(config),
            accounts: BTreeMap::new(),
            made: 0,
        };
        Ok(Self {
            domain: domain.to_owned(),
            manner,
            desk: Mutex::new(desk),
            streams: AtomicU64::new(0),
        })
    }

    /// The domain it is the host of.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// A number for a new stream.
    pub fn number(&self) -> u64 {
        self.streams.fetch_add(1, Ordering::Relaxed)
    }

    /// The account that name and password are of.
    pub fn log_in(&self, name: &str, password: &str) -> Option<User> {
        let name = prepare(name)?;
        let desk = self.desk();
        let account = desk.accounts.get(&name)?;
        let number = account.number;
        (account.password == password).then_some(User { name, number })
    }

    /// Whether the account is still there.
    pub fn has(&self, user: &User) -> bool {
        self.desk().has(user)
    }

    /// What to send for this stanza, if it is about registration. `user`: who has logged in on the
    /// stream of this number; then the stanza's `from` is who it is from.
    pub fn answer(
        &self,
        stream: u64,
        user: Option<&User>,
        stanza: &Element,
    ) -> Option<Vec<Element>> {
        let mut desk = self.desk();
        let handled = match user {
            None => desk.service.handle_stanza_before_login(stream, stanza),
            // The stream is about to end.
            Some(user) if !desk.has(user) => return Some(Vec::new()),
            Some(_) => desk.service.handle_stanza(stanza),
        };
        if handled == Handled::NotMine {
            return None;
        }
        let mut replies = Vec::new();
        // Each event is answered at once, so that all that is to be sent is for this stream.
        while let Some(output) = desk.service.poll_output() {
            match output {
                ServiceOutput::Send { stanza, .. } => replies.push(stanza),
                ServiceOutput::Event(event) => self.decide(&mut desk, event),
            }
        }
        Some(replies)
    }

    /// A stream has ended on which nobody had logged in, or somebody has.
    pub fn forget(&self, stream: u64) {
        self.desk()
            .service
            .requester_gone(&Requester::Stream(stream));
    }

    fn decide(&self, desk: &mut Desk, event: ServiceEvent) {
        match event {
            ServiceEvent::FormRequested(request) => self.offer(desk, request),
            ServiceEvent::Submitted(submission) => self.carry_out(desk, submission),
            ServiceEvent::TokenPresented(request) => {
                let _ = desk.service.refuse(request, Refusal::token_not_found());
            }
            // There may be more kinds of events some day: what is dropped is not answered.
            _ => {}
        }
    }

    fn offer(&self, desk: &mut Desk, request: FormRequest) {
        let offer = match name_of(request.requester()) {
            Some(name) => forms::on_file(&name),
            None => forms::registration(
                self.manner.kind,
                &self.domain,
                &challenge(),
                &self.manner.digits,
            ),
        };
        let _ = match offer {
            Ok(offer) => desk.service.offer(request, &offer).is_ok(),
            Err(_) => desk.service.refuse(request, Refusal::internal()).is_ok(),
        };
    }

    fn carry_out(&self, desk: &mut Desk, submission: Submission) {
        let done = match name_of(submission.requester()) {
            None => desk.register(&submission),
            Some(name) => match submission.purpose() {
                Purpose::Remove => self.remove(desk, &name, &submission),
                _ => self.change_password(desk, &name, &submission),
            },
        };
        let _ = match done {
            Ok(Done { name, what }) => {
                (self.manner.tell)(&name, what);
                desk.service.accept(submission).is_ok()
            }
            Err(Not::Yet(form)) => {
                let why = Refusal::new(Condition::NotAuthorized);
                desk.service.demand_with(submission, &form, why).is_ok()
            }
            Err(Not::Ever(refusal)) => desk.service.refuse(submission, refusal).is_ok(),
        };
    }

    fn change_password(
        &self,
        desk: &mut Desk,
        name: &str,
        submission: &Submission,
    ) -> Result<Done, Not> {
        let known = desk
            .accounts
            .get_mut(name)
            .ok_or_else(Refusal::not_registered)?;
        match submission.value("old_password") {
            Some(old) if old != known.password => {
                return Err(Refusal::new(Condition::NotAuthorized).into());
            }
            None if self.manner.demand => return Err(Not::Yet(forms::password_change()?)),
            _ => {}
        }
        // The name in a change of the password was checked by the service, and may be the bare JID.
        let is_checked = submission.purpose() == Purpose::ChangePassword;
        if !is_checked && submission.username().and_then(prepare).as_deref() != Some(name) {
            return Err(Refusal::new(Condition::Forbidden).into());
        }
        let password = submission.password().ok_or_else(Refusal::not_acceptable)?;
        password.clone_into(&mut known.password);
        Ok(Done::new(name, "has a new password"))
    }

    fn remove(&self, desk: &mut Desk, name: &str, submission: &Submission) -> Result<Done, Not> {
        let known = desk
            .accounts
            .get(name)
            .ok_or_else(Refusal::not_registered)?;
        match submission.password() {
            Some(password) if password != known.password => {
                return Err(Refusal::new(Condition::NotAuthorized).into());
            }
            None if self.manner.demand => return Err(Not::Yet(forms::removal()?)),
            _ => {}
        }
        desk.accounts.remove(name);
        Ok(Done::new(name, "is removed"))
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk {
    fn has(&self, user: &User) -> bool {
        let account = self.accounts.get(&user.name);
        account.is_some_and(|it| it.number == user.number)
    }

    fn register(&mut self, submission: &Submission) -> Result<Done, Not> {
        let name = submission.username().and_then(prepare);
        let name = name.ok_or_else(|| Refusal::new(Condition::JidMalformed))?;
        let password = submission.password().ok_or_else(Refusal::not_acceptable)?;
        if self.accounts.contains_key(&name) {
            return Err(Refusal::conflict().into());
        }
        self.made += 1;
        let account = Account {
            password: password.to_owned(),
            number: self.made,
        };
        let done = Done::new(&name, "is registered");
        self.accounts.insert(name, account);
        Ok(done)
    }
}

/// What has been done, and for whom.
struct Done {
    name: String,
    what: &'static str,
}

impl Done {
    fn new(name: &str, what: &'static str) -> Self {
        let name = name.to_owned();
        Self { name, what }
    }
}

/// Why something is not done.
enum Not {
    /// This form is to be filled in first.
    Yet(Offer),
    Ever(Refusal),
}

impl From<OfferError> for Not {
    fn from(_: OfferError) -> Self {
        Self::Ever(Refusal::internal())
    }
}

impl From<Refusal> for Not {
    fn from(refusal: Refusal) -> Self {
        Self::Ever(refusal)
    }
}

/// The name of an account; none before login.
fn name_of(requester: &Requester) -> Option<String> {
    requester
        .account()
        .and_then(|account| account.node())
        .map(ToString::to_string)
}

/// A name for a challenge that nobody can guess.
fn challenge() -> String {
    let mut bytes = [0; 12];
    // Without a random source the name is a poor one, and the picture is there all the same.
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A user name as accounts are kept under, so that none differs from another by case alone.
pub fn prepare(name: &str) -> Option<String> {
    let name = NodePart::new(name).ok()?;
    Some(name.as_str().to_owned())
}
