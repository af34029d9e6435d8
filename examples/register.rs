//! Registers an XMPP account, changes its password, or removes it (XEP-0077), on a real server.
//!
//! ```text
//! cargo run --example register -- --domain example.org --username juliet register
//! cargo run --example register -- --help
//! cargo run --example register                      # a demonstration that needs no server
//! ```
//!
//! [`Driver`] is the part to copy: it is all that stands between the crate's machine and a
//! socket. `tasks` does what its events ask for, `fill` and `ask` fill in forms; the rest is a
//! small blocking XMPP client, such as any program that speaks XMPP has already.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use xmpp_registration::{Event, Handled, Output, RegistrationMachine};

#[path = "register/args.rs"]
mod args;
#[path = "register/ask.rs"]
mod ask;
#[path = "register/connect.rs"]
mod connect;
#[path = "register/credentials.rs"]
mod credentials;
#[path = "register/demo.rs"]
mod demo;
#[path = "register/fill.rs"]
mod fill;
#[path = "serve/forms.rs"]
mod forms;
#[path = "serve/host.rs"]
mod host;
#[path = "register/invitation.rs"]
mod invitation;
#[path = "register/login.rs"]
mod login;
#[path = "serve/picture.rs"]
mod picture;
#[path = "register/pictures.rs"]
mod pictures;
#[path = "register/redact.rs"]
mod redact;
#[path = "serve/session.rs"]
mod session;
#[path = "register/show.rs"]
mod show;
#[path = "register/splitter.rs"]
mod splitter;
#[path = "register/srv.rs"]
mod srv;
#[path = "register/stop.rs"]
mod stop;
#[path = "register/stream.rs"]
mod stream;
#[path = "register/tasks.rs"]
mod tasks;
#[path = "register/transport.rs"]
mod transport;
#[path = "register/words.rs"]
mod words;
#[path = "register/work.rs"]
mod work;
#[path = "register/xml.rs"]
mod xml;

use args::Args;
use redact::Redactor;
use stream::{Stream, StreamEnd};

/// How long to look whether something came meanwhile.
const GLANCE: Duration = Duration::from_millis(20);

fn main() -> ExitCode {
    let redactor = Redactor::default();
    let done = match Args::read() {
        Some(args) => tasks::run(&args, &redactor),
        None => demo::run(&redactor),
    };
    done.map_or_else(|stop| stop.report(&redactor), |()| ExitCode::SUCCESS)
}

/// A machine with the stream on which it works.
///
/// The machine never waits and never sends by itself. It has to be told what happens on the
/// stream, and asked what is to be done about it; this does both:
///
/// 1. *Poll.* [`RegistrationMachine::poll_output`] says what is to be done next. An event goes
///    to the caller, who looks at it, perhaps submits an answer, and comes back.
/// 2. *Send, and arm a timer.* A stanza to be sent goes out; from then on the reply has so much
///    time. The deadline holds until the next stanza is sent, whatever else comes before.
/// 3. *Receive.* When nothing is to be done and a reply is awaited, wait for the next stanza.
///    Every stanza is shown to the machine, which knows its own ([`Handled::Consumed`]).
/// 4. *No stanza* is something that happened, too: the timer, a stream error, or the end of the
///    connection. Only the machine knows what that means, such as that the account may have
///    been made all the same.
struct Driver {
    machine: RegistrationMachine,
    stream: Stream,
    /// By when the reply to what was sent last has to be there.
    deadline: Instant,
    /// How the stream ended: more than the machine has to know, for whoever reads about it.
    end: Option<StreamEnd>,
}

impl Driver {
    fn new(machine: RegistrationMachine, stream: Stream) -> Self {
        let deadline = stream.deadline();
        Self {
            machine,
            stream,
            deadline,
            end: None,
        }
    }

    /// Carries on until there is an event; `None` where it is the caller's turn to submit
    /// something, or the task is over.
    fn next_event(&mut self) -> Option<Event> {
        loop {
            match self.machine.poll_output() {
                Some(Output::Event(event)) => return Some(event),
                Some(Output::Send(stanza)) => {
                    self.deadline = self.stream.deadline();
                    // Where it fails, `receive` fails as well, and tells more: a server says why
                    // it closes the stream before it does.
                    let _ = self.stream.send(&stanza);
                }
                None if self.machine.is_awaiting_reply() => self.listen(self.deadline),
                None => return None,
            }
        }
    }

    /// Waits for the next thing to happen on the stream, and tells the machine.
    fn listen(&mut self, deadline: Instant) {
        match self.stream.receive(deadline) {
            Ok(stanza) => {
                if self.machine.handle_stanza(&stanza) == Handled::NotMine {
                    // Somebody else's: a client that does more than this one handles it here, and
                    // answers a request that nobody knows. This one is gone in a moment.
                }
            }
            Err(end) => {
                match &end {
                    StreamEnd::TimedOut => self.machine.handle_timeout(),
                    StreamEnd::StreamError(error) => self.machine.handle_stream_error(error),
                    StreamEnd::Closed | StreamEnd::Broken(_) => self.machine.handle_disconnect(),
                }
                self.end = Some(end);
            }
        }
    }

    /// Hears what came while the user was asked. Servers close a stream on which nothing
    /// happens, and an answer that is sent into a closed stream would be in doubt.
    fn catch_up(&mut self) {
        self.end = None;
        let deadline = Instant::now() + GLANCE;
        while self.end.is_none() {
            self.listen(deadline);
        }
    }
}
