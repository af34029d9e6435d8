//! A data form that only says something, beside an address elsewhere: it asks for nothing, and is never open.

use xmpp_registration::service::{AnswerError, DataForm, Offer};
use xmpp_registration::{
    Channel, Config, Event, IdPrefix, Output, Peer, RegistrationMachine, text,
};

use super::steps::*;

fn elsewhere() -> Offer {
    let form = DataForm::new().instructions("Join on our site");
    let builder = Offer::builder().form(form).url("https://a.b/join");
    builder.build().expect("good")
}

#[test]
fn a_client_goes_elsewhere() {
    let peer = Peer::server("shakespeare.lit").expect("a domain");
    let ids = IdPrefix::new("p").expect("a prefix");
    let mut machine = RegistrationMachine::register(Config::new(peer, ids, Channel::Encrypted));
    let Some(Output::Send(request)) = machine.poll_output() else {
        panic!("no request");
    };
    let mut host = server();
    let offered = host.offers(&text::write(&request), &elsewhere());
    assert!(!String::from(&offered).contains("FORM_TYPE"));
    let _ = machine.handle_stanza(&offered);
    let Some(Output::Event(Event::Redirected(redirect))) = machine.poll_output() else {
        panic!("not elsewhere");
    };
    assert_eq!(redirect.url(), Some("https://a.b/join"));
    assert_eq!(redirect.instructions(), Some("Join on our site"));
}

#[test]
fn nothing_can_be_sent_back() {
    let standing = super::steps::host(server_config().form(elsewhere()));
    let mut asked = server();
    asked.offers(get(), &elsewhere());
    assert_eq!(asked.service.open_forms(), 0);
    for mut host in [standing, asked] {
        host.comes(&set(&submit(&[])));
        host.refuses("not-acceptable", "modify");
    }
}

#[test]
fn nothing_can_be_demanded() {
    let mut host = server();
    host.comes(&set_from(BILL, "<remove/>"));
    let submission = host.submission();
    let demanded = host.service.demand(submission, &elsewhere());
    let unanswered = demanded.expect_err("nothing to fill in");
    assert_eq!(unanswered.why, AnswerError::NoDataForm);
}
