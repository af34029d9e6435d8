//! What goes wrong, and what the machine must make of it.

use minidom::Element;
use xmpp_registration::Handled;

use super::live::Live;
use super::position::{Moment, Position};
use crate::common::{PREFIX, xml};
use crate::harness::DOMAIN;

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Cut,
    /// The connection breaks in the middle of the request.
    CutShort,
    TimeOut,
    StreamError,
    /// The stream error that says that an account is gone.
    Deletion,
    /// The transport could not even tell the type of what came.
    Unreadable,
    /// The transport could tell the type of the server's reply, and no more.
    Garbled,
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

/// What the machine must make of it.
pub enum Effect {
    Nothing,
    /// One event more.
    Tells(String),
    /// Another event in the place of the next one.
    TellsInstead(String),
    /// The task has failed.
    Ends(String),
    /// The task is done.
    Succeeds(String),
}

impl Fault {
    pub const ALL: [Fault; 12] = [
        Fault::Cut,
        Fault::CutShort,
        Fault::TimeOut,
        Fault::StreamError,
        Fault::Deletion,
        Fault::Unreadable,
        Fault::Garbled,
        Fault::ForgedResult,
        Fault::ForgedError,
        Fault::Reflection,
        Fault::Doubling,
        Fault::Reordering,
    ];

    /// Whether it makes sense there.
    pub fn can_strike(self, position: &Position) -> bool {
        match self {
            Fault::Cut
            | Fault::TimeOut
            | Fault::StreamError
            | Fault::Deletion
            | Fault::Reordering => true,
            Fault::CutShort => position.moment == Moment::HandedOut,
            Fault::Garbled => position.moment == Moment::Answered,
            // Before that there is no id to use.
            Fault::Unreadable | Fault::ForgedResult | Fault::ForgedError | Fault::Reflection => {
                position.requests > 0
            }
            Fault::Doubling => position.replies > 0,
        }
    }

    /// Puts it into a conversation.
    pub fn strike(self, live: &mut Live<'_>) -> Effect {
        match self {
            Fault::Cut => cut(live),
            Fault::CutShort => cut_short(live),
            Fault::TimeOut => {
                live.transcript.machine.handle_timeout();
                // Where no reply is awaited it is none.
                if live.awaited.is_some() {
                    ends(live, "TimedOut")
                } else {
                    Effect::Nothing
                }
            }
            Fault::StreamError => stream_error(live, "system-shutdown"),
            Fault::Deletion => {
                let effect = stream_error(live, "not-authorized");
                if live.awaited.is_some_and(|it| it.removes) {
                    Effect::Succeeds("Unregistered".into())
                } else {
                    effect
                }
            }
            Fault::Unreadable => unreadable(live),
            Fault::Garbled => garbled(live),
            Fault::ForgedResult => forge(live, "result", ""),
            Fault::ForgedError => forge(
                live,
                "error",
                "<error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
            ),
            Fault::Reflection => {
                let own = live.transcript.last.clone().expect("a request was sent");
                ignores(live, &own, "Reflected", Handled::NotMine)
            }
            Fault::Doubling => {
                let reply = live.replied.clone().expect("a reply was delivered");
                let reason = repetition(live);
                ignores(live, &reply, reason, Handled::Consumed)
            }
            Fault::Reordering => {
                let next = live.serial() + 1;
                let early = xml::parse(&format!("<iq type='result' id='{PREFIX}-{next}'/>"));
                assert_eq!(live.transcript.feed(&early), Handled::NotMine);
                Effect::Nothing
            }
        }
    }
}

fn cut(live: &mut Live<'_>) -> Effect {
    let stream = live.stream.take().expect("it was not cut before");
    if live.moment() == Moment::Sent {
        // The machine hears no more, but what was sent arrives all the same.
        if let Some(reply) = stream.hang_up() {
            live.learn(&reply);
        }
    }
    live.transcript.machine.handle_disconnect();
    ends(live, "Disconnected")
}

