//! A very small XMPP server for the example to talk to where there is no other: it lets anybody
//! register, log in with PLAIN, change the password and unregister, all without encryption.
//!
//! It listens on the loopback interface, and what it knows is gone when the program ends. It is
//! no model of a server; it only answers what the example asks.

use std::collections::HashMap;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jid::NodePart;
use minidom::{Element, Node};

use crate::splitter::{Splitter, StreamEnd};
use crate::xml::{NS_BIND, NS_CLIENT, NS_REGISTER, NS_SASL, NS_STANZAS, NS_STREAMS, attr};

/// The domain it speaks for.
pub const DOMAIN: &str = "demo.example";

const NS_FEATURE: &str = "http://jabber.org/features/iq-register";
const NS_STREAM_ERRORS: &str = "urn:ietf:params:xml:ns:xmpp-streams";

/// The password of every account.
type Accounts = Arc<Mutex<HashMap<String, String>>>;

/// Starts the server in the background, and tells where it listens.
pub fn start() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let accounts = Accounts::default();
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let accounts = Arc::clone(&accounts);
            let session = Session {
                splitter: Splitter::new(connection),
                accounts,
                user: None,
            };
            // However the connection ends, it is of no interest here: the client tells.
            thread::spawn(move || session.run());
        }
    });
    Ok(address)
}

/// What to do after a stanza.
enum Next {
    GoOn,
    Close,
}

/// Type and condition of a stanza error.
type Refusal = (&'static str, &'static str);

/// One client's stream.
struct Session {
    splitter: Splitter<TcpStream>,
    accounts: Accounts,
    /// Who has logged in.
    user: Option<String>,
}

impl Session {
    fn run(mut self) -> Result<(), StreamEnd> {
        self.open()?;
        loop {
            let element = self.splitter.read()?;
            let next = match element.name() {
                "auth" if element.has_ns(NS_SASL) => self.authenticate(&element)?,
                "iq" if element.has_ns(NS_CLIENT) => self.answer(&element)?,
                _ => Next::GoOn,
            };
            if let Next::Close = next {
                return Ok(self.write("</stream:stream>")?);
            }
        }
    }

