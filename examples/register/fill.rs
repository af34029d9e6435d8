//! Fills in forms: from the command line, from what was typed before, and by asking.

use xmpp_registration::{
    Answer, Condition, Field, FieldError, FieldKind, Form, Incomplete, StanzaError, Value,
};

use crate::ask::{self, Asking, Typed, User};
use crate::show;
use crate::stop::{Code, Stop, advice, plainly};

/// Why a form is to be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The server offers it.
    Offered,
    /// The stream ended while the user typed; it was the same form before.
    Resumed,
    /// The server demands it instead of what was submitted.
    Alternative,
    /// The server did not like what was filled in.
    Mended,
    /// The same, and the form was used up: this is a new one, with what was filled in, secrets
    /// aside. `whole`: what was filled in was wrong, not only the answer to a CAPTCHA.
    Renewed { whole: bool },
}

/// A value from the command line.
struct Given {
    field: String,
    values: Vec<String>,
    /// By `--set`: then it is a mistake if there is no such field.
    by_name: bool,
}

/// What tells one form from another, whatever its fields hold.
#[derive(PartialEq, Eq)]
struct Shape {
    form_type: Option<String>,
    is_data_form: bool,
    fields: Vec<(Option<String>, FieldKind)>,
}

/// Fills in one form after the other.
pub struct Filler<'a> {
    user: &'a User,
    given: Vec<Given>,
    /// Secrets that were typed: the machine gives forms back without them.
    typed: Vec<(String, String)>,
    /// The fields that the user was asked for.
    asked: Vec<String>,
    /// The form that was filled in last.
    shape: Option<Shape>,
    /// Whether an alternative was filled in without asking: to do so again would lead nowhere.
    swapped: bool,
    /// An answer that could not be sent.
    kept: Option<Form>,
    /// What to tell along with the form, and what to draw.
    enclosed: (Vec<String>, String),
}

