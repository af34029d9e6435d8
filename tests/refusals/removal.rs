//! Forms that remove a registration, or ask whether to: what they do, and what is told of it.

use xmpp_registration::{
    Config, Event, Failure, Form, Interruption, Misuse, RegistrationMachine, StreamCondition,
    Success,
};

use super::driver::*;

const GONE: &str = "<error xmlns='http://etherx.jabber.org/streams'>\
    <not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>";

/// A form that is for removing (XEP-0077 section 14.4).
fn of_type_cancel(fields: &str) -> String {
    alternative(&format!(
        "<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register:cancel</value></field>{fields}"
    ))
}

#[track_caller]
fn demanded(driver: &mut Driver, query: &str) -> Form {
    driver.sent();
    match driver.reply("error", &(error("cancel", "not-allowed") + query)) {
        Event::Refused {
            form: Some(form), ..
        } => form,
        event => panic!("{event:?}"),
    }
}

/// What comes of a submission that is out: the server ends the stream, or sends a result.
#[track_caller]
fn outcome(driver: &mut Driver, ends: bool) -> Event {
    if ends {
        driver.machine.handle_stream_error(&GONE.parse().unwrap());
        driver.event()
    } else {
        driver.reply("result", "")
    }
}

/// The end of the stream proves a removal, and nothing else.
fn expected(success: Success, ends: bool) -> Event {
    if !ends || success == Success::Unregistered {
        return Event::Succeeded(success);
    }
    let cut = Interruption::StreamError(StreamCondition::NotAuthorized);
    Event::Failed(Failure::OutcomeUnknown(cut))
}

/// A removal that was asked about and answered by a no is none, and its success is another; nor does the end of the stream
/// prove that the account is gone.
#[test]
fn who_says_no_to_a_removal_stays_registered() {
    let ask = |default: &str| {
        alternative(&format!(
            "<field var='remove' type='boolean'>{default}</field>"
        ))
    };
    let no = "<value>0</value>";
    for (default, typed, success) in [
        ("", Some(false), Success::Updated),
        ("", Some(true), Success::Unregistered),
        ("", None, Success::Unregistered),
        (no, None, Success::Updated),
        (no, Some(true), Success::Unregistered),
    ] {
        for ends in [false, true] {
            let machine = RegistrationMachine::unregister(account()).unwrap();
            let mut driver = Driver::new(machine);
            let mut form = demanded(&mut driver, &ask(default));
            if let Some(typed) = typed {
                form.set("remove", typed).unwrap();
            }
            driver.submit(form);
            let event = outcome(&mut driver, ends);
            assert_eq!(event, expected(success, ends), "{default} {typed:?}");
        }
    }
}

type Begin = fn(Config) -> RegistrationMachine;

/// Each task, and what it comes to where the registration stays.
const TASKS: [(Begin, Success); 3] = [
    (RegistrationMachine::register, Success::Updated),
    (
        |config| RegistrationMachine::change_password(config, "juliet", "new").unwrap(),
        Success::PasswordChanged,
    ),
    (
        |config| RegistrationMachine::unregister(config).unwrap(),
        Success::Updated,
    ),
];

/// Offered to who registers, and demanded of the others.
#[track_caller]
fn comes(driver: &mut Driver, query: &str) -> Form {
    let registers = format!("{:?}", driver.machine).contains("Form(");
    if !registers {
        return demanded(driver, query);
    }
    driver.sent();
    match driver.reply("result", query) {
        Event::FormOffered(form) => form,
        event => panic!("{event:?}"),
    }
}

/// Wherever it comes: a form that says that it is for removing removes, unless its `remove` is answered by a no.
#[test]
fn a_form_of_the_type_cancel_removes_whatever_was_asked_for() {
    let asks = "<field var='remove' type='boolean'/>";
    let cases = [
        ("", None, true),
        (asks, None, true),
        (asks, Some(true), true),
        (asks, Some(false), false),
        // A text of this name asks nothing that a no would answer.
        ("<field var='remove'/>", Some(false), true),
    ];
    for (begin, stays) in TASKS {
        for (fields, typed, removes) in cases {
            for ends in [false, true] {
                let mut driver = Driver::new(begin(account()));
                let mut form = comes(&mut driver, &of_type_cancel(fields));
                if let Some(typed) = typed {
                    form.set("remove", typed).unwrap();
                }
                assert_eq!(form.removes(), removes, "{fields} {typed:?}");
                driver.submit(form);
                let success = if removes {
                    Success::Unregistered
                } else {
                    stays
                };
                let event = outcome(&mut driver, ends);
                assert_eq!(event, expected(success, ends), "{fields} {typed:?}");
            }
        }
    }
}

/// As Spectrum 2 asks, a gateway: it removes, and answers by an empty result.
#[test]
fn a_field_unregister_removes_from_a_service() {
    let form = "<registered/><x xmlns='jabber:x:data' type='form'>\
        <field var='username'><required/><value>juliet</value></field>\
        <field var='unregister' type='boolean' label='Remove your registration'><value>0</value></field></x>";
    let query = format!("<query xmlns='jabber:iq:register'>{form}</query>");
    for (yes, success) in [(false, Success::Updated), (true, Success::Unregistered)] {
        let mut driver = Driver::new(RegistrationMachine::register(service()));
        driver.from = "from='gateway.example.net'";
        let mut form = comes(&mut driver, &query);
        assert!(form.is_registered() && !form.removes());
        form.set("unregister", yes).unwrap();
        assert_eq!(form.removes(), yes);
        driver.submit(form);
        let event = outcome(&mut driver, false);
        assert_eq!(event, Event::Succeeded(success));
    }
}

/// At a service too; only there nobody ends one's own stream for it.
#[test]
fn a_form_of_the_type_cancel_removes_from_a_service() {
    let mut driver = Driver::new(RegistrationMachine::register(service()));
    driver.from = "from='gateway.example.net'";
    let form = comes(&mut driver, &of_type_cancel(""));
    driver.submit(form);
    let event = outcome(&mut driver, false);
    assert_eq!(event, Event::Succeeded(Success::Unregistered));
}

#[test]
fn a_form_that_removes_wants_a_login_however_it_says_so() {
    for query in [
        of_type_cancel(""),
        alternative("<field var='remove' type='boolean'><value>\n true\n</value></field>"),
        alternative("<field var='remove' type='hidden'><value>1</value></field><field var='a'/>"),
        alternative("<field var='unregister'><value>1</value></field>"),
        // Both of one name are sent.
        alternative(
            "<field var='remove' type='hidden'><value>1</value></field>\
             <field var='remove' type='boolean'><value>0</value></field>",
        ),
        alternative(
            "<field var='FORM_TYPE'><value>\n jabber:iq:register:cancel </value></field><field var='a'/>",
        ),
    ] {
        let mut driver = Driver::new(RegistrationMachine::register(server()));
        let form = comes(&mut driver, &query);
        let rejected = driver.machine.submit(form.finish().unwrap()).unwrap_err();
        assert_eq!(rejected.why, Misuse::NotLoggedIn, "{query}");
        // It is the caller's still.
        assert!(rejected.answer.into_form().removes());
        driver.machine.request_form().unwrap();
    }
}
