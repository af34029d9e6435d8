//! What a stanza is, said before it is read.

use super::*;

#[test]
fn a_stanza_is_recognised_before_it_is_read() {
    let form = "<query xmlns='jabber:iq:register'><username/></query>";
    let x = "<x xmlns='jabber:x:data' type='form'><field var='a'/></x>";
    let data = format!("<query xmlns='jabber:iq:register'>{x}</query>");
    let elsewhere = "<query xmlns='jabber:iq:register'><instructions>No.</instructions></query>";
    let empty = "<query xmlns='jabber:iq:register'/>";
    let blank = "<query xmlns='jabber:iq:register'><instructions> </instructions></query>";
    let error =
        "<error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
    let (ours, result) = ("id='p-1' type='result'", "id='p-2' type='result'");
    let refused = "id='p-1' type='error'";
    let late = Recognised::Ignored(Ignored::WrongSender);
    let registering = || waiting(RegistrationMachine::register(server()));
    let cases = [
        (registering(), iq(ours, form), Recognised::Form),
        (registering(), iq(ours, &data), Recognised::Form),
        (registering(), iq(ours, elsewhere), Recognised::Redirect),
        (registering(), iq(ours, empty), Recognised::Nothing),
        (registering(), iq(ours, blank), Recognised::Nothing),
        (registering(), iq(ours, ""), Recognised::Nothing),
        (registering(), iq(result, form), Recognised::NotMine),
        (registering(), iq("id='q-1'", form), Recognised::NotMine),
        (
            registering(),
            iq(&format!("{ours} from='e.example'"), form),
            late,
        ),
        (registering(), iq(refused, error), Recognised::Refusal),
        (registering(), iq(refused, &data), Recognised::Refusal),
        (removal(account()), iq(ours, ""), Recognised::Success),
        (removal(account()), iq(refused, error), Recognised::Refusal),
        (
            removal(account()),
            iq(refused, &data),
            Recognised::Alternative,
        ),
    ];
    for (machine, stanza, recognised) in cases {
        assert_eq!(machine.recognise(&stanza), recognised, "{stanza:?}");
        assert!(machine.is_awaiting_reply());
    }
}

/// What comes with an error is of use, unless it says that a service elsewhere was not heard.
#[test]
fn another_form_is_recognised_unless_nobody_was_heard() {
    let x = "<x xmlns='jabber:x:data' type='form'><field var='a'/></x>";
    let room = "from='tea@rooms.example.net'";
    let cases = [
        (removal(account()), "", "conflict", Recognised::Alternative),
        (
            removal(account()),
            "",
            "remote-server-timeout",
            Recognised::Alternative,
        ),
        (
            removal(service()),
            room,
            "conflict",
            Recognised::Alternative,
        ),
        (
            removal(service()),
            room,
            "remote-server-timeout",
            Recognised::Refusal,
        ),
    ];
    for (machine, from, condition, recognised) in cases {
        let error = format!(
            "<error type='wait'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
        );
        let inner = format!("<query xmlns='jabber:iq:register'>{x}</query>{error}");
        let stanza = iq(&format!("id='p-1' type='error' {from}"), &inner);
        assert_eq!(machine.recognise(&stanza), recognised, "{stanza:?}");
    }
}
