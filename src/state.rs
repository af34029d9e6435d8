//! Every transition of every task, in one total function.
//!
//! This file sees no XML. Its inputs are what happened, already read and judged; its effect is at most one request and
//! at most one event. `step` has no side effects, and neither states nor inputs are matched by a wildcard where a new
//! one could slip through. The table below is made from `step` by a test, which fails where the two differ.
//!
#![doc = include_str!("state.md")]

use crate::event::Success;

mod fetch;

pub(crate) use fetch::{Fetch, FetchEffect, FetchInput, fetch};

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// The token (XEP-0445) is on its way.
    Token(Wire),
    /// The request for the form is on its way.
    Form(Wire),
    /// A form is in the caller's hands.
    Open(Task),
    /// A refusal left no form: `request_form` gets a new one. Only in `register`.
    Spent,
    /// A `set` that changes something is on its way.
    Set(Wire, Goal),
    /// The terminal event has happened.
    Done,
}

/// Whether a request was handed out to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    Queued,
    Out,
}

/// What the caller set out to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    Register,
    ChangePassword,
    Unregister,
}

/// What a `set` means to reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    Register,
    Update,
    /// Within `register`: the form removes.
    RemoveByForm,
    ChangePassword,
    /// The same within `change_password`, where the server demanded such a form.
    RemoveInstead,
    Unregister,
    /// Within `unregister`, where the server demanded a form that asks `remove`, and the answer is no.
    Stay,
}

impl Goal {
    pub(crate) fn task(self) -> Task {
        match self {
            Goal::Register | Goal::Update | Goal::RemoveByForm => Task::Register,
            Goal::ChangePassword | Goal::RemoveInstead => Task::ChangePassword,
            Goal::Unregister | Goal::Stay => Task::Unregister,
        }
    }

    fn success(self) -> Success {
        match self {
            Goal::Register => Success::Registered,
            Goal::Update | Goal::Stay => Success::Updated,
            Goal::ChangePassword => Success::PasswordChanged,
            Goal::RemoveByForm | Goal::RemoveInstead | Goal::Unregister => Success::Unregistered,
        }
    }

    fn removes(self) -> bool {
        self.success() == Success::Unregistered
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    /// The queued request was handed out.
    HandedOut,
    /// A reply of type result, from an allowed sender.
    Result(Offer),
    /// A reply of type error, from an allowed sender.
    Refused(Refusal, Remedy),
    /// A reply that is beyond the limits. If it refused something, it still did.
    RefusedBeyondLimits,
    /// A reply of which even the type is unknown.
    Unreadable,
    TimedOut,
    Disconnected,
    /// `deletes`: it is `not-authorized`, on the stream of the account itself.
    StreamError {
        deletes: bool,
    },
    /// The caller submits an answer to the form that is open.
    Submit(Submission),
    RequestForm,
}

/// What a result holds, where a form was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offer {
    Form,
    Redirect,
    /// Nothing of use, or more than the limits allow.
    Unusable,
    /// Nobody looked: no form was asked for, and a result is a result.
    NotRead,
}

/// What a refusal means where a form was asked for (rule 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// feature-not-implemented, service-unavailable, not-allowed.
    Unsupported,
    /// Another condition, of type wait.
    Wait,
    /// A service elsewhere may have got the request and could not be heard: remote-server-timeout.
    Unheard,
    Other,
}

/// What there is to go on with after a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// The error brought another form.
    Alternative,
    /// The form that was refused, to be mended.
    Mend,
    /// None: the form is used up, or there was none.
    Nothing,
}

/// What an answer asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Submission {
    New,
    /// The registration is known to exist.
    Update,
    /// The form removes the registration: by a field that says so, or by its type.
    Remove,
    /// It asks whether to, and the answer is no.
    Stay,
}

