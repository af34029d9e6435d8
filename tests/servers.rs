//! The example program `register` against Prosody and ejabberd.
//!
//! Each test starts a server of its own on a loopback port, with a configuration from `servers/config`, and kills it at
//! its end. Every task runs through the program, as its user would call it; that an account is there, is gone, or has
//! another password is checked by a SASL login which shares no code with the program.
//!
//!     apt-get install --no-install-recommends prosody prosody-modules ejabberd openssl
//!     cargo test --test servers -- --ignored

#[path = "servers/ejabberd.rs"]
mod ejabberd;
#[path = "servers/harness/mod.rs"]
mod harness;
#[path = "servers/prosody.rs"]
mod prosody;
#[path = "servers/prosody_form.rs"]
mod prosody_form;
#[path = "servers/tasks.rs"]
mod tasks;
