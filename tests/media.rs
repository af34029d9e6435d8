//! Pictures of fields (XEP-0221) and their data (XEP-0231): which are asked for, taken, kept and believed.

#[allow(dead_code, reason = "each test takes what it needs")]
#[path = "common/steps.rs"]
mod steps;

use xmpp_registration::{
    Channel, Config, Event, Form, Handled, IdPrefix, Ignored, Limits, MediaError, Output, Peer,
    RegistrationMachine,
};

use steps::{event, reply, sent};

const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";
const CID: &str = "sha1+c1986af3c26609b8b7d8933f99c51c1a89e9ea6b@bob.xmpp.org";
const REFUSED: &str =
    "<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";

fn data(cid: &str, base64: &str) -> String {
    format!("<data xmlns='urn:xmpp:bob' cid='{cid}' type='image/png'>{base64}</data>")
}

fn media(cid: &str) -> String {
    format!("<media xmlns='urn:xmpp:media-element'><uri>cid:{cid}</uri></media>")
}

fn field(var: &str, kind: &str, inner: &str) -> String {
    format!("<field var='{var}' type='{kind}'>{inner}</field>")
}

fn query(fields: &str, beside: &str) -> String {
    format!(
        "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>{fields}</x>{beside}</query>"
    )
}

fn limited(inner: &str, limits: Limits) -> (RegistrationMachine, Form) {
    let peer = Peer::server("example.com").unwrap();
    let config = Config::new(peer, IdPrefix::new("p").unwrap(), Channel::Encrypted);
    let mut machine = RegistrationMachine::register(config.limits(limits));
    let _ = sent(&mut machine);
    reply(&mut machine, 1, "result", inner);
    let form = offered(&mut machine);
    (machine, form)
}

fn offered(machine: &mut RegistrationMachine) -> Form {
    match event(machine) {
        Event::FormOffered(form) => form,
        other => panic!("no form, but {other:?}"),
    }
}

fn asked(inner: &str) -> (RegistrationMachine, Form) {
    limited(inner, Limits::default())
}

fn bytes<'a>(form: &'a Form, var: &str) -> Result<&'a [u8], MediaError> {
    let mut media = form.field(var).unwrap().media();
    media.next().unwrap().bytes()
}

#[test]
fn a_picture_alone_demands_no_answer() {
    let avatar =
        field("avatar", "list-single", &media(CID)) + &field("username", "text-single", "");
    let (_, form) = asked(&query(&avatar, ""));
    assert!(!form.field("avatar").unwrap().is_challenge());
    assert!(form.unfilled().is_empty());
    assert_eq!(form.challenges_left(), 0);
    assert!(form.finish().is_ok());
    // The same field in a form that says that it is a challenge.
    for mark in [
        field("FORM_TYPE", "hidden", "<value>urn:xmpp:captcha</value>"),
        field("challenge", "hidden", "<value>7</value>"),
        field("captchahidden", "hidden", ""),
        field("captcha-id", "hidden", ""),
    ] {
        for fields in [avatar.clone() + &mark, mark.clone() + &avatar] {
            let (_, form) = asked(&query(&fields, ""));
            assert!(form.field("avatar").unwrap().is_challenge(), "{fields}");
            assert_eq!(form.challenges_left(), 1, "{fields}");
            assert!(form.finish().is_err(), "{fields}");
        }
    }
}

#[test]
fn what_was_typed_beside_a_picture_is_not_kept() {
    let (mut machine, mut form) = asked(&query(&field("odd", "text-single", &media(CID)), ""));
    form.set("odd", "s3en").unwrap();
    machine.submit(form.finish().unwrap()).unwrap();
    let _ = sent(&mut machine);
    reply(&mut machine, 2, "error", REFUSED);
    // It may have been a challenge all the same.
    let Event::Refused { form: None, .. } = event(&mut machine) else {
        panic!("the form was good for one submission")
    };
    machine.request_form().unwrap();
    let _ = sent(&mut machine);
    reply(
        &mut machine,
        3,
        "result",
        &query(&field("odd", "text-single", &media(CID)), ""),
    );
    assert!(!offered(&mut machine).field("odd").unwrap().is_set());
}

#[test]
fn a_picture_beside_a_text_leaves_the_form_to_be_mended() {
    let fields = field("logo", "fixed", &media(CID)) + &field("username", "text-single", "");
    let (mut machine, mut form) = asked(&query(&fields, &data(CID, PNG)));
    assert!(bytes(&form, "logo").is_ok());
    form.set("username", "juliet").unwrap();
    machine.submit(form.finish().unwrap()).unwrap();
    let _ = sent(&mut machine);
    reply(&mut machine, 2, "error", REFUSED);
    let Event::Refused {
        form: Some(form), ..
    } = event(&mut machine)
    else {
        panic!("nothing of it was used up")
    };
    assert!(bytes(&form, "logo").is_ok());
    assert_eq!(form.field("username").unwrap().value(), Some("juliet"));
}

