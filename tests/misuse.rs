//! Every `Misuse` has a test here that makes it, and finds that nothing has changed.

#[allow(dead_code, reason = "each test takes what it needs")]
#[path = "common/steps.rs"]
mod steps;

use xmpp_registration::{
    Answer, Channel, Config, Event, FieldError, Form, Handled, IdPrefix, Misuse, Output, Peer,
    RegistrationMachine, Rejected, Uri,
};

use steps::reply;

/// The names of all variants that the tests below make.
const TESTED: [&str; 14] = [
    "EmptyIdPrefix",
    "ServiceIsHome",
    "NotLoggedIn",
    "TokenAfterLogin",
    "NotMyAccount",
    "PlaintextChannel",
    "Value",
    "AwaitingReply",
    "StaleAnswer",
    "ForeignAnswer",
    "NotRegistering",
    "NoRegistration",
    "NotTheUri",
    "Finished",
];

const FORM: &str = "<username/><password/>";

fn config(peer: Peer, channel: Channel) -> Config {
    Config::new(peer, IdPrefix::new("p").unwrap(), channel)
}

fn server() -> Peer {
    Peer::server("example.com").unwrap()
}

fn account() -> Peer {
    Peer::account("juliet@example.com/balcony".parse().unwrap())
}

fn service() -> Peer {
    let me: jid::FullJid = "juliet@example.com/balcony".parse().unwrap();
    Peer::service("gateway.example.net".parse().unwrap(), me).unwrap()
}

/// A machine that was just told of a form, and the form.
#[track_caller]
fn offered(config: Config, form: &str) -> (RegistrationMachine, Form) {
    let mut machine = RegistrationMachine::register(config);
    let form = offer(&mut machine, 1, form);
    (machine, form)
}

#[track_caller]
fn offer(machine: &mut RegistrationMachine, serial: u32, form: &str) -> Form {
    assert!(matches!(machine.poll_output(), Some(Output::Send(_))));
    let query = format!("<query xmlns='jabber:iq:register'>{form}</query>");
    reply(machine, serial, "result", &query);
    let Some(Output::Event(Event::FormOffered(form))) = machine.poll_output() else {
        panic!("no form")
    };
    form
}

#[track_caller]
fn filled(mut form: Form) -> Answer {
    assert!(form.fill("juliet", "R0m30").unwrap().is_empty());
    form.finish().unwrap()
}

/// The answer is refused for this reason, comes back, and the machine is as it was.
#[track_caller]
fn assert_rejected(machine: &mut RegistrationMachine, answer: Answer, expected: &Misuse) -> Form {
    let before = format!("{machine:?}");
    let Rejected { why, answer } = machine.submit(answer).unwrap_err();
    assert_eq!(why, *expected);
    assert_eq!(format!("{machine:?}"), before);
    answer.into_form()
}

#[track_caller]
fn assert_no_request(machine: &mut RegistrationMachine, expected: &Misuse) {
    let before = format!("{machine:?}");
    assert_eq!(machine.request_form(), Err(expected.clone()));
    assert_eq!(format!("{machine:?}"), before);
}

#[test]
fn an_id_prefix_must_not_be_empty() {
    assert_eq!(IdPrefix::new(""), Err(Misuse::EmptyIdPrefix));
}

#[test]
fn a_service_must_not_be_at_home() {
    let me: jid::FullJid = "juliet@example.com/balcony".parse().unwrap();
    for home in [
        "example.com",
        "Example.COM",
        "romeo@example.com",
        "juliet@example.com/balcony",
    ] {
        let peer = Peer::service(home.parse().unwrap(), me.clone());
        assert_eq!(peer, Err(Misuse::ServiceIsHome), "{home}");
    }
}

#[test]
fn password_change_and_removal_want_a_login() {
    let config = || config(server(), Channel::Encrypted);
    let change = RegistrationMachine::change_password(config(), "juliet", "new");
    assert_eq!(change.err(), Some(Misuse::NotLoggedIn));
    let removal = RegistrationMachine::unregister(config());
    assert_eq!(removal.err(), Some(Misuse::NotLoggedIn));
}

