//! Laws that hold for the whole machine under every sequence of calls, checked against a model that was written apart.
//!
//! A failing case is printed as the calls that led to it. It becomes a test by name where it belongs.

#[path = "linked/bytes.rs"]
mod bytes;
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
#[path = "properties/texts.rs"]
mod texts;
#[path = "properties/words.rs"]
mod words;
#[path = "properties/world.rs"]
mod world;

use ops::Record;
use plan::Plan;
use proptest::collection::vec;
use proptest::prelude::*;
use script::Script;

fn scripts() -> impl Strategy<Value = Script> {
    let records = vec(any::<Record>(), 1..80);
    (any::<Record>(), records).prop_map(|(setup, records)| Script::decode(setup, &records))
}

macro_rules! properties {
    ($($law:ident,)*) => {
        proptest! {
            // A failure is printed whole and becomes a test of its own: nothing is written beside the sources.
            #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]
            $(#[test]
            fn $law(script in scripts()) {
                laws::$law(&script);
            })*

            #[test]
            fn values_arrive_as_they_were_set(bytes in vec(any::<u8>(), 0..400)) {
                round_trip::values_arrive_as_they_were_set(&Plan::decode(&bytes));
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
