use super::*;
use Ordering::{Equal, Less};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::RangeInclusive;

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

/// The values are written as `1 = 1.0 < 2`, and every two of them are compared.
#[track_caller]
fn ordered(name: &str, values: &str) {
    let rows = (0..).zip(values.split(" < "));
    let ranked = rows.flat_map(|(rank, row)| row.split(" = ").map(move |it| (rank, it)));
    for ((rank, a), (other, b)) in pairs(ranked) {
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

#[test]
fn decimals_are_digits_around_one_point() {
    accepted(
        "xs:decimal",
        "0 -0 +0 1 -1.23 12678967.543233 +100000.00 210 .5 -.5 5. +5. 007 0.0",
    );
    refused(
        "xs:decimal",
        ". + - -. 1e5 1.2.3 1..2 1,5 --1 +-1 -+1 1- 1+ 1.-1 0x1 INF NaN \u{661} ½ 1_000",
    );
}

#[test]
fn decimals_are_compared_by_value() {
    ordered(
        "xs:decimal",
        "-100 = -0100.0 < -99.99 < -10.5 < -10.05 < -9 < -1.000000000000000000000000000000000001 < \
         -1 = -1. = -01.000 < -.5 = -0.50 < 0 = -0 = +0 = .0 = 0. = -0.000 = 000 < \
         0.000000000000000000000000000000000001 < 0.09 < 0.1 = .1 = +.10 = 00.1 < 0.10001 < 0.2 < \
         1 = 1.0 = +01 = 1. < 1.5 < 9 < 10 < 99999999999999999999999999999999999999999 < \
         100000000000000000000000000000000000000000 = +0100000000000000000000000000000000000000000.00 < \
         100000000000000000000000000000000000000000.1",
    );
}

#[test]
#[cfg_attr(miri, ignore = "too long for it")]
fn decimals_agree_with_scaled_integers() {
    let written = |scaled: i64| {
        let sign = if scaled < 0 { "-" } else { "" };
        format!("{sign}{}.{:03}", scaled.abs() / 1000, scaled.abs() % 1000)
    };
    for (a, b) in pairs((-60..60).chain((-30..30).map(|it| it * 997))) {
        let compared = Datatype::Decimal.compare(&written(a), &written(b));
        assert_eq!(compared, Some(a.cmp(&b)), "{a} {b}");
    }
}

#[test]
fn integers_have_no_point() {
    accepted(
        "xs:integer",
        "0 -0 +7 -12 0000 123456789012345678901234567890",
    );
    refused("xs:integer", "1.0 1. .0 . - + 1e3 --1 0x10 one");
}

#[test]
fn integers_agree_with_those_of_the_machine() {
    let edges = [0, 1, 9, 10, 99, 100, 255, 256, i64::MAX - 1, i64::MAX];
    for (a, b) in pairs(edges.into_iter().flat_map(|it| [it, -it]).chain(-20..20)) {
        let compared = datatype("xs:integer").compare(&a.to_string(), &format!(" {b:+025}"));
        assert_eq!(compared, Some(a.cmp(&b)), "{a} {b}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "too long for it")]
fn integers_of_any_length_are_compared() {
    let (nines, zeros) = ("9".repeat(10_000), "0".repeat(10_000));
    ordered(
        "xs:integer",
        &format!(
            "-1{zeros} < -{nines} = -{zeros}{nines} < -{zeros} = {zeros} < {nines} = +0{nines} < 1{zeros}"
        ),
    );
}

#[test]
#[cfg_attr(miri, ignore = "too long for it")]
fn the_bounds_belong_to_a_bounded_integer() {
    let rows: [(&str, i128, i128); 8] = [
        ("xs:byte", i8::MIN.into(), i8::MAX.into()),
        ("xs:short", i16::MIN.into(), i16::MAX.into()),
        ("xs:int", i32::MIN.into(), i32::MAX.into()),
        ("xs:long", i64::MIN.into(), i64::MAX.into()),
        ("xs:unsignedByte", 0, u8::MAX.into()),
        ("xs:unsignedShort", 0, u16::MAX.into()),
        ("xs:unsignedInt", 0, u32::MAX.into()),
        ("xs:unsignedLong", 0, u64::MAX.into()),
    ];
    for (name, min, max) in rows {
        let around = |it: i128| it - 300..it + 300;
        for value in around(min).chain(around(max)).chain([i128::MIN, i128::MAX]) {
            let fits = (min..=max).contains(&value);
            assert_eq!(datatype(name).accepts(&value.to_string()), fits, "{value}");
            assert_eq!(
                datatype(name).accepts(&format!("{value:+045}")),
                fits,
                "{value}"
            );
        }
        ordered(name, &format!("{min} < 1 < {max}"));
        let beyond = datatype(name).compare("1", &(max + 1).to_string());
        assert_eq!(beyond, None, "{name}");
        refused(name, "1.0 x -");
    }
}

#[test]
fn half_bounded_integers_end_at_zero() {
    let long = "1".repeat(100);
    accepted("xs:nonNegativeInteger", &format!("0 -0 1 +{long}"));
    refused("xs:nonNegativeInteger", &format!("-1 0.5 -{long}"));
    accepted("xs:positiveInteger", &format!("1 +1 {long}"));
    refused("xs:positiveInteger", &format!("0 -0 -1 -{long}"));
    accepted("xs:nonPositiveInteger", &format!("0 +0 -1 -{long}"));
    refused("xs:nonPositiveInteger", &format!("1 -0.5 {long}"));
    accepted("xs:negativeInteger", &format!("-1 -01 -{long}"));
    refused("xs:negativeInteger", &format!("0 -0 1 {long}"));
}

#[test]
fn floating_point_numbers_have_exponents_and_four_special_words() {
    for name in ["xs:double", "xs:float"] {
        accepted(
            name,
            "-1E4 1267.43233E12 12.78e-2 12 -0 0 INF -INF +INF NaN .5e+1 5. 5.e1 +1e0001
             1e999999999999999999999 1e-999999999999999999999",
        );
        refused(
            name,
            ". + e e5 1e 1e+ .e1 1e5.0 1e1e1 --1 1+1 inf Inf infinity INFINITY nan NAN -NaN +NaN --INF INF1
             1f 1d 0x1p3 1_0 é",
        );
    }
}

#[test]
fn floating_point_numbers_are_compared_by_value() {
    ordered(
        "xs:double",
        "-INF = -1e999 < -1e10 < -2 < 0 = -0 = 0e7 = 1e-999 < 0.5 = 5e-1 = .5 = 50E-2 < 1 < 1.00000001 < \
         1e1 = 10 = +010.0 < 1e39 < INF = +INF = 1e999",
    );
    // Of 24 binary digits.
    ordered("xs:float", "1 = 1.00000001 < 1.0000002 < 1e38 < 1e39 = INF");
    unordered("xs:double", "NaN");
    for other in ["0", "INF", "-INF"] {
        assert_eq!(Datatype::Double.compare("NaN", other), None);
        assert_eq!(Datatype::Double.compare(other, "NaN"), None);
    }
}

#[test]
fn doubles_agree_with_those_of_the_machine() {
    let least = [0.0, f64::MIN_POSITIVE, f64::EPSILON, 1e-300];
    let numbers = [0.1, 1.0, 1.5, 1e15, 1e300, f64::MAX, f64::INFINITY];
    let numbers = least.into_iter().chain(numbers);
    let written = |it: f64| format!("{it:e}").replace("inf", "INF");
    for (a, b) in pairs(numbers.flat_map(|it| [it, -it])) {
        let compared = Datatype::Double.compare(&written(a), &written(b));
        assert_eq!(compared, a.partial_cmp(&b), "{a} {b}");
    }
}

/// Where the rule for leap years has its exceptions, and where a year has another number of digits or another sign.
const YEARS: [RangeInclusive<i64>; 8] = [
    -401..=-399,
    -101..=-99,
    -5..=5,
    1599..=1601,
    1895..=1905,
    1995..=2005,
    2095..=2105,
    9998..=10_002,
];

/// The months and days of a year, from a table.
fn days_of(year: i64) -> impl Iterator<Item = (i64, i64)> {
    let is_leap = match (year % 400, year % 100, year % 4) {
        (0, ..) => true,
        (_, 0, _) => false,
        (.., remainder) => remainder == 0,
    };
    let february = if is_leap { 29 } else { 28 };
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let months = (1..).zip(lengths);
    months.flat_map(|(month, length)| (1..=length).map(move |day| (month, day)))
}

fn written(year: i64, month: i64, day: i64) -> String {
    let sign = if year < 0 { "-" } else { "" };
    format!("{sign}{:04}-{month:02}-{day:02}", year.abs())
}

#[test]
#[cfg_attr(miri, ignore = "too long for it")]
fn exactly_the_days_of_the_calendar_are_dates() {
    for year in YEARS.into_iter().flatten() {
        let days: Vec<_> = days_of(year).collect();
        for at in (0..=13).flat_map(|month| (0..=32).map(move |day| (month, day))) {
            let text = written(year, at.0, at.1);
            assert_eq!(Datatype::Date.accepts(&text), days.contains(&at), "{text}");
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "too long for it")]
fn every_day_is_one_after_the_day_before() {
    for years in YEARS {
        let of_year = |year| days_of(year).map(move |(month, day)| written(year, month, day));
        let days: Vec<String> = years.flat_map(of_year).collect();
        let first = day_number(&days[0]).unwrap();
        for (count, day) in (0..).zip(&days) {
            assert_eq!(day_number(day).unwrap() - first, count, "{day}");
        }
        for pair in days.windows(2) {
            let (a, b) = (&pair[0], &pair[1]);
            assert_eq!(Datatype::Date.compare(a, b), Some(Less), "{a} {b}");
            let (a, b) = (format!("{a}T24:00:00"), format!("{b}T05:30:00+05:30"));
            assert_eq!(Datatype::DateTime.compare(&a, &b), Some(Equal), "{a} {b}");
        }
    }
}

#[test]
fn four_hundred_years_have_146097_days() {
    for year in [-2_000_000_000, -400, -1, 0, 1, 1970, 2_000_000_000] {
        let number = |year| day_number(&written(year, 3, 1)).unwrap();
        assert_eq!(number(year + 400) - number(year), 146_097, "{year}");
    }
}

#[test]
fn dates_are_written_in_one_way_only() {
    accepted(
        "xs:date",
        "2004-09-22 2004-09-22Z 2004-09-22+14:00 2004-09-22-14:00 2004-02-29 -0001-12-31 0000-02-29
         12004-09-22 -12004-09-22+00:00 2147483647-12-31 -2147483648-01-01",
    );
    refused(
        "xs:date",
        "2003-02-29 1900-02-29 2100-02-29 04-09-22 204-09-22 02004-09-22 00000-01-01 +2004-09-22 --2004-09-22
         2004-9-22 2004-09-2 2004-009-22 2004-09-022 20040922 2004/09/22 22.09.2004 2004-09 2004 -09-22
         2004-09- 2004--22 2004-09-22T00:00:00 2004-09-22z 2004-09-22ZZ 2004-09-22Z+01:00 2004-09-22+1:00
         2004-09-22+01 2004-09-22+0100 2004-09-22+14:01 2004-09-22-15:00 2004-09-22+13:60 2004-09-22+01:00:00
         2004-09-22+01:00Z 2004-+9-22 2004-09-+2 2147483648-01-01 -2147483649-01-01 99999999999999999999-01-01
         2004-09-2é é004-09-22 ２００４-09-22 2004-09-22+é:00 2004-09-22é+1:00 2004-09-22+-1:00 Z +01:00 -",
    );
}

#[test]
fn dates_are_ordered_by_their_beginnings() {
    ordered(
        "xs:date",
        "-2147483648-01-01 < -10000-01-01 < -0002-12-31 < -0001-01-01 < 0000-12-31 = -0000-12-31 < 0001-01-01 < \
         1999-12-31 < 2000-01-01+14:00 < 2000-01-01 = 2000-01-01Z = 2000-01-01+00:00 = 2000-01-01-00:00 < \
         2000-01-02+13:59 < 2000-01-02+12:00 = 2000-01-01-12:00 < 2000-01-01-14:00 < 2000-01-02 < 9999-12-31 < \
         10000-01-01 < 2147483647-12-31",
    );
}

#[test]
fn times_are_written_in_one_way_only() {
    accepted(
        "xs:time",
        "00:00:00 23:59:59 11:22:33.5 11:22:33.000000000000000000000000000001 24:00:00 24:00:00.00 24:00:00Z
         13:20:00-05:00 13:20:00.25+14:00 23:59:59.999Z",
    );
    refused(
        "xs:time",
        "24:00:01 24:00:00.1 24:01:00 25:00:00 23:60:00 23:59:60 23:59:61 1:00:00 11:2:00 11:22:3 011:22:33
         11:22 11 11:22:33. 11:22:.5 11:22:33,5 11:22:33.5.5 11:22:33:44 -11:22:33 +11:22:33 T11:22:33
         11:22:33+14:30 11:22:33+24:00 11:22:33- 11:22:33+01:0 11:22:33+001:00 11:22:33.+01:00 é1:22:33
         11:22:33.5é :: :00:00 1１:22:33 11:+2:33 11:22:33.-5 11:22:33.5e1 23:60:60 99:99:99",
    );
}

#[test]
#[cfg_attr(miri, ignore = "too long for it")]
fn exactly_the_seconds_of_a_day_are_times() {
    let two = || (0..100).flat_map(|a| (0..100).map(move |b| (a, b)));
    for ((hour, minute), second) in two().flat_map(|it| [0, 59, 60].map(|second| (it, second))) {
        let text = format!("{hour:02}:{minute:02}:{second:02}");
        let fits = hour < 24 && minute < 60 && second < 60 || text == "24:00:00";
        let number = (hour * 60 + minute) * 60 + second;
        assert_eq!(second_of_day(&text), fits.then_some((number, "")), "{text}");
        assert_eq!(Datatype::Time.accepts(&text), fits, "{text}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "too long for it")]
fn exactly_the_minutes_up_to_fourteen_hours_are_timezones() {
    let two = || (0..100).flat_map(|a| (0..100).map(move |b| (a, b)));
    for ((hours, minutes), sign) in two().flat_map(|it| ["+", "-"].map(|sign| (it, sign))) {
        let fits = minutes < 60 && hours * 60 + minutes <= 14 * 60;
        let zone = format!("{sign}{hours:02}:{minutes:02}");
        for (name, text) in [
            ("xs:date", "2004-09-22"),
            ("xs:time", "11:22:33"),
            ("xs:dateTime", "2004-09-22T11:22:33.5"),
        ] {
            let text = format!("{text}{zone}");
            assert_eq!(datatype(name).accepts(&text), fits, "{text}");
        }
    }
}

#[test]
fn times_are_ordered_as_if_all_were_of_one_day() {
    ordered(
        "xs:time",
        "00:00:00+14:00 = 24:00:00+14:00 < 00:00:00 = 24:00:00 = 00:00:00.000Z = 05:30:00+05:30 < \
         00:00:00.0001 < 00:00:00.001 = 00:00:00.0010 < 00:00:00.1 < 00:00:00.9999999999999999999999999999 < \
         00:00:01 < 09:00:00 < 10:00:00 = 10:00:00.0 = 05:00:00-05:00 < 23:59:59.99 < 19:00:00-05:00 < \
         23:59:59-14:00",
    );
}

#[test]
fn a_date_and_a_time_are_joined_by_a_capital_t() {
    accepted(
        "xs:dateTime",
        "2003-10-06T11:22:00-07:00 2002-10-10T17:00:00Z 2002-10-10T17:00:00 -0044-03-15T12:00:00
         12345-01-01T24:00:00.000+14:00 2000-02-29T23:59:59.123456789012345678901234567890",
    );
    refused(
        "xs:dateTime",
        "2003-10-06 11:22:00 2003-10-06t11:22:00 2003-10-06T11:22 T 2003-10-06T T11:22:00 2003-10-06TT11:22:00
         2003-10-06Z11:22:00 2003-10-06ZT11:22:00 2003-10-06-07:00T11:22:00 2003-02-29T11:22:00
         2003-10-06T23:59:60Z 20031006T11:22:00 2003-10-06T24:00:01 2003-10-06T11:22:00-07
         2003-10-06T11:22:00z 2003-10-06T11:22:00T11:22:00 1065435720",
    );
}

#[test]
fn the_value_in_the_example_of_xep_0122_is_in_its_range() {
    ordered(
        "xs:dateTime",
        "2003-10-05T00:00:00-07:00 < 2003-10-06T11:22:00-07:00 < 2003-10-24T23:59:59-07:00",
    );
}

#[test]
fn points_in_time_are_ordered_across_days_and_years() {
    ordered(
        "xs:dateTime",
        "-2147483648-01-01T00:00:00+14:00 < -0001-12-31T23:59:59.9 < \
         -0001-12-31T24:00:00 = 0000-01-01T00:00:00 = 0000-01-01T14:00:00+14:00 < 1999-12-31T23:59:59.999 < \
         1999-12-31T24:00:00 = 2000-01-01T00:00:00Z = 1999-12-31T10:00:00-14:00 = 1999-12-31T24:00:00+00:00 < \
         2000-01-01T00:00:00.5 = 2000-01-01T00:00:00.500 < 2147483647-12-31T24:00:00-14:00",
    );
}

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
#[cfg_attr(miri, ignore = "too long for it")]
fn any_text_is_read_and_white_space_around_it_changes_nothing() {
    for text in texts(20_000) {
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
#[cfg_attr(miri, ignore = "too long for it")]
fn values_that_have_an_order_have_one_order() {
    let texts: Vec<String> = texts(4_000).collect();
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
#[cfg_attr(miri, ignore = "too long for it")]
fn a_very_long_text_is_read_in_a_moment() {
    let pieces = "0 9 - + . : T Z %41 % a- é 1e 2000-01-01 00:00:00";
    for text in pieces.split(' ').map(|piece| piece.repeat(20_000)) {
        let texts = [
            format!("1{text}1"),
            format!("0.{text}"),
            format!("1e{text}"),
            format!("00:00:00.{text}Z"),
            format!("2000-01-01T00:00:00.{text}"),
            format!("{text}-01-01"),
            text,
        ];
        for (text, (name, datatype)) in texts.iter().flat_map(|it| NAMES.map(|at| (it, at))) {
            let compared = datatype.compare(text, text);
            assert!(compared.is_none_or(|it| it == Equal), "{name}");
        }
    }
}
