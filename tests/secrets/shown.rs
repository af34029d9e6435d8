//! What has a `Debug` or a `Display` and is met in no conversation; and the search itself, which must find what is there.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minidom::Element;
use xmpp_registration::{
    Channel, Config, Event, Form, IdPrefix, Output, Peer, RegistrationMachine, Uri,
};

use crate::common::secrets::{Kind, Search, plant};
use crate::common::{account, server, xml};

/// A secret, and the search for it.
pub fn one() -> (String, Search) {
    let secret = plant(Kind::Password);
    let search = Search::of(std::slice::from_ref(&secret));
    (secret, search)
}

#[test]
fn every_spelling_is_found() {
    let (secret, search) = one();
    let mut element = Element::bare("password", "jabber:iq:register");
    element.append_text_node(&*secret);
    let mut attribute = Element::bare("preauth", "urn:xmpp:pars:0");
    let name = minidom::rxml::NcName::try_from("token").expect("a name");
    attribute.set_attr(minidom::rxml::Namespace::NONE, name, &*secret);
    let percent =
        percent_encoding::utf8_percent_encode(&secret, percent_encoding::NON_ALPHANUMERIC);
    let hex: String = secret.bytes().map(|it| format!("{it:02x}")).collect();
    let shown = [
        secret.clone(),
        format!("{secret:?}"),
        format!("{element:?}"),
        String::from(&element),
        String::from(&attribute),
        format!("{:?}", Some(secret.as_bytes())),
        format!("xmpp:a?register;preauth={percent}"),
        STANDARD.encode(format!("\0juliet\0{secret}")),
        STANDARD.encode(format!("\0julie\0{secret}")),
        STANDARD.encode(&secret),
        hex,
        secret[..12].to_string(),
    ];
    for shown in shown {
        let found = catch_unwind(AssertUnwindSafe(|| search.text("it", &shown)));
        assert!(found.is_err(), "not found in {shown}");
    }
    search.text("it", "something else");
}

#[test]
fn a_uri_and_what_is_made_of_it() {
    let token = plant(Kind::Token);
    let search = Search::of(std::slice::from_ref(&token));
    let percent = percent_encoding::utf8_percent_encode(&token, percent_encoding::NON_ALPHANUMERIC);
    let uri = Uri::parse(&format!(
        "xmpp:juliet@example.com?register;preauth={percent}"
    ));
    let uri = uri.expect("a URI");
    assert_eq!(uri.token(), Some(&*token));
    search.debug("a URI", &uri);
    let config = |channel| uri.config(IdPrefix::new("p").expect("a prefix"), channel);
    let encrypted = config(Channel::Encrypted).expect("it registers");
    search.debug("a configuration", &encrypted);
    search.debug(
        "a machine",
        &uri.register(encrypted).expect("its own domain"),
    );
    let errors: [Box<dyn Error>; 5] = [
        Box::new(
            uri.unregister(account("a@b.example/c"))
                .expect_err("no removal"),
        ),
        Box::new(
            uri.register(server("other.example"))
                .expect_err("other domain"),
        ),
        Box::new(
            config(Channel::Plaintext)
                .and_then(|it| uri.register(it))
                .expect_err("plain text"),
        ),
        Box::new(Uri::parse(&format!("xmpp:a?register;preauth={percent}%FF")).expect_err("UTF-8")),
        Box::new(Uri::parse(&format!("xmpp:a?message;preauth={percent}")).expect_err("action")),
    ];
    for error in errors {
        search.error("an error of a URI", &*error);
    }
}

