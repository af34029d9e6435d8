//! No copy of a secret is left in memory: not in what is still in use once its stanza was handed out and dropped, and not
//! in what was freed. An allocator looks at every block.
//!
//! What minidom's elements hold is theirs: they are parsed, read and dropped aside (`heap::aside`), as by a transport.

mod common;

#[path = "memory/client.rs"]
mod client;
#[path = "memory/forms.rs"]
mod forms;
#[cfg(feature = "hashcash")]
#[path = "memory/hashcash.rs"]
mod hashcash;
#[path = "memory/heap.rs"]
mod heap;
#[path = "memory/service.rs"]
mod service;
#[path = "memory/unsent.rs"]
mod unsent;
#[path = "memory/wire.rs"]
mod wire;

#[global_allocator]
static HEAP: heap::Heap = heap::Heap;
