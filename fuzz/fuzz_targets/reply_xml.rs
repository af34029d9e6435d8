//! Any XML as the reply that is waited for, in every state of every task; whatever form it offers is filled in and sent.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use minidom::Element;
use minidom::rxml::{Namespace, NcName};
use xmpp_registration::{
    Channel, Config, Event, Field, FieldKind, Form, Handled, IdPrefix, MediaData, Output, Peer,
    RegistrationMachine, StreamNamespace, Value, text,
};

/// So often the same reply is given in a row, each time to the request that it caused.
const ROUNDS: usize = 3;

const ME: &str = "auth@lab.example/lab";
const DOMAIN: &str = "lab.example";
const SERVICE: &str = "rooms.example.net";
/// Unlike anything that an input holds by chance.
const SECRET: &str = "S3cr3t-Qz7xKvWm4t";

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Some(reply) = parse(bytes) else {
        return Corpus::Reject;
    };
    // What the peer itself writes into a text for the user is shown.
    let knows_secret = bytes
        .windows(SECRET.len())
        .any(|it| it == SECRET.as_bytes());
    for state in STATES {
        let Some((machine, sender)) = state() else {
            continue;
        };
        converse(machine, sender, &reply, knows_secret);
    }
    Corpus::Keep
});

/// Reads one stanza as a stream would give it: in pieces, of a bounded depth, in the namespace of a client.
fn parse(bytes: &[u8]) -> Option<Element> {
    let text = core::str::from_utf8(bytes).ok()?;
    text::read(text, StreamNamespace::Client).ok()
}

