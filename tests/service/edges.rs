//! The edges of what a service takes and tells: the last that fits, and one more.

use xmpp_registration::service::{
    Captcha, DataForm, Fields, FormField, Offer, ServiceEvent, ServiceLimits, ServiceOutput,
};
use xmpp_registration::{FieldKind, Limits};

use super::steps::*;

#[test]
fn eight_mistakes_are_told_and_the_others_counted() {
    for count in [1, 7, 8, 9, 10] {
        let field = |at: usize| FormField::new(FieldKind::TextSingle, &format!("f{at}")).required();
        let form = (0..count).map(field).fold(DataForm::new(), DataForm::field);
        let mut host = server();
        host.offers(get(), &Offer::of_form(form).expect("good"));
        host.comes(&set(&submit(&[])));
        let told: Vec<_> = (0..count.min(8))
            .map(|at| format!("`f{at}` needs a value"))
            .collect();
        let mut wanted = told.join("; ");
        if count > 8 {
            wanted += &format!("; and {} more", count - 8);
        }
        assert_eq!(host.refuses("not-acceptable", "modify"), wanted);
    }
}

/// XEP-0004 section 3.3 has two spellings of each; the application sees one.
#[test]
fn yes_and_no_come_as_digits() {
    for (typed, seen) in [("true", "1"), ("1", "1"), ("false", "0"), ("0", "0")] {
        let form = DataForm::new().field(FormField::new(FieldKind::Boolean, "b"));
        let mut host = server();
        host.offers(get(), &Offer::of_form(form).expect("good"));
        host.comes(&set(&submit(&[("b", typed)])));
        assert_eq!(host.submission().value("b"), Some(seen), "{typed}");
        // In a text they are words.
        let form = DataForm::new().field(FormField::new(FieldKind::TextSingle, "b"));
        host.offers(get(), &Offer::of_form(form).expect("good"));
        host.comes(&set(&submit(&[("b", typed)])));
        assert_eq!(host.submission().value("b"), Some(typed));
    }
}

/// XEP-0004 section 3.3: a value has no line break.
#[test]
fn each_line_of_a_text_is_a_value() {
    let field = |kind, value| FormField::new(kind, "f").value(value);
    for (kind, value, wanted) in [
        (FieldKind::TextMulti, "a\nb\r\n\nc", vec!["a", "b", "", "c"]),
        (FieldKind::TextMulti, "a", vec!["a"]),
        (FieldKind::TextMulti, "", vec![""]),
        (FieldKind::TextSingle, "a b", vec!["a b"]),
        (FieldKind::Hidden, "a\nb", vec!["a\nb"]),
    ] {
        let other = FormField::new(FieldKind::TextSingle, "g");
        let form = DataForm::new().field(field(kind, value)).field(other);
        let stanza = server().offers(get(), &Offer::of_form(form).expect("good"));
        let x = stanza
            .get_child("query", "jabber:iq:register")
            .and_then(|it| it.get_child("x", "jabber:x:data"));
        let field = x.and_then(|it| it.children().find(|it| it.attr("var") == Some("f")));
        let values = field.into_iter().flat_map(minidom::Element::children);
        let texts: Vec<_> = values.map(minidom::Element::text).collect();
        assert_eq!(texts, wanted, "{kind} {value:?}");
    }
}

#[test]
fn a_token_may_be_as_long_as_a_submission() {
    let limits = ServiceLimits {
        submission: Limits {
            text_bytes: 20,
            ..Limits::default()
        },
        ..ServiceLimits::default()
    };
    for length in [1, 20, 21] {
        let token = "t".repeat(length);
        let mut host = host(server_config().limits(limits));
        host.comes(&format!(
            "<iq type='set' id='a'><preauth xmlns='urn:xmpp:pars:0' token='{token}'/></iq>"
        ));
        if length > 20 {
            let text = host.refuses("policy-violation", "modify");
            assert_eq!(text, "the token is longer than this service takes");
        } else {
            assert_eq!(host.token().token(), token);
        }
    }
}

/// An id goes back whole, even where the request is refused for it.
#[test]
fn an_id_of_1024_bytes_is_kept_and_a_longer_one_is_not() {
    for length in [1024, 1025] {
        let id = "i".repeat(length);
        let mut host = server();
        host.comes(&get().replace("reg1", &id));
        if length > 1024 {
            let (_, stanza) = host.stanza();
            assert_eq!(stanza.attr("type"), Some("error"));
            assert_eq!(stanza.attr("id"), Some(&*id));
            continue;
        }
        let request = host.form_request();
        let offered = host.service.offer(request, &plain_offer());
        let _ = offered.expect("its own");
        assert_eq!(host.stanza().1.attr("id"), Some(&*id));
    }
}

#[test]
fn a_language_of_64_bytes_is_kept_and_a_longer_one_is_none() {
    for length in [2, 64, 65] {
        let lang = "l".repeat(length);
        let asked = get().replace("<iq", &format!("<iq xml:lang='{lang}'"));
        let mut host = server();
        host.comes(&asked);
        let wanted = (length <= 64).then_some(&*lang);
        assert_eq!(host.form_request().stream_lang(), wanted, "{length}");
        let fields = "<username>bill</username><password>Calliope</password>";
        let asked = set_from(BILL, fields).replace("<iq", &format!("<iq xml:lang='{lang}'"));
        host.comes(&asked);
        assert_eq!(host.submission().stream_lang(), wanted, "{length}");
    }
}

