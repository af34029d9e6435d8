//! What grows with what a peer sends: the instructions at n, 2n, 4n and 8n, and the most memory that is ever held.
//!
//! A sort takes n log n: twice the input may cost 2.3 times as much, no more.

use std::process::ExitCode;

use xmpp_registration::Limits;

use crate::work::{hostile, hostile_service as service, machine};
use crate::{alloc, instructions};

/// The first argument of a run that only does the work of a family.
pub const GROW: &str = "--grow";

/// In hundredths.
const MOST_GROWTH: u64 = 230;

/// With the bounds that every machine has, whatever comes; most of it is the tree of the answer.
const MOST_BYTES: u64 = 16 << 20;

struct Family {
    name: &'static str,
    /// The least input.
    least: usize,
    prepare: Prepare,
}

type Prepare = fn(usize) -> hostile::Work;

const FAMILIES: &[Family] = &[
    family("fields of the old way", 500, hostile::legacy_fields),
    family(
        "fields of a data form, each set by its name",
        500,
        hostile::data_fields,
    ),
    family("fields of one name", 500, hostile::twins),
    family("options, one chosen", 1_000, hostile::options),
    family("options, all chosen", 500, hostile::chosen_options),
    family("values of one field", 1_000, hostile::values),
    family("lines, and digits of their bound", 1_000, hostile::bounded),
    family("KiB of text", 250, hostile::text),
    family("pieces of one text", 1_000, hostile::pieces),
    family("levels of forms within forms", 250, hostile::nested),
    family("queries beside the first", 500, hostile::queries),
    family("attributes", 500, hostile::attributes),
    family("texts and conditions in an error", 500, hostile::error),
    family("KiB of a picture", 125, hostile::picture),
    family("pictures", 125, hostile::pictures),
    family("letters of a JID", 250, hostile::jid),
    family(
        "fields taken over by the next form",
        500,
        hostile::taken_over,
    ),
    family(
        "fields of a form that is to be mended",
        500,
        hostile::mended,
    ),
    family("fields of a form in an error", 500, hostile::demanded),
    family("features of a stream", 1_000, hostile::features),
    family("KiB of a stanza as text", 125, hostile::as_text),
    family("values, at the service", 500, service::values),
    family(
        "fields that nobody offered, at the service",
        500,
        service::strangers,
    ),
    family(
        "fields that were offered, at the service",
        500,
        service::all_fields,
    ),
    family("options, at the service", 500, service::options),
    family(
        "fields of the old way, at the service",
        500,
        service::legacy,
    ),
    family("payloads, at the service", 500, service::payloads),
    family("streams, at the service", 500, service::streams),
];

const fn family(name: &'static str, least: usize, prepare: Prepare) -> Family {
    Family {
        name,
        least,
        prepare,
    }
}

/// Prints a line for each family with this in its name, and fails where one grows too fast.
pub fn run(part: &str) -> ExitCode {
    if !instructions::can_be_counted() {
        eprintln!("valgrind is not installed: no instructions can be counted");
        return ExitCode::FAILURE;
    }
    let mut families = FAMILIES
        .iter()
        .filter(|it| it.name.contains(part))
        .peekable();
    if families.peek().is_none() {
        eprintln!("nothing that grows has {part:?} in its name");
        return ExitCode::FAILURE;
    }
    let mut failed = false;
    for family in families {
        failed |= !holds(family);
    }
    if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// Does the work of one family at one size, so often, with bounds beyond every size.
pub fn repeat(name: &str, size: usize, times: u32) {
    let found = FAMILIES.iter().find(|it| it.name == name);
    let work = (found.expect("there is such a family").prepare)(size);
    for _ in 0..times {
        work(machine::large());
    }
}

fn holds(family: &Family) -> bool {
    let sizes = [1, 2, 4, 8].map(|factor| family.least * factor);
    let counts = sizes.map(|size| {
        let size = size.to_string();
        instructions::difference(&[GROW, family.name, &size], 3)
    });
    let most = most_bytes(family);
    let growth = counts.windows(2).map(|pair| pair[1] * 100 / pair[0].max(1));
    let worst = growth.max().expect("there are four counts");
    let ok = worst <= MOST_GROWTH && most <= MOST_BYTES;
    let [a, b, c, d] = counts;
    println!(
        "GROWTH of={:?} n={} instructions={a},{b},{c},{d} worst={}.{:02} bytes={most}{}",
        family.name,
        family.least,
        worst / 100,
        worst % 100,
        if ok { "" } else { " TOO MUCH" }
    );
    ok
}

/// The most memory that is held at once, of the largest input, with the bounds that every machine has.
fn most_bytes(family: &Family) -> u64 {
    let work = (family.prepare)(family.least * 8);
    work(Limits::default());
    alloc::count(|| work(Limits::default())).most
}
