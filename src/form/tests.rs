use super::fill::{MOST_TYPED, MOST_VALUES};
use super::*;
use crate::config::Limits;
use crate::error::{Limit, Violation};
use crate::prototype::Prototypes;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use minidom::Element;

mod details;
mod edges;
mod equality;
mod secrets;

fn origin() -> Origin {
    let prefix = IdPrefix::new("p").unwrap();
    Origin { prefix, serial: 1 }
}

#[track_caller]
fn data(fields: &str) -> Form {
    let x = format!("<x xmlns='jabber:x:data' type='form'>{fields}</x>");
    read::data_form(&x.parse().unwrap(), origin(), &Limits::default()).unwrap()
}

#[track_caller]
fn legacy(fields: &str) -> Form {
    let query = format!("<query xmlns='jabber:iq:register'>{fields}</query>");
    read::legacy(&query.parse().unwrap(), origin(), &Limits::default()).unwrap()
}

fn sent(form: Form) -> String {
    let answer = form.finish().unwrap();
    let query = write::query(&answer.0, None, &Prototypes::new());
    String::from(&query)
        .replace("<query xmlns='jabber:iq:register'>", "")
        .replace("</query>", "")
}

/// What a data form would send, without its wrapping.
fn submitted(form: Form) -> String {
    sent(form)
        .replace("<x xmlns='jabber:x:data' type='submit'/>", "")
        .replace("<x xmlns='jabber:x:data' type='submit'>", "")
        .replace("</x>", "")
}

fn values<'a>(form: &'a Form, name: &str) -> Vec<&'a str> {
    form.field(name).unwrap().values().collect()
}

#[track_caller]
fn errors(form: Form) -> Vec<FieldError> {
    form.finish().unwrap_err().errors
}

fn missing(field: &str) -> FieldError {
    FieldError::Missing {
        field: field.into(),
    }
}

#[test]
fn all_seventeen_fields_of_the_schema_and_unknown_ones() {
    let names = [
        "username",
        "nick",
        "password",
        "name",
        "first",
        "last",
        "email",
        "address",
        "city",
        "state",
        "zip",
        "phone",
        "url",
        "date",
        "misc",
        "text",
        "key",
        "shoe-size",
    ];
    let offered: String = names
        .iter()
        .map(|name| format!("<{name}>v-{name}</{name}>"))
        .collect();
    let form = legacy(&offered);
    let fields: Vec<_> = form.fields().collect();
    assert_eq!(fields.len(), names.len());
    for (field, name) in fields.into_iter().zip(names) {
        let kind = match name {
            "password" => FieldKind::TextPrivate,
            "key" => FieldKind::Hidden,
            _ => FieldKind::TextSingle,
        };
        assert_eq!((field.name(), field.kind()), (Some(name), kind));
        assert_eq!(field.is_required(), name != "key", "{name}");
        assert_eq!(
            field.is_secret(),
            matches!(name, "password" | "key"),
            "{name}"
        );
        assert_eq!(field.value(), Some(&*format!("v-{name}")));
    }
    assert_eq!(sent(form), offered);
}

#[test]
fn the_key_goes_back_unchanged_even_empty_and_cannot_be_set() {
    let mut form = legacy("<username/><key>abc</key>");
    let readonly = FieldError::ReadOnly {
        field: "key".into(),
    };
    assert_eq!(form.set("key", "x"), Err(readonly));
    form.set("username", "u").unwrap();
    assert_eq!(sent(form), "<username>u</username><key>abc</key>");
    assert_eq!(sent(legacy("<key/><nick>n</nick>")), "<key/><nick>n</nick>");
}

#[test]
fn every_field_kind_is_read() {
    for kind in [
        FieldKind::Boolean,
        FieldKind::Fixed,
        FieldKind::Hidden,
        FieldKind::JidMulti,
        FieldKind::JidSingle,
        FieldKind::ListMulti,
        FieldKind::ListSingle,
        FieldKind::TextMulti,
        FieldKind::TextPrivate,
        FieldKind::TextSingle,
    ] {
        let form = data(&format!("<field var='a' type='{kind}'/>"));
        assert_eq!(form.field("a").unwrap().kind(), kind);
    }
    assert_eq!(
        data("<field var='a' type='odd'/>")
            .field("a")
            .unwrap()
            .kind(),
        FieldKind::TextSingle
    );
    assert_eq!(
        data("<field var='a'/>").field("a").unwrap().kind(),
        FieldKind::TextSingle
    );
}

