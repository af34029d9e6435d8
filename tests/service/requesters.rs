//! Who may ask, at which address, and where the answers go.

use xmpp_registration::service::{Answered, Purpose, ServiceConfig};

use super::steps::*;

fn query(attributes: &str) -> String {
    format!("<iq id='a' {attributes}><query xmlns='jabber:iq:register'/></iq>")
}

#[test]
fn other_stanzas_are_not_mine() {
    let mut host = server();
    for stanza in [
        "<message id='a'><query xmlns='jabber:iq:register'/></message>",
        "<iq type='result' id='a'><query xmlns='jabber:iq:register'/></iq>",
        "<iq type='error' id='a'><query xmlns='jabber:iq:register'/></iq>",
        "<iq id='a'><query xmlns='jabber:iq:register'/></iq>",
        "<iq type='get' id='a'><query xmlns='jabber:iq:roster'/></iq>",
        "<iq type='get' id='a'><query xmlns='jabber:iq:roster'/><ping xmlns='urn:xmpp:ping'/></iq>",
        "<iq type='get' id='a'><preauth xmlns='urn:xmpp:pars:0' token='t'/></iq>",
        "<iq type='get' id='a'><data xmlns='urn:xmpp:bob' cid='sha1+a@bob.xmpp.org'/></iq>",
        "<iq xmlns='other' type='get' id='a'><query xmlns='jabber:iq:register'/></iq>",
    ] {
        host.is_not_mine(stanza);
    }
}

#[test]
fn a_server_is_asked_by_its_own_users_at_its_own_addresses() {
    let mut host = server();
    let bill = "type='get' from='bill@shakespeare.lit/globe'";
    for to in [
        "",
        "to='shakespeare.lit'",
        "to='SHAKESPEARE.lit.'",
        "to='bill@shakespeare.lit'",
    ] {
        host.comes(&query(&format!("{bill} {to}")));
        assert_eq!(host.form_request().requester(), &account(BILL));
    }
    for to in [
        "juliet@shakespeare.lit",
        "example.org",
        "shakespeare.lit/a",
        "a@@",
        "bill@shakespeare.lit/globe",
        "shakespeare.lit..",
    ] {
        host.is_not_mine(&query(&format!("{bill} to='{to}'")));
    }
    for from in ["juliet@capulet.com/balcony", "shakespeare.lit", "@", ""] {
        host.is_not_mine(&query(&format!(
            "type='get' to='shakespeare.lit' from='{from}'"
        )));
    }
    // Before login nobody has an address of one's own.
    host.is_not_mine(&query("type='get' to='bill@shakespeare.lit'"));
}

#[test]
fn a_service_is_asked_by_anybody_at_its_address_only() {
    let mut host = contests();
    for from in [
        "juliet@capulet.com/balcony",
        "bill@shakespeare.lit",
        "example.org",
    ] {
        host.comes(&query(&format!(
            "type='get' from='{from}' to='contests.shakespeare.lit'"
        )));
        assert_eq!(host.form_request().requester(), &account(from));
    }
    let juliet = "type='get' from='juliet@capulet.com/balcony'";
    host.is_not_mine(&query(juliet));
    host.is_not_mine(&query(&format!("{juliet} to='shakespeare.lit'")));
    host.is_not_mine(&query(&format!("{juliet} to='x@contests.shakespeare.lit'")));
    host.is_not_mine(&query("type='get' to='contests.shakespeare.lit'"));
    host.comes(&query(&format!("{juliet} to='Contests.Shakespeare.lit.'")));
    host.form_request();
    host.is_not_mine(
        "<iq type='set' id='a' from='a@b.c' to='contests.shakespeare.lit'><preauth xmlns='urn:xmpp:pars:0' token='t'/></iq>",
    );
}

