//! What waits to be handed out, in order.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use core::fmt;

use minidom::Element;

use crate::event::{Event, Output};

/// One thing that waits.
pub(super) enum Waiting {
    /// The request for a form, of this serial: it always looks the same, so it is built when it is handed out.
    FormRequest(u32),
    /// Any other request. Boxed, since a machine is mostly kept while nothing waits, or an event does.
    Request(Box<Element>),
    Event(Event),
}

/// One ordered queue. There is hardly ever more than one thing in it, so the first has a place of its own.
#[derive(Default)]
pub(super) struct Queue {
    first: Option<Waiting>,
    /// Empty if there is no first.
    rest: VecDeque<Waiting>,
}

impl Queue {
    pub fn push(&mut self, waiting: Waiting) {
        if self.first.is_none() {
            self.first = Some(waiting);
        } else {
            self.rest.push_back(waiting);
        }
    }

    pub fn push_event(&mut self, event: Event) {
        self.push(Waiting::Event(event));
    }

    pub fn pop(&mut self) -> Option<Waiting> {
        let next = self.rest.pop_front();
        if next.is_some() && self.rest.is_empty() {
            // The room is not kept while a machine waits.
            self.rest = VecDeque::new();
        }
        core::mem::replace(&mut self.first, next)
    }

    pub fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// What was not handed out is never sent.
    pub fn drop_requests(&mut self) {
        let is_event = |waiting: &Waiting| matches!(waiting, Waiting::Event(_));
        self.rest.retain(is_event);
        if !self.first.as_ref().is_some_and(is_event) {
            self.first = self.rest.pop_front();
        }
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.first.iter().chain(&self.rest))
            .finish()
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
