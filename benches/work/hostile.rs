//! Input of any size, to see what it costs.

use std::fmt::Write as _;

use minidom::Element;
use minidom::rxml::{Namespace, NcName};
use xmpp_registration::{
    Choice, Event, Features, Field, FieldKind, Form, Limits, Output, RegistrationMachine,
    StreamNamespace, Value, text as xml_text,
};

use super::machine::Maker;
use super::stanzas::parse;

/// A stanza of this size, and what is done with it.
pub type Work = Box<dyn Fn(Limits)>;

pub fn legacy_fields(count: usize) -> Work {
    let fields = (0..count).map(|at| format!("<field-{at}/>"));
    answer(&legacy(&fields.collect::<String>()))
}

pub fn data_fields(count: usize) -> Work {
    answer(&data(&fields(count, |at| format!("field-{at}"))))
}

pub fn twins(count: usize) -> Work {
    answer(&data(&fields(count, |_| "twin".to_owned())))
}

pub fn options(count: usize) -> Work {
    answer(&data(&list("list-single", count)))
}

pub fn chosen_options(count: usize) -> Work {
    answer(&data(&list("list-multi", count)))
}

pub fn values(count: usize) -> Work {
    let values = "<value>a</value>".repeat(count);
    answer(&data(&format!(
        "<field var='a' type='text-multi'>{values}</field>"
    )))
}

/// So many lines, by a rule whose bound has as many digits: it is read once, and not for each line.
pub fn bounded(count: usize) -> Work {
    let (bound, lines) = ("9".repeat(count), "1\n".repeat(count));
    let stanza = data(&format!(
        "<field var='a' type='text-multi'><validate xmlns='http://jabber.org/protocol/xdata-validate' \
         datatype='xs:integer'><range max='{bound}'/></validate></field>"
    ));
    let maker = Maker::new();
    Box::new(move |limits| {
        let mut machine = maker.waiting(limits);
        let _ = machine.handle_stanza(&stanza);
        if let Some(Output::Event(Event::FormOffered(mut form))) = machine.poll_output() {
            form.set("a", &*lines).expect("these values are legal");
            drop(form.finish().expect("they are within the bound"));
        }
    })
}

pub fn text(kib: usize) -> Work {
    let text = "x".repeat(kib * 1024);
    answer(&data(&format!(
        "<field var='a'><value>{text}</value></field>"
    )))
}

/// minidom keeps each piece that its parser gives as a node of its own.
pub fn pieces(count: usize) -> Work {
    let mut value = Element::bare("value", "jabber:x:data");
    for _ in 0..count {
        value.append_text_node("a piece of text");
    }
    let mut stanza = data("<field var='a'/>");
    let inside = |element: &Element| element.children().next().is_some();
    let mut place = &mut stanza;
    while inside(place) {
        place = place.children_mut().next().expect("it was just seen");
    }
    place.append_child(value);
    answer(&stanza)
}

pub fn nested(levels: usize) -> Work {
    let open = "<x xmlns='jabber:x:data' type='form'><field var='a'>".repeat(levels);
    let close = "</field></x>".repeat(levels);
    answer(&legacy(&format!("{open}{close}")))
}

pub fn queries(count: usize) -> Work {
    let more = "<query xmlns='jabber:iq:register'><username/></query>".repeat(count);
    answer(&reply("result", &more))
}

pub fn attributes(count: usize) -> Work {
    let mut attributes = String::new();
    for at in 0..count {
        write!(attributes, " a{at}='b'").expect("a String takes all");
    }
    answer(&data(&format!("<field var='a'{attributes}/>")))
}

pub fn error(count: usize) -> Work {
    let ns = "urn:ietf:params:xml:ns:xmpp-stanzas";
    let one = format!("<text xmlns='{ns}' xml:lang='de'>Nein</text><no xmlns='urn:example'/>");
    let inside = format!("<error type='wait'>{}</error>", one.repeat(count));
    answer(&reply("error", &inside))
}

pub fn picture(kib: usize) -> Work {
    let data = "QUJD".repeat(kib * 256);
    let bits =
        format!("<data xmlns='urn:xmpp:bob' cid='sha1+0@bob' type='image/png'>{data}</data>");
    answer(&with_media(1, &bits))
}

pub fn pictures(count: usize) -> Work {
    let mut bits = String::new();
    for at in 0..count {
        write!(
            bits,
            "<data xmlns='urn:xmpp:bob' cid='sha1+{at}@bob'>QUJD</data>"
        )
        .expect("a String takes all");
    }
    answer(&with_media(count, &bits))
}

/// As a sender: it is compared as a JID, which is normalised.
pub fn jid(letters: usize) -> Work {
    let from = format!("{}.example", "\u{e4}".repeat(letters));
    let stanza = format!("<iq xmlns='jabber:client' type='result' id='p-1' from='{from}'/>");
    answer(&parse(&stanza))
}

/// A form that is used up by a refusal: the next one takes over what was typed.
pub fn taken_over(count: usize) -> Work {
    let key = "<field var='key' type='hidden'><value>k</value></field>";
    let offer = data(&(key.to_owned() + &fields(count, |at| format!("field-{at}"))));
    refused_and_again(&offer, "")
}

