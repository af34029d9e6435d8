//! Every example of XEP-0077, version 2.4, as a transcript: `xep_0077/*.txt`, in the language of `common`.
//!
//! The server's stanzas stand there as the XEP has them, white space and all; only the id is replaced, by the machine's.
//! Where the machine sends something else than the XEP's client, a remark says why.

mod common;

use common::{Transcript, account, server, service, xml};
use xmpp_registration::{Features, Handled, RegistrationMachine, Uri, UriAction};

const BILL: &str = "bill@shakespeare.lit/globe";
const JULIET: &str = "juliet@capulet.com/balcony";

/// Plays a transcript, and gives the machine back as it is at its end.
#[track_caller]
fn play(machine: RegistrationMachine, script: &str) -> RegistrationMachine {
    let mut transcript = Transcript::new(machine);
    // The passwords of the examples that the server sends; those that are typed in are hidden by the script.
    for secret in ["R0m30", "m1cro$oft", "Calliope", "newpass"] {
        transcript.hide(secret);
    }
    transcript.play(script);
    transcript.machine
}

#[track_caller]
fn assert_finished(machine: RegistrationMachine, script: &str) {
    assert!(play(machine, script).is_finished());
}

fn unregister() -> RegistrationMachine {
    RegistrationMachine::unregister(account(BILL)).expect("logged in")
}

fn change_password() -> RegistrationMachine {
    RegistrationMachine::change_password(account(BILL), "bill", "newpass").expect("one's own name")
}

fn register_with(domain: &str) -> RegistrationMachine {
    RegistrationMachine::register(service(domain, JULIET))
}

#[test]
fn registration() {
    let machine = RegistrationMachine::register(server("shakespeare.lit"));
    assert_finished(machine, include_str!("xep_0077/registration.txt"));
}

#[test]
fn current_registration() {
    let machine = RegistrationMachine::register(account(JULIET));
    assert_finished(machine, include_str!("xep_0077/current-registration.txt"));
}

#[test]
fn registration_is_refused_and_mended() {
    let register = || RegistrationMachine::register(server("shakespeare.lit"));
    assert_finished(register(), include_str!("xep_0077/conflict.txt"));
    assert_finished(register(), include_str!("xep_0077/not-acceptable.txt"));
}

#[test]
fn contest() {
    let machine = register_with("contests.shakespeare.lit");
    let machine = play(machine, include_str!("xep_0077/contest.txt"));
    // The XEP does not tell how it ends.
    assert!(machine.is_awaiting_reply());
}

#[test]
fn cancellation() {
    assert_finished(unregister(), include_str!("xep_0077/cancellation.txt"));
    assert_finished(
        unregister(),
        include_str!("xep_0077/cancellation-by-stream-error.txt"),
    );
}

#[test]
fn cancellation_is_refused() {
    assert_finished(
        unregister(),
        include_str!("xep_0077/cancellation-bad-request.txt"),
    );
    assert_finished(
        unregister(),
        include_str!("xep_0077/cancellation-forbidden.txt"),
    );
    assert_finished(
        unregister(),
        include_str!("xep_0077/cancellation-not-allowed.txt"),
    );
    assert_finished(
        unregister(),
        include_str!("xep_0077/cancellation-registration-required.txt"),
    );
    assert_finished(
        unregister(),
        include_str!("xep_0077/cancellation-unexpected-request.txt"),
    );
}

#[test]
fn cancellation_by_form() {
    assert_finished(unregister(), include_str!("xep_0077/cancellation-form.txt"));
}

#[test]
fn password_change() {
    assert_finished(change_password(), include_str!("xep_0077/password.txt"));
}

#[test]
fn password_change_is_refused() {
    assert_finished(
        change_password(),
        include_str!("xep_0077/password-bad-request.txt"),
    );
    assert_finished(
        change_password(),
        include_str!("xep_0077/password-not-authorized.txt"),
    );
    assert_finished(
        change_password(),
        include_str!("xep_0077/password-not-allowed.txt"),
    );
    assert_finished(
        change_password(),
        include_str!("xep_0077/password-unexpected-request.txt"),
    );
}

#[test]
fn password_change_by_form() {
    assert_finished(
        change_password(),
        include_str!("xep_0077/password-form.txt"),
    );
}

#[test]
fn redirect() {
    assert_finished(
        register_with("contests.shakespeare.lit"),
        include_str!("xep_0077/redirect.txt"),
    );
}

#[test]
fn register_and_unregister_uris() {
    let uri = Uri::parse("xmpp:marlowe.shakespeare.lit?register").expect("example 29");
    assert_eq!(uri.action(), UriAction::Register);
    let config = service(uri.address().as_str(), JULIET);
    let machine = uri.register(config).expect("no token");
    assert_finished(machine, include_str!("xep_0077/uri-register.txt"));

    let uri = Uri::parse("xmpp:marlowe.shakespeare.lit?unregister").expect("example 33");
    assert_eq!(uri.action(), UriAction::Unregister);
    let config = service(uri.address().as_str(), JULIET);
    let machine = RegistrationMachine::unregister(config).expect("logged in");
    assert_finished(machine, include_str!("xep_0077/uri-unregister.txt"));
}

#[test]
fn stream_feature() {
    let features = Features::of(&xml::parse(&without_remarks(include_str!(
        "xep_0077/feature.txt"
    ))));
    assert!(features.registration && !features.token);
}

#[test]
fn service_discovery_is_not_for_the_machine() {
    let examples = without_remarks(include_str!("xep_0077/disco.txt"));
    let (request, response) = examples.split_once("</iq>").expect("two examples");
    let mut transcript = Transcript::new(unregister());
    transcript.sent("the removal");
    for stanza in [&format!("{request}</iq>"), response] {
        // As it stands: it has another id than the machine's.
        assert_eq!(
            transcript.feed(&xml::parse(stanza.trim())),
            Handled::NotMine,
            "{stanza}"
        );
        transcript.assert_quiet(stanza);
    }
    assert!(transcript.machine.is_awaiting_reply());
}

fn without_remarks(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.collect::<Vec<_>>().join("\n").trim().to_string()
}

/// The XEP has 34 examples, and each of them stands in a transcript under its number.
#[test]
fn no_example_is_left_out() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/xep_0077");
    let mut numbers = Vec::new();
    for entry in std::fs::read_dir(directory).expect("the transcripts") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a readable transcript");
        numbers.extend(text.lines().filter_map(|line| {
            let (number, _) = line.strip_prefix("# Example ")?.split_once(':')?;
            number.parse::<u32>().ok()
        }));
    }
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers, (1..=34).collect::<Vec<_>>());
}
