//! A SHA-256 challenge is work for a computer: no user needs to hear of it.

use xmpp_registration::Form;

/// More than a few seconds of work is refused; there may be another challenge to answer.
#[cfg(feature = "hashcash")]
const MOST_BITS: u32 = 24;

/// How much is done at a time: some 10 ms of a release build.
#[cfg(feature = "hashcash")]
const SLICE: u32 = 50_000;

/// Solves the challenge, if the form wants it answered and nobody did. `meanwhile` is called between two slices of the
/// work, and says whether to go on.
#[cfg(feature = "hashcash")]
pub fn solve(form: &mut Form, address: &str, mut meanwhile: impl FnMut() -> bool) {
    let field = form.field("SHA-256").filter(|it| it.value().is_none());
    let is_wanted =
        field.is_some_and(|it| it.is_required() || it.is_challenge() && form.challenges_left() > 0);
    if !is_wanted {
        return;
    }
    if let Some(Ok(mut challenge)) = form.hashcash(address, MOST_BITS) {
        let answer = loop {
            match challenge.work(SLICE) {
                Some(answer) => break answer,
                None if meanwhile() => {}
                None => return,
            }
        };
        // A digest and an address: nothing in it that XML forbids.
        let _ = form.set("SHA-256", answer);
    }
}

/// Without the feature it is left to the user, who may know another program for it.
#[cfg(not(feature = "hashcash"))]
pub fn solve(_: &mut Form, _: &str, _: impl FnMut() -> bool) {}