/// Whoever put it into the form: everybody on the way would read it once more, and know that it counts.
#[test]
fn a_servers_hidden_password_does_not_go_over_a_plaintext_channel() {
    let form = |var: &str| {
        format!(
            "<x xmlns='jabber:x:data' type='form'><field var='username'/>\
             <field var='{var}' type='hidden'><value>s3cret</value></field></x>"
        )
    };
    let plain = || config(server(), Channel::Plaintext);
    let (mut machine, mut offered_form) = offered(plain(), &form("password"));
    offered_form.set("username", "juliet").unwrap();
    assert!(!format!("{machine:?} {offered_form:?}").contains("s3cret"));
    let answer = offered_form.finish().unwrap();
    let _ = assert_rejected(&mut machine, answer, &Misuse::PlaintextChannel);
    // A key is there to go back.
    let (mut machine, mut offered_form) = offered(plain(), &form("key"));
    offered_form.set("username", "juliet").unwrap();
    machine.submit(offered_form.finish().unwrap()).unwrap();
    let accepted = config(server(), Channel::PlaintextAccepted);
    let (mut machine, mut offered_form) = offered(accepted, &form("password"));
    offered_form.set("username", "juliet").unwrap();
    machine.submit(offered_form.finish().unwrap()).unwrap();
}

#[test]
fn a_removal_by_a_form_wants_a_login_too() {
    let remove = "<x xmlns='jabber:x:data' type='form'><field var='remove' type='boolean'/></x>";
    let (mut machine, mut form) = offered(config(server(), Channel::Encrypted), remove);
    form.set("remove", true).unwrap();
    assert_rejected(&mut machine, form.finish().unwrap(), &Misuse::NotLoggedIn);
}

#[test]
fn a_token_comes_before_login() {
    for peer in [account(), service()] {
        let machine =
            RegistrationMachine::register_with_token(config(peer, Channel::Encrypted), "t");
        assert_eq!(machine.err(), Some(Misuse::TokenAfterLogin));
    }
}

#[test]
fn only_my_own_password_is_changed_at_my_account() {
    let change = |name| {
        let config = config(account(), Channel::Encrypted);
        RegistrationMachine::change_password(config, name, "new").err()
    };
    assert_eq!(change("romeo"), Some(Misuse::NotMyAccount));
    assert_eq!(change("juliet@example.net"), Some(Misuse::NotMyAccount));
    assert_eq!(change("JULIET"), None);
    assert_eq!(change("juliet@example.com"), None);
}

#[test]
fn only_my_own_name_is_submitted_at_my_account() {
    let (mut machine, mut form) = offered(config(account(), Channel::Encrypted), FORM);
    let _ = form.fill("romeo", "new").unwrap();
    let answer = form.finish().unwrap();
    let mut form = assert_rejected(&mut machine, answer, &Misuse::NotMyAccount);
    form.set("username", "Juliet").unwrap();
    machine.submit(form.finish().unwrap()).unwrap();
    let Some(Output::Send(sent)) = machine.poll_output() else {
        panic!("nothing sent")
    };
    let query = sent.children().next().unwrap();
    let name = query.get_child("username", "jabber:iq:register").unwrap();
    assert_eq!(name.text(), "juliet");
}

#[test]
fn no_secret_goes_over_a_plain_channel() {
    let plain = |peer| config(peer, Channel::Plaintext);
    let change = RegistrationMachine::change_password(plain(account()), "juliet", "new");
    assert_eq!(change.err(), Some(Misuse::PlaintextChannel));
    let token = RegistrationMachine::register_with_token(plain(server()), "token");
    assert_eq!(token.err(), Some(Misuse::PlaintextChannel));
    let (mut machine, form) = offered(plain(server()), FORM);
    assert_rejected(&mut machine, filled(form), &Misuse::PlaintextChannel);
    // A removal holds no secret, and a form without one may go.
    assert!(RegistrationMachine::unregister(plain(account())).is_ok());
    let (mut machine, mut form) = offered(plain(server()), "<nick/>");
    form.set("nick", "jule").unwrap();
    assert!(machine.submit(form.finish().unwrap()).is_ok());
}

