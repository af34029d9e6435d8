use super::*;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::println;

mod whole;

/// All values of a type, in a list. It does not compile where one is missing, and warns of one that is there twice.
macro_rules! all {
    ($list:ident: $kind:ident = $($value:ident),+) => {
        const $list: &[$kind] = &[$($kind::$value),+];
        const _: fn($kind) = |value| match value {
            $($kind::$value => {})+
        };
    };
}

all!(WIRES: Wire = Queued, Out);
all!(GOALS: Goal = Register, Update, RemoveByForm, ChangePassword, RemoveInstead, Unregister, Stay);
all!(TASKS: Task = Register, ChangePassword, Unregister);
all!(OFFERS: Offer = Form, Redirect, Unusable, NotRead);
all!(REFUSALS: Refusal = Unsupported, Wait, Unheard, Other);
all!(REMEDIES: Remedy = Alternative, Mend, Nothing);
all!(SUBMISSIONS: Submission = New, Update, Remove, Stay);
all!(FETCHES: Fetch = None, Queued, Out);
all!(FETCH_INPUTS: FetchInput = Ask, HandedOut, Reply, TimedOut, Ended);

pub(super) fn states() -> Vec<State> {
    let mut states = Vec::new();
    states.extend(WIRES.iter().map(|&wire| State::Token(wire)));
    states.extend(WIRES.iter().map(|&wire| State::Form(wire)));
    states.extend(TASKS.iter().map(|&task| State::Open(task)));
    states.push(State::Spent);
    for &wire in WIRES {
        states.extend(GOALS.iter().map(|&goal| State::Set(wire, goal)));
    }
    states.push(State::Done);
    states
}

/// Inputs that are told apart only by one more word are a group: where all of it does the same, the word is left out.
pub(super) fn groups() -> Vec<(&'static str, Vec<(String, Input)>)> {
    let one = |name, input| (name, Vec::from([(String::new(), input)]));
    let word = |word: &dyn core::fmt::Debug| format!("{word:?}").to_lowercase();
    let results = OFFERS.iter().map(|it| (word(it), Input::Result(*it)));
    let mut refused = Vec::new();
    for &refusal in REFUSALS {
        for &remedy in REMEDIES {
            let name = format!("{}, {}", word(&refusal), word(&remedy));
            refused.push((name, Input::Refused(refusal, remedy)));
        }
    }
    let ends = [("the account is deleted", true), ("any other", false)]
        .map(|(name, deletes)| (name.to_string(), Input::StreamError { deletes }));
    let submits = SUBMISSIONS.iter().map(|it| (word(it), Input::Submit(*it)));
    Vec::from([
        one("handed out", Input::HandedOut),
        ("result", results.collect()),
        ("refused", refused),
        one("refused beyond the limits", Input::RefusedBeyondLimits),
        one("unreadable reply", Input::Unreadable),
        one("timeout", Input::TimedOut),
        one("disconnect", Input::Disconnected),
        ("stream error", Vec::from(ends)),
        ("submit", submits.collect()),
        one("request form", Input::RequestForm),
    ])
}

fn inputs() -> Vec<Input> {
    let all = groups().into_iter().flat_map(|(_, inputs)| inputs);
    all.map(|(_, input)| input).collect()
}

/// A variant with its values, as words: `Set(Out, Register)` is "set out, register".
fn words(value: impl core::fmt::Debug) -> String {
    let mut words = String::new();
    for c in format!("{value:?}").chars() {
        match c {
            '(' if !words.is_empty() => words.push_str(": "),
            '(' | ')' => {}
            c if c.is_uppercase() && words.ends_with(|c: char| c.is_alphanumeric()) => {
                words.push(' ');
                words.extend(c.to_lowercase());
            }
            c => words.extend(c.to_lowercase()),
        }
    }
    words
}

fn table() -> String {
    // For Miri, the rows of some states.
    const STEP: usize = if cfg!(miri) { 5 } else { 1 };
    let mut table = String::from("| state | input | next state | effect |\n|---|---|---|---|\n");
    for state in states().into_iter().step_by(STEP) {
        for (name, inputs) in groups() {
            let steps: Vec<_> = inputs.iter().map(|(_, it)| step(state, *it)).collect();
            if steps.iter().all(|it| *it == steps[0]) {
                row(&mut table, state, name, steps[0]);
                continue;
            }
            for ((word, _), taken) in inputs.iter().zip(steps) {
                row(&mut table, state, &format!("{name}: {word}"), taken);
            }
        }
    }
    table
        .push_str("\nThe data of a medium is fetched beside the task, while its form is open:\n\n");
    table.push_str("| task | fetch | input | next fetch | effect |\n|---|---|---|---|---|\n");
    for (name, state) in FETCHING.into_iter().step_by(STEP) {
        for &before in FETCHES {
            for &input in FETCH_INPUTS {
                let (after, effect) = fetch(state, before, input);
                let (before, input, after) = (words(before), words(input), words(after));
                let effect = words(effect);
                table += &format!("| {name} | {before} | {input} | {after} | {effect} |\n");
            }
        }
    }
    table
}

/// A state of each kind that a fetch can tell apart (`each_state_is_to_a_fetch_what_the_table_has`).
const FETCHING: [(&str, State); 6] = [
    ("open", State::Open(Task::Register)),
    ("spent", State::Spent),
    ("request queued", State::Set(Wire::Queued, Goal::Register)),
    ("request out", State::Set(Wire::Out, Goal::Register)),
    ("form requested", State::Form(Wire::Out)),
    ("done", State::Done),
];

