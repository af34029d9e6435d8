//! What the program does without any argument: the life of an account on a server of its own.
//!
//! The server is a small one ([`responder`]), the socket is a real one, and what is done there is
//! done by the same code as on any server: three command lines.

use crate::args::Args;
use crate::ask::User;
use crate::redact::Redactor;
use crate::responder;
use crate::stop::{Code, Stop};
use crate::tasks;

const PASSWORD: &str = "demo secret one";
const NEW_PASSWORD: &str = "demo secret two";

/// Registers, changes the password, and unregisters; the stanzas go to standard error.
pub fn run(redactor: &Redactor) -> Result<(), Stop> {
    let address = responder::start()
        .map_err(|error| Stop::new(Code::NoStream, format!("cannot listen: {error}")))?;
    let address = address.to_string();
    let common = |password| {
        [
            &[
                "register",
                "--domain",
                responder::DOMAIN,
                "--connect",
                &address,
            ][..],
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
