//! Every character that XML can hold.

/// In pieces of 8,192 characters.
pub fn every_character() -> Vec<String> {
    let all: Vec<char> = ('\0'..=char::MAX)
        .filter(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..))
        .collect();
    let pieces = all.chunks(8_192);
    pieces.map(|piece| piece.iter().collect()).collect()
}
