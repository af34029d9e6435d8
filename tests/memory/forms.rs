//! What is done to a form before it is submitted, and what the server itself has put into it.

use std::borrow::Cow;

use xmpp_registration::{Field, RegistrationMachine, Value};

use crate::heap::{aside, check, watch_for};
use crate::wire::*;

#[test]
fn every_kind_of_value() {
    watch_for(&ALL);
    let own = aside(|| String::from(PASSWORD));
    drop(Value::from(PASSWORD));
    drop(Value::from(&own));
    drop(Value::from(String::from(PASSWORD)));
    drop(Value::from(Cow::Borrowed(PASSWORD)));
    drop(Value::from(Cow::<str>::Owned(String::from(PASSWORD))));
    drop(Value::from([PASSWORD, OTHER]));
    drop(Value::from(&[PASSWORD, OTHER][..]));
    drop(Value::from(vec![PASSWORD, OTHER]));
    drop(Value::from(vec![String::from(PASSWORD)]));
    drop(Value::from(&vec![aside(|| own.clone())][..]));
    // More than an iterator promises, so that the list grows.
    let many = (0..9).filter(|it| it % 2 == 0).map(|_| PASSWORD);
    drop(many.collect::<Value>().clone());
    check("values", 0);
}

#[test]
fn set_again_and_again() {
    watch_for(&ALL);
    let fields = "<field var='a' type='text-private'/><field var='b' type='text-multi'/>\
        <field var='c' type='list-multi'/><field var='d' type='text-private'/>";
    let (client, mut form) = Client::with_form(&x(fields));
    for round in 0..40 {
        // What is typed grows, moves, and is tidied up.
        let filler = "-".repeat(round * 7);
        form.set("d", filler).unwrap();
        form.set("a", if round % 2 == 0 { PASSWORD } else { OTHER })
            .unwrap();
        form.set("b", [PRIVATE, "", OLD].into_iter().collect::<Value>())
            .unwrap();
        form.set("c", [ANSWER, TOKEN, ANSWER]).unwrap();
        check("set", 1);
    }
    for name in ["a", "b", "c"] {
        form.clear(name).unwrap();
    }
    check("cleared", 0);
    let set = form.answer_each(|field| (field.name() == Some("a")).then(|| PASSWORD.into()));
    set.unwrap();
    form.set("a", "").unwrap();
    check("left out", 0);
    drop((form, client));
}

#[test]
fn what_cannot_be_set() {
    watch_for(&ALL);
    let fields = "<field var='key' type='hidden'><value>k</value></field>\
        <field var='b' type='boolean'/>\
        <field var='l' type='list-single'><option><value>v</value></option></field>\
        <field var='password' type='text-private'/><field var='username'/>\
        <field var='n' type='text-private'><validate datatype='xs:integer' \
        xmlns='http://jabber.org/protocol/xdata-validate'/></field>\
        <field var='r' type='text-private'><validate xmlns='http://jabber.org/protocol/xdata-validate'>\
        <regex>^[a-c]*$</regex></validate></field>";
    let (mut client, mut form) = Client::with_form(&x(fields));
    let bad = aside(|| format!("{PASSWORD}\u{1}"));
    assert!(form.set("nobody", PASSWORD).is_err());
    assert!(form.set("key", PASSWORD).is_err());
    assert!(form.set("password", &bad).is_err());
    assert!(form.fill("juliet", &bad).is_err());
    check("not set", 0);
    for name in ["b", "l", "n", "r"] {
        form.set(name, PASSWORD).unwrap();
        // Without the feature `regex` the pattern is the server's to check.
        form = match form.finish() {
            Ok(answer) => answer.into_form(),
            Err(incomplete) => incomplete.into_form(),
        };
        form.clear(name).unwrap();
        check("not good", 0);
    }
    form.set("password", PASSWORD).unwrap();
    // Another machine does not want it; the answer comes back.
    let mut other = RegistrationMachine::register(server());
    let rejected = other.submit(form.finish().unwrap()).unwrap_err();
    check("rejected", 1);
    client.submits(rejected.answer.into_form());
    client.sends(&[PASSWORD]);
    let refused = RegistrationMachine::change_password(server(), "juliet", PASSWORD);
    assert!(refused.is_err());
    assert!(RegistrationMachine::register_with_token(account(), TOKEN).is_err());
    client.ends();
}

#[test]
fn adopted() {
    watch_for(&ALL);
    let offer = "<username/><password/><email/>";
    let (mut first, mut earlier) = Client::with_form(offer);
    let (mut client, mut form) = Client::with_form(offer);
    let _ = earlier.fill("juliet", PASSWORD).unwrap();
    earlier.set("email", PRIVATE).unwrap();
    first.machine.handle_disconnect();
    let _ = form.adopt(&earlier);
    check("both have it", 2);
    drop((earlier, first));
    client.submits(form);
    // The address is no secret by its kind, and so it is kept to be mended.
    assert_eq!(crate::heap::in_use(), 3);
    client.sends_and_keeps(&[PASSWORD, PRIVATE], 1);
    client.ends();
}

/// What the server sent of its own, in the old way and in a data form that is long enough to grow.
#[test]
fn what_the_server_sent() {
    watch_for(&ALL);
    let legacy = aside(|| format!("<username/><password>{ON_FILE}</password><key>{KEY}</key>"));
    let filler = |name: char| -> String {
        let field = |at| format!("<field var='{name}{at}' label='{name} and so on'/>");
        (0..60).map(field).collect()
    };
    let data = aside(|| {
        let private = |var: &str, value: &str| {
            format!("<field var='{var}' type='text-private'><value>{value}</value></field>")
        };
        let key = format!("<field var='key' type='hidden'><value>{KEY}</value></field>");
        let parts = [
            "<field var='username'/>",
            &private("password", ON_FILE),
            &filler('a'),
            &private("pin", PRIVATE),
            &filler('b'),
            &key,
        ];
        x(&parts.concat())
    });
    for (offer, sent) in [
        (&legacy, &[ON_FILE, KEY][..]),
        (&data, &[ON_FILE, PRIVATE, KEY][..]),
    ] {
        let (mut client, mut form) = Client::with_form(offer);
        check("offered", 1);
        let value = form.field("password").and_then(Field::value);
        assert_eq!(value, Some(ON_FILE));
        form.set("username", "juliet").unwrap();
        client.submits(form);
        // They are the server's, and are kept until it has answered.
        client.sends_and_keeps(sent, 1);
        client.ends();
    }
}
