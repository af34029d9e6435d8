//! Whether the table has a row for everything.

use super::*;

/// Whether each of these is among what the table is made of. It does not compile where a value is missing here.
macro_rules! assert_whole {
    ($list:expr, $($kind:pat),+ $(,)?) => {
        let list = $list;
        for it in &list {
            match it {
                $($kind => {})+
            }
        }
        $(assert!(list.iter().any(|it| matches!(it, $kind)), "{}", stringify!($kind));)+
        let twins = |at: usize| list[..at].contains(&list[at]);
        assert!(!(0..list.len()).any(twins), "one is there twice");
    };
}

#[test]
fn the_table_is_made_of_all_there_is() {
    assert_whole!(
        states(),
        State::Token(_),
        State::Form(_),
        State::Open(_),
        State::Spent,
        State::Set(..),
        State::Done,
    );
    assert_whole!(
        inputs(),
        Input::HandedOut,
        Input::Result(_),
        Input::Refused(..),
        Input::RefusedBeyondLimits,
        Input::Unreadable,
        Input::TimedOut,
        Input::Disconnected,
        Input::StreamError { deletes: true },
        Input::StreamError { deletes: false },
        Input::Submit(_),
        Input::RequestForm,
    );
    let (wires, goals) = (WIRES.len(), GOALS.len());
    assert_eq!(states().len(), 2 * wires + TASKS.len() + 2 + wires * goals);
    let refused = REFUSALS.len() * REMEDIES.len();
    assert_eq!(
        inputs().len(),
        OFFERS.len() + refused + SUBMISSIONS.len() + 8
    );
}

/// What a row stands for, where several inputs do the same, is said by its name without a word behind it.
#[test]
fn each_state_and_input_has_one_named_row() {
    let table = table();
    let mut rows = 0;
    for state in states() {
        for (name, inputs) in groups() {
            let row = |input: &str| format!("| {} | {input} | ", words(state));
            let for_all = table.matches(&row(name)).count();
            for (word, _) in inputs {
                let own = table.matches(&row(&format!("{name}: {word}"))).count();
                assert_eq!(for_all + own, 1, "{state:?} {name} {word}");
                rows += 1;
            }
        }
    }
    assert_eq!(rows, states().len() * inputs().len());
}
