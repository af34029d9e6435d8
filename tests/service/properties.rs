//! Laws that hold whatever comes, in whatever order.

use proptest::prelude::*;
use xmpp_registration::Handled;
use xmpp_registration::service::{
    Answered, Captcha, Fields, Offer, Refusal, Requester, ServiceEvent, ServiceLimits,
    ServiceOutput, Submission,
};

use super::steps::*;
use crate::common::xml;

#[derive(Debug, Clone)]
enum Step {
    Comes { stream: u64, stanza: String },
    Answer { how: u8 },
    Drop,
    Gone { stream: u64 },
}

fn piece() -> impl Strategy<Value = String> {
    let fixed = [
        "<username>bill</username>",
        "<password>Calliope</password>",
        "<password/>",
        "<key>k3y</key>",
        "<remove/>",
        "<registered/>",
        "<unknown xmlns='other'><deep/></unknown>",
        "text",
        "<x xmlns='jabber:x:data' type='cancel'/>",
        "<x xmlns='jabber:x:data' type='submit'><field/><field var='a'><value/><value>b</value></field></x>",
    ];
    let submits = ["7nHL3", "wrong"].map(|answer| {
        submit(&[
            ("username", "bill"),
            ("password", "Calliope"),
            ("ocr", answer),
        ])
    });
    let all: Vec<String> = fixed
        .iter()
        .map(ToString::to_string)
        .chain(submits)
        .collect();
    prop::sample::select(all)
}

fn stanza() -> impl Strategy<Value = String> {
    let inner = prop::collection::vec(piece(), 0..4);
    let kind = prop::sample::select(vec!["get", "set", "result", "error", "odd"]);
    let id = prop::sample::select(vec!["id='a'", "id=''", ""]);
    let wrapped = prop::sample::select(vec![
        ("<query xmlns='jabber:iq:register'>", "</query>"),
        ("<query xmlns='jabber:iq:roster'>", "</query>"),
        (
            "<preauth xmlns='urn:xmpp:pars:0' token='t0ken'>",
            "</preauth>",
        ),
        ("<data xmlns='urn:xmpp:bob' cid='c'>", "</data>"),
        ("", ""),
    ]);
    (kind, id, wrapped, inner).prop_map(|(kind, id, (open, close), inner)| {
        format!(
            "<iq type='{kind}' {id}>{open}{}{close}</iq>",
            inner.concat()
        )
    })
}

fn step() -> impl Strategy<Value = Step> {
    let get = Just(get().to_string());
    let comes = (0..4u64, prop_oneof![get, stanza()]);
    prop_oneof![
        6 => comes.prop_map(|(stream, stanza)| Step::Comes { stream, stanza }),
        4 => any::<u8>().prop_map(|how| Step::Answer { how }),
        1 => Just(Step::Drop),
        1 => (0..4u64).prop_map(|stream| Step::Gone { stream }),
    ]
}

fn offer(how: u8) -> Offer {
    let fields = Fields::of(["username", "password"]);
    let built = match how % 4 {
        0 => Offer::of_fields(fields),
        1 => Offer::of_fields(fields.key("k3y")),
        2 => Offer::of_form(account_form()),
        _ => Offer::builder()
            .form(account_form())
            .captcha(Captcha::picture("c", "image/png", b"p", "7nHL3"))
            .build(),
    };
    built.expect("good offers")
}

fn answer_submission(host: &mut Host, submission: Submission, how: u8) -> Answered {
    let service = &mut host.service;
    match how % 4 {
        0 => service.accept(submission).expect("own"),
        1 => service
            .refuse(submission, Refusal::conflict())
            .expect("own"),
        2 => service.demand(submission, &offer(how | 2)).expect("own"),
        _ => service.time_out(submission).expect("own"),
    }
}

fn answer(host: &mut Host, event: ServiceEvent, how: u8) -> Answered {
    match event {
        ServiceEvent::FormRequested(request) => {
            host.service.offer(request, &offer(how)).expect("own")
        }
        ServiceEvent::TokenPresented(token) => host.service.accept(token).expect("own"),
        ServiceEvent::Submitted(submission) => answer_submission(host, submission, how),
        other => panic!("{other:?}"),
    }
}

/// Plays the steps, and gives everything that came out.
fn play(steps: &[Step]) -> Vec<String> {
    let limits = ServiceLimits {
        requests: 5,
        requests_each: 2,
        offers: 2,
        ..ServiceLimits::default()
    };
    let mut host = host(server_config().limits(limits));
    let mut open = std::collections::VecDeque::new();
    let mut trace = Vec::new();
    for step in steps {
        let mut due = 0;
        match step {
            Step::Comes { stream, stanza } => {
                let stanza = xml::parse(stanza);
                let handled = host.service.handle_stanza_before_login(*stream, &stanza);
                due = usize::from(handled == Handled::Consumed);
            }
            Step::Answer { how } => {
                if let Some(event) = open.pop_front() {
                    due = usize::from(answer(&mut host, event, *how) == Answered::Queued);
                }
            }
            Step::Drop => drop(open.pop_back()),
            Step::Gone { stream } => host.service.requester_gone(&Requester::Stream(*stream)),
        }
        // What is consumed is answered once, at once or by an event.
        for _ in 0..due {
            let output = host.poll().expect("something is due");
            trace.push(format!("{output:?}"));
            match output {
                ServiceOutput::Event(event) => open.push_back(event),
                ServiceOutput::Send { stanza, .. } => trace.push(String::from(&stanza)),
            }
        }
        host.is_quiet();
        assert!(host.service.unanswered() <= 5 && host.service.open_forms() <= 2);
    }
    trace
}

proptest! {
    #[test]
    fn each_request_is_answered_once_within_bounds_and_without_secrets(
        steps in prop::collection::vec(step(), 0..40),
    ) {
        prop_assert_eq!(play(&steps), play(&steps));
    }
}
