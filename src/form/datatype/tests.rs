use super::*;
use Ordering::{Equal, Greater, Less};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

fn datatype(name: &str) -> Datatype {
    let datatype = Datatype::from_name(name);
    assert_eq!(datatype.name(), name);
    datatype
}

#[track_caller]
fn accepted(name: &str, values: &[&str]) {
    for value in values {
        assert!(datatype(name).accepts(value), "{name}: {value:?}");
    }
}

#[track_caller]
fn refused(name: &str, values: &[&str]) {
    for value in values {
        assert!(!datatype(name).accepts(value), "{name}: {value:?}");
        let compared = datatype(name).compare(value, value);
        assert_eq!(compared, None, "{name}: {value:?}");
    }
}

/// The values ascend strictly; those of one row are equal.
#[track_caller]
fn ascending(name: &str, rows: &[&[&str]]) {
    let datatype = datatype(name);
    let ranked = || {
        (0..)
            .zip(rows)
            .flat_map(|(rank, row)| row.iter().map(move |it| (rank, it)))
    };
    for (rank, a) in ranked() {
        for (other, b) in ranked() {
            let wanted = i32::cmp(&rank, &other);
            assert_eq!(datatype.compare(a, b), Some(wanted), "{name}: {a:?} {b:?}");
        }
    }
}

#[track_caller]
fn unordered(name: &str, values: &[&str]) {
    for (a, b) in values
        .iter()
        .flat_map(|a| values.iter().map(move |b| (a, b)))
    {
        assert!(datatype(name).accepts(a), "{name}: {a:?}");
        assert_eq!(datatype(name).compare(a, b), None, "{name}: {a:?} {b:?}");
    }
}

#[test]
fn every_registered_datatype_is_understood() {
    let registered = [
        "anyURI", "byte", "date", "dateTime", "decimal", "double", "int", "integer", "language",
        "long", "short", "string", "time",
    ];
    for name in registered {
        datatype(&format!("xs:{name}"));
    }
    for (at, (name, known)) in NAMES.into_iter().enumerate() {
        assert_eq!(Datatype::from_name(name), known);
        assert_eq!(known.name(), name);
        for (other, another) in NAMES.into_iter().skip(at + 1) {
            assert!(name != other && known != another, "{name} {other}");
        }
    }
}

#[test]
fn what_is_not_understood_is_a_string() {
    let names = [
        "",
        "x:isbn",
        "xs:",
        "xs:Integer",
        "integer",
        " xs:integer",
        "xs:integer ",
        "xsd:integer",
        "xs:duration",
        "xs:gYear",
        "xs:token",
        "xs:stringy",
        "xdv:integer",
    ];
    for name in names {
        assert_eq!(Datatype::from_name(name), Datatype::String, "{name}");
        assert_eq!(Datatype::from_name(name).name(), "xs:string");
    }
}

#[test]
fn any_text_is_a_string_and_none_is_the_greater() {
    unordered(
        "xs:string",
        &["", " ", "a", "Z", "1", "2", "\u{1F600}", "a\nb"],
    );
}

#[test]
fn white_space_of_xml_around_a_value_means_nothing() {
    let values = [
        ("xs:anyURI", "xmpp:juliet@example.com"),
        ("xs:language", "en"),
        ("xs:boolean", "true"),
        ("xs:decimal", "-1.5"),
        ("xs:float", "INF"),
        ("xs:double", "1e5"),
        ("xs:date", "2004-09-22"),
        ("xs:time", "11:22:00"),
        ("xs:dateTime", "2003-10-06T11:22:00-07:00"),
        ("xs:integer", "7"),
        ("xs:byte", "7"),
    ];
    for (name, value) in values {
        accepted(name, &[value, &format!(" \t\r\n{value}\n\r\t ")]);
        // Other white space is a character like any other.
        for space in ['\u{A0}', '\u{0B}', '\u{2003}', '\u{85}'] {
            let is_iri = name == "xs:anyURI" && space > '\u{9F}';
            let padded = format!("{value}{space}");
            assert_eq!(
                datatype(name).accepts(&padded),
                is_iri,
                "{name}: {padded:?}"
            );
        }
        let halved = format!("{} {}", &value[..1], &value[1..]);
        refused(name, &[&halved]);
    }
    ascending("xs:integer", "1 =  1 = 1\n < 2 = \t2 ");
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
    accepted("xs:boolean", "true false 1 0");
    refused("xs:boolean", "TRUE True yes no 2 01 +1 -0");
    unordered("xs:boolean", "true false 1 0");
}

