//! Stanza errors (RFC 6120 section 8.3) with the legacy numeric codes of XEP-0086.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Write};

use minidom::Element;

use crate::xml::{self, NS_DATA, NS_REGISTER, NS_STANZAS};

/// Texts and application conditions kept of one error; what a peer sends beyond it is dropped.
const MOST_PARTS: usize = 16;

/// Which request a server refused: the original's `register_state`, completed.
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

/// The `type` of a stanza error: what the requester may do about it (RFC 6120 section 8.3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorType {
    /// Retry after providing credentials.
    Auth,
    /// Do not retry: the error cannot be remedied.
    Cancel,
    /// Proceed: the condition was only a warning.
    Continue,
    /// Retry after changing the data sent.
    Modify,
    /// Retry after waiting: the error is temporary.
    Wait,
}

impl ErrorType {
    const ALL: [(ErrorType, &'static str); 5] = [
        (ErrorType::Auth, "auth"),
        (ErrorType::Cancel, "cancel"),
        (ErrorType::Continue, "continue"),
        (ErrorType::Modify, "modify"),
        (ErrorType::Wait, "wait"),
    ];

    /// The value of the `type` attribute.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(of, _)| *of == self)
            .map_or("cancel", |(_, name)| name)
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, of)| *of == name)
            .map(|(of, _)| *of)
    }
}

impl fmt::Display for ErrorType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

macro_rules! conditions {
    ($($(#[$doc:meta])* $variant:ident $name:literal $kind:ident $code:literal,)*) => {
        /// The defined condition of a stanza error (RFC 6120 section 8.3.3, and `payment-required` of RFC 3920).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Condition { $($(#[$doc])* $variant,)* }

        impl Condition {
            /// Every condition with its element's name, and the type and the legacy code that XEP-0086 gives it.
            const ALL: &'static [(Condition, &'static str, ErrorType, u16)] =
                &[$((Condition::$variant, $name, ErrorType::$kind, $code),)*];
        }
    };
}

conditions! {
    /// The request is malformed, or lacks a field.
    BadRequest "bad-request" Modify 400,
    /// The name is taken, or the registration exists already.
    Conflict "conflict" Cancel 409,
    /// The feature is not implemented.
    FeatureNotImplemented "feature-not-implemented" Cancel 501,
    /// The requester has not the permission.
    Forbidden "forbidden" Auth 403,
    /// The address is permanently elsewhere.
    Gone "gone" Modify 302,
    /// The server failed.
    InternalServerError "internal-server-error" Wait 500,
    /// There is no such address or item.
    ItemNotFound "item-not-found" Cancel 404,
    /// A JID, often the user name, is malformed.
    JidMalformed "jid-malformed" Modify 400,
    /// The values are not acceptable, or one is missing.
    NotAcceptable "not-acceptable" Modify 406,
    /// Nobody may do this.
    NotAllowed "not-allowed" Cancel 405,
    /// Credentials are missing, or the channel is not safe enough.
    NotAuthorized "not-authorized" Auth 401,
    /// Payment is required.
    PaymentRequired "payment-required" Auth 402,
    /// A policy of the server forbids it, such as a required encryption.
    PolicyViolation "policy-violation" Modify 406,
    /// The recipient is unavailable.
    RecipientUnavailable "recipient-unavailable" Wait 404,
    /// The address is temporarily elsewhere.
    Redirect "redirect" Modify 302,
    /// The requester is not registered.
    RegistrationRequired "registration-required" Auth 407,
    /// The remote server does not exist.
    RemoteServerNotFound "remote-server-not-found" Cancel 404,
    /// The remote server did not answer in time.
    RemoteServerTimeout "remote-server-timeout" Wait 504,
    /// The server lacks resources, or the requester asks too often.
    ResourceConstraint "resource-constraint" Wait 500,
    /// The service is not provided.
    ServiceUnavailable "service-unavailable" Cancel 503,
    /// A subscription is required.
    SubscriptionRequired "subscription-required" Auth 407,
    /// Any other condition; also stands where the error could not be read.
    UndefinedCondition "undefined-condition" Cancel 500,
    /// The request came at the wrong time.
    UnexpectedRequest "unexpected-request" Wait 400,
}

