//! Far too many fields, options and attributes, and far too much text.

use std::iter::repeat_with;

use minidom::Element;
use xmpp_registration::{
    Event, Failure, Form, Handled, Limit, Limits, Misuse, Output, RegistrationMachine, Violation,
};

use super::{
    NS_DATA, NS_REGISTER, NS_STANZAS, assert_over, awaiting_form, awaiting_outcome, data_query,
    field, iq_around, machine, offered, only_event, parent, set_attr, with_text,
};

const LONG: usize = 64 * 1024 * 1024;

fn beyond(limit: Limit) -> Event {
    Event::Failed(Failure::Protocol(Violation::LimitExceeded(limit)))
}

fn many(count: usize, make: impl FnMut() -> Element) -> Vec<Element> {
    repeat_with(make).take(count).collect()
}

/// A reply to the request for the form is beyond a limit: the task is over.
#[track_caller]
fn assert_beyond(query: Element, limit: Limit) {
    let mut machine = awaiting_form();
    let reply = iq_around("result", 1, vec![query]);
    assert_eq!(only_event(&mut machine, &reply), beyond(limit));
    assert_over(machine);
}

#[test]
fn a_hundred_thousand_fields_are_beyond_the_limit() {
    assert_beyond(data_query(many(100_000, || field("var"))), Limit::Fields);
    let legacy = many(100_000, || Element::bare("username", NS_REGISTER));
    assert_beyond(parent("query", NS_REGISTER, legacy), Limit::Fields);
}

#[test]
fn a_million_options_values_or_instructions_are_beyond_the_limit() {
    for name in ["option", "value"] {
        let mut list = field("country");
        let children = many(1_000_000, || {
            let value = Element::bare("value", NS_DATA);
            if name == "option" {
                parent("option", NS_DATA, vec![value])
            } else {
                value
            }
        });
        for child in children {
            list.append_child(child);
        }
        assert_beyond(data_query(vec![list]), Limit::Options);
    }
    let mut paragraphs = many(20_000, || with_text("instructions", NS_DATA, "x"));
    paragraphs.push(field("username"));
    assert_beyond(data_query(paragraphs), Limit::Options);
}

#[test]
fn what_is_empty_or_unknown_costs_nothing_however_much_it_is() {
    let mut username = field("username");
    for child in many(100_000, || Element::bare("option", NS_DATA)) {
        username.append_child(child);
    }
    let mut children = many(100_000, || Element::bare("instructions", NS_DATA));
    children.extend(many(100_000, || Element::bare("reported", NS_DATA)));
    children.push(username);
    let mut machine = awaiting_form();
    let reply = iq_around("result", 1, vec![data_query(children)]);
    assert_eq!(offered(&mut machine, &reply).fields().count(), 1);
}

#[test]
fn long_text_anywhere_in_a_form_is_beyond_the_limit() {
    let long = "x".repeat(LONG);
    for attribute in ["var", "label"] {
        let mut named = field("username");
        set_attr(&mut named, attribute, &long);
        assert_beyond(data_query(vec![named]), Limit::TextBytes);
    }
    for name in ["value", "desc"] {
        let mut named = field("username");
        named.append_child(with_text(name, NS_DATA, &long));
        assert_beyond(data_query(vec![named]), Limit::TextBytes);
    }
    let mut list = field("list");
    let value = with_text("value", NS_DATA, &long);
    list.append_child(parent("option", NS_DATA, vec![value]));
    assert_beyond(data_query(vec![list]), Limit::TextBytes);
    for name in ["title", "instructions"] {
        let text = with_text(name, NS_DATA, &long);
        assert_beyond(data_query(vec![field("username"), text]), Limit::TextBytes);
    }
}

#[test]
fn long_text_anywhere_in_the_fields_of_the_old_way_is_beyond_the_limit() {
    let long = "x".repeat(LONG);
    for name in ["username", "key", "instructions"] {
        let query = parent(
            "query",
            NS_REGISTER,
            vec![
                Element::bare("email", NS_REGISTER),
                with_text(name, NS_REGISTER, &long),
            ],
        );
        assert_beyond(query, Limit::TextBytes);
    }
    let url = with_text("url", "jabber:x:oob", &long);
    let oob = parent("x", "jabber:x:oob", vec![url]);
    assert_beyond(parent("query", NS_REGISTER, vec![oob]), Limit::TextBytes);
    let alone = with_text("instructions", NS_REGISTER, &long);
    assert_beyond(parent("query", NS_REGISTER, vec![alone]), Limit::TextBytes);
}

#[test]
fn a_long_text_in_many_pieces_is_as_long() {
    let mut value = Element::bare("value", NS_DATA);
    for _ in 0..LONG / 1024 {
        value.append_text_node("x".repeat(1024));
    }
    let mut username = field("username");
    username.append_child(value);
    assert_beyond(data_query(vec![username]), Limit::TextBytes);
}

