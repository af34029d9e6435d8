//! Offers that cannot be made, each with what to do about it.

use xmpp_registration::FieldKind;
use xmpp_registration::service::{Captcha, DataForm, Fields, FormField, Offer, OfferError};

use super::steps::account_form;

#[track_caller]
fn of_field(field: FormField, text: &str) {
    let error = Offer::of_form(DataForm::new().field(field)).expect_err("not good");
    assert_eq!(error.to_string(), text);
}

#[track_caller]
fn of_fields(fields: Fields, text: &str) {
    let error = Offer::of_fields(fields).expect_err("not good");
    assert_eq!(error.to_string(), text);
}

fn text(var: &str) -> FormField {
    FormField::new(FieldKind::TextSingle, var)
}

#[test]
fn an_offer_has_something_in_it() {
    assert_eq!(
        Offer::builder().build().expect_err("empty"),
        OfferError::Empty
    );
    assert_eq!(
        Offer::redirect("", "").expect_err("empty"),
        OfferError::Empty
    );
    // A client would take it for a breach of the protocol.
    for blank in ["", " ", "\n\t"] {
        let empty = [
            Offer::redirect(blank, blank),
            Offer::builder().url(blank).build(),
            Offer::builder().instructions(blank).build(),
        ];
        for empty in empty {
            assert_eq!(empty.expect_err("empty"), OfferError::Empty, "{blank:?}");
        }
    }
    for good in [
        Offer::redirect("mailto:a@b.c", " "),
        Offer::builder().registered().build(),
        Offer::builder().instructions("i").build(),
        Offer::redirect("mailto:a@b.c", ""),
    ] {
        assert!(good.is_ok());
    }
}

#[test]
fn fields_of_the_old_way() {
    for name in [
        "",
        "a b",
        "1",
        "query",
        "remove",
        "registered",
        "instructions",
        "key",
        "x",
        "a:b",
        "\0",
    ] {
        let error = Offer::of_fields(Fields::of([name])).expect_err("not good");
        assert_eq!(error, OfferError::BadName { name: name.into() });
    }
    of_fields(
        Fields::of(["a", "a"]),
        "two fields are named `a`: leave one out",
    );
    let secret = "the value of `password` is a secret and is never offered: leave it out";
    of_fields(Fields::new().value("password", "x"), secret);
    of_fields(
        Fields::new().value("a", "\u{1}"),
        "a holds a character that XML forbids: leave it out",
    );
    of_fields(
        Fields::of(["a"]).key("\u{1}"),
        "the key holds a character that XML forbids: leave it out",
    );
    let names: Vec<_> = (0..5000).map(|at| format!("f{at}")).collect();
    let error = Offer::of_fields(Fields::of(names.iter().map(String::as_str)));
    assert_eq!(error.expect_err("too large"), OfferError::TooLarge);
}

#[test]
fn fields_of_a_form() {
    of_field(
        text(""),
        "a field of the form has an empty name: give it one, or use `FormField::fixed`",
    );
    of_field(
        text("FORM_TYPE"),
        "two fields are named `FORM_TYPE`: leave one out",
    );
    of_field(
        text("a").option("A", "a"),
        "the field `a` has options and is no list: make it a `ListSingle` or `ListMulti`",
    );
    of_field(
        text("a").value("1").value("2"),
        "the field `a` takes one value only: leave the others out",
    );
    of_field(
        FormField::new(FieldKind::TextPrivate, "a").value("1"),
        "the value of `a` is a secret and is never offered: leave it out",
    );
    of_field(
        text("old_password").value("1"),
        "the value of `old_password` is a secret and is never offered: leave it out",
    );
    of_field(
        text("a").label("\0"),
        "a holds a character that XML forbids: leave it out",
    );
    of_field(
        text("\0"),
        "the name of a field holds a character that XML forbids: leave it out",
    );
    let boolean = FormField::new(FieldKind::Boolean, "a").value("maybe");
    of_field(
        boolean,
        "the default is not one that the field takes: the field `a` is a yes or no: set `true` or `false`",
    );
}

#[test]
fn rules_that_do_not_fit() {
    let of = |advice| format!("the validation of `a` does not fit: {advice}");
    of_field(
        text("a").range(Some("1"), None),
        &of("give `range` a `datatype`, such as `xs:integer`"),
    );
    of_field(
        text("a").list_range(Some(1), None),
        &of("`list_range` is for `ListMulti` only"),
    );
    of_field(text("a").open(), &of("`open` is for lists only"));
    let hidden = || FormField::hidden("a", "1");
    for field in [
        hidden().datatype("xs:integer"),
        hidden().regex("1"),
        hidden().basic(),
    ] {
        of_field(field, &of("a field that nobody fills in needs none"));
    }
}

#[test]
fn challenges() {
    let captcha = || Captcha::question("c", "Who?", "Me");
    let with = |captcha| {
        Offer::builder()
            .form(account_form())
            .captcha(captcha)
            .build()
    };
    assert!(with(captcha()).is_ok());
    let no_form = Offer::builder()
        .instructions("i")
        .captcha(captcha())
        .build();
    assert_eq!(no_form.expect_err("no form"), OfferError::NoFormForCaptcha);
    let fields = Fields::of(["username", "password"]);
    let passed_by = Offer::builder()
        .form(account_form())
        .fields(fields)
        .captcha(captcha())
        .build();
    assert_eq!(
        passed_by.expect_err("passed by"),
        OfferError::CaptchaPassedBy
    );
    for bad in [
        Captcha::question("", "Who?", "Me"),
        Captcha::question("c", "Who?", "  "),
        captcha().var(""),
    ] {
        assert_eq!(with(bad).expect_err("bad"), OfferError::BadCaptcha);
    }
    // Those that a challenge brings by itself count, too, even where this one does not.
    for name in [
        "username",
        "FORM_TYPE",
        "from",
        "challenge",
        "sid",
        "answers",
    ] {
        let twice = with(captcha().var(name)).expect_err("twice");
        assert_eq!(twice, OfferError::Duplicate { name: name.into() });
    }
    for bad in [
        Captcha::question("c", "Who?", "Me\0"),
        Captcha::question("c\0", "Who?", "Me"),
        Captcha::question("c", "Who\0?", "Me"),
        Captcha::picture("c", "image/\0", b"", "Me"),
        captcha().uri("image/png", "\0"),
    ] {
        let error = with(bad).expect_err("forbidden").to_string();
        assert_eq!(
            error,
            "the challenge holds a character that XML forbids: leave it out"
        );
    }
}
