//! Every example of XEP-0077, with secrets planted in place of its passwords.

use std::fs;

use xmpp_registration::{RegistrationMachine, Uri};

use crate::common::secrets::{Kind, Search, Tally, assert_tally, plant};
use crate::common::{Transcript, account, server, service};

const BILL: &str = "bill@shakespeare.lit/globe";
const JULIET: &str = "juliet@capulet.com/balcony";

const PASSWORDS: [(&str, Kind); 6] = [
    ("R0m30", Kind::OnFile),
    ("m1cro$oft", Kind::Password),
    ("Calliope", Kind::Password),
    ("newpass", Kind::NewPassword),
    ("theglobe", Kind::OldPassword),
    ("groundlings", Kind::NewPassword),
];

#[test]
fn every_example() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/xep_0077");
    for entry in fs::read_dir(directory).expect("the transcripts") {
        let path = entry.expect("an entry").path();
        let script = fs::read_to_string(&path).expect("a readable transcript");
        let name = path.file_stem().expect("a name").to_string_lossy();
        // These two hold no conversation of the machine's.
        if !matches!(&*name, "feature" | "disco") {
            play(&name, script);
        }
    }
    assert_tally(Tally {
        conversations: 22,
        steps: 94,
        searches: 6_600,
        secrets: 132,
        sent: [
            (Kind::Password, 12),
            (Kind::NewPassword, 8),
            (Kind::OldPassword, 4),
            (Kind::OnFile, 2),
        ]
        .into(),
    });
}

fn play(name: &str, mut script: String) {
    let planted = PASSWORDS.map(|(old, kind)| (old, plant(kind)));
    for (old, new) in &planted {
        script = script.replace(old, new);
    }
    let mut transcript = Transcript::new(machine(name, &planted[3].1));
    for (_, secret) in &planted {
        transcript.hide(secret);
    }
    transcript.play(&script);
    transcript.machine.handle_disconnect();
    transcript.poll();
    let secrets = planted.map(|(_, it)| it);
    Search::of(&secrets).count_conversation();
}

fn machine(name: &str, new_password: &str) -> RegistrationMachine {
    let contests = || service("contests.shakespeare.lit", JULIET);
    let marlowe = |query: &str| {
        let uri = Uri::parse(&format!("xmpp:marlowe.shakespeare.lit?{query}"));
        let uri = uri.expect("an example");
        let config = service(uri.address().as_str(), JULIET);
        match query {
            "register" => uri.register(config),
            _ => uri.unregister(config),
        }
    };
    match name.split('-').next().unwrap_or_default() {
        "registration" | "conflict" | "not" => {
            RegistrationMachine::register(server("shakespeare.lit"))
        }
        "current" => RegistrationMachine::register(account(JULIET)),
        "contest" | "redirect" => RegistrationMachine::register(contests()),
        "cancellation" => RegistrationMachine::unregister(account(BILL)).expect("logged in"),
        "password" => RegistrationMachine::change_password(account(BILL), "bill", new_password)
            .expect("one's own name"),
        "uri" => marlowe(name.trim_start_matches("uri-")).expect("an example"),
        _ => panic!("no machine for {name}"),
    }
}