#[test]
fn labels_descriptions_options_and_texts_are_shown() {
    let form = data(
        "<title> T </title><instructions>\n one\n</instructions><instructions>two</instructions>\
         <field var='l' type='list-single' label='L'><desc> D </desc><required/>\
         <option label='Male'><value>M</value></option><option><value>F</value></option><option label='none'/></field>\
         <field type='fixed'><value>text</value></field>",
    );
    assert_eq!(form.title(), Some("T"));
    assert_eq!(form.instructions().collect::<Vec<_>>(), ["one", "two"]);
    let field = form.field("l").unwrap();
    assert_eq!((field.label(), field.description()), (Some("L"), Some("D")));
    assert!(field.is_required());
    let options: Vec<_> = field.options().map(|it| (it.label(), it.value())).collect();
    assert_eq!(options, [("Male", "M"), ("F", "F")]);
    let fixed = form.fields().last().unwrap();
    assert_eq!(
        (fixed.name(), fixed.kind(), fixed.value()),
        (None, FieldKind::Fixed, Some("text"))
    );
}

#[test]
fn what_goes_back_is_exactly_what_was_offered() {
    let mut form = data(
        "<field var='FORM_TYPE' type='hidden'><value>jabber:iq:register</value></field>\
         <field var='username' type='text-single' label='U'><required/></field>\
         <field var='note' type='fixed'><value>n</value></field><field type='fixed'/>\
         <field var='h' type='hidden'><value>1</value><value/></field><field var='e' type='hidden'/>\
         <field var='default'><value>d</value></field><field var='optional'/>\
         <field var='cleared'><value>c</value></field>",
    );
    form.set("username", "<&>").unwrap();
    form.set("cleared", "").unwrap();
    assert_eq!(
        submitted(form),
        "<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>\
         <field var='username'><value>&lt;&amp;&gt;</value></field>\
         <field var='h'><value>1</value><value/></field><field var='e'/>\
         <field var='default'><value>d</value></field><field var='cleared'><value/></field>"
    );
}

#[test]
fn form_type_goes_back_whatever_it_is() {
    let captcha =
        data("<field var='FORM_TYPE' type='text-single'><value>urn:xmpp:captcha</value></field>");
    assert_eq!(captcha.form_type(), Some("urn:xmpp:captcha"));
    assert!(captcha.is_used_up_by_refusal());
    assert_eq!(
        submitted(captcha),
        "<field type='hidden' var='FORM_TYPE'><value>urn:xmpp:captcha</value></field>"
    );
    assert_eq!(data("<field var='a'/>").form_type(), None);
}

#[test]
fn fill_tells_what_is_left() {
    let mut form = legacy("<username/><password/><email/>");
    let left = form.fill("u", "p").unwrap();
    assert_eq!(
        (left.len(), left.is_empty(), format!("{left}")),
        (1, false, "email".into())
    );
    form.set("email", "e").unwrap();
    assert_eq!(
        sent(form),
        "<username>u</username><password>p</password><email>e</email>"
    );
}

#[test]
fn fill_changes_nothing_if_it_cannot_set_both() {
    for (form, expected) in [
        (
            legacy("<username/>"),
            FieldError::Unknown {
                field: "password".into(),
            },
        ),
        (
            data("<field var='password'/>"),
            FieldError::Unknown {
                field: "username".into(),
            },
        ),
        (
            data("<field var='username'/><field var='password' type='hidden'/>"),
            FieldError::ReadOnly {
                field: "password".into(),
            },
        ),
    ] {
        let mut form = form;
        assert_eq!(form.fill("u", "p"), Err(expected));
        assert!(form.fields().all(|field| !field.is_set()));
    }
    let mut form = legacy("<username/><password/>");
    let error = form.fill("u", "a\u{0}b").unwrap_err();
    assert_eq!(
        error,
        FieldError::ForbiddenCharacter {
            field: "password".into(),
            position: 1
        }
    );
    assert!(form.fields().all(|field| !field.is_set()));
}

