//! Where a form's values come from: options, defaults, lines of input; and what is wrong usage.

use crate::fake::{FIELDS, Fake, Session, condition, data_form};
use crate::run::{PASSWORD, call, escape, execute, juliet};

/// A form with a field of every kind that can be open.
const LONG: &str = "<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>\
    <field type='fixed'><value>All about you</value></field>\
    <field type='text-single' var='username' label='User name'><required/></field>\
    <field type='text-private' var='password' label='Password'><required/></field>\
    <field type='text-single' var='city' label='City'><required/><value>Verona</value></field>\
    <field type='text-single' var='nick'/>\
    <field type='list-single' var='sign' label='Sign'><required/>\
      <option label='The Lion'><value>leo</value></option><option label='The Ram'><value>aries</value></option></field>\
    <field type='list-multi' var='news'><required/>\
      <option><value>a</value></option><option><value>b</value></option><option><value>c</value></option></field>\
    <field type='boolean' var='rules#agree' label='I agree'><required/></field>";

fn accept(session: &mut Session, parts: &[&str]) {
    let set = session.set_with(parts);
    session.result(&set, "");
    session.wait_for_the_end();
}

#[test]
fn a_password_arrives_as_it_was_given() {
    let fake = Fake::offer(FIELDS, |session| {
        accept(
            session,
            &[&format!("<password>{}</password>", escape(PASSWORD))],
        );
    });
    let outcome = juliet().run(fake, "register");
    outcome.exits(0).shows("<password>***</password>");
    assert_eq!(outcome.stdout, "registered\n", "{outcome}");
}

/// In the form's order, a line each: what an option, a default, or nobody needs is not asked.
#[test]
fn open_fields_are_asked() {
    let fake = Fake::offer(&data_form(LONG), |session| {
        let values = [
            ">juliet<",
            ">Verona<",
            ">aries<",
            ">b</value><value>c<",
            ">1<",
            ">jabber:iq:register<",
        ];
        accept(session, &values);
    });
    let lines = [PASSWORD, "2", "b, 3", "yes", "left over"];
    let outcome = call()
        .set("username", "juliet")
        .input(&lines)
        .run(fake, "register");
    outcome.exits(0);
    for shown in [
        "Join us",
        "All about you",
        "* User name",
        "1. The Lion (leo)",
        "[Verona]",
        "I agree:\n",
    ] {
        assert!(outcome.stderr.contains(shown), "{shown}\n{outcome}");
    }
    assert_eq!(outcome.stdout, "registered\n", "{outcome}");
}

#[test]
fn the_input_ends_too_early() {
    let fake = Fake::offer(&data_form(LONG), Session::wait_for_the_end);
    let outcome = juliet().input(&["leo"]).run(fake, "register");
    outcome
        .exits(2)
        .shows("fields left unanswered: news, rules#agree");
}

#[test]
fn an_answer_is_wrong() {
    for (lines, shown) in [
        (&["7"][..], "`sign` is none of its options"),
        (&["leo", "a", "perhaps"], "`rules#agree` is a yes or no"),
        (&["leo", ""], "`news` needs a value"),
    ] {
        let fake = Fake::offer(&data_form(LONG), Session::wait_for_the_end);
        juliet()
            .input(lines)
            .run(fake, "register")
            .exits(2)
            .shows(shown);
    }
}

/// What was asked is asked again; what was not is as it was.
#[test]
fn a_refusal_is_shown_and_the_question_asked_again() {
    let fake = Fake::offer(FIELDS, |session| {
        let set = session.set_with(&["<username>romeo</username>"]);
        session.error(&set, "", "cancel", &condition("conflict", "Taken"));
        let password = format!("<password>{}</password>", escape(PASSWORD));
        accept(session, &["<username>juliet</username>", &password]);
    });
    let with_password = call().with(&["--password", PASSWORD]);
    let outcome = with_password
        .input(&["romeo", "juliet"])
        .run(fake, "register");
    outcome.exits(0).shows("Taken");
}

#[test]
fn after_a_refusal_the_end_of_the_input_is_a_refusal() {
    let refuse = |session: &mut Session| {
        let set = session.set_with(&[]);
        session.error(&set, "", "cancel", &condition("conflict", "Taken"));
        session.wait_for_the_end();
    };
    let asked = call()
        .input(&["romeo", PASSWORD])
        .run(Fake::offer(FIELDS, refuse), "register");
    asked.exits(1).shows("Taken");
    let not_asked = juliet()
        .input(&[])
        .run(Fake::offer(FIELDS, refuse), "register");
    not_asked.exits(1).shows("Taken");
}

#[test]
fn required_fields_are_missing() {
    let fake = Fake::offer(&data_form(LONG), Session::wait_for_the_end);
    let outcome = call().with(&["--username", ""]).run(fake, "register");
    outcome
        .exits(2)
        .shows("fields left unanswered: username, password, sign, news, rules#agree");
    assert_eq!(outcome.stdout, "", "{outcome}");
}

