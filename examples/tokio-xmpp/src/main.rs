//! Registers an XMPP account with tokio-xmpp and logs in on the same stream, changes a password, or removes an account.
//!
//! ```text
//! cargo run --manifest-path examples/tokio-xmpp/Cargo.toml -- --domain example.org --username juliet register
//! cargo run --manifest-path examples/tokio-xmpp/Cargo.toml -- --help
//! ```
//!
//! [`Driver`] is the part to copy, and `glue` what it stands on. `login` does SASL and binds a resource on the stream that
//! registered, `tasks` does what the events ask for.

use std::process::ExitCode;
use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use tokio::time::{Instant, timeout_at};
use xmpp_registration::{Event, Handled, Output, RegistrationMachine};

mod args;
mod connect;
mod glue;
mod login;
mod stop;
mod tasks;
mod trust;

use args::Args;
use connect::Stream;
use glue::Came;

fn main() -> ExitCode {
    let args = Args::read();
    trust::settle(args.ca.as_deref()).unwrap_or_else(|| match tasks::run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => stop.report(),
    })
}

/// A machine with the stream on which it works.
struct Driver {
    machine: RegistrationMachine,
    stream: Stream,
    /// How long each reply may take.
    patience: Duration,
    /// By when the reply to what was sent last has to be there.
    deadline: Instant,
}

impl Driver {
    fn new(machine: RegistrationMachine, stream: Stream, patience: Duration) -> Self {
        Self {
            machine,
            stream,
            patience,
            deadline: Instant::now() + patience,
        }
    }

    /// Carries on until there is an event; `None` where it is the caller's turn to submit something, or the task is over.
    async fn next_event(&mut self) -> Option<Event> {
        loop {
            match self.machine.poll_output() {
                Some(Output::Event(event)) => return Some(event),
                Some(Output::Send(stanza)) => {
                    self.deadline = Instant::now() + self.patience;
                    // Where it fails, listening fails as well, and tells more.
                    let _ = timeout_at(self.deadline, self.stream.send(&stanza)).await;
                }
                None if self.machine.is_awaiting_reply() => self.listen().await,
                None => return None,
            }
        }
    }

    /// Waits for the next thing to happen on the stream, and tells the machine.
    async fn listen(&mut self) {
        let Ok(item) = timeout_at(self.deadline, self.stream.next()).await else {
            return self.machine.handle_timeout();
        };
        match glue::came(item) {
            Came::Stanza(stanza) => {
                if self.machine.handle_stanza(&stanza) == Handled::NotMine {
                    // Somebody else's: a client that does more than this one handles it here, and answers a request.
                }
            }
            Came::Unparsable(iq) => {
                let _ = glue::handle_unparsable(&mut self.machine, &iq);
            }
            Came::StreamError(error) => self.machine.handle_stream_error(&error),
            Came::Nothing => {}
            Came::End => self.machine.handle_disconnect(),
        }
    }
}