#[test]
fn finish_names_every_field_and_gives_the_form_back() {
    let mut form = data(
        "<field var='a'><required/></field><field var='b' type='list-single'><option><value>1</value></option></field>\
         <field var='c'/><field var='d' type='boolean'/><field var='e' type='jid-single'/><field var='password'/>\
         <field var='f' type='list-multi'><option><value>1</value></option></field><field var='ok'/>",
    );
    form.set("b", "2").unwrap();
    form.set("c", ["1", "2"]).unwrap();
    form.set("d", "maybe").unwrap();
    form.set("e", "@").unwrap();
    form.set("password", "").unwrap();
    form.set("f", ["1", "3"]).unwrap();
    form.set("ok", "kept").unwrap();
    let incomplete = form.finish().unwrap_err();
    assert_eq!(
        incomplete.fields().collect::<Vec<_>>(),
        ["a", "b", "c", "d", "e", "password", "f"]
    );
    let field = |name: &str| name.into();
    assert_eq!(
        incomplete.errors(),
        [
            missing("a"),
            FieldError::NotAnOption { field: field("b") },
            FieldError::TooManyValues { field: field("c") },
            FieldError::NotABoolean { field: field("d") },
            FieldError::NotAJid { field: field("e") },
            missing("password"),
            FieldError::NotAnOption { field: field("f") },
        ]
    );
    assert!(
        format!("{incomplete}")
            .starts_with("the form is not ready: the field `a` needs a value; the value of `b`")
    );
    assert_eq!(values(&incomplete.into_form(), "ok"), ["kept"]);
}

#[test]
fn a_legacy_field_can_be_left_out_knowingly_but_not_the_name_or_the_password() {
    let mut form = legacy("<username/><password/><email/>");
    assert_eq!(form.unfilled().names().count(), 3);
    for name in ["username", "password", "email"] {
        form.set(name, "").unwrap();
    }
    assert_eq!(
        form.unfilled().names().collect::<Vec<_>>(),
        ["username", "password"]
    );
    let _ = form.fill("u", "p").unwrap();
    assert_eq!(sent(form), "<username>u</username><password>p</password>");
}

#[test]
fn a_required_data_field_cannot_be_emptied_and_an_optional_password_can_be_left_alone() {
    let mut form = data(
        "<field var='a'><required/><value>x</value></field><field var='password' type='text-private'/>",
    );
    form.set("a", "").unwrap();
    assert_eq!(errors(form), [missing("a")]);
    assert_eq!(
        submitted(data("<field var='password' type='text-private'/>")),
        ""
    );
}

#[test]
fn an_empty_value_is_no_value() {
    let form = data(
        "<field var='a'><required/><value/></field><field var='b' type='text-multi'><value/><value/></field>",
    );
    assert_eq!(values(&form, "a"), [""; 0]);
    assert_eq!(errors(form), [missing("a")]);
}

#[test]
fn server_defaults_are_not_checked_and_a_single_field_sends_one() {
    let form = data(
        "<field var='l' type='list-single'><option><value>1</value></option><value>9</value></field>\
         <field var='t'><value>1</value><value>2</value></field><field var='j' type='jid-single'><value>@</value></field>",
    );
    assert_eq!(
        submitted(form),
        "<field var='l'><value>9</value></field><field var='t'><value>1</value></field><field var='j'><value>@</value></field>"
    );
}

