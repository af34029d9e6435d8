//! Seeds of crowds at a service.

use super::{assert_each, words};
use crate::crowd;

#[test]
fn crowds_at_a_service() {
    let lead = |bytes: &[u8]| {
        let it = crowd::is_survived(bytes);
        words([
            ("offers", it.offers),
            ("submissions", it.submissions),
            ("tokens", it.tokens),
            ("accepted", it.accepted),
            ("late", it.late),
            ("demands", it.demands),
            ("challenges", it.challenges),
            ("refused at once", it.refused_at_once),
            ("passed on", it.passed_on),
        ])
    };
    let wanted = [
        (
            "challenge",
            "offers, submissions, challenges, refused at once",
        ),
        (
            "challenge-demanded",
            "submissions, accepted, demands, challenges",
        ),
        ("challenge-wrong", "offers, refused at once"),
        ("dropped", "offers"),
        ("forms-forgotten", "offers, refused at once"),
        ("gateway", "offers, submissions, accepted, passed on"),
        ("gone-before-it-was-handed-out", "offers"),
        ("gone-before-the-answer", "offers, late"),
        ("key", "offers, submissions, accepted"),
        (
            "answered-by-another-resource",
            "submissions, accepted, demands, refused at once",
        ),
        (
            "one-form-for-two-resources",
            "offers, submissions, accepted, challenges",
        ),
        ("password-change-demanded", "submissions, accepted, demands"),
        ("register", "offers, submissions, accepted"),
        ("removal", "submissions, accepted"),
        (
            "removal-demanded-by-own-type",
            "submissions, accepted, demands",
        ),
        // It answers no demand: that was for something else.
        ("removal-instead-of-a-password", "submissions, accepted"),
        (
            "confirmation-to-an-offer",
            "offers, submissions, refused at once",
        ),
        ("standing-form", "submissions, accepted"),
        ("token", "tokens"),
        ("too-many", "offers, refused at once"),
    ];
    assert_each("crowd", lead, wanted);
}
