//! Invitation tokens (XEP-0445).

use xmpp_registration::Limits;
use xmpp_registration::service::{Refusal, ServiceLimits, token_features};

use super::steps::*;

const TOKEN: &str = "<iq type='set' to='shakespeare.lit' id='pa1'><preauth xmlns='urn:xmpp:pars:0' token='t0ken'/></iq>";

#[test]
fn a_token_is_taken_or_not() {
    let mut host = server();
    host.comes(TOKEN);
    let token = host.token();
    assert_eq!((token.token(), token.requester()), ("t0ken", &stream()));
    let _ = host.service.accept(token).expect("own");
    host.sends("<iq type='result' from='shakespeare.lit' id='pa1'/>");
    host.comes(TOKEN);
    let token = host.token();
    let _ = host
        .service
        .refuse(token, Refusal::token_not_found())
        .expect("own");
    host.sends(
        "<iq type='error' from='shakespeare.lit' id='pa1'><error type='cancel' code='404'>\
         <item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
    );
}

#[test]
fn a_token_keeps_the_form_open() {
    let mut host = server();
    host.offers(get(), &plain_offer());
    host.comes(TOKEN);
    let token = host.token();
    let _ = host.service.accept(token).expect("own");
    assert_eq!(host.service.open_forms(), 1);
}

#[test]
fn a_token_is_presented_before_login_and_not_empty() {
    let mut host = server();
    let after = TOKEN.replace("id=", "from='bill@shakespeare.lit/globe' id=");
    host.comes(&after);
    host.refuses("unexpected-request", "wait");
    for token in ["", "token=''"] {
        host.comes(&TOKEN.replace("token='t0ken'", token));
        assert_eq!(
            host.refuses("bad-request", "modify"),
            "the token is missing"
        );
    }
    let submission = Limits {
        text_bytes: 4,
        ..Limits::default()
    };
    let limits = ServiceLimits {
        submission,
        ..ServiceLimits::default()
    };
    let mut host = super::steps::host(server_config().limits(limits));
    host.comes(TOKEN);
    host.refuses("policy-violation", "modify");
}

#[test]
fn both_features_are_advertised() {
    let features = token_features().map(|it| it.ns());
    assert_eq!(features, ["urn:xmpp:ibr-token:0", "urn:xmpp:invite"]);
}
