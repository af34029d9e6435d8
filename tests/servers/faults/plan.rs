//! The conversations: what is begun, what the user answers, and what the server then tells if nothing goes wrong.

use std::fs;

use xmpp_registration::{Form, RegistrationMachine};

use super::room;
use super::stream::Stream;
use crate::common::{account, server, service};
use crate::harness::{DOMAIN, Login, Server, log_in};

/// The password of an account that there is, and of one to be made.
pub const FIRST: &str = "s3cret-Pass.first";
/// The password that it is to have.
pub const SECOND: &str = "s3cret-Pass.second";
/// One that no server takes: Unicode's object replacement character is for no password.
pub const BAD: &str = "s3cret-Pass.\u{fffc}";
/// Somebody has this name.
const TAKEN: &str = "taken";

/// A conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// A new account.
    Register,
    /// A name that somebody has, then one that is free.
    Mend,
    /// A form that is not wanted, then another.
    AskAgain,
    /// A form, and no more.
    Look,
    /// The same for an account that there is.
    LookAtMine,
    /// A new password by the form of an account that there is.
    Update,
    ChangePassword,
    /// A password that is refused, under this condition.
    BadPassword(&'static str),
    Unregister,
    /// A new account by a token.
    Invited,
    /// A token that is good for nothing.
    BadToken,
    /// No token where one is wanted.
    Uninvited,
    /// A CAPTCHA that is not solved, then another that is.
    Captcha,
    /// In a room, a nickname that somebody has, then one that is free.
    Join,
    /// No more nickname in that room.
    Leave,
}

/// What the user does about a form.
pub enum Answer {
    Submit(Box<Form>),
    AskAgain,
    GiveUp,
}

impl Plan {
    /// What goes on where anybody may register, and every server does the same.
    pub const ANYWHERE: [Plan; 8] = [
        Plan::Register,
        Plan::Mend,
        Plan::AskAgain,
        Plan::Look,
        Plan::LookAtMine,
        Plan::Update,
        Plan::ChangePassword,
        Plan::Unregister,
    ];

    /// What happens if nothing goes wrong, an event for each reply, empty if there is none; and whoever gives up hangs up.
    pub fn events(self) -> Vec<String> {
        let refused;
        let events: &[&str] = match self {
            Plan::Register => &["FormOffered", "Registered"],
            Plan::Mend | Plan::Join => &["FormOffered", "Refused(conflict)", "Registered"],
            Plan::AskAgain => &["FormOffered", "FormOffered", "Registered"],
            Plan::Look => &["FormOffered", "Disconnected"],
            Plan::LookAtMine => &["FormOffered(registered)", "Disconnected"],
            Plan::Update => &["FormOffered(registered)", "Updated"],
            Plan::ChangePassword => &["PasswordChanged"],
            Plan::BadPassword(condition) => {
                refused = format!("Failed({condition})");
                &[&refused]
            }
            Plan::Unregister | Plan::Leave => &["Unregistered"],
            Plan::Invited => &["", "FormOffered", "Registered"],
            Plan::BadToken => &["TokenRefused(forbidden)"],
            Plan::Uninvited => &["FormOffered", "Refused(not-acceptable)", "Disconnected"],
            Plan::Captcha => &[
                "FormOffered",
                "Refused(not-allowed, no form)",
                "FormOffered",
                "Registered",
            ],
        };
        events.iter().map(ToString::to_string).collect()
    }

    /// Makes what has to be there before, and begins.
    pub fn begin(self, at: &Server, user: &str) -> (Stream, RegistrationMachine) {
        let (mut stream, config) = if self.is_before_login() {
            (Stream::open(at), server(DOMAIN))
        } else {
            register(at, user, FIRST);
            let (stream, jid) = Stream::log_in(at, user, FIRST);
            let config = match self.room() {
                Some(room) => service(room, &jid),
                None => account(&jid),
            };
            (stream, config)
        };
        if self == Plan::Leave {
            room::register(&mut stream, user);
        }
        let invited = |token: &str| RegistrationMachine::register_with_token(config.clone(), token);
        let machine = match self {
            Plan::ChangePassword => RegistrationMachine::change_password(config, user, SECOND),
            Plan::BadPassword(_) => RegistrationMachine::change_password(config, user, BAD),
            Plan::Unregister | Plan::Leave => RegistrationMachine::unregister(config),
            Plan::Invited => invited(&at.invitation(None)),
            Plan::BadToken => invited("n0-such-token"),
            _ => Ok(RegistrationMachine::register(config)),
        };
        (stream, machine.expect("nothing of it is misuse"))
    }

