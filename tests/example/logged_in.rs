//! The tasks that need a login: password changes and removals, at home and at a service.

use crate::fake::{DOMAIN, Fake, Session, condition, data_form};
use crate::outcome::Outcome;
use crate::run::{NEW_PASSWORD, PASSWORD, USER, escape, juliet};

const ADVICE: &str = "try to log in before trying again";
const GATEWAY: &str = "gateway.example";

fn change(fake: Fake) -> Outcome {
    juliet()
        .with(&["--new-password", NEW_PASSWORD])
        .run(fake, "change-password")
}

fn finish(session: &mut Session, parts: &[&str]) {
    let set = session.set_with(parts);
    session.result(&set, "");
    session.wait_for_the_end();
}

#[test]
fn a_password_is_changed() {
    let fake = Fake::login(|session| {
        let new = format!("<password>{}</password>", escape(NEW_PASSWORD));
        finish(session, &["<username>juliet</username>", &new]);
    });
    let outcome = change(fake);
    outcome.exits(0);
    assert_eq!(outcome.stdout, "password changed\n", "{outcome}");
}

#[test]
fn a_success_that_echoes_the_password() {
    let fake = Fake::login(|session| {
        let set = session.set_with(&[]);
        let echo = format!("<password>{}</password>", escape(NEW_PASSWORD));
        session.result(
            &set,
            &format!("<query xmlns='jabber:iq:register'>{echo}</query>"),
        );
        session.wait_for_the_end();
    });
    change(fake).exits(0);
}

#[test]
fn a_change_is_refused() {
    let fake = Fake::login(|session| {
        let set = session.set_with(&[]);
        let text = format!("{} is too long", escape(NEW_PASSWORD));
        session.error(
            &set,
            &escape("no & stanza"),
            "modify",
            &condition("not-acceptable", &text),
        );
        session.wait_for_the_end();
    });
    change(fake)
        .exits(1)
        .shows("the change of the password was refused")
        .shows("*** is too long");
}

#[test]
fn a_change_in_doubt() {
    let fake = Fake::login(|session| {
        session.set_with(&[]);
    });
    change(fake).exits(3).shows(ADVICE);
}

/// XEP-0077 section 3.3: the server may want the old password first.
#[test]
fn a_change_by_a_form() {
    let fake = Fake::login(|session| {
        let set = session.set_with(&[]);
        let form = data_form(
            "<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register:changepassword</value></field>\
             <field type='text-single' var='username'><required/></field>\
             <field type='text-private' var='old_password'><required/></field>\
             <field type='text-private' var='password'><required/></field>",
        );
        session.error(
            &set,
            "",
            "modify",
            &(condition("not-acceptable", "") + &form),
        );
        let [old, new] =
            [PASSWORD, NEW_PASSWORD].map(|it| format!("<value>{}</value>", escape(it)));
        let old = format!("<field var='old_password'>{old}</field>");
        let new = format!("<field var='password'>{new}</field>");
        finish(
            session,
            &["changepassword", "<value>juliet</value>", &old, &new],
        );
    });
    let outcome = change(fake);
    outcome.exits(0);
    assert_eq!(outcome.stdout, "password changed\n", "{outcome}");
}

const MAIDEN_NAME: &str = "<field var='x-mother' label='Maiden name'><required/></field>";

fn demand_more(session: &mut Session) {
    let set = session.set_with(&[]);
    let error = condition("not-acceptable", "Who?") + &data_form(MAIDEN_NAME);
    session.error(&set, "", "modify", &error);
}

fn demand_and_wait(session: &mut Session) {
    demand_more(session);
    session.wait_for_the_end();
}

fn demand_and_finish(session: &mut Session) {
    demand_more(session);
    finish(session, &["<value>Capulet</value>"]);
}

#[test]
fn a_change_by_a_form_with_more_in_it() {
    let call = || juliet().with(&["--new-password", NEW_PASSWORD]);
    let by_option = call().set("x-mother", "Capulet");
    by_option
        .run(Fake::login(demand_and_finish), "change-password")
        .exits(0);
    let by_input = call().input(&["Capulet"]);
    let outcome = by_input.run(Fake::login(demand_and_finish), "change-password");
    outcome.exits(0).shows("Maiden name").shows("Who?");
}

#[test]
fn a_change_by_a_form_that_cannot_be_filled_in() {
    let outcome = change(Fake::login(demand_and_wait));
    outcome
        .exits(1)
        .shows("Who?")
        .shows("fields left unanswered: x-mother");
    let call = juliet()
        .with(&["--new-password", NEW_PASSWORD])
        .set("x-father", "Capulet");
    let outcome = call.run(Fake::login(demand_and_wait), "change-password");
    outcome.exits(2).shows("x-father");
}

