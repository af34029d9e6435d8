//! Submissions against what was offered: what does not fit never reaches the application.

use xmpp_registration::FieldKind;
use xmpp_registration::service::{DataForm, Fields, FormField, Offer, Purpose};

use super::steps::*;

/// Offers a field, submits this value for it, and gives the text of the refusal back.
#[track_caller]
fn refusal(field: FormField, values: &str) -> String {
    let mut host = server();
    host.offers(
        get(),
        &Offer::of_form(DataForm::new().field(field)).expect("good"),
    );
    let x = submit(&[]).replace("</x>", &format!("<field var='f'>{values}</field></x>"));
    host.comes(&set(&x));
    let text = host.refuses("not-acceptable", "modify");
    assert!(!text.contains("SECRET"), "{text}");
    text
}

#[track_caller]
fn taken(field: FormField, values: &str) -> Vec<String> {
    let mut host = server();
    host.offers(
        get(),
        &Offer::of_form(DataForm::new().field(field)).expect("good"),
    );
    let x = submit(&[]).replace("</x>", &format!("<field var='f'>{values}</field></x>"));
    host.comes(&set(&x));
    host.submission().values("f").map(Into::into).collect()
}

fn of(kind: FieldKind) -> FormField {
    FormField::new(kind, "f")
}

#[test]
fn values_are_of_their_kind() {
    let one = "<value>SECRET 1</value>";
    let two = "<value>SECRET 1</value><value>SECRET 2</value>";
    assert_eq!(
        refusal(of(FieldKind::TextSingle).required(), "<value/>"),
        "`f` needs a value"
    );
    assert_eq!(
        refusal(of(FieldKind::TextSingle).required(), ""),
        "`f` needs a value"
    );
    assert_eq!(
        refusal(of(FieldKind::TextSingle), two),
        "`f` takes one value only"
    );
    assert_eq!(refusal(of(FieldKind::Boolean), one), "`f` is a yes or no");
    assert_eq!(
        refusal(of(FieldKind::JidSingle), one.replace(' ', "@@").as_str()),
        "`f` takes a JID, such as name@domain"
    );
    let list = of(FieldKind::ListSingle).option("A", "a");
    assert_eq!(
        refusal(list.clone(), one),
        "`f` takes one of its options only"
    );
    assert_eq!(taken(list.clone().open(), one), ["SECRET 1"]);
    assert_eq!(taken(list, "<value>a</value>"), ["a"]);
    assert_eq!(
        taken(of(FieldKind::TextMulti), two),
        ["SECRET 1", "SECRET 2"]
    );
    assert_eq!(taken(of(FieldKind::Boolean), "<value>true</value>"), ["1"]);
    assert!(taken(of(FieldKind::TextSingle), "<value/>").is_empty());
}

#[test]
fn values_keep_the_rules_of_xep_0122() {
    let age = of(FieldKind::TextSingle)
        .datatype("xs:integer")
        .range(Some("18"), Some("99"));
    assert_eq!(
        refusal(age.clone(), "<value>SECRET</value>"),
        "the value of `f` is no xs:integer"
    );
    assert_eq!(
        refusal(age.clone(), "<value>17</value>"),
        "the value of `f` is less than 18"
    );
    assert_eq!(
        refusal(age.clone(), "<value>100</value>"),
        "the value of `f` is greater than 99"
    );
    assert_eq!(taken(age, "<value>18</value>"), ["18"]);
    let list = of(FieldKind::ListMulti)
        .option("A", "a")
        .option("B", "b")
        .option("C", "c");
    let list = list.list_range(Some(2), Some(2));
    assert_eq!(
        refusal(list.clone(), "<value>a</value>"),
        "select at least 2 options of `f`"
    );
    let all = "<value>a</value><value>b</value><value>c</value>";
    assert_eq!(refusal(list, all), "select at most 2 options of `f`");
}

#[cfg(feature = "regex")]
#[test]
fn values_match_a_pattern() {
    let field = of(FieldKind::TextSingle).regex("^[a-z]+$");
    assert_eq!(
        refusal(field.clone(), "<value>SECRET</value>"),
        "the value of `f` does not match ^[a-z]+$"
    );
    assert_eq!(taken(field, "<value>abc</value>"), ["abc"]);
}

#[test]
fn hidden_fields_come_back_unchanged() {
    let form = account_form().field(FormField::hidden("h", "mine"));
    let offer = Offer::of_form(form).expect("good");
    let account = [("username", "bill"), ("password", "Calliope")];
    for (h, good) in [(Some("mine"), true), (Some("other"), false), (None, false)] {
        let mut host = server();
        host.offers(get(), &offer);
        let all: Vec<_> = account.into_iter().chain(h.map(|it| ("h", it))).collect();
        host.comes(&set(&submit(&all)));
        if good {
            assert_eq!(host.submission().value("h"), Some("mine"));
        } else {
            assert_eq!(
                host.refuses("not-acceptable", "modify"),
                "`h` must come back unchanged"
            );
        }
    }
    let mut host = server();
    host.offers(get(), &Offer::of_form(account_form()).expect("good"));
    host.comes(&set(
        &submit(&account).replace("jabber:iq:register<", "jabber:iq:register:cancel<")
    ));
    assert_eq!(
        host.refuses("not-acceptable", "modify"),
        "`FORM_TYPE` must come back unchanged"
    );
}

