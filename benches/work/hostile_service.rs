//! Input of any size for the service, to see what it costs.

use minidom::Element;
use xmpp_registration::service::{
    DataForm, Fields, FormField, Offer, RegistrationService, Requester, ServiceConfig,
    ServiceEvent, ServiceLimits, ServiceOutput,
};
use xmpp_registration::{FieldKind, Handled, Limits, jid::Jid};

use super::hostile::Work;
use super::stanzas::parse;

/// Values of one field.
pub fn values(count: usize) -> Work {
    let values = "<value>a</value>".repeat(count);
    let about = FormField::new(FieldKind::TextMulti, "about");
    let about = DataForm::new().field(about);
    submission(about, &x(&format!("<field var='about'>{values}</field>")))
}

/// Fields that nobody has offered.
pub fn strangers(count: usize) -> Work {
    let about = FormField::new(FieldKind::TextMulti, "about");
    submission(DataForm::new().field(about), &x(&fields(count)))
}

/// Each field of a large form.
pub fn all_fields(count: usize) -> Work {
    let offered = (0..count).map(|at| FormField::new(FieldKind::TextSingle, &format!("f{at}")));
    let form = offered.fold(DataForm::new(), DataForm::field);
    submission(form, &x(&fields(count)))
}

/// Each option of a large list.
pub fn options(count: usize) -> Work {
    let list = FormField::new(FieldKind::ListMulti, "list");
    let list = (0..count).fold(list, |list, at| list.option("", &at.to_string()));
    let values: String = (0..count)
        .map(|at| format!("<value>{at}</value>"))
        .collect();
    submission(
        DataForm::new().field(list),
        &x(&format!("<field var='list'>{values}</field>")),
    )
}

/// Fields of the old way that nobody has offered.
pub fn legacy(count: usize) -> Work {
    let fields: String = (0..count).map(|at| format!("<f{at}>v</f{at}>")).collect();
    let offer = Offer::of_fields(Fields::of(["nick"])).expect("a good offer");
    submitted(offer, &fields)
}

/// Payloads of one request, the last of which is the service's.
pub fn payloads(count: usize) -> Work {
    let others = "<other xmlns='urn:example'/>".repeat(count);
    let many = others + "<query xmlns='jabber:iq:register'/>";
    let stanza = parse(&format!(
        "<iq xmlns='jabber:client' type='set' id='a' from='juliet@example.com/b' to='gateway.example.net'>{many}</iq>"
    ));
    let offer = Offer::of_fields(Fields::of(["nick"])).expect("a good offer");
    Box::new(move |limits| {
        let mut service = gateway(limits);
        hear(&mut service, &stanza);
        serve(&mut service, &offer);
    })
}

/// Streams that ask for the form, and are gone without a word.
pub fn streams(count: usize) -> Work {
    let get = parse(
        "<iq xmlns='jabber:client' type='get' id='a'><query xmlns='jabber:iq:register'/></iq>",
    );
    let offer = Offer::of_fields(Fields::of(["username", "password"])).expect("a good offer");
    Box::new(move |_| {
        let config = ServiceConfig::server("example.com").expect("a domain");
        let mut service = RegistrationService::new(config);
        let streams = 0..u64::try_from(count).expect("a number of streams");
        for stream in streams.clone() {
            let _ = service.handle_stanza_before_login(stream, &get);
            serve(&mut service, &offer);
        }
        for stream in streams {
            service.requester_gone(&Requester::Stream(stream));
        }
        assert_eq!((service.open_forms(), service.unanswered()), (0, 0));
    })
}

fn fields(count: usize) -> String {
    let field = |at| format!("<field var='f{at}'><value>v</value></field>");
    (0..count).map(field).collect()
}

fn x(fields: &str) -> String {
    format!("<x xmlns='jabber:x:data' type='submit'>{fields}</x>")
}

fn submission(form: DataForm, inside: &str) -> Work {
    submitted(Offer::of_form(form).expect("a good offer"), inside)
}

/// The form is asked for, and this is submitted.
fn submitted(offer: Offer, inside: &str) -> Work {
    let iq = |kind: &str, inside: &str| -> Element {
        parse(&format!(
            "<iq xmlns='jabber:client' type='{kind}' id='a' from='juliet@example.com/b' to='gateway.example.net'>\
             <query xmlns='jabber:iq:register'>{inside}</query></iq>"
        ))
    };
    let (get, set) = (iq("get", ""), iq("set", inside));
    Box::new(move |limits| {
        let mut service = gateway(limits);
        hear(&mut service, &get);
        serve(&mut service, &offer);
        hear(&mut service, &set);
        serve(&mut service, &offer);
    })
}

fn gateway(limits: Limits) -> RegistrationService {
    let address = Jid::new("gateway.example.net").expect("a JID");
    let bounds = ServiceLimits {
        submission: limits,
        ..ServiceLimits::default()
    };
    RegistrationService::new(ServiceConfig::service(address).limits(bounds))
}

/// Were it not for the service, nothing would be measured.
fn hear(service: &mut RegistrationService, stanza: &Element) {
    assert_eq!(service.handle_stanza(stanza), Handled::Consumed);
}

fn serve(service: &mut RegistrationService, offer: &Offer) {
    while let Some(output) = service.poll_output() {
        if let ServiceOutput::Event(event) = output {
            let answered = match event {
                ServiceEvent::FormRequested(request) => service.offer(request, offer).is_ok(),
                ServiceEvent::Submitted(submission) => service.accept(submission).is_ok(),
                _ => unreachable!("no token is presented"),
            };
            assert!(answered, "it is the service's own request");
        }
    }
}
