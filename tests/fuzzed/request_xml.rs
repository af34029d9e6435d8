//! Any XML as a request to the service, with every kind of form open: twice, since the second comes upon what the first
//! has left.

use jid::Jid;
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

/// What was reached, with all kinds of forms together.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    pub forms: u32,
    pub submissions: u32,
    pub tokens: u32,
    pub results: u32,
    pub errors: u32,
    /// Stanzas that are for somebody else.
    pub passed_on: u32,
}

/// Gives these bytes to services of each kind; `None` if they are no stanza.
pub fn is_survived(bytes: &[u8]) -> Option<Reached> {
    let request = parse(bytes)?;
    let mut reached = Reached::default();
    let mut addressed = request.clone();
    address(&mut addressed);
    for offer in [legacy, data, both, captcha] {
        for before_login in [false, true] {
            let get = GET.parse().expect("this is XML");
            reached.converse(server(), &offer(), before_login, &get, &request);
        }
        // As it is, it hardly ever counts.
        let mut get = GET.parse().expect("this is XML");
        address(&mut get);
        reached.converse(gateway(), &offer(), false, &get, &request);
        reached.converse(gateway(), &offer(), false, &get, &addressed);
    }
    Some(reached)
}

fn address(stanza: &mut Element) {
    let to = NcName::try_from("to").expect("a name");
    stanza.set_attr(Namespace::NONE, to, GATEWAY);
}

impl Reached {
    fn converse(
        &mut self,
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
        Reached::default().answer(&mut service, offer, 0);
        for round in 1..3 {
            let handled = hear(&mut service, request);
            assert!(!format!("{service:?}").contains(SECRET));
            let outputs = self.answer(&mut service, offer, round);
            // What is consumed is answered, once; what is not causes nothing.
            assert_eq!(outputs, usize::from(handled == Handled::Consumed));
            self.passed_on += u32::from(handled == Handled::NotMine);
        }
        assert_eq!(service.unanswered(), 0);
    }

    /// Answers everything that waits, and counts the replies.
    fn answer(&mut self, service: &mut RegistrationService, offer: &Offer, round: u8) -> usize {
        let mut sent = 0;
        while let Some(output) = service.poll_output() {
            assert!(!format!("{output:?}{output:#?}").contains(SECRET));
            match output {
                ServiceOutput::Send { stanza, .. } => {
                    sent += 1;
                    self.check_reply(&stanza);
                }
                ServiceOutput::Event(event) => {
                    assert!(
                        self.decide(service, event, offer, round),
                        "it is this service's own request"
                    );
                }
            }
        }
        sent
    }

    fn check_reply(&mut self, stanza: &Element) {
        match stanza.attr("type") {
            Some("result") => self.results += 1,
            Some("error") => self.errors += 1,
            other => panic!("a reply of type {other:?}"),
        }
        let text = String::from(stanza);
        let again: Element = text.parse().expect("what is sent can be read");
        assert!(again == *stanza);
    }

    fn decide(
        &mut self,
        service: &mut RegistrationService,
        event: ServiceEvent,
        offer: &Offer,
        round: u8,
    ) -> bool {
        match event {
            ServiceEvent::FormRequested(request) => {
                self.forms += 1;
                service.offer(request, offer).is_ok()
            }
            ServiceEvent::Submitted(submission) => {
                self.submissions += 1;
                match round {
                    1 if submission.password().is_none() => service
                        .demand_with(submission, &data(), Condition::NotAuthorized)
                        .is_ok(),
                    1 => service.refuse(submission, Condition::Conflict).is_ok(),
                    _ => service.accept(submission).is_ok(),
                }
            }
            ServiceEvent::TokenPresented(token) => {
                self.tokens += 1;
                service.accept(token).is_ok()
            }
            _ => unreachable!("there are no other events"),
        }
    }
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
        .field(
            field(FieldKind::ListSingle, "lang")
                .option("Deutsch", "de")
                .datatype("xs:language")
                .open(),
        )
        .field(field(FieldKind::TextSingle, "code").regex("^[0-9]{4}$"))
        .field(field(FieldKind::TextMulti, "about"))
        .field(FormField::hidden("step", "s"))
        .field(FormField::fixed("Hello"))
}

/// Reads one stanza as a stream would give it: in pieces, of a bounded depth, in the namespace of a client.
fn parse(bytes: &[u8]) -> Option<Element> {
    let text = core::str::from_utf8(bytes).ok()?;
    text::read(text, StreamNamespace::Client).ok()
}
