//! Registration forms: one view over the fields of the old way (XEP-0077 section 3.1) and data forms (XEP-0004).

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use crate::config::IdPrefix;
use crate::error::{FieldError, Incomplete, Unfilled};
use crate::xml::NS_CANCEL;

mod adopt;
mod arena;
mod check;
pub(crate) mod checkable;
mod datatype;
pub(crate) mod embed;
mod field;
mod fill;
pub(crate) mod glance;
pub(crate) mod media;
mod pattern;
pub(crate) mod read;
mod rule;
mod value;
pub(crate) mod write;

use arena::{Arena, Span};
pub use field::{Choice, Field, FieldKind};
pub use media::{Media, MediaData, MediaError};
pub use rule::Validation;
pub use value::Value;

/// A form that a server wants filled in.
///
/// It comes only from the machine, by [`Event::FormOffered`](crate::Event::FormOffered) or
/// [`Event::Refused`](crate::Event::Refused). Fill it by [`set`](Form::set), [`fill`](Form::fill) or
/// [`answer_each`](Form::answer_each), turn it into an [`Answer`] by [`finish`](Form::finish), and give that to
/// [`submit`](crate::RegistrationMachine::submit). Where the server offered both a data form and fields of the old way,
/// it is the data form (XEP-0077 section 6); the caller sees no difference.
///
/// It has no `Clone`, since a form is answered once. Its `Debug` shows names and types, never a value.
/// Two forms are equal when they ask for the same and hold the same values.
///
/// ```
/// use xmpp_registration::{Field, Form};
/// # use xmpp_registration::{Channel, Config, Event, IdPrefix, Output, Peer, RegistrationMachine};
/// # let config = Config::new(Peer::server("example.com")?, IdPrefix::new("p")?, Channel::Encrypted);
/// # let mut machine = RegistrationMachine::register(config);
/// # machine.poll_output();
/// # let reply = "<iq xmlns='jabber:client' type='result' id='p-1'><query xmlns='jabber:iq:register'>\
/// #     <username/><password/>\
/// #     <x xmlns='jabber:x:data' type='form'><title>Join</title><instructions>Welcome!</instructions>\
/// #     <field var='FORM_TYPE' type='hidden'><value>jabber:iq:register</value></field>\
/// #     <field var='username' label='Name'><required/></field>\
/// #     <field var='password' type='text-private'><required/></field>\
/// #     <field var='email'><required/></field></x>\
/// #     <x xmlns='jabber:x:oob'><url>https://example.com/join</url></x></query></iq>";
/// # let _ = machine.handle_stanza(&reply.parse()?);
/// # let Some(Output::Event(Event::FormOffered(mut form))) = machine.poll_output() else { panic!() };
/// assert_eq!(form.title(), Some("Join"));
/// assert_eq!(form.instructions().collect::<Vec<_>>(), ["Welcome!"]);
/// assert!(form.is_data_form() && !form.is_registered());
/// assert_eq!(form.form_type(), Some("jabber:iq:register"));
/// assert_eq!(form.url(), Some("https://example.com/join")); // or else there
///
/// fn to_be_shown(form: &Form) -> Vec<&str> {
///     form.fields().filter(|it| it.kind().is_visible()).filter_map(Field::name).collect()
/// }
/// assert_eq!(to_be_shown(&form), ["username", "password", "email"]);
///
/// let left = form.fill("juliet", "R0m30!")?;
/// assert_eq!(left.names().collect::<Vec<_>>(), ["email"]);
/// form.set("email", "juliet@capulet.example")?;
/// assert_eq!(form.field("email").unwrap().value(), Some("juliet@capulet.example"));
/// assert!(form.unfilled().is_empty());
/// machine.submit(form.finish()?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Form {
    /// Boxed, since forms are moved about: in and out of events, answers and errors.
    arena: Box<Arena>,
}

/// Names of fields that ask whether to remove the registration.
pub(crate) const REMOVAL: &[&str] = &["remove", "unregister"];

