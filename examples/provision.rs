//! Registers many accounts, for whoever tests a server: from a CSV file or by a pattern, on one or
//! more streams, so many at once on each.
//!
//! ```text
//! cargo run --example provision -- --domain example.org --pattern 'user{}' --count 1000
//! cargo run --example provision -- --domain example.org --csv accounts.csv --streams 4
//! cargo run --example provision -- --help
//! ```
//!
//! It may be killed at any moment and started again with the same report file: nobody is
//! registered twice. [`lane`] is the part to copy: many machines on one stream.

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use clap::Parser as _;

#[path = "provision/accounts.rs"]
mod accounts;
#[path = "provision/book.rs"]
mod book;
#[allow(dead_code, reason = "the program `register` takes more of it")]
#[path = "register/connect.rs"]
mod connect;
#[path = "provision/flight.rs"]
mod flight;
#[path = "provision/journal.rs"]
mod journal;
#[path = "provision/lane.rs"]
mod lane;
#[path = "provision/options.rs"]
mod options;
#[path = "provision/progress.rs"]
mod progress;
#[path = "provision/queue.rs"]
mod queue;
#[allow(dead_code, reason = "the program `register` takes more of it")]
#[path = "register/redact.rs"]
mod redact;
#[path = "provision/shared.rs"]
mod shared;
#[allow(dead_code, reason = "the program `register` takes more of it")]
#[path = "register/splitter.rs"]
mod splitter;
#[path = "register/srv.rs"]
mod srv;
#[allow(dead_code, reason = "the program `register` takes more of it")]
#[path = "register/stream.rs"]
mod stream;
#[allow(dead_code, reason = "the program `register` takes more of it")]
#[path = "register/transport.rs"]
mod transport;
#[allow(dead_code, reason = "the program `register` takes more of it")]
#[path = "register/words.rs"]
mod words;
#[allow(dead_code, reason = "the program `register` takes more of it")]
#[path = "register/xml.rs"]
mod xml;

use accounts::Account;
use book::{Book, Count};
use journal::{Journal, Outcome};
use options::Options;
use progress::Progress;
use shared::Shared;

/// So many accounts in doubt are named on the terminal; the report has them all.
const MOST_NAMED: usize = 20;

/// The exit codes, but 0.
#[derive(Clone, Copy)]
enum Code {
    /// Somebody is not registered, or nobody knows.
    NotAll = 1,
    /// The command line is wrong, or one of the files.
    Usage = 2,
    /// There was no stream at all.
    NoStream = 3,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(code)) => ExitCode::from(code as u8),
        Err(why) => {
            tell(&why);
            ExitCode::from(Code::Usage as u8)
        }
    }
}

/// Does it all. What is wrong before anything was sent is an error.
fn run(options: &Options) -> Result<Option<Code>, String> {
    let accounts = accounts::gather(options)?;
    let wrong = |error| format!("{}: {error}", options.report.display());
    let (mut journal, known) = Journal::open(&options.report).map_err(wrong)?;
    let mut count = Count::default();
    let (mut doubtful, mut left) = (Vec::new(), Vec::new());
    for account in accounts {
        match known.get(&account.key()) {
            Some(Outcome::Registered) => count.earlier += 1,
            Some(Outcome::InDoubt) => doubtful.push(account.name),
            // Killed before the reply came: the server may have acted.
            Some(Outcome::Sent) => {
                let why = "the program was stopped before the reply came";
                journal
                    .write(&account, Outcome::InDoubt, why)
                    .map_err(|error| wrong(error.to_string()))?;
                doubtful.push(account.name);
            }
            Some(Outcome::Refused | Outcome::Failed) | None => left.push(account),
        }
    }
    let progress = Progress::new(left.len());
    Ok(provision(
        options,
        left,
        Book::new(journal, progress, count, doubtful),
    ))
}

/// Registers who is left, and sums up.
fn provision(options: &Options, left: Vec<Account>, book: Book) -> Option<Code> {
    let start = Instant::now();
    let some = !left.is_empty();
    let shared = Shared::new(options, left, book);
    thread::scope(|scope| {
        for _ in 0..options.streams {
            scope.spawn(|| lane::run(&shared));
        }
    });
    let end = shared.close();
    if let Some(trouble) = &end.trouble {
        tell(trouble);
    }
    name_doubtful(&end.doubtful, options);
    let seconds = start.elapsed().as_secs_f64();
    // Nobody may be there to read it; the exit code tells all the same.
    let _ = writeln!(io::stdout(), "{} in {seconds:.1} s", end.count);
    if some && !end.connected {
        Some(Code::NoStream)
    } else {
        (!end.count.all_registered()).then_some(Code::NotAll)
    }
}

/// Says who has to be looked after by hand.
fn name_doubtful(names: &[String], options: &Options) {
    if names.is_empty() {
        return;
    }
    let shown = names.len().min(MOST_NAMED);
    let mut line = format!("in doubt: {}", names[..shown].join(", "));
    if names.len() > shown {
        line += &format!(" and {} more", names.len() - shown);
    }
    tell(&format!(
        "{line}. They may be registered or not: try to log in, then write `registered` into {}, or \
         remove their lines there to have them registered",
        options.report.display()
    ));
}

fn tell(line: &str) {
    let line = redact::Redactor::default().text(line);
    let _ = writeln!(io::stderr(), "provision: {}", line.replace('\n', " "));
}
