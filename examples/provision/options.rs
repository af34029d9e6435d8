//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

use crate::words::{Secret, address, domain};

/// Register many XMPP accounts, and go on where an earlier run was stopped.
///
/// The report tells of each account what came of it. Who is registered by it is left alone, and so
/// is who may be: whose registration was sent, and not answered. Keep one report for each server,
/// and let one program write to it at a time.
#[derive(Debug, Parser)]
#[command(name = "provision", after_help = EXIT_CODES)]
#[command(group = clap::ArgGroup::new("accounts").required(true).args(["csv", "pattern"]))]
pub struct Options {
    /// The server's domain
    #[arg(long, value_name = "DOMAIN", value_parser = domain)]
    pub domain: String,
    /// Connect there instead of where the DNS says the server is
    #[arg(long, value_name = "HOST:PORT", value_parser = address)]
    pub connect: Option<String>,
    /// Never encrypt, and send passwords all the same
    #[arg(long)]
    pub plaintext: bool,
    /// Trust these certificates (a PEM file) only, not those of the system
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// How long to wait for each reply
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = clap::value_parser!(u32).range(1..))]
    timeout: u32,
    /// Names and passwords: a CSV file whose first row names the columns `username` and `password`
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Names with a number in place of the braces, as in user{}
    #[arg(long, value_name = "NAME{}", requires = "count")]
    pub pattern: Option<String>,
    /// How many names the pattern makes
    #[arg(long, value_name = "NUMBER", requires = "pattern", value_parser = clap::value_parser!(u32).range(1..))]
    pub count: Option<u32>,
    /// The first number
    #[arg(long, value_name = "NUMBER", requires = "pattern", default_value = "1")]
    pub from: u32,
    /// The password of all; better set `XMPP_PASSWORD`: others can see this. Without either, each account gets a random
    /// one, which the report holds
    #[arg(
        long,
        value_name = "PASSWORD",
        requires = "pattern",
        allow_hyphen_values = true
    )]
    pub password: Option<Secret>,
    /// How many streams to open
    #[arg(long, value_name = "NUMBER", default_value = "1", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub streams: u16,
    /// How many accounts to register at once on each stream; where the server sends a data form it is one
    #[arg(long, value_name = "NUMBER", default_value = "16", value_parser = clap::value_parser!(u16).range(1..))]
    pub in_flight: u16,
    /// Where to write what came of each account, and to read it from when started again
    #[arg(long, value_name = "FILE", default_value = "provision.csv")]
    pub report: PathBuf,
}

const EXIT_CODES: &str = "Exit codes: 0 all are registered; 1 some are not, or nobody knows: see the report; 2 wrong \
usage, or a file that cannot be used; 3 nothing could be connected";

impl Options {
    /// How long each reply may take.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout.into())
    }

    /// The password of all accounts of the pattern.
    pub fn shared_password(&self) -> Option<Secret> {
        // An empty variable is how one unsets it for a single command.
        let from_environment = || std::env::var("XMPP_PASSWORD").ok();
        let given = self.password.clone();
        let found = given.or_else(|| from_environment().map(|it| Secret::from(it.as_str())));
        found.filter(|it| !it.reveal().is_empty())
    }
}
