//! The datatypes of XEP-0122: whether a text is a value of one, and which of two values is the greater.
//!
//! They are built-in datatypes of XML Schema Part 2 (second edition), whose sections are cited as "XSD". Where XSD 1.1
//! takes more, so does this: the server has the last word, and a value that it would take must not be refused here.

use core::cmp::{Ordering, Reverse};
use core::str::FromStr;

/// What the values of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Datatype {
    /// Any text; also what stands for a datatype that is not understood.
    String,
    AnyUri,
    Language,
    Boolean,
    Decimal,
    /// Of any length between the bounds, which belong to it: `xs:byte` differs from `xs:integer` in nothing else.
    Integer {
        min: Option<&'static str>,
        max: Option<&'static str>,
    },
    Float,
    Double,
    Date,
    Time,
    DateTime,
}

/// The registered datatypes (XEP-0122 section 7.2.2.2) and the other numbers of XSD.
const NAMES: [(&str, Datatype); 23] = [
    ("xs:string", Datatype::String),
    ("xs:anyURI", Datatype::AnyUri),
    ("xs:language", Datatype::Language),
    ("xs:boolean", Datatype::Boolean),
    ("xs:decimal", Datatype::Decimal),
    ("xs:float", Datatype::Float),
    ("xs:double", Datatype::Double),
    ("xs:date", Datatype::Date),
    ("xs:time", Datatype::Time),
    ("xs:dateTime", Datatype::DateTime),
    ("xs:integer", integer("", "")),
    ("xs:nonPositiveInteger", integer("", "0")),
    ("xs:negativeInteger", integer("", "-1")),
    ("xs:nonNegativeInteger", integer("0", "")),
    ("xs:positiveInteger", integer("1", "")),
    ("xs:byte", integer("-128", "127")),
    ("xs:short", integer("-32768", "32767")),
    ("xs:int", integer("-2147483648", "2147483647")),
    (
        "xs:long",
        integer("-9223372036854775808", "9223372036854775807"),
    ),
    ("xs:unsignedByte", integer("0", "255")),
    ("xs:unsignedShort", integer("0", "65535")),
    ("xs:unsignedInt", integer("0", "4294967295")),
    ("xs:unsignedLong", integer("0", "18446744073709551615")),
];

/// An integer with these bounds; an empty one is none.
const fn integer(min: &'static str, max: &'static str) -> Datatype {
    Datatype::Integer {
        min: if min.is_empty() { None } else { Some(min) },
        max: if max.is_empty() { None } else { Some(max) },
    }
}

impl Datatype {
    /// The datatype of this name, if there is one whose values are told from others.
    pub(super) fn known(name: &str) -> Option<Self> {
        let known = NAMES.iter().find(|(known, _)| *known == name);
        known.map(|&(_, datatype)| datatype)
    }

    /// The datatype of this name. One that is not understood is taken for a string (XEP-0122 section 4.1).
    pub(super) fn from_name(name: &str) -> Self {
        Datatype::known(name).unwrap_or(Datatype::String)
    }

    /// The name, for people: `xs:integer`.
    pub(super) fn name(self) -> &'static str {
        let known = NAMES.iter().find(|(_, datatype)| *datatype == self);
        known.map_or("xs:string", |&(name, _)| name)
    }

    /// How two values are ordered: `1.0` and `+01` are equal decimals.
    ///
    /// `None`: one is no value of this datatype, or XSD does not order them, which is so for NaN and for all that is
    /// neither number nor time.
    pub(super) fn compare(self, a: &str, b: &str) -> Option<Ordering> {
        self.read(a)?.order(&self.read(b)?)
    }

    #[cfg(test)]
    pub(super) fn accepts(self, value: &str) -> bool {
        self.read(value).is_some()
    }

    /// The text as a value of this datatype, to be compared with others of the same.
    pub(super) fn read(self, value: &str) -> Option<Value<'_>> {
        // White space around a value means nothing, unless it is a string (XSD section 4.3.6).
        let text = value.trim_matches([' ', '\t', '\r', '\n']);
        let unordered = |is_valid: bool| is_valid.then_some(Value::Unordered);
        match self {
            Datatype::String => Some(Value::Unordered),
            Datatype::AnyUri => unordered(is_uri(text)),
            Datatype::Language => unordered(is_language(text)),
            Datatype::Boolean => unordered(matches!(text, "true" | "false" | "1" | "0")),
            Datatype::Decimal => Number::read(text).map(Value::Number),
            Datatype::Integer { min, max } => Number::within(text, min, max).map(Value::Number),
            Datatype::Float => real::<f32>(text).map(|it| Value::Real(it.into())),
            Datatype::Double => real::<f64>(text).map(Value::Real),
            Datatype::Date => date(text).map(Value::Instant),
            Datatype::Time => time(text).map(Value::Instant),
            Datatype::DateTime => date_time(text).map(Value::Instant),
        }
    }
}