/// Which half of the offer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Data,
    Legacy,
}

/// The request whose reply brought a form: an answer is good for that machine and that form only.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    pub prefix: IdPrefix,
    pub serial: u32,
}

impl Form {
    /// Whether the server says that the account, or the registration, exists already: `<registered/>` (XEP-0077
    /// section 3.1), or a boolean field `remove` or `unregister`, which some gateways have. False proves nothing: some
    /// servers never say it.
    #[must_use]
    pub fn is_registered(&self) -> bool {
        self.arena.registered || self.asks_to_remove()
    }

    /// Whether this is a data form (XEP-0004), and not the fields of the old way.
    #[must_use]
    pub fn is_data_form(&self) -> bool {
        self.arena.half == Half::Data
    }

    /// The `FORM_TYPE` of a data form (XEP-0068), such as `jabber:iq:register:changepassword`.
    #[must_use]
    pub fn form_type(&self) -> Option<&str> {
        if !self.is_data_form() {
            return None;
        }
        self.field("FORM_TYPE")?.value()
    }

    /// Whether submitting it as it stands removes the registration: a field `remove`, or `unregister` (Spectrum 2), is true;
    /// or the whole form is for that, by its `FORM_TYPE` `jabber:iq:register:cancel` (XEP-0077 section 14.4), and that field
    /// is not false. Ask the user before: a form that is offered can be one of these, too.
    ///
    /// False proves nothing: a gateway may ask for a removal in a way of its own, such as by an option of a list.
    ///
    /// ```
    /// # use xmpp_registration::{Channel, Config, Event, IdPrefix, Output, Peer, RegistrationMachine, Success, jid::FullJid};
    /// # let me = Peer::account(FullJid::new("juliet@example.com/balcony")?);
    /// # let mut machine = RegistrationMachine::register(Config::new(me, IdPrefix::new("p")?, Channel::Encrypted));
    /// # machine.poll_output();
    /// # let reply = "<iq xmlns='jabber:client' type='result' id='p-1'><query xmlns='jabber:iq:register'><registered/>\
    /// #     <x xmlns='jabber:x:data' type='form'><field var='email'/><field var='remove' type='boolean'/></x></query></iq>";
    /// # let _ = machine.handle_stanza(&reply.parse()?);
    /// # let Some(Output::Event(Event::FormOffered(mut form))) = machine.poll_output() else { panic!() };
    /// assert!(!form.removes());
    /// form.set("remove", true)?;
    /// assert!(form.removes());
    /// machine.submit(form.finish()?)?;
    /// machine.poll_output();
    /// # let _ = machine.handle_stanza(&"<iq xmlns='jabber:client' type='result' id='p-2'/>".parse()?);
    /// assert_eq!(machine.poll_output(), Some(Output::Event(Event::Succeeded(Success::Unregistered))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn removes(&self) -> bool {
        self.answer_to_remove()
            .unwrap_or_else(|| self.is_for_removal())
    }

    /// The title, for the user.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.arena.title.of(&self.arena.text)
    }

    /// The instructions, for the user: a paragraph each, those of the half that counts.
    pub fn instructions(&self) -> impl Iterator<Item = &str> {
        let spans = self.arena.instructions.of(&self.arena.values);
        spans.iter().filter_map(|span| span.of(&self.arena.text))
    }

    /// Where the user may register instead (XEP-0066): an alternative to this form, as the server sent it.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.arena.url.of(&self.arena.text)
    }

    /// All fields in the server's order, hidden and fixed ones too: show a fixed field's text, skip a hidden field.
    pub fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        (0..self.arena.fields.len())
            .filter(|&at| !self.arena.fields[at].shadowed)
            .map(|at| Field::new(self, at))
    }

    /// The field of this name (`var`).
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Field<'_>> {
        let at = self.arena.find(name)?;
        Some(Field::new(self, at))
    }

    /// The required fields without a value, then as many challenges as are still to be answered.
    pub fn unfilled(&self) -> Unfilled {
        let missing = (0..self.arena.fields.len()).filter(|&at| self.is_missing_at(at));
        let missing = missing.filter_map(|at| Field::new(self, at).name());
        let challenges = self.open_challenges().filter_map(Field::name);
        let left = challenges.take(self.answers_left());
        let mut unfilled = Unfilled::default();
        missing.chain(left).for_each(|name| unfilled.push(name));
        unfilled
    }

    /// How many more challenges must be answered (XEP-0158 section 3.2), of those whose
    /// [`Field::is_challenge`] is true and that are not required by themselves: the user may choose which.
    ///
    /// ```
    /// # use xmpp_registration::{Channel, Config, Event, IdPrefix, Output, Peer, RegistrationMachine};
    /// # let config = Config::new(Peer::server("example.com")?, IdPrefix::new("p")?, Channel::Encrypted);
    /// # let mut machine = RegistrationMachine::register(config);
    /// # machine.poll_output();
    /// # let reply = "<iq xmlns='jabber:client' type='result' id='p-1'><query xmlns='jabber:iq:register'>\
    /// #     <x xmlns='jabber:x:data' type='form'>\
    /// #     <field var='FORM_TYPE' type='hidden'><value>urn:xmpp:captcha</value></field>\
    /// #     <field var='qa' label='Color of grass?'/><field var='ocr' label='Enter the text you see'/></x></query></iq>";
    /// # let _ = machine.handle_stanza(&reply.parse()?);
    /// # let Some(Output::Event(Event::FormOffered(mut form))) = machine.poll_output() else { panic!() };
    /// // A question, and a picture:
    /// let offered = form.fields().filter(|it| it.is_challenge());
    /// assert_eq!(offered.filter_map(|it| it.name()).collect::<Vec<_>>(), ["qa", "ocr"]);
    /// assert_eq!(form.challenges_left(), 1); // either will do
    /// form.set("qa", "green")?;
    /// assert_eq!(form.challenges_left(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn challenges_left(&self) -> usize {
        self.answers_left()
    }

    /// Checks the whole form, as the server would: required fields, empty passwords, options, single values, kinds.
    ///
    /// # Errors
    /// [`Incomplete`] names every field that is not ready, and gives the form back. The server's own defaults are not
    /// checked.
    pub fn finish(self) -> Result<Answer, Incomplete> {
        let fields = 0..self.arena.fields.len();
        let mut errors: Vec<FieldError> = fields.filter_map(|at| self.check_at(at).err()).collect();
        errors.extend(self.check_challenges().err());
        if errors.is_empty() {
            Ok(Answer(self))
        } else {
            Err(Incomplete { errors, form: self })
        }
    }

    /// The fields by which a removal is asked for, those of one name too: each is sent. Those of the old way are none, and are
    /// not looked at.
    fn removal_fields(&self) -> impl Iterator<Item = Field<'_>> {
        let most = if self.is_data_form() { usize::MAX } else { 0 };
        let sent = self.fields().take(most);
        sent.filter(|it| {
            let is_asked = it.name().is_some_and(|name| REMOVAL.contains(&name));
            is_asked && it.kind() != FieldKind::Fixed
        })
    }

    fn asks_to_remove(&self) -> bool {
        let mut fields = self.removal_fields();
        fields.any(|field| field.kind() == FieldKind::Boolean)
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.arena.origin
    }

    pub(crate) fn with_offer(mut self, registered: bool, url: Option<&str>) -> Self {
        self.arena.registered = registered;
        if let Some(url) = url {
            let fits = |n| u32::try_from(n).ok();
            if let (Some(start), Some(len)) = (fits(self.arena.text.len()), fits(url.len())) {
                self.arena.text.push_str(url);
                self.arena.url = Span { start, len };
            }
        }
        self
    }

    /// How much of the limit its pictures take.
    pub(crate) fn media_size(&self) -> usize {
        self.arena.media_data.iter().map(MediaData::size).sum()
    }

    /// Drops the pictures, which nobody will look at again.
    pub(crate) fn drop_media(&mut self) {
        self.arena.media_data = Vec::new();
    }

    /// Whether any refusal uses it up: a challenge, media or a `key` is good for one submission.
    pub(crate) fn is_used_up_by_refusal(&self) -> bool {
        self.arena.used_up
    }

    /// Whether it is for removing, by its `FORM_TYPE`.
    pub(crate) fn is_for_removal(&self) -> bool {
        self.form_type().map(str::trim) == Some(NS_CANCEL)
    }

    /// Whether it says that the registration is to go, or is not; `None`: nothing of the kind.
    ///
    /// What is sent has no kind, so that a yes is one wherever it stands. A no is one only where a yes or no was asked for.
    pub(crate) fn answer_to_remove(&self) -> Option<bool> {
        let mut answer = None;
        for field in self.removal_fields() {
            match field.value().map(str::trim) {
                Some("1" | "true") => return Some(true),
                Some("0" | "false") if field.kind() == FieldKind::Boolean => answer = Some(false),
                _ => {}
            }
        }
        answer
    }

    /// Whether submitting it would send a secret, be it a password that the server put into a hidden field. A `key` does
    /// not count: it is there to go back the way it came, and opens nothing but this form (XEP-0077 section 7).
    pub(crate) fn holds_secret(&self) -> bool {
        let is_sent = |field: Field<'_>| match field.kind() {
            FieldKind::Fixed => false,
            FieldKind::Hidden => field.name() != Some("key"),
            _ => true,
        };
        self.fields()
            .any(|field| field.is_secret() && is_sent(field) && field.value().is_some())
    }
}

