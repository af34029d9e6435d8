//! The named seeds of the fuzz targets, played by the very code that the targets run: each leads to where its name says.
//!
//! The bytes of a seed mean something only by a decoder. When that changes, the seeds still run, and reach nothing: here it
//! shows.

#[path = "linked/app.rs"]
mod app;
#[path = "linked/bytes.rs"]
mod bytes;
#[path = "linked/client.rs"]
mod client;
#[path = "fuzzed/crowd.rs"]
mod crowd;
#[path = "seeds/crowds.rs"]
mod crowds;
#[path = "seeds/dictionary.rs"]
mod dictionary;
#[path = "properties/forms.rs"]
mod forms;
#[path = "properties/laws.rs"]
mod laws;
#[path = "linked/world.rs"]
mod linked_world;
#[path = "properties/model.rs"]
mod model;
#[path = "linked/net.rs"]
mod net;
#[path = "properties/ops.rs"]
mod ops;
#[path = "properties/plan.rs"]
mod plan;
#[path = "properties/replies.rs"]
mod replies;
#[path = "fuzzed/reply_xml.rs"]
mod reply_xml;
#[path = "fuzzed/request_xml.rs"]
mod request_xml;
#[path = "properties/round_trip.rs"]
mod round_trip;
#[path = "properties/script.rs"]
mod script;
#[path = "fuzzed/stalls.rs"]
mod stalls;
#[path = "properties/texts.rs"]
mod texts;
#[path = "properties/words.rs"]
mod words;
#[path = "properties/world.rs"]
mod world;

use std::collections::BTreeMap;
use std::fs;

use linked_world::{Ending, World as Linked};
use plan::Plan;
use script::Script;
use world::{Did, World};
use xmpp_registration::{Event, Output};

/// By their names.
fn seeds(target: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = format!("{}/fuzz/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read(entry.path()).unwrap())
    };
    let seeds: BTreeMap<_, _> = fs::read_dir(folder).unwrap().map(read).collect();
    assert!(!seeds.is_empty());
    seeds
}

