//! What is in doubt, and what is not.

use minidom::Element;
use xmpp_registration::{
    Event, Failure, Form, Interruption, Limits, RegistrationMachine, StreamCondition, Success,
};

use crate::driver::*;

/// Something that ends the wait; the element is a stream error.
type Cut = fn(&mut RegistrationMachine, &Element);

#[test]
fn what_success_means() {
    let registered = "<registered/><username>juliet</username><password/>";
    let remove =
        "<x xmlns='jabber:x:data'><field var='remove' type='boolean'><value>1</value></field></x>";
    let cases = [
        (server(), PLAIN, Success::Registered),
        (server(), registered, Success::Updated),
        (service(), PLAIN, Success::Registered),
        (service(), registered, Success::Updated),
        (service(), remove, Success::Unregistered),
        (account(), registered, Success::Updated),
    ];
    for (config, fields, success) in cases {
        let mut driver = Driver::new(RegistrationMachine::register(config.clone()));
        if config == service() {
            driver.from = "from='gateway.example.net'";
        }
        let mut form = driver.form(fields);
        if form.field("username").is_some() {
            let _ = form.fill("juliet", "new").unwrap();
        }
        if form.field("email").is_some() {
            form.set("email", "").unwrap();
        }
        driver.submit(form);
        assert_eq!(
            driver.reply("result", ""),
            Event::Succeeded(success),
            "{fields}"
        );
    }
}

/// Whatever ends the wait: what was handed out decides what is known.
#[test]
fn in_doubt_only_from_the_handing_out_of_the_set_to_its_reply() {
    let reset: Element = "<error xmlns='http://etherx.jabber.org/streams'><reset xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>"
        .parse()
        .unwrap();
    let cuts: [(Cut, Failure, Interruption); 3] = [
        (
            |m, _| m.handle_timeout(),
            Failure::TimedOut,
            Interruption::TimedOut,
        ),
        (
            |m, _| m.handle_disconnect(),
            Failure::Disconnected,
            Interruption::Disconnected,
        ),
        (
            |m, e| m.handle_stream_error(e),
            Failure::StreamError(StreamCondition::Reset),
            Interruption::StreamError(StreamCondition::Reset),
        ),
    ];
    for (cut, certain, in_doubt) in cuts {
        let is_timeout = certain == Failure::TimedOut;
        // The get is out.
        let mut driver = Driver::new(RegistrationMachine::register(server()));
        driver.sent();
        cut(&mut driver.machine, &reset);
        assert_eq!(driver.event(), Event::Failed(certain.clone()));
        // The form is in the caller's hands: no reply is awaited, so there is nothing to time out.
        let mut driver = Driver::new(RegistrationMachine::register(server()));
        let form = driver.form("<username/><password/>");
        cut(&mut driver.machine, &reset);
        if is_timeout {
            assert_eq!(driver.machine.poll_output(), None);
        } else {
            assert_eq!(driver.event(), Event::Failed(certain.clone()));
            continue_after_the_end(driver, form);
        }
        // The set is made, and not handed out: it never will be.
        let mut driver = Driver::new(RegistrationMachine::unregister(account()).unwrap());
        cut(&mut driver.machine, &reset);
        if is_timeout {
            driver.sent();
        } else {
            assert_eq!(driver.event(), Event::Failed(certain));
            assert_eq!(driver.machine.poll_output(), None);
        }
        // The set is out.
        let mut driver = submitted(server(), PLAIN);
        cut(&mut driver.machine, &reset);
        let expected = Failure::OutcomeUnknown(in_doubt);
        assert!(expected.in_doubt());
        assert_eq!(driver.event(), Event::Failed(expected));
    }
}

/// The stream died while the user typed: a new machine takes over what was typed.
#[track_caller]
fn continue_after_the_end(ended: Driver, mut old: Form) {
    drop(ended);
    let _ = old.fill("juliet", "R0m30").unwrap();
    let mut driver = Driver::new(RegistrationMachine::register(server()));
    let mut form = driver.form("<username/><password/>");
    assert!(form.adopt(&old).is_empty());
    driver.submit(form);
}

