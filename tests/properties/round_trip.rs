//! Build, parse, fill in, build, parse: the values that come out are the values that went in.

use std::fmt::Write as _;

use minidom::Element;
use xmpp_registration::{
    Channel, Config, Event, FieldError, Form, Handled, IdPrefix, Output, Peer, RegistrationMachine,
};

use crate::plan::{Plan, Planned, Typed, is_legal};

/// The values that a plan types in arrive as they are, and so does what the server wants back.
pub fn values_arrive_as_they_were_set(plan: &Plan) {
    let mut plan = plan.clone();
    let (mut machine, mut form) = offered(&plan);
    for at in plan.counting() {
        if plan.is_meant(at) {
            type_in(&mut form, &mut plan.fields[at]);
        }
    }
    let wrong = wrong_ones(&plan);
    let answer = match form.finish() {
        Ok(answer) => {
            assert!(wrong.is_empty(), "{wrong:?} passed: {plan:#?}");
            answer
        }
        Err(incomplete) => {
            assert!(
                incomplete.fields().eq(wrong.iter().map(String::as_str)),
                "{incomplete} for {wrong:?}: {plan:#?}"
            );
            let mut form = incomplete.into_form();
            for at in plan.counting() {
                if !mend(&mut form, &mut plan, at) {
                    return;
                }
            }
            form.finish().expect("everything was mended")
        }
    };
    machine.submit(answer).expect("the form is open");
    let Some(Output::Send(stanza)) = machine.poll_output() else {
        panic!("an answer is sent");
    };
    let text = String::from(&stanza);
    let again: Element = text.parse().expect("what was written can be read");
    assert!(again == stanza, "another element was read back: {text}");
    assert_eq!(values(&again), plan.expected(), "{text}");
}

/// Names of the fields that the server would refuse, in order.
fn wrong_ones(plan: &Plan) -> Vec<String> {
    let counting = plan.counting();
    let fields = counting.iter().map(|&at| &plan.fields[at]);
    fields
        .filter(|field| field.is_wrong(plan.data))
        .map(|field| field.var.clone().unwrap_or_default())
        .collect()
}

fn mend(form: &mut Form, plan: &mut Plan, at: usize) -> bool {
    if !plan.fields[at].is_wrong(plan.data) {
        return true;
    }
    let Some(typed) = plan.fields[at].mended() else {
        return false;
    };
    plan.fields[at].typed = typed;
    type_in(form, &mut plan.fields[at]);
    true
}

/// Sets a field. What may not be set is refused, and the plan is told that it was not.
fn type_in(form: &mut Form, field: &mut Planned) {
    let Some(var) = field.var.clone() else {
        return;
    };
    let set = match &field.typed {
        Typed::Not => {
            if form.set(&var, "x").is_ok() {
                form.clear(&var).expect("the form has it");
            }
            return;
        }
        Typed::Text(text) => form.set(&var, text),
        Typed::Yes(yes) => form.set(&var, *yes),
        Typed::Several(texts) => form.set(&var, texts.clone()),
    };
    let forbidden = match &field.typed {
        Typed::Text(text) => text.chars().position(|c| !is_legal(c)),
        _ => None,
    };
    match (set, forbidden) {
        (Err(FieldError::ReadOnly { .. }), _) => assert!(!field.is_visible(), "{field:?}"),
        (Err(FieldError::ForbiddenCharacter { position, .. }), at) => {
            assert_eq!(Some(position), at);
            field.typed = Typed::Not;
        }
        (Err(error), _) => panic!("{error}: {field:?}"),
        (Ok(()), at) => {
            assert!(field.is_visible(), "{field:?} was set");
            assert_eq!(at, None, "{field:?} was set");
        }
    }
}

fn offered(plan: &Plan) -> (RegistrationMachine, Form) {
    let peer = Peer::server("example.org").expect("a domain");
    let ids = IdPrefix::new("p").expect("a prefix");
    let mut machine = RegistrationMachine::register(Config::new(peer, ids, Channel::Encrypted));
    assert!(matches!(machine.poll_output(), Some(Output::Send(_))));
    let reply: Element = reply(plan).parse().expect("the plan is well-formed");
    assert_eq!(machine.handle_stanza(&reply), Handled::Consumed);
    match machine.poll_output() {
        Some(Output::Event(Event::FormOffered(form))) => (machine, form),
        other => panic!("a form is offered, not {other:?}: {plan:#?}"),
    }
}

fn reply(plan: &Plan) -> String {
    let mut xml = String::from(
        "<iq xmlns='jabber:client' type='result' id='p-1'><query xmlns='jabber:iq:register'>",
    );
    if plan.data {
        xml.push_str("<x xmlns='jabber:x:data' type='form'>");
        for field in &plan.fields {
            push_data_field(&mut xml, field);
        }
        xml.push_str("</x>");
    } else {
        for field in &plan.fields {
            let var = field.var.as_deref().unwrap_or_default();
            let value = field.values.first().map_or("", String::as_str);
            let _ = write!(xml, "<{var}>{}</{var}>", escaped(value));
        }
    }
    xml + "</query></iq>"
}

fn push_data_field(xml: &mut String, field: &Planned) {
    xml.push_str("<field");
    if let Some(var) = &field.var {
        let _ = write!(xml, " var='{}'", escaped(var));
    }
    if !field.kind.is_empty() {
        let _ = write!(xml, " type='{}'", field.kind);
    }
    xml.push('>');
    if field.required {
        xml.push_str("<required/>");
    }
    for value in &field.values {
        let _ = write!(xml, "<value>{}</value>", escaped(value));
    }
    for option in &field.options {
        let _ = write!(xml, "<option><value>{}</value></option>", escaped(option));
    }
    if let Some(rule) = field.rule {
        let ns = "http://jabber.org/protocol/xdata-validate";
        let _ = write!(xml, "<validate xmlns='{ns}'{}</validate>", rule.xml());
    }
    xml.push_str("</field>");
}

/// Every character that is not plain as a reference: then no reader changes it.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || c == ' ' {
            escaped.push(c);
        } else {
            let _ = write!(escaped, "&#x{:X};", u32::from(c));
        }
    }
    escaped
}

/// What a server would read.
fn values(iq: &Element) -> Vec<(String, Vec<String>)> {
    let query = iq
        .get_child("query", "jabber:iq:register")
        .expect("an answer has a query");
    let Some(x) = query.get_child("x", "jabber:x:data") else {
        let legacy = |field: &Element| (field.name().to_string(), vec![field.text()]);
        return query.children().map(legacy).collect();
    };
    assert_eq!(query.children().count(), 1, "a form stands alone");
    assert_eq!(x.attr("type"), Some("submit"));
    let read = |field: &Element| {
        let var = field.attr("var").expect("a field has a name");
        let values = field.children().map(Element::text).collect();
        (var.to_string(), values)
    };
    x.children().map(read).collect()
}
