//! Recorded conversations with Prosody and ejabberd (`recordings/`), replayed.
//!
//! Every line that a server sent is fed to a machine that waits for such a line, and what the machine tells is compared
//! with what a search for words in the line expects (`replay::expect`), and with a list that was checked by hand
//! (`recordings/expected.txt`). Where a machine would send just what was recorded, one machine goes through the whole
//! conversation. No secret of a recording may be seen in anything that could be logged.

mod common;
mod replay;

use replay::faults::Fault;
use replay::{Recording, each, whole};

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
    let mut ends = Ends::default();
    let counts = each_fault(
        |undisturbed| undisturbed.position,
        |recording, fault| whole::Player::play_with(recording, Some(fault), None),
        |end| ends.add(end),
    );
    assert_eq!(counts, (549, 5_490));
    // 65 positions are behind a change that was sent and not answered; five faults end the wait there.
    let ends = (ends.in_doubt, ends.certain, ends.done);
    assert_eq!(ends, (305, 1_582, 20));
}

/// The same between the delivery of each reply and the asking what it means: what it means is told first, unless the task
/// had only gone on.
#[test]
fn every_fault_before_a_reply_is_told() {
    let mut ended = 0;
    let counts = each_fault(
        |undisturbed| undisturbed.replies,
        |recording, fault| whole::Player::play_with(recording, None, Some(fault)),
        |end| ended += usize::from(end.is_some()),
    );
    assert_eq!(counts, (243, 2_430));
    // Behind 148 replies the task goes on, and three faults end it; behind seven, from somebody who may not answer, it
    // waits on, and five do.
    assert_eq!(ended, 148 * 3 + 7 * 5);
}

/// Plays each conversation with each fault at each of its places, and hands on the end that the fault brought. Gives how
/// many places there were, and how many cases.
fn each_fault(
    places: impl Fn(&whole::Player<'_>) -> usize,
    play: impl for<'r> Fn(&'r Recording, (usize, Fault)) -> whole::Player<'r>,
    mut ended: impl FnMut(Option<&str>),
) -> (usize, usize) {
    let (mut all, mut cases) = (0, 0);
    for recording in replay::all() {
        let places = places(&whole::Player::play(&recording));
        all += places;
        for at in 1..=places {
            for fault in Fault::ALL {
                let _what = Said(fault, at);
                ended(play(&recording, (at, fault)).struck.as_deref());
                cases += 1;
            }
        }
    }
    (all, cases)
}

/// The same for every recorded request by itself, also where a machine would not have gone through what came before it:
/// while its reply is waited for, between the reply and its telling, and behind it.
#[test]
fn every_fault_at_every_request() {
    let (mut requests, mut replies, mut cases) = (0, 0, 0);
    let (mut ends, mut passed_by) = (Ends::default(), Vec::new());
    for recording in replay::all() {
        let player = each::Player::play(&recording);
        requests += player.staged.len();
        replies += player.replies.len();
        passed_by.extend(player.staged.is_empty().then(|| recording.name.clone()));
        for fault in Fault::ALL {
            for (at, staged) in (1..).zip(&player.staged) {
                let _what = Said(fault, at);
                let mut live = whole::Live::of_one(*staged, &recording.secrets);
                fault.strike(&mut live);
                ends.add(live.end());
                live.finish();
                cases += 1;
            }
            for (staged, stanza, step) in &player.replies {
                let _what = Said(fault, step.line);
                let mut live = whole::Live::of_one(*staged, &recording.secrets);
                replay::untold::strike(&mut live, fault, stanza, &step.raw);
                live.assert_over();
                let mut live = whole::Live::of_one(*staged, &recording.secrets);
                live.reply(stanza, step);
                fault.strike(&mut live);
                live.finish();
                cases += 2;
            }
        }
    }
    assert_eq!((requests, replies, cases), (588, 566, 17_200));
    let ends = (ends.in_doubt, ends.certain, ends.done);
    // 360 of the requests change something, and five faults end the wait for each; 30 of these remove an account, which the
    // stream error that says that it is gone then proves.
    assert_eq!(ends, (360 * 5 - 30, 228 * 5, 30));
    // Service discovery alone asks for nothing that a machine would.
    let silent = ["ejabberd-plain", "prosody-plain"].map(|it| format!("{it}/disco-features.txt"));
    assert_eq!(passed_by, silent);
}

/// What faults have brought about.
#[derive(Default)]
struct Ends {
    in_doubt: usize,
    certain: usize,
    done: usize,
}

impl Ends {
    /// Counts the terminal event that a fault brought; `None`: it changed nothing, or the task was over.
    fn add(&mut self, event: Option<&str>) {
        let counter = match event {
            None => return,
            Some("Unregistered") => &mut self.done,
            Some(event) if event.starts_with("OutcomeUnknown") => &mut self.in_doubt,
            Some(_) => &mut self.certain,
        };
        *counter += 1;
    }
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
