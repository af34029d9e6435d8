//! What the peers of these tests send, as text, and what each of it means.

use std::fmt::Write as _;

use minidom::Element;
use minidom::rxml::{Namespace, NcName};

use self::errors::{CODES, CONDITIONS, ERROR_TYPES};
use crate::forms::{self, Facts, Spec};
use crate::ops::{Id, Kind, PASSWORD, PICTURE, PREFILLED, Sender};

#[path = "errors.rs"]
mod errors;

/// A stanza to be.
#[derive(Debug, Clone)]
pub struct Reply {
    pub id: Id,
    pub kind: Kind,
    pub sender: Sender,
    pub body: Body,
    /// The error's condition; its type and code; where the form of an error stands, and the envelope.
    pub detail: [u8; 3],
}

/// What stands in it besides an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    Nothing,
    EmptyQuery,
    Legacy,
    LegacyKeyed,
    LegacyOnFile,
    RegisteredOnly,
    /// A data form of this type.
    Data(&'static str, Form),
    /// A data form, and fields beside it.
    Both,
    RedirectUrl,
    RedirectText,
    RedirectBoth,
    /// The submission comes back, with the password in it.
    EchoedData,
    EchoedLegacy,
    TwoForms,
    /// The bytes of a picture, alone.
    Picture,
    OtherNamespace,
    Junk,
    TooManyFields,
    TooManyOptions,
    TooMuchText,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    EveryKind,
    Captcha,
    Keyed,
    PasswordChange,
    Removal,
    Confirmation,
    Room,
    Empty,
}

impl Form {
    fn fields(self) -> &'static [Spec] {
        match self {
            Form::EveryKind => &forms::EVERY_KIND,
            Form::Captcha => &forms::CAPTCHA,
            Form::Keyed => &forms::KEYED,
            Form::PasswordChange => &forms::PASSWORD_CHANGE,
            Form::Removal => &forms::REMOVAL,
            Form::Confirmation => &forms::CONFIRMATION,
            Form::Room => &forms::ROOM,
            Form::Empty => &[],
        }
    }

    fn facts(self) -> Facts {
        Facts::new(self.fields(), true)
    }
}

/// What a body offers, where a form was asked for (XEP-0077 section 6).
#[derive(Debug, Clone)]
pub enum Offer {
    Form(Facts),
    Redirect,
    Nothing,
    /// More than the limits allow.
    Beyond(&'static str),
}

const FORMS: [Form; 8] = [
    Form::EveryKind,
    Form::Captcha,
    Form::Removal,
    Form::PasswordChange,
    Form::Keyed,
    Form::Confirmation,
    Form::Room,
    Form::Empty,
];
const TYPES: [&str; 8] = [
    "form", "form", "form", "", "result", "submit", "cancel", "Form",
];
const PLAIN: [Body; 17] = [
    Body::Both,
    Body::LegacyKeyed,
    Body::LegacyOnFile,
    Body::RegisteredOnly,
    Body::RedirectUrl,
    Body::RedirectText,
    Body::RedirectBoth,
    Body::EchoedData,
    Body::EchoedLegacy,
    Body::TwoForms,
    Body::OtherNamespace,
    Body::Junk,
    Body::TooManyFields,
    Body::TooManyOptions,
    Body::TooMuchText,
    Body::EmptyQuery,
    Body::Picture,
];

impl Body {
    pub fn decode(byte: u8) -> Self {
        match byte {
            0..=39 => Body::Legacy,
            40..=71 => Body::Data("form", FORMS[usize::from(byte) % 8]),
            72..=135 => Body::Data(
                TYPES[usize::from(byte / 8) % 8],
                FORMS[usize::from(byte) % 8],
            ),
            136..=191 => Body::Nothing,
            _ => PLAIN[usize::from(byte) % PLAIN.len()],
        }
    }

    pub fn form(byte: u8) -> Form {
        FORMS[usize::from(byte) % FORMS.len()]
    }

    /// One that brings a form.
    pub fn of_form(byte: u8) -> Self {
        match byte {
            0..=79 => Body::Legacy,
            80..=199 => Body::Data("form", FORMS[usize::from(byte) % 6]),
            200..=219 => Body::LegacyOnFile,
            220..=239 => Body::LegacyKeyed,
            _ => Body::Both,
        }
    }

