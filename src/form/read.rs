//! From the server's elements to a form: one walk, no recursion, every bound kept.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use minidom::Element;

use super::arena::{Arena, Challenge, OptionRecord, Record, Run, Span, Wiped};
use super::media::{MediaRecord, NO_DATA};
use super::rule::Rule;
use super::{FieldKind, Form, Half, Origin, glance};
use crate::config::Limits;
use crate::error::{Limit, Violation};
use crate::xml::{self, NS_DATA, NS_MEDIA, NS_REGISTER, NS_VALIDATE};

mod bounds;

/// Fields that answer a challenge (XEP-0158 section 8.2), and Tigase's.
const ANSWERS: [&str; 11] = [
    "captcha",
    "audio_recog",
    "ocr",
    "picture_q",
    "picture_recog",
    "qa",
    "SHA-256",
    "speech_q",
    "speech_recog",
    "video_q",
    "video_recog",
];

/// Hidden fields that name a challenge, as XEP-0158, older ejabberd and Tigase send them; a `sid` alone says nothing.
const IDENTIFIERS: [&str; 3] = ["challenge", "captchahidden", "captcha-id"];

/// Reads the data form that was chosen (XEP-0004).
pub(crate) fn data_form(x: &Element, origin: Origin, limits: &Limits) -> Result<Form, Violation> {
    let is_field = |child: &&Element| child.name() == "field";
    let count = x.children().filter(is_field).count();
    let mut reader = Reader::new(Half::Data, origin, count, limits);
    reader.instructions(x, NS_DATA)?;
    for child in x.children().filter(|child| child.has_ns(NS_DATA)) {
        match child.name() {
            "title" if !reader.arena.title.is_some() => {
                reader.arena.title = reader.display_text(child)?;
            }
            "field" => reader.data_field(child)?,
            _ => {}
        }
    }
    Ok(reader.finish())
}

/// Reads the fields of the old way (XEP-0077 section 3.1): each child that is not known to be something else.
pub(crate) fn legacy(query: &Element, origin: Origin, limits: &Limits) -> Result<Form, Violation> {
    let count = query.children().count();
    let mut reader = Reader::new(Half::Legacy, origin, count, limits);
    reader.instructions(query, NS_REGISTER)?;
    for child in query.children() {
        if glance::is_legacy_field(child) {
            reader.legacy_field(child)?;
        }
    }
    Ok(reader.finish())
}

/// What stands above the fields has about this length.
const USUAL_HEAD: usize = 64;

/// The texts of a field have about this length: its name, a label, a value.
const USUAL_FIELD: usize = 32;

/// So many bytes at the end of a vector are not worth moving it for.
const LITTLE_ROOM: usize = 128;

struct Reader<'a> {
    arena: Box<Arena>,
    limits: &'a Limits,
    /// Whether the form says that it is a challenge (XEP-0158).
    captcha: bool,
}

impl<'a> Reader<'a> {
    /// `count` is how many fields there seem to be.
    fn new(half: Half, origin: Origin, count: usize, limits: &'a Limits) -> Self {
        let count = count.min(limits.fields);
        let text = count.saturating_mul(USUAL_FIELD).saturating_add(USUAL_HEAD);
        let arena = Arena {
            origin,
            half,
            registered: false,
            used_up: false,
            title: Span::NONE,
            url: Span::NONE,
            instructions: Run::default(),
            media_data: Vec::new(),
            text: String::with_capacity(text.min(limits.text_bytes)),
            fields: Vec::with_capacity(count),
            options: Vec::new(),
            values: Vec::new(),
            media: Vec::new(),
            rules: Vec::new(),
            secrets: Wiped::default(),
            typed: Wiped::default(),
            live: 0,
            by_name: Vec::new(),
        };
        Reader {
            arena: Box::new(arena),
            limits,
            captcha: false,
        }
    }

    fn finish(mut self) -> Form {
        let arena = &mut self.arena;
        if self.captcha {
            arena.used_up = true;
            for record in &mut arena.fields {
                if record.challenge == Challenge::Picture {
                    record.challenge = Challenge::Answer;
                }
            }
        }
        arena.index();
        if arena.text.capacity() - arena.text.len() > LITTLE_ROOM {
            // A copy, since an allocator finds a block for it at once, and has more work to cut one.
            arena.text = arena.text.as_str().into();
        }
        trim(&mut arena.fields);
        trim(&mut arena.options);
        trim(&mut arena.values);
        Form { arena: self.arena }
    }

