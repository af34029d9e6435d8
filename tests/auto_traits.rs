//! What the compiler promises of every public type: it can be sent to and shared with other threads, and values are values.

use std::error::Error;
use std::fmt::{Debug, Display};
use std::hash::Hash;

use xmpp_registration::{
    Answer, Channel, Choice, Condition, Config, ErrorType, Event, Failure, Features, Field,
    FieldError, FieldKind, Form, Handled, IdPrefix, Ignored, Incomplete, Interruption, Limit,
    Limits, Misuse, Output, Peer, Recognised, Redirect, RegistrationMachine, Rejected, StanzaError,
    Step, StreamCondition, StreamNamespace, Success, Unfilled, Value, Violation,
};

macro_rules! assert_each {
    ($bounds:ident: $($of:ty),+ $(,)?) => {
        $($bounds::<$of>();)+
    };
}

fn sendable<T: Send + Sync + Unpin + Debug + 'static>() {}
fn value<T: Clone + Eq>() {}
fn comparable<T: PartialEq>() {}
fn key<T: Copy + Eq + Hash>() {}
fn view<T: Copy>() {}
fn error<T: Error>() {}
fn readable<T: Display>() {}

#[test]
fn everything_can_be_sent_and_shared() {
    assert_each!(sendable:
        Answer,
        Channel,
        Choice<'static>,
        Condition,
        Config,
        ErrorType,
        Event,
        Failure,
        Features,
        Field<'static>,
        FieldError,
        FieldKind,
        Form,
        Handled,
        IdPrefix,
        Ignored,
        Incomplete,
        Interruption,
        Limit,
        Limits,
        Misuse,
        Output,
        Peer,
        Recognised,
        Redirect,
        RegistrationMachine,
        Rejected,
        StanzaError,
        Step,
        StreamCondition,
        StreamNamespace,
        Success,
        Unfilled,
        Value,
        Violation,
    );
}

#[test]
fn values_can_be_copied_and_compared() {
    assert_each!(value:
        Channel, Choice<'_>, Condition, Config, ErrorType, Failure, Features, FieldError, FieldKind,
        Handled, IdPrefix, Ignored, Interruption, Limit, Limits, Misuse, Peer, Recognised, Redirect, StanzaError,
        Step, StreamCondition, StreamNamespace, Success, Unfilled, Value, Violation);
}

#[test]
fn what_is_used_once_can_be_compared() {
    assert_each!(comparable: Answer, Event, Field<'_>, Form, Incomplete, Output, Rejected);
}

#[test]
fn names_can_be_keys() {
    assert_each!(key:
        Channel, Condition, ErrorType, FieldKind, Handled, Ignored, Interruption, Limit, Recognised, Step,
        StreamCondition, StreamNamespace, Success, Violation);
}

#[test]
fn views_of_a_form_are_copied_freely() {
    assert_each!(view: Field<'_>, Choice<'_>);
}

#[test]
fn errors_are_errors() {
    assert_each!(error:
        Failure, FieldError, Ignored, Incomplete, Interruption, Misuse, Rejected, StanzaError, Violation);
}

#[test]
fn what_people_read_has_words() {
    assert_each!(readable:
        Condition, ErrorType, Failure, FieldKind, FieldError, Ignored, Incomplete, Interruption,
        Limit, Misuse, Rejected, StanzaError, Step, StreamCondition, Success, Unfilled, Violation);
}

#[test]
fn the_service_keeps_the_same_promises() {
    use xmpp_registration::service::{
        AnswerError, Answered, Captcha, DataForm, Fields, FormField, FormRequest, Offer,
        OfferBuilder, OfferError, Purpose, Refusal, RegistrationService, Requester, ServiceConfig,
        ServiceEvent, ServiceLimits, ServiceOutput, Submission, TokenRequest, Unanswered,
    };
    assert_each!(sendable:
        Captcha, DataForm, Fields, FormField, FormRequest, Offer, OfferBuilder, RegistrationService,
        ServiceConfig, ServiceEvent, ServiceOutput, Submission, TokenRequest, Unanswered<Submission>,
    );
    assert_each!(value: OfferError, Refusal, Requester, ServiceLimits);
    assert_each!(key: AnswerError, Answered, Purpose);
    assert_each!(error: AnswerError, OfferError, Unanswered<FormRequest>, Unanswered<TokenRequest>);
    assert_each!(readable: Purpose, Requester);
}

/// What is kept in great numbers, or moved about, is small: whoever makes one larger should know.
#[test]
fn machines_and_forms_are_small() {
    let sizes = [
        (size_of::<RegistrationMachine>(), 240),
        (size_of::<Form>(), 8),
        (size_of::<Answer>(), 8),
        (size_of::<StanzaError>(), 8),
        (size_of::<Field<'_>>(), 16),
        (size_of::<Value>(), 32),
        (size_of::<Event>(), 64),
        (size_of::<Output>(), 112),
        (size_of::<Peer>(), 8),
        (size_of::<IdPrefix>(), 16),
        (size_of::<Config>(), 88),
    ];
    for (at, (size, most)) in sizes.into_iter().enumerate() {
        assert!(
            size <= most,
            "the type at {at} takes {size} bytes, over {most}"
        );
    }
}