impl Condition {
    fn row(self) -> (&'static str, ErrorType, u16) {
        let row = Self::ALL.iter().find(|row| row.0 == self);
        let row = row.expect("the table is made from the variants, so each has a row");
        (row.1, row.2, row.3)
    }

    /// The name of the condition's element, such as `conflict`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The type that goes with this condition where an error has none (XEP-0086 section 2).
    #[must_use]
    pub fn default_type(self) -> ErrorType {
        self.row().1
    }

    /// The legacy numeric code (XEP-0086 section 2), `policy-violation` as `not-acceptable`.
    #[must_use]
    pub fn legacy_code(self) -> u16 {
        self.row().2
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// What a legacy numeric code alone means (XEP-0086 section 3), with the type. `None`: no such code.
    #[must_use]
    pub fn from_legacy_code(code: u16) -> Option<(Self, ErrorType)> {
        let condition = match code {
            302 => Condition::Redirect,
            400 => Condition::BadRequest,
            401 => Condition::NotAuthorized,
            402 => Condition::PaymentRequired,
            403 => Condition::Forbidden,
            404 => Condition::ItemNotFound,
            405 => Condition::NotAllowed,
            406 => Condition::NotAcceptable,
            407 => Condition::RegistrationRequired,
            408 | 504 => Condition::RemoteServerTimeout,
            409 => Condition::Conflict,
            500 => Condition::InternalServerError,
            501 => Condition::FeatureNotImplemented,
            // A 502 is the one row whose type differs from the condition's own: the remote server may come back.
            502 => return Some((Condition::ServiceUnavailable, ErrorType::Wait)),
            503 | 510 => Condition::ServiceUnavailable,
            _ => return None,
        };
        Some((condition, condition.default_type()))
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a server refused a request.
///
/// It is always readable: an error without a type or a condition takes them from its legacy code (XEP-0086), and one
/// without any of them is [`Condition::UndefinedCondition`]. It never holds what the server echoed of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StanzaError {
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
        self.step
    }

    /// The defined condition.
    #[must_use]
    pub fn condition(&self) -> Condition {
        self.condition
    }

    /// The error's `type`, or the one that goes with the condition.
    #[must_use]
    pub fn error_type(&self) -> ErrorType {
        self.kind
    }

    /// The numeric code, if the server sent one (XEP-0086). [`Condition::legacy_code`] maps the other way.
    #[must_use]
    pub fn code(&self) -> Option<u16> {
        self.code
    }

    /// The address of whoever raised the error, as it was sent (RFC 6120 section 8.3.1).
    #[must_use]
    pub fn by(&self) -> Option<&str> {
        self.by.as_deref()
    }

    /// Where to go instead, for `gone` and `redirect` (RFC 6120 sections 8.3.3.5 and 8.3.3.14): a URI as the server sent it.
    #[must_use]
    pub fn new_address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// The text for the user: the one in the language of [`Config::lang`](crate::Config::lang), else one without a
    /// language, else the first.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.texts.get(self.best).map(|(_, text)| text.as_str())
    }

    /// The text in this language, or in one that shares its first subtag (`de` for `de-AT`).
    #[must_use]
    pub fn text_in(&self, lang: &str) -> Option<&str> {
        best_for(&self.texts, lang).map(|at| self.texts[at].1.as_str())
    }

    /// All texts with their languages, at most 16.
    pub fn texts(&self) -> impl Iterator<Item = (Option<&str>, &str)> {
        self.texts
            .iter()
            .map(|(lang, text)| (lang.as_deref(), text.as_str()))
    }