/// In the table, each state stands for those of its kind.
#[test]
fn each_state_is_to_a_fetch_what_the_table_has() {
    for state in states() {
        let name = match state {
            State::Open(_) => "open",
            State::Spent => "spent",
            State::Token(Wire::Queued)
            | State::Form(Wire::Queued)
            | State::Set(Wire::Queued, _) => "request queued",
            State::Set(Wire::Out, _) => "request out",
            State::Token(Wire::Out) | State::Form(Wire::Out) => "form requested",
            State::Done => "done",
        };
        let (_, like) = FETCHING.into_iter().find(|it| it.0 == name).unwrap();
        for &before in FETCHES {
            for &input in FETCH_INPUTS {
                let (one, other) = (fetch(state, before, input), fetch(like, before, input));
                assert_eq!(one, other, "{state:?} {before:?} {input:?}");
            }
        }
    }
}

#[test]
fn a_fetch_is_reported_once_and_never_outlives_its_task() {
    for state in states() {
        for &before in FETCHES {
            for &input in FETCH_INPUTS {
                let (after, effect) = fetch(state, before, input);
                if effect == FetchEffect::Report {
                    assert_eq!((before, after), (Fetch::Out, Fetch::None));
                }
                if effect == FetchEffect::Get {
                    assert!(matches!(state, State::Open(_)) && before == Fetch::None);
                }
                if let FetchEffect::Misuse(_) = effect {
                    assert_eq!(input, FetchInput::Ask);
                    assert!(after == before || state == State::Done);
                }
                if input == FetchInput::Ended {
                    assert_eq!(after, Fetch::None);
                }
            }
        }
    }
}

fn row(table: &mut String, state: State, input: &str, (next, effect): (State, Effect)) {
    let next = if next == state {
        "stays".to_string()
    } else {
        words(next)
    };
    *table += &format!(
        "| {} | {input} | {next} | {} |\n",
        words(state),
        words(effect)
    );
}

/// The table of the docs is the one that `step` makes. `UPDATE_TABLE=1 cargo test` writes it anew, for review.
#[test]
fn the_table_of_the_docs_is_the_code() {
    let table = table();
    let docs = include_str!("../state.md");
    if cfg!(miri) {
        let mut docs = docs.lines();
        for row in table.lines() {
            assert!(docs.any(|it| it == row), "{row}");
        }
    } else if std::env::var_os("UPDATE_TABLE").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/state.md");
        std::fs::write(path, &table).unwrap();
    } else {
        println!("{table}");
        assert!(table == docs, "run: UPDATE_TABLE=1 cargo test");
    }
}

fn is_terminal(effect: Effect) -> bool {
    match effect {
        Effect::Redirect | Effect::Succeed(_) | Effect::Fail(_) => true,
        Effect::Nothing
        | Effect::Get
        | Effect::Set
        | Effect::Offer
        | Effect::Refuse(_)
        | Effect::Misuse(_) => false,
    }
}

#[test]
fn the_terminal_event_comes_once_and_with_the_last_state() {
    let inputs = inputs();
    for state in states() {
        for &input in &inputs {
            let (next, effect) = step(state, input);
            let ends = state != State::Done && next == State::Done;
            assert_eq!(is_terminal(effect), ends, "{state:?} {input:?}");
            if state == State::Done {
                assert!(next == State::Done, "{input:?}");
                assert!(
                    matches!(
                        effect,
                        Effect::Nothing | Effect::Misuse(WrongTime::Finished)
                    ),
                    "{input:?}"
                );
            }
        }
    }
}

/// Rule 4: in doubt exactly when a `set` that changes something was handed out and no reply came.
#[test]
fn doubt_is_told_exactly_where_there_is_one() {
    let inputs = inputs();
    for state in states() {
        for &input in &inputs {
            let (_, effect) = step(state, input);
            let replied = matches!(
                input,
                Input::Result(_) | Input::Refused(..) | Input::RefusedBeyondLimits
            );
            let out = matches!(state, State::Set(Wire::Out, _));
            let in_doubt = matches!(effect, Effect::Fail(Fault::InDoubt(_)));
            if let Effect::Fail(_) = effect {
                let unheard = matches!(input, Input::Refused(Refusal::Unheard, _));
                assert_eq!(
                    in_doubt,
                    out && (!replied || unheard),
                    "{state:?} {input:?}"
                );
            }
        }
    }
}

#[test]
fn a_misuse_changes_nothing() {
    let inputs = inputs();
    for state in states() {
        for &input in &inputs {
            let (next, effect) = step(state, input);
            if let Effect::Misuse(_) = effect {
                assert_eq!(next, state);
                assert!(matches!(input, Input::Submit(_) | Input::RequestForm));
            }
        }
    }
}

#[test]
fn a_request_goes_with_a_state_that_has_it_queued() {
    let inputs = inputs();
    for state in states() {
        for &input in &inputs {
            let (next, effect) = step(state, input);
            match effect {
                Effect::Get => assert_eq!(next, State::Form(Wire::Queued)),
                Effect::Set => assert!(matches!(next, State::Set(Wire::Queued, _))),
                _ => {}
            }
        }
    }
}

#[test]
fn only_the_removal_of_the_account_succeeds_by_a_stream_error() {
    for state in states() {
        let (_, effect) = step(state, Input::StreamError { deletes: true });
        let removal = matches!(
            state,
            State::Set(
                Wire::Out,
                Goal::Unregister | Goal::RemoveByForm | Goal::RemoveInstead
            )
        );
        assert_eq!(
            effect == Effect::Succeed(Success::Unregistered),
            removal,
            "{state:?}"
        );
    }
}
