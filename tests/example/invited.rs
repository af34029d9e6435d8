//! Invitations, and CAPTCHAs.

use crate::fake::{DOMAIN, FIELDS, Fake, Session, condition, data_form};
use crate::run::{PASSWORD, call, execute, juliet};

const TOKEN: &str = "t0ken-of-a-friend";

/// One pixel, and its name.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";
const CID: &str = "sha1+c1986af3c26609b8b7d8933f99c51c1a89e9ea6b@bob.xmpp.org";

/// Takes the token, and offers the form.
fn invite(session: &mut Session) {
    session.open("<register xmlns='urn:xmpp:ibr-token:0'/>");
    let preauth = session.set_with(&[&format!("token='{TOKEN}'"), "urn:xmpp:pars:0"]);
    session.result(&preauth, "");
    session.offer(FIELDS);
}

#[test]
fn a_token_goes_first_and_is_not_shown() {
    let fake = Fake::play(|session| {
        invite(session);
        let set = session.set_with(&["<username>juliet</username>"]);
        session.result(&set, "");
    });
    let outcome = juliet().with(&["--token", TOKEN]).run(fake, "register");
    outcome.exits(0).prints("registered").hides(TOKEN);
}

#[test]
fn a_refused_token_is_a_refusal() {
    let fake = Fake::play(|session| {
        session.open("");
        let preauth = session.set_with(&["<preauth "]);
        let echo = format!("<preauth xmlns='urn:xmpp:pars:0' token='{TOKEN}'/>");
        let text = format!("{TOKEN} is used up");
        session.error(
            &preauth,
            &echo,
            "cancel",
            &condition("item-not-found", &text),
        );
        session.wait_for_the_end();
    });
    let outcome = juliet().with(&["--token", TOKEN]).run(fake, "register");
    outcome.exits(1).shows("*** is used up").hides(TOKEN);
    outcome.shows("the server does not say that it knows invitations");
}

/// The URI says where, what and who; the options need not.
#[test]
fn a_uri_is_enough() {
    let fake = Fake::play(|session| {
        invite(session);
        let set = session.set_with(&["<username>romeo</username>"]);
        session.result(&set, "");
    });
    let uri = format!("xmpp:romeo@{DOMAIN}?register;preauth={TOKEN}");
    let address = fake.address();
    let options = ["--uri", &uri, "--plaintext", "--trace", "--no-input"];
    let credentials = ["--connect", &address, "--password", PASSWORD];
    let options: Vec<_> = options
        .iter()
        .chain(&credentials)
        .map(ToString::to_string)
        .collect();
    let outcome = execute(&options, None);
    fake.finish(&outcome);
    outcome
        .exits(0)
        .prints("registered")
        .hides(TOKEN)
        .hides(PASSWORD);
}

#[test]
fn options_that_disagree_with_the_uri_are_wrong() {
    let uri = format!("xmpp:romeo@{DOMAIN}?register;preauth={TOKEN}");
    let rows = [
        (
            vec!["--uri", &uri, "--username", "juliet"],
            "register",
            "another name",
        ),
        (
            vec!["--uri", &uri, "--token", "another"],
            "register",
            "another token",
        ),
        (vec!["--uri", &uri], "unregister", "another task"),
        (
            vec!["--uri", "xmpp:other.example?register"],
            "register",
            "another domain",
        ),
        (
            vec![
                "--uri",
                "xmpp:other.example?register",
                "--service",
                "third.example",
            ],
            "register",
            "another service",
        ),
        (
            vec!["--uri", "https://fake.example/"],
            "register",
            "no xmpp: URI",
        ),
        (
            vec!["--uri", "xmpp:fake.example?message"],
            "register",
            "nothing to do with registration",
        ),
        (
            vec!["--uri", "xmpp:romeo@fake.example?roster;preauth=x"],
            "register",
            "not good for an account",
        ),
    ];
    for (options, task, why) in rows {
        let outcome = call().with(&options).run_alone(task);
        outcome.exits(2).shows(why).hides(TOKEN);
    }
}