#[test]
fn visible_fields_of_those_names_are_questions_like_others() {
    let fields = field("sid", "text-single", "") + &field("challenge", "text-single", "");
    let (mut machine, mut form) = asked(&query(&fields, ""));
    assert!(form.fields().all(|field| !field.is_challenge()));
    form.set("challenge", "me").unwrap();
    machine.submit(form.finish().unwrap()).unwrap();
    let _ = sent(&mut machine);
    reply(&mut machine, 2, "error", REFUSED);
    assert!(matches!(
        event(&mut machine),
        Event::Refused { form: Some(_), .. }
    ));
}

#[test]
fn a_name_in_percent_encoding_is_checked_and_asked_for_like_any() {
    let encoded = CID.replace('+', "%2B").replace('@', "%40");
    let fields = field("ocr", "text-single", &media(&encoded));
    for cid in [CID, &encoded] {
        let (_, form) = asked(&query(&fields, &data(cid, PNG)));
        assert!(bytes(&form, "ocr").is_ok(), "{cid}");
        let (_, form) = asked(&query(&fields, &data(cid, "AAAA")));
        assert_eq!(bytes(&form, "ocr"), Err(MediaError::Hash), "{cid}");
    }
    let (mut machine, mut form) = asked(&query(&fields, ""));
    machine.fetch_media(&encoded).unwrap();
    assert!(sent(&mut machine).contains(&format!("cid='{CID}'")));
    reply(&mut machine, 2, "result", &data(CID, PNG));
    let Event::MediaReceived(data) = event(&mut machine) else {
        panic!("it came")
    };
    assert_eq!(data.cid(), encoded);
    form.attach(data);
    assert!(bytes(&form, "ocr").is_ok());
}

/// What cannot be decoded to a text is asked for as it stands.
#[test]
fn a_name_that_decodes_to_nothing_sendable_is_sent_as_it_is() {
    for cid in ["a%FF@x", "a%00@x"] {
        let (mut machine, _) = asked(&query(&field("ocr", "text-single", &media(cid)), ""));
        machine.fetch_media(cid).unwrap();
        assert!(sent(&mut machine).contains(&format!("cid='{cid}'")));
    }
}

#[test]
fn the_first_data_that_is_of_use_counts() {
    let fields = field("ocr", "text-single", &media(CID));
    for broken in ["AAAA", "*"] {
        let both = data(CID, broken) + &data(CID, PNG);
        let (_, form) = asked(&query(&fields, &both));
        assert!(bytes(&form, "ocr").is_ok(), "{broken}");
        let both = data(CID, PNG) + &data(CID, broken);
        let (_, form) = asked(&query(&fields, &both));
        assert!(bytes(&form, "ocr").is_ok(), "{broken}");
        // The same where the second one was fetched.
        let (mut machine, mut form) = asked(&query(&fields, &data(CID, broken)));
        assert!(bytes(&form, "ocr").is_err(), "{broken}");
        machine.fetch_media(CID).unwrap();
        let _ = sent(&mut machine);
        reply(&mut machine, 2, "result", &data(CID, PNG));
        let Event::MediaReceived(data) = event(&mut machine) else {
            panic!("it came")
        };
        form.attach(data);
        assert!(bytes(&form, "ocr").is_ok(), "{broken}");
    }
}

#[test]
fn the_data_of_another_name_is_not_what_was_asked_for() {
    let (mut machine, mut form) = asked(&query(&field("ocr", "text-single", &media(CID)), ""));
    machine.fetch_media(CID).unwrap();
    let _ = sent(&mut machine);
    reply(&mut machine, 2, "result", &data("other@x", "AAAA"));
    let unavailable = Event::MediaUnavailable { cid: CID.into() };
    assert_eq!(event(&mut machine), unavailable);
    // Beside it, the right one is found.
    machine.fetch_media(CID).unwrap();
    let _ = sent(&mut machine);
    let both = data("other@x", "AAAA") + &data(CID, PNG);
    reply(&mut machine, 3, "result", &both);
    let Event::MediaReceived(data) = event(&mut machine) else {
        panic!("it came")
    };
    form.attach(data);
    assert!(bytes(&form, "ocr").is_ok());
}

#[test]
fn data_that_no_field_refers_to_is_not_attached() {
    let (mut machine, _) = asked(&query(&field("ocr", "text-single", &media("a@x")), ""));
    machine.fetch_media("a@x").unwrap();
    let _ = sent(&mut machine);
    reply(&mut machine, 2, "result", &data("a@x", PNG));
    let Event::MediaReceived(data) = event(&mut machine) else {
        panic!("it came")
    };
    let (_, mut other) = asked(&query(&field("ocr", "text-single", &media("b@x")), ""));
    other.attach(data);
    assert_eq!(bytes(&other, "ocr"), Err(MediaError::NotReceived));
}

