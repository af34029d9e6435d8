//! The example program `register` against Prosody and ejabberd.
//!
//! Each test starts a server of its own on a loopback port, with a configuration from `servers/config`, and kills it at
//! its end. Every task runs through the program, as its user would call it; that an account is there, is gone, or has
//! another password is checked by a SASL login which shares no code with the program.
//!
//! The other way round, clients that share nothing with the crate register with the example `serve`, and users of a
//! Prosody with the example `gateway`.
//!
//! The program of `examples/tokio-xmpp` goes through the life of an account on both, with each of tokio-xmpp's connectors.
//!
//! And the machine itself talks to both servers, while everything goes wrong that can.
//!
//!     apt-get install --no-install-recommends prosody prosody-modules ejabberd openssl \
//!         libanyevent-xmpp-perl libstrophe-dev pkg-config gcc libc6-dev python3-venv
//!     python3 -m venv target/peers && target/peers/bin/pip install slixmpp==1.17.0
//!     cargo test --test servers -- --ignored

mod common;
#[path = "servers/ejabberd.rs"]
mod ejabberd;
#[path = "servers/faults.rs"]
mod faults;
#[path = "servers/gateway.rs"]
mod gateway;
#[path = "servers/harness/mod.rs"]
mod harness;
#[path = "servers/peers.rs"]
mod peers;
#[path = "servers/prosody.rs"]
mod prosody;
#[path = "servers/prosody_form.rs"]
mod prosody_form;
#[path = "servers/provision.rs"]
mod provision;
#[path = "servers/tasks.rs"]
mod tasks;
#[path = "servers/tokio_xmpp.rs"]
mod tokio_xmpp;
