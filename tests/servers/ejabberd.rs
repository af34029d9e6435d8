//! ejabberd, one test a scenario.

use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;

use crate::harness::{
    EJABBERD_CAPTCHA, EJABBERD_DISABLED, EJABBERD_LIMITS, EJABBERD_PLAIN, EJABBERD_REDIRECT,
    EJABBERD_TLS, SEED_PASSWORD, SEEDED, Server, Shown,
};
use crate::tasks::{self, MARKUP, Words};

const WORDS: Words = Words {
    instructions: "Choose a username and password to register with this server",
    taken: "User already exists",
};

/// The same instructions for those who ask in German.
const ANLEITUNG: &str =
    "Wählen Sie zum Registrieren auf diesem Server einen Benutzernamen und ein Passwort";

const PASSWORD: &str = "s3cret-Pass.ejabberd";

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn plain() {
    let server = Server::start(&EJABBERD_PLAIN);
    tasks::life_of_an_account(&server, &WORDS);
    tasks::escapes_passwords(&server, MARKUP);
    refuses_what_it_does_not_like(&server);
    server
        .client()
        .option("--lang", "de")
        .run("form")
        .exits(0)
        .prints(ANLEITUNG);
    tasks::takes_the_password_from_the_environment(&server);
    tasks::traces_without_secrets(&server);
    tasks::demands_a_certificate_it_can_verify(&server);
    tasks::prefers_tls(&server);
    tasks::registers_from_a_super_loop(&server, "device");
    tasks::reports_the_end_of_the_stream(&server);
}

/// Its errors send the query back, password and all: that no password is shown is checked at each run.
fn refuses_what_it_does_not_like(server: &Server) {
    let client = |user| server.client().flag("--trace").user(user);
    client("bad name")
        .password(PASSWORD)
        .run("register")
        .exits(1)
        .shows("Malformed username");
    client("emo")
        .password("crab-🦀-crab")
        .run("register")
        .exits(1)
        .shows("unacceptable characters");
    server.keeps_out("emo", PASSWORD);
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn tls() {
    let server = Server::start(&EJABBERD_TLS);
    tasks::life_of_an_account(&server, &WORDS);
    tasks::traces_without_secrets(&server);
    tasks::demands_a_certificate_it_can_verify(&server);
    // The request for the form ends the stream; nothing was set yet, so nothing is in doubt.
    tasks::is_refused_in_plaintext(&server, 4);
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn captcha() {
    let server = Server::start(&EJABBERD_CAPTCHA);
    let form = server.client().run("form");
    form.exits(0)
        .prints(WORDS.instructions)
        .prints("Enter the text you see");
    let client = || server.client().user("robot").password(PASSWORD);
    client()
        .set("ocr", "wrong")
        .run("register")
        .exits(1)
        .shows("The CAPTCHA verification has failed");
    // Unanswered it is not submitted at all.
    client()
        .run("register")
        .exits(2)
        .shows_one_of(&["ocr", "Enter the text you see"]);
    server.keeps_out("robot", PASSWORD);
    answers_a_challenge(&server);
    answers_another_challenge(&server);
    tasks::serves_its_accounts(&server);
}

fn answers_a_challenge(server: &Server) {
    let client = server.client().user("robot").password(PASSWORD);
    forget_the_answer(server);
    let picture = RefCell::new(PathBuf::new());
    let answer = |shown: &Shown<'_>| {
        let path = picture_of(&shown.line("/1.png"));
        // It is there while the program waits, as the server made it.
        let bytes = fs::read(&path).expect("the picture is where the program says");
        assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.ends_with(b"IEND\xaeB`\x82"));
        picture.replace(path);
        server.news("captcha-answer", "")
    };
    let outcome = client.run_answering("register", &[&answer]);
    outcome.exits(0).prints("registered");
    assert!(!picture.borrow().exists(), "the picture stayed\n{outcome}");
    server.lets_in("robot", PASSWORD);
}

/// A wrong answer uses the challenge up: the next one is for a new picture.
fn answers_another_challenge(server: &Server) {
    let client = server.client().user("human").password(PASSWORD);
    forget_the_answer(server);
    let first = RefCell::new(String::new());
    let wrong = |_: &Shown<'_>| {
        first.replace(server.news("captcha-answer", ""));
        "wrong".to_owned()
    };
    let right = |shown: &Shown<'_>| {
        assert!(picture_of(&shown.line("/2.png")).exists());
        server.news("captcha-answer", &first.borrow())
    };
    let outcome = client.run_answering("register", &[&wrong, &right]);
    outcome
        .exits(0)
        .shows("The CAPTCHA verification has failed");
    server.lets_in("human", PASSWORD);
    // So does a name that is taken, and then the name is asked for as well.
    forget_the_answer(server);
    let client = server.client().password(PASSWORD);
    let answer = |_: &Shown<'_>| {
        first.replace(server.news("captcha-answer", ""));
        first.borrow().clone()
    };
    let outcome = client.run_answering(
        "register",
        &[
            &|_| "human".to_owned(),
            &answer,
            &|_| "third".to_owned(),
            &right,
        ],
    );
    outcome.exits(0).shows(WORDS.taken);
    server.lets_in("third", PASSWORD);
}

/// `LABEL: PATH`.
fn picture_of(line: &str) -> PathBuf {
    let (_, path) = line.split_once(": ").expect("it has a label");
    path.into()
}

/// So that the next one is known to be new.
fn forget_the_answer(server: &Server) {
    fs::remove_file(server.data("captcha-answer")).expect("there was a picture before");
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn redirect() {
    let server = Server::start(&EJABBERD_REDIRECT);
    // It would make the account if the program submitted one all the same.
    tasks::is_redirected(&server, "https://lab.example/register");
    tasks::serves_its_accounts(&server);
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn limits() {
    let server = Server::start(&EJABBERD_LIMITS);
    tasks::registers(&server, "first", PASSWORD);
    tasks::is_refused(
        &server,
        "second",
        "Users are not allowed to register accounts so quickly",
    );
    tasks::serves_its_accounts(&server);
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn disabled() {
    let server = Server::start(&EJABBERD_DISABLED);
    // Before a login the request ends the stream; nothing was set yet, so nothing is in doubt.
    server.client().run("form").exits(4);
    server
        .client()
        .user("eve")
        .password(PASSWORD)
        .run("register")
        .exits(4);
    server.keeps_out("eve", PASSWORD);
    // After it, it is an error.
    let [stay, goner] = SEEDED;
    let client = |user| server.client().user(user).password(SEED_PASSWORD);
    client(stay)
        .new_password(PASSWORD)
        .run("change-password")
        .exits(1)
        .shows("No module is handling this query");
    client(goner)
        .run("unregister")
        .exits(1)
        .shows("No module is handling this query");
    server.lets_in(stay, SEED_PASSWORD);
    server.keeps_out(stay, PASSWORD);
    server.lets_in(goner, SEED_PASSWORD);
}
