//! Whole conversations between the client and the service, over the network of `tests/linked`: byte by byte, what goes
//! wrong. What the client reports must be true of the store.
#![no_main]

#[path = "../../tests/linked/app.rs"]
mod app;
#[path = "../../tests/linked/bytes.rs"]
mod bytes;
#[path = "../../tests/linked/client.rs"]
mod client;
#[path = "../../tests/linked/net.rs"]
mod net;
#[path = "../../tests/linked/world.rs"]
mod world;

use libfuzzer_sys::{Corpus, fuzz_target};
use world::World;

/// Longer conversations find nothing that these do not.
const MOST: usize = 200;

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if bytes.is_empty() || bytes.len() > MOST {
        return Corpus::Reject;
    }
    World::new(bytes).converse();
    Corpus::Keep
});
