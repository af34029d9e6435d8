//! XML that is well-formed and odd: names that collide, other namespaces and prefixes, and every character there is.

use minidom::Element;
use xmpp_registration::{
    Channel, Config, Event, Failure, Field, FieldKind, Form, Handled, IdPrefix, Ignored, Output,
    Peer, RegistrationMachine, Violation,
};

use super::characters::every_character;
use super::{
    NS_DATA, NS_REGISTER, assert_still_waits_for_a_form, awaiting_form, data_query, field, iq,
    iq_around, offered, only_event, parent, set_attr, with_text,
};

/// Submits a form, and gives what is sent, as a server would read it.
#[track_caller]
fn sent(machine: &mut RegistrationMachine, form: Form) -> Element {
    let answer = form.finish().expect("the form is ready");
    machine.submit(answer).expect("the form is open");
    let Some(Output::Send(stanza)) = machine.poll_output() else {
        panic!("the answer is sent");
    };
    String::from(&stanza)
        .parse()
        .expect("what was written can be read")
}

fn sent_values(stanza: &Element, var: &str) -> Vec<String> {
    stanza
        .get_child("query", NS_REGISTER)
        .and_then(|query| query.get_child("x", NS_DATA))
        .expect("a data form is sent")
        .children()
        .filter(|field| field.attr("var") == Some(var))
        .flat_map(|field| field.children().map(Element::text))
        .collect()
}

#[test]
fn of_fields_with_one_name_the_first_counts_and_is_sent_once() {
    let mut machine = awaiting_form();
    let x = "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>\
        <field var='username' label='one'/><field var='username' label='two'><required/></field>\
        <field var='username' type='boolean'/><field var='password' type='text-private'/></x></query>";
    let mut form = offered(&mut machine, &iq("result", 1, x));
    assert_eq!(form.fields().count(), 2);
    let username = form.field("username").expect("it is there");
    assert_eq!(username.label(), Some("one"));
    let left = form.fill("juliet", "R0m30!").expect("both are there");
    assert!(left.is_empty());
    let stanza = sent(&mut machine, form);
    assert_eq!(sent_values(&stanza, "username"), ["juliet"]);
}

#[test]
fn colliding_names_among_many_fields_are_found_as_well() {
    let mut machine = awaiting_form();
    let fields = (0..200).map(|at| {
        let mut field = field(&format!("f{}", at % 50));
        set_attr(&mut field, "label", &at.to_string());
        field
    });
    let reply = iq_around("result", 1, vec![data_query(fields.collect())]);
    let form = offered(&mut machine, &reply);
    assert_eq!(form.fields().count(), 50);
    for at in 0..50 {
        let label = form.field(&format!("f{at}")).and_then(Field::label);
        assert_eq!(label, Some(at.to_string().as_str()));
    }
}

#[test]
fn a_form_within_a_field_or_a_form_is_no_form() {
    let mut machine = awaiting_form();
    let inner = "<x xmlns='jabber:x:data' type='form'><field var='inner'/></x>";
    let query = format!(
        "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>{inner}\
         <field var='outer'>{inner}<field var='nested'/></field></x><username>{inner}</username></query>"
    );
    let form = offered(&mut machine, &iq("result", 1, &query));
    let names: Vec<_> = form.fields().filter_map(Field::name).collect();
    assert_eq!(names, ["outer"]);
}

#[test]
fn other_namespaces_are_not_taken_for_ours() {
    let queries = [
        "<query xmlns='jabber:iq:register:x'><username/></query>",
        "<query xmlns='JABBER:IQ:REGISTER'><username/></query>",
        "<query xmlns=''><username/></query>",
        "<query><username/></query>",
        "<query xmlns='jabber:iq:register'><username xmlns='u'/></query>",
        "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data:x' type='form'><field var='a'/></x></query>",
        "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field xmlns='u' var='a'/></x></query>",
        "<u:query xmlns:u='u'><username xmlns='jabber:iq:register'/></u:query>",
        "<username xmlns='jabber:iq:register'/>",
    ];
    for query in queries {
        let mut machine = awaiting_form();
        assert_eq!(
            only_event(&mut machine, &iq("result", 1, query)),
            Event::Failed(Failure::Protocol(Violation::NothingOffered)),
            "{query}"
        );
    }
}

