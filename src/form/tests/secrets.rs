//! What a form holds back, and whose each secret is.

use super::*;

fn hidden(name: &str, value: &str) -> String {
    format!("<field var='{name}' type='hidden'><value>{value}</value></field>")
}

/// A password is one whoever put it into the form; a `key` came over this very channel to go back.
#[test]
fn a_hidden_password_is_a_secret_that_would_be_sent() {
    for (fields, holds) in [
        (hidden("password", "s3cret"), true),
        (hidden("Old-Password", "s3cret"), true),
        (hidden("password", ""), false),
        ("<field var='password' type='hidden'/>".into(), false),
        (hidden("key", "k"), false),
        (hidden("username", "juliet"), false),
        (hidden("FORM_TYPE", "password"), false),
        // It is never sent.
        (
            hidden("password", "s3cret").replace("hidden", "fixed"),
            false,
        ),
        (
            hidden("password", "s3cret").replace("hidden", "text-single"),
            true,
        ),
        (
            hidden("pin", "s3cret").replace("hidden", "text-private"),
            true,
        ),
        (
            hidden("key", "s3cret").replace("hidden", "text-single"),
            true,
        ),
        ("<field var='password' type='text-private'/>".into(), false),
    ] {
        assert_eq!(data(&fields).holds_secret(), holds, "{fields}");
    }
    assert!(!legacy("<username>juliet</username><key>k</key>").holds_secret());
    assert!(legacy("<password>s3cret</password>").holds_secret());
}

#[test]
fn a_hidden_password_or_name_is_nobodys_to_fill_in() {
    for name in ["password", "username"] {
        let other = if name == "password" {
            "username"
        } else {
            "password"
        };
        let mut form = data(&format!("{}<field var='{other}'/>", hidden(name, "s3cret")));
        let read_only = FieldError::ReadOnly { field: name.into() };
        assert_eq!(form.fill("juliet", "R0m30!"), Err(read_only.clone()));
        assert!(!form.field(other).unwrap().is_set(), "unchanged");
        assert_eq!(form.set(name, "x"), Err(read_only));
        // Asked for nothing, and nothing is missing.
        let mut asked = Vec::new();
        form.answer_each(|field| {
            asked.push(field.name().unwrap().to_string());
            None
        })
        .unwrap();
        assert_eq!(asked, [other]);
        assert!(form.unfilled().is_empty());
        // What was typed before does not get into it.
        let mut earlier = data(&format!("<field var='{name}' type='text-private'/>"));
        earlier.set(name, "typed").unwrap();
        let _ = form.adopt(&earlier);
        assert_eq!(values(&form, name), ["s3cret"]);
        form.reserve(name, "reserved");
        assert!(!form.field(name).unwrap().is_reserved());
        let shown = format!("{form:?} {:?}", form.field(name));
        assert!(!shown.contains("s3cret"), "{shown}");
        // Rule 3: it goes back as it came.
        let back = format!("<field var='{name}'><value>s3cret</value></field>");
        assert_eq!(submitted(form), back);
    }
}

#[test]
fn a_visible_key_is_a_question_and_its_answer_a_secret() {
    let form = || data("<field var='key'><required/></field><field var='nick'/>");
    assert!(!form().is_used_up_by_refusal());
    let mut earlier = form();
    earlier.set("key", "s3cret").unwrap();
    assert!(earlier.field("key").unwrap().is_secret() && earlier.holds_secret());
    let mut new = form();
    assert_eq!(new.unfilled().names().collect::<Vec<_>>(), ["key"]);
    assert!(new.adopt(&earlier).is_empty());
    assert_eq!(values(&new, "key"), ["s3cret"]);
    assert!(!format!("{new:?}").contains("s3cret"));
    earlier.blank_secrets();
    assert!(!earlier.field("key").unwrap().is_set());
    assert_eq!(
        submitted(new),
        "<field var='key'><value>s3cret</value></field>"
    );
    for kind in ["fixed", "boolean", "text-private"] {
        let field = format!("<field var='key' type='{kind}'/>");
        assert!(!data(&field).is_used_up_by_refusal(), "{kind}");
    }
}

/// What was said of a picture is no answer where there is none, nor the other way round.
#[test]
fn what_answers_a_picture_is_not_adopted() {
    let media = "<media xmlns='urn:xmpp:media-element'><uri type='image/png'>cid:a@b</uri></media>";
    let with = || data(&format!("<field var='seen'>{media}</field>"));
    let without = || data("<field var='seen'/>");
    for (mut earlier, mut new, is_adopted) in [
        (with(), without(), false),
        (without(), with(), false),
        (with(), with(), false),
        (without(), without(), true),
    ] {
        earlier.set("seen", "a ship").unwrap();
        let _ = new.adopt(&earlier);
        assert_eq!(new.field("seen").unwrap().is_set(), is_adopted);
    }
}

/// It says what its own task is good for, and nobody typed it.
#[test]
fn what_an_invitation_reserved_is_not_adopted() {
    let form = || data("<field var='username'><required/></field><field var='email'/>");
    let mut earlier = form();
    earlier.reserve("username", "juliet");
    earlier.set("username", "juliet").unwrap();
    earlier.set("email", "j@capulet.lit").unwrap();
    assert!(earlier.field("username").unwrap().is_reserved());
    let mut new = form();
    let left = new.adopt(&earlier);
    assert_eq!(left.names().collect::<Vec<_>>(), ["username"]);
    assert!(!new.field("username").unwrap().is_set());
    assert_eq!(values(&new, "email"), ["j@capulet.lit"]);
    // Nor does what was typed before take the place of what is reserved now.
    let mut typed = form();
    typed.set("username", "romeo").unwrap();
    let mut reserved = form();
    reserved.reserve("username", "juliet");
    assert!(reserved.adopt(&typed).is_empty());
    assert_eq!(values(&reserved, "username"), ["juliet"]);
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
fn a_value_says_only_that_it_is_one() {
    for value in [
        Value::from("s3cret"),
        Value::from("s3cret".repeat(10)),
        true.into(),
    ] {
        assert_eq!(format!("{value:?}"), "Value(..)");
    }
}
