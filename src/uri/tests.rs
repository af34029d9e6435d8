use super::*;
use alloc::format;

#[track_caller]
fn parse(text: &str) -> Uri {
    Uri::parse(text).unwrap()
}

/// Action, address, token, whether an account can be made.
fn parts(text: &str) -> (UriAction, String, Option<String>, bool) {
    let uri = parse(text);
    let token = uri.token().map(Into::into);
    (
        uri.action(),
        uri.address().to_string(),
        token,
        uri.allows_registration(),
    )
}

#[test]
fn the_uris_of_the_xeps() {
    use UriAction::{Register, Roster, Unregister};
    let token = || Some("TOKEN".to_string());
    let rows = [
        // XEP-0445 section 2
        (
            "xmpp:juliet@example.com?register;preauth=TOKEN",
            (Register, "juliet@example.com", token(), true),
        ),
        (
            "xmpp:example.com?register;preauth=TOKEN",
            (Register, "example.com", token(), true),
        ),
        (
            "xmpp:romeo@example.com?roster;preauth=TOKEN;ibr=y",
            (Roster, "romeo@example.com", token(), true),
        ),
        // XEP-0379: without ibr the token is not for an account.
        (
            "xmpp:romeo@montague.net?roster;preauth=TOKEN;name=Romeo+Montague",
            (Roster, "romeo@montague.net", token(), false),
        ),
        (
            "xmpp:romeo@montague.net?roster;ibr=y",
            (Roster, "romeo@montague.net", None, false),
        ),
        // XEP-0077 section 14.3
        (
            "xmpp:marlowe.shakespeare.lit?register",
            (Register, "marlowe.shakespeare.lit", None, true),
        ),
        (
            "xmpp:marlowe.shakespeare.lit?unregister",
            (Unregister, "marlowe.shakespeare.lit", None, false),
        ),
    ];
    for (text, (action, address, token, may)) in rows {
        assert_eq!(
            parts(text),
            (action, address.to_string(), token, may),
            "{text}"
        );
    }
}

#[test]
fn only_a_registration_reserves_a_name() {
    assert_eq!(
        parse("xmpp:Juliet@example.com?register").reserved_name(),
        Some("juliet")
    );
    assert_eq!(parse("xmpp:example.com?register").reserved_name(), None);
    assert_eq!(
        parse("xmpp:romeo@example.com?roster;preauth=t;ibr=y").reserved_name(),
        None
    );
}

#[test]
fn encodings_and_other_spellings() {
    for text in [
        "XMPP:j%C3%BCrgen@m%C3%BCnchen.example?register;preauth=a%3Bb",
        "xmpp:jürgen@münchen.example?register&preauth=a%3bb&x=1",
        " xmpp:jürgen@münchen.example?register;preauth=a%3Bb;preauth=second#fragment\n",
        "xmpp://me@home.example/jürgen@münchen.example?register;preauth=a%3Bb",
        "xmpp://jürgen@münchen.example?register;preauth=a%3Bb",
        "xmpp://jürgen@münchen.example/?register;preauth=a%3Bb",
        "xmpp:jürgen@münchen.example/?register;preauth=a%3Bb",
    ] {
        let uri = parse(text);
        assert_eq!(
            uri.address().to_string(),
            "jürgen@münchen.example",
            "{text}"
        );
        assert_eq!(uri.token(), Some("a;b"), "{text}");
    }
    assert_eq!(
        parse("xmpp:room@x.example/nick?register")
            .address()
            .to_string(),
        "room@x.example/nick"
    );
    assert_eq!(parse("xmpp:x.example?register;preauth=").token(), None);
    for keys in [
        ";preauth=;preauth=X",
        ";pre%61uth=X",
        ";%FF=1;preauth=X",
        ";preauth=X;preauth=",
    ] {
        let uri = parse(&format!("xmpp:x.example?register{keys}"));
        assert_eq!(uri.token(), Some("X"), "{keys}");
    }
    assert!(parse("xmpp:r@x.example?roster;preauth=X;ibr=%79").allows_registration());
}

#[test]
fn an_encoded_divider_does_not_make_another_address() {
    for text in [
        "xmpp:juliet%40evil.example@example.com?register",
        "xmpp:evil.example%2F@example.com?register",
        "xmpp:a%2Fb?register",
        "xmpp:a%40b?register",
    ] {
        assert!(Uri::parse(text) == Err(UriError::Address), "{text}");
    }
}

#[test]
fn junk_is_told_apart() {
    for text in [
        "",
        "example.com",
        "http://example.com?register",
        "xmppx:a?register",
        ":",
        "xmpp",
    ] {
        assert_eq!(Uri::parse(text), Err(UriError::NotXmpp), "{text}");
    }
    for text in [
        "xmpp:",
        "xmpp:example.com",
        "xmpp:example.com?",
        "xmpp:a@b?message;body=x",
        "xmpp:a?Register",
        "xmpp:a?;register",
    ] {
        assert_eq!(Uri::parse(text), Err(UriError::OtherAction), "{text}");
    }
    for text in [
        "xmpp:?register",
        "xmpp:@a?register",
        "xmpp:a@?register",
        "xmpp:a b?register",
        "xmpp://?register",
    ] {
        assert!(Uri::parse(text) == Err(UriError::Address), "{text}");
    }
    for text in [
        "xmpp:a%FF@b?register",
        "xmpp:a?register;preauth=%FF",
        "xmpp:a?register;preauth=%00",
    ] {
        assert_eq!(Uri::parse(text), Err(UriError::Encoding), "{text}");
    }
    let most = 16 * 1024 - "xmpp:a?register;preauth=".len();
    let long = |token: usize| format!("xmpp:a?register;preauth={}", "x".repeat(token));
    let token = Uri::parse(&long(most)).unwrap().token().map(str::len);
    assert_eq!(token, Some(most));
    assert_eq!(Uri::parse(&long(most + 1)), Err(UriError::TooLong));
}

#[test]
fn the_token_is_not_shown() {
    let shown = format!("{:?}", parse("xmpp:a@b?register;preauth=s3cret"));
    assert!(
        !shown.contains("s3cret") && shown.contains("token: Some(\"..\")"),
        "{shown}"
    );
}

/// The older rules make `fass` of it, which is somebody else's domain, and the token would go there.
#[test]
fn a_domain_is_never_prepared_to_another_one() {
    for text in [
        "xmpp:juliet@faß.example?register;preauth=T",
        "xmpp:juliet@fa%C3%9F.example?register",
    ] {
        assert_eq!(parse(text).domain(), "xn--fa-hia.example", "{text}");
    }
    // What was read as a domain can be connected to.
    let ids = IdPrefix::new("p").unwrap();
    let config = parse("xmpp:ß--ß?register").config(ids, Channel::Encrypted);
    assert!(config.is_ok());
}