#[test]
fn a_service_may_have_a_name_of_its_own() {
    let address = jid::Jid::new("desk@contests.shakespeare.lit").expect("a JID");
    let mut host = host(ServiceConfig::service(address));
    let juliet = "type='get' from='juliet@capulet.com/balcony'";
    for to in [
        "desk@contests.shakespeare.lit",
        "Desk@Contests.shakespeare.lit",
    ] {
        host.comes(&query(&format!("{juliet} to='{to}'")));
        host.form_request();
    }
    for to in [
        "contests.shakespeare.lit",
        "desk@contests.shakespeare.lit/r",
    ] {
        host.is_not_mine(&query(&format!("{juliet} to='{to}'")));
    }
}

#[test]
fn the_from_of_a_stream_before_login_says_nothing() {
    let mut host = server();
    let spoofed = super::steps::get().replace("id=", "from='bill@shakespeare.lit/globe' id=");
    let spoofed = crate::common::xml::parse(&spoofed);
    let _ = host.service.handle_stanza_before_login(STREAM, &spoofed);
    let request = host.form_request();
    assert_eq!(request.requester(), &stream());
    let _ = host.service.offer(request, &plain_offer()).expect("own");
    let (to, stanza) = host.stanza();
    assert_eq!((to, stanza.attr("to")), (stream(), None));
    // Nor can a password be changed, or an account be removed.
    let change = set_from(BILL, "<remove/>");
    let _ = host
        .service
        .handle_stanza_before_login(STREAM, &crate::common::xml::parse(&change));
    host.refuses("unexpected-request", "wait");
}

#[test]
fn one_requester_has_one_form_whatever_the_resource() {
    let mut host = server();
    let get = "<iq type='get' id='g' from='bill@shakespeare.lit/a'><query xmlns='jabber:iq:register'/></iq>";
    host.offers(get, &plain_offer());
    let fields = "<username>bill</username><password>Calliope</password><email>b@x.y</email>";
    host.comes(&set_from("bill@shakespeare.lit/b", fields));
    let submission = host.submission();
    assert_eq!(submission.purpose(), Purpose::Register);
    let _ = host.service.accept(submission).expect("own");
    host.sends("<iq type='result' id='reg2' from='shakespeare.lit' to='bill@shakespeare.lit/b'/>");
    // A form that another resource asked for does not keep a password from being changed.
    host.offers(get, &plain_offer());
    host.comes(&set_from(
        "bill@shakespeare.lit/b",
        "<username>bill</username><password>newpass</password>",
    ));
    assert_eq!(host.submission().purpose(), Purpose::ChangePassword);
}

/// Otherwise a user could have as many open forms, and as many requests, as there are spellings.
#[test]
fn requesters_that_differ_only_by_stringprep_are_one() {
    let mut host = server();
    let get = "<iq type='get' id='g' from='bill@shakespeare.lit/a'><query xmlns='jabber:iq:register'/></iq>";
    host.offers(get, &plain_offer());
    let fields = "<username>bill</username><password>Calliope</password><email>b@x.y</email>";
    for same in ["BILL", "b\u{ad}ill", "\u{ff42}ill"] {
        host.comes(&set_from(&format!("{same}@Shakespeare.lit/b"), fields));
        let submission = host.submission();
        let account = submission.requester().account().map(ToString::to_string);
        assert_eq!(account.as_deref(), Some("bill@shakespeare.lit"), "{same}");
    }
    assert_eq!(
        (host.service.open_forms(), host.service.unanswered()),
        (1, 0)
    );
    // The Cyrillic letter is another one.
    host.comes(&set_from("b\u{456}ll@shakespeare.lit/b", fields));
    host.refuses("not-acceptable", "modify");
}

#[test]
fn forms_of_two_streams_are_kept_apart() {
    let mut host = server();
    host.offers(get(), &plain_offer());
    let set = crate::common::xml::parse(&set(
        "<username>b</username><password>Calliope</password><email>b@x.y</email>",
    ));
    let _ = host.service.handle_stanza_before_login(2, &set);
    assert_eq!(
        host.refuses("not-acceptable", "modify"),
        "ask for the form first, and fill that in"
    );
    let _ = host.service.handle_stanza_before_login(1, &set);
    host.submission();
}

