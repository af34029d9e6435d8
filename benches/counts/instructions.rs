//! Counting instructions: this program runs itself under valgrind, twice.

use std::io::ErrorKind;
use std::process::Command;

use crate::variants::{VARIANTS, Variant};

/// The first argument of a run that only does the work.
pub const REPEAT: &str = "--repeat";

/// So often the work is done in the first of the two runs: what is done once only (such as the first use of a table) is
/// over by then.
const WARM: u32 = 2;

/// Does some work so often.
pub fn repeat(variant: &str, times: u32) {
    let found = VARIANTS.iter().find(|it| it.name == variant);
    let found = found.unwrap_or_else(|| panic!("there is no variant {variant:?}"));
    let work = (found.prepare)();
    for _ in 0..times {
        work();
    }
}

/// Whether instructions can be counted here.
pub fn can_be_counted() -> bool {
    match Command::new("valgrind").arg("--version").output() {
        Ok(output) => output.status.success(),
        Err(error) if error.kind() == ErrorKind::NotFound => false,
        Err(error) => panic!("valgrind cannot be run: {error}"),
    }
}

/// Instructions of one time.
pub fn count(variant: &Variant) -> u64 {
    difference(&[REPEAT, variant.name], variant.times)
}

/// Instructions of one time of what this program does with these arguments and a number of times.
pub fn difference(arguments: &[&str], times: u32) -> u64 {
    let fewer = run(arguments, WARM);
    let more = run(arguments, WARM + times);
    (more - fewer) / u64::from(times)
}

fn run(arguments: &[&str], times: u32) -> u64 {
    let program = std::env::current_exe().expect("this program has a path");
    let output = Command::new("valgrind")
        .args([
            "--tool=cachegrind",
            "--cache-sim=no",
            "--cachegrind-out-file=/dev/null",
        ])
        .arg(program)
        .args(arguments)
        .arg(times.to_string())
        .output()
        .expect("valgrind is there");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let line = told.lines().find_map(|line| line.split_once("I   refs:"));
    let (_, number) = line.unwrap_or_else(|| panic!("no count in {told}"));
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    digits.parse().expect("a number")
}
