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
                    shrug(live, &reply, &REPEATED, Handled::Consumed);
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

/// The reply has come, and nobody knows what it is; or another one that does not count.
fn unreadable(live: &mut Live<'_>) {
    let id = live.transcript.last.as_ref().and_then(|it| it.attr("id"));
    let id = id.expect("every request has an id").to_owned();
    let sender = live.target.sender();
    let before = state(live);
    let machine = &mut live.transcript.machine;
    let handled = machine.handle_malformed_iq(&id, sender.as_deref(), None);
    if before != (true, false) {
        shrugged(live, before, handled, &REPEATED, Handled::Consumed);
        return;
    }
    let wanted = if live.is_changing() {
        "OutcomeUnknown(Unreadable)"
    } else {
        "Protocol(Unreadable)"
    };
    assert_eq!(handled, Handled::Consumed);
    let event = live.transcript.event().map(|event| names::name(&event));
    assert_eq!(event.as_deref(), Some(wanted));
    live.transcript.assert_quiet("an unreadable reply");
    live.over(event);
}

/// A reply to the last request, or to the one before it, that has come already.
const REPEATED: [&str; 2] = ["Ignored(Late)", "Ignored(Duplicate)"];

/// Whether a reply is awaited, and whether it is over.
fn state(live: &Live<'_>) -> (bool, bool) {
    let machine = &live.transcript.machine;
    (machine.is_awaiting_reply(), machine.is_finished())
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
fn shrug(live: &mut Live<'_>, stanza: &Element, told: &[&'static str], verdict: Handled) {
    let before = state(live);
    let handled = live.transcript.feed(stanza);
    shrugged(live, before, handled, told, verdict);
}

fn shrugged(
    live: &mut Live<'_>,
    before: (bool, bool),
    handled: Handled,
    told: &[&'static str],
    verdict: Handled,
) {
    let (_, over) = before;
    let told = if over { &[] } else { told };
    assert_eq!(handled, if over { Handled::NotMine } else { verdict });
    assert_eq!(state(live), before);
    live.owes(told.to_vec());
}
