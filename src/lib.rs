//! XMPP In-Band Registration ([XEP-0077]) as a pure state machine: stanzas in, stanzas and events out.
//!
//! [`RegistrationMachine`] makes an account, changes a password or removes an account, on any server. It owns no
//! socket, runtime, clock or random source: whoever owns a transport drives it.
//!
//! [XEP-0077]: https://xmpp.org/extensions/xep-0077.html
//!
//! A [`guide`] leads from a first registration to a driver for any stack.
//!
//! # Theory of operation
//!
//! One value is one task. It is made by [`register`](RegistrationMachine::register),
//! [`register_with_token`](RegistrationMachine::register_with_token),
//! [`change_password`](RegistrationMachine::change_password) or [`unregister`](RegistrationMachine::unregister), lives
//! from its first request to its one terminal event, and cannot be used again.
//!
//! The driver's loop is short:
//!
//! 1. Call [`poll_output`](RegistrationMachine::poll_output) until it gives nothing, and do what it says: send the
//!    stanza and arm a timer, or look at the [`Event`].
//! 2. Tell what happens on the stream: each stanza to [`handle_stanza`](RegistrationMachine::handle_stanza), and the end
//!    of the wait or the stream to [`handle_timeout`](RegistrationMachine::handle_timeout),
//!    [`handle_stream_error`](RegistrationMachine::handle_stream_error) or
//!    [`handle_disconnect`](RegistrationMachine::handle_disconnect). Begin again.
//!
//! Who does what wrong is told apart. A caller's mistake is `Err(`[`Misuse`]`)`, changes nothing and gives back what
//! was passed in. What a user typed wrongly is a [`FieldError`] of the [`Form`]. A peer can only cause an [`Event`]:
//! nothing that it sends makes a call fail or panic, and [`Limits`] bound what is kept of it.
//!
//! Exactly one terminal event comes. [`Event::Succeeded`] means that the server said so. [`Event::Failed`] means that
//! nothing was changed, unless [`Failure::in_doubt`]: then the request to change something was handed out, and its
//! reply never came. A caller must not tell its user that such a request failed.
//!
//! A reply counts only under the id of the request that is out, with an allowed sender ([`Peer`]); what else comes
//! under our ids is told as [`Event::Ignored`].
//!
//! # What a driver must bound
//!
//! How much is kept of a stanza, and how much work it makes, is bounded by [`Limits`]. Two texts are copied whole all the
//! same: a namespace within an error, for a moment, since minidom tells it only so; and by the [`service`] the id of a
//! request, under which the answer goes back.
//!
//! What a stanza costs before the machine sees it is the transport's. minidom's parser has no bound of its own, takes time
//! in the square of the depth, holds a stanza in some thirty times its size, and its elements call themselves for each
//! level when they are dropped. So, while reading: end the stream past a depth ([`tree`]; 100 levels are plenty) and past
//! a size (256 KiB hold what servers send, pictures included), and feed the parser pieces of some KiB, since it takes time
//! in the square of a long text that is fed at once.
//!
//! # Example
//!
//! ```
//! use minidom::Element;
//! use xmpp_registration::{Channel, Config, Event, IdPrefix, Output, Peer, RegistrationMachine, Success};
//!
//! let ids = IdPrefix::new("f3a9c1")?; // from your random source, new for each machine
//! let config = Config::new(Peer::server("example.com")?, ids, Channel::Encrypted);
//! let mut machine = RegistrationMachine::register(config);
//!
//! let Some(Output::Send(get)) = machine.poll_output() else { unreachable!() };
//! assert_eq!(get.attr("id"), Some("f3a9c1-1")); // send it; the server answers:
//! let reply: Element = "<iq xmlns='jabber:client' type='result' id='f3a9c1-1'>\
//!     <query xmlns='jabber:iq:register'><username/><password/></query></iq>".parse()?;
//! let _ = machine.handle_stanza(&reply);
//!
//! let Some(Output::Event(Event::FormOffered(mut form))) = machine.poll_output() else { unreachable!() };
//! assert!(form.fill("juliet", "R0m30!")?.is_empty());
//! machine.submit(form.finish()?)?;
//! let Some(Output::Send(set)) = machine.poll_output() else { unreachable!() };
//! # let _ = set;
//! // send it; the server answers:
//! let reply: Element = "<iq xmlns='jabber:client' type='result' id='f3a9c1-2'/>".parse()?;
//! let _ = machine.handle_stanza(&reply);
//!
//! assert_eq!(machine.poll_output(), Some(Output::Event(Event::Succeeded(Success::Registered))));
//! assert!(machine.is_finished());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Secrets
//!
//! Passwords, tokens, answers to challenges, a `key`, and every field of type `text-private` are shown by no `Debug`,
//! `Display` or error of this crate. What people are to read is shown as it came: a server could repeat a password in the
//! text of an error.
//!
//! Secrets are overwritten in memory as soon as they are of no use. Those that the caller sets are in the [`Form`] or
//! [`Value`] until it is submitted or dropped, then in the stanza that waits in the machine; once that was handed out, the
//! machine has none. A token is in its [`Uri`] too. The server's own are in the form that they came with, and the service's
//! in the offer, or in the request that waits for an answer.
//!
//! Out of reach, and never overwritten by this crate:
//!
//! - stanzas in the hands of the driver. minidom frees their texts and attributes as they are; whoever owns one can
//!   overwrite them ([`Element::texts_mut`](minidom::Element::texts_mut),
//!   [`Element::attrs_mut`](minidom::Element::attrs_mut)).
//! - what the parser and the transport hold: the XML as bytes, before and after encryption.
//! - the caller's own texts. A `String` that is made a [`Value`] is overwritten, a `&str` is copied.
//! - the stack and the registers, and what the operating system saves of the memory.
//! - fields that nothing marks as secret, such as a mother's maiden name in a `text-single`: they are kept to be offered
//!   again after a refusal.
//!
//! # States and transitions
//!
//! Made from the code, and held to it by a test. `queued` is a request that waits in `poll_output`, `out` one that was
//! handed out.
//!
//! <div>
#![doc = include_str!("state.svg")]
//! </div>
//!
#![doc = include_str!("state.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(not(test), deny(clippy::unwrap_used))]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod address;
mod config;
mod error;
mod event;
mod features;
mod form;
pub mod guide;
#[cfg(feature = "hashcash")]
mod hashcash;
mod iq;
mod machine;
mod offer;
mod peer;
mod prototype;
mod query;
mod queue;
pub mod service;
mod stanza_error;
mod state;
pub mod text;
pub mod tree;
mod uri;
mod xml;

pub use jid;
pub use minidom;

pub use config::{Channel, Config, IdPrefix, Limits, StreamNamespace};
pub use error::{FieldError, Incomplete, Limit, Misuse, Rejected, Unfilled, Violation};
pub use event::{
    Event, Failure, Handled, Ignored, Interruption, Output, Recognised, Redirect, StreamCondition,
    Success,
};
pub use features::Features;
pub use form::{
    Answer, Choice, Field, FieldKind, Form, Media, MediaData, MediaError, Validation, Value,
};
#[cfg(feature = "hashcash")]
pub use hashcash::{Hashcash, HashcashError};
pub use machine::RegistrationMachine;
pub use peer::Peer;
pub use stanza_error::{Condition, ErrorType, StanzaError, Step};
pub use uri::{Uri, UriAction, UriError};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;