#[test]
fn values_of_each_kind() {
    let mut form = data(
        "<field var='b' type='boolean'/><field var='m' type='text-multi'/><field var='l' type='list-multi'>\
         <option><value>1</value></option><option><value>2</value></option></field><field var='t'/><field var='free' type='list-single'/>",
    );
    form.set("b", true).unwrap();
    form.set("m", "one\r\n\ntwo").unwrap();
    form.set("l", vec!["1", "2"]).unwrap();
    form.set("t", false).unwrap();
    form.set("free", String::from("anything")).unwrap();
    assert_eq!(values(&form, "m"), ["one", "", "two"]);
    assert_eq!(
        submitted(form),
        "<field var='b'><value>1</value></field><field var='m'><value>one</value><value/><value>two</value></field>\
         <field var='l'><value>1</value><value>2</value></field><field var='t'><value>false</value></field>\
         <field var='free'><value>anything</value></field>"
    );
    for (text, digit) in [("true", "1"), ("1", "1"), ("false", "0"), ("0", "0")] {
        let mut form = data("<field var='b' type='boolean'><required/></field>");
        form.set("b", text).unwrap();
        assert_eq!(
            submitted(form),
            format!("<field var='b'><value>{digit}</value></field>")
        );
    }
}

#[test]
fn unknown_names_forbidden_characters_and_hidden_fields_are_refused_by_set() {
    let mut form =
        data("<field var='a'/><field var='h' type='hidden'/><field var='f' type='fixed'/>");
    let field = |name: &str| name.into();
    assert_eq!(
        form.set("z", "1"),
        Err(FieldError::Unknown { field: field("z") })
    );
    assert_eq!(
        form.set("h", "1"),
        Err(FieldError::ReadOnly { field: field("h") })
    );
    assert_eq!(
        form.set("f", "1"),
        Err(FieldError::ReadOnly { field: field("f") })
    );
    let forbidden = Err(FieldError::ForbiddenCharacter {
        field: field("a"),
        position: 2,
    });
    form.set("a", "kept").unwrap();
    for value in [Value::from("ab\u{FFFE}"), Value::from(["fine", "ab\u{1}"])] {
        assert_eq!(form.set("a", value), forbidden);
    }
    assert_eq!(values(&form, "a"), ["kept"]);
}

#[test]
fn answer_each_asks_for_what_a_user_can_fill_in() {
    let mut form = data(
        "<field var='FORM_TYPE'><value>t</value></field><field var='a'/><field type='fixed'/><field/>\
         <field var='h' type='hidden'/><field var='b'/><field var='a'/>",
    );
    let mut asked = Vec::new();
    form.answer_each(|field| {
        asked.push(field.name().unwrap().to_string());
        (field.name() == Some("b")).then(|| "v".into())
    })
    .unwrap();
    assert_eq!(asked, ["a", "b"]);
    assert!(!form.field("a").unwrap().is_set() && form.field("b").unwrap().is_set());
    let error = form.answer_each(|_| Some("\u{1}".into())).unwrap_err();
    assert_eq!(error.field(), "a");
}

#[test]
fn of_two_fields_of_one_name_the_first_counts_however_many_there_are() {
    for others in [0, 40] {
        let many: String = (0..others)
            .map(|at| format!("<field var='o{at}'/>"))
            .collect();
        let mut form = data(&format!(
            "<field var='a'><value>1</value></field>{many}<field var='a' label='second'><required/></field>\
             <field var='h' type='hidden'><value>x</value></field><field var='h' type='hidden'><value>y</value></field>"
        ));
        assert_eq!(form.field("a").unwrap().label(), None);
        form.set("a", "2").unwrap();
        assert_eq!(form.fields().count(), 3 + others);
        assert_eq!(
            submitted(form),
            "<field var='a'><value>2</value></field><field var='h'><value>x</value></field><field var='h'><value>y</value></field>"
        );
    }
}

