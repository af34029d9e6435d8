//! What the compiler promises of every public type: it can be sent to and shared with other threads, and values are values.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::{Debug, Display};
use std::hash::Hash;

use xmpp_registration::{
    Answer, Channel, Choice, Condition, Config, ErrorType, Event, Failure, Features, Field,
    FieldError, FieldKind, Form, Handled, IdPrefix, Ignored, Incomplete, Interruption, Limit,
    Limits, Media, MediaData, MediaError, Misuse, Output, Peer, Recognised, Redirect,
    RegistrationMachine, Rejected, StanzaError, Step, StreamCondition, StreamNamespace, Success,
    Unfilled, Uri, UriAction, UriError, Validation, Value, Violation, service, text,
};

macro_rules! assert_each {
    ($bounds:ident: $($of:ty),+ $(,)?) => {
        $($bounds::<$of>();)+
    };
}

/// What every public type is; and its size.
const fn sendable<T: Send + Sync + Unpin + Debug + 'static>() -> usize {
    size_of::<T>()
}

fn value<T: Clone + Eq>() {}
fn comparable<T: PartialEq>() {}
fn key<T: Copy + Eq + Hash>() {}
fn view<T: Copy>() {}
fn error<T: Error>() {}
fn readable<T: Display>() {}

macro_rules! sizes {
    ($($name:ident, $of:ty, $most:literal;)+) => {
        vec![$((stringify!($name), sendable::<$of>(), $most)),+]
    };
}

/// Each type with its size, and what it may be at most on a machine of 64 bits.
fn sizes() -> Vec<(&'static str, usize, usize)> {
    let sizes = sizes! {
        AnswerError, service::AnswerError, 1;
        Answered, service::Answered, 1;
        OfferError, service::OfferError, 56;
        Purpose, service::Purpose, 1;
        Requester, service::Requester, 32;
        ServiceEvent, service::ServiceEvent, 80;
        ServiceOutput, service::ServiceOutput, 144;
        Captcha, service::Captcha, 224;
        DataForm, service::DataForm, 96;
        Fields, service::Fields, 48;
        FormField, service::FormField, 240;
        FormRequest, service::FormRequest, 24;
        Offer, service::Offer, 8;
        OfferBuilder, service::OfferBuilder, 424;
        Refusal, service::Refusal, 24;
        RegistrationService, service::RegistrationService, 424;
        ServiceConfig, service::ServiceConfig, 144;
        ServiceLimits, service::ServiceLimits, 56;
        Submission, service::Submission, 80;
        TokenRequest, service::TokenRequest, 48;
        Unanswered, service::Unanswered<service::Submission>, 88;
        TextError, text::TextError, 1;
        Channel, Channel, 1;
        Condition, Condition, 1;
        ErrorType, ErrorType, 1;
        Event, Event, 64;
        Failure, Failure, 16;
        FieldError, FieldError, 56;
        FieldKind, FieldKind, 1;
        Handled, Handled, 1;
        Ignored, Ignored, 1;
        Interruption, Interruption, 1;
        Limit, Limit, 1;
        MediaError, MediaError, 1;
        Misuse, Misuse, 72;
        Output, Output, 112;
        Recognised, Recognised, 1;
        Step, Step, 1;
        StreamCondition, StreamCondition, 1;
        StreamNamespace, StreamNamespace, 1;
        Success, Success, 1;
        UriAction, UriAction, 1;
        UriError, UriError, 1;
        Violation, Violation, 1;
        Answer, Answer, 8;
        Choice, Choice<'static>, 32;
        Config, Config, 88;
        Features, Features, 2;
        Field, Field<'static>, 16;
        Form, Form, 8;
        IdPrefix, IdPrefix, 16;
        Incomplete, Incomplete, 32;
        Limits, Limits, 32;
        Media, Media<'static>, 16;
        MediaData, MediaData, 56;
        Peer, Peer, 8;
        Redirect, Redirect, 48;
        RegistrationMachine, RegistrationMachine, 240;
        Rejected, Rejected, 80;
        StanzaError, StanzaError, 8;
        Unfilled, Unfilled, 24;
        Uri, Uri, 64;
        Validation, Validation<'static>, 16;
        Value, Value, 32;
    };
    #[cfg(feature = "hashcash")]
    let sizes = [
        sizes,
        sizes! {
            Hashcash, xmpp_registration::Hashcash, 152;
            HashcashError, xmpp_registration::HashcashError, 8;
        },
    ]
    .concat();
    sizes
}

/// What is kept in great numbers, or moved about, is small: whoever makes one larger should know.
#[test]
fn everything_can_be_sent_and_shared_and_is_no_larger_than_it_should_be() {
    let larger = sizes().into_iter().filter(|(_, size, most)| size > most);
    let larger: Vec<_> = larger.collect();
    assert!(
        larger.is_empty(),
        "name, size, and what it may be: {larger:?}"
    );
}

/// The public face is listed in `.ci/public-api.txt`, which `.ci/full api` holds to the code.
#[test]
fn no_public_type_is_left_out() {
    let listed = include_str!("../.ci/public-api.txt")
        .lines()
        .filter_map(|line| {
            let (_, path) = line
                .split_once("pub struct ")
                .or_else(|| line.split_once("pub enum "))?;
            let path = path.split(['<', '(', ' ']).next()?;
            path.rsplit("::").next()
        });
    let listed: BTreeSet<&str> = listed
        .filter(|it| cfg!(feature = "hashcash") || !it.starts_with("Hashcash"))
        .collect();
    let looked_at: BTreeSet<&str> = sizes().into_iter().map(|it| it.0).collect();
    assert_eq!(looked_at, listed);
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
        AnswerError, Answered, FormRequest, OfferError, Purpose, Refusal, Requester, ServiceLimits,
        TokenRequest, Unanswered,
    };
    assert_each!(value: OfferError, Refusal, Requester, ServiceLimits);
    assert_each!(key: AnswerError, Answered, Purpose);
    assert_each!(error: AnswerError, OfferError, Unanswered<FormRequest>, Unanswered<TokenRequest>);
    assert_each!(readable: Purpose, Requester);
}