#[test]
fn arguments_must_be_legal_values() {
    let missing = |field: &'static str| {
        let error = FieldError::Missing {
            field: field.into(),
        };
        Some(Misuse::Value { field, error })
    };
    let forbidden = |field: &'static str| {
        let error = FieldError::ForbiddenCharacter {
            field: field.into(),
            position: 1,
        };
        Some(Misuse::Value { field, error })
    };
    let change = |name, password| {
        let config = config(service(), Channel::Encrypted);
        RegistrationMachine::change_password(config, name, password).err()
    };
    assert_eq!(change("", "new"), missing("username"));
    assert_eq!(change("juliet", ""), missing("password"));
    assert_eq!(change("j\u{0}", "new"), forbidden("username"));
    assert_eq!(change("juliet", "n\u{1}w"), forbidden("password"));
    let token = |token| {
        let config = config(server(), Channel::Encrypted);
        RegistrationMachine::register_with_token(config, token).err()
    };
    assert_eq!(token(""), missing("token"));
    assert_eq!(token("t\u{FFFF}"), forbidden("token"));
    assert_eq!(IdPrefix::new("p\u{B}").err(), forbidden("id prefix"));
    let lang = config(server(), Channel::Encrypted)
        .lang("no language")
        .err();
    let error = FieldError::NotALanguage {
        field: "lang".into(),
    };
    assert_eq!(
        lang,
        Some(Misuse::Value {
            field: "lang",
            error
        })
    );
}

#[test]
fn nothing_is_submitted_or_requested_while_a_reply_is_awaited() {
    let (mut machine, form) = offered(config(server(), Channel::Encrypted), FORM);
    machine.request_form().unwrap();
    // The request waits in the queue, then it is out: both are too early.
    for _ in 0..2 {
        assert_no_request(&mut machine, &Misuse::AwaitingReply);
        let _ = machine.poll_output();
    }
    let form = assert_rejected(&mut machine, filled(form), &Misuse::AwaitingReply);
    assert!(form.field("username").unwrap().is_set());
}

#[test]
fn an_answer_to_an_earlier_form_is_stale() {
    let (mut machine, old) = offered(config(server(), Channel::Encrypted), FORM);
    machine.request_form().unwrap();
    let new = offer(&mut machine, 2, FORM);
    assert_rejected(&mut machine, filled(old), &Misuse::StaleAnswer);
    machine.submit(filled(new)).unwrap();
}

#[test]
fn an_answer_to_a_used_up_form_is_stale() {
    let (mut machine, old) = offered(config(server(), Channel::Encrypted), FORM);
    machine.request_form().unwrap();
    let _ = machine.poll_output();
    reply(&mut machine, 2, "error", "<error type='wait'/>");
    assert!(matches!(
        machine.poll_output(),
        Some(Output::Event(Event::Refused { form: None, .. }))
    ));
    assert_rejected(&mut machine, filled(old), &Misuse::StaleAnswer);
    machine.request_form().unwrap();
}

#[test]
fn an_answer_to_another_machines_form_is_foreign() {
    let other = IdPrefix::new("q").unwrap();
    let mut machine =
        RegistrationMachine::register(Config::new(server(), other, Channel::Encrypted));
    let _ = machine.poll_output();
    let (_, form) = offered(config(server(), Channel::Encrypted), FORM);
    let reply = "<iq xmlns='jabber:client' type='result' id='q-1'><query xmlns='jabber:iq:register'><username/></query></iq>";
    assert_eq!(
        machine.handle_stanza(&reply.parse().unwrap()),
        Handled::Consumed
    );
    assert!(matches!(
        machine.poll_output(),
        Some(Output::Event(Event::FormOffered(_)))
    ));
    assert_rejected(&mut machine, filled(form), &Misuse::ForeignAnswer);
}

