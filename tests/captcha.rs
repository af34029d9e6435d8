//! CAPTCHA forms (XEP-0158), their media (XEP-0221), and bits of binary (XEP-0231), as servers really send them.

#[allow(dead_code, reason = "each test takes what it needs")]
#[path = "common/steps.rs"]
mod steps;

use xmpp_registration::{
    Channel, Config, Event, Failure, FieldError, Form, Handled, IdPrefix, Limit, Limits, Media,
    MediaError, Misuse, Peer, RegistrationMachine, Success, Violation,
};

use steps::{event, reply, sent};

const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";
const CID: &str = "sha1+c1986af3c26609b8b7d8933f99c51c1a89e9ea6b@bob.xmpp.org";

fn config() -> Config {
    let peer = Peer::server("example.com").unwrap();
    Config::new(peer, IdPrefix::new("p").unwrap(), Channel::Encrypted)
}

fn query(inner: &str) -> String {
    format!("<query xmlns='jabber:iq:register'>{inner}</query>")
}

fn form(fields: &str) -> String {
    format!("<x xmlns='jabber:x:data' type='form'>{fields}</x>")
}

fn data(cid: &str) -> String {
    format!("<data xmlns='urn:xmpp:bob' cid='{cid}' type='image/png' max-age='0'>{PNG}</data>")
}

fn ocr(uris: &str) -> String {
    format!(
        "<field var='ocr'><media xmlns='urn:xmpp:media-element' width='290' height='80'>{uris}</media></field>"
    )
}

fn uri(uri: &str) -> String {
    format!("<uri type='image/png'>{uri}</uri>")
}

/// A machine that was told of this query's content, and the form.
#[track_caller]
fn offered(inner: &str) -> (RegistrationMachine, Form) {
    let mut machine = RegistrationMachine::register(config());
    let _ = sent(&mut machine);
    reply(&mut machine, 1, "result", inner);
    match event(&mut machine) {
        Event::FormOffered(form) => (machine, form),
        other => panic!("no form, but {other:?}"),
    }
}

fn media<'a>(form: &'a Form, name: &str) -> Vec<Media<'a>> {
    form.field(name).unwrap().media().collect()
}

/// What ejabberd sends, from a recording; then the right answer, the submission letter by letter.
#[test]
fn the_form_of_ejabberd() {
    let recording = include_str!("recordings/ejabberd-captcha/captcha-ok.txt");
    let line = recording
        .lines()
        .find(|line| line.contains("id='get1'><query") && line.starts_with("S: "));
    let iq = line.unwrap()[3..].replace("'get1'><query", "'p-1'><query");
    let iq = iq.replacen("<iq ", "<iq xmlns='jabber:client' ", 1);
    let mut machine = RegistrationMachine::register(config());
    let _ = sent(&mut machine);
    let from = iq.replace("from='lab.example'", "from='example.com'");
    assert_eq!(
        machine.handle_stanza(&from.parse().unwrap()),
        Handled::Consumed
    );
    let Event::FormOffered(mut form) = event(&mut machine) else {
        panic!("no form")
    };
    let pictures = media(&form, "ocr");
    assert_eq!(pictures.len(), 1);
    assert_eq!(
        (pictures[0].mime_type(), pictures[0].cid()),
        ("image/png", Some(CID))
    );
    assert!(pictures[0].bytes().unwrap().starts_with(b"\x89PNG"));
    assert!(form.field("ocr").unwrap().is_challenge());
    let left = form.fill("seer", "s3cret-Pass.1").unwrap();
    assert_eq!(left.names().collect::<Vec<_>>(), ["ocr"]);
    form.set("ocr", "177891").unwrap();
    machine.submit(form.finish().unwrap()).unwrap();
    let submission = sent(&mut machine);
    for part in [
        "<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>",
        "<field var='challenge'><value>7341981325534013474</value></field>",
        "<field var='sid'><value>get1</value></field>",
        "<field var='ocr'><value>177891</value></field>",
    ] {
        assert!(submission.contains(part), "{submission}");
    }
    assert!(
        !submission.contains("captcha-fallback-text"),
        "{submission}"
    );
}