#[test]
fn a_key_comes_back_unchanged_and_once() {
    let offer = Offer::of_fields(Fields::of(["username", "password"]).key("k3y")).expect("good");
    let fields = "<username>bill</username><password>Calliope</password>";
    for key in ["", "<key>other</key>", "<key/>"] {
        let mut host = server();
        host.offers(get(), &offer);
        host.comes(&set(&format!("{fields}{key}")));
        assert_eq!(
            host.refuses("not-acceptable", "modify"),
            "`key` must come back unchanged"
        );
        host.comes(&set(&format!("{fields}<key>k3y</key>")));
        assert_eq!(
            host.refuses("not-acceptable", "modify"),
            "ask for the form first, and fill that in"
        );
    }
}

#[test]
fn what_was_never_offered_is_ignored() {
    let mut host = server();
    host.offers(get(), &plain_offer());
    let fields = "<username>b</username><password>Calliope</password><email>b@x.y</email><admin>yes</admin>\
        <registered/><instructions>x</instructions><unknown xmlns='other'><deep/></unknown>";
    host.comes(&set(fields));
    let submission = host.submission();
    let names: Vec<_> = submission
        .fields()
        .map(|(name, _)| name.to_string())
        .collect();
    assert_eq!(names, ["username", "password", "email"]);
    assert_eq!(submission.value("admin"), None);
}

#[test]
fn the_half_that_was_not_offered_is_refused() {
    let mut host = server();
    host.offers(get(), &plain_offer());
    host.comes(&set(&submit(&[
        ("username", "b"),
        ("password", "Calliope"),
    ])));
    assert_eq!(
        host.refuses("not-acceptable", "modify"),
        "send the fields that were offered, not a data form"
    );
    host.offers(get(), &Offer::of_form(account_form()).expect("good"));
    host.comes(&set("<username>b</username><password>Calliope</password>"));
    assert_eq!(
        host.refuses("not-acceptable", "modify"),
        "fill in the data form that was offered"
    );
    // Neither half is there where the standing offer is an address elsewhere.
    let elsewhere = Offer::redirect("https://shakespeare.lit/join", "").expect("good");
    let mut sends_elsewhere = crate::steps::host(server_config().form(elsewhere));
    for sent in ["<username>b</username>", &submit(&[("username", "b")])] {
        sends_elsewhere.comes(&set(sent));
        assert_eq!(
            sends_elsewhere.refuses("not-acceptable", "modify"),
            "there is nothing to fill in: ask for what is offered"
        );
    }
    // Where both are offered, both are good.
    let both = Offer::builder()
        .form(account_form())
        .fields(Fields::of(["username", "password"]));
    let both = both.build().expect("good");
    host.offers(get(), &both);
    host.comes(&set("<username>b</username><password>Calliope</password>"));
    host.submission();
    host.comes(&set(&submit(&[
        ("username", "b"),
        ("password", "Calliope"),
    ])));
    host.submission();
}

#[test]
fn optional_fields_may_be_left_out_and_values_on_file_not() {
    let fields = Fields::of(["username", "password"])
        .optional("email")
        .value("nick", "billy");
    let mut host = server();
    host.offers(get(), &Offer::of_fields(fields).expect("good"));
    let account = "<username>b</username><password>Calliope</password>";
    host.comes(&set(account));
    assert_eq!(
        host.refuses("not-acceptable", "modify"),
        "`nick` needs a value"
    );
    host.comes(&set(&format!("{account}<nick/>")));
    assert_eq!(
        host.refuses("not-acceptable", "modify"),
        "`nick` needs a value"
    );
    host.comes(&set(&format!("{account}<nick>bob</nick>")));
    assert_eq!(host.submission().value("email"), None);
    host.comes(&set(&format!("{account}<nick>bob</nick><email/>")));
    let submission = host.submission();
    let email = submission.fields().find(|(name, _)| *name == "email");
    assert_eq!(email.map(|(_, values)| values.count()), Some(0));
}

#[test]
fn many_mistakes_are_told_at_once_and_not_all() {
    let names: Vec<_> = (0..12).map(|at| format!("f{at}")).collect();
    let fields = Fields::of(names.iter().map(String::as_str));
    let mut host = server();
    host.offers(get(), &Offer::of_fields(fields).expect("good"));
    host.comes(&set("<f0>a</f0>"));
    let text = host.refuses("not-acceptable", "modify");
    assert!(
        text.starts_with("`f1` needs a value; `f2` needs a value; "),
        "{text}"
    );
    assert!(text.ends_with("; and 3 more"), "{text}");
}

