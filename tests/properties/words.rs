//! Outputs in the words of the model, and all that they show of themselves.

use std::fmt::Write as _;

use minidom::Element;
use xmpp_registration::{
    Event, Failure, Form, Ignored, Interruption, Limit, Output, StanzaError, Success, Violation,
};

const NS_REGISTER: &str = "jabber:iq:register";
const NS_DATA: &str = "jabber:x:data";

pub fn describe(output: &Output) -> String {
    match output {
        Output::Send(stanza) => describe_stanza(stanza),
        Output::Event(event) => describe_event(event),
    }
}

fn describe_stanza(iq: &Element) -> String {
    let attr = |name| iq.attr(name).unwrap_or("-");
    format!(
        "send {} {}, to {}, from {}",
        attr("type"),
        describe_payload(iq),
        attr("to"),
        attr("from")
    )
}

fn describe_payload(iq: &Element) -> String {
    let only = |of: &Element| {
        let mut children = of.children();
        children
            .next()
            .filter(|_| children.next().is_none())
            .cloned()
    };
    let Some(payload) = only(iq) else {
        return "several payloads".into();
    };
    if payload.is("preauth", "urn:xmpp:pars:0") && payload.attr("token").is_some() {
        return "token".into();
    }
    if payload.is("data", "urn:xmpp:bob") {
        return format!("media {}", payload.attr("cid").unwrap_or_default());
    }
    if !payload.is("query", NS_REGISTER) {
        return format!("unknown {}", payload.name());
    }
    match only(&payload) {
        _ if payload.children().next().is_none() => query_kind(iq),
        Some(child) if child.is("remove", NS_REGISTER) => "removal".into(),
        Some(child) if child.is("x", NS_DATA) => {
            let named = child
                .children()
                .find(|field| field.attr("var") == Some("username"))
                .map(|field| format!(" of {}", value(field)));
            format!("data{}", named.unwrap_or_default())
        }
        _ => {
            let named = payload
                .get_child("username", NS_REGISTER)
                .map(|name| format!(" of {}", name.text()));
            format!("legacy{}", named.unwrap_or_default())
        }
    }
}

/// An empty query asks for the form, or answers one without fields.
fn query_kind(iq: &Element) -> String {
    if iq.attr("type") == Some("get") {
        "form".into()
    } else {
        "legacy".into()
    }
}

fn value(field: &Element) -> String {
    field
        .get_child("value", NS_DATA)
        .map(Element::text)
        .unwrap_or_default()
}

fn describe_event(event: &Event) -> String {
    match event {
        Event::FormOffered(form) => format!("offered {}", describe_form(form)),
        Event::Refused { error, form } => {
            let form = form
                .as_ref()
                .map_or_else(|| "no form".to_string(), describe_form);
            format!("refused {}, {form}", describe_error(error))
        }
        Event::Ignored(reason) => format!("ignored: {}", describe_ignored(*reason)),
        Event::MediaReceived(_) => "media received".into(),
        Event::MediaUnavailable { .. } => "media unavailable".into(),
        Event::Redirected(_) => "redirected".into(),
        Event::Succeeded(success) => format!("succeeded: {}", describe_success(*success)),
        Event::Failed(failure) => format!("failed: {}", describe_failure(failure)),
        other => format!("unknown {other:?}"),
    }
}

fn describe_ignored(reason: Ignored) -> &'static str {
    match reason {
        Ignored::Reflected => "reflected",
        Ignored::UnknownType => "unknown type",
        Ignored::WrongSender => "wrong sender",
        Ignored::Duplicate => "duplicate",
        Ignored::Late => "late",
        _ => "unknown",
    }
}

fn describe_success(success: Success) -> &'static str {
    match success {
        Success::Registered => "registered",
        Success::Updated => "updated",
        Success::PasswordChanged => "password changed",
        Success::Unregistered => "unregistered",
        _ => "unknown",
    }
}

fn describe_error(error: &StanzaError) -> String {
    format!("{}/{}", error.condition(), error.error_type())
}

fn describe_failure(failure: &Failure) -> String {
    match failure {
        Failure::Unsupported(error) => format!("unsupported {}", describe_error(error)),
        Failure::TokenRefused(error) => format!("token {}", describe_error(error)),
        Failure::Refused(error) => format!("refused {}", describe_error(error)),
        Failure::Protocol(violation) => describe_violation(*violation).into(),
        Failure::StreamError(_) => "stream error".into(),
        Failure::TimedOut => "timed out".into(),
        Failure::Disconnected => "disconnected".into(),
        Failure::OutcomeUnknown(why) => format!(
            "in doubt, {}",
            match why {
                Interruption::TimedOut => "timed out",
                Interruption::Disconnected => "disconnected",
                Interruption::StreamError(_) => "stream error",
                Interruption::Unreadable => "unreadable",
                Interruption::RemoteServerTimeout => "unheard",
                _ => "unknown",
            }
        ),
        other => format!("unknown {other:?}"),
    }
}

fn describe_violation(violation: Violation) -> &'static str {
    match violation {
        Violation::NothingOffered => "nothing offered",
        Violation::Unreadable => "unreadable",
        Violation::LimitExceeded(Limit::Fields) => "too many fields",
        Violation::LimitExceeded(Limit::Options) => "too many options",
        Violation::LimitExceeded(Limit::TextBytes) => "too many text",
        _ => "unknown",
    }
}

pub fn describe_form(form: &Form) -> String {
    let half = if form.is_data_form() {
        "data"
    } else {
        "legacy"
    };
    let mut text = String::from(half);
    if form.is_registered() {
        text.push_str(" registered");
    }
    for field in form.fields() {
        let set = if field.is_set() { "!" } else { "" };
        let name = field.name().unwrap_or_default();
        let _ = write!(text, " {name}:{}{set}", field.kind());
    }
    text
}

/// Everything that can be seen of a form, so that two of them can be compared after one is gone.
pub fn contents(form: &Form) -> String {
    let mut text = describe_form(form);
    for field in form.fields() {
        let values: Vec<&str> = field.values().collect();
        let _ = write!(text, "{:?}={values:?}", field.name());
    }
    text
}

/// Adds what an event, and whatever is in it, shows by `Display` and `Debug`.
pub fn show_event(event: &Event, shown: &mut String) {
    match event {
        Event::Ignored(reason) => {
            let _ = write!(shown, "{reason}");
        }
        Event::Refused { error, form } => {
            let _ = write!(shown, "{error}{error:?}");
            if let Some(form) = form {
                show_form(form, shown);
            }
        }
        Event::FormOffered(form) => show_form(form, shown),
        Event::Succeeded(success) => {
            let _ = write!(shown, "{success}");
        }
        Event::Failed(failure) => {
            let _ = write!(shown, "{failure}{failure:?}");
        }
        other => {
            let _ = write!(shown, "{other:?}");
        }
    }
}

fn show_form(form: &Form, shown: &mut String) {
    let _ = write!(shown, "{form:?}{form:#?}");
    for field in form.fields() {
        let _ = write!(shown, "{field:?}{}", field.kind());
    }
}
