use super::*;
use crate::config::IdPrefix;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

const DATA: &str = "<x xmlns='jabber:x:data' type='form'><instructions>data</instructions>\
    <field var='d'/></x>";
const FIELDS: &str = "<instructions>legacy</instructions><username/><password/>";
const INSTRUCTIONS: &str = "<instructions>only</instructions>";
const URL: &str = "<x xmlns='jabber:x:oob'><url> https://a.example/ </url></x>";

fn offered(inner: &str) -> Result<Offered, Violation> {
    let iq: Element =
        format!("<iq xmlns='jabber:client'><query xmlns='jabber:iq:register'>{inner}</query></iq>")
            .parse()
            .unwrap();
    let prefix = IdPrefix::new("p").unwrap();
    read(&iq, Origin { prefix, serial: 1 }, &Limits::default())
}

/// The offer in a word or two: which half, the names of its fields, its instructions, its URL.
fn summary(inner: &str) -> String {
    match offered(inner) {
        Ok(Offered::Form(form)) => {
            let half = if form.is_data_form() {
                "data"
            } else {
                "fields"
            };
            let names: Vec<_> = form.fields().filter_map(crate::form::Field::name).collect();
            let told: Vec<_> = form.instructions().collect();
            let url = form.url().unwrap_or("-");
            let registered = if form.is_registered() {
                " registered"
            } else {
                ""
            };
            format!("{half} {names:?} {told:?} {url}{registered}")
        }
        Ok(Offered::Redirect(it)) => {
            format!("redirect {:?} {:?}", it.url(), it.instructions())
        }
        Err(violation) => violation.to_string(),
    }
}

/// XEP-0077 section 6, row by row.
#[test]
fn the_precedence_table() {
    let rows = [
        (
            FIELDS.to_string(),
            "fields [\"username\", \"password\"] [\"legacy\"] -",
        ),
        (format!("{FIELDS}{DATA}"), "data [\"d\"] [\"data\"] -"),
        (format!("{INSTRUCTIONS}{DATA}"), "data [\"d\"] [\"data\"] -"),
        (
            format!("{URL}{DATA}"),
            "data [\"d\"] [\"data\"] https://a.example/",
        ),
        (
            format!("{INSTRUCTIONS}{URL}{DATA}"),
            "data [\"d\"] [\"data\"] https://a.example/",
        ),
        (
            format!("{INSTRUCTIONS}{URL}"),
            "redirect Some(\"https://a.example/\") Some(\"only\")",
        ),
        (
            format!("{FIELDS}{URL}"),
            "fields [\"username\", \"password\"] [\"legacy\"] https://a.example/",
        ),
    ];
    for (inner, expected) in rows {
        assert_eq!(summary(&inner), expected, "{inner}");
    }
}

#[test]
fn a_redirect_needs_a_url_or_instructions() {
    assert_eq!(summary(URL), "redirect Some(\"https://a.example/\") None");
    assert_eq!(summary(INSTRUCTIONS), "redirect None Some(\"only\")");
    for nothing in [
        "",
        "<instructions/>",
        "<x xmlns='jabber:x:oob'/>",
        "<x xmlns='jabber:x:oob'><url/></x>",
        "<remove/>",
        "<a xmlns='other'/>",
    ] {
        assert_eq!(
            offered(nothing).err(),
            Some(Violation::NothingOffered),
            "{nothing}"
        );
    }
}

#[test]
fn what_a_form_without_fields_says_is_a_redirect() {
    let form = "<x xmlns='jabber:x:data' type='form'><instructions>closed</instructions><field type='fixed'/></x>";
    assert_eq!(summary(form), "redirect None Some(\"closed\")");
    // An echo offers nothing, whatever it says.
    let echo = form.replace("'form'", "'submit'");
    assert_eq!(offered(&echo).err(), Some(Violation::NothingOffered));
}

/// Nobody could fill it in, or send it.
#[test]
fn a_field_without_a_name_is_none() {
    let kinds = ["text-single", "boolean", "hidden"];
    let names = ["", "var=''"];
    for (kind, name) in kinds
        .iter()
        .flat_map(|kind| names.map(|name| (*kind, name)))
    {
        let nameless = format!(
            "<x xmlns='jabber:x:data' type='form'><field {name} type='{kind}' label='Welcome'/></x>"
        );
        assert_eq!(
            summary(&format!("{nameless}{FIELDS}")),
            "fields [\"username\", \"password\"] [\"legacy\"] -",
            "{kind}"
        );
        assert_eq!(
            summary(&format!("{nameless}{DATA}")),
            "data [\"d\"] [\"data\"] -",
            "{kind}"
        );
        assert_eq!(offered(&nameless).err(), Some(Violation::NothingOffered));
        let alternatives = format!("{nameless}{DATA}<error/>");
        assert_eq!(alternative_of(&alternatives).as_deref(), Some("d"));
    }
}