#[test]
fn prefixes_do_not_matter_and_are_not_sent_back() {
    let mut machine = awaiting_form();
    let xml = "<c:iq xmlns:c='jabber:client' xmlns='u' type='result' id='p-1'>\
        <r:query xmlns:r='jabber:iq:register'><d:x xmlns:d='jabber:x:data' d:type='cancel' type='form'>\
        <d:field xmlns:d='jabber:x:data' var='username' d:var='no'/><d:field var='h' type='hidden'>\
        <p:value xmlns:p='jabber:x:data'>1</p:value></d:field></d:x></r:query></c:iq>";
    let reply: Element = xml.parse().expect("well-formed");
    let mut form = offered(&mut machine, &reply);
    form.set("username", "juliet").expect("it is there");
    let stanza = sent(&mut machine, form);
    assert_eq!(sent_values(&stanza, "username"), ["juliet"]);
    assert_eq!(sent_values(&stanza, "h"), ["1"]);
}

/// Which texts are one JID is for stringprep to say (nodeprep, nameprep, resourceprep), and for nobody's eyes.
#[test]
fn senders_that_differ_only_by_stringprep_are_one_and_the_others_are_not() {
    let me = "strauss\u{e9}@example.org/b\u{e9}";
    let reply = |from: &str| {
        let query = "<query xmlns='jabber:iq:register'><username/></query>";
        let mut reply = iq("result", 1, query);
        set_attr(&mut reply, "from", from);
        reply
    };
    let asking = || {
        let peer = Peer::account(me.parse().expect("a full JID"));
        let ids = IdPrefix::new("p").expect("a prefix");
        let mut machine = RegistrationMachine::register(Config::new(peer, ids, Channel::Encrypted));
        assert!(matches!(machine.poll_output(), Some(Output::Send(_))));
        machine
    };
    for same in [
        "STRAUSS\u{c9}@EXAMPLE.ORG/b\u{e9}",
        // Sharp s folds to two letters, an accent may stand by itself, and some letters are nothing.
        "strau\u{df}\u{e9}@example.org/b\u{e9}",
        "strausse\u{301}@example.org/be\u{301}",
        "stra\u{ad}uss\u{e9}@example.org",
        // Letters of full width, in each of the parts, and another dot.
        "\u{ff53}trauss\u{e9}@example.org",
        "strauss\u{e9}@\u{ff45}xample.org",
        "strauss\u{e9}@example.org/\u{ff42}\u{e9}",
        "example\u{3002}org",
    ] {
        let mut machine = asking();
        assert_eq!(
            machine.handle_stanza(&reply(same)),
            Handled::Consumed,
            "{same}"
        );
    }
    let mut machine = asking();
    for other in [
        // A resource has its case, and no accent is not an accent.
        "strauss\u{e9}@example.org/B\u{e9}",
        "strausse@example.org",
        "strauss\u{e9}@example.org/be",
        // A Cyrillic letter that looks the same.
        "strauss\u{e9}@ex\u{430}mple.org",
        "str\u{430}uss\u{e9}@example.org",
        // No JID at all: white space, what turns the writing around, what is not assigned.
        "strauss\u{e9} @example.org",
        "strauss\u{e9}\u{202e}@example.org",
        "strauss\u{e9}\u{378}@example.org",
    ] {
        assert_eq!(
            machine.handle_stanza(&reply(other)),
            Handled::NotMine,
            "{other}"
        );
    }
    assert!(machine.is_awaiting_reply());
}

#[test]
fn stanzas_that_only_look_like_an_iq_are_not_ours() {
    let mut machine = awaiting_form();
    let inner = "type='result' id='p-1'><query xmlns='jabber:iq:register'><username/></query>";
    for (name, ns) in [
        ("message", "jabber:client"),
        ("presence", "jabber:client"),
        ("IQ", "jabber:client"),
        ("iq", "jabber:Client"),
        ("iq", "urn:example:other"),
        ("query", "jabber:iq:register"),
    ] {
        let xml = format!("<{name} xmlns='{ns}' {inner}</{name}>");
        let stanza: Element = xml.parse().expect("well-formed");
        assert_eq!(machine.handle_stanza(&stanza), Handled::NotMine, "{xml}");
        assert!(machine.poll_output().is_none(), "{xml}");
    }
    assert_still_waits_for_a_form(machine);
}

