//! A gateway that registers users (XEP-0100 section 4.1): a component of any server (XEP-0114), in
//! one file, that keeps what it is told in memory.
//!
//! ```text
//! cargo run --example gateway -- --connect 127.0.0.1:5347 --domain icq.example.org --secret SECRET
//! ```
//!
//! A real one would log in to the other network with the name and password that it is given.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write as _;
use std::net::TcpStream;
use std::process::ExitCode;

use clap::Parser;
use jid::{BareJid, Jid};
use minidom::Element;
use minidom::rxml::Namespace;
use sha1::{Digest as _, Sha1};
use xmpp_registration::service::{
    DataForm, Fields, FormField, FormRequest, Offer, OfferError, Purpose, Refusal,
    RegistrationService, Requester, ServiceConfig, ServiceEvent, ServiceOutput, Submission,
    disco_features,
};
use xmpp_registration::{FieldKind, Handled, StreamNamespace};

#[allow(dead_code, reason = "a client takes more of it")]
#[path = "register/splitter.rs"]
mod splitter;
#[allow(dead_code, reason = "a client takes more of it")]
#[path = "register/xml.rs"]
mod xml;

use splitter::{Splitter, StreamEnd};
use xml::{NS_STANZAS, NS_STREAMS, attr};

const NS_COMPONENT: &str = "jabber:component:accept";
const NS_INFO: &str = "http://jabber.org/protocol/disco#info";

/// Be a gateway to nowhere, which users of an XMPP server can register with.
#[derive(Debug, Parser)]
#[command(name = "gateway")]
struct Args {
    /// Where the server listens for components
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:5347")]
    connect: String,
    /// The gateway's own domain, as the server knows it
    #[arg(long, value_name = "DOMAIN")]
    domain: Jid,
    /// What the server shares with the gateway; better set `XMPP_SECRET`: others can see this
    #[arg(long, value_name = "SECRET", allow_hyphen_values = true)]
    secret: Option<String>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let secret = args
        .secret
        .clone()
        .or_else(|| std::env::var("XMPP_SECRET").ok());
    let Some(secret) = secret else {
        eprintln!("gateway: --secret is needed");
        return ExitCode::from(2);
    };
    match run(&args, &secret) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gateway: {error}");
            ExitCode::from(4)
        }
    }
}

fn run(args: &Args, secret: &str) -> Result<(), Box<dyn Error>> {
    let mut component = Component::connect(&args.connect, args.domain.as_str(), secret)?;
    let mut gateway = Gateway::new(&args.domain)?;
    println!("{} is connected", args.domain);
    loop {
        let stanza = match component.splitter.read() {
            Ok(stanza) => stanza,
            Err(StreamEnd::Closed) => return Ok(()),
            Err(end) => return Err(end.into()),
        };
        for reply in gateway.answer(&stanza)? {
            component.send(&reply)?;
        }
    }
}

/// The users of the gateway: what each is called elsewhere, and the password there.
struct Gateway {
    service: RegistrationService,
    users: BTreeMap<BareJid, (String, String)>,
    domain: String,
}

impl Gateway {
    fn new(domain: &Jid) -> Result<Self, OfferError> {
        let fields = Fields::of(["username", "password"]);
        let config = ServiceConfig::service(domain.clone())
            .namespace(StreamNamespace::Component)
            // A new password comes without a form (XEP-0077 section 3.3).
            .form(Offer::of_fields(fields)?);
        Ok(Self {
            service: RegistrationService::new(config),
            users: BTreeMap::new(),
            domain: domain.to_string(),
        })
    }

    /// What to send for a stanza.
    fn answer(&mut self, stanza: &Element) -> Result<Vec<Element>, OfferError> {
        if self.service.handle_stanza(stanza) == Handled::NotMine {
            return Ok(self.answer_other(stanza).into_iter().collect());
        }
        let mut replies = Vec::new();
        while let Some(output) = self.service.poll_output() {
            match output {
                ServiceOutput::Send { stanza, .. } => replies.push(stanza),
                ServiceOutput::Event(ServiceEvent::FormRequested(request)) => {
                    self.offer(request)?;
                }
                ServiceOutput::Event(ServiceEvent::Submitted(submission)) => {
                    self.carry_out(submission);
                }
                // Nobody is invited to a gateway; what is dropped is not answered.
                ServiceOutput::Event(_) => {}
            }
        }
        Ok(replies)
    }

