//! Whom to trust.

use std::env;
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::stop::{Code, Stop};

/// Where the system's certificates are, for whoever does not take its word for it.
const FILE: &str = "SSL_CERT_FILE";
const FOLDER: &str = "SSL_CERT_DIR";

/// Sees to it that nothing but `ca` is trusted; gives the exit code where another process has done all the work.
///
/// tokio-xmpp's connectors take no certificates. They read those of the system, or the ones that a variable of the
/// environment names; and since no process can safely set a variable for itself, this starts another one. A program that
/// has its own opinion about certificates writes a `ServerConnector` instead.
pub fn settle(ca: Option<&Path>) -> Option<ExitCode> {
    let ca = ca?;
    let is_settled = env::var_os(FILE).is_some_and(|file| file == *ca);
    if is_settled && env::var_os(FOLDER).is_none() {
        return None;
    }
    if let Err(error) = std::fs::read(ca) {
        return Some(Stop::usage(format!("{}: {error}", ca.display())).report());
    }
    Some(again(ca).unwrap_or_else(|stop| stop.report()))
}

/// The same program with the same arguments.
fn again(ca: &Path) -> Result<ExitCode, Stop> {
    let no_process = |error| Stop::new(Code::NoStream, format!("cannot start again: {error}"));
    let program = env::current_exe().map_err(no_process)?;
    let mut command = Command::new(program);
    command.args(env::args_os().skip(1));
    command.env(FILE, ca).env_remove(FOLDER);
    let code = command.status().map_err(no_process)?.code();
    // A signal ended it, whatever it had done until then.
    let code = code.and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(Code::InDoubt as u8)))
}
