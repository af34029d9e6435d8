//! Odd: other prefixes, names of ours in other namespaces, and every character, those that XML forbids included.

use minidom::Element;
use minidom::rxml::{Namespace, NcName};
use xmpp_registration::service::{Fields, Offer, Purpose, ServiceOutput, Submission};
use xmpp_registration::{Handled, jid};

use super::steps::*;
use crate::characters::every_character;

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
    let typed = [("username", "bill"), ("password", "Calliope")];
    let plain_fields = "<username>bill</username><password>Calliope</password>";
    for (request, plain) in [(form, &*submit(&typed)), (fields, plain_fields)] {
        let mut host = offered();
        host.comes(request);
        let submission = host.submission();
        assert_eq!(
            (submission.username(), submission.password()),
            (Some("bill"), Some("Calliope"))
        );
        // Nothing else is read in it than in the plain one.
        let mut host = offered();
        host.comes(&set(plain));
        assert_eq!(told(&host.submission()), told(&submission));
    }
}

/// Everything that a submission tells.
fn told(submission: &Submission) -> (Purpose, Vec<(String, Vec<String>)>) {
    let fields = submission.fields().map(|(name, values)| {
        let values = values.map(String::from).collect();
        (name.to_string(), values)
    });
    (submission.purpose(), fields.collect())
}

#[test]
fn prefixes_do_not_matter_in_the_other_requests_either() {
    let mut host = offered();
    host.comes("<c:iq xmlns:c='jabber:client' xmlns='u' type='get' id='a'><r:query xmlns:r='jabber:iq:register'/></c:iq>");
    host.form_request();
    host.comes("<iq type='set' id='a'><p:preauth xmlns:p='urn:xmpp:pars:0' p:token='no' token='t0ken'/></iq>");
    assert_eq!(host.token().token(), "t0ken");
    let remove = "<iq type='set' id='a' from='bill@shakespeare.lit/globe'>\
        <r:query xmlns:r='jabber:iq:register'><s:remove xmlns:s='jabber:iq:register'/></r:query></iq>";
    host.comes(remove);
    assert_eq!(host.submission().purpose(), Purpose::Remove);
    let cancel = "<d:x xmlns:d='jabber:x:data' d:type='submit' type='cancel'/>";
    host.comes(&set(cancel));
    host.sends("<iq type='result' id='reg2' from='shakespeare.lit'/>");
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
        // The value in it is of ours all the same, here.
        ("field", "o:field", "not-acceptable"),
        ("<field", "<field xmlns='urn:other'", "not-acceptable"),
        ("<value>", "<value xmlns='urn:other'>", "not-acceptable"),
    ] {
        let mut host = offered();
        let moved = elsewhere.replace(part, other);
        let moved = moved.replacen("<x ", "<x xmlns:o='urn:other' ", 1);
        let handled = host.feed(&set(&moved));
        assert_eq!(handled, Handled::Consumed);
        // Nobody has typed anything.
        host.refuses(condition, "modify");
    }
    let fields = "<username xmlns='urn:other'>bill</username><password>Calliope</password>";
    let mut host = offered();
    host.comes(&set(fields));
    host.refuses("not-acceptable", "modify");
    let mut host = offered();
    for not_mine in [
        "<query xmlns='urn:other'><remove xmlns='jabber:iq:register'/></query>",
        "<query xmlns='JABBER:IQ:REGISTER'><remove/></query>",
        "<o:query xmlns='jabber:iq:register' xmlns:o='urn:other'><remove/></o:query>",
        "<remove xmlns='jabber:iq:register'/>",
        "<preauth xmlns='jabber:iq:register' token='t0ken'/>",
        "<preauth xmlns='urn:xmpp:pars:1' token='t0ken'/>",
    ] {
        for from in ["", "from='bill@shakespeare.lit/globe'"] {
            host.is_not_mine(&format!("<iq type='set' id='reg2' {from}>{not_mine}</iq>"));
        }
    }
}

/// Nobody loses an account, or is told that a form was filled in, by a name of ours that is another's.
#[test]
fn what_only_looks_like_a_removal_a_form_or_a_token_is_refused() {
    for nothing in [
        "<remove xmlns='urn:other'/>",
        "<o:remove xmlns:o='urn:other'/>",
        "<remove xmlns='jabber:x:data'/>",
        "<remove xmlns=''/>",
        "<x xmlns='jabber:x:data:x' type='submit'><field var='remove'><value>1</value></field></x>",
        "<x xmlns='jabber:x:data' xmlns:d='jabber:x:data' d:type='submit'/>",
        "<d:x xmlns:d='jabber:x:data' d:type='cancel'/>",
    ] {
        let mut host = offered();
        host.comes(&set(nothing));
        host.refuses("bad-request", "modify");
        host.comes(&set_from(BILL, nothing));
        host.refuses("bad-request", "modify");
    }
    let mut host = offered();
    host.comes("<iq type='set' id='a'><p:preauth xmlns:p='urn:xmpp:pars:0' p:token='t0ken'/></iq>");
    host.refuses("bad-request", "modify");
}

