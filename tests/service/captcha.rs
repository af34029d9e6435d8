//! Challenges: what is offered, and that each is good for one submission of one requester.

use xmpp_registration::service::{Captcha, Offer, OfferError};
use xmpp_registration::{
    Channel, Config, Event, IdPrefix, Limits, Output, Peer, RegistrationMachine,
};

use super::steps::*;

fn captcha() -> Captcha {
    Captcha::picture("c1", "image/png", b"a picture", "7nHL3")
}

fn offer(captcha: Captcha) -> Offer {
    let builder = Offer::builder().instructions("See https://shakespeare.lit/join");
    builder
        .form(account_form())
        .captcha(captcha)
        .build()
        .expect("good")
}

fn answer(text: &str) -> String {
    set(&format!(
        "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:xmpp:captcha</value></field>\
         <field var='from'><value>shakespeare.lit</value></field><field var='challenge'><value>c1</value></field>\
         <field var='sid'><value>reg1</value></field><field var='username'><value>bill</value></field>\
         <field var='password'><value>Calliope</value></field><field var='ocr'><value>{text}</value></field></x>"
    ))
}

fn cid(query: &minidom::Element) -> String {
    let iq = String::from(query);
    let at = iq.find("cid:").expect("a cid") + 4;
    iq[at..].split('<').next().expect("a text").to_string()
}

#[test]
fn the_picture_elsewhere_and_the_count_of_answers() {
    let mut host = server();
    let captcha = captcha()
        .uri("image/png", "https://shakespeare.lit/c1.png")
        .counted();
    let shown = String::from(&host.offers(get(), &offer(captcha)));
    assert!(
        shown.contains(">https://shakespeare.lit/c1.png</uri><uri"),
        "{shown}"
    );
    let answers = "<field type='hidden' var='answers'><value>1</value></field>";
    assert!(shown.replace('"', "'").contains(answers), "{shown}");
}

#[test]
fn the_whole_offer() {
    let mut host = server();
    let stanza = host.offers(get(), &offer(captcha().size(290, 80)));
    let cid = cid(&stanza);
    let wanted = format!(
        "<iq type='result' id='reg1' from='shakespeare.lit'><query xmlns='jabber:iq:register'>\
         <instructions>See https://shakespeare.lit/join</instructions><x xmlns='jabber:x:data' type='form'>\
         <field type='hidden' var='FORM_TYPE'><value>urn:xmpp:captcha</value></field>\
         <field type='hidden' var='from'><value>shakespeare.lit</value></field>\
         <field type='hidden' var='challenge'><value>c1</value></field>\
         <field type='hidden' var='sid'><value>reg1</value></field>\
         <field type='text-single' var='username'><required/></field>\
         <field type='text-private' var='password'><required/></field>\
         <field type='text-single' var='ocr' label='Enter the text you see'><required/>\
         <media xmlns='urn:xmpp:media-element' height='80' width='290'><uri type='image/png'>cid:{cid}</uri></media></field></x>\
         <data xmlns='urn:xmpp:bob' cid='{cid}' type='image/png' max-age='0'>YSBwaWN0dXJl</data></query></iq>"
    );
    let wanted = crate::common::xml::parse(&wanted);
    assert_eq!(
        crate::common::xml::canonical(&stanza),
        crate::common::xml::canonical(&wanted)
    );
}

#[test]
fn one_answer_whatever_comes_of_it() {
    let wrong = "the answer to the challenge is wrong: ask for the form again";
    let mut host = server();
    host.offers(get(), &offer(captcha()));
    host.comes(&answer("wrong"));
    assert_eq!(host.refuses("not-acceptable", "cancel"), wrong);
    host.comes(&answer("7nHL3"));
    assert_eq!(
        host.refuses("not-acceptable", "modify"),
        "ask for the form first, and fill that in"
    );
    // A right one is used up too, before the application has decided.
    host.offers(get(), &offer(captcha()));
    host.comes(&answer("  7nhl3 "));
    let submission = host.submission();
    let names: Vec<_> = submission
        .fields()
        .map(|(name, _)| name.to_string())
        .collect();
    assert_eq!(names, ["username", "password"]);
    host.comes(&answer("7nHL3"));
    host.refuses("not-acceptable", "modify");
    let _ = host
        .service
        .refuse(submission, xmpp_registration::Condition::Conflict)
        .expect("own");
    host.stanza();
    host.comes(&answer("7nHL3"));
    host.refuses("not-acceptable", "modify");
}

