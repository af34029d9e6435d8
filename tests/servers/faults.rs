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
#[path = "faults/room.rs"]
mod room;
#[path = "faults/stream.rs"]
mod stream;

use std::thread::panicking;

use crate::harness::{
    EJABBERD_CAPTCHA, EJABBERD_PLAIN, PROSODY_INVITES, PROSODY_MUC, PROSODY_PLAIN, Scenario, Server,
};
use ending::Outcome;
use fault::Fault;
use live::Live;
use plan::Plan;

/// What was gone through.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    positions: usize,
    cases: usize,
    /// Cases that the fault ended.
    ended: usize,
    /// Cases in which the machine knew what had happened.
    certain: usize,
    /// Cases in doubt, by what had happened.
    done: usize,
    not_done: usize,
    /// The server was cut off, and may do it now or later.
    nobody_knows: usize,
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn prosody_every_fault_at_every_position() {
    let bad_password = [Plan::BadPassword("internal-server-error")];
    let plans = [&Plan::ANYWHERE[..], &bad_password].concat();
    go_through(&PROSODY_PLAIN, &plans, 90, 858);
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn ejabberd_every_fault_at_every_position() {
    let bad_password = [Plan::BadPassword("not-allowed")];
    let plans = [&Plan::ANYWHERE[..], &bad_password].concat();
    go_through(&EJABBERD_PLAIN, &plans, 90, 858);
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn prosody_every_fault_at_every_position_of_invitations() {
    let plans = [Plan::Invited, Plan::BadToken, Plan::Uninvited];
    go_through(&PROSODY_INVITES, &plans, 34, 328);
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn ejabberd_every_fault_at_every_position_of_a_captcha() {
    go_through(&EJABBERD_CAPTCHA, &[Plan::Captcha], 24, 240);
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn prosody_every_fault_at_every_position_of_a_room() {
    go_through(&PROSODY_MUC, &[Plan::Join, Plan::Leave], 24, 232);
}

/// Goes through all of it. There must be so many positions and cases, so that nothing is skipped unseen.
#[track_caller]
fn go_through(scenario: &Scenario, plans: &[Plan], positions: usize, cases: usize) {
    let server = Server::start(scenario);
    if plans.contains(&Plan::Mend) {
        plan::take_a_name(&server);
    }
    let has_room = plans.iter().any(|it| it.room().is_some());
    let _host = has_room.then(|| room::open(&server));
    let mut tally = Tally::default();
    for plan in plans {
        tally.go_through(&server, *plan);
    }
    println!("{}: {tally:?}", scenario.name);
    assert!(tally.positions >= positions, "{tally:?}");
    assert!(tally.cases >= cases, "{tally:?}");
    // A doubt that always ends one way is none.
    assert!(tally.done > 0 && tally.not_done > 0, "{tally:?}");
}

impl Tally {
    fn go_through(&mut self, server: &Server, plan: Plan) {
        let undisturbed = play(server, plan, None, format!("{}-undisturbed", self.cases));
        self.positions += undisturbed.positions.len();
        for (at, position) in undisturbed.positions.iter().enumerate() {
            for fault in Fault::ALL.iter().filter(|it| it.can_strike(position)) {
                let user = format!("user-{}", self.cases);
                self.add(&play(server, plan, Some((at, *fault)), user));
            }
        }
    }

    fn add(&mut self, outcome: &Outcome) {
        self.cases += 1;
        self.ended += usize::from(outcome.is_ended_by_fault);
        let count = match outcome.is_done {
            _ if !outcome.is_in_doubt => &mut self.certain,
            Some(true) => &mut self.done,
            Some(false) => &mut self.not_done,
            None => &mut self.nobody_knows,
        };
        *count += 1;
    }
}

fn play(server: &Server, plan: Plan, fault: Option<(usize, Fault)>, user: String) -> Outcome {
    let _case = Case(plan, fault);
    let mut live = Live::open(server, plan, user, fault);
    live.converse();
    ending::judge(live)
}

/// Names the case if a test fails there.
struct Case(Plan, Option<(usize, Fault)>);

impl Drop for Case {
    fn drop(&mut self) {
        if panicking() {
            eprintln!("{:?}, position and fault: {:?}", self.0, self.1);
        }
    }
}
