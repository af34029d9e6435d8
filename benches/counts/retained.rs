//! How much memory is held between two calls.

use xmpp_registration::{Form, Limits, RegistrationMachine};

use crate::alloc::{self, Taken};
use crate::work::Replies;
use crate::work::machine::Maker;

/// The size of an empty block of the system's allocator is not in the counts, nor what it rounds up.
pub struct Retained {
    pub bytes: u64,
    pub allocations: u64,
}

/// A registration while its user fills in the form: the machine, the form, and all that they point to.
pub fn form() -> Retained {
    let (maker, replies) = (Maker::new(), Replies::form());
    let work = || maker.offered(&replies.offer, Limits::default());
    // Once before: what a program makes once is nobody's.
    drop(work());
    let own = size_of::<RegistrationMachine>() + size_of::<Form>();
    retained(alloc::count(work), own)
}

/// A machine that waits for a reply.
pub fn waiting() -> Retained {
    let maker = Maker::new();
    let work = || maker.waiting(Limits::default());
    drop(work());
    retained(alloc::count(work), size_of::<RegistrationMachine>())
}

fn retained(taken: Taken, own: usize) -> Retained {
    Retained {
        bytes: taken.bytes + own as u64,
        allocations: taken.live,
    }
}

/// What 100,000 users who fill in a form at once take, by the allocator and by the kernel.
pub fn print_flight() {
    const USERS: usize = 100_000;
    let (maker, replies) = (Maker::new(), Replies::form());
    drop(maker.offered(&replies.offer, Limits::default()));
    let mut all = Vec::with_capacity(USERS);
    let before = resident();
    let taken = alloc::count(|| {
        for _ in 0..USERS {
            all.push(maker.offered(&replies.offer, Limits::default()));
        }
    });
    let own = size_of::<(RegistrationMachine, Form)>() * USERS;
    println!(
        "FLIGHT registrations={USERS} heap_bytes={} allocations={} own_bytes={own} resident_kb={}",
        taken.bytes,
        taken.live,
        resident() - before
    );
}

/// Resident memory, in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|it| it.split_whitespace().next());
    number.and_then(|it| it.parse().ok()).unwrap_or(0)
}
