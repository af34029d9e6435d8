//! What a refusal leads to (rule 5), what becomes of the form, and how a task ends when no reply comes (rule 4).

#[path = "refusals/doubt.rs"]
mod doubt;
#[path = "refusals/driver.rs"]
mod driver;
#[path = "refusals/removal.rs"]
mod removal;

#[path = "refusals/typed.rs"]
mod typed;

use minidom::Element;
use xmpp_registration::{
    Condition, Config, Event, Failure, Form, Handled, Misuse, RegistrationMachine, Step, Success,
};

use driver::*;

#[test]
fn a_refused_request_for_the_form() {
    for (kind, condition) in [
        ("cancel", "feature-not-implemented"),
        ("cancel", "service-unavailable"),
        ("wait", "service-unavailable"),
        ("cancel", "not-allowed"),
    ] {
        let mut driver = Driver::new(RegistrationMachine::register(server()));
        driver.sent();
        let event = driver.reply("error", &error(kind, condition));
        let Event::Failed(Failure::Unsupported(error)) = event else {
            panic!("{event:?}")
        };
        assert_eq!(
            (error.step(), error.condition().name()),
            (Step::Form, condition)
        );
    }
    for (kind, condition) in [
        ("auth", "forbidden"),
        ("modify", "policy-violation"),
        ("cancel", "conflict"),
    ] {
        let mut driver = Driver::new(RegistrationMachine::register(server()));
        driver.sent();
        let event = driver.reply("error", &error(kind, condition));
        assert!(
            matches!(event, Event::Failed(Failure::Refused(_))),
            "{event:?}"
        );
    }
}

#[test]
fn a_request_refused_for_now_can_be_made_again() {
    let mut driver = Driver::new(RegistrationMachine::register(server()));
    driver.sent();
    for _ in 0..3 {
        let event = driver.reply("error", &error("wait", "resource-constraint"));
        let Event::Refused { error, form: None } = event else {
            panic!("{event:?}")
        };
        assert!(error.is_worth_retrying());
        driver.machine.request_form().unwrap();
        driver.sent();
    }
    let query = "<query xmlns='jabber:iq:register'><username/></query>";
    assert!(matches!(
        driver.reply("result", query),
        Event::FormOffered(_)
    ));
}

/// Whatever type the error has: nobody has answered the request yet. One's own server was heard.
#[test]
fn a_service_that_was_not_heard_can_be_asked_again() {
    let elsewhere = "from='gateway.example.net'";
    for (config, from, is_heard) in [
        (service(), elsewhere, false),
        (server(), "", true),
        (account(), "", true),
    ] {
        let mut driver = Driver::new(RegistrationMachine::register(config));
        driver.from = from;
        driver.sent();
        let event = driver.reply("error", &error("cancel", "remote-server-timeout"));
        let again = driver.machine.request_form();
        if is_heard {
            assert!(
                matches!(event, Event::Failed(Failure::Refused(_))),
                "{event:?}"
            );
            assert_eq!(again, Err(Misuse::Finished));
        } else {
            assert!(matches!(event, Event::Refused { form: None, .. }));
            assert_eq!(again, Ok(()));
        }
    }
}

#[test]
fn a_refused_registration_gives_the_form_back_without_the_secrets() {
    let mut driver = submitted(server(), PLAIN);
    let event = driver.reply("error", &error("cancel", "conflict"));
    let Event::Refused {
        error,
        form: Some(mut form),
    } = event
    else {
        panic!("{event:?}")
    };
    assert_eq!(
        (error.condition(), error.step()),
        (Condition::Conflict, Step::Submit)
    );
    let value = |form: &Form, name| form.field(name).unwrap().value().map(String::from);
    assert_eq!(value(&form, "email").as_deref(), Some("typed-email"));
    assert_eq!(value(&form, "username").as_deref(), Some("typed-username"));
    assert_eq!(value(&form, "password"), None);
    let _ = form.fill("other", "again").unwrap();
    driver.submit(form);
    assert_eq!(
        driver.reply("result", ""),
        Event::Succeeded(Success::Registered)
    );
}

/// "register, set: always `Event::Refused`", whatever the condition.
#[test]
fn every_condition_leaves_a_registration_going_on() {
    for inner in [
        error("cancel", "service-unavailable"),
        error("auth", "forbidden"),
        error("wait", "internal-server-error"),
        String::new(),
        "<error code='409'/>".into(),
    ] {
        let mut driver = submitted(server(), PLAIN);
        let event = driver.reply("error", &inner);
        assert!(
            matches!(event, Event::Refused { form: Some(_), .. }),
            "{inner}"
        );
    }
}

#[test]
fn a_used_up_form_is_requested_anew_and_filled_in_again() {
    for mark in [
        "<key>k1</key>",
        "<x xmlns='jabber:x:data' type='form'><field var='username'/><field var='password'/><field var='email'/>\
         <field var='challenge' type='hidden'><value>c1</value></field><field var='ocr'/></x>",
        "<x xmlns='jabber:x:data' type='form'><field var='username'/><field var='password'/><field var='email'/>\
         <field var='picture'><media xmlns='urn:xmpp:media-element'/></field></x>",
    ] {
        let fields = format!("{PLAIN}{mark}");
        let mut driver = submitted(server(), &fields);
        let event = driver.reply("error", &error("cancel", "not-allowed"));
        assert!(
            matches!(event, Event::Refused { form: None, .. }),
            "{event:?}"
        );
        driver.machine.request_form().unwrap();
        let form = driver.form(&fields);
        for field in form.fields() {
            let kept = matches!(field.name(), Some("username" | "email"));
            assert_eq!(field.is_set(), kept, "{field:?}");
        }
    }
}

