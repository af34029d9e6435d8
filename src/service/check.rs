//! Whether a submission fits what was offered, by the checks that the crate's own client makes before it sends one.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::offer::Parts;
use super::query::{self, DEMANDED_FOR, Trigger};
use super::refusal::Refusal;
use super::request::{Purpose, Values};
use super::submitted::Entries;
use crate::config::Limits;
use crate::error::FieldError;
use crate::form::{Field, FieldKind, Form, REMOVAL, Value};
use crate::stanza_error::{Condition, ErrorType};
use crate::xml::{self, NS_CANCEL, NS_CHANGE_PASSWORD};

/// So many mistakes are told at once.
const MOST_TOLD: usize = 8;

/// An offer was bounded when it was made; what a challenge adds to it is little.
const OFFERED: Limits = Limits {
    fields: 8 * 1024,
    options: 32 * 1024,
    text_bytes: 1024 * 1024,
    picture_bytes: 0,
};

/// A data form that was filled in: its values, and what the form is for.
pub(super) fn data_form(
    parts: &Parts,
    trigger: Trigger<'_>,
    entries: Entries,
) -> Result<(Purpose, Values), Refusal> {
    let Some(form) = query::read_form(parts, trigger, &OFFERED) else {
        let advice = "send the fields that were offered, not a data form";
        return Err(unasked(parts, advice));
    };
    let form = form.expect("the offer was read the same way when it was made");
    let by_type = purpose_of(&form);
    if entries.contains_key(DEMANDED_FOR) && form.field(DEMANDED_FOR).is_none() {
        // Another of the user's clients has asked for another form meanwhile.
        return Err(told("this answers what was demanded before: begin anew"));
    }
    let (values, form) = check(form, entries, |_| false)?;
    if let Some(captcha) = &parts.captcha {
        let typed = values.iter().find(|(name, _)| **name == *captcha.var);
        let typed = typed.and_then(|(_, values)| values.first());
        if !typed.is_some_and(|typed| captcha.is_right(typed)) {
            let wrong = told("the answer to the challenge is wrong: ask for the form again");
            return Err(wrong.error_type(ErrorType::Cancel));
        }
    }
    let said = form.answer_to_remove();
    let is_removal = by_type == Purpose::Remove || trigger.purpose == Some(Purpose::Remove);
    if is_removal && said == Some(false) {
        let advice = "say yes to `remove`, or cancel the form to stay registered";
        return Err(told(advice));
    }
    let purpose = if says_yes(&form, &values) || by_type == Purpose::Remove {
        Purpose::Remove
    } else {
        trigger.purpose.unwrap_or(by_type)
    };
    let handled = |name: &str| match &parts.captcha {
        Some(captcha) => {
            matches!(name, "from" | "challenge" | "sid" | "answers") || name == captcha.var
        }
        None => name == DEMANDED_FOR,
    };
    Ok((purpose, for_application(values, handled)))
}

/// Whoever says that the registration is to go means that, whatever the form was demanded for. But says it, where a yes or
/// no was asked for, and does not leave the form's own default alone.
fn says_yes(form: &Form, values: &Checked) -> bool {
    values.iter().any(|(name, held)| {
        let field = form.field(name).filter(|_| REMOVAL.contains(&&**name));
        let asks = field.is_some_and(|it| it.kind() == FieldKind::Boolean);
        asks && held.first().is_some_and(|it| it.as_str() == "1")
    })
}

/// Fields of the old way.
pub(super) fn fields(parts: &Parts, entries: Entries) -> Result<Values, Refusal> {
    let (Some(fields), Some(form)) = (&parts.fields, query::read_fields(parts, &OFFERED)) else {
        let advice = "fill in the data form that was offered";
        return Err(unasked(parts, advice));
    };
    let form = form.expect("the offer was read the same way when it was made");
    let optional: BTreeSet<&str> = fields
        .all
        .iter()
        .filter(|it| it.optional)
        .map(|it| &*it.name)
        .collect();
    let (values, _) = check(form, entries, |name| optional.contains(name))?;
    Ok(for_application(values, |_| false))
}

/// Nobody asked for what was sent: the other half of the offer was to be filled in, if there is one.
fn unasked(parts: &Parts, advice: &str) -> Refusal {
    told(if parts.asks() {
        advice
    } else {
        "there is nothing to fill in: ask for what is offered"
    })
}

