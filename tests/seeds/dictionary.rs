//! The words that the fuzzers are given: libFuzzer takes them all, and each namespace is among them.

use std::collections::BTreeSet;

/// libFuzzer silently leaves out a word of more than 64 bytes. None of these needs an escape.
#[test]
fn every_word_of_the_dictionary_is_used() {
    let is_plain = |it: &str| {
        it.chars()
            .all(|c| matches!(c, ' '..='~') && !"\"\\".contains(c))
    };
    let mut seen = BTreeSet::new();
    for line in dictionary() {
        let word = line.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
        let is_used = |it: &str| is_plain(it) && (1..=64).contains(&it.len());
        assert!(word.is_some_and(is_used), "{line}");
        assert!(seen.insert(line), "{line} stands there twice");
    }
}

/// A fuzzer does not guess a namespace.
#[test]
fn the_dictionary_has_every_namespace() {
    let source = include_str!("../../src/xml.rs");
    let constants = source.lines().filter(|it| it.contains("const NS_"));
    let mut count = 0;
    for namespace in constants.map(|it| it.split('"').nth(1).expect("a text")) {
        count += 1;
        // Whole: one namespace begins with another.
        let is_there = |it: &str| it.split(['"', '\'']).any(|part| part == namespace);
        assert!(dictionary().any(is_there), "{namespace} is not there");
    }
    assert!(count > 10, "{count}");
}

fn dictionary() -> impl Iterator<Item = &'static str> {
    let lines = include_str!("../../fuzz/xmpp.dict").lines();
    lines.filter(|it| !it.starts_with('#'))
}