/// A text, read. Two values of one datatype are of one variant.
#[derive(PartialEq, PartialOrd)]
pub(super) enum Value<'v> {
    Unordered,
    Number(Number<'v>),
    Real(f64),
    Instant(Instant<'v>),
}

impl Value<'_> {
    /// As [`Datatype::compare`] has it.
    pub(super) fn order(&self, other: &Value<'_>) -> Option<Ordering> {
        match self {
            Value::Unordered => None,
            Value::Number(_) | Value::Real(_) | Value::Instant(_) => self.partial_cmp(other),
        }
    }
}

/// A URI reference (XSD section 3.2.17), which nearly every text is: a relative one need not have any part.
///
/// Characters beyond ASCII are for whoever follows it to escape. XSD would have the ones that are refused here escaped
/// too, but discourages them: in what a user typed they are a mistake.
fn is_uri(text: &str) -> bool {
    let is_left_out = |it: char| it.is_control() || " <>\"{}|\\^".contains(it);
    let is_escape = |it: &[u8]| it.iter().all(u8::is_ascii_hexdigit);
    let mut after_percent = text.split('%').skip(1);
    !text.contains(is_left_out)
        && after_percent.all(|it| it.as_bytes().get(..2).is_some_and(is_escape))
}

/// XSD section 3.3.3: `[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*`, whatever languages there are.
fn is_language(text: &str) -> bool {
    let (first, _) = text.split_once('-').unwrap_or((text, ""));
    let mut subtags = text.split('-').map(str::as_bytes);
    first.bytes().all(|it| it.is_ascii_alphabetic())
        && subtags.all(|it| (1..=8).contains(&it.len()) && it.iter().all(u8::is_ascii_alphanumeric))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|it| it.is_ascii_digit())
}

/// A decimal number of any length (XSD section 3.2.3), in an order that the derived comparison gets right: what is
/// below zero comes first, with the greatest magnitude foremost.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Number<'v> {
    Negative(Reverse<Magnitude<'v>>),
    Other(Magnitude<'v>),
}

/// How many digits are before the point, which they are, and which are after it; without zeros at the outer ends. So
/// the longer whole part is the greater, and among equally long ones, as among fractions, the digits decide like text.
type Magnitude<'v> = (usize, &'v str, &'v str);

impl<'v> Number<'v> {
    fn read(text: &'v str) -> Option<Self> {
        let (is_negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        // "1." and ".5" are numbers, "." is none.
        if whole.len() + fraction.len() == 0 || !is_digits(whole) || !is_digits(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        let magnitude = (whole.len(), whole, fraction);
        // There is one zero: "-0" is not below it.
        if is_negative && magnitude != (0, "", "") {
            return Some(Number::Negative(Reverse(magnitude)));
        }
        Some(Number::Other(magnitude))
    }

    /// An integer (XSD section 3.3.13) that is not beyond the bounds.
    fn within(text: &'v str, min: Option<&'v str>, max: Option<&'v str>) -> Option<Self> {
        let number = Number::read(text).filter(|_| !text.contains('.'))?;
        let is_enough = min.and_then(Number::read).is_none_or(|min| number >= min);
        let is_too_much = max.and_then(Number::read).is_some_and(|max| number > max);
        (is_enough && !is_too_much).then_some(number)
    }
}

/// A binary floating-point number (XSD sections 3.2.4 and 3.2.5); one too great for its type is an infinity.
fn real<F: FromStr>(text: &str) -> Option<F> {
    // The standard library reads all of XSD's grammar, but also "inf" and "nan" in any case, and "infinity".
    let is_plain = |it: u8| it.is_ascii_digit() || b"+-.eE".contains(&it);
    let is_special = matches!(text, "INF" | "+INF" | "-INF" | "NaN");
    let is_known = is_special || text.bytes().all(is_plain);
    text.parse().ok().filter(|_| is_known)
}

/// A point in time, in UTC: the day, its second, and the digits of the fraction without zeros at the end.
type Instant<'v> = (i64, i64, &'v str);

const DAY: i64 = 24 * 60 * 60;

/// A point in time that is `second` seconds after the beginning of the day, or before it.
fn instant(day: i64, second: i64, fraction: &str) -> Instant<'_> {
    let days = second.div_euclid(DAY);
    (day + days, second.rem_euclid(DAY), fraction)
}

/// XSD section 3.2.9. Dates are ordered by their beginnings, which depend on the timezone.
fn date(text: &str) -> Option<Instant<'_>> {
    let (text, zone) = cut_zone(text)?;
    Some(instant(day_number(text)?, -zone, ""))
}

