//! The conversations: what is begun, what the user answers, and what the server then tells if nothing goes wrong.

use xmpp_registration::{Form, RegistrationMachine};

use super::stream::Stream;
use crate::common::{account, server};
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
    /// A password that is refused.
    BadPassword,
    Unregister,
}

/// What one server says otherwise than the other.
pub struct Words {
    pub bad_password: &'static str,
}

/// What the user does about a form.
pub enum Answer {
    Submit(Box<Form>),
    AskAgain,
    GiveUp,
}

impl Plan {
    pub const ALL: [Plan; 9] = [
        Plan::Register,
        Plan::Mend,
        Plan::AskAgain,
        Plan::Look,
        Plan::LookAtMine,
        Plan::Update,
        Plan::ChangePassword,
        Plan::BadPassword,
        Plan::Unregister,
    ];

    /// What happens if nothing goes wrong, an event for each reply; whoever gives up hangs up.
    pub fn events(self, words: &Words) -> Vec<&'static str> {
        match self {
            Plan::Register => vec!["FormOffered", "Registered"],
            Plan::Mend => vec!["FormOffered", "Refused(conflict)", "Registered"],
            Plan::AskAgain => vec!["FormOffered", "FormOffered", "Registered"],
            Plan::Look => vec!["FormOffered", "Disconnected"],
            Plan::LookAtMine => vec!["FormOffered(registered)", "Disconnected"],
            Plan::Update => vec!["FormOffered(registered)", "Updated"],
            Plan::ChangePassword => vec!["PasswordChanged"],
            Plan::BadPassword => vec![words.bad_password],
            Plan::Unregister => vec!["Unregistered"],
        }
    }

    /// Makes what has to be there before, and begins.
    pub fn begin(self, at: &Server, user: &str) -> (Stream, RegistrationMachine) {
        if matches!(
            self,
            Plan::Register | Plan::Mend | Plan::AskAgain | Plan::Look
        ) {
            let machine = RegistrationMachine::register(server(DOMAIN));
            return (Stream::open(at), machine);
        }
        sign_up(at, user);
        let (stream, jid) = Stream::log_in(at, user, FIRST);
        let config = account(&jid);
        let machine = match self {
            Plan::ChangePassword => RegistrationMachine::change_password(config, user, SECOND),
            Plan::BadPassword => RegistrationMachine::change_password(config, user, BAD),
            Plan::Unregister => RegistrationMachine::unregister(config),
            _ => Ok(RegistrationMachine::register(config)),
        };
        (stream, machine.expect("it is one's own account"))
    }

    /// What is done about the form that comes after so many others.
    pub fn answer(self, mut form: Form, forms_before: usize, user: &str) -> Answer {
        let (name, password) = match self {
            Plan::Look | Plan::LookAtMine => return Answer::GiveUp,
            Plan::AskAgain if forms_before == 0 => return Answer::AskAgain,
            Plan::Mend if forms_before == 0 => (TAKEN, FIRST),
            Plan::Update => (user, SECOND),
            _ => (user, FIRST),
        };
        let left = form.fill(name, password).expect("the form takes them");
        assert!(left.is_empty(), "{left:?}");
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
            Plan::Register | Plan::AskAgain | Plan::Look => enters(FIRST),
            Plan::Mend => {
                at.keeps_out(TAKEN, FIRST);
                enters(FIRST)
            }
            Plan::LookAtMine | Plan::BadPassword => {
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
        }
    }
}

/// Somebody has the name that others ask for.
pub fn take_a_name(at: &Server) {
    register(at, TAKEN, SECOND);
}

fn sign_up(at: &Server, user: &str) {
    register(at, user, FIRST);
}

/// Makes an account without a machine.
fn register(at: &Server, user: &str, password: &str) {
    let query = format!(
        "<query xmlns='jabber:iq:register'><username>{user}</username><password>{password}</password></query>"
    );
    let mut stream = Stream::open(at);
    stream.write(format!("<iq type='set' id='up' to='{DOMAIN}'>{query}</iq>").as_bytes());
    assert_eq!(stream.reply("up").attr("type"), Some("result"));
}
