//! Shows what a server sent, or what it is sent, without the secrets in it and without anything
//! that a terminal would obey.
//!
//! Two nets, since either has holes: the places where secrets belong are hidden whatever they
//! hold, and the secrets that the program knows are hidden wherever they turn up. Servers do
//! repeat passwords in their error replies.

use std::cell::RefCell;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use minidom::{Element, Node};

use crate::xml::{NS_CLIENT, NS_REGISTER, NS_SASL};

const HIDDEN: &str = "***";
const NS_DATA: &str = "jabber:x:data";
const NS_BOB: &str = "urn:xmpp:bob";
const NS_XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Knows the program's secrets. Clones share them.
#[derive(Clone, Default)]
pub struct Redactor {
    secrets: Rc<RefCell<Vec<String>>>,
}

impl Redactor {
    /// Hides this secret from now on, also escaped or in Base64.
    pub fn add(&self, secret: &str) {
        let mut secrets = self.secrets.borrow_mut();
        let forms = [
            secret.to_owned(),
            secret.trim().to_owned(),
            escape(secret),
            BASE64.encode(secret),
        ];
        for form in forms {
            if !form.is_empty() && !secrets.contains(&form) {
                secrets.push(form);
            }
        }
    }

    /// A server's text for the terminal: line breaks and tabs stay, other controls do not.
    pub fn text(&self, text: &str) -> String {
        let visible = |c| {
            if matches!(c, '\n' | '\t') {
                c
            } else {
                printable(c)
            }
        };
        self.hide(text).chars().map(visible).collect()
    }

    /// A stanza as one line of XML for the terminal.
    pub fn xml(&self, element: &Element) -> String {
        let mut line = String::new();
        self.write(&mut line, element, None, false);
        // Again, for secrets in names, or with a part in one node and a part in the next.
        self.hide(&line)
    }

    fn write(&self, out: &mut String, element: &Element, parent: Option<&Element>, hidden: bool) {
        let hidden = hidden || holds_secret(element, parent);
        let name: String = element.name().chars().map(printable).collect();
        out.extend(["<", &name]);
        self.write_attributes(out, element, parent, hidden);
        if element.nodes().next().is_none() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        let mut text = String::new();
        for node in element.nodes() {
            match node {
                Node::Text(piece) => text += piece,
                Node::Element(child) => {
                    out.push_str(&self.value(&text, hidden));
                    text.clear();
                    self.write(out, child, Some(element), hidden);
                }
            }
        }
        out.push_str(&self.value(&text, hidden));
        out.extend(["</", &name, ">"]);
    }

    fn write_attributes(
        &self,
        out: &mut String,
        element: &Element,
        parent: Option<&Element>,
        hidden: bool,
    ) {
        let ns = element.ns();
        if ns != parent.map_or_else(|| NS_CLIENT.to_owned(), Element::ns) {
            out.extend([" xmlns='", &self.value(&ns, false), "'"]);
        }
        for ((space, key), value) in element.attrs() {
            let key: &str = key.as_ref();
            let prefix = if space.as_str() == NS_XML {
                " xml:"
            } else {
                " "
            };
            let hide = key == "token" || (hidden && key != "mechanism");
            out.extend([prefix, key, "='", &self.value(value, hide), "'"]);
        }
    }

    fn value(&self, value: &str, hidden: bool) -> String {
        if hidden && !value.is_empty() {
            HIDDEN.to_owned()
        } else {
            escape(&self.hide(value))
        }
    }

    /// Replaces what is part of a known secret. Secrets may overlap, so first it is marked.
    fn hide(&self, text: &str) -> String {
        let mut secret = vec![false; text.len()];
        for form in self.secrets.borrow().iter() {
            let mut from = 0;
            while let Some(at) = text[from..].find(form.as_str()).map(|at| from + at) {
                secret[at..at + form.len()].fill(true);
                from = at + text[at..].chars().next().map_or(1, char::len_utf8);
            }
        }
        let mut out = String::with_capacity(text.len());
        for (at, c) in text.char_indices() {
            if !secret[at] {
                out.push(c);
            } else if at == 0 || !secret[at - 1] {
                out += HIDDEN;
            }
        }
        out
    }
}

/// Whether the element's content is to be hidden for where it stands. What is not known to be
/// harmless is taken for a secret.
fn holds_secret(element: &Element, parent: Option<&Element>) -> bool {
    const HARMLESS: [&str; 5] = ["query", "instructions", "registered", "remove", "username"];
    const SASL_DATA: [&str; 4] = ["auth", "challenge", "response", "success"];
    let name = element.name();
    match element.ns().as_str() {
        NS_REGISTER => !HARMLESS.contains(&name),
        NS_SASL => SASL_DATA.contains(&name),
        // No secret, but nothing to look at either: a picture in Base64.
        NS_BOB => name == "data",
        NS_DATA if name == "value" => !parent.is_some_and(|parent| {
            parent.name() == "option"
                || parent.attr("type") == Some("fixed")
                || matches!(parent.attr("var"), Some("FORM_TYPE" | "username"))
        }),
        _ => matches!(name, "password" | "old_password" | "new_password" | "key"),
    }
}

/// Text as it stands in XML, on one line.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '\'' => out += "&apos;",
            '"' => out += "&quot;",
            '\n' => out += "&#10;",
            '\t' => out += "&#9;",
            c => out.push(printable(c)),
        }
    }
    out
}

/// The character, or a replacement where a terminal would do something else than show it:
/// control characters start its commands, and directional ones make text read otherwise than
/// it was written.
fn printable(c: char) -> char {
    let directional =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if c.is_control() || directional {
        char::REPLACEMENT_CHARACTER
    } else {
        c
    }
}
