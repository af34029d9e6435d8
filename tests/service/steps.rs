//! A service under test, and what every test does with it.

use minidom::Element;
use xmpp_registration::Handled;
use xmpp_registration::service::{
    DataForm, Fields, FormField, FormRequest, Offer, RegistrationService, Requester, ServiceConfig,
    ServiceEvent, ServiceOutput, Submission, TokenRequest,
};
use xmpp_registration::{FieldKind, jid};

use crate::common::xml;

pub const STREAM: u64 = 1;
pub const BILL: &str = "bill@shakespeare.lit/globe";
pub const JULIET: &str = "juliet@capulet.com/balcony";

pub struct Host {
    pub service: RegistrationService,
    /// Texts that must never be seen, but in `Submission::value` and `TokenRequest::token`.
    pub secrets: Vec<&'static str>,
}

pub fn server_config() -> ServiceConfig {
    ServiceConfig::server("shakespeare.lit").expect("a domain")
}

pub fn server() -> Host {
    host(server_config())
}

pub fn contests() -> Host {
    let address = jid::Jid::new("contests.shakespeare.lit").expect("a JID");
    host(ServiceConfig::service(address))
}

pub fn host(config: ServiceConfig) -> Host {
    Host {
        service: RegistrationService::new(config),
        secrets: vec![
            "Calliope",
            "newpass",
            "theglobe",
            "groundlings",
            "t0ken",
            "7nHL3",
        ],
    }
}

/// The fields of XEP-0077's first example.
pub fn plain_offer() -> Offer {
    Offer::builder()
        .instructions("Choose a username and password")
        .fields(Fields::of(["username", "password", "email"]))
        .build()
        .expect("a good offer")
}

/// A data form with a user name and a password.
pub fn account_form() -> DataForm {
    DataForm::new()
        .field(FormField::new(FieldKind::TextSingle, "username").required())
        .field(FormField::new(FieldKind::TextPrivate, "password").required())
}

pub fn stream() -> Requester {
    Requester::Stream(STREAM)
}

pub fn account(jid: &str) -> Requester {
    Requester::Account(jid.parse::<jid::Jid>().expect("a JID").to_bare())
}

impl Host {
    /// A stanza comes: one with a `from` after login, one without before.
    #[track_caller]
    pub fn comes(&mut self, stanza: &str) {
        assert_eq!(self.feed(stanza), Handled::Consumed, "{stanza}");
    }

    #[track_caller]
    pub fn is_not_mine(&mut self, stanza: &str) {
        assert_eq!(self.feed(stanza), Handled::NotMine, "{stanza}");
        self.is_quiet();
    }

    #[track_caller]
    pub fn feed(&mut self, stanza: &str) -> Handled {
        let stanza = xml::parse(stanza);
        if stanza.attr("from").is_some() {
            self.service.handle_stanza(&stanza)
        } else {
            self.service.handle_stanza_before_login(STREAM, &stanza)
        }
    }

    #[track_caller]
    pub fn poll(&mut self) -> Option<ServiceOutput> {
        self.is_discreet(&format!("{:?}", self.service));
        let output = self.service.poll_output()?;
        self.is_discreet(&format!("{output:?}"));
        if let ServiceOutput::Send { stanza, .. } = &output {
            self.is_discreet(&String::from(stanza));
        }
        Some(output)
    }

    #[track_caller]
    fn is_discreet(&self, shown: &str) {
        for secret in &self.secrets {
            assert!(!shown.contains(secret), "a secret in {shown}");
        }
    }

    #[track_caller]
    pub fn event(&mut self) -> ServiceEvent {
        match self.poll() {
            Some(ServiceOutput::Event(event)) => event,
            Some(ServiceOutput::Send { stanza, .. }) => {
                panic!("no event, but {}", String::from(&stanza))
            }
            None => panic!("no event"),
        }
    }

    #[track_caller]
    pub fn form_request(&mut self) -> FormRequest {
        match self.event() {
            ServiceEvent::FormRequested(request) => request,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    pub fn submission(&mut self) -> Submission {
        match self.event() {
            ServiceEvent::Submitted(request) => request,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    pub fn token(&mut self) -> TokenRequest {
        match self.event() {
            ServiceEvent::TokenPresented(request) => request,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    pub fn stanza(&mut self) -> (Requester, Element) {
        match self.poll() {
            Some(ServiceOutput::Send { to, stanza }) => (to, stanza),
            other => panic!("nothing to send, but {other:?}"),
        }
    }

    /// Exactly this is sent, and nothing more is to be done.
    #[track_caller]
    pub fn sends(&mut self, wanted: &str) {
        let (_, got) = self.stanza();
        let wanted = xml::canonical(&xml::parse(wanted));
        assert_eq!(xml::canonical(&got), wanted);
        self.is_quiet();
    }

    /// An error of this condition and type is sent, with the text that is given back.
    #[track_caller]
    pub fn refuses(&mut self, condition: &str, kind: &str) -> String {
        let (_, stanza) = self.stanza();
        let shown = String::from(&stanza);
        assert_eq!(stanza.attr("type"), Some("error"), "{shown}");
        assert_eq!(stanza.children().count(), 1, "an echo in {shown}");
        let error = stanza.children().next().expect("an error");
        assert_eq!(error.attr("type"), Some(kind), "{shown}");
        let mut parts = error.children();
        assert_eq!(parts.next().map(Element::name), Some(condition), "{shown}");
        self.is_quiet();
        parts.next().map(Element::text).unwrap_or_default()
    }

    #[track_caller]
    pub fn is_quiet(&mut self) {
        let left = self.poll();
        assert!(left.is_none(), "left over: {left:?}");
    }

    /// The requester asks for the form and gets this offer, which is given back as it was sent.
    #[track_caller]
    pub fn offers(&mut self, get: &str, offer: &Offer) -> Element {
        self.comes(get);
        let request = self.form_request();
        let _ = self.service.offer(request, offer).expect("its own request");
        self.stanza().1
    }
}

/// A get, before login.
pub fn get() -> &'static str {
    "<iq type='get' id='reg1' to='shakespeare.lit'><query xmlns='jabber:iq:register'/></iq>"
}

/// A get of an account.
pub fn get_from(from: &str) -> String {
    format!("<iq type='get' id='reg1' from='{from}'><query xmlns='jabber:iq:register'/></iq>")
}

/// A set of a stream before login with this in the query.
pub fn set(inner: &str) -> String {
    format!("<iq type='set' id='reg2'><query xmlns='jabber:iq:register'>{inner}</query></iq>")
}

/// A set of an account with this in the query.
pub fn set_from(from: &str, inner: &str) -> String {
    format!(
        "<iq type='set' id='reg2' from='{from}'><query xmlns='jabber:iq:register'>{inner}</query></iq>"
    )
}

/// A data form of type submit with these fields; `FORM_TYPE` is `jabber:iq:register`.
pub fn submit(fields: &[(&str, &str)]) -> String {
    let mut all = String::new();
    for (var, value) in [("FORM_TYPE", "jabber:iq:register")].iter().chain(fields) {
        all.push_str(&format!(
            "<field var='{var}'><value>{value}</value></field>"
        ));
    }
    format!("<x xmlns='jabber:x:data' type='submit'>{all}</x>")
}
