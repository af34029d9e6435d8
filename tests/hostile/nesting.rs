//! Trees of 50,000 levels, at every place that the machine looks at, on a stack that has not three bytes for each.

use std::panic::resume_unwind;
use std::thread;

use minidom::Element;
use xmpp_registration::jid::Jid;
use xmpp_registration::{
    Channel, Condition, Config, Event, Failure, Features, Field, Handled, IdPrefix, Output, Peer,
    Recognised, RegistrationMachine, StreamCondition, Violation,
};

use super::{
    NS_DATA, NS_REGISTER, NS_STANZAS, assert_over, assert_still_waits_for_a_form, awaiting_form,
    awaiting_outcome, data_query, dismantle, field, iq_around, offered, parent, set_attr,
    with_text,
};

const NS_STREAM: &str = "http://etherx.jabber.org/streams";
const NS_STREAMS: &str = "urn:ietf:params:xml:ns:xmpp-streams";
const NS_BOB: &str = "urn:xmpp:bob";
const NS_MEDIA: &str = "urn:xmpp:media-element";
const CID: &str = "picture@example.org";

const DEPTH: usize = 50_000;

/// How large a test's own stack is depends on how the tests are run.
const STACK: usize = 128 * 1024;

/// Looks at a tree where there is no room to call oneself for each level.
fn on_a_small_stack<T: Send>(look: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let small = thread::Builder::new().stack_size(STACK);
        let looking = small.spawn_scoped(scope, look).expect("a thread");
        looking.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// Recognises a reply, takes it, and gives the one event that it causes.
fn only_event(machine: &mut RegistrationMachine, reply: &Element) -> Event {
    on_a_small_stack(|| {
        assert_ne!(machine.recognise(reply), Recognised::NotMine);
        super::only_event(machine, reply)
    })
}

fn assert_not_mine(machine: &mut RegistrationMachine, stanza: &Element) {
    on_a_small_stack(|| {
        assert_eq!(machine.recognise(stanza), Recognised::NotMine);
        assert_eq!(machine.handle_stanza(stanza), Handled::NotMine);
    });
}

/// A chain of elements, from the innermost out.
fn deep(name: &str, ns: &str) -> Element {
    let mut element = Element::bare(name, ns);
    for _ in 1..DEPTH {
        element = parent(name, ns, vec![element]);
    }
    element
}

#[test]
fn in_place_of_a_query_nothing_is_offered() {
    let mut machine = awaiting_form();
    let reply = iq_around("result", 1, vec![deep("query", "urn:example:other")]);
    assert_eq!(
        only_event(&mut machine, &reply),
        Event::Failed(Failure::Protocol(Violation::NothingOffered))
    );
    dismantle(reply);
    assert_over(machine);
}

#[test]
fn queries_within_queries_offer_nothing() {
    let mut machine = awaiting_form();
    let reply = iq_around("result", 1, vec![deep("query", NS_REGISTER)]);
    assert_eq!(
        only_event(&mut machine, &reply),
        Event::Failed(Failure::Protocol(Violation::NothingOffered))
    );
    dismantle(reply);
    assert_over(machine);
}

#[test]
fn beside_the_fields_it_is_not_looked_at() {
    let mut machine = awaiting_form();
    let mut query = parent("query", NS_REGISTER, vec![deep("a", "urn:example:other")]);
    query.append_child(Element::bare("username", NS_REGISTER));
    let reply = iq_around("result", 1, vec![query]);
    let Event::FormOffered(form) = only_event(&mut machine, &reply) else {
        panic!("a form is offered");
    };
    assert_eq!(form.fields().count(), 1);
    dismantle(reply);
}

#[test]
fn in_a_field_of_the_old_way_only_its_own_text_counts() {
    let mut machine = awaiting_form();
    let query = parent("query", NS_REGISTER, vec![deep("username", NS_REGISTER)]);
    let reply = iq_around("result", 1, vec![query]);
    let Event::FormOffered(form) = only_event(&mut machine, &reply) else {
        panic!("a form is offered");
    };
    assert_eq!(form.field("username").and_then(Field::value), None);
    dismantle(reply);
}

#[test]
fn in_a_field_value_option_and_media_of_a_data_form_it_is_passed_over() {
    let places = [
        ("field", NS_DATA),
        ("value", NS_DATA),
        ("desc", NS_DATA),
        ("option", NS_DATA),
        ("media", "urn:xmpp:media-element"),
        ("validate", "http://jabber.org/protocol/xdata-validate"),
    ];
    for (name, ns) in places {
        let mut machine = awaiting_form();
        let mut username = field("username");
        username.append_child(deep(name, ns));
        let reply = iq_around("result", 1, vec![data_query(vec![username])]);
        let Event::FormOffered(form) = only_event(&mut machine, &reply) else {
            panic!("a form is offered with a deep {name}");
        };
        assert_eq!(form.fields().count(), 1, "{name}");
        dismantle(reply);
    }
}

#[test]
fn forms_within_forms_are_one_form_without_fields() {
    let mut machine = awaiting_form();
    let mut x = deep("x", NS_DATA);
    set_attr(&mut x, "type", "form");
    let reply = iq_around("result", 1, vec![parent("query", NS_REGISTER, vec![x])]);
    assert_eq!(
        only_event(&mut machine, &reply),
        Event::Failed(Failure::Protocol(Violation::NothingOffered))
    );
    dismantle(reply);
    assert_over(machine);
}

#[test]
fn in_an_error_it_is_a_refusal_like_any_other() {
    let places = [
        ("error", "jabber:client"),
        ("conflict", NS_STANZAS),
        ("text", NS_STANZAS),
        ("condition", "urn:example:own"),
        ("query", NS_REGISTER),
    ];
    for (name, ns) in places {
        let mut machine = awaiting_outcome();
        let conflict = Element::bare("conflict", NS_STANZAS);
        let error = parent("error", "jabber:client", vec![conflict, deep(name, ns)]);
        let reply = iq_around("error", 2, vec![error]);
        let Event::Refused { error, form } = only_event(&mut machine, &reply) else {
            panic!("a deep {name} in an error is a refusal");
        };
        assert_eq!(error.condition(), Condition::Conflict, "{name}");
        assert!(form.is_some(), "{name}: the form comes back");
        dismantle(reply);
    }
}

/// Such an error is looked at once more, for whether the service has heard anything.
#[test]
fn in_an_error_of_a_service_elsewhere_it_does_not_matter() {
    let me: Jid = "juliet@example.org/a".parse().expect("a JID");
    let service: Jid = "contests.example.net".parse().expect("a JID");
    let peer = Peer::service(service.clone(), me).expect("another domain");
    let ids = IdPrefix::new("p").expect("a prefix");
    let config = Config::new(peer, ids, Channel::Encrypted);
    let mut machine = RegistrationMachine::unregister(config).expect("logged in");
    assert!(matches!(machine.poll_output(), Some(Output::Send(_))));
    let unheard = "remote-server-timeout";
    let known = Element::bare(unheard, NS_STANZAS);
    let error = parent(
        "error",
        "jabber:client",
        vec![deep(unheard, "urn:example:other"), known],
    );
    let mut reply = iq_around("error", 1, vec![error]);
    set_attr(&mut reply, "from", service.as_str());
    let Event::Failed(failure) = only_event(&mut machine, &reply) else {
        panic!("nobody knows what became of it");
    };
    assert!(failure.in_doubt());
    dismantle(reply);
    assert_over(machine);
}

#[test]
fn in_an_alternative_form_it_is_passed_over() {
    let mut machine = awaiting_outcome();
    let mut pin = field("pin");
    pin.append_child(deep("value", NS_DATA));
    let query = data_query(vec![pin, deep("field", NS_DATA)]);
    let reply = iq_around("error", 2, vec![query]);
    let Event::Refused {
        form: Some(form), ..
    } = only_event(&mut machine, &reply)
    else {
        panic!("another form is demanded");
    };
    assert!(form.field("pin").is_some());
    dismantle(reply);
}

#[test]
fn in_a_result_that_says_enough_it_does_not_matter() {
    let mut machine = awaiting_outcome();
    let reply = iq_around("result", 2, vec![deep("query", NS_REGISTER)]);
    assert!(matches!(
        only_event(&mut machine, &reply),
        Event::Succeeded(_)
    ));
    dismantle(reply);
    assert_over(machine);
}

#[test]
fn in_what_is_not_for_the_machine_it_is_not_looked_at() {
    let mut machine = awaiting_form();
    let mut other = deep("iq", "jabber:client");
    assert_not_mine(&mut machine, &other);
    set_attr(&mut other, "id", "q-1");
    assert_not_mine(&mut machine, &other);
    dismantle(other);
    assert_still_waits_for_a_form(machine);
}

#[test]
fn in_a_stream_error_it_ends_the_task() {
    for (name, ns) in [("error", NS_STREAM), ("conflict", NS_STREAMS)] {
        let mut machine = awaiting_outcome();
        let error = parent("error", NS_STREAM, vec![deep(name, ns)]);
        let condition = on_a_small_stack(|| {
            machine.handle_stream_error(&error);
            StreamCondition::of(&error)
        });
        dismantle(error);
        let is_conflict = condition == StreamCondition::Conflict;
        assert_eq!(is_conflict, name == "conflict");
        let Some(Output::Event(Event::Failed(failure))) = machine.poll_output() else {
            panic!("a stream error ends the task");
        };
        assert!(failure.in_doubt());
        assert_over(machine);
    }
}

#[test]
fn beside_a_form_and_its_fields_it_is_not_looked_at() {
    let places = [
        ("instructions", NS_REGISTER),
        ("registered", NS_REGISTER),
        ("query", NS_REGISTER),
        ("x", "jabber:x:oob"),
        ("url", "jabber:x:oob"),
        ("data", NS_BOB),
        ("title", NS_DATA),
        ("instructions", NS_DATA),
        ("reported", NS_DATA),
    ];
    for (name, ns) in places {
        for within_the_form in [false, true] {
            let mut machine = awaiting_form();
            let mut odd = vec![deep(name, ns)];
            set_attr(&mut odd[0], "cid", CID);
            let beside = odd.split_off(usize::from(within_the_form));
            odd.push(field("username"));
            let mut query = data_query(odd);
            for it in beside {
                query.append_child(it);
            }
            let reply = iq_around("result", 1, vec![query]);
            let Event::FormOffered(form) = only_event(&mut machine, &reply) else {
                panic!("a form is offered with a deep {name}");
            };
            assert_eq!(form.fields().count(), 1, "{name}");
            dismantle(reply);
        }
    }
}

#[test]
fn in_place_of_a_link_it_is_none() {
    for (name, ns) in [("x", "jabber:x:oob"), ("url", "jabber:x:oob")] {
        let mut machine = awaiting_form();
        let oob = parent("x", "jabber:x:oob", vec![deep(name, ns)]);
        let reply = iq_around("result", 1, vec![parent("query", NS_REGISTER, vec![oob])]);
        assert_eq!(
            only_event(&mut machine, &reply),
            Event::Failed(Failure::Protocol(Violation::NothingOffered)),
            "{name}"
        );
        dismantle(reply);
    }
}

#[test]
fn in_the_data_of_a_picture_only_its_own_text_counts() {
    let mut machine = awaiting_form();
    let uri = with_text("uri", NS_MEDIA, &format!("cid:{CID}"));
    let mut ocr = field("ocr");
    ocr.append_child(parent("media", NS_MEDIA, vec![uri]));
    let reply = iq_around("result", 1, vec![data_query(vec![ocr])]);
    offered(&mut machine, &reply);
    machine.fetch_media(CID).expect("the form is open");
    assert!(matches!(machine.poll_output(), Some(Output::Send(_))));
    let mut data = with_text("data", NS_BOB, "AAAA");
    set_attr(&mut data, "cid", CID);
    data.append_child(deep("data", NS_BOB));
    let reply = iq_around("result", 2, vec![deep("data", NS_BOB), data]);
    let Event::MediaReceived(data) = only_event(&mut machine, &reply) else {
        panic!("the picture is there");
    };
    assert_eq!(data.cid(), CID);
    dismantle(reply);
}

#[test]
fn in_the_features_of_a_stream_only_the_first_level_counts() {
    let register = "http://jabber.org/features/iq-register";
    for (name, ns, offered) in [("features", NS_STREAM, false), ("register", register, true)] {
        let features = parent("features", NS_STREAM, vec![deep(name, ns)]);
        let read = on_a_small_stack(|| Features::of(&features));
        assert_eq!(read.registration, offered);
        dismantle(features);
    }
}
