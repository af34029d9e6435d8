//! The command line: the options of `examples/register.rs` that this needs.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use xmpp_registration::jid::{BareJid, DomainPart, Error};

use crate::stop::Stop;

/// Register an XMPP account and log in, look at what a server asks for it, change its password, or remove it.
#[derive(Parser)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// The server's domain
    #[arg(long, value_name = "DOMAIN", value_parser = domain)]
    pub domain: BareJid,
    /// Connect there instead of where the DNS says the server is
    #[arg(long, value_name = "HOST:PORT")]
    pub connect: Option<String>,
    /// The account's name, without the domain
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// The account's password; better set `XMPP_PASSWORD`: others can see this
    #[arg(long, value_name = "PASSWORD", allow_hyphen_values = true)]
    password: Option<String>,
    /// The password to change to
    #[arg(long, value_name = "PASSWORD", allow_hyphen_values = true)]
    new_password: Option<String>,
    /// Trust these certificates (a PEM file) only, not those of the system
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// How long to wait for each reply
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = clap::value_parser!(u32).range(1..))]
    timeout: u32,
    /// Encrypt from the start, instead of by STARTTLS
    #[arg(long)]
    pub direct_tls: bool,
    /// Never encrypt, and send secrets all the same
    #[arg(long, conflicts_with = "direct_tls")]
    pub plaintext: bool,
    /// What to do
    #[arg(value_enum, value_name = "TASK")]
    pub task: Task,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 refused or not supported; 2 wrong usage, or fields left open; \
3 outcome unknown; 4 no connection, no encryption, no reply; 5 to be done elsewhere: the address is printed";

/// What to do.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Task {
    /// Show what the server asks for
    Form,
    /// Register an account, and log in
    Register,
    /// Change an account's password
    ChangePassword,
    /// Remove an account
    Unregister,
}

impl Args {
    /// Reads the program's arguments. What is wrong with them is printed, and ends the program with exit code 2.
    pub fn read() -> Self {
        Self::parse()
    }

    /// The account's name.
    pub fn username(&self) -> Result<&str, Stop> {
        given(self.username.as_deref(), "--username")
    }

    /// The account's password, or that of the environment.
    pub fn password(&self) -> Result<String, Stop> {
        let from_environment = || {
            let password = std::env::var("XMPP_PASSWORD").ok();
            password.filter(|it| !it.is_empty())
        };
        let password = self.password.clone().or_else(from_environment);
        given(password, "--password")
    }

    /// The password to change to.
    pub fn new_password(&self) -> Result<&str, Stop> {
        given(self.new_password.as_deref(), "--new-password")
    }

    /// How long each reply may take.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout.into())
    }
}

fn given<T>(value: Option<T>, option: &str) -> Result<T, Stop> {
    value.ok_or_else(|| Stop::usage(format!("this task needs {option}")))
}

fn domain(text: &str) -> Result<BareJid, Error> {
    Ok(BareJid::from_parts(None, &DomainPart::new(text)?))
}
