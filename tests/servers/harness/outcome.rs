//! What a run of the program came to, and what is expected of it. A failed expectation shows the whole run.

use std::fmt;
use std::process::Output;

/// An ended run.
pub struct Outcome {
    /// How the program was called.
    pub command: String,
    /// Its exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// What it printed on standard output.
    pub stdout: String,
    /// What it printed on standard error.
    pub stderr: String,
}

impl Outcome {
    /// Of a program that was waited for.
    #[allow(dead_code, reason = "not every test takes it")]
    pub fn of(command: String, output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            command,
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// The exit code is this one.
    #[track_caller]
    pub fn exits(&self, code: i32) -> &Self {
        self.expect(self.code == Some(code), &format!("exit code {code}"))
    }

    /// The text is on standard output.
    #[track_caller]
    pub fn prints(&self, text: &str) -> &Self {
        self.expect(
            self.stdout.contains(text),
            &format!("{text:?} on standard output"),
        )
    }

    /// The text is on standard output or standard error, in whatever case.
    #[track_caller]
    pub fn shows(&self, text: &str) -> &Self {
        self.shows_one_of(&[text])
    }

    /// One of the texts is there.
    #[track_caller]
    pub fn shows_one_of(&self, texts: &[&str]) -> &Self {
        let shown = self.shown().to_lowercase();
        let found = texts
            .iter()
            .any(|text| shown.contains(&text.to_lowercase()));
        self.expect(found, &format!("one of {texts:?} shown"))
    }

    /// The text is nowhere.
    #[track_caller]
    pub fn hides(&self, text: &str) -> &Self {
        self.expect(!self.shown().contains(text), &format!("{text:?} hidden"))
    }

    fn shown(&self) -> String {
        format!("{}\n{}", self.stdout, self.stderr)
    }

    #[track_caller]
    fn expect(&self, met: bool, what: &str) -> &Self {
        assert!(met, "expected: {what}\n{self}");
        self
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            command,
            code,
            stdout,
            stderr,
        } = self;
        writeln!(out, "$ {command}")?;
        writeln!(out, "exit code: {code:?}")?;
        writeln!(out, "--- standard output\n{}", shortened(stdout))?;
        write!(out, "--- standard error\n{}\n---", shortened(stderr))
    }
}

/// A long text without its middle, so that the log of a failure still shows why it failed.
fn shortened(text: &str) -> String {
    const KEPT: usize = 4000;
    let count = text.chars().count();
    if count <= 2 * KEPT {
        return text.to_owned();
    }
    let head: String = text.chars().take(KEPT).collect();
    let tail: String = text.chars().skip(count - KEPT).collect();
    format!("{head}\n[{} characters]\n{tail}", count - 2 * KEPT)
}