#[test]
fn a_uri_reference_is_nearly_any_text() {
    let values = [
        "http://example.com/",
        "xmpp:romeo@montague.net?register",
        "mailto:a@b",
        "../a?b#c",
        "#",
        "a:b:c",
        "//",
        "urn:isbn:0451450523",
        "http://[::1]:80/%7Ea%2f",
        "%C3%A9",
        "http://é.example/ü",
        "\u{4E2D}\u{6587}",
        "a'(b)*!$&,;=~",
        "`",
    ];
    accepted("xs:anyURI", &values);
    unordered("xs:anyURI", &values);
}

#[test]
fn a_uri_reference_has_no_spaces_controls_delimiters_or_broken_escapes() {
    let characters = " <>\"{}|\\^\u{0}\t\n\u{1F}\u{7F}\u{80}\u{9F}";
    for character in characters.chars() {
        refused("xs:anyURI", &[&format!("a{character}b")]);
    }
    refused("xs:anyURI", "% a% a%2 %2g %g2 %%20 %20% %é %2é %+1");
}

#[test]
fn a_language_is_letters_and_then_groups_of_letters_and_digits() {
    let values = [
        "a",
        "en",
        "EN-us",
        "de-CH-1996",
        "i-navajo",
        "x-klingon",
        "abcdefgh",
        "zh-12345678",
        "en-a-b-c-1-2-3",
    ];
    accepted("xs:language", &values);
    unordered("xs:language", &values);
    refused(
        "xs:language",
        "abcdefghi en-123456789 e1 1 - en- -en en--us en_US en-é é *",
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
        &[
            ".", "+", "-", "-.", "1e5", "1.2.3", "1..2", "1,5", "--1", "+-1", "1-", "1+", "0x1",
            "INF", "NaN", "1 2", "\u{661}", "½", "- 1", "1_000",
        ],
    );
}

#[test]
fn decimals_are_compared_by_value() {
    ascending(
        "xs:decimal",
        "-100 = -0100.0
         < -99.99
         < -10.5
         < -10.05
         < -9
         < -1.000000000000000000000000000000000001
         < -1 = -1. = -01.000
         < -.5 = -0.50
         < 0 = -0 = +0 = .0 = 0. = -0.000 = 000
         < 0.000000000000000000000000000000000001
         < 0.09
         < 0.1 = .1 = +.10 = 00.1
         < 0.10001
         < 0.2
         < 1 = 1.0 = +01 = 1.
         < 1.5
         < 9
         < 10
         < 99999999999999999999999999999999999999999
         < 100000000000000000000000000000000000000000 = +0100000000000000000000000000000000000000000.00
         < 100000000000000000000000000000000000000000.1",
    );
}

#[test]
fn decimals_agree_with_scaled_integers() {
    let written = |scaled: i64| {
        let sign = if scaled < 0 { "-" } else { "" };
        format!("{sign}{}.{:03}", scaled.abs() / 1000, scaled.abs() % 1000)
    };
    let values: Vec<i64> = (-60..60).chain((-30..30).map(|it| it * 997)).collect();
    for a in &values {
        for b in &values {
            let (a_text, b_text) = (written(*a), written(*b));
            let compared = Datatype::Decimal.compare(&a_text, &b_text);
            assert_eq!(compared, Some(a.cmp(b)), "{a_text} {b_text}");
        }
    }
}