#[test]
fn each_uri_is_given_with_its_type_and_size() {
    let uris = uri("http://example.com/ocr.png")
        + &uri(&format!("\n cid:{CID}\n"))
        + "<uri/>"
        + "<uri>mailto:a@b</uri>";
    let (_, form) = offered(&query(&form(&ocr(&uris))));
    let media = media(&form, "ocr");
    let uris: Vec<_> = media.iter().map(|it| (it.uri(), it.mime_type())).collect();
    let cid = format!("cid:{CID}");
    assert_eq!(
        uris,
        [
            ("http://example.com/ocr.png", "image/png"),
            (&cid, "image/png"),
            ("mailto:a@b", "")
        ]
    );
    assert_eq!((media[0].width(), media[0].height()), (Some(290), Some(80)));
    let errors: Vec<_> = media.iter().map(|it| it.bytes().unwrap_err()).collect();
    assert_eq!(
        errors,
        [
            MediaError::Elsewhere,
            MediaError::NotReceived,
            MediaError::Elsewhere
        ]
    );
    assert_eq!(
        format!("{:?}", media[0]),
        "\"http://example.com/ocr.png\" (image/png)"
    );
}

#[test]
fn the_data_is_found_in_the_query_and_in_the_iq() {
    let field = form(&ocr(&uri(&format!("cid:{}", CID.replace('+', "%2B")))));
    for inner in [
        query(&format!("{field}{}", data(CID))),
        query(&format!("{}{field}", data(CID))),
        query(&field) + &data(CID),
        data(&CID.replace('@', "%40")) + &query(&field),
    ] {
        let (_, form) = offered(&inner);
        assert!(media(&form, "ocr")[0].bytes().is_ok(), "{inner}");
    }
    // And with an alternative form in an error.
    let (mut machine, mut first) = offered(&query("<username/><password/>"));
    let _ = first.fill("u", "p").unwrap();
    machine.submit(first.finish().unwrap()).unwrap();
    let _ = sent(&mut machine);
    reply(
        &mut machine,
        2,
        "error",
        &format!("<error>{}</error>", query(&format!("{field}{}", data(CID)))),
    );
    let Event::Refused {
        form: Some(form), ..
    } = event(&mut machine)
    else {
        panic!("no alternative form")
    };
    assert!(media(&form, "ocr")[0].bytes().is_ok());
}

#[test]
fn wrong_data_is_told_and_never_ends_the_task() {
    let other = CID.replace("c198", "c199");
    let broken = data(CID).replace(PNG, "not base64");
    let cases = [
        (data(&other), other.as_str(), Some(MediaError::Hash)),
        (broken, CID, Some(MediaError::Encoding)),
        (data(&other), CID, Some(MediaError::NotReceived)),
        (
            data("unknown+zz@bob.xmpp.org"),
            "unknown+zz@bob.xmpp.org",
            None,
        ),
    ];
    for (data, cid, expected) in cases {
        let field = form(&ocr(&uri(&format!("cid:{cid}"))));
        let (_, form) = offered(&query(&(field + &data)));
        assert_eq!(media(&form, "ocr")[0].bytes().err(), expected);
    }
}

#[test]
fn pictures_are_bounded_and_those_that_nobody_refers_to_are_not_kept() {
    let limits = Limits {
        picture_bytes: 200,
        ..Limits::default()
    };
    let ask = |inner: &str| {
        let mut machine = RegistrationMachine::register(config().limits(limits));
        let _ = sent(&mut machine);
        reply(&mut machine, 1, "result", inner);
        event(&mut machine)
    };
    let field =
        form(&(ocr(&uri(&format!("cid:{CID}"))) + &ocr(&uri("cid:second@x")).replace("ocr", "qa")));
    let one = query(&(field.clone() + &data(CID) + &data("stranger@x")));
    assert!(matches!(ask(&one), Event::FormOffered(_)));
    let two = query(&(field + &data(CID) + &data("second@x")));
    let exceeded = Violation::LimitExceeded(Limit::PictureBytes);
    assert_eq!(ask(&two), Event::Failed(Failure::Protocol(exceeded)));
}

