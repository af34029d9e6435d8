//! What an application can do wrong: nothing is lost by it.

use xmpp_registration::service::{
    AnswerError, Fields, Offer, Refusal, ServiceConfig, ServiceEvent, ServiceOutput,
};
use xmpp_registration::{Condition, FieldError, Misuse};

use super::steps::*;

const REMOVE: &str = "<remove/>";

#[test]
fn a_request_of_another_service() {
    let mut one = server();
    let mut other = server();
    one.comes(get());
    let request = one.form_request();
    let unanswered = other
        .service
        .offer(request, &plain_offer())
        .expect_err("foreign");
    assert_eq!(unanswered.why, AnswerError::ForeignRequest);
    assert_eq!(
        unanswered.to_string(),
        "the request is another service's: answer it there"
    );
    let unanswered = other
        .service
        .refuse(unanswered.request, Condition::Conflict)
        .expect_err("foreign");
    let unanswered = other
        .service
        .time_out(unanswered.request)
        .expect_err("foreign");
    let unanswered = other
        .service
        .redirect(unanswered.request, "u", "")
        .expect_err("foreign");
    other.is_quiet();
    let _ = one
        .service
        .offer(unanswered.request, &plain_offer())
        .expect("own");
    one.stanza();
    one.comes(&set_from(BILL, REMOVE));
    let submission = one.submission();
    let form = Offer::of_form(account_form()).expect("good");
    let unanswered = other
        .service
        .demand(submission, &form)
        .expect_err("foreign");
    let unanswered = other
        .service
        .accept(unanswered.request)
        .expect_err("foreign");
    let _ = one.service.accept(unanswered.request).expect("own");
}

#[test]
fn a_demand_without_a_data_form() {
    let mut host = server();
    host.comes(&set_from(BILL, REMOVE));
    let submission = host.submission();
    let unanswered = host
        .service
        .demand(submission, &plain_offer())
        .expect_err("no form");
    assert_eq!(unanswered.why, AnswerError::NoDataForm);
    assert_eq!(
        unanswered.to_string(),
        "only a data form can be demanded: make the offer with `OfferBuilder::form`"
    );
    host.is_quiet();
    let _ = host.service.accept(unanswered.request).expect("own");
}

#[test]
fn a_redirect_that_cannot_be_sent() {
    let mut host = server();
    host.comes(get());
    let mut request = host.form_request();
    for (url, instructions) in [("", ""), ("\0", ""), ("", "\u{FFFE}")] {
        let unanswered = host
            .service
            .redirect(request, url, instructions)
            .expect_err("bad");
        assert_eq!(unanswered.why, AnswerError::BadRedirect);
        request = unanswered.request;
    }
    let _ = host
        .service
        .redirect(request, "https://x.y/", "")
        .expect("own");
}

#[test]
fn texts_and_languages() {
    let error = Refusal::conflict().text("a\0").expect_err("forbidden");
    let wanted = FieldError::ForbiddenCharacter {
        field: "text".into(),
        position: 1,
    };
    assert_eq!(
        error,
        Misuse::Value {
            field: "text",
            error: wanted
        }
    );
    let error = server_config().lang("not a tag").expect_err("no tag");
    let wanted = FieldError::NotALanguage {
        field: "lang".into(),
    };
    assert_eq!(
        error,
        Misuse::Value {
            field: "lang",
            error: wanted
        }
    );
    assert!(ServiceConfig::server("a@b").is_err());
}

#[test]
fn a_refusal_speaks_the_language_of_the_application() {
    let mut host = host(server_config().lang("de").expect("a tag"));
    host.comes(get());
    let request = host.form_request();
    let refusal = Refusal::too_fast().text("Zu schnell").expect("good");
    let _ = host.service.refuse(request, refusal).expect("own");
    host.sends(
        "<iq type='error' id='reg1' from='shakespeare.lit'><error type='wait' code='500'>\
         <resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>\
         <text xml:lang='de' xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Zu schnell</text></error></iq>",
    );
    // The service's own texts are English.
    host.comes(&set(""));
    let (_, stanza) = host.stanza();
    assert!(
        String::from(&stanza)
            .replace('"', "'")
            .contains("xml:lang='en'")
    );
}

#[test]
fn the_same_calls_give_the_same_outputs() {
    let run = || {
        let mut host = server();
        let mut sent = Vec::new();
        for stanza in [get(), "<iq type='set' id='x'/>", TOKEN_WITHOUT_VALUE] {
            host.comes(stanza);
            while let Some(output) = host.service.poll_output() {
                sent.push(format!("{output:?}"));
                match output {
                    ServiceOutput::Send { stanza, .. } => sent.push(String::from(&stanza)),
                    ServiceOutput::Event(ServiceEvent::FormRequested(request)) => {
                        let offer = Offer::of_fields(Fields::of(["username"])).expect("good");
                        let _ = host.service.offer(request, &offer).expect("own");
                    }
                    ServiceOutput::Event(_) => {}
                }
            }
        }
        sent
    };
    assert_eq!(run(), run());
    assert_eq!(run().len(), 7);
}

const TOKEN_WITHOUT_VALUE: &str = "<iq type='set' id='t'><preauth xmlns='urn:xmpp:pars:0'/></iq>";