/// The requester's form, offered on this stream.
fn offer_on(host: &mut Host, stream: u64, offer: &Offer) {
    let get = crate::common::xml::parse(get());
    let _ = host.service.handle_stanza_before_login(stream, &get);
    let Some(ServiceOutput::Event(ServiceEvent::FormRequested(request))) = host.poll() else {
        panic!("no request");
    };
    let _ = host.service.offer(request, offer).expect("its own");
    host.stanza();
}

#[test]
fn pictures_are_handed_out_however_many_offers_have_one() {
    let asks = "<iq type='get' id='b'><data xmlns='urn:xmpp:bob' cid='c@bob.xmpp.org'/></iq>";
    let picture = |text: &str| {
        let captcha = Captcha::picture("c", "image/png", text.as_bytes(), "7nHL3");
        let offer = Offer::builder().form(account_form()).captcha(captcha);
        offer.build().expect("good")
    };
    let mut host = server();
    host.is_not_mine(asks);
    for text in ["one", "two", "three"] {
        offer_on(&mut host, 1, &picture(text));
        host.comes(asks);
        host.refuses("item-not-found", "cancel");
    }
    // Nor does an offer without one make the service forget.
    offer_on(&mut host, 2, &plain_offer());
    host.comes(asks);
    host.refuses("item-not-found", "cancel");
}

#[test]
fn all_that_a_field_may_have_is_sent() {
    let field = FormField::new(FieldKind::ListMulti, "a")
        .label("l")
        .description("d")
        .required()
        .value("1")
        .value("2")
        .option("One", "1")
        .option("Two", "2")
        .datatype("xs:int")
        .range(Some("1"), Some("9"))
        .list_range(Some(1), Some(2))
        .media("image/png", "u");
    let form = DataForm::new().title("t").instructions("i").field(field);
    let mut host = server();
    let stanza = host.offers(get(), &Offer::of_form(form).expect("good"));
    let wanted = "<iq type='result' id='reg1' from='shakespeare.lit'><query xmlns='jabber:iq:register'>\
         <x xmlns='jabber:x:data' type='form'><title>t</title><instructions>i</instructions>\
         <field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>\
         <field type='list-multi' var='a' label='l'><desc>d</desc><required/><value>1</value><value>2</value>\
         <option label='One'><value>1</value></option><option label='Two'><value>2</value></option>\
         <validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:int'><range min='1' max='9'/>\
         <list-range min='1' max='2'/></validate>\
         <media xmlns='urn:xmpp:media-element'><uri type='image/png'>u</uri></media></field></x></query></iq>";
    let wanted = crate::common::xml::parse(wanted);
    assert_eq!(
        crate::common::xml::canonical(&stanza),
        crate::common::xml::canonical(&wanted)
    );
}

/// The application sees what was checked: the hidden value that was offered, an option once, a line of a text each.
#[test]
fn what_is_told_is_what_was_checked() {
    let form = DataForm::new()
        .field(FormField::hidden("plan", "gold"))
        .field(
            FormField::new(FieldKind::ListMulti, "news")
                .option("A", "a")
                .option("B", "b"),
        )
        .field(FormField::new(FieldKind::TextMulti, "ages").datatype("xs:integer"));
    let offer = Offer::of_form(form).expect("a good offer");
    let mut host = server();
    let _ = host.offers(get(), &offer);
    let mut typed = submit(&[("ages", "1\n2")]);
    let more = "<field var='plan'><value/><value>gold</value><value/></field>\
        <field var='news'><value>a</value><value>a</value></field></x>";
    typed = typed.replace("</x>", more);
    host.comes(&set(&typed));
    let submission = host.submission();
    let told = |name: &str| submission.values(name).collect::<Vec<_>>();
    assert_eq!(told("plan"), ["gold"]);
    assert_eq!(told("news"), ["a"]);
    assert_eq!(told("ages"), ["1", "2"]);
}

/// Fields of the old way do not use up a challenge that was demanded, and so cannot pass it by.
#[test]
fn a_demanded_challenge_stays_open_until_it_is_answered() {
    let standing = Offer::of_fields(Fields::of(["username", "password"])).expect("good");
    let mut host = host(server_config().form(standing));
    let typed = "<username>bill</username><password>Calliope</password>";
    host.comes(&set(typed));
    let submission = host.submission();
    let challenge = Offer::builder()
        .form(account_form())
        .captcha(Captcha::question("f3a6", "The colour of grass?", "green"))
        .build()
        .expect("good");
    let _ = host
        .service
        .demand(submission, &challenge)
        .expect("its own");
    assert!(matches!(host.poll(), Some(ServiceOutput::Send { .. })));
    for _ in 0..2 {
        host.comes(&set(typed));
        let advice = "fill in the data form that was demanded";
        assert_eq!(host.refuses("not-acceptable", "modify"), advice);
        assert_eq!(host.service.open_forms(), 1);
    }
}
