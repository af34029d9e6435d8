//! How the program starts, or does not.

use std::process::{Command, Stdio};

use crate::outcome::Outcome;
use crate::program::server_program;
use crate::server::Server;

/// Runs a server whose command line is wrong, and so ends.
fn refused(options: &[&str]) -> Outcome {
    let output = Command::new(server_program())
        .args(options)
        .stdin(Stdio::null())
        .output()
        .expect("the example, just built, can be started");
    Outcome::of(format!("serve {options:?}"), &output)
}

#[test]
fn only_on_the_loopback_interface() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let outcome = refused(&["--listen", address]);
        outcome.exits(2).shows("in plain text");
    }
    refused(&["--listen", "localhost"]).exits(2);
}

#[test]
fn what_makes_no_sense_is_refused() {
    for options in [
        &["--form", "none"][..],
        &["--captcha-answer", "abc"],
        &["--captcha-answer", ""],
        &["--captcha-answer", "12345678901234567"],
    ] {
        refused(options).exits(2);
    }
}

#[test]
fn a_domain_is_needed() {
    for domain in ["", "a'b", "juliet@example.org", "example.org/balcony"] {
        // Should it start, it would not end: on a port that cannot be had, it does.
        let taken = Server::start(&[]);
        let outcome = refused(&["--listen", taken.address(), "--domain", domain]);
        outcome.exits(2).hides("in use");
    }
}

#[test]
fn a_port_in_use_is_told() {
    let taken = Server::start(&[]);
    let outcome = refused(&["--listen", taken.address()]);
    outcome.exits(4).shows("in use");
}

#[test]
fn nobody_needs_to_read_what_it_prints() {
    let mut server = Server::start(&[]);
    server.close_output();
    server.register("juliet", "pw").exits(0);
    let who = ["--username", "juliet", "--password", "pw", "unregister"];
    server.run(&who).exits(0);
    assert_eq!(server.stop().stderr, "");
}
