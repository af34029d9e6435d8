//! What a hostile peer sends: far too deep, far too much, or odd. Each ends in one clear event or is not for the machine,
//! and the machine is of use afterwards.
//!
//! minidom recurses when a tree is cloned, compared, printed, written or dropped: the deep trees here are built from the
//! inside out, only ever looked at, and taken apart by `tree::dismantle`.

#[path = "common/characters.rs"]
mod characters;
#[path = "hostile/floods.rs"]
mod floods;
#[path = "hostile/nesting.rs"]
mod nesting;
#[path = "hostile/oddities.rs"]
mod oddities;

use minidom::Element;
use minidom::rxml::{Namespace, NcName};
use xmpp_registration::{
    Channel, Config, Event, Form, Handled, IdPrefix, Limits, Output, Peer, RegistrationMachine,
    tree::dismantle,
};

const NS_CLIENT: &str = "jabber:client";
const NS_REGISTER: &str = "jabber:iq:register";
const NS_DATA: &str = "jabber:x:data";
const NS_STANZAS: &str = "urn:ietf:params:xml:ns:xmpp-stanzas";

fn machine(limits: Limits) -> RegistrationMachine {
    let peer = Peer::server("example.org").expect("a domain");
    let ids = IdPrefix::new("p").expect("a prefix");
    let config = Config::new(peer, ids, Channel::Encrypted).limits(limits);
    RegistrationMachine::register(config)
}

/// A machine that waits for the form.
fn awaiting_form() -> RegistrationMachine {
    let mut machine = machine(Limits::default());
    assert!(matches!(machine.poll_output(), Some(Output::Send(_))));
    machine
}

/// A machine that submitted a form, and waits for what comes of it.
fn awaiting_outcome() -> RegistrationMachine {
    let mut machine = awaiting_form();
    let query = "<query xmlns='jabber:iq:register'><username/><password/></query>";
    let mut form = offered(&mut machine, &iq("result", 1, query));
    let left = form.fill("juliet", "R0m30!").expect("both are there");
    assert!(left.is_empty());
    machine
        .submit(form.finish().expect("it is filled in"))
        .expect("the form is open");
    assert!(matches!(machine.poll_output(), Some(Output::Send(_))));
    machine
}

/// A reply from text.
fn iq(kind: &str, serial: u32, inner: &str) -> Element {
    let xml = format!("<iq xmlns='{NS_CLIENT}' type='{kind}' id='p-{serial}'>{inner}</iq>");
    xml.parse().expect("well-formed")
}

/// A reply around elements made by hand.
fn iq_around(kind: &str, serial: u32, children: Vec<Element>) -> Element {
    let mut iq = Element::bare("iq", NS_CLIENT);
    set_attr(&mut iq, "type", kind);
    set_attr(&mut iq, "id", &format!("p-{serial}"));
    for child in children {
        iq.append_child(child);
    }
    iq
}

fn parent(name: &str, ns: &str, children: Vec<Element>) -> Element {
    let mut element = Element::bare(name, ns);
    for child in children {
        element.append_child(child);
    }
    element
}

fn with_text(name: &str, ns: &str, text: &str) -> Element {
    let mut element = Element::bare(name, ns);
    element.append_text_node(text);
    element
}

fn set_attr(element: &mut Element, name: &str, value: &str) {
    let name = NcName::try_from(name).expect("a name");
    element.set_attr(Namespace::NONE, name, value);
}

/// A query with a data form of these fields.
fn data_query(children: Vec<Element>) -> Element {
    let mut x = parent("x", NS_DATA, children);
    set_attr(&mut x, "type", "form");
    parent("query", NS_REGISTER, vec![x])
}

fn field(var: &str) -> Element {
    let mut field = Element::bare("field", NS_DATA);
    set_attr(&mut field, "var", var);
    field
}

/// Takes a reply, and gives the one event that it causes.
#[track_caller]
fn only_event(machine: &mut RegistrationMachine, reply: &Element) -> Event {
    assert_eq!(machine.handle_stanza(reply), Handled::Consumed);
    let Some(Output::Event(event)) = machine.poll_output() else {
        panic!("an event comes first");
    };
    assert!(machine.poll_output().is_none(), "one event and no more");
    assert_eq!(machine.is_finished(), event.is_terminal());
    assert!(!machine.is_awaiting_reply());
    event
}

#[track_caller]
fn offered(machine: &mut RegistrationMachine, reply: &Element) -> Form {
    match only_event(machine, reply) {
        Event::FormOffered(form) => form,
        other => panic!("a form is offered, not {other:?}"),
    }
}

/// It was not the reply: the machine still waits, and takes the right one.
#[track_caller]
fn assert_still_waits_for_a_form(mut machine: RegistrationMachine) {
    assert!(machine.is_awaiting_reply());
    let query = "<query xmlns='jabber:iq:register'><username/><password/></query>";
    let form = offered(&mut machine, &iq("result", 1, query));
    assert_eq!(form.fields().count(), 2);
}

/// It is over: nothing is taken any more, and every call says so.
#[track_caller]
fn assert_over(mut machine: RegistrationMachine) {
    assert!(machine.is_finished());
    assert_eq!(
        machine.handle_stanza(&iq("result", 1, "")),
        Handled::NotMine
    );
    assert!(machine.request_form().is_err());
    machine.handle_disconnect();
    assert!(machine.poll_output().is_none());
}
