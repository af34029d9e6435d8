//! The client's side: who it is, what it wants, and how it fills in forms.

use jid::{FullJid, Jid};
use xmpp_registration::service::{Fields, Offer, Requester, ServiceConfig};
use xmpp_registration::{Channel, Config, Form, IdPrefix, Peer, RegistrationMachine};

use crate::app::{ANSWER, Manner};
use crate::bytes::Bytes;

pub const DOMAIN: &str = "example.com";
pub const GATEWAY: &str = "gateway.example.net";
pub const ME: &str = "juliet@example.com/balcony";
const STREAM: u64 = 7;
const TOKEN: &str = "t0ken";
/// What no `Debug` may show: the token, every password, and the answer to a challenge.
pub const SECRETS: [&str; 3] = [TOKEN, "-word", ANSWER];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Not logged in.
    Stranger,
    /// Logged in, at home.
    Account,
    /// Logged in, at a gateway.
    Guest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    Register,
    RegisterWithToken,
    ChangePassword,
    Unregister,
}

#[derive(Debug, Clone, Copy)]
pub struct Setup {
    pub role: Role,
    pub task: Task,
    pub manner: Manner,
}

impl Setup {
    pub fn choose(bytes: &mut Bytes) -> Self {
        let byte = bytes.next();
        let role = [Role::Stranger, Role::Account, Role::Guest][usize::from(byte & 63) % 3];
        let tasks = [
            Task::Register,
            Task::ChangePassword,
            Task::Unregister,
            Task::Register,
        ];
        let strangers = [Task::Register, Task::RegisterWithToken];
        let which = usize::from(byte >> 2);
        let task = match role {
            Role::Stranger => strangers[which % 2],
            Role::Account | Role::Guest => tasks[which % 4],
        };
        let manners = [Manner::Legacy, Manner::Data, Manner::Both, Manner::Captcha];
        let manner = manners[usize::from(byte >> 6)];
        Self { role, task, manner }
    }

    pub fn service(self) -> ServiceConfig {
        match self.role {
            Role::Guest => {
                // For a change of the password, which comes without a form (XEP-0077 section 3.3).
                let fields = Offer::of_fields(Fields::of(["username", "password"])).unwrap();
                ServiceConfig::service(Jid::new(GATEWAY).unwrap()).form(fields)
            }
            Role::Stranger | Role::Account => ServiceConfig::server(DOMAIN).unwrap(),
        }
    }

    pub fn requester(self) -> Requester {
        match self.role {
            Role::Stranger => Requester::Stream(STREAM),
            Role::Account | Role::Guest => Requester::Account(me().to_bare()),
        }
    }

    /// Whether there is an account, or a registration, before the task begins.
    pub fn is_known(self) -> bool {
        match self.role {
            Role::Stranger => false,
            Role::Account => true,
            Role::Guest => !matches!(self.task, Task::Register),
        }
    }

    pub fn machine(self) -> RegistrationMachine {
        let peer = match self.role {
            Role::Stranger => Peer::server(DOMAIN).unwrap(),
            Role::Account => Peer::account(me()),
            Role::Guest => Peer::service(Jid::new(GATEWAY).unwrap(), me()).unwrap(),
        };
        let config = Config::new(peer, IdPrefix::new("p").unwrap(), Channel::Encrypted);
        match self.task {
            Task::Register => Ok(RegistrationMachine::register(config)),
            Task::RegisterWithToken => RegistrationMachine::register_with_token(config, TOKEN),
            Task::ChangePassword => {
                RegistrationMachine::change_password(config, "juliet", &password(0))
            }
            Task::Unregister => RegistrationMachine::unregister(config),
        }
        .unwrap()
    }
}

/// What the client wants its account to be, by its last submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub name: String,
    pub password: String,
}

impl Wish {
    /// The first wish, or a new one after a refusal.
    pub fn new(role: Role, number: u32) -> Self {
        let name = match role {
            Role::Stranger => format!("juliet{number}"),
            Role::Account | Role::Guest => "juliet".to_owned(),
        };
        let password = password(number);
        Self { name, password }
    }

    /// Fills in a form by it; `right`: the challenge, if there is one, is answered rightly.
    pub fn fill(&self, form: &mut Form, right: bool) {
        let values = [
            ("username", self.name.as_str()),
            ("password", &self.password),
            ("extra", "yes"),
            ("ocr", if right { ANSWER } else { "0815" }),
        ];
        for (field, value) in values {
            if form.field(field).is_some() {
                form.set(field, value).unwrap();
            }
        }
    }
}

fn password(number: u32) -> String {
    format!("pass-{number}-word")
}

fn me() -> FullJid {
    FullJid::new(ME).unwrap()
}