    /// Answers the client's stream header with one of its own, and with the features.
    fn open(&mut self) -> Result<(), StreamEnd> {
        self.splitter.read_header()?;
        self.write(&format!(
            "<?xml version='1.0'?><stream:stream from='{DOMAIN}' id='demo' version='1.0' \
             xmlns='{NS_CLIENT}' xmlns:stream='{NS_STREAMS}'>"
        ))?;
        let features = Element::builder("features", NS_STREAMS);
        let features = if self.user.is_some() {
            features.append(Element::bare("bind", NS_BIND))
        } else {
            let plain = with("mechanism", NS_SASL, "PLAIN");
            features
                .append(with("mechanisms", NS_SASL, plain))
                .append(Element::bare("register", NS_FEATURE))
        };
        Ok(self.send(&features.build())?)
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
            ["", name, password] if auth.attr("mechanism") == Some("PLAIN") => prepare(name)
                .filter(|name| self.accounts().get(name).is_some_and(|p| p == password)),
            _ => None,
        };
        if user.is_none() {
            let condition = Element::bare("not-authorized", NS_SASL);
            self.send(&with("failure", NS_SASL, condition))?;
            return Ok(Next::GoOn);
        }
        self.user = user;
        self.send(&Element::bare("success", NS_SASL))?;
        self.splitter.restart();
        self.open()?;
        Ok(Next::GoOn)
    }

    fn answer(&mut self, iq: &Element) -> Result<Next, StreamEnd> {
        let Some(payload) = iq.children().next() else {
            return Ok(Next::GoOn);
        };
        let answer = match (iq.attr("type"), payload.name()) {
            (Some("get"), "query") if payload.has_ns(NS_REGISTER) => Ok(Some(self.form())),
            (Some("set"), "query") if payload.has_child("remove", NS_REGISTER) => {
                return self.remove(iq);
            }
            (Some("set"), "query") if payload.has_ns(NS_REGISTER) => {
                self.register(payload).map(|()| None)
            }
            (Some("set"), "bind") => self.bind().map(Some),
            (Some("get" | "set"), _) => Err(("cancel", "service-unavailable")),
            // An answer, where nothing was asked.
            _ => return Ok(Next::GoOn),
        };
        self.reply(iq, answer)?;
        Ok(Next::GoOn)
    }

    /// What is to be filled in, or what is on file.
    fn form(&self) -> Element {
        const HOW: &str = "Choose a name and a password.";
        let query = Element::builder("query", NS_REGISTER);
        let query = match &self.user {
            Some(name) => query
                .append(Element::bare("registered", NS_REGISTER))
                .append(with("username", NS_REGISTER, name.as_str())),
            None => query
                .append(with("instructions", NS_REGISTER, HOW))
                .append(Element::bare("username", NS_REGISTER)),
        };
        query.append(Element::bare("password", NS_REGISTER)).build()
    }

    /// Makes an account, or changes the password of one's own.
    fn register(&self, query: &Element) -> Result<(), Refusal> {
        let value = |name| {
            let field = query.get_child(name, NS_REGISTER);
            field.map(Element::text).unwrap_or_default()
        };
        let (name, password) = (prepare(&value("username")), value("password"));
        let Some(name) = name.filter(|_| !password.is_empty()) else {
            return Err(("modify", "not-acceptable"));
        };
        let mut accounts = self.accounts();
        match &self.user {
            Some(user) if *user != name => return Err(("auth", "forbidden")),
            None if accounts.contains_key(&name) => return Err(("cancel", "conflict")),
            _ => {}
        }
        accounts.insert(name, password);
        Ok(())
    }

    /// Removes the account, and with it the right to this stream.
    fn remove(&mut self, iq: &Element) -> Result<Next, StreamEnd> {
        let Some(user) = self.user.take() else {
            self.reply(iq, Err(("auth", "registration-required")))?;
            return Ok(Next::GoOn);
        };
        self.accounts().remove(&user);
        self.reply(iq, Ok(None))?;
        let condition = Element::bare("not-authorized", NS_STREAM_ERRORS);
        self.send(&with("error", NS_STREAMS, condition))?;
        Ok(Next::Close)
    }

    fn bind(&self) -> Result<Element, Refusal> {
        let user = self.user.as_ref().ok_or(("cancel", "not-allowed"))?;
        let jid = with("jid", NS_BIND, format!("{user}@{DOMAIN}/demo"));
        Ok(with("bind", NS_BIND, jid))
    }

    fn reply(&mut self, iq: &Element, answer: Result<Option<Element>, Refusal>) -> io::Result<()> {
        let kind = if answer.is_ok() { "result" } else { "error" };
        let payload = answer.unwrap_or_else(|(kind, condition)| {
            let error = Element::builder("error", NS_CLIENT).attr(attr("type"), kind);
            Some(error.append(Element::bare(condition, NS_STANZAS)).build())
        });
        let reply = Element::builder("iq", NS_CLIENT)
            .attr(attr("type"), kind)
            .attr(attr("id"), iq.attr("id"))
            .attr(attr("from"), DOMAIN);
        self.send(&reply.append_all(payload).build())
    }

    fn accounts(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&mut self, element: &Element) -> io::Result<()> {
        let mut xml = Vec::new();
        element.write_to(&mut xml).map_err(io::Error::other)?;
        self.splitter.io().write_all(&xml)
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        self.splitter.io().write_all(text.as_bytes())
    }
}

/// An element with one thing in it.
fn with(name: &str, ns: &str, content: impl Into<Node>) -> Element {
    Element::builder(name, ns).append(content.into()).build()
}

/// A user name as accounts are kept under, so that none differs from another by case alone.
fn prepare(name: &str) -> Option<String> {
    NodePart::new(name)
        .ok()
        .map(|name| name.into_owned().into_inner())
}
