//! How much an offer may hold, to the last field, option and byte; and that what may be offered can be submitted.

use minidom::rxml::{Namespace, NcName};
use xmpp_registration::service::{
    Answered, Captcha, DataForm, Fields, FormField, Offer, OfferBuilder, OfferError, ServiceEvent,
};
use xmpp_registration::{
    Channel, Config, Event, FieldKind, Handled, IdPrefix, Output, Peer, RegistrationMachine,
};

use super::steps::*;

const FIELDS: usize = 4096;
const OPTIONS: usize = 16_384;
const TEXT: usize = 512 * 1024;

/// What a form says of itself where it is demanded.
const DEMANDED: &str = "FORM_TYPEjabber:iq:registerx-demanded-forregistration";

fn text(var: &str) -> FormField {
    FormField::new(FieldKind::TextSingle, var)
}

/// One that fits, and one that has one more of something.
#[track_caller]
fn bound(fits: OfferBuilder, more: OfferBuilder) {
    let fits = fits.build();
    assert!(fits.is_ok(), "{:?}", fits.err());
    assert_eq!(more.build().expect_err("too large"), OfferError::TooLarge);
}

fn of_form(form: DataForm) -> OfferBuilder {
    Offer::builder().form(form)
}

#[test]
fn fields() {
    let legacy = |count: usize| {
        let names: Vec<_> = (0..count).map(|at| format!("f{at}")).collect();
        Fields::of(names.iter().map(String::as_str))
    };
    let of_fields = |fields| Offer::builder().fields(fields);
    bound(of_fields(legacy(FIELDS)), of_fields(legacy(FIELDS + 1)));
    // A key is one of them.
    bound(
        of_fields(legacy(FIELDS - 1).key("k")),
        of_fields(legacy(FIELDS).key("k")),
    );
    let form = |count: usize| {
        let fields = (0..count).map(|at| text(&format!("f{at}")));
        of_form(fields.fold(DataForm::new(), DataForm::field))
    };
    // So is `FORM_TYPE`, and what says for what it was demanded.
    bound(form(FIELDS - 2), form(FIELDS - 1));
    // And `from`, `challenge`, `sid` and the answer.
    let captcha = || Captcha::question("c", "Who?", "Me");
    bound(
        form(FIELDS - 5).captcha(captcha()),
        form(FIELDS - 4).captcha(captcha()),
    );
    bound(
        form(FIELDS - 6).captcha(captcha().counted()),
        form(FIELDS - 5).captcha(captcha().counted()),
    );
}

#[test]
fn options_values_media_and_rules() {
    let list = |count: usize| {
        let field = FormField::new(FieldKind::ListMulti, "a").open();
        (0..count).fold(field, |field, at| field.option("", &at.to_string()))
    };
    let form = |field| of_form(DataForm::new().field(field));
    // The values of `FORM_TYPE` and of what says for what it was demanded, and the rule, are three more.
    bound(form(list(OPTIONS - 3)), form(list(OPTIONS - 2)));
    bound(
        form(list(OPTIONS - 4).value("x")),
        form(list(OPTIONS - 3).value("x")),
    );
    let media = |count: usize| (0..count).fold(text("a"), |field, _| field.media("t", "u"));
    bound(form(media(OPTIONS - 2)), form(media(OPTIONS - 1)));
    let instructions = |count: usize| {
        let form = DataForm::new().field(text("a"));
        of_form((0..count).fold(form, |form, _| form.instructions("i")))
    };
    bound(instructions(OPTIONS - 2), instructions(OPTIONS - 1));
}

#[test]
fn texts() {
    let fixed = DEMANDED.len() + "a".len();
    let form = |length: usize| of_form(DataForm::new().field(text("a").label(&"x".repeat(length))));
    bound(form(TEXT - fixed), form(TEXT - fixed + 1));
    let legacy = |length: usize| {
        let fields = Fields::new().value("a", &"x".repeat(length));
        Offer::builder().fields(fields)
    };
    bound(legacy(TEXT - 1), legacy(TEXT));
    // Each half has room for itself.
    let both = |length: usize| {
        let fields = Fields::new().value("a", &"x".repeat(TEXT - 1));
        form(length).fields(fields)
    };
    bound(both(TEXT - fixed), both(TEXT - fixed + 1));
    // So have an address elsewhere, and the instructions to go there.
    let elsewhere = |url: usize, instructions: usize| {
        let builder = Offer::builder().url(&"u".repeat(url));
        builder.instructions(&"i".repeat(instructions))
    };
    bound(elsewhere(TEXT, TEXT), elsewhere(TEXT + 1, 1));
    bound(elsewhere(1, TEXT), elsewhere(1, TEXT + 1));
    bound(
        form(1).url(&"u".repeat(TEXT)),
        form(1).url(&"u".repeat(TEXT + 1)),
    );
}

