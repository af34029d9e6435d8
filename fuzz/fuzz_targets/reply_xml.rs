//! Any XML as a reply, in every state of every task.
#![no_main]

#[path = "../../tests/fuzzed/reply_xml.rs"]
mod reply_xml;

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    match reply_xml::is_survived(bytes) {
        Some(_) => Corpus::Keep,
        None => Corpus::Reject,
    }
});
