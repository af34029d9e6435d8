//! The client and the service, one against the other: what is secret to one side is to be hidden by the other, too.

use xmpp_registration::service::{Captcha, DataForm, Fields, FormField, Offer, ServiceEvent};
use xmpp_registration::{Event, FieldKind, RegistrationMachine, Success};

use crate::common::secrets::{Kind, Tally, assert_tally, plant};
use crate::common::{account, server};
use crate::pair::{BILL, DOMAIN, Pair};

fn private(var: &str) -> FormField {
    FormField::new(FieldKind::TextPrivate, var).required()
}

fn text(var: &str) -> FormField {
    FormField::new(FieldKind::TextSingle, var).required()
}

#[test]
fn every_task() {
    for conversation in [
        fields_with_a_key,
        a_form_with_a_key,
        a_challenge,
        a_token,
        a_password_change,
        a_removal,
    ] {
        conversation();
    }
    assert_tally(Tally {
        conversations: 6,
        steps: 105,
        searches: 4_100,
        secrets: 18,
        sent: [
            (Kind::Password, 8),
            (Kind::NewPassword, 2),
            (Kind::OldPassword, 1),
            (Kind::Token, 1),
            (Kind::Answer, 2),
            (Kind::Key, 6),
            (Kind::Private, 2),
        ]
        .into(),
    });
}

fn fields_with_a_key() {
    let [first, second, key, other_key] =
        [Kind::Password, Kind::Password, Kind::Key, Kind::Key].map(plant);
    let all = [&first, &second, &key, &other_key].map(Clone::clone);
    let mut pair = Pair::newcomer(&all);
    let offer = |key: &str| Offer::builder().fields(Fields::of(["username", "password"]).key(key));
    let with_key = pair.search.build(offer(&key));
    let form = pair.offers(&with_key);
    pair.submits(form, &[("username", "bill"), ("password", &first)]);
    pair.refuses();
    // A key is good for one submission.
    let refused = pair.run();
    assert!(
        matches!(refused, Ok(Event::Refused { form: None, .. })),
        "{refused:?}"
    );
    pair.client.machine.request_form().expect("no form is left");
    let with_key = pair.search.build(offer(&other_key));
    let form = pair.offers(&with_key);
    pair.submits(form, &[("username", "romeo"), ("password", &second)]);
    pair.accepts(Success::Registered);
}

fn a_form_with_a_key() {
    let [password, key, pin, second] =
        [Kind::Password, Kind::Key, Kind::Private, Kind::Password].map(plant);
    let all = [&password, &key, &pin, &second].map(Clone::clone);
    let mut pair = Pair::newcomer(&all);
    let form = DataForm::new()
        .field(FormField::hidden("key", &key))
        .field(text("username"))
        .field(private("password"))
        .field(private("pin"));
    pair.search.debug("a form", &form);
    let offer = pair.search.build(Offer::builder().form(form));
    let form = pair.offers(&offer);
    let values = [("username", "bill"), ("password", &password), ("pin", &pin)];
    pair.submits(form, &values);
    pair.accepts(Success::Registered);
}

fn a_challenge() {
    let [password, answer, wrong] = [Kind::Password, Kind::Answer, Kind::Answer].map(plant);
    let all = [&password, &answer, &wrong].map(Clone::clone);
    let mut pair = Pair::newcomer(&all);
    for typed in [&wrong, &answer] {
        let captcha = Captcha::picture("c1", "image/png", b"picture", &answer);
        pair.search.debug("a challenge", &captcha);
        let form = DataForm::new()
            .field(text("username"))
            .field(private("password"));
        let offer = Offer::builder().form(form).captcha(captcha);
        let offer = pair.search.build(offer);
        let form = pair.offers(&offer);
        let values = [
            ("username", "bill"),
            ("password", &password),
            ("ocr", typed),
        ];
        pair.submits(form, &values);
        if typed == &wrong {
            let refused = pair.run();
            assert!(matches!(refused, Ok(Event::Refused { .. })), "{refused:?}");
            pair.client.machine.request_form().expect("no form is left");
        }
    }
    pair.accepts(Success::Registered);
}

fn a_token() {
    let [token, password] = [Kind::Token, Kind::Password].map(plant);
    let machine = RegistrationMachine::register_with_token(server(DOMAIN), &token);
    let all = [&token, &password].map(Clone::clone);
    let mut pair = Pair::new(machine.expect("a token"), None, &all);
    let Err(ServiceEvent::TokenPresented(presented)) = pair.run() else {
        panic!("no token");
    };
    assert_eq!(presented.token(), token);
    let _ = pair.service.accept(presented).expect("its own");
    let fields = Fields::of(["username", "password"]);
    let offer = pair.search.build(Offer::builder().fields(fields));
    let form = pair.offers(&offer);
    pair.submits(form, &[("username", "bill"), ("password", &password)]);
    pair.refuses();
    let form = pair.form();
    pair.submits(form, &[("username", "romeo"), ("password", &password)]);
    pair.accepts(Success::Registered);
}

fn a_password_change() {
    let [new, old, pin, other] = [
        Kind::NewPassword,
        Kind::OldPassword,
        Kind::Private,
        Kind::NewPassword,
    ]
    .map(plant);
    let machine = RegistrationMachine::change_password(account(BILL), "bill", &new);
    let all = [&new, &old, &pin, &other].map(Clone::clone);
    let mut pair = Pair::new(machine.expect("one's own name"), Some(BILL), &all);
    let form = DataForm::new()
        .form_type("jabber:iq:register:changepassword")
        .field(private("old_password"))
        .field(private("password"))
        .field(private("pin"));
    let form = pair.demands(form);
    let values = [("old_password", &*old), ("password", &other), ("pin", &pin)];
    pair.submits(form, &values);
    pair.accepts(Success::PasswordChanged);
}

fn a_removal() {
    let all = [plant(Kind::Password)];
    let machine = RegistrationMachine::unregister(account(BILL)).expect("logged in");
    let mut pair = Pair::new(machine, Some(BILL), &all);
    let form = DataForm::new()
        .form_type("jabber:iq:register:cancel")
        .field(private("password"));
    let form = pair.demands(form);
    pair.submits(form, &[("password", &all[0])]);
    pair.accepts(Success::Unregistered);
}
