//! Offers that could only be a mistake: what they ask for cannot be given, or shown, or kept to oneself.

use xmpp_registration::FieldKind;
use xmpp_registration::service::{Captcha, DataForm, Fields, FormField, Offer, OfferError};

use super::steps::account_form;

const KINDS: [FieldKind; 10] = [
    FieldKind::Boolean,
    FieldKind::Fixed,
    FieldKind::Hidden,
    FieldKind::JidMulti,
    FieldKind::JidSingle,
    FieldKind::ListMulti,
    FieldKind::ListSingle,
    FieldKind::TextMulti,
    FieldKind::TextPrivate,
    FieldKind::TextSingle,
];

fn text(var: &str) -> FormField {
    FormField::new(FieldKind::TextSingle, var)
}

fn is_list(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::ListMulti | FieldKind::ListSingle)
}

fn offer(field: FormField) -> Result<Offer, OfferError> {
    Offer::of_form(DataForm::new().field(field))
}

#[track_caller]
fn error(field: FormField) -> OfferError {
    offer(field).expect_err("not good")
}

#[track_caller]
fn good(field: FormField) {
    let made = offer(field);
    assert!(made.is_ok(), "{made:?}");
}

/// Sent back empty, it would pass by whatever else is asked for.
#[test]
fn a_form_has_a_field() {
    let captcha = || Captcha::question("c", "Who?", "Me");
    let bare = || DataForm::new().title("Join").instructions("Do");
    let builder = Offer::builder;
    for bad in [
        builder().form(DataForm::new()),
        builder().form(bare()).instructions("i"),
        builder().form(bare()).registered(),
        builder().form(bare()).fields(Fields::of(["username"])),
        builder()
            .form(bare())
            .fields(Fields::of(["username"]))
            .url("https://a.b/"),
        // Nothing in it can be filled in: a client takes the fields.
        builder()
            .form(bare().field(FormField::fixed("Welcome")))
            .fields(Fields::of(["username"])),
        builder()
            .form(bare().field(FormField::hidden("h", "x")))
            .fields(Fields::of(["username"])),
        builder().fields(Fields::new()),
        builder().fields(Fields::new().key("k")),
        builder().fields(Fields::new()).instructions("i"),
        builder().fields(Fields::new()).url("https://a.b/"),
        builder().fields(Fields::new()).registered(),
        builder().fields(Fields::new()).form(account_form()),
    ] {
        assert_eq!(bad.build().expect_err("empty"), OfferError::NoFields);
    }
    for good in [
        builder().form(bare()).url("https://a.b/"),
        builder().form(bare()).captcha(captcha()),
        builder().form(bare().field(FormField::fixed("Go on to confirm"))),
        builder().form(bare().field(FormField::hidden("h", "x"))),
        builder()
            .form(account_form())
            .fields(Fields::of(["username"])),
        builder().fields(Fields::new().optional("email")),
    ] {
        let made = good.build();
        assert!(made.is_ok(), "{made:?}");
    }
}

#[test]
fn options_are_a_lists() {
    for kind in KINDS {
        let made = offer(FormField::new(kind, "a").option("A", "a"));
        let refused = OfferError::NotAList { name: "a".into() };
        assert_eq!(made.err(), (!is_list(kind)).then_some(refused), "{kind}");
    }
}

#[test]
fn a_list_has_options_or_is_open() {
    let none = || OfferError::NoOptions { name: "a".into() };
    for kind in KINDS {
        let field = || FormField::new(kind, "a");
        assert_eq!(offer(field()).err(), is_list(kind).then(none), "{kind}");
        if is_list(kind) {
            assert_eq!(error(field().basic()), none());
            assert_eq!(error(field().datatype("xs:integer")), none());
            good(field().open());
            good(field().datatype("xs:integer").range(Some("1"), None));
            good(field().regex("^a"));
            good(field().option("A", "a"));
        }
    }
}

/// XEP-0004 section 3.3: both labels and values are unique.
#[test]
fn options_can_be_told_apart() {
    let list = || FormField::new(FieldKind::ListSingle, "a").option("A", "a");
    let same = OfferError::SameOption { name: "a".into() };
    assert_eq!(error(list().option("B", "b").option("C", "a")), same);
    assert_eq!(error(list().option("A", "b")), same);
    good(list().option("B", "b"));
    good(list().option("a", "A"));
    // An empty label is none: the value is.
    good(list().option("", "b").option("", "c"));
}

/// Whoever chooses it is told that the field needs a value, or leaves it empty.
#[test]
fn an_option_has_a_value() {
    for kind in KINDS.into_iter().filter(|it| is_list(*it)) {
        let list = FormField::new(kind, "a").option("Free", "");
        let refused = OfferError::EmptyOption { name: "a".into() };
        assert_eq!(error(list.option("Paid", "paid")), refused, "{kind}");
    }
}

