//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser, ValueEnum};
use jid::Jid;
use xmpp_registration::Uri;

use crate::invitation;
use crate::stop::Stop;
pub use crate::words::Secret;
use crate::words::{address, domain};

/// Register an XMPP account, look at what a server asks for it, change its password, or remove it.
///
/// Without any argument: do all that on a small server of its own, to show how it goes.
#[derive(Debug, Parser)]
#[command(name = "register", after_help = EXIT_CODES)]
pub struct Args {
    /// The server's domain
    #[arg(long = "domain", value_name = "DOMAIN", value_parser = domain)]
    given_domain: Option<String>,
    /// The same, once it is known whether the URI names another one.
    #[arg(skip)]
    pub domain: String,
    /// An invitation, as in xmpp:juliet@example.org?register;preauth=TOKEN
    #[arg(long, value_name = "URI")]
    uri: Option<Secret>,
    /// The same, read.
    #[arg(skip)]
    pub invitation: Option<Uri>,
    /// The token of an invitation, to be shown before registering
    #[arg(long, value_name = "TOKEN", allow_hyphen_values = true)]
    pub token: Option<Secret>,
    /// Connect there instead of where the DNS says the server is
    #[arg(long, value_name = "HOST:PORT", value_parser = address)]
    pub connect: Option<String>,
    /// The account's name, without the domain
    #[arg(long, value_name = "NAME")]
    pub username: Option<String>,
    /// The account's password; better set `XMPP_PASSWORD`, or be asked: others can see this
    #[arg(long, value_name = "PASSWORD", allow_hyphen_values = true)]
    pub password: Option<Secret>,
    /// The password to change to
    #[arg(long, value_name = "PASSWORD", allow_hyphen_values = true)]
    pub new_password: Option<Secret>,
    /// Fill in a field of the form; may be given several times
    #[arg(long = "set", value_name = "NAME=VALUE", allow_hyphen_values = true)]
    set: Vec<Secret>,
    /// Register with this service (a gateway, a room) after logging in
    #[arg(long, value_name = "JID")]
    pub service: Option<Jid>,
    /// Trust these certificates (a PEM file) only, not those of the system
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// The language for the server to use
    #[arg(long, value_name = "TAG", value_parser = language)]
    pub lang: Option<String>,
    /// How long to wait for each reply
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = clap::value_parser!(u32).range(1..))]
    timeout: u32,
    /// Show the stanzas on standard error, without secrets
    #[arg(long)]
    pub trace: bool,
    /// Never encrypt, and send secrets all the same
    #[arg(long)]
    pub plaintext: bool,
    /// Never ask anything
    #[arg(long)]
    pub no_input: bool,
    /// What to do; may be left to the URI
    #[arg(value_enum, value_name = "TASK")]
    given_task: Option<Task>,
    /// The same, once it is known whether the URI asks for something else.
    #[arg(skip)]
    pub task: Task,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 refused or not supported; 2 wrong usage, or fields left open; \
3 outcome unknown; 4 no connection, no encryption, no reply; 5 to be done elsewhere: the address is printed";

/// What to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Task {
    /// Show what the server asks for
    #[default]
    Form,
    /// Register an account
    Register,
    /// Change an account's password
    ChangePassword,
    /// Remove an account
    Unregister,
}

impl Args {
    /// Reads the program's arguments; `None` where there are none at all. What is wrong with
    /// them is printed, and ends the program with exit code 2.
    pub fn read() -> Option<Self> {
        let given: Vec<OsString> = std::env::args_os().collect();
        if given.len() < 2 {
            return None;
        }
        let mut args = Self::parse_from(given);
        // Here, not by clap: it would print a wrong value, and that may be a secret.
        if args.set.iter().any(|set| set.split().is_none()) {
            wrong("--set needs NAME=VALUE");
        }
        if let Err(why) = invitation::settle(&mut args) {
            wrong(&why);
        }
        // An empty variable is how one unsets it for a single command.
        let from_environment = || {
            std::env::var("XMPP_PASSWORD")
                .ok()
                .filter(|password| !password.is_empty())
        };
        args.password = args
            .password
            .or_else(|| from_environment().as_deref().map(Secret::from));
        Some(args)
    }

    /// Reads other words than the program's own, such as the demonstration's.
    pub fn settled_from(words: Vec<&str>) -> Result<Self, Stop> {
        let parsed = Self::try_parse_from(words);
        let mut args = parsed.map_err(|error| Stop::usage(error.to_string()))?;
        invitation::settle(&mut args).map_err(Stop::usage)?;
        Ok(args)
    }

    /// What was given, for [`invitation::settle`] to compare with the URI.
    pub fn given(&self) -> (Option<&str>, Option<&str>, Option<Task>) {
        let uri = self.uri.as_ref().map(Secret::reveal);
        (uri, self.given_domain.as_deref(), self.given_task)
    }

    /// Names and values of the fields given with `--set`, in their order.
    pub fn set(&self) -> impl Iterator<Item = (&str, &str)> {
        self.set.iter().filter_map(Secret::split)
    }

    /// How long each reply may take.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout.into())
    }
}

/// Ends the program as clap does.
fn wrong(why: &str) -> ! {
    Args::command()
        .error(ErrorKind::ValueValidation, why)
        .exit()
}

/// A language tag of BCP 47, by its characters.
fn language(text: &str) -> Result<String, String> {
    let is_tag = text.split('-').all(|part| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    });
    if is_tag {
        Ok(text.to_owned())
    } else {
        Err("a language tag is needed, as in de or pt-BR".to_owned())
    }
}
