//! From a filled form to the query that is sent: built anew from strings, exactly what was offered.
//!
//! Nothing of the server's tree is emitted again: minidom's writer panics on some trees that its parser accepts.

use minidom::Element;

use super::{Field, FieldKind, Form, Half};
use crate::prototype::Prototypes;

/// The payload of a submission. `username` is what to send in the field of that name, where it must be one's own.
pub(crate) fn query(form: &Form, username: Option<&str>, prototypes: &Prototypes) -> Element {
    if form.arena.half == Half::Data {
        return prototypes.query_with(submit(form, username, prototypes));
    }
    let mut query = prototypes.query();
    for field in form.fields() {
        if let Some(element) = legacy_field(field, username, prototypes) {
            query.append_child(element);
        }
    }
    query
}

fn submit(form: &Form, username: Option<&str>, prototypes: &Prototypes) -> Element {
    let mut x = prototypes.submit();
    for field in form.fields() {
        if let Some(element) = data_field(field, username, prototypes) {
            x.append_child(element);
        }
    }
    x
}

fn data_field(
    field: Field<'_>,
    username: Option<&str>,
    prototypes: &Prototypes,
) -> Option<Element> {
    let var = field.name()?;
    let mut element: Option<Element> = None;
    let mut push = |value: &str| match &mut element {
        None => element = Some(prototypes.field(var, value)),
        Some(element) => {
            element.append_child(prototypes.value(value));
        }
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
                let first = field.value();
                if kind.is_multi() {
                    field.values().for_each(&mut push);
                } else {
                    first.into_iter().for_each(&mut push);
                }
                let cleared = field.is_set() && first.is_none();
                if cleared && !field.is_sent_nothing() && !field.is_secret() {
                    // XEP-0004 section 3.6: to unset what the server has on file, the field must be there.
                    push("");
                }
            }
        }
    }
    if field.kind() == FieldKind::Hidden && element.is_none() {
        element = Some(prototypes.empty_field(var));
    }
    element
}

fn legacy_field(
    field: Field<'_>,
    username: Option<&str>,
    prototypes: &Prototypes,
) -> Option<Element> {
    let var = field.name()?;
    let value = match (field.kind(), username) {
        // The transaction key goes back unchanged, even empty (XEP-0077 section 7).
        (FieldKind::Hidden, _) => field.sent_values().next(),
        (_, Some(own)) if var == "username" && field.value().is_some() => Some(own),
        _ => field.value(),
    }?;
    Some(prototypes.legacy_field(var, value))
}
