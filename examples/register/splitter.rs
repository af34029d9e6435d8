//! Cuts the one long XML document that an XMPP stream is into its stanzas.
//!
//! minidom's own reader and tree builder do the work; what is added here are the bounds that
//! neither of them has, so that a hostile peer can neither exhaust the memory nor the stack.
//! Both ends read with it: the client, and the server of `examples/serve.rs`.

use std::fmt;
use std::io::{self, BufReader, ErrorKind, Read};

use minidom::Element;
use minidom::rxml::{RawEvent, RawParser, RawReader};
use minidom::tree_builder::TreeBuilder;

use crate::xml::NS_STREAMS;

/// Trees are dropped, and shown by `--trace`, recursively: deeper ones than this are not built.
const MAX_DEPTH: usize = 64;
/// How many bytes one stanza may have. A form with a picture needs some 100 KB.
const MAX_BYTES: usize = 4 << 20;
/// How many elements and attributes one stanza may have: in memory each takes up to 1 KB,
/// even those that take only five bytes on the wire.
const MAX_NODES: usize = 100_000;
/// The parser takes quadratic time on one large piece of text, so it is fed in small pieces.
const PIECE: usize = 4096;

/// Why there is no next element.
pub enum StreamEnd {
    /// The peer sent a `<stream:error/>`; it closes the stream after that.
    StreamError(Element),
    /// The peer closed the stream, or the connection.
    Closed,
    /// Nothing complete came in time. The only case after which reading may go on.
    TimedOut,
    /// What came is no XMPP, too large, or the connection failed.
    Broken(String),
}

impl fmt::Display for StreamEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StreamError(error) => {
                let condition = error.children().find(|child| child.name() != "text");
                let condition = condition.map_or("undefined-condition", Element::name);
                write!(f, "the server ended the stream: {condition}")
            }
            Self::Closed => f.write_str("the server closed the connection"),
            Self::TimedOut => f.write_str("the server did not answer in time"),
            Self::Broken(why) => write!(f, "the stream broke: {why}"),
        }
    }
}

/// Not derived, since minidom's would print all that the peer sent.
impl fmt::Debug for StreamEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StreamEnd({self})")
    }
}

impl std::error::Error for StreamEnd {}

impl From<io::Error> for StreamEnd {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // Which of the two it is depends on the operating system.
            ErrorKind::WouldBlock | ErrorKind::TimedOut => Self::TimedOut,
            ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Broken(error.to_string()),
        }
    }
}

/// Reads stanzas from `T`.
pub struct Splitter<T: Read> {
    reader: RawReader<BufReader<T>>,
    tree: TreeBuilder,
    bytes: usize,
    nodes: usize,
    over: bool,
}

impl<T: Read> Splitter<T> {
    /// Starts to read a stream.
    pub fn new(io: T) -> Self {
        Self {
            reader: RawReader::new(BufReader::with_capacity(PIECE, io)),
            tree: TreeBuilder::new(),
            bytes: 0,
            nodes: 0,
            over: false,
        }
    }

    /// What is read from, to write to it.
    pub fn io(&mut self) -> &mut T {
        self.reader.inner_mut().get_mut()
    }

    /// Whether bytes came that were not looked at yet.
    pub fn has_unread(&self) -> bool {
        !self.reader.inner().buffer().is_empty()
    }

    /// Expects a new XML document from here on: after STARTTLS, and after a login.
    pub fn restart(&mut self) {
        *self.reader.parser_mut() = RawParser::new();
        self.tree = TreeBuilder::new();
        (self.bytes, self.nodes) = (0, 0);
    }

    /// Reads the peer's `<stream:stream>`, and tells whether it has a version, that is whether
    /// features follow.
    pub fn read_header(&mut self) -> Result<bool, StreamEnd> {
        while self.tree.depth() == 0 {
            self.step()?;
        }
        match self.tree.top() {
            Some(top) if top.is("stream", NS_STREAMS) => Ok(top.attr("version").is_some()),
            _ => Err(self.broken("the server does not speak XMPP")),
        }
    }

    /// An attribute of the peer's `<stream:stream>`, once it was read.
    pub fn header(&mut self, name: &str) -> Option<String> {
        self.tree
            .top()
            .and_then(|top| top.attr(name))
            .map(str::to_owned)
    }

    /// Reads the next stanza, or other child of the stream.
    pub fn read(&mut self) -> Result<Element, StreamEnd> {
        loop {
            self.step()?;
            if self.tree.depth() != 1 {
                continue;
            }
            // This also drops the white space between stanzas, which keeps connections alive.
            match self.tree.unshift_child() {
                Some(error) if error.is("error", NS_STREAMS) => {
                    self.over = true;
                    return Err(StreamEnd::StreamError(error));
                }
                Some(element) => return Ok(element),
                None => {}
            }
        }
    }

    /// Takes one event from the parser into the tree.
    fn step(&mut self) -> Result<(), StreamEnd> {
        if self.over {
            return Err(StreamEnd::Closed);
        }
        let event = match self.reader.read() {
            Ok(Some(event)) => event,
            Ok(None) => return Err(self.closed()),
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            Err(error) => {
                let end = StreamEnd::from(error);
                self.over = !matches!(end, StreamEnd::TimedOut);
                return Err(end);
            }
        };
        if matches!(event, RawEvent::ElementHeadOpen(..)) && self.tree.depth() == 1 {
            (self.bytes, self.nodes) = (0, 0);
        }
        self.bytes += event.metrics().len();
        if matches!(
            event,
            RawEvent::ElementHeadOpen(..) | RawEvent::Attribute(..)
        ) {
            self.nodes += 1;
        }
        if let Err(error) = self.tree.process_event(event) {
            return Err(self.broken(&error.to_string()));
        }
        if self.tree.root.is_some() {
            return Err(self.closed());
        }
        if self.tree.depth() > MAX_DEPTH || self.nodes > MAX_NODES || self.bytes > MAX_BYTES {
            return Err(self.broken("a stanza is too large, or nested too deeply"));
        }
        Ok(())
    }

    fn closed(&mut self) -> StreamEnd {
        self.over = true;
        StreamEnd::Closed
    }

    fn broken(&mut self, why: &str) -> StreamEnd {
        self.over = true;
        StreamEnd::Broken(why.to_owned())
    }
}
