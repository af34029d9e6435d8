//! What a form asks for, as a caller reads it.

use super::*;

#[test]
fn all_seventeen_fields_of_the_schema_and_unknown_ones() {
    let names = [
        "username",
        "nick",
        "password",
        "name",
        "first",
        "last",
        "email",
        "address",
        "city",
        "state",
        "zip",
        "phone",
        "url",
        "date",
        "misc",
        "text",
        "key",
        "shoe-size",
    ];
    let offered: String = names
        .iter()
        .map(|name| format!("<{name}>v-{name}</{name}>"))
        .collect();
    let form = legacy(&offered);
    let fields: Vec<_> = form.fields().collect();
    assert_eq!(fields.len(), names.len());
    for (field, name) in fields.into_iter().zip(names) {
        let kind = match name {
            "password" => FieldKind::TextPrivate,
            "key" => FieldKind::Hidden,
            _ => FieldKind::TextSingle,
        };
        assert_eq!((field.name(), field.kind()), (Some(name), kind));
        assert_eq!(field.is_required(), name != "key", "{name}");
        assert_eq!(
            field.is_secret(),
            matches!(name, "password" | "key"),
            "{name}"
        );
        assert_eq!(field.value(), Some(&*format!("v-{name}")));
    }
    assert_eq!(sent(form), offered);
}

#[test]
fn every_field_kind_is_read() {
    for kind in [
        FieldKind::Boolean,
        FieldKind::Fixed,
        FieldKind::Hidden,
        FieldKind::JidMulti,
        FieldKind::JidSingle,
        FieldKind::ListMulti,
        FieldKind::ListSingle,
        FieldKind::TextMulti,
        FieldKind::TextPrivate,
        FieldKind::TextSingle,
    ] {
        let form = data(&format!("<field var='a' type='{kind}'/>"));
        assert_eq!(form.field("a").unwrap().kind(), kind);
    }
    assert_eq!(
        data("<field var='a' type='odd'/>")
            .field("a")
            .unwrap()
            .kind(),
        FieldKind::TextSingle
    );
    assert_eq!(
        data("<field var='a'/>").field("a").unwrap().kind(),
        FieldKind::TextSingle
    );
}

#[test]
fn labels_descriptions_options_and_texts_are_shown() {
    let form = data(
        "<title> T </title><instructions>\n one\n</instructions><instructions>two</instructions>\
         <field var='l' type='list-single' label='L'><desc> D </desc><required/>\
         <option label='Male'><value>M</value></option><option><value>F</value></option><option label='none'/></field>\
         <field type='fixed'><value>text</value></field>",
    );
    assert_eq!(form.title(), Some("T"));
    assert_eq!(form.instructions().collect::<Vec<_>>(), ["one", "two"]);
    let field = form.field("l").unwrap();
    assert_eq!((field.label(), field.description()), (Some("L"), Some("D")));
    assert!(field.is_required());
    let options: Vec<_> = field.options().map(|it| (it.label(), it.value())).collect();
    assert_eq!(options, [("Male", "M"), ("F", "F")]);
    let fixed = form.fields().last().unwrap();
    assert_eq!(
        (fixed.name(), fixed.kind(), fixed.value()),
        (None, FieldKind::Fixed, Some("text"))
    );
}

#[test]
fn an_empty_value_is_no_value() {
    let form = data(
        "<field var='a'><required/><value/></field><field var='b' type='text-multi'><value/><value/></field>",
    );
    assert_eq!(values(&form, "a"), [""; 0]);
    assert_eq!(errors(form), [missing("a")]);
}

#[test]
fn of_two_fields_of_one_name_the_first_counts_however_many_there_are() {
    for others in [0, 40] {
        let many: String = (0..others)
            .map(|at| format!("<field var='o{at}'/>"))
            .collect();
        let mut form = data(&format!(
            "<field var='a'><value>1</value></field>{many}<field var='a' label='second'><required/></field>\
             <field var='h' type='hidden'><value>x</value></field><field var='h' type='hidden'><value>y</value></field>"
        ));
        assert_eq!(form.field("a").unwrap().label(), None);
        form.set("a", "2").unwrap();
        assert_eq!(form.fields().count(), 3 + others);
        assert_eq!(
            submitted(form),
            "<field var='a'><value>2</value></field><field var='h'><value>x</value></field><field var='h'><value>y</value></field>"
        );
    }
}

