//! Nothing secret is ever shown: not by `Debug`, not by an error, not in a stanza. `Host::poll` looks at the rest.

use xmpp_registration::FieldKind;
use xmpp_registration::service::{Captcha, DataForm, Fields, FormField, Offer};

use super::steps::*;

#[track_caller]
fn hides(shown: &str, secrets: &[&str]) {
    for secret in secrets {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn debug_of_offers() {
    let fields = Fields::of(["username"])
        .value("email", "on-file")
        .key("k3y");
    let captcha = Captcha::question("c", "Who?", "right-answer").uri("t", "u");
    let form = DataForm::new().field(FormField::new(FieldKind::TextSingle, "f").value("on-file"));
    hides(
        &format!("{fields:?} {captcha:?} {form:?}"),
        &["on-file", "k3y", "right-answer"],
    );
    assert_eq!(format!("{captcha:?}"), "Captcha(\"qa\")");
    let shown = format!("{:?}", server().service);
    assert!(shown.contains("shakespeare.lit") && shown.contains("unanswered: 0"));
    let builder = Offer::builder().form(form.clone()).captcha(captcha);
    hides(&format!("{builder:?}"), &["on-file", "right-answer"]);
    let offer = builder.build().expect("good");
    hides(&format!("{offer:?}"), &["on-file", "right-answer"]);
    let config = server_config().form(Offer::builder().fields(fields).build().expect("good"));
    hides(&format!("{config:?}"), &["on-file", "k3y"]);
}

#[test]
fn debug_of_requests() {
    let mut host = server();
    host.offers(get(), &plain_offer());
    host.comes(&set(
        "<username>bill</username><password>Calliope</password><email>b@x.y</email>",
    ));
    host.comes("<iq type='set' id='a'><preauth xmlns='urn:xmpp:pars:0' token='t0ken'/></iq>");
    hides(
        &format!("{:?}", host.service),
        &["Calliope", "t0ken", "b@x.y"],
    );
    let submission = host.submission();
    assert_eq!(
        format!("{submission:?}"),
        "Submission(stream 1, registration, [\"username\", \"password\", \"email\"])"
    );
    assert_eq!(format!("{:?}", host.token()), "TokenRequest(stream 1)");
    let mut other = server();
    let error = other.service.accept(submission).expect_err("foreign");
    hides(&format!("{error} {error:?}"), &["Calliope", "b@x.y"]);
}

#[test]
fn refusals_name_fields_and_never_values() {
    let kinds = ["boolean", "list-single", "jid-single"];
    for kind in [
        FieldKind::Boolean,
        FieldKind::ListSingle,
        FieldKind::JidSingle,
    ] {
        assert!(kinds.contains(&kind.name()));
        let mut field = FormField::new(kind, "f");
        if kind == FieldKind::ListSingle {
            field = field.option("A", "a");
        }
        let mut host = server();
        host.offers(
            get(),
            &Offer::of_form(DataForm::new().field(field)).expect("good"),
        );
        // `Host::poll` searches what is sent for it.
        host.comes(&set(&submit(&[("f", "Calliope@@")])));
        host.refuses("not-acceptable", "modify");
    }
    let mut host = server();
    host.comes(&set(
        "<username>Calliope</username><password>newpass</password><password>newpass</password>",
    ));
    host.refuses("bad-request", "modify");
    host.comes(&set_from(
        BILL,
        "<username>theglobe</username><password>newpass</password>",
    ));
    host.refuses("forbidden", "auth");
}