#[test]
fn adopting_takes_over_what_was_typed_by_name_and_kind() {
    let mut old = data(
        "<field var='name'/><field var='password' type='text-private'/><field var='ocr'/><field var='kind'/>\
         <field var='list' type='list-single'><option><value>1</value></option><option><value>2</value></option></field>\
         <field var='default'><value>old</value></field><field var='typed'/><field var='lines' type='text-multi'/>",
    );
    for (name, value) in [
        ("name", "n"),
        ("password", "p"),
        ("ocr", "7"),
        ("kind", "k"),
        ("list", "2"),
        ("typed", "old"),
    ] {
        old.set(name, value).unwrap();
    }
    old.set("lines", "1\n2").unwrap();
    let mut new = data(
        "<field var='name'><required/></field><field var='password' type='text-private'/><field var='ocr'><required/></field>\
         <field var='kind' type='hidden'/><field var='list' type='list-single'><option><value>1</value></option></field>\
         <field var='default'><value>new</value></field><field var='typed'/><field var='lines' type='text-multi'/>",
    );
    new.set("typed", "new").unwrap();
    let left = new.adopt(&old);
    assert_eq!(left.names().collect::<Vec<_>>(), ["ocr"]);
    assert_eq!(values(&new, "name"), ["n"]);
    assert_eq!(values(&new, "password"), ["p"]);
    assert_eq!(values(&new, "default"), ["new"]);
    assert_eq!(values(&new, "typed"), ["new"]);
    assert_eq!(values(&new, "lines"), ["1", "2"]);
    assert!(!new.field("kind").unwrap().is_set() && !new.field("list").unwrap().is_set());
}

#[test]
fn a_challenge_media_or_key_is_used_up_by_a_refusal() {
    for (fields, used_up) in [
        ("<field var='username'/>", false),
        ("<field var='sid' type='hidden'/>", false),
        ("<field var='challenge' type='hidden'/>", true),
        ("<field var='captchahidden' type='hidden'/>", true),
        ("<field var='qa'/>", true),
        ("<field var='key' type='hidden'/>", true),
        ("<field var='challenge'/><field var='sid'/>", false),
        (
            "<field type='fixed'><media xmlns='urn:xmpp:media-element'/></field>",
            false,
        ),
        (
            "<field var='odd'><media xmlns='urn:xmpp:media-element'/></field>",
            true,
        ),
    ] {
        assert_eq!(data(fields).is_used_up_by_refusal(), used_up, "{fields}");
    }
    assert!(legacy("<username/><key/>").is_used_up_by_refusal());
    assert!(!legacy("<username/>").is_used_up_by_refusal());
}

#[test]
fn registered_or_a_boolean_remove_says_that_it_exists() {
    assert!(data("<field var='remove' type='boolean'/>").is_registered());
    assert!(!data("<field var='remove'/>").is_registered());
    let mut form = data("<field var='remove' type='boolean'/>");
    assert!(!form.removes());
    form.set("remove", true).unwrap();
    assert!(form.removes());
}

#[test]
fn secrets_are_blanked_and_wiped_and_the_rest_stays() {
    let mut form = data(
        "<field var='a'/><field var='s' type='text-private'/><field var='ocr'/><field var='password'/><field var='b'/>",
    );
    for name in ["a", "s", "ocr", "password", "b"] {
        form.set(name, format!("s3cret-{name}")).unwrap();
    }
    assert!(form.holds_secret());
    form.blank_secrets();
    let text = form.arena.typed.as_str();
    assert!(
        !text.contains("s3cret-s")
            && !text.contains("s3cret-ocr")
            && !text.contains("s3cret-password"),
        "{text:?}"
    );
    assert_eq!(
        (values(&form, "a"), values(&form, "b")),
        (vec!["s3cret-a"], vec!["s3cret-b"])
    );
    assert!(!form.holds_secret());
}

#[test]
#[cfg_attr(miri, ignore = "too long for it")]
fn typing_on_and_on_does_not_grow_the_form() {
    let mut form = data("<field var='a'/><field var='b'/>");
    form.set("a", "stays").unwrap();
    for round in 0..10_000 {
        form.set("b", format!("{round:050}")).unwrap();
        form.set("a", "stays").unwrap();
    }
    assert!(form.arena.typed.as_str().len() < 3_000);
    assert_eq!(
        (values(&form, "a"), values(&form, "b")),
        (vec!["stays"], vec![&*format!("{:050}", 9_999)])
    );
}

#[test]
fn debug_shows_names_and_no_value() {
    let mut form = data(
        "<title>s3cret</title><field var='a' label='s3cret'><required/><value>s3cret</value></field><field var='password'/>",
    );
    form.set("password", "s3cret").unwrap();
    let debug = format!("{form:?}");
    assert_eq!(
        debug,
        "Form { kind: data form, registered: false, fields: [\"a\" (text-single, required, filled), \
         \"password\" (text-single, filled)], .. }"
    );
    assert!(!format!("{:?}", form.finish().unwrap()).contains("s3cret"));
}