/// A form that comes back to be mended.
pub fn mended(count: usize) -> Work {
    refused_and_again(&data(&fields(count, |at| format!("field-{at}"))), "")
}

/// Another form, which a refusal brings.
pub fn demanded(count: usize) -> Work {
    let more = fields(count, |at| format!("other-{at}"));
    let form = format!("<x xmlns='jabber:x:data' type='form'>{more}</x>");
    let query = format!("<query xmlns='jabber:iq:register'>{form}</query>");
    refused_and_again(&data("<field var='a'/>"), &query)
}

/// What a server says that it can do.
pub fn features(count: usize) -> Work {
    let all = "<feature xmlns='urn:example'><inner/></feature>".repeat(count);
    let features = parse(&format!(
        "<features xmlns='http://etherx.jabber.org/streams'>{all}</features>"
    ));
    Box::new(move |_| assert!(!Features::of(&features).registration))
}

/// A stanza comes as text.
pub fn as_text(kib: usize) -> Work {
    let body = "x".repeat(kib * 1024);
    let stanza = format!("<message><body>{body}</body></message>");
    Box::new(move |_| drop(xml_text::read(&stanza, StreamNamespace::Client).expect("a stanza")))
}

/// The form is offered, filled in, refused with this before the error, and offered anew where there is none to mend.
fn refused_and_again(offer: &Element, before_error: &str) -> Work {
    let maker = Maker::new();
    let offer = offer.clone();
    let conflict = "<conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>";
    let error = format!("{before_error}<error type='cancel'>{conflict}</error>");
    let mut error = reply("error", &error);
    set_id(&mut error, "p-2");
    let mut again = offer.clone();
    set_id(&mut again, "p-3");
    Box::new(move |limits| {
        let mut machine = maker.waiting(limits);
        let _ = machine.handle_stanza(&offer);
        let Some(Output::Event(Event::FormOffered(form))) = machine.poll_output() else {
            return;
        };
        send(&mut machine, form);
        let _ = machine.handle_stanza(&error);
        let form = match machine.poll_output() {
            Some(Output::Event(Event::Refused { form, .. })) => form,
            // The bounds that every machine has are less than the largest of these.
            Some(Output::Event(Event::Failed(_))) => return,
            other => panic!("{other:?}"),
        };
        let form = form.or_else(|| {
            machine.request_form().expect("there is no form");
            drop(machine.poll_output());
            let _ = machine.handle_stanza(&again);
            match machine.poll_output() {
                Some(Output::Event(Event::FormOffered(form))) => Some(form),
                other => panic!("{other:?}"),
            }
        });
        send(&mut machine, form.expect("there is one"));
    })
}

fn set_id(stanza: &mut Element, id: &str) {
    let name = NcName::try_from("id").expect("a name");
    stanza.set_attr(Namespace::NONE, name, id);
}

/// A machine gets the stanza; if it offers a form, every field is set, and the answer is sent.
fn answer(stanza: &Element) -> Work {
    let maker = Maker::new();
    let stanza = stanza.clone();
    Box::new(move |limits| {
        let mut machine = maker.waiting(limits);
        let _ = machine.handle_stanza(&stanza);
        if let Some(Output::Event(Event::FormOffered(form))) = machine.poll_output() {
            send(&mut machine, form);
        }
    })
}

fn send(machine: &mut RegistrationMachine, mut form: Form) {
    form.answer_each(|field| Some(value_for(field)))
        .expect("these values are legal");
    let answer = form.finish().expect("it is filled in");
    machine.submit(answer).expect("the form is open");
    drop(machine.poll_output());
}

fn value_for(field: Field<'_>) -> Value {
    match field.kind() {
        FieldKind::ListMulti => field.options().map(Choice::value).collect(),
        FieldKind::ListSingle => {
            let last = field.options().last().expect("a list has options");
            last.value().into()
        }
        _ => "value".into(),
    }
}

fn fields(count: usize, name: impl Fn(usize) -> String) -> String {
    (0..count)
        .map(|at| format!("<field var='{}'/>", name(at)))
        .collect()
}

fn list(kind: &str, count: usize) -> String {
    let options = (0..count).map(|at| format!("<option><value>{at}</value></option>"));
    let options: String = options.collect();
    format!("<field var='a' type='{kind}'>{options}</field>")
}

fn with_media(count: usize, bits: &str) -> Element {
    let uris: String = (0..count)
        .map(|at| format!("<uri type='image/png'>cid:sha1+{at}@bob</uri>"))
        .collect();
    let media = format!("<media xmlns='urn:xmpp:media-element'>{uris}</media>");
    let x = format!(
        "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>\
         <field var='ocr'>{media}</field></x></query>"
    );
    reply("result", &format!("{x}{bits}"))
}

fn data(fields: &str) -> Element {
    legacy(&format!(
        "<x xmlns='jabber:x:data' type='form'>{fields}</x>"
    ))
}

fn legacy(inside: &str) -> Element {
    let query = format!("<query xmlns='jabber:iq:register'>{inside}</query>");
    reply("result", &query)
}

fn reply(kind: &str, inside: &str) -> Element {
    parse(&format!(
        "<iq xmlns='jabber:client' type='{kind}' id='p-1' from='example.com'>{inside}</iq>"
    ))
}
