//! The service: what is submitted, and what is offered with a key.

use xmpp_registration::FieldKind;
use xmpp_registration::service::{
    Captcha, DataForm, Fields, FormField, Offer, Refusal, RegistrationService, Requester,
    ServiceConfig, ServiceEvent, ServiceOutput, Submission,
};

use crate::heap::{self, aside, check, watch_for};
use crate::wire::*;

struct Host(RegistrationService);

impl Host {
    fn new() -> Self {
        let config = ServiceConfig::server("example.com").unwrap();
        Host(RegistrationService::new(config))
    }

    /// A stream before login, or an account, sends this.
    #[track_caller]
    fn comes(&mut self, kind: &str, from: Option<&str>, inner: &str) {
        let stanza = aside(|| {
            let from = from.map(|it| format!("from='{it}'")).unwrap_or_default();
            parse(&format!("<iq type='{kind}' id='a' {from}>{inner}</iq>"))
        });
        let _ = match from {
            None => self.0.handle_stanza_before_login(1, &stanza),
            Some(_) => self.0.handle_stanza(&stanza),
        };
        aside(|| drop(stanza));
        assert_eq!(heap::freed(), 0, "while a request was read");
    }

    fn submits(&mut self, inner: &str) {
        let query = aside(|| format!("<query xmlns='jabber:iq:register'>{inner}</query>"));
        self.comes("set", None, &query);
    }

    /// The form is asked for, and offered.
    #[track_caller]
    fn offers(&mut self, offer: &Offer, secrets: &[&str]) {
        self.comes("get", None, "<query xmlns='jabber:iq:register'/>");
        let ServiceEvent::FormRequested(request) = self.event() else {
            panic!("no request for a form");
        };
        let _ = self.0.offer(request, offer).unwrap();
        self.sends(secrets);
    }

    #[track_caller]
    fn sends(&mut self, secrets: &[&str]) {
        let Some(ServiceOutput::Send { stanza, .. }) = self.0.poll_output() else {
            panic!("nothing to send");
        };
        aside(|| {
            let text = String::from(&stanza);
            for secret in ALL {
                assert_eq!(text.contains(secret), secrets.contains(&secret), "{text}");
            }
            drop(stanza);
        });
        assert_eq!(heap::freed(), 0, "while an answer was made");
    }

    #[track_caller]
    fn event(&mut self) -> ServiceEvent {
        match self.0.poll_output() {
            Some(ServiceOutput::Event(event)) => event,
            other => panic!("{other:?} instead of an event"),
        }
    }

    #[track_caller]
    fn submission(&mut self) -> Submission {
        match self.event() {
            ServiceEvent::Submitted(submission) => submission,
            other => panic!("{other:?} instead of a submission"),
        }
    }
}

fn private(var: &str) -> FormField {
    FormField::new(FieldKind::TextPrivate, var).required()
}

fn field(var: &str, value: &str) -> String {
    aside(|| format!("<field var='{var}'><value>{value}</value></field>"))
}

fn submitted(fields: &[String]) -> String {
    aside(|| {
        let all = fields.concat();
        format!("<x xmlns='jabber:x:data' type='submit'>{all}</x>")
    })
}

#[test]
fn fields_with_a_key() {
    watch_for(&ALL);
    let fields = Fields::of(["username", "password"]).key(KEY);
    let offer = Offer::of_fields(fields.clone()).unwrap();
    drop(fields);
    check("an offer", 1);
    let mut host = Host::new();
    host.offers(&offer, &[KEY]);
    let inner = aside(|| {
        format!("<username>juliet</username><password>{PASSWORD}</password><key>{KEY}</key>")
    });
    host.submits(&inner);
    let submission = host.submission();
    assert_eq!(submission.password(), Some(PASSWORD));
    check("submitted", 2);
    let _ = host.0.refuse(submission, Refusal::conflict()).unwrap();
    check("refused", 1);
    host.sends(&[]);
    // The key is used up, and with a wrong one nothing is submitted.
    host.offers(&offer, &[KEY]);
    let inner = aside(|| inner.replace(KEY, PRIVATE));
    host.submits(&inner);
    host.sends(&[]);
    drop(offer);
    check("refused by the service itself", 0);
}

