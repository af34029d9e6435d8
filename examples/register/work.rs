//! A SHA-256 challenge is work for a computer: no user needs to hear of it.

use xmpp_registration::Form;

/// More than a few seconds of work is refused; there may be another challenge to answer.
#[cfg(feature = "hashcash")]
const MOST_BITS: u32 = 24;

/// Solves the challenge, if the form wants it answered and nobody did.
#[cfg(feature = "hashcash")]
pub fn solve(form: &mut Form, address: &str) {
    let is_open = |form: &Form| form.field("SHA-256").is_some_and(|it| it.value().is_none());
    let is_wanted = form.unfilled().names().any(|name| {
        let field = form.field(name);
        field.is_some_and(xmpp_registration::Field::is_challenge)
    });
    if !is_open(form) || !is_wanted {
        return;
    }
    if let Some(Ok(mut challenge)) = form.hashcash(address, MOST_BITS) {
        let answer = std::iter::repeat_with(|| challenge.work(10_000)).find_map(|answer| answer);
        // A digest and an address: nothing in it that XML forbids.
        let _ = form.set("SHA-256", answer.unwrap_or_default());
    }
}

/// Without the feature it is left to the user, who may know another program for it.
#[cfg(not(feature = "hashcash"))]
pub fn solve(_: &mut Form, _: &str) {}
