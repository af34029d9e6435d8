//! Any XML as a request to the service, with every kind of form open.
#![no_main]

#[path = "../../tests/fuzzed/request_xml.rs"]
mod request_xml;

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    match request_xml::is_survived(bytes) {
        Some(_) => Corpus::Keep,
        None => Corpus::Reject,
    }
});
