//! The laws that every sequence of calls obeys, one function each.

use std::collections::HashSet;

use minidom::Element;
use xmpp_registration::{Channel, Event, Failure, Field, Output};

use crate::model::Model;
use crate::ops::{Op, SECRETS, SERVICE, Who};
use crate::script::Script;
use crate::world::{Did, World};

/// Hands the name of every law to a macro, so that no one who checks them forgets one.
macro_rules! each_law {
    ($check:ident) => {
        $check! {
            outputs_are_those_of_the_model,
            awaiting_and_finished_agree_with_the_model,
            in_doubt_is_the_truth,
            exactly_one_terminal_event_and_nothing_after_it,
            the_same_calls_give_the_same_outputs,
            polling_events_late_changes_nothing,
            the_end_discards_only_what_was_not_handed_out,
            a_misuse_changes_nothing,
            the_queue_is_bounded,
            ids_are_unique,
            every_send_can_be_written_and_read_back,
            no_secret_is_shown,
            no_secret_comes_back_in_a_form,
            a_removal_goes_only_where_it_was_meant,
            no_secret_is_sent_in_plain_text,
        }
    };
}
pub(crate) use each_law;

/// Both begin, or neither does and the misuse is one of those that the rules name.
fn begin(script: &Script) -> Option<(World, Model)> {
    match (World::begin(script.setup), Model::begin(script.setup)) {
        (Ok(world), Ok(model)) => Some((world, model)),
        (Err(why), Err(any)) => {
            assert!(any.contains(&why), "{why:?} is none of {any:?}");
            None
        }
        (world, model) => panic!(
            "the machine says {:?}, the model {:?}",
            world.err(),
            model.err()
        ),
    }
}

/// Drives a machine alone; afterwards everything is polled.
fn drive(script: &Script, mut after_each: impl FnMut(&World, &Op, &Did)) {
    let Some((mut world, _)) = begin(script) else {
        return;
    };
    for op in script.ops.iter().chain([&Op::Poll(None)]) {
        let did = world.act(op);
        after_each(&world, op, &did);
    }
}

/// Every output, verdict and misuse is the one that the rules ask for.
pub fn outputs_are_those_of_the_model(script: &Script) {
    let Some((mut world, mut model)) = begin(script) else {
        return;
    };
    for (at, op) in script.ops.iter().chain([&Op::Poll(None)]).enumerate() {
        let expected = model.act(op);
        let did = world.act(op);
        assert!(
            did.agrees_with(&expected),
            "call {at}, {op:?}:\n  did      {did:?}\n  expected {expected:?}"
        );
    }
}

/// `is_awaiting_reply` and `is_finished` say what the rules say, after each call.
pub fn awaiting_and_finished_agree_with_the_model(script: &Script) {
    let Some((mut world, mut model)) = begin(script) else {
        return;
    };
    for (at, op) in script.ops.iter().enumerate() {
        world.act(op);
        model.act(op);
        assert_eq!(
            (
                world.machine.is_awaiting_reply(),
                world.machine.is_finished()
            ),
            (model.is_awaiting(), model.is_finished()),
            "(awaiting, finished) after call {at}, {op:?}"
        );
    }
}

/// `Failure::in_doubt` is true exactly when a `set` that changes something was handed out and not answered.
pub fn in_doubt_is_the_truth(script: &Script) {
    let Some((mut world, mut model)) = begin(script) else {
        return;
    };
    for op in script.ops.iter().chain([&Op::Poll(None)]) {
        world.act(op);
        model.act(op);
        for output in &world.fresh {
            if let Output::Event(Event::Failed(failure)) = output {
                assert_eq!(failure.in_doubt(), model.is_in_doubt(), "{failure:?}");
                let told = matches!(failure, Failure::OutcomeUnknown(_));
                assert_eq!(failure.in_doubt(), told, "{failure:?}");
            }
        }
    }
}

