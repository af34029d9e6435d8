//! The client's side of an XMPP stream over a blocking socket: open it, encrypt it, send and
//! receive elements, each within a time that the caller names.

use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use minidom::Element;
use rustls::ClientConnection;

use crate::redact::{Redactor, escape};
use crate::splitter::Splitter;
pub use crate::splitter::StreamEnd;
use crate::transport::Transport;
use crate::xml::{NS_STREAMS, NS_TLS};

/// How long to try to say goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

/// How a stream is to be.
#[derive(Clone)]
pub struct StreamOptions {
    /// The server's domain.
    pub domain: String,
    /// The language the server is asked to use.
    pub lang: Option<String>,
    /// How long the server may take for each answer.
    pub timeout: Duration,
    /// Whether to show all that is sent and received on standard error.
    pub trace: bool,
    /// What must not be seen there.
    pub redactor: Redactor,
}

/// An open stream. It is closed when dropped.
pub struct Stream {
    splitter: Splitter<Transport>,
    options: StreamOptions,
}

impl Stream {
    /// Opens a stream over a fresh connection. Returned along with it: the server's features.
    pub fn open(
        transport: Transport,
        options: StreamOptions,
    ) -> Result<(Self, Element), StreamEnd> {
        let splitter = Splitter::new(transport);
        let mut stream = Self { splitter, options };
        let features = stream.send_header()?;
        Ok((stream, features))
    }

    /// Whether what is sent is encrypted.
    pub fn is_encrypted(&mut self) -> bool {
        self.splitter.io().is_encrypted()
    }

    /// By when an answer to what is sent now has to be there.
    pub fn deadline(&self) -> Instant {
        Instant::now() + self.options.timeout
    }

    /// What must not be shown of this stream.
    pub fn redactor(&self) -> &Redactor {
        &self.options.redactor
    }

    /// Sends a stanza, or another element.
    pub fn send(&mut self, element: &Element) -> Result<(), StreamEnd> {
        let mut xml = Vec::new();
        element
            .write_to(&mut xml)
            .map_err(|error| StreamEnd::Broken(error.to_string()))?;
        if self.options.trace {
            show("C", &self.options.redactor.xml(element));
        }
        let deadline = self.deadline();
        Ok(self.write(&xml, deadline)?)
    }

    /// Waits for the next element, but no longer than until `deadline`. After
    /// [`StreamEnd::TimedOut`] one may go on waiting: nothing that came so far is lost.
    pub fn receive(&mut self, deadline: Instant) -> Result<Element, StreamEnd> {
        self.splitter.io().set_deadline(deadline);
        let received = self.splitter.read();
        match &received {
            Ok(element) | Err(StreamEnd::StreamError(element)) if self.options.trace => {
                show("S", &self.options.redactor.xml(element));
            }
            _ => {}
        }
        received
    }

    /// Negotiates TLS, and opens the stream anew. The features before count no longer: an
    /// attacker could have made them up.
    pub fn start_tls(&mut self, tls: ClientConnection) -> Result<Element, StreamEnd> {
        self.send(&Element::bare("starttls", NS_TLS))?;
        let deadline = self.deadline();
        let answer = self.receive(deadline)?;
        if !answer.is("proceed", NS_TLS) {
            return Err(StreamEnd::Broken(
                "the server refused to start TLS".to_owned(),
            ));
        }
        // Bytes behind it were sent without encryption; they would be taken for encrypted ones.
        if self.splitter.has_unread() {
            return Err(StreamEnd::Broken(
                "the server sent data before TLS was there".to_owned(),
            ));
        }
        match self.splitter.io().start_tls(tls).map_err(StreamEnd::from) {
            Ok(()) => self.restart(),
            Err(StreamEnd::Broken(why)) => Err(StreamEnd::Broken(format!("TLS: {why}"))),
            Err(end) => Err(end),
        }
    }

    /// Opens the stream anew on the same connection, as after a login, and returns the features.
    pub fn restart(&mut self) -> Result<Element, StreamEnd> {
        self.splitter.restart();
        self.send_header()
    }

    fn send_header(&mut self) -> Result<Element, StreamEnd> {
        let StreamOptions {
            domain,
            lang,
            trace,
            ..
        } = &self.options;
        let lang = lang
            .as_ref()
            .map_or_else(String::new, |lang| format!(" xml:lang='{}'", escape(lang)));
        let header = format!(
            "<stream:stream to='{}' version='1.0'{lang} \
             xmlns='jabber:client' xmlns:stream='{NS_STREAMS}'>",
            escape(domain)
        );
        if *trace {
            show("C", &header);
        }
        let deadline = self.deadline();
        self.write(
            format!("<?xml version='1.0'?>{header}").as_bytes(),
            deadline,
        )?;
        if !self.splitter.read_header()? {
            // A server from before XMPP 1.0 has no features to tell of.
            return Ok(Element::bare("features", NS_STREAMS));
        }
        let features = self.receive(deadline)?;
        if features.is("features", NS_STREAMS) {
            Ok(features)
        } else {
            Err(StreamEnd::Broken(
                "the server did not begin with its features".to_owned(),
            ))
        }
    }

    fn write(&mut self, xml: &[u8], deadline: Instant) -> io::Result<()> {
        let io = self.splitter.io();
        io.set_deadline(deadline);
        io.write_all(xml)?;
        io.flush()
    }
}

impl Drop for Stream {
    /// Says goodbye. Whether that still arrives does not matter any more.
    fn drop(&mut self) {
        let goodbye = Instant::now() + GOODBYE;
        if self.write(b"</stream:stream>", goodbye).is_ok() {
            let _ = self.splitter.io().close();
        }
    }
}

/// One line of the trace. That nobody reads it is no reason to stop.
fn show(who: &str, xml: &str) {
    let _ = writeln!(io::stderr(), "{who}: {xml}");
}
