//! From an invitation to an account: URI, token, reserved name (XEP-0445, XEP-0401, XEP-0379).

#[allow(dead_code, reason = "each test takes what it needs")]
#[path = "common/steps.rs"]
mod steps;

use xmpp_registration::{
    Channel, Config, Event, Failure, FieldError, Form, IdPrefix, Misuse, Output, Peer,
    RegistrationMachine, Success, Uri,
};

use steps::{reply, sent};

fn machine(uri: &str) -> RegistrationMachine {
    let uri = Uri::parse(uri).unwrap();
    let config = uri.config(IdPrefix::new("p").unwrap(), Channel::Encrypted);
    uri.register(config.unwrap()).unwrap()
}

#[track_caller]
fn offered(machine: &mut RegistrationMachine, serial: u32) -> Form {
    let query = "<query xmlns='jabber:iq:register'><username/><password/></query>";
    reply(machine, serial, "result", query);
    match machine.poll_output() {
        Some(Output::Event(Event::FormOffered(form))) => form,
        other => panic!("no form, but {other:?}"),
    }
}

fn reserved() -> FieldError {
    let field = "username".into();
    FieldError::Reserved { field }
}

#[test]
fn the_token_goes_first_and_the_reserved_name_is_fixed() {
    let mut machine = machine("xmpp:juliet@example.com?register;preauth=t0ken");
    let preauth = sent(&mut machine);
    assert!(
        preauth.contains("<preauth xmlns='urn:xmpp:pars:0' token='t0ken'/>"),
        "{preauth}"
    );
    reply(&mut machine, 1, "result", "");
    assert!(sent(&mut machine).contains("type='get'"));
    let mut form = offered(&mut machine, 2);
    let name = form.field("username").unwrap();
    assert!(name.is_reserved() && name.value() == Some("juliet"));
    assert!(!form.field("password").unwrap().is_reserved());
    assert_eq!(form.set("username", "romeo"), Err(reserved()));
    assert_eq!(form.set("username", ["juliet"]), Err(reserved()));
    assert_eq!(form.fill("romeo", "pw").err(), Some(reserved()));
    assert!(!form.field("password").unwrap().is_set());
    let mut asked = Vec::new();
    form.answer_each(|field| {
        asked.push(field.name().unwrap().to_owned());
        None
    })
    .unwrap();
    assert_eq!(asked, ["password"]);
    // The very name is no change.
    assert!(form.fill("juliet", "pw").unwrap().is_empty());
    machine.submit(form.finish().unwrap()).unwrap();
    assert!(sent(&mut machine).contains("<username>juliet</username><password>pw</password>"));
    reply(&mut machine, 3, "error", "<error type='modify'/>");
    let Some(Output::Event(Event::Refused {
        form: Some(mut form),
        ..
    })) = machine.poll_output()
    else {
        panic!("the same form to mend")
    };
    assert_eq!(form.set("username", "romeo"), Err(reserved()));
    form.set("password", "better").unwrap();
    machine.submit(form.finish().unwrap()).unwrap();
    let _ = sent(&mut machine);
    reply(&mut machine, 4, "result", "");
    let done = Output::Event(Event::Succeeded(Success::Registered));
    assert_eq!(machine.poll_output(), Some(done));
}

/// Nobody could set it again, whatever the server thinks of a name.
#[test]
fn a_reserved_name_that_is_asked_for_as_a_secret_outlives_a_refusal() {
    let mut machine = machine("xmpp:juliet@example.com?register");
    let _ = sent(&mut machine);
    let query = "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>\
        <field var='username' type='text-private'><required/></field>\
        <field var='password' type='text-private'><required/></field></x></query>";
    reply(&mut machine, 1, "result", query);
    for serial in 2..5 {
        let form = match machine.poll_output() {
            Some(Output::Event(Event::FormOffered(form))) => Some(form),
            Some(Output::Event(Event::Refused { form, .. })) => form,
            other => panic!("no form, but {other:?}"),
        };
        let mut form = form.expect("a form to mend");
        let name = form.field("username").unwrap();
        assert!(name.is_reserved() && name.value() == Some("juliet"));
        assert!(!form.field("password").unwrap().is_set());
        form.set("password", "R0m30!").unwrap();
        machine.submit(form.finish().unwrap()).unwrap();
        assert!(sent(&mut machine).contains("<value>juliet</value>"));
        reply(&mut machine, serial, "error", "<error type='modify'/>");
    }
}

/// A room's name is not the user's.
#[test]
fn a_services_uri_reserves_nothing() {
    let uri = Uri::parse("xmpp:tea@rooms.example.net?register").unwrap();
    let me: jid::FullJid = "juliet@example.com/balcony".parse().unwrap();
    let peer = Peer::service(uri.address().clone(), me).unwrap();
    let config = Config::new(peer, IdPrefix::new("p").unwrap(), Channel::Encrypted);
    let mut machine = uri.register(config).unwrap();
    assert!(sent(&mut machine).contains("to='tea@rooms.example.net'"));
    let iq = "<iq xmlns='jabber:client' type='result' id='p-1' from='tea@rooms.example.net'>\
              <query xmlns='jabber:iq:register'><username/></query></iq>";
    let _ = machine.handle_stanza(&iq.parse().unwrap());
    let Some(Output::Event(Event::FormOffered(mut form))) = machine.poll_output() else {
        panic!("no form")
    };
    assert!(!form.field("username").unwrap().is_set());
    form.set("username", "jule").unwrap();
}

