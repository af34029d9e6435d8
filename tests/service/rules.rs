//! Rules of an offer (XEP-0122) that nobody could check, or that no value could keep: then everything, or nothing, would
//! pass.

use xmpp_registration::FieldKind;
use xmpp_registration::service::{DataForm, FormField, Offer, OfferError};

fn text(var: &str) -> FormField {
    FormField::new(FieldKind::TextSingle, var)
}

fn offer(field: FormField) -> Result<Offer, OfferError> {
    Offer::of_form(DataForm::new().field(field))
}

/// What to do about the rule of the field `a`.
#[track_caller]
fn advice(field: FormField) -> &'static str {
    match offer(field).expect_err("not good") {
        OfferError::BadRule { name, advice } if name == "a" => advice,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn good(field: FormField) {
    let made = offer(field);
    assert!(made.is_ok(), "{made:?}");
}

const RANGE: &str =
    "give `range` values of the datatype, and a datatype of numbers, dates or times";

#[test]
fn a_bound_is_a_value_of_the_datatype() {
    for (datatype, least, greatest) in [
        ("xs:integer", Some("abc"), None),
        ("xs:integer", None, Some("abc")),
        ("xs:integer", Some("1"), Some("ten")),
        ("xs:integer", Some("1.5"), None),
        ("xs:integer", Some(""), None),
        ("xs:byte", None, Some("128")),
        ("xs:date", Some("2003-02-30"), None),
        ("xs:dateTime", None, Some("2003-10-05")),
        ("xs:double", Some("NaN"), None),
        // These are told from others, and have no order.
        ("xs:string", Some("a"), Some("z")),
        ("xs:anyURI", Some("a"), None),
        ("xs:language", None, Some("de")),
        ("xs:boolean", Some("0"), Some("1")),
    ] {
        let field = text("a").datatype(datatype).range(least, greatest);
        assert_eq!(advice(field), RANGE, "{datatype} {least:?} {greatest:?}");
    }
    for (datatype, least, greatest) in [
        ("xs:integer", Some("-1"), Some("+01")),
        ("xs:byte", Some("-128"), Some("127")),
        ("xs:date", Some("2003-02-28"), None),
        ("xs:double", Some("-INF"), Some("INF")),
        ("xs:time", None, Some("12:00:00")),
        // XEP-0122 section 3.3: without either there is no range.
        ("xs:integer", None, None),
        ("xs:string", None, None),
    ] {
        good(text("a").datatype(datatype).range(least, greatest));
    }
}

#[test]
fn a_range_has_room_for_a_value() {
    let range = |least, greatest| {
        text("a")
            .datatype("xs:decimal")
            .range(Some(least), Some(greatest))
    };
    let empty = "the least value of `range` is above the greatest";
    assert_eq!(advice(range("2", "1")), empty);
    assert_eq!(advice(range("1.01", "1.0")), empty);
    good(range("1", "1.0"));
    good(range("1", "2"));
}

#[test]
fn a_datatype_is_one_that_is_known() {
    let unknown = "its datatype cannot be checked: take one of XML Schema, such as `xs:integer`";
    for datatype in [
        "xs:interger",
        "xs:Integer",
        "integer",
        "y:sex",
        "xs:gYear",
        "xs:",
        "",
        " xs:integer",
    ] {
        assert_eq!(advice(text("a").datatype(datatype)), unknown, "{datatype}");
    }
    // A datatype of one's own is one's own to check, and has no order that anybody knows.
    good(text("a").datatype("x:sex").basic());
    good(text("a").datatype("x:sex").regex("^[mf]$"));
    let ordered = text("a").datatype("x:sex").range(Some("m"), None);
    assert_eq!(advice(ordered), RANGE);
    let field = text("a").datatype("xs:interger");
    assert_eq!(advice(field.range(Some("1"), None)), unknown);
    for datatype in [
        "xs:string",
        "xs:anyURI",
        "xs:language",
        "xs:boolean",
        "xs:decimal",
        "xs:float",
        "xs:double",
        "xs:date",
        "xs:time",
        "xs:dateTime",
        "xs:integer",
        "xs:nonPositiveInteger",
        "xs:negativeInteger",
        "xs:nonNegativeInteger",
        "xs:positiveInteger",
        "xs:byte",
        "xs:short",
        "xs:int",
        "xs:long",
        "xs:unsignedByte",
        "xs:unsignedShort",
        "xs:unsignedInt",
        "xs:unsignedLong",
    ] {
        good(text("a").datatype(datatype));
        good(text("a").datatype(datatype).basic());
    }
}

#[test]
fn selections_can_be_made() {
    let list = |fewest, most| {
        FormField::new(FieldKind::ListMulti, "a")
            .option("A", "a")
            .option("B", "b")
            .list_range(fewest, most)
    };
    let positive = "`list_range` takes positive numbers: leave the other out";
    assert_eq!(advice(list(Some(0), None)), positive);
    assert_eq!(advice(list(None, Some(0))), positive);
    assert_eq!(advice(list(Some(0), Some(1))), positive);
    let crossed = "`list_range` wants more options than it allows";
    assert_eq!(advice(list(Some(2), Some(1))), crossed);
    assert_eq!(advice(list(Some(9), Some(8)).open()), crossed);
    let more = "`list_range` wants more options than there are";
    assert_eq!(advice(list(Some(3), None)), more);
    assert_eq!(advice(list(Some(3), Some(4)).basic()), more);
    good(list(Some(2), None));
    good(list(Some(1), Some(1)));
    good(list(Some(2), Some(9)));
    good(list(None, Some(9)));
    good(list(None, None));
    good(list(Some(3), None).open());
}

/// What is sent for yes and no is one of two spellings, so no pattern is ever held against it.
#[test]
fn a_boolean_has_no_pattern() {
    let boolean = FormField::new(FieldKind::Boolean, "a");
    let none = "a yes or no has no `regex`";
    assert_eq!(advice(boolean.clone().regex("^1$")), none);
    good(boolean.clone().datatype("xs:boolean"));
    good(boolean);
}

/// Patterns that nobody makes ready here, in every way that there is.
fn unready() -> [String; 5] {
    let long = "a".repeat(513);
    ["[0-9", "(", "a{9999}{9999}", r"[\d]", &long].map(Into::into)
}

#[cfg(feature = "regex")]
#[test]
fn a_pattern_can_be_made_ready() {
    let plainly = "its `regex` cannot be checked: write it plainly as a POSIX extended one, in 512 bytes at most";
    for pattern in unready() {
        assert_eq!(advice(text("a").regex(&pattern)), plainly, "{pattern}");
    }
    good(text("a").regex(&"a".repeat(512)));
    good(text("a").regex("^[0-9]{3}$"));
    let list = FormField::new(FieldKind::ListSingle, "a").option("A", "a");
    assert_eq!(advice(list.clone().regex("(")), plainly);
    good(list.regex("^a"));
}

#[cfg(feature = "regex")]
#[test]
fn the_64th_pattern_is_checked_and_the_65th_is_refused() {
    let form = |before: usize| {
        let rules = (0..before).map(|at| text(&format!("f{at}")).datatype("xs:string"));
        let form = rules.fold(DataForm::new(), DataForm::field);
        // What has no rule does not count.
        form.field(text("plain")).field(text("a").regex("^[a-z]$"))
    };
    assert!(Offer::of_form(form(63)).is_ok());
    let error = Offer::of_form(form(64)).expect_err("too many");
    assert_eq!(
        error.to_string(),
        "the validation of `a` does not fit: the `regex` of the first 64 fields with a rule is checked: \
         put it among them"
    );
}

/// It is the application's to check then.
#[cfg(not(feature = "regex"))]
#[test]
fn without_the_feature_every_pattern_is_taken() {
    for pattern in unready() {
        good(text("a").regex(&pattern));
    }
    let fields = (0..100).map(|at| text(&format!("f{at}")).regex("^[a-z]$"));
    assert!(Offer::of_form(fields.fold(DataForm::new(), DataForm::field)).is_ok());
}

/// Told as what it is, before anybody asks whether it is a value.
#[test]
fn what_xml_forbids_is_no_bound_and_no_pattern() {
    let number = || text("a").datatype("xs:integer");
    for field in [
        number().range(Some("\u{1}"), None),
        number().range(None, Some("\u{1}")),
        text("a").regex("\u{1}"),
        text("a").datatype("\u{1}"),
    ] {
        let error = offer(field).expect_err("not good");
        let what = "a".to_owned();
        assert_eq!(error, OfferError::ForbiddenCharacter { what });
    }
}

/// A yes or no goes as a digit, and one of the two must do.
#[test]
fn a_yes_or_no_can_keep_its_rule() {
    let boolean = || FormField::new(FieldKind::Boolean, "a");
    let integer = |least, greatest| boolean().datatype("xs:integer").range(least, greatest);
    for bad in [
        boolean().datatype("xs:date"),
        integer(Some("2"), None),
        integer(None, Some("-1")),
    ] {
        assert_eq!(advice(bad), "neither yes nor no would keep it");
    }
    good(boolean().datatype("xs:boolean"));
    good(integer(Some("1"), None));
    good(integer(None, Some("0")));
    good(boolean().datatype("x:own"));
    // Of another kind it is a field like any other.
    good(text("a").datatype("xs:date"));
}