#[test]
fn the_end_of_the_stream_during_a_removal() {
    let condition = |name: &str| -> Element {
        format!("<error xmlns='http://etherx.jabber.org/streams'><{name} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>")
            .parse()
            .unwrap()
    };
    let unknown = |condition| {
        let interruption = Interruption::StreamError(condition);
        Event::Failed(Failure::OutcomeUnknown(interruption))
    };
    let cases = [
        (
            account(),
            "not-authorized",
            Event::Succeeded(Success::Unregistered),
        ),
        (account(), "conflict", unknown(StreamCondition::Conflict)),
        (
            account(),
            "system-shutdown",
            unknown(StreamCondition::SystemShutdown),
        ),
        (
            account(),
            "nonsense",
            unknown(StreamCondition::UndefinedCondition),
        ),
        (
            service(),
            "not-authorized",
            unknown(StreamCondition::NotAuthorized),
        ),
    ];
    for (config, name, expected) in cases {
        let mut driver = Driver::new(RegistrationMachine::unregister(config).unwrap());
        driver.sent();
        driver.machine.handle_stream_error(&condition(name));
        assert_eq!(driver.event(), expected, "{name}");
    }
    // After the result, the stream error is only how the server ends the session.
    for name in ["not-authorized", "conflict"] {
        let mut driver = Driver::new(RegistrationMachine::unregister(account()).unwrap());
        driver.sent();
        assert_eq!(
            driver.reply("result", ""),
            Event::Succeeded(Success::Unregistered)
        );
        driver.machine.handle_stream_error(&condition(name));
        driver.machine.handle_disconnect();
        assert_eq!(driver.machine.poll_output(), None);
    }
}

/// It is one's own server that says so, when the request may have arrived long since.
#[test]
fn a_service_that_could_not_be_heard_leaves_the_outcome_unknown() {
    let timeout = error("wait", "remote-server-timeout");
    let change = RegistrationMachine::change_password(service(), "juliet", "new").unwrap();
    let removal = RegistrationMachine::unregister(service()).unwrap();
    for machine in [change, removal] {
        let mut driver = Driver::new(machine);
        driver.from = "from='gateway.example.net'";
        driver.sent();
        let unheard = Failure::OutcomeUnknown(Interruption::RemoteServerTimeout);
        assert_eq!(driver.reply("error", &timeout), Event::Failed(unheard));
    }
    // One's own server is not remote: it was asked, and refuses.
    let mut driver = Driver::new(RegistrationMachine::unregister(account()).unwrap());
    driver.sent();
    let refused = driver.reply("error", &timeout);
    assert!(
        matches!(refused, Event::Failed(Failure::Refused(_))),
        "{refused:?}"
    );
    // The request for a form changes nothing.
    let mut driver = Driver::new(RegistrationMachine::register(service()));
    driver.from = "from='gateway.example.net'";
    driver.sent();
    assert!(matches!(
        driver.reply("error", &timeout),
        Event::Refused { form: None, .. }
    ));
}

/// That too much comes with it, or another form, makes nobody wiser.
#[test]
fn a_service_that_could_not_be_heard_leaves_it_unknown_whatever_else_is_said() {
    let long = "x".repeat(2_000);
    let limits = Limits {
        text_bytes: 1_000,
        ..Limits::default()
    };
    let removal = || {
        let config = service().limits(limits);
        let mut driver = Driver::new(RegistrationMachine::unregister(config).unwrap());
        driver.from = "from='gateway.example.net'";
        driver.sent();
        driver
    };
    let text = format!("<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>{long}</text>");
    let with = |inner: &str| {
        error("wait", "remote-server-timeout").replace("</error>", &format!("{inner}</error>"))
    };
    let legacy = format!("<error code='504'>{text}</error>");
    let large = alternative(&format!("<field var='a'><value>{long}</value></field>")) + &with("");
    let small = alternative("<field var='a'/>") + &with("");
    for (inner, limited) in [
        (with(&text), true),
        (legacy, true),
        (large, true),
        (small, false),
    ] {
        let mut driver = removal();
        let unheard = Failure::OutcomeUnknown(Interruption::RemoteServerTimeout);
        assert_eq!(driver.reply("error", &inner), Event::Failed(unheard));
        if limited {
            // Another condition says that it was refused, however much is said with it.
            let other = inner
                .replace("remote-server-timeout", "conflict")
                .replace("504", "409");
            let mut driver = removal();
            let event = driver.reply("error", &other);
            assert!(matches!(event, Event::Failed(Failure::Protocol(_))));
        }
    }
}