    /// Application-specific conditions as (name, namespace), at most 16 (RFC 6120 section 8.3.4).
    pub fn application_conditions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.application
            .iter()
            .map(|(name, ns)| (name.as_str(), ns.as_str()))
    }

    /// Whether the very same request may succeed later: the error's type is `wait`.
    #[must_use]
    pub fn is_worth_retrying(&self) -> bool {
        self.kind == ErrorType::Wait
    }

    /// Whether other values may succeed at once: another name, a better password, a missing field.
    ///
    /// True for the type `modify` and for `conflict`, which servers send as `cancel`.
    #[must_use]
    pub fn is_worth_mending(&self) -> bool {
        let name_taken = self.condition == Condition::Conflict;
        // Before anything was submitted, a policy is about the stream, such as a required encryption.
        let about_the_stream = self.condition == Condition::PolicyViolation
            && matches!(self.step, Step::Token | Step::Form | Step::Removal);
        (self.kind == ErrorType::Modify || name_taken) && !about_the_stream
    }

    /// An error whose stanza could not be read: a refusal all the same.
    pub(crate) fn unreadable(step: Step) -> Self {
        StanzaError {
            step,
            condition: Condition::UndefinedCondition,
            kind: ErrorType::Cancel,
            code: None,
            by: None,
            address: None,
            texts: Vec::new(),
            best: 0,
            application: Vec::new(),
        }
    }

    /// Reads the `<error/>` of a stanza of type error. `None`: its texts are longer than `text_limit` bytes.
    pub(crate) fn read(
        stanza: &Element,
        step: Step,
        lang: Option<&str>,
        text_limit: usize,
    ) -> Option<Self> {
        let mut error = Self::unreadable(step);
        let Some(element) = stanza
            .children()
            .find(|child| child.name() == "error" && !child.has_ns(NS_REGISTER))
        else {
            return Some(error);
        };
        let mut room = text_limit;
        let inherited = xml::lang(element).or_else(|| xml::lang(stanza));
        let mut named = None;
        for child in element.children() {
            if child.has_ns(NS_REGISTER) || child.has_ns(NS_DATA) {
                // An alternative form, or an echo.
            } else if !child.has_ns(NS_STANZAS) {
                if error.application.len() < MOST_PARTS {
                    error.application.push((
                        spend_str(child.name(), &mut room)?,
                        spend_ns(child, &mut room)?,
                    ));
                }
            } else if child.name() == "text" {
                if error.texts.len() < MOST_PARTS {
                    error.push_text(child, inherited, &mut room)?;
                }
            } else if named.is_none() {
                named = Condition::from_name(child.name());
                if matches!(named, Some(Condition::Gone | Condition::Redirect)) {
                    error.address =
                        Some(spend_text(child, &mut room)?).filter(|uri| !uri.is_empty());
                }
            }
        }
        error.by = match element.attr("by") {
            Some(by) => Some(spend_str(by, &mut room)?),
            None => None,
        };
        error.code = element
            .attr("code")
            .and_then(|code| code.trim().parse().ok());
        error.settle(named, element.attr("type"));
        error.best = lang
            .and_then(|lang| best_for(&error.texts, lang))
            .or_else(|| error.texts.iter().position(|(lang, _)| lang.is_none()))
            .unwrap_or(0);
        Some(error)
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

    fn push_text(
        &mut self,
        element: &Element,
        inherited: Option<&str>,
        room: &mut usize,
    ) -> Option<()> {
        let lang = match xml::lang(element).or(inherited) {
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

impl fmt::Display for StanzaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} was refused: {} ({})",
            self.step, self.condition, self.kind
        )?;
        let Some(text) = self.text() else {
            return Ok(());
        };
        f.write_str(", ")?;
        // One line, and nothing that a terminal obeys.
        let plain = |c: char| if c.is_control() { ' ' } else { c };
        text.chars().try_for_each(|c| f.write_char(plain(c)))
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
