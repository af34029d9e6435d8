//! What the machine costs, in instructions and allocations, which are the same on every run; times are not.
//!
//!     cargo bench --bench counts             # a line a variant
//!     cargo bench --bench counts -- --check  # fails where a count is over its bound
//!     cargo bench --bench counts -- --flight # 100,000 registrations at once, in one process
//!     cargo bench --bench counts -- --growth # what grows with what a peer sends; fails where that is not linear
//!     cargo bench --bench counts -- --growth 'the service' # of it, what has this in its name
//!
//! Instructions are counted by valgrind (cachegrind), as the difference of two runs of this program that do the work a
//! different number of times; allocations by an allocator that counts, without valgrind. Lines of other crates begin with
//! their names.

#[path = "counts/alloc.rs"]
mod alloc;
#[path = "counts/bounds.rs"]
mod bounds;
#[path = "counts/growth.rs"]
mod growth;
#[path = "counts/instructions.rs"]
mod instructions;
#[path = "counts/report.rs"]
mod report;
#[path = "counts/retained.rs"]
mod retained;
#[path = "counts/variants.rs"]
mod variants;
#[path = "work/mod.rs"]
mod work;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let flag = |name: &str| arguments.iter().any(|it| it == name);
    if let [first, variant, times] = &arguments[..]
        && first == instructions::REPEAT
    {
        let times = times.parse().expect("a number of times");
        instructions::repeat(variant, times);
        return ExitCode::SUCCESS;
    }
    if let [first, family, size, times] = &arguments[..]
        && first == growth::GROW
    {
        let size = size.parse().expect("a size");
        growth::repeat(family, size, times.parse().expect("a number of times"));
        return ExitCode::SUCCESS;
    }
    if let Some(at) = arguments.iter().position(|it| it == "--growth") {
        let part = arguments.get(at + 1).filter(|it| !it.starts_with("--"));
        return growth::run(part.map_or("", String::as_str));
    }
    if flag("--flight") {
        retained::print_flight();
        return ExitCode::SUCCESS;
    }
    report::run(flag("--check"))
}
