//! One field of a form, as a view.

use core::fmt;

use super::arena::{Challenge, Record, SEPARATOR, Span};
use super::{Form, Media};

/// The type of a field (XEP-0004 section 3.3). Fields of the old way are [`TextSingle`](FieldKind::TextSingle), but
/// `password` is [`TextPrivate`](FieldKind::TextPrivate) and `key` is [`Hidden`](FieldKind::Hidden).
#[doc = include_str!("field_kind.md")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "XEP-0004 is final; an unknown type is text-single"
)]
pub enum FieldKind {
    /// Yes or no.
    Boolean,
    /// A text to be shown; it is never sent back.
    Fixed,
    /// Not to be shown; it goes back as it came.
    Hidden,
    /// Several JIDs.
    JidMulti,
    /// One JID.
    JidSingle,
    /// Any of the options.
    ListMulti,
    /// One of the options.
    ListSingle,
    /// Several lines of text.
    TextMulti,
    /// A text that is not to be seen while it is typed.
    TextPrivate,
    /// A line of text.
    TextSingle,
}

impl FieldKind {
    /// The value of the `type` attribute.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            FieldKind::Boolean => "boolean",
            FieldKind::Fixed => "fixed",
            FieldKind::Hidden => "hidden",
            FieldKind::JidMulti => "jid-multi",
            FieldKind::JidSingle => "jid-single",
            FieldKind::ListMulti => "list-multi",
            FieldKind::ListSingle => "list-single",
            FieldKind::TextMulti => "text-multi",
            FieldKind::TextPrivate => "text-private",
            FieldKind::TextSingle => "text-single",
        }
    }

    /// XEP-0004: what is absent or not understood is `text-single`.
    pub(super) fn from_name(name: Option<&str>) -> Self {
        match name {
            Some("boolean") => FieldKind::Boolean,
            Some("fixed") => FieldKind::Fixed,
            Some("hidden") => FieldKind::Hidden,
            Some("jid-multi") => FieldKind::JidMulti,
            Some("jid-single") => FieldKind::JidSingle,
            Some("list-multi") => FieldKind::ListMulti,
            Some("list-single") => FieldKind::ListSingle,
            Some("text-multi") => FieldKind::TextMulti,
            Some("text-private") => FieldKind::TextPrivate,
            _ => FieldKind::TextSingle,
        }
    }

    /// Whether a user fills it in.
    #[must_use]
    pub fn is_visible(self) -> bool {
        !matches!(self, FieldKind::Hidden | FieldKind::Fixed)
    }

    /// Whether it takes several values.
    #[must_use]
    pub fn is_multi(self) -> bool {
        matches!(
            self,
            FieldKind::JidMulti | FieldKind::ListMulti | FieldKind::TextMulti
        )
    }
}

impl fmt::Display for FieldKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A field of a [`Form`]. Its `Debug` shows name and type, never a value.
#[doc = include_str!("field.md")]
#[derive(Clone, Copy)]
pub struct Field<'a> {
    form: &'a Form,
    at: usize,
}

impl<'a> Field<'a> {
    pub(super) fn new(form: &'a Form, at: usize) -> Self {
        Field { form, at }
    }

