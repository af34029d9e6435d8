//! A server that does what a test's script says, in strings: it shares no code with the program or the crate.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::outcome::Outcome;

/// The domain it speaks for.
pub const DOMAIN: &str = "fake.example";

/// The usual fields of the old way.
pub const FIELDS: &str = "<instructions>Choose.</instructions><username/><password/>";

/// A script that waits for what never comes fails by this.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server for one connection.
pub struct Fake {
    address: String,
    script: JoinHandle<()>,
    /// Whether somebody has come.
    met: Arc<AtomicBool>,
}

impl Fake {
    /// Listens on a free port, and plays the script to whoever comes. The connection is closed at its end.
    pub fn play(script: impl FnOnce(&mut Session) + Send + 'static) -> Self {
        let listener =
            TcpListener::bind("127.0.0.1:0").expect("the loopback interface has a free port");
        let address = listener
            .local_addr()
            .expect("it was bound just now")
            .to_string();
        let met = Arc::new(AtomicBool::new(false));
        let meeting = Arc::clone(&met);
        let script = thread::spawn(move || {
            let (stream, _) = listener.accept().expect("somebody connects");
            meeting.store(true, Ordering::SeqCst);
            stream
                .set_read_timeout(Some(PATIENCE))
                .expect("it is not zero");
            let mut session = Session {
                stream,
                unread: String::new(),
            };
            script(&mut session);
        });
        Self {
            address,
            script,
            met,
        }
    }

    /// Opens the stream, offers `query` when asked for the form, and goes on by the script.
    pub fn offer(query: &str, script: impl FnOnce(&mut Session) + Send + 'static) -> Self {
        let query = query.to_owned();
        Self::play(move |session| {
            session.open("");
            session.offer(&query);
            script(session);
        })
    }

    /// Opens the stream, lets the user log in, and goes on by the script.
    pub fn login(script: impl FnOnce(&mut Session) + Send + 'static) -> Self {
        Self::play(|session| {
            session.log_in();
            script(session);
        })
    }

    /// Where to connect to.
    pub fn address(&self) -> String {
        self.address.clone()
    }

    /// Fails if the script did: then the program did not do what it was to do.
    #[track_caller]
    pub fn finish(self, outcome: &Outcome) {
        if !self.met.load(Ordering::SeqCst) {
            // A program that never came would leave the script waiting. Once the script is over, the port may be
            // another test's.
            drop(TcpStream::connect(&self.address));
        }
        if let Err(panic) = self.script.join() {
            let why = panic.downcast_ref::<String>().map_or("", String::as_str);
            panic!("the fake server's script failed: {why}\n{outcome}");
        }
    }
}

/// The program's connection.
pub struct Session {
    stream: TcpStream,
    unread: String,
}

/// A request that the program sent.
pub struct Request {
    id: String,
    /// All of it, as it came.
    pub xml: String,
}

impl Session {
    /// Takes the stream header, and answers it with these features.
    pub fn open(&mut self, features: &str) -> String {
        self.read_to("<stream:stream ");
        let header = self.read_to(">");
        self.send(&format!(
            "<?xml version='1.0'?><stream:stream from='{DOMAIN}' id='s' version='1.0' xmlns='jabber:client' \
             xmlns:stream='http://etherx.jabber.org/streams'><stream:features>{features}</stream:features>"
        ));
        header
    }