/// What is to be done about it: at most one request, at most one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Nothing,
    /// Request the form.
    Get,
    /// Send the answer.
    Set,
    Offer,
    Refuse(Remedy),
    Redirect,
    Succeed(Success),
    Fail(Fault),
    /// The caller may not do this now: nothing changes.
    Misuse(WrongTime),
}

/// Why a task failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Unsupported,
    TokenRefused,
    Refused,
    /// The reply broke the protocol or a limit.
    Protocol,
    Certain(Cut),
    /// The server may have acted.
    InDoubt(Cut),
}

/// What kept the reply away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    Unreadable,
    TimedOut,
    Disconnected,
    StreamError,
    Unheard,
}

/// Why a call came at the wrong time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WrongTime {
    AwaitingReply,
    NoOpenForm,
    NotRegistering,
    Finished,
}

impl State {
    /// A request was handed out, and its reply has not come.
    pub(crate) fn is_awaiting_reply(self) -> bool {
        match self {
            State::Token(wire) | State::Form(wire) | State::Set(wire, _) => wire == Wire::Out,
            State::Open(_) | State::Spent | State::Done => false,
        }
    }
}

/// The transition for each state and input.
pub(crate) fn step(state: State, input: Input) -> (State, Effect) {
    match input {
        Input::HandedOut => (handed_out(state), Effect::Nothing),
        Input::Submit(submission) => submit(state, submission),
        Input::RequestForm => request_form(state),
        Input::TimedOut if !state.is_awaiting_reply() => (state, Effect::Nothing),
        Input::TimedOut => cut(state, Cut::TimedOut),
        Input::Disconnected => cut(state, Cut::Disconnected),
        Input::StreamError { deletes } => match state {
            // XEP-0077 section 3.2: a server may say so instead of sending a result.
            State::Set(Wire::Out, goal) if deletes && goal.removes() => {
                (State::Done, Effect::Succeed(goal.success()))
            }
            State::Set(..)
            | State::Token(_)
            | State::Form(_)
            | State::Open(_)
            | State::Spent
            | State::Done => cut(state, Cut::StreamError),
        },
        Input::Result(offer) => result(state, offer),
        Input::Refused(refusal, remedy) => refused(state, refusal, remedy),
        Input::RefusedBeyondLimits | Input::Unreadable if !state.is_awaiting_reply() => {
            (state, Effect::Nothing)
        }
        Input::RefusedBeyondLimits => fail(Fault::Protocol),
        Input::Unreadable => match state {
            State::Set(..) => fail(Fault::InDoubt(Cut::Unreadable)),
            State::Token(_) | State::Form(_) | State::Open(_) | State::Spent | State::Done => {
                fail(Fault::Protocol)
            }
        },
    }
}

fn handed_out(state: State) -> State {
    match state {
        State::Token(_) => State::Token(Wire::Out),
        State::Form(_) => State::Form(Wire::Out),
        State::Set(_, goal) => State::Set(Wire::Out, goal),
        State::Open(_) | State::Spent | State::Done => state,
    }
}

fn submit(state: State, submission: Submission) -> (State, Effect) {
    let task = match state {
        State::Open(task) => task,
        State::Token(_) | State::Form(_) | State::Set(..) => {
            return (state, Effect::Misuse(WrongTime::AwaitingReply));
        }
        State::Spent => return (state, Effect::Misuse(WrongTime::NoOpenForm)),
        State::Done => return (state, Effect::Misuse(WrongTime::Finished)),
    };
    let goal = match (task, submission) {
        (Task::Register, Submission::New) => Goal::Register,
        (Task::Register, Submission::Update | Submission::Stay) => Goal::Update,
        (Task::Register, Submission::Remove) => Goal::RemoveByForm,
        (Task::ChangePassword, Submission::New | Submission::Update | Submission::Stay) => {
            Goal::ChangePassword
        }
        (Task::ChangePassword, Submission::Remove) => Goal::RemoveInstead,
        (Task::Unregister, Submission::New | Submission::Update | Submission::Remove) => {
            Goal::Unregister
        }
        (Task::Unregister, Submission::Stay) => Goal::Stay,
    };
    (State::Set(Wire::Queued, goal), Effect::Set)
}

