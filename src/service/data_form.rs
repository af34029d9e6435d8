//! Data forms to be offered (XEP-0004), with validation (XEP-0122) and media (XEP-0221).

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

use super::request::Purpose;
use crate::form::FieldKind;
use crate::xml::{NS_CANCEL, NS_CHANGE_PASSWORD, NS_REGISTER};

/// A data form to be offered, or demanded. [`OfferBuilder::build`](super::OfferBuilder::build) checks it.
///
/// ```
/// use xmpp_registration::FieldKind;
/// use xmpp_registration::service::{DataForm, FormField, Offer};
///
/// let form = DataForm::new()
///     .form_type("urn:example:contest")
///     .title("Contest registration")
///     .instructions("Tell us who you are.")
///     .instructions("You must be of age.") // a second paragraph
///     .field(FormField::new(FieldKind::TextSingle, "first").label("Given name").required())
///     .field(FormField::new(FieldKind::TextSingle, "age").datatype("xs:integer").range(Some("18"), None));
/// assert_eq!(format!("{form:?}"), r#"["first" (text-single), "age" (text-single)]"#);
/// assert!(Offer::of_form(form).is_ok());
/// ```
#[derive(Clone, Default)]
pub struct DataForm {
    pub(super) form_type: Option<String>,
    pub(super) title: Option<String>,
    pub(super) instructions: Vec<String>,
    pub(super) fields: Vec<FormField>,
}

impl DataForm {
    /// A form without fields, of the `FORM_TYPE` `jabber:iq:register`; or where it is demanded of who wants to be removed or
    /// change the password, `jabber:iq:register:cancel` or `jabber:iq:register:changepassword` (XEP-0077 section 14.4).
    #[must_use]
    pub fn new() -> DataForm {
        DataForm::default()
    }

    /// Another `FORM_TYPE` (XEP-0068), such as `jabber:iq:register:cancel` in a form that is offered. In a form that is
    /// demanded, whose type does not say what for then, a hidden field `x-demanded-for` does.
    #[must_use]
    pub fn form_type(mut self, form_type: &str) -> DataForm {
        self.form_type = Some(form_type.trim().to_string());
        self
    }

    /// The title.
    #[must_use]
    pub fn title(mut self, title: &str) -> DataForm {
        self.title = Some(title.to_string());
        self
    }

    /// Instructions; a paragraph more at each call.
    #[must_use]
    pub fn instructions(mut self, instructions: &str) -> DataForm {
        self.instructions.push(instructions.to_string());
        self
    }

    /// One more field.
    #[must_use]
    pub fn field(mut self, field: FormField) -> DataForm {
        self.fields.push(field);
        self
    }

    /// The `FORM_TYPE`, if no challenge changes it.
    pub(super) fn type_or_default(&self, demanded_for: Option<Purpose>) -> &str {
        let default = match demanded_for {
            Some(Purpose::Remove) => NS_CANCEL,
            Some(Purpose::ChangePassword) => NS_CHANGE_PASSWORD,
            Some(Purpose::Register) | None => NS_REGISTER,
        };
        self.form_type.as_deref().unwrap_or(default)
    }
}

/// Names only: a form may hold what is on file.
impl fmt::Debug for DataForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.fields).finish()
    }
}

/// A field of a [`DataForm`].
///
/// ```
/// use xmpp_registration::FieldKind;
/// use xmpp_registration::service::{DataForm, FormField, Offer, OfferError};
///
/// let form = DataForm::new()
///     .field(FormField::fixed("About you"))
///     .field(FormField::hidden("page", "1"))
///     .field(
///         FormField::new(FieldKind::TextSingle, "username")
///             .label("Name")
///             .description("Letters and digits")
///             .required()
///             .regex("[a-z0-9]+"),
///     )
///     .field(FormField::new(FieldKind::TextSingle, "born").datatype("xs:date").range(None, Some("2012-12-31")))
///     .field(FormField::new(FieldKind::TextSingle, "seen").datatype("xs:date").basic())
///     .field(
///         FormField::new(FieldKind::ListSingle, "lang")
///             .option("English", "en")
///             .option("Deutsch", "de")
///             .value("en") // unless the user chooses otherwise
///             .open(), // another one will do, too
///     )
///     .field(
///         FormField::new(FieldKind::ListMulti, "news")
///             .option("Polls", "polls")
///             .option("Parties", "parties")
///             .list_range(Some(1), Some(2)),
///     )
///     .field(FormField::new(FieldKind::Boolean, "seal").media("image/png", "https://example.com/seal.png"));
/// assert!(Offer::of_form(form).is_ok());
///
/// let field = FormField::new(FieldKind::ListSingle, "lang").option("English", "en").value("fr");
/// let error = Offer::of_form(DataForm::new().field(field)).unwrap_err();
/// assert!(matches!(error, OfferError::BadValue(_)));
/// ```
#[derive(Clone)]
pub struct FormField {
    pub(super) kind: FieldKind,
    pub(super) var: Option<String>,
    pub(super) label: Option<String>,
    pub(super) description: Option<String>,
    pub(super) required: bool,
    pub(super) values: Vec<Zeroizing<String>>,
    pub(super) options: Vec<(String, String)>,
    pub(super) datatype: Option<String>,
    pub(super) method: Option<Method>,
    pub(super) selections: Option<(Option<u32>, Option<u32>)>,
    pub(super) media: Vec<Medium>,
}

