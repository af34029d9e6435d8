//! What waits to be handed out by a machine.

use alloc::boxed::Box;
use core::fmt;

use minidom::Element;

use crate::event::{Event, Output};
use crate::queue::Wipe;
use crate::xml;

/// One thing that waits.
pub(super) enum Waiting {
    /// The request for a form, of this serial: it always looks the same, so it is built when it is handed out.
    FormRequest(u32),
    /// Any other request. Boxed, since a machine is mostly kept while nothing waits, or an event does.
    Request(Box<Element>),
    Event(Event),
}

impl Waiting {
    pub fn is_event(&self) -> bool {
        matches!(self, Waiting::Event(_))
    }
}

impl Wipe for Waiting {
    fn wipe(&mut self) {
        if let Waiting::Request(stanza) = self {
            xml::wipe(stanza);
        }
    }
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Waiting::FormRequest(_) => f.write_str("FormRequest"),
            Waiting::Request(stanza) => Output::show_request(stanza, f),
            Waiting::Event(event) => fmt::Debug::fmt(event, f),
        }
    }
}