#[test]
fn a_junk_type_is_ignored_and_the_wait_goes_on() {
    let mut machine = awaiting_form();
    for kind in ["", "Result", "results", " result", "\u{1F600}"] {
        let stanza = iq(
            kind,
            1,
            "<query xmlns='jabber:iq:register'><username/></query>",
        );
        assert_eq!(machine.handle_stanza(&stanza), Handled::NotMine);
        assert_eq!(
            machine.poll_output(),
            Some(Output::Event(Event::Ignored(Ignored::UnknownType))),
            "{kind:?}"
        );
    }
    assert_still_waits_for_a_form(machine);
}

#[test]
fn a_junk_type_of_a_form_is_no_form_and_of_a_field_is_text() {
    for kind in ["Form", " form", "form ", "forms", "\u{1F600}", ""] {
        let mut machine = awaiting_form();
        let query = format!(
            "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='{kind}'><field var='a'/></x></query>"
        );
        assert_eq!(
            only_event(&mut machine, &iq("result", 1, &query)),
            Event::Failed(Failure::Protocol(Violation::NothingOffered)),
            "{kind:?}"
        );
    }
    for kind in ["", "Hidden", "text-single ", "media", "\u{1F600}"] {
        let mut machine = awaiting_form();
        let query = format!(
            "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field var='a' type='{kind}'/></x></query>"
        );
        let form = offered(&mut machine, &iq("result", 1, &query));
        let kind_read = form.field("a").map(Field::kind);
        assert_eq!(kind_read, Some(FieldKind::TextSingle), "{kind:?}");
    }
}

#[test]
fn every_character_of_xml_goes_out_and_comes_back() {
    for piece in every_character() {
        let mut machine = awaiting_form();
        let reply = iq_around("result", 1, vec![data_query(vec![field("misc")])]);
        let mut form = offered(&mut machine, &reply);
        form.set("misc", piece.as_str()).expect("each is legal");
        let stanza = sent(&mut machine, form);
        assert!(sent_values(&stanza, "misc") == [piece]);
    }
}

#[test]
fn every_character_of_xml_in_a_hidden_value_or_a_name_goes_back_as_it_came() {
    for piece in every_character() {
        let mut machine = awaiting_form();
        // Names are bounded by the parser, not by the machine.
        let name: String = piece.chars().take(2_000).collect();
        let mut hidden = field(&name);
        set_attr(&mut hidden, "type", "hidden");
        hidden.append_child(with_text("value", NS_DATA, &piece));
        let reply = iq_around("result", 1, vec![data_query(vec![field("a"), hidden])]);
        let form = offered(&mut machine, &reply);
        let stanza = sent(&mut machine, form);
        assert!(sent_values(&stanza, &name) == [piece]);
    }
}

#[test]
fn a_tree_made_by_hand_with_what_xml_forbids_breaks_the_protocol() {
    let bad = "\u{0}";
    let value = || with_text("value", NS_DATA, bad);
    let mut valued = field("h");
    set_attr(&mut valued, "type", "hidden");
    valued.append_child(value());
    let mut named = field(bad);
    named.append_child(with_text("value", NS_DATA, "x"));
    let old = parent(
        "query",
        NS_REGISTER,
        vec![with_text("username", NS_REGISTER, bad)],
    );
    for query in [
        data_query(vec![field("a"), valued]),
        data_query(vec![named]),
        old,
    ] {
        let mut machine = awaiting_form();
        assert_eq!(
            only_event(&mut machine, &iq_around("result", 1, vec![query])),
            Event::Failed(Failure::Protocol(Violation::ForbiddenCharacter))
        );
    }
}

#[test]
fn a_field_of_the_old_way_whose_name_xml_forbids_is_none() {
    let mut machine = awaiting_form();
    let odd = ["", "a b", "a:b", "<", "1a", "\u{0}"].map(|name| Element::bare(name, NS_REGISTER));
    let mut query = parent("query", NS_REGISTER, odd.into());
    query.append_child(Element::bare("username", NS_REGISTER));
    let mut form = offered(&mut machine, &iq_around("result", 1, vec![query]));
    assert_eq!(form.fields().count(), 1);
    form.set("username", "juliet").expect("it is there");
    let stanza = sent(&mut machine, form);
    let query = stanza.get_child("query", NS_REGISTER).expect("a query");
    assert_eq!(query.children().count(), 1);
}