    /// The query, or whatever stands in its place.
    fn xml(self) -> String {
        let query = |inner: &str| format!("<query xmlns='jabber:iq:register'>{inner}</query>");
        let oob = "<x xmlns='jabber:x:oob'><url>https://example.org/signup</url></x>";
        let text = "<instructions>Go there</instructions>";
        match self {
            Body::Nothing => String::new(),
            Body::EmptyQuery => query(""),
            Body::Legacy | Body::LegacyKeyed | Body::LegacyOnFile | Body::RegisteredOnly => {
                query(&self.legacy().legacy_xml())
            }
            Body::Data(form_type, form) => query(&form.facts().data_xml(form_type)),
            Body::Both => {
                let data = Form::EveryKind.facts().data_xml("form");
                query(&(Body::Legacy.legacy().legacy_xml() + oob + &data))
            }
            Body::RedirectUrl => query(oob),
            Body::RedirectText => query(text),
            Body::RedirectBoth => query(&format!("{text}{oob}")),
            Body::EchoedData => query(&format!(
                "<x xmlns='jabber:x:data' type='submit'><field var='password'><value>{PASSWORD}</value></field></x>"
            )),
            Body::EchoedLegacy => query(&format!(
                "<username>romeo</username><password>{PREFILLED}</password>"
            )),
            Body::TwoForms => {
                let second = Form::PasswordChange.facts().data_xml("form");
                let third = Form::Removal.facts().data_xml("form");
                query(&(Body::EchoedData.form_alone() + &second + &third))
            }
            Body::Picture => {
                format!("<data xmlns='urn:xmpp:bob' cid='{PICTURE}' type='image/png'>AAAA</data>")
            }
            Body::OtherNamespace => "<query xmlns='jabber:iq:auth'><username/></query>".into(),
            Body::Junk => query(&format!(
                "text<x xmlns='jabber:x:data'/><password xmlns='u'>{PASSWORD}</password><remove/>"
            )),
            Body::TooManyFields | Body::TooManyOptions | Body::TooMuchText => query(&self.flood()),
        }
    }

    /// A data form that is beyond a limit.
    fn flood(self) -> String {
        let fields = match self {
            Body::TooManyFields => "<field var='f'/>".repeat(33),
            Body::TooManyOptions => {
                let options = "<option><value>o</value></option>".repeat(65);
                format!("<field var='f' type='list-single'>{options}</field>")
            }
            _ => format!("<field var='f' label='{}'/>", "l".repeat(4097)),
        };
        format!("<x xmlns='jabber:x:data' type='form'>{fields}</x>")
    }

    fn legacy(self) -> Facts {
        let mut facts = match self {
            Body::LegacyKeyed => Facts::new(&forms::LEGACY_KEYED, false),
            Body::LegacyOnFile | Body::EchoedLegacy => Facts::new(&forms::LEGACY_ON_FILE, false),
            Body::RegisteredOnly => Facts::new(&[], false),
            _ => Facts::new(&forms::LEGACY, false),
        };
        facts.registered = matches!(self, Body::LegacyOnFile | Body::RegisteredOnly);
        if self == Body::EchoedLegacy {
            facts.fields = &forms::LEGACY_ON_FILE[..2];
        }
        facts
    }

    /// The body without the query around it.
    fn form_alone(self) -> String {
        let xml = self.xml();
        let inner = xml
            .strip_prefix("<query xmlns='jabber:iq:register'>")
            .and_then(|xml| xml.strip_suffix("</query>"));
        inner.map_or(xml.clone(), String::from)
    }

    /// What it offers as the answer to a request for a form.
    pub fn offer(self) -> Offer {
        match self {
            Body::Nothing
            | Body::EmptyQuery
            | Body::OtherNamespace
            | Body::Picture
            | Body::EchoedData
            | Body::Junk => Offer::Nothing,
            Body::Legacy
            | Body::LegacyKeyed
            | Body::LegacyOnFile
            | Body::RegisteredOnly
            | Body::EchoedLegacy => Offer::Form(self.legacy()),
            Body::Data(form_type, form) => {
                let counts = match form_type {
                    "form" | "" => form != Form::Empty,
                    "result" => !matches!(form, Form::Empty | Form::Confirmation),
                    _ => false,
                };
                if counts {
                    Offer::Form(form.facts())
                } else if matches!(form_type, "form" | "") {
                    // Nothing to fill in: what its instructions say is all there is.
                    Offer::Redirect
                } else {
                    Offer::Nothing
                }
            }
            Body::Both => Offer::Form(Form::EveryKind.facts()),
            Body::RedirectUrl | Body::RedirectText | Body::RedirectBoth => Offer::Redirect,
            Body::TwoForms => Offer::Form(Form::PasswordChange.facts()),
            Body::TooManyFields => Offer::Beyond("fields"),
            Body::TooManyOptions => Offer::Beyond("options"),
            Body::TooMuchText => Offer::Beyond("text"),
        }
    }

