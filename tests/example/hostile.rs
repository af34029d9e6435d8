//! Whatever a server sends ends in one clear outcome.

use std::fmt::Write as _;

use crate::fake::{DOMAIN, FIELDS, Fake, Session, data_form};
use crate::run::{call, juliet};

fn accept(session: &mut Session) {
    let set = session.set_with(&["juliet"]);
    session.result(&set, "");
    session.wait_for_the_end();
}

#[test]
fn two_forms() {
    let [first, second] = ["one", "two"]
        .map(|var| data_form(&format!("<field var='username'/><field var='{var}'/>")));
    let outcome = call().run(
        Fake::offer(&format!("{first}{second}"), Session::wait_for_the_end),
        "form",
    );
    outcome.exits(0).prints("one").hides("  two");
}

#[test]
fn junk_between_and_around() {
    let query = format!(
        "junk<junk xmlns='urn:junk'><username/></junk>{FIELDS}<password xmlns='urn:junk'/>\n"
    );
    let fake = Fake::play(move |session| {
        session.open("<junk xmlns='urn:junk'/>junk");
        session.send(
            " junk <presence/><iq/><iq type='result'/><message type='error'/><x xmlns='urn:junk'/>",
        );
        session.offer(&query);
        session.send("<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>");
        accept(session);
    });
    juliet().run(fake, "register").exits(0).prints("registered");
}

#[test]
fn nothing_offered() {
    for query in [
        "",
        "<query xmlns='jabber:iq:register'/>",
        "<query xmlns='urn:other'><username/></query>",
    ] {
        let fake = Fake::play(move |session| {
            session.open("");
            let get = session.request();
            session.result(&get, query);
            session.wait_for_the_end();
        });
        juliet()
            .run(fake, "register")
            .exits(4)
            .shows("neither a form nor a redirect");
    }
}

#[test]
fn a_deep_nest() {
    let nest = |depth| "<a xmlns='urn:junk'>".repeat(depth) + &"</a>".repeat(depth);
    let deep = Fake::offer(
        &format!("{FIELDS}{}", nest(100_000)),
        Session::wait_for_the_end,
    );
    juliet()
        .run(deep, "register")
        .exits(4)
        .shows("nested too deeply");
    let shallow = Fake::offer(&format!("{FIELDS}{}", nest(50)), accept);
    juliet().run(shallow, "register").exits(0);
    let late = Fake::offer(FIELDS, move |session| {
        let set = session.set_with(&[]);
        session.answer(&set, "error", DOMAIN, &nest(64));
        session.wait_for_the_end();
    });
    juliet()
        .run(late, "register")
        .exits(3)
        .shows("nested too deeply");
}

#[test]
fn ten_thousand_options() {
    let mut options = String::new();
    for at in 0..10_000 {
        let _ = write!(
            options,
            "<option label='Number {at}'><value>v{at}</value></option>"
        );
    }
    let field = format!(
        "<field type='list-single' var='n'><required/>{options}</field><field var='username'/>"
    );
    let form = data_form(&field);
    let outcome = call().run(Fake::offer(&form, Session::wait_for_the_end), "form");
    outcome.exits(0).prints("10000. Number 9999 (v9999)");
    let fake = Fake::offer(&form, |session| {
        let set = session.set_with(&["<value>v9998</value>"]);
        session.result(&set, "");
        session.wait_for_the_end();
    });
    juliet().input(&["9999"]).run(fake, "register").exits(0);
}

#[test]
fn more_than_the_limits_allow() {
    let form = data_form(&"<field var='a'/>".repeat(20_000));
    let outcome = juliet().run(Fake::offer(&form, Session::wait_for_the_end), "register");
    outcome.exits(4).shows("more fields than the limits allow");
}

/// Names and labels that try to look like something else.
#[test]
fn a_form_that_forges_lines() {
    let form = data_form("<field var='a' label='x&#10;  * y (z)'/><field var='b&#10;registered'/>");
    let outcome = call().run(Fake::offer(&form, Session::wait_for_the_end), "form");
    outcome.exits(0).prints("    x * y (z) (a)");
    assert!(!outcome.stdout.contains("\nregistered"), "{outcome}");
}

#[test]
fn answers_to_requests_that_were_never_made() {
    let fake = Fake::offer(FIELDS, |session| {
        let set = session.set_with(&[]);
        session.answer(&set, "get", DOMAIN, "<query xmlns='jabber:iq:register'/>");
        session.answer(&set, "strange", DOMAIN, "");
        session.send(&format!("<iq type='result' id='other' from='{DOMAIN}'/>"));
        session.send(&format!("<iq type='result' from='{DOMAIN}'/>"));
        session.error(
            &set,
            "",
            "cancel",
            &crate::fake::condition("conflict", "Real"),
        );
        session.result(&set, "");
        session.wait_for_the_end();
    });
    juliet().run(fake, "register").exits(1).shows("Real");
}