#[test]
fn a_fetch_that_was_handed_out_ends_with_its_form() {
    let fields = field("ocr", "text-single", &media(CID));
    let (mut machine, _) = asked(&query(&fields, ""));
    machine.fetch_media(CID).unwrap();
    let _ = sent(&mut machine);
    machine.request_form().unwrap();
    assert!(!machine.is_awaiting_reply());
    let _ = sent(&mut machine);
    reply(&mut machine, 2, "result", &data(CID, PNG));
    assert_eq!(event(&mut machine), Event::Ignored(Ignored::Late));
    reply(&mut machine, 3, "result", &query(&fields, ""));
    let _ = offered(&mut machine);
}

#[test]
fn a_fetch_that_was_not_handed_out_is_never_sent_for_a_form_that_is_gone() {
    let fields = field("ocr", "text-single", &media(CID));
    let (mut machine, _) = asked(&query(&fields, ""));
    machine.fetch_media(CID).unwrap();
    machine.request_form().unwrap();
    let get = sent(&mut machine);
    assert!(get.contains("<query") && get.contains("id='p-3'"), "{get}");
    assert!(machine.is_awaiting_reply());
    reply(&mut machine, 3, "result", &query(&fields, ""));
    let mut form = offered(&mut machine);
    machine.fetch_media(CID).unwrap();
    assert!(sent(&mut machine).contains("id='p-4'"));
    form.set("ocr", "x").unwrap();
    machine.submit(form.finish().unwrap()).unwrap();
    let _ = sent(&mut machine);
    // A refusal uses the challenge up, and with it goes what it was for.
    reply(&mut machine, 5, "error", REFUSED);
    assert!(matches!(
        event(&mut machine),
        Event::Refused { form: None, .. }
    ));
    assert!(!machine.is_awaiting_reply());
    machine.handle_timeout();
    assert_eq!(machine.poll_output(), None);
}

/// The limit is one for all pictures of a form, however they come.
#[test]
fn fetched_pictures_share_the_room_of_the_form() {
    let limits = Limits {
        picture_bytes: 300,
        ..Limits::default()
    };
    let fields = ["a@x", "b@x", "c@x", "d@x"].map(|cid| field(cid, "text-single", &media(cid)));
    let (mut machine, _) = limited(&query(&fields.concat(), &data("a@x", PNG)), limits);
    let mut received = Vec::new();
    for (serial, cid) in (2..).zip(["b@x", "c@x", "d@x"]) {
        machine.fetch_media(cid).unwrap();
        let _ = sent(&mut machine);
        reply(&mut machine, serial, "result", &data(cid, PNG));
        received.push(matches!(event(&mut machine), Event::MediaReceived(_)));
    }
    // Some 80 bytes each.
    assert_eq!(received, [true, true, false]);
    // The next form has room again.
    machine.request_form().unwrap();
    let _ = sent(&mut machine);
    reply(&mut machine, 5, "result", &query(&fields.concat(), ""));
    let _ = offered(&mut machine);
    machine.fetch_media("d@x").unwrap();
    let _ = sent(&mut machine);
    reply(&mut machine, 6, "result", &data("d@x", PNG));
    assert!(matches!(event(&mut machine), Event::MediaReceived(_)));
}

/// A reply of the fetch is judged like any other.
#[test]
fn a_fetch_takes_no_forged_reply() {
    let (mut machine, _) = asked(&query(&field("ocr", "text-single", &media(CID)), ""));
    machine.fetch_media(CID).unwrap();
    let _ = sent(&mut machine);
    let iq = format!(
        "<iq xmlns='jabber:client' type='result' id='p-2' from='evil.example'>{}</iq>",
        data(CID, PNG)
    );
    assert_eq!(
        machine.handle_stanza(&iq.parse().unwrap()),
        Handled::NotMine
    );
    assert_eq!(
        machine.poll_output(),
        Some(Output::Event(Event::Ignored(Ignored::WrongSender)))
    );
    assert!(machine.is_awaiting_reply());
}

/// Tigase asks a question in the label of a field of its own name, without a picture.
#[test]
fn the_answer_to_tigases_question_is_not_kept_for_the_next_one() {
    let question = |label: &str| {
        let fields = "<field var='username' type='text-single'/>".to_owned();
        let captcha = format!("<field var='captcha' label='{label}'><required/></field>");
        query(&(fields + &captcha), "")
    };
    let (mut machine, mut form) = asked(&question("Solve: 3 x 4"));
    assert!(form.field("captcha").unwrap().is_challenge());
    form.set("username", "juliet").unwrap();
    form.set("captcha", "13").unwrap();
    machine.submit(form.finish().unwrap()).unwrap();
    let _ = sent(&mut machine);
    reply(&mut machine, 2, "error", REFUSED);
    assert!(matches!(
        event(&mut machine),
        Event::Refused { form: None, .. }
    ));
    machine.request_form().unwrap();
    let _ = sent(&mut machine);
    reply(&mut machine, 3, "result", &question("Solve: 5 x 6"));
    let form = offered(&mut machine);
    assert_eq!(form.field("username").unwrap().value(), Some("juliet"));
    assert_eq!(form.unfilled().names().collect::<Vec<_>>(), ["captcha"]);
}
