use super::*;
use crate::address::LONGEST;
use alloc::format;

fn full(jid: &str) -> FullJid {
    FullJid::new(jid).unwrap()
}

/// Rule 1, before login: absent or the domain, in any of its spellings.
#[test]
fn a_server_answers_as_itself_or_without_a_name() {
    let peer = Peer::server("münchen.example").unwrap();
    for from in [
        "münchen.example",
        "MÜNCHEN.example",
        "xn--mnchen-3ya.example",
        "münchen.example.",
    ] {
        assert!(peer.may_answer(Some(from)), "{from}");
    }
    assert!(peer.may_answer(None));
    for from in [
        "",
        "example",
        "a@münchen.example",
        "münchen.example/r",
        "munchen.example",
        "@",
        "xn--mnchen-3ya.example.evil",
    ] {
        assert!(!peer.may_answer(Some(from)), "{from}");
    }
}

/// jid takes sharp s for two letters, as it once was, and with it one domain for another.
#[test]
fn a_domain_with_letters_of_idna2008_is_that_domain_and_no_other() {
    let (sharp, ascii) = ("stra\u{df}e.example", "xn--strae-oqa.example");
    let peer = Peer::server(sharp).unwrap();
    let other = Peer::server("strasse.example").unwrap();
    for from in [sharp, ascii, "STRA\u{df}E.example", "stra\u{df}e.example."] {
        assert!(peer.may_answer(Some(from)), "{from}");
        assert!(!other.may_answer(Some(from)), "{from}");
    }
    assert!(!peer.may_answer(Some("strasse.example")));
    // What the application made by jid has lost them already, or not.
    let me = |domain: &str| full(&format!("juliet@{domain}/balcony"));
    for made in [sharp, ascii] {
        let account = Peer::account(me(made));
        assert!(
            account.may_answer(Some(&*format!("juliet@{sharp}"))),
            "{made}"
        );
        assert!(account.may_answer(Some(sharp)), "{made}");
        let own = account.own_name(&format!("juliet@{sharp}"), false);
        assert_eq!(own, Ok(Some("juliet")), "{made}");
        let address = Jid::new(&format!("rooms.{made}")).unwrap();
        let service = Peer::service(address, full("a@b.example/c")).unwrap();
        assert!(
            service.may_answer(Some(&*format!("rooms.{sharp}"))),
            "{made}"
        );
        assert!(!service.may_answer(Some(sharp)));
    }
    assert!(!Peer::account(me(ascii)).may_answer(Some("strasse.example")));
}

#[test]
fn an_account_is_answered_by_itself_or_its_domain() {
    let peer = Peer::account(full("juliet@capulet.example/balcony"));
    for from in [
        "juliet@capulet.example",
        "Juliet@Capulet.example",
        "juliet@capulet.example./balcony",
        "juliet@capulet.example/balcony",
        "capulet.example",
        "capulet.example.",
    ] {
        assert!(peer.may_answer(Some(from)), "{from}");
    }
    assert!(peer.may_answer(None));
    for from in [
        "juliet@capulet.example/other",
        "juliet@capulet.example/Balcony",
        "romeo@capulet.example",
        "romeo@capulet.example/balcony",
        "juliet@montague.example",
        "capulet.example/balcony",
        "montague.example",
        "",
    ] {
        assert!(!peer.may_answer(Some(from)), "{from}");
    }
}

#[test]
fn a_service_is_answered_by_exactly_itself() {
    let peer = Peer::service(
        Jid::new("tea@rooms.example").unwrap(),
        full("a@b.example/c"),
    )
    .unwrap();
    assert!(peer.may_answer(Some("tea@rooms.example")));
    assert!(peer.may_answer(Some("Tea@Rooms.example.")));
    for from in [
        None,
        Some("rooms.example"),
        Some("tea@rooms.example/nick"),
        Some("a@b.example"),
        Some("b.example"),
    ] {
        assert!(!peer.may_answer(from), "{from:?}");
    }
}

#[test]
fn a_very_long_sender_is_not_prepared_at_all() {
    let long = "a".repeat(LONGEST + 1);
    assert!(!Peer::server("a.example").unwrap().may_answer(Some(&long)));
}

