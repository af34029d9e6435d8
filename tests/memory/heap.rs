//! An allocator that looks for secrets in what is freed, and in what is still in use.

#![allow(unsafe_code, reason = "an allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// A part of a secret betrays it as well: a text that grew leaves its beginning behind.
const PIECE: usize = 8;

pub struct Heap;

thread_local! {
    /// Each test has a thread, and so a watch, of its own.
    static WATCH: RefCell<Option<Watch>> = const { RefCell::new(None) };
    /// The watch is at work, and its own blocks do not count.
    static BUSY: Cell<bool> = const { Cell::new(false) };
    static ASIDE: Cell<bool> = const { Cell::new(false) };
}

struct Watch {
    pieces: Vec<Vec<u8>>,
    /// The blocks in use and their lengths.
    live: BTreeMap<usize, usize>,
    /// How many blocks were freed with a secret in them.
    freed: usize,
}

impl Watch {
    fn finds(&self, block: usize, length: usize) -> bool {
        // SAFETY: every block that is kept in `live` was allocated by this thread with this length, all of it was
        // zeroed then, and it has not been freed yet.
        let bytes = unsafe { std::slice::from_raw_parts(block as *const u8, length) };
        // A quick look first: most blocks have not even the first letter.
        let mut pieces = self.pieces.iter().filter(|it| bytes.contains(&it[0]));
        pieces.any(|piece| bytes.windows(piece.len()).any(|place| place == piece))
    }
}

// SAFETY: the system's allocator does it all. The default `realloc` takes a new block and frees the old one, which is the
// worst that an allocator may do.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is passed on.
        let block = unsafe { System.alloc_zeroed(layout) };
        watch(|it| {
            if !ASIDE.get() {
                it.live.insert(block as usize, layout.size());
            }
        });
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        watch(|it| {
            let length = it.live.get(&(block as usize)).copied();
            if length.is_some_and(|length| !ASIDE.get() && it.finds(block as usize, length)) {
                it.freed += 1;
            }
            it.live.remove(&(block as usize));
        });
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(block, layout) }
    }
}

/// Does something with the watch, if there is one and it is not at work already.
fn watch(work: impl FnOnce(&mut Watch)) {
    if BUSY.replace(true) {
        return;
    }
    // A thread that ends has no watch any more.
    let _ = WATCH.try_with(|it| it.borrow_mut().as_mut().map(work));
    BUSY.set(false);
}

/// Looks for these secrets from now on, on this thread: for any part of them.
pub fn watch_for(secrets: &[&str]) {
    let all = secrets
        .iter()
        .flat_map(|it| it.as_bytes().chunks_exact(PIECE));
    watch_for_pieces(all);
}

/// Looks for just these.
pub fn watch_for_pieces<'a>(pieces: impl Iterator<Item = &'a [u8]>) {
    BUSY.set(true);
    let pieces: Vec<Vec<u8>> = pieces.map(<[u8]>::to_vec).collect();
    let (live, freed) = (BTreeMap::new(), 0);
    WATCH.set(Some(Watch {
        pieces,
        live,
        freed,
    }));
    BUSY.set(false);
}

/// Blocks that are allocated or freed by this are somebody else's.
pub fn aside<T>(work: impl FnOnce() -> T) -> T {
    ASIDE.set(true);
    let done = work();
    ASIDE.set(false);
    done
}

/// How many blocks were freed with a secret in them.
pub fn freed() -> usize {
    let mut freed = 0;
    watch(|it| freed = it.freed);
    freed
}

/// How many blocks in use have a secret in them.
pub fn in_use() -> usize {
    let mut count = 0;
    watch(|it| {
        let found = it
            .live
            .iter()
            .filter(|&(&block, &length)| it.finds(block, length));
        count = found.count();
    });
    count
}

/// Nothing was freed with a secret in it, and so many blocks in use have one.
#[track_caller]
pub fn check(at: &str, wanted: usize) {
    let found = (freed(), in_use());
    assert_eq!(
        found,
        (0, wanted),
        "blocks freed and in use with a secret, {at}"
    );
}

/// The allocator itself: what it must find, or no test here proves anything.
#[test]
fn it_finds_what_is_there() {
    use zeroize::Zeroize;
    const SECRET: &str = "~7e1516~8aed2a~~f71588~9cf4f3c7";
    watch_for(&[SECRET]);
    let mut kept = String::from(SECRET);
    check("in use", 1);
    kept.zeroize();
    check("wiped", 0);
    drop(kept);
    check("freed once wiped", 0);
    drop(String::from(SECRET));
    assert_eq!((freed(), in_use()), (1, 0));
    // It grows, and leaves a part behind.
    let mut grown = String::with_capacity(PIECE);
    grown.push_str(&SECRET[..PIECE]);
    grown.push_str(&SECRET[PIECE..]);
    assert_eq!((freed(), in_use()), (2, 1));
    grown.zeroize();
    assert_eq!((freed(), in_use()), (2, 0));
    drop(aside(|| String::from(SECRET)));
    let moved = String::from(SECRET);
    assert_eq!((freed(), in_use()), (2, 1));
    aside(|| drop(moved));
    assert_eq!((freed(), in_use()), (2, 0));
}