fn text(name: &str, ns: &str, text: &str) -> Element {
    let mut element = Element::bare(name, ns);
    element.append_text_node(text);
    element
}

/// Every character that XML forbids.
fn forbidden() -> impl Iterator<Item = char> {
    let controls = ('\0'..' ').filter(|c| !matches!(c, '\t' | '\n' | '\r'));
    controls.chain(['\u{FFFE}', '\u{FFFF}'])
}

fn attr(element: &mut Element, name: &str, value: &str) {
    let name = NcName::try_from(name).expect("a name");
    element.set_attr(Namespace::NONE, name, value);
}

/// A submission in fields, and one in a data form, with this password.
fn with_password(password: &str) -> [Element; 2] {
    let mut query = Element::bare("query", NS_REGISTER);
    query.append_child(text("username", NS_REGISTER, "bill"));
    query.append_child(text("password", NS_REGISTER, password));
    let mut x: Element = submit(&[("username", "bill"), ("password", "")])
        .parse()
        .expect("XML");
    let field = x.children_mut().last().expect("a field");
    let _ = field.take_nodes();
    field.append_child(text("value", NS_DATA, password));
    let mut with_form = Element::bare("query", NS_REGISTER);
    with_form.append_child(x);
    [query, with_form].map(|query| request("set", query))
}

fn request(kind: &str, payload: Element) -> Element {
    let mut request = Element::bare("iq", "jabber:client");
    attr(&mut request, "type", kind);
    attr(&mut request, "id", "reg2");
    request.append_child(payload);
    request
}

#[test]
fn every_character_of_xml_is_told_as_it_came() {
    let mut host = offered();
    for piece in every_character() {
        for request in with_password(&piece) {
            // As it comes from a stream, too.
            let read: Element = String::from(&request).parse().expect("XML");
            for request in [request, read] {
                let handled = host.service.handle_stanza_before_login(STREAM, &request);
                assert_eq!(handled, Handled::Consumed);
                let submission = host.submission();
                assert!(submission.value("password") == Some(&*piece));
                assert!(submission.values("password").eq([&*piece]));
                let (_, fields) = told(&submission);
                assert!(fields.last() == Some(&("password".to_string(), vec![piece.clone()])));
            }
        }
    }
}

/// No parser gives such elements out, but a driver may make them by hand.
#[test]
fn every_character_that_xml_forbids_is_refused_wherever_it_is_typed() {
    #[track_caller]
    fn is_refused(host: &mut Host, c: char) {
        let text = host.refuses("not-acceptable", "modify");
        let wanted = "`password` holds a character that XML forbids";
        // Once, and no more of it.
        assert_eq!(text, wanted, "{c:?}");
    }
    for c in forbidden() {
        for value in [
            c.to_string(),
            format!("Calli{c}ope"),
            format!("Calliope{c}"),
        ] {
            let mut host = offered();
            let [mut fields, form] = with_password(&value);
            for request in [&fields, &form] {
                let _ = host.service.handle_stanza_before_login(STREAM, request);
                is_refused(&mut host, c);
            }
            // A change of the password needs no form.
            attr(&mut fields, "from", BILL);
            let _ = host.service.handle_stanza(&fields);
            is_refused(&mut host, c);
        }
    }
}

#[test]
fn every_character_that_xml_forbids_is_refused_in_a_token() {
    for c in forbidden() {
        let mut host = server();
        let mut preauth = Element::bare("preauth", "urn:xmpp:pars:0");
        attr(&mut preauth, "token", &format!("t0{c}ken"));
        let mut iq = Element::bare("iq", "jabber:client");
        attr(&mut iq, "type", "set");
        attr(&mut iq, "id", "pars1");
        iq.append_child(preauth);
        let _ = host.service.handle_stanza_before_login(STREAM, &iq);
        let text = host.refuses("bad-request", "modify");
        assert_eq!(text, "the token holds a character that XML forbids");
    }
}

