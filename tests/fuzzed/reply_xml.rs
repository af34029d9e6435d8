//! Any XML as a reply, in every state of every task; whatever form it offers is filled in and sent.

use minidom::Element;
use minidom::rxml::{Namespace, NcName};
use xmpp_registration::{
    Channel, Config, Event, Field, FieldError, FieldKind, Form, Handled, IdPrefix, MediaData,
    Output, Peer, RegistrationMachine, StreamNamespace, Validation, Value, text,
};

/// So often the same reply is given in a row, each time to the request that it caused.
const ROUNDS: usize = 3;

const ME: &str = "auth@lab.example/lab";
const DOMAIN: &str = "lab.example";
const SERVICE: &str = "rooms.example.net";
/// Unlike anything that an input holds by chance.
const SECRET: &str = "S3cr3t-Qz7xKvWm4t";

/// What was reached, in all states together.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    pub forms: u32,
    /// Fields with a rule (XEP-0122), and those whose answer broke it.
    pub rules: u32,
    pub broken: u32,
    pub submissions: u32,
    pub refusals: u32,
    pub pictures: u32,
    pub redirects: u32,
    pub successes: u32,
    pub failures: u32,
    pub ignored: u32,
}

/// Gives these bytes to a machine in every state; `None` if they are no stanza.
pub fn is_survived(bytes: &[u8]) -> Option<Reached> {
    let reply = parse(bytes)?;
    let knows_secret = bytes
        .windows(SECRET.len())
        .any(|it| it == SECRET.as_bytes());
    let mut reached = Reached::default();
    for state in STATES {
        let (machine, sender) = state().expect("there is such a state");
        let mut talk = Talk {
            machine,
            sender,
            knows_secret,
            reached: &mut reached,
        };
        talk.converse(&reply);
    }
    Some(reached)
}

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
    machine: RegistrationMachine,
    sender: Option<&'static str>,
    kind: &str,
    form: &str,
) -> Option<RegistrationMachine> {
    let mut talk = Talk {
        machine,
        sender,
        knows_secret: true,
        reached: &mut Reached::default(),
    };
    let id = talk.drain().request?;
    let xml = format!(
        "<iq xmlns='jabber:client' type='{kind}'><query xmlns='jabber:iq:register'>{form}</query></iq>"
    );
    let mut reply: Element = xml.parse().expect("well-formed");
    address(&mut reply, &id, sender);
    assert_eq!(talk.machine.handle_stanza(&reply), Handled::Consumed);
    let form = talk.drain().form?;
    talk.submit(form).then_some(talk.machine)
}

/// A machine, and whoever may answer it.
struct Talk<'a> {
    machine: RegistrationMachine,
    sender: Option<&'static str>,
    /// What the peer itself writes into a text for the user is shown.
    knows_secret: bool,
    reached: &'a mut Reached,
}

