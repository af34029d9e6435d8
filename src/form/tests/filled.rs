//! How a caller fills a form in, and what is left to do or refused.

use super::*;

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