#[test]
fn a_challenge_media_or_key_is_used_up_by_a_refusal() {
    for (fields, used_up) in [
        ("<field var='username'/>", false),
        ("<field var='sid' type='hidden'/>", false),
        ("<field var='challenge' type='hidden'/>", true),
        ("<field var='captchahidden' type='hidden'/>", true),
        ("<field var='qa'/>", true),
        ("<field var='key' type='hidden'/>", true),
        ("<field var='challenge'/><field var='sid'/>", false),
        (
            "<field type='fixed'><media xmlns='urn:xmpp:media-element'/></field>",
            false,
        ),
        (
            "<field var='odd'><media xmlns='urn:xmpp:media-element'/></field>",
            true,
        ),
    ] {
        assert_eq!(data(fields).is_used_up_by_refusal(), used_up, "{fields}");
    }
    assert!(legacy("<username/><key/>").is_used_up_by_refusal());
    assert!(!legacy("<username/>").is_used_up_by_refusal());
}

#[test]
fn registered_or_a_boolean_remove_says_that_it_exists() {
    assert!(data("<field var='remove' type='boolean'/>").is_registered());
    assert!(!data("<field var='remove'/>").is_registered());
    let mut form = data("<field var='remove' type='boolean'/>");
    assert!(!form.removes());
    form.set("remove", true).unwrap();
    assert!(form.removes());
}

#[test]
fn what_must_go_back_and_cannot_be_written_is_a_violation() {
    let mut x = Element::bare("x", "jabber:x:data");
    let field = Element::builder("field", "jabber:x:data")
        .attr(crate::xml::name("var"), "a\u{1}")
        .build();
    x.append_child(field);
    let read = read::data_form(&x, origin(), &Limits::default());
    assert_eq!(read.err(), Some(Violation::ForbiddenCharacter));
    let mut query = Element::bare("query", "jabber:iq:register");
    query.append_child(Element::bare("not a name", "jabber:iq:register"));
    assert_eq!(
        read::legacy(&query, origin(), &Limits::default())
            .unwrap()
            .fields()
            .count(),
        0
    );
}

#[test]
fn a_visible_field_is_found_before_a_hidden_one_of_its_name() {
    for others in [0, 40] {
        let many: String = (0..others)
            .map(|at| format!("<field var='o{at}'/>"))
            .collect();
        let mut form = data(&format!(
            "<field var='a' type='hidden'><value>h</value></field>{many}<field var='a'/>"
        ));
        form.set("a", "v").unwrap();
        assert_eq!(
            submitted(form),
            "<field var='a'><value>h</value></field><field var='a'><value>v</value></field>"
        );
    }
}

#[test]
fn an_empty_value_before_a_full_one_is_passed_over_in_a_single_field() {
    let form = data("<field var='a'><required/><value/><value>x</value></field>");
    assert_eq!(form.field("a").unwrap().value(), Some("x"));
    assert_eq!(submitted(form), "<field var='a'><value>x</value></field>");
}

#[test]
fn only_a_list_has_options() {
    for (kind, count) in [
        ("list-single", 1),
        ("list-multi", 1),
        ("text-single", 0),
        ("jid-multi", 0),
        ("hidden", 0),
    ] {
        let option = "<option><value>v</value></option>";
        let form = data(&format!("<field var='a' type='{kind}'>{option}</field>"));
        assert_eq!(form.field("a").unwrap().options().count(), count, "{kind}");
    }
}

#[test]
fn white_space_on_file_is_no_value() {
    let form = legacy("<username> </username><password>\n  </password><key> </key>");
    assert_eq!(
        form.unfilled().names().collect::<Vec<_>>(),
        ["username", "password"]
    );
    assert_eq!(form.field("key").unwrap().value(), Some(" "));
    // In a data form, too; but the lines of a text are its own, and a hidden value goes back as it came.
    let blank = "<required/><value>\n  </value>";
    for (kind, is_nothing) in [
        ("", true),
        ("type='text-single'", true),
        ("type='text-private'", true),
        ("type='jid-single'", true),
        // What is chosen of a list may be blank.
        ("type='list-single'", false),
        ("type='boolean'", true),
        ("type='text-multi'", false),
        ("type='hidden'", false),
    ] {
        for var in ["a", "password"] {
            let form = data(&format!("<field var='{var}' {kind}>{blank}</field>"));
            let value = form.field(var).unwrap().value();
            assert_eq!(value.is_none(), is_nothing, "{var} {kind}");
        }
    }
}
