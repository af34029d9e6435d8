//! What a hostile peer sends: far too deep, far too much, or odd. Each is answered once, and the service goes on.

use minidom::rxml::{Namespace, NcName};
use minidom::{Element, Node};
use xmpp_registration::Handled;
use xmpp_registration::service::{Captcha, Fields, Offer, ServiceLimits};

use super::steps::*;

const NS_REGISTER: &str = "jabber:iq:register";
const NS_DATA: &str = "jabber:x:data";

fn attr(element: &mut Element, name: &str, value: &str) {
    let name = NcName::try_from(name).expect("a name");
    element.set_attr(Namespace::NONE, name, value);
}

fn iq(kind: &str, payload: Option<Element>) -> Element {
    let mut iq = Element::bare("iq", "jabber:client");
    attr(&mut iq, "type", kind);
    attr(&mut iq, "id", "h");
    iq.append_children(payload);
    iq
}

trait AppendChildren {
    fn append_children(&mut self, children: impl IntoIterator<Item = Element>);
}

impl AppendChildren for Element {
    fn append_children(&mut self, children: impl IntoIterator<Item = Element>) {
        for child in children {
            self.append_child(child);
        }
    }
}

/// An element in an element in an element... A service that called itself for each level would overflow the small stack on
/// which it is looked at.
fn deep(name: &str, ns: &str) -> Element {
    let mut element = Element::bare(name, ns);
    for _ in 0..20_000 {
        let mut outer = Element::bare(name, ns);
        outer.append_child(element);
        element = outer;
    }
    element
}

/// Takes a tree apart without the recursion of its drop.
fn dismantle(tree: Element) {
    let mut left = vec![tree];
    while let Some(mut element) = left.pop() {
        left.extend(
            element
                .take_nodes()
                .into_iter()
                .filter_map(|node| match node {
                    Node::Element(child) => Some(child),
                    Node::Text(_) => None,
                }),
        );
    }
}

/// A service with an open form is given a stanza, and must answer once; then it must be of use.
#[track_caller]
fn survives(stanza: Element) {
    let mut host = server();
    let both = Offer::builder()
        .form(account_form())
        .fields(Fields::of(["username", "password"]));
    host.offers(get(), &both.build().expect("good"));
    let handled = host.service.handle_stanza_before_login(STREAM, &stanza);
    dismantle(stanza);
    if handled == Handled::Consumed {
        assert!(host.service.poll_output().is_some());
    }
    host.is_quiet();
    host.comes(get());
    host.form_request();
}

/// A server and a service elsewhere that have offered both kinds of form, and a picture before that, to everybody.
fn open_to_all() -> [Host; 2] {
    let picture = Captcha::picture("c1", "image/png", b"a picture", "7nHL3");
    let picture = Offer::builder().form(account_form()).captcha(picture);
    let both = Offer::builder()
        .form(account_form())
        .fields(Fields::of(["username", "password"]));
    let offers = [picture.build().expect("good"), both.build().expect("good")];
    let (mut at_server, mut elsewhere) = (server(), contests());
    for offer in &offers {
        at_server.offers(get(), offer);
        at_server.offers(&get().replace("to=", &format!("from='{BILL}' to=")), offer);
        elsewhere.offers(&get_elsewhere(), offer);
    }
    [at_server, elsewhere]
}

fn get_elsewhere() -> String {
    let address = format!("from='{JULIET}' to='contests.shakespeare.lit'");
    get().replace("to='shakespeare.lit'", &address)
}

/// Like `survives`, at every way into a service.
#[track_caller]
fn survives_everywhere(hosts: &mut [Host; 2], mut stanza: Element) {
    let [at_server, elsewhere] = hosts;
    let _ = at_server
        .service
        .handle_stanza_before_login(STREAM, &stanza);
    answered(at_server);
    attr(&mut stanza, "from", BILL);
    let _ = at_server.service.handle_stanza(&stanza);
    answered(at_server);
    attr(&mut stanza, "from", JULIET);
    attr(&mut stanza, "to", "contests.shakespeare.lit");
    let _ = elsewhere.service.handle_stanza(&stanza);
    answered(elsewhere);
    dismantle(stanza);
    at_server.comes(get());
    at_server.form_request();
    elsewhere.comes(&get_elsewhere());
    elsewhere.form_request();
}

/// Once, or not at all.
#[track_caller]
fn answered(host: &mut Host) {
    let _ = host.poll();
    host.is_quiet();
}

/// 20,000 levels overflow this stack even if a call takes 16 bytes only.
#[test]
fn depth() {
    let small = std::thread::Builder::new().stack_size(256 * 1024);
    let played = small.spawn(every_depth).expect("a thread").join();
    played.expect("each is survived");
}

fn every_depth() {
    let mut hosts = open_to_all();
    let mut survives = |stanza| survives_everywhere(&mut hosts, stanza);
    survives(deep("iq", "jabber:client"));
    for name in ["query", "username", "remove", "x", "preauth", "data"] {
        for ns in [NS_REGISTER, NS_DATA, "urn:xmpp:pars:0", "urn:xmpp:bob"] {
            for kind in ["get", "set"] {
                let mut payload = deep(name, ns);
                attr(&mut payload, "cid", "c");
                attr(&mut payload, "token", "t0ken");
                survives(iq(kind, Some(payload)));
                let mut query = Element::bare("query", NS_REGISTER);
                query.append_child(deep(name, ns));
                survives(iq(kind, Some(query)));
            }
        }
    }
    for name in ["x", "field", "value"] {
        let mut field = Element::bare("field", NS_DATA);
        attr(&mut field, "var", "username");
        field.append_child(deep(name, NS_DATA));
        survives(submitted(field));
    }
}

