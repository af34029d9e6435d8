//! Which stanzas count as the reply (rule 1), and what is said of the others: both kinds of spoofed reply, reflected
//! requests, late and second replies, and what a transport could not parse.

#[allow(dead_code, reason = "each test takes what it needs")]
#[path = "common/steps.rs"]
mod steps;

#[path = "replies/recognised.rs"]
mod recognised;

use minidom::Element;
use xmpp_registration::{
    Channel, Condition, Config, Event, Failure, Handled, IdPrefix, Ignored, Interruption, Output,
    Peer, Recognised, RegistrationMachine, Success, Violation,
};

use steps::event;

const ME: &str = "juliet@example.com/balcony";

fn config(peer: Peer) -> Config {
    Config::new(peer, IdPrefix::new("p").unwrap(), Channel::Encrypted)
}

fn server() -> Config {
    config(Peer::server("example.com").unwrap())
}

fn account() -> Config {
    config(Peer::account(ME.parse().unwrap()))
}

fn service() -> Config {
    let me: jid::FullJid = ME.parse().unwrap();
    config(Peer::service("tea@rooms.example.net".parse().unwrap(), me).unwrap())
}

/// A machine whose first request is out.
#[track_caller]
fn waiting(mut machine: RegistrationMachine) -> RegistrationMachine {
    assert!(matches!(machine.poll_output(), Some(Output::Send(_))));
    assert!(machine.is_awaiting_reply());
    machine
}

fn removal(config: Config) -> RegistrationMachine {
    waiting(RegistrationMachine::unregister(config).unwrap())
}

fn iq(attributes: &str, inner: &str) -> Element {
    let iq = format!("<iq xmlns='jabber:client' {attributes}>{inner}</iq>");
    iq.parse().unwrap()
}

#[track_caller]
fn assert_ignored(machine: &mut RegistrationMachine, stanza: &Element, reason: Ignored) {
    let handled = machine.handle_stanza(stanza);
    let ours = matches!(reason, Ignored::Duplicate | Ignored::Late);
    assert_eq!(
        handled,
        if ours {
            Handled::Consumed
        } else {
            Handled::NotMine
        }
    );
    assert_eq!(event(machine), Event::Ignored(reason));
    assert_eq!(machine.poll_output(), None);
}

#[track_caller]
fn assert_not_mine(machine: &mut RegistrationMachine, stanza: &Element) {
    assert_eq!(machine.handle_stanza(stanza), Handled::NotMine);
    assert_eq!(machine.poll_output(), None);
}

#[test]
fn a_reply_under_our_id_from_somebody_else_does_not_count() {
    let cases = [
        (server(), "from='evil.example'"),
        (server(), "from='juliet@example.com'"),
        (server(), "from=''"),
        (account(), "from='evil.example'"),
        (account(), "from='juliet@example.com/other'"),
        (account(), "from='romeo@example.com'"),
        (service(), ""),
        (service(), "from='rooms.example.net'"),
        (service(), "from='tea@rooms.example.net/boss'"),
        (service(), "from='example.com'"),
    ];
    for (config, from) in cases {
        let mut machine = waiting(RegistrationMachine::register(config));
        for kind in ["result", "error"] {
            let forged = iq(
                &format!("type='{kind}' id='p-1' {from}"),
                "<error type='cancel'/>",
            );
            assert_ignored(&mut machine, &forged, Ignored::WrongSender);
            assert!(machine.is_awaiting_reply());
        }
    }
}

#[test]
fn a_reply_from_the_right_sender_under_another_id_does_not_count() {
    let mut machine = removal(account());
    for id in [
        "p-2",
        "p-01",
        "p-1 ",
        "p1",
        "p",
        "p-",
        "P-1",
        "q-1",
        "p-1-1",
        "p-99999999999",
        "",
    ] {
        assert_not_mine(&mut machine, &iq(&format!("type='result' id='{id}'"), ""));
    }
    assert_not_mine(&mut machine, &iq("type='result'", ""));
    assert!(machine.is_awaiting_reply());
    assert_eq!(
        machine.handle_stanza(&iq("type='result' id='p-1'", "")),
        Handled::Consumed
    );
    assert_eq!(event(&mut machine), Event::Succeeded(Success::Unregistered));
}

#[test]
fn every_allowed_sender_is_heard() {
    let cases = [
        (
            account(),
            vec![
                "",
                "from='juliet@example.com'",
                "from='juliet@example.com/balcony'",
                "from='Example.com'",
            ],
        ),
        (
            service(),
            vec![
                "from='tea@rooms.example.net'",
                "from='TEA@rooms.example.net.'",
            ],
        ),
    ];
    for (config, froms) in cases {
        for from in froms {
            let mut machine = removal(config.clone());
            let reply = iq(
                &format!("type='result' id='p-1' to='whoever@else' {from}"),
                "",
            );
            assert_eq!(machine.handle_stanza(&reply), Handled::Consumed, "{from}");
            assert_eq!(event(&mut machine), Event::Succeeded(Success::Unregistered));
        }
    }
}

#[test]
fn a_reflected_request_must_be_answered_by_somebody_else() {
    let mut machine = removal(account());
    for kind in ["get", "set"] {
        let request = iq(
            &format!("type='{kind}' id='p-1' from='{ME}'"),
            "<query xmlns='jabber:iq:register'/>",
        );
        assert_ignored(&mut machine, &request, Ignored::Reflected);
    }
    for kind in ["", "type='wat'"] {
        assert_ignored(
            &mut machine,
            &iq(&format!("{kind} id='p-1'"), ""),
            Ignored::UnknownType,
        );
    }
    assert!(machine.is_awaiting_reply());
}

