//! What the tests of real servers stand on: servers of their own, the program under test, and a login that shares no
//! code with it.

mod certificate;
mod client;
mod launch;
mod login;
mod outcome;
mod program;
mod running;
mod scenario;
mod server;

pub use certificate::Certificate;
pub use client::{Client, Shown};
pub use login::{Login, in_plaintext as log_in, open as open_stream, session};
pub use outcome::Outcome;
pub use program::{gateway_program, poll_loop_program, provision_program, server_program};
pub use running::Running;
pub use scenario::*;
pub use server::Server;

/// The domain that every server speaks for.
pub const DOMAIN: &str = "lab.example";

/// Accounts that are there from the start, for servers on which nobody can register.
pub const SEEDED: [&str; 2] = ["stay", "goner"];

/// The password of the seeded accounts.
pub const SEED_PASSWORD: &str = "s3cret-Pass.1";
