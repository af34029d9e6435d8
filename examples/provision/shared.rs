//! What the threads of all streams share, and what it comes to.

use std::io;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use crate::accounts::Account;
use crate::book::{Book, Count};
use crate::connect::Target;
use crate::journal::Outcome;
use crate::options::Options;
use crate::queue::Queue;

/// What the threads share.
pub struct Shared<'a> {
    pub options: &'a Options,
    pub target: Target,
    pub queue: Queue,
    book: Mutex<Book>,
    /// Whether there ever was a stream.
    pub connected: AtomicBool,
    /// The last thing that went wrong with a stream.
    trouble: Mutex<Option<String>>,
    /// Why there is no report any more.
    unreported: OnceLock<String>,
}

/// What it all came to.
pub struct End {
    pub count: Count,
    pub doubtful: Vec<String>,
    pub connected: bool,
    pub trouble: Option<String>,
}

impl<'a> Shared<'a> {
    /// Nothing is done yet.
    pub fn new(options: &'a Options, accounts: Vec<Account>, book: Book) -> Self {
        let target = Target {
            address: options.connect.clone(),
            ca: options.ca.clone(),
            plaintext: options.plaintext,
        };
        Self {
            options,
            target,
            queue: Queue::new(accounts),
            book: Mutex::new(book),
            connected: AtomicBool::new(false),
            trouble: Mutex::new(None),
            unreported: OnceLock::new(),
        }
    }

    /// All threads have ended. What they left has failed.
    pub fn close(self) -> End {
        let mut book = self
            .book
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let trouble = self.trouble.into_inner();
        let trouble = trouble.unwrap_or_else(PoisonError::into_inner);
        let why = self.unreported.get().cloned().or(trouble);
        let mut is_left = self.unreported.get().is_some();
        for account in self.queue.into_rest() {
            is_left = true;
            let why = why.as_deref().unwrap_or_default();
            // It counts, written or not; without a line it is tried again as well.
            let _ = book.settle(&account, Outcome::Failed, why);
        }
        book.finish();
        End {
            count: book.count,
            doubtful: book.doubtful,
            connected: self.connected.into_inner(),
            // What was overcome is not worth a word.
            trouble: why.filter(|_| is_left),
        }
    }

    /// The report and the counts, for one thread at a time.
    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something went wrong with a stream.
    pub fn note(&self, trouble: String) {
        let mut noted = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        *noted = Some(trouble);
    }

    /// Without the report nothing may be done.
    pub fn reported(&self, done: &io::Result<()>) -> bool {
        if let Err(error) = done {
            let why = format!("{}: {error}", self.options.report.display());
            let _ = self.unreported.set(why);
            self.queue.stop();
        }
        done.is_ok()
    }
}
