//! Fetching the data of a medium beside a task (XEP-0231 section 2.3): a machine of its own, of three states.

use super::{State, WrongTime};

/// A request for the data of a medium (XEP-0231 section 2.3), which goes on beside the task while its form is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fetch {
    None,
    Queued,
    Out,
}

/// What happens to a fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FetchInput {
    Ask,
    HandedOut,
    /// A reply of whatever type, from an allowed sender.
    Reply,
    TimedOut,
    /// The task ended, or the form is gone that the medium was for.
    Ended,
}

/// What is to be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FetchEffect {
    Nothing,
    Get,
    /// Tell what came, or that it cannot be had.
    Report,
    Misuse(WrongTime),
}

/// The transition of a fetch, for each state of its task and each input.
pub(crate) fn fetch(state: State, fetch: Fetch, input: FetchInput) -> (Fetch, FetchEffect) {
    match (input, fetch) {
        (FetchInput::Ask, _) => ask(state, fetch),
        _ if state == State::Done => (Fetch::None, FetchEffect::Nothing),
        (FetchInput::HandedOut, Fetch::Queued) => (Fetch::Out, FetchEffect::Nothing),
        (FetchInput::Reply, Fetch::Out) => (Fetch::None, FetchEffect::Report),
        // Where the task awaits a reply too, its timeout ends both.
        (FetchInput::TimedOut, Fetch::Out) if !state.is_awaiting_reply() => {
            (Fetch::None, FetchEffect::Report)
        }
        (FetchInput::Ended, Fetch::Queued | Fetch::Out) => (Fetch::None, FetchEffect::Nothing),
        (
            FetchInput::HandedOut | FetchInput::Reply | FetchInput::TimedOut | FetchInput::Ended,
            Fetch::None | Fetch::Queued | Fetch::Out,
        ) => (fetch, FetchEffect::Nothing),
    }
}

/// One at a time, while a form is open.
fn ask(state: State, fetch: Fetch) -> (Fetch, FetchEffect) {
    let why = match (state, fetch) {
        (State::Open(_), Fetch::None) => return (Fetch::Queued, FetchEffect::Get),
        (State::Done, _) => return (Fetch::None, FetchEffect::Misuse(WrongTime::Finished)),
        (State::Spent, Fetch::None) => WrongTime::NoOpenForm,
        (State::Open(_) | State::Spent, Fetch::Queued | Fetch::Out)
        | (State::Token(_) | State::Form(_) | State::Set(..), _) => WrongTime::AwaitingReply,
    };
    (fetch, FetchEffect::Misuse(why))
}
