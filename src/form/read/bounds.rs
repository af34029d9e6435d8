//! Putting texts and records into the arena: each within its bound, and looked at before it is copied.

use minidom::Element;

use super::Reader;
use crate::error::{Limit, Violation};
use crate::form::arena::{Record, Span};
use crate::xml;

impl Reader<'_> {
    fn span(&self, start: usize) -> Result<Span, Violation> {
        let end = self.arena.text.len();
        self.fit(start, end)
    }

    fn fit(&self, start: usize, end: usize) -> Result<Span, Violation> {
        if end > self.limits.text_bytes {
            return Err(Violation::LimitExceeded(Limit::TextBytes));
        }
        let fits = |n| u32::try_from(n).map_err(|_| Violation::LimitExceeded(Limit::TextBytes));
        Ok(Span {
            start: fits(start)?,
            len: fits(end - start)?,
        })
    }

    /// Checked before it is copied: a text of any length costs no memory.
    fn room(&self, bytes: usize) -> Result<(), Violation> {
        let used = self.arena.text.len() + self.arena.secrets.as_str().len();
        if bytes > self.limits.text_bytes.saturating_sub(used) {
            return Err(Violation::LimitExceeded(Limit::TextBytes));
        }
        Ok(())
    }

    pub(super) fn str(&mut self, text: &str) -> Result<Span, Violation> {
        self.room(text.len())?;
        let start = self.arena.text.len();
        self.arena.text.push_str(text);
        self.span(start)
    }

    pub(super) fn text(&mut self, element: &Element) -> Result<Span, Violation> {
        let start = self.arena.text.len();
        for part in element.texts() {
            self.room(part.len())?;
            self.arena.text.push_str(part);
        }
        self.span(start)
    }

    /// The server's value of a field. One that is secret has room made for it at once, and is kept where it is wiped.
    pub(super) fn value(&mut self, element: &Element, secret: bool) -> Result<Span, Violation> {
        if !secret {
            return self.text(element);
        }
        let length = element.texts().map(str::len).sum();
        self.room(length)?;
        let start = self.arena.secrets.as_str().len();
        let span = self.fit(start, start + length)?;
        self.arena.secrets.push_pieces(element.texts(), length);
        Ok(span)
    }

    /// Text for people, without the white space of pretty-printed XML around it; none at all is `NONE`.
    pub(super) fn display_text(&mut self, element: &Element) -> Result<Span, Violation> {
        let span = self.text(element)?;
        let text = span.of(&self.arena.text).unwrap_or_default();
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Ok(Span::NONE);
        }
        let before = text.len() - text.trim_start().len();
        let clip =
            |n: usize| u32::try_from(n).expect("a piece of a span is no longer than the span");
        Ok(Span {
            start: span.start + clip(before),
            len: clip(trimmed.len()),
        })
    }

    pub(super) fn attr(&mut self, element: &Element, name: &str) -> Result<Span, Violation> {
        self.optional(element.attr(name))
    }

    pub(super) fn optional(&mut self, text: Option<&str>) -> Result<Span, Violation> {
        text.map_or(Ok(Span::NONE), |text| self.str(text))
    }

    pub(super) fn push_value(&mut self, value: Span) -> Result<(), Violation> {
        self.count_option()?;
        self.arena.values.push(value);
        Ok(())
    }

    pub(super) fn count_option(&self) -> Result<(), Violation> {
        let arena = &self.arena;
        let counted =
            arena.values.len() + arena.options.len() + arena.media.len() + arena.rules.len();
        if counted >= self.limits.options {
            return Err(Violation::LimitExceeded(Limit::Options));
        }
        Ok(())
    }

    pub(super) fn push_field(&mut self, record: Record) -> Result<(), Violation> {
        if self.arena.fields.len() >= self.limits.fields {
            return Err(Violation::LimitExceeded(Limit::Fields));
        }
        self.arena.fields.push(record);
        Ok(())
    }

    /// What goes back must be writable. A parsed element always is; one made by hand need not be.
    pub(super) fn check_echo(&self, record: &Record) -> Result<(), Violation> {
        let arena = &self.arena;
        let bad = |span: Span, text: &str| {
            span.of(text)
                .is_some_and(|text| xml::forbidden(text).is_some())
        };
        let values = arena.values_text(record.secret);
        if bad(record.name, &arena.text)
            || record
                .values
                .of(&arena.values)
                .iter()
                .any(|value| bad(*value, values))
        {
            return Err(Violation::ForbiddenCharacter);
        }
        Ok(())
    }
}