    /// The instructions come first among the values, so that they need no vector of their own.
    fn instructions(&mut self, of: &Element, ns: &str) -> Result<(), Violation> {
        for child in of.children().filter(|child| child.is("instructions", ns)) {
            let text = self.display_text(child)?;
            if text.is_some() {
                self.push_value(text)?;
            }
        }
        self.arena.instructions = self.values_since(0);
        Ok(())
    }

    fn values_since(&self, start: usize) -> Run {
        run(start, self.arena.values.len())
    }

    fn data_field(&mut self, field: &Element) -> Result<(), Violation> {
        let Attributes {
            var,
            label,
            kind: typed,
        } = Attributes::of(field);
        let name = self.optional(var.filter(|it| !it.is_empty()))?;
        let mut kind = FieldKind::from_name(typed);
        let named = name.of(&self.arena.text).unwrap_or_default();
        if named == "FORM_TYPE" {
            // It goes back unchanged whatever type it has (XEP-0068 section 3.3 would have it ignored).
            kind = FieldKind::Hidden;
        }
        let visible = kind.is_visible();
        let secret = kind == FieldKind::TextPrivate || is_secret_name(named);
        let challenge = if visible && ANSWERS.contains(&named) {
            Challenge::Answer
        } else {
            Challenge::None
        };
        // One that the user can see is not the service's to check off, but a question.
        let is_key = kind == FieldKind::Hidden && named == "key";
        self.arena.used_up |= is_key || challenge == Challenge::Answer;
        self.captcha |= kind == FieldKind::Hidden && IDENTIFIERS.contains(&named);
        let mut record = Record::new(name, kind, secret);
        record.label = self.optional(label)?;
        record.challenge = challenge;
        let (values, options) = (self.arena.values.len(), self.arena.options.len());
        let media = self.arena.media.len();
        self.field_children(field, &mut record)?;
        // What is chosen of a list may be blank.
        if visible && !kind.is_multi() && kind != FieldKind::ListSingle {
            let several = self.empty_blank_values(values, secret) > 1;
            record.kind = kind_for(typed, kind, several);
        }
        record.values = self.values_since(values);
        record.options = run(options, self.arena.options.len());
        record.media = run(media, self.arena.media.len());
        let value = record.values.of(&self.arena.values).first();
        let named = record.name.of(&self.arena.text);
        self.captcha |= named == Some("FORM_TYPE")
            && value.and_then(|it| it.of(self.arena.values_text(record.secret)))
                == Some("urn:xmpp:captcha");
        self.check_echo(&record)?;
        self.push_field(record)
    }

    /// The white space of pretty-printed XML is no value on file. How many there are besides.
    fn empty_blank_values(&mut self, from: usize, secret: bool) -> usize {
        let text = if secret {
            self.arena.secrets.as_str()
        } else {
            &self.arena.text
        };
        let mut values = 0;
        for value in &mut self.arena.values[from..] {
            if value.of(text).is_some_and(|it| !it.trim().is_empty()) {
                values += 1;
            } else {
                value.len = 0;
            }
        }
        values
    }

