//! Refusals, forgeries and echoes.

use crate::fake::{DOMAIN, FIELDS, Fake, condition, data_form};
use crate::run::{PASSWORD, call, escape, juliet};

#[test]
fn refused_with_the_form_to_mend() {
    let fake = Fake::offer(FIELDS, |session| {
        let set = session.set_with(&[&format!("<password>{}</password>", escape(PASSWORD))]);
        session.error(
            &set,
            "",
            "cancel",
            &condition("conflict", "The name is\ntaken"),
        );
        session.wait_for_the_end();
    });
    let outcome = juliet().run(fake, "register");
    outcome
        .exits(1)
        .shows("the registration was refused: conflict (cancel), The name is taken");
    assert_eq!(outcome.stdout, "", "{outcome}");
}

#[test]
fn a_forged_reply_is_not_believed() {
    let fake = Fake::offer(FIELDS, |session| {
        let set = session.set_with(&[]);
        session.answer(&set, "result", "evil.example", "");
        session.answer(&set, "result", &format!("juliet@{DOMAIN}"), "");
        session.error(&set, "", "modify", &condition("not-acceptable", "For real"));
        session.wait_for_the_end();
    });
    let outcome = juliet().run(fake, "register");
    outcome
        .exits(1)
        .shows("For real")
        .shows("a reply came under our id from somebody else");
    assert_eq!(outcome.stdout, "", "{outcome}");
}

/// As an echoed query, within a text, and as an element somewhere else: no secret is shown.
#[test]
fn an_echoed_password_is_not_shown() {
    let fake = Fake::offer(FIELDS, |session| {
        let set = session.set_with(&[]);
        let (password, stranger) = (escape(PASSWORD), "<oops xmlns='urn:x' p=\"");
        let attribute = password.replace('"', "&quot;");
        let echo = format!(
            "<query xmlns='jabber:iq:register'><username>juliet</username><password>{password}</password></query>\
             {stranger}{attribute}\">{password}</oops>"
        );
        let text = format!("The password {password} is no good");
        session.error(&set, &echo, "modify", &condition("not-acceptable", &text));
        session.wait_for_the_end();
    });
    let outcome = juliet().run(fake, "register");
    outcome
        .exits(1)
        .shows("The password *** is no good")
        .shows("<query");
}

#[test]
fn no_registration_here() {
    for name in [
        "service-unavailable",
        "not-allowed",
        "feature-not-implemented",
        "forbidden",
    ] {
        let fake = Fake::play(move |session| {
            session.open("");
            let get = session.request();
            session.error(&get, "", "cancel", &condition(name, ""));
            session.wait_for_the_end();
        });
        juliet().run(fake, "register").exits(1).shows(name);
    }
}

#[test]
fn too_often() {
    let refuses_the_form = Fake::play(|session| {
        session.open("");
        let get = session.request();
        session.error(
            &get,
            "",
            "wait",
            &condition("resource-constraint", "Not so fast"),
        );
        session.wait_for_the_end();
    });
    let outcome = juliet().run(refuses_the_form, "register");
    outcome.exits(1).shows("Not so fast: try again later");
    let refuses_the_set = Fake::offer(FIELDS, |session| {
        let set = session.set_with(&[]);
        session.error(
            &set,
            "",
            "wait",
            &condition("resource-constraint", "Not so fast"),
        );
        session.wait_for_the_end();
    });
    let outcome = juliet().run(refuses_the_set, "register");
    outcome.exits(1).shows("Not so fast: try again later");
}

#[test]
fn an_error_that_says_nothing() {
    let fake = Fake::offer(FIELDS, |session| {
        let set = session.set_with(&[]);
        session.answer(&set, "error", DOMAIN, "");
        session.wait_for_the_end();
    });
    juliet()
        .run(fake, "register")
        .exits(1)
        .shows("undefined-condition");
}

/// A used-up form (here by its `key`) leaves nothing to mend.
#[test]
fn refused_without_a_form() {
    let fake = Fake::offer("<key>once</key><username/><password/>", |session| {
        let set = session.set_with(&["<key>once</key>"]);
        session.error(&set, "", "modify", &condition("bad-request", ""));
        session.wait_for_the_end();
    });
    juliet().run(fake, "register").exits(1).shows("bad-request");
}

const MORE: &str = "<field var='username'/><field var='password' type='text-private'/>\
                    <field var='email'><required/></field>";

/// Another form than the one that was submitted is filled in from the options, once.
#[test]
fn an_alternative_form_is_filled_in() {
    let fake = Fake::offer(&format!("{FIELDS}<email/>"), |session| {
        let set = session.set_with(&["<email>j@x</email>"]);
        session.error(
            &set,
            "",
            "modify",
            &(condition("not-acceptable", "") + &data_form(MORE)),
        );
        let password = escape(PASSWORD);
        let again = session.set_with(&[
            "type='submit'",
            ">j@x<",
            ">juliet<",
            &format!(">{password}<"),
        ]);
        session.result(&again, "");
        session.wait_for_the_end();
    });
    let outcome = juliet().set("email", "j@x").run(fake, "register");
    outcome.exits(0);
    assert_eq!(outcome.stdout, "registered\n", "{outcome}");
}

#[test]
fn an_alternative_form_that_cannot_be_filled_in() {
    let fake = Fake::offer(FIELDS, |session| {
        let set = session.set_with(&[]);
        session.error(
            &set,
            "",
            "modify",
            &(condition("not-acceptable", "More") + &data_form(MORE)),
        );
        session.wait_for_the_end();
    });
    let outcome = juliet().run(fake, "register");
    outcome
        .exits(1)
        .shows("More")
        .shows("fields left unanswered: email");
}

#[test]
fn alternative_after_alternative_leads_nowhere() {
    let fake = Fake::offer(FIELDS, |session| {
        let mut form = data_form("<field var='username'/>");
        for _ in 0..2 {
            let set = session.set_with(&[]);
            session.error(
                &set,
                "",
                "modify",
                &(condition("not-acceptable", "") + &form),
            );
            form = data_form("<field var='username'/><field var='nick'/>");
        }
        session.wait_for_the_end();
    });
    juliet().run(fake, "register").exits(1);
}

/// Controls of a terminal in a server's words are shown as what they are not.
#[test]
fn a_terminal_is_not_commanded() {
    let fake = Fake::offer(FIELDS, |session| {
        let set = session.set_with(&[]);
        session.error(
            &set,
            "",
            "cancel",
            &condition("conflict", "a\u{9b}31mb\u{202e}c"),
        );
        session.wait_for_the_end();
    });
    let outcome = juliet().run(fake, "register");
    outcome
        .exits(1)
        .shows("a\u{fffd}31mb\u{fffd}c")
        .hides("\u{9b}");
    call()
        .with(&["--domain", "\u{9b}"])
        .run_alone("form")
        .exits(2);
}
