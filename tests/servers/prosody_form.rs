//! Prosody's long form: required and optional fields, a boolean and a choice of the operator's own.

use std::fs;

use crate::harness::{Client, Outcome, PROSODY_FIELDS, Server};
use crate::tasks;

const AGREE: &str = "http://lab.example/register#agree";
const COLOUR: &str = "http://lab.example/register#colour";
const PASSWORD: &str = "s3cret-Pass.fields";

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn fields() {
    let server = Server::start(&PROSODY_FIELDS);
    shows_all_of_it(&server);
    fills_it_from_options(&server);
    names_what_is_missing(&server);
    refuses_wrong_options(&server);
    asks_what_is_open(&server);
    asks_no_more_than_that(&server);
    stops_where_the_answers_end(&server);
    tasks::serves_its_accounts(&server);
}

fn shows_all_of_it(server: &Server) {
    let outcome = server.client().run("form");
    outcome
        .exits(0)
        .prints("Join the lab")
        .prints("Give a name, a password & an e-mail address.");
    outcome
        .prints("The rest is optional.")
        .prints("I agree to the rules")
        .prints("Birth date");
    outcome
        .prints("Favourite colour")
        .prints("Red")
        .prints("Blue");
}

fn client(server: &Server, user: &str) -> Client {
    server.client().user(user).password(PASSWORD)
}

fn fills_it_from_options(server: &Server) {
    client(server, "ann")
        .set("email", "ann@lab.example")
        .set(AGREE, "true")
        .run("register")
        .exits(0);
    server.lets_in("ann", PASSWORD);
    // What nobody touched goes back as the server had filled it in.
    is_stored(server, "ann", COLOUR, "blue");
    is_stored(server, "ann", "email", "ann@lab.example");

    let bob = client(server, "bob")
        .set("email", "b=o=b@lab.example")
        .set(AGREE, "true")
        .set(COLOUR, "red");
    bob.set("nick", "Bob & Bob").run("register").exits(0);
    server.lets_in("bob", PASSWORD);
    is_stored(server, "bob", COLOUR, "red");
    // Only the first equals sign ends the name.
    is_stored(server, "bob", "email", "b=o=b@lab.example");
    is_stored(server, "bob", "nick", "Bob & Bob");
}

/// What Prosody keeps of a registration, a file of Lua.
#[track_caller]
fn stored(server: &Server, user: &str) -> String {
    let file = server.data(&format!("lab%2eexample/account_details/{user}.dat"));
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

#[track_caller]
fn is_stored(server: &Server, user: &str, field: &str, value: &str) {
    let stored = stored(server, user);
    let line = format!("[\"{field}\"] = \"{value}\";");
    assert!(stored.contains(&line), "expected: {line}\n{stored}");
}

fn names_what_is_missing(server: &Server) {
    let both = client(server, "carl").run("register");
    names_email(both.exits(2));
    names_agree(both.exits(2));
    let one = client(server, "carl")
        .set("email", "carl@lab.example")
        .run("register");
    names_agree(one.exits(2));
    server.keeps_out("carl", PASSWORD);
}

#[track_caller]
fn names_email(outcome: &Outcome) {
    outcome.shows("email");
}

/// By its name or by its label.
#[track_caller]
fn names_agree(outcome: &Outcome) {
    outcome.shows_one_of(&[AGREE, "I agree to the rules"]);
}

fn refuses_wrong_options(server: &Server) {
    let complete = || {
        client(server, "dora")
            .set("email", "dora@lab.example")
            .set(AGREE, "true")
    };
    complete()
        .set("shoe-size", "38")
        .run("register")
        .exits(2)
        .shows("shoe-size");
    complete().set(COLOUR, "green").run("register").exits(2);
    server.keeps_out("dora", PASSWORD);
}

/// The required fields without a value, in the form's order, a line each.
fn asks_what_is_open(server: &Server) {
    client(server, "emil")
        .answers(&["emil@lab.example", "true"])
        .run("register")
        .exits(0);
    server.lets_in("emil", PASSWORD);
    is_stored(server, "emil", "email", "emil@lab.example");
    is_stored(server, "emil", COLOUR, "blue");

    let all = ["fred", PASSWORD, "fred@lab.example", "true"];
    server
        .client()
        .secret(PASSWORD)
        .answers(&all)
        .run("register")
        .exits(0);
    server.lets_in("fred", PASSWORD);
    is_stored(server, "fred", "email", "fred@lab.example");
}

/// What an option filled is not asked; lines that nobody asked for do no harm.
fn asks_no_more_than_that(server: &Server) {
    let gina = client(server, "gina").set("email", "gina@lab.example");
    gina.answers(&["true", "unasked", "left over"])
        .run("register")
        .exits(0);
    server.lets_in("gina", PASSWORD);
    is_stored(server, "gina", "email", "gina@lab.example");
    let stored = stored(server, "gina");
    assert!(
        !stored.contains("left over") && !stored.contains("unasked"),
        "expected: nothing else\n{stored}"
    );
}

fn stops_where_the_answers_end(server: &Server) {
    client(server, "hugo").answers(&[]).run("register").exits(2);
    client(server, "hugo")
        .answers(&["hugo@lab.example"])
        .run("register")
        .exits(2);
    server.keeps_out("hugo", PASSWORD);
}