    fn field_children(&mut self, field: &Element, record: &mut Record) -> Result<(), Violation> {
        for child in field.children() {
            if child.is("media", NS_MEDIA) {
                // A picture beside a text that is only shown asks for nothing.
                if record.kind.is_visible() && record.challenge == Challenge::None {
                    self.arena.used_up = true;
                    record.challenge = Challenge::Picture;
                }
                self.media(child)?;
                continue;
            }
            if child.is("validate", NS_VALIDATE) {
                record.rule = self.rule(child)?;
                continue;
            }
            if !child.has_ns(NS_DATA) {
                continue;
            }
            match child.name() {
                "required" => record.required = true,
                "desc" if !record.description.is_some() => {
                    record.description = self.display_text(child)?;
                }
                "value" => {
                    let value = self.value(child, record.secret)?;
                    self.push_value(value)?;
                }
                "option" => self.option(child)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// A `<validate/>` (XEP-0122); of several the last one counts.
    fn rule(&mut self, validate: &Element) -> Result<u32, Violation> {
        let mut rule = Rule::of(validate);
        for child in validate
            .children()
            .filter(|child| child.has_ns(NS_VALIDATE))
        {
            match child.name() {
                "range" => {
                    rule.minimum = self.attr(child, "min")?;
                    rule.maximum = self.attr(child, "max")?;
                }
                "regex" => rule.pattern = self.text(child)?,
                _ => {}
            }
        }
        self.count_option()?;
        let at = self.arena.rules.len();
        self.arena.rules.push(rule);
        u32::try_from(at).map_err(|_| Violation::LimitExceeded(Limit::Options))
    }

    /// Each URI of a `<media/>` (XEP-0221): they are different forms of the same thing.
    fn media(&mut self, media: &Element) -> Result<(), Violation> {
        let pixels = |name| media.attr(name).and_then(|it| it.trim().parse().ok());
        for child in media.children().filter(|child| child.is("uri", NS_MEDIA)) {
            self.count_option()?;
            let record = MediaRecord {
                uri: self.display_text(child)?,
                mime_type: self.attr(child, "type")?,
                width: pixels("width").unwrap_or(0),
                height: pixels("height").unwrap_or(0),
                data: NO_DATA,
            };
            if record.uri.is_some() {
                self.arena.media.push(record);
            }
        }
        Ok(())
    }

    fn option(&mut self, option: &Element) -> Result<(), Violation> {
        self.count_option()?;
        // XEP-0068's own example has options without a value element; their text is not to be guessed at.
        if let Some(value) = xml::child(option, "value", NS_DATA) {
            let record = OptionRecord {
                label: self.optional(Attributes::of(option).label)?,
                value: self.text(value)?,
            };
            self.arena.options.push(record);
        }
        Ok(())
    }

    fn legacy_field(&mut self, field: &Element) -> Result<(), Violation> {
        let key = field.name() == "key";
        self.arena.used_up |= key;
        let values = self.arena.values.len();
        let secret = is_secret_name(field.name());
        let value = self.value(field, secret)?;
        self.push_value(value)?;
        if !key {
            self.empty_blank_values(values, secret);
        }
        let kind = match field.name() {
            "key" => FieldKind::Hidden,
            "password" => FieldKind::TextPrivate,
            _ => FieldKind::TextSingle,
        };
        let mut record = Record::new(self.str(field.name())?, kind, secret);
        record.values = self.values_since(values);
        record.required = !key;
        self.check_echo(&record)?;
        self.push_field(record)
    }
}

/// The attributes of a field or an option: one walk over them costs less than a search for each.
struct Attributes<'a> {
    var: Option<&'a str>,
    label: Option<&'a str>,
    kind: Option<&'a str>,
}

impl<'a> Attributes<'a> {
    fn of(field: &'a Element) -> Self {
        let (mut var, mut label, mut kind) = (None, None, None);
        for ((ns, name), value) in field.attrs() {
            let name: &str = name;
            let place = match name {
                "var" => &mut var,
                "label" => &mut label,
                "type" => &mut kind,
                _ => continue,
            };
            if ns.is_none() {
                *place = Some(value.as_str());
            }
        }
        Attributes { var, label, kind }
    }
}

/// A form of type result may leave types out (XEP-0004 section 3.2): the kind of a field with several values shows.
fn kind_for(typed: Option<&str>, kind: FieldKind, several: bool) -> FieldKind {
    if typed.is_none() && several {
        FieldKind::TextMulti
    } else {
        kind
    }
}

/// Gives back the room that was never used, where it is worth it.
fn trim<T>(all: &mut Vec<T>) {
    if (all.capacity() - all.len()) * size_of::<T>() > LITTLE_ROOM {
        all.shrink_to_fit();
    }
}

fn run(start: usize, end: usize) -> Run {
    let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Run {
        start: clip(start),
        end: clip(end),
    }
}

/// Names of secrets in any form: `password`, `old_password` (XEP-0077 section 14.4) and what servers make of them, and
/// the obsolete transaction key.
pub(crate) fn is_secret_name(name: &str) -> bool {
    const PASSWORD: &[u8] = b"passw";
    let mut windows = name.as_bytes().windows(PASSWORD.len());
    name == "key" || windows.any(|it| it.eq_ignore_ascii_case(PASSWORD))
}
