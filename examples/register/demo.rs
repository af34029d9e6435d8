//! What the program does without any argument: the life of an account on a server of its own.
//!
//! The server is that of `examples/serve.rs`, the socket is a real one, and what is done there is
//! done by the same code as on any server: three command lines.

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;

use crate::args::Args;
use crate::ask::User;
use crate::forms::FormKind;
use crate::host::{Host, Manner};
use crate::redact::Redactor;
use crate::session;
use crate::stop::{Code, Stop};
use crate::tasks;

/// The domain that the server speaks for.
const DOMAIN: &str = "demo.example";
const PASSWORD: &str = "demo secret one";
const NEW_PASSWORD: &str = "demo secret two";

/// Registers, changes the password, and unregisters; the stanzas go to standard error.
pub fn run(redactor: &Redactor) -> Result<(), Stop> {
    let address = start_server()
        .map_err(|error| Stop::new(Code::NoStream, format!("cannot listen: {error}")))?;
    let address = address.to_string();
    let common = |password| {
        [
            &["register", "--domain", DOMAIN, "--connect", &address][..],
            &["--plaintext", "--trace", "--no-input"],
            &["--username", "juliet", "--password", password],
        ]
        .concat()
    };
    let user = User::new(true, redactor.clone());
    let tasks: [(&str, &[&str]); 3] = [
        (PASSWORD, &["register"]),
        (
            PASSWORD,
            &["--new-password", NEW_PASSWORD, "change-password"],
        ),
        (NEW_PASSWORD, &["unregister"]),
    ];
    for (password, task) in tasks {
        let line = [&common(password), task].concat();
        let args = Args::settled_from(line)?;
        user.tell(&format!("--- {}", task[task.len() - 1]));
        tasks::run(&args, redactor)?;
    }
    Ok(())
}

/// Starts the server in the background, and tells where it listens.
fn start_server() -> Result<SocketAddr, Box<dyn Error + Send + Sync>> {
    let manner = Manner {
        kind: FormKind::Legacy,
        demand: false,
        digits: String::new(),
        tell: |_, _| {},
    };
    let host = Arc::new(Host::new(DOMAIN, manner)?);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    thread::spawn(move || session::listen(&listener, &host));
    Ok(address)
}
