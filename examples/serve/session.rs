//! One client's stream: header and features, SASL PLAIN, resource binding, and the few requests
//! that clients make of every server.

use std::io::{self, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use minidom::rxml::Namespace;
use minidom::{Element, Node};
use xmpp_registration::service;

use crate::host::{Host, User, prepare};
use crate::splitter::{Splitter, StreamEnd};
use crate::xml::{NS_BIND, NS_CLIENT, NS_SASL, NS_STANZAS, NS_STREAMS, attr};

const NS_STREAM_ERRORS: &str = "urn:ietf:params:xml:ns:xmpp-streams";
const NS_SESSION: &str = "urn:ietf:params:xml:ns:xmpp-session";
const NS_ROSTER: &str = "jabber:iq:roster";
const NS_INFO: &str = "http://jabber.org/protocol/disco#info";
const NS_PING: &str = "urn:xmpp:ping";

/// How long to wait where no connection can be taken.
const PAUSE: Duration = Duration::from_millis(100);

/// Answers whoever connects, a thread each, for as long as the program runs.
pub fn listen(listener: &TcpListener, host: &Arc<Host>) {
    for connection in listener.incoming() {
        let Ok(connection) = connection else {
            // Too many connections at once; without a pause this would be all that it does.
            thread::sleep(PAUSE);
            continue;
        };
        let host = Arc::clone(host);
        thread::spawn(move || {
            let number = host.number();
            let mut session = Session {
                splitter: Splitter::new(connection),
                host: &host,
                number,
                user: None,
                resource: None,
            };
            // However the connection ends, it is of no interest here: the client tells.
            let _ = session.run();
            host.forget(number);
        });
    }
}

/// What to do after a stanza.
enum Next {
    GoOn,
    Close,
}

struct Session<'a> {
    splitter: Splitter<TcpStream>,
    host: &'a Host,
    number: u64,
    /// Who has logged in.
    user: Option<User>,
    /// Where, once it is bound.
    resource: Option<String>,
}