#[test]
fn a_domain_alone_reserves_nothing_and_no_token_asks_at_once() {
    let mut machine = machine("xmpp:example.com?register");
    assert!(sent(&mut machine).contains("type='get'"));
    let mut form = offered(&mut machine, 1);
    assert!(form.fields().all(|field| !field.is_reserved()));
    assert!(form.fill("anybody", "pw").unwrap().is_empty());
}

#[test]
fn a_contacts_invitation_registers_at_the_contacts_server() {
    let mut machine = machine("xmpp:romeo@example.com?roster;preauth=t0ken;ibr=y");
    let preauth = sent(&mut machine);
    assert!(preauth.contains("to='example.com'"), "{preauth}");
    reply(&mut machine, 1, "result", "");
    let _ = sent(&mut machine);
    let form = offered(&mut machine, 2);
    assert!(
        form.fields()
            .all(|field| !field.is_reserved() && field.value().is_none())
    );
}

#[test]
fn a_reserved_name_outlives_a_new_form() {
    let mut machine = machine("xmpp:juliet@example.com?register");
    let _ = sent(&mut machine);
    let _ = offered(&mut machine, 1);
    machine.request_form().unwrap();
    let _ = sent(&mut machine);
    assert_eq!(
        offered(&mut machine, 2).set("username", "romeo"),
        Err(reserved())
    );
}

/// It could neither be submitted nor changed.
#[test]
fn a_reserved_name_that_the_form_does_not_take_is_not_reserved() {
    let mut machine = machine("xmpp:juliet@example.com?register");
    let _ = sent(&mut machine);
    let query = "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>\
                 <field var='username' type='list-single'><option><value>a</value></option></field></x></query>";
    reply(&mut machine, 1, "result", query);
    let Some(Output::Event(Event::FormOffered(mut form))) = machine.poll_output() else {
        panic!("no form")
    };
    let username = form.field("username").unwrap();
    assert!(!username.is_reserved() && !username.is_set());
    form.set("username", "a").unwrap();
    assert!(form.finish().is_ok());
}

#[test]
fn a_uri_unregisters_where_it_says_only() {
    let me: jid::FullJid = "juliet@example.com/balcony".parse().unwrap();
    let ids = || IdPrefix::new("p").unwrap();
    let config = |peer| Config::new(peer, ids(), Channel::Encrypted);
    let service =
        |address: &str| Peer::service(address.parse::<jid::Jid>().unwrap(), me.clone()).unwrap();
    let uri = Uri::parse("xmpp:gateway.example.net?unregister").unwrap();
    let mut machine = uri
        .unregister(config(service("gateway.example.net")))
        .unwrap();
    let remove = sent(&mut machine);
    assert!(
        remove.contains("to='gateway.example.net'") && remove.contains("<remove/>"),
        "{remove}"
    );
    let home = Uri::parse("xmpp:example.com?unregister").unwrap();
    let own = Uri::parse("xmpp:juliet@example.com?unregister").unwrap();
    for uri in [&home, &own] {
        assert!(uri.unregister(config(Peer::account(me.clone()))).is_ok());
    }
    let register = Uri::parse("xmpp:gateway.example.net?register").unwrap();
    let other = Uri::parse("xmpp:romeo@example.com?unregister").unwrap();
    for (uri, peer) in [
        (&uri, service("other.example.net")),
        (&uri, Peer::account(me.clone())),
        (&home, Peer::server("example.com").unwrap()),
        (&other, Peer::account(me.clone())),
        (&register, service("gateway.example.net")),
    ] {
        assert_eq!(
            uri.unregister(config(peer)).err(),
            Some(Misuse::NotTheUri),
            "{uri:?}"
        );
    }
}

#[test]
fn a_refused_token_ends_the_task_and_is_not_shown() {
    let mut machine = machine("xmpp:example.com?register;preauth=t0ken");
    assert!(!format!("{machine:?}").contains("t0ken"));
    let _ = sent(&mut machine);
    reply(
        &mut machine,
        1,
        "error",
        "<preauth xmlns='urn:xmpp:pars:0' token='t0ken'/><error type='cancel'/>",
    );
    let event = machine.poll_output();
    assert!(matches!(
        event,
        Some(Output::Event(Event::Failed(Failure::TokenRefused(_))))
    ));
    assert!(!format!("{event:?} {machine:?}").contains("t0ken"));
    assert_eq!(machine.request_form(), Err(Misuse::Finished));
}

/// Begun anew without the invitation, the user chooses the name.
#[test]
fn a_reserved_name_is_not_taken_over_as_if_it_had_been_typed() {
    let mut invited = machine("xmpp:juliet@example.com?register");
    let _ = sent(&mut invited);
    let mut earlier = offered(&mut invited, 1);
    earlier.set("password", "R0m30!").unwrap();
    let mut anew = machine("xmpp:example.com?register");
    let _ = sent(&mut anew);
    let mut form = offered(&mut anew, 1);
    let left = form.adopt(&earlier);
    assert_eq!(left.names().collect::<Vec<_>>(), ["username"]);
    assert!(!form.field("username").unwrap().is_set());
    assert_eq!(form.field("password").unwrap().value(), Some("R0m30!"));
    form.set("username", "romeo").unwrap();
    assert!(form.finish().is_ok());
}
