//! Registers an account in a super-loop, as firmware would: buffers of a fixed size, a transport that never blocks, a
//! counter of ticks for time, no thread, no async, and no allocation in the loop but minidom's.
//!
//! ```text
//! cargo run --example serve &                                          # or any server that lets one register in plain text
//! cargo run --example poll_loop -- 127.0.0.1:5222 example.com juliet R0m30
//! ```
//!
//! It speaks plain text, since a device's TLS is its own: put it between the socket and the buffers.
//! The crate itself calls nothing of `std` (`.ci/std-calls` looks); minidom reads and writes by `std::io`, so the device must
//! have that.
//!
//! Exit codes, those of the example `register`: 0 registered, 1 refused or not supported, 2 wrong use, or the form wants
//! more, 3 the outcome is unknown, 4 no connection or no reply, 5 one registers elsewhere.

use std::fmt::Display;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use minidom::Element;
use minidom::rxml::error::EndOrError;
use minidom::rxml::{Parse, RawParser};
use minidom::tree_builder::TreeBuilder;
use xmpp_registration::{
    Channel, Config, Event, Form, IdPrefix, Output, Peer, RegistrationMachine, text,
};

const NS_STREAMS: &str = "http://etherx.jabber.org/streams";
/// So many bytes come at once, and so many may wait to go: the longest request is some 600.
const BUFFER: usize = 2048;
/// Of a millisecond each.
const PATIENCE: u32 = 30_000;

// The exit codes.
const DONE: u8 = 0;
const REFUSED: u8 = 1;
const USAGE: u8 = 2;
const IN_DOUBT: u8 = 3;
const NO_STREAM: u8 = 4;
const ELSEWHERE: u8 = 5;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, domain, username, password] = &arguments[..] else {
        let usage = "usage: poll_loop HOST:PORT DOMAIN USERNAME PASSWORD";
        return ExitCode::from(end(&usage, USAGE));
    };
    let socket = match TcpStream::connect(address) {
        Ok(socket) => socket,
        Err(error) => {
            return ExitCode::from(end(&format_args!("{address}: {error}"), NO_STREAM));
        }
    };
    socket
        .set_nonblocking(true)
        .expect("every socket can be polled");
    let mut device = match Device::new(socket, domain) {
        Ok(device) => device,
        Err(error) => {
            return ExitCode::from(end(&error, USAGE));
        }
    };
    // The super-loop: a device does its other work between two turns.
    loop {
        if let Some(code) = device.turn(username, password) {
            return ExitCode::from(code);
        }
        sleep(Duration::from_millis(1));
    }
}

struct Device {
    link: Link,
    machine: RegistrationMachine,
    /// Ticks until the wait for the reply is over.
    patience: u32,
    /// The stream's features have come, so requests may go.
    is_open: bool,
}

impl Device {
    fn new(socket: TcpStream, domain: &str) -> Result<Self, Box<dyn std::error::Error>> {
        let mut random = [0; 8];
        getrandom::fill(&mut random)?;
        let prefix: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let (peer, ids) = (Peer::server(domain)?, IdPrefix::new(&prefix)?);
        let machine =
            RegistrationMachine::register(Config::new(peer, ids, Channel::PlaintextAccepted));
        let mut link = Link::new(socket);
        // A domain that was prepared holds nothing that would have to be escaped.
        link.queue(format_args!(
            "<stream:stream xmlns='jabber:client' xmlns:stream='{NS_STREAMS}' version='1.0' to='{domain}'>"
        ));
        Ok(Self {
            link,
            machine,
            patience: PATIENCE,
            is_open: false,
        })
    }

    /// One turn of the loop, a tick: whatever can be done without waiting. At the end, the exit code.
    fn turn(&mut self, username: &str, password: &str) -> Option<u8> {
        self.patience = self.patience.saturating_sub(1);
        if self.patience == 0 {
            self.patience = PATIENCE;
            if !self.machine.is_awaiting_reply() {
                return Some(end(&"no answer from the server", NO_STREAM));
            }
            self.machine.handle_timeout();
        }
        let (machine, is_open) = (&mut self.machine, &mut self.is_open);
        let is_up = self.link.exchange(&mut |stanza| {
            if stanza.is("features", NS_STREAMS) {
                *is_open = true;
            } else if stanza.is("error", NS_STREAMS) {
                machine.handle_stream_error(stanza);
            } else {
                // Nobody else is on this stream, so what is not the machine's is nobody's.
                let _ = machine.handle_stanza(stanza);
            }
        });
        if !is_up {
            self.machine.handle_disconnect();
        }
        // Before the features nothing may be sent; what has ended is told in any case.
        if !self.is_open && is_up {
            return None;
        }
        while let Some(output) = self.machine.poll_output() {
            match output {
                Output::Send(stanza) => {
                    if !self.link.queue_stanza(&stanza) {
                        return Some(end(&"the answer does not fit into the buffer", USAGE));
                    }
                    self.patience = PATIENCE;
                }
                Output::Event(event) => {
                    if let Some(code) = self.on_event(event, username, password) {
                        return Some(code);
                    }
                }
            }
        }
        None
    }

