//! The report: what came of each account, line by line, as it happens.
//!
//! It is what makes it safe to kill the program. Before a registration is sent, a line says so; so
//! whatever the server may have heard of is known to the next run. The last line about an account
//! counts. (Lines reach the system at once, so that they outlive the program; a power cut may take
//! the last ones along.)

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use crate::accounts::{Account, key};

const HEADER: &str = "username,outcome,detail\n";

/// What is known of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is about to be sent.
    Sent,
    /// The server said so.
    Registered,
    /// The server refused.
    Refused,
    /// It was sent, and nobody knows what came of it.
    InDoubt,
    /// It was not sent.
    Failed,
}

impl Outcome {
    const ALL: [Self; 5] = [
        Self::Sent,
        Self::Registered,
        Self::Refused,
        Self::InDoubt,
        Self::Failed,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Registered => "registered",
            Self::Refused => "refused",
            Self::InDoubt => "in doubt",
            Self::Failed => "failed",
        }
    }
}

/// The report file, open at its end.
pub struct Journal {
    file: File,
    /// Half a line may stand at the end: nothing may come behind it.
    broken: bool,
}

impl Journal {
    /// Opens the file, or makes it, and tells what is in it, by [`key`].
    pub fn open(path: &Path) -> Result<(Self, HashMap<String, Outcome>), String> {
        let mut file = open(path).map_err(|error| error.to_string())?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)
            .map_err(|error| error.to_string())?;
        // A line without its end was cut short while it was written: it does not count, and what
        // it was to tell did not happen yet, or is in doubt by the line before it. No name and no
        // detail holds a line break.
        let whole = text.iter().rposition(|&byte| byte == b'\n');
        let whole = whole.map_or(0, |at| at + 1);
        let known = if whole == 0 && HEADER.as_bytes().starts_with(&text) {
            HashMap::new()
        } else {
            read(&text[..whole])?
        };
        cut(&mut file, whole).map_err(|error| error.to_string())?;
        let broken = false;
        Ok((Self { file, broken }, known))
    }

    /// Adds a line, in one piece. Without it, nothing may be sent.
    pub fn write(&mut self, account: &Account, outcome: Outcome, detail: &str) -> io::Result<()> {
        let detail = detail.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut line = csv::Writer::from_writer(Vec::new());
        line.write_record([&account.name, outcome.name(), &detail])?;
        let line = line.into_inner().map_err(csv::IntoInnerError::into_error)?;
        if self.broken {
            return Err(io::Error::other("it could not be written before"));
        }
        let written = self.file.write_all(&line);
        self.broken = written.is_err();
        written
    }
}

/// Passwords may be in it, so it is made for its owner's eyes.
fn open(path: &Path) -> io::Result<File> {
    let mut how = OpenOptions::new();
    how.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut how, 0o600);
    how.open(path)
}

/// Takes away what is not whole.
fn cut(file: &mut File, whole: usize) -> io::Result<()> {
    file.set_len(whole as u64)?;
    file.seek(SeekFrom::End(0))?;
    if whole == 0 {
        file.write_all(HEADER.as_bytes())?;
    }
    Ok(())
}

/// The last that is known of each account. Another file than a report is better left alone.
fn read(text: &[u8]) -> Result<HashMap<String, Outcome>, String> {
    if !text.starts_with(HEADER.trim_end().as_bytes()) {
        return Err("this is no report of this program".to_owned());
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text);
    let mut known = HashMap::new();
    for (at, row) in reader.records().enumerate() {
        let row = row.ok();
        let row = row
            .as_ref()
            .and_then(|row| Some((row.get(0)?, row.get(1)?)));
        let named = |name: &str| Outcome::ALL.into_iter().find(|it| it.name() == name.trim());
        let Some((name, outcome)) = row.and_then(|(name, it)| Some((name, named(it)?))) else {
            return Err(format!("line {} says nothing that is known", at + 2));
        };
        known.insert(key(name), outcome);
    }
    Ok(known)
}
