//! What the options mean that are not about the form: where to connect, how to talk there, and for how long.

use std::net::{SocketAddr, TcpStream};
use std::thread::sleep;
use std::time::Duration;

use crate::fake::{FIELDS, Fake, Session, condition};
use crate::run::{PASSWORD, USER, call, escape, execute, juliet};

/// Runs the program with nothing but these words.
fn plain(words: &[&str]) -> crate::outcome::Outcome {
    execute(
        &words.iter().map(ToString::to_string).collect::<Vec<_>>(),
        None,
    )
}

#[test]
fn help_tells_the_options_the_tasks_and_the_exit_codes() {
    let outcome = plain(&["--help"]);
    outcome.exits(0);
    let words: Vec<_> = outcome.stdout.split_whitespace().collect();
    for word in [
        "--domain",
        "--connect",
        "--username",
        "--password",
        "--new-password",
        "--set",
        "--service",
        "--ca",
        "--lang",
        "--timeout",
        "--trace",
        "--plaintext",
        "--no-input",
        "form:",
        "register:",
        "change-password:",
        "unregister:",
    ] {
        assert!(words.contains(&word), "{word}\n{outcome}");
    }
    outcome.prints("XMPP_PASSWORD");
    outcome.prints("0 done").prints("5 to be done elsewhere");
}

#[test]
fn wrong_options() {
    for (words, shown) in [
        (&["--timeout", "0"][..], "--timeout"),
        (&["--timeout", "soon"], "--timeout"),
        (&["--lang", "de_DE"], "a language tag is needed"),
        (&["--connect", "localhost"], "a host and a port are needed"),
        (&["--service", "@"], "--service"),
        (&["--set", "=value"], "NAME=VALUE"),
    ] {
        let outcome = call().with(words).run_alone("form");
        outcome.exits(2).shows(shown);
    }
    plain(&["--domain", "fake.example"])
        .exits(2)
        .shows("a task is needed");
}

/// Not even where the server wants it.
#[test]
fn in_plain_text_tls_is_never_negotiated() {
    for required in ["", "<required/>"] {
        let fake = Fake::play(move |session| {
            session.open(&format!(
                "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'>{required}</starttls>"
            ));
            session.offer(FIELDS);
            let set = session.set_with(&["<password>"]);
            session.result(&set, "");
            session.wait_for_the_end();
        });
        let outcome = juliet().run(fake, "register");
        outcome.exits(0).hides("C: <starttls");
    }
}

#[test]
fn the_password_may_be_in_the_environment() {
    let fake = || {
        Fake::offer(FIELDS, |session| {
            let password = format!("<password>{}</password>", escape(PASSWORD));
            let set = session.set_with(&[&password]);
            session.result(&set, "");
        })
    };
    let call = || call().with(&["--username", USER]);
    call()
        .environment(PASSWORD)
        .run(fake(), "register")
        .exits(0);
    // An option counts for more, and an empty variable is none.
    let both = call().with(&["--password", PASSWORD]);
    both.environment("another").run(fake(), "register").exits(0);
    let neither = Fake::offer(FIELDS, Session::wait_for_the_end);
    call()
        .environment("")
        .run(neither, "register")
        .exits(2)
        .shows("fields left unanswered: password");
}

/// In the stream's header and in each request; and its text is the one that is shown.
#[test]
fn the_language_is_asked_for() {
    let fake = Fake::play(|session| {
        let header = session.open("");
        assert!(header.contains("xml:lang='de-AT'"), "{header}");
        let get = session.request();
        assert!(get.xml.contains("xml:lang='de-AT'"), "{}", get.xml);
        let german = "<text xml:lang='de' xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Zu</text>";
        let error = condition("not-allowed", "Closed") + german;
        session.error(&get, "", "cancel", &error);
        session.wait_for_the_end();
    });
    let outcome = call().with(&["--lang", "de-AT"]).run(fake, "form");
    outcome.exits(1).shows("not-allowed (cancel), Zu");
}

/// Found before anything is connected to: nobody listens there.
#[test]
fn certificates_that_cannot_be_read() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("ca.pem");
    let path = file.to_str().expect("its name is UTF-8");
    let run = || {
        let target = ["--domain", "fake.example", "--connect", "127.0.0.1:1"];
        plain(&[&target[..], &["--ca", path, "--no-input", "form"]].concat())
    };
    run()
        .exits(2)
        .shows("no certificates to trust")
        .shows("ca.pem");
    for text in [
        "",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        std::fs::write(&file, text).expect("the temporary folder takes files");
        run().exits(2).shows("no certificates to trust");
    }
}

/// Three replies that each come in time take longer than the time.
#[test]
fn the_time_is_for_each_reply() {
    let late = || sleep(Duration::from_millis(1500));
    let fake = Fake::play(move |session| {
        late();
        session.open("");
        let get = session.request();
        late();
        let query = format!("<query xmlns='jabber:iq:register'>{FIELDS}</query>");
        session.result(&get, &query);
        let set = session.set_with(&[]);
        late();
        session.result(&set, "");
    });
    juliet()
        .with(&["--timeout", "4"])
        .run(fake, "register")
        .exits(0);
}

#[test]
fn nobody_listens() {
    let outcome = juliet()
        .with(&["--connect", "127.0.0.1:1"])
        .run_alone("register");
    outcome
        .exits(4)
        .shows("cannot connect")
        .hides("try to log in");
}

/// A domain that is an address is asked of no name server: it is there, at the usual port.
#[test]
fn without_an_address_it_is_the_domains_own() {
    const ADDRESS: &str = "127.84.11.7";
    let words = [
        "--domain",
        ADDRESS,
        "--timeout",
        "5",
        "--plaintext",
        "--no-input",
        "form",
    ];
    let address = SocketAddr::new(ADDRESS.parse().expect("it is one"), 5222);
    // Whoever works on XMPP may have a server that listens everywhere.
    let somebody = TcpStream::connect_timeout(&address, Duration::from_secs(5)).is_ok();
    let outcome = plain(&words);
    if !somebody {
        outcome.exits(4).shows("cannot connect: 127.84.11.7:5222");
    }
}
