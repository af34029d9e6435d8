//! A stream of XMPP over anything that blocks.

use std::io::{self, BufReader, Read, Take, Write};
use std::net::TcpStream;
use std::time::Duration;

use minidom::Element;
use minidom::rxml::RawReader;
use minidom::tree_builder::TreeBuilder;
use xmpp_registration::text;

use crate::Stream;

const NS_STREAMS: &str = "http://etherx.jabber.org/streams";

/// More for one stanza ends the stream.
const MOST_BYTES: u64 = 256 * 1024;

/// How long a stanza may take to come.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct XmlStream<S: Read> {
    reader: RawReader<BufReader<Take<S>>>,
    tree: TreeBuilder,
}

/// To a server on this machine: elsewhere a TLS stream takes the place of the socket.
pub fn connect(address: &str, domain: &str) -> io::Result<XmlStream<TcpStream>> {
    let socket = TcpStream::connect(address)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    XmlStream::open(socket, domain)
}

impl<S: Read + Write> XmlStream<S> {
    /// Opens the stream, up to its features. The domain must be one: `Peer::server` tells.
    pub fn open(mut socket: S, domain: &str) -> io::Result<Self> {
        write!(
            socket,
            "<stream:stream xmlns='jabber:client' xmlns:stream='{NS_STREAMS}' version='1.0' to='{domain}'>"
        )?;
        let mut stream = Self {
            reader: RawReader::new(BufReader::new(socket.take(MOST_BYTES))),
            tree: TreeBuilder::new(),
        };
        match stream.receive() {
            Some(features) if features.is("features", NS_STREAMS) => Ok(stream),
            Some(error) => Err(io::Error::other(format!(
                "no stream, but {}",
                text::write(&error)
            ))),
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

impl<S: Read + Write> Stream for XmlStream<S> {
    fn send(&mut self, stanza: &Element) {
        let socket = self.reader.inner_mut().get_mut().get_mut();
        // If this fails, `receive` ends, and the machine is told so.
        let _ = socket.write_all(text::write(stanza).as_bytes());
    }

    fn receive(&mut self) -> Option<Element> {
        self.reader.inner_mut().get_mut().set_limit(MOST_BYTES);
        loop {
            let event = self.reader.read().ok()??;
            self.tree.process_event(event).ok()?;
            if self.tree.depth() > text::DEEPEST || self.tree.root.is_some() {
                return None;
            }
            // The header is the first level: what came whole is a stanza.
            if self.tree.depth() == 1
                && let Some(stanza) = self.tree.unshift_child()
            {
                return Some(stanza);
            }
        }
    }
}
