//! What came of the accounts, for the report, the bar and the summary at once.

use std::fmt;
use std::io;

use crate::accounts::Account;
use crate::journal::{Journal, Outcome};
use crate::progress::Progress;
use crate::redact::Redactor;

/// How many accounts came to what.
#[derive(Default)]
pub struct Count {
    /// By an earlier run.
    pub earlier: usize,
    registered: usize,
    refused: usize,
    in_doubt: usize,
    failed: usize,
}

impl Count {
    /// Whether nothing else happened.
    pub fn all_registered(&self) -> bool {
        self.refused + self.in_doubt + self.failed == 0
    }

    /// The bar's own words, where there is something to worry about.
    fn note(&self) -> String {
        if self.all_registered() {
            return String::new();
        }
        let Self {
            refused,
            in_doubt,
            failed,
            ..
        } = self;
        format!("({refused} refused, {in_doubt} in doubt, {failed} failed)")
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            earlier,
            registered,
            refused,
            in_doubt,
            failed,
        } = self;
        write!(f, "{} registered", registered + earlier)?;
        if *earlier > 0 {
            write!(f, " ({earlier} of them earlier)")?;
        }
        write!(
            f,
            ", {refused} refused, {in_doubt} in doubt, {failed} failed"
        )
    }
}

/// Keeps all of it.
pub struct Book {
    journal: Journal,
    progress: Progress,
    pub count: Count,
    /// The names of those in doubt.
    pub doubtful: Vec<String>,
}

impl Book {
    /// Goes on with what earlier runs came to.
    pub fn new(
        journal: Journal,
        progress: Progress,
        mut count: Count,
        doubtful: Vec<String>,
    ) -> Self {
        count.in_doubt = doubtful.len();
        Self {
            journal,
            progress,
            count,
            doubtful,
        }
    }

    /// A registration is about to be sent. Where this fails it must not be.
    pub fn sent(&mut self, account: &Account) -> io::Result<()> {
        self.write(account, Outcome::Sent, "")
    }

    /// The server refuses for now. If the program is killed before it tries again, this counts.
    pub fn put_off(&mut self, account: &Account, why: &str) -> io::Result<()> {
        self.write(account, Outcome::Refused, why)
    }

    /// This is what came of the account.
    pub fn settle(&mut self, account: &Account, outcome: Outcome, why: &str) -> io::Result<()> {
        let count = match outcome {
            Outcome::Registered => &mut self.count.registered,
            Outcome::Refused => &mut self.count.refused,
            Outcome::InDoubt => &mut self.count.in_doubt,
            Outcome::Sent | Outcome::Failed => &mut self.count.failed,
        };
        *count += 1;
        if outcome == Outcome::InDoubt {
            self.doubtful.push(account.name.clone());
        }
        self.progress.advance(&self.count.note());
        self.write(account, outcome, why)
    }

    /// Nothing more comes.
    pub fn finish(&self) {
        self.progress.finish();
    }

    /// A server may repeat the password in its words; the report has it only where nobody else has.
    fn write(&mut self, account: &Account, outcome: Outcome, why: &str) -> io::Result<()> {
        let is_needed = matches!(outcome, Outcome::Sent | Outcome::Registered);
        if account.generated && is_needed {
            return self.journal.write(account, outcome, &account.password);
        }
        let redactor = Redactor::default();
        redactor.add(&account.password);
        self.journal.write(account, outcome, &redactor.text(why))
    }
}
