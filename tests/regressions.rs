//! Each of these once went wrong.

use minidom::Element;
use xmpp_registration::{
    Channel, Choice, Config, Event, Failure, Field, Form, Handled, IdPrefix, Limits, Misuse,
    Output, Peer, RegistrationMachine, Success,
};

fn machine(channel: Channel, limits: Limits) -> RegistrationMachine {
    let peer = Peer::server("example.org").expect("a domain");
    let ids = IdPrefix::new("p").expect("a prefix");
    let config = Config::new(peer, ids, channel).limits(limits);
    let mut machine = RegistrationMachine::register(config);
    assert!(matches!(machine.poll_output(), Some(Output::Send(_))));
    machine
}

#[track_caller]
fn offered(machine: &mut RegistrationMachine, query: &str) -> Form {
    let xml = format!(
        "<iq xmlns='jabber:client' type='result' id='p-1'><query xmlns='jabber:iq:register'>{query}</query></iq>"
    );
    let reply: Element = xml.parse().expect("well-formed");
    assert_eq!(machine.handle_stanza(&reply), Handled::Consumed);
    match machine.poll_output() {
        Some(Output::Event(Event::FormOffered(form))) => form,
        other => panic!("a form is offered, not {other:?}"),
    }
}

/// The empty value stood at the end of the buffer, which a shorter value then cut off.
#[test]
fn a_field_set_to_nothing_outlives_a_shorter_value_of_the_one_before() {
    let mut machine = machine(Channel::Encrypted, Limits::default());
    let mut form = offered(&mut machine, "<username/><password/><email/>");
    form.set("username", "juliet").expect("it is there");
    form.set("email", "").expect("it is there");
    form.set("username", "j").expect("it is there");
    assert_eq!(form.field("email").and_then(Field::value), None);
}

const PICTURE: &str = "<x xmlns='jabber:x:data' type='form'><field var='ocr'>\
    <media xmlns='urn:xmpp:media-element'><uri>cid:a</uri></media></field></x>";

/// A piece that is no Base64 left zeros behind, more than there was room for.
#[test]
fn a_picture_that_is_no_base64_at_the_limit_has_no_bytes() {
    let little = Limits {
        picture_bytes: 20,
        ..Limits::default()
    };
    let valid = "A".repeat(1365 * 1024);
    for (limits, text) in [
        (little, "!".repeat(80)),
        (Limits::default(), valid + &"!".repeat(1024)),
    ] {
        let mut machine = machine(Channel::Encrypted, limits);
        let query = format!("{PICTURE}<data xmlns='urn:xmpp:bob' cid='a'>{text}</data>");
        let form = offered(&mut machine, &query);
        let media = form.field("ocr").and_then(|field| field.media().next());
        assert!(media.is_some_and(|media| media.bytes().is_err()));
    }
}

/// Whoever can change a stream in plain text must not be able to talk the machine out of its caution.
#[test]
fn a_password_with_a_picture_is_still_a_password() {
    let mut machine = machine(Channel::Plaintext, Limits::default());
    let media = "<media xmlns='urn:xmpp:media-element'><uri>cid:a</uri></media>";
    let query = format!(
        "<x xmlns='jabber:x:data' type='form'><field var='username'/>\
         <field var='password' type='text-private'>{media}</field></x>"
    );
    let mut form = offered(&mut machine, &query);
    form.set("username", "juliet").expect("it is there");
    form.set("password", "R0m30!").expect("it is there");
    let answer = form.finish().expect("it is filled in");
    let rejected = machine.submit(answer).expect_err("it holds a password");
    assert_eq!(rejected.why, Misuse::PlaintextChannel);
    let form = rejected.answer.into_form();
    assert!(form.field("password").is_some_and(Field::is_secret));
}

/// Only one dot is the root's.
#[test]
fn a_domain_with_two_dots_at_its_end_is_another() {
    let mut machine = machine(Channel::Encrypted, Limits::default());
    assert_eq!(
        machine.handle_malformed_iq("p-1", Some("example.org.."), Some("error")),
        Handled::NotMine
    );
}

/// A form that a password change is answered with may hold a `remove`, and a true one removes.
#[test]
fn a_removal_by_the_form_of_a_password_change_is_a_removal() {
    let peer = Peer::account("romeo@example.org/orchard".parse().expect("a JID"));
    let ids = IdPrefix::new("p").expect("a prefix");
    let config = Config::new(peer, ids, Channel::Encrypted);
    let mut machine = RegistrationMachine::change_password(config, "romeo", "R0m30!")
        .expect("it is one's own account");
    assert!(matches!(machine.poll_output(), Some(Output::Send(_))));
    let xml = "<iq xmlns='jabber:client' type='error' id='p-1'><query xmlns='jabber:iq:register'>\
        <x xmlns='jabber:x:data' type='form'><field var='remove' type='boolean'/></x></query></iq>";
    let reply: Element = xml.parse().expect("well-formed");
    assert_eq!(machine.handle_stanza(&reply), Handled::Consumed);
    let Some(Output::Event(Event::Refused {
        form: Some(mut form),
        ..
    })) = machine.poll_output()
    else {
        panic!("a form is demanded");
    };
    form.set("remove", true).expect("it is there");
    machine
        .submit(form.finish().expect("it is filled in"))
        .expect("the form is open");
    assert!(matches!(machine.poll_output(), Some(Output::Send(_))));
    assert_eq!(
        machine.handle_malformed_iq("p-2", None, Some("result")),
        Handled::Consumed
    );
    assert_eq!(
        machine.poll_output(),
        Some(Output::Event(Event::Succeeded(Success::Unregistered)))
    );
}

/// A dialogue that shows the label or else the name, or the value, showed nothing.
#[test]
fn a_blank_label_is_none() {
    let mut machine = machine(Channel::Encrypted, Limits::default());
    for blank in ["", " ", "\n\t"] {
        let query = format!(
            "<x xmlns='jabber:x:data' type='form'><field var='size' type='list-single' label='{blank}'>\
             <option label='{blank}'><value>S</value></option></field></x>"
        );
        let form = offered(&mut machine, &query);
        let size = form.field("size").expect("it is there");
        assert_eq!(size.label(), None, "{blank:?}");
        assert_eq!(size.options().map(Choice::label).collect::<Vec<_>>(), ["S"]);
        machine = self::machine(Channel::Encrypted, Limits::default());
    }
}

/// A log named a type that no caller knows, and white space was an address.
#[test]
fn an_error_is_shown_by_its_own_name() {
    let mut machine = machine(Channel::Encrypted, Limits::default());
    let reply = "<iq xmlns='jabber:client' type='error' id='p-1'><error type='cancel' code='302'>\
        <gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'> </gone></error></iq>";
    let _ = machine.handle_stanza(&reply.parse().expect("well-formed"));
    let Some(Output::Event(Event::Failed(Failure::Refused(error)))) = machine.poll_output() else {
        panic!("it is refused")
    };
    assert_eq!(error.new_address(), None);
    assert_eq!(
        format!("{error:?}"),
        "StanzaError { step: Form, condition: Gone, error_type: Cancel, code: Some(302), by: None, \
         new_address: None, texts: [], application_conditions: [] }"
    );
}
