//! Values are checked against what the server says of them (XEP-0122) before they are sent.

use minidom::Element;
use xmpp_registration::{
    Channel, Config, Event, FieldError, Form, Handled, IdPrefix, Output, Peer, RegistrationMachine,
};

#[track_caller]
fn form(fields: &str) -> Form {
    let peer = Peer::server("example.com").unwrap();
    let config = Config::new(peer, IdPrefix::new("p").unwrap(), Channel::Encrypted);
    let mut machine = RegistrationMachine::register(config);
    assert!(matches!(machine.poll_output(), Some(Output::Send(_))));
    let iq = format!(
        "<iq xmlns='jabber:client' type='result' id='p-1'><query xmlns='jabber:iq:register'>\
         <x xmlns='jabber:x:data' xmlns:xdv='http://jabber.org/protocol/xdata-validate' type='form'>{fields}</x></query></iq>"
    );
    let iq: Element = iq.parse().unwrap();
    assert_eq!(machine.handle_stanza(&iq), Handled::Consumed);
    match machine.poll_output() {
        Some(Output::Event(Event::FormOffered(form))) => form,
        other => panic!("no form, but {other:?}"),
    }
}

/// A field `a` of this kind, with this inside.
fn field(kind: &str, inner: &str) -> String {
    format!("<field var='a' type='{kind}'>{inner}</field>")
}

fn text(datatype: &str, method: &str) -> String {
    let validate = format!("<xdv:validate datatype='{datatype}'>{method}</xdv:validate>");
    field("text-single", &validate)
}

/// What is wrong with the value of `a`; the same at once and at the end.
#[track_caller]
fn wrong<const N: usize>(fields: &str, values: [&str; N]) -> Option<FieldError> {
    let mut form = form(fields);
    form.set("a", values).unwrap();
    let at_once = form.field("a").unwrap().check().err();
    let at_the_end = form.finish().err().map(|it| it.errors().to_vec());
    assert_eq!(at_the_end, at_once.clone().map(|error| vec![error]));
    at_once
}

fn name() -> String {
    "a".into()
}

#[test]
fn each_datatype_takes_its_values_only() {
    let rows = [
        ("xs:string", "anything  at all", None),
        ("xs:integer", "-12345678901234567890123", Some("1.5")),
        ("xs:byte", "-128", Some("128")),
        ("xs:short", "32767", Some("32768")),
        ("xs:int", "2147483647", Some("2147483648")),
        (
            "xs:long",
            "-9223372036854775808",
            Some("9223372036854775808"),
        ),
        ("xs:decimal", "-0.50", Some("1e3")),
        ("xs:double", "1e3", Some("one")),
        ("xs:boolean", "true", Some("yes")),
        ("xs:date", "2004-02-29", Some("2003-02-29")),
        ("xs:time", "23:59:59.5Z", Some("25:00:00")),
        (
            "xs:dateTime",
            "2003-10-06T11:22:00-07:00",
            Some("2003-10-06 11:22"),
        ),
        ("xs:anyURI", "https://example.com/?a=b#c", Some("not a uri")),
        ("xs:language", "pt-BR", Some("pt_BR")),
        // What nobody understands is a string.
        ("x:shoe-size", "43", None),
    ];
    for (datatype, good, bad) in rows {
        let fields = text(datatype, "<xdv:basic/>");
        assert_eq!(wrong(&fields, [good]), None, "{datatype}");
        if let Some(bad) = bad {
            let error = FieldError::NotOfType {
                field: name(),
                datatype,
            };
            assert_eq!(wrong(&fields, [bad]), Some(error), "{datatype}");
        }
    }
    // Without a method, basic is meant; without a datatype, a string.
    let plain = "<xdv:validate datatype='xs:int'/>";
    assert!(wrong(&field("text-single", plain), ["x"]).is_some());
    assert_eq!(wrong(&field("text-single", "<xdv:validate/>"), ["x"]), None);
}

