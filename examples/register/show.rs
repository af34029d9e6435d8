//! Shows a form as a person would like to see it.
//!
//! What comes out still has the server's words in it: it goes through the redactor before it
//! goes anywhere else.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use xmpp_registration::{Field, FieldKind, Form};

/// One result, or a form, on standard output.
pub fn print(text: &str) {
    // Nobody may be there to read it; the exit code tells all the same.
    let _ = writeln!(io::stdout(), "{text}");
}

/// The whole form: what it is about, then its fields in the server's order.
pub fn form(form: &Form) -> String {
    let mut out = String::new();
    if let Some(title) = form.title() {
        line(&mut out, &format!("{}\n", one_line(title)));
    }
    for paragraph in form.instructions() {
        line(&mut out, paragraph);
    }
    if form.is_registered() {
        line(
            &mut out,
            "There is a registration already; this is what is on file.",
        );
    }
    line(&mut out, "");
    let mut marked = false;
    for field in form.fields() {
        marked |= field.is_required();
        describe(&mut out, field);
    }
    if marked {
        line(&mut out, "\n  * must be filled in");
    }
    if let Some(url) = form.url() {
        line(&mut out, &format!("\nOr go to: {}", one_line(url)));
    }
    out
}

/// Whether the field is no question, but says where else the CAPTCHA can be solved: servers send
/// that as a text to be filled in, which is filled in already.
pub fn is_link(field: Field<'_>) -> bool {
    let is_fallback = |name: &str| name.starts_with("captcha-fallback");
    field.name().is_some_and(is_fallback) && field.value().is_some() && !field.is_set()
}

/// What a field is called.
pub fn label(field: Field<'_>) -> String {
    let name = field.name().unwrap_or_default();
    one_line(field.label().unwrap_or(name))
}

/// What a field holds: the labels of options, and no secret.
pub fn value(field: Field<'_>) -> Option<String> {
    field.value()?;
    if field.is_secret() {
        return Some("unchanged".to_owned());
    }
    let words = field.values().map(|value| match (field.kind(), value) {
        (FieldKind::Boolean, "1" | "true") => "yes".to_owned(),
        (FieldKind::Boolean, "0" | "false") => "no".to_owned(),
        _ => {
            let chosen = field.options().find(|option| option.value() == value);
            one_line(chosen.map_or(value, |option| option.label()))
        }
    });
    Some(words.collect::<Vec<_>>().join(", "))
}

fn describe(out: &mut String, field: Field<'_>) {
    match field.kind() {
        FieldKind::Hidden => return,
        FieldKind::Fixed => {
            field
                .label()
                .into_iter()
                .chain(field.values())
                .for_each(|text| line(out, text));
            return;
        }
        _ if is_link(field) => {
            let address = value(field).unwrap_or_default();
            line(out, &format!("{}: {address}", label(field)));
            return;
        }
        _ => {}
    }
    let mark = if field.is_required() { '*' } else { ' ' };
    let name = field.name().unwrap_or_default();
    let label = label(field);
    let name = if label == name {
        String::new()
    } else {
        format!(" ({})", one_line(name))
    };
    let value = value(field).map_or_else(String::new, |value| format!(" [{value}]"));
    line(
        out,
        &format!("  {mark} {label}{name}{}{value}", hint(field)),
    );
    if let Some(description) = field.description() {
        line(out, &format!("      {}", one_line(description)));
    }
    let width = field.options().count().to_string().len();
    for (at, option) in field.options().enumerate() {
        let (label, value) = (one_line(option.label()), one_line(option.value()));
        let value = if label == value {
            String::new()
        } else {
            format!(" ({value})")
        };
        line(out, &format!("      {:>width$}. {label}{value}", at + 1));
    }
}

/// What may be typed, where it is not simply a text.
fn hint(field: Field<'_>) -> &'static str {
    match field.kind() {
        _ if field.is_reserved() => ", fixed by the invitation",
        _ if field.is_secret() => ", not shown",
        FieldKind::Boolean => ", yes or no",
        FieldKind::JidMulti => ", addresses",
        FieldKind::JidSingle => ", an address",
        FieldKind::ListMulti => ", any of",
        FieldKind::ListSingle => ", one of",
        FieldKind::TextMulti => ", several lines",
        FieldKind::Fixed | FieldKind::Hidden | FieldKind::TextPrivate | FieldKind::TextSingle => "",
    }
}

fn line(out: &mut String, text: &str) {
    // A `String` takes everything.
    let _ = writeln!(out, "{text}");
}

/// Without the line breaks with which a server could make it look like something else.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
