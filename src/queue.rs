//! What waits to be handed out.

use alloc::collections::VecDeque;
use core::fmt;

/// Something that may hold a secret where its own `Drop` does not wipe it.
pub(crate) trait Wipe {
    fn wipe(&mut self);
}

/// Outputs in their order. There is hardly ever more than one, so the first has a place of its own. One that will never
/// be handed out is wiped: a stanza may hold a password, and minidom leaves it in memory.
pub(crate) struct Queue<T: Wipe> {
    first: Option<T>,
    /// Empty if there is no first.
    rest: VecDeque<T>,
}

impl<T: Wipe> Queue<T> {
    pub fn new() -> Self {
        Queue {
            first: None,
            rest: VecDeque::new(),
        }
    }

    pub fn push(&mut self, output: T) {
        if self.first.is_none() {
            self.first = Some(output);
        } else {
            self.rest.push_back(output);
        }
    }

    pub fn pop(&mut self) -> Option<T> {
        let output = self.first.take()?;
        self.first = self.rest.pop_front();
        if self.rest.is_empty() && self.rest.capacity() > 0 {
            // The room of a burst is not kept.
            self.rest = VecDeque::new();
        }
        Some(output)
    }

    pub fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// Wipes what does not stay, too.
    pub fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        let stays = |output: &mut T| {
            let stays = keep(output);
            if !stays {
                output.wipe();
            }
            stays
        };
        self.rest.retain_mut(stays);
        if !self.first.as_mut().is_some_and(stays) {
            self.first = self.rest.pop_front();
        }
    }
}

impl<T: Wipe> Drop for Queue<T> {
    fn drop(&mut self) {
        let all = self.first.iter_mut().chain(&mut self.rest);
        all.for_each(Wipe::wipe);
    }
}

impl<T: Wipe + fmt::Debug> fmt::Debug for Queue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.first.iter().chain(&self.rest);
        f.debug_list().entries(all).finish()
    }
}
