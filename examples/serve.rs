//! An XMPP server in one file of accounts, none of them kept: to register with, log in to, change
//! a password and unregister, for whoever writes a client and wants to see it work.
//!
//! ```text
//! cargo run --example serve -- --listen 127.0.0.1:5222 --domain example.org
//! cargo run --example serve -- --help
//! ```
//!
//! [`host`] is the part to copy: how an application answers what the crate's service asks of it.

use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;

#[path = "serve/forms.rs"]
mod forms;
#[path = "serve/host.rs"]
mod host;
#[path = "serve/picture.rs"]
mod picture;
#[path = "serve/session.rs"]
mod session;
#[allow(dead_code, reason = "the client's side takes more of it")]
#[path = "register/splitter.rs"]
mod splitter;
#[allow(dead_code, reason = "the client's side takes more of it")]
#[path = "register/xml.rs"]
mod xml;

use forms::FormKind;
use host::{Host, Manner};

/// Answer registrations of one domain, and logins to the accounts made, until the program is stopped.
///
/// Everything is in plain text, and so only on the loopback interface. Accounts are kept in memory.
#[derive(Debug, Parser)]
#[command(name = "serve")]
struct Args {
    /// Where to listen; port 0 takes a free one, which is printed
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:5222", value_parser = loopback)]
    listen: SocketAddr,
    /// The domain to be the server of
    #[arg(long, value_name = "DOMAIN", default_value = "localhost", value_parser = domain)]
    domain: String,
    /// How registration is offered
    #[arg(long, value_enum, default_value = "legacy")]
    form: FormKind,
    /// Answer a removal and a password change with a form that asks for the password
    #[arg(long)]
    demand_form: bool,
    /// The digits that the picture of `--form captcha` shows
    #[arg(long, value_name = "DIGITS", default_value = "4711", value_parser = digits)]
    captcha_answer: String,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("serve: {error}");
            ExitCode::from(4)
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let manner = Manner {
        kind: args.form,
        demand: args.demand_form,
        digits: args.captcha_answer.clone(),
        tell: |name, what| say(&format!("{name} {what}")),
    };
    let host = Arc::new(Host::new(&args.domain, manner)?);
    let listener = TcpListener::bind(args.listen)?;
    say(&format!(
        "{} listens on {}",
        host.domain(),
        listener.local_addr()?
    ));
    session::listen(&listener, &host);
    Ok(())
}

fn say(line: &str) {
    // Nobody may be there to read it; the clients are there all the same.
    let _ = writeln!(io::stdout(), "{line}");
}

fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text.parse().map_err(|error| format!("{error}"))?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err(
            "passwords would cross the network in plain text: listen on 127.0.0.1 or ::1"
                .to_owned(),
        )
    }
}

fn domain(text: &str) -> Result<String, String> {
    // It is written into every stream's header.
    if text.contains(['<', '&', '\'', '"']) || jid::DomainPart::new(text).is_err() {
        return Err("this is no domain".to_owned());
    }
    Ok(text.to_owned())
}

fn digits(text: &str) -> Result<String, String> {
    if !text.is_empty() && text.len() <= 16 && text.bytes().all(|it| it.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err("give 1 to 16 digits".to_owned())
    }
}
