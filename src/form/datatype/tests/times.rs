//! Days, times of day, and both.

use super::*;
use core::ops::RangeInclusive;

/// Where the rule for leap years has its exceptions, and where a year has another number of digits or another sign.
const YEARS: &[RangeInclusive<i64>] = if cfg!(miri) {
    &[-1..=0, 1900..=1900]
} else {
    &[
        -401..=-399,
        -101..=-99,
        -5..=5,
        1599..=1601,
        1895..=1905,
        1995..=2005,
        2095..=2105,
        9998..=10_002,
    ]
};

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
fn exactly_the_days_of_the_calendar_are_dates() {
    const STEP: usize = if cfg!(miri) { 10 } else { 1 };
    for year in YEARS.iter().cloned().flatten() {
        let days: Vec<_> = days_of(year).collect();
        let all = (0..=13).flat_map(|month| (0..=32).map(move |day| (month, day)));
        for at in all.step_by(STEP) {
            let text = written(year, at.0, at.1);
            assert_eq!(Datatype::Date.accepts(&text), days.contains(&at), "{text}");
        }
    }
}

#[test]
fn every_day_is_one_after_the_day_before() {
    const STEP: usize = if cfg!(miri) { 29 } else { 1 };
    for years in YEARS.iter().cloned() {
        let of_year = |year| days_of(year).map(move |(month, day)| written(year, month, day));
        let days: Vec<String> = years.flat_map(of_year).collect();
        let first = day_number(&days[0]).unwrap();
        for (count, day) in (0..).zip(&days).step_by(STEP) {
            assert_eq!(day_number(day).unwrap() - first, count, "{day}");
        }
        for pair in days.windows(2).step_by(STEP) {
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

/// Every two numbers of two digits; for Miri, some.
fn two_by_two() -> impl Iterator<Item = (i64, i64)> {
    const STEP: usize = if cfg!(miri) { 97 } else { 1 };
    let all = (0..100).flat_map(|a| (0..100).map(move |b| (a, b)));
    all.step_by(STEP)
}

#[test]
fn exactly_the_seconds_of_a_day_are_times() {
    for ((hour, minute), second) in
        two_by_two().flat_map(|it| [0, 59, 60].map(|second| (it, second)))
    {
        let text = format!("{hour:02}:{minute:02}:{second:02}");
        let fits = hour < 24 && minute < 60 && second < 60 || text == "24:00:00";
        let number = (hour * 60 + minute) * 60 + second;
        assert_eq!(second_of_day(&text), fits.then_some((number, "")), "{text}");
        assert_eq!(Datatype::Time.accepts(&text), fits, "{text}");
    }
}

#[test]
fn exactly_the_minutes_up_to_fourteen_hours_are_timezones() {
    for ((hours, minutes), sign) in two_by_two().flat_map(|it| ["+", "-"].map(|sign| (it, sign))) {
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
