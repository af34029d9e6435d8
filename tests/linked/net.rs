//! What is under way between the two, as text: whatever is delivered was written and is read again.

use minidom::Element;

/// From the client to the service, or back.
#[derive(Debug, Clone)]
pub struct Packet {
    pub text: String,
    /// The number of the request that it is, or answers: as the world counts them.
    pub request: u32,
}

/// One direction.
#[derive(Debug, Default)]
pub struct Pipe(Vec<Packet>);

impl Pipe {
    pub fn push(&mut self, packet: Packet) {
        self.0.push(packet);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes one out, the first or any other.
    pub fn take(&mut self, at: usize) -> Option<Packet> {
        (at < self.0.len()).then(|| self.0.remove(at))
    }

    /// Doubles one: the copy comes last.
    pub fn double(&mut self, at: usize) -> Option<&Packet> {
        let packet = self.0.get(at)?.clone();
        self.0.push(packet);
        self.0.last()
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }
}

pub fn parse(text: &str) -> Element {
    text.parse().expect("what was written can be read")
}
