//! The super-loop of the examples, against the server of the examples.

use std::net::TcpListener;
use std::process::Command;

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
    outcome.exits(1).shows("wants more").hides("s3cret");
}

#[test]
fn nobody_is_there() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port can be had");
    let address = listener.local_addr().expect("it is bound").to_string();
    drop(listener);
    run(&[&address, DOMAIN, "juliet", "s3cret"]).exits(3);
    run(&[]).exits(2).shows("usage");
}

/// It hangs up before the features.
#[test]
fn a_stream_that_ends_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port can be had");
    let address = listener.local_addr().expect("it is bound").to_string();
    let server = std::thread::spawn(move || drop(listener.accept()));
    run(&[&address, DOMAIN, "juliet", "s3cret"])
        .exits(3)
        .shows("the connection ended");
    server.join().expect("it only hangs up");
}