/// From the form to a fetched picture, and on to the end.
#[test]
fn a_picture_that_did_not_come_is_fetched_while_the_form_stays_open() {
    let (mut machine, mut form) = offered(&query(&form(&ocr(&uri(&format!("cid:{CID}"))))));
    machine.fetch_media(CID).unwrap();
    assert!(!machine.is_awaiting_reply());
    let get = sent(&mut machine);
    assert!(
        get.contains("type='get'")
            && get.contains(&format!("<data xmlns='urn:xmpp:bob' cid='{CID}'/>")),
        "{get}"
    );
    assert!(machine.is_awaiting_reply());
    assert_eq!(machine.fetch_media(CID), Err(Misuse::AwaitingReply));
    reply(&mut machine, 2, "result", &data(CID));
    let Event::MediaReceived(data) = event(&mut machine) else {
        panic!("no data")
    };
    assert!(!machine.is_awaiting_reply());
    assert_eq!((data.cid(), data.mime_type()), (CID, "image/png"));
    form.attach(data);
    assert!(media(&form, "ocr")[0].bytes().is_ok());
    form.set("ocr", "177891").unwrap();
    machine.submit(form.finish().unwrap()).unwrap();
    let _ = sent(&mut machine);
    reply(&mut machine, 3, "result", "");
    assert_eq!(event(&mut machine), Event::Succeeded(Success::Registered));
}

/// A slip of the caller, of which nothing would ever have come.
#[test]
fn the_whole_uri_of_a_picture_stands_for_its_content_id() {
    let (mut machine, _form) = offered(&query(&form(&ocr(&uri(&format!("cid:{CID}"))))));
    for empty in ["cid:", "CID:"] {
        let refused = machine.fetch_media(empty);
        assert!(matches!(refused, Err(Misuse::Value { .. })), "{refused:?}");
    }
    machine.fetch_media(&format!("cid:{CID}")).unwrap();
    let get = sent(&mut machine);
    assert!(
        get.contains(&format!("<data xmlns='urn:xmpp:bob' cid='{CID}'/>")),
        "{get}"
    );
    reply(&mut machine, 2, "result", &data(CID));
    let Event::MediaReceived(data) = event(&mut machine) else {
        panic!("no data")
    };
    assert_eq!(data.cid(), CID);
}

#[test]
fn a_picture_that_cannot_be_had_leaves_the_form_open() {
    type Ending = fn(&mut RegistrationMachine);
    let endings: [Ending; 5] = [
        |machine| reply(machine, 2, "error", "<error type='cancel'/>"),
        |machine| reply(machine, 2, "result", ""),
        |machine| reply(machine, 2, "result", "<data xmlns='urn:xmpp:bob'/>"),
        |machine| {
            let handled = machine.handle_malformed_iq("p-2", None, Some("result"));
            assert_eq!(handled, Handled::Consumed);
        },
        RegistrationMachine::handle_timeout,
    ];
    for end in endings {
        let (mut machine, mut form) = offered(&query(&form(&ocr(&uri(&format!("cid:{CID}"))))));
        machine.fetch_media(CID).unwrap();
        let _ = sent(&mut machine);
        end(&mut machine);
        assert_eq!(
            event(&mut machine),
            Event::MediaUnavailable { cid: CID.into() }
        );
        form.set("ocr", "x").unwrap();
        machine.submit(form.finish().unwrap()).unwrap();
        assert!(sent(&mut machine).contains("id='p-3'"));
    }
}

