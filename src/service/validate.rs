//! Whether an offer can be sent, filled in and checked: a caller's mistake is told before anybody sees it.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};

use minidom::rxml::NcName;

use super::captcha::Captcha;
use super::data_form::{DataForm, FormField, Medium, Method};
use super::form_xml;
use super::offer::{Fields, Parts};
use super::offer_error::OfferError;
use super::query::{self, DEMANDED_FOR, LONGEST};
use crate::config::Limits;
use crate::error::Violation;
use crate::form::{FieldKind, Form, checkable, read};
use crate::xml;

/// Checks the parts of an offer, and finds out whether it is good for one submission only.
pub(super) fn check(parts: &mut Parts) -> Result<(), OfferError> {
    let nothing = parts.fields.is_none() && parts.form.is_none() && !parts.registered;
    if nothing && parts.url.is_none() && parts.instructions.is_none() {
        return Err(OfferError::Empty);
    }
    if lacks_fields(parts) {
        return Err(OfferError::NoFields);
    }
    check_text("the instructions", parts.instructions.as_deref())?;
    check_text("the url", parts.url.as_deref())?;
    if let Some(fields) = &parts.fields {
        check_fields(fields)?;
    }
    if let Some(form) = &parts.form {
        check_form(form, parts.captcha.as_ref())?;
    }
    if let Some(captcha) = &parts.captcha {
        check_captcha(captcha, parts)?;
    }
    // Read as a client reads it: what is wrong with it is found by the client's own checks.
    let limits = Limits::default();
    let taken = query::read_offer(parts, LONGEST, &limits).map_err(too_large)?;
    // A client that knows no data forms takes the other half.
    let form = parts.form.as_ref();
    let fields = form.and_then(|_| query::read_fields(parts, &limits));
    let forms = [taken, fields.transpose().map_err(too_large)?];
    let mut single_use = false;
    for form in forms.into_iter().flatten() {
        single_use |= form.is_used_up_by_refusal();
        check_rules(&form)?;
        check_defaults(form)?;
    }
    parts.single_use = single_use;
    Ok(())
}

/// Whether a half of the offer asks for nothing: whoever sends it back empty would pass the other half by.
fn lacks_fields(parts: &Parts) -> bool {
    let bare_fields = parts.fields.as_ref().is_some_and(|it| it.all.is_empty());
    let Some(form) = &parts.form else {
        return bare_fields;
    };
    let mut kinds = form.fields.iter().map(|it| it.kind);
    let bare_form = if parts.fields.is_some() {
        // A client takes the fields, where nobody could fill in anything in the form.
        !kinds.any(FieldKind::is_visible)
    } else {
        // Beside an address elsewhere it may be there for what it says.
        !parts.asks_by_form() && parts.url.is_none()
    };
    bare_fields || bare_form
}

/// Characters were looked at before, so only bounds are left.
fn too_large(_: Violation) -> OfferError {
    OfferError::TooLarge
}

fn forbidden(what: &str) -> OfferError {
    let what = what.to_string();
    OfferError::ForbiddenCharacter { what }
}

fn check_text(what: &str, text: Option<&str>) -> Result<(), OfferError> {
    match text.and_then(xml::forbidden) {
        None => Ok(()),
        Some(_) => Err(forbidden(what)),
    }
}

fn check_fields(fields: &Fields) -> Result<(), OfferError> {
    let mut names = BTreeSet::new();
    for field in &fields.all {
        let name = || field.name.clone();
        let means_else = matches!(
            &*field.name,
            "instructions" | "registered" | "remove" | "query" | "key" | "x"
        );
        if means_else || NcName::try_from(&*field.name).is_err() {
            return Err(OfferError::BadName { name: name() });
        }
        if !names.insert(&*field.name) {
            return Err(OfferError::Duplicate { name: name() });
        }
        if !field.value.is_empty() && read::is_secret_name(&field.name) {
            return Err(OfferError::Secret { name: name() });
        }
        check_text(&field.name, Some(&field.value))?;
    }
    check_text("the key", fields.key.as_ref().map(|it| it.as_str()))
}

