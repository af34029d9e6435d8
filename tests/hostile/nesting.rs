//! Trees of 100,000 levels, at every place that the machine looks at: one that called itself for each would overflow the
//! stack of a test even in the smallest of frames.

use minidom::Element;
use xmpp_registration::{Condition, Event, Failure, Field, Handled, Output, Violation};

use super::{
    NS_DATA, NS_REGISTER, NS_STANZAS, assert_over, assert_still_waits_for_a_form, awaiting_form,
    awaiting_outcome, data_query, dismantle, field, iq_around, only_event, parent, set_attr,
};

const DEPTH: usize = 100_000;

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
    assert_eq!(machine.handle_stanza(&other), Handled::NotMine);
    set_attr(&mut other, "id", "q-1");
    assert_eq!(machine.handle_stanza(&other), Handled::NotMine);
    dismantle(other);
    assert_still_waits_for_a_form(machine);
}

#[test]
fn in_a_stream_error_it_ends_the_task() {
    let mut machine = awaiting_outcome();
    let error = deep("error", "http://etherx.jabber.org/streams");
    machine.handle_stream_error(&error);
    dismantle(error);
    let Some(Output::Event(Event::Failed(failure))) = machine.poll_output() else {
        panic!("a stream error ends the task");
    };
    assert!(failure.in_doubt());
    assert_over(machine);
}
