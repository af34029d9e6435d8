//! From a filled form to the query that is sent: built anew from strings, exactly what was offered.
//!
//! Nothing of the server's tree is emitted again: minidom's writer panics on some trees that its parser accepts.

use minidom::Element;

use super::{Field, FieldKind, Form, Half};
use crate::xml::{NS_DATA, NS_REGISTER, name};

/// The payload of a submission. `username` is what to send in the field of that name, where it must be one's own.
pub(crate) fn query(form: &Form, username: Option<&str>) -> Element {
    let mut query = Element::bare("query", NS_REGISTER);
    match form.half {
        Half::Data => {
            query.append_child(submit(form, username));
        }
        Half::Legacy => {
            for field in form.fields() {
                if let Some(element) = legacy_field(field, username) {
                    query.append_child(element);
                }
            }
        }
    }
    query
}

fn submit(form: &Form, username: Option<&str>) -> Element {
    let mut x = Element::builder("x", NS_DATA)
        .attr(name("type"), "submit")
        .build();
    // Copies of one prototype share its namespace.
    let prototypes = (
        Element::bare("field", NS_DATA),
        Element::bare("value", NS_DATA),
    );
    for field in form.fields() {
        if let Some(element) = data_field(field, username, &prototypes) {
            x.append_child(element);
        }
    }
    x
}

fn data_field(
    field: Field<'_>,
    username: Option<&str>,
    (prototype, value_prototype): &(Element, Element),
) -> Option<Element> {
    let var = field.name()?;
    let mut element = None;
    let mut push = |value: &str| {
        let mut child = value_prototype.clone();
        if !value.is_empty() {
            child.append_text_node(value);
        }
        element
            .get_or_insert_with(|| prototype.clone())
            .append_child(child);
    };
    match field.kind() {
        FieldKind::Fixed => return None,
        // Back as it came, even empty.
        FieldKind::Hidden => field.sent_values().for_each(&mut push),
        kind => {
            let own = username.filter(|_| var == "username" && field.value().is_some());
            if let Some(own) = own {
                push(own);
            } else {
                let most = if kind.is_multi() { usize::MAX } else { 1 };
                field.values().take(most).for_each(&mut push);
                let cleared = field.is_set() && field.value().is_none();
                if cleared && !field.is_sent_nothing() && !field.is_secret() {
                    // XEP-0004 section 3.6: to unset what the server has on file, the field must be there.
                    push("");
                }
            }
        }
    }
    if field.kind() == FieldKind::Hidden && element.is_none() {
        element = Some(prototype.clone());
    }
    let mut element = element?;
    let none = minidom::rxml::Namespace::NONE;
    element.set_attr(none.clone(), name("var"), var);
    if var == "FORM_TYPE" {
        element.set_attr(none, name("type"), "hidden");
    }
    Some(element)
}

fn legacy_field(field: Field<'_>, username: Option<&str>) -> Option<Element> {
    let var = field.name()?;
    let value = match (field.kind(), username) {
        // The transaction key goes back unchanged, even empty (XEP-0077 section 7).
        (FieldKind::Hidden, _) => field.sent_values().next(),
        (_, Some(own)) if var == "username" && field.value().is_some() => Some(own),
        _ => field.value(),
    }?;
    let mut element = Element::bare(var, NS_REGISTER);
    if !value.is_empty() {
        element.append_text_node(value);
    }
    Some(element)
}
