//! The stream of the guide, which readers copy.

use std::io::{self, Cursor, Read, Write};

use minidom::Element;

#[path = "../src/guide/xml_stream.rs"]
#[allow(dead_code, reason = "there is nothing to connect to")]
mod xml_stream;

use xml_stream::XmlStream;

trait Stream {
    fn send(&mut self, stanza: &Element);
    fn receive(&mut self) -> Option<Element>;
}

const HEADER: &str = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' \
     xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
const FEATURES: &str =
    "<stream:features><register xmlns='http://jabber.org/features/iq-register'/></stream:features>";

/// What is read, in pieces of so many bytes, and where to keep what is written.
struct Fake<'a>(Cursor<String>, usize, &'a mut String);

impl Read for Fake<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(self.1);
        self.0.read(&mut buffer[..length])
    }
}

impl Write for Fake<'_> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        *self.2 += std::str::from_utf8(piece).expect("XML is text");
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether a stanza comes through that follows the features.
fn passes(stanza: &str) -> bool {
    let script = format!("{HEADER}{FEATURES}{stanza}");
    let mut sent = String::new();
    let fake = Fake(Cursor::new(script), usize::MAX, &mut sent);
    let mut stream = XmlStream::open(fake, "example.com").expect("the features came");
    stream.receive().is_some()
}

#[test]
fn stanzas_come_one_by_one_in_whatever_pieces() {
    let stanzas =
        "<iq id='1'/>\n<iq id='2'><query xmlns='jabber:iq:register'/></iq></stream:stream>";
    for piece in [1, 7, usize::MAX] {
        let script = Cursor::new(format!("{HEADER}{FEATURES} {stanzas}"));
        let mut sent = String::new();
        let mut stream = XmlStream::open(Fake(script, piece, &mut sent), "example.com")
            .expect("the features came");
        let first = stream.receive().expect("it came");
        assert!(first.is("iq", "jabber:client"));
        assert_eq!(first.attr("id"), Some("1"));
        stream.send(&first);
        let second = stream.receive().expect("it came");
        assert!(second.has_child("query", "jabber:iq:register"));
        assert_eq!(stream.receive(), None);
        drop(stream);
        let (header, stanza) = sent.split_once('>').expect("the header goes first");
        assert!(header.ends_with("to='example.com'"), "{header}");
        assert_eq!(stanza, "<iq xmlns='jabber:client' id='1'/>");
    }
}

#[test]
fn depth_and_size_are_bounded() {
    let nested = |depth| "<a>".repeat(depth) + &"</a>".repeat(depth);
    assert!(passes(&nested(99)));
    assert!(!passes(&nested(100)));
    let wide = |count| format!("<a>{}</a>", "<b/>".repeat(count));
    assert!(passes(&wide(60_000)));
    assert!(!passes(&wide(70_000)));
    let long = |length| format!("<a>{}</a>", "b".repeat(length));
    assert!(passes(&long(250_000)));
    assert!(!passes(&long(300_000)));
}

/// The bound is that of one stanza, not of all.
#[test]
fn many_stanzas_may_come() {
    let script = format!("{HEADER}{FEATURES}{}", "<iq id='1'/>".repeat(40_000));
    let mut sent = String::new();
    let fake = Fake(Cursor::new(script), usize::MAX, &mut sent);
    let mut stream = XmlStream::open(fake, "example.com").expect("the features came");
    assert_eq!(std::iter::from_fn(|| stream.receive()).count(), 40_000);
}

#[test]
fn no_stream_is_an_error() {
    let error = format!(
        "{HEADER}<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
    );
    for (script, told) in [
        (error.as_str(), "host-unknown"),
        ("<html><body/>", "unexpected end of file"),
        ("SSH-2.0", "unexpected end of file"),
        (HEADER, "unexpected end of file"),
    ] {
        let mut sent = String::new();
        let fake = Fake(Cursor::new(script.to_owned()), usize::MAX, &mut sent);
        let Err(error) = XmlStream::open(fake, "example.com") else {
            panic!("{script} is no stream");
        };
        assert!(error.to_string().contains(told), "{error}");
    }
}
