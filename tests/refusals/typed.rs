//! What was typed goes on into the forms that follow, however many of them were filled in since.

use xmpp_registration::{Event, Field, Form, RegistrationMachine};

use super::driver::*;

/// A challenge by itself, which any refusal uses up.
const CHALLENGE: &str = "<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:captcha</value></field>\
    <field var='challenge' type='hidden'><value>1</value></field><field var='ocr'/>";

fn value<'f>(form: &'f Form, name: &str) -> Option<&'f str> {
    form.field(name).and_then(Field::value)
}

/// A registration whose first form is filled in and out.
#[track_caller]
fn begun(email: &str) -> Driver {
    let mut driver = Driver::new(RegistrationMachine::register(server()));
    let mut form = driver.form(PLAIN);
    let _ = form.fill("juliet", "R0m30!").unwrap();
    form.set("email", email).unwrap();
    driver.submit(form);
    driver
}

/// The same with a data form, into which this is typed.
#[track_caller]
fn begun_with(fields: &str, typed: [(&str, &str); 2]) -> Driver {
    let mut driver = Driver::new(RegistrationMachine::register(server()));
    let mut form = driver.form(&format!(
        "<x xmlns='jabber:x:data' type='form'>{fields}</x>"
    ));
    for (name, value) in typed {
        form.set(name, value).unwrap();
    }
    driver.submit(form);
    driver
}

/// Refuses what is out with this form.
#[track_caller]
fn demand(driver: &mut Driver, fields: &str) -> Form {
    let refused = error("modify", "not-acceptable") + &alternative(fields);
    match driver.reply("error", &refused) {
        Event::Refused {
            form: Some(form), ..
        } => form,
        event => panic!("{event:?}"),
    }
}

#[track_caller]
fn answer(driver: &mut Driver, fields: &str, name: &str, value: &str) {
    let mut form = demand(driver, fields);
    form.set(name, value).unwrap();
    driver.submit(form);
}

/// Refuses what is out without a form, and offers the first one anew.
#[track_caller]
fn anew(driver: &mut Driver) -> Form {
    let event = driver.reply("error", &error("modify", "not-acceptable"));
    assert!(matches!(event, Event::Refused { form: None, .. }));
    driver.machine.request_form().unwrap();
    driver.form(PLAIN)
}

#[test]
fn what_was_typed_outlives_a_challenge_that_was_demanded() {
    for challenges in [1, 2, 5] {
        let mut driver = begun("juliet@capulet.example");
        for _ in 0..challenges {
            answer(&mut driver, CHALLENGE, "ocr", "7nHL3");
        }
        let form = anew(&mut driver);
        assert_eq!(value(&form, "username"), Some("juliet"));
        assert_eq!(value(&form, "email"), Some("juliet@capulet.example"));
        assert_eq!(value(&form, "password"), None);
        assert!(!format!("{:?} {form:?}", driver.machine).contains("R0m30!"));
    }
}

#[test]
fn what_was_typed_last_counts() {
    let mut driver = begun("juliet@capulet.example");
    answer(
        &mut driver,
        "<field var='email'/>",
        "email",
        "j@example.com",
    );
    answer(&mut driver, CHALLENGE, "ocr", "7nHL3");
    let form = anew(&mut driver);
    assert_eq!(value(&form, "username"), Some("juliet"));
    assert_eq!(value(&form, "email"), Some("j@example.com"));
}

/// A later form that asked for the same has the last word, also where it was left empty there.
#[test]
fn what_was_taken_back_does_not_come_again() {
    let mut driver = begun("juliet@capulet.example");
    let again = "<field var='username'/><field var='email'/><field var='key' type='hidden'><value>1</value></field>";
    let mut form = demand(&mut driver, again);
    assert_eq!(value(&form, "email"), Some("juliet@capulet.example"));
    form.clear("email").unwrap();
    driver.submit(form);
    let form = anew(&mut driver);
    assert_eq!(value(&form, "username"), Some("juliet"));
    assert_eq!(value(&form, "email"), None);
}

/// Also where another of its fields is asked for in another way.
#[test]
fn what_was_taken_back_does_not_come_again_with_what_was_not() {
    let form = |kind: &str| format!("<field var='email'/><field var='country' type='{kind}'/>");
    let typed = [("email", "juliet@capulet.example"), ("country", "it")];
    let mut driver = begun_with(&form("text-single"), typed);
    let mut second = demand(&mut driver, &form("text-multi"));
    second.clear("email").unwrap();
    second.set("country", "fr").unwrap();
    driver.submit(second);
    let third = demand(&mut driver, &form("text-multi"));
    assert_eq!(value(&third, "email"), None);
    assert_eq!(value(&third, "country"), Some("fr"));
    driver.submit(third);
    // Nor what was replaced, where it is asked for as it was at first.
    let fourth = demand(&mut driver, &form("text-single"));
    assert_eq!(value(&fourth, "email"), None);
    assert_eq!(value(&fourth, "country"), None);
}

/// Nor what was replaced in a field of another kind.
#[test]
fn what_was_replaced_does_not_come_again() {
    let email = |kind: &str| format!("<field var='email' type='{kind}'/>");
    let fields = email("text-single") + "<field var='username'/>";
    let typed = [("username", "juliet"), ("email", "old@x.y")];
    let mut driver = begun_with(&fields, typed);
    answer(&mut driver, &email("jid-single"), "email", "new@x.y");
    let form = demand(&mut driver, &fields);
    assert_eq!(value(&form, "email"), None);
    assert_eq!(value(&form, "username"), Some("juliet"));
}

/// A server cannot make a machine keep more and more: the first form and the last ones are kept.
#[test]
fn so_many_forms_are_kept_and_no_more() {
    let mut driver = begun("juliet@capulet.example");
    let field = |at: usize| format!("<field var='f{at}'/>");
    for at in 0..6 {
        answer(&mut driver, &field(at), &format!("f{at}"), "typed");
    }
    answer(&mut driver, CHALLENGE, "ocr", "7nHL3");
    let every = (0..6).map(field).collect::<String>() + "<field var='username'/>";
    let form = demand(&mut driver, &every);
    let kept = form.fields().filter(|it| it.value().is_some());
    let kept: Vec<_> = kept.filter_map(Field::name).collect();
    assert_eq!(kept, ["f4", "f5", "username"]);
}
