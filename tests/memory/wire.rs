//! The transport: stanzas come and go aside, and what goes is looked at.

use minidom::Element;
use xmpp_registration::{
    Channel, Config, Event, Form, Handled, IdPrefix, Output, Peer, RegistrationMachine,
};

use crate::common::xml;
use crate::heap;

/// Each has a letter in it, all over, that nothing else has: then the search is quick.
pub const PASSWORD: &str = "~f84d5b5~5470917~0ac29b7~97c50dd";
pub const OTHER: &str = "~1310ba6~8dfb5ac~ffd72db~01adfb7";
pub const OLD: &str = "~8e1afed~a267e96~a7c9045~12c7f99";
pub const TOKEN: &str = "~4a19947~3916cf7~801f2e2~58efc16";
pub const ANSWER: &str = "~36920d8~1574e69~458fea3~4933d7e";
pub const KEY: &str = "~d95748f~28eb658~18bcd58~2154aee";
pub const PRIVATE: &str = "~b54a41d~25a59b5~c30d539~af26013";
pub const ON_FILE: &str = "~5d1b023~86085f0~a417918~8db38ef";

pub const ALL: [&str; 8] = [PASSWORD, OTHER, OLD, TOKEN, ANSWER, KEY, PRIVATE, ON_FILE];

pub const CONFLICT: &str =
    "<error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";

pub struct Client {
    pub machine: RegistrationMachine,
    pub id: String,
}

pub fn config(peer: Peer) -> Config {
    Config::new(peer, IdPrefix::new("p").unwrap(), Channel::Encrypted)
}

pub fn server() -> Config {
    config(Peer::server("example.com").unwrap())
}

pub fn account() -> Config {
    config(Peer::account("juliet@example.com/balcony".parse().unwrap()))
}

impl Client {
    pub fn new(machine: RegistrationMachine) -> Self {
        let id = String::new();
        Client { machine, id }
    }

    /// A machine that has its form, whose query holds this.
    #[track_caller]
    pub fn with_form(inner: &str) -> (Self, Form) {
        let mut client = Client::new(RegistrationMachine::register(server()));
        client.sends(&[]);
        client.query("result", inner, "");
        let form = client.form();
        (client, form)
    }

    /// The next stanza holds exactly these of the secrets; once it is gone, none is left but in so many blocks of the
    /// caller's own.
    #[track_caller]
    pub fn sends_and_keeps(&mut self, secrets: &[&str], kept: usize) {
        let Some(Output::Send(stanza)) = self.machine.poll_output() else {
            panic!("nothing to send");
        };
        heap::check("handed out", kept + secrets.len());
        heap::aside(|| {
            let text = String::from(&stanza);
            for secret in ALL {
                assert_eq!(text.contains(secret), secrets.contains(&secret), "{secret}");
            }
            stanza.attr("id").unwrap().clone_into(&mut self.id);
            drop(stanza);
        });
        heap::check("sent", kept);
    }

    #[track_caller]
    pub fn sends(&mut self, secrets: &[&str]) {
        self.sends_and_keeps(secrets, 0);
    }

    /// The reply comes, with this in its query and behind it.
    #[track_caller]
    pub fn query(&mut self, kind: &str, inner: &str, behind: &str) {
        let query = || format!("<query xmlns='jabber:iq:register'>{inner}</query>{behind}");
        self.reply(kind, &heap::aside(query));
    }

    #[track_caller]
    pub fn reply(&mut self, kind: &str, inner: &str) {
        let stanza =
            heap::aside(|| parse(&format!("<iq type='{kind}' id='{}'>{inner}</iq>", self.id)));
        assert_eq!(self.machine.handle_stanza(&stanza), Handled::Consumed);
        heap::aside(|| drop(stanza));
        assert_eq!(heap::freed(), 0, "while the reply was read");
    }

    #[track_caller]
    pub fn form(&mut self) -> Form {
        match self.machine.poll_output() {
            Some(Output::Event(
                Event::FormOffered(form)
                | Event::Refused {
                    form: Some(form), ..
                },
            )) => form,
            other => panic!("{other:?} instead of a form"),
        }
    }

    #[track_caller]
    pub fn submits(&mut self, form: Form) {
        self.machine.submit(form.finish().unwrap()).unwrap();
    }

    /// It succeeds, and nothing is left.
    #[track_caller]
    pub fn ends(mut self) {
        self.reply("result", "");
        let event = self.machine.poll_output();
        assert!(
            matches!(event, Some(Output::Event(Event::Succeeded(_)))),
            "{event:?}"
        );
        drop((event, self));
        heap::check("at the end", 0);
    }
}

/// The test's own text of it is somebody else's too: call it aside.
pub fn parse(text: &str) -> Element {
    xml::parse(text)
}

/// A data form with these fields.
pub fn x(fields: &str) -> String {
    format!("<x xmlns='jabber:x:data' type='form'>{fields}</x>")
}
