//! What waits to be handed out.

use alloc::collections::VecDeque;
use core::fmt;
use core::ops::{Deref, DerefMut};

/// Something that may hold a secret where its own `Drop` does not wipe it.
pub(crate) trait Wipe {
    fn wipe(&mut self);
}

/// Outputs in their order. One that will never be handed out is wiped: a stanza may hold a password, and minidom leaves
/// it in memory.
pub(crate) struct Queue<T: Wipe>(VecDeque<T>);

impl<T: Wipe> Queue<T> {
    pub fn new() -> Self {
        Queue(VecDeque::new())
    }

    /// Wipes what does not stay, too.
    pub fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.0.retain_mut(|output| {
            let stays = keep(output);
            if !stays {
                output.wipe();
            }
            stays
        });
    }
}

impl<T: Wipe> Drop for Queue<T> {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(Wipe::wipe);
    }
}

// Outputs are large: a method of its own for each end of the queue would move them once more.
impl<T: Wipe> Deref for Queue<T> {
    type Target = VecDeque<T>;

    fn deref(&self) -> &VecDeque<T> {
        &self.0
    }
}

impl<T: Wipe> DerefMut for Queue<T> {
    fn deref_mut(&mut self) -> &mut VecDeque<T> {
        &mut self.0
    }
}

impl<T: Wipe + fmt::Debug> fmt::Debug for Queue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