#[test]
fn integers_have_no_point() {
    accepted(
        "xs:integer",
        "0 -0 +7 -12 0000 123456789012345678901234567890",
    );
    refused("xs:integer", "1.0 1. . - + 1e3 --1 0x10 one");
}

#[test]
fn integers_agree_with_the_machine_s() {
    let edges = [0, 1, 9, 10, 99, 100, 255, 256, i64::MAX - 1, i64::MAX];
    let values: Vec<i64> = edges
        .iter()
        .flat_map(|it| [*it, -it])
        .chain(-20..20)
        .collect();
    for a in &values {
        for b in &values {
            let compared = datatype("xs:integer").compare(&a.to_string(), &format!(" {b:+025}"));
            assert_eq!(compared, Some(a.cmp(b)), "{a} {b}");
        }
    }
}

#[test]
fn integers_of_any_length_are_compared() {
    let long = "9".repeat(10_000);
    let longer = format!("1{}", "0".repeat(10_000));
    let rows = [
        &[&*format!("-{longer}")][..],
        &[&format!("-{long}"), &format!("-000{long}")],
        &["0"],
        &[
            &long,
            &format!("+{long}"),
            &format!("{}{long}", "0".repeat(10_000)),
        ],
        &[&longer],
    ];
    ascending("xs:integer", &rows);
}

#[test]
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
        for value in (min - 300..min + 300)
            .chain(max - 300..max + 300)
            .chain([i128::MIN, i128::MAX])
        {
            let fits = (min..=max).contains(&value);
            for text in [
                value.to_string(),
                format!("{value:+}"),
                format!("{value:045}"),
            ] {
                assert_eq!(datatype(name).accepts(&text), fits, "{name}: {text}");
            }
        }
        assert_eq!(
            datatype(name).compare(&min.to_string(), &max.to_string()),
            Some(Less)
        );
        assert_eq!(
            datatype(name).compare(&min.to_string(), &(max + 1).to_string()),
            None
        );
        refused(name, "1.0 x");
    }
}

#[test]
fn half_bounded_integers_end_at_zero() {
    let long = "1".repeat(100);
    let (below, above) = (format!("-{long}"), format!("+{long}"));
    accepted("xs:nonNegativeInteger", &["0", "-0", "1", &above]);
    refused("xs:nonNegativeInteger", &["-1", &below, "0.5"]);
    accepted("xs:positiveInteger", &["1", "+1", &above]);
    refused("xs:positiveInteger", &["0", "-0", "-1", &below]);
    accepted("xs:nonPositiveInteger", &["0", "+0", "-1", &below]);
    refused("xs:nonPositiveInteger", &["1", &above, "-0.5"]);
    accepted("xs:negativeInteger", &["-1", "-01", &below]);
    refused("xs:negativeInteger", &["0", "-0", "1", &above]);
}

#[test]
fn floating_point_numbers_have_exponents_and_four_special_words() {
    for name in ["xs:double", "xs:float"] {
        accepted(
            name,
            "-1E4 1267.43233E12 12.78e-2 12 -0 0 INF -INF +INF NaN .5e+1 5. 1e999999999999999999999
         1e-999999999999999999999 +1e0001",
        );
        refused(
        name,
        ". e e5 1e 1e+ .e1 1e5.0 1e1e1 --1 1+1 inf Inf infinity INFINITY nan NAN -NaN +NaN --INF INF1 1f 0x1p3
         1d é",
    );
    }
}

#[test]
fn doubles_agree_with_the_machine_s() {
    let numbers = [
        0.0,
        1.0,
        1.5,
        0.1,
        1e-300,
        1e300,
        f64::MIN_POSITIVE,
        f64::MAX,
        f64::EPSILON,
        1e15,
        f64::INFINITY,
    ];
    let written = |it: f64| match it.to_string() {
        text if it.is_infinite() => text.replace("inf", "INF"),
        _ => format!("{it:e}"),
    };
    let values: Vec<f64> = numbers.iter().flat_map(|it| [*it, -it]).collect();
    for a in &values {
        for b in &values {
            let compared = Datatype::Double.compare(&written(*a), &written(*b));
            assert_eq!(compared, a.partial_cmp(b), "{a} {b}");
        }
    }
}

