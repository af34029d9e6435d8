//! Filling in a form.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::arena::Challenge;
use super::value::Repr;
use super::{Field, FieldKind, Form, MediaData, Value, embed};
use crate::error::{FieldError, Unfilled};
use crate::xml;

/// More than this is never typed; spans count in 32 bits.
pub(super) const MOST_TYPED: usize = 16 * 1024 * 1024;

/// More values than this are never typed into one field: each is an element when it is sent.
pub(super) const MOST_VALUES: usize = 65_536;

impl Form {
    /// Sets a field. An empty value leaves a field out knowingly, even one of the old way, all of which are required.
    ///
    /// Whether the value fits is told by [`Field::check`] at once, or by [`finish`](Form::finish) for all fields together.
    /// A text with line breaks becomes several lines in a field of kind [`FieldKind::TextMulti`].
    ///
    /// # Errors
    /// [`FieldError::Unknown`], [`FieldError::ReadOnly`], [`FieldError::Reserved`], [`FieldError::ForbiddenCharacter`],
    /// and [`FieldError::TooLong`] from 16 MiB in all on (each value counts a byte more than it has), or above 65,536
    /// values; the form is unchanged.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) -> Result<(), FieldError> {
        let value = value.into();
        let Some(at) = self.arena.find(name) else {
            let field = name.to_string();
            return Err(FieldError::Unknown { field });
        };
        self.set_at(at, &value)
    }

    /// Forgets what was set: the field is again as the server sent it. What an invitation reserves stays.
    ///
    /// # Errors
    /// [`FieldError::Unknown`]
    ///
    /// ```
    /// # use xmpp_registration::{Channel, Config, Event, IdPrefix, Output, Peer, RegistrationMachine};
    /// # let config = Config::new(Peer::server("example.com")?, IdPrefix::new("p")?, Channel::Encrypted);
    /// # let mut machine = RegistrationMachine::register(config);
    /// # machine.poll_output();
    /// # let reply = "<iq xmlns='jabber:client' type='result' id='p-1'><query xmlns='jabber:iq:register'>\
    /// #     <username>juliet</username><password/></query></iq>";
    /// # let _ = machine.handle_stanza(&reply.parse()?);
    /// # let Some(Output::Event(Event::FormOffered(mut form))) = machine.poll_output() else { panic!() };
    /// form.set("username", "romeo")?;
    /// form.clear("username")?;
    /// assert_eq!(form.field("username").unwrap().value(), Some("juliet")); // what the server has on file
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn clear(&mut self, name: &str) -> Result<(), FieldError> {
        let Some(at) = self.arena.find(name) else {
            let field = name.to_string();
            return Err(FieldError::Unknown { field });
        };
        if !self.arena.fields[at].reserved {
            self.arena.untype(at);
        }
        Ok(())
    }

    /// Asks for each field that a user can fill in, in the server's order; `None` leaves it as it is.
    ///
    /// # Errors
    /// Those of [`set`](Form::set), at the first such value; what was set before it stays.
    ///
    /// ```
    /// # use xmpp_registration::{Channel, Config, Event, IdPrefix, Output, Peer, RegistrationMachine};
    /// # let config = Config::new(Peer::server("example.com")?, IdPrefix::new("p")?, Channel::Encrypted);
    /// # let mut machine = RegistrationMachine::register(config);
    /// # machine.poll_output();
    /// # let reply = "<iq xmlns='jabber:client' type='result' id='p-1'><query xmlns='jabber:iq:register'>\
    /// #     <x xmlns='jabber:x:data' type='form'><field var='username'><required/></field>\
    /// #     <field var='sid' type='hidden'><value>1</value></field><field var='news' type='boolean'/></x></query></iq>";
    /// # let _ = machine.handle_stanza(&reply.parse()?);
    /// # let Some(Output::Event(Event::FormOffered(mut form))) = machine.poll_output() else { panic!() };
    /// // A name, a hidden field, and a yes or no:
    /// let mut asked = Vec::new();
    /// form.answer_each(|field| {
    ///     asked.push(field.name()?.to_owned());
    ///     Some(if field.name() == Some("news") { true.into() } else { "juliet".into() })
    /// })?;
    /// assert_eq!(asked, ["username", "news"]);
    /// assert_eq!(form.field("news").unwrap().value(), Some("1"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn answer_each(
        &mut self,
        mut ask: impl FnMut(Field<'_>) -> Option<Value>,
    ) -> Result<(), FieldError> {
        for at in 0..self.arena.fields.len() {
            let record = &self.arena.fields[at];
            let settable = record.kind.is_visible() && record.name.is_some();
            if record.shadowed || record.reserved || !settable {
                continue;
            }
            if let Some(value) = ask(Field::new(self, at)) {
                self.set_at(at, &value)?;
            }
        }
        Ok(())
    }

    /// Sets the fields `username` and `password`, and tells which required fields are left.
    ///
    /// This is the original's `try_fillout_registration`: enough for most servers. Ask the user for what is left.
    ///
    /// # Errors
    /// [`FieldError::Unknown`] if the form lacks one of them, and those of [`set`](Form::set); the form is unchanged.
    pub fn fill(&mut self, username: &str, password: &str) -> Result<Unfilled, FieldError> {
        let pairs = [("username", username), ("password", password)];
        // With a separator behind each, as `set` counts.
        let length = username.len().saturating_add(password.len() + 2);
        let mut places = [0; 2];
        for (place, (name, value)) in places.iter_mut().zip(pairs) {
            let Some(at) = self.arena.find(name) else {
                let field = name.to_string();
                return Err(FieldError::Unknown { field });
            };
            self.check_settable(at)?;
            if self.arena.fields[at].reserved {
                self.check_reserved(at, Some(value))?;
            }
            self.check_characters(at, value)?;
            self.check_count(at, core::iter::once(value))?;
            *place = at;
        }
        let replaced = places.iter().map(|&at| self.arena.typed_length(at)).sum();
        self.check_length(places[0], length, replaced)?;
        for &at in &places {
            if !self.arena.fields[at].reserved {
                // Each makes room for both.
                self.arena.untype(at);
            }
        }
        for (at, (_, value)) in places.into_iter().zip(pairs) {
            if !self.arena.fields[at].reserved {
                self.type_in(at, core::iter::once(value));
            }
        }
        Ok(self.unfilled())
    }

    /// Adds data that was fetched ([`Event::MediaReceived`](crate::Event::MediaReceived)), so that
    /// [`Media::bytes`](crate::Media::bytes) has it. Data that the form does not refer to is dropped.
    ///
    /// ```
    /// use xmpp_registration::{Event, Output};
    /// # use xmpp_registration::{Channel, Config, IdPrefix, Peer, RegistrationMachine};
    /// # let config = Config::new(Peer::server("example.com")?, IdPrefix::new("p")?, Channel::Encrypted);
    /// # let mut machine = RegistrationMachine::register(config);
    /// # machine.poll_output();
    /// # let reply = "<iq xmlns='jabber:client' type='result' id='p-1'><query xmlns='jabber:iq:register'>\
    /// #     <x xmlns='jabber:x:data' type='form'><field var='ocr' label='Enter the text you see'>\
    /// #     <media xmlns='urn:xmpp:media-element'><uri type='image/png'>cid:a@bob.xmpp.org</uri></media></field></x></query></iq>";
    /// # let _ = machine.handle_stanza(&reply.parse()?);
    /// # let Some(Output::Event(Event::FormOffered(mut form))) = machine.poll_output() else { panic!() };
    /// # machine.fetch_media("a@bob.xmpp.org")?;
    /// # machine.poll_output();
    /// # let reply = "<iq xmlns='jabber:client' type='result' id='p-2'>\
    /// #     <data xmlns='urn:xmpp:bob' cid='a@bob.xmpp.org' type='image/png'>iVBORw==</data></iq>";
    /// # let _ = machine.handle_stanza(&reply.parse()?);
    /// if let Some(Output::Event(Event::MediaReceived(data))) = machine.poll_output() {
    ///     form.attach(data);
    /// }
    /// let picture = form.field("ocr").and_then(|it| it.media().next()).unwrap();
    /// assert_eq!(picture.bytes(), Ok(&b"\x89PNG"[..]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn attach(&mut self, data: MediaData) {
        embed::attach(self, data);
    }

    /// Sets a field for good, if the form has it and takes the value. Otherwise nobody could submit it, and what the
    /// invitation is good for is the server's to say.
    pub(crate) fn reserve(&mut self, name: &str, value: &str) {
        if let Some(at) = self.arena.find(name)
            && self.check_settable(at).is_ok()
        {
            let before = Field::new(self, at).typed().map(ToString::to_string);
            self.arena.type_into(at, core::iter::once(value));
            if self.check_at(at).is_ok() {
                self.arena.fields[at].reserved = true;
            } else if let Some(before) = before {
                self.arena.type_into(at, core::iter::once(&*before));
            } else {
                self.arena.untype(at);
            }
        }
    }

    /// Forgets, and wipes, the secrets that the caller set.
    pub(crate) fn blank_secrets(&mut self) {
        for at in 0..self.arena.fields.len() {
            let record = &self.arena.fields[at];
            let secret = record.secret || record.challenge != Challenge::None;
            // What an invitation says nobody could set again.
            if secret && !record.reserved {
                self.arena.untype(at);
            }
        }
    }

    fn set_at(&mut self, at: usize, value: &Value) -> Result<(), FieldError> {
        match &value.0 {
            Repr::Yes(true) => self.set_texts(at, core::iter::once("true")),
            Repr::Yes(false) => self.set_texts(at, core::iter::once("false")),
            one @ (Repr::Short(_) | Repr::Long(_)) => self.set_texts(at, one.text().into_iter()),
            // A list is never the one text that an invitation says.
            Repr::Several(_) if self.arena.fields[at].reserved => self.check_reserved(at, None),
            Repr::Several(texts) => self.set_texts(at, texts.iter().map(String::as_str)),
        }
    }

    fn set_texts<'v>(
        &mut self,
        at: usize,
        texts: impl ExactSizeIterator<Item = &'v str> + Clone,
    ) -> Result<(), FieldError> {
        self.check_settable(at)?;
        if self.arena.fields[at].reserved {
            return self.check_reserved(at, texts.clone().next());
        }
        let mut length: usize = 0;
        for text in texts.clone() {
            self.check_characters(at, text)?;
            length = length.saturating_add(text.len() + 1);
        }
        self.check_length(at, length, self.arena.typed_length(at))?;
        self.check_count(at, texts.clone())?;
        self.type_in(at, texts);
        Ok(())
    }

    /// Sets what was checked to be settable, legal, and neither too long nor too many.
    fn type_in<'v>(&mut self, at: usize, texts: impl ExactSizeIterator<Item = &'v str> + Clone) {
        match self.arena.fields[at].kind {
            // XEP-0004 section 3.3: a value a line.
            FieldKind::TextMulti => self.arena.type_into(at, texts.flat_map(lines)),
            FieldKind::Boolean => self.arena.type_into(at, texts.map(digit)),
            // The same option or JID twice is one, and an empty one is none.
            FieldKind::ListMulti | FieldKind::JidMulti => {
                let mut seen = BTreeSet::from([""]);
                let mut once: Vec<&str> = texts.filter(|text| seen.insert(*text)).collect();
                if once.is_empty() {
                    once.push("");
                }
                self.arena.type_into(at, once.into_iter());
            }
            _ => self.arena.type_into(at, texts),
        }
    }

    fn check_settable(&self, at: usize) -> Result<(), FieldError> {
        let field = Field::new(self, at);
        if field.kind().is_visible() {
            Ok(())
        } else {
            let field = field.name().unwrap_or_default().to_string();
            Err(FieldError::ReadOnly { field })
        }
    }

    /// Only what an invitation says may be set: one text.
    fn check_reserved(&self, at: usize, text: Option<&str>) -> Result<(), FieldError> {
        let field = Field::new(self, at);
        if text.is_some() && field.value() == text {
            return Ok(());
        }
        let field = field.name().unwrap_or_default().to_string();
        Err(FieldError::Reserved { field })
    }

    fn check_length(&self, at: usize, more: usize, less: usize) -> Result<(), FieldError> {
        if self.has_room(more, less) {
            return Ok(());
        }
        Err(self.too_long(at))
    }

    /// Whether so many bytes more may be typed, once so many are gone.
    pub(super) fn has_room(&self, more: usize, less: usize) -> bool {
        more.saturating_add(self.arena.live - less) <= MOST_TYPED
    }

    fn check_count<'v>(
        &self,
        at: usize,
        texts: impl ExactSizeIterator<Item = &'v str>,
    ) -> Result<(), FieldError> {
        let count = if self.arena.fields[at].kind == FieldKind::TextMulti {
            texts.flat_map(lines).take(MOST_VALUES + 1).count()
        } else {
            texts.len()
        };
        if count <= MOST_VALUES {
            return Ok(());
        }
        Err(self.too_long(at))
    }

    fn too_long(&self, at: usize) -> FieldError {
        let field = Field::new(self, at).name().unwrap_or_default().to_string();
        FieldError::TooLong { field }
    }

    fn check_characters(&self, at: usize, text: &str) -> Result<(), FieldError> {
        match xml::forbidden(text) {
            None => Ok(()),
            Some(position) => {
                let field = Field::new(self, at).name().unwrap_or_default().to_string();
                Err(FieldError::ForbiddenCharacter { field, position })
            }
        }
    }
}

/// An empty text is one empty line, which is no value.
fn lines(text: &str) -> impl Iterator<Item = &str> + Clone {
    let lines = if text.is_empty() { "\n" } else { text };
    lines.lines()
}

/// Some servers know only the digits.
fn digit(boolean: &str) -> &str {
    match boolean {
        "true" => "1",
        "false" => "0",
        other => other,
    }
}
