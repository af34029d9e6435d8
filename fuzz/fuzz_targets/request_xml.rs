//! Any XML as a request to the service, with every kind of form open: twice, since the second comes upon what the first
//! has left.
#![no_main]

use jid::Jid;
use libfuzzer_sys::{Corpus, fuzz_target};
use minidom::Element;
use minidom::rxml::{Namespace, NcName};
use xmpp_registration::service::{
    Captcha, DataForm, Fields, FormField, Offer, RegistrationService, ServiceConfig, ServiceEvent,
    ServiceOutput,
};
use xmpp_registration::{Condition, FieldKind, Handled, StreamNamespace, text};

/// Unlike anything that an input holds by chance.
const SECRET: &str = "S3cr3t-Qz7xKvWm4t";
const GET: &str = "<iq xmlns='jabber:client' type='get' id='g' from='juliet@example.com/b'>\
                   <query xmlns='jabber:iq:register'/></iq>";
const GATEWAY: &str = "gateway.example.net";

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Some(request) = parse(bytes) else {
        return Corpus::Reject;
    };
    let mut addressed = request.clone();
    address(&mut addressed);
    for offer in [legacy, data, both, captcha] {
        for before_login in [false, true] {
            let get = GET.parse().expect("this is XML");
            converse(server(), &offer(), before_login, &get, &request);
        }
        // As it is, it hardly ever counts.
        let mut get = GET.parse().expect("this is XML");
        address(&mut get);
        converse(gateway(), &offer(), false, &get, &request);
        converse(gateway(), &offer(), false, &get, &addressed);
    }
    Corpus::Keep
});

fn address(stanza: &mut Element) {
    let to = NcName::try_from("to").expect("a name");
    stanza.set_attr(Namespace::NONE, to, GATEWAY);
}

fn converse(
    config: ServiceConfig,
    offer: &Offer,
    before_login: bool,
    get: &Element,
    request: &Element,
) {
    let mut service = RegistrationService::new(config);
    let hear = |service: &mut RegistrationService, stanza: &Element| {
        if before_login {
            service.handle_stanza_before_login(1, stanza)
        } else {
            service.handle_stanza(stanza)
        }
    };
    assert_eq!(hear(&mut service, get), Handled::Consumed);
    answer(&mut service, offer, 0);
    for round in 1..3 {
        let handled = hear(&mut service, request);
        assert!(!format!("{service:?}").contains(SECRET));
        let outputs = answer(&mut service, offer, round);
        // What is consumed is answered, once; what is not causes nothing.
        assert_eq!(outputs, usize::from(handled == Handled::Consumed));
    }
    assert_eq!(service.unanswered(), 0);
}

/// Answers everything that waits, and counts the replies.
fn answer(service: &mut RegistrationService, offer: &Offer, round: u8) -> usize {
    let mut sent = 0;
    while let Some(output) = service.poll_output() {
        assert!(!format!("{output:?}").contains(SECRET));
        let done = match output {
            ServiceOutput::Send { stanza, .. } => {
                sent += 1;
                assert!(matches!(stanza.attr("type"), Some("result" | "error")));
                let text = String::from(&stanza);
                let again: Element = text.parse().expect("what is sent can be read");
                assert!(again == stanza);
                continue;
            }
            ServiceOutput::Event(ServiceEvent::FormRequested(request)) => {
                service.offer(request, offer).is_ok()
            }
            ServiceOutput::Event(ServiceEvent::Submitted(submission)) => match round {
                1 if submission.password().is_none() => service
                    .demand_with(submission, &data(), Condition::NotAuthorized)
                    .is_ok(),
                1 => service.refuse(submission, Condition::Conflict).is_ok(),
                _ => service.accept(submission).is_ok(),
            },
            ServiceOutput::Event(ServiceEvent::TokenPresented(token)) => {
                service.accept(token).is_ok()
            }
            ServiceOutput::Event(_) => unreachable!("there are no other events"),
        };
        assert!(done, "it is this service's own request");
    }
    sent
}

fn server() -> ServiceConfig {
    let config = ServiceConfig::server("example.com").expect("a domain");
    config.form(legacy())
}

fn gateway() -> ServiceConfig {
    ServiceConfig::service(Jid::new(GATEWAY).expect("a JID"))
}

fn legacy() -> Offer {
    let fields = Fields::of(["username", "password", "email"])
        .optional("nick")
        .key("k");
    Offer::of_fields(fields).expect("a good offer")
}

fn data() -> Offer {
    Offer::of_form(form()).expect("a good offer")
}

fn both() -> Offer {
    let fields = Fields::of(["username", "password"]);
    let offer = Offer::builder().fields(fields).form(form()).registered();
    offer.build().expect("a good offer")
}

fn captcha() -> Offer {
    let captcha = Captcha::picture("c", "image/png", b"picture", "4711");
    let offer = Offer::builder().form(form()).captcha(captcha);
    offer.build().expect("a good offer")
}

fn form() -> DataForm {
    let field = FormField::new;
    DataForm::new()
        .field(field(FieldKind::TextSingle, "username").required())
        .field(field(FieldKind::TextPrivate, "password").required())
        .field(field(FieldKind::Boolean, "remove"))
        .field(
            field(FieldKind::ListMulti, "news")
                .option("A", "a")
                .option("B", "b")
                .list_range(None, Some(1)),
        )
        .field(field(FieldKind::JidMulti, "friends"))
        .field(
            field(FieldKind::TextSingle, "age")
                .datatype("xs:integer")
                .range(Some("18"), None),
        )
        .field(field(FieldKind::TextMulti, "about"))
        .field(FormField::hidden("step", "s"))
        .field(FormField::fixed("Hello"))
}

/// Reads one stanza as a stream would give it: in pieces, of a bounded depth, in the namespace of a client.
fn parse(bytes: &[u8]) -> Option<Element> {
    let text = core::str::from_utf8(bytes).ok()?;
    text::read(text, StreamNamespace::Client).ok()
}