impl PartialEq for Form {
    fn eq(&self, other: &Self) -> bool {
        let head = |form: &Form| (form.arena.half, form.arena.registered, form.arena.used_up);
        head(self) == head(other)
            && self.title() == other.title()
            && self.url() == other.url()
            && self.instructions().eq(other.instructions())
            && self.fields().eq(other.fields())
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.is_data_form() {
            "data form"
        } else {
            "fields"
        };
        f.debug_struct("Form")
            .field("kind", &format_args!("{kind}"))
            .field("registered", &self.is_registered())
            .field("fields", &self.fields().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// A form that is ready to be submitted: give it to [`submit`](crate::RegistrationMachine::submit).
///
/// Like the form it has no `Clone`, and its `Debug` shows no value.
///
/// ```
/// use xmpp_registration::Answer;
/// # use xmpp_registration::{Channel, Config, Event, IdPrefix, Output, Peer, RegistrationMachine};
/// # let config = Config::new(Peer::server("example.com")?, IdPrefix::new("p")?, Channel::Encrypted);
/// # let mut machine = RegistrationMachine::register(config);
/// # machine.poll_output();
/// # let reply = "<iq xmlns='jabber:client' type='result' id='p-1'><query xmlns='jabber:iq:register'>\
/// #     <username/><password/></query></iq>";
/// # let _ = machine.handle_stanza(&reply.parse()?);
/// # let Some(Output::Event(Event::FormOffered(mut form))) = machine.poll_output() else { panic!() };
/// # let _ = form.fill("juliet", "R0m30!")?;
/// let answer: Answer = form.finish()?;
/// assert!(!format!("{answer:?}").contains("R0m30!"));
/// let mut form = answer.into_form(); // on second thoughts
/// form.set("username", "juliet.capulet")?;
/// machine.submit(form.finish()?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, PartialEq)]
#[must_use = "an answer does nothing until it is given to `submit`"]
pub struct Answer(pub(crate) Form);

impl Answer {
    /// The form again, to change something.
    #[must_use]
    pub fn into_form(self) -> Form {
        self.0
    }
}

#[cfg(test)]
mod tests;
