//! Invitations: by a token, and by a URI.

use crate::fake::{DOMAIN, FIELDS, Fake, Session, condition};
use crate::outcome::Outcome;
use crate::run::{PASSWORD, call, execute, juliet};

const TOKEN: &str = "t0ken-of-a-friend";

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

/// Without a domain, a task, or anything else that the URI may say.
#[track_caller]
fn by_uri(fake: Fake, uri: &str, more: &[&str]) -> Outcome {
    let address = fake.address();
    let options = ["--uri", uri, "--trace", "--no-input", "--connect", &address];
    let credentials = ["--password", PASSWORD];
    let options = options.iter().chain(&credentials).chain(more);
    let outcome = execute(&options.map(ToString::to_string).collect::<Vec<_>>(), None);
    fake.finish(&outcome);
    outcome.hides(TOKEN).hides(PASSWORD);
    outcome
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
    let outcome = by_uri(fake, &uri, &["--plaintext"]);
    outcome.exits(0).prints("registered");
}

/// An invitation as a contact names the contact, not the account.
#[test]
fn a_contacts_uri_is_good_for_an_account() {
    let fake = Fake::play(|session| {
        invite(session);
        let set = session.set_with(&["<username>juliet</username>"]);
        session.result(&set, "");
    });
    let uri = format!("xmpp:romeo@{DOMAIN}?roster;preauth={TOKEN};ibr=y");
    let outcome = by_uri(fake, &uri, &["--plaintext", "--username", "juliet"]);
    outcome.exits(0).prints("registered");
}

#[test]
fn a_uri_removes_an_account() {
    let fake = Fake::login(|session| {
        let set = session.set_with(&["<remove/>"]);
        session.result(&set, "");
    });
    let uri = format!("xmpp:juliet@{DOMAIN}?unregister");
    let outcome = by_uri(fake, &uri, &["--plaintext"]);
    outcome.exits(0).prints("unregistered");
}

/// With a service the URI is about that, and the account is at home.
#[test]
fn a_uri_may_be_about_a_service() {
    let fake = Fake::login(|session| {
        let get = session.request();
        assert!(get.xml.contains("to='gateway.example'"), "{}", get.xml);
        let payload = format!("<query xmlns='jabber:iq:register'>{FIELDS}</query>");
        session.answer(&get, "result", "gateway.example", &payload);
        let set = session.set_with(&["<username>jule</username>", "<password>there</password>"]);
        // What else it has to say is not for the task.
        session.send("<presence from='gateway.example'/><message from='gateway.example'><body>Hi</body></message>");
        session.answer(&set, "result", "gateway.example", "");
    });
    let service = ["--service", "gateway.example", "--domain", DOMAIN];
    let fields = ["--set", "username=jule", "--set", "password=there"];
    let more = [
        &["--plaintext", "--username", "juliet"],
        &service[..],
        &fields,
    ]
    .concat();
    let outcome = by_uri(fake, "xmpp:gateway.example?register", &more);
    outcome.exits(0).prints("registered");
}

/// The name is shown and not asked for; the token may come beside the URI.
#[test]
fn a_reserved_name_stays() {
    let uri = format!("xmpp:romeo@{DOMAIN}?register");
    let call = || call().with(&["--uri", &uri, "--token", TOKEN, "--password", PASSWORD]);
    let fake = Fake::play(|session| {
        invite(session);
        let set = session.set_with(&["<username>romeo</username>"]);
        session.result(&set, "");
    });
    let outcome = call().input(&[]).run(fake, "register");
    outcome.exits(0).hides(TOKEN);
    outcome.shows("username, fixed by the invitation [romeo]");
    let fake = Fake::play(|session| {
        invite(session);
        session.wait_for_the_end();
    });
    let other = call().set("username", "juliet").run(fake, "register");
    other.exits(2).shows("username");
}

/// Whoever reads a token can use it.
#[test]
fn a_token_is_not_sent_unencrypted() {
    let fake = Fake::play(|session| {
        session.open("<register xmlns='urn:xmpp:ibr-token:0'/>");
        session.wait_for_the_end();
    });
    let uri = format!("xmpp:romeo@{DOMAIN}?register;preauth={TOKEN}");
    by_uri(fake, &uri, &[]).exits(4).hides("preauth");
}

/// Nobody logs in, or removes anything, for a token that cannot be used there.
#[test]
fn a_token_is_for_making_an_account() {
    let token = ["--token", TOKEN];
    for task in ["unregister", "change-password"] {
        let call = juliet().with(&["--new-password", "unused"]).with(&token);
        call.run_alone(task)
            .exits(2)
            .shows("a token is of no use")
            .hides(TOKEN);
    }
    let service = juliet()
        .with(&["--service", "gateway.example"])
        .with(&token);
    service
        .run_alone("register")
        .exits(2)
        .shows("a token is of no use");
}

/// What stands behind `--uri`, the task, and what is said. `URI` is a good one, for romeo.
const DISAGREEMENTS: [(&str, &str, &str); 11] = [
    ("URI --username juliet", "register", "another name"),
    ("URI --token another", "register", "another token"),
    ("URI", "unregister", "another task"),
    ("xmpp:other.example?register", "register", "another domain"),
    (
        "xmpp:other.example?register --service third.example",
        "register",
        "another service",
    ),
    (
        "xmpp:?register",
        "register",
        "the address of the URI is no JID",
    ),
    (
        "xmpp:fake.example?register;preauth=%FF",
        "register",
        "characters that cannot be sent",
    ),
    (
        "xmpp:juliet@fake.example?register",
        "change-password",
        "another task",
    ),
    ("https://fake.example/", "register", "no xmpp: URI"),
    (
        "xmpp:fake.example?message",
        "register",
        "nothing to do with registration",
    ),
    (
        "xmpp:romeo@fake.example?roster;preauth=x",
        "register",
        "not good for an account",
    ),
];

#[test]
fn options_that_disagree_with_the_uri_are_wrong() {
    let uri = format!("xmpp:romeo@{DOMAIN}?register;preauth={TOKEN}");
    for (options, task, why) in DISAGREEMENTS {
        let options = format!("--uri {}", options.replace("URI", &uri));
        let options: Vec<_> = options.split(' ').collect();
        let outcome = call().with(&options).run_alone(task);
        outcome.exits(2).shows(why).hides(TOKEN);
    }
}

/// The older rules would make `fass.example` of it, which is somebody else's.
#[test]
fn a_domain_is_not_taken_for_another_one() {
    let call = |domain: &str| {
        let uri = "xmpp:fa\u{df}.example?register";
        let options = ["--domain", domain, "--uri", uri, "--connect", "127.0.0.1:1"];
        execute(&options.map(str::to_owned), None)
    };
    call("fass.example").exits(2).shows("another domain");
    // They agree; it is only that nobody listens there.
    call("fa\u{df}.example").exits(4);
}
