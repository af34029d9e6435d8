//! A guide, from a first registration to a driver for any stack.
//!
//! - [`first_registration`]: an account, in thirty lines
//! - [`stream`]: a stream over a socket, for who has none yet
//! - [`forms`]: showing a form to a user, and CAPTCHAs
//! - [`invitations`]: links and tokens
//! - [`outcomes`]: what to tell the user after each outcome
//! - [`drivers`]: the loop for a callback stack, WebSocket, a component, and stacks with a tree of their own
//! - [`security`]: what the crate does, and what is left to you
//!
//! All of it in short:
//!
//! ```
//! use xmpp_registration::{Channel, Config, Event, Failure, IdPrefix, Output, Peer, RegistrationMachine};
//!
//! let config = Config::new(Peer::server("example.com")?, IdPrefix::new("f3a9c1")?, Channel::Encrypted);
//! let mut machine = RegistrationMachine::register(config); // one value is one task
//! while let Some(output) = machine.poll_output() {
//!     match output {
//!         Output::Send(_request) => machine.handle_disconnect(), // send it; here, the stream ends instead
//!         Output::Event(event) => assert_eq!(event, Event::Failed(Failure::Disconnected)),
//!     }
//! }
//! assert!(machine.is_finished()); // after its one terminal event
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[doc = include_str!("guide/first_registration.md")]
pub mod first_registration {}

#[doc = include_str!("guide/stream.md")]
/// ```standalone_crate
/// # use std::io::{Cursor, Read, Result, Write};
/// # struct Script(Cursor<&'static str>);
/// # impl Read for Script {
/// #     fn read(&mut self, buffer: &mut [u8]) -> Result<usize> { self.0.read(buffer) }
/// # }
/// # impl Write for Script {
/// #     fn write(&mut self, piece: &[u8]) -> Result<usize> { Ok(piece.len()) }
/// #     fn flush(&mut self) -> Result<()> { Ok(()) }
/// # }
/// # fn main() {
/// #     let came = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>\
/// #         <stream:features/><iq id='a'/>";
/// #     let stream = xml_stream::XmlStream::open(Script(Cursor::new(came)), "example.com");
/// #     let stanza = stream.expect("the features came").receive();
/// #     assert_eq!(stanza.expect("it came").attr("id"), Some("a"));
/// # }
/// # trait Stream {
/// #     fn send(&mut self, stanza: &minidom::Element);
/// #     fn receive(&mut self) -> Option<minidom::Element>;
/// # }
/// # mod xml_stream {
#[doc = include_str!("guide/xml_stream.rs")]
/// # }
/// ```
pub mod stream {}

#[doc = include_str!("guide/forms.md")]
pub mod forms {}

#[doc = include_str!("guide/invitations.md")]
pub mod invitations {}

#[doc = include_str!("guide/outcomes.md")]
pub mod outcomes {}

#[doc = include_str!("guide/drivers.md")]
pub mod drivers {}

#[doc = include_str!("guide/security.md")]
pub mod security {}