#[test]
fn a_second_reply_is_told_and_the_first_is_final() {
    let mut machine = waiting(RegistrationMachine::register(server()));
    let form = "<query xmlns='jabber:iq:register'><username/><password/></query>";
    let first = iq("type='result' id='p-1'", form);
    assert_eq!(machine.handle_stanza(&first), Handled::Consumed);
    assert!(matches!(event(&mut machine), Event::FormOffered(_)));
    assert_ignored(&mut machine, &first, Ignored::Duplicate);
    assert_ignored(
        &mut machine,
        &iq("type='error' id='p-1'", ""),
        Ignored::Duplicate,
    );
    machine.request_form().unwrap();
    // The second request waits in the queue: nobody can have answered it yet.
    let early = machine.handle_stanza(&iq("type='result' id='p-2'", form));
    assert_eq!(early, Handled::NotMine);
    let mut machine = waiting(machine);
    assert_ignored(&mut machine, &first, Ignored::Late);
    assert!(machine.is_awaiting_reply());
}

#[test]
fn after_the_end_everything_is_somebody_elses() {
    let mut machine = removal(account());
    let reply = iq("type='result' id='p-1'", "");
    assert_eq!(machine.handle_stanza(&reply), Handled::Consumed);
    assert!(!machine.is_finished());
    assert_eq!(event(&mut machine), Event::Succeeded(Success::Unregistered));
    assert!(machine.is_finished());
    assert_not_mine(&mut machine, &reply);
    assert_eq!(
        machine.handle_malformed_iq("p-1", None, None),
        Handled::NotMine
    );
    machine.handle_timeout();
    machine.handle_disconnect();
    machine.handle_stream_error(&Element::bare("error", "http://etherx.jabber.org/streams"));
    assert_eq!(machine.poll_output(), None);
}

#[test]
fn other_stanzas_are_not_ours_whatever_their_id() {
    let mut machine = removal(account());
    for name in ["presence", "message", "query", "iqq"] {
        let stanza = Element::builder(name, "jabber:client").attr("id".try_into().unwrap(), "p-1");
        assert_not_mine(&mut machine, &stanza.build());
    }
    assert_not_mine(
        &mut machine,
        &"<iq xmlns='other' type='result' id='p-1'/>"
            .parse()
            .unwrap(),
    );
}

#[test]
fn replies_are_read_in_all_three_namespaces() {
    for ns in ["jabber:client", "jabber:server", "jabber:component:accept"] {
        let mut machine = removal(account());
        let reply = format!("<iq xmlns='{ns}' type='result' id='p-1'/>");
        assert_eq!(
            machine.handle_stanza(&reply.parse().unwrap()),
            Handled::Consumed
        );
    }
}

#[test]
fn at_most_sixteen_are_told() {
    let mut machine = removal(account());
    for _ in 0..1_000 {
        let _ = machine.handle_stanza(&iq("type='result' id='p-1' from='evil.example'", ""));
    }
    let mut told = 0;
    while let Some(output) = machine.poll_output() {
        assert_eq!(output, Output::Event(Event::Ignored(Ignored::WrongSender)));
        told += 1;
    }
    assert_eq!(told, 16);
    assert!(machine.is_awaiting_reply());
}

#[test]
fn what_the_transport_could_not_parse_ends_the_wait() {
    let form = || waiting(RegistrationMachine::register(server()));
    let unreadable = Failure::Protocol(Violation::Unreadable);
    let cases = [
        (form(), Some("result"), Event::Failed(unreadable.clone())),
        (form(), None, Event::Failed(unreadable)),
        (
            removal(account()),
            Some("result"),
            Event::Succeeded(Success::Unregistered),
        ),
        (
            removal(account()),
            None,
            Event::Failed(Failure::OutcomeUnknown(Interruption::Unreadable)),
        ),
    ];
    for (mut machine, kind, expected) in cases {
        assert_eq!(
            machine.handle_malformed_iq("p-1", None, kind),
            Handled::Consumed
        );
        assert_eq!(event(&mut machine), expected);
        assert!(machine.is_finished());
    }
    for mut machine in [form(), removal(account())] {
        assert_eq!(
            machine.handle_malformed_iq("p-1", None, Some("error")),
            Handled::Consumed
        );
        let Event::Failed(failure @ Failure::Refused(_)) = event(&mut machine) else {
            panic!("a refusal, readable or not")
        };
        let error = failure.stanza_error().unwrap();
        assert_eq!(error.condition(), Condition::UndefinedCondition);
        assert!(!failure.in_doubt());
    }
}

#[test]
fn what_could_not_be_parsed_is_matched_like_anything_else() {
    let mut machine = removal(account());
    for (id, from, kind) in [
        ("p-2", None, None),
        ("q-1", None, None),
        ("", None, Some("result")),
    ] {
        assert_eq!(
            machine.handle_malformed_iq(id, from, kind),
            Handled::NotMine
        );
        assert_eq!(machine.poll_output(), None);
    }
    for (from, kind, reason) in [
        (Some("evil.example"), None, Ignored::WrongSender),
        (Some("evil.example"), Some("error"), Ignored::WrongSender),
        (None, Some("set"), Ignored::Reflected),
        (None, Some("wat"), Ignored::UnknownType),
    ] {
        assert_eq!(
            machine.handle_malformed_iq("p-1", from, kind),
            Handled::NotMine
        );
        assert_eq!(event(&mut machine), Event::Ignored(reason));
    }
    assert!(machine.is_awaiting_reply());
}
