//! A stream over a plain socket: elements in, bytes out.

use std::io::{BufReader, Chain, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};

use minidom::Element;
use minidom::rxml::RawReader;
use minidom::tree_builder::TreeBuilder;

use crate::common::xml::NS_STREAM;
use crate::harness::{Server, open_stream, session};

/// The header that was read before is given to the parser once more.
const HEADER: &str =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

/// A stream that was negotiated already. The connection is cut when it is dropped.
pub struct Stream {
    reader: RawReader<BufReader<Chain<&'static [u8], TcpStream>>>,
    tree: TreeBuilder,
    writer: TcpStream,
}

impl Stream {
    /// Not logged in.
    pub fn open(server: &Server) -> Self {
        Self::over(open_stream(server.port()))
    }

    /// Logged in. Told along with it: the JID that the server gave.
    pub fn log_in(server: &Server, user: &str, password: &str) -> (Self, String) {
        let (socket, jid) = session(server.port(), user, password);
        (Self::over(socket), jid)
    }

    fn over(socket: TcpStream) -> Self {
        let writer = socket.try_clone().expect("a socket can be shared");
        let input = HEADER.as_bytes().chain(socket);
        Self {
            reader: RawReader::new(BufReader::new(input)),
            tree: TreeBuilder::new(),
            writer,
        }
    }

    pub fn write(&mut self, bytes: &[u8]) {
        self.writer
            .write_all(bytes)
            .expect("the server reads what it is sent");
    }

    /// The next element, or why there is none.
    pub fn read(&mut self) -> Result<Element, String> {
        loop {
            let event = match self.reader.read() {
                Ok(event) => event.ok_or("the document is over")?,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => {
                    // A connection that ends within the document is an error of its own to the parser.
                    let is_silence =
                        matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
                    assert!(!is_silence, "{error} while waiting for the server");
                    return Err(format!("{error:?}"));
                }
            };
            self.tree
                .process_event(event)
                .expect("the server writes XML");
            if self.tree.root.is_some() {
                return Err("the stream is closed".into());
            }
            if self.tree.depth() == 1
                && let Some(element) = self.tree.unshift_child()
            {
                return Ok(element);
            }
        }
    }

    /// Sends no more, and waits until the server is done with it. Returned: what it answered, if it did.
    pub fn hang_up(mut self) -> Option<Element> {
        self.writer
            .shutdown(Shutdown::Write)
            .expect("the socket is open");
        let mut answer = None;
        while let Ok(element) = self.read() {
            if element.name() == "iq" {
                answer = Some(element);
            }
        }
        answer
    }

    /// The reply under this id. Nothing else comes unasked but the end.
    pub fn reply(&mut self, id: &str) -> Element {
        let reply = self.read();
        let reply = reply.unwrap_or_else(|why| panic!("the server does not answer: {why}"));
        assert!(!reply.is("error", NS_STREAM), "{}", String::from(&reply));
        assert_eq!(reply.attr("id"), Some(id), "{}", String::from(&reply));
        reply
    }

    /// Asks something of XEP-0077 without a machine.
    pub fn ask(&mut self, kind: &str, to: Option<&str>, inside: &str) -> Element {
        let to = to.map_or_else(String::new, |to| format!(" to='{to}'"));
        let query = format!("<query xmlns='jabber:iq:register'>{inside}</query>");
        self.write(format!("<iq type='{kind}' id='ask'{to}>{query}</iq>").as_bytes());
        self.reply("ask")
    }
}
