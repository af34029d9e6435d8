//! Every fault at every position of live conversations, and whether what the machine then says is true of the server.
//!
//! The machine is driven over a plain socket. A fault is put into a conversation with a server that does answer, so what
//! the server really did can be looked up by a login: where the machine is certain it must be right, and where it is in
//! doubt both must have happened at some time.

#[path = "faults/ending.rs"]
mod ending;
#[path = "faults/fault.rs"]
mod fault;
#[path = "faults/live.rs"]
mod live;
#[path = "faults/plan.rs"]
mod plan;
#[path = "faults/position.rs"]
mod position;
#[path = "faults/stream.rs"]
mod stream;

use std::thread::panicking;

use crate::harness::{EJABBERD_PLAIN, PROSODY_PLAIN, Server};
use ending::Outcome;
use fault::Fault;
use live::Live;
use plan::{Plan, Words};

/// What was gone through.
#[derive(Debug, Default)]
struct Tally {
    positions: usize,
    cases: usize,
    /// Cases that the fault ended.
    ended: usize,
    /// Cases in which the machine knew what had happened.
    certain: usize,
    /// Cases in doubt in which the server had done what it was asked for.
    in_doubt_and_done: usize,
    /// Cases in doubt in which it had not.
    in_doubt_and_not_done: usize,
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn prosody_every_fault_at_every_position() {
    let words = Words {
        bad_password: "Failed(internal-server-error)",
    };
    let tally = every_fault_at_every_position(&Server::start(&PROSODY_PLAIN), &words);
    tally.is_no_less_than(90, 858);
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn ejabberd_every_fault_at_every_position() {
    let words = Words {
        bad_password: "Failed(not-allowed)",
    };
    let tally = every_fault_at_every_position(&Server::start(&EJABBERD_PLAIN), &words);
    tally.is_no_less_than(90, 858);
}

fn every_fault_at_every_position(server: &Server, words: &Words) -> Tally {
    plan::take_a_name(server);
    let mut tally = Tally::default();
    for plan in Plan::ALL {
        let undisturbed = play(server, words, plan, None, 0);
        tally.positions += undisturbed.positions.len();
        for (at, position) in undisturbed.positions.iter().enumerate() {
            for fault in Fault::ALL {
                if fault.can_strike(position) {
                    tally.cases += 1;
                    tally.add(&play(server, words, plan, Some((at, fault)), tally.cases));
                }
            }
        }
    }
    println!("{tally:#?}");
    tally
}

fn play(
    server: &Server,
    words: &Words,
    plan: Plan,
    fault: Option<(usize, Fault)>,
    number: usize,
) -> Outcome {
    let _case = Case(plan, fault);
    let user = format!("{}-{number}", format!("{plan:?}").to_lowercase());
    let mut live = Live::open(server, plan, &plan.events(words), user, fault);
    live.converse();
    ending::judge(live)
}

impl Tally {
    fn add(&mut self, outcome: &Outcome) {
        self.ended += usize::from(outcome.is_ended_by_fault);
        match (outcome.is_in_doubt, outcome.is_done) {
            (false, _) => self.certain += 1,
            (true, true) => self.in_doubt_and_done += 1,
            (true, false) => self.in_doubt_and_not_done += 1,
        }
    }

    /// Hard numbers, so that nothing is skipped unseen.
    #[track_caller]
    fn is_no_less_than(&self, positions: usize, cases: usize) {
        assert!(self.positions >= positions, "{self:?}");
        assert!(self.cases >= cases, "{self:?}");
        // A doubt that always ends one way is none.
        assert!(self.in_doubt_and_done > 0, "{self:?}");
        assert!(self.in_doubt_and_not_done > 0, "{self:?}");
    }
}

/// Names the case if a test fails there.
struct Case(Plan, Option<(usize, Fault)>);

impl Drop for Case {
    fn drop(&mut self) {
        if panicking() {
            eprintln!("{:?}, fault and position: {:?}", self.0, self.1);
        }
    }
}