#[test]
fn a_fetch_and_a_submission_do_not_disturb_each_other() {
    let (mut machine, mut form) = offered(&query(&form(&ocr(&uri(&format!("cid:{CID}"))))));
    form.set("ocr", "x").unwrap();
    machine.fetch_media(CID).unwrap();
    machine.submit(form.finish().unwrap()).unwrap();
    let _ = (sent(&mut machine), sent(&mut machine));
    let forged = format!(
        "<iq xmlns='jabber:client' type='result' id='p-2' from='evil.example'>{}</iq>",
        data(CID)
    );
    assert_eq!(
        machine.handle_stanza(&forged.parse().unwrap()),
        Handled::NotMine
    );
    assert!(matches!(event(&mut machine), Event::Ignored(_)));
    reply(&mut machine, 2, "result", &data(CID));
    assert!(matches!(event(&mut machine), Event::MediaReceived(_)));
    machine.handle_timeout();
    let Event::Failed(failure) = event(&mut machine) else {
        panic!("the submission timed out")
    };
    assert!(failure.in_doubt());
    assert_eq!(machine.fetch_media(CID), Err(Misuse::Finished));
}

#[test]
fn a_fetch_that_was_not_handed_out_ends_with_its_task() {
    let (mut machine, _) = offered(&query(&form(&ocr(&uri(&format!("cid:{CID}"))))));
    machine.fetch_media(CID).unwrap();
    machine.handle_disconnect();
    assert_eq!(event(&mut machine), Event::Failed(Failure::Disconnected));
    assert_eq!(machine.poll_output(), None);
    assert!(machine.is_finished());
}

#[test]
fn a_fetch_wants_an_open_form() {
    let mut machine = RegistrationMachine::register(config());
    assert_eq!(machine.fetch_media(CID), Err(Misuse::AwaitingReply));
    let _ = sent(&mut machine);
    reply(&mut machine, 1, "error", "<error type='wait'/>");
    let _ = event(&mut machine);
    assert_eq!(machine.fetch_media(CID), Err(Misuse::StaleAnswer));
    assert!(matches!(machine.fetch_media(""), Err(Misuse::Value { .. })));
    assert!(matches!(
        machine.fetch_media("\u{1}"),
        Err(Misuse::Value { .. })
    ));
}

/// XEP-0158 section 3.2: how many challenges are to be answered, and which.
#[test]
fn answers_and_required_decide_which_challenges_are_answered() {
    let hidden =
        |count: &str| format!("<field type='hidden' var='answers'><value>{count}</value></field>");
    let required = |var: &str| format!("<field var='{var}'><required/></field>");
    let optional = |var: &str| format!("<field var='{var}'/>");
    let multiple = hidden("2")
        + &optional("ocr")
        + &optional("audio_recog")
        + &required("qa")
        + &optional("SHA-256");
    // The form of section 4: three answers, of which two are the name and the password.
    let registration = hidden("3")
        + &optional("ocr")
        + &optional("SHA-256")
        + &required("username")
        + &required("password");
    let rows = [
        (multiple, vec!["qa", "ocr"]),
        (registration, vec!["username", "password", "ocr"]),
        (
            optional("ocr") + &optional("qa") + &required("username"),
            vec!["username", "ocr"],
        ),
        (required("ocr") + &optional("qa"), vec!["ocr"]),
        (
            hidden("9") + &optional("ocr") + &optional("qa"),
            vec!["ocr", "qa"],
        ),
        (hidden("0") + &optional("ocr"), vec![]),
        (hidden("\n 0 ") + &optional("ocr"), vec![]),
        (hidden("junk") + &optional("ocr"), vec!["ocr"]),
        (hidden("-1") + &required("ocr"), vec!["ocr"]),
        (required("username") + &optional("email"), vec!["username"]),
    ];
    for (fields, expected) in rows {
        let (_, form) = offered(&query(&form(&fields)));
        let left = form.unfilled();
        assert_eq!(left.names().collect::<Vec<_>>(), expected, "{fields}");
        assert_eq!(form.finish().is_ok(), expected.is_empty(), "{fields}");
    }
}