/// There is one type, so that nobody could tell what such a form is for: a removal would be told as an update.
#[test]
fn a_challenge_takes_the_place_of_a_type() {
    let captcha = || Captcha::question("c", "Who?", "Me");
    let with = |form| Offer::builder().form(form).captcha(captcha()).build();
    for form_type in ["jabber:iq:register:cancel", "jabber:iq:register", "urn:a"] {
        let made = with(account_form().form_type(form_type));
        assert_eq!(made.err(), Some(OfferError::CaptchaType), "{form_type}");
    }
    assert!(with(account_form()).is_ok());
}

/// The application asks for the one value of each: an empty line before it would be taken for it.
#[test]
fn a_name_and_a_password_are_one_value() {
    for var in ["username", "password"] {
        for kind in KINDS.into_iter().filter(|it| it.is_multi()) {
            let field = FormField::new(kind, var).option("A", "a");
            let field = if is_list(kind) {
                field
            } else {
                FormField::new(kind, var)
            };
            let refused = OfferError::NotSingle { name: var.into() };
            assert_eq!(error(field), refused, "{kind}");
        }
        good(FormField::new(FieldKind::TextSingle, var));
        good(FormField::new(FieldKind::TextPrivate, var));
    }
    good(FormField::new(FieldKind::TextMulti, "a"));
}

#[test]
fn a_password_is_not_hidden() {
    for var in ["password", "Old_Password", "passwd"] {
        let hidden = OfferError::HiddenSecret { name: var.into() };
        assert_eq!(error(FormField::hidden(var, "x")), hidden);
        assert_eq!(error(FormField::hidden(var, "")), hidden);
        assert_eq!(error(FormField::new(FieldKind::Hidden, var)), hidden);
        let secret = OfferError::Secret { name: var.into() };
        for kind in [FieldKind::TextPrivate, FieldKind::TextSingle] {
            assert_eq!(
                error(FormField::new(kind, var).value("x")),
                secret,
                "{kind}"
            );
            good(FormField::new(kind, var).value(""));
            good(FormField::new(kind, var));
        }
    }
    // These are the service's own, to come back.
    good(FormField::hidden("key", "x"));
    good(FormField::hidden("username", "bill"));
    // And this is a text about one.
    good(FormField::new(FieldKind::Fixed, "password_rules").value("8 letters or more"));
}

#[test]
fn media_can_be_shown() {
    let bad = |advice| OfferError::BadMedia {
        name: "a".into(),
        advice,
    };
    let both = "give each a type and a URI";
    let uri = "https://a.b/c.png";
    let type_ = "image/png";
    assert_eq!(error(text("a").media(type_, "")), bad(both));
    assert_eq!(error(text("a").media(type_, " \n")), bad(both));
    assert_eq!(error(text("a").media("", uri)), bad(both));
    assert_eq!(
        error(text("a").media(type_, uri).media(type_, "")),
        bad(both)
    );
    let hidden = FormField::hidden("a", "x").media(type_, uri);
    assert_eq!(error(hidden), bad("a hidden field is not seen"));
    good(text("a").media(type_, uri).media("image/gif", uri));
    good(FormField::fixed("Look").media(type_, uri));
    let with = |captcha| {
        let offer = Offer::builder().form(account_form()).captcha(captcha);
        offer.build().map(|_| ())
    };
    let question = || Captcha::question("c", "Who?", "Me").var("a");
    assert_eq!(with(question().uri("", uri)), Err(bad(both)));
    assert_eq!(with(question().uri(type_, "")), Err(bad(both)));
    assert_eq!(with(question().uri(type_, uri)), Ok(()));
    let picture = |type_| Captcha::picture("c", type_, b"p", "Me").var("a");
    assert_eq!(with(picture("")), Err(bad(both)));
    assert_eq!(with(picture(type_)), Ok(()));
}

#[test]
fn what_is_told() {
    let name = || "a".to_string();
    for (error, text) in [
        (
            OfferError::NoFields,
            "the offer has a form without a field in it: add one, or leave the form out",
        ),
        (
            OfferError::NoOptions { name: name() },
            "the list `a` has no options: add some, or make it `open`",
        ),
        (
            OfferError::SameOption { name: name() },
            "two options of `a` have the same label or value: leave one out",
        ),
        (
            OfferError::EmptyOption { name: name() },
            "an option of the list `a` has an empty value: give it another one",
        ),
        (
            OfferError::CaptchaType,
            "a challenge gives the form a type of its own: leave `DataForm::form_type` out",
        ),
        (
            OfferError::NotSingle { name: name() },
            "the field `a` takes one value: make it a `TextSingle` or `TextPrivate`",
        ),
        (
            OfferError::HiddenSecret { name: name() },
            "the field `a` is for a secret and is hidden: make it `TextPrivate`, or rename it",
        ),
        (
            OfferError::BadMedia {
                name: name(),
                advice: "do",
            },
            "the media of `a` cannot be shown: do",
        ),
    ] {
        assert_eq!(error.to_string(), text);
    }
}