/// Each seed of a target with what it leads to, and no other.
#[track_caller]
fn assert_each<T: PartialEq<W> + std::fmt::Debug, W: std::fmt::Debug>(
    target: &str,
    lead: impl Fn(&[u8]) -> T,
    wanted: impl IntoIterator<Item = (&'static str, W)>,
) {
    let seeds = seeds(target);
    let wanted: BTreeMap<&str, W> = wanted.into_iter().collect();
    assert!(
        seeds.keys().eq(wanted.keys()),
        "in fuzz/corpus/{target} are {:?}",
        seeds.keys()
    );
    for (name, bytes) in seeds {
        let (reached, wanted) = (lead(&bytes), &wanted[&*name]);
        assert!(
            reached == *wanted,
            "{target}/{name}: {reached:?}, not {wanted:?}"
        );
    }
}

#[test]
fn linked_pairs() {
    let lead = |bytes: &[u8]| Linked::new(bytes).converse();
    let wanted = [
        ("account-remove", Ending::Removed),
        ("account-update", Ending::Updated),
        ("captcha-wrong", Ending::Registered),
        ("cut-in-doubt", Ending::InDoubt),
        ("demanded", Ending::Changed),
        ("doubled-up", Ending::Registered),
        ("forged", Ending::Registered),
        ("gateway-password", Ending::Changed),
        ("gateway-unheard", Ending::InDoubt),
        ("lost-down", Ending::InDoubt),
        ("refused-then-given-up", Ending::GivenUp),
        ("register", Ending::Registered),
        ("token", Ending::Registered),
    ];
    assert_each("linked", lead, wanted);
}

macro_rules! list {
    ($($law:ident,)*) => {
        const LAWS: &[fn(&Script)] = &[$(laws::$law),*];
    };
}

laws::each_law!(list);

/// The events of a task, each with what it is about.
fn play(bytes: &[u8]) -> String {
    let (records, rest) = bytes.as_chunks::<8>();
    assert!(rest.is_empty());
    let (setup, records) = records.split_first().expect("a setup");
    let script = Script::decode(*setup, records);
    for law in LAWS {
        law(&script);
    }
    let mut world = World::begin(script.setup).expect("it begins");
    let mut events = Vec::new();
    for op in script.ops.iter().chain([&ops::Op::Poll(None)]) {
        let did = world.act(op);
        if let Did::Called(Err(misuse)) = did {
            events.push(format!("{misuse:?}"));
        }
        events.extend(world.fresh.iter().filter_map(|output| match output {
            Output::Send(_) => None,
            Output::Event(Event::FormOffered(_)) => Some("a form".to_owned()),
            Output::Event(Event::Refused { .. }) => Some("a refusal".to_owned()),
            Output::Event(Event::Ignored(why)) => Some(format!("{why:?}")),
            Output::Event(Event::MediaReceived(_)) => Some("a picture".to_owned()),
            Output::Event(Event::Succeeded(success)) => Some(format!("{success:?}")),
            Output::Event(Event::Failed(failure)) => Some(format!("{failure:?}")),
            Output::Event(other) => panic!("{other:?}"),
        }));
    }
    events.join(", ")
}

#[test]
fn operations() {
    let wanted = [
        ("captcha-used-up", "a form, a refusal, a form, Registered"),
        ("change-password-by-form", "a refusal, PasswordChanged"),
        ("cut-before-it-was-sent", "a form, Disconnected"),
        ("deleted", "Unregistered"),
        (
            "forged-replies",
            "WrongSender, WrongSender, WrongSender, WrongSender, WrongSender, WrongSender, WrongSender, a form, WrongSender, WrongSender, WrongSender, Registered",
        ),
        ("picture", "a form, a picture, Registered"),
        ("plaintext", "a form, PlaintextChannel"),
        ("register-data", "a form, Registered"),
        ("register-legacy", "a form, Registered"),
        ("remove-in-a-registration", "a form, Unregistered"),
        (
            "stale-and-foreign-answers",
            "a form, a form, StaleAnswer, ForeignAnswer, Registered",
        ),
        ("timeout-in-doubt", "OutcomeUnknown(TimedOut)"),
        ("token", "a form, Registered"),
        ("stay-registered-by-form", "a refusal, Updated"),
        ("unregister-by-form", "a refusal, Unregistered"),
        ("unregister-service", "Unregistered"),
        ("update-on-file", "a form, Updated"),
    ];
    assert_each("operations", play, wanted);
}

/// What is planned of a form: whether it is a data form, and each field but the first, with what it does to its rule.
fn planned(bytes: &[u8]) -> String {
    let plan = Plan::decode(bytes);
    round_trip::values_arrive_as_they_were_set(&plan);
    let mut words = vec![if plan.data { "data" } else { "old way" }.to_owned()];
    for field in &plan.fields[1..] {
        let mut what = format!("{}: {:?}", field.kind, field.typed);
        if let Some(rule) = field.rule {
            let is_broken = field.is_wrong(plan.data);
            what += &format!(" {} {rule:?}", if is_broken { "breaks" } else { "keeps" });
        }
        words.push(what);
    }
    words.join(", ")
}

#[test]
fn forms_and_what_is_typed() {
    let wanted = [
        ("boolean-remove", "data, boolean: Yes(true)"),
        ("hidden-and-fixed", "data, hidden: Not, fixed: Not"),
        (
            "jids",
            "data, jid-single: Text(\"a@b.example\"), jid-multi: Text(\"@\")",
        ),
        (
            "legacy-key-and-password",
            "old way, hidden: Not, text-private: Text(\"xyz\")",
        ),
        ("list-with-options", "data, list-single: Several([\"b\"])"),
        ("multi-text-lines", "data, text-multi: Text(\"a\\r\\nbc\")"),
        (
            "odd-characters",
            "data, text-single: Text(\"\\u{e000}𐀀中😀\\u{85}\\u{a0}\\u{d7ff}\")",
        ),
        (
            "rules-broken",
            "data, text-single: Text(\"0\") breaks Range, list-multi: Several([\"a\", \"b\"]) breaks AtMostOne, text-multi: Text(\"0\\ny\") breaks Boolean, text-single: Text(\"131\") breaks Range",
        ),
        (
            "rules-kept",
            "data, text-single: Text(\"7\") keeps Range, list-single: Text(\"z\") keeps Open, boolean: Yes(true) keeps Boolean, text-single: Text(\"z\") keeps Pattern",
        ),
        (
            "two-text-fields",
            "data, text-single: Text(\"ab\"), text-private: Text(\"xyz\")",
        ),
    ];
    assert_each("forms", planned, wanted);
}

#[test]
fn texts_and_uris() {
    let lead = |bytes: &[u8]| {
        let error = texts::errors_come_back(bytes);
        match texts::uris_come_back(bytes) {
            (Some(uri), _) => format!("{:?} {} {:?}", uri.action(), uri.address(), uri.token()),
            (None, Some(_)) => error.to_string(),
            (None, None) => "too long".to_owned(),
        }
    };
    let wanted = [
        (
            "conflict",
            "the request for the form was refused: conflict (cancel), name taken",
        ),
        ("encoded-too-long", "too long"),
        ("invitation", "Register juliet@example.com Some(\"TOKEN\")"),
        (
            "percent-encoded",
            "Roster d\\27artagnan\\26x@example.com Some(\"é\")",
        ),
        (
            "unicode",
            "the request for the form was refused: feature-not-implemented (modify), Töken ;&=%",
        ),
        ("unregister", "Unregister example.com None"),
    ];
    assert_each("texts", lead, wanted);
}

/// Which of these are not zero, in words.
fn words<const N: usize>(counts: [(&'static str, u32); N]) -> String {
    let reached = counts.into_iter().filter(|(_, count)| *count > 0);
    reached.map(|(what, _)| what).collect::<Vec<_>>().join(", ")
}

fn given_as_a_reply(bytes: &[u8]) -> String {
    let it = reply_xml::is_survived(bytes).expect("a stanza");
    assert!(it.ignored > 0);
    words([
        ("forms", it.forms),
        ("rules", it.rules),
        ("broken", it.broken),
        ("submissions", it.submissions),
        ("pictures", it.pictures),
        ("refusals", it.refusals),
        ("redirects", it.redirects),
        ("successes", it.successes),
        ("failures", it.failures),
    ])
}

#[test]
fn replies_in_every_state() {
    let wanted = [
        ("alternative-form.xml", "submissions, refusals, failures"),
        (
            "ejabberd-captcha.xml",
            "forms, submissions, pictures, successes",
        ),
        ("ejabberd-echo.xml", "submissions, refusals, failures"),
        ("ejabberd-form.xml", "forms, submissions, successes"),
        ("ejabberd-throttled.xml", "submissions, refusals, failures"),
        ("every-kind.xml", "forms, submissions, successes"),
        ("legacy-code.xml", "submissions, refusals, failures"),
        ("legacy-key.xml", "forms, submissions, successes"),
        ("prosody-conflict.xml", "submissions, refusals, failures"),
        ("prosody-every-field.xml", "forms, submissions, successes"),
        ("prosody-form.xml", "forms, submissions, successes"),
        ("prosody-registered.xml", "forms, submissions, successes"),
        (
            "prosody-token-forbidden.xml",
            "submissions, refusals, failures",
        ),
        ("redirect.xml", "redirects, successes"),
        (
            "room-result-form.xml",
            "forms, submissions, successes, failures",
        ),
        ("validated.xml", "forms, rules, submissions, successes"),
        (
            "validated-basic.xml",
            "forms, rules, submissions, successes",
        ),
        (
            "validated-broken.xml",
            "forms, rules, broken, successes, failures",
        ),
        ("success.xml", "successes, failures"),
        ("unheard.xml", "submissions, refusals, failures"),
    ];
    assert_each("reply_xml", given_as_a_reply, wanted);
}

#[test]
fn requests_with_every_form_open() {
    let lead = |bytes: &[u8]| {
        let it = request_xml::is_survived(bytes).expect("a stanza");
        // At the gateway, or at the server.
        assert!(it.passed_on > 0);
        words([
            ("forms", it.forms),
            ("submissions", it.submissions),
            ("tokens", it.tokens),
            ("results", it.results),
            ("errors", it.errors),
        ])
    };
    let wanted = [
        ("cancel.xml", "results"),
        ("captcha.xml", "submissions, errors"),
        ("fields.xml", "submissions, results, errors"),
        ("form-gateway.xml", "submissions, results, errors"),
        ("form.xml", "submissions, results, errors"),
        ("get-gateway.xml", "forms, results"),
        ("get.xml", "forms, results"),
        ("password.xml", "submissions, results, errors"),
        ("picture.xml", "results"),
        ("remove-with-sibling.xml", "errors"),
        ("remove.xml", "submissions, results, errors"),
        ("rules-broken.xml", "errors"),
        ("rules-kept.xml", "submissions, results, errors"),
        ("token.xml", "tokens, results, errors"),
        ("two-payloads.xml", "errors"),
    ];
    assert_each("request_xml", lead, wanted);
}