#[test]
fn one_challenge_of_several_is_enough_and_the_error_says_how_many_are_left() {
    let fields = "<field var='ocr'/><field var='qa'/><field var='SHA-256' label='93C7A'/>";
    let (_, form) = offered(&query(&form(fields)));
    let incomplete = form.finish().unwrap_err();
    let error = FieldError::Challenge {
        field: "ocr".into(),
        left: 1,
    };
    assert_eq!(incomplete.errors(), [error]);
    let mut form = incomplete.into_form();
    form.set("qa", "red").unwrap();
    assert!(form.unfilled().is_empty());
    assert!(form.finish().is_ok());
}

/// Older ejabberd: another `FORM_TYPE`, `captchahidden`, `ocr` of a type that XEP-0004 does not have.
#[test]
fn forms_of_older_servers() {
    let fields = format!(
        "<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:captcha</value></field>\
         <field var='captchahidden' type='hidden'><value>workaround-for-psi</value></field>\
         <field var='url' type='text-single' label='If you see no picture, visit'><value>http://example.com/c</value></field>\
         <field var='username' type='text-single'><required/></field><field var='password' type='text-private'><required/></field>\
         <field var='challenge' type='hidden'><value>7</value></field>\
         <field var='ocr' type='media' label='Enter the text'><media xmlns='urn:xmpp:media-element'>{}</media><required/></field>",
        uri(&format!("cid:{CID}"))
    );
    let (mut machine, mut form) = offered(&query(&(form(&fields) + &data(CID))));
    assert_eq!(form.form_type(), Some("urn:xmpp:captcha"));
    assert!(media(&form, "ocr")[0].bytes().is_ok());
    let _ = form.fill("u", "p").unwrap();
    form.set("ocr", "42").unwrap();
    machine.submit(form.finish().unwrap()).unwrap();
    let submission = sent(&mut machine);
    for part in [
        "<value>urn:xmpp:captcha</value>",
        "<value>workaround-for-psi</value>",
        "<value>http://example.com/c</value>",
        "<value>42</value>",
    ] {
        assert!(submission.contains(part), "{submission}");
    }
    reply(
        &mut machine,
        2,
        "error",
        "<error type='cancel'><not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
    );
    assert!(matches!(
        event(&mut machine),
        Event::Refused { form: None, .. }
    ));
}

#[cfg(feature = "hashcash")]
#[test]
fn work_is_done_for_the_address_that_was_asked_only() {
    use xmpp_registration::HashcashError;
    let challenge = |named: &str, asked: &str| {
        let from = format!("<field var='from' type='hidden'><value>{named}</value></field>");
        let (_, form) = offered(&query(&form(&format!(
            "{from}<field var='SHA-256' label='7'/>"
        ))));
        form.hashcash(asked, 20).unwrap().err()
    };
    // XEP-0158 section 3.1.3: the same but for a resource, or of the domain that was asked.
    for (named, asked) in [
        ("example.com", "example.com"),
        ("Example.COM", "example.com"),
        ("example.com.", "example.com"),
        ("xn--bcher-kva.example", "b\u{fc}cher.example"),
        ("juliet@example.com", "example.com"),
        ("room@example.com/nick", "room@example.com"),
        ("room@example.com", "room@example.com/nick"),
        ("not@a@jid", "not@a@jid"),
    ] {
        assert_eq!(challenge(named, asked), None, "{named} {asked}");
    }
    for (named, asked) in [
        ("victim@third.example", "example.com"),
        ("third.example", "example.com"),
        ("example.com", "room@example.com"),
        ("other@example.com", "room@example.com"),
        ("juliet@example.com", "example.com/nick"),
        ("not@a@jid", "example.com"),
        ("example.com", "not@a@jid"),
    ] {
        let other = Some(HashcashError::OtherAddress);
        assert_eq!(challenge(named, asked), other, "{named} {asked}");
    }
    // Where the user is from is another question.
    let fields = "<field var='from' type='text-single'/><field var='SHA-256' label='7'/>";
    let (_, mut form) = offered(&query(&self::form(fields)));
    form.set("from", "Berlin").unwrap();
    assert!(form.hashcash("example.com", 20).unwrap().is_ok());
}
