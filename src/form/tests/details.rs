//! Small things that only show when they are gone.

use super::*;

#[test]
fn no_more_challenges_are_left_than_there_are() {
    let form = |answers: &str| {
        data(&format!(
            "<field var='challenge' type='hidden'><value>c</value></field>\
             <field var='answers' type='hidden'><value>{answers}</value></field>\
             <field var='ocr'/><field var='qa'/>"
        ))
    };
    for (answers, left) in [("0", 0), ("1", 1), ("2", 2), ("3", 2), ("9", 2)] {
        let mut form = form(answers);
        assert_eq!(form.challenges_left(), left, "{answers}");
        assert_eq!(form.unfilled().names().count(), left);
        form.set("qa", "x").unwrap();
        assert_eq!(form.challenges_left(), left.saturating_sub(1), "{answers}");
        form.set("ocr", "x").unwrap();
        assert_eq!(form.challenges_left(), 0, "{answers}");
    }
}

/// What else is optional is none of them, nor is a challenge that is demanded by itself.
#[test]
fn only_challenges_are_left_as_challenges() {
    let mut form = data(
        "<field var='challenge' type='hidden'><value>c</value></field>\
         <field var='answers' type='hidden'><value>2</value></field>\
         <field var='nick'/><field var='qa'><required/></field><field var='ocr'/>",
    );
    assert_eq!(form.unfilled().names().collect::<Vec<_>>(), ["qa", "ocr"]);
    form.set("qa", "x").unwrap();
    assert_eq!(form.unfilled().names().collect::<Vec<_>>(), ["ocr"]);
    let error = FieldError::Challenge {
        field: "ocr".into(),
        left: 1,
    };
    assert_eq!(form.check_challenges(), Err(error));
}

#[test]
fn a_question_without_a_name_is_no_challenge() {
    let form = data(
        "<field var='challenge' type='hidden'/>\
         <field><media xmlns='urn:xmpp:media-element'><uri type='t'>u</uri></media></field>\
         <field var='x'><media xmlns='urn:xmpp:media-element'><uri type='t'>u</uri></media></field>",
    );
    let challenges: Vec<_> = form.fields().map(Field::is_challenge).collect();
    assert_eq!(challenges, [false, false, true]);
}

#[test]
fn what_an_invitation_reserves_is_not_asked_for_and_not_cleared() {
    let mut form = data("<field var='username'/><field var='nick'/>");
    form.reserve("username", "juliet");
    let mut asked = Vec::new();
    let answered = form.answer_each(|field| {
        asked.push(field.name().map(String::from));
        Some("x".into())
    });
    assert_eq!(answered, Ok(()));
    assert_eq!(asked, [Some("nick".into())]);
    form.clear("username").unwrap();
    form.clear("nick").unwrap();
    assert_eq!(values(&form, "username"), ["juliet"]);
    assert!(!form.field("nick").unwrap().is_set());
    // What the form does not have is nobody's to reserve.
    form.reserve("email", "x");
    assert!(form.field("email").is_none());
}

#[test]
fn what_was_typed_stays_where_nothing_can_be_reserved() {
    let list = "<field var='username' type='list-single'><option><value>a</value></option></field>";
    let mut form = data(list);
    form.reserve("username", "juliet");
    assert!(!form.field("username").unwrap().is_set());
    form.set("username", "a").unwrap();
    form.reserve("username", "juliet");
    assert_eq!(values(&form, "username"), ["a"]);
    assert!(!form.field("username").unwrap().is_reserved());
    form.reserve("username", "a");
    assert!(form.field("username").unwrap().is_reserved());
}

/// XEP-0004 section 3.6: what is on file is unset by an empty value, and where there is nothing, nothing is sent.
#[test]
fn only_what_is_on_file_is_emptied() {
    for (field, wanted) in [
        ("<field var='a'/>", ""),
        ("<field var='a'><value/></field>", ""),
        (
            "<field var='a'><value>v</value></field>",
            "<field var='a'><value/></field>",
        ),
        (
            "<field var='a' type='text-private'><value>v</value></field>",
            "",
        ),
    ] {
        let mut form = data(field);
        form.set("a", "").unwrap();
        assert_eq!(submitted(form), wanted, "{field}");
    }
}

#[test]
fn the_first_of_two_texts_counts() {
    let form = data(
        "<title>one</title><title>two</title>\
         <field var='a'><desc>one</desc><desc>two</desc><value/></field>",
    );
    assert_eq!(form.title(), Some("one"));
    assert_eq!(form.field("a").unwrap().description(), Some("one"));
    let form =
        data("<title> </title><title>two</title><field var='a'><desc/><desc>two</desc></field>");
    assert_eq!(form.title(), Some("two"));
    assert_eq!(form.field("a").unwrap().description(), Some("two"));
}

#[test]
fn attributes_of_another_namespace_say_nothing() {
    let form = data(
        "<field xmlns:o='other' o:var='b' o:label='l' o:type='hidden' var='a'/>\
         <field xmlns:o='other' type='list-single' var='c'><option o:label='l'><value>v</value></option></field>",
    );
    let field = form.fields().next().unwrap();
    assert_eq!((field.name(), field.label()), (Some("a"), None));
    assert_eq!(field.kind(), FieldKind::TextSingle);
    let list = form.field("c").unwrap();
    assert_eq!(list.options().next().unwrap().label(), "v");
}