#[test]
fn registered_is_never_a_redirect() {
    assert_eq!(summary("<registered/>"), "fields [] [] - registered");
    assert_eq!(
        summary(&format!("{URL}<username>bill</username><registered/>")),
        "fields [\"username\"] [] https://a.example/ registered"
    );
}

/// Rule 3: after a get, the first form of type form, absent, or result, with a field to be seen.
#[test]
fn which_data_form_counts() {
    let form = |kind: &str, fields: &str| format!("<x xmlns='jabber:x:data' {kind}>{fields}</x>");
    let rows = [
        (
            form("type='form'", "<field var='a'/>") + &form("type='form'", "<field var='b'/>"),
            "data [\"a\"] [] -",
        ),
        (form("", "<field var='a'/>"), "data [\"a\"] [] -"),
        (
            form("type='result'", "<field var='a'/>"),
            "data [\"a\"] [] -",
        ),
        // What was submitted or cancelled is no offer.
        (
            form("type='submit'", "<field var='a'/>") + "<nick/>",
            "fields [\"nick\"] [] -",
        ),
        (
            form("type='cancel'", "") + "<nick/>",
            "fields [\"nick\"] [] -",
        ),
        (
            form("type='nonsense'", "<field var='a'/>") + "<nick/>",
            "fields [\"nick\"] [] -",
        ),
        // Nothing to be seen in it: the fields would be lost.
        (
            form(
                "type='form'",
                "<field var='FORM_TYPE'><value>u</value></field>",
            ) + "<nick/>",
            "fields [\"nick\"] [] -",
        ),
        (
            form("type='result'", "<field var='h' type='hidden'/>") + "<nick/>",
            "fields [\"nick\"] [] -",
        ),
        // Nothing else to go by: a form of hidden fields can be sent back.
        (
            form("type='form'", "<field var='h' type='hidden'/>") + URL,
            "data [\"h\"] [] https://a.example/",
        ),
        (
            form(
                "type='form'",
                "<field type='fixed'><value>t</value></field>",
            ) + INSTRUCTIONS,
            "redirect None Some(\"only\")",
        ),
    ];
    for (inner, expected) in rows {
        assert_eq!(summary(&inner), expected, "{inner}");
    }
}

/// What stands beside an offer, in another namespace or without a meaning of its own, changes nothing.
#[test]
fn what_is_beside_an_offer_does_not_count() {
    let only = "redirect None Some(\"only\")";
    let url = "redirect Some(\"https://a.example/\") None";
    let other = "<x xmlns='urn:example'><url xmlns='jabber:x:oob'>https://b.example/</url></x>";
    let fields = "fields [\"username\", \"password\"] [\"legacy\"] -";
    let rows = [
        (format!("{INSTRUCTIONS}<key>1</key>"), only),
        (
            format!("<registered xmlns='urn:example'/>{INSTRUCTIONS}"),
            only,
        ),
        (format!("{other}{INSTRUCTIONS}"), only),
        (format!("{other}{URL}"), url),
        (format!("{FIELDS}{other}"), fields),
        (format!("{FIELDS}<remove/><a xmlns='urn:example'/>"), fields),
    ];
    for (inner, expected) in rows {
        assert_eq!(summary(&inner), expected, "{inner}");
    }
}

fn alternative_of(inner: &str) -> Option<String> {
    let iq: Element = format!("<iq xmlns='jabber:client' type='error'>{inner}</iq>")
        .parse()
        .unwrap();
    let mut fields = alternative(&iq)?.children();
    let field = fields.find(|it| it.name() == "field")?;
    field.attr("var").map(Into::into)
}

#[test]
fn an_alternative_form_is_found_wherever_servers_put_it() {
    let form = "<x xmlns='jabber:x:data' type='form'><field var='a'/></x>";
    let query = |inner: &str| format!("<query xmlns='jabber:iq:register'>{inner}</query>");
    for inner in [
        query(form) + "<error/>",
        format!("<error/>{}", query(form)),
        format!("{form}<error/>"),
        format!("<error>{form}</error>"),
        format!("<error>{}</error>", query(form)),
        query("<x xmlns='jabber:x:data' type='submit'><field var='b'/></x>") + &query(form),
    ] {
        assert_eq!(alternative_of(&inner).as_deref(), Some("a"), "{inner}");
    }
    // Nothing to send back: no form.
    assert_eq!(
        alternative_of(&query(
            "<x xmlns='jabber:x:data' type='form'><field type='fixed' var='a'/></x>"
        )),
        None
    );
    for kind in ["type='submit'", "type='result'", ""] {
        let echo = query(&format!(
            "<x xmlns='jabber:x:data' {kind}><field var='a'/></x>"
        ));
        assert_eq!(alternative_of(&echo), None, "{kind}");
    }
    assert_eq!(
        alternative_of(&format!("<query xmlns='other'>{form}</query>")),
        None
    );
}
