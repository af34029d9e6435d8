//! Sequences of calls, eight bytes each, against the model and the laws of `tests/properties`.
#![no_main]

#[path = "../../tests/properties/forms.rs"]
mod forms;
#[path = "../../tests/properties/laws.rs"]
mod laws;
#[path = "../../tests/properties/model.rs"]
mod model;
#[path = "../../tests/properties/ops.rs"]
mod ops;
#[path = "../../tests/properties/replies.rs"]
mod replies;
#[path = "../../tests/properties/script.rs"]
mod script;
#[path = "../../tests/properties/words.rs"]
mod words;
#[path = "../../tests/properties/world.rs"]
mod world;

use libfuzzer_sys::{Corpus, fuzz_target};
use script::Script;

/// Longer sequences find nothing that these do not.
const MOST: usize = 64;

macro_rules! list {
    ($($law:ident,)*) => {
        const LAWS: &[fn(&Script)] = &[$(laws::$law),*];
    };
}

laws::each_law!(list);

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let (records, _) = bytes.as_chunks::<8>();
    let Some((setup, records)) = records.split_first() else {
        return Corpus::Reject;
    };
    let script = Script::decode(*setup, &records[..records.len().min(MOST)]);
    laws::outputs_are_those_of_the_model(&script);
    // All of them each time would leave time for a tenth of the sequences: the last byte of the first record says which.
    LAWS[usize::from(setup[7]) % LAWS.len()](&script);
    Corpus::Keep
});
