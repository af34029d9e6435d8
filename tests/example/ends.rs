//! How the stream can end, and what is known of the account then.

use crate::fake::{FIELDS, Fake};
use crate::run::{call, juliet};

const ADVICE: &str = "try to log in before trying again";

/// Long enough for the fake server to say what it does say, however busy the machine is.
const TIMEOUT: [&str; 2] = ["--timeout", "3"];

#[test]
fn closed_before_the_set_nothing_happened() {
    let closes_at_once = Fake::play(|_| {});
    call().run(closes_at_once, "form").exits(4).hides(ADVICE);
    let closes_on_get = Fake::play(|session| {
        session.open("");
        session.request();
    });
    juliet()
        .run(closes_on_get, "register")
        .exits(4)
        .hides(ADVICE);
}

/// The set is not sent into a stream that the server has closed already.
#[test]
fn closed_with_the_form_nothing_happened() {
    let fake = Fake::play(|session| {
        session.open("");
        let get = session.request();
        let query = format!("<query xmlns='jabber:iq:register'>{FIELDS}</query>");
        session.answer_and_close(&get, &query);
        session.wait_for_the_end();
    });
    juliet()
        .run(fake, "register")
        .exits(4)
        .hides(ADVICE)
        .hides("<password>");
}

#[test]
fn closed_after_the_set_nobody_knows() {
    let fake = Fake::offer(FIELDS, |session| {
        session.set_with(&["<username>juliet</username>"]);
    });
    juliet().run(fake, "register").exits(3).shows(ADVICE);
}

#[test]
fn no_answer_to_the_get() {
    let fake = Fake::play(|session| {
        session.open("");
        session.request();
        session.wait_for_the_end();
    });
    let outcome = juliet().with(&TIMEOUT).run(fake, "register");
    outcome
        .exits(4)
        .shows("did not answer in time")
        .hides(ADVICE);
}

#[test]
fn no_answer_to_the_set() {
    let fake = Fake::offer(FIELDS, |session| {
        session.set_with(&[]);
        session.wait_for_the_end();
    });
    let outcome = juliet().with(&TIMEOUT).run(fake, "register");
    outcome
        .exits(3)
        .shows("did not answer in time")
        .shows(ADVICE);
}

/// A server that keeps talking about other things does not put the reply off for ever.
#[test]
fn chatter_is_no_answer() {
    let fake = Fake::offer(FIELDS, |session| {
        let set = session.set_with(&[]);
        session.answer(&set, "result", "evil.example", "");
        session.send("<message from='fake.example'><body>Hello</body></message> ");
        session.wait_for_the_end();
    });
    let outcome = juliet().with(&TIMEOUT).run(fake, "register");
    outcome.exits(3).shows("from somebody else");
}

#[test]
fn stream_error_before_the_set() {
    let fake = Fake::play(|session| {
        session.open("");
        session.request();
        session.stream_error("policy-violation", "Not from here");
    });
    let outcome = juliet().run(fake, "register");
    outcome
        .exits(4)
        .shows("policy-violation")
        .shows("Not from here")
        .hides(ADVICE);
}

#[test]
fn stream_error_after_the_set() {
    let fake = Fake::offer(FIELDS, |session| {
        session.set_with(&[]);
        session.stream_error("system-shutdown", "");
    });
    juliet()
        .run(fake, "register")
        .exits(3)
        .shows("system-shutdown")
        .shows(ADVICE);
}

#[test]
fn what_is_no_xmpp() {
    let speaks_http = Fake::play(|session| session.send("HTTP/1.1 400 Bad Request\r\n\r\n"));
    call().run(speaks_http, "form").exits(4);
    let breaks_its_xml = Fake::play(|session| {
        session.open("");
        session.request();
        session.send("<iq></message>");
    });
    call().run(breaks_its_xml, "form").exits(4);
    let breaks_it_late = Fake::offer(FIELDS, |session| {
        session.set_with(&[]);
        session.send("<!DOCTYPE x>");
    });
    juliet()
        .run(breaks_it_late, "register")
        .exits(3)
        .shows(ADVICE);
}

#[test]
fn without_encryption_nothing_is_sent() {
    let fake = Fake::play(|session| {
        session.open("");
        session.wait_for_the_end();
    });
    let address = fake.address();
    let options = [
        "--domain",
        "fake.example",
        "--connect",
        &address,
        "--no-input",
        "form",
    ];
    let outcome = crate::run::execute(&options.map(str::to_owned), None);
    fake.finish(&outcome);
    outcome.exits(4);
}

#[test]
fn redirected_to_an_address() {
    let oob = "<x xmlns='jabber:x:oob'><url>https://fake.example/join?a=1&amp;b=2</url></x>";
    for (task, query) in [
        ("form", oob.to_owned()),
        (
            "register",
            format!("<instructions>Elsewhere.</instructions>{oob}"),
        ),
    ] {
        let outcome = juliet().run(Fake::offer(&query, |_| {}), task);
        outcome.exits(5);
        assert_eq!(
            outcome.stdout, "https://fake.example/join?a=1&b=2\n",
            "{outcome}"
        );
    }
}

/// Not everywhere else is a web page.
#[test]
fn redirected_to_whatever_scheme() {
    for url in [
        "mailto:desk@fake.example",
        "xmpp:desk@fake.example?message",
        "http://[::1]/",
    ] {
        let oob = format!("<x xmlns='jabber:x:oob'><url>{url}</url></x>");
        let outcome = juliet().run(Fake::offer(&oob, |_| {}), "register");
        outcome.exits(5);
        assert_eq!(outcome.stdout, format!("{url}\n"), "{outcome}");
    }
}

#[test]
fn redirected_by_instructions_alone() {
    let fake = Fake::offer(
        "<instructions>Ask &quot;Peter&quot;.</instructions>",
        |_| {},
    );
    let outcome = juliet().run(fake, "register");
    outcome.exits(5);
    assert_eq!(outcome.stdout, "Ask \"Peter\".\n", "{outcome}");
}
