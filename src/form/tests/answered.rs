//! What goes back to the server, and how it is written.

use super::*;

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
fn server_defaults_are_not_checked_and_a_single_field_sends_one() {
    let form = data(
        "<field var='l' type='list-single'><option><value>1</value></option><value>9</value></field>\
         <field var='t' type='text-single'><value>1</value><value>2</value></field><field var='j' type='jid-single'><value>@</value></field>",
    );
    assert_eq!(
        submitted(form),
        "<field var='l'><value>9</value></field><field var='t'><value>1</value></field><field var='j'><value>@</value></field>"
    );
}

/// A form of type result may leave the types of its fields out: what is on file must go back whole.
#[test]
fn several_values_without_a_type_are_all_sent() {
    let langs = "<field var='langs'><value>de</value><value>en</value></field>";
    let mut form = data(langs);
    let field = form.field("langs").unwrap();
    assert_eq!(
        (field.kind(), field.values().count()),
        (FieldKind::TextMulti, 2)
    );
    form.set("langs", ["fr", "en"]).unwrap();
    assert_eq!(submitted(form), langs.replace("de", "fr"));
    assert_eq!(submitted(data(langs)), langs);
    for one in [
        "<value/><value>x</value>",
        "<value>x</value>",
        "<value> </value>",
        "",
    ] {
        let form = data(&format!("<field var='a'>{one}</field>"));
        assert_eq!(
            form.field("a").unwrap().kind(),
            FieldKind::TextSingle,
            "{one}"
        );
    }
    let hidden = data("<field var='a' type='hidden'><value>1</value><value>2</value></field>");
    assert_eq!(hidden.field("a").unwrap().kind(), FieldKind::Hidden);
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
