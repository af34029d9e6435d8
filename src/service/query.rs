//! From an offer to the query that carries it, and to the form that a submission is checked against.

use minidom::Element;

use super::captcha::Captcha;
use super::data_form::FormField;
use super::form_xml;
use super::offer::Parts;
use super::request::Purpose;
use super::request::{LONGEST_ID, LONGEST_JID};
use crate::config::{IdPrefix, Limits, StreamNamespace};
use crate::error::Violation;
use crate::form::{Form, Origin, read};
use crate::offer::{self, Offered};
use crate::xml::{self, NS_CANCEL, NS_CHANGE_PASSWORD, NS_OOB, NS_REGISTER};

/// The `FORM_TYPE` of a form with a challenge, as servers send it.
pub(super) const CAPTCHA_TYPE: &str = "urn:xmpp:captcha";

/// The hidden field of a demanded form whose type does not say what it is for (XEP-0068 section 3.2 has the prefix).
pub(super) const DEMANDED_FOR: &str = "x-demanded-for";

/// What a form says of the request that it was made for.
#[derive(Clone, Copy)]
pub(super) struct Trigger<'a> {
    /// For a challenge (XEP-0158 section 3.1.2), as the next one.
    pub from: &'a str,
    pub sid: Option<&'a str>,
    /// What it is demanded for, if it is.
    pub purpose: Option<Purpose>,
}

/// What the longest request would have a form say: whatever is offered must fit then, too.
pub(super) const LONGEST: Trigger<'static> = Trigger {
    from: xs(&[b'x'; LONGEST_JID]),
    sid: Some(xs(&[b'x'; LONGEST_ID])),
    // No type says it, and no word for one is longer.
    purpose: Some(Purpose::Register),
};