#[test]
fn a_standing_form_takes_what_was_sent_blindly() {
    let blind = "<username>bill</username><password>Calliope</password>";
    let offer = Offer::of_fields(Fields::of(["username", "password"])).expect("good");
    let mut host = host(server_config().form(offer));
    host.comes(&set(blind));
    let submission = host.submission();
    assert_eq!(submission.purpose(), Purpose::Register);
    let _ = host
        .service
        .refuse(submission, xmpp_registration::Condition::Conflict)
        .expect("own");
    host.stanza();
    host.comes(&set("<username>bill</username>"));
    assert_eq!(
        host.refuses("not-acceptable", "modify"),
        "`password` needs a value"
    );
    // After login too, where it is more than a change of the password.
    let names = ["username", "password", "email"];
    let offer = Offer::of_fields(Fields::of(names)).expect("good");
    let mut host = super::steps::host(server_config().form(offer));
    let all = format!("{blind}<email>b@x.y</email>");
    host.comes(&set_from("bill@shakespeare.lit/globe", &all));
    assert_eq!(host.submission().value("email"), Some("b@x.y"));
    // One that is good for one requester only is none.
    let offer = Offer::of_fields(Fields::of(["username", "password"]).key("k")).expect("good");
    let mut host = super::steps::host(server_config().form(offer));
    host.comes(&set(&format!("{blind}<key>k</key>")));
    assert_eq!(
        host.refuses("not-acceptable", "modify"),
        "ask for the form first, and fill that in"
    );
}

#[test]
fn a_cancelled_form_is_closed() {
    let mut host = server();
    host.offers(get(), &Offer::of_form(account_form()).expect("good"));
    host.comes(&set("<x xmlns='jabber:x:data' type='cancel'/>"));
    host.sends("<iq type='result' id='reg2' from='shakespeare.lit'/>");
    assert_eq!(
        (host.service.open_forms(), host.service.unanswered()),
        (0, 0)
    );
}

#[test]
fn malformed_sets_are_bad_requests() {
    let mut host = server();
    host.offers(get(), &Offer::of_form(account_form()).expect("good"));
    let x = submit(&[("username", "b"), ("password", "Calliope")]);
    for inner in [
        String::new(),
        "<unknown xmlns='other'/>".to_string(),
        format!("{x}{x}"),
        format!("{x}<username>b</username>"),
        x.replace("submit", "form"),
        x.replace("submit", "result"),
        x.replace(" type='submit'", ""),
        x.replace("</x>", "<field var='username'><value>c</value></field></x>"),
        "<username>a</username><username>b</username>".to_string(),
    ] {
        host.comes(&set(&inner));
        host.refuses("bad-request", "modify");
    }
    host.comes(&set(&x));
    host.submission();
}

#[test]
fn an_iq_has_one_payload_and_an_id() {
    let mut host = server();
    let query = "<query xmlns='jabber:iq:register'/>";
    for stanza in [
        "<iq type='get' id='a'/>".to_string(),
        "<iq type='set' id='a'>text</iq>".to_string(),
        format!("<iq type='get' id='a'>{query}{query}</iq>"),
        format!("<iq type='get' id='a'><other xmlns='o'/>{query}</iq>"),
        format!("<iq type='get' id='{}'>{query}</iq>", "a".repeat(2000)),
        format!("<iq type='get'>{query}</iq>"),
    ] {
        host.comes(&stanza);
        host.refuses("bad-request", "modify");
    }
}

#[test]
fn a_removal_is_one_that_was_sent() {
    let remove = FormField::new(FieldKind::Boolean, "remove").value("true");
    let offer = Offer::of_form(DataForm::new().field(remove)).expect("good");
    let mut host = server();
    let get = "<iq type='get' id='g' from='bill@shakespeare.lit/a'><query xmlns='jabber:iq:register'/></iq>";
    for (fields, purpose) in [
        (&[][..], Purpose::Register),
        (&[("remove", "0")], Purpose::Register),
        (&[("remove", "true")], Purpose::Remove),
    ] {
        host.offers(get, &offer);
        host.comes(&set_from(BILL, &submit(fields)));
        let submission = host.submission();
        assert_eq!(submission.purpose(), purpose, "{fields:?}");
    }
}

/// By its `FORM_TYPE`, also where nobody demanded it (XEP-0077 section 14.4).
#[test]
fn a_form_says_what_it_is_for() {
    let get = get().replace("type='get'", "type='get' from='bill@shakespeare.lit/globe'");
    for (form_type, purpose) in [
        ("jabber:iq:register", Purpose::Register),
        ("jabber:iq:register:changepassword", Purpose::ChangePassword),
        ("jabber:iq:register:cancel", Purpose::Remove),
    ] {
        let offer = Offer::of_form(account_form().form_type(form_type)).expect("good");
        let mut host = server();
        host.offers(&get, &offer);
        let submission = submit(&[("username", "bill"), ("password", "theglobe")]);
        let submission = submission.replace("jabber:iq:register", form_type);
        host.comes(&set_from("bill@shakespeare.lit/globe", &submission));
        assert_eq!(host.submission().purpose(), purpose, "{form_type}");
    }
}
