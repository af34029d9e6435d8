//! The crate's own client and its service, one against the other.

use xmpp_registration::jid::{FullJid, Jid};
use xmpp_registration::service::{
    Captcha, DataForm, Fields, FormField, Offer, Purpose, Refusal, ServiceEvent, ServiceOutput,
};
use xmpp_registration::{
    Channel, Condition, Config, Event, Failure, Field, FieldKind, Form, IdPrefix, Output, Peer,
    RegistrationMachine, Success,
};

use super::steps::*;

struct Pair {
    client: RegistrationMachine,
    host: Host,
    /// What a server stamps.
    me: Option<&'static str>,
}

fn config(peer: Peer) -> Config {
    Config::new(
        peer,
        IdPrefix::new("c").expect("a prefix"),
        Channel::Encrypted,
    )
}

fn newcomer(host: Host) -> Pair {
    let peer = Peer::server("shakespeare.lit").expect("a domain");
    Pair {
        client: RegistrationMachine::register(config(peer)),
        host,
        me: None,
    }
}

fn bill() -> Config {
    config(Peer::account(FullJid::new(BILL).expect("a JID")))
}

fn member(client: RegistrationMachine) -> Pair {
    let host = server();
    let me = Some(BILL);
    Pair { client, host, me }
}

impl Pair {
    /// Carries stanzas to and fro until one side has an event: the client's, or the service's.
    #[track_caller]
    fn run(&mut self) -> Result<Event, ServiceEvent> {
        loop {
            match self.client.poll_output() {
                Some(Output::Event(event)) => return Ok(event),
                Some(Output::Send(stanza)) => {
                    let _ = match self.me {
                        Some(me) => {
                            let stamped = crate::common::xml::with(&stanza, "from", me);
                            self.host.service.handle_stanza(&stamped)
                        }
                        None => self
                            .host
                            .service
                            .handle_stanza_before_login(STREAM, &stanza),
                    };
                    continue;
                }
                None => {}
            }
            match self.host.service.poll_output() {
                Some(ServiceOutput::Event(event)) => return Err(event),
                Some(ServiceOutput::Send { stanza, .. }) => {
                    let handled = self.client.handle_stanza(&stanza);
                    assert_eq!(handled, xmpp_registration::Handled::Consumed);
                }
                None => panic!("nothing goes on"),
            }
        }
    }

