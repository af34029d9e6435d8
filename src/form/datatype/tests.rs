use super::*;
use Ordering::{Equal, Less};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

mod laws;
mod numbers;
mod times;

#[track_caller]
fn datatype(name: &str) -> Datatype {
    let datatype = Datatype::from_name(name);
    assert_eq!(datatype.name(), name);
    datatype
}

/// The values are separated by white space.
#[track_caller]
fn accepted(name: &str, values: &str) {
    for value in values.split_whitespace() {
        assert!(datatype(name).accepts(value), "{name}: {value:?}");
    }
}

#[track_caller]
fn refused(name: &str, values: &str) {
    for value in values.split_whitespace() {
        assert!(!datatype(name).accepts(value), "{name}: {value:?}");
    }
}

/// The values are accepted, and never compared.
#[track_caller]
fn unordered(name: &str, values: &str) {
    accepted(name, values);
    for (a, b) in pairs(values.split_whitespace()) {
        assert_eq!(datatype(name).compare(a, b), None, "{name}: {a:?} {b:?}");
    }
}

/// The values are written as `1 = 1.0 < 2`, and every two of them are compared; for Miri, each with some.
#[track_caller]
fn ordered(name: &str, values: &str) {
    const STEP: usize = if cfg!(miri) { 5 } else { 1 };
    let rows = (0..).zip(values.split(" < "));
    let ranked = rows.flat_map(|(rank, row)| row.split(" = ").map(move |it| (rank, it)));
    for ((rank, a), (other, b)) in pairs(ranked).into_iter().step_by(STEP) {
        let wanted = i32::cmp(&rank, &other);
        let compared = datatype(name).compare(a, b);
        assert_eq!(compared, Some(wanted), "{name}: {a:?} {b:?}");
    }
}

fn pairs<T: Copy>(all: impl IntoIterator<Item = T>) -> Vec<(T, T)> {
    let all: Vec<T> = all.into_iter().collect();
    let with_all = |a: &T| all.iter().map(|b| (*a, *b)).collect::<Vec<_>>();
    all.iter().flat_map(with_all).collect()
}

#[test]
fn every_registered_datatype_is_understood() {
    let registered =
        "anyURI byte date dateTime decimal double int integer language long short string time";
    for name in registered.split_whitespace() {
        datatype(&format!("xs:{name}"));
    }
    for (name, known) in NAMES {
        assert_eq!(datatype(name), known);
    }
}

#[test]
fn what_is_not_understood_is_a_string() {
    let names = "x:isbn xs: xs:Integer integer xsd:integer xs:duration xs:gYear xs:token xs:stringy xdv:integer";
    let spaced = ["", " xs:integer", "xs:integer ", "xs: integer"];
    for name in names.split_whitespace().chain(spaced) {
        assert_eq!(Datatype::from_name(name), Datatype::String, "{name}");
    }
    assert_eq!(Datatype::String.name(), "xs:string");
}

#[test]
fn any_text_is_a_string_and_none_is_the_greater() {
    unordered("xs:string", "a Z 1 2 \u{1F600}");
    for (a, b) in pairs(["", " ", "a b", "\t\n", "\u{0}"]) {
        assert!(Datatype::String.accepts(a));
        assert_eq!(Datatype::String.compare(a, b), None);
    }
}

#[test]
fn the_white_space_of_xml_around_a_value_means_nothing() {
    let values = [
        ("xs:anyURI", "xmpp:juliet@example.com"),
        ("xs:language", "en"),
        ("xs:boolean", "true"),
        ("xs:decimal", "-1.5"),
        ("xs:float", "INF"),
        ("xs:double", "1e5"),
        ("xs:date", "2004-09-22"),
        ("xs:time", "11:22:00Z"),
        ("xs:dateTime", "2003-10-06T11:22:00-07:00"),
        ("xs:integer", "77"),
        ("xs:byte", "77"),
    ];
    for (name, value) in values {
        let accepts = |value: &str| datatype(name).accepts(value);
        assert!(accepts(value), "{name}");
        assert!(accepts(&format!(" \t\r\n{value}\n\r\t ")), "{name}");
        for at in 1..value.len() {
            let (start, end) = value.split_at(at);
            assert!(!accepts(&format!("{start} {end}")), "{name}: {at}");
        }
        // Other white space is a character like any other.
        for space in ['\u{0B}', '\u{85}', '\u{A0}', '\u{2003}'] {
            let is_iri = name == "xs:anyURI" && space >= '\u{A0}';
            assert_eq!(accepts(&format!("{value}{space}")), is_iri, "{name}");
        }
    }
    ordered("xs:integer", " 1 = 1 = 1\n < 2 = \t2 ");
}

#[test]
fn nothing_at_all_is_only_a_string_or_a_uri() {
    for (name, datatype) in NAMES {
        let wanted = matches!(datatype, Datatype::String | Datatype::AnyUri);
        assert_eq!(datatype.accepts(""), wanted, "{name}");
        assert_eq!(datatype.accepts(" \n"), wanted, "{name}");
    }
}

#[test]
fn booleans_are_four_words() {
    unordered("xs:boolean", "true false 1 0");
    refused("xs:boolean", "TRUE True yes no 2 01 +1 -0");
}

#[test]
fn a_uri_reference_is_nearly_any_text() {
    unordered(
        "xs:anyURI",
        "http://example.com/ xmpp:romeo@montague.net?register mailto:a@b ../a?b#c # a:b:c // urn:isbn:0451450523
         http://[::1]:80/%7Ea%2f %C3%A9 http://é.example/ü \u{4E2D}\u{6587} a'(b)*!$&,;=~ `",
    );
}

#[test]
fn a_uri_reference_has_no_spaces_controls_delimiters_or_broken_escapes() {
    for character in " <>\"{}|\\^\u{0}\t\n\u{1F}\u{7F}\u{80}\u{9F}".chars() {
        let text = format!("a{character}b");
        assert!(!Datatype::AnyUri.accepts(&text), "{text:?}");
    }
    refused("xs:anyURI", "% a% a%2 %2g %g2 %%20 %20% %é %2é %+1 %41%4");
}

#[test]
fn a_language_is_letters_and_then_groups_of_letters_and_digits() {
    unordered(
        "xs:language",
        "a en EN-us de-CH-1996 i-navajo x-klingon abcdefgh zh-12345678 en-a-b-c-1-2-3",
    );
    refused(
        "xs:language",
        "abcdefghi en-123456789 e1 1 1-en - en- -en en--us en_US en-é é *",
    );
}
