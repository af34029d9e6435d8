//! Forms are equal when they ask for the same and hold the same: for each thing that two may differ in, two that do.

use super::*;

/// All of these are equal to themselves, and each differs from each other.
#[track_caller]
fn all_differ(forms: &[String], read: impl Fn(&str) -> Form) {
    // What is read twice from one text is equal, too.
    let all = || forms.iter().map(|it| read(it)).collect::<Vec<_>>();
    let (ones, others) = (all(), all());
    for (at, one) in ones.iter().enumerate() {
        for (other_at, other) in others.iter().enumerate() {
            let texts = (&forms[at], &forms[other_at]);
            assert_eq!(one == other, at == other_at, "{texts:?}");
        }
    }
}

#[test]
fn what_stands_above_the_fields() {
    let forms = [
        "",
        "<title>t</title>",
        "<title>u</title>",
        "<instructions>i</instructions>",
        "<instructions>j</instructions>",
        "<instructions>i</instructions><instructions>j</instructions>",
    ];
    let forms = forms.map(|head| format!("{head}<field var='a'/>"));
    all_differ(&forms, data);
}

#[test]
fn which_fields_there_are_and_in_which_order() {
    let forms = [
        "",
        "<field var='a'/>",
        "<field var='b'/>",
        "<field/>",
        "<field var=' '/>",
        "<field var='a'/><field var='b'/>",
        "<field var='b'/><field var='a'/>",
        "<field var='a'/><field var='b'/><field var='c'/>",
    ];
    all_differ(&forms.map(String::from), data);
    // A later visible field of a name is as if it were not there.
    assert!(data("<field var='a'/><field var='a' label='l'/>") == data("<field var='a'/>"));
}

#[test]
fn what_a_field_says_of_itself() {
    let mut forms: Vec<String> = [
        "<field var='a'/>",
        "<field var='a' label='l'/>",
        "<field var='a' label='m'/>",
        "<field var='a'><desc>d</desc></field>",
        "<field var='a'><desc>e</desc></field>",
        "<field var='a'><required/></field>",
        "<field var='a'><value>v</value></field>",
        "<field var='a'><value>w</value></field>",
    ]
    .map(String::from)
    .into();
    for kind in [
        "boolean",
        "fixed",
        "hidden",
        "jid-multi",
        "jid-single",
        "list-multi",
        "list-single",
        "text-multi",
        "text-private",
    ] {
        forms.push(format!("<field var='a' type='{kind}'/>"));
    }
    all_differ(&forms, data);
    // The default kind, and no text at all.
    for same in [
        "<field var='a' type='text-single'/>",
        "<field var='a' type='odd'/>",
        "<field var='a' label=''/>",
        "<field var='a' label=' '/>",
        "<field var='a'><desc> </desc></field>",
        "<field var='a'><value/></field>",
    ] {
        assert!(data(same) == data("<field var='a'/>"), "{same}");
    }
}

#[test]
fn the_media_of_a_field() {
    let media = |attributes: &str, uris: &str| {
        format!(
            "<field var='a'><media xmlns='urn:xmpp:media-element' {attributes}>{uris}</media></field>"
        )
    };
    let uri = "<uri type='image/png'>http://a/</uri>";
    let forms = [
        "<field var='a'/>".into(),
        media("", uri),
        media("width='1'", uri),
        media("width='2'", uri),
        media("height='1'", uri),
        media("", "<uri type='image/gif'>http://a/</uri>"),
        media("", "<uri type='image/png'>http://b/</uri>"),
        media("", &uri.repeat(2)),
    ];
    all_differ(&forms, data);
}

#[test]
fn the_options_of_a_list() {
    let option =
        |label: &str, value: &str| format!("<option {label}><value>{value}</value></option>");
    let options = [
        String::new(),
        option("", "1"),
        option("", "2"),
        option("label='l'", "1"),
        option("label='m'", "1"),
        option("", "1") + &option("", "2"),
        option("", "2") + &option("", "1"),
    ];
    for kind in ["list-single", "list-multi"] {
        let forms: Vec<_> = options
            .iter()
            .map(|it| format!("<field var='a' type='{kind}'>{it}</field>"))
            .collect();
        all_differ(&forms, data);
    }
}