#[test]
fn a_range_tells_the_bound_as_the_server_wrote_it() {
    let fields = text("xs:integer", "<xdv:range min='018' max='99'/>");
    let below = FieldError::BelowMinimum {
        field: name(),
        minimum: "018".into(),
    };
    let above = FieldError::AboveMaximum {
        field: name(),
        maximum: "99".into(),
    };
    assert_eq!(wrong(&fields, ["17"]), Some(below.clone()));
    assert_eq!(wrong(&fields, ["100"]), Some(above));
    for inside in ["18", "99", "+0050"] {
        assert_eq!(wrong(&fields, [inside]), None, "{inside}");
    }
    assert_eq!(below.to_string(), "the value of `a` is less than 018");
    // XEP-0122 section 3.2.3: one bound alone, and instants in other time zones.
    let fields = text(
        "xs:dateTime",
        "<xdv:range min='2003-10-05T00:00:00-07:00'/>",
    );
    assert!(wrong(&fields, ["2003-10-05T06:59:59Z"]).is_some());
    assert_eq!(wrong(&fields, ["2003-10-05T07:00:00Z"]), None);
    // A bound that is none, or is of another type, forbids nothing.
    for range in [
        "<xdv:range/>",
        "<xdv:range min='x' max='y'/>",
        "<xdv:range min='' max=''/>",
    ] {
        assert_eq!(wrong(&text("xs:integer", range), ["5"]), None, "{range}");
    }
}

#[test]
fn an_open_list_takes_other_values_of_its_datatype() {
    let list = |method: &str, kind: &str| {
        let validate = format!("<xdv:validate datatype='xs:int'>{method}</xdv:validate>");
        field(
            kind,
            &format!(
                "{validate}<option><value>1</value></option><option><value>word</value></option>"
            ),
        )
    };
    for kind in ["list-single", "list-multi"] {
        let not_an_option = Some(FieldError::NotAnOption { field: name() });
        assert_eq!(
            wrong(&list("<xdv:basic/>", kind), ["7"]),
            not_an_option,
            "{kind}"
        );
        for method in ["<xdv:open/>", "<xdv:range min='5'/>"] {
            assert_eq!(wrong(&list(method, kind), ["7"]), None, "{kind}");
            // The server's own options are good whatever they are.
            assert_eq!(wrong(&list(method, kind), ["word"]), None, "{kind}");
            let error = FieldError::NotOfType {
                field: name(),
                datatype: "xs:int",
            };
            assert_eq!(wrong(&list(method, kind), ["other"]), Some(error), "{kind}");
        }
    }
}

#[test]
fn the_number_of_selections_is_bounded() {
    let list = |kind: &str, range: &str| {
        let options = "<option><value>1</value></option><option><value>2</value></option><option><value>3</value></option>";
        field(
            kind,
            &format!("<xdv:validate><xdv:basic/><xdv:list-range {range}/></xdv:validate>{options}"),
        )
    };
    let fields = list("list-multi", "min='2' max='2'");
    let few = FieldError::TooFew {
        field: name(),
        minimum: 2,
    };
    let many = FieldError::TooMany {
        field: name(),
        maximum: 2,
    };
    assert_eq!(wrong(&fields, ["1"]), Some(few));
    assert_eq!(wrong(&fields, ["1", "2"]), None);
    assert_eq!(wrong(&fields, ["1", "2", "3"]), Some(many));
    // The same option twice is selected once.
    assert_eq!(wrong(&fields, ["1", "2", "1"]), None);
    assert!(matches!(
        wrong(&fields, ["1", "1"]),
        Some(FieldError::TooFew { .. })
    ));
    // Who selects nothing at all leaves the field out, unless it is required.
    assert_eq!(wrong(&fields, []), None);
    // Section 3.3: to be ignored elsewhere, and where it is no number.
    assert_eq!(wrong(&list("list-single", "min='2'"), ["1"]), None);
    assert_eq!(wrong(&list("list-multi", "min='x' max='-1'"), ["1"]), None);
}

#[test]
fn each_line_of_a_text_is_checked_by_itself() {
    let fields = field(
        "text-multi",
        "<xdv:validate datatype='xs:int'><xdv:open/></xdv:validate>",
    );
    assert_eq!(wrong(&fields, ["1\n\n2"]), None);
    assert!(wrong(&fields, ["1", "two"]).is_some());
}

#[test]
fn defaults_of_the_server_and_fields_left_alone_are_not_checked() {
    let fields = field(
        "text-single",
        "<xdv:validate datatype='xs:int'/><value>not a number</value>",
    );
    assert!(form(&fields).finish().is_ok());
    assert!(form(&text("xs:int", "")).finish().is_ok());
}

#[test]
fn the_rules_are_there_to_be_shown() {
    let fields = field(
        "list-multi",
        "<xdv:validate datatype='xs:date'><xdv:range min='2000-01-01' max='2001-01-01'/><xdv:regex>^2</xdv:regex>\
         <xdv:list-range min='1' max='3'/></xdv:validate>",
    );
    let form = form(&(fields + "<field var='b'/>"));
    let validation = form.field("a").unwrap().validation().unwrap();
    assert_eq!(
        (validation.datatype(), validation.is_open()),
        ("xs:date", true)
    );
    assert_eq!(
        (validation.minimum(), validation.maximum()),
        (Some("2000-01-01"), Some("2001-01-01"))
    );
    assert_eq!(
        (validation.pattern(), validation.selections()),
        (Some("^2"), (Some(1), Some(3)))
    );
    assert_eq!(
        format!("{validation:?}"),
        r#"Validation { datatype: "xs:date", is_open: true, minimum: Some("2000-01-01"), maximum: Some("2001-01-01"), pattern: Some("^2"), selections: (Some(1), Some(3)) }"#
    );
    assert!(form.field("b").unwrap().validation().is_none());
}

