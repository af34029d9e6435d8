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
        if let Some(cause) = self.cause() {
            live.cut(&cause, |machine| self.end(machine));
        } else if let Some(stray) = self.stray(live) {
            shrug(live, &stray);
        } else if self == Fault::Unreadable {
            unreadable(live);
        }
    }

    /// Why the task is over, as `expect::cut` wants it; none for what does not end it.
    pub fn cause(self) -> Option<String> {
        let stream_error = |condition: &str| {
            format!(
                "<stream:error xmlns:stream='http://etherx.jabber.org/streams'>\
                 <{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
            )
        };
        match self {
            Fault::Cut => Some("Disconnected".into()),
            Fault::TimeOut => Some("TimedOut".into()),
            Fault::StreamError => Some(stream_error("system-shutdown")),
            Fault::Deletion => Some(stream_error("not-authorized")),
            _ => None,
        }
    }

    /// Tells a machine of the cause.
    pub fn end(self, machine: &mut RegistrationMachine) {
        match self {
            Fault::Cut => machine.handle_disconnect(),
            Fault::TimeOut => machine.handle_timeout(),
            _ => {
                let error = self.cause().expect("the others are stream errors");
                machine.handle_stream_error(&xml::parse(&error));
            }
        }
    }

    /// The stanza that does not count; none where the fault is another, or nothing came that could come twice.
    pub fn stray(self, live: &Live<'_>) -> Option<Stray> {
        let last = live.transcript.last.as_ref();
        let stray = |stanza, told, verdict| Stray {
            stanza,
            told,
            verdict,
        };
        let forged = |inside: &str| {
            let forged = xml::parse(&format!("<iq from='evil.example' {inside}</iq>"));
            let forged = live.transcript.under_my_id(&forged);
            stray(forged, &["Ignored(WrongSender)"], Handled::NotMine)
        };
        match self {
            Fault::ForgedResult => Some(forged("type='result'>")),
            Fault::ForgedError => Some(forged(
                "type='error'><error type='cancel'>\
                 <conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
            )),
            Fault::Reflection => {
                let own = last.cloned().expect("a request was sent");
                Some(stray(own, &["Ignored(Reflected)"], Handled::NotMine))
            }
            Fault::Doubling => {
                let reply = live.replied.clone()?;
                Some(stray(reply, &REPEATED, Handled::Consumed))
            }
            Fault::Reordering => {
                let id = last.and_then(|it| it.attr("id"));
                let parts = id.and_then(|id| id.rsplit_once('-'));
                let (prefix, serial) = parts.expect("an id of ours");
                let next = serial.parse::<u32>().expect("a number") + 1;
                let early = xml::parse(&format!("<iq type='result' id='{prefix}-{next}'/>"));
                Some(stray(early, &[], Handled::NotMine))
            }
            _ => None,
        }
    }
}

/// A stanza that does not count, the ways in which it may be told, and the verdict; after the end, nothing is told of it.
pub struct Stray {
    pub stanza: Element,
    pub told: &'static [&'static str],
    pub verdict: Handled,
}

/// The reply has come, and nobody knows what it is; or another one that does not count.
fn unreadable(live: &mut Live<'_>) {
    let before = state(live);
    let handled = garble(live);
    if before != (true, false) {
        shrugged(live, before, handled, &REPEATED, Handled::Consumed);
        return;
    }
    let wanted = live.end_by_unreadable();
    assert_eq!(handled, Handled::Consumed);
    let event = live.transcript.event().map(|event| names::name(&event));
    assert_eq!(event.as_deref(), Some(wanted));
    live.transcript.assert_quiet("an unreadable reply");
    live.over(event);
}

/// A reply to the last request comes, and its type cannot be told.
pub fn garble(live: &mut Live<'_>) -> Handled {
    let id = live.transcript.last.as_ref().and_then(|it| it.attr("id"));
    let id = id.expect("every request has an id").to_owned();
    let sender = live.target.sender();
    let machine = &mut live.transcript.machine;
    machine.handle_malformed_iq(&id, sender.as_deref(), None)
}

/// A reply to the last request, or to the one before it, that has come already.
pub const REPEATED: [&str; 2] = ["Ignored(Late)", "Ignored(Duplicate)"];

/// Whether a reply is awaited, and whether it is over.
fn state(live: &Live<'_>) -> (bool, bool) {
    let machine = &live.transcript.machine;
    (machine.is_awaiting_reply(), machine.is_finished())
}

/// A stanza that does not count: at most it is told that it was ignored, and everything stays as it was.
fn shrug(live: &mut Live<'_>, stray: &Stray) {
    let before = state(live);
    let handled = live.transcript.feed(&stray.stanza);
    shrugged(live, before, handled, stray.told, stray.verdict);
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