#[test]
fn each_kind_says_whether_it_is_seen_and_takes_several() {
    let all = [
        (FieldKind::Boolean, "boolean", true, false),
        (FieldKind::Fixed, "fixed", false, false),
        (FieldKind::Hidden, "hidden", false, false),
        (FieldKind::JidMulti, "jid-multi", true, true),
        (FieldKind::JidSingle, "jid-single", true, false),
        (FieldKind::ListMulti, "list-multi", true, true),
        (FieldKind::ListSingle, "list-single", true, false),
        (FieldKind::TextMulti, "text-multi", true, true),
        (FieldKind::TextPrivate, "text-private", true, false),
        (FieldKind::TextSingle, "text-single", true, false),
    ];
    for (kind, name, visible, multi) in all {
        assert_eq!((kind.name(), kind.to_string()), (name, name.to_string()));
        assert_eq!(
            (kind.is_visible(), kind.is_multi()),
            (visible, multi),
            "{name}"
        );
        assert_eq!(FieldKind::from_name(Some(name)), kind);
    }
    assert_eq!(FieldKind::from_name(None), FieldKind::TextSingle);
    assert_eq!(FieldKind::from_name(Some("Boolean")), FieldKind::TextSingle);
}

/// What was set stands in place of what is on file, and an empty value of a field that takes one is none.
#[test]
fn what_is_set_replaces_what_is_on_file() {
    let all = |form: &Form| -> Vec<String> {
        let field = form.field("a").unwrap();
        let values: Vec<_> = field.values().map(String::from).collect();
        assert_eq!(field.value(), values.first().map(String::as_str));
        values
    };
    let of =
        |kind: &str, values: &str| data(&format!("<field var='a' type='{kind}'>{values}</field>"));
    let mut form = of("text-single", "<value>x</value>");
    assert_eq!(all(&form), ["x"]);
    form.set("a", "y").unwrap();
    assert_eq!(all(&form), ["y"]);
    form.set("a", "").unwrap();
    assert!(all(&form).is_empty());
    assert_eq!(all(&of("text-single", "<value/><value>z</value>")), ["z"]);
    assert_eq!(
        all(&of("text-multi", "<value/><value>z</value>")),
        ["", "z"]
    );
    assert!(all(&of("text-multi", "<value/><value/>")).is_empty());
    let mut form = of("text-multi", "<value>x</value>");
    form.set("a", "y\n\nz").unwrap();
    assert_eq!(all(&form), ["y", "", "z"]);
}

/// It goes back as it came, whatever the user fills in beside it.
#[test]
fn a_hidden_field_may_have_the_name_of_a_visible_one() {
    for more in [0, 20] {
        let others: String = (0..more)
            .map(|at| format!("<field var='f{at}'/>"))
            .collect();
        let mut form = data(&format!(
            "<field var='a'/><field var='a' type='hidden'><value>h</value></field>{others}"
        ));
        form.set("a", "typed").unwrap();
        let named: Vec<_> = form.fields().filter(|it| it.name() == Some("a")).collect();
        let values: Vec<_> = named.iter().filter_map(|it| it.value()).collect();
        assert_eq!(values, ["typed", "h"], "{more}");
    }
}

#[test]
fn media_without_a_size_have_none() {
    let size = |attributes: &str| {
        let form = data(&format!(
            "<field var='a'><media xmlns='urn:xmpp:media-element'{attributes}><uri type='t'>u</uri></media></field>"
        ));
        let media = form.field("a").and_then(|it| it.media().next()).unwrap();
        (media.width(), media.height())
    };
    assert_eq!(size(""), (None, None));
    assert_eq!(size(" width='0' height='0'"), (None, None));
    assert_eq!(size(" width='290'"), (Some(290), None));
    assert_eq!(size(" height='80'"), (None, Some(80)));
    assert_eq!(size(" width='1' height='1'"), (Some(1), Some(1)));
}

/// At one's own account, one's own name goes in place of what was typed, and nowhere else.
#[test]
fn ones_own_name_goes_where_a_name_was_typed() {
    let sent = |mut form: Form| {
        form.set("username", "JULIET").unwrap();
        form.set("nick", "J").unwrap();
        String::from(&write::query(&form, Some("juliet"), &Prototypes::new(None)))
    };
    assert_eq!(
        sent(legacy("<username/><nick/>")),
        "<query xmlns='jabber:iq:register'><username>juliet</username><nick>J</nick></query>"
    );
    let sent = sent(data("<field var='username'/><field var='nick'/>"));
    for value in ["<value>juliet</value>", "<value>J</value>"] {
        assert_eq!(sent.matches(value).count(), 1, "{sent}");
    }
    assert!(!sent.contains("JULIET"), "{sent}");
    // Where none was typed, none goes.
    let nick = write::query(
        &legacy("<username/><nick/>"),
        Some("juliet"),
        &Prototypes::new(None),
    );
    assert!(!String::from(&nick).contains("juliet"));
}