/// However a task goes on, a disconnect ends it: one terminal event, nothing after it, and nothing is ours any more.
pub fn exactly_one_terminal_event_and_nothing_after_it(script: &Script) {
    let mut ended = false;
    let mut script = script.clone();
    let again = script.ops.clone();
    script.ops.extend([Op::Disconnect, Op::Poll(None)]);
    // Then everything once more, to a machine that is over.
    script.ops.extend(again);
    drive(&script, |world, op, did| {
        for output in &world.fresh {
            assert!(!ended, "{output:?} came after the terminal event");
            ended = matches!(output, Output::Event(event) if event.is_terminal());
        }
        assert_eq!(world.machine.is_finished(), ended, "after {op:?}");
        if ended {
            assert_ne!(*did, Did::Consumed(true), "{op:?} was taken after the end");
            assert_ne!(*did, Did::Called(Ok(())), "{op:?} was taken after the end");
            assert!(!world.machine.is_awaiting_reply());
        }
    });
    let begun = World::begin(script.setup).is_ok();
    assert_eq!(ended, begun, "no terminal event came");
}

/// The same calls give the same outputs: equal, with the same `Debug`, and the same bytes to send.
pub fn the_same_calls_give_the_same_outputs(script: &Script) {
    let (Some((mut one, _)), Some((mut other, _))) = (begin(script), begin(script)) else {
        return;
    };
    for op in script.ops.iter().chain([&Op::Poll(None)]) {
        assert_eq!(one.act(op), other.act(op), "{op:?}");
        assert_eq!(one.fresh, other.fresh, "{op:?}");
        assert_eq!(sends(&one), sends(&other), "{op:?}");
        assert_eq!(one.shown, other.shown, "{op:?}");
    }
    one.settle();
    other.settle();
    assert_eq!(one.hand, other.hand);
}

fn sends(world: &World) -> Vec<String> {
    let send = |output: &Output| match output {
        Output::Send(stanza) => Some(String::from(stanza)),
        Output::Event(_) => None,
    };
    world.fresh.iter().filter_map(send).collect()
}

/// Events may wait: whether they are polled at once or when the next request must go out makes no difference.
///
/// What a caller does depends on what it polled, so a `Send` is handed out when the eager caller hands it out, and a
/// form is at hand when it is submitted; everything else waits.
pub fn polling_events_late_changes_nothing(script: &Script) {
    let (Some((mut eager, _)), Some((mut lazy, _))) = (begin(script), begin(script)) else {
        return;
    };
    let (mut at_once, mut late) = (Vec::new(), Vec::new());
    let poll = |world: &mut World, out: &mut Vec<String>| match world.act(&Op::Poll(None)) {
        Did::Polled(words) => {
            let sent = world
                .fresh
                .iter()
                .any(|output| matches!(output, Output::Send(_)));
            out.extend(words);
            sent
        }
        other => panic!("polling brought {other:?}"),
    };
    if poll(&mut eager, &mut at_once) {
        poll(&mut lazy, &mut late);
    }
    for op in &script.ops {
        if matches!(op, Op::Poll(_)) {
            continue;
        }
        if matches!(op, Op::Submit(..)) {
            poll(&mut lazy, &mut late);
        }
        assert_eq!(eager.act(op), lazy.act(op), "{op:?}");
        if poll(&mut eager, &mut at_once) {
            poll(&mut lazy, &mut late);
        }
    }
    poll(&mut lazy, &mut late);
    assert_eq!(at_once, late);
}

/// A terminal input discards the `Send` that was not handed out, and nothing else.
pub fn the_end_discards_only_what_was_not_handed_out(script: &Script) {
    let (Some((mut cut, _)), Some((mut whole, _))) = (begin(script), begin(script)) else {
        return;
    };
    for op in &script.ops {
        assert_eq!(cut.act(op), whole.act(op));
    }
    cut.act(&Op::Disconnect);
    let (Did::Polled(cut), Did::Polled(whole)) =
        (cut.act(&Op::Poll(None)), whole.act(&Op::Poll(None)))
    else {
        panic!("polling brings what there is");
    };
    let events: Vec<_> = whole
        .into_iter()
        .filter(|words| !words.starts_with("send"))
        .collect();
    assert!(cut.starts_with(&events), "{events:?} became {cut:?}");
    assert!(cut.len() <= events.len() + 1, "{events:?} became {cut:?}");
    assert!(!cut.iter().any(|words| words.starts_with("send")));
}

