//! Reading stanzas as they stand on a stream, and comparing them by what they mean.

use std::fmt::Write;

use minidom::rxml::{Namespace, NcName};
use minidom::{Element, Node};

pub const NS_STREAM: &str = "http://etherx.jabber.org/streams";

/// Reads one element of a client's stream: the stream's own declarations are in force.
#[track_caller]
pub fn parse(xml: &str) -> Element {
    let stream = format!(
        "<stream:stream xmlns='jabber:client' xmlns:stream='{NS_STREAM}'>{xml}</stream:stream>"
    );
    let stream: Element = match stream.parse() {
        Ok(stream) => stream,
        Err(error) => panic!("{error} in {xml}"),
    };
    let mut children = stream.children();
    match (children.next(), children.next()) {
        (Some(element), None) => element.clone(),
        _ => panic!("not one element: {xml}"),
    }
}

/// The same stanza under another id.
pub fn with_id(stanza: &Element, id: &str) -> Element {
    with(stanza, "id", id)
}

/// The same stanza with another value of an attribute.
pub fn with(stanza: &Element, attribute: &str, value: &str) -> Element {
    let mut stanza = stanza.clone();
    let name = NcName::try_from(attribute).expect("a name");
    stanza.set_attr(Namespace::NONE, name, value);
    stanza
}

/// Fails unless both mean the same but for the id of the outermost element.
#[track_caller]
pub fn assert_same(got: &Element, wanted: &Element, at: &str) {
    let (got, wanted) = (
        canonical(&with_id(got, "")),
        canonical(&with_id(wanted, "")),
    );
    assert_eq!(got, wanted, "at {at}");
}

/// A text that is equal for two elements that mean the same, whatever the prefixes, the order of the attributes, and the
/// white space between elements. White space around a text counts: it may be part of a password.
pub fn canonical(element: &Element) -> String {
    let mut text = format!("<{{{}}}{}", element.ns(), element.name());
    let attributes = element.attrs().iter();
    let mut attributes: Vec<String> = attributes
        .map(|((ns, name), value)| format!(" {{{ns}}}{name}={value:?}"))
        .collect();
    attributes.sort();
    text.extend(attributes);
    text.push('>');
    let between_elements = element.children().next().is_some();
    for node in element.nodes() {
        match node {
            Node::Element(child) => text.push_str(&canonical(child)),
            Node::Text(blank) if between_elements && blank.trim().is_empty() => (),
            Node::Text(part) => write!(text, "{part:?}").expect("a string takes everything"),
        }
    }
    text.push_str("</>");
    text
}
