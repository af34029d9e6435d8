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

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::vec::Vec;
    use core::cell::RefCell;

    /// Tells when it is wiped.
    #[derive(Debug)]
    struct Watched<'a>(u8, &'a RefCell<Vec<u8>>);

    impl Wipe for Watched<'_> {
        fn wipe(&mut self) {
            self.1.borrow_mut().push(self.0);
        }
    }

    fn filled(wiped: &RefCell<Vec<u8>>) -> Queue<Watched<'_>> {
        let mut queue = Queue::new();
        (1..=4).for_each(|at| queue.push(Watched(at, wiped)));
        queue
    }

    #[test]
    fn what_is_handed_out_comes_in_its_order_and_is_not_wiped() {
        let wiped = RefCell::default();
        let mut queue = filled(&wiped);
        assert_eq!(format!("{queue:?}").matches("Watched").count(), 4);
        let mut seen = Vec::new();
        while let Some(Watched(at, _)) = queue.pop() {
            seen.push(at);
            assert_eq!(queue.is_empty(), at == 4);
        }
        assert_eq!(seen, [1, 2, 3, 4]);
        drop(queue);
        assert!(wiped.borrow().is_empty());
    }

    #[test]
    fn what_is_not_kept_or_never_handed_out_is_wiped() {
        let wiped = RefCell::default();
        let mut queue = filled(&wiped);
        queue.retain(|it| it.0 % 2 == 0);
        let mut now = wiped.take();
        now.sort_unstable();
        assert_eq!(now, [1, 3]);
        assert_eq!(queue.pop().map(|it| it.0), Some(2));
        drop(queue);
        assert_eq!(wiped.take(), [4]);
        let mut queue = filled(&wiped);
        queue.retain(|_| true);
        assert_eq!(queue.pop().map(|it| it.0), Some(1));
        queue.retain(|_| false);
        assert!(queue.is_empty() && queue.pop().is_none());
        let mut now = wiped.take();
        now.sort_unstable();
        assert_eq!(now, [2, 3, 4]);
    }

    #[test]
    fn the_room_of_a_burst_is_given_back() {
        let wiped = RefCell::default();
        let mut queue = filled(&wiped);
        assert!(queue.pop().is_some() && queue.rest.capacity() > 0);
        while queue.pop().is_some() {}
        assert_eq!(queue.rest.capacity(), 0);
    }
}