fn limited(fields: usize, options: usize, text_bytes: usize, inner: &str) -> Option<Violation> {
    let limits = Limits {
        fields,
        options,
        text_bytes,
        ..Limits::default()
    };
    let x = format!("<x xmlns='jabber:x:data'>{inner}</x>");
    let x: Element = x.parse().unwrap();
    read::data_form(&x, origin(), &limits).err()
}

#[test]
fn every_limit_is_kept_to_the_last_one() {
    let exceeded = |limit| Some(Violation::LimitExceeded(limit));
    let two = "<field var='a'/><field var='b'/>";
    assert_eq!(limited(2, 9, 99, two), None);
    assert_eq!(limited(1, 9, 99, two), exceeded(Limit::Fields));
    let four = "<instructions>i</instructions><field var='a'><value>v</value><option><value>o</value></option><option><value>o</value></option></field>";
    assert_eq!(limited(2, 4, 99, four), None);
    assert_eq!(limited(2, 3, 99, four), exceeded(Limit::Options));
    assert_eq!(limited(2, 9, 5, four), None);
    assert_eq!(limited(2, 9, 4, four), exceeded(Limit::TextBytes));
    assert_eq!(limited(2, 9, 1, two), exceeded(Limit::TextBytes));
}

#[test]
fn what_must_go_back_and_cannot_be_written_is_a_violation() {
    let mut x = Element::bare("x", "jabber:x:data");
    let field = Element::builder("field", "jabber:x:data")
        .attr(crate::xml::name("var"), "a\u{1}")
        .build();
    x.append_child(field);
    let read = read::data_form(&x, origin(), &Limits::default());
    assert_eq!(read.err(), Some(Violation::ForbiddenCharacter));
    let mut query = Element::bare("query", "jabber:iq:register");
    query.append_child(Element::bare("not a name", "jabber:iq:register"));
    assert_eq!(
        read::legacy(&query, origin(), &Limits::default())
            .unwrap()
            .fields()
            .count(),
        0
    );
}

/// A medium on the password field must not make it less of a secret.
#[test]
fn a_server_cannot_talk_a_password_out_of_being_one() {
    let media = "<media xmlns='urn:xmpp:media-element'/>";
    for (field, name) in [
        (
            format!("<field var='password' type='text-private'>{media}</field>"),
            "password",
        ),
        ("<field var='qa' type='text-private'/>".into(), "qa"),
        ("<field var='Confirm-PASSWORD'/>".into(), "Confirm-PASSWORD"),
        ("<field var='password2'/>".into(), "password2"),
    ] {
        let mut form = data(&field);
        assert!(form.field(name).unwrap().is_secret(), "{name}");
        form.set(name, "s3cret").unwrap();
        assert!(form.holds_secret(), "{name}");
        form.blank_secrets();
        assert!(!form.arena.typed.as_str().contains("s3cret"), "{name}");
    }
    let mut form = data(&format!("<field var='odd'>{media}</field>"));
    form.set("odd", "s3cret").unwrap();
    assert!(!form.field("odd").unwrap().is_secret());
    form.blank_secrets();
    assert!(!form.field("odd").unwrap().is_set());
}

#[test]
fn an_optional_secret_can_be_emptied_and_every_field_cleared() {
    let mut form = data(
        "<field var='pin' type='text-private'><value>old</value></field><field var='a'><value>d</value></field>",
    );
    form.set("pin", "").unwrap();
    form.set("a", "").unwrap();
    form.clear("a").unwrap();
    assert_eq!(
        form.clear("b"),
        Err(FieldError::Unknown { field: "b".into() })
    );
    // Never an empty secret, which some server may take for one.
    assert_eq!(submitted(form), "<field var='a'><value>d</value></field>");
}

/// Found by a property test: the empty value lay behind the one that was cut off.
#[test]
fn an_empty_value_outlives_the_one_before_it() {
    let mut form = data("<field var='a'/><field var='b'/>");
    form.set("a", "long").unwrap();
    form.set("b", "").unwrap();
    form.clear("a").unwrap();
    assert_eq!(values(&form, "b"), [""; 0]);
    assert!(form.field("b").unwrap().is_set());
}

