//! Shows how far it is: a bar where there is a terminal, a line at each tenth elsewhere.

use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

const BAR: &str = "{bar:30} {pos} of {len}, {rate}, {eta} left {msg}";

/// How many are done, and how long the others will take.
pub struct Progress {
    bar: Option<ProgressBar>,
    start: Instant,
    done: usize,
    all: usize,
}

impl Progress {
    /// Nothing is done, of so many.
    pub fn new(all: usize) -> Self {
        let shown = all > 0 && io::stderr().is_terminal();
        Self {
            bar: shown.then(|| bar(all)),
            start: Instant::now(),
            done: 0,
            all,
        }
    }

    /// One more is done. `note`: what did not go well so far.
    pub fn advance(&mut self, note: &str) {
        self.done += 1;
        if let Some(bar) = &self.bar {
            bar.set_message(note.to_owned());
            bar.inc(1);
        } else if self.done * 10 / self.all > (self.done - 1) * 10 / self.all {
            self.line(note);
        }
    }

    /// The bar goes away; what is printed later does not stand in its line.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn line(&self, note: &str) {
        let (done, all) = (as_f64(self.done), as_f64(self.all));
        let rate = done / self.start.elapsed().as_secs_f64().max(0.001);
        let left = (all - done) / rate;
        let line = format!("provision: {done} of {all}, {rate:.0}/s, {left:.0} s left {note}");
        // Nobody may be there to read it; the report has it all.
        let _ = writeln!(io::stderr(), "{}", line.trim_end());
    }
}

fn bar(all: usize) -> ProgressBar {
    let bar = ProgressBar::new(all as u64);
    if let Ok(style) = ProgressStyle::with_template(BAR) {
        bar.set_style(style.with_key("rate", rate));
    }
    // So that the time goes on where no reply comes.
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}

/// The bar's own rate has four decimals.
fn rate(state: &ProgressState, out: &mut dyn fmt::Write) {
    let _ = write!(out, "{:.0}/s", state.per_sec());
}

/// Exact up to 2^32, and no list is as long as that.
fn as_f64(count: usize) -> f64 {
    u32::try_from(count).unwrap_or(u32::MAX).into()
}