fn cut_short(live: &mut Live<'_>) -> Effect {
    let request = live.transcript.last.as_ref().map(String::from);
    let request = request.expect("it was handed out");
    let mut stream = live.stream.take().expect("it was not cut before");
    stream.write(&request.as_bytes()[..request.len() - 1]);
    assert!(stream.hang_up().is_none(), "it was no whole request");
    live.transcript.machine.handle_disconnect();
    ends(live, "Disconnected")
}

fn stream_error(live: &mut Live<'_>, condition: &str) -> Effect {
    let condition_element = format!("<{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>");
    let error = xml::parse(&format!("<stream:error>{condition_element}</stream:error>"));
    live.transcript.machine.handle_stream_error(&error);
    ends(live, &format!("StreamError({condition})"))
}

/// Whatever ends the task: what was sent to change something may have been done.
fn ends(live: &Live<'_>, name: &str) -> Effect {
    if live.is_over() {
        Effect::Nothing
    } else if live.awaited.is_some_and(|it| it.changes) {
        Effect::Ends(format!("OutcomeUnknown({name})"))
    } else {
        Effect::Ends(name.into())
    }
}

fn unreadable(live: &mut Live<'_>) -> Effect {
    let handled = malformed(live, None);
    if live.is_over() {
        assert_eq!(handled, Handled::NotMine);
        return Effect::Nothing;
    }
    assert_eq!(handled, Handled::Consumed);
    match live.awaited {
        Some(awaited) if awaited.changes => Effect::Ends("OutcomeUnknown(Unreadable)".into()),
        Some(_) => Effect::Ends("Protocol(Unreadable)".into()),
        None => Effect::Tells(format!("Ignored({})", repetition(live))),
    }
}

/// To a request for a form, no reply without one is of use; to a change, its type is enough.
fn garbled(live: &mut Live<'_>) -> Effect {
    let reply = live.reply.take().expect("the server answered");
    let kind = reply.attr("type").expect("a reply has a type").to_owned();
    assert_eq!(malformed(live, Some(&kind)), Handled::Consumed);
    let is_set = live.awaited.is_some_and(|it| it.is_set);
    let effect = match live.next_event().split_once('(') {
        _ if !is_set => Effect::Ends("Protocol(Unreadable)".into()),
        Some((what, condition)) => {
            let rest = condition.trim_start_matches(|it| it != ',' && it != ')');
            Effect::TellsInstead(format!("{what}(undefined-condition{rest}"))
        }
        None => Effect::Nothing,
    };
    live.delivered(reply);
    effect
}

fn malformed(live: &mut Live<'_>, kind: Option<&str>) -> Handled {
    let (id, sender) = (live.id(), live.plan.room());
    let machine = &mut live.transcript.machine;
    machine.handle_malformed_iq(&id, sender, kind)
}

fn forge(live: &mut Live<'_>, kind: &str, inside: &str) -> Effect {
    let id = live.id();
    // For a service not even one's own server may speak.
    let sender = live.plan.room().map_or("evil.example", |_| DOMAIN);
    let forged = format!("<iq type='{kind}' id='{id}' from='{sender}'>{inside}</iq>");
    ignores(live, &xml::parse(&forged), "WrongSender", Handled::NotMine)
}

/// Why a reply to the last request but one, or to the last one, does not count.
fn repetition(live: &Live<'_>) -> &'static str {
    match live.moment() {
        Moment::Queued | Moment::HandedOut | Moment::Sent | Moment::Answered => "Late",
        Moment::Delivered | Moment::Told => "Duplicate",
    }
}

/// A stanza that does not count: at most it is told that it was ignored.
fn ignores(live: &mut Live<'_>, stanza: &Element, reason: &str, verdict: Handled) -> Effect {
    let handled = live.transcript.feed(stanza);
    if live.is_over() {
        assert_eq!(handled, Handled::NotMine);
        return Effect::Nothing;
    }
    assert_eq!(handled, verdict);
    Effect::Tells(format!("Ignored({reason})"))
}
