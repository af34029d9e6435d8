//! Asks the user, at a terminal or through a pipe.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use xmpp_registration::{Field, FieldKind, Value};

use crate::redact::Redactor;
use crate::show::{self, label};
use crate::stop::Stop;

/// How the user can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// Not at all.
    Never,
    /// By lines of input that a script or a file holds.
    Lines,
    /// Face to face.
    Terminal,
}

/// What came back for a question.
pub enum Typed {
    /// An answer, perhaps empty.
    Text(String),
    /// The value that is there already is good.
    Keep,
    /// The end of the input.
    End,
}

/// Whoever runs the program.
pub struct User {
    asking: Asking,
    redactor: Redactor,
}

impl User {
    /// Looks whether there is somebody to ask.
    pub fn new(no_input: bool, redactor: Redactor) -> Self {
        let asking = if no_input {
            Asking::Never
        } else if io::stdin().is_terminal() {
            Asking::Terminal
        } else {
            Asking::Lines
        };
        Self { asking, redactor }
    }

    /// How the user can be asked.
    pub fn asking(&self) -> Asking {
        self.asking
    }

    /// Whether a person sits at a terminal, who can be asked whatever comes up.
    pub fn is_there(&self) -> bool {
        self.asking == Asking::Terminal
    }

    /// What must not be shown.
    pub fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// Says something that is no result: on standard error, where it is in no script's way.
    pub fn tell(&self, text: &str) {
        // Nobody may be there to read it.
        let _ = writeln!(io::stderr(), "{}", self.redactor.text(text));
    }

    /// Draws what the program itself made: the one thing that a terminal may obey.
    pub fn draw(&self, sequence: &str) {
        if self.asking != Asking::Never {
            let _ = write!(io::stderr(), "{sequence}");
        }
    }

    /// Asks for a yes; the default is no.
    pub fn confirm(&self, question: &str) -> Result<bool, Stop> {
        let typed = self.line(&format!("{question} [y/N] "))?;
        Ok(typed.as_deref().and_then(boolean) == Some(true))
    }

    /// Asks for what no server has to offer a field for, such as the name to log in with.
    pub fn need(&self, what: &str, option: &str) -> Result<String, Stop> {
        while self.is_there() {
            match self.line(&format!("{what}: "))? {
                Some(text) if text.is_empty() => {}
                Some(text) => return Ok(text),
                None => break,
            }
        }
        Err(Stop::usage(format!("{option} is needed")))
    }

    /// The same for a secret, with `twice` where a slip would lock the user out.
    pub fn need_secret(&self, what: &str, option: &str, twice: bool) -> Result<String, Stop> {
        while self.is_there() {
            match self.secret(what, twice)? {
                Some(text) if text.is_empty() => {}
                Some(text) => return Ok(text),
                None => break,
            }
        }
        Err(Stop::usage(format!("{option} is needed")))
    }

    /// Asks for the value of a field.
    pub fn answer(&self, field: Field<'_>) -> Result<Typed, Stop> {
        let typed = match self.asking {
            Asking::Never => None,
            Asking::Lines => self.line(&format!("{}:\n", label(field)))?,
            Asking::Terminal => self.answer_at_terminal(field)?,
        };
        Ok(match typed {
            None => Typed::End,
            Some(text) if text.is_empty() && self.is_there() && field.value().is_some() => {
                Typed::Keep
            }
            Some(text) => Typed::Text(text),
        })
    }

    fn answer_at_terminal(&self, field: Field<'_>) -> Result<Option<String>, Stop> {
        let mut prompt = label(field);
        match field.options().count() {
            0 if field.kind() == FieldKind::Boolean => prompt += " (y/n)",
            0 => {}
            last => prompt.extend([" (1-", &last.to_string(), ")"]),
        }
        if let Some(value) = show::value(field).filter(|_| field.check().is_ok()) {
            prompt.extend([" [", &value, "]"]);
        }
        if field.is_secret() {
            // The old one is known; a slip in a new one would lock the user out.
            return self.secret(&prompt, field.name() != Some("old_password"));
        }
        if field.kind() != FieldKind::TextMulti {
            return self.line(&format!("{prompt}: "));
        }
        let Some(mut text) = self.line(&format!("{prompt} (end with an empty line):\n"))? else {
            return Ok(None);
        };
        while !text.is_empty() {
            match self.line("")? {
                Some(more) if !more.is_empty() => text.extend(["\n", &more]),
                _ => break,
            }
        }
        Ok(Some(text))
    }

    /// A line of standard input; `None` at its end.
    fn line(&self, prompt: &str) -> Result<Option<String>, Stop> {
        let _ = write!(io::stderr(), "{}", self.redactor.text(prompt));
        let mut text = String::new();
        let read = io::stdin().read_line(&mut text);
        let length =
            read.map_err(|error| Stop::usage(format!("cannot read the input: {error}")))?;
        if text.ends_with('\n') {
            text.pop();
            if text.ends_with('\r') {
                text.pop();
            }
        }
        Ok((length > 0).then_some(text))
    }

    /// A line of the terminal, unseen.
    fn secret(&self, prompt: &str, twice: bool) -> Result<Option<String>, Stop> {
        let ask = |prompt: &str| match rpassword::prompt_password(self.redactor.text(prompt)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(Stop::usage(format!("cannot ask for a password: {error}"))),
        };
        loop {
            let Some(text) = ask(&format!("{prompt}: "))? else {
                return Ok(None);
            };
            self.redactor.add(&text);
            if !twice || text.is_empty() || ask("The same again: ")?.as_ref() == Some(&text) {
                return Ok(Some(text));
            }
            self.tell("These were not the same.");
        }
    }
}

/// The value that a text stands for, where the field is not simply a text.
pub fn value(field: Field<'_>, text: &str) -> Value {
    let parts = || {
        text.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
    };
    match field.kind() {
        FieldKind::Boolean => boolean(text).map_or_else(|| text.trim().into(), Value::from),
        FieldKind::ListSingle => choice(field, text)
            .unwrap_or_else(|| text.trim().to_owned())
            .into(),
        FieldKind::ListMulti => match choice(field, text) {
            // Its value may have a comma in it.
            Some(one) => one.into(),
            None => parts()
                .map(|part| choice(field, part).unwrap_or_else(|| part.to_owned()))
                .collect(),
        },
        FieldKind::JidSingle => text.trim().into(),
        FieldKind::JidMulti => parts().collect(),
        FieldKind::Fixed
        | FieldKind::Hidden
        | FieldKind::TextMulti
        | FieldKind::TextPrivate
        | FieldKind::TextSingle => text.into(),
    }
}

/// An option by its value, its label or its number: what the server calls it comes first.
fn choice(field: Field<'_>, text: &str) -> Option<String> {
    let text = text.trim();
    let number = || text.parse::<usize>().ok()?.checked_sub(1);
    let found = field
        .options()
        .find(|option| option.value() == text)
        .or_else(|| {
            field
                .options()
                .find(|option| option.label().eq_ignore_ascii_case(text))
        })
        .or_else(|| field.options().nth(number()?));
    found.map(|option| option.value().to_owned())
}

fn boolean(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" | "true" | "1" => Some(true),
        "n" | "no" | "false" | "0" => Some(false),
        _ => None,
    }
}