#[test]
fn a_service_in_the_home_domain_is_refused() {
    let service = |jid: &str| Peer::service(Jid::new(jid).unwrap(), full("a@home.example/c"));
    assert_eq!(service("home.example"), Err(Misuse::ServiceIsHome));
    assert_eq!(service("b@Home.example."), Err(Misuse::ServiceIsHome));
    assert!(service("gateway.home.example").is_ok());
}

#[test]
fn only_a_domain_is_a_server() {
    for wrong in ["", "a@b.example", "b.example/r", "a b"] {
        assert!(Peer::server(wrong).is_err(), "{wrong}");
    }
    assert_eq!(
        Peer::server("B.Example.").unwrap().0.inner.to(),
        Some("b.example")
    );
    assert!(Peer::server("127.0.0.1").is_ok() && Peer::server("[::1]").is_ok());
}

#[test]
fn my_own_name_is_prepared_and_nobody_elses_is_taken() {
    let peer = Peer::account(full("alice@b.example/c"));
    assert_eq!(peer.own_name("Alice", false), Ok(Some("alice")));
    assert_eq!(peer.own_name("alice@B.example", false), Ok(Some("alice")));
    assert_eq!(
        peer.own_name("alice@b.example", true),
        Ok(Some("alice@b.example"))
    );
    assert_eq!(peer.own_name("Alice@b.example.", false), Ok(Some("alice")));
    for other in ["bob", "", "alice@c.example", "alice/c", "a b"] {
        assert_eq!(
            peer.own_name(other, true),
            Err(Misuse::NotMyAccount),
            "{other}"
        );
    }
    // Never looked at, be it a name that folds to a short one.
    let long = "A".repeat(LONGEST + 1);
    assert_eq!(peer.own_name(&long, false), Err(Misuse::NotMyAccount));
    let server = Peer::server("b.example").unwrap();
    assert_eq!(server.own_name("bob", false), Ok(None));
}

/// jid reads the resource of these from the wrong place.
#[test]
fn ones_own_jids_may_have_the_roots_dot_too() {
    let peer = Peer::account(full("juliet@example.com./balcony"));
    for from in [
        "juliet@example.com/balcony",
        "juliet@example.com./balcony",
        "juliet@example.com",
    ] {
        assert!(peer.may_answer(Some(from)), "{from}");
    }
    let service = Jid::new("rooms.example.net./x").unwrap();
    let peer = Peer::service(service, full("a@b.example./c")).unwrap();
    assert_eq!(
        (peer.0.inner.to(), peer.me()),
        (Some("rooms.example.net/x"), Some("a@b.example/c"))
    );
    assert!(peer.may_answer(Some("rooms.example.net/x")));
}

/// The older rules make `strasse` of it, which is somebody else's domain.
#[test]
fn a_domain_is_never_prepared_to_another_one() {
    let peer = Peer::server("straße.example").unwrap();
    assert_eq!(peer.0.inner.to(), Some("xn--strae-oqa.example"));
    assert!(peer.may_answer(Some("xn--strae-oqa.example")));
    assert!(!peer.may_answer(Some("strasse.example")));
}

#[test]
fn an_address_of_six_is_the_same_in_each_spelling() {
    let service = Jid::new("[0:0:0:0:0:0:0:1]").unwrap();
    assert_eq!(
        Peer::service(service, full("a@[::1]/r")),
        Err(Misuse::ServiceIsHome)
    );
}

#[test]
fn a_peer_is_shown_by_its_addresses() {
    let me = || full("juliet@example.com/balcony");
    let service = Peer::service(Jid::new("gateway.example.net").unwrap(), me()).unwrap();
    let shown = [
        Peer::server("example.com").unwrap(),
        Peer::account(me()),
        service,
    ]
    .map(|peer| format!("{peer:?}"));
    assert_eq!(
        shown,
        [
            "Peer::server(\"example.com\")",
            "Peer::account(juliet@example.com/balcony)",
            "Peer::service(gateway.example.net, juliet@example.com/balcony)",
        ]
    );
}