type State = fn() -> Option<(RegistrationMachine, Option<&'static str>)>;

/// A machine in every state that waits for a reply, and who may answer it.
const STATES: [State; 12] = [
    || Some((token(), None)),
    || Some((register(server()), Some(DOMAIN))),
    || Some((register(account()), Some(ME))),
    || Some((register(service()), Some(SERVICE))),
    || Some((submitted(register(server()), None, "result", LEGACY)?, None)),
    || Some((submitted(register(account()), None, "result", DATA)?, None)),
    || {
        Some((
            submitted(register(server()), None, "result", CAPTCHA)?,
            None,
        ))
    },
    || {
        Some((
            submitted(register(service()), Some(SERVICE), "result", DATA)?,
            Some(SERVICE),
        ))
    },
    || Some((change_password(account()), Some(DOMAIN))),
    || {
        Some((
            submitted(change_password(account()), None, "error", DATA)?,
            None,
        ))
    },
    || Some((unregister(service()), Some(SERVICE))),
    || {
        Some((
            submitted(unregister(account()), None, "error", REMOVAL)?,
            None,
        ))
    },
];

const LEGACY: &str = "<username/><password/><email/>";
const DATA: &str = "<x xmlns='jabber:x:data' type='form'><field var='FORM_TYPE' type='hidden'>\
    <value>jabber:iq:register</value></field><field var='username'/><field var='password' type='text-private'/>\
    <field var='remove' type='boolean'/></x>";
const CAPTCHA: &str = "<x xmlns='jabber:x:data' type='form'><field var='challenge' type='hidden'><value>1</value>\
    </field><field var='ocr'><media xmlns='urn:xmpp:media-element'/></field><field var='nick'/></x>";
const REMOVAL: &str =
    "<x xmlns='jabber:x:data' type='form'><field var='password' type='text-private'/></x>";

fn config(peer: Peer) -> Config {
    let ids = IdPrefix::new("f").expect("a prefix");
    Config::new(peer, ids, Channel::Encrypted)
        .lang("de")
        .expect("a language")
}

fn server() -> Peer {
    Peer::server(DOMAIN).expect("a domain")
}

fn account() -> Peer {
    Peer::account(ME.parse().expect("a JID"))
}

fn service() -> Peer {
    let me: jid::FullJid = ME.parse().expect("a JID");
    Peer::service(SERVICE.parse().expect("a JID"), me).expect("not at home")
}

fn token() -> RegistrationMachine {
    RegistrationMachine::register_with_token(config(server()), SECRET).expect("a good token")
}

fn register(peer: Peer) -> RegistrationMachine {
    RegistrationMachine::register(config(peer))
}

fn change_password(peer: Peer) -> RegistrationMachine {
    RegistrationMachine::change_password(config(peer), "auth", SECRET).expect("my own name")
}

fn unregister(peer: Peer) -> RegistrationMachine {
    RegistrationMachine::unregister(config(peer)).expect("logged in")
}

/// A machine that got this form, and submitted it: its next output is the request.
fn submitted(
    mut machine: RegistrationMachine,
    sender: Option<&str>,
    kind: &str,
    form: &str,
) -> Option<RegistrationMachine> {
    let id = drain(&mut machine, true).request?;
    let xml = format!(
        "<iq xmlns='jabber:client' type='{kind}'><query xmlns='jabber:iq:register'>{form}</query></iq>"
    );
    let mut reply: Element = xml.parse().expect("well-formed");
    address(&mut reply, &id, sender);
    assert_eq!(machine.handle_stanza(&reply), Handled::Consumed);
    let form = drain(&mut machine, true).form?;
    submit(&mut machine, form).then_some(machine)
}

/// Gives a machine the same reply again and again.
fn converse(
    mut machine: RegistrationMachine,
    sender: Option<&str>,
    reply: &Element,
    knows_secret: bool,
) {
    let mut addressed = reply.clone();
    let mut request = drain(&mut machine, knows_secret).request;
    for _ in 0..ROUNDS {
        let Some(id) = request.take() else {
            break;
        };
        // As it is, it hardly ever counts.
        let _ = machine.handle_stanza(reply);
        address(&mut addressed, &id, sender);
        let _ = machine.handle_stanza(&addressed);
        let mut drained = drain(&mut machine, knows_secret);
        if let Some(form) = &mut drained.form {
            fetch(&mut machine, form, &mut addressed, sender);
        }
        let goes_on = match drained.form {
            Some(form) => submit(&mut machine, form) || machine.request_form().is_ok(),
            None => false,
        };
        request = if goes_on {
            drain(&mut machine, knows_secret).request
        } else {
            drained.request
        };
    }
    machine.handle_disconnect();
    while machine.poll_output().is_some() {}
    assert!(machine.is_finished());
    assert_eq!(machine.handle_stanza(&addressed), Handled::NotMine);
}

/// Asks for the first picture, and gets the same reply once more.
fn fetch(
    machine: &mut RegistrationMachine,
    form: &mut Form,
    reply: &mut Element,
    sender: Option<&str>,
) {
    let mut cids = Vec::new();
    for medium in form.fields().flat_map(Field::media) {
        let _ = medium.bytes();
        cids.extend(medium.cid().map(String::from));
    }
    let Some(cid) = cids.first() else {
        return;
    };
    if machine.fetch_media(cid).is_err() {
        return;
    }
    let Some(id) = drain(machine, true).request else {
        return;
    };
    address(reply, &id, sender);
    let _ = machine.handle_stanza(reply);
    if let Some(data) = drain(machine, true).media {
        assert_eq!(data.cid(), cid);
        form.attach(data);
    } else {
        machine.handle_timeout();
        let _ = drain(machine, true);
    }
}

fn address(reply: &mut Element, id: &str, sender: Option<&str>) {
    let mut set = |name, value: &str| {
        let name = NcName::try_from(name).expect("a name");
        reply.set_attr(Namespace::NONE, name, value);
    };
    set("id", id);
    if let Some(sender) = sender {
        set("from", sender);
    }
}

#[derive(Default)]
struct Drained {
    /// The id of the request that is to be sent.
    request: Option<String>,
    form: Option<Form>,
    media: Option<MediaData>,
}

/// Polls until there is nothing: one event that matters at most, and one request at most.
fn drain(machine: &mut RegistrationMachine, knows_secret: bool) -> Drained {
    let mut drained = Drained::default();
    let mut events = 0;
    while let Some(output) = machine.poll_output() {
        let shown = format!("{output:?}{output:#?}{machine:?}");
        assert!(knows_secret || !shown.contains(SECRET), "{shown}");
        let event = match output {
            Output::Send(stanza) => {
                assert!(drained.request.is_none() && events == 0);
                drained.request = check_request(&stanza);
                continue;
            }
            Output::Event(event) => event,
        };
        events += u32::from(!matches!(event, Event::Ignored(_)));
        assert_eq!(event.is_terminal(), machine.is_finished());
        match event {
            Event::FormOffered(form) => drained.form = Some(form),
            Event::Refused { form, .. } => drained.form = form,
            Event::MediaReceived(data) => drained.media = Some(data),
            _ => {}
        }
    }
    assert!(events <= 1);
    assert!(drained.request.is_none() || machine.is_awaiting_reply());
    drained
}

/// A request can be written, and is read back as it was.
fn check_request(stanza: &Element) -> Option<String> {
    let text = String::from(stanza);
    let again: Element = text.parse().expect("what was written can be read");
    assert!(again == *stanza, "another element was read back: {text}");
    stanza.attr("id").map(String::from)
}

/// Answers every field and submits; `false` if the form cannot be answered so.
fn submit(machine: &mut RegistrationMachine, mut form: Form) -> bool {
    // An option of the peer's own making may hold what no caller may set.
    let _ = form.answer_each(|field| Some(value_for(field)));
    let answer = match form.finish() {
        Ok(answer) => answer,
        Err(incomplete) => {
            assert!(!incomplete.errors().is_empty());
            return false;
        }
    };
    machine.submit(answer).is_ok()
}

fn value_for(field: Field<'_>) -> Value {
    let option = field.options().find(|option| !option.value().is_empty());
    match (field.kind(), option) {
        (FieldKind::Boolean, _) => true.into(),
        (FieldKind::JidSingle | FieldKind::JidMulti, _) => "a@b.example".into(),
        (FieldKind::ListSingle | FieldKind::ListMulti, Some(option)) => option.value().into(),
        (FieldKind::TextMulti, _) => "one\ntwo".into(),
        _ if field.name() == Some("username") => "auth".into(),
        _ => SECRET.into(),
    }
}
