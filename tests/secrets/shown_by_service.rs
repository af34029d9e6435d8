//! What the service and its offers show, where something is wrong with them or with what comes.

use xmpp_registration::FieldKind;
use xmpp_registration::service::{
    Captcha, DataForm, Fields, FormField, Offer, RegistrationService, ServiceConfig, ServiceOutput,
};

use crate::common::xml;
use crate::shown::one;

/// An application's mistakes.
#[test]
fn offers_that_cannot_be_made() {
    let (secret, search) = one();
    let bad = format!("{secret}\u{1}");
    let new = FormField::new;
    let form = |field: FormField| Offer::builder().form(DataForm::new().field(field));
    let fields = |fields: Fields| Offer::builder().fields(fields);
    let offers = [
        fields(Fields::new().value("password", &secret)),
        fields(Fields::new().value("email", &bad)),
        fields(Fields::of(["username"]).key(&bad)),
        form(new(FieldKind::TextPrivate, "p").value(&secret)),
        form(new(FieldKind::TextSingle, "p").value(&bad)),
        form(new(FieldKind::Boolean, "p").value(&secret)),
        form(
            new(FieldKind::ListSingle, "p")
                .option("v", "v")
                .value(&secret),
        ),
        form(
            new(FieldKind::TextSingle, "p")
                .value(&secret)
                .value(&secret),
        ),
        fields(Fields::of(["username"])).captcha(Captcha::question("c", "Who?", &secret)),
    ];
    for builder in offers {
        search.debug("a builder", &builder);
        search.error("an offer's error", &builder.build().expect_err("a mistake"));
    }
    let made = fields(Fields::of(["username"]).value("email", "a@b").key(&secret));
    search.debug(
        "fields",
        &Fields::new().value("password", &secret).key(&secret),
    );
    let config = ServiceConfig::server("example.com").expect("a domain");
    let config = config.form(search.build(made));
    search.debug("a configuration", &config);
    search.debug("a service", &RegistrationService::new(config));
}

/// What the service refuses by itself names fields and no values, whoever wrote the submission.
#[test]
fn the_services_own_refusals() {
    let (secret, search) = one();
    let form = DataForm::new()
        .field(FormField::new(FieldKind::Boolean, "b"))
        .field(FormField::new(FieldKind::JidSingle, "j"))
        .field(FormField::new(FieldKind::ListSingle, "l").option("v", "v"))
        .field(FormField::new(FieldKind::TextPrivate, "n").datatype("xs:integer"))
        .field(FormField::hidden("h", "x"));
    let offer = search.build(Offer::builder().form(form));
    let config = ServiceConfig::server("example.com").expect("a domain");
    let mut service = RegistrationService::new(config.form(offer));
    let field = |var: &&str| format!("<field var='{var}'><value>{secret}</value></field>");
    let filled = |vars: &[&str]| -> String {
        let all: String = vars.iter().map(&field).collect();
        format!("<x xmlns='jabber:x:data' type='submit'>{all}</x>")
    };
    for inner in [
        filled(&["b", "j", "l", "n", "h"]),
        filled(&["n", "n"]),
        filled(&["FORM_TYPE"]),
        format!("<password>{secret}</password>"),
        format!("<remove/><password>{secret}</password>"),
        format!("<password>{secret}</password>{}", filled(&["n"])),
    ] {
        let set =
            format!("<iq type='set' id='a'><query xmlns='jabber:iq:register'>{inner}</query></iq>");
        let _ = service.handle_stanza_before_login(1, &xml::parse(&set));
        search.debug("a service", &service);
        let output = service.poll_output().expect("a refusal");
        search.debug("the service's output", &output);
        match output {
            ServiceOutput::Send { stanza, .. } => search.text("a refusal", &String::from(&stanza)),
            ServiceOutput::Event(event) => panic!("{event:?} instead of a refusal"),
        }
    }
}
