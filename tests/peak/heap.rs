//! An allocator that knows how much memory a thread had in use at most.

#![allow(unsafe_code, reason = "an allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

pub struct Heap;

thread_local! {
    /// Each test has a thread, and so counters, of its own.
    static USED: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

/// How many bytes more than before this had in use at most.
pub fn peak<T>(work: impl FnOnce() -> T) -> usize {
    let before = USED.get();
    MOST.set(before);
    drop(work());
    usize::try_from(MOST.get() - before).expect("the most is no less than the first")
}

fn count(bytes: usize, sign: isize) {
    let bytes = isize::try_from(bytes).expect("no block is larger");
    // The counters of a thread that ends are gone, and nothing is measured there.
    let _ = USED.try_with(|used| {
        used.set(used.get() + sign * bytes);
        MOST.set(MOST.get().max(used.get()));
    });
}

// SAFETY: the system's allocator does it all. The default `realloc` takes a new block and frees the old one, so that both
// count, which is the worst that an allocator may do.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 1);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(layout.size(), -1);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(block, layout) }
    }
}
