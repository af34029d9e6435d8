//! One account's registration: its machine, and what is made of the machine's events.

use std::time::Instant;

use xmpp_registration::{
    Channel, Config, Event, Failure, Form, IdPrefix, Peer, RegistrationMachine, StanzaError,
};

use crate::accounts::{Account, random};
use crate::queue::Task;

/// What came of it.
pub enum Verdict {
    Registered,
    Refused {
        why: String,
        /// Whether the very same may succeed later.
        only_now: bool,
    },
    InDoubt(String),
    Failed(String),
    /// The stream ended before anything was sent: there is another one.
    Unsent,
}

/// A registration on its way.
pub struct Flight {
    pub task: Task,
    pub machine: RegistrationMachine,
    /// By when the reply to what was sent last has to be there.
    pub until: Instant,
    /// The form is filled in: what goes out next changes something.
    pub submitted: bool,
}

impl Flight {
    /// The machine for this account, and the prefix of its ids, by which replies find it.
    pub fn new(
        task: Task,
        domain: &str,
        channel: Channel,
        until: Instant,
    ) -> Result<(String, Self), (Task, String)> {
        let machine = random().and_then(|prefix| {
            let ids = IdPrefix::new(&prefix).map_err(|error| error.to_string())?;
            let peer = Peer::server(domain).map_err(|error| error.to_string())?;
            let config = Config::new(peer, ids, channel);
            Ok((prefix, RegistrationMachine::register(config)))
        });
        match machine {
            Ok((prefix, machine)) => Ok((
                prefix,
                Self {
                    task,
                    machine,
                    until,
                    submitted: false,
                },
            )),
            Err(why) => Err((task, why)),
        }
    }

    /// Does what the event asks for; some are the end of it.
    pub fn on_event(&mut self, event: Event) -> Option<Verdict> {
        match event {
            Event::FormOffered(form) => self.submit(form).err().map(refused),
            // There is nobody to mend anything; the machine is dropped, and nothing is out.
            Event::Refused { error, .. } => Some(refusal(&error)),
            Event::Redirected(to) => {
                let to = to.url().or(to.instructions()).unwrap_or("another place");
                Some(refused(format!("to be registered elsewhere: {to}")))
            }
            Event::Succeeded(_) => Some(Verdict::Registered),
            Event::Failed(failure) => Some(match failure.stanza_error() {
                Some(error) => refusal(error),
                None if failure.in_doubt() => Verdict::InDoubt(failure.to_string()),
                None if matches!(failure, Failure::Disconnected | Failure::StreamError(_)) => {
                    Verdict::Unsent
                }
                None => Verdict::Failed(failure.to_string()),
            }),
            // Pictures are not asked for, what is ignored is no matter of this account's, and there
            // may be more kinds of events some day.
            _ => None,
        }
    }

    /// Fills the form in, if name and password are all that it wants.
    fn submit(&mut self, mut form: Form) -> Result<(), String> {
        if form.is_registered() {
            return Err("the server says that there is a registration already".to_owned());
        }
        let Account { name, password, .. } = &self.task.account;
        let left = form
            .fill(name, password)
            .map_err(|error| error.to_string())?;
        if !left.is_empty() {
            return Err(format!("the form asks for more: {left}"));
        }
        let answer = form.finish().map_err(|error| error.to_string())?;
        self.machine
            .submit(answer)
            .map_err(|rejected| rejected.why.to_string())?;
        self.submitted = true;
        Ok(())
    }
}

fn refusal(error: &StanzaError) -> Verdict {
    Verdict::Refused {
        why: error.to_string(),
        only_now: error.is_worth_retrying(),
    }
}

fn refused(why: String) -> Verdict {
    Verdict::Refused {
        why,
        only_now: false,
    }
}