#[test]
fn a_submission_that_cannot_be_read_uses_it_up_too() {
    for odd in [
        answer("7nHL3").replace("submit", "result"),
        answer("7nHL3").replace("c1", "c2"),
        answer("7nHL3").replace("bill", ""),
        set("<username>bill</username><password>Calliope</password>"),
        set("<x xmlns='jabber:x:data' type='cancel'/>"),
    ] {
        let mut host = server();
        host.offers(get(), &offer(captcha()));
        host.comes(&odd);
        host.stanza();
        host.comes(&answer("7nHL3"));
        host.refuses("not-acceptable", "modify");
    }
}

#[test]
fn an_exact_answer_and_a_question() {
    let mut host = server();
    host.offers(get(), &offer(captcha().exact()));
    host.comes(&answer("7nhl3"));
    host.refuses("not-acceptable", "cancel");
    let question = Captcha::question("c1", "What has four legs at dawn?", "Everybody");
    let stanza = host.offers(get(), &offer(question));
    let shown = String::from(&stanza);
    assert!(shown.contains("What has four legs at dawn?"), "{shown}");
    assert!(
        !shown.contains("media") && !shown.contains("Everybody"),
        "{shown}"
    );
    host.comes(&answer("everybody").replace("'ocr'", "'qa'"));
    host.submission();
}

#[test]
fn a_picture_is_for_whom_it_was_made_and_as_long_as_it_is_open() {
    let mut host = server();
    let cid = cid(&host.offers(get(), &offer(captcha())));
    let ask = format!("<iq type='get' id='b'><data xmlns='urn:xmpp:bob' cid='{cid}'/></iq>");
    host.comes(&ask);
    host.sends(&format!(
        "<iq type='result' id='b' from='shakespeare.lit'>\
         <data xmlns='urn:xmpp:bob' cid='{cid}' type='image/png' max-age='0'>YSBwaWN0dXJl</data></iq>"
    ));
    host.comes(&ask.replace("sha1+", "sha1+0"));
    host.refuses("item-not-found", "cancel");
    let other = crate::common::xml::parse(&ask);
    let _ = host.service.handle_stanza_before_login(2, &other);
    host.refuses("item-not-found", "cancel");
    host.comes(&answer("7nHL3"));
    host.submission();
    host.comes(&ask);
    host.refuses("item-not-found", "cancel");
}

/// The largest picture that is offered is one that a client takes.
#[test]
fn a_picture_fits_a_client() {
    let with = |bytes: &[u8]| {
        let captcha = Captcha::picture("c1", "image/png", bytes, "7nHL3");
        let builder = Offer::builder().form(account_form()).captcha(captcha);
        builder.build()
    };
    // Its name counts, too.
    let name = "sha1+a9993e364706816aba3e25717850c26c9cd0d89d@bob.xmpp.org".len();
    let most = Limits::default().picture_bytes - name - "image/png".len();
    let picture = vec![7; most + 1];
    let larger = with(&picture).expect_err("too large");
    assert_eq!(larger, OfferError::TooLarge);
    let largest = with(&picture[..most]).expect("good");

    let peer = Peer::server("shakespeare.lit").expect("a domain");
    let ids = IdPrefix::new("p").expect("a prefix");
    let mut machine = RegistrationMachine::register(Config::new(peer, ids, Channel::Encrypted));
    let Some(Output::Send(get)) = machine.poll_output() else {
        panic!("no request")
    };
    let offered = server().offers(&String::from(&get), &largest);
    let _ = machine.handle_stanza(&offered);
    let Some(Output::Event(Event::FormOffered(form))) = machine.poll_output() else {
        panic!("no form")
    };
    let medium = form.field("ocr").and_then(|it| it.media().next());
    let bytes = medium.expect("a picture").bytes();
    assert_eq!(bytes.map(<[u8]>::len), Ok(most));
}