/// What goes back for a request, if anything does: it can be written, and reads the same.
#[track_caller]
fn goes_back(host: &mut Host) -> Option<Element> {
    let answer = match host.service.poll_output()? {
        ServiceOutput::Send { stanza, .. } => stanza,
        ServiceOutput::Event(event) => panic!("{event:?}"),
    };
    let again: Element = String::from(&answer).parse().expect("XML");
    assert!(again == answer, "{answer:?}");
    Some(answer)
}

/// Of what a request brings, its id and its addresses go back, and nothing else: the id whatever is in it, in an answer
/// and, where it is too long to be kept, in an error at once.
#[test]
fn an_id_of_any_character_goes_back_as_it_came() {
    let mut host = contests();
    let mut get = request("get", Element::bare("query", NS_REGISTER));
    attr(&mut get, "from", JULIET);
    attr(&mut get, "to", "contests.shakespeare.lit");
    for piece in every_character() {
        let chars: Vec<char> = piece.chars().collect();
        for id in chars.chunks(256) {
            let id: String = id.iter().collect();
            attr(&mut get, "id", &id);
            let _ = host.service.handle_stanza(&get);
            let asked = host.form_request();
            let _ = host.service.redirect(asked, "", "elsewhere").expect("own");
            let answer = goes_back(&mut host).expect("an answer");
            assert_eq!(answer.attr("type"), Some("result"));
            assert_eq!(answer.attr("id"), Some(&*id));
        }
        // A parser takes 8 KiB.
        for id in chars.chunks(1_024) {
            let id = "long".repeat(256) + &id.iter().collect::<String>();
            attr(&mut get, "id", &id);
            let _ = host.service.handle_stanza(&get);
            let answer = goes_back(&mut host).expect("an error");
            assert_eq!(answer.attr("type"), Some("error"));
            assert_eq!(answer.attr("id"), Some(&*id));
        }
    }
}

#[test]
fn an_id_with_what_xml_forbids_does_not_go_back() {
    for c in forbidden() {
        let mut host = server();
        let mut get = request("get", Element::bare("query", NS_REGISTER));
        for id in [format!("a{c}"), format!("{c}{}", "a".repeat(5_000))] {
            attr(&mut get, "id", &id);
            let _ = host.service.handle_stanza_before_login(STREAM, &get);
            let answer = goes_back(&mut host).expect("an error");
            let (kind, id) = (answer.attr("type"), answer.attr("id"));
            assert_eq!((kind, id), (Some("error"), None), "{c:?}");
        }
    }
}

/// What is no JID asks for nothing; every other one gets its answer at the address that it wrote, to the letter. There are
/// too many to prepare each.
#[test]
fn a_sender_of_any_character_is_answered_as_it_is_written() {
    let first = '\0'..'\u{800}';
    let some = ('\u{800}'..=char::MAX).step_by(31);
    let mut nonsense = request("set", Element::bare("query", NS_REGISTER));
    let mut host = server();
    let (mut answered, mut passed_over) = (0, 0);
    for c in first.chain(some).chain(forbidden()) {
        let from = format!("bill@shakespeare.lit/{c}");
        attr(&mut nonsense, "from", &from);
        let handled = host.service.handle_stanza(&nonsense);
        let answer = goes_back(&mut host);
        if jid::Jid::new(&from).is_ok() {
            assert_eq!(handled, Handled::Consumed, "{c:?}");
            let answer = answer.expect("an error");
            assert_eq!(answer.attr("to"), Some(&*from));
            answered += 1;
        } else {
            assert_eq!((handled, answer), (Handled::NotMine, None), "{c:?}");
            passed_over += 1;
        }
    }
    let many = 1_000;
    assert!(answered > many && passed_over > many, "{answered}");
}

#[test]
fn the_address_that_was_asked_answers_as_it_was_written() {
    let mut host = server();
    let mut nonsense = request("set", Element::bare("query", NS_REGISTER));
    attr(&mut nonsense, "from", BILL);
    for to in [
        "SHAKESPEARE.lit.",
        "\u{ff53}hakespeare.lit",
        "shakespeare\u{3002}lit",
        "B\u{ad}ILL@Shakespeare.lit",
    ] {
        attr(&mut nonsense, "to", to);
        assert_eq!(host.service.handle_stanza(&nonsense), Handled::Consumed);
        let answer = goes_back(&mut host).expect("an error");
        assert_eq!(answer.attr("from"), Some(to));
    }
    for c in forbidden() {
        attr(&mut nonsense, "to", &format!("shakespeare.lit{c}"));
        assert_eq!(host.service.handle_stanza(&nonsense), Handled::NotMine);
        assert_eq!(goes_back(&mut host), None);
    }
}
