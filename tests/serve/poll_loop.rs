//! The super-loop of the examples, against the server of the examples.

use std::net::TcpListener;
use std::process::Command;

use crate::fake::{self, FIELDS, Fake, condition};
use crate::outcome::Outcome;
use crate::program::poll_loop_program;
use crate::server::{DOMAIN, Server};

fn run(arguments: &[&str]) -> Outcome {
    let output = Command::new(poll_loop_program())
        .args(arguments)
        .output()
        .expect("the example, just built, can be started");
    Outcome::of("poll_loop".to_owned(), &output)
}

#[test]
fn a_device_registers_and_is_told_what_came_of_it() {
    let server = Server::start(&[]);
    let register = |name: &str| run(&[server.address(), DOMAIN, name, "s3cret & <one>"]);
    register("juliet").exits(0).shows("registered");
    register("juliet").exits(1).shows("conflict");
    // The account has that password.
    let login = ["--username", "juliet", "--password", "s3cret & <one>"];
    let task = ["--new-password", "s3cret two", "change-password"];
    server.run(&[&login[..], &task].concat()).exits(0);
}

#[test]
fn forms_that_want_more_are_not_for_a_device() {
    let server = Server::start(&["--form", "captcha"]);
    let outcome = run(&[server.address(), DOMAIN, "juliet", "s3cret"]);
    outcome.exits(2).shows("wants more").hides("s3cret");
}

#[test]
fn nobody_is_there() {
    // Not a free port: another test's server could be given it.
    run(&["127.0.0.1:1", DOMAIN, "juliet", "s3cret"]).exits(4);
    run(&[]).exits(2).shows("usage");
}

/// It hangs up before the features.
#[test]
fn a_stream_that_ends_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port can be had");
    let address = listener.local_addr().expect("it is bound").to_string();
    let server = std::thread::spawn(move || drop(listener.accept()));
    run(&[&address, DOMAIN, "juliet", "s3cret"])
        .exits(4)
        .shows("the connection ended");
    server.join().expect("it only hangs up");
}

#[test]
fn nobody_registers_there() {
    let refusing = Fake::play(|session| {
        session.open("");
        let request = session.request();
        let inside = condition("service-unavailable", "");
        session.error(&request, "", "cancel", &inside);
        session.wait_for_the_end();
    });
    let outcome = at(&refusing);
    outcome.exits(1).shows("service-unavailable");
    refusing.finish(&outcome);
}

#[test]
fn one_registers_elsewhere() {
    let url = "https://fake.example/register";
    let oob = format!("<x xmlns='jabber:x:oob'><url>{url}</url></x>");
    let elsewhere = Fake::offer(&oob, fake::Session::wait_for_the_end);
    let outcome = at(&elsewhere);
    outcome.exits(5).shows(url);
    elsewhere.finish(&outcome);
}

/// It hangs up once it has the request that may make the account, and once before.
#[test]
fn only_what_was_submitted_is_in_doubt() {
    let doubtful = Fake::offer(FIELDS, |session| {
        session.set_with(&["<username>juliet</username>"]);
    });
    let outcome = at(&doubtful);
    outcome
        .exits(3)
        .shows("the outcome is unknown: the connection ended");
    doubtful.finish(&outcome);

    let clear = Fake::play(|session| {
        session.open("");
        let _ = session.request();
    });
    let outcome = at(&clear);
    outcome.exits(4).shows("the connection ended");
    clear.finish(&outcome);
}

/// A server's own words about the end, which are as much in doubt.
#[test]
fn a_stream_error_after_the_answer() {
    let server = Fake::offer(FIELDS, |session| {
        session.set_with(&["<username>juliet</username>"]);
        session.stream_error("system-shutdown", "");
        session.wait_for_the_end();
    });
    let outcome = at(&server);
    outcome.exits(3).shows("system-shutdown");
    server.finish(&outcome);
}

fn at(server: &Fake) -> Outcome {
    run(&[&server.address(), fake::DOMAIN, "juliet", "s3cret"])
}