/// How the values are checked (XEP-0122 section 3): one way for each field.
#[derive(Clone)]
pub(super) enum Method {
    Basic,
    Open,
    Range(Option<String>, Option<String>),
    Regex(String),
}

/// One place where a medium can be had.
#[derive(Clone)]
pub(super) struct Medium {
    pub mime_type: String,
    pub uri: String,
    pub size: Option<(u16, u16)>,
}

impl FormField {
    /// A field of this kind and this name (`var`).
    ///
    /// One that is named like the answer to a challenge (`captcha`, `ocr`, `qa` and others of XEP-0158 section 6.1) is taken
    /// for one by clients: it must be answered, and the form is good for one submission.
    #[must_use]
    pub fn new(kind: FieldKind, var: &str) -> FormField {
        Self::make(kind, Some(var.to_string()))
    }

    /// A text to be shown among the fields.
    #[must_use]
    pub fn fixed(text: &str) -> FormField {
        Self::make(FieldKind::Fixed, None).value(text)
    }

    /// A field that is not to be shown, and must come back with this value.
    #[must_use]
    pub fn hidden(var: &str, value: &str) -> FormField {
        Self::new(FieldKind::Hidden, var).value(value)
    }

    /// The label, for the user.
    #[must_use]
    pub fn label(mut self, label: &str) -> FormField {
        self.label = Some(label.to_string());
        self
    }

    /// A longer explanation, for the user.
    #[must_use]
    pub fn description(mut self, description: &str) -> FormField {
        self.description = Some(description.to_string());
        self
    }

    /// The field must be filled in.
    #[must_use]
    pub fn required(mut self) -> FormField {
        self.required = true;
        self
    }

    /// A default, or what is on file; one more at each call. Of a `text-multi`, each line is one (XEP-0004 section 3.3).
    #[must_use]
    pub fn value(mut self, value: &str) -> FormField {
        let mut push = |value: &str| self.values.push(Zeroizing::new(value.to_string()));
        if self.kind == FieldKind::TextMulti && !value.is_empty() {
            value.lines().for_each(push);
        } else {
            push(value);
        }
        self
    }

    /// One more option of a list.
    #[must_use]
    pub fn option(mut self, label: &str, value: &str) -> FormField {
        self.options.push((label.to_string(), value.to_string()));
        self
    }

    /// The datatype of the values (XEP-0122), such as `xs:date`: one of those that XEP-0122 registers, or another of XML
    /// Schema's numbers. Values of one that begins with `x:` are the application's to check; others are refused
    /// ([`OfferError::BadRule`](super::OfferError::BadRule)), since nobody could check them.
    #[must_use]
    pub fn datatype(mut self, datatype: &str) -> FormField {
        self.datatype = Some(datatype.to_string());
        self
    }

    /// A list that takes other values than its options too (XEP-0122 section 3.2).
    #[must_use]
    pub fn open(mut self) -> FormField {
        self.method = Some(Method::Open);
        self
    }

    /// The values are checked by their datatype, and a list takes its options only (XEP-0122 section 3.1).
    #[must_use]
    pub fn basic(mut self) -> FormField {
        self.method = Some(Method::Basic);
        self
    }

    /// The least and the greatest value (XEP-0122 section 3.3). Give the [`datatype`](Self::datatype) too: one of numbers,
    /// dates or times.
    #[must_use]
    pub fn range(mut self, least: Option<&str>, greatest: Option<&str>) -> FormField {
        let text = |it: Option<&str>| it.map(ToString::to_string);
        self.method = Some(Method::Range(text(least), text(greatest)));
        self
    }

    /// A regular expression that the values must match (XEP-0122 section 3.4). It is checked with the feature `regex`
    /// only, and must be one that can be, in one of the first 64 fields with a rule; without it the application must.
    #[must_use]
    pub fn regex(mut self, pattern: &str) -> FormField {
        self.method = Some(Method::Regex(pattern.to_string()));
        self
    }

    /// How many options may be selected, at least and at most (XEP-0122 section 3.5); for
    /// [`FieldKind::ListMulti`] only.
    #[must_use]
    pub fn list_range(mut self, fewest: Option<u32>, most: Option<u32>) -> FormField {
        self.selections = Some((fewest, most));
        self
    }

    /// A picture, sound or film at a URI (XEP-0221); several are forms of the same thing. For a CAPTCHA, rather use
    /// [`Captcha`](super::Captcha).
    #[must_use]
    pub fn media(mut self, mime_type: &str, uri: &str) -> FormField {
        self.media.push(Medium {
            mime_type: mime_type.to_string(),
            uri: uri.to_string(),
            size: None,
        });
        self
    }

    fn make(kind: FieldKind, var: Option<String>) -> FormField {
        FormField {
            kind,
            var,
            label: None,
            description: None,
            required: false,
            values: Vec::new(),
            options: Vec::new(),
            datatype: None,
            method: None,
            selections: None,
            media: Vec::new(),
        }
    }
}

impl fmt::Debug for FormField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let var = self.var.as_deref().unwrap_or_default();
        write!(f, "{var:?} ({})", self.kind)
    }
}
