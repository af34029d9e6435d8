//! The report, and whether it is within the bounds.

use std::collections::HashMap;
use std::process::ExitCode;

use crate::variants::VARIANTS;
use crate::{alloc, bounds, instructions, retained};

/// Prints a line a variant; with `check`, fails if a count is over its bound.
pub fn run(check: bool) -> ExitCode {
    let valgrind = instructions::can_be_counted();
    if !valgrind {
        eprintln!(
            "valgrind is not installed: no instructions are counted (apt-get install valgrind)"
        );
    }
    let mut report = Report {
        valgrind,
        counts: HashMap::new(),
        over: Vec::new(),
    };
    report.print_variants();
    report.check_variants();
    report.ratios();
    report.print_retained();
    if check && !valgrind {
        report.over.push("valgrind is not installed".to_owned());
    }
    for line in &report.over {
        println!("over its bound: {line}");
    }
    if check && !report.over.is_empty() {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

struct Report {
    valgrind: bool,
    /// Instructions, where they were counted, and allocations.
    counts: HashMap<&'static str, (Option<u64>, u64)>,
    over: Vec<String>,
}

impl Report {
    fn print_variants(&mut self) {
        for variant in VARIANTS {
            let work = (variant.prepare)();
            // Once before: what a program makes once is nobody's.
            work();
            let allocations = alloc::count(&work).allocations;
            let count = self.valgrind.then(|| instructions::count(variant));
            let shown = count.map_or_else(|| "?".to_owned(), |it| it.to_string());
            println!(
                "{} instructions={shown} allocations={allocations}",
                variant.name
            );
            self.counts.insert(variant.name, (count, allocations));
        }
    }

    fn check_variants(&mut self) {
        for bound in bounds::BOUNDS {
            let (instructions, allocations) = self.counts[bound.variant];
            let name = bound.variant;
            if let Some(count) = instructions {
                self.hold(name, "instructions", count, bound.instructions);
            }
            self.hold(name, "allocations", allocations, bound.allocations);
        }
        let (more, fewer) = (self.counts["FIELDS_4096"].1, self.counts["FIELDS_512"].1);
        // Beside what grows by doubling now and then.
        let each = (more - fewer) / (4096 - 512);
        println!("ANSWER allocations={each}");
        self.hold("ANSWER", "allocations", each, bounds::ANSWER_ALLOCATIONS);
    }

    fn ratios(&mut self) {
        self.ratio("TEXT_FORM", "minidom TEXT_FORM", bounds::MOST_TEXT);
        self.ratio("FIELDS_4096", "FIELDS_512", bounds::MOST_GROWTH);
    }

    /// How many times as many instructions, to three places.
    fn ratio(&mut self, one: &'static str, other: &'static str, most: u64) {
        if let (Some(above), Some(below)) = (self.counts[one].0, self.counts[other].0) {
            let ratio = above * 1000 / below;
            println!(
                "{one} ratio={}.{:03} to={other}",
                ratio / 1000,
                ratio % 1000
            );
            self.hold(one, "thousandths", ratio, most);
        }
    }

    fn print_retained(&mut self) {
        let form = retained::form();
        println!(
            "RETAINED_FORM bytes={} allocations={}",
            form.bytes, form.allocations
        );
        self.hold("RETAINED_FORM", "bytes", form.bytes, bounds::FORM_BYTES);
        let most = bounds::FORM_ALLOCATIONS;
        self.hold("RETAINED_FORM", "allocations", form.allocations, most);
        let waiting = retained::waiting();
        println!(
            "RETAINED_WAITING bytes={} allocations={}",
            waiting.bytes, waiting.allocations
        );
        let most = bounds::WAITING_BYTES;
        self.hold("RETAINED_WAITING", "bytes", waiting.bytes, most);
    }

    fn hold(&mut self, of: &str, what: &str, is: u64, most: u64) {
        if is > most {
            self.over.push(format!("{of} {what}={is} most={most}"));
        }
    }
}
