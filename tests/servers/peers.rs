//! Clients that share nothing with this crate, against the example `serve`: the original's successor for Perl, slixmpp
//! for Python, libstrophe for C. What they did is checked by a login of the tests' own.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{DOMAIN, Login, Running, log_in, server_program};

const USER: &str = "juliet";
const PASSWORD: &str = "s3cret&<>\"' one";
const NEW_PASSWORD: &str = "s3cret&<>\"' two";

/// A program that registers, changes a password and unregisters: its name, and how it is called.
type Peer<'a> = (&'a str, Vec<PathBuf>);

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn anyevent_xmpp() {
    let peer = (
        "libanyevent-xmpp-perl",
        vec!["perl".into(), script("anyevent.pl")],
    );
    for form in ["legacy", "data", "both"] {
        life_of_an_account(&peer, &["--form", form]);
        // It fills in the form that is demanded, and sends it.
        life_of_an_account(&peer, &["--form", form, "--demand-form"]);
    }
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn slixmpp() {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers/bin/python");
    let python = std::env::var_os("PEERS_PYTHON").map_or(python, PathBuf::from);
    let peer = ("slixmpp", vec![python, script("slix.py")]);
    for form in ["legacy", "data", "both"] {
        life_of_an_account(&peer, &["--form", form]);
    }
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn libstrophe() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let program = folder.path().join("strophe");
    let flags = Command::new("pkg-config")
        .args(["--cflags", "--libs", "libstrophe"])
        .output();
    let flags = flags.expect("pkg-config is there: apt-get install pkg-config libstrophe-dev");
    assert!(flags.status.success(), "apt-get install libstrophe-dev");
    let flags = String::from_utf8(flags.stdout).expect("flags are text");
    let status = Command::new("cc")
        .arg("-o")
        .arg(&program)
        .arg(script("strophe.c"))
        .args(flags.split_whitespace())
        .status();
    assert!(status.expect("apt-get install gcc libc6-dev").success());
    let peer = ("libstrophe", vec![program]);
    for form in ["legacy", "both"] {
        life_of_an_account(&peer, &["--form", form]);
    }
}

fn life_of_an_account(peer: &Peer<'_>, options: &[&str]) {
    let mut command = Command::new(server_program());
    command
        .args(["--listen", "127.0.0.1:0", "--domain", DOMAIN])
        .args(options);
    let mut server = Running::start(&mut command);
    let line = server.line();
    let port = line
        .rsplit_once(':')
        .and_then(|(_, port)| port.parse().ok());
    let port: u16 = port.unwrap_or_else(|| panic!("no port in {line:?}"));
    let run = |task: &str, password: &str, done: bool| {
        let jid = format!("{USER}@{DOMAIN}");
        let options = [&port.to_string(), task, &jid, password, NEW_PASSWORD];
        call(peer, &options, done);
    };
    let keeps_out = |password| assert!(log_in(port, USER, password) == Login::Refused);
    let lets_in = |password| assert!(log_in(port, USER, password) == Login::Accepted);
    keeps_out(PASSWORD);
    run("register", PASSWORD, true);
    lets_in(PASSWORD);
    run("register", "another one", false);
    lets_in(PASSWORD);
    run("login", PASSWORD, true);
    run("change", PASSWORD, true);
    keeps_out(PASSWORD);
    lets_in(NEW_PASSWORD);
    run("login", PASSWORD, false);
    run("unregister", NEW_PASSWORD, true);
    keeps_out(NEW_PASSWORD);
}

/// Calls the peer, which says what came of it by its exit code.
fn call((name, words): &Peer<'_>, options: &[&str], done: bool) {
    let output = Command::new(&words[0])
        .args(&words[1..])
        .args(options)
        .output();
    let output = output.unwrap_or_else(|error| panic!("{name} is to be installed: {error}"));
    let code = output.status.code();
    let wanted = if done { Some(0) } else { Some(1) };
    assert_eq!(code, wanted, "{name} {options:?}: {output:?}");
    let says = String::from_utf8_lossy(&output.stdout).into_owned();
    let word = if done { "done" } else { "failed" };
    assert!(
        says.contains(&format!("{} {word}", options[1])),
        "{name}: {says}"
    );
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/servers/peers")
        .join(name)
}