/// A caller's mistakes with a secret as an argument.
#[test]
fn misuse() {
    let (secret, search) = one();
    let bad = format!("{secret}\u{1}");
    let me = "juliet@example.com/balcony";
    let plain = || {
        let ids = IdPrefix::new("p").expect("a prefix");
        Config::new(
            Peer::account(me.parse().expect("a JID")),
            ids,
            Channel::Plaintext,
        )
    };
    let change = RegistrationMachine::change_password;
    let token = RegistrationMachine::register_with_token;
    let mistakes = [
        change(server("example.com"), "juliet", &secret),
        change(account(me), "juliet", &bad),
        change(account(me), &secret, &secret),
        change(plain(), "juliet", &secret),
        token(account(me), &secret),
        token(server("example.com"), &bad),
    ];
    for mistake in mistakes {
        search.error("a misuse", &mistake.expect_err("a mistake"));
    }
    // An id that nobody may guess is a secret too, and a prefix is shown nowhere.
    let prefix = IdPrefix::new(&secret).expect("a prefix");
    search.debug("a prefix", &prefix);
    let peer = Peer::server("example.com").expect("a domain");
    search.debug(
        "a configuration",
        &Config::new(peer, prefix, Channel::Encrypted),
    );
    let wrong = server("example.com").lang(&secret);
    search.error("a misuse", &wrong.expect_err("no language"));
}

/// A value of each kind that is not good, in fields that are secret and in others: no error tells it.
#[test]
fn every_error_of_a_field() {
    let (secret, search) = one();
    let rule = |inner: &str, kind: &str| {
        format!(
            "<validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='{kind}'>{inner}</validate>"
        )
    };
    let field = |var: &str, kind: &str, inner: &str| {
        format!("<field var='{var}' type='{kind}'>{inner}</field>")
    };
    let fields = [
        field("b", "boolean", ""),
        field("j", "jid-single", ""),
        field("l", "list-single", "<option><value>v</value></option>"),
        field("s", "text-private", ""),
        field("n", "text-private", &rule("", "xs:integer")),
        field(
            "p",
            "text-private",
            &rule("<regex>^[0-9]*$</regex>", "xs:string"),
        ),
        field("h", "hidden", "<value>x</value>"),
    ];
    let mut form = offered(&fields.concat());
    for name in ["b", "j", "l", "s", "n", "p"] {
        form.set(name, &secret).expect("it can be set");
    }
    form.set("j", format!("@@{secret}")).expect("it can be set");
    form.set("s", [&*secret, &*secret]).expect("it can be set");
    for name in ["h", "nobody", "username"] {
        let error = form.set(name, &secret).expect_err("it cannot be set");
        search.error("a field's error", &error);
    }
    let error = form
        .fill(&secret, &secret)
        .expect_err("it has no such field");
    search.error("a field's error", &error);
    search.form(&form);
    let incomplete = form.finish().expect_err("nothing is good");
    assert!(incomplete.errors().len() >= 5, "{incomplete}");
    search.error("what is incomplete", &incomplete);
    incomplete
        .errors()
        .iter()
        .for_each(|it| search.error("a field's error", it));
}

fn offered(fields: &str) -> Form {
    let mut machine = RegistrationMachine::register(server("example.com"));
    let _ = machine.poll_output();
    let reply = format!(
        "<iq type='result' id='f3a9c1-1'><query xmlns='jabber:iq:register'>\
         <x xmlns='jabber:x:data' type='form'>{fields}</x></query></iq>"
    );
    let _ = machine.handle_stanza(&xml::parse(&reply));
    match machine.poll_output() {
        Some(Output::Event(Event::FormOffered(form))) => form,
        other => panic!("{other:?} instead of a form"),
    }
}

#[cfg(feature = "hashcash")]
#[test]
fn a_challenge_of_work() {
    use xmpp_registration::Hashcash;
    let mut challenge = Hashcash::new("example.com", "CAE14", 24).expect("a label");
    let answer = (0..10_000)
        .find_map(|_| challenge.work(1_000))
        .expect("work");
    let counter = &answer["example.com".len()..];
    let tries = u64::from_str_radix(counter, 16).expect("a number");
    let shown = format!("{challenge:?} {challenge:#?}");
    for number in [
        counter.to_string(),
        tries.to_string(),
        (tries + 1).to_string(),
    ] {
        assert!(!shown.contains(&number), "{number} in {shown}");
    }
    for label in ["", "xyz", "FFFFFFFFFF"] {
        let error = Hashcash::new("example.com", label, 20).expect_err("not worked at");
        one().1.error("an error", &error);
    }
}
