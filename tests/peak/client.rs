use minidom::Element;
use xmpp_registration::{
    Channel, Config, Handled, IdPrefix, Limits, Output, Peer, RegistrationMachine,
};

use super::heap::peak;
use super::{LITTLE, LONG, assert_little, each_place};

const LIMITS: Limits = Limits {
    fields: 64,
    options: 256,
    text_bytes: 32 * 1024,
    picture_bytes: 32 * 1024,
};

/// Everything that a reply with a form may hold.
const OFFER: &str = "\
<iq xmlns='jabber:client' type='result' id='p-1' from='rooms.example.net' to='juliet@example.com/b'>\
<query xmlns='jabber:iq:register' odd='o'>\
<registered>r</registered><instructions>i</instructions><key>k</key><username>u</username><password>p</password>\
<x xmlns='jabber:x:data' type='form' odd='o'>\
<title>t</title><instructions>i</instructions>\
<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>\
<field type='hidden' var='key'><value>k</value></field>\
<field type='text-private' var='password' label='l'><desc>d</desc><required/><value>v</value></field>\
<field type='list-multi' var='list' label='l'><value>v</value>\
<option label='l'><value>v</value></option>\
<validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:integer'>\
<list-range min='1' max='2'/></validate></field>\
<field type='text-single' var='rule'>\
<validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:integer'>\
<range min='1' max='2'/></validate></field>\
<field type='text-single' var='pattern'>\
<validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:string'><regex>r</regex></validate></field>\
<field type='text-single' var='ocr' label='l'><media xmlns='urn:xmpp:media-element' width='1' height='1'>\
<uri type='image/png'>cid:c</uri></media></field>\
</x>\
<x xmlns='jabber:x:oob'><url>u</url><desc>d</desc></x></query>\
<data xmlns='urn:xmpp:bob' cid='c' type='image/png' max-age='1'>aaaa</data></iq>";

const REDIRECT: &str = "\
<iq xmlns='jabber:client' type='result' id='p-1' from='rooms.example.net'><query xmlns='jabber:iq:register'>\
<instructions>i</instructions><x xmlns='jabber:x:oob'><url>u</url></x></query></iq>";

const ERROR: &str = "\
<iq xmlns='jabber:client' type='error' id='p-1' from='rooms.example.net' xml:lang='en'>\
<query xmlns='jabber:iq:register'><username>u</username><password>p</password></query>\
<error type='modify' code='406' by='b'>\
<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>xmpp:a</gone>\
<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>t</text>\
<odd xmlns='urn:example' odd='o'>t</odd></error></iq>";

const DEMAND: &str = "\
<iq xmlns='jabber:client' type='error' id='p-1' from='rooms.example.net'><query xmlns='jabber:iq:register'>\
<x xmlns='jabber:x:data' type='form'><title>t</title><instructions>i</instructions>\
<field type='text-single' var='username' label='l'><value>v</value></field></x></query>\
<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>";

const DATA: &str = "\
<iq xmlns='jabber:client' type='result' id='p-2' from='rooms.example.net'>\
<data xmlns='urn:xmpp:bob' cid='c' type='image/png' max-age='1'>aaaa</data></iq>";

fn config() -> Config {
    let me: jid::FullJid = "juliet@example.com/b".parse().unwrap();
    let peer = Peer::service("rooms.example.net".parse().unwrap(), me).unwrap();
    Config::new(peer, IdPrefix::new("p").unwrap(), Channel::Encrypted).limits(LIMITS)
}

fn out(mut machine: RegistrationMachine) -> RegistrationMachine {
    assert!(matches!(machine.poll_output(), Some(Output::Send(_))));
    machine
}

/// What a machine takes to hear a stanza and to tell of it.
fn heard(mut machine: RegistrationMachine, stanza: &Element) -> usize {
    peak(move || {
        let _ = machine.recognise(stanza);
        let _ = machine.handle_stanza(stanza);
        let told = machine.poll_output();
        (machine, told)
    })
}

fn registering() -> RegistrationMachine {
    out(RegistrationMachine::register(config()))
}

fn removing() -> RegistrationMachine {
    out(RegistrationMachine::unregister(config()).unwrap())
}

#[test]
fn nothing_of_an_offer_is_copied_beyond_the_limits() {
    let seen = each_place(OFFER, |stanza| heard(registering(), stanza));
    let places = assert_little(seen);
    assert_eq!(places.len(), 56);
    assert_little(each_place(REDIRECT, |it| heard(registering(), it)));
}

#[test]
fn nothing_of_a_refusal_is_copied_beyond_the_limits() {
    for refusal in [ERROR, DEMAND] {
        assert_little(each_place(refusal, |it| heard(registering(), it)));
        assert_little(each_place(refusal, |it| heard(removing(), it)));
    }
}

#[test]
fn nothing_of_a_picture_is_copied_beyond_the_limits() {
    let fetching = || {
        let mut machine = registering();
        let _ = machine.handle_stanza(&OFFER.parse().unwrap());
        assert!(matches!(machine.poll_output(), Some(Output::Event(_))));
        machine.fetch_media("c").unwrap();
        out(machine)
    };
    assert_little(each_place(DATA, |it| heard(fetching(), it)));
}

#[test]
fn what_was_not_parsed_is_looked_at_only() {
    let long = "x".repeat(LONG);
    let id = format!("p-{long}");
    let calls = [
        (&*id, Some("rooms.example.net"), Some("result")),
        ("p-1", Some(&*long), Some("result")),
        ("p-1", Some("rooms.example.net"), Some(&*long)),
    ];
    for (id, from, kind) in calls {
        let mut machine = removing();
        let bytes = peak(move || {
            let handled = machine.handle_malformed_iq(id, from, kind);
            (handled, machine.poll_output(), machine)
        });
        assert!(bytes <= LITTLE, "{bytes}");
    }
}

/// The one exception: minidom tells a namespace only as a copy, which is gone again at once.
#[test]
fn a_namespace_within_an_error_is_copied_once_and_not_kept() {
    let ns = format!("urn:{}", "x".repeat(LONG));
    let mut refusal: Element = DEMAND.parse().unwrap();
    let error = refusal.children_mut().last().unwrap();
    error.append_child(Element::bare("odd", &*ns));
    let mut machine = removing();
    let bytes = peak(|| assert_eq!(machine.handle_stanza(&refusal), Handled::Consumed));
    assert!((LONG..LONG + LITTLE).contains(&bytes), "{bytes}");
    let kept = peak(|| machine.poll_output());
    assert!(kept <= LITTLE, "{kept}");
}