impl Session<'_> {
    fn run(&mut self) -> Result<(), StreamEnd> {
        self.open()?;
        loop {
            let element = match self.splitter.read() {
                Err(StreamEnd::Broken(_)) => return Ok(self.fail("not-well-formed")?),
                read => read?,
            };
            let next = match element.name() {
                "auth" if element.has_ns(NS_SASL) => self.authenticate(&element)?,
                "iq" if element.has_ns(NS_CLIENT) => self.iq(element)?,
                _ => Next::GoOn,
            };
            if let Next::Close = next {
                return Ok(());
            }
        }
    }

    /// Answers the client's stream header with one of its own, and with the features.
    fn open(&mut self) -> Result<(), StreamEnd> {
        self.splitter.read_header()?;
        let domain = self.host.domain();
        // What belongs to the stream is written with the prefix, as every server does: clients
        // look for it.
        self.write(&format!(
            "<?xml version='1.0'?><stream:stream from='{domain}' id='s{}' version='1.0' \
             xmlns='{NS_CLIENT}' xmlns:stream='{NS_STREAMS}'>",
            self.number
        ))?;
        let to = self.splitter.header("to");
        if to.is_some_and(|to| !to.eq_ignore_ascii_case(domain)) {
            self.fail("host-unknown")?;
            return Err(StreamEnd::Closed);
        }
        let features = if self.user.is_some() {
            vec![
                Element::bare("bind", NS_BIND),
                with("session", NS_SESSION, Element::bare("optional", NS_SESSION)),
            ]
        } else {
            let plain = with("mechanism", NS_SASL, "PLAIN");
            vec![
                with("mechanisms", NS_SASL, plain),
                service::stream_feature(),
            ]
        };
        let features: String = features.iter().map(String::from).collect();
        Ok(self.write(&format!("<stream:features>{features}</stream:features>"))?)
    }

    /// SASL PLAIN: nothing, the name and the password, each after a zero byte.
    fn authenticate(&mut self, auth: &Element) -> Result<Next, StreamEnd> {
        let message = BASE64
            .decode(auth.text())
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok());
        let parts: Vec<&str> = message
            .as_deref()
            .map(|text| text.split('\0').collect())
            .unwrap_or_default();
        let user = match parts[..] {
            // Some clients say who they act as, too: themselves.
            [acts_as, name, password] if auth.attr("mechanism") == Some("PLAIN") => self
                .host
                .log_in(name, password)
                .filter(|user| acts_as.is_empty() || self.is_address_of(acts_as, &user.name)),
            _ => None,
        };
        if user.is_none() {
            let condition = Element::bare("not-authorized", NS_SASL);
            self.send(&with("failure", NS_SASL, condition))?;
            return Ok(Next::GoOn);
        }
        self.user = user;
        // What was begun before is no longer this stream's.
        self.host.forget(self.number);
        self.send(&Element::bare("success", NS_SASL))?;
        self.splitter.restart();
        self.open()?;
        Ok(Next::GoOn)
    }

    /// Whether this is the account's address; some clients leave the domain out.
    fn is_address_of(&self, text: &str, user: &str) -> bool {
        let (name, domain) = text.split_once('@').unwrap_or((text, self.host.domain()));
        prepare(name).as_deref() == Some(user) && domain.eq_ignore_ascii_case(self.host.domain())
    }

    fn iq(&mut self, mut iq: Element) -> Result<Next, StreamEnd> {
        if self.user.is_some() {
            // Whatever the client says, it is who has logged in.
            iq.set_attr(Namespace::NONE, attr("from"), self.address());
        }
        let user = self.user.as_ref();
        if let Some(replies) = self.host.answer(self.number, user, &iq) {
            for reply in replies {
                self.send(&reply)?;
            }
        } else {
            self.answer(&iq)?;
        }
        match &self.user {
            // The account has gone, and with it the right to this stream (XEP-0077 section 3.2).
            Some(user) if !self.host.has(user) => {
                self.fail("not-authorized")?;
                Ok(Next::Close)
            }
            _ => Ok(Next::GoOn),
        }
    }

    /// What has nothing to do with registration.
    fn answer(&mut self, iq: &Element) -> io::Result<()> {
        let (Some(kind @ ("get" | "set")), Some(payload)) = (iq.attr("type"), iq.children().next())
        else {
            return Ok(());
        };
        let answer = match (kind, payload.name(), payload.ns().as_str()) {
            ("set", "bind", NS_BIND) => self.bind(payload).map(Some),
            _ if self.user.is_none() => None,
            ("set", "session", NS_SESSION) | ("get", "ping", NS_PING) => Some(None),
            ("get", "query", NS_ROSTER) => Some(Some(Element::bare("query", NS_ROSTER))),
            ("get", "query", NS_INFO) => Some(Some(info())),
            _ => None,
        };
        let kind = if answer.is_some() { "result" } else { "error" };
        let payload = answer.unwrap_or_else(|| {
            let error = Element::builder("error", NS_CLIENT).attr(attr("type"), "cancel");
            let condition = Element::bare("service-unavailable", NS_STANZAS);
            Some(error.append(condition).build())
        });
        let reply = Element::builder("iq", NS_CLIENT)
            .attr(attr("type"), kind)
            .attr(attr("id"), iq.attr("id"))
            .attr(attr("from"), self.host.domain());
        self.send(&reply.append_all(payload).build())
    }

    fn bind(&mut self, bind: &Element) -> Option<Element> {
        self.user.as_ref()?;
        let wished = bind.get_child("resource", NS_BIND).map(Element::text);
        let wished = wished.filter(|it| jid::ResourcePart::new(it).is_ok());
        self.resource = Some(wished.unwrap_or_else(|| format!("r{}", self.number)));
        let jid = with("jid", NS_BIND, self.address());
        Some(with("bind", NS_BIND, jid))
    }

    /// Who has logged in.
    fn address(&self) -> String {
        let name = self.user.as_ref().map_or("", |user| &user.name);
        let bare = format!("{name}@{}", self.host.domain());
        match &self.resource {
            Some(resource) => format!("{bare}/{resource}"),
            None => bare,
        }
    }

    /// Ends the stream.
    fn fail(&mut self, condition: &str) -> io::Result<()> {
        let condition = Element::bare(condition, NS_STREAM_ERRORS);
        self.write(&format!(
            "<stream:error>{}</stream:error></stream:stream>",
            String::from(&condition)
        ))
    }

    fn send(&mut self, element: &Element) -> io::Result<()> {
        self.write(&String::from(element))
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        self.splitter.io().write_all(text.as_bytes())
    }
}

/// What the server is and can do (XEP-0030).
fn info() -> Element {
    let identity = Element::builder("identity", NS_INFO)
        .attr(attr("category"), "server")
        .attr(attr("type"), "im")
        .build();
    Element::builder("query", NS_INFO)
        .append(identity)
        .append_all(service::disco_features(true))
        .build()
}

/// An element with one thing in it.
fn with(name: &str, ns: &str, content: impl Into<Node>) -> Element {
    Element::builder(name, ns).append(content.into()).build()
}
