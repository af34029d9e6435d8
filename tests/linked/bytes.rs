//! Choices out of a sequence of bytes, so that a property test and a fuzzer make them alike.

pub struct Bytes {
    bytes: Vec<u8>,
    at: usize,
}

impl Bytes {
    pub fn new(bytes: &[u8]) -> Self {
        let bytes = bytes.to_vec();
        Self { bytes, at: 0 }
    }

    /// Whether there are more choices to make.
    pub fn is_over(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The next byte; zero after the last one.
    pub fn next(&mut self) -> u8 {
        let byte = self.bytes.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        byte
    }

    /// One of so many.
    pub fn below(&mut self, count: usize) -> usize {
        usize::from(self.next()) % count.max(1)
    }
}
