//! From an answer to the stanza that carries it.

use minidom::Element;
use minidom::rxml::Namespace;

use super::config::ServiceConfig;
use super::refusal::Refusal;
use super::request::ReplyTo;
use crate::xml::{NS_STANZAS, name};

/// `<iq type='result'/>`, with a payload or without.
pub(super) fn result(config: &ServiceConfig, reply: &ReplyTo, payload: Option<Element>) -> Element {
    let mut iq = envelope(config, reply, "result");
    if let Some(payload) = payload {
        set_lang(&mut iq, config.lang.as_deref());
        iq.append_child(payload);
    }
    iq
}

/// `<iq type='error'/>`. The payload is the service's own: what was asked is never echoed, since it may hold a password.
pub(super) fn error(
    config: &ServiceConfig,
    reply: &ReplyTo,
    refusal: &Refusal,
    payload: Option<Element>,
) -> Element {
    let mut iq = envelope(config, reply, "error");
    if let Some(payload) = payload {
        set_lang(&mut iq, config.lang.as_deref());
        iq.append_child(payload);
    }
    iq.append_child(error_element(config, refusal));
    iq
}

fn envelope(config: &ServiceConfig, reply: &ReplyTo, kind: &str) -> Element {
    let mut iq = Element::bare("iq", config.namespace.uri());
    let mut set = |attribute, value: &str| iq.set_attr(Namespace::NONE, name(attribute), value);
    set("type", kind);
    set("from", &reply.from);
    if let Some(to) = &reply.to {
        set("to", to);
    }
    if let Some(id) = &reply.id {
        set("id", id);
    }
    iq
}

fn error_element(config: &ServiceConfig, refusal: &Refusal) -> Element {
    let mut error = Element::builder("error", config.namespace.uri())
        .attr(name("type"), refusal.kind.name())
        // XEP-0077 section 9 wants both styles.
        .attr(name("code"), refusal.condition.legacy_code())
        .append(Element::bare(refusal.condition.name(), NS_STANZAS))
        .build();
    if let Some(text) = &refusal.text {
        let mut element = Element::bare("text", NS_STANZAS);
        let lang = if refusal.english {
            Some("en")
        } else {
            config.lang.as_deref()
        };
        set_lang(&mut element, lang);
        element.append_text_node(&**text);
        error.append_child(element);
    }
    error
}

fn set_lang(element: &mut Element, lang: Option<&str>) {
    if let Some(lang) = lang {
        element.set_attr(Namespace::XML, name("lang"), lang);
    }
}