#[test]
fn who_is_gone_gets_nothing() {
    let mut host = server();
    host.comes(get());
    let request = host.form_request();
    host.comes(get());
    host.service.requester_gone(&stream());
    host.is_quiet();
    assert_eq!(
        (host.service.unanswered(), host.service.open_forms()),
        (0, 0)
    );
    let answered = host.service.offer(request, &plain_offer()).expect("own");
    assert_eq!(answered, Answered::NobodyWaits);
    assert_eq!(host.service.open_forms(), 0);
    host.is_quiet();
    // The number may be given to another stream.
    host.offers(get(), &plain_offer());
    host.service.requester_gone(&stream());
    host.comes(&set(
        "<username>b</username><password>Calliope</password><email>b@x.y</email>",
    ));
    host.refuses("not-acceptable", "modify");
}

#[test]
fn stanzas_are_read_in_three_namespaces_and_written_in_the_configured_one() {
    use xmpp_registration::StreamNamespace;
    let mut host = host(
        server_config()
            .namespace(StreamNamespace::Component)
            .lang("de")
            .expect("a tag"),
    );
    for ns in ["jabber:client", "jabber:server", "jabber:component:accept"] {
        let get = super::steps::get().replace("<iq", &format!("<iq xmlns='{ns}' xml:lang='fr'"));
        host.comes(&get);
        let request = host.form_request();
        assert_eq!(request.stream_lang(), Some("fr"));
        let _ = host.service.offer(request, &plain_offer()).expect("own");
        let (_, stanza) = host.stanza();
        assert!(stanza.is("iq", "jabber:component:accept"));
        assert!(String::from(&stanza).contains("xml:lang='de'"));
    }
}

/// An address may be spelt with letters that mean nothing, any number of them. The answer does not repeat those: it would
/// take more room than its form was made for.
#[test]
fn an_address_that_is_longer_than_any_is_answered_under_its_own_name() {
    for (letters, repeated) in [(1000, true), (2000, false)] {
        let spelt = format!("shakespeare.{}lit", "\u{AD}".repeat(letters));
        let mut host = server();
        host.comes(&get().replace("shakespeare.lit", &spelt));
        let request = host.form_request();
        let _ = host
            .service
            .offer(request, &plain_offer())
            .expect("its own");
        let from = host.stanza().1.attr("from").map(str::to_string);
        let wanted = if repeated { &*spelt } else { "shakespeare.lit" };
        assert_eq!(from.as_deref(), Some(wanted));
    }
}

/// jid takes sharp s for two letters, as it once was: the removal of one account would be another's, in another domain.
#[test]
fn a_domain_with_letters_of_idna2008_is_that_domain_and_no_other() {
    let from = "juliet@stra\u{df}e.example/a";
    let mut host = contests();
    let removal = query(&format!(
        "type='set' from='{from}' to='contests.shakespeare.lit'"
    ));
    host.comes(&removal.replace("register'/>", "register'><remove/></query>"));
    let submission = host.submission();
    assert_eq!(
        submission.requester(),
        &account("juliet@xn--strae-oqa.example")
    );
    assert_ne!(submission.requester(), &account("juliet@strasse.example"));
    let config = ServiceConfig::server("stra\u{df}e.example").expect("a domain");
    let mut host = super::steps::host(config);
    for to in ["stra\u{df}e.example", "xn--strae-oqa.example"] {
        host.comes(&query(&format!("type='get' from='{from}' to='{to}'")));
        assert!(host.form_request().requester().account().is_some());
    }
    host.is_not_mine(&query(&format!(
        "type='get' from='{from}' to='strasse.example'"
    )));
    host.is_not_mine(&query("type='get' from='juliet@strasse.example/a'"));
    let address = "rooms.stra\u{df}e.example".parse().expect("a JID");
    let mut host = super::steps::host(ServiceConfig::service(address));
    host.comes(&query(&format!(
        "type='get' from='{from}' to='rooms.stra\u{df}e.example'"
    )));
    host.form_request();
}
