//! How a form is kept: one text buffer with spans into it, and flat vectors of fields, options and values.
//!
//! The server's tree is never kept: a form of 1.6 KB on the wire is 45 KB as a tree and about 1 KB so.

use alloc::string::String;
use alloc::vec::Vec;

use zeroize::Zeroize;

use super::media::{MediaData, MediaRecord};
use super::rule::Rule;
use super::{FieldKind, Half, Origin};

/// A piece of a text buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub start: u32,
    pub len: u32,
}

impl Span {
    /// Stands for "there is none", which is not the same as "it is empty".
    pub const NONE: Span = Span {
        start: u32::MAX,
        len: 0,
    };

    pub fn is_some(self) -> bool {
        self.start != u32::MAX
    }

    pub fn of(self, text: &str) -> Option<&str> {
        if self.is_some() {
            let start = self.start as usize;
            Some(&text[start..start + self.len as usize])
        } else {
            None
        }
    }
}

/// A run of one of the flat vectors.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Run {
    pub start: u32,
    pub end: u32,
}

impl Run {
    pub fn of<T>(self, all: &[T]) -> &[T] {
        &all[self.start as usize..self.end as usize]
    }
}

/// One field as the server sent it, and what the caller set it to.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Record {
    pub name: Span,
    pub label: Span,
    pub description: Span,
    pub values: Run,
    pub options: Run,
    pub media: Run,
    /// Index of its rule; past the end, there is none.
    pub rule: u32,
    /// Into [`Wiped`]; several values are separated by [`SEPARATOR`].
    pub typed: Span,
    pub kind: FieldKind,
    pub required: bool,
    /// A password, a private text, or `key`.
    pub secret: bool,
    /// A later field of a name that an earlier one has; it is as if it were not there.
    pub shadowed: bool,
    /// An invitation says what it must be.
    pub reserved: bool,
    pub challenge: Challenge,
}

impl Record {
    /// A field of which nothing else is known.
    pub fn new(name: Span, kind: FieldKind, secret: bool) -> Self {
        Record {
            name,
            label: Span::NONE,
            description: Span::NONE,
            values: Run::default(),
            options: Run::default(),
            media: Run::default(),
            rule: u32::MAX,
            typed: Span::NONE,
            kind,
            required: false,
            secret,
            shadowed: false,
            reserved: false,
            challenge: Challenge::None,
        }
    }
}

/// Whether a field belongs to a challenge, which is used up by one submission. What is typed into one is never kept
/// after it was sent, nor is a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Challenge {
    None,
    /// It has a picture, in a form that does not say that it is a challenge: it may be one, or a choice of an avatar.
    Picture,
    Answer,
}

#[derive(Clone, Copy)]
pub(super) struct OptionRecord {
    pub label: Span,
    pub value: Span,
}

/// Between several values of one field: XML forbids it, so no value can hold it.
pub(super) const SEPARATOR: char = '\0';

/// Texts that may be secret: wiped when they grow, when a value is blanked, and at the end.
#[derive(Default)]
pub(super) struct Wiped(String);

