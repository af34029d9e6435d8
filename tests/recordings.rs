//! Recorded conversations with Prosody and ejabberd (`recordings/`), replayed.
//!
//! Every line that a server sent is fed to a machine that waits for such a line, and what the machine tells is compared
//! with what a search for words in the line expects (`replay::expect`), and with a list that was checked by hand
//! (`recordings/expected.txt`). Where a machine would send just what was recorded, one machine goes through the whole
//! conversation. No secret of a recording may be seen in anything that could be logged.

mod common;
mod replay;

use replay::faults::Fault;
use replay::{each, whole};

/// Every recording with the events of its lines, in their order.
const EXPECTED: &str = include_str!("recordings/expected.txt");

#[test]
fn every_line_is_told_as_what_it_is() {
    let recordings = replay::all();
    let mut wanted = EXPECTED.lines().filter(|line| !line.starts_with('#'));
    let mut wrong = Vec::new();
    let mut tally = each::Tally::default();
    for recording in &recordings {
        let player = each::Player::play(recording);
        tally.add(&player.tally);
        let got = format!("{}: {}", recording.name, player.told.join(", "));
        if wanted.next() != Some(got.trim_end()) {
            wrong.push(got);
        }
    }
    assert!(
        wrong.is_empty(),
        "not as in expected.txt:\n{}",
        wrong.join("\n")
    );
    assert_eq!(wanted.next(), None);
    // Hard numbers, so that nothing is skipped unseen.
    assert_eq!(recordings.len(), 145);
    let all = each::Tally {
        replies: 568,
        strays: 103,
        stream_errors: 47,
        ends: 35,
        silences: 5,
        features: 296,
    };
    assert_eq!(tally, all);
}

#[test]
fn whole_conversations() {
    let mut tally = whole::Tally::default();
    for recording in replay::all() {
        tally.add(&whole::Player::play(&recording).tally);
    }
    let all = whole::Tally {
        conversations: 188,
        exchanges: 242,
        finished: 94,
        longer: 42,
    };
    assert_eq!(tally, all);
}

/// Whatever goes wrong at whatever position: one terminal event, in doubt exactly where a change was left unanswered, and
/// what does not count changes nothing.
#[test]
fn every_fault_at_every_position() {
    let (mut positions, mut cases) = (0, 0);
    let (mut in_doubt, mut certain, mut done) = (0, 0, 0);
    for recording in replay::all() {
        let undisturbed = whole::Player::play(&recording);
        positions += undisturbed.position;
        for at in 1..=undisturbed.position {
            for fault in Fault::ALL {
                let _what = Said(fault, at);
                let player = whole::Player::play_with(&recording, Some((at, fault)), None);
                cases += 1;
                match player.struck.as_deref() {
                    // It changed nothing, or the task was over.
                    None => {}
                    Some("Unregistered") => done += 1,
                    Some(event) if event.starts_with("OutcomeUnknown") => in_doubt += 1,
                    Some(_) => certain += 1,
                }
            }
        }
    }
    assert_eq!((positions, cases), (549, 5_490));
    // 65 positions are behind a change that was sent and not answered; five faults end the wait there.
    assert_eq!((in_doubt, certain, done), (305, 1_582, 20));
}

/// The same between the delivery of each reply and the asking what it means: what it means is told first, unless the task
/// had only gone on.
#[test]
fn every_fault_before_a_reply_is_told() {
    let (mut replies, mut cases, mut ended) = (0, 0, 0);
    for recording in replay::all() {
        let undisturbed = whole::Player::play(&recording);
        replies += undisturbed.replies;
        for at in 1..=undisturbed.replies {
            for fault in Fault::ALL {
                let _what = Said(fault, at);
                let player = whole::Player::play_with(&recording, None, Some((at, fault)));
                cases += 1;
                ended += usize::from(player.struck.is_some());
            }
        }
    }
    assert_eq!((replies, cases), (243, 2_430));
    // Behind 148 replies the task goes on, and three faults end it; behind seven, from somebody who may not answer, it
    // waits on, and five do.
    assert_eq!(ended, 148 * 3 + 7 * 5);
}

/// Names the fault if a test fails there.
struct Said(Fault, usize);

impl Drop for Said {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{:?} at position {}", self.0, self.1);
        }
    }
}