    #[track_caller]
    fn offers(&mut self, offer: &Offer) {
        match self.run() {
            Err(ServiceEvent::FormRequested(request)) => {
                let _ = self.host.service.offer(request, offer).expect("own");
            }
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn form(&mut self) -> Form {
        match self.run() {
            Ok(
                Event::FormOffered(form)
                | Event::Refused {
                    form: Some(form), ..
                },
            ) => form,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn submits(&mut self, form: Form) {
        self.client
            .submit(form.finish().expect("filled in"))
            .expect("in time");
    }

    #[track_caller]
    fn accepts(&mut self, purpose: Purpose, success: Success) {
        match self.run() {
            Err(ServiceEvent::Submitted(submission)) => {
                assert_eq!(submission.purpose(), purpose);
                let _ = self.host.service.accept(submission).expect("own");
            }
            other => panic!("{other:?}"),
        }
        match self.run() {
            Ok(Event::Succeeded(done)) => assert_eq!(done, success),
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn refusal(&mut self) -> (Condition, Option<Form>) {
        match self.run() {
            Ok(Event::Refused { error, form }) => (error.condition(), form),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn fields_with_a_key_and_an_alternative() {
    let fields = || Fields::of(["username", "password"]).key("k3y");
    let offer = Offer::builder()
        .fields(fields())
        .url("https://shakespeare.lit/")
        .build()
        .expect("good");
    let mut pair = newcomer(server());
    pair.offers(&offer);
    let mut form = pair.form();
    let _ = form.fill("bill", "Calliope").expect("both");
    pair.submits(form);
    let Err(ServiceEvent::Submitted(submission)) = pair.run() else {
        panic!("no submission");
    };
    assert_eq!(submission.value("key"), None);
    let _ = pair
        .host
        .service
        .refuse(submission, Refusal::conflict())
        .expect("own");
    // The key is used up, on both sides.
    let (condition, form) = pair.refusal();
    assert_eq!((condition, form.is_none()), (Condition::Conflict, true));
    assert_eq!(pair.host.service.open_forms(), 0);
    pair.client.request_form().expect("registering");
    pair.offers(&offer);
    let mut form = pair.form();
    let _ = form.fill("william", "Calliope").expect("both");
    pair.submits(form);
    pair.accepts(Purpose::Register, Success::Registered);
}

fn challenge() -> Offer {
    let captcha = Captcha::picture("c1", "image/png", b"a picture", "7nHL3").size(290, 80);
    let form = account_form();
    Offer::builder()
        .form(form)
        .captcha(captcha.counted())
        .build()
        .expect("good")
}

#[test]
fn a_challenge_answered_wrongly_then_rightly() {
    let mut pair = newcomer(server());
    pair.offers(&challenge());
    let mut form = pair.form();
    let ocr = form.field("ocr").expect("a challenge");
    assert!(ocr.is_challenge());
    let picture = ocr.media().next().expect("a picture");
    assert_eq!(picture.mime_type(), "image/png");
    assert_eq!(picture.bytes(), Ok(&b"a picture"[..]));
    assert_eq!((picture.width(), picture.height()), (Some(290), Some(80)));
    let _ = form.fill("bill", "Calliope").expect("both");
    form.set("ocr", "wrong").expect("a field");
    pair.submits(form);
    let (condition, form) = pair.refusal();
    assert_eq!(
        (condition, form.is_none()),
        (Condition::NotAcceptable, true)
    );
    pair.client.request_form().expect("registering");
    pair.offers(&challenge());
    let mut form = pair.form();
    let _ = form.fill("bill", "Calliope").expect("both");
    form.set("ocr", " 7NHl3 ").expect("a field");
    pair.submits(form);
    pair.accepts(Purpose::Register, Success::Registered);
}

#[test]
fn a_picture_is_fetched() {
    let mut pair = newcomer(server());
    pair.offers(&challenge());
    let form = pair.form();
    let field = form.field("ocr").expect("a challenge");
    let cid = field
        .media()
        .next()
        .and_then(xmpp_registration::Media::cid)
        .expect("a cid")
        .to_string();
    pair.client.fetch_media(&cid).expect("a form is open");
    match pair.run() {
        Ok(Event::MediaReceived(data)) => {
            assert_eq!(data.mime_type(), "image/png");
            assert_eq!(data.bytes(), Ok(&b"a picture"[..]));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_data_form_of_every_kind() {
    let kinds = [
        (FieldKind::Boolean, "true", "1"),
        (FieldKind::JidMulti, "a@b.c", "a@b.c"),
        (FieldKind::JidSingle, "a@b.c", "a@b.c"),
        (FieldKind::ListMulti, "v", "v"),
        (FieldKind::ListSingle, "v", "v"),
        (FieldKind::TextMulti, "a line", "a line"),
        (FieldKind::TextPrivate, "theglobe", "theglobe"),
        (FieldKind::TextSingle, "a text", "a text"),
    ];
    let mut form = DataForm::new()
        .field(FormField::fixed("read me"))
        .field(FormField::hidden("h", "x"));
    for (kind, ..) in kinds {
        let mut field = FormField::new(kind, kind.name())
            .label("l")
            .description("d")
            .required();
        if kind.name().starts_with("list") {
            field = field.option("V", "v").option("W", "w");
        }
        form = form.field(field);
    }
    let offer = Offer::builder()
        .form(form)
        .fields(Fields::of(["username"]))
        .build()
        .expect("good");
    let mut pair = newcomer(server());
    pair.offers(&offer);
    let mut form = pair.form();
    assert!(form.is_data_form());
    for (kind, typed, _) in kinds {
        form.set(kind.name(), typed).expect("a field");
    }
    pair.submits(form);
    let Err(ServiceEvent::Submitted(submission)) = pair.run() else {
        panic!("no submission");
    };
    assert_eq!(submission.value("h"), Some("x"));
    for (kind, _, value) in kinds {
        assert_eq!(submission.value(kind.name()), Some(value), "{kind}");
    }
}

#[test]
fn what_an_offer_says_of_its_fields_is_what_the_client_sees() {
    let list = FormField::new(FieldKind::ListSingle, "tea")
        .option("Assam", "a")
        .option("Ceylon", "c");
    let at_uri = "https://example.org/avatar.png";
    let form = account_form()
        .field(list.datatype("xs:string").basic())
        .field(FormField::new(FieldKind::TextSingle, "avatar").media("image/png", at_uri));
    let captcha = Captcha::question("c1", "How many?", "seven").label("Say how many");
    let offer = Offer::builder().form(form).captcha(captcha).build();
    let mut pair = newcomer(server());
    pair.offers(&offer.expect("good"));
    let form = pair.form();
    let tea = form
        .field("tea")
        .and_then(Field::validation)
        .expect("a rule");
    assert!(!tea.is_open());
    let avatar = form.field("avatar").expect("a field");
    let medium = avatar.media().next().expect("a medium");
    assert_eq!((medium.mime_type(), medium.uri()), ("image/png", at_uri));
    assert_eq!(
        form.field("qa").and_then(Field::label),
        Some("Say how many")
    );
}

#[test]
fn a_failure_of_the_application_is_worth_another_try() {
    let mut pair = newcomer(server());
    let Err(ServiceEvent::FormRequested(request)) = pair.run() else {
        panic!("a form is requested");
    };
    assert_eq!(request.stream_lang(), None);
    let refused = pair.host.service.refuse(request, Refusal::internal());
    assert!(refused.is_ok());
    let Ok(Event::Refused { error, form: None }) = pair.run() else {
        panic!("it may be tried again");
    };
    assert_eq!(error.condition(), Condition::InternalServerError);
    assert!(error.is_worth_retrying());
}

#[test]
fn an_update_of_what_is_on_file_and_a_removal_by_a_field() {
    for (remove, purpose, success) in [
        (false, Purpose::Register, Success::Updated),
        (true, Purpose::Remove, Success::Unregistered),
    ] {
        let form = DataForm::new()
            .field(FormField::new(FieldKind::TextSingle, "email").value("b@x.y"))
            .field(FormField::new(FieldKind::Boolean, "remove").value("false"));
        let offer = Offer::builder()
            .registered()
            .form(form)
            .build()
            .expect("good");
        let mut pair = member(RegistrationMachine::register(bill()));
        pair.offers(&offer);
        let mut form = pair.form();
        assert!(form.is_registered());
        form.set("remove", remove).expect("a field");
        pair.submits(form);
        pair.accepts(purpose, success);
    }
}

#[test]
fn password_and_removal_with_a_demand() {
    let change = RegistrationMachine::change_password(bill(), "Bill", "newpass").expect("own");
    let remove = RegistrationMachine::unregister(bill()).expect("logged in");
    for (client, purpose, success) in [
        (change, Purpose::ChangePassword, Success::PasswordChanged),
        (remove, Purpose::Remove, Success::Unregistered),
    ] {
        let mut pair = member(client);
        let Err(ServiceEvent::Submitted(submission)) = pair.run() else {
            panic!("no submission");
        };
        assert_eq!(submission.purpose(), purpose);
        // Without a form type of its own: the service remembers what it is for.
        let form = DataForm::new()
            .field(FormField::new(FieldKind::TextPrivate, "old_password").required());
        let form = Offer::of_form(form).expect("good");
        let _ = pair.host.service.demand(submission, &form).expect("own");
        let mut form = pair.form();
        form.set("old_password", "theglobe").expect("a field");
        pair.submits(form);
        pair.accepts(purpose, success);
    }
}

#[test]
fn a_token_then_the_form() {
    let peer = Peer::server("shakespeare.lit").expect("a domain");
    let client = RegistrationMachine::register_with_token(config(peer), "t0ken").expect("good");
    let mut pair = newcomer(server());
    pair.client = client;
    let Err(ServiceEvent::TokenPresented(token)) = pair.run() else {
        panic!("no token");
    };
    assert_eq!(token.token(), "t0ken");
    let _ = pair.host.service.accept(token).expect("own");
    pair.offers(&plain_offer());
    pair.form();
}

#[test]
fn a_redirect_and_a_timeout() {
    let mut pair = newcomer(server());
    let Err(ServiceEvent::FormRequested(request)) = pair.run() else {
        panic!("no request");
    };
    let _ = pair.host.service.time_out(request).expect("own");
    assert_eq!(pair.refusal().0, Condition::ResourceConstraint);
    pair.client.request_form().expect("registering");
    pair.offers(&Offer::redirect("https://shakespeare.lit/join", "").expect("good"));
    match pair.run() {
        Ok(Event::Redirected(redirect)) => {
            assert_eq!(redirect.url(), Some("https://shakespeare.lit/join"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_service_that_timed_out_leaves_its_client_in_doubt() {
    let service = Jid::new("contests.shakespeare.lit").expect("a JID");
    let me = Jid::new(JULIET).expect("a JID");
    let peer = Peer::service(service, me).expect("elsewhere");
    let mut pair = Pair {
        client: RegistrationMachine::unregister(config(peer)).expect("logged in"),
        host: contests(),
        me: Some(JULIET),
    };
    let Err(ServiceEvent::Submitted(submission)) = pair.run() else {
        panic!("no submission");
    };
    let _ = pair.host.service.time_out(submission).expect("own");
    match pair.run() {
        Ok(Event::Failed(failure)) => assert!(Failure::in_doubt(&failure)),
        other => panic!("{other:?}"),
    }
}

/// At home the error is a refusal: so a server says nothing where nobody knows.
#[test]
fn a_server_that_drops_a_submission_leaves_its_user_in_doubt() {
    for is_dropped in [true, false] {
        let mut pair = member(RegistrationMachine::unregister(bill()).expect("logged in"));
        let Err(ServiceEvent::Submitted(submission)) = pair.run() else {
            panic!("no submission");
        };
        if is_dropped {
            drop(submission);
            pair.client.handle_timeout();
        } else {
            let _ = pair.host.service.time_out(submission).expect("own");
        }
        match pair.run() {
            Ok(Event::Failed(failure)) => assert_eq!(failure.in_doubt(), is_dropped),
            other => panic!("{other:?}"),
        }
    }
}
