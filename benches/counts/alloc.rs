//! The system's allocator, and how much of it is in use.

#![allow(
    unsafe_code,
    reason = "an allocator cannot be made without it; the library has none"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

/// Counts while it is told to: else it would be seen in the counts of instructions.
pub struct Counting;

static ON: AtomicBool = AtomicBool::new(false);
static MADE: AtomicUsize = AtomicUsize::new(0);
static LIVE: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

/// What a piece of work took from the heap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Every call that gave new memory, a growth in place too.
    pub allocations: u64,
    /// What is still there at its end.
    pub live: u64,
    pub bytes: u64,
    /// The most bytes that were there at once.
    pub most: u64,
}

/// Counts what this takes, on one thread; its result is dropped after the count.
pub fn count<T>(work: impl FnOnce() -> T) -> Taken {
    for counter in [&MADE, &LIVE, &BYTES, &MOST] {
        counter.store(0, Relaxed);
    }
    ON.store(true, Relaxed);
    let result = work();
    ON.store(false, Relaxed);
    drop(result);
    let read = |counter: &AtomicUsize| counter.load(Relaxed) as u64;
    Taken {
        allocations: read(&MADE),
        live: read(&LIVE),
        bytes: read(&BYTES),
        most: read(&MOST),
    }
}

fn grow(bytes: usize) {
    MADE.fetch_add(1, Relaxed);
    LIVE.fetch_add(1, Relaxed);
    let now = BYTES.fetch_add(bytes, Relaxed).wrapping_add(bytes);
    MOST.fetch_max(now, Relaxed);
}

fn shrink(bytes: usize) {
    // What was there before the count may go during it.
    LIVE.fetch_sub(1, Relaxed);
    BYTES.fetch_sub(bytes, Relaxed);
}

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if ON.load(Relaxed) {
            grow(layout.size());
        }
        // SAFETY: the caller's promise is handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        if ON.load(Relaxed) {
            shrink(layout.size());
        }
        // SAFETY: the caller's promise is handed on.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if ON.load(Relaxed) {
            shrink(layout.size());
            grow(size);
        }
        // SAFETY: the caller's promise is handed on.
        unsafe { System.realloc(at, layout, size) }
    }
}