/// XSD section 3.2.8. Times are ordered as if all were of one day, wherever their timezones put them.
fn time(text: &str) -> Option<Instant<'_>> {
    let (text, zone) = cut_zone(text)?;
    let (second, fraction) = second_of_day(text)?;
    // Every day begins as it ends: "24:00:00" is the same time as "00:00:00".
    Some(instant(0, second % DAY - zone, fraction))
}

/// XSD section 3.2.7. Here "24:00:00" begins the next day.
fn date_time(text: &str) -> Option<Instant<'_>> {
    let (text, zone) = cut_zone(text)?;
    let (date, time) = text.split_once('T')?;
    let (second, fraction) = second_of_day(time)?;
    Some(instant(day_number(date)?, second - zone, fraction))
}

/// The text without its timezone (XSD section 3.2.7.3), and the timezone in seconds east of UTC.
///
/// Without a timezone it is taken to be UTC. XSD section 3.2.7.4 knows a third answer, that two values less than 14
/// hours apart cannot be ordered, but a range check must come to a yes or no, and the server has the last word.
fn cut_zone(text: &str) -> Option<(&str, i64)> {
    if let Some(text) = text.strip_suffix('Z') {
        return Some((text, 0));
    }
    let at = text.len().saturating_sub("+00:00".len());
    let zone = text.split_at_checked(at);
    let zone = zone.and_then(|(text, zone)| Some((text, zone.split_once(':')?)));
    // Elsewhere a sign is never followed by a colon: "-01-01", ":00:00".
    let Some((text, (hours, minutes))) = zone.filter(|(_, (it, _))| it.starts_with(['+', '-']))
    else {
        return Some((text, 0));
    };
    let (sign, hours) = hours.split_at_checked(1)?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    let seconds = (hours * 60 + minutes) * 60;
    let is_valid = minutes < 60 && seconds <= 14 * 60 * 60;
    is_valid.then_some((text, if sign == "-" { -seconds } else { seconds }))
}

/// The day that `[-]YYYY-MM-DD` names, as a count of days.
fn day_number(text: &str) -> Option<i64> {
    let (rest, day) = text.rsplit_once('-')?;
    let (year, month) = rest.rsplit_once('-')?;
    let (year, month, day) = (year_number(year)?, two_digits(month)?, two_digits(day)?);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // Counted from March, a year ends with its leap day, and the months have 31, 30, 31, 30, 31 days over and over.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(year * 365 + leap_days + (month * 153 + 2) / 5 + day)
}

/// A year of four digits, or of more if the first is no zero (XSD section 3.2.7.1).
///
/// Year 0000 is a year, and a leap year, as in ISO 8601 and XSD 1.1. What an `i32` cannot hold is refused: XSD section
/// 3.2.7 asks for no more than four digits.
fn year_number(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_long = digits.len() > 4;
    if digits.len() < 4 || !is_digits(digits) || (is_long && digits.starts_with('0')) {
        return None;
    }
    text.parse::<i32>().ok().map(i64::from)
}

/// The second that `hh:mm:ss[.s+]` names, and the digits of its fraction. XSD has no leap seconds.
fn second_of_day(text: &str) -> Option<(i64, &str)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let (hour, rest) = whole.split_once(':')?;
    let (minute, second) = rest.split_once(':')?;
    let (hour, minute, second) = (two_digits(hour)?, two_digits(minute)?, two_digits(second)?);
    if minute > 59 || second > 59 || fraction.is_empty() || !is_digits(fraction) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let second = (hour * 60 + minute) * 60 + second;
    // "24:00:00" is the end of a day, and nothing is later.
    let is_end = second == DAY && fraction.is_empty();
    (second < DAY || is_end).then_some((second, fraction))
}

fn two_digits(text: &str) -> Option<i64> {
    let is_valid = text.len() == 2 && is_digits(text);
    text.parse().ok().filter(|_| is_valid)
}

#[cfg(test)]
mod tests;