    pub(super) fn record(self) -> &'a Record {
        &self.form.arena.fields[self.at]
    }

    /// The name (`var`) to give to [`Form::set`]; `None` for a fixed text without one.
    #[must_use]
    pub fn name(self) -> Option<&'a str> {
        self.form.arena.name(self.record())
    }

    /// The label, for the user; a blank one is none. Fields of the old way have none: their name says it.
    #[must_use]
    pub fn label(self) -> Option<&'a str> {
        shown(self.record().label, &self.form.arena.text)
    }

    /// A longer explanation, for the user.
    #[must_use]
    pub fn description(self) -> Option<&'a str> {
        self.record().description.of(&self.form.arena.text)
    }

    /// The type of the field.
    #[must_use]
    pub fn kind(self) -> FieldKind {
        self.record().kind
    }

    /// The values: what was set, else the server's default or what it has on file. An empty one is none,
    /// but for the empty lines of a text that has others.
    pub fn values(self) -> impl Iterator<Item = &'a str> {
        let typed = self.typed().filter(|typed| !is_nothing(typed));
        let sent = if self.record().typed.is_some() || self.is_sent_nothing() {
            &[][..]
        } else {
            self.record().values.of(&self.form.arena.values)
        };
        let text = self.sent_text();
        let several = self.kind().is_multi();
        typed
            .map(|typed| typed.split(SEPARATOR))
            .into_iter()
            .flatten()
            // An empty line is one of several; an empty value of a field that takes one is none.
            .chain(
                sent.iter()
                    .filter(move |span| several || span.len > 0)
                    .filter_map(|span| span.of(text)),
            )
    }

    /// The first of [`values`](Field::values).
    #[must_use]
    pub fn value(self) -> Option<&'a str> {
        // As `values` has it, without its machinery: this is asked more often than anything else.
        let Some(typed) = self.typed() else {
            let mut sent = self.sent_values();
            let several = self.kind().is_multi() && !self.is_sent_nothing();
            return sent.find(|value| several || !value.is_empty());
        };
        let end = typed.bytes().position(|byte| byte == SEPARATOR as u8);
        (!is_nothing(typed)).then(|| &typed[..end.unwrap_or(typed.len())])
    }

    /// The options of a list; empty for other kinds, and for a list without any, which then takes every value.
    pub fn options(self) -> impl Iterator<Item = Choice<'a>> {
        let arena = &self.form.arena;
        let is_list = matches!(self.kind(), FieldKind::ListSingle | FieldKind::ListMulti);
        let options = self.record().options.of(&arena.options);
        let options = if is_list { options } else { &[] };
        options.iter().map(|option| {
            let value = option.value.of(&arena.text).unwrap_or_default();
            let label = shown(option.label, &arena.text).unwrap_or(value);
            Choice { label, value }
        })
    }

    /// The pictures, sounds or films that belong to it, a URI each: several of one field are forms of the same thing.
    ///
    #[doc = include_str!("field_media.md")]
    pub fn media(self) -> impl Iterator<Item = Media<'a>> {
        let media = self.record().media.of(&self.form.arena.media);
        media
            .iter()
            .map(move |record| Media::new(self.form, record))
    }

    /// Whether the user must fill it in. Every field of the old way is required (XEP-0077 section 3.1).
    #[must_use]
    pub fn is_required(self) -> bool {
        self.record().required && self.kind().is_visible()
    }

    /// Whether it should not be seen while it is typed: a password, or kind [`FieldKind::TextPrivate`].
    #[must_use]
    pub fn is_secret(self) -> bool {
        self.record().secret
    }

    /// Whether it answers a challenge (XEP-0158): a CAPTCHA, a question, or [`Hashcash`](Form#method.hashcash). A form may
    /// offer several and want only some of them answered ([`Form::challenges_left`]). A picture alone makes no challenge:
    /// the form must say so too, by its `FORM_TYPE` or by the hidden fields of one.
    #[must_use]
    pub fn is_challenge(self) -> bool {
        self.record().challenge == Challenge::Answer && self.name().is_some()
    }

    /// Whether an invitation says what it must be: show the value, and do not let the user change it.
    #[must_use]
    pub fn is_reserved(self) -> bool {
        self.record().reserved
    }

    /// Whether it is set, be it to nothing: by the caller, or for good by an invitation.
    #[must_use]
    pub fn is_set(self) -> bool {
        self.record().typed.is_some()
    }

    pub(super) fn form(self) -> &'a Form {
        self.form
    }

    /// The server's values, empty ones too.
    pub(super) fn sent_values(self) -> impl Iterator<Item = &'a str> {
        let values = self.record().values.of(&self.form.arena.values);
        values
            .iter()
            .filter_map(move |span| span.of(self.sent_text()))
    }

    fn sent_text(self) -> &'a str {
        self.form.arena.values_text(self.record().secret)
    }

    pub(super) fn has_option(self, value: &str) -> bool {
        let arena = &self.form.arena;
        let mut options = self.record().options.of(&arena.options).iter();
        options.any(|option| option.value.of(&arena.text) == Some(value))
    }

    pub(super) fn typed(self) -> Option<&'a str> {
        self.record().typed.of(self.form.arena.typed.as_str())
    }

    /// Whether the server sent no value, or only empty ones.
    pub(super) fn is_sent_nothing(self) -> bool {
        let values = self.record().values.of(&self.form.arena.values);
        values.iter().all(|span| span.len == 0)
    }
}

/// Equal when they ask for the same and hold the same.
impl PartialEq for Field<'_> {
    fn eq(&self, other: &Self) -> bool {
        let head = |field: Field<'_>| {
            let record = field.record();
            (
                record.kind,
                record.required,
                record.reserved,
                field.is_set(),
            )
        };
        self.name() == other.name()
            && self.label() == other.label()
            && self.description() == other.description()
            && head(*self) == head(*other)
            && self.options().eq(other.options())
            && self.values().eq(other.values())
            && self
                .media()
                .map(Media::shown)
                .eq(other.media().map(Media::shown))
            && self.has_same_rule(*other)
    }
}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let required = if self.is_required() { ", required" } else { "" };
        let filled = if self.value().is_some() {
            ", filled"
        } else {
            ""
        };
        let name = self.name().unwrap_or_default();
        write!(f, "{name:?} ({}{required}{filled})", self.kind())
    }
}

/// An option of a list: show the label, set the value.
#[doc = include_str!("choice.md")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice<'a> {
    label: &'a str,
    value: &'a str,
}

impl<'a> Choice<'a> {
    /// What to show; where the server gave no label, or a blank one, the value is shown.
    #[must_use]
    pub fn label(self) -> &'a str {
        self.label
    }

    /// What to set.
    #[must_use]
    pub fn value(self) -> &'a str {
        self.value
    }
}

/// A label: white space shows nothing.
fn shown(label: Span, text: &str) -> Option<&str> {
    label.of(text).filter(|it| !it.trim().is_empty())
}

/// Nothing but empty values.
pub(super) fn is_nothing(typed: &str) -> bool {
    typed.bytes().all(|byte| byte == SEPARATOR as u8)
}
