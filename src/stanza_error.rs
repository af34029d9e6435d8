//! Stanza errors (RFC 6120 section 8.3) with the legacy numeric codes of XEP-0086.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use minidom::Element;

use crate::xml::{self, NS_DATA, NS_REGISTER, NS_STANZAS};

mod condition;

pub use condition::{Condition, ErrorType};

/// Texts and application conditions kept of one error; what a peer sends beyond it is dropped.
const MOST_PARTS: usize = 16;

/// Which request a server refused: the original's `register_state`, completed.
#[doc = include_str!("stanza_error/step.md")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// The invitation token (XEP-0445).
    Token,
    /// The request for the registration form.
    Form,
    /// The submitted registration.
    Submit,
    /// The change of the password, plain or by a form.
    PasswordChange,
    /// The removal of the registration, plain or by a form.
    Removal,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Step::Token => "the invitation token",
            Step::Form => "the request for the form",
            Step::Submit => "the registration",
            Step::PasswordChange => "the change of the password",
            Step::Removal => "the removal of the registration",
        })
    }
}

/// Why a server refused a request.
///
#[doc = include_str!("stanza_error/stanza_error.md")]
///
/// It is always readable: an error without a type or a condition takes them from its legacy code (XEP-0086), and one
/// without any of them is [`Condition::UndefinedCondition`]. It never holds what the server echoed of the request.
#[derive(Clone, PartialEq, Eq)]
pub struct StanzaError(Box<Parts>);

/// What an error holds. Boxed, since most events are none.
#[derive(Clone, PartialEq, Eq)]
struct Parts {
    step: Step,
    condition: Condition,
    kind: ErrorType,
    code: Option<u16>,
    by: Option<String>,
    address: Option<String>,
    texts: Vec<(Option<String>, String)>,
    /// Index of the text that fits the configured language best.
    best: usize,
    application: Vec<(String, String)>,
}

impl StanzaError {
    /// Which request was refused.
    #[must_use]
    pub fn step(&self) -> Step {
        self.0.step
    }

    /// The defined condition.
    #[must_use]
    pub fn condition(&self) -> Condition {
        self.0.condition
    }

    /// The error's `type`, or the one that goes with the condition.
    #[must_use]
    pub fn error_type(&self) -> ErrorType {
        self.0.kind
    }

    /// The numeric code, if the server sent one (XEP-0086). [`Condition::legacy_code`] maps the other way.
    #[must_use]
    pub fn code(&self) -> Option<u16> {
        self.0.code
    }

    /// The address of whoever raised the error, as it was sent (RFC 6120 section 8.3.1).
    #[must_use]
    pub fn by(&self) -> Option<&str> {
        self.0.by.as_deref()
    }

    /// Where to go instead, for `gone` and `redirect` (RFC 6120 sections 8.3.3.5 and 8.3.3.14): a URI as the server sent it.
    #[must_use]
    pub fn new_address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }

    /// The text for the user: the one in the language of [`Config::lang`](crate::Config::lang), else one without a
    /// language, else the first.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.0.texts.get(self.0.best).map(|(_, text)| text.as_str())
    }

    /// The text in this language, or in one that shares its first subtag (`de` for `de-AT`).
    #[must_use]
    pub fn text_in(&self, lang: &str) -> Option<&str> {
        best_for(&self.0.texts, lang).map(|at| self.0.texts[at].1.as_str())
    }

    /// All texts with their languages, at most 16.
    pub fn texts(&self) -> impl Iterator<Item = (Option<&str>, &str)> {
        self.0
            .texts
            .iter()
            .map(|(lang, text)| (lang.as_deref(), text.as_str()))
    }

    /// Application-specific conditions as (name, namespace), at most 16 (RFC 6120 section 8.3.4).
    pub fn application_conditions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .application
            .iter()
            .map(|(name, ns)| (name.as_str(), ns.as_str()))
    }

    /// Whether the very same request may succeed later: the error's type is `wait`.
    #[must_use]
    pub fn is_worth_retrying(&self) -> bool {
        self.0.kind == ErrorType::Wait
    }

    /// Whether other values may succeed at once: another name, a better password, a missing field.
    ///
    /// True for the type `modify` and for `conflict`, which servers send as `cancel`, where values were sent: in a
    /// registration or a change of the password. A token, the request for a form and a removal have nothing to mend.
    #[must_use]
    pub fn is_worth_mending(&self) -> bool {
        let has_values = match self.0.step {
            Step::Submit | Step::PasswordChange => true,
            Step::Token | Step::Form | Step::Removal => false,
        };
        let name_taken = self.0.condition == Condition::Conflict;
        has_values && (self.0.kind == ErrorType::Modify || name_taken)
    }

    /// An error whose stanza could not be read: a refusal all the same.
    pub(crate) fn unreadable(step: Step) -> Self {
        StanzaError(Box::new(Parts {
            step,
            condition: Condition::UndefinedCondition,
            kind: ErrorType::Cancel,
            code: None,
            by: None,
            address: None,
            texts: Vec::new(),
            best: 0,
            application: Vec::new(),
        }))
    }

    /// Reads the `<error/>` of a stanza of type error. `None`: its texts are longer than `text_limit` bytes.
    pub(crate) fn read(
        stanza: &Element,
        step: Step,
        lang: Option<&str>,
        text_limit: usize,
    ) -> Option<Self> {
        let mut read = Self::unreadable(step);
        let Some(element) = error_of(stanza) else {
            return Some(read);
        };
        let error = &mut *read.0;
        let mut room = text_limit;
        let mut named = None;
        for child in element.children() {
            let inherited = || xml::lang(element).or_else(|| xml::lang(stanza));
            error.read_child(child, &mut named, inherited, &mut room)?;
        }
        error.by = match element.attr("by") {
            Some(by) => Some(spend_str(by, &mut room)?),
            None => None,
        };
        error.code = code_of(element);
        error.settle(named, element.attr("type"));
        error.best = lang
            .and_then(|lang| best_for(&error.texts, lang))
            .or_else(|| error.texts.iter().position(|(lang, _)| lang.is_none()))
            .unwrap_or(0);
        Some(read)
    }

    /// The condition alone, however long the rest is.
    pub(crate) fn condition_of(stanza: &Element) -> Condition {
        let mut error = Self::unreadable(Step::Form);
        if let Some(element) = error_of(stanza) {
            let defined = element.children().filter(|it| it.has_ns(NS_STANZAS));
            let named = defined.map(Element::name).find_map(Condition::from_name);
            error.0.code = code_of(element);
            error.0.settle(named, None);
        }
        error.condition()
    }
}