    fn on_event(&mut self, event: Event, username: &str, password: &str) -> Option<u8> {
        match event {
            Event::FormOffered(form) => self.answer(form, username, password),
            Event::Succeeded(success) => Some(end(&success, DONE)),
            Event::Failed(failure) if failure.in_doubt() => Some(end(&failure, IN_DOUBT)),
            Event::Failed(failure) if failure.stanza_error().is_some() => {
                Some(end(&failure, REFUSED))
            }
            Event::Failed(failure) => Some(end(&failure, NO_STREAM)),
            Event::Refused { error, .. } => Some(end(&error, REFUSED)),
            Event::Redirected(to) => {
                let address = to.url().unwrap_or("one registers elsewhere");
                Some(end(&address, ELSEWHERE))
            }
            _ => None,
        }
    }

    fn answer(&mut self, mut form: Form, username: &str, password: &str) -> Option<u8> {
        match form.fill(username, password) {
            Ok(left) if left.is_empty() => {}
            Ok(left) => return Some(end(&format_args!("the server wants more: {left}"), USAGE)),
            Err(error) => return Some(end(&error, USAGE)),
        }
        match form.finish() {
            Ok(answer) => match self.machine.submit(answer) {
                Ok(()) => None,
                Err(rejected) => Some(end(&rejected, USAGE)),
            },
            Err(incomplete) => Some(end(&incomplete, USAGE)),
        }
    }
}

fn end(told: &dyn Display, code: u8) -> u8 {
    eprintln!("{told}");
    code
}

/// The socket, and the bytes before and behind it.
struct Link {
    socket: TcpStream,
    parser: RawParser,
    tree: TreeBuilder,
    output: [u8; BUFFER],
    waiting: usize,
}

impl Link {
    fn new(socket: TcpStream) -> Self {
        Self {
            socket,
            parser: RawParser::new(),
            tree: TreeBuilder::new(),
            output: [0; BUFFER],
            waiting: 0,
        }
    }

    fn queue(&mut self, text: std::fmt::Arguments<'_>) {
        let mut free = &mut self.output[self.waiting..];
        let room = free.len();
        free.write_fmt(text).expect("a header fits into the buffer");
        self.waiting += room - free.len();
    }

    /// A request that does not fit can never be sent: a larger buffer is needed for such a form.
    fn queue_stanza(&mut self, stanza: &Element) -> bool {
        let mut free = &mut self.output[self.waiting..];
        let room = free.len();
        if stanza.write_to(&mut free).is_err() {
            return false;
        }
        self.waiting += room - free.len();
        true
    }

    /// Moves what can be moved now, and tells of each stanza that came; `false`: the stream has ended.
    fn exchange(&mut self, came: &mut dyn FnMut(&Element)) -> bool {
        self.flush() && self.fill(came)
    }

    fn flush(&mut self) -> bool {
        while self.waiting > 0 {
            match self.socket.write(&self.output[..self.waiting]) {
                Ok(0) => return false,
                Ok(sent) => {
                    self.output.copy_within(sent..self.waiting, 0);
                    self.waiting -= sent;
                    // It may have been a password.
                    self.output[self.waiting..].fill(0);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return error.kind() == ErrorKind::WouldBlock,
            }
        }
        true
    }

    fn fill(&mut self, came: &mut dyn FnMut(&Element)) -> bool {
        let mut input = [0; BUFFER];
        loop {
            match self.socket.read(&mut input) {
                Ok(0) => return false,
                Ok(length) => {
                    if !self.parse(&input[..length], came) {
                        return false;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return error.kind() == ErrorKind::WouldBlock,
            }
        }
    }

    /// `false`: it is no XML, or deeper than any stanza, or the end of the stream.
    fn parse(&mut self, mut input: &[u8], came: &mut dyn FnMut(&Element)) -> bool {
        loop {
            match self.parser.parse(&mut input, false) {
                Ok(Some(event)) => {
                    let taken = self.tree.process_event(event).is_ok();
                    if !taken || self.tree.depth() > text::DEEPEST || self.tree.root.is_some() {
                        return false;
                    }
                    // At the first level it is whole.
                    if self.tree.depth() == 1
                        && let Some(stanza) = self.tree.unshift_child()
                    {
                        came(&stanza);
                    }
                }
                Err(EndOrError::NeedMoreData) => return true,
                Ok(None) | Err(EndOrError::Error(_)) => return false,
            }
        }
    }
}
