//! How much a form may offer and take.

use super::*;
use crate::form::fill::{MOST_TYPED, MOST_VALUES};

#[test]
fn typing_on_and_on_does_not_grow_the_form() {
    const ROUNDS: usize = if cfg!(miri) { 200 } else { 10_000 };
    let mut form = data("<field var='a'/><field var='b'/>");
    form.set("a", "stays").unwrap();
    for round in 0..ROUNDS {
        form.set("b", format!("{round:050}")).unwrap();
        form.set("a", "stays").unwrap();
    }
    assert!(form.arena.typed.as_str().len() < 3_000);
    assert_eq!(
        (values(&form, "a"), values(&form, "b")),
        (vec!["stays"], vec![&*format!("{:050}", ROUNDS - 1)])
    );
}

#[test]
fn every_limit_is_kept_to_the_last_one() {
    let exceeded = |limit| Some(Violation::LimitExceeded(limit));
    let two = "<field var='a'/><field var='b'/>";
    assert_eq!(limited(2, 9, 99, two), None);
    assert_eq!(limited(1, 9, 99, two), exceeded(Limit::Fields));
    let four = "<instructions>i</instructions><field var='a'><value>v</value><option><value>o</value></option><option><value>o</value></option></field>";
    assert_eq!(limited(2, 4, 99, four), None);
    assert_eq!(limited(2, 3, 99, four), exceeded(Limit::Options));
    assert_eq!(limited(2, 9, 5, four), None);
    assert_eq!(limited(2, 9, 4, four), exceeded(Limit::TextBytes));
    assert_eq!(limited(2, 9, 1, two), exceeded(Limit::TextBytes));
}

#[test]
#[cfg_attr(miri, ignore = "texts of many MiB, whose length is the point")]
fn what_is_typed_is_bounded() {
    let mut form = data("<field var='a'/><field var='b'/>");
    let long = "x".repeat(MOST_TYPED - 2);
    form.set("a", long.as_str()).unwrap();
    form.set("b", "1").unwrap();
    assert_eq!(
        form.set("b", "22"),
        Err(FieldError::TooLong { field: "b".into() })
    );
    assert_eq!(values(&form, "b"), ["1"]);
    let mut form = legacy("<username/><password/>");
    let too_long = Err(FieldError::TooLong {
        field: "username".into(),
    });
    assert_eq!(form.fill("juliet", &long), too_long);
    assert!(form.fields().all(|field| !field.is_set()));
    // Both or none, to the last byte; what is replaced makes room.
    for short in [0, 1, 7, 8, 9] {
        let almost = "x".repeat(MOST_TYPED - short);
        let filled = form.fill("juliet", &almost).is_ok();
        assert_eq!(filled, short >= 8, "{short}");
        assert_eq!(form.field("username").unwrap().is_set(), filled);
        assert_eq!(form.field("password").unwrap().is_set(), filled);
    }
    let large = "x".repeat(9 * 1024 * 1024);
    for _ in 0..2 {
        form.clear("username").unwrap();
        form.set("password", large.as_str()).unwrap();
    }
    assert!(form.fill("juliet", &large).is_ok());
}

/// What is taken over counts like what is typed.
#[test]
#[cfg_attr(miri, ignore = "16 MiB, whose number is the point")]
fn what_is_taken_over_is_bounded() {
    let both = || data("<field var='a'/><field var='b'/>");
    let (mut one, mut other) = (both(), both());
    one.set("a", "x".repeat(MOST_TYPED / 2)).unwrap();
    for (length, fits) in [(MOST_TYPED / 2 - 1, true), (MOST_TYPED / 2, false)] {
        other.set("b", "y".repeat(length)).unwrap();
        let mut form = both();
        let _ = form.adopt(&one);
        let _ = form.adopt(&other);
        assert!(form.field("a").unwrap().is_set());
        assert_eq!(form.field("b").unwrap().is_set(), fits, "{length}");
        assert!(form.set("a", "").is_ok());
    }
}

#[test]
#[cfg_attr(miri, ignore = "65,536 values, whose number is the point")]
fn the_number_of_values_is_bounded() {
    let mut form = data("<field var='a' type='text-multi'/><field var='b' type='list-multi'/>");
    let lines = "a\n".repeat(MOST_VALUES);
    form.set("a", lines.as_str()).unwrap();
    let too_long = |field: &str| {
        Err(FieldError::TooLong {
            field: field.into(),
        })
    };
    assert_eq!(form.set("a", lines.clone() + "b"), too_long("a"));
    assert_eq!(form.set("b", vec!["x"; MOST_VALUES + 1]), too_long("b"));
    assert_eq!(values(&form, "a").len(), MOST_VALUES);
    assert!(values(&form, "b").is_empty());
    // Both or none here, too.
    let mut form =
        data("<field var='username' type='text-multi'/><field var='password' type='text-multi'/>");
    let _ = form.fill("juliet", "R0m30!").unwrap();
    let more = lines.clone() + "b";
    for (username, password, field) in
        [(&*more, "4ever", "username"), ("romeo", &*more, "password")]
    {
        assert_eq!(form.fill(username, password).map(drop), too_long(field));
        assert_eq!(values(&form, "username"), ["juliet"]);
        assert_eq!(values(&form, "password"), ["R0m30!"]);
    }
    assert!(form.fill("romeo", &lines).is_ok());
    assert_eq!(values(&form, "password").len(), MOST_VALUES);
}

/// What was typed before gives its room back, also where something else was typed behind it.
#[test]
fn what_is_typed_again_and_again_takes_no_more_room() {
    let mut form = data("<field var='a'/><field var='b'/>");
    let text = "x".repeat(500);
    for name in ["a", "b"].repeat(20) {
        form.set(name, &*text).unwrap();
        // As much again as is in use, and what comes before it is tidied up.
        assert!(form.arena.typed.as_str().len() <= 2 * 2 * text.len() + text.len());
    }
    assert_eq!(values(&form, "a"), [&*text]);
    assert_eq!(values(&form, "b"), [&*text]);
}
