//! Laws that hold for the whole machine under every sequence of calls, checked against a model that was written apart.
//!
//! A failing case is printed as the calls that led to it. It becomes a test by name where it belongs.

#[path = "linked/bytes.rs"]
mod bytes;
#[path = "fuzzed/crowd.rs"]
mod crowd;
#[path = "properties/forms.rs"]
mod forms;
#[path = "properties/laws.rs"]
mod laws;
#[path = "properties/model.rs"]
mod model;
#[path = "properties/ops.rs"]
mod ops;
#[path = "properties/plan.rs"]
mod plan;
#[path = "properties/replies.rs"]
mod replies;
#[path = "properties/round_trip.rs"]
mod round_trip;
#[path = "properties/script.rs"]
mod script;
#[path = "fuzzed/stalls.rs"]
mod stalls;
#[path = "properties/texts.rs"]
mod texts;
#[path = "properties/words.rs"]
mod words;
#[path = "properties/world.rs"]
mod world;

use ops::{Id, Kind, Name, Op, Record, Sender, Setup, Task, Who};
use plan::Plan;
use proptest::collection::vec;
use proptest::prelude::*;
use replies::{Body, Reply};
use script::Script;
use xmpp_registration::{Channel, StreamNamespace};

fn scripts() -> impl Strategy<Value = Script> {
    let records = vec(any::<Record>(), 1..80);
    (any::<Record>(), records).prop_map(|(setup, records)| Script::decode(setup, &records))
}

macro_rules! properties {
    ($($law:ident,)*) => {
        proptest! {
            // A failure is printed whole and becomes a test of its own: nothing is written beside the sources.
            // 256 cases, unless PROPTEST_CASES says more.
            #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
            $(#[test]
            fn $law(script in scripts()) {
                laws::$law(&script);
            })*

            #[test]
            fn values_arrive_as_they_were_set(bytes in vec(any::<u8>(), 0..400)) {
                round_trip::values_arrive_as_they_were_set(&Plan::decode(&bytes));
            }

            #[test]
            fn a_crowd_is_served_by_the_rules(bytes in vec(any::<u8>(), 1..300)) {
                crowd::is_survived(&bytes);
            }

            #[test]
            fn uris_come_back(bytes in vec(any::<u8>(), 0..60)) {
                texts::uris_come_back(&bytes);
            }

            #[test]
            fn errors_come_back(bytes in vec(any::<u8>(), 0..60)) {
                texts::errors_come_back(&bytes);
            }
        }
    };
}

laws::each_law!(properties);

/// A fuzzer's finding: percent-encoding made a URI longer than one may be, which is refused.
#[test]
fn a_uri_that_encoding_makes_too_long_is_told() {
    texts::uris_come_back(include_bytes!("../fuzz/corpus/texts/encoded-too-long"));
}

/// A request for a picture that was never handed out leaves a number behind: no reply comes under it, and the one before
/// it is still that.
#[test]
fn a_number_that_was_passed_over() {
    let setup = Setup {
        task: Task::Register,
        who: Who::Server,
        channel: Channel::Encrypted,
        namespace: StreamNamespace::Client,
        name: Name::Own,
    };
    let stanza = |id, body| {
        Op::Stanza(Reply {
            id,
            kind: Kind::Result,
            sender: Sender::decode(0, Who::Server),
            body,
            detail: [0; 3],
        })
    };
    let offer = || {
        [
            Op::Poll(None),
            stanza(Id::Current, Body::Legacy),
            Op::Poll(None),
        ]
    };
    let ops = [
        &offer()[..],
        &[Op::FetchMedia, Op::RequestForm],
        &offer(),
        &[Op::FetchMedia, Op::Poll(None)],
    ]
    .concat();
    for which in 0..6 {
        let late = stanza(Id::Earlier(which), Body::Nothing);
        let ops = [&ops[..], &[late]].concat();
        laws::outputs_are_those_of_the_model(&Script { setup, ops });
    }
}
