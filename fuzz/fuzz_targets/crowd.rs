//! Sequences of requests, answers and departures at a service, against a model of who waits for what.
#![no_main]

#[path = "../../tests/linked/bytes.rs"]
mod bytes;
#[path = "../../tests/fuzzed/crowd.rs"]
mod crowd;
#[path = "../../tests/fuzzed/stalls.rs"]
mod stalls;

use libfuzzer_sys::{Corpus, fuzz_target};

/// Longer sequences find nothing that these do not.
const MOST: usize = 300;

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if bytes.is_empty() || bytes.len() > MOST {
        return Corpus::Reject;
    }
    crowd::is_survived(bytes);
    Corpus::Keep
});
