//! Runs the program, and reads what it wrote.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::outcome::Outcome;
use crate::program::provision_program;
use crate::server::DOMAIN;

/// Of every account, where nothing else is said.
pub const PASSWORD: &str = "s3cret & <one>";

/// Runs of the program with one report, in a folder of their own.
pub struct Desk {
    address: String,
    folder: TempDir,
}

impl Desk {
    /// An empty folder, and where the server is.
    pub fn new(address: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        Self {
            address: address.to_owned(),
            folder,
        }
    }

    /// From now on the server is there.
    pub fn go_to(&mut self, address: &str) {
        address.clone_into(&mut self.address);
    }

    /// Where a file of the folder is.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes such a file.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.file(name), text).expect("the temporary folder takes files");
    }

    /// The program, about to be started.
    pub fn command(&self, options: &[&str]) -> Command {
        let mut command = Command::new(provision_program());
        command
            .args(["--domain", DOMAIN, "--plaintext", "--connect"])
            .arg(&self.address)
            .args(options)
            .current_dir(self.folder.path())
            .env_remove("XMPP_PASSWORD")
            .stdin(Stdio::null());
        command
    }

    /// Whatever comes of it, the password is not shown.
    #[track_caller]
    pub fn run(&self, options: &[&str]) -> Outcome {
        let output = self.command(options).output();
        let output = output.expect("the example, just built, can be started");
        let outcome = Outcome::of(format!("provision {options:?}"), &output);
        outcome.hides(PASSWORD);
        outcome
    }

    /// Runs it for accounts of the pattern `user{}`, all with the same password.
    #[track_caller]
    pub fn numbered(&self, count: &str, options: &[&str]) -> Outcome {
        self.run(&[&NUMBERED[..], &["--count", count], options].concat())
    }

    /// The report's rows.
    pub fn rows(&self) -> Vec<[String; 3]> {
        let file = self.file("provision.csv");
        let mut reader = csv::Reader::from_path(file).expect("there is a report");
        reader
            .deserialize()
            .collect::<Result<_, _>>()
            .expect("it is whole")
    }

    /// What came of each account in the end.
    pub fn last(&self) -> BTreeMap<String, String> {
        let rows = self.rows().into_iter();
        rows.map(|[name, outcome, _]| (name, outcome)).collect()
    }
}

/// What makes accounts of a pattern.
pub const NUMBERED: [&str; 4] = ["--pattern", "user{}", "--password", PASSWORD];