#[test]
fn floating_point_numbers_are_compared_by_value() {
    ascending(
        "xs:double",
        "-INF = -1e999
         < -1e10
         < -2
         < 0 = -0 = 0e7 = 1e-999
         < 0.5 = 5e-1 = .5 = 50E-2
         < 1
         < 1.00000001
         < 1e1 = 10 = +010.0
         < INF = +INF = 1e999",
    );
    // Of 24 binary digits.
    ascending("xs:float", "1 = 1.00000001 < 1.0000002 < 1e38 < 1e39 = INF");
    unordered("xs:double", "NaN");
    for other in ["0", "INF", "-INF"] {
        assert_eq!(Datatype::Double.compare("NaN", other), None);
        assert_eq!(Datatype::Double.compare(other, "NaN"), None);
    }
}

/// The days of a year, told by a table: which the code has none of.
fn days_of(year: i64) -> impl Iterator<Item = (i64, i64)> {
    let is_leap = match (year % 4, year % 100, year % 400) {
        (_, _, 0) => true,
        (_, 0, _) => false,
        (by_four, _, _) => by_four == 0,
    };
    let february = if is_leap { 29 } else { 28 };
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    (1..)
        .zip(lengths)
        .flat_map(|(month, length)| (1..=length).map(move |day| (month, day)))
}

fn written(year: i64, month: i64, day: i64) -> String {
    let sign = if year < 0 { "-" } else { "" };
    format!("{sign}{:04}-{month:02}-{day:02}", year.abs())
}

const YEARS: [core::ops::RangeInclusive<i64>; 8] = [
    -401..=-399,
    -101..=-99,
    -5..=5,
    1599..=1601,
    1895..=1905,
    1995..=2005,
    2095..=2105,
    9998..=10_002,
];

#[test]
fn exactly_the_days_of_the_calendar_are_dates() {
    for year in YEARS.into_iter().flatten() {
        let days: Vec<_> = days_of(year).collect();
        for (month, day) in (0..=13).flat_map(|month| (0..=32).map(move |day| (month, day))) {
            let text = written(year, month, day);
            assert_eq!(
                Datatype::Date.accepts(&text),
                days.contains(&(month, day)),
                "{text}"
            );
        }
    }
}

#[test]
fn every_day_is_one_after_the_day_before() {
    for years in YEARS {
        let days =
            years.flat_map(|year| days_of(year).map(move |(month, day)| written(year, month, day)));
        let days: Vec<String> = days.collect();
        let first = day_number(&days[0]).unwrap();
        for (count, day) in (0..).zip(&days) {
            assert_eq!(day_number(day).unwrap() - first, count, "{day}");
        }
        for pair in days.windows(2) {
            let [before, after] = pair else {
                unreachable!()
            };
            assert_eq!(
                Datatype::Date.compare(before, after),
                Some(Less),
                "{pair:?}"
            );
            assert_eq!(
                Datatype::Date.compare(after, before),
                Some(Greater),
                "{pair:?}"
            );
            assert_eq!(
                Datatype::Date.compare(after, &format!("{after}Z")),
                Some(Equal),
                "{pair:?}"
            );
            let ends = Datatype::DateTime
                .compare(&format!("{before}T24:00:00"), &format!("{after}T00:00:00"));
            assert_eq!(ends, Some(Equal), "{pair:?}");
            let (west, east) = (
                format!("{before}T19:00:00.50-05:00"),
                format!("{after}T05:30:00.5+05:30"),
            );
            assert_eq!(
                Datatype::DateTime.compare(&west, &east),
                Some(Equal),
                "{pair:?}"
            );
        }
    }
}

