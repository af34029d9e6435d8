//! Looking at what a server offers without copying it.

use minidom::Element;
use minidom::rxml::NcName;

use super::FieldKind;
use crate::xml::{NS_DATA, NS_REGISTER};

/// Whether this child of the query asks for something, the old way.
///
/// A name that the schema lacks was offered all the same, so it is a field; one that XML cannot hold as a name only
/// comes from an element made by hand, and could not be written back.
pub(crate) fn is_legacy_field(child: &Element) -> bool {
    child.has_ns(NS_REGISTER)
        && !matches!(
            child.name(),
            "instructions" | "registered" | "remove" | "query"
        )
        && is_writable(child.name())
}

/// Whether XML can hold it as a name without a prefix. Most names are plain, which is seen at a glance.
fn is_writable(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let begins_with_letter = name.starts_with(|c: char| c.is_ascii_alphabetic());
    (begins_with_letter && name.bytes().all(plain)) || NcName::try_from(name).is_ok()
}

/// What a form can be filled with, without reading it: whether it has a field to be seen, and one to be sent.
pub(crate) struct Glance {
    pub visible: bool,
    pub sendable: bool,
}

/// Whether a data form has a field to be sent.
pub(crate) fn is_sendable(x: &Element) -> bool {
    let mut fields = x.children().filter(|child| child.is("field", NS_DATA));
    fields.any(|field| sendable_kind(field).is_some())
}

/// Looks at a data form without copying anything.
pub(crate) fn glance(x: &Element) -> Glance {
    let mut glance = Glance {
        visible: false,
        sendable: false,
    };
    for field in x.children().filter(|child| child.is("field", NS_DATA)) {
        let Some(kind) = sendable_kind(field) else {
            continue;
        };
        glance.sendable = true;
        if kind.is_visible() && field.attr("var") != Some("FORM_TYPE") {
            glance.visible = true;
            break;
        }
    }
    glance
}

/// The kind of a field that can be sent. One without a name cannot, whatever its kind.
fn sendable_kind(field: &Element) -> Option<FieldKind> {
    field.attr("var").filter(|it| !it.is_empty())?;
    Some(FieldKind::from_name(field.attr("type"))).filter(|it| *it != FieldKind::Fixed)
}