const fn xs(all: &'static [u8]) -> &'static str {
    match core::str::from_utf8(all) {
        Ok(text) => text,
        Err(_) => "",
    }
}

/// `<query/>` with everything that is offered, in the order of XEP-0077's schema.
pub(super) fn offer(parts: &Parts, trigger: Trigger<'_>) -> Element {
    let mut query = fields(parts);
    if let Some(x) = form(parts, trigger) {
        query.append_child(x);
    }
    if let Some(url) = &parts.url {
        let mut oob = Element::bare("x", NS_OOB);
        oob.append_child(text("url", NS_OOB, url));
        query.append_child(oob);
    }
    append_data(&mut query, parts);
    query
}

/// `<query/>` with the data form alone, as it stands in an error (XEP-0077 sections 3.2 and 3.3).
pub(super) fn demand(parts: &Parts, trigger: Trigger<'_>) -> Option<Element> {
    let mut query = Element::bare("query", NS_REGISTER);
    query.append_child(form_to_fill_in(parts, trigger)?);
    append_data(&mut query, parts);
    Some(query)
}

/// The form that the crate's own client would take of it all; `None`: it would go elsewhere.
pub(super) fn read_offer(
    parts: &Parts,
    trigger: Trigger<'_>,
    limits: &Limits,
) -> Result<Option<Form>, Violation> {
    let mut iq = Element::bare("iq", StreamNamespace::Client.uri());
    iq.append_child(offer(parts, trigger));
    let offered = offer::read(&iq, origin(), limits);
    forget(parts, &mut iq);
    Ok(match offered? {
        Offered::Form(form) => Some(form),
        Offered::Redirect(_) => None,
    })
}

/// The data form as the crate's own client would see it.
pub(super) fn read_form(
    parts: &Parts,
    trigger: Trigger<'_>,
    limits: &Limits,
) -> Option<Result<Form, Violation>> {
    let mut x = form_to_fill_in(parts, trigger)?;
    let form = read::data_form(&x, origin(), limits);
    forget(parts, &mut x);
    Some(form)
}

/// The fields of the old way as the crate's own client would see them.
pub(super) fn read_fields(parts: &Parts, limits: &Limits) -> Option<Result<Form, Violation>> {
    parts.fields.as_ref()?;
    let mut query = fields(parts);
    let form = read::legacy(&query, origin(), limits);
    forget(parts, &mut query);
    Some(form)
}

/// What was only made to be read leaves no secret behind.
fn forget(parts: &Parts, element: &mut Element) {
    if parts.holds_secret() {
        xml::wipe(element);
    }
}

fn fields(parts: &Parts) -> Element {
    let mut query = Element::bare("query", NS_REGISTER);
    if parts.registered {
        query.append_child(Element::bare("registered", NS_REGISTER));
    }
    if let Some(instructions) = &parts.instructions {
        query.append_child(text("instructions", NS_REGISTER, instructions));
    }
    if let Some(fields) = &parts.fields {
        for field in &fields.all {
            query.append_child(text(&field.name, NS_REGISTER, &field.value));
        }
        if let Some(key) = &fields.key {
            query.append_child(text("key", NS_REGISTER, key));
        }
    }
    query
}

/// The data form, unless it only says something.
fn form_to_fill_in(parts: &Parts, trigger: Trigger<'_>) -> Option<Element> {
    form(parts, trigger).filter(|_| parts.asks_by_form())
}

fn form(parts: &Parts, trigger: Trigger<'_>) -> Option<Element> {
    let form = parts.form.as_ref()?;
    let mut x = form_xml::head(form);
    if !parts.asks_by_form() {
        // A type would make something of it that can be sent back.
        return Some(x);
    }
    let mut push = |field: &FormField| {
        x.append_child(form_xml::field(field));
    };
    let hidden = FormField::hidden;
    let [form_type, demanded_for] = identity(parts, trigger.purpose);
    if let Some(form_type) = form_type {
        push(&hidden("FORM_TYPE", form_type));
    }
    // What another of the user's clients fills in meanwhile, for something else, must not pass for an answer.
    if let Some(purpose) = demanded_for {
        push(&hidden(DEMANDED_FOR, purpose));
    }
    if let Some(captcha) = &parts.captcha {
        push(&hidden("from", trigger.from));
        push(&hidden("challenge", &captcha.challenge));
        if let Some(sid) = trigger.sid {
            push(&hidden("sid", sid));
        }
        if captcha.counted {
            push(&hidden("answers", "1"));
        }
    }
    form.fields.iter().for_each(&mut push);
    if let Some(captcha) = &parts.captcha {
        push(&captcha.field());
    }
    Some(x)
}

/// The word for what a form is demanded for, unless its type says it (XEP-0077 section 14.4).
fn untold(purpose: Purpose, form_type: &str) -> Option<&'static str> {
    let (by_type, word) = match purpose {
        Purpose::Register => (None, "registration"),
        Purpose::ChangePassword => (Some(NS_CHANGE_PASSWORD), "password"),
        Purpose::Remove => (Some(NS_CANCEL), "removal"),
    };
    (by_type != Some(form_type)).then_some(word)
}

/// What a data form goes out with that tells it from others: its `FORM_TYPE`, and what it was demanded for.
pub(super) fn identity(parts: &Parts, purpose: Option<Purpose>) -> [Option<&str>; 2] {
    match (&parts.form, &parts.captcha) {
        (None, _) => [None, None],
        (Some(_), Some(_)) => [Some(CAPTCHA_TYPE), None],
        (Some(form), None) => {
            let form_type = form.type_or_default(purpose);
            [
                Some(form_type),
                purpose.and_then(|it| untold(it, form_type)),
            ]
        }
    }
}

/// Bits of binary stand beside the form (XEP-0231 section 2.1).
fn append_data(query: &mut Element, parts: &Parts) {
    if let Some(data) = parts.captcha.as_ref().and_then(Captcha::data) {
        query.append_child(data);
    }
}

fn text(name: &str, ns: &str, text: &str) -> Element {
    let mut element = Element::bare(name, ns);
    if !text.is_empty() {
        element.append_text_node(text);
    }
    element
}

/// Forms remember the request that brought them, which nobody looks at here.
fn origin() -> Origin {
    let prefix = IdPrefix::new("service").expect("a legal prefix");
    Origin { prefix, serial: 0 }
}