    /// The form that it demands instead, in an error: of type form only, with something to send.
    pub fn alternative(self) -> Offer {
        match self {
            Body::Data("form", form) if form != Form::Empty => Offer::Form(form.facts()),
            Body::Both
            | Body::TwoForms
            | Body::TooManyFields
            | Body::TooManyOptions
            | Body::TooMuchText => self.offer(),
            _ => Offer::Nothing,
        }
    }
}

impl Reply {
    /// What its error says: the condition and the type. Each from itself, else from the code, else from the other one.
    pub fn refusal(&self) -> (&'static str, &'static str) {
        if self.has_no_error() {
            return ("undefined-condition", "cancel");
        }
        let (named, own_type) = CONDITIONS[usize::from(self.detail[0]) % CONDITIONS.len()];
        let (_, by_code, code_type) = CODES[usize::from(self.detail[1] / 8) % 8];
        let (condition, default) = match (named, by_code) {
            ("", "") => ("undefined-condition", "cancel"),
            ("", _) => (by_code, code_type),
            _ if named == by_code => (named, code_type),
            _ => (named, own_type),
        };
        match ERROR_TYPES[usize::from(self.detail[1]) % 8] {
            "" | "Wait" => (condition, default),
            given => (condition, given),
        }
    }

    fn has_no_error(&self) -> bool {
        self.detail[0] >= 248
    }

    /// Whether it is an IQ of a stream at all.
    pub fn is_iq(&self) -> bool {
        !matches!(self.detail[2] % 16, 14 | 15)
    }

    fn envelope(&self) -> (&'static str, &'static str) {
        match self.detail[2] % 16 {
            12 => ("iq", "jabber:server"),
            13 => ("iq", "jabber:component:accept"),
            14 => ("iq", "urn:example:other"),
            15 => ("message", "jabber:client"),
            _ => ("iq", "jabber:client"),
        }
    }

    fn error_xml(&self, inner: &str) -> String {
        if self.has_no_error() {
            return inner.to_string();
        }
        let (condition, _) = CONDITIONS[usize::from(self.detail[0]) % CONDITIONS.len()];
        let (code, ..) = CODES[usize::from(self.detail[1] / 8) % 8];
        let mut xml = String::from("<error");
        for (name, value) in [
            ("type", ERROR_TYPES[usize::from(self.detail[1]) % 8]),
            ("code", code),
        ] {
            if !value.is_empty() {
                let _ = write!(xml, " {name}='{value}'");
            }
        }
        xml.push('>');
        if !condition.is_empty() {
            let _ = write!(
                xml,
                "<{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
            );
        }
        let _ = write!(
            xml,
            "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>No</text>{inner}\
             <query xmlns='urn:example:echo'><password>{PASSWORD}</password></query></error>"
        );
        xml
    }

    /// The stanza, under this id.
    pub fn element(&self, id: Option<&str>) -> Element {
        let (name, ns) = self.envelope();
        let inner = match (self.kind, self.detail[2] / 64) {
            (Kind::Error, 0) => self.body.xml() + &self.error_xml(""),
            (Kind::Error, 1) => self.body.form_alone() + &self.error_xml(""),
            (Kind::Error, 2) => self.error_xml(&self.body.xml()),
            (Kind::Error, _) => self.error_xml(&self.body.form_alone()),
            _ => self.body.xml(),
        };
        let xml = format!("<{name} xmlns='{ns}'>{inner}</{name}>");
        let mut stanza: Element = xml.parse().expect("these replies are well-formed");
        let attributes = [
            ("id", id),
            ("from", self.sender.text()),
            ("type", self.kind.text()),
        ];
        for (name, value) in attributes {
            if let Some(value) = value {
                let name = NcName::try_from(name).expect("a name");
                stanza.set_attr(Namespace::NONE, name, value);
            }
        }
        stanza
    }
}