    /// Believes every name and password.
    pub fn log_in(&mut self) {
        self.open("<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>");
        self.read_to("</auth>");
        self.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
        self.open("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
        let request = self.request();
        let jid = format!("juliet@{DOMAIN}/fake");
        self.result(
            &request,
            &format!("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>{jid}</jid></bind>"),
        );
    }

    /// Answers the request for the form.
    pub fn offer(&mut self, query: &str) {
        let request = self.request();
        assert!(
            request.xml.contains("type='get'"),
            "no get: {}",
            request.xml
        );
        self.result(
            &request,
            &format!("<query xmlns='jabber:iq:register'>{query}</query>"),
        );
    }

    /// Waits for an IQ.
    pub fn request(&mut self) -> Request {
        let xml = self.read_to("</iq>");
        let (_, rest) = xml.split_once("id='").expect("requests have an id");
        let (id, _) = rest.split_once('\'').expect("attributes end");
        Request {
            id: id.to_owned(),
            xml,
        }
    }

    /// Waits for an IQ that sets something, in which all of these are.
    #[track_caller]
    pub fn set_with(&mut self, parts: &[&str]) -> Request {
        let request = self.request();
        assert!(
            request.xml.contains("type='set'"),
            "no set: {}",
            request.xml
        );
        for part in parts {
            assert!(request.xml.contains(part), "no {part} in {}", request.xml);
        }
        request
    }

    /// Says yes.
    pub fn result(&mut self, request: &Request, payload: &str) {
        self.answer(request, "result", DOMAIN, payload);
    }

    /// Says no, by the inside of an error; `echo` stands before it.
    pub fn error(&mut self, request: &Request, echo: &str, kind: &str, inside: &str) {
        self.answer(
            request,
            "error",
            DOMAIN,
            &format!("{echo}<error type='{kind}'>{inside}</error>"),
        );
    }

    /// Says yes, and that it was the last word, in one packet.
    pub fn answer_and_close(&mut self, request: &Request, payload: &str) {
        let id = &request.id;
        self.send(&format!(
            "<iq type='result' id='{id}'>{payload}</iq></stream:stream>"
        ));
    }

    /// Answers in somebody's name.
    pub fn answer(&mut self, request: &Request, kind: &str, from: &str, payload: &str) {
        let id = &request.id;
        self.send(&format!(
            "<iq type='{kind}' id='{id}' from='{from}'>{payload}</iq>"
        ));
    }

    /// Ends the stream by an error.
    pub fn stream_error(&mut self, condition: &str, text: &str) {
        const NS: &str = "urn:ietf:params:xml:ns:xmpp-streams";
        self.send(&format!(
            "<stream:error><{condition} xmlns='{NS}'/><text xmlns='{NS}'>{text}</text></stream:error></stream:stream>"
        ));
    }

    /// Sends a piece of XML, or of anything else. The program may have gone already.
    pub fn send(&mut self, text: &str) {
        let _ = self.stream.write_all(text.as_bytes());
    }

    /// Waits until the program has said anything at all.
    pub fn wait_for_some(&mut self) {
        let count = self.read(&mut [0; 1024]);
        assert!(count.is_ok_and(|count| count > 0), "the program left");
    }

    /// Says nothing more until the program has gone.
    pub fn wait_for_the_end(&mut self) {
        let mut chunk = [0; 1024];
        while self.read(&mut chunk).is_ok_and(|count| count > 0) {}
    }

    /// One read; one that a signal interrupted is made again.
    fn read(&mut self, chunk: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.stream.read(chunk) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }

    /// Everything up to this.
    pub fn read_to(&mut self, end: &str) -> String {
        let mut chunk = [0; 4096];
        loop {
            if let Some(at) = self.unread.find(end) {
                return self.unread.drain(..at + end.len()).collect();
            }
            let count = self
                .read(&mut chunk)
                .unwrap_or_else(|error| panic!("no {end:?} in time: {error}"));
            assert!(
                count > 0,
                "the program left before {end:?}: {:?}",
                self.unread
            );
            self.unread += &String::from_utf8_lossy(&chunk[..count]);
        }
    }
}

/// A condition of a stanza error, with or without a text.
pub fn condition(name: &str, text: &str) -> String {
    const NS: &str = "urn:ietf:params:xml:ns:xmpp-stanzas";
    let text = if text.is_empty() {
        String::new()
    } else {
        format!("<text xmlns='{NS}'>{text}</text>")
    };
    format!("<{name} xmlns='{NS}'/>{text}")
}

/// A data form around these fields.
pub fn data_form(fields: &str) -> String {
    format!("<x xmlns='jabber:x:data' type='form'><title>Join us</title>{fields}</x>")
}