fn captcha(data: &str) -> String {
    let fields = format!(
        "<field var='username'><required/></field><field var='password' type='text-private'><required/></field>\
         <field var='challenge' type='hidden'><value>c1</value></field><field var='ocr' label='Letters'><required/>\
         <media xmlns='urn:xmpp:media-element'><uri type='image/png'>cid:{CID}</uri></media></field>"
    );
    data_form(&fields) + data
}

fn data() -> String {
    format!("<data xmlns='urn:xmpp:bob' cid='{CID}' type='image/png'>{PNG}</data>")
}

#[test]
fn a_picture_is_saved_and_its_answer_asked_for() {
    let fake = Fake::offer(&captcha(&data()), |session| {
        let set = session.set_with(&[
            "<field var='ocr'><value>42</value></field>",
            "<value>c1</value>",
        ]);
        session.result(&set, "");
    });
    let outcome = juliet().input(&["42"]).run(fake, "register");
    outcome
        .exits(0)
        .prints("registered")
        .shows("Letters: ")
        .shows("1.png");
}

#[test]
fn a_picture_that_did_not_come_is_fetched() {
    let fake = Fake::offer(&captcha(""), |session| {
        let get = session.request();
        assert!(
            get.xml.contains("urn:xmpp:bob") && get.xml.contains(CID),
            "{}",
            get.xml
        );
        session.result(&get, &data());
        let set = session.set_with(&["<value>42</value>"]);
        session.result(&set, "");
    });
    juliet()
        .input(&["42"])
        .run(fake, "register")
        .exits(0)
        .shows("1.png");
}

#[test]
fn a_picture_that_cannot_be_had_is_told() {
    let fake = Fake::offer(&captcha(""), |session| {
        let get = session.request();
        session.error(&get, "", "cancel", &condition("item-not-found", ""));
        let set = session.set_with(&["<value>guessed</value>"]);
        session.result(&set, "");
    });
    let outcome = juliet().input(&["guessed"]).run(fake, "register");
    outcome
        .exits(0)
        .shows("the data did not come with the form");
}

/// A wrong answer uses the challenge up; only what is open in the new form is asked for.
#[test]
fn a_used_up_challenge_is_asked_for_anew() {
    let fake = Fake::offer(&captcha(&data()), |session| {
        let set = session.set_with(&["<value>wrong</value>"]);
        session.error(&set, "", "cancel", &condition("not-allowed", "Try again"));
        session.offer(&captcha(&data()));
        let set = session.set_with(&["<value>juliet</value>", "<value>right</value>"]);
        session.result(&set, "");
    });
    let outcome = juliet().input(&["wrong", "right"]).run(fake, "register");
    outcome.exits(0).shows("Try again").shows("2.png");
}

#[test]
fn a_script_that_has_no_other_answer_ends_with_the_refusal() {
    let fake = Fake::offer(&captcha(&data()), |session| {
        let set = session.set_with(&["<value>wrong</value>"]);
        session.error(&set, "", "cancel", &condition("not-allowed", "Try again"));
        session.offer(&captcha(&data()));
        session.wait_for_the_end();
    });
    juliet()
        .input(&["wrong"])
        .run(fake, "register")
        .exits(1)
        .shows("Try again");
}

#[test]
fn without_input_an_open_challenge_is_listed() {
    let fake = Fake::offer(&captcha(&data()), Session::wait_for_the_end);
    juliet().run(fake, "register").exits(2).shows("ocr");
}

/// It takes a computer a moment, and nobody is asked.
#[cfg(feature = "hashcash")]
#[test]
fn work_is_done_without_asking() {
    let fields = "<field var='username'/><field var='password'/><field var='SHA-256' label='93C'/>";
    let fake = Fake::offer(&data_form(fields), |session| {
        let set = session.set_with(&[&format!("<field var='SHA-256'><value>{DOMAIN}")]);
        session.result(&set, "");
    });
    juliet().run(fake, "register").exits(0);
}