#[test]
fn an_alternative_form_is_demanded_in_any_task() {
    let form = alternative("<field var='username'/><field var='x-mmn'><required/></field>");
    let refused = form + &error("modify", "not-authorized");
    let mut registration = submitted(server(), PLAIN);
    let mut change =
        Driver::new(RegistrationMachine::change_password(account(), "juliet", "new").unwrap());
    change.sent();
    let mut removal = Driver::new(RegistrationMachine::unregister(account()).unwrap());
    removal.sent();
    for (driver, step, success) in [
        (&mut registration, Step::Submit, Success::Registered),
        (&mut change, Step::PasswordChange, Success::PasswordChanged),
        (&mut removal, Step::Removal, Success::Unregistered),
    ] {
        for _ in 0..2 {
            let event = driver.reply("error", &refused);
            let Event::Refused {
                error,
                form: Some(mut form),
            } = event
            else {
                panic!("{event:?}")
            };
            assert_eq!(error.step(), step);
            assert!(form.is_data_form());
            form.set("username", "juliet").unwrap();
            form.set("x-mmn", "Throckmorton").unwrap();
            driver.submit(form);
        }
        assert_eq!(driver.reply("result", ""), Event::Succeeded(success));
    }
}

#[test]
fn other_tasks_end_where_no_form_comes() {
    let echoed = "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='submit'><field var='a'/></x></query>";
    for inner in [
        error("cancel", "not-allowed"),
        error("wait", "internal-server-error"),
        format!("{echoed}<error/>"),
    ] {
        let mut change =
            Driver::new(RegistrationMachine::change_password(account(), "juliet", "new").unwrap());
        let mut removal = Driver::new(RegistrationMachine::unregister(account()).unwrap());
        for driver in [&mut change, &mut removal] {
            driver.sent();
            let event = driver.reply("error", &inner);
            let Event::Failed(failure @ Failure::Refused(_)) = event else {
                panic!("{event:?}")
            };
            assert!(!failure.in_doubt());
        }
    }
}

#[test]
fn a_refused_token_is_told_whatever_the_condition() {
    for inner in [
        error("cancel", "forbidden"),
        error("cancel", "item-not-found"),
        error("wait", "policy-violation"),
        String::new(),
    ] {
        let mut driver =
            Driver::new(RegistrationMachine::register_with_token(server(), "t0ken").unwrap());
        driver.sent();
        let event = driver.reply("error", &inner);
        let Event::Failed(Failure::TokenRefused(error)) = event else {
            panic!("{event:?}")
        };
        assert_eq!(error.step(), Step::Token);
    }
}

#[test]
fn a_token_goes_first_and_is_never_in_doubt() {
    let mut driver =
        Driver::new(RegistrationMachine::register_with_token(server(), "t0ken").unwrap());
    let preauth = driver.sent();
    let element = preauth.get_child("preauth", "urn:xmpp:pars:0").unwrap();
    assert_eq!(
        (
            preauth.attr("type"),
            preauth.attr("to"),
            element.attr("token")
        ),
        (Some("set"), Some("example.com"), Some("t0ken"))
    );
    driver.machine.handle_disconnect();
    assert_eq!(driver.event(), Event::Failed(Failure::Disconnected));
    let mut driver =
        Driver::new(RegistrationMachine::register_with_token(server(), "t0ken").unwrap());
    driver.sent();
    let ok: Element = "<iq xmlns='jabber:client' type='result' id='p-1'/>"
        .parse()
        .unwrap();
    assert_eq!(driver.machine.handle_stanza(&ok), Handled::Consumed);
    driver.form("<registered/><username>juliet</username><password/>");
}

#[test]
fn requests_go_where_they_cannot_do_harm() {
    let sent =
        |config: Config| Driver::new(RegistrationMachine::unregister(config).unwrap()).sent();
    let to_account = sent(account());
    assert_eq!(
        (to_account.attr("to"), to_account.attr("from")),
        (None, None)
    );
    let remove = to_account.get_child("query", "jabber:iq:register").unwrap();
    assert_eq!(
        remove.children().map(Element::name).collect::<Vec<_>>(),
        ["remove"]
    );
    assert_eq!(sent(service()).attr("to"), Some("gateway.example.net"));
    let component = sent(service().namespace(xmpp_registration::StreamNamespace::Component));
    assert!(component.has_ns("jabber:component:accept"));
    assert_eq!(component.attr("from"), Some("juliet@example.com/balcony"));
    let mut driver = Driver::new(RegistrationMachine::register(server().lang("de").unwrap()));
    let get = driver.sent();
    assert_eq!(get.attr("to"), Some("example.com"));
    assert!(String::from(&get).contains("xml:lang='de'"));
}

#[test]
fn what_was_typed_outlives_several_new_forms() {
    let captcha = format!("{PLAIN}<key>1</key>");
    let mut driver = submitted(server(), &captcha);
    driver.reply("error", &error("cancel", "not-allowed"));
    for _ in 0..3 {
        driver.machine.request_form().unwrap();
        let form = driver.form(&captcha);
        assert_eq!(form.field("email").unwrap().value(), Some("typed-email"));
    }
}

#[test]
fn an_update_stays_one_after_an_alternative_form() {
    let mut driver = Driver::new(RegistrationMachine::register(service()));
    driver.from = "from='gateway.example.net'";
    let mut form = driver.form("<registered/><nick>jule</nick>");
    form.set("nick", "juliet").unwrap();
    driver.submit(form);
    let event = driver.reply("error", &(alternative("<field var='nick'/>") + "<error/>"));
    let Event::Refused {
        form: Some(form), ..
    } = event
    else {
        panic!("{event:?}")
    };
    driver.submit(form);
    assert_eq!(
        driver.reply("result", ""),
        Event::Succeeded(Success::Updated)
    );
}