/// After the result the stream ends, in whatever way.
#[test]
fn a_removal() {
    for end in ["not-authorized", "conflict", "", "nothing at all"] {
        let fake = Fake::login(move |session| {
            let set = session.set_with(&["<remove/>"]);
            session.result(&set, "");
            match end {
                "" => session.send("</stream:stream>"),
                "nothing at all" => {}
                condition => session.stream_error(condition, "User removed"),
            }
        });
        let outcome = juliet().run(fake, "unregister");
        outcome.exits(0);
        assert_eq!(outcome.stdout, "unregistered\n", "{outcome}");
    }
}

/// Instead of a result, only `not-authorized` means that it was done (XEP-0077 section 3.2).
#[test]
fn a_removal_without_a_result() {
    let ended_by = |condition: &'static str| {
        Fake::login(move |session| {
            session.set_with(&["<remove/>"]);
            session.stream_error(condition, "");
        })
    };
    juliet()
        .run(ended_by("not-authorized"), "unregister")
        .exits(0)
        .prints("unregistered");
    juliet()
        .run(ended_by("conflict"), "unregister")
        .exits(3)
        .shows("conflict")
        .shows(ADVICE);
    let closed = Fake::login(|session| {
        session.set_with(&["<remove/>"]);
    });
    juliet().run(closed, "unregister").exits(3).shows(ADVICE);
}

#[test]
fn a_removal_by_a_form() {
    let fake = Fake::login(|session| {
        let set = session.set_with(&["<remove/>"]);
        let form = data_form(
            "<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register:cancel</value></field>\
             <field type='text-single' var='username'><required/></field>\
             <field type='text-private' var='password'><required/></field>",
        );
        session.error(
            &set,
            "<query xmlns='jabber:iq:register'><remove/></query>",
            "modify",
            &(condition("not-allowed", "") + &form),
        );
        let password = format!("<value>{}</value>", escape(PASSWORD));
        finish(
            session,
            &["register:cancel", "<value>juliet</value>", &password],
        );
    });
    juliet()
        .run(fake, "unregister")
        .exits(0)
        .prints("unregistered");
}

/// Who wants another password does not lose the account to a form that turns out to be for something else.
#[test]
fn a_removal_that_nobody_asked_for() {
    let fake = |session: &mut Session| {
        let set = session.set_with(&["<username>juliet</username>"]);
        let form = data_form(
            "<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register:cancel</value></field>\
             <field type='text-single' var='username'><required/></field>",
        );
        let query = "<query xmlns='jabber:iq:register'/>";
        let error = condition("not-authorized", "") + &form;
        session.error(&set, query, "modify", &error);
        // Nothing more comes.
        session.wait_for_the_end();
    };
    let outcome = change(Fake::login(fake));
    let told = "this form would remove the registration: use `unregister` for that";
    outcome.exits(1).shows(told);
}

#[test]
fn a_login_is_refused() {
    const NS: &str = "urn:ietf:params:xml:ns:xmpp-sasl";
    let fake = Fake::play(|session| {
        session.open(&format!(
            "<mechanisms xmlns='{NS}'><mechanism>PLAIN</mechanism></mechanisms>"
        ));
        session.send(&format!(
            "<failure xmlns='{NS}'><not-authorized/></failure>"
        ));
        session.wait_for_the_end();
    });
    juliet()
        .run(fake, "unregister")
        .exits(1)
        .shows("the login was refused: not-authorized");
}

/// A service's form is not filled in from the credentials of the account.
#[test]
fn at_a_service() {
    let fake = Fake::login(|session| {
        let get = session.request();
        assert!(get.xml.contains("to='gateway.example'"), "{}", get.xml);
        let form = "<query xmlns='jabber:iq:register'><username/><password/></query>";
        session.answer(
            &get,
            "result",
            DOMAIN,
            "<query xmlns='jabber:iq:register'><forged/></query>",
        );
        session.answer(&get, "result", GATEWAY, form);
        let set = session.set_with(&["<username>capulet</username>", "<password>other</password>"]);
        session.answer(&set, "result", GATEWAY, "");
        session.wait_for_the_end();
    });
    let call = juliet().with(&["--service", GATEWAY]);
    call.set("username", "capulet")
        .set("password", "other")
        .run(fake, "register")
        .exits(0);
    let fake = Fake::login(|session| {
        let get = session.request();
        session.answer(
            &get,
            "result",
            GATEWAY,
            "<query xmlns='jabber:iq:register'><username/><password/></query>",
        );
        session.wait_for_the_end();
    });
    let outcome = juliet().with(&["--service", GATEWAY]).run(fake, "register");
    outcome
        .exits(2)
        .shows("fields left unanswered: username, password");
}

#[test]
fn a_service_at_home_is_wrong_usage() {
    let fake = Fake::login(Session::wait_for_the_end);
    let call = juliet().with(&["--service", DOMAIN]);
    call.run(fake, "unregister")
        .exits(2)
        .shows("leave --service out")
        .shows(USER);
}
