//! What goes wrong between the delivery of a reply and the asking what it means.

use minidom::Element;
use xmpp_registration::{Handled, Output};

use super::expect::{self, TOKEN_TAKEN};
use super::faults::{Fault, REPEATED, garble};
use super::whole::Live;
use crate::common::names;

/// Delivers a reply, puts a fault behind it, asks only then, and lets the stream end. Gives the terminal event if it was
/// the fault that brought it.
pub fn strike(live: &mut Live<'_>, fault: Fault, reply: &Element, raw: &str) -> Option<String> {
    let expected = expect::reply(raw, live.task, &live.target, live.offer);
    let reply = live.transcript.under_my_id(reply);
    assert_eq!(live.transcript.feed(&reply), expected.verdict);
    let counts = expected.verdict == Handled::Consumed;
    if counts {
        live.replied = Some(reply);
        live.pending = None;
    }
    let name = expected.name.expect("every reply under an id is told");
    let is_over = cut(live, "Disconnected", &name).is_none();
    let name = &*name;
    let what = Behind {
        name,
        counts,
        is_over,
    };
    let (behind, end) = behind(live, fault, what);
    // Where the task ends, the request for the form that follows a token is not sent any more.
    let is_dropped = end.is_some() && name == TOKEN_TAKEN;
    let before = Some(name.to_owned()).filter(|_| !is_dropped);
    let wanted: Vec<String> = before.into_iter().chain(behind).collect();
    assert_eq!(told(live), wanted);
    if !is_over && end.is_none() {
        let wanted: Vec<String> = cut(live, "Disconnected", name).into_iter().collect();
        live.transcript.machine.handle_disconnect();
        assert_eq!(told(live), wanted);
    }
    assert!(live.transcript.machine.is_finished());
    end
}

/// What a fault comes behind: a reply of this name, whether it is the one that was waited for, and whether that is the end.
#[derive(Clone, Copy)]
struct Behind<'n> {
    name: &'n str,
    counts: bool,
    is_over: bool,
}

/// Puts the fault behind a reply: what is told behind the reply, and whether that is the end.
fn behind(
    live: &mut Live<'_>,
    fault: Fault,
    Behind {
        name,
        counts,
        is_over,
    }: Behind<'_>,
) -> (Option<String>, Option<String>) {
    let end = if let Some(cause) = fault.cause() {
        fault.end(&mut live.transcript.machine);
        // A timeout is nothing where no reply is awaited.
        cut(live, &cause, name).filter(|_| fault != Fault::TimeOut || !counts)
    } else if fault == Fault::Unreadable && !counts {
        assert_eq!(garble(live), Handled::Consumed);
        Some(live.end_by_unreadable().into())
    } else {
        let again = if counts && name != TOKEN_TAKEN {
            "Ignored(Duplicate)"
        } else {
            // To a request before the one that is out, or waits.
            "Ignored(Late)"
        };
        let told = stray(live, fault, is_over, again).filter(|_| !is_over);
        return (told.map(String::from), None);
    };
    (end.clone(), end)
}

/// What the end of the stream leads to, behind a reply of this name.
fn cut(live: &Live<'_>, cause: &str, name: &str) -> Option<String> {
    expect::cut(cause, live.task, &live.target, Some(name))
}

/// Something comes that does not count: how it is told while it is not over. `again`: how the last reply is, if it comes
/// twice.
fn stray(
    live: &mut Live<'_>,
    fault: Fault,
    is_over: bool,
    again: &'static str,
) -> Option<&'static str> {
    let (handled, told, verdict) = if fault == Fault::Unreadable {
        (garble(live), Some(again), Handled::Consumed)
    } else {
        let stray = fault.stray(live)?;
        let is_again = stray.told == REPEATED;
        let told = if is_again {
            Some(&again)
        } else {
            stray.told.first()
        };
        (
            live.transcript.feed(&stray.stanza),
            told.copied(),
            stray.verdict,
        )
    };
    assert_eq!(handled, if is_over { Handled::NotMine } else { verdict });
    told
}

/// All that the machine says now.
fn told(live: &mut Live<'_>) -> Vec<String> {
    let mut told = Vec::new();
    while let Some(output) = live.transcript.poll() {
        told.push(match output {
            Output::Send(_) => TOKEN_TAKEN.to_owned(),
            Output::Event(event) => names::name(&event),
        });
    }
    told
}
