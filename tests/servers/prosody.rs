//! Prosody, one test a scenario. (Its long form: `prosody_form.rs`.)

use crate::harness::{
    DOMAIN, PROSODY_DISABLED, PROSODY_INVITES, PROSODY_LIMITS, PROSODY_MUC, PROSODY_PLAIN,
    PROSODY_REDIRECT, PROSODY_TLS, Server,
};
use crate::tasks::{self, MARKUP, Words};

const WORDS: Words = Words {
    instructions: "Choose a username and password for use with this service.",
    taken: "The requested username already exists.",
};

/// Prosody takes any password that `SASLprep` leaves as it is.
const UNICODE: &str = "&<>\"' Jürgen πß 🦀";

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn plain() {
    let server = Server::start(&PROSODY_PLAIN);
    tasks::life_of_an_account(&server, &WORDS);
    tasks::escapes_passwords(&server, MARKUP);
    tasks::registers(&server, "jürgen", UNICODE);
    tasks::takes_the_password_from_the_environment(&server);
    tasks::traces_without_secrets(&server);
    tasks::demands_a_certificate_it_can_verify(&server);
    tasks::prefers_tls(&server);
    tasks::reports_the_end_of_the_stream(&server);
    tasks::registers_from_a_super_loop(&server, "device");
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn tls() {
    let server = Server::start(&PROSODY_TLS);
    tasks::life_of_an_account(&server, &WORDS);
    tasks::traces_without_secrets(&server);
    tasks::demands_a_certificate_it_can_verify(&server);
    // An error to the request for the form; the stream would go on.
    tasks::is_refused_in_plaintext(&server, 1);
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn redirect() {
    let server = Server::start(&PROSODY_REDIRECT);
    tasks::is_redirected(&server, "https://lab.example/register?lang=en&amp=1");
    tasks::serves_its_accounts(&server);
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn limits() {
    let server = Server::start(&PROSODY_LIMITS);
    tasks::registers(&server, "first", "s3cret-Pass.1");
    tasks::registers(&server, "second", "s3cret-Pass.2");
    tasks::is_refused(
        &server,
        "third",
        "Too many registrations from this IP address recently",
    );
    tasks::serves_its_accounts(&server);
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn disabled() {
    let server = Server::start(&PROSODY_DISABLED);
    // An error to the request for the form, without a text.
    server.client().run("form").exits(1);
    tasks::is_refused(&server, "eve", "service-unavailable");
    tasks::serves_its_accounts(&server);
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn invites() {
    let server = Server::start(&PROSODY_INVITES);
    // The form is there for everybody; its submission is refused.
    tasks::shows_its_form(&server, WORDS.instructions);
    tasks::is_refused(
        &server,
        "guest",
        "Registration on this server is through invitation only",
    );
    tasks::serves_its_accounts(&server);
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn invitations() {
    let server = Server::start(&PROSODY_INVITES);
    let client = |password| server.client().password(password);
    // A token by itself; a used one is good for nothing.
    let token = server.invitation(None);
    let invited = |user: &str| client("s3cret-Pass.1").user(user).secret(&token);
    let outcome = invited("guest")
        .option("--token", &token)
        .flag("--trace")
        .run("register");
    outcome.exits(0).prints("registered");
    server.lets_in("guest", "s3cret-Pass.1");
    let used = invited("second").option("--token", &token).run("register");
    used.exits(1)
        .shows("The invite token is invalid or expired");
    server.keeps_out("second", "s3cret-Pass.1");
    // In a URI, which names the account too, and the task.
    let token = server.invitation(None);
    let uri = format!("xmpp:named@{DOMAIN}?register;preauth={token}");
    let by_uri = |task: &str| {
        let client = client("s3cret-Pass.2").secret(&token).option("--uri", &uri);
        client.run(task)
    };
    by_uri("unregister").exits(2).shows("another task");
    by_uri("register").exits(0).prints("registered");
    server.lets_in("named", "s3cret-Pass.2");
    // To set a password anew.
    let token = server.invitation(Some("guest"));
    let reset = client("s3cret-Pass.3").user("guest").secret(&token);
    reset.option("--token", &token).run("register").exits(0);
    server.lets_in("guest", "s3cret-Pass.3");
    server.keeps_out("guest", "s3cret-Pass.1");
}

/// A nickname in a chat room (XEP-0045 section 7.10).
#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn room() {
    const NICK: &str = "muc#register_roomnick";
    let server = Server::start(&PROSODY_MUC);
    let room = format!("tea@conference.{DOMAIN}");
    tasks::registers(&server, "owner", "s3cret-Pass.1");
    tasks::registers(&server, "visitor", "s3cret-Pass.2");
    let visit = |user: &str, password: &str, service: &str| {
        let client = server.client().user(user).password(password);
        client.option("--service", service)
    };
    let visitor = || visit("visitor", "s3cret-Pass.2", &room);
    visitor().run("form").exits(1).shows("item-not-found");
    let _host = server.open_room("owner", "s3cret-Pass.1", &room);
    visitor().run("form").exits(0).prints(NICK);
    // Prosody never answers to an empty name, so it is good that it is not sent.
    visitor().set(NICK, "").run("register").exits(2).shows(NICK);
    let jule = || visitor().set(NICK, "jule");
    jule().run("register").exits(0).prints("registered");
    // Prosody then offers no form any more, only what is on file.
    visitor()
        .run("form")
        .exits(0)
        .prints("registration already")
        .prints("jule");
    let other = visit("owner", "s3cret-Pass.1", &room).set(NICK, "jule");
    other.run("register").exits(1).shows("conflict");
    visitor().run("unregister").exits(0).prints("unregistered");
    jule().run("register").exits(0).prints("registered");
    // Elsewhere it shows the form again, and takes another name by it.
    let club = format!("tea@club.{DOMAIN}");
    let _host = server.open_room("owner", "s3cret-Pass.1", &club);
    let member = |nick: &str| visit("visitor", "s3cret-Pass.2", &club).set(NICK, nick);
    member("jule").run("register").exits(0).prints("registered");
    let outcome = member("julie").run("register");
    outcome.exits(0).prints("registration updated");
}
