//! Secrets of every kind are planted into every recorded conversation, every example of XEP-0077, and conversations of
//! the client with the service. After each step they are searched in everything that could be logged: `Debug` plain and
//! pretty, `Display`, and the sources of errors, in whatever spelling.
//!
//! What is counted shows that there was something to be found: each kind of secret went out in stanzas.

mod common;
mod replay;

#[path = "secrets/host.rs"]
mod host;
#[path = "secrets/linked.rs"]
mod linked;
#[path = "secrets/pair.rs"]
mod pair;
#[path = "secrets/planter.rs"]
mod planter;
#[path = "secrets/recordings.rs"]
mod recordings;
#[path = "secrets/shown.rs"]
mod shown;
#[path = "secrets/shown_by_service.rs"]
mod shown_by_service;
#[path = "secrets/transcripts.rs"]
mod transcripts;
