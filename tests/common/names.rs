//! Events as short names, and their details as lines, for scripts and lists of what is expected.

use xmpp_registration::{Event, Failure, Field, Form, Interruption, StanzaError, Success};

/// What happened, in a word or two: `FormOffered`, `Refused(conflict)`, `Registered`...
pub fn name(event: &Event) -> String {
    match event {
        Event::FormOffered(form) if form.is_registered() => "FormOffered(registered)".into(),
        Event::FormOffered(_) => "FormOffered".into(),
        Event::Refused { error, form } => {
            let rest = if form.is_some() { "" } else { ", no form" };
            format!("Refused({}{rest})", error.condition())
        }
        Event::Ignored(why) => format!("Ignored({why:?})"),
        Event::Redirected(_) => "Redirected".into(),
        Event::Succeeded(success) => success_name(*success).into(),
        Event::Failed(failure) => failure_name(failure),
        _ => panic!("an event without a name: {event:?}"),
    }
}

fn success_name(success: Success) -> &'static str {
    match success {
        Success::Registered => "Registered",
        Success::Updated => "Updated",
        Success::PasswordChanged => "PasswordChanged",
        Success::Unregistered => "Unregistered",
        _ => panic!("a success without a name: {success:?}"),
    }
}

fn failure_name(failure: &Failure) -> String {
    let in_doubt = matches!(failure, Failure::OutcomeUnknown(_));
    assert_eq!(failure.in_doubt(), in_doubt, "{failure:?}");
    match failure {
        Failure::Unsupported(error) => format!("Unsupported({})", error.condition()),
        Failure::TokenRefused(error) => format!("TokenRefused({})", error.condition()),
        Failure::Refused(error) => format!("Failed({})", error.condition()),
        Failure::Protocol(violation) => format!("Protocol({violation:?})"),
        Failure::StreamError(condition) => format!("StreamError({condition})"),
        Failure::TimedOut => "TimedOut".into(),
        Failure::Disconnected => "Disconnected".into(),
        Failure::OutcomeUnknown(Interruption::StreamError(condition)) => {
            format!("OutcomeUnknown(StreamError({condition}))")
        }
        Failure::OutcomeUnknown(interruption) => format!("OutcomeUnknown({interruption:?})"),
        _ => panic!("a failure without a name: {failure:?}"),
    }
}

/// Everything that an event tells, a line each, with white space collapsed.
pub fn details(event: &Event) -> Vec<String> {
    let mut lines = Vec::new();
    match event {
        Event::FormOffered(form) => form_details(form, &mut lines),
        Event::Refused { error, form } => {
            error_details(error, &mut lines);
            if let Some(form) = form {
                form_details(form, &mut lines);
            }
        }
        Event::Redirected(redirect) => {
            lines.extend(redirect.url().map(|url| format!("url {url}")));
            lines.extend(
                redirect
                    .instructions()
                    .map(|it| collapsed("instructions", it)),
            );
        }
        Event::Failed(failure) => {
            if let Some(error) = failure.stanza_error() {
                error_details(error, &mut lines);
            }
        }
        _ => (),
    }
    lines
}

fn error_details(error: &StanzaError, lines: &mut Vec<String>) {
    lines.push(format!("step {:?}", error.step()));
    lines.push(format!("type {}", error.error_type()));
    lines.extend(error.code().map(|code| format!("code {code}")));
    lines.extend(error.texts().map(|(_, text)| collapsed("text", text)));
}

fn form_details(form: &Form, lines: &mut Vec<String>) {
    let kind = if form.is_data_form() {
        "data form"
    } else {
        "fields"
    };
    lines.push(kind.to_string());
    lines.extend(form.form_type().map(|it| format!("FORM_TYPE {it}")));
    lines.extend(form.title().map(|title| collapsed("title", title)));
    lines.extend(form.instructions().map(|it| collapsed("instructions", it)));
    lines.extend(form.url().map(|url| format!("url {url}")));
    lines.extend(form.fields().map(field_line));
}

/// `NAME* kind "label" [options] = value | value`, the star where it is required.
fn field_line(field: Field<'_>) -> String {
    let star = if field.is_required() { "*" } else { "" };
    let name = field.name().unwrap_or("-");
    let label = field.label().map(|label| format!(" {label:?}"));
    let options: Vec<String> = field
        .options()
        .map(|option| format!("{} {:?}", option.value(), option.label()))
        .collect();
    let options = (!options.is_empty()).then(|| format!(" [{}]", options.join(", ")));
    let values: Vec<&str> = field.values().collect();
    let values = (!values.is_empty()).then(|| format!(" = {}", values.join(" | ")));
    let rest: String = [label, options, values].into_iter().flatten().collect();
    format!("{name}{star} {}{rest}", field.kind())
}

fn collapsed(head: &str, text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    format!("{head} {}", words.join(" "))
}

/// Everything of an event that has a `Display`.
pub fn displayed(event: &Event) -> String {
    match event {
        Event::Refused { error, .. } => error.to_string(),
        Event::Ignored(why) => why.to_string(),
        Event::Succeeded(success) => success.to_string(),
        Event::Failed(failure) => failure.to_string(),
        _ => String::new(),
    }
}

/// The form that an event brings.
pub fn into_form(event: Event) -> Option<Form> {
    match event {
        Event::FormOffered(form) => Some(form),
        Event::Refused { form, .. } => form,
        _ => None,
    }
}
