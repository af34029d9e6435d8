//! The few things about XML and minidom that every other file needs: namespaces, names, and which characters may be written.

use alloc::string::String;
use core::fmt::{self, Write as _};

use minidom::Element;
use minidom::rxml::{Namespace, NcName};
use zeroize::Zeroize;

pub(crate) const NS_REGISTER: &str = "jabber:iq:register";
/// What a form is for that has this as its `FORM_TYPE` (XEP-0077 section 14.4).
pub(crate) const NS_CANCEL: &str = "jabber:iq:register:cancel";
pub(crate) const NS_CHANGE_PASSWORD: &str = "jabber:iq:register:changepassword";
pub(crate) const NS_DATA: &str = "jabber:x:data";
pub(crate) const NS_OOB: &str = "jabber:x:oob";
pub(crate) const NS_STANZAS: &str = "urn:ietf:params:xml:ns:xmpp-stanzas";
pub(crate) const NS_STREAMS: &str = "urn:ietf:params:xml:ns:xmpp-streams";
pub(crate) const NS_PREAUTH: &str = "urn:xmpp:pars:0";
pub(crate) const NS_VALIDATE: &str = "http://jabber.org/protocol/xdata-validate";
pub(crate) const NS_BOB: &str = "urn:xmpp:bob";
pub(crate) const NS_MEDIA: &str = "urn:xmpp:media-element";

/// A name that this crate itself chose, as minidom wants it.
pub(crate) fn name(literal: &'static str) -> NcName {
    NcName::try_from(literal).expect("every name in this crate's source is an NCName")
}

/// The `xml:lang` of an element. `attr("xml:lang")` never finds it: the prefix is resolved while parsing.
pub(crate) fn lang(element: &Element) -> Option<&str> {
    element.attr_ns(Namespace::xml(), "lang")
}

/// The position, in characters, of the first one that XML 1.0 forbids (section 2.2, production `Char`).
///
/// minidom's writer panics on such a character, so nothing a caller sets may go into a stanza without this check.
pub(crate) fn forbidden(text: &str) -> Option<usize> {
    // What XML forbids is in UTF-8 below 0x20 or begins with 0xEF. Most texts have none of these bytes, and to see that
    // takes a fraction of decoding them.
    let harmless = |all: bool, byte: &u8| all & (0x20..0xEF).contains(byte);
    if text.as_bytes().iter().fold(true, harmless) {
        return None;
    }
    text.chars().position(|c| !is_allowed(c))
}

fn is_allowed(c: char) -> bool {
    // A `char` is never a surrogate, so only the C0 controls and the two non-characters of the first plane are left.
    matches!(c, '\t' | '\n' | '\r' | ' '..) && !matches!(c, '\u{FFFE}' | '\u{FFFF}')
}

/// Appends the text of an element: a long one arrives as several text nodes.
pub(crate) fn push_text(to: &mut String, element: &Element) {
    for part in element.texts() {
        to.push_str(part);
    }
}

/// A peer's text, as it may stand in a message or a log: on one line, and with nothing that a terminal obeys.
pub(crate) struct Shown<T>(pub T);

impl<T: AsRef<str>> fmt::Display for Shown<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |c: char| if is_plain(c) { c } else { ' ' };
        let mut text = self.0.as_ref().chars();
        text.try_for_each(|c| f.write_char(plain(c)))
    }
}

/// Neither a control, nor the end of a line or a paragraph, nor what turns the direction of all that follows.
fn is_plain(c: char) -> bool {
    let turns = matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    !(c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}'))
}

/// Whether an element holds text that is more than white space.
pub(crate) fn has_words(element: &Element) -> bool {
    element.texts().any(|part| !part.trim().is_empty())
}

/// Overwrites the texts and attributes of a tree that this crate built itself, and that is therefore only a few levels
/// deep.
pub(crate) fn wipe(element: &mut Element) {
    element.attrs_mut().values_mut().for_each(Zeroize::zeroize);
    element.texts_mut().for_each(Zeroize::zeroize);
    element.children_mut().for_each(wipe);
}

/// The first child element of this name and namespace.
pub(crate) fn child<'a>(of: &'a Element, name: &str, ns: &str) -> Option<&'a Element> {
    of.children().find(|child| child.is(name, ns))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_characters_are_those_of_xml_1_0() {
        // Miri looks at some, and where they change.
        const STEP: usize = if cfg!(miri) { 997 } else { 1 };
        let edges = ['\u{D7FF}', '\u{E000}', '\u{FFFD}', '\u{FFFE}', '\u{FFFF}'];
        let all = ('\0'..=char::MAX).step_by(STEP);
        for c in all.chain('\0'..='\u{20}').chain(edges) {
            let allowed = matches!(c, '\u{9}' | '\u{A}' | '\u{D}' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
            let mut buffer = [0; 4];
            assert_eq!(
                forbidden(c.encode_utf8(&mut buffer)).is_none(),
                allowed,
                "{c:?}"
            );
        }
        assert_eq!(forbidden("ab\u{1}"), Some(2));
    }
}