impl<'a> Filler<'a> {
    /// `known` is used where a form asks for it; each of `set` has to be asked for.
    pub fn new<'s>(
        user: &'a User,
        known: Vec<(String, Vec<String>)>,
        set: impl Iterator<Item = (&'s str, &'s str)>,
    ) -> Self {
        let known = known.into_iter().map(|(field, values)| Given {
            field,
            values,
            by_name: false,
        });
        let mut given: Vec<_> = known.collect();
        for (name, value) in set {
            let before = given.iter().position(|it| it.field == name);
            let at = before.unwrap_or_else(|| {
                given.push(Given {
                    field: name.to_owned(),
                    values: Vec::new(),
                    by_name: true,
                });
                given.len() - 1
            });
            if !std::mem::replace(&mut given[at].by_name, true) {
                given[at].values.clear();
            }
            given[at].values.push(value.to_owned());
        }
        Self {
            user,
            given,
            typed: Vec::new(),
            asked: Vec::new(),
            shape: None,
            swapped: false,
            kept: None,
            enclosed: Default::default(),
        }
    }

    /// What belongs to the next form: lines to tell, and a terminal's drawing.
    pub fn enclose(&mut self, lines: Vec<String>, drawing: String) {
        self.enclosed = (lines, drawing);
    }

    /// Fills a form in; `refusal` is what came with it.
    pub fn fill(&mut self, form: Form, refusal: Option<&StanzaError>) -> Result<Answer, Stop> {
        let stage = self.stage(&shape(&form), refusal);
        self.fill_in(form, stage, refusal)
    }

    /// Fills in the form that was asked for anew after a refusal.
    pub fn renew(&mut self, form: Form, refusal: &StanzaError) -> Result<Answer, Stop> {
        let unfilled = form.unfilled();
        let mut open = unfilled.names().filter_map(|name| form.field(name));
        let whole = is_about_the_name(refusal) || !open.any(Field::is_challenge);
        self.fill_in(form, Stage::Renewed { whole }, Some(refusal))
    }

    /// Whether a script was asked for what was refused, and so may have another answer.
    pub fn can_mend(&self, refusal: &StanzaError) -> bool {
        let mut asked = self.asked.iter();
        asked.any(|name| !is_about_the_name(refusal) || name == "username")
    }

    fn fill_in(
        &mut self,
        mut form: Form,
        stage: Stage,
        refusal: Option<&StanzaError>,
    ) -> Result<Answer, Stop> {
        let shape = shape(&form);
        if let Some(earlier) = self.kept.take() {
            // What is left open is looked at below.
            let _ = form.adopt(&earlier);
        }
        self.fill_from_options(&mut form)?;
        self.hide_secrets(&form);
        self.present(&form, stage, refusal);
        let asked = self.ask(&mut form, stage, refusal)?;
        let goes_on = match stage {
            Stage::Offered | Stage::Resumed => true,
            Stage::Alternative => asked || !std::mem::replace(&mut self.swapped, true),
            // The same again would be refused again.
            Stage::Mended | Stage::Renewed { .. } => asked,
        };
        if let (Some(error), false) = (refusal, goes_on) {
            return Err(Stop::new(
                Code::Refused,
                format!("{error}{}", advice(error)),
            ));
        }
        self.shape = Some(shape);
        form.finish()
            .map_err(|incomplete| left_open(&incomplete, refusal))
    }

    /// Fails if a field that was named on the command line is not there.
    pub fn check_names(&self, form: &Form) -> Result<(), Stop> {
        let mut named = self.given.iter().filter(|it| it.by_name);
        match named.find(|it| form.field(&it.field).is_none()) {
            Some(Given { field, .. }) => {
                let field = field.clone();
                Err(FieldError::Unknown { field }.into())
            }
            None => Ok(()),
        }
    }

    /// Takes an answer back that could not be sent, for the next form.
    pub fn keep(&mut self, answer: Answer) {
        self.kept = Some(answer.into_form());
    }

    /// Whether there is such an answer.
    pub fn holds_answer(&self) -> bool {
        self.kept.is_some()
    }

    /// From now on no secret of the form is shown, neither the server's own nor a given one.
    pub fn hide_secrets(&self, form: &Form) {
        for field in form.fields().filter(|field| field.is_secret()) {
            field
                .values()
                .for_each(|value| self.user.redactor().add(value));
        }
    }

    fn stage(&self, shape: &Shape, refusal: Option<&StanzaError>) -> Stage {
        match refusal {
            _ if self.kept.is_some() => Stage::Resumed,
            None => Stage::Offered,
            Some(_) if self.shape.as_ref() == Some(shape) => Stage::Mended,
            Some(_) => Stage::Alternative,
        }
    }

    /// Sets what is known. What the user typed, or changed, counts for more.
    fn fill_from_options(&self, form: &mut Form) -> Result<(), Stop> {
        for (name, secret) in &self.typed {
            if form
                .field(name)
                .is_some_and(|field| field.kind().is_visible() && !field.is_set())
            {
                form.set(name, secret.as_str())?;
            }
        }
        let first = self.shape.is_none();
        for Given {
            field: name,
            values,
            by_name,
        } in &self.given
        {
            let expected = *by_name && first;
            let takes = match form.field(name) {
                // Another name than the reserved one is a mistake, not a value to be passed over.
                Some(field) if field.is_reserved() => expected,
                Some(field) => (field.kind().is_visible() || expected) && !field.is_set(),
                None => expected,
            };
            if takes {
                let value: Value = match &values[..] {
                    [one] => one.into(),
                    several => several.iter().collect(),
                };
                form.set(name, value)?;
            }
            match form.field(name).map_or(Ok(()), Field::check) {
                // An empty one, perhaps: it is still to be asked for.
                Ok(()) | Err(FieldError::Missing { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn present(&mut self, form: &Form, stage: Stage, refusal: Option<&StanzaError>) {
        if self.user.asking() == Asking::Never {
            return;
        }
        // The refusal that used a form up was told before the new one was asked for.
        let is_news = !matches!(stage, Stage::Renewed { .. });
        if let Some(error) = refusal.filter(|_| is_news) {
            self.user.tell(&format!("{error}{}", advice(error)));
        }
        if matches!(stage, Stage::Offered | Stage::Alternative) {
            self.user.tell(&show::form(form));
        }
        let (lines, drawing) = std::mem::take(&mut self.enclosed);
        for line in lines {
            self.user.tell(&line);
        }
        self.user.draw(&drawing);
    }

    /// Asks for what is open, and tells whether anything was.
    fn ask(
        &mut self,
        form: &mut Form,
        stage: Stage,
        refusal: Option<&StanzaError>,
    ) -> Result<bool, Stop> {
        let unfilled = form.unfilled();
        let is_unfilled = |field: Field<'_>| unfilled.names().any(|it| Some(it) == field.name());
        let open = form
            .fields()
            .filter(|field| self.is_open(*field, stage, is_unfilled(*field)));
        let names: Vec<_> = open
            .filter_map(|field| field.name().map(str::to_owned))
            .collect();
        for name in &names {
            self.ask_for(form, name, refusal)?;
        }
        Ok(!names.is_empty())
    }

    fn is_open(&self, field: Field<'_>, stage: Stage, unfilled: bool) -> bool {
        let can_be_set = field.kind().is_visible() && !field.is_reserved() && !show::is_link(field);
        let Some(name) = field.name().filter(|_| can_be_set) else {
            return false;
        };
        let given = || self.given.iter().any(|it| it.field == name);
        let wanted = match (self.user.asking(), stage) {
            (Asking::Never, _) => return false,
            (Asking::Lines, Stage::Mended | Stage::Renewed { whole: true }) => {
                self.asked.iter().any(|it| it == name)
            }
            (Asking::Terminal, Stage::Mended | Stage::Renewed { whole: true }) => true,
            (Asking::Lines, _)
            | (Asking::Terminal, Stage::Resumed | Stage::Renewed { whole: false }) => false,
            (Asking::Terminal, Stage::Offered | Stage::Alternative) => !given(),
        };
        wanted || unfilled || field.check().is_err()
    }

    /// Asks until the answer is good. A script does not hear that it was not: it stops.
    fn ask_for(
        &mut self,
        form: &mut Form,
        name: &str,
        refusal: Option<&StanzaError>,
    ) -> Result<(), Stop> {
        self.asked.push(name.to_owned());
        while let Some(field) = form.field(name) {
            let set = match self.user.answer(field)? {
                Typed::End => return Err(end_of_input(form, name, refusal)),
                Typed::Keep => Ok(()),
                Typed::Text(text) => {
                    let value = ask::value(field, &text);
                    if field.is_secret() {
                        self.user.redactor().add(&text);
                        self.typed.retain(|(typed, _)| typed != name);
                        self.typed.push((name.to_owned(), text));
                    }
                    form.set(name, value)
                }
            };
            match set.and_then(|()| form.field(name).map_or(Ok(()), Field::check)) {
                Ok(()) => break,
                Err(error) if self.user.is_there() => self.user.tell(&plainly(&error)),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// Whether another user name would help, whatever became of a CAPTCHA in the same form.
fn is_about_the_name(refusal: &StanzaError) -> bool {
    matches!(
        refusal.condition(),
        Condition::Conflict | Condition::JidMalformed
    )
}

fn shape(form: &Form) -> Shape {
    let field = |field: Field<'_>| (field.name().map(str::to_owned), field.kind());
    Shape {
        form_type: form.form_type().map(str::to_owned),
        is_data_form: form.is_data_form(),
        fields: form.fields().map(field).collect(),
    }
}

fn end_of_input(form: &Form, name: &str, refusal: Option<&StanzaError>) -> Stop {
    let unfilled = form.unfilled();
    let names = if unfilled.is_empty() {
        name.to_owned()
    } else {
        unfilled.to_string()
    };
    unanswered(&names, refusal)
}

fn left_open(incomplete: &Incomplete, refusal: Option<&StanzaError>) -> Stop {
    let is_missing = |error: &FieldError| {
        matches!(
            error,
            FieldError::Missing { .. } | FieldError::Challenge { .. }
        )
    };
    if !incomplete.errors().iter().all(is_missing) {
        let errors: Vec<_> = incomplete.errors().iter().map(plainly).collect();
        return Stop::usage(errors.join("; "));
    }
    unanswered(&incomplete.fields().collect::<Vec<_>>().join(", "), refusal)
}

/// After a refusal that is the news; before it, the missing answers are.
fn unanswered(names: &str, refusal: Option<&StanzaError>) -> Stop {
    match refusal {
        None => Stop::usage(format!("fields left unanswered: {names}")),
        Some(error) => Stop::new(
            Code::Refused,
            format!("{error}; fields left unanswered: {names}"),
        ),
    }
}
