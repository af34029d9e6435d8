//! The answer to a challenge of work is in the caller's hands only.

use xmpp_registration::Hashcash;

use crate::heap::{aside, check, watch_for_pieces};

#[test]
fn the_answer_is_the_callers_only() {
    const ADDRESS: &str = "innocent@victim.com";
    let solve = || {
        let mut challenge = Hashcash::new(ADDRESS, "CAE14", 24).unwrap();
        (0..100_000).find_map(|_| challenge.work(1_000)).unwrap()
    };
    let answer = aside(solve);
    // The address is no secret.
    let counter = &answer[ADDRESS.len()..];
    assert!(counter.len() >= 5, "{counter} may be found by chance");
    watch_for_pieces([counter.as_bytes()].into_iter());
    let again = zeroize::Zeroizing::new(solve());
    check("solved", 1);
    drop(again);
    check("forgotten", 0);
}
