//! The edges of forms: each bound to its last one, and what is just beyond.

use super::*;
use crate::form::media::MediaData;

const EXCEEDED: fn(Limit) -> Option<Violation> = |limit| Some(Violation::LimitExceeded(limit));

fn fields(count: usize) -> String {
    (0..count)
        .map(|at| format!("<field var='f{at}'/>"))
        .collect()
}

#[test]
fn everything_that_counts_as_an_option_does() {
    let validate = "<validate xmlns='http://jabber.org/protocol/xdata-validate'/>";
    let media = "<media xmlns='urn:xmpp:media-element'><uri>u</uri></media>";
    let option = "<option><value>o</value></option>";
    // An option without a value is dropped, and costs the same to read.
    for one in ["<value>v</value>", option, "<option/>", validate, media] {
        let field = |count: usize| format!("<field var='a'>{}</field>", one.repeat(count));
        // What is read last is counted by the next, so the bound holds for each of them.
        for (count, limit) in [(1, 1), (2, 2), (3, 3)] {
            assert_eq!(limited(9, limit, 999, &field(count)), None, "{one}");
        }
        if one != "<option/>" {
            for (count, limit) in [(1, 0), (2, 1), (3, 2)] {
                let violation = limited(9, limit, 999, &field(count));
                assert_eq!(violation, EXCEEDED(Limit::Options), "{one}");
            }
        }
    }
    let mixed = format!("<field var='a'><value/>{option}{validate}{media}</field>");
    assert_eq!(limited(1, 4, 99, &mixed), None);
    assert_eq!(limited(1, 3, 99, &mixed), EXCEEDED(Limit::Options));
    let head = "<instructions>i</instructions><instructions> </instructions>";
    assert_eq!(limited(0, 1, 9, head), None);
    assert_eq!(limited(0, 0, 9, head), EXCEEDED(Limit::Options));
}

#[test]
fn every_text_counts() {
    for (field, length) in [
        ("<title>12345</title>", 5),
        ("<instructions>12345</instructions>", 5),
        ("<field var='12345'/>", 5),
        ("<field var='1' label='2345'/>", 5),
        ("<field var='1'><desc>2345</desc></field>", 5),
        ("<field var='1'><value>2345</value></field>", 5),
        ("<field var='1'><value>2<b/>345</value></field>", 5),
        (
            "<field var='1' type='text-private'><value>2345</value></field>",
            5,
        ),
        (
            "<field var='1'><value>23</value><value>45</value></field>",
            5,
        ),
        (
            "<field var='1'><option label='23'><value>45</value></option></field>",
            5,
        ),
        (
            "<field var='1'><media xmlns='urn:xmpp:media-element'><uri type='23'>45</uri></media></field>",
            5,
        ),
        (
            "<field var='1'><validate xmlns='http://jabber.org/protocol/xdata-validate'><range min='23' max='45'/></validate></field>",
            5,
        ),
        (
            "<field var='1'><validate xmlns='http://jabber.org/protocol/xdata-validate'><regex>2345</regex></validate></field>",
            5,
        ),
        // What is secret and what is not share the room.
        (
            "<field var='passw'><value>67</value></field><field var='8'/>",
            8,
        ),
    ] {
        assert_eq!(limited(9, 9, length, field), None, "{field}");
        let exceeded = EXCEEDED(Limit::TextBytes);
        assert_eq!(limited(9, 9, length - 1, field), exceeded, "{field}");
    }
}

fn limited_legacy(
    fields: usize,
    options: usize,
    text_bytes: usize,
    inner: &str,
) -> Option<Violation> {
    let limits = Limits {
        fields,
        options,
        text_bytes,
        ..Limits::default()
    };
    let query = format!("<query xmlns='jabber:iq:register'>{inner}</query>");
    let query: Element = query.parse().unwrap();
    read::legacy(&query, origin(), &limits).err()
}

#[test]
fn fields_of_the_old_way_are_bounded_too() {
    let two = "<registered/><username>12</username><password>34</password>";
    assert_eq!(limited_legacy(2, 2, 20, two), None);
    assert_eq!(limited_legacy(1, 2, 20, two), EXCEEDED(Limit::Fields));
    assert_eq!(limited_legacy(2, 1, 20, two), EXCEEDED(Limit::Options));
    assert_eq!(limited_legacy(2, 2, 19, two), EXCEEDED(Limit::TextBytes));
}

/// Up to sixteen fields are walked over, and more are looked up.
#[test]
fn names_are_found_on_both_sides_of_the_index() {
    const COUNTS: &[usize] = if cfg!(miri) {
        &[16, 17]
    } else {
        &[1, 15, 16, 17, 18]
    };
    for &count in COUNTS {
        let mut form = data(&fields(count));
        assert_eq!(form.arena.by_name.is_empty(), count <= 16, "{count}");
        for at in 0..count {
            let name = format!("f{at}");
            form.set(&name, name.as_str()).unwrap();
            assert_eq!(values(&form, &name), [&*name]);
        }
        for other in ["", "f", "f-1", "e9", "f99", "g"] {
            assert!(form.field(other).is_none(), "{other} of {count}");
        }
        // The first visible one of a name counts, and the later ones are not there.
        for first in ["hidden", "fixed", "text-single"] {
            let twins = format!(
                "<field var='x' type='{first}' label='1'/>{}<field var='x' label='2'/><field var='x' label='3'/>",
                fields(count.saturating_sub(3))
            );
            let form = data(&twins);
            let wanted = if first == "text-single" { "1" } else { "2" };
            assert_eq!(
                form.field("x").unwrap().label(),
                Some(wanted),
                "{first} of {count}"
            );
            let labels: Vec<_> = form.fields().filter_map(Field::label).collect();
            let kept: &[&str] = if wanted == "1" { &["1"] } else { &["1", "2"] };
            assert_eq!(labels, kept, "{first} of {count}");
        }
    }
}

