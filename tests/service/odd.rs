//! Odd, but legal: other prefixes, names of ours in other namespaces, and every character of XML.

use minidom::Element;
use xmpp_registration::Handled;
use xmpp_registration::service::{Fields, Offer};

use super::steps::*;

const NS_REGISTER: &str = "jabber:iq:register";
const NS_DATA: &str = "jabber:x:data";

/// A service that has offered both kinds of form.
fn offered() -> Host {
    let mut host = server();
    let both = Offer::builder()
        .form(account_form())
        .fields(Fields::of(["username", "password"]));
    host.offers(get(), &both.build().expect("good"));
    host
}

#[test]
fn prefixes_do_not_matter() {
    let form = "<c:iq xmlns:c='jabber:client' type='set' id='reg2'><r:query xmlns:r='jabber:iq:register'>\
        <d:x xmlns:d='jabber:x:data' xmlns='jabber:iq:register' type='submit'>\
        <d:field var='FORM_TYPE'><d:value>jabber:iq:register</d:value></d:field>\
        <d:field var='username'><d:value>bill</d:value></d:field>\
        <d:field var='password'><d:value>Calliope</d:value></d:field></d:x></r:query></c:iq>";
    let fields = "<c:iq xmlns:c='jabber:client' type='set' id='reg2'><r:query xmlns:r='jabber:iq:register'>\
        <r:username>bill</r:username><r:password>Calliope</r:password></r:query></c:iq>";
    for request in [form, fields] {
        let mut host = offered();
        host.comes(request);
        let submission = host.submission();
        let typed = (submission.username(), submission.password());
        assert_eq!(typed, (Some("bill"), Some("Calliope")));
    }
}

#[test]
fn other_namespaces_are_not_taken_for_ours() {
    // The attribute is another one, too.
    let fields = "<field xmlns:o='urn:other' o:var='username' var='password'><value>Calliope</value></field>";
    let form = submit(&[("username", "bill")]).replace("</x>", &format!("{fields}</x>"));
    let mut host = offered();
    host.comes(&set(&form));
    assert_eq!(host.submission().username(), Some("bill"));
    let elsewhere = submit(&[("username", "bill"), ("password", "Calliope")]);
    for (part, other, condition) in [
        (
            "<x xmlns='jabber:x:data'",
            "<x xmlns='urn:other'",
            "bad-request",
        ),
        ("<field", "<field xmlns='urn:other'", "not-acceptable"),
        ("<value>", "<value xmlns='urn:other'>", "not-acceptable"),
    ] {
        let mut host = offered();
        let handled = host.feed(&set(&elsewhere.replace(part, other)));
        assert_eq!(handled, Handled::Consumed);
        // Nobody has typed anything.
        host.refuses(condition, "modify");
    }
    let fields = "<username xmlns='urn:other'>bill</username><password>Calliope</password>";
    let mut host = offered();
    host.comes(&set(fields));
    host.refuses("not-acceptable", "modify");
    let mut host = offered();
    host.is_not_mine("<iq type='set' id='reg2'><query xmlns='urn:other'><remove xmlns='jabber:iq:register'/></query></iq>");
}

fn text(name: &str, ns: &str, text: &str) -> Element {
    let mut element = Element::bare(name, ns);
    element.append_text_node(text);
    element
}

/// Every character that XML allows, in pieces.
fn every_character() -> Vec<String> {
    let all: Vec<char> = ('\0'..=char::MAX)
        .filter(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..))
        .collect();
    let pieces = all.chunks(8_192);
    pieces.map(|piece| piece.iter().collect()).collect()
}

#[test]
fn every_character_of_xml_is_told_as_it_came() {
    for piece in every_character() {
        let mut query = Element::bare("query", NS_REGISTER);
        query.append_child(text("username", NS_REGISTER, "bill"));
        query.append_child(text("password", NS_REGISTER, &piece));
        let mut x: Element = submit(&[("username", "bill"), ("password", "")])
            .parse()
            .expect("XML");
        let password = x.children_mut().last().expect("a field");
        let _ = password.take_nodes();
        password.append_child(text("value", NS_DATA, &piece));
        let mut with_form = Element::bare("query", NS_REGISTER);
        with_form.append_child(x);
        for payload in [query, with_form] {
            let mut host = offered();
            let mut request: Element = "<iq xmlns='jabber:client' type='set' id='reg2'/>"
                .parse()
                .expect("XML");
            request.append_child(payload);
            let handled = host.service.handle_stanza_before_login(STREAM, &request);
            assert_eq!(handled, Handled::Consumed);
            assert!(host.submission().password() == Some(&*piece));
        }
    }
}

/// Of what a request brings, its id and its sender go back, whatever is in them.
#[test]
fn an_id_of_any_character_goes_back_as_it_came() {
    for piece in every_character() {
        let id: String = piece.chars().take(200).collect();
        let mut host = server();
        let mut request: Element =
            "<iq xmlns='jabber:client' type='set' id='i'><query xmlns='jabber:iq:register'><a/><b/></query></iq>"
                .parse()
                .expect("XML");
        *request.attrs_mut().values_mut().next().expect("the id") = id.clone();
        let _ = host.service.handle_stanza_before_login(STREAM, &request);
        let (_, answer) = host.stanza();
        assert_eq!(answer.attr("id"), Some(&*id));
        let again: Element = String::from(&answer).parse().expect("XML");
        assert!(again == answer, "{id:?}");
    }
}
