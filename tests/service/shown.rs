//! What each value of the service shows of itself, to the letter: names and numbers, and never a value.

use xmpp_registration::service::*;
use xmpp_registration::{Condition, FieldKind, Handled, Limits, StreamNamespace};

use super::steps::*;

#[track_caller]
fn shows(value: &impl core::fmt::Debug, wanted: &str) {
    assert_eq!(format!("{value:?}"), wanted);
}

#[test]
fn offers_and_what_is_in_them() {
    let field = FormField::new(FieldKind::TextSingle, "a").value("on file");
    shows(&field, r#""a" (text-single)"#);
    shows(&FormField::fixed("on file"), r#""" (fixed)"#);
    shows(&FormField::hidden("h", "on file"), r#""h" (hidden)"#);
    let form = DataForm::new().title("t").instructions("i").field(field);
    shows(&form, r#"["a" (text-single)]"#);
    shows(&DataForm::new(), "[]");
    let fields = Fields::of(["a"]).optional("b").value("c", "v").key("k");
    shows(&fields, r#"["a", "b", "c"]"#);
    shows(&Fields::default(), "[]");
    let captcha = Captcha::picture("c", "image/png", b"picture", "answer");
    shows(&captcha, r#"Captcha("ocr")"#);
    shows(&captcha.clone().var("b"), r#"Captcha("b")"#);
    let builder = Offer::builder().form(form).captcha(captcha).registered();
    shows(&builder, "OfferBuilder(..)");
    let shown = r#"Offer { registered: true, fields: None, form: Some(["a" (text-single)]), captcha: Some(Captcha("ocr")), .. }"#;
    shows(&builder.build().expect("good"), shown);
    let shown = r#"Offer { registered: false, fields: Some(["a", "b", "c"]), form: None, captcha: None, .. }"#;
    shows(&Offer::of_fields(fields).expect("good"), shown);
    let shown = "Offer { registered: false, fields: None, form: None, captcha: None, .. }";
    shows(&Offer::redirect("u", "i").expect("good"), shown);
}

#[test]
fn requesters_are_ordered_and_named() {
    let (one, two) = (Requester::Stream(1), Requester::Stream(2));
    let bill = account(BILL);
    assert_eq!(one.to_string(), "stream 1");
    assert_eq!(bill.to_string(), "bill@shakespeare.lit");
    shows(&one, "Stream(1)");
    assert!(one < two && two < bill && one != two && one == one.clone());
    assert_eq!((one.account(), two.account()), (None, None));
    let jid = bill.account().map(ToString::to_string);
    assert_eq!(jid.as_deref(), Some("bill@shakespeare.lit"));
}

#[test]
fn limits_are_what_the_documentation_says() {
    let limits = ServiceLimits::default();
    assert_eq!(
        (limits.requests, limits.requests_each, limits.offers),
        (1_024, 4, 4_096)
    );
    let submission = limits.submission;
    assert_eq!(
        (submission.fields, submission.options, submission.text_bytes),
        (1_024, 4_096, 128 * 1024)
    );
    let more = |fields| ServiceLimits {
        submission: Limits {
            fields,
            ..submission
        },
        ..limits
    };
    assert!(more(1_024) == limits && more(1_023) != limits);
    for other in [
        ServiceLimits {
            requests: 1,
            ..limits
        },
        ServiceLimits {
            requests_each: 1,
            ..limits
        },
        ServiceLimits {
            offers: 1,
            ..limits
        },
    ] {
        assert!(other != limits);
    }
}

#[test]
fn a_configuration_shows_no_value_of_its_form() {
    let offer = Offer::of_fields(Fields::new().value("email", "on file")).expect("good");
    let config = server_config()
        .lang("en")
        .expect("a tag")
        .namespace(StreamNamespace::Component)
        .form(offer);
    let shown = format!("{config:?}");
    for part in [
        "shakespeare.lit",
        "Component",
        r#"lang: Some("en")"#,
        r#"fields: Some(["email"])"#,
        "requests: 1024",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(!shown.contains("on file"), "{shown}");
}

#[test]
fn purposes_and_answers() {
    for (purpose, text) in [
        (Purpose::Register, "registration"),
        (Purpose::ChangePassword, "change of the password"),
        (Purpose::Remove, "removal"),
    ] {
        assert_eq!(purpose.to_string(), text);
    }
    shows(
        &[Answered::Queued, Answered::NobodyWaits],
        "[Queued, NobodyWaits]",
    );
    for (error, text) in [
        (
            AnswerError::ForeignRequest,
            "the request is another service's: answer it there",
        ),
        (
            AnswerError::NoDataForm,
            "only a data form can be demanded: make the offer with `OfferBuilder::form`",
        ),
        (
            AnswerError::BadRedirect,
            "the redirect cannot be sent: leave out characters that XML forbids, and give a URL or instructions",
        ),
    ] {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn refusals_are_their_condition_type_and_text() {
    use Condition::*;
    for (refusal, condition, wire) in [
        (Refusal::unsupported(), ServiceUnavailable, "cancel"),
        (Refusal::conflict(), Conflict, "cancel"),
        (Refusal::not_acceptable(), NotAcceptable, "modify"),
        (Refusal::too_fast(), ResourceConstraint, "wait"),
        (Refusal::internal(), InternalServerError, "wait"),
        (Refusal::removal_forbidden(), Forbidden, "cancel"),
        (Refusal::removal_not_allowed(), NotAllowed, "cancel"),
        (Refusal::not_registered(), RegistrationRequired, "auth"),
        (Refusal::password_incomplete(), BadRequest, "modify"),
        (Refusal::password_not_safe(), NotAuthorized, "modify"),
        (Refusal::password_not_allowed(), NotAllowed, "cancel"),
        (Refusal::unexpected(), UnexpectedRequest, "wait"),
        (Refusal::token_not_found(), ItemNotFound, "cancel"),
    ] {
        assert_eq!(refusal.condition(), condition);
        let mut host = server();
        host.comes(get());
        let request = host.form_request();
        let refused = host.service.refuse(request, refusal.clone());
        assert_eq!(refused.expect("its own"), Answered::Queued);
        assert_eq!(host.refuses(condition.name(), wire), "");
        let told = refusal.clone().text("t").expect("legal");
        assert!(refusal == refusal.clone() && told != refusal);
        assert!(told != refusal.clone().text("u").expect("legal"));
    }
    assert_eq!(Refusal::from(Conflict), Refusal::conflict());
    assert_ne!(Refusal::from(Forbidden), Refusal::removal_forbidden());
}

#[test]
fn a_registration_from_request_to_answer() {
    let mut host = server();
    host.secrets.push("typed");
    host.comes(get());
    let output = host.poll().expect("an event");
    shows(&output, "Event(FormRequested(FormRequest(stream 1)))");
    assert_eq!(output.requester(), &stream());
    let ServiceOutput::Event(ServiceEvent::FormRequested(request)) = output else {
        panic!("no request");
    };
    let offered = host.service.offer(request, &plain_offer());
    assert_eq!(offered.expect("its own"), Answered::Queued);
    let shown = format!("{:?}", host.service);
    for part in ["unanswered: 0", "open_forms: 1", "shakespeare.lit", "Send("] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    let output = host.poll().expect("a stanza");
    shows(
        &output,
        r#"Send(stream 1, <iq type="result"><query ../></iq>)"#,
    );
    assert_eq!(output.requester(), &stream());
    let fields = "<username>typed</username><password>typed</password><email>typed</email>";
    host.comes(&set(fields));
    let output = host.poll().expect("an event");
    let shown = r#"Event(Submitted(Submission(stream 1, registration, ["username", "password", "email"])))"#;
    shows(&output, shown);
    assert_eq!(output.requester(), &stream());
    let ServiceOutput::Event(ServiceEvent::Submitted(submission)) = output else {
        panic!("no submission");
    };
    let accepted = host.service.accept(submission);
    assert_eq!(accepted.expect("its own"), Answered::Queued);
    let output = host.poll().expect("a stanza");
    shows(&output, r#"Send(stream 1, <iq type="result">< ../></iq>)"#);
}

#[test]
fn other_requests() {
    let mut host = server();
    host.comes("<iq type='set' id='a'><preauth xmlns='urn:xmpp:pars:0' token='t0ken'/></iq>");
    let output = host.poll().expect("an event");
    shows(&output, "Event(TokenPresented(TokenRequest(stream 1)))");
    assert_eq!(output.requester(), &stream());
    host.comes(&set_from(BILL, "<remove/>"));
    let output = host.poll().expect("an event");
    let shown = "Event(Submitted(Submission(bill@shakespeare.lit, removal, [])))";
    shows(&output, shown);
    assert_eq!(output.requester(), &account(BILL));
    assert_eq!(host.feed("<message/>"), Handled::NotMine);
}

#[test]
fn an_answer_that_is_given_back_shows_why() {
    let (mut one, mut other) = (server(), server());
    one.comes(get());
    let request = one.form_request();
    let unanswered = other.service.refuse(request, Condition::Conflict);
    let unanswered = unanswered.expect_err("another's");
    let shown = "Unanswered { why: ForeignRequest, request: FormRequest(stream 1) }";
    shows(&unanswered, shown);
    assert_eq!(unanswered.to_string(), unanswered.why.to_string());
    assert_eq!(unanswered.request.requester(), &stream());
}

#[test]
fn features_to_advertise() {
    let vars = |challenges| -> Vec<String> {
        disco_features(challenges)
            .map(|it| {
                assert!(it.is("feature", "http://jabber.org/protocol/disco#info"));
                it.attr("var").expect("a name").to_string()
            })
            .collect()
    };
    assert_eq!(vars(false), ["jabber:iq:register"]);
    assert_eq!(
        vars(true),
        ["jabber:iq:register", "urn:xmpp:captcha", "urn:xmpp:bob"]
    );
    let feature = stream_feature();
    assert!(feature.is("register", "http://jabber.org/features/iq-register"));
    let tokens: Vec<_> = token_features().into_iter().map(|it| it.ns()).collect();
    assert_eq!(tokens, ["urn:xmpp:ibr-token:0", "urn:xmpp:invite"]);
}