#[test]
fn four_hundred_years_have_146097_days() {
    for year in [
        -2_000_000_000,
        -400,
        -1,
        0,
        1,
        1970,
        2000,
        10_000,
        2_000_000_000,
    ] {
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
    ascending(
        "xs:date",
        "-10000-01-01
         < -0002-12-31
         < -0001-01-01
         < 0000-12-31 = -0000-12-31
         < 0001-01-01
         < 1999-12-31
         < 2000-01-01+14:00
         < 2000-01-01 = 2000-01-01Z = 2000-01-01+00:00 = 2000-01-01-00:00
         < 2000-01-02+13:59
         < 2000-01-02+12:00 = 2000-01-01-12:00
         < 2000-01-01-14:00
         < 2000-01-02
         < 9999-12-31
         < 10000-01-01
         < 2147483647-12-31",
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
         11:22:33.5é :: :00:00 1１:22:33 11:+2:33 11:22:33.-5 11:22:33.5e1",
    );
}

#[test]
fn exactly_the_minutes_up_to_fourteen_hours_are_timezones() {
    for (hours, minutes) in (0..100).flat_map(|hours| (0..100).map(move |minutes| (hours, minutes)))
    {
        let fits = minutes < 60 && hours * 60 + minutes <= 840;
        for sign in ['+', '-'] {
            let zone = format!("{sign}{hours:02}:{minutes:02}");
            assert_eq!(
                Datatype::Date.accepts(&format!("2004-09-22{zone}")),
                fits,
                "{zone}"
            );
            assert_eq!(
                Datatype::Time.accepts(&format!("11:22:33{zone}")),
                fits,
                "{zone}"
            );
            let both = format!("2004-09-22T11:22:33.5{zone}");
            assert_eq!(Datatype::DateTime.accepts(&both), fits, "{zone}");
        }
    }
}

#[test]
fn every_second_of_a_day_is_one_after_the_second_before() {
    let mut count = 0;
    for (hour, minute) in (0..100).flat_map(|hour| (0..100).map(move |minute| (hour, minute))) {
        for second in [0, 1, 30, 58, 59, 60, 99] {
            let text = format!("{hour:02}:{minute:02}:{second:02}");
            let fits = hour < 24 && minute < 60 && second < 60 || text == "24:00:00";
            assert_eq!(Datatype::Time.accepts(&text), fits, "{text}");
            if fits {
                let wanted = (hour * 60 + minute) * 60 + second;
                assert_eq!(second_of_day(&text), Some((wanted, "")), "{text}");
                count += 1;
            }
        }
    }
    assert_eq!(count, 24 * 60 * 5 + 1);
}

#[test]
fn times_are_compared_as_if_of_one_day() {
    ascending(
        "xs:time",
        "00:00:00+14:00 = 24:00:00+14:00
         < 00:00:00 = 24:00:00 = 00:00:00.000Z = 05:30:00+05:30
         < 00:00:00.0001
         < 00:00:00.001 = 00:00:00.0010
         < 00:00:00.1
         < 00:00:00.9999999999999999999999999999
         < 00:00:01
         < 09:00:00
         < 10:00:00 = 10:00:00.0 = 05:00:00-05:00
         < 23:59:59.99
         < 19:00:00-05:00
         < 23:59:59-14:00",
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
         2003-10-06T11:22:00z 1065435720",
    );
}

#[test]
fn the_range_of_xep_0122_orders_its_value() {
    ascending(
        "xs:dateTime",
        "2003-10-05T00:00:00-07:00 < 2003-10-06T11:22:00-07:00 = 2003-10-06T18:22:00Z = 2003-10-06T18:22:00 = 2003-10-07T08:22:00+14:00 < 2003-10-24T23:59:59-07:00",
    );
}

#[test]
fn points_in_time_are_compared_across_days_and_years() {
    ascending(
        "xs:dateTime",
        "-2147483648-01-01T00:00:00+14:00
         < -0001-12-31T23:59:59.9
         < -0001-12-31T24:00:00 = 0000-01-01T00:00:00 = 0000-01-01T14:00:00+14:00
         < 1999-12-31T23:59:59.999
         < 1999-12-31T24:00:00 = 2000-01-01T00:00:00Z = 1999-12-31T10:00:00-14:00 = 1999-12-31T24:00:00+00:00
         < 2000-01-01T00:00:00.5 = 2000-01-01T00:00:00.500
         < 2000-02-28T24:00:00 = 2000-02-29T00:00:00 = 2000-02-29T01:00:00+01:00
         < 2000-02-29T24:00:00 = 2000-03-01T00:00:00
         < 2147483647-12-31T24:00:00-14:00",
    );
}

/// Texts that look like values, the same ones in every run.
fn texts(count: usize) -> impl Iterator<Item = String> {
    let mut state = 77_u64;
    let mut below = move |bound: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % bound
    };
    let seeds = [
        "2003-10-06T11:22:00-07:00",
        "2000-02-29",
        "23:59:59.5Z",
        "-12.50",
        "1e-5",
        "-INF",
        "en-US",
        "%41b",
        "true",
        "",
    ];
    let letters = [
        '0',
        '1',
        '9',
        '+',
        '-',
        '.',
        ':',
        'T',
        'Z',
        'e',
        'E',
        'N',
        '%',
        ' ',
        'é',
        '\u{1F600}',
        '\0',
    ];
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
fn every_comparison_is_consistent_with_acceptance_and_its_reverse() {
    let texts: Vec<String> = texts(400).collect();
    for (name, datatype) in NAMES {
        for a in &texts {
            let is_own_equal = datatype.compare(a, a) == Some(Equal);
            assert!(datatype.accepts(a) || !is_own_equal, "{name}: {a:?}");
            for b in &texts {
                let compared = datatype.compare(a, b);
                assert_eq!(
                    compared.map(Ordering::reverse),
                    datatype.compare(b, a),
                    "{name}: {a:?} {b:?}"
                );
                let both = datatype.accepts(a) && datatype.accepts(b);
                assert!(both || compared.is_none(), "{name}: {a:?} {b:?}");
            }
        }
    }
}

#[test]
fn no_text_makes_it_panic_and_white_space_changes_nothing() {
    for text in texts(50_000) {
        for (name, datatype) in NAMES {
            let padded = format!("\n{text} ");
            assert_eq!(
                datatype.accepts(&text),
                datatype.accepts(&padded),
                "{name}: {text:?}"
            );
        }
    }
}

#[test]
fn the_order_of_accepted_values_is_transitive() {
    let texts: Vec<String> = texts(2_000).collect();
    for (name, datatype) in NAMES {
        let is_ordered = |it: &&String| datatype.compare(it, it).is_some();
        let mut values: Vec<&String> = texts.iter().filter(is_ordered).take(120).collect();
        values.sort_by(|a, b| datatype.compare(a, b).unwrap());
        for (at, a) in values.iter().enumerate() {
            for b in &values[at..] {
                assert_ne!(datatype.compare(a, b), Some(Greater), "{name}: {a:?} {b:?}");
            }
        }
    }
}

#[test]
fn a_long_text_takes_no_longer_than_its_length() {
    let pieces = [
        "0",
        "9",
        "-",
        "+",
        ".",
        ":",
        "T",
        "Z",
        "%41",
        "%",
        "a-",
        "aé",
        " ",
        "1e",
        "2000-01-01",
        "00:00:00",
    ];
    for text in pieces.map(|piece| piece.repeat(200_000)) {
        let written = [
            text.clone(),
            format!("1{text}1"),
            format!("0.{text}"),
            format!("1e{text}"),
            format!("00:00:00.{text}Z"),
            format!("2000-01-01T00:00:00.{text}"),
            format!("{text}-01-01"),
        ];
        for (datatype, text) in NAMES
            .iter()
            .flat_map(|(_, it)| written.iter().map(move |text| (it, text)))
        {
            let compared = datatype.compare(text, text);
            assert!(compared.is_none_or(|it| it == Equal && datatype.accepts(text)));
        }
    }
}
