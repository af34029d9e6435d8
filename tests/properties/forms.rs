//! The forms that the servers of these tests offer, and what is to be known of each.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::ops::{KEY, PICTURE, PREFILLED};

/// One field as the server sends it.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    pub var: &'static str,
    /// The `type` attribute; empty for none.
    pub kind: &'static str,
    pub value: &'static str,
    pub options: &'static [&'static str],
    pub media: bool,
}

const fn field(var: &'static str, kind: &'static str) -> Spec {
    Spec {
        var,
        kind,
        value: "",
        options: &[],
        media: false,
    }
}

const fn valued(var: &'static str, kind: &'static str, value: &'static str) -> Spec {
    Spec {
        value,
        ..field(var, kind)
    }
}

const REGISTER: Spec = valued("FORM_TYPE", "hidden", "jabber:iq:register");
const USERNAME: Spec = field("username", "text-single");
const PASSWORD: Spec = field("password", "text-private");

pub const EVERY_KIND: [Spec; 15] = [
    REGISTER,
    USERNAME,
    valued("password", "text-private", PREFILLED),
    valued("news", "boolean", "1"),
    valued("", "fixed", "Tell us more"),
    valued("heading", "fixed", "More"),
    field("contact", "jid-single"),
    field("friends", "jid-multi"),
    Spec {
        options: &["red", "green"],
        ..field("colour", "list-single")
    },
    Spec {
        options: &["a", "b", "c"],
        ..field("tags", "list-multi")
    },
    field("about", "text-multi"),
    field("pin", "text-private"),
    field("odd", "media"),
    field("plain", ""),
    valued("trace", "hidden", "77"),
];

pub const CAPTCHA: [Spec; 6] = [
    valued("FORM_TYPE", "hidden", "urn:xmpp:captcha"),
    valued("challenge", "hidden", "9263"),
    valued("sid", "hidden", "get1"),
    USERNAME,
    PASSWORD,
    Spec {
        media: true,
        ..field("ocr", "text-single")
    },
];

pub const KEYED: [Spec; 4] = [REGISTER, valued("key", "hidden", KEY), USERNAME, PASSWORD];

pub const PASSWORD_CHANGE: [Spec; 4] = [
    valued("FORM_TYPE", "hidden", "jabber:iq:register:changepassword"),
    USERNAME,
    field("old_password", "text-private"),
    PASSWORD,
];

const CANCEL: &str = "jabber:iq:register:cancel";

pub const REMOVAL: [Spec; 4] = [
    valued("FORM_TYPE", "hidden", CANCEL),
    field("remove", "boolean"),
    USERNAME,
    PASSWORD,
];

/// Nothing but its type says what it is for.
pub const CONFIRMATION: [Spec; 2] = [
    valued("FORM_TYPE", "hidden", CANCEL),
    valued("trace", "hidden", "78"),
];

pub const ROOM: [Spec; 2] = [REGISTER, valued("roomnick", "text-single", "third")];

pub const LEGACY: [Spec; 3] = [USERNAME, PASSWORD, field("email", "")];
pub const LEGACY_KEYED: [Spec; 3] = [USERNAME, valued("key", "hidden", KEY), PASSWORD];
pub const LEGACY_ON_FILE: [Spec; 3] = [
    valued("username", "", "romeo"),
    valued("password", "text-private", PREFILLED),
    valued("x-unknown", "", "kept"),
];

/// A form as a person would describe it.
#[derive(Debug, Clone)]
pub struct Facts {
    pub fields: &'static [Spec],
    pub data: bool,
    /// `<registered/>` came with it.
    pub registered: bool,
    /// What the caller has set, by name.
    pub typed: BTreeSet<&'static str>,
}

impl Facts {
    pub fn new(fields: &'static [Spec], data: bool) -> Self {
        Facts {
            fields,
            data,
            registered: false,
            typed: BTreeSet::new(),
        }
    }