impl Wiped {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Appends values, with separators between them.
    pub fn push<'a>(&mut self, values: impl Iterator<Item = &'a str> + Clone) -> Span {
        let length = values.clone().map(|value| value.len() + 1).sum();
        self.reserve(length);
        let start = self.0.len();
        for (at, value) in values.enumerate() {
            if at > 0 {
                self.0.push(SEPARATOR);
            }
            self.0.push_str(value);
        }
        if self.0.len() == start {
            // Anywhere will do for nothing, but an end that may be cut off later.
            return Span { start: 0, len: 0 };
        }
        let clip = |n: usize| u32::try_from(n).expect("`Form::set` bounds what is typed");
        Span {
            start: clip(start),
            len: clip(self.0.len() - start),
        }
    }

    /// Appends the pieces of one text, which are so long together.
    pub fn push_pieces<'a>(&mut self, pieces: impl Iterator<Item = &'a str>, length: usize) {
        self.reserve(length);
        pieces.for_each(|piece| self.0.push_str(piece));
    }

    /// Overwrites a value that is no longer wanted, and gives its room back if it is the last.
    pub fn wipe(&mut self, span: Span) {
        if !span.is_some() {
            return;
        }
        let (start, end) = (span.start as usize, (span.start + span.len) as usize);
        self.0[start..end].zeroize();
        if end == self.0.len() {
            self.0.truncate(start);
        }
    }

    /// Grows by copying by hand: a `String` that grows by itself leaves an unwiped copy behind.
    fn reserve(&mut self, more: usize) {
        let needed = self.0.len() + more;
        if needed > self.0.capacity() {
            let mut larger = String::with_capacity(needed.max(self.0.capacity() * 2).max(64));
            larger.push_str(&self.0);
            self.0.zeroize();
            self.0 = larger;
        }
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// All that a form is, while and after it is read.
pub(super) struct Arena {
    pub origin: Origin,
    pub half: Half,
    /// `<registered/>` was there.
    pub registered: bool,
    /// One submission is all that it is good for.
    pub used_up: bool,
    pub title: Span,
    pub url: Span,
    /// Among the values.
    pub instructions: Run,
    pub media_data: Vec<MediaData>,
    pub text: String,
    /// The server's own values of secret fields, such as a password that it has on file, or a `key`.
    pub secrets: Wiped,
    pub fields: Vec<Record>,
    pub options: Vec<OptionRecord>,
    pub values: Vec<Span>,
    pub media: Vec<MediaRecord>,
    pub rules: Vec<Rule>,
    /// What the caller set.
    pub typed: Wiped,
    /// How much of it is in use.
    pub live: usize,
    /// Indices of the named fields in the order of their names; empty where a walk is as fast.
    pub by_name: Vec<u32>,
}

/// Up to this many fields a walk finds a name as fast as an index.
const WALK: usize = 16;

/// Less than this is never worth tidying up.
const LITTLE: usize = 1024;

impl Arena {
    /// Sets what the caller typed into a field, in place of what was there.
    pub fn type_into<'a>(&mut self, field: usize, values: impl Iterator<Item = &'a str> + Clone) {
        self.untype(field);
        let span = self.typed.push(values);
        self.live += span.len as usize;
        self.fields[field].typed = span;
        let all = self.typed.as_str().len();
        if all > LITTLE && all / 2 > self.live {
            self.tidy();
        }
    }

    /// How much of what was typed belongs to a field.
    pub fn typed_length(&self, field: usize) -> usize {
        self.fields[field].typed.len as usize
    }

    /// Forgets what the caller typed into a field.
    pub fn untype(&mut self, field: usize) {
        let span = core::mem::replace(&mut self.fields[field].typed, Span::NONE);
        self.live -= span.len as usize;
        self.typed.wipe(span);
    }

    /// Leaves behind the room of values that were set anew, so that a user who types on and on costs no more.
    fn tidy(&mut self) {
        let old = core::mem::take(&mut self.typed);
        for record in &mut self.fields {
            if let Some(text) = record.typed.of(old.as_str()) {
                record.typed = self.typed.push(core::iter::once(text));
            }
        }
    }

    /// Where the server's values of a field are.
    pub fn values_text(&self, secret: bool) -> &str {
        if secret {
            self.secrets.as_str()
        } else {
            &self.text
        }
    }

    pub fn name(&self, record: &Record) -> Option<&str> {
        record.name.of(&self.text)
    }

    /// The field of this name: the first that a user sees, else the first.
    pub fn find(&self, name: &str) -> Option<usize> {
        if self.by_name.is_empty() {
            // Most names differ in length already, which is seen without taking them out of the text.
            let is_named = |record: &Record| {
                record.name.len as usize == name.len() && self.name(record) == Some(name)
            };
            let mut named = (0..self.fields.len()).filter(|&at| is_named(&self.fields[at]));
            let first = named.next()?;
            let visible = |at: &usize| self.fields[*at].kind.is_visible();
            return Some(first)
                .filter(visible)
                .or_else(|| named.find(visible))
                .or(Some(first));
        }
        let key = |at: &u32| self.name(&self.fields[*at as usize]);
        let at = self.by_name.partition_point(|at| key(at) < Some(name));
        let found = *self.by_name.get(at)?;
        (key(&found) == Some(name)).then_some(found as usize)
    }

    /// Marks every later visible field of a name that is taken, and makes the index.
    ///
    /// XEP-0004 section 3.2 wants names to be unique; where they are not, one value would go to a field by chance.
    pub fn index(&mut self) {
        if self.fields.len() > WALK {
            self.make_index();
            return;
        }
        for at in 1..self.fields.len() {
            let (before, rest) = self.fields.split_at_mut(at);
            let record = &mut rest[0];
            let same = |it: &Record| {
                it.name.len == record.name.len
                    && it.kind.is_visible()
                    && it.name.of(&self.text) == record.name.of(&self.text)
            };
            let may_be_set = record.name.is_some() && record.kind.is_visible();
            record.shadowed = may_be_set && before.iter().any(same);
        }
    }

    fn make_index(&mut self) {
        let named = (0u32..)
            .zip(&self.fields)
            .filter(|(_, it)| it.name.is_some());
        let mut order: Vec<u32> = named.map(|(at, _)| at).collect();
        let key = |at: u32| {
            let record = &self.fields[at as usize];
            (self.name(record), !record.kind.is_visible())
        };
        // A stable sort: of one name, the first visible field comes first.
        order.sort_by(|a, b| key(*a).cmp(&key(*b)));
        let twins = order.windows(2).filter(|pair| key(pair[0]) == key(pair[1]));
        let later: Vec<u32> = twins.map(|pair| pair[1]).collect();
        for at in later {
            let record = &mut self.fields[at as usize];
            record.shadowed = record.kind.is_visible();
        }
        order.shrink_to_fit();
        self.by_name = order;
    }
}
