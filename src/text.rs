//! Stanzas as text, for stacks that do not share [`minidom::Element`].
//!
//! A stack with another tree, or another version of minidom, or none, hands over each stanza as XML: [`read`] makes an
//! element of it, within bounds, and [`write()`] makes text of what [`Output::Send`](crate::Output::Send) holds.
//!
//! ```
//! use xmpp_registration::{Channel, Config, Event, IdPrefix, Output, Peer, RegistrationMachine, StreamNamespace, text};
//!
//! let config = Config::new(Peer::server("example.com")?, IdPrefix::new("f3a9c1")?, Channel::Encrypted);
//! let mut machine = RegistrationMachine::register(config);
//! let Some(Output::Send(get)) = machine.poll_output() else { panic!() };
//! let sent = text::write(&get);
//! assert!(sent.starts_with("<iq xmlns='jabber:client'"));
//!
//! let received = "<iq type='result' id='f3a9c1-1'><query xmlns='jabber:iq:register'><username/></query></iq>";
//! let _ = machine.handle_stanza(&text::read(received, StreamNamespace::Client)?);
//! assert!(matches!(machine.poll_output(), Some(Output::Event(Event::FormOffered(_)))));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::string::String;
use alloc::vec;

use minidom::Element;
use minidom::rxml::error::EndOrError;
use minidom::rxml::{Parse as _, RawParser};
use minidom::tree_builder::TreeBuilder;
use thiserror::Error;

use crate::config::StreamNamespace;

/// A longer text is refused unread. The largest stanzas have pictures in them, and few servers send more than 256 KiB.
///
/// ```
/// use xmpp_registration::{StreamNamespace, text};
///
/// let long = format!("<message><body>{}</body></message>", "a".repeat(text::MOST_BYTES));
/// assert_eq!(text::read(&long, StreamNamespace::Client), Err(text::TextError::TooLong));
/// ```
pub const MOST_BYTES: usize = 2 * 1024 * 1024;

/// More levels of elements than these are refused: a registration has seven.
///
/// ```
/// use xmpp_registration::{StreamNamespace, text};
///
/// let nested = |levels| "<a>".repeat(levels) + &"</a>".repeat(levels);
/// assert!(text::read(&nested(text::DEEPEST), StreamNamespace::Client).is_ok());
/// let deeper = text::read(&nested(text::DEEPEST + 1), StreamNamespace::Client);
/// assert_eq!(deeper, Err(text::TextError::TooDeep));
/// ```
pub const DEEPEST: usize = 100;

/// The parser takes time in the square of a long text that it is given at once.
const PIECE: usize = 4096;

/// Why a text is no stanza.
///
/// ```
/// use xmpp_registration::StreamNamespace;
/// use xmpp_registration::text::{self, TextError};
///
/// let error = |xml| text::read(xml, StreamNamespace::Client).unwrap_err();
/// assert_eq!(error("<iq></message>"), TextError::NotXml);
/// assert_eq!(error("<iq/><iq/>"), TextError::NotOne);
/// assert_eq!(TextError::NotOne.to_string(), "the text is not exactly one stanza");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum TextError {
    /// It is not well-formed, or holds what XMPP forbids, such as a document type.
    #[error("the stanza is no well-formed XML")]
    NotXml,
    /// It ends too early, or is more than one element.
    #[error("the text is not exactly one stanza")]
    NotOne,
    /// It is longer than [`MOST_BYTES`].
    #[error("the stanza is too long")]
    TooLong,
    /// It is deeper than [`DEEPEST`].
    #[error("the stanza is too deep")]
    TooDeep,
}

/// Reads one stanza. Where it declares no default namespace, it is in that of the stream that it came on.
///
/// Next: give it to [`handle_stanza`](crate::RegistrationMachine::handle_stanza). Of a text that cannot be read nobody
/// knows whether it was a reply: if the stack knows the id, tell it to
/// [`handle_malformed_iq`](crate::RegistrationMachine::handle_malformed_iq).
///
/// # Errors
/// [`TextError`]
///
/// ```
/// use xmpp_registration::{StreamNamespace, text};
///
/// let stanza = text::read("<iq type='result' id='f3a9c1-2'/>", StreamNamespace::Client)?;
/// assert!(stanza.is("iq", "jabber:client"));
/// # Ok::<(), text::TextError>(())
/// ```
pub fn read(text: &str, namespace: StreamNamespace) -> Result<Element, TextError> {
    if text.len() > MOST_BYTES {
        return Err(TextError::TooLong);
    }
    let stream = String::from(namespace.uri()).into();
    let mut tree = TreeBuilder::new().with_prefixes_stack(vec![stream]);
    let mut parser = RawParser::new();
    let mut rest = text.trim_ascii_start().as_bytes();
    while !rest.is_empty() {
        let (piece, later) = rest.split_at(rest.len().min(PIECE));
        let left = feed(&mut parser, &mut tree, piece)?;
        if let Some(stanza) = tree.root.take() {
            let mut behind = left.iter().chain(later);
            return if behind.all(u8::is_ascii_whitespace) {
                Ok(stanza)
            } else {
                Err(TextError::NotOne)
            };
        }
        rest = later;
    }
    Err(TextError::NotOne)
}

/// Gives the parser a piece; what is left of it begins behind the stanza.
fn feed<'a>(
    parser: &mut RawParser,
    tree: &mut TreeBuilder,
    mut piece: &'a [u8],
) -> Result<&'a [u8], TextError> {
    loop {
        let event = match parser.parse(&mut piece, false) {
            Ok(Some(event)) => event,
            Ok(None) | Err(EndOrError::NeedMoreData) => return Ok(piece),
            Err(EndOrError::Error(_)) => return Err(TextError::NotXml),
        };
        tree.process_event(event).map_err(|_| TextError::NotXml)?;
        if tree.depth() > DEEPEST {
            return Err(TextError::TooDeep);
        }
        if tree.root.is_some() {
            return Ok(piece);
        }
    }
}

/// Writes a stanza that this crate has made. It may hold a password: never log it.
///
/// The namespace of the stream is written, too, which is right everywhere: in a frame of its own (RFC 7395), and inside
/// a stream, where it says what is so anyway.
///
/// ```
/// use xmpp_registration::{Channel, Config, IdPrefix, Output, Peer, RegistrationMachine, text};
///
/// let config = Config::new(Peer::server("example.com")?, IdPrefix::new("f3a9c1")?, Channel::Encrypted);
/// let mut machine = RegistrationMachine::register(config);
/// let Some(Output::Send(stanza)) = machine.poll_output() else { unreachable!() };
/// assert!(text::write(&stanza).starts_with("<iq xmlns='jabber:client'"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn write(stanza: &Element) -> String {
    stanza.into()
}

#[cfg(test)]
mod tests;
