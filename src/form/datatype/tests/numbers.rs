//! Decimals, integers of every bound, and floating-point numbers.

use super::*;

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
fn decimals_agree_with_scaled_integers() {
    const STEP: usize = if cfg!(miri) { 13 } else { 1 };
    let written = |scaled: i64| {
        let sign = if scaled < 0 { "-" } else { "" };
        format!("{sign}{}.{:03}", scaled.abs() / 1000, scaled.abs() % 1000)
    };
    let numbers = (-60..60).chain((-30..30).map(|it| it * 997));
    for (a, b) in pairs(numbers.step_by(STEP)) {
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
    const STEP: usize = if cfg!(miri) { 17 } else { 1 };
    let edges = [0, 1, 9, 10, 99, 100, 255, 256, i64::MAX - 1, i64::MAX];
    let numbers = edges.into_iter().flat_map(|it| [it, -it]).chain(-20..20);
    for (a, b) in pairs(numbers).into_iter().step_by(STEP) {
        let compared = datatype("xs:integer").compare(&a.to_string(), &format!(" {b:+025}"));
        assert_eq!(compared, Some(a.cmp(&b)), "{a} {b}");
    }
}

#[test]
fn integers_of_any_length_are_compared() {
    const DIGITS: usize = if cfg!(miri) { 200 } else { 10_000 };
    let (nines, zeros) = ("9".repeat(DIGITS), "0".repeat(DIGITS));
    ordered(
        "xs:integer",
        &format!(
            "-1{zeros} < -{nines} = -{zeros}{nines} < -{zeros} = {zeros} < {nines} = +0{nines} < 1{zeros}"
        ),
    );
}

#[test]
fn the_bounds_belong_to_a_bounded_integer() {
    const AROUND: i128 = if cfg!(miri) { 2 } else { 300 };
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
        let around = |it: i128| it - AROUND..it + AROUND;
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