#[test]
fn only_a_registration_requests_forms() {
    let encrypted = |peer| config(peer, Channel::Encrypted);
    let mut machines = [
        RegistrationMachine::unregister(encrypted(account())).unwrap(),
        RegistrationMachine::change_password(encrypted(account()), "juliet", "new").unwrap(),
    ];
    for machine in &mut machines {
        assert_no_request(machine, &Misuse::NotRegistering);
        let _ = machine.poll_output();
        assert_no_request(machine, &Misuse::NotRegistering);
        reply(
            machine,
            1,
            "error",
            "<error/><x xmlns='jabber:x:data' type='form'><field var='a'/></x>",
        );
        assert!(matches!(
            machine.poll_output(),
            Some(Output::Event(Event::Refused { form: Some(_), .. }))
        ));
        assert_no_request(machine, &Misuse::NotRegistering);
    }
}

#[test]
fn a_uri_without_an_invitation_makes_no_account() {
    for text in [
        "xmpp:romeo@example.com?roster;preauth=t",
        "xmpp:example.com?unregister",
    ] {
        let uri = Uri::parse(text).unwrap();
        let ids = || IdPrefix::new("p").unwrap();
        let made = uri.config(ids(), Channel::Encrypted);
        assert_eq!(made.err(), Some(Misuse::NoRegistration));
        let machine = uri.register(config(server(), Channel::Encrypted));
        assert_eq!(machine.err(), Some(Misuse::NoRegistration));
    }
}

#[test]
fn a_token_goes_to_the_uris_own_server_only() {
    let uri = Uri::parse("xmpp:juliet@example.org?register;preauth=t").unwrap();
    for peer in [server(), account(), service()] {
        let machine = uri.register(config(peer, Channel::Encrypted));
        assert_eq!(machine.err(), Some(Misuse::NotTheUri));
    }
    let uri = Uri::parse("xmpp:EXAMPLE.com?register;preauth=t").unwrap();
    assert!(uri.register(config(server(), Channel::Encrypted)).is_ok());
}

#[test]
fn nothing_goes_on_after_the_end() {
    let (mut machine, form) = offered(config(server(), Channel::Encrypted), FORM);
    machine.handle_disconnect();
    assert_no_request(&mut machine, &Misuse::Finished);
    let form = assert_rejected(&mut machine, filled(form), &Misuse::Finished);
    assert!(form.field("password").unwrap().is_set());
}

/// The list above is the enum: a new variant must get its test.
#[test]
fn no_variant_is_missing() {
    let source = include_str!("../src/error.rs");
    let start = source.find("pub enum Misuse {").unwrap();
    let body = &source[start..start + source[start..].find("\n}\n").unwrap()];
    let variants = body.lines().filter_map(|line| {
        let line = line.strip_prefix("    ")?;
        line.starts_with(char::is_uppercase)
            .then(|| line.trim_end_matches([',', ' ', '{']))
    });
    let variants: Vec<_> = variants.collect();
    assert_eq!(variants, TESTED);
}

/// Errors read as advice: asserted to the letter, since users read them.
#[test]
fn the_texts_tell_what_to_do() {
    let text = Misuse::NotLoggedIn.to_string();
    assert_eq!(
        text,
        "this needs an account: log in, then use `Peer::account` or `Peer::service`"
    );
    for misuse in [
        Misuse::EmptyIdPrefix,
        Misuse::ServiceIsHome,
        Misuse::TokenAfterLogin,
        Misuse::NotMyAccount,
        Misuse::PlaintextChannel,
        Misuse::AwaitingReply,
        Misuse::StaleAnswer,
        Misuse::ForeignAnswer,
        Misuse::NotRegistering,
        Misuse::NoRegistration,
        Misuse::NotTheUri,
        Misuse::Finished,
    ] {
        let text = misuse.to_string();
        assert!(text.contains(": "), "no advice in: {text}");
        assert!(
            !text.ends_with('.') && !text.starts_with(char::is_uppercase),
            "{text}"
        );
    }
}
