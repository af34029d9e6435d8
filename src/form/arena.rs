//! How a form is kept: one text buffer with spans into it, and flat vectors of fields, options and values.
//!
//! The server's tree is never kept: a form of 1.6 KB on the wire is 45 KB as a tree and about 1 KB so.

use alloc::string::String;
use alloc::vec::Vec;

use zeroize::Zeroize;

use super::FieldKind;
use super::media::MediaRecord;

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
    /// Into [`Typed`]; several values are separated by [`SEPARATOR`].
    pub typed: Span,
    pub kind: FieldKind,
    pub required: bool,
    /// Never shown, never kept after it was sent: passwords, `key`, answers to a challenge.
    pub secret: bool,
    /// A later field of a name that an earlier one has; it is as if it were not there.
    pub shadowed: bool,
    /// An invitation says what it must be.
    pub reserved: bool,
    /// Belongs to a challenge, which is used up by one submission.
    pub challenge: bool,
}

#[derive(Clone, Copy)]
pub(super) struct OptionRecord {
    pub label: Span,
    pub value: Span,
}

/// Between several values of one field: XML forbids it, so no value can hold it.
pub(super) const SEPARATOR: char = '\0';

/// What the caller set, which may be secret: wiped when it grows, when a value is blanked, and at the end.
#[derive(Default)]
pub(super) struct Typed(String);

impl Typed {
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
        // 4 GiB of values cannot be typed, and would only make this field's own span wrong.
        let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX - 1);
        Span {
            start: clip(start),
            len: clip(self.0.len() - start),
        }
    }

    /// Overwrites a value that is no longer wanted, and gives its room back if it is the last.
    pub fn wipe(&mut self, span: Span) {
        if !span.is_some() {
            return;
        }
        let (start, end) = (span.start as usize, (span.start + span.len) as usize);
        let mut bytes = core::mem::take(&mut self.0).into_bytes();
        bytes[start..end].zeroize();
        if end == bytes.len() {
            bytes.truncate(start);
        }
        self.0 = String::from_utf8(bytes).expect("zeros replaced whole values, or were cut off");
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

impl Drop for Typed {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// The parts of a form while and after it is read.
pub(super) struct Arena {
    pub text: String,
    pub fields: Vec<Record>,
    pub options: Vec<OptionRecord>,
    pub values: Vec<Span>,
    pub media: Vec<MediaRecord>,
    pub typed: Typed,
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
        self.fields[field].typed = self.typed.push(values);
        let live: u32 = self.fields.iter().map(|record| record.typed.len).sum();
        let all = self.typed.as_str().len();
        if all > LITTLE && all / 2 > live as usize {
            self.tidy();
        }
    }

    /// Forgets what the caller typed into a field.
    pub fn untype(&mut self, field: usize) {
        let span = core::mem::replace(&mut self.fields[field].typed, Span::NONE);
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

    pub fn name(&self, record: &Record) -> Option<&str> {
        record.name.of(&self.text)
    }

    /// The first field of this name.
    pub fn find(&self, name: &str) -> Option<usize> {
        if self.by_name.is_empty() {
            return self
                .fields
                .iter()
                .position(|record| !record.shadowed && self.name(record) == Some(name));
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
        let mut order: Vec<u32> = Vec::new();
        if self.fields.len() > WALK {
            let named = (0u32..)
                .zip(&self.fields)
                .filter(|(_, it)| it.name.is_some());
            order = named.map(|(at, _)| at).collect();
            // A stable sort: of one name, the first field comes first.
            order.sort_by(|a, b| {
                let name = |at: u32| self.name(&self.fields[at as usize]);
                name(*a).cmp(&name(*b))
            });
        }
        let shadowed: Vec<usize> = if order.is_empty() {
            (1..self.fields.len())
                .filter(|&at| self.is_taken(at))
                .collect()
        } else {
            order
                .windows(2)
                .map(|pair| (pair[0] as usize, pair[1] as usize))
                .filter(|&(a, b)| self.name(&self.fields[a]) == self.name(&self.fields[b]))
                .map(|(_, later)| later)
                .collect()
        };
        for at in shadowed {
            let record = &mut self.fields[at];
            record.shadowed = record.kind.is_visible();
        }
        self.by_name = order;
    }

    fn is_taken(&self, at: usize) -> bool {
        let name = self.name(&self.fields[at]);
        name.is_some()
            && self.fields[..at]
                .iter()
                .any(|earlier| self.name(earlier) == name)
    }
}