#[test]
fn jids_are_checked_by_their_kind() {
    for kind in ["jid-single", "jid-multi"] {
        assert_eq!(
            wrong(&field(kind, ""), ["juliet@example.com/balcony"]),
            None
        );
        let error = FieldError::NotAJid { field: name() };
        assert_eq!(wrong(&field(kind, ""), ["juliet@"]), Some(error));
    }
}

#[cfg(feature = "regex")]
#[test]
fn a_regular_expression_is_checked_where_it_can_be_in_bounded_time() {
    let regex = |pattern: &str| text("xs:string", &format!("<xdv:regex>{pattern}</xdv:regex>"));
    let number = "([0-9]{3})-([0-9]{2})-([0-9]{4})";
    assert_eq!(wrong(&regex(number), ["123-12-1234"]), None);
    let error = FieldError::NoMatch {
        field: name(),
        pattern: number.into(),
    };
    assert_eq!(wrong(&regex(number), ["123-1-1234"]), Some(error));
    // One that backtracking engines choke on, one that would be huge, and one that is none.
    let long = "a".repeat(50_000) + "!";
    assert!(wrong(&regex("^(a+)+$"), [long.as_str()]).is_some());
    for pattern in [
        "(((a{1,1000}){1,1000}){1,1000})",
        &"[0-9]".repeat(100_000),
        "(",
        "(?P&lt;a",
    ] {
        assert_eq!(wrong(&regex(pattern), ["x"]), None, "{pattern}");
    }
}

#[cfg(feature = "regex")]
#[test]
fn of_very_many_regular_expressions_the_first_are_checked() {
    let field = |at: usize| {
        format!(
            "<field var='f{at}'><validate xmlns='http://jabber.org/protocol/xdata-validate'>\
             <regex>^a$</regex></validate></field>"
        )
    };
    let fields: String = (0..70).map(field).collect();
    let mut form = form(&fields);
    form.answer_each(|_| Some("b".into())).unwrap();
    let incomplete = form.finish().unwrap_err();
    assert!(incomplete.fields().eq((0..64).map(|at| format!("f{at}"))));
}

#[cfg(feature = "regex")]
#[test]
fn a_regular_expression_that_posix_reads_in_another_way_is_left_to_the_server() {
    let regex = |pattern: &str| text("xs:string", &format!("<xdv:regex>{pattern}</xdv:regex>"));
    for (pattern, value) in [
        ("^[a-c&amp;&amp;b]$", "&"),
        ("^[[a]]$", "[]"),
        (r"^[\.a]$", r"\"),
        ("^a+?$", ""),
        ("^a.b$", "a\nb"),
    ] {
        assert_eq!(wrong(&regex(pattern), [value]), None, "{pattern}");
    }
    assert!(wrong(&regex("^[[:alpha:]]$"), ["1"]).is_some());
    // Letters beyond ASCII are in the classes, too.
    for (pattern, value) in [
        ("^[[:alpha:]]+$", "Zoë"),
        ("^[[:alnum:] ]+$", "Jürgen 2"),
        ("^[[:upper:]]", "Élodie"),
    ] {
        assert_eq!(wrong(&regex(pattern), [value]), None, "{pattern}");
    }
}

/// The server's pattern may know only one of the two spellings of yes.
#[test]
fn a_pattern_does_not_bind_a_yes_or_no() {
    for pattern in ["^(true|false)$", "^[01]$"] {
        let inner = format!(
            "<xdv:validate datatype='xs:boolean'><xdv:regex>{pattern}</xdv:regex></xdv:validate>"
        );
        let mut form = form(&field("boolean", &inner));
        form.set("a", true).unwrap();
        assert!(form.finish().is_ok(), "{pattern}");
    }
}

#[cfg(not(feature = "regex"))]
#[test]
fn a_regular_expression_is_left_to_the_server_without_the_feature() {
    let fields = text("xs:string", "<xdv:regex>^[0-9]+$</xdv:regex>");
    assert_eq!(wrong(&fields, ["x"]), None);
}