/// A call at the wrong time changes nothing, and the answer comes back as it was.
pub fn a_misuse_changes_nothing(script: &Script) {
    drive(script, |world, op, _| {
        assert_eq!(world.misuse_changed, None, "{op:?}");
    });
}

/// Whoever sends, and however often: what waits to be polled stays little.
pub fn the_queue_is_bounded(script: &Script) {
    // 16 that were ignored, one offer or refusal, one picture, a request of each kind, one end.
    const MOST: usize = 21;
    for polled in [0, script.ops.len() / 3, script.ops.len()] {
        let mut script = script.clone();
        let rest = script.ops.split_off(polled);
        // Four times what is left, and nobody polls.
        let unpolled = rest.iter().filter(|op| !matches!(op, Op::Poll(_)));
        for _ in 0..4 {
            script.ops.extend(unpolled.clone().cloned());
        }
        let mut ignored = 0;
        drive(&script, |world, _, _| {
            assert!(world.fresh.len() <= MOST, "{:?}", world.fresh);
            let is_ignored = |output: &&Output| matches!(output, Output::Event(Event::Ignored(_)));
            ignored += world.fresh.iter().filter(is_ignored).count();
        });
        assert!(ignored <= 16, "{ignored} were told as ignored");
    }
}

/// No two requests have the same id, and each id begins with the prefix.
pub fn ids_are_unique(script: &Script) {
    let mut seen = HashSet::new();
    drive(script, |world, _, _| {
        for output in &world.fresh {
            if let Output::Send(stanza) = output {
                let id = stanza.attr("id").expect("a request has an id");
                assert!(id.starts_with(crate::ops::PREFIX));
                assert!(seen.insert(id.to_string()), "{id} came twice");
            }
        }
    });
}

/// Every request can be written, and is read back as it was.
pub fn every_send_can_be_written_and_read_back(script: &Script) {
    drive(script, |world, _, _| {
        for output in &world.fresh {
            if let Output::Send(stanza) = output {
                let text = String::from(stanza);
                let again: Element = text.parse().expect("what was written can be read");
                assert!(again == *stanza, "another element was read back");
            }
        }
    });
}

/// No secret, of the caller or of the server, shows up in `Debug` or `Display` of anything.
pub fn no_secret_is_shown(script: &Script) {
    drive(script, |world, op, _| {
        for secret in SECRETS {
            assert!(!world.shown.contains(secret), "{secret} after {op:?}");
        }
    });
}

/// A form that comes back, or the next one, holds no secret of the caller.
pub fn no_secret_comes_back_in_a_form(script: &Script) {
    drive(script, |world, _, _| {
        for output in &world.fresh {
            let Output::Event(
                Event::FormOffered(form)
                | Event::Refused {
                    form: Some(form), ..
                },
            ) = output
            else {
                continue;
            };
            for value in form.fields().flat_map(Field::values) {
                let callers = SECRETS[..5].contains(&value);
                assert!(!callers, "{value} came back in {form:?}");
            }
        }
    });
}

/// A removal goes to one's own account, by no address at all, or to the service that was named, and to nobody else.
pub fn a_removal_goes_only_where_it_was_meant(script: &Script) {
    let who = script.setup.who;
    drive(script, |world, _, _| {
        for output in &world.fresh {
            let Output::Send(stanza) = output else {
                continue;
            };
            if !String::from(stanza).contains("<remove") {
                continue;
            }
            match who {
                Who::Server => panic!("a removal was sent before login"),
                Who::Account => assert_eq!(stanza.attr("to"), None),
                Who::Service => assert_eq!(stanza.attr("to"), Some(SERVICE)),
            }
        }
    });
}

/// Over plain text that nobody accepted, no secret of the caller is sent. (A key, and what the server itself had
/// filled in, came over the same channel.)
pub fn no_secret_is_sent_in_plain_text(script: &Script) {
    if script.setup.channel != Channel::Plaintext {
        return;
    }
    drive(script, |world, _, _| {
        for text in sends(world) {
            for secret in [
                crate::ops::PASSWORD,
                crate::ops::OLD_PASSWORD,
                crate::ops::PRIVATE,
            ] {
                assert!(!text.contains(secret), "{secret} was sent in plain text");
            }
        }
    });
}