/// What a challenge adds for one requester does not make it too large then.
#[test]
fn the_largest_offer_can_be_submitted() {
    let captcha = Captcha::question("c", "Who?", "Me");
    // The longest address and the longest id of a request are in it.
    let fixed = "FORM_TYPEurn:xmpp:captchafromchallengecsidaqaWho?".len() + 3071 + 1024;
    let form = |length: usize| {
        let field = text("a").label(&"x".repeat(length));
        of_form(DataForm::new().field(field)).captcha(captcha.clone())
    };
    bound(form(TEXT - fixed), form(TEXT - fixed + 1));
    let offer = form(TEXT - fixed).build().expect("it fits");
    let mut host = server();
    let id = "i".repeat(1024);
    host.offers(&get().replace("reg1", &id), &offer);
    let answers = [
        ("from", "shakespeare.lit"),
        ("challenge", "c"),
        ("sid", &id),
        ("a", "typed"),
        ("qa", "Me"),
    ];
    let submission = submit(&answers).replace("jabber:iq:register", "urn:xmpp:captcha");
    host.comes(&set(&submission));
    assert_eq!(host.submission().value("a"), Some("typed"));
}

/// By the crate's own client, with the bounds that it has unless it is told others: what is offered, and what is demanded.
#[test]
fn the_largest_offer_is_taken_by_a_client() {
    let fixed = DEMANDED.len() + "a".len();
    let field = text("a").label(&"x".repeat(TEXT - fixed));
    let largest = of_form(DataForm::new().field(field)).url(&"u".repeat(TEXT));
    let offer = largest.build().expect("it fits");
    let config = || {
        let me = BILL.parse().expect("a full JID");
        let ids = IdPrefix::new("p").expect("a prefix");
        Config::new(Peer::account(me), ids, Channel::Encrypted)
    };
    let register = RegistrationMachine::register(config());
    let change = RegistrationMachine::change_password(config(), "bill", "Calliope");
    for mut machine in [register, change.expect("a task")] {
        let Some(Output::Send(mut request)) = machine.poll_output() else {
            panic!("no request");
        };
        request.set_attr(
            Namespace::NONE,
            NcName::try_from("from").expect("a name"),
            BILL,
        );
        let mut host = server();
        assert_eq!(host.service.handle_stanza(&request), Handled::Consumed);
        let answered = match host.event() {
            ServiceEvent::FormRequested(it) => host.service.offer(it, &offer).expect("its own"),
            ServiceEvent::Submitted(it) => host.service.demand(it, &offer).expect("its own"),
            other => panic!("{other:?}"),
        };
        assert_eq!(answered, Answered::Queued);
        let _ = machine.handle_stanza(&host.stanza().1);
        let event = machine.poll_output();
        let form = match event {
            Some(Output::Event(Event::FormOffered(form))) => Some(form),
            Some(Output::Event(Event::Refused { form, .. })) => form,
            _ => None,
        };
        assert_eq!(form.map(|it| it.fields().count()), Some(2));
    }
}

/// With as many fields, or options, as an offer may have.
#[test]
fn the_longest_offers_can_be_submitted() {
    let fields = (0..FIELDS - 2).map(|at| text(&format!("f{at}")));
    let list = FormField::new(FieldKind::ListSingle, "f0");
    let options = 0..OPTIONS - 2;
    let list = options.fold(list, |field, at| field.option("", &at.to_string()));
    for form in [
        fields.fold(DataForm::new(), DataForm::field),
        DataForm::new().field(list),
    ] {
        let offer = Offer::of_form(form).expect("it fits");
        let mut host = server();
        host.offers(get(), &offer);
        host.comes(&set(&submit(&[("f0", "16000")])));
        assert_eq!(host.submission().value("f0"), Some("16000"));
    }
}
