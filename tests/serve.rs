//! The example server `serve`, as its user starts it: what the example `register` comes to on it, what goes over the
//! wire, and what many clients, or bad ones, do to it.
//!
//! Each test has a server of its own, on a port that the system picks.

#[path = "serve/crowd.rs"]
mod crowd;
#[allow(dead_code, reason = "the example `register` is told more by it")]
#[path = "example/fake.rs"]
mod fake;
#[path = "serve/junk.rs"]
mod junk;
#[path = "serve/life.rs"]
mod life;
#[path = "servers/harness/outcome.rs"]
mod outcome;
#[path = "serve/poll_loop.rs"]
mod poll_loop;
#[path = "servers/harness/program.rs"]
mod program;
#[path = "serve/provision.rs"]
mod provision;
#[path = "serve/raw.rs"]
mod raw;
#[path = "serve/server.rs"]
mod server;
#[path = "serve/start.rs"]
mod start;
#[path = "serve/wire.rs"]
mod wire;
