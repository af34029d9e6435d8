use super::*;
use crate::config::Limits;
use crate::error::{Limit, Violation};
use crate::prototype::Prototypes;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use minidom::Element;

mod answered;
mod details;
mod edges;
mod equality;
mod filled;
mod limits;
mod offered;
mod secrets;

fn origin() -> Origin {
    let prefix = IdPrefix::new("p").unwrap();
    Origin { prefix, serial: 1 }
}

#[track_caller]
fn data(fields: &str) -> Form {
    let x = format!("<x xmlns='jabber:x:data' type='form'>{fields}</x>");
    read::data_form(&x.parse().unwrap(), origin(), &Limits::default()).unwrap()
}

#[track_caller]
fn legacy(fields: &str) -> Form {
    let query = format!("<query xmlns='jabber:iq:register'>{fields}</query>");
    read::legacy(&query.parse().unwrap(), origin(), &Limits::default()).unwrap()
}

fn sent(form: Form) -> String {
    let answer = form.finish().unwrap();
    let query = write::query(&answer.0, None, &Prototypes::new(None));
    String::from(&query)
        .replace("<query xmlns='jabber:iq:register'>", "")
        .replace("</query>", "")
}

/// What a data form would send, without its wrapping.
fn submitted(form: Form) -> String {
    sent(form)
        .replace("<x xmlns='jabber:x:data' type='submit'/>", "")
        .replace("<x xmlns='jabber:x:data' type='submit'>", "")
        .replace("</x>", "")
}

fn values<'a>(form: &'a Form, name: &str) -> Vec<&'a str> {
    form.field(name).unwrap().values().collect()
}

#[track_caller]
fn errors(form: Form) -> Vec<FieldError> {
    form.finish().unwrap_err().errors
}

fn missing(field: &str) -> FieldError {
    FieldError::Missing {
        field: field.into(),
    }
}

fn limited(fields: usize, options: usize, text_bytes: usize, inner: &str) -> Option<Violation> {
    let limits = Limits {
        fields,
        options,
        text_bytes,
        ..Limits::default()
    };
    let x = format!("<x xmlns='jabber:x:data'>{inner}</x>");
    let x: Element = x.parse().unwrap();
    read::data_form(&x, origin(), &limits).err()
}