#[test]
fn the_values_of_several() {
    let values = ["", "1", "2", "12", "21", "122"].map(|all| {
        let value = |it: char| format!("<value>{it}</value>");
        let values: String = all.chars().map(value).collect();
        format!("<field var='a' type='text-multi'>{values}</field>")
    });
    all_differ(&values, data);
}

#[test]
fn the_rule_of_a_field() {
    let rules = [
        "",
        "<v/>",
        "<v datatype='xs:int'/>",
        "<v datatype='xs:byte'/>",
        "<v><open/></v>",
        "<v><range min='1'/></v>",
        "<v><range min='2'/></v>",
        "<v><range max='1'/></v>",
        "<v><range max='2'/></v>",
        "<v><range min='1' max='2'/></v>",
        "<v><regex>a</regex></v>",
        "<v><regex>b</regex></v>",
        "<v><list-range min='1'/></v>",
        "<v><list-range min='2'/></v>",
        "<v><list-range max='1'/></v>",
        "<v><list-range max='2'/></v>",
    ];
    let forms = rules.map(|rule| {
        let ns = "http://jabber.org/protocol/xdata-validate";
        let rule = rule
            .replacen("<v", &format!("<validate xmlns='{ns}'"), 1)
            .replace("</v>", "</validate>");
        format!("<field var='a' type='list-multi'>{rule}</field>")
    });
    all_differ(&forms, data);
}

#[test]
fn what_the_caller_set() {
    let form = || data("<field var='a'><value>v</value></field><field var='b'/>");
    let set = |name: &str, value: &str| {
        let mut form = form();
        form.set(name, value).unwrap();
        form
    };
    assert!(set("a", "x") == set("a", "x"));
    assert!(set("a", "x") != set("a", "y"));
    assert!(set("a", "x") != set("b", "x"));
    // The same value, but by somebody's choice; and none, but on purpose.
    assert!(set("a", "v") != form());
    assert!(set("b", "") != form());
    let mut cleared = set("a", "v");
    cleared.clear("a").unwrap();
    assert!(cleared == form());
    let mut reserved = form();
    reserved.reserve("a", "x");
    assert!(reserved != set("a", "x"));
    let answers = [("a", "x"), ("a", "x"), ("b", "x")].map(|(name, value)| {
        let finished = set(name, value).finish();
        finished.unwrap()
    });
    assert!(answers[0] == answers[1] && answers[0] != answers[2]);
}

#[test]
fn what_the_whole_offer_says() {
    let form = || data("<field var='a'/>");
    assert!(form().with_offer(true, None) != form());
    assert!(form().with_offer(true, None) == form().with_offer(true, None));
    assert!(form().with_offer(false, Some("u")) != form());
    assert!(form().with_offer(false, Some("u")) != form().with_offer(false, Some("w")));
    assert!(form().with_offer(false, Some("u")) == form().with_offer(false, Some("u")));
    // The two ways of asking.
    assert!(data("") != legacy(""));
    let required = "<field var='a'><required/></field>";
    assert!(data(required) != legacy("<a/>"));
    let forms = [
        "", "<a/>", "<a>v</a>", "<a>w</a>", "<b/>", "<a/><b/>", "<key/>",
    ];
    all_differ(&forms.map(String::from), legacy);
}

#[test]
fn whether_one_submission_uses_it_up() {
    // A sign of a challenge that makes no field differ.
    let form_type = |value: &str| {
        let mut form = data(&format!(
            "<field var='FORM_TYPE' type='hidden'><value>{value}</value></field>"
        ));
        form.arena.used_up = false;
        form
    };
    assert!(form_type("t") == form_type("t"));
    let mut used_up = form_type("t");
    used_up.arena.used_up = true;
    assert!(used_up != form_type("t"));
}