impl Talk<'_> {
    /// Gives the machine the same reply again and again.
    fn converse(&mut self, reply: &Element) {
        let mut addressed = reply.clone();
        // While a request waits to be handed out: no reply to it can have come.
        let mut request = self.is_ignored(&mut addressed, &["f-1", "f-2"]).request;
        for _ in 0..ROUNDS {
            let Some(id) = request.take() else {
                break;
            };
            // As it is, it hardly ever counts.
            let _ = self.machine.handle_stanza(reply);
            address(&mut addressed, &id, self.sender);
            let _ = self.machine.handle_stanza(&addressed);
            let mut drained = self.drain();
            // Once more: with the form in the caller's hands, with none, after the end.
            let again = self.is_ignored(&mut addressed, &[&id]);
            assert!(again.request.is_none());
            if let Some(form) = &mut drained.form {
                self.fetch(form, &mut addressed);
            }
            request = drained.request;
            let is_submitted = drained.form.is_some_and(|form| self.submit(form));
            if is_submitted || self.machine.request_form().is_ok() {
                request = self.is_ignored(&mut addressed, &[&id]).request;
                assert!(request.is_some());
            }
        }
        self.machine.handle_disconnect();
        let _ = self.drain();
        assert!(self.machine.is_finished());
        assert_eq!(self.machine.handle_stanza(&addressed), Handled::NotMine);
    }

    /// A stanza under the ids of requests that were answered, or not handed out yet: nothing comes of it.
    fn is_ignored(&mut self, stanza: &mut Element, ids: &[&str]) -> Drained {
        let before = *self.reached;
        let state = (self.machine.is_awaiting_reply(), self.machine.is_finished());
        for id in ids {
            address(stanza, id, self.sender);
            let _ = self.machine.handle_stanza(stanza);
        }
        let is_awaited = self.machine.is_awaiting_reply();
        let drained = self.drain();
        assert_eq!((is_awaited, self.machine.is_finished()), state);
        assert!(drained.form.is_none() && drained.media.is_none());
        let ignored = self.reached.ignored;
        assert_eq!(*self.reached, Reached { ignored, ..before });
        drained
    }

    /// Asks for the first picture, and gets the same reply once more.
    fn fetch(&mut self, form: &mut Form, reply: &mut Element) {
        let mut cids = Vec::new();
        for medium in form.fields().flat_map(Field::media) {
            let _ = medium.bytes();
            cids.extend(medium.cid().map(String::from));
        }
        let Some(cid) = cids.first() else {
            return;
        };
        if self.machine.fetch_media(cid).is_err() {
            return;
        }
        let Some(id) = self.drain().request else {
            return;
        };
        address(reply, &id, self.sender);
        let _ = self.machine.handle_stanza(reply);
        if let Some(data) = self.drain().media {
            assert_eq!(data.cid(), cid);
            form.attach(data);
        } else {
            self.machine.handle_timeout();
            let _ = self.drain();
        }
    }

    /// Polls until there is nothing: one event that matters at most, and one request at most.
    fn drain(&mut self) -> Drained {
        let mut drained = Drained::default();
        let mut events = 0;
        while let Some(output) = self.machine.poll_output() {
            let shown = format!("{output:?}{output:#?}{:?}", self.machine);
            assert!(self.knows_secret || !shown.contains(SECRET), "{shown}");
            let event = match output {
                Output::Send(stanza) => {
                    assert!(drained.request.is_none() && events == 0);
                    drained.request = check_request(&stanza);
                    continue;
                }
                Output::Event(event) => event,
            };
            events += u32::from(!matches!(event, Event::Ignored(_)));
            assert_eq!(event.is_terminal(), self.machine.is_finished());
            self.count(&event);
            match event {
                Event::FormOffered(form) => drained.form = Some(form),
                Event::Refused { form, .. } => drained.form = form,
                Event::MediaReceived(data) => drained.media = Some(data),
                _ => {}
            }
        }
        assert!(events <= 1);
        assert!(drained.request.is_none() || self.machine.is_awaiting_reply());
        drained
    }

    fn count(&mut self, event: &Event) {
        let reached = &mut *self.reached;
        let count = match event {
            Event::FormOffered(_) => &mut reached.forms,
            Event::Refused { .. } => &mut reached.refusals,
            Event::MediaReceived(_) | Event::MediaUnavailable { .. } => &mut reached.pictures,
            Event::Redirected(_) => &mut reached.redirects,
            Event::Succeeded(_) => &mut reached.successes,
            Event::Failed(_) => &mut reached.failures,
            Event::Ignored(_) => &mut reached.ignored,
            _ => unreachable!("there are no other events"),
        };
        *count += 1;
    }

    /// Answers every field and submits; `false` if the form cannot be answered so.
    fn submit(&mut self, mut form: Form) -> bool {
        // An option of the peer's own making may hold what no caller may set.
        let _ = form.answer_each(|field| Some(value_for(field)));
        let rules = form.fields().filter(|it| it.validation().is_some());
        self.reached.rules += number(rules.count());
        let answer = match form.finish() {
            Ok(answer) => answer,
            Err(incomplete) => {
                let errors = incomplete.errors();
                assert!(!errors.is_empty());
                let broken = errors.iter().filter(|it| is_of_rule(it));
                self.reached.broken += number(broken.count());
                return false;
            }
        };
        let is_submitted = self.machine.submit(answer).is_ok();
        self.reached.submissions += u32::from(is_submitted);
        is_submitted
    }
}

#[derive(Default)]
struct Drained {
    /// The id of the request that is to be sent.
    request: Option<String>,
    form: Option<Form>,
    media: Option<MediaData>,
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

/// A request can be written, and is read back as it was.
fn check_request(stanza: &Element) -> Option<String> {
    let text = String::from(stanza);
    let again: Element = text.parse().expect("what was written can be read");
    assert!(again == *stanza, "another element was read back: {text}");
    stanza.attr("id").map(String::from)
}

fn number(count: usize) -> u32 {
    u32::try_from(count).expect("the limits are lower")
}

fn is_of_rule(error: &FieldError) -> bool {
    matches!(
        error,
        FieldError::NotOfType { .. }
            | FieldError::BelowMinimum { .. }
            | FieldError::AboveMaximum { .. }
            | FieldError::NoMatch { .. }
            | FieldError::TooFew { .. }
            | FieldError::TooMany { .. }
    )
}

fn value_for(field: Field<'_>) -> Value {
    let option = field.options().find(|option| !option.value().is_empty());
    match (field.kind(), option) {
        (FieldKind::Boolean, _) => true.into(),
        (FieldKind::JidSingle | FieldKind::JidMulti, _) => "a@b.example".into(),
        (FieldKind::ListSingle | FieldKind::ListMulti, Some(option)) => option.value().into(),
        (FieldKind::TextMulti, _) => "one\ntwo".into(),
        _ if field.name() == Some("username") => "auth".into(),
        // What keeps its rule, if that says.
        _ => match field.validation().and_then(Validation::minimum) {
            Some(least) => least.into(),
            None => SECRET.into(),
        },
    }
}