#[test]
fn long_text_anywhere_in_an_error_is_beyond_the_limit() {
    let long = "x".repeat(LONG);
    let conflict = || Element::bare("conflict", NS_STANZAS);
    let mut by = parent("error", "jabber:client", vec![conflict()]);
    set_attr(&mut by, "by", &long);
    let in_child = |name: &str, ns: &str| {
        parent(
            "error",
            "jabber:client",
            vec![conflict(), with_text(name, ns, &long)],
        )
    };
    let gone = with_text("gone", NS_STANZAS, &long);
    let errors = [
        by,
        in_child("text", NS_STANZAS),
        parent("error", "jabber:client", vec![gone]),
        parent(
            "error",
            "jabber:client",
            vec![Element::bare("own", long.as_str())],
        ),
    ];
    for error in errors {
        let mut machine = awaiting_outcome();
        let reply = iq_around("error", 2, vec![error]);
        assert_eq!(only_event(&mut machine, &reply), beyond(Limit::TextBytes));
        assert_over(machine);
    }
}

#[test]
fn long_text_that_nobody_asks_for_is_passed_over() {
    let long = "x".repeat(LONG);
    let mut machine = awaiting_outcome();
    let conflict = with_text("conflict", NS_STANZAS, &long);
    let own = with_text("own", "urn:example:own", &long);
    let mut error = parent("error", "jabber:client", vec![conflict, own]);
    set_attr(&mut error, "type", &long);
    set_attr(&mut error, "code", &long);
    let echo = with_text("query", NS_REGISTER, &long);
    let reply = iq_around("error", 2, vec![echo, error]);
    assert!(matches!(
        only_event(&mut machine, &reply),
        Event::Refused { form: Some(_), .. }
    ));
}

#[test]
fn a_long_id_type_or_sender_is_not_the_reply() {
    let long = "x".repeat(LONG);
    let zeros = format!("p-{}", "0".repeat(LONG));
    let digits = format!("p-{}", "1".repeat(LONG));
    let mut machine = awaiting_form();
    for id in [&long, &zeros, &digits] {
        let mut reply = iq_around("result", 1, Vec::new());
        set_attr(&mut reply, "id", id);
        assert_eq!(machine.handle_stanza(&reply), Handled::NotMine);
        assert_eq!(
            machine.handle_malformed_iq(id, None, None),
            Handled::NotMine
        );
    }
    for attribute in ["from", "type"] {
        let mut reply = iq_around("result", 1, Vec::new());
        set_attr(&mut reply, attribute, &long);
        assert_eq!(machine.handle_stanza(&reply), Handled::NotMine);
        assert!(matches!(
            machine.poll_output(),
            Some(Output::Event(Event::Ignored(_)))
        ));
    }
    super::assert_still_waits_for_a_form(machine);
}

#[test]
fn floods_of_attributes_are_passed_over() {
    let mut username = field("username");
    for at in 0..50_000 {
        set_attr(&mut username, &format!("a{at}"), "x");
    }
    let mut reply = iq_around("result", 1, vec![data_query(vec![username])]);
    for at in 0..50_000 {
        set_attr(&mut reply, &format!("a{at}"), "x");
    }
    let mut machine = awaiting_form();
    assert_eq!(offered(&mut machine, &reply).fields().count(), 1);
}

#[test]
fn floods_of_stanzas_under_our_id_are_told_sixteen_times() {
    let mut machine = awaiting_form();
    let mut forged = iq_around("result", 1, Vec::new());
    set_attr(&mut forged, "from", "mallory@example.com");
    for _ in 0..100_000 {
        assert_eq!(machine.handle_stanza(&forged), Handled::NotMine);
    }
    let told = std::iter::from_fn(|| machine.poll_output()).count();
    assert_eq!(told, 16);
    super::assert_still_waits_for_a_form(machine);
}

/// Just within the default limits: as much as a peer can make the machine work.
fn largest_form(machine: &mut RegistrationMachine) -> Form {
    let fields: Vec<Element> = (0..Limits::default().fields)
        .map(|at| field(&format!("field-{at}")))
        .collect();
    offered(machine, &iq_around("result", 1, vec![data_query(fields)]))
}

#[test]
fn the_largest_form_that_is_allowed_is_filled_and_sent() {
    let mut machine = awaiting_form();
    let mut form = largest_form(&mut machine);
    form.answer_each(|field| field.name().map(Into::into))
        .expect("the values are legal");
    let last = form.field("field-4095").expect("the last field is found");
    assert_eq!(last.value(), Some("field-4095"));
    machine
        .submit(form.finish().expect("nothing is required"))
        .expect("the form is open");
    let Some(Output::Send(stanza)) = machine.poll_output() else {
        panic!("the answer is sent");
    };
    let text = String::from(&stanza);
    assert_eq!(text.matches("<field ").count(), 4096);
}

#[test]
fn limits_of_nothing_let_nothing_through() {
    let mut none = Limits::default();
    (
        none.fields,
        none.options,
        none.text_bytes,
        none.picture_bytes,
    ) = (0, 0, 0, 0);
    let mut machine = machine(none);
    assert!(matches!(machine.poll_output(), Some(Output::Send(_))));
    let query = parent(
        "query",
        NS_REGISTER,
        vec![Element::bare("username", NS_REGISTER)],
    );
    let reply = iq_around("result", 1, vec![query]);
    assert!(matches!(
        only_event(&mut machine, &reply),
        Event::Failed(Failure::Protocol(Violation::LimitExceeded(_)))
    ));
    assert_eq!(machine.request_form(), Err(Misuse::Finished));
}