#[test]
fn a_form_with_a_key_and_a_challenge() {
    watch_for(&ALL);
    let form = DataForm::new()
        .field(FormField::hidden("key", KEY))
        .field(private("password"))
        .field(FormField::new(FieldKind::Boolean, "b"));
    let captcha = Captcha::question("c1", "Who?", ANSWER);
    let offer = Offer::builder().form(form).captcha(captcha);
    let offer = offer.build().unwrap();
    // The key and the answer, once.
    check("an offer", 2);
    let mut host = Host::new();
    for (answer, kept) in [(ANSWER, 1), (PRIVATE, 0)] {
        host.offers(&offer, &[KEY]);
        let fields = [
            field("FORM_TYPE", "urn:xmpp:captcha"),
            field("from", "example.com"),
            field("challenge", "c1"),
            field("sid", "a"),
            field("key", KEY),
            field("password", PASSWORD),
            field("b", "true"),
            field("qa", answer),
        ];
        host.submits(&submitted(&fields));
        check("submitted", 2 + kept);
        if kept == 0 {
            host.sends(&[]);
            continue;
        }
        let submission = host.submission();
        assert_eq!(submission.password(), Some(PASSWORD));
        let _ = host.0.accept(submission).unwrap();
        host.sends(&[]);
    }
    drop(offer);
    check("at the end", 0);
}

#[test]
fn tokens_and_demands() {
    watch_for(&ALL);
    let mut host = Host::new();
    let token = aside(|| format!("<preauth xmlns='urn:xmpp:pars:0' token='{TOKEN}'/>"));
    for _ in 0..2 {
        host.comes("set", None, &token);
    }
    let ServiceEvent::TokenPresented(request) = host.event() else {
        panic!("no token");
    };
    check("two tokens", 2);
    let _ = host.0.accept(request).unwrap();
    host.0.requester_gone(&Requester::Stream(1));
    check("the stream is gone", 0);
    let me = Some("juliet@example.com/balcony");
    let change = aside(|| {
        format!(
            "<query xmlns='jabber:iq:register'><username>juliet</username><password>{PASSWORD}</password></query>"
        )
    });
    host.comes("set", me, &change);
    let submission = host.submission();
    let form = DataForm::new()
        .form_type("jabber:iq:register:changepassword")
        .field(private("old_password"))
        .field(private("password"));
    let demanded = Offer::of_form(form).unwrap();
    let _ = host.0.demand(submission, &demanded).unwrap();
    host.sends(&[]);
    check("demanded", 0);
    let fields = [
        field("FORM_TYPE", "jabber:iq:register:changepassword"),
        field("old_password", OLD),
        field("password", OTHER),
    ];
    let filled = submitted(&fields);
    let filled = aside(|| format!("<query xmlns='jabber:iq:register'>{filled}</query>"));
    host.comes("set", me, &filled);
    drop(host);
    check("nobody looked", 0);
}

/// An answer that is never handed out, since the requester or the service is gone.
#[test]
fn an_answer_that_waits() {
    watch_for(&ALL);
    let fields = Offer::of_fields(Fields::of(["username"]).key(KEY)).unwrap();
    let form = DataForm::new().field(FormField::hidden("key", KEY));
    let form = Offer::of_form(form).unwrap();
    for (offer, is_dropped) in [
        (&fields, false),
        (&fields, true),
        (&form, false),
        (&form, true),
    ] {
        let mut host = Host::new();
        host.comes("get", None, "<query xmlns='jabber:iq:register'/>");
        let ServiceEvent::FormRequested(request) = host.event() else {
            panic!("no request for a form");
        };
        let _ = host.0.offer(request, offer).unwrap();
        check("queued", 3);
        if !is_dropped {
            host.0.requester_gone(&Requester::Stream(1));
        }
        drop(host);
        check("gone", 2);
    }
}
