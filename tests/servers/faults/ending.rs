//! What must hold when a conversation is over.

use xmpp_registration::{Event, Handled, Misuse};

use super::live::Live;
use super::position::{Moment, Position};
use crate::common::xml;

/// What came of a conversation.
pub struct Outcome {
    pub positions: Vec<Position>,
    pub is_ended_by_fault: bool,
    pub is_in_doubt: bool,
    /// The truth: whether the server did what it was asked for. None: it was cut off in the middle of it.
    pub is_done: Option<bool>,
}

/// Checks what was told, that nothing is told after it, and that it is true.
pub fn judge(mut live: Live<'_>) -> Outcome {
    assert_eq!(live.told, live.expected);
    hear_out(&mut live);
    nothing_follows(&mut live);
    let is_done = live.plan.is_done(live.server, &live.user);
    if let Some(known) = live.is_done {
        assert_eq!(is_done, known, "the server does not do what it says");
    }
    is_true(&live, is_done);
    Outcome {
        positions: live.positions,
        is_ended_by_fault: live.is_ended_by_fault,
        is_in_doubt: live.is_in_doubt,
        is_done: live.is_done,
    }
}

/// What the server still says is nothing to the machine.
fn hear_out(live: &mut Live<'_>) {
    let is_sent = live.is_ended_by_fault && live.moment() == Moment::Sent;
    if is_sent && live.stream.is_some() {
        live.hear();
    }
    if let Some(reply) = live.reply.take() {
        assert_eq!(live.transcript.feed(&reply), Handled::NotMine);
    }
    let Some(stream) = live.stream.as_mut().filter(|_| live.is_done == Some(true)) else {
        return;
    };
    // It ends the stream of an account that is gone.
    if live.plan.removes() {
        while let Ok(element) = stream.read() {
            if element.is("error", xml::NS_STREAM) {
                live.transcript.machine.handle_stream_error(&element);
            } else {
                assert_eq!(live.transcript.feed(&element), Handled::NotMine);
            }
        }
    }
}

fn nothing_follows(live: &mut Live<'_>) {
    let id = live.id();
    let late = xml::parse(&format!("<iq type='result' id='{id}'/>"));
    assert_eq!(live.transcript.feed(&late), Handled::NotMine);
    let machine = &mut live.transcript.machine;
    let handled = machine.handle_malformed_iq(&id, None, Some("error"));
    assert_eq!(handled, Handled::NotMine);
    machine.handle_timeout();
    machine.handle_stream_error(&xml::parse("<stream:error/>"));
    machine.handle_disconnect();
    assert_eq!(machine.request_form(), Err(Misuse::Finished));
    assert!(machine.is_finished() && !machine.is_awaiting_reply());
    live.transcript.assert_quiet("after the end");
}

/// Whether the machine's last word fits the truth.
fn is_true(live: &Live<'_>, is_done: bool) {
    match live.end.as_ref().expect("the task is over") {
        Event::Succeeded(_) => assert!(is_done || live.was_lied_to, "it was not done"),
        Event::Failed(failure) => {
            assert_eq!(failure.in_doubt(), live.is_in_doubt);
            assert!(!is_done || failure.in_doubt(), "it was done");
        }
        other => panic!("no end that was planned: {other:?}"),
    }
}