    /// Asks for name and password, or shows what is on file: never the password.
    fn offer(&mut self, request: FormRequest) -> Result<(), OfferError> {
        const HOW: &str = "Enter your name and password on the other network.";
        let known = account(request.requester()).and_then(|user| self.users.get(user));
        let mut name = FormField::new(FieldKind::TextSingle, "username")
            .label("Name")
            .required();
        let mut fields = Fields::new().field("password");
        if let Some((there, _)) = known {
            name = name.value(there);
            fields = fields.value("username", there);
        } else {
            fields = fields.field("username");
        }
        let password = FormField::new(FieldKind::TextPrivate, "password")
            .label("Password")
            .required();
        let form = DataForm::new()
            .title("Gateway")
            .instructions(HOW)
            .field(name)
            .field(password);
        let mut offer = Offer::builder().instructions(HOW).fields(fields).form(form);
        if known.is_some() {
            offer = offer.registered();
        }
        let offer = offer.build()?;
        // A request of this very service is always taken; the requester may have gone.
        let _ = self.service.offer(request, &offer);
        Ok(())
    }

    fn carry_out(&mut self, submission: Submission) {
        let Some(user) = account(submission.requester()).cloned() else {
            return;
        };
        let done = match submission.purpose() {
            Purpose::Remove => self.users.remove(&user).map(|_| "is removed"),
            _ => submission
                .username()
                .zip(submission.password())
                .map(|(name, password)| {
                    let there = (name.to_owned(), password.to_owned());
                    match self.users.insert(user.clone(), there) {
                        Some(_) => "is changed",
                        None => "is registered",
                    }
                }),
        };
        let _ = if let Some(done) = done {
            println!("{user} {done}");
            self.service.accept(submission).is_ok()
        } else {
            self.service
                .refuse(submission, Refusal::not_registered())
                .is_ok()
        };
    }

    /// Says what the gateway is, and that it does nothing else.
    fn answer_other(&self, stanza: &Element) -> Option<Element> {
        if !stanza.is("iq", NS_COMPONENT) || !matches!(stanza.attr("type"), Some("get" | "set")) {
            return None;
        }
        let asked = stanza.get_child("query", NS_INFO);
        let to_me = stanza.attr("to") == Some(self.domain.as_str());
        let is_info = asked.is_some_and(|it| it.attr("node").is_none()) && to_me;
        let mut reply = Element::bare("iq", NS_COMPONENT);
        let mut set = |name, value: Option<&str>| {
            if let Some(value) = value {
                reply.set_attr(Namespace::NONE, attr(name), value);
            }
        };
        set("type", Some(if is_info { "result" } else { "error" }));
        set("id", stanza.attr("id"));
        set("to", stanza.attr("from"));
        set("from", stanza.attr("to"));
        reply.append_child(if is_info { info() } else { unavailable() });
        Some(reply)
    }
}

fn account(requester: &Requester) -> Option<&BareJid> {
    requester.account()
}

/// What the gateway is (XEP-0030).
fn info() -> Element {
    let identity = Element::builder("identity", NS_INFO)
        .attr(attr("category"), "gateway")
        .attr(attr("type"), "xmpp")
        .build();
    Element::builder("query", NS_INFO)
        .append(identity)
        .append_all(disco_features(false))
        .build()
}

fn unavailable() -> Element {
    Element::builder("error", NS_COMPONENT)
        .attr(attr("type"), "cancel")
        .append(Element::bare("service-unavailable", NS_STANZAS))
        .build()
}

/// The stream to the server.
struct Component {
    splitter: Splitter<TcpStream>,
}

impl Component {
    /// Connects, and shows that it knows the secret (XEP-0114 section 3).
    fn connect(address: &str, domain: &str, secret: &str) -> Result<Self, Box<dyn Error>> {
        let splitter = Splitter::new(TcpStream::connect(address)?);
        let mut component = Self { splitter };
        component.write(&format!(
            "<?xml version='1.0'?><stream:stream to='{domain}' xmlns='{NS_COMPONENT}' \
             xmlns:stream='{NS_STREAMS}'>"
        ))?;
        component.splitter.read_header()?;
        let id = component.splitter.header("id").unwrap_or_default();
        let digest = Sha1::digest(format!("{id}{secret}"));
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        component.write(&format!("<handshake>{digest}</handshake>"))?;
        let answer = component.splitter.read()?;
        if answer.is("handshake", NS_COMPONENT) {
            Ok(component)
        } else {
            Err("the server did not accept the handshake".into())
        }
    }

    fn send(&mut self, stanza: &Element) -> std::io::Result<()> {
        self.write(&String::from(stanza))
    }

    fn write(&mut self, text: &str) -> std::io::Result<()> {
        self.splitter.io().write_all(text.as_bytes())
    }
}
