//! The client and the service joined without sockets: whatever the network does between them, what the client reports
//! is true of the accounts that the service's application keeps.
//!
//! A failing case is printed as the steps that led to it. It becomes a test by name where it belongs.

#[path = "linked/app.rs"]
mod app;
#[path = "linked/bytes.rs"]
mod bytes;
#[path = "linked/client.rs"]
mod client;
#[path = "linked/net.rs"]
mod net;
#[path = "linked/world.rs"]
mod world;

use std::collections::BTreeMap;
use std::sync::Mutex;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use world::{Ending, World};

/// How many conversations are held.
const CASES: u32 = 12_000;
/// Each ending must be reached so often, or the conversations are not worth much.
const FEWEST: u32 = 20;

/// The ways to end that must all be seen.
const ENDINGS: [Ending; 7] = [
    Ending::Registered,
    Ending::Updated,
    Ending::Changed,
    Ending::Removed,
    Ending::InDoubt,
    Ending::Certain,
    Ending::GivenUp,
];

#[test]
fn what_the_client_reports_is_true_of_the_store() {
    let config = ProptestConfig {
        cases: CASES,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let endings: Mutex<BTreeMap<Ending, u32>> = Mutex::default();
    let mut runner = TestRunner::new(config);
    let held = runner.run(&vec(any::<u8>(), 1..160), |bytes| {
        let ending = World::new(&bytes).converse();
        *endings.lock().unwrap().entry(ending).or_default() += 1;
        Ok(())
    });
    if let Err(error) = held {
        panic!("{error}");
    }
    let endings = endings.into_inner().unwrap();
    println!("{endings:?}");
    assert_eq!(endings.values().sum::<u32>(), CASES);
    for ending in ENDINGS {
        let count = endings.get(&ending).copied().unwrap_or_default();
        assert!(
            count >= FEWEST,
            "{ending:?} was reached {count} times: {endings:?}"
        );
    }
}

/// On a network that does nothing but carry, every task that the application accepts succeeds.
#[test]
fn an_honest_network_brings_every_task_to_its_end() {
    for setup in 0..=u8::MAX {
        let ending = World::new(&[setup]).converse();
        assert!(
            matches!(
                ending,
                Ending::Registered | Ending::Updated | Ending::Changed | Ending::Removed
            ),
            "{setup}: {ending:?}"
        );
    }
}