fn error_of(stanza: &Element) -> Option<&Element> {
    stanza
        .children()
        .find(|child| child.name() == "error" && !child.has_ns(NS_REGISTER))
}

fn code_of(error: &Element) -> Option<u16> {
    error.attr("code")?.trim().parse().ok()
}

impl Parts {
    fn read_child<'a>(
        &mut self,
        child: &'a Element,
        named: &mut Option<Condition>,
        inherited: impl FnOnce() -> Option<&'a str>,
        room: &mut usize,
    ) -> Option<()> {
        if child.has_ns(NS_REGISTER) || child.has_ns(NS_DATA) {
            // An alternative form, or an echo.
        } else if !child.has_ns(NS_STANZAS) {
            if self.application.len() < MOST_PARTS {
                let name = spend_str(child.name(), room)?;
                self.application.push((name, spend_ns(child, room)?));
            }
        } else if child.name() == "text" {
            if self.texts.len() < MOST_PARTS {
                self.push_text(child, inherited, room)?;
            }
        } else if named.is_none() {
            *named = Condition::from_name(child.name());
            if matches!(named, Some(Condition::Gone | Condition::Redirect)) {
                self.address = Some(spend_text(child, room)?).filter(|uri| !uri.trim().is_empty());
            }
        }
        Some(())
    }

    /// Condition and type, each from itself, else from the legacy code, else from the other one.
    fn settle(&mut self, named: Option<Condition>, kind: Option<&str>) {
        let by_code = self.code.and_then(Condition::from_legacy_code);
        let kind = kind.and_then(ErrorType::from_name);
        let (condition, default) = match (named, by_code) {
            (Some(named), Some((of_code, default))) if named == of_code => (named, default),
            (Some(named), _) => (named, named.default_type()),
            (None, Some(meant)) => meant,
            (None, None) => (Condition::UndefinedCondition, ErrorType::Cancel),
        };
        self.condition = condition;
        self.kind = kind.unwrap_or(default);
    }

    fn push_text<'a>(
        &mut self,
        element: &'a Element,
        inherited: impl FnOnce() -> Option<&'a str>,
        room: &mut usize,
    ) -> Option<()> {
        let lang = match xml::lang(element).or_else(inherited) {
            Some(lang) => Some(spend_str(lang, room)?),
            None => None,
        };
        let text = spend_text(element, room)?;
        let text = text.trim();
        if !text.is_empty() {
            self.texts.push((lang, text.to_string()));
        }
        Some(())
    }
}

impl fmt::Debug for StanzaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StanzaError")
            .field("step", &self.0.step)
            .field("condition", &self.0.condition)
            .field("error_type", &self.0.kind)
            .field("code", &self.0.code)
            .field("by", &self.0.by)
            .field("new_address", &self.0.address)
            .field("texts", &self.0.texts)
            .field("application_conditions", &self.0.application)
            .finish()
    }
}

impl fmt::Display for StanzaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} was refused: {} ({})",
            self.0.step, self.0.condition, self.0.kind
        )?;
        match self.text() {
            Some(text) => write!(f, ", {}", xml::Shown(text)),
            None => Ok(()),
        }
    }
}

impl core::error::Error for StanzaError {}

/// The best of the texts for a language: the same tag, else the same first subtag.
fn best_for(texts: &[(Option<String>, String)], wanted: &str) -> Option<usize> {
    let first = |tag: &str| {
        tag.split('-')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    let position = |fits: &dyn Fn(&str) -> bool| {
        texts
            .iter()
            .position(|(lang, _)| lang.as_deref().is_some_and(fits))
    };
    position(&|lang| lang.eq_ignore_ascii_case(wanted))
        .or_else(|| position(&|lang| first(lang) == first(wanted)))
}

fn spend(bytes: usize, room: &mut usize) -> Option<()> {
    *room = room.checked_sub(bytes)?;
    Some(())
}

fn spend_str(text: &str, room: &mut usize) -> Option<String> {
    spend(text.len(), room)?;
    Some(text.to_string())
}

fn spend_ns(element: &Element, room: &mut usize) -> Option<String> {
    let ns = element.ns();
    spend(ns.len(), room)?;
    Some(ns)
}

fn spend_text(element: &Element, room: &mut usize) -> Option<String> {
    let length = element.texts().map(str::len).sum();
    spend(length, room)?;
    let mut text = String::with_capacity(length);
    xml::push_text(&mut text, element);
    Some(text)
}

#[cfg(test)]
mod tests;
