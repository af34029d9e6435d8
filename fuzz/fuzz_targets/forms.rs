//! A form is built, parsed, filled in, sent and parsed again: the values that come out are the values that went in.
#![no_main]

#[path = "../../tests/properties/plan.rs"]
mod plan;
#[path = "../../tests/properties/round_trip.rs"]
mod round_trip;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    round_trip::values_arrive_as_they_were_set(&plan::Plan::decode(bytes));
});
