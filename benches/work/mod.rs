//! The work that is measured: the same flows by the machine, by straight minidom code, and by the types of
//! xmpp-parsers. A flow takes `Element`s and makes `Element`s; nothing is parsed or written unless its name says so.

pub mod by_hand;
#[allow(dead_code, reason = "who measures times does not measure growth")]
pub mod hostile;
#[allow(dead_code, reason = "the same")]
pub mod hostile_service;
pub mod machine;
pub mod parsers;
pub mod stanzas;

use minidom::Element;
use stanzas::{ERROR_FORM, FORM, LEGACY};

pub const USERNAME: &str = "juliet";
pub const PASSWORD: &str = "R0m30-and-me";
pub const OLD_PASSWORD: &str = "P4r1s";
pub const EMAIL: &str = "juliet@capulet.example";

/// The replies of one conversation.
pub struct Replies {
    pub offer: Element,
    pub success: Element,
}

impl Replies {
    fn new(offer: &str) -> Self {
        Self {
            offer: stanzas::parse(offer),
            success: stanzas::parse(stanzas::SUCCESS),
        }
    }

    pub fn legacy() -> Self {
        Self::new(LEGACY)
    }

    pub fn form() -> Self {
        Self::new(FORM)
    }

    pub fn error_form() -> Self {
        Self::new(ERROR_FORM)
    }

    /// A data form of so many fields to fill in.
    pub fn fields(count: usize) -> Self {
        Self::new(&stanzas::fields(count))
    }

    /// A data form with so many options in one field.
    pub fn options(count: usize) -> Self {
        Self::new(&stanzas::options(count))
    }
}
