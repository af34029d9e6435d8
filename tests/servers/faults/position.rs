//! Where something may go wrong.

/// Where in an exchange something may go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The machine has a request that nobody took yet.
    Queued,
    /// The request was handed out; the server knows nothing of it.
    HandedOut,
    /// The request was sent, and nobody knows how far it came.
    Sent,
    /// The server has answered; the machine knows nothing of it.
    Answered,
    /// The machine has the reply; nobody took the event yet.
    Delivered,
    /// The event was taken.
    Told,
}

/// A moment of a conversation.
#[derive(Debug, Clone, Copy)]
pub struct Position {
    pub moment: Moment,
    /// How many requests were handed out, and how many replies the machine has.
    pub requests: usize,
    pub replies: usize,
}
