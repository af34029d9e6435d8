//! Elements of which every request is made, built once for a peer.
//!
//! A copy shares the namespace of what it is copied from, and an attribute's name need not be checked anew: that saves
//! two allocations an element, and a good part of the work of a request. And a copy has room for as many children as it
//! has, where an element that grows takes room for four at once: so what will have one child is copied with an empty
//! text in its place.

use alloc::string::String;

use minidom::rxml::{Namespace, NcName};
use minidom::{Element, Node};

use crate::config::StreamNamespace;
use crate::xml::{NS_DATA, NS_REGISTER, name};

/// What nearly every server asks for in the old way, and what a change of the password sends.
const USUAL: [&str; 3] = ["username", "password", "email"];

pub(crate) struct Prototypes {
    get: Element,
    set: Element,
    query: Element,
    query_of_one: Element,
    usual: [Element; 3],
    submit: Element,
    field: Element,
    value: Element,
    id: NcName,
    kind: NcName,
    var: NcName,
}

impl Prototypes {
    /// `to` is where requests go.
    pub fn new(to: Option<&str>) -> Self {
        Prototypes {
            get: envelope(StreamNamespace::Client, "get", to),
            set: envelope(StreamNamespace::Client, "set", to),
            query: Element::bare("query", NS_REGISTER),
            query_of_one: with_place("query", NS_REGISTER),
            usual: USUAL.map(|name| with_place(name, NS_REGISTER)),
            submit: Element::bare("x", NS_DATA),
            field: with_place("field", NS_DATA),
            value: with_place("value", NS_DATA),
            id: name("id"),
            kind: name("type"),
            var: name("var"),
        }
    }

    /// An IQ around its payload.
    pub fn iq(&self, ns: StreamNamespace, kind: &str, id: String, payload: Element) -> Element {
        let prototype = if kind == "get" { &self.get } else { &self.set };
        let mut iq = if ns == StreamNamespace::Client {
            prototype.clone()
        } else {
            envelope(ns, kind, prototype.attr("to"))
        };
        set(&mut iq, &self.id, id);
        put(&mut iq, Node::Element(payload));
        iq
    }

    /// An empty query of `jabber:iq:register`.
    pub fn query(&self) -> Element {
        self.query.clone()
    }

    /// A query of `jabber:iq:register` around a data form.
    pub fn query_with(&self, form: Element) -> Element {
        let mut query = self.query_of_one.clone();
        put(&mut query, Node::Element(form));
        query
    }

    /// A field of the old way.
    pub fn legacy_field(&self, name: &str, value: &str) -> Element {
        let usual = USUAL.iter().position(|usual| *usual == name);
        let field = match usual {
            Some(at) => self.usual[at].clone(),
            None => with_place(name, NS_REGISTER),
        };
        with_text(field, value)
    }

    /// A data form that is submitted, without fields.
    pub fn submit(&self) -> Element {
        let mut x = self.submit.clone();
        set(&mut x, &self.kind, "submit".into());
        x
    }

    /// A field of a data form, with its first value.
    pub fn field(&self, var: &str, value: &str) -> Element {
        let mut field = self.field.clone();
        put(&mut field, Node::Element(self.value(value)));
        self.name(&mut field, var);
        field
    }

    /// A field of a data form, without values.
    pub fn empty_field(&self, var: &str) -> Element {
        let mut field = self.field.clone();
        drop(field.take_nodes());
        self.name(&mut field, var);
        field
    }

    /// One value of a field.
    pub fn value(&self, text: &str) -> Element {
        with_text(self.value.clone(), text)
    }

    fn name(&self, field: &mut Element, var: &str) {
        set(field, &self.var, var.into());
        if var == "FORM_TYPE" {
            set(field, &self.kind, "hidden".into());
        }
    }
}

/// An IQ with a place for its payload, and without an id.
fn envelope(ns: StreamNamespace, kind: &str, to: Option<&str>) -> Element {
    let mut iq = with_place("iq", ns.uri());
    set(&mut iq, &name("type"), kind.into());
    if let Some(to) = to {
        set(&mut iq, &name("to"), to.into());
    }
    iq
}

/// An element with a place for one child.
fn with_place(name: &str, ns: &str) -> Element {
    let mut element = Element::bare(name, ns);
    element.append_text_node("");
    element
}

/// Puts a text into the place for it; an empty one is none.
fn with_text(mut element: Element, text: &str) -> Element {
    if text.is_empty() {
        drop(element.take_nodes());
    } else {
        put(&mut element, Node::Text(text.into()));
    }
    element
}

/// Puts a child into the place for it.
fn put(element: &mut Element, child: Node) {
    let place = element.nodes_mut().next();
    *place.expect("what is put into was made with a place") = child;
}

/// Sets an attribute that is not there yet, for which `set_attr` would look first.
fn set(element: &mut Element, name: &NcName, value: String) {
    let before = element
        .attrs_mut()
        .insert(Namespace::NONE, name.clone(), value);
    debug_assert!(before.is_none(), "{name} was set before");
}