/// The two fields of a change of the password, which need no form (XEP-0077 section 3.3).
pub(super) fn password_change(mut entries: Entries) -> Result<Values, Refusal> {
    let mut mistakes = Mistakes::default();
    let mut values = Vec::new();
    for name in ["username", "password"] {
        let texts = entries.remove(name).unwrap_or_default();
        if texts.iter().any(|it| xml::forbidden(it).is_some()) {
            mistakes.push(&format!("`{name}` holds a character that XML forbids"));
        } else if texts.iter().all(|it| it.is_empty()) {
            mistakes.push(&format!("`{name}` needs a value"));
        }
        values.push((Box::from(name), texts));
    }
    mistakes.into_result()?;
    Ok(Values(values))
}

type Checked = Vec<(Box<str>, Vec<Zeroizing<String>>)>;

/// Sets every field as a client's user would, and lets the form check itself.
fn check(
    mut form: Form,
    mut entries: Entries,
    is_optional: impl Fn(&str) -> bool,
) -> Result<(Checked, Form), Refusal> {
    let mut mistakes = Mistakes::default();
    let mut values = Checked::new();
    // That these have no value was told in other words, or is no mistake.
    let mut passed = BTreeSet::new();
    for asked in ask(&form, is_optional) {
        let typed = entries.remove(&asked.name);
        if asked.kind == FieldKind::Hidden {
            came_back(&form, &asked, &typed.unwrap_or_default(), &mut mistakes);
            // These two are the service's own business.
            if !matches!(&*asked.name, "FORM_TYPE" | "key") {
                values.push((asked.name.as_str().into(), held(&form, &asked)));
            }
            continue;
        }
        match typed.filter(|it| !asked.is_left_out(it)) {
            // The form takes what is on file for a value, but nobody sent it; the rest it tells by itself.
            None if asked.required => {
                if back(&form, &asked).next().is_some() {
                    mistakes.push(&format!("`{}` needs a value", asked.name));
                }
            }
            None => {
                leave_out(&mut form, &asked);
                passed.insert(asked.name);
            }
            Some(typed) => {
                if set(&mut form, &asked, typed, &mut mistakes) {
                    values.push((asked.name.as_str().into(), held(&form, &asked)));
                } else {
                    passed.insert(asked.name);
                }
            }
        }
    }
    let form = finish(form, &passed, &mut mistakes);
    mistakes.into_result()?;
    Ok((values, form))
}

fn came_back(form: &Form, asked: &Asked, came: &[Zeroizing<String>], mistakes: &mut Mistakes) {
    // An empty value is none.
    let came = came.iter().map(|it| it.as_str());
    if !came.filter(|it| !it.is_empty()).eq(back(form, asked)) {
        mistakes.push(&format!("`{}` must come back unchanged", asked.name));
    }
}

fn finish(form: Form, passed: &BTreeSet<String>, mistakes: &mut Mistakes) -> Form {
    match form.finish() {
        Ok(answer) => answer.into_form(),
        Err(incomplete) => {
            let errors = incomplete.errors().iter();
            let is_missing = |it: &FieldError| matches!(it, FieldError::Missing { .. });
            let untold = errors.filter(|it| !(is_missing(it) && passed.contains(it.field())));
            untold.for_each(|it| mistakes.field(it));
            incomplete.into_form()
        }
    }
}

/// A field that was offered.
struct Asked {
    name: String,
    kind: FieldKind,
    required: bool,
    /// The form refuses it where it is set to nothing.
    needs_value: bool,
}

impl Asked {
    /// Whether it came empty, and may, where the form does not take it so: then it is as good as not sent. Other fields are
    /// emptied by that.
    fn is_left_out(&self, typed: &[Zeroizing<String>]) -> bool {
        self.needs_value && !self.required && typed.iter().all(|it| it.is_empty())
    }
}

/// What was offered, but for texts that are only shown.
fn ask(form: &Form, is_optional: impl Fn(&str) -> bool) -> Vec<Asked> {
    let named = form.fields().filter_map(|it| Some((it, it.name()?)));
    named
        .filter(|(field, _)| field.kind() != FieldKind::Fixed)
        .map(|(field, name)| Asked {
            name: name.to_string(),
            kind: field.kind(),
            required: field.is_required() && !is_optional(name),
            needs_value: field.needs_value(),
        })
        .collect()
}

