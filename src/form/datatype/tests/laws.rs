//! What holds of any text and of every datatype.

use super::*;

/// Texts that look like values, the same ones in every run.
fn texts(count: usize) -> impl Iterator<Item = String> {
    let mut state = 77_u64;
    let mut below = move |bound: usize| {
        // Knuth's MMIX generator.
        state = state.wrapping_mul(6_364_136_223_846_793_005);
        state = state.wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % bound
    };
    let seeds = "2003-10-06T11:22:00-07:00 2000-02-29 23:59:59.5Z -12.50 1e-5 -INF en-US %41b true";
    let seeds: Vec<&str> = seeds.split(' ').collect();
    let letters: Vec<char> = "0019+-.:TZeEN% é\u{1F600}\u{0}".chars().collect();
    (0..count).map(move |_| {
        let mut text: Vec<char> = seeds[below(seeds.len())].chars().collect();
        for _ in 0..below(5) {
            let (at, letter) = (below(text.len() + 1), letters[below(letters.len())]);
            match below(3) {
                0 => text.insert(at, letter),
                1 => text.truncate(at),
                _ => drop(text.splice(at..text.len().min(at + 1), [letter])),
            }
        }
        text.into_iter().collect()
    })
}

#[test]
fn any_text_is_read_and_white_space_around_it_changes_nothing() {
    const COUNT: usize = if cfg!(miri) { 25 } else { 20_000 };
    for text in texts(COUNT) {
        let padded = format!("\n{text} ");
        for (name, datatype) in NAMES {
            let accepts = datatype.accepts(&text);
            assert_eq!(datatype.accepts(&padded), accepts, "{name}: {text:?}");
            let compared = datatype.compare(&text, &padded);
            assert!(
                compared.is_none_or(|it| accepts && it == Equal),
                "{name}: {text:?}"
            );
        }
    }
}

#[test]
fn values_that_have_an_order_have_one_order() {
    const COUNT: usize = if cfg!(miri) { 40 } else { 4_000 };
    let texts: Vec<String> = texts(COUNT).collect();
    for (name, datatype) in NAMES {
        let is_ordered = |it: &&String| datatype.compare(it, it).is_some();
        let mut values: Vec<&String> = texts.iter().filter(is_ordered).take(150).collect();
        values.sort_by(|a, b| datatype.compare(a, b).unwrap());
        for (at, a) in values.iter().enumerate() {
            for b in &values[at..] {
                let compared = datatype.compare(a, b);
                assert!(
                    matches!(compared, Some(Less | Equal)),
                    "{name}: {a:?} {b:?}"
                );
                let reversed = datatype.compare(b, a).map(Ordering::reverse);
                assert_eq!(compared, reversed, "{name}: {a:?} {b:?}");
            }
        }
    }
}

#[test]
fn a_very_long_text_is_read_in_a_moment() {
    const REPEATS: usize = if cfg!(miri) { 20 } else { 20_000 };
    const STEP: usize = if cfg!(miri) { 7 } else { 1 };
    let pieces = "0 9 - + . : T Z %41 % a- é 1e 2000-01-01 00:00:00";
    for text in pieces.split(' ').map(|piece| piece.repeat(REPEATS)) {
        let texts = [
            format!("1{text}1"),
            format!("0.{text}"),
            format!("1e{text}"),
            format!("00:00:00.{text}Z"),
            format!("2000-01-01T00:00:00.{text}"),
            format!("{text}-01-01"),
            text,
        ];
        let all = texts.iter().flat_map(|it| NAMES.map(|at| (it, at)));
        for (text, (name, datatype)) in all.step_by(STEP) {
            let compared = datatype.compare(text, text);
            assert!(compared.is_none_or(|it| it == Equal), "{name}");
        }
    }
}