    fn is_before_login(self) -> bool {
        matches!(
            self,
            Plan::Register
                | Plan::Mend
                | Plan::AskAgain
                | Plan::Look
                | Plan::Invited
                | Plan::BadToken
                | Plan::Uninvited
                | Plan::Captcha
        )
    }

    /// The room that it is about, and that alone may answer.
    pub fn room(self) -> Option<&'static str> {
        matches!(self, Plan::Join | Plan::Leave).then_some(room::ROOM)
    }

    /// What is done about the form that comes after so many others.
    pub fn answer(self, mut form: Form, before: usize, at: &Server, user: &str) -> Answer {
        if self == Plan::Join {
            let nick = if before == 0 { room::HOST } else { user };
            form.set(room::NICK, nick).expect("the form takes it");
            return Answer::Submit(Box::new(form));
        }
        let (name, password) = match self {
            Plan::Look | Plan::LookAtMine => return Answer::GiveUp,
            Plan::Uninvited if before > 0 => return Answer::GiveUp,
            Plan::AskAgain if before == 0 => return Answer::AskAgain,
            Plan::Mend if before == 0 => (TAKEN, FIRST),
            Plan::Update => (user, SECOND),
            _ => (user, FIRST),
        };
        let left = form.fill(name, password).expect("the form takes them");
        assert_eq!(left.is_empty(), self != Plan::Captcha, "{left:?}");
        if self == Plan::Captcha {
            let solution = if before == 0 {
                "wrong".into()
            } else {
                fs::read_to_string(at.data("captcha-answer")).expect("there was a picture")
            };
            form.set("ocr", solution).expect("the form takes it");
        }
        Answer::Submit(Box::new(form))
    }

    /// Whether it is to remove the account, and with it the stream.
    pub fn removes(self) -> bool {
        self == Plan::Unregister
    }

    /// Whether the server did what it was asked for, by a login.
    pub fn is_done(self, at: &Server, user: &str) -> bool {
        let enters = |password| log_in(at.port(), user, password) == Login::Accepted;
        match self {
            Plan::Register
            | Plan::AskAgain
            | Plan::Look
            | Plan::Invited
            | Plan::BadToken
            | Plan::Uninvited
            | Plan::Captcha => enters(FIRST),
            Plan::Mend => {
                at.keeps_out(TAKEN, FIRST);
                enters(FIRST)
            }
            Plan::LookAtMine | Plan::BadPassword(_) => {
                at.lets_in(user, FIRST);
                false
            }
            Plan::Update | Plan::ChangePassword => {
                // The server may be about to do what came just before a cut.
                let is_done = enters(SECOND) || !enters(FIRST);
                if is_done {
                    at.lets_in(user, SECOND);
                    at.keeps_out(user, FIRST);
                }
                is_done
            }
            Plan::Unregister => !enters(FIRST),
            Plan::Join | Plan::Leave => {
                let (mut stream, _) = Stream::log_in(at, user, FIRST);
                room::is_registered(&mut stream) == (self == Plan::Join)
            }
        }
    }
}

/// Somebody has the name that others ask for.
pub fn take_a_name(at: &Server) {
    register(at, TAKEN, SECOND);
}

/// Makes an account without a machine.
fn register(at: &Server, user: &str, password: &str) {
    let fields = format!("<username>{user}</username><password>{password}</password>");
    let reply = Stream::open(at).ask("set", Some(DOMAIN), &fields);
    assert_eq!(reply.attr("type"), Some("result"));
}