fn request_form(state: State) -> (State, Effect) {
    let misuse = match state {
        State::Open(Task::Register) | State::Spent => {
            return (State::Form(Wire::Queued), Effect::Get);
        }
        State::Open(Task::ChangePassword | Task::Unregister) => WrongTime::NotRegistering,
        State::Set(_, goal) if goal.task() != Task::Register => WrongTime::NotRegistering,
        State::Token(_) | State::Form(_) | State::Set(..) => WrongTime::AwaitingReply,
        State::Done => WrongTime::Finished,
    };
    (state, Effect::Misuse(misuse))
}

/// The stream is gone, or the caller listens no more. What was not handed out never happened.
fn cut(state: State, cut: Cut) -> (State, Effect) {
    match state {
        State::Set(Wire::Out, _) => fail(Fault::InDoubt(cut)),
        State::Set(Wire::Queued, _)
        | State::Token(_)
        | State::Form(_)
        | State::Open(_)
        | State::Spent => fail(Fault::Certain(cut)),
        State::Done => (state, Effect::Nothing),
    }
}

fn result(state: State, offer: Offer) -> (State, Effect) {
    match state {
        State::Token(Wire::Out) => (State::Form(Wire::Queued), Effect::Get),
        State::Form(Wire::Out) => match offer {
            Offer::Form => (State::Open(Task::Register), Effect::Offer),
            Offer::Redirect => (State::Done, Effect::Redirect),
            Offer::Unusable | Offer::NotRead => fail(Fault::Protocol),
        },
        State::Set(Wire::Out, goal) => (State::Done, Effect::Succeed(goal.success())),
        // No reply is for a request that was not handed out.
        State::Token(Wire::Queued)
        | State::Form(Wire::Queued)
        | State::Set(Wire::Queued, _)
        | State::Open(_)
        | State::Spent
        | State::Done => (state, Effect::Nothing),
    }
}

fn refused(state: State, refusal: Refusal, remedy: Remedy) -> (State, Effect) {
    match state {
        // Servers differ in the condition (XEP-0445 says item-not-found, Prosody forbidden): each means the token.
        State::Token(Wire::Out) => fail(Fault::TokenRefused),
        State::Form(Wire::Out) => match refusal {
            Refusal::Unsupported => fail(Fault::Unsupported),
            Refusal::Wait | Refusal::Unheard => (State::Spent, Effect::Refuse(Remedy::Nothing)),
            Refusal::Other => fail(Fault::Refused),
        },
        // It is one's own server that says so, after the request had left it.
        State::Set(Wire::Out, _) if refusal == Refusal::Unheard => {
            fail(Fault::InDoubt(Cut::Unheard))
        }
        State::Set(Wire::Out, goal) => match (goal.task(), remedy) {
            (task, Remedy::Alternative) => (State::Open(task), Effect::Refuse(remedy)),
            (Task::Register, Remedy::Mend) => (State::Open(Task::Register), Effect::Refuse(remedy)),
            (Task::Register, Remedy::Nothing) => (State::Spent, Effect::Refuse(remedy)),
            (Task::ChangePassword | Task::Unregister, Remedy::Mend | Remedy::Nothing) => {
                fail(Fault::Refused)
            }
        },
        State::Token(Wire::Queued)
        | State::Form(Wire::Queued)
        | State::Set(Wire::Queued, _)
        | State::Open(_)
        | State::Spent
        | State::Done => (state, Effect::Nothing),
    }
}

fn fail(fault: Fault) -> (State, Effect) {
    (State::Done, Effect::Fail(fault))
}

#[cfg(test)]
mod diagram;
#[cfg(test)]
mod tests;
