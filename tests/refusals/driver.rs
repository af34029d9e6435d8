//! A machine, and what comes to it.

use minidom::Element;
use xmpp_registration::{
    Channel, Config, Event, Form, Handled, IdPrefix, Output, Peer, RegistrationMachine,
};

pub fn config(peer: Peer) -> Config {
    Config::new(peer, IdPrefix::new("p").unwrap(), Channel::Encrypted)
}

pub fn server() -> Config {
    config(Peer::server("example.com").unwrap())
}

pub fn account() -> Config {
    config(Peer::account("juliet@example.com/balcony".parse().unwrap()))
}

pub fn service() -> Config {
    let me: jid::FullJid = "juliet@example.com/balcony".parse().unwrap();
    config(Peer::service("gateway.example.net".parse().unwrap(), me).unwrap())
}

pub struct Driver {
    pub machine: RegistrationMachine,
    pub serial: u32,
    pub from: &'static str,
}

impl Driver {
    pub fn new(machine: RegistrationMachine) -> Self {
        Driver {
            machine,
            serial: 0,
            from: "",
        }
    }

    #[track_caller]
    pub fn sent(&mut self) -> Element {
        match self.machine.poll_output() {
            Some(Output::Send(stanza)) => {
                self.serial += 1;
                assert_eq!(stanza.attr("id"), Some(&*format!("p-{}", self.serial)));
                stanza
            }
            other => panic!("nothing to send, but {other:?}"),
        }
    }

    #[track_caller]
    pub fn reply(&mut self, kind: &str, inner: &str) -> Event {
        let (from, serial) = (self.from, self.serial);
        let iq =
            format!("<iq xmlns='jabber:client' type='{kind}' id='p-{serial}' {from}>{inner}</iq>");
        assert_eq!(
            self.machine.handle_stanza(&iq.parse().unwrap()),
            Handled::Consumed
        );
        self.event()
    }

    #[track_caller]
    pub fn event(&mut self) -> Event {
        let Some(Output::Event(event)) = self.machine.poll_output() else {
            panic!("no event")
        };
        assert!(event.is_terminal() == self.machine.is_finished());
        event
    }

    /// From the request to the form.
    #[track_caller]
    pub fn form(&mut self, fields: &str) -> Form {
        self.sent();
        let query = format!("<query xmlns='jabber:iq:register'>{fields}</query>");
        match self.reply("result", &query) {
            Event::FormOffered(form) => form,
            other => panic!("no form, but {other:?}"),
        }
    }

    #[track_caller]
    pub fn submit(&mut self, form: Form) -> Element {
        self.machine.submit(form.finish().unwrap()).unwrap();
        self.sent()
    }
}

/// A registration whose submission is out.
#[track_caller]
pub fn submitted(config: Config, fields: &str) -> Driver {
    let mut driver = Driver::new(RegistrationMachine::register(config));
    let mut form = driver.form(fields);
    form.answer_each(|field| {
        field
            .value()
            .is_none()
            .then(|| format!("typed-{}", field.name().unwrap()).into())
    })
    .unwrap();
    driver.submit(form);
    driver
}

pub const PLAIN: &str = "<username/><password/><email/>";

pub fn error(kind: &str, condition: &str) -> String {
    format!(
        "<error type='{kind}'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
    )
}

pub fn alternative(fields: &str) -> String {
    format!(
        "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>{fields}</x></query>"
    )
}
