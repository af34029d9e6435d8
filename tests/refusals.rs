//! What a refusal leads to (rule 5), what becomes of the form, and how a task ends when no reply comes (rule 4).

use minidom::Element;
use xmpp_registration::{
    Channel, Condition, Config, Event, Failure, Form, Handled, IdPrefix, Interruption, Limits,
    Output, Peer, RegistrationMachine, Step, StreamCondition, Success,
};

fn config(peer: Peer) -> Config {
    Config::new(peer, IdPrefix::new("p").unwrap(), Channel::Encrypted)
}

fn server() -> Config {
    config(Peer::server("example.com").unwrap())
}

fn account() -> Config {
    config(Peer::account("juliet@example.com/balcony".parse().unwrap()))
}

fn service() -> Config {
    let me: jid::FullJid = "juliet@example.com/balcony".parse().unwrap();
    config(Peer::service("gateway.example.net".parse().unwrap(), me).unwrap())
}

struct Driver {
    machine: RegistrationMachine,
    serial: u32,
    from: &'static str,
}

impl Driver {
    fn new(machine: RegistrationMachine) -> Self {
        Driver {
            machine,
            serial: 0,
            from: "",
        }
    }

    #[track_caller]
    fn sent(&mut self) -> Element {
        match self.machine.poll_output() {
            Some(Output::Send(stanza)) => {
                self.serial += 1;
                assert_eq!(stanza.attr("id"), Some(&*format!("p-{}", self.serial)));
                stanza
            }
            other => panic!("nothing to send, but {other:?}"),
        }
    }

    #[track_caller]
    fn reply(&mut self, kind: &str, inner: &str) -> Event {
        let (from, serial) = (self.from, self.serial);
        let iq =
            format!("<iq xmlns='jabber:client' type='{kind}' id='p-{serial}' {from}>{inner}</iq>");
        assert_eq!(
            self.machine.handle_stanza(&iq.parse().unwrap()),
            Handled::Consumed
        );
        self.event()
    }

    #[track_caller]
    fn event(&mut self) -> Event {
        let Some(Output::Event(event)) = self.machine.poll_output() else {
            panic!("no event")
        };
        assert!(event.is_terminal() == self.machine.is_finished());
        event
    }

    /// From the request to the form.
    #[track_caller]
    fn form(&mut self, fields: &str) -> Form {
        self.sent();
        let query = format!("<query xmlns='jabber:iq:register'>{fields}</query>");
        match self.reply("result", &query) {
            Event::FormOffered(form) => form,
            other => panic!("no form, but {other:?}"),
        }
    }

    #[track_caller]
    fn submit(&mut self, form: Form) -> Element {
        self.machine.submit(form.finish().unwrap()).unwrap();
        self.sent()
    }
}

/// A registration whose submission is out.
#[track_caller]
fn submitted(config: Config, fields: &str) -> Driver {
    let mut driver = Driver::new(RegistrationMachine::register(config));
    let mut form = driver.form(fields);
    form.answer_each(|field| {
        field
            .value()
            .is_none()
            .then(|| format!("typed-{}", field.name().unwrap()).into())
    })
    .unwrap();
    driver.submit(form);
    driver
}

const PLAIN: &str = "<username/><password/><email/>";

fn error(kind: &str, condition: &str) -> String {
    format!(
        "<error type='{kind}'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
    )
}

fn alternative(fields: &str) -> String {
    format!(
        "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>{fields}</x></query>"
    )
}

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

/// Something that ends the wait; the element is a stream error.
type Cut = fn(&mut RegistrationMachine, &Element);

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