fn check_form(form: &DataForm, captcha: Option<&Captcha>) -> Result<(), OfferError> {
    check_text("the form type", form.form_type.as_deref())?;
    check_text("the title", form.title.as_deref())?;
    for instructions in &form.instructions {
        check_text("the instructions", Some(instructions))?;
    }
    let mut names = BTreeSet::from(["FORM_TYPE", DEMANDED_FOR]);
    if let Some(captcha) = captcha {
        names.extend(["from", "challenge", "sid", "answers"]);
        if !names.insert(&captcha.var) {
            let name = captcha.var.clone();
            return Err(OfferError::Duplicate { name });
        }
    }
    for field in &form.fields {
        let name = field.var.as_deref().unwrap_or_default();
        if name.is_empty() && field.kind != FieldKind::Fixed {
            return Err(OfferError::Unnamed);
        }
        if !name.is_empty() && !names.insert(name) {
            let name = name.to_string();
            return Err(OfferError::Duplicate { name });
        }
        if form_xml::texts(field).any(|it| xml::forbidden(it).is_some()) {
            // A name that cannot be written must not be shown either.
            let shown = xml::forbidden(name).map_or(name, |_| "the name of a field");
            return Err(forbidden(shown));
        }
        check_field(field, name.to_string())?;
    }
    Ok(())
}

fn check_field(field: &FormField, name: String) -> Result<(), OfferError> {
    let kind = field.kind;
    let is_list = matches!(kind, FieldKind::ListSingle | FieldKind::ListMulti);
    if !field.options.is_empty() && !is_list {
        return Err(OfferError::NotAList { name });
    }
    if field.values.len() > 1 && !kind.is_multi() && kind != FieldKind::Fixed {
        return Err(OfferError::TooManyValues { name });
    }
    if kind.is_multi() && matches!(&*name, "username" | "password") {
        return Err(OfferError::NotSingle { name });
    }
    if is_list && field.options.is_empty() && !is_open(field) {
        return Err(OfferError::NoOptions { name });
    }
    if field.options.iter().any(|(_, value)| value.is_empty()) {
        return Err(OfferError::EmptyOption { name });
    }
    if has_twins(&field.options) {
        return Err(OfferError::SameOption { name });
    }
    check_secret(field, &name)?;
    if let Some(advice) = media_advice(field) {
        return Err(OfferError::BadMedia { name, advice });
    }
    match rule_advice(field, is_list) {
        Some(advice) => Err(OfferError::BadRule { name, advice }),
        None => Ok(()),
    }
}

/// Whether a list takes what is no option: every method but `basic` says so (XEP-0122 section 3.2).
fn is_open(field: &FormField) -> bool {
    match field.method {
        Some(Method::Open | Method::Range(..) | Method::Regex(_)) => true,
        Some(Method::Basic) | None => false,
    }
}

/// XEP-0004 section 3.3: both labels and values of options are unique. An empty label is none.
fn has_twins(options: &[(String, String)]) -> bool {
    let (mut labels, mut values) = (BTreeSet::new(), BTreeSet::new());
    options
        .iter()
        .any(|(label, value)| !values.insert(value) || (!label.is_empty() && !labels.insert(label)))
}

/// Passwords are the user's to type. A `key` is the service's own, and comes back.
fn check_secret(field: &FormField, name: &str) -> Result<(), OfferError> {
    let secret = field.kind == FieldKind::TextPrivate || read::is_secret_name(name);
    if field.kind == FieldKind::Hidden {
        return if secret && name != "key" {
            let name = name.to_string();
            Err(OfferError::HiddenSecret { name })
        } else {
            Ok(())
        };
    }
    // What is only shown may speak of passwords.
    let shown = field.kind == FieldKind::Fixed;
    if secret && !shown && field.values.iter().any(|it| !it.is_empty()) {
        let name = name.to_string();
        return Err(OfferError::Secret { name });
    }
    Ok(())
}