    pub fn visible(&self) -> impl Iterator<Item = &'static Spec> + use<> {
        let visible = |field: &&Spec| !matches!(field.kind, "hidden" | "fixed");
        self.fields.iter().filter(visible)
    }

    pub fn find(&self, var: &str) -> Option<&'static Spec> {
        self.fields.iter().find(|field| field.var == var)
    }

    pub fn has_remove(&self) -> bool {
        self.find("remove").is_some()
    }

    /// Whether it removes, if the answer to what it may ask is this.
    pub fn removes(&self, yes: bool) -> bool {
        let for_removal = self.fields.iter().any(|field| field.value == CANCEL);
        if self.has_remove() { yes } else { for_removal }
    }

    pub fn says_registered(&self) -> bool {
        self.registered || self.has_remove()
    }

    /// A challenge, media or a key is good for one submission.
    pub fn used_up(&self) -> bool {
        self.fields
            .iter()
            .any(|field| field.media || matches!(field.var, "challenge" | "key"))
    }

    pub fn has_password(&self) -> bool {
        self.visible()
            .any(|field| is_secret(field) && !is_challenge(field))
    }

    pub fn type_all(&mut self) {
        self.typed = self.visible().map(|field| field.var).collect();
    }

    /// What comes back of it after a refusal, or goes on into the next form.
    pub fn without_secrets(mut self) -> Self {
        let fields = self.fields;
        self.typed.retain(|var| {
            let field = fields.iter().find(|field| field.var == *var);
            field.is_some_and(|field| !is_secret(field))
        });
        self
    }

    pub fn adopt(&mut self, earlier: &Facts) {
        for new in self.visible() {
            let old = earlier.find(new.var);
            let fits = old.is_some_and(|old| kind(old) == kind(new) && !is_challenge(new));
            if fits && earlier.typed.contains(new.var) {
                self.typed.insert(new.var);
            }
        }
    }

    /// Forgets what is typed here and asked for there, be it typed or not. Whether anything is left.
    pub fn forget_what_is_in(&mut self, later: &Facts) -> bool {
        self.typed
            .retain(|var| later.visible().all(|it| it.var != *var));
        !self.typed.is_empty()
    }

    /// In the words of [`crate::world::describe`].
    pub fn describe(&self) -> String {
        let mut text = String::from(if self.data { "data" } else { "legacy" });
        if self.says_registered() {
            text.push_str(" registered");
        }
        for field in self.fields {
            let set = if self.typed.contains(field.var) {
                "!"
            } else {
                ""
            };
            let _ = write!(text, " {}:{}{set}", field.var, kind(field));
        }
        text
    }

    /// The elements of a query of the old way.
    pub fn legacy_xml(&self) -> String {
        let mut xml = String::from("<instructions>Fill it in</instructions>");
        if self.registered {
            xml.push_str("<registered/>");
        }
        for field in self.fields {
            let _ = write!(xml, "<{0}>{1}</{0}>", field.var, field.value);
        }
        xml
    }

    /// A data form with this `type` attribute; empty for none.
    pub fn data_xml(&self, form_type: &str) -> String {
        let mut xml = String::from("<x xmlns='jabber:x:data'");
        push_attr(&mut xml, "type", form_type);
        xml.push_str("><title>A form</title><instructions>Fill it in</instructions>");
        for field in self.fields {
            xml.push_str("<field");
            push_attr(&mut xml, "var", field.var);
            push_attr(&mut xml, "type", field.kind);
            xml.push_str(" label='Label'>");
            if field.media {
                let _ = write!(
                    xml,
                    "<media xmlns='urn:xmpp:media-element'><uri type='image/png'>cid:{PICTURE}</uri></media>"
                );
            }
            for option in field.options {
                let _ = write!(xml, "<option label='L'><value>{option}</value></option>");
            }
            if !field.value.is_empty() {
                let _ = write!(xml, "<value>{}</value>", field.value);
            }
            xml.push_str("</field>");
        }
        xml + "</x>"
    }
}

fn push_attr(xml: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        let _ = write!(xml, " {name}='{value}'");
    }
}

/// XEP-0004: an unknown type, or none, is text-single.
fn kind(field: &Spec) -> &'static str {
    match field.kind {
        "" | "media" => "text-single",
        known => known,
    }
}

pub fn is_challenge(field: &Spec) -> bool {
    field.media || field.var == "ocr"
}

pub fn is_secret(field: &Spec) -> bool {
    field.kind == "text-private"
        || matches!(field.var, "password" | "old_password" | "key")
        || is_challenge(field)
}
