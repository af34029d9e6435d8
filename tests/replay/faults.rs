//! What goes wrong on a network and on a stream, put into a recorded conversation at any position.

use minidom::Element;
use xmpp_registration::{Handled, RegistrationMachine};

use super::whole::Live;
use crate::common::{names, xml};

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Cut,
    TimeOut,
    StreamError,
    /// The one that says that an account is gone.
    Deletion,
    /// The transport could not even tell the type of the reply.
    Unreadable,
    /// Somebody else answers, to say yes or no.
    ForgedResult,
    ForgedError,
    /// The client hears itself.
    Reflection,
    /// The last reply comes twice.
    Doubling,
    /// A reply comes before its request.
    Reordering,
}

impl Fault {
    pub const ALL: [Fault; 10] = [
        Fault::Cut,
        Fault::TimeOut,
        Fault::StreamError,
        Fault::Deletion,
        Fault::Unreadable,
        Fault::ForgedResult,
        Fault::ForgedError,
        Fault::Reflection,
        Fault::Doubling,
        Fault::Reordering,
    ];

    /// Puts the fault into a conversation.
    pub fn strike(self, live: &mut Live<'_>) {
        let stream_error = |condition: &str| {
            format!(
                "<stream:error xmlns:stream='http://etherx.jabber.org/streams'>\
                 <{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
            )
        };
        match self {
            Fault::Cut => live.cut("Disconnected", RegistrationMachine::handle_disconnect),
            Fault::TimeOut => live.cut("TimedOut", RegistrationMachine::handle_timeout),
            Fault::StreamError | Fault::Deletion => {
                let condition = if self == Fault::Deletion {
                    "not-authorized"
                } else {
                    "system-shutdown"
                };
                let error = stream_error(condition);
                let parsed = xml::parse(&error);
                live.cut(&error, |machine| machine.handle_stream_error(&parsed));
            }
            Fault::Unreadable => unreadable(live),
            Fault::ForgedResult | Fault::ForgedError => forge(live, self == Fault::ForgedError),
            Fault::Reflection => {
                let own = live.transcript.last.clone().expect("a request was sent");
                shrug(live, &own, &["Ignored(Reflected)"], Handled::NotMine);
            }
            Fault::Doubling => {
                if let Some(reply) = live.replied.clone() {
                    let told = ["Ignored(Late)", "Ignored(Duplicate)"];
                    shrug(live, &reply, &told, Handled::Consumed);
                }
            }
            Fault::Reordering => {
                let id = live.transcript.last.as_ref().and_then(|it| it.attr("id"));
                let (prefix, serial) = id
                    .and_then(|id| id.rsplit_once('-'))
                    .expect("an id of ours");
                let next = serial.parse::<u32>().expect("a number") + 1;
                let early = xml::parse(&format!("<iq type='result' id='{prefix}-{next}'/>"));
                shrug(live, &early, &[], Handled::NotMine);
            }
        }
    }
}

/// The reply has come, and nobody knows what it is.
fn unreadable(live: &mut Live<'_>) {
    let id = live.transcript.last.as_ref().and_then(|it| it.attr("id"));
    let id = id.expect("every request has an id").to_owned();
    let sender = live.target.sender();
    if live.pending.is_none() {
        return;
    }
    let machine = &mut live.transcript.machine;
    let handled = machine.handle_malformed_iq(&id, sender.as_deref(), None);
    assert_eq!(handled, Handled::Consumed);
    let doubt = live.is_changing();
    let event = live.transcript.event().expect("it ends the task");
    let name = names::name(&event);
    let wanted = if doubt {
        "OutcomeUnknown(Unreadable)"
    } else {
        "Protocol(Unreadable)"
    };
    assert_eq!(name, wanted);
    live.pending = None;
    live.transcript.assert_quiet("an unreadable reply");
    assert!(live.transcript.machine.is_finished());
}

fn forge(live: &mut Live<'_>, is_error: bool) {
    let inside =
        "<error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
    let forged = if is_error {
        format!("<iq type='error' from='evil.example'>{inside}</iq>")
    } else {
        "<iq type='result' from='evil.example'/>".to_owned()
    };
    let forged = live.transcript.under_my_id(&xml::parse(&forged));
    shrug(live, &forged, &["Ignored(WrongSender)"], Handled::NotMine);
}

/// A stanza that does not count: at most it is told that it was ignored, and everything stays as it was.
fn shrug(live: &mut Live<'_>, stanza: &Element, told: &[&str], verdict: Handled) {
    let awaiting = live.transcript.machine.is_awaiting_reply();
    let over = live.transcript.machine.is_finished();
    let handled = live.transcript.feed(stanza);
    let event = live.transcript.event().map(|event| names::name(&event));
    if over {
        assert_eq!((handled, event), (Handled::NotMine, None));
    } else {
        assert_eq!(handled, verdict);
        let known = event.as_deref().is_none_or(|name| told.contains(&name));
        assert!(known, "{event:?}");
        assert_eq!(event.is_none(), told.is_empty());
    }
    live.transcript.assert_quiet("a stanza that does not count");
    assert_eq!(live.transcript.machine.is_awaiting_reply(), awaiting);
}
