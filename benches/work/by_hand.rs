//! The flows in straight minidom code, as somebody would write them who trusts the server: no states, no check of who
//! answers, no bounds, no checks of values.

use minidom::Element;
use minidom::rxml::{Namespace, NcName};

use super::{EMAIL, OLD_PASSWORD, PASSWORD, Replies, USERNAME};

const CLIENT: &str = "jabber:client";
const REGISTER: &str = "jabber:iq:register";
const DATA: &str = "jabber:x:data";

/// What is kept of a form.
struct Form {
    _instructions: String,
    _title: String,
    is_data: bool,
    fields: Vec<Field>,
}

struct Field {
    var: String,
    kind: String,
    _label: String,
    _required: bool,
    values: Vec<String>,
    _options: Vec<(String, String)>,
}

/// LEGACY and FORM.
pub fn register(replies: &Replies) {
    drop(get());
    let form = offered(&replies.offer, "p-1", "result");
    let values = [
        ("username", USERNAME),
        ("password", PASSWORD),
        ("email", EMAIL),
    ];
    drop(answer(&form, &values, Some("example.com")));
    assert!(is_reply(&replies.success, "p-2", "result"));
}

/// ERRORFORM.
pub fn change_password(replies: &Replies) {
    let mut query = Element::bare("query", REGISTER);
    for (name, value) in [("username", USERNAME), ("password", PASSWORD)] {
        let field = Element::builder(name, REGISTER).append(value);
        query.append_child(field.build());
    }
    drop(iq("set", "p-1", None, query));
    let form = offered(&replies.offer, "p-1", "error");
    let values = [
        ("username", USERNAME),
        ("password", PASSWORD),
        ("old_password", OLD_PASSWORD),
    ];
    drop(answer(&form, &values, None));
    assert!(is_reply(&replies.success, "p-2", "result"));
}

/// FORM from text to text.
pub fn register_in_text(offer: &str, success: &str) -> usize {
    let mut written = String::from(&get()).len();
    let offer: Element = offer.parse().expect("XML");
    let form = offered(&offer, "p-1", "result");
    let values = [
        ("username", USERNAME),
        ("password", PASSWORD),
        ("email", EMAIL),
    ];
    written += String::from(&answer(&form, &values, Some("example.com"))).len();
    let success: Element = success.parse().expect("XML");
    assert!(is_reply(&success, "p-2", "result"));
    written
}

fn get() -> Element {
    let query = Element::bare("query", REGISTER);
    iq("get", "p-1", Some("example.com"), query)
}

fn iq(kind: &str, id: &str, to: Option<&str>, payload: Element) -> Element {
    let iq = Element::builder("iq", CLIENT)
        .attr(name("type"), kind)
        .attr(name("id"), id.to_owned())
        .attr(name("to"), to);
    iq.append(payload).build()
}

fn is_reply(stanza: &Element, id: &str, kind: &str) -> bool {
    stanza.is("iq", CLIENT) && stanza.attr("id") == Some(id) && stanza.attr("type") == Some(kind)
}

fn offered(stanza: &Element, id: &str, kind: &str) -> Form {
    assert!(is_reply(stanza, id, kind));
    let query = stanza.get_child("query", REGISTER).expect("a query");
    let is_form = |x: &&Element| x.is("x", DATA) && x.attr("type") == Some("form");
    match query.children().find(is_form) {
        Some(x) => Form {
            _instructions: text_of(x, "instructions", DATA),
            _title: text_of(x, "title", DATA),
            is_data: true,
            fields: x
                .children()
                .filter(|it| it.is("field", DATA))
                .map(data_field)
                .collect(),
        },
        None => Form {
            _instructions: text_of(query, "instructions", REGISTER),
            _title: String::new(),
            is_data: false,
            fields: query
                .children()
                .filter(|it| it.name() != "instructions")
                .map(legacy_field)
                .collect(),
        },
    }
}

fn data_field(field: &Element) -> Field {
    let attribute = |name| field.attr(name).unwrap_or_default().to_owned();
    let option = |option: &Element| {
        let label = option.attr("label").unwrap_or_default().to_owned();
        (label, text_of(option, "value", DATA))
    };
    Field {
        var: attribute("var"),
        kind: attribute("type"),
        _label: attribute("label"),
        _required: field.has_child("required", DATA),
        values: field
            .children()
            .filter(|it| it.is("value", DATA))
            .map(Element::text)
            .collect(),
        _options: field
            .children()
            .filter(|it| it.is("option", DATA))
            .map(option)
            .collect(),
    }
}

fn legacy_field(field: &Element) -> Field {
    Field {
        var: field.name().to_owned(),
        kind: String::new(),
        _label: String::new(),
        _required: true,
        values: vec![field.text()],
        _options: Vec::new(),
    }
}

fn text_of(of: &Element, name: &str, ns: &str) -> String {
    let child = of.get_child(name, ns);
    child.map(Element::text).unwrap_or_default()
}

/// What was typed, and what the server had filled in.
fn answer(form: &Form, typed: &[(&str, &str)], to: Option<&str>) -> Element {
    let values = |field: &Field| match typed.iter().find(|(name, _)| *name == field.var) {
        Some((_, value)) => vec![(*value).to_owned()],
        None => field.values.clone(),
    };
    let mut query = Element::bare("query", REGISTER);
    if form.is_data {
        let x = Element::builder("x", DATA).attr(name("type"), "submit");
        let mut x = x.build();
        for field in form.fields.iter().filter(|it| it.kind != "fixed") {
            let values = values(field);
            if values.is_empty() {
                continue;
            }
            let mut element = Element::bare("field", DATA);
            element.set_attr(Namespace::NONE, name("var"), field.var.as_str());
            for value in values {
                let value = Element::builder("value", DATA).append(value);
                element.append_child(value.build());
            }
            x.append_child(element);
        }
        query.append_child(x);
    } else {
        for field in &form.fields {
            let mut element = Element::bare(field.var.as_str(), REGISTER);
            for value in values(field) {
                element.append_text_node(value);
            }
            query.append_child(element);
        }
    }
    iq("set", "p-2", to, query)
}

fn name(literal: &'static str) -> NcName {
    NcName::try_from(literal).expect("a name")
}
