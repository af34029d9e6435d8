//! Elements of which every request is made, built once for a peer.
//!
//! A copy shares the namespace of what it is copied from, and an attribute's name need not be checked anew: that saves
//! two allocations an element, and a good part of the work of a request.

use alloc::string::String;

use minidom::Element;
use minidom::rxml::{Namespace, NcName};

use crate::config::StreamNamespace;
use crate::xml::{NS_DATA, NS_REGISTER, name};

/// What nearly every server asks for in the old way, and what a change of the password sends.
const USUAL: [&str; 3] = ["username", "password", "email"];

pub(crate) struct Prototypes {
    iq: Element,
    query: Element,
    usual: [Element; 3],
    submit: Element,
    field: Element,
    value: Element,
    id: NcName,
    to: NcName,
    kind: NcName,
    var: NcName,
}

impl Prototypes {
    pub fn new() -> Self {
        Prototypes {
            iq: Element::bare("iq", StreamNamespace::Client.uri()),
            query: Element::bare("query", NS_REGISTER),
            usual: USUAL.map(|name| Element::bare(name, NS_REGISTER)),
            submit: Element::bare("x", NS_DATA),
            field: Element::bare("field", NS_DATA),
            value: Element::bare("value", NS_DATA),
            id: name("id"),
            to: name("to"),
            kind: name("type"),
            var: name("var"),
        }
    }

    /// An IQ without a payload.
    pub fn iq(&self, ns: StreamNamespace, kind: &str, id: String, to: Option<&str>) -> Element {
        let mut iq = if ns == StreamNamespace::Client {
            self.iq.clone()
        } else {
            Element::bare("iq", ns.uri())
        };
        iq.set_attr(Namespace::NONE, self.kind.clone(), kind);
        iq.set_attr(Namespace::NONE, self.id.clone(), id);
        if let Some(to) = to {
            iq.set_attr(Namespace::NONE, self.to.clone(), to);
        }
        iq
    }

    /// An empty query of `jabber:iq:register`.
    pub fn query(&self) -> Element {
        self.query.clone()
    }

    /// A field of the old way.
    pub fn legacy_field(&self, name: &str, value: &str) -> Element {
        let usual = USUAL.iter().position(|usual| *usual == name);
        let mut field = match usual {
            Some(at) => self.usual[at].clone(),
            None => Element::bare(name, NS_REGISTER),
        };
        if !value.is_empty() {
            field.append_text_node(value);
        }
        field
    }

    /// A data form that is submitted, without fields.
    pub fn submit(&self) -> Element {
        let mut x = self.submit.clone();
        x.set_attr(Namespace::NONE, self.kind.clone(), "submit");
        x
    }

    /// A field of a data form, without values.
    pub fn field(&self, var: &str) -> Element {
        let mut field = self.field.clone();
        field.set_attr(Namespace::NONE, self.var.clone(), var);
        if var == "FORM_TYPE" {
            field.set_attr(Namespace::NONE, self.kind.clone(), "hidden");
        }
        field
    }

    /// One value of a field.
    pub fn value(&self, text: &str) -> Element {
        let mut value = self.value.clone();
        if !text.is_empty() {
            value.append_text_node(text);
        }
        value
    }
}