/// XEP-0221 section 2: a medium has a type and a URI.
fn media_advice(field: &FormField) -> Option<&'static str> {
    if field.kind == FieldKind::Hidden && !field.media.is_empty() {
        return Some("a hidden field is not seen");
    }
    let is_blank = |text: &String| text.trim().is_empty();
    let lacks = |it: &Medium| is_blank(&it.mime_type) || is_blank(&it.uri);
    field
        .media
        .iter()
        .any(lacks)
        .then_some("give each a type and a URI")
}

/// XEP-0122 sections 3 and 4: what does not go together.
fn rule_advice(field: &FormField, is_list: bool) -> Option<&'static str> {
    let has_rule = field.datatype.is_some() || field.method.is_some() || field.selections.is_some();
    if has_rule && !field.kind.is_visible() {
        return Some("a field that nobody fills in needs none");
    }
    if field.selections.is_some() && field.kind != FieldKind::ListMulti {
        return Some("`list_range` is for `ListMulti` only");
    }
    // XEP-0122 section 5.1 leaves what begins with `x:` to whoever uses it: the application checks it.
    let is_known = |it: &String| it.starts_with("x:") || checkable::is_datatype(it);
    if !field.datatype.as_ref().is_none_or(is_known) {
        return Some(
            "its datatype cannot be checked: take one of XML Schema, such as `xs:integer`",
        );
    }
    match (&field.method, &field.datatype) {
        (Some(Method::Open), _) if !is_list => Some("`open` is for lists only"),
        (Some(Method::Range(..)), None) => Some("give `range` a `datatype`, such as `xs:integer`"),
        _ => None,
    }
}

fn check_captcha(captcha: &Captcha, parts: &Parts) -> Result<(), OfferError> {
    let Some(form) = &parts.form else {
        return Err(OfferError::NoFormForCaptcha);
    };
    if form.form_type.is_some() {
        return Err(OfferError::CaptchaType);
    }
    if parts.fields.is_some() {
        return Err(OfferError::CaptchaPassedBy);
    }
    if captcha.challenge.is_empty() || captcha.var.is_empty() || !captcha.has_answer() {
        return Err(OfferError::BadCaptcha);
    }
    let field = captcha.field();
    if let Some(advice) = media_advice(&field) {
        let name = captcha.var.clone();
        return Err(OfferError::BadMedia { name, advice });
    }
    let texts = form_xml::texts(&field).chain([captcha.challenge.as_str()]);
    for text in texts.chain([captcha.answer()]) {
        check_text("the challenge", Some(text))?;
    }
    Ok(())
}

/// By the client's own code: what it would pass over, nobody checks.
fn check_rules(form: &Form) -> Result<(), OfferError> {
    for field in form.fields() {
        if let Some(advice) = field.rule_advice() {
            let name = field.name().unwrap_or_default().to_string();
            return Err(OfferError::BadRule { name, advice });
        }
    }
    Ok(())
}

/// Each default as if a user had typed it.
fn check_defaults(mut form: Form) -> Result<(), OfferError> {
    let offered = form.fields().filter(|it| it.kind().is_visible());
    let defaults: alloc::vec::Vec<_> = offered
        .filter(|it| it.value().is_some())
        .filter_map(|it| Some((it.name()?.to_string(), it.values().collect())))
        .collect();
    for (name, value) in defaults {
        let value: crate::form::Value = value;
        form.set(&name, value).map_err(OfferError::BadValue)?;
        let field = form.field(&name);
        field
            .map_or(Ok(()), crate::form::Field::check)
            .map_err(OfferError::BadValue)?;
    }
    Ok(())
}
