//! What is kept of peers is bounded, and what is dropped frees its place.

use xmpp_registration::Limits;
use xmpp_registration::service::{Fields, Offer, ServiceLimits};

use super::steps::*;

fn limited(limits: ServiceLimits) -> Host {
    host(server_config().limits(limits))
}

fn get_from(stream: u64, host: &mut Host) {
    let get = crate::common::xml::parse(get());
    let _ = host.service.handle_stanza_before_login(stream, &get);
}

#[test]
fn requests_of_one_requester() {
    let mut host = limited(ServiceLimits {
        requests_each: 2,
        ..ServiceLimits::default()
    });
    host.comes(get());
    let first = host.form_request();
    host.comes(get());
    let second = host.form_request();
    host.comes(get());
    let text = host.refuses("resource-constraint", "wait");
    assert_eq!(
        text,
        "too many requests wait for an answer: try again later"
    );
    assert_eq!(host.service.unanswered(), 2);
    // Others are served, and a place is free once a request is answered or dropped.
    get_from(2, &mut host);
    host.form_request();
    drop(first);
    host.comes(get());
    let third = host.form_request();
    let _ = host.service.offer(second, &plain_offer()).expect("own");
    host.stanza();
    host.comes(get());
    host.form_request();
    drop(third);
    assert_eq!(host.service.unanswered(), 0);
}

#[test]
fn requests_of_all() {
    let mut host = limited(ServiceLimits {
        requests: 3,
        ..ServiceLimits::default()
    });
    let mut kept = Vec::new();
    for stream in 0..3 {
        get_from(stream, &mut host);
        kept.push(host.form_request());
    }
    get_from(9, &mut host);
    host.refuses("resource-constraint", "wait");
    kept.pop();
    get_from(9, &mut host);
    kept.push(host.form_request());
    get_from(10, &mut host);
    host.refuses("resource-constraint", "wait");
    host.service.requester_gone(kept[0].requester());
    get_from(10, &mut host);
    host.form_request();
}

#[test]
fn refused_submissions_take_no_place() {
    let mut host = limited(ServiceLimits {
        requests: 1,
        requests_each: 1,
        ..ServiceLimits::default()
    });
    for _ in 0..10 {
        host.comes(&set("<username>b</username>"));
        host.refuses("not-acceptable", "modify");
    }
    assert_eq!(host.service.unanswered(), 0);
    get_from(2, &mut host);
    host.form_request();
}

#[test]
fn no_limit_is_too_small() {
    let none = ServiceLimits {
        requests: 0,
        requests_each: 0,
        offers: 0,
        ..ServiceLimits::default()
    };
    limited(none).comes(get());
    let mut host = limited(ServiceLimits {
        offers: 0,
        ..ServiceLimits::default()
    });
    host.offers(get(), &plain_offer());
    assert_eq!(host.service.open_forms(), 0);
}

#[test]
fn the_oldest_form_is_forgotten() {
    let mut host = limited(ServiceLimits {
        offers: 2,
        ..ServiceLimits::default()
    });
    for stream in [1, 2, 1, 3] {
        get_from(stream, &mut host);
        let request = host.form_request();
        let _ = host.service.offer(request, &plain_offer()).expect("own");
        host.stanza();
    }
    assert_eq!(host.service.open_forms(), 2);
    let set = set("<username>b</username><password>Calliope</password><email>b@x.y</email>");
    let set = crate::common::xml::parse(&set);
    for (stream, open) in [(2, false), (1, true), (3, true)] {
        let _ = host.service.handle_stanza_before_login(stream, &set);
        if open {
            host.submission();
        } else {
            host.refuses("not-acceptable", "modify");
        }
    }
}

#[test]
fn the_size_of_a_submission() {
    let submission = Limits {
        fields: 3,
        options: 4,
        text_bytes: 64,
        ..Limits::default()
    };
    let limits = ServiceLimits {
        submission,
        ..ServiceLimits::default()
    };
    let offer = Offer::of_fields(Fields::of(["username", "password"])).expect("good");
    let account = "<username>b</username><password>Calliope</password>";
    let value = "<value/>".repeat(5);
    for (inner, good) in [
        (account.to_string(), true),
        (format!("{account}<a/>"), true),
        (format!("{account}<a/><b/>"), false),
        (format!("{account}<a>{}</a>", "x".repeat(64)), false),
        (
            format!("<x xmlns='jabber:x:data' type='submit'><field var='a'>{value}</field></x>"),
            false,
        ),
        (
            format!(
                "<x xmlns='jabber:x:data' type='submit'>{}</x>",
                "<field/>".repeat(4)
            ),
            false,
        ),
        (
            format!(
                "<x xmlns='jabber:x:data' type='submit'><field var='{}'/></x>",
                "x".repeat(65)
            ),
            false,
        ),
    ] {
        let mut host = limited(limits);
        host.offers(get(), &offer);
        host.comes(&set(&inner));
        if good {
            host.submission();
        } else {
            let text = host.refuses("policy-violation", "modify");
            assert_eq!(text, "the submission is larger than this service takes");
        }
    }
}