/// That it takes no square of it is counted in instructions: `cargo bench --bench counts -- --growth`.
#[test]
fn a_hundred_thousand_of_everything() {
    const MANY: usize = 100_000;
    let mut payloads = iq("set", None);
    payloads.append_children((0..MANY).map(|_| Element::bare("query", NS_REGISTER)));
    survives(payloads);
    for (name, ns) in [
        ("username", NS_REGISTER),
        ("remove", NS_REGISTER),
        ("x", NS_DATA),
        ("x", "other"),
    ] {
        let mut query = Element::bare("query", NS_REGISTER);
        query.append_children((0..MANY).map(|_| Element::bare(name, ns)));
        survives(iq("set", Some(query)));
    }
    let field = |at: usize, values: usize| {
        let mut field = Element::bare("field", NS_DATA);
        attr(&mut field, "var", &format!("f{at}"));
        field.append_children((0..values).map(|_| Element::bare("value", NS_DATA)));
        field
    };
    for (fields, values) in [(MANY, 1), (1, MANY)] {
        let mut x = Element::bare("x", NS_DATA);
        attr(&mut x, "type", "submit");
        x.append_children((0..fields).map(|at| field(at, values)));
        let mut query = Element::bare("query", NS_REGISTER);
        query.append_child(x);
        survives(iq("set", Some(query)));
    }
    let mut username = Element::bare("username", NS_REGISTER);
    (0..MANY).for_each(|_| username.append_text_node("a long name, in pieces"));
    let mut query = Element::bare("query", NS_REGISTER);
    query.append_child(username);
    survives(iq("set", Some(query)));
}

fn text(name: &str, ns: &str, text: &str) -> Element {
    let mut element = Element::bare(name, ns);
    element.append_text_node(text);
    element
}

fn submitted(field: Element) -> Element {
    let mut x = Element::bare("x", NS_DATA);
    attr(&mut x, "type", "submit");
    x.append_child(field);
    let mut query = Element::bare("query", NS_REGISTER);
    query.append_child(x);
    iq("set", Some(query))
}

#[test]
fn a_million_values() {
    let mut field = Element::bare("field", NS_DATA);
    attr(&mut field, "var", "username");
    field.append_children((0..1_000_000).map(|_| Element::bare("value", NS_DATA)));
    survives(submitted(field));
}

#[test]
fn sixty_four_mib_of_text_anywhere() {
    let long = "x".repeat(64 * 1024 * 1024);
    for name in ["username", "password", "key", "remove", "unknown"] {
        let mut query = Element::bare("query", NS_REGISTER);
        query.append_child(text(name, NS_REGISTER, &long));
        survives(iq("set", Some(query)));
    }
    let mut valued = Element::bare("field", NS_DATA);
    attr(&mut valued, "var", "username");
    valued.append_child(text("value", NS_DATA, &long));
    survives(submitted(valued));
    let mut named = Element::bare("field", NS_DATA);
    attr(&mut named, "var", &long);
    survives(submitted(named));
    let mut token = Element::bare("preauth", "urn:xmpp:pars:0");
    attr(&mut token, "token", &long);
    survives(iq("set", Some(token)));
    for attribute in ["id", "from", "to", "type"] {
        let mut get = iq("get", Some(Element::bare("query", NS_REGISTER)));
        attr(&mut get, attribute, &long);
        survives(get);
    }
    for (name, ns) in [("query", &*long), (&*long, NS_REGISTER), (&*long, &*long)] {
        survives(iq("set", Some(Element::bare(name, ns))));
    }
}

#[test]
fn characters_that_cannot_be_written() {
    // No parser gives such elements out, but a driver may make them by hand.
    let mut host = server();
    let offer = Offer::of_fields(Fields::of(["username", "password"])).expect("good");
    host.offers(get(), &offer);
    let mut query = Element::bare("query", NS_REGISTER);
    for name in ["username", "password"] {
        let mut field = Element::bare(name, NS_REGISTER);
        field.append_text_node("\u{1}");
        query.append_child(field);
    }
    let mut stanza = iq("set", Some(query));
    for (name, value) in [("id", "a\u{1}"), ("from", "bill@shakespeare.lit/\u{1}")] {
        attr(&mut stanza, name, value);
        let _ = host.service.handle_stanza_before_login(STREAM, &stanza);
        let _ = host.service.handle_stanza(&stanza);
        while let Some(output) = host.service.poll_output() {
            if let xmpp_registration::service::ServiceOutput::Send { stanza, .. } = output {
                // It would panic.
                let _ = String::from(&stanza);
            }
        }
    }
    attr(&mut stanza, "id", "a");
    let _ = host.service.handle_stanza_before_login(STREAM, &stanza);
    let text = host.refuses("not-acceptable", "modify");
    assert!(
        text.starts_with("`username` holds a character that XML forbids"),
        "{text}"
    );
}

#[test]
fn a_flood_is_refused_and_costs_nothing_once_it_is_over() {
    let limits = ServiceLimits {
        requests: 8,
        ..ServiceLimits::default()
    };
    let mut host = host(server_config().limits(limits));
    let get = crate::common::xml::parse(get());
    let mut kept = Vec::new();
    for stream in 0..1_000 {
        let _ = host.service.handle_stanza_before_login(stream, &get);
        if let Some(xmpp_registration::service::ServiceOutput::Event(event)) =
            host.service.poll_output()
        {
            kept.push(event);
        }
    }
    assert_eq!(kept.len(), 8);
    drop(kept);
    assert_eq!(host.service.unanswered(), 0);
    host.comes(super::steps::get());
    host.form_request();
}
