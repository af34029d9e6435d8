//! A thousand accounts on a real server, by the example `provision`.

use std::process::Command;

use crate::harness::{DOMAIN, PROSODY_LIMITS, PROSODY_PLAIN, Server, provision_program};

const PASSWORD: &str = "s3cret-Pass.1";

/// What it says at its end, and its exit code.
fn provision(server: &Server, report: &str, options: &[&str]) -> (String, Option<i32>) {
    let report = server.data(report);
    let output = Command::new(provision_program())
        .args(["--domain", DOMAIN, "--plaintext", "--pattern", "user{}"])
        .arg(format!("--connect=127.0.0.1:{}", server.port()))
        .arg(format!("--report={}", report.display()))
        .args(options)
        .env("XMPP_PASSWORD", PASSWORD)
        .output()
        .expect("the example, just built, can be started");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (text, output.status.code())
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn a_thousand_accounts() {
    let server = Server::start(&PROSODY_PLAIN);
    // How many streams, how many accounts at once on each, and the first number.
    for (streams, in_flight, from) in [("1", "1", "1"), ("1", "16", "1001"), ("4", "16", "2001")] {
        let options = ["--count", "1000", "--from", from, "--streams", streams];
        let options = [&options[..], &["--in-flight", in_flight]].concat();
        let (summary, code) = provision(&server, "provision.csv", &options);
        println!("{streams} streams, {in_flight} in flight: {summary}");
        assert!(
            summary.starts_with("1000 registered, 0 refused, 0 in doubt, 0 failed"),
            "{summary}"
        );
        assert_eq!(code, Some(0));
    }
    for number in [1, 500, 1001, 3000] {
        server.lets_in(&format!("user{number}"), PASSWORD);
    }
    server.keeps_out("user3001", PASSWORD);
}

/// It lets two in, and puts the others off for longer than anybody waits here.
#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn a_throttle() {
    let server = Server::start(&PROSODY_LIMITS);
    let (summary, code) = provision(&server, "provision.csv", &["--count", "5"]);
    assert!(
        summary.starts_with("2 registered, 3 refused, 0 in doubt, 0 failed"),
        "{summary}"
    );
    assert_eq!(code, Some(1));
}
