//! What a count may be at most. A bound is what was aimed at, or, where that is out of reach, what was reached and two
//! in a hundred more.

pub struct Bound {
    pub variant: &'static str,
    pub instructions: u64,
    pub allocations: u64,
}

const fn bound(variant: &'static str, instructions: u64, allocations: u64) -> Bound {
    Bound {
        variant,
        instructions,
        allocations,
    }
}

pub const BOUNDS: &[Bound] = &[
    // 14,000 and 38 were aimed at. Of what it takes, some 11,000 are minidom's: what is built, and dropped.
    bound("LEGACY", 20_850, 38),
    bound("FORM", 48_000, 90),
    bound("ERRORFORM", 40_000, 84),
    bound("RECOGNISE_FORM", 8_000, 3),
    bound("RECOGNISE_10K_OPTIONS", 80_000, 3),
    bound("NOT_MINE", 300, 0),
    bound("OPTIONS_10K", 6_000_000, u64::MAX),
];

/// Of 4,096 fields to 512, a thousandfold.
pub const MOST_GROWTH: u64 = 8_200;
/// Of text to text by the machine to the same by hand, a thousandfold.
pub const MOST_TEXT: u64 = 1_040;
/// Bytes held while a user fills in a form.
pub const FORM_BYTES: u64 = 1536;
pub const FORM_ALLOCATIONS: u64 = 6;
/// Bytes held while a machine waits for a reply.
pub const WAITING_BYTES: u64 = 256;
/// Allocations of each answer more.
pub const ANSWER_ALLOCATIONS: u64 = 8;
