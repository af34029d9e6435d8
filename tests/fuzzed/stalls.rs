//! What a crowd asks for, and what it is offered.

use xmpp_registration::FieldKind;
use xmpp_registration::service::{Captcha, DataForm, Fields, FormField, Offer, Purpose};

/// Each is unlike anything else, so that finding one in a log proves a leak.
pub const PASSWORD: &str = "Pw1-Zq7xKv";
pub const TOKEN: &str = "Tok5-Be8kXp";
pub const ANSWER: &str = "Ocr4-Yc6nGj";
pub const KEY: &str = "Key6-Ua2vMd";

const CONFIRMS_REMOVAL: u8 = 130;
const CONFIRMS_CHANGE: u8 = 131;
/// A form of a type that says nothing: as it is offered, as it is demanded to register, for a new password, and for a removal,
/// and for a new password with a yes to `remove`.
const OF_OWN_TYPE: u8 = 132;
const OWN_CONFIRMS: [(u8, &str); 4] = [
    (133, "registration"),
    (134, "password"),
    (135, "removal"),
    (136, "password"),
];
const OWN_TYPE: &str = "urn:example:own";

/// Whether who sent this request may have meant that. The answer to a challenge is good for one form, which tells what it
/// is for; the same without a challenge must say so itself.
pub fn may_mean(which: u8, purpose: Purpose) -> bool {
    match which {
        CONFIRMS_REMOVAL | 135 | 136 | 185..=207 => purpose == Purpose::Remove,
        CONFIRMS_CHANGE | 134 => purpose == Purpose::ChangePassword,
        80..=109 => purpose != Purpose::Remove,
        110..=139 | 170..=184 => purpose == Purpose::Register,
        140..=169 => true,
        _ => false,
    }
}

/// Whether it is a data form that was filled in.
pub fn is_form(which: u8) -> bool {
    matches!(which, 110..=169)
}

/// Whether it has the answer to the challenge in it.
pub fn is_solution(which: u8) -> bool {
    matches!(which, 140..=159)
}

/// The type and the payload of a request; `sid`: the request that was answered with the form.
pub fn request(which: u8, from: &str, sid: u32) -> (&'static str, String) {
    let query = |inside: &str| format!("<query xmlns='jabber:iq:register'>{inside}</query>");
    let field =
        |var: &str, value: &str| format!("<field var='{var}'><value>{value}</value></field>");
    let submit = |fields: &[String]| {
        let fields = fields.concat();
        query(&format!(
            "<x xmlns='jabber:x:data' type='submit'>{fields}</x>"
        ))
    };
    let named = field("username", "juliet") + &field("password", PASSWORD);
    let challenged = |answer: &str| {
        let sid = sid.to_string();
        let hidden = [
            ("FORM_TYPE", "urn:xmpp:captcha"),
            ("from", from),
            ("challenge", "c1"),
            ("sid", &sid),
        ];
        let hidden = hidden.map(|(var, value)| field(var, value)).concat();
        submit(&[hidden, named.clone(), field("ocr", answer)])
    };
    let legacy = format!("<username>juliet</username><password>{PASSWORD}</password>");
    let set = "set";
    match which {
        0..=79 => ("get", query("")),
        80..=109 => (set, query(&legacy)),
        110..=139 => {
            let form_type = match which {
                CONFIRMS_REMOVAL => "jabber:iq:register:cancel",
                CONFIRMS_CHANGE => "jabber:iq:register:changepassword",
                OF_OWN_TYPE..=136 => OWN_TYPE,
                _ => "jabber:iq:register",
            };
            let told = OWN_CONFIRMS.iter().find(|it| it.0 == which);
            let told = told.map(|it| field("x-demanded-for", it.1));
            let remove = field("remove", if which == 136 { "1" } else { "" });
            let form_type = field("FORM_TYPE", form_type);
            (
                set,
                submit(&[form_type, told.unwrap_or_default(), named, remove]),
            )
        }
        140..=159 => (set, challenged(ANSWER)),
        160..=169 => (set, challenged("wrong")),
        170..=184 => (set, query(&format!("{legacy}<key>{KEY}</key>"))),
        185..=199 => (set, query("<remove/>")),
        200..=207 => (set, query("<remove/><username/>")),
        208..=212 => (set, query("<x xmlns='jabber:x:data' type='cancel'/>")),
        213..=226 => (
            set,
            format!("<preauth xmlns='urn:xmpp:pars:0' token='{TOKEN}'/>"),
        ),
        227..=231 => (set, query("")),
        232..=236 => (set, query("") + "<other xmlns='urn:example'/>"),
        237..=241 => (
            "get",
            "<data xmlns='urn:xmpp:bob' cid='sha1+x@bob.xmpp.org'/>".into(),
        ),
        242..=248 => ("result", query("")),
        249..=255 => ("error", String::new()),
    }
}

const OFFERS: usize = 4;

pub fn has_challenge(which: usize) -> bool {
    which % OFFERS == 3
}

pub fn has_form(which: usize) -> bool {
    which % OFFERS >= 2
}

pub fn offer(which: usize) -> Offer {
    let fields = Fields::of(["username", "password"]);
    let form = DataForm::new()
        .field(FormField::new(FieldKind::TextSingle, "username").required())
        .field(FormField::new(FieldKind::TextPrivate, "password").required());
    let offer = match which % OFFERS {
        0 => Offer::builder().fields(fields),
        1 => Offer::builder().fields(fields.key(KEY)),
        2 if which >= 128 => {
            let remove = FormField::new(FieldKind::Boolean, "remove");
            Offer::builder().form(form.form_type(OWN_TYPE).field(remove))
        }
        2 => Offer::builder().form(form).fields(fields),
        _ => Offer::builder()
            .form(form)
            .captcha(Captcha::question("c1", "Who?", ANSWER).var("ocr")),
    };
    offer.build().expect("a good offer")
}
