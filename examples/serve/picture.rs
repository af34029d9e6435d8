//! Draws digits: a bitmap file needs no compression, and so no library.

/// Each digit is five rows of three dots.
const DIGITS: [[u8; 5]; 10] = [
    [0b111, 0b101, 0b101, 0b101, 0b111],
    [0b010, 0b110, 0b010, 0b010, 0b111],
    [0b111, 0b001, 0b111, 0b100, 0b111],
    [0b111, 0b001, 0b111, 0b001, 0b111],
    [0b101, 0b101, 0b111, 0b001, 0b001],
    [0b111, 0b100, 0b111, 0b001, 0b111],
    [0b111, 0b100, 0b111, 0b101, 0b111],
    [0b111, 0b001, 0b010, 0b010, 0b010],
    [0b111, 0b101, 0b111, 0b101, 0b111],
    [0b111, 0b101, 0b111, 0b001, 0b111],
];
/// Dots of a digit with the gap behind it, and how large each is drawn.
const ADVANCE: usize = 4;
const SCALE: usize = 8;
const HEADERS: usize = 14 + 40 + 2 * 4;

/// A black and white BMP file that shows the digits.
pub fn of(digits: &str) -> Vec<u8> {
    let digits: Vec<_> = digits.bytes().filter(u8::is_ascii_digit).collect();
    let (width, height) = ((digits.len() * ADVANCE + 1) * SCALE, 7 * SCALE);
    // A row takes whole words of four bytes.
    let row = width.div_ceil(32) * 4;
    let mut file = vec![0; HEADERS + row * height];
    write_headers(&mut file, width, height);
    for (at, bit) in
        (0..width * height).map(|at| (at, is_dark(&digits, at % width / SCALE, at / width / SCALE)))
    {
        let (x, y) = (at % width, at / width);
        // The lowest row comes first.
        file[HEADERS + (height - 1 - y) * row + x / 8] |= u8::from(bit) << (7 - x % 8);
    }
    file
}

fn is_dark(digits: &[u8], column: usize, line: usize) -> bool {
    let (Some(column), Some(line)) = (column.checked_sub(1), line.checked_sub(1)) else {
        return false;
    };
    let Some(digit) = digits.get(column / ADVANCE) else {
        return false;
    };
    let rows = DIGITS[usize::from(digit - b'0')];
    let within = column % ADVANCE;
    within < 3
        && rows
            .get(line)
            .is_some_and(|row| row >> (2 - within) & 1 == 1)
}

fn write_headers(file: &mut [u8], width: usize, height: usize) {
    let length = file.len();
    let mut put = |at: usize, value: usize| {
        let value = u32::try_from(value).unwrap_or(u32::MAX);
        file[at..at + 4].copy_from_slice(&value.to_le_bytes());
    };
    put(2, length);
    put(10, HEADERS);
    put(14, 40);
    put(18, width);
    put(22, height);
    // One plane, one bit a dot.
    put(26, 1 | 1 << 16);
    put(46, 2);
    // Two colours: white, then black.
    put(54, 0x00ff_ffff);
    file[..2].copy_from_slice(b"BM");
}
