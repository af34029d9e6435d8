//! URIs and errors are built, parsed and built again; and any text at all is read as a URI.
#![no_main]

#[path = "../../tests/linked/bytes.rs"]
mod bytes;
#[path = "../../tests/properties/texts.rs"]
mod texts;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    texts::uris_come_back(bytes);
    texts::errors_come_back(bytes);
});
