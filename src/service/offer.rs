//! What a service offers: fields of the old way, a data form, an address elsewhere, or several of them.

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use super::captcha::Captcha;
use super::data_form::DataForm;
use super::offer_error::OfferError;
use super::validate;
use crate::form::read;
use zeroize::Zeroizing;

/// What is offered to whoever asks, checked when it is built ([`Offer::builder`]). A clone costs nothing.
///
/// ```
/// use xmpp_registration::service::{DataForm, Fields, FormField, Offer, OfferError};
/// use xmpp_registration::FieldKind;
///
/// let plain = Offer::of_fields(Fields::of(["username", "password"]).optional("email"));
/// assert!(plain.is_ok());
/// let form = Offer::of_form(DataForm::new().field(FormField::new(FieldKind::TextSingle, "username").required()));
/// assert!(form.is_ok());
/// let elsewhere = Offer::redirect("https://example.com/join", "Join on our site");
/// assert!(elsewhere.is_ok());
/// assert_eq!(Offer::builder().build().unwrap_err(), OfferError::Empty);
/// ```
#[derive(Clone)]
pub struct Offer(pub(super) Arc<Parts>);

/// What an offer is made of; also the builder's own.
#[derive(Clone, Default)]
pub(super) struct Parts {
    pub instructions: Option<String>,
    pub fields: Option<Fields>,
    pub form: Option<DataForm>,
    pub registered: bool,
    pub url: Option<String>,
    pub captcha: Option<Captcha>,
    /// A challenge, a medium or a key is good for one submission.
    pub single_use: bool,
}

impl Parts {
    /// Whether it has a data form to be filled in, or at least confirmed, and not one that only says something.
    pub fn asks_by_form(&self) -> bool {
        let form = self.form.as_ref();
        form.is_some_and(|it| !it.fields.is_empty() || self.captcha.is_some())
    }

    /// Whether there is anything to be filled in.
    pub fn asks(&self) -> bool {
        self.asks_by_form() || self.fields.is_some()
    }

    /// Whether a `key` goes out with it.
    pub fn holds_secret(&self) -> bool {
        let legacy = self.fields.as_ref().is_some_and(|it| it.key.is_some());
        let mut fields = self.form.iter().flat_map(|it| &it.fields);
        let is_secret = |var: &String| read::is_secret_name(var);
        legacy || fields.any(|it| !it.values.is_empty() && it.var.as_ref().is_some_and(is_secret))
    }
}

impl Offer {
    /// Begins an offer.
    pub fn builder() -> OfferBuilder {
        OfferBuilder(Parts::default())
    }

    /// Fields of the old way and nothing else.
    ///
    /// # Errors
    /// Those of [`OfferBuilder::build`].
    pub fn of_fields(fields: Fields) -> Result<Offer, OfferError> {
        Self::builder().fields(fields).build()
    }

    /// A data form and nothing else.
    ///
    /// # Errors
    /// Those of [`OfferBuilder::build`].
    pub fn of_form(form: DataForm) -> Result<Offer, OfferError> {
        Self::builder().form(form).build()
    }

    /// An address elsewhere (XEP-0077 section 5): a URL, instructions, or both; a blank text is none.
    ///
    /// # Errors
    /// Those of [`OfferBuilder::build`].
    pub fn redirect(url: &str, instructions: &str) -> Result<Offer, OfferError> {
        Self::builder().url(url).instructions(instructions).build()
    }
}

/// Names only: it may hold what is on file, a key, and a challenge's answer.
impl fmt::Debug for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Offer")
            .field("registered", &self.0.registered)
            .field("fields", &self.0.fields)
            .field("form", &self.0.form)
            .field("captcha", &self.0.captcha)
            .finish_non_exhaustive()
    }
}

/// An offer that is being put together.
///
/// ```
/// use xmpp_registration::FieldKind;
/// use xmpp_registration::service::{Captcha, DataForm, Fields, FormField, Offer, OfferBuilder, OfferError};
///
/// // For those who are registered, and want to change what is on file:
/// let builder: OfferBuilder = Offer::builder();
/// let offer = builder
///     .registered()
///     .instructions("Change what you like, or go to our site")
///     .url("https://example.com/me")
///     .fields(Fields::new().value("username", "juliet").field("password"))
///     .form(DataForm::new().field(FormField::new(FieldKind::TextSingle, "username").value("juliet")))
///     .build();
/// assert!(offer.is_ok());
///
/// // A challenge cannot stand beside fields without one:
/// let open = Offer::builder()
///     .form(DataForm::new().field(FormField::new(FieldKind::TextSingle, "username").required()))
///     .fields(Fields::of(["username"]))
///     .captcha(Captcha::question("f3a6292c", "The colour of grass?", "green"))
///     .build();
/// assert_eq!(open.unwrap_err(), OfferError::CaptchaPassedBy);
/// ```
#[derive(Clone)]
#[must_use = "an offer is checked and made by `build`"]
pub struct OfferBuilder(Parts);