/// What a hidden field must come back with.
fn back<'f>(form: &'f Form, asked: &Asked) -> impl Iterator<Item = &'f str> {
    form.field(&asked.name).into_iter().flat_map(Field::values)
}

/// What was checked, and not what came: without empty values, doubles, and lines in one.
fn held(form: &Form, asked: &Asked) -> Vec<Zeroizing<String>> {
    back(form, asked)
        .map(|it| Zeroizing::new(it.to_string()))
        .collect()
}

/// A field of the old way is required as such; left out on purpose it is not.
fn leave_out(form: &mut Form, asked: &Asked) {
    if !form.is_data_form() {
        let left_out = form.set(&asked.name, "");
        left_out.expect("an empty text can be set in every field that is to be seen");
    }
}

/// False: it is such that it cannot be set.
fn set(
    form: &mut Form,
    asked: &Asked,
    mut typed: Vec<Zeroizing<String>>,
    mistakes: &mut Mistakes,
) -> bool {
    if typed.iter().all(|it| it.is_empty()) {
        // Left empty on purpose: what is on file goes, unless it must not. The form tells the rest by itself.
        typed.clear();
        if asked.required && !asked.needs_value {
            mistakes.push(&format!("`{}` needs a value", asked.name));
        }
    }
    let value: Value = typed.iter().map(|it| it.as_str()).collect();
    match form.set(&asked.name, value) {
        Ok(()) => true,
        Err(error) => {
            mistakes.field(&error);
            false
        }
    }
}

fn purpose_of(form: &Form) -> Purpose {
    match form.form_type() {
        Some(NS_CANCEL) => Purpose::Remove,
        Some(NS_CHANGE_PASSWORD) => Purpose::ChangePassword,
        _ => Purpose::Register,
    }
}

/// Without what belongs to a challenge.
fn for_application(mut values: Checked, is_handled: impl Fn(&str) -> bool) -> Values {
    values.retain(|(name, _)| !is_handled(name));
    Values(values)
}

/// What is wrong, by the names of the fields and never by their values.
#[derive(Default)]
struct Mistakes {
    text: String,
    count: usize,
}

impl Mistakes {
    fn push(&mut self, mistake: &str) {
        self.count += 1;
        if self.count > MOST_TOLD {
            return;
        }
        if !self.text.is_empty() {
            self.text.push_str("; ");
        }
        self.text.push_str(mistake);
    }

    fn field(&mut self, error: &FieldError) {
        self.push(&wording(error));
    }

    fn into_result(self) -> Result<(), Refusal> {
        if self.count == 0 {
            return Ok(());
        }
        let mut text = self.text;
        if self.count > MOST_TOLD {
            text.push_str(&format!("; and {} more", self.count - MOST_TOLD));
        }
        Err(Refusal::told(Condition::NotAcceptable, text))
    }
}

/// A [`FieldError`] in words for the user of a client, who sees no functions of this crate.
fn wording(error: &FieldError) -> String {
    let name = error.field();
    match error {
        FieldError::Missing { .. } => format!("`{name}` needs a value"),
        FieldError::NotAnOption { .. } => format!("`{name}` takes one of its options only"),
        FieldError::TooManyValues { .. } => format!("`{name}` takes one value only"),
        FieldError::NotABoolean { .. } => format!("`{name}` is a yes or no"),
        FieldError::NotAJid { .. } => format!("`{name}` takes a JID, such as name@domain"),
        FieldError::ForbiddenCharacter { .. } => {
            format!("`{name}` holds a character that XML forbids")
        }
        // These name the field and what the service itself asked for.
        FieldError::Challenge { .. }
        | FieldError::NotOfType { .. }
        | FieldError::BelowMinimum { .. }
        | FieldError::AboveMaximum { .. }
        | FieldError::NoMatch { .. }
        | FieldError::TooFew { .. }
        | FieldError::TooMany { .. }
        | FieldError::TooLong { .. } => error.to_string(),
        FieldError::Unknown { .. }
        | FieldError::ReadOnly { .. }
        | FieldError::Reserved { .. }
        | FieldError::NotALanguage { .. } => format!("`{name}` is not good"),
    }
}

fn told(text: &str) -> Refusal {
    Refusal::told(Condition::NotAcceptable, text)
}