#[test]
#[cfg_attr(miri, ignore = "too long for it")]
fn what_is_typed_is_bounded() {
    let mut form = data("<field var='a'/><field var='b'/>");
    let long = "x".repeat(MOST_TYPED - 2);
    form.set("a", long.as_str()).unwrap();
    form.set("b", "1").unwrap();
    assert_eq!(
        form.set("b", "22"),
        Err(FieldError::TooLong { field: "b".into() })
    );
    assert_eq!(values(&form, "b"), ["1"]);
    let mut form = legacy("<username/><password/>");
    let too_long = Err(FieldError::TooLong {
        field: "username".into(),
    });
    assert_eq!(form.fill("juliet", &long), too_long);
    assert!(form.fields().all(|field| !field.is_set()));
    // Both or none, to the last byte; what is replaced makes room.
    for short in [0, 1, 7, 8, 9] {
        let almost = "x".repeat(MOST_TYPED - short);
        let filled = form.fill("juliet", &almost).is_ok();
        assert_eq!(filled, short >= 8, "{short}");
        assert_eq!(form.field("username").unwrap().is_set(), filled);
        assert_eq!(form.field("password").unwrap().is_set(), filled);
    }
    let large = "x".repeat(9 * 1024 * 1024);
    for _ in 0..2 {
        form.clear("username").unwrap();
        form.set("password", large.as_str()).unwrap();
    }
    assert!(form.fill("juliet", &large).is_ok());
}

#[test]
#[cfg_attr(miri, ignore = "too long for it")]
fn the_number_of_values_is_bounded() {
    let mut form = data("<field var='a' type='text-multi'/><field var='b' type='list-multi'/>");
    let lines = "a\n".repeat(MOST_VALUES);
    form.set("a", lines.as_str()).unwrap();
    let too_long = |field: &str| {
        Err(FieldError::TooLong {
            field: field.into(),
        })
    };
    assert_eq!(form.set("a", lines + "b"), too_long("a"));
    assert_eq!(form.set("b", vec!["x"; MOST_VALUES + 1]), too_long("b"));
    assert_eq!(values(&form, "a").len(), MOST_VALUES);
    assert!(values(&form, "b").is_empty());
}

#[test]
fn the_same_value_twice_is_sent_once() {
    let mut form = data(
        "<field var='a' type='list-multi'/><field var='b' type='jid-multi'/><field var='c' type='text-multi'/>",
    );
    for var in ["a", "b", "c"] {
        form.set(var, ["y", "x", "y", "x", "z"]).unwrap();
    }
    assert_eq!(values(&form, "a"), ["y", "x", "z"]);
    assert_eq!(values(&form, "b"), ["y", "x", "z"]);
    assert_eq!(values(&form, "c"), ["y", "x", "y", "x", "z"]);
}

#[test]
fn a_visible_field_is_found_before_a_hidden_one_of_its_name() {
    for others in [0, 40] {
        let many: String = (0..others)
            .map(|at| format!("<field var='o{at}'/>"))
            .collect();
        let mut form = data(&format!(
            "<field var='a' type='hidden'><value>h</value></field>{many}<field var='a'/>"
        ));
        form.set("a", "v").unwrap();
        assert_eq!(
            submitted(form),
            "<field var='a'><value>h</value></field><field var='a'><value>v</value></field>"
        );
    }
}

#[test]
fn an_empty_value_before_a_full_one_is_passed_over_in_a_single_field() {
    let form = data("<field var='a'><required/><value/><value>x</value></field>");
    assert_eq!(form.field("a").unwrap().value(), Some("x"));
    assert_eq!(submitted(form), "<field var='a'><value>x</value></field>");
}

#[test]
fn white_space_on_file_is_no_value() {
    let form = legacy("<username> </username><password>\n  </password><key> </key>");
    assert_eq!(
        form.unfilled().names().collect::<Vec<_>>(),
        ["username", "password"]
    );
    assert_eq!(form.field("key").unwrap().value(), Some(" "));
}