#[test]
fn values_by_option() {
    let fake = Fake::offer(&data_form(LONG), |session| {
        let values = [">leo<", ">a</value><value>c<", ">1<", ">x=y<"];
        accept(session, &values);
    });
    let call = juliet()
        .set("sign", "leo")
        .set("rules#agree", "true")
        .set("nick", "x=y");
    call.set("news", "a")
        .set("news", "c")
        .run(fake, "register")
        .exits(0);
}

#[test]
fn wrong_values_by_option() {
    for (set, shown) in [
        ("shoe-size=38", "the form has no field `shoe-size`"),
        ("sign=virgo", "`sign` is none of its options"),
        ("rules#agree=perhaps", "`rules#agree` is a yes or no"),
        ("FORM_TYPE=other", "`FORM_TYPE` is the server's own"),
        ("nick=\u{1}", "`nick` holds a character that XML forbids"),
    ] {
        let fake = Fake::offer(&data_form(LONG), Session::wait_for_the_end);
        let outcome = juliet().with(&["--set", set]).run(fake, "register");
        outcome
            .exits(2)
            .shows(shown)
            .hides("virgo")
            .hides("perhaps")
            .hides("type='set'");
    }
}

/// To look at the form shows it, unless a name is wrong.
#[test]
fn names_are_checked_where_nothing_is_submitted() {
    let fake = || Fake::offer(&data_form(LONG), Session::wait_for_the_end);
    let right = juliet().set("rules#agree", "1").run(fake(), "form");
    right.exits(0).prints("I agree");
    let wrong = juliet().set("rules:agree", "1").run(fake(), "form");
    wrong.exits(2).shows("the form has no field `rules:agree`");
    assert_eq!(wrong.stdout, "", "{wrong}");
}

/// A name ends at the first equals sign, whatever else is in it.
#[test]
fn names_may_hold_anything_else() {
    const NAME: &str = "https://x.example:8/a?b#c d";
    let field = format!("<field var='username'/><field var='{NAME}'/>");
    let fake = Fake::offer(&data_form(&field), |session| {
        accept(
            session,
            &[&format!("var='{NAME}'><value>=1=2,"), ">juliet<"],
        );
    });
    juliet().set(NAME, "=1=2,").run(fake, "register").exits(0);
}

#[test]
fn a_password_that_xml_cannot_carry() {
    let fake = Fake::offer(FIELDS, Session::wait_for_the_end);
    let outcome = call()
        .with(&["--username", "juliet", "--password", "s3cret\u{7}"])
        .run(fake, "register");
    outcome
        .exits(2)
        .shows("`password` holds a character that XML forbids at position 6")
        .hides("s3cret");
}

/// A secret by `--set` is hidden as well, even where the server repeats it in a text.
#[test]
fn a_secret_by_option() {
    let fake = Fake::offer(
        &data_form("<field var='pin' type='text-private'/>"),
        |session| {
            let set = session.set_with(&[">tell-nobody<"]);
            session.error(
                &set,
                "",
                "modify",
                &condition("not-acceptable", "tell-nobody is short"),
            );
            session.wait_for_the_end();
        },
    );
    juliet()
        .set("pin", "tell-nobody")
        .run(fake, "register")
        .exits(1)
        .hides("tell-nobody");
}

#[test]
fn what_the_server_filled_in_is_shown_but_for_secrets() {
    let fields =
        "<registered/><username>juliet</username><password>on-file</password><email>j@x</email>";
    let outcome = call().run(Fake::offer(fields, Session::wait_for_the_end), "form");
    outcome
        .exits(0)
        .prints("registration already")
        .prints("email [j@x]")
        .prints("username [juliet]");
    outcome
        .prints("password, not shown [unchanged]")
        .hides("on-file");
}

#[test]
fn wrong_usage() {
    call()
        .with(&["--no-such-option"])
        .run_alone("register")
        .exits(2)
        .shows("--no-such-option");
    call().run_alone("destroy").exits(2).shows("destroy");
    call()
        .with(&["--set", PASSWORD])
        .run_alone("register")
        .exits(2)
        .shows("NAME=VALUE");
    call()
        .run_alone("unregister")
        .exits(2)
        .shows("--username is needed");
    call()
        .input(&["juliet", PASSWORD])
        .run_alone("unregister")
        .exits(2)
        .shows("--username is needed");
    juliet()
        .run_alone("change-password")
        .exits(2)
        .shows("--new-password is needed");
    juliet()
        .with(&["--new-password", ""])
        .run_alone("change-password")
        .exits(2);
    execute(&["register".to_owned()], None)
        .exits(2)
        .shows("--domain");
}

/// Without any argument it needs nothing, and shows all its tasks.
#[test]
fn demonstration() {
    let outcome = execute(&[], None);
    outcome.exits(0);
    assert_eq!(
        outcome.stdout, "registered\npassword changed\nunregistered\n",
        "{outcome}"
    );
    for stanza in ["type='get'", "<password>***</password>", "<remove/>"] {
        assert!(outcome.stderr.contains(stanza), "{stanza}\n{outcome}");
    }
    outcome.hides("demo secret");
}
