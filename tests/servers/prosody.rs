//! Prosody, one test a scenario. (Its long form: `prosody_form.rs`.)

use crate::harness::{
    PROSODY_DISABLED, PROSODY_INVITES, PROSODY_LIMITS, PROSODY_PLAIN, PROSODY_REDIRECT,
    PROSODY_TLS, Server,
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
