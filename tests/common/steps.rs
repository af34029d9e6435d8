//! Single steps of a driver, for tests that are clearer in code than as a script.

use minidom::Element;
use xmpp_registration::{Event, Handled, Output, RegistrationMachine};

/// The stanza that is to be sent next.
#[track_caller]
pub fn sent(machine: &mut RegistrationMachine) -> String {
    match machine.poll_output() {
        Some(Output::Send(stanza)) => String::from(&stanza),
        other => panic!("nothing to send, but {other:?}"),
    }
}

/// The event that is told next.
#[track_caller]
pub fn event(machine: &mut RegistrationMachine) -> Event {
    match machine.poll_output() {
        Some(Output::Event(event)) => event,
        other => panic!("no event, but {other:?}"),
    }
}

/// Feeds the reply to a request of the prefix `p`, which the machine must take.
#[track_caller]
pub fn reply(machine: &mut RegistrationMachine, serial: u32, kind: &str, inner: &str) {
    let iq = format!("<iq xmlns='jabber:client' type='{kind}' id='p-{serial}'>{inner}</iq>");
    let iq: Element = iq.parse().expect("the test writes XML");
    assert_eq!(machine.handle_stanza(&iq), Handled::Consumed);
}