impl OfferBuilder {
    /// Instructions for the user; beside a data form, those for clients that know no data forms. A blank text is none.
    pub fn instructions(mut self, instructions: &str) -> OfferBuilder {
        self.0.instructions = unless_blank(instructions);
        self
    }

    /// Fields of the old way. Beside a data form they are for clients that know no data forms, and are checked on their
    /// own (XEP-0077 section 6).
    pub fn fields(mut self, fields: Fields) -> OfferBuilder {
        self.0.fields = Some(fields);
        self
    }

    /// A data form, which clients fill in rather than the fields of the old way.
    pub fn form(mut self, form: DataForm) -> OfferBuilder {
        self.0.form = Some(form);
        self
    }

    /// Says that the requester is registered already (XEP-0077 section 3.1). Put what is on file into the fields.
    pub fn registered(mut self) -> OfferBuilder {
        self.0.registered = true;
        self
    }

    /// Where one can register instead (XEP-0066): the alternative to the fields, or all there is. A blank text is none.
    pub fn url(mut self, url: &str) -> OfferBuilder {
        self.0.url = unless_blank(url);
        self
    }

    /// A challenge in the data form, whose `FORM_TYPE` it makes `urn:xmpp:captcha`.
    pub fn captcha(mut self, captcha: Captcha) -> OfferBuilder {
        self.0.captcha = Some(captcha);
        self
    }

    /// Checks everything, so that what is offered can be sent, filled in and checked.
    ///
    /// # Errors
    /// [`OfferError`] names the field and says what to do.
    pub fn build(self) -> Result<Offer, OfferError> {
        let mut parts = self.0;
        validate::check(&mut parts)?;
        Ok(Offer(Arc::new(parts)))
    }
}

impl fmt::Debug for OfferBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OfferBuilder(..)")
    }
}

/// A client takes what is blank for nothing, and an offer of nothing else for a breach of the protocol.
fn unless_blank(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_string())
}

/// Fields of the old way (XEP-0077 section 3.1): elements with a name and no more.
///
/// The schema has `username`, `nick`, `password`, `name`, `first`, `last`, `email`, `address`, `city`, `state`, `zip`,
/// `phone`, `url`, `date`, `misc` and `text`; other names are offered by some servers and understood by some clients.
/// What the schema lacks belongs into a [`DataForm`].
///
/// ```
/// use xmpp_registration::service::{Fields, Offer};
///
/// let fields = Fields::new()
///     .value("username", "juliet") // on file
///     .field("password")
///     .optional("email") // may be left out
///     .key("d17f");
/// assert_eq!(format!("{fields:?}"), r#"["username", "password", "email"]"#);
/// assert!(Offer::of_fields(fields).is_ok());
/// assert!(Offer::of_fields(Fields::of(["username", "username"])).is_err());
/// ```
#[derive(Clone, Default)]
pub struct Fields {
    pub(super) all: Vec<LegacyField>,
    pub(super) key: Option<Zeroizing<String>>,
}

#[derive(Clone)]
pub(super) struct LegacyField {
    pub name: String,
    pub value: String,
    pub optional: bool,
}

impl Fields {
    /// No fields.
    #[must_use]
    pub fn new() -> Fields {
        Fields::default()
    }

    /// These fields, all of which must be filled in.
    #[must_use]
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Fields {
        names.into_iter().fold(Fields::new(), Fields::field)
    }

    /// One more field, which must be filled in, as XEP-0077 section 3.1 has it for all of them.
    #[must_use]
    pub fn field(self, name: &str) -> Fields {
        self.push(name, "", false)
    }

    /// One more field, which may be left out. Nothing tells the client so but the instructions.
    #[must_use]
    pub fn optional(self, name: &str) -> Fields {
        self.push(name, "", true)
    }

    /// One more field, with what is on file for it. Never of a password.
    #[must_use]
    pub fn value(self, name: &str, value: &str) -> Fields {
        self.push(name, value, false)
    }

    /// The obsolete transaction key (XEP-0077 section 7): it must come back with the submission, and is good for one.
    #[must_use]
    pub fn key(mut self, key: &str) -> Fields {
        self.key = Some(Zeroizing::new(key.to_string()));
        self
    }

    fn push(mut self, name: &str, value: &str, optional: bool) -> Fields {
        self.all.push(LegacyField {
            name: name.to_string(),
            value: value.to_string(),
            optional,
        });
        self
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.all.iter().map(|it| it.name.as_str());
        f.debug_list().entries(names).finish()
    }
}

#[cfg(test)]
mod tests;