/// Two hidden fields of a name both go back, and neither is in the way of the other.
#[test]
fn hidden_fields_of_one_name_all_go_back() {
    for count in [0, 40] {
        let hidden =
            |value: &str| format!("<field var='h' type='hidden'><value>{value}</value></field>");
        let form = data(&format!("{}{}{}", hidden("1"), fields(count), hidden("2")));
        assert_eq!(form.field("h").unwrap().value(), Some("1"));
        assert_eq!(
            submitted(form),
            "<field var='h'><value>1</value></field><field var='h'><value>2</value></field>"
        );
    }
}

#[test]
fn what_is_typed_anew_takes_the_place_of_what_was_there() {
    let mut form = data(&fields(3));
    // Longer, shorter, empty, the same: whatever lies behind it.
    for value in ["1", "1234567890", "", "12", "\u{e4}\u{1F600}", "12"] {
        form.set("f1", value).unwrap();
        form.set("f2", "behind").unwrap();
        let typed: Vec<_> = (!value.is_empty()).then_some(value).into_iter().collect();
        assert_eq!(values(&form, "f1"), typed);
        assert_eq!(values(&form, "f2"), ["behind"]);
        assert_eq!(form.arena.live, value.len() + "behind".len());
    }
    form.clear("f1").unwrap();
    form.clear("f2").unwrap();
    assert_eq!(form.arena.live, 0);
    assert!(form.fields().all(|field| !field.is_set()));
    let unknown = FieldError::Unknown { field: "no".into() };
    assert_eq!(form.clear("no"), Err(unknown));
}

#[test]
fn a_form_without_anything_can_be_sent() {
    let form = data("");
    assert!(form.unfilled().is_empty());
    assert_eq!(
        (form.title(), form.url(), form.form_type()),
        (None, None, None)
    );
    assert_eq!(form.instructions().count(), 0);
    assert_eq!(form.challenges_left(), 0);
    assert!(!form.is_registered() && !form.removes() && !form.holds_secret());
    assert_eq!(submitted(form), "");
    assert_eq!(sent(legacy("")), "<query xmlns='jabber:iq:register'/>");
}

/// What is sent has no kind: a yes is one in whatever field. A no is one where it was asked for.
#[test]
fn only_a_true_remove_or_the_type_removes() {
    let cancel = "<field var='FORM_TYPE'><value>\n jabber:iq:register:cancel </value></field>";
    for name in ["remove", "unregister"] {
        for (value, answer) in [
            ("1", Some(true)),
            ("true", Some(true)),
            ("\n  true\n", Some(true)),
            ("0", Some(false)),
            ("false", Some(false)),
            (" 0 ", Some(false)),
            ("", None),
            ("TRUE", None),
            ("11", None),
        ] {
            for kind in ["boolean", "text-single", "hidden", "list-single", "fixed"] {
                let field =
                    format!("<field var='{name}' type='{kind}'><value>{value}</value></field>");
                let is_heard = match kind {
                    "boolean" => true,
                    "fixed" => false,
                    _ => answer == Some(true),
                };
                let answer = answer.filter(|_| is_heard);
                let form = data(&field);
                assert_eq!(form.answer_to_remove(), answer, "{field}");
                assert_eq!(form.removes(), answer == Some(true), "{field}");
                assert_eq!(form.is_registered(), kind == "boolean", "{field}");
                // By its type the whole form is for removing: only a no says otherwise.
                let of_type = data(&(field.clone() + cancel));
                assert_eq!(of_type.removes(), answer != Some(false), "{field}");
            }
        }
    }
    // One yes is enough.
    let field = |name: &str, value: &str| {
        format!("<field var='{name}' type='boolean'><value>{value}</value></field>")
    };
    for values in [["1", "0"], ["0", "1"]] {
        let both = field("remove", values[0]) + &field("unregister", values[1]);
        assert!(data(&both).removes());
    }
    assert!(!data(&field("removed", "1")).removes());
    // Fields of the old way have no type, and are never a yes or no.
    let legacy =
        legacy("<FORM_TYPE>jabber:iq:register:cancel</FORM_TYPE><unregister>1</unregister>");
    assert_eq!((legacy.removes(), legacy.form_type()), (false, None));
    assert!(!legacy.is_registered());
    assert!(data("").with_offer(true, None).is_registered());
}

#[test]
fn pictures_count_and_can_be_dropped() {
    let mut form = data(
        "<field var='a'><media xmlns='urn:xmpp:media-element'><uri type='t'>cid:c@b</uri></media></field>",
    );
    assert_eq!(form.media_size(), 0);
    let element = "<data xmlns='urn:xmpp:bob' cid='c@b' type='t/u'>AAAA</data>";
    let element: Element = element.parse().unwrap();
    let mut room = 9;
    let data = MediaData::read(&element, "c@b", &mut room).unwrap();
    assert_eq!(room, 0);
    form.attach(data);
    assert_eq!(form.media_size(), "c@b".len() + "t/u".len() + 3);
    let medium = |form: &Form| {
        form.field("a")
            .unwrap()
            .media()
            .next()
            .unwrap()
            .bytes()
            .map(Vec::from)
    };
    assert_eq!(medium(&form), Ok(vec![0; 3]));
    form.drop_media();
    assert_eq!(form.media_size(), 0);
    assert_eq!(medium(&form), Err(MediaError::NotReceived));
    let mut room = 8;
    let exceeded = Violation::LimitExceeded(Limit::PictureBytes);
    assert_eq!(
        MediaData::read(&element, "c@b", &mut room).err(),
        Some(exceeded)
    );
}
