//! XMPP In-Band Registration (XEP-0077) as a pure state machine.
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(not(test), deny(clippy::unwrap_used))]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod config;
mod error;
mod event;
mod features;
mod form;
mod iq;
mod machine;
mod offer;
mod query;
mod stanza_error;
mod state;
mod xml;

pub use config::{Channel, Config, IdPrefix, Limits, Peer, StreamNamespace};
pub use error::{FieldError, Incomplete, Limit, Misuse, Rejected, Unfilled, Violation};
pub use event::{
    Event, Failure, Handled, Ignored, Interruption, Output, Redirect, StreamCondition, Success,
};
pub use features::Features;
pub use form::{Answer, Choice, Field, FieldKind, Form, Value};
pub use machine::RegistrationMachine;
pub use stanza_error::{Condition, ErrorType, StanzaError, Step};
