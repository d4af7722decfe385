//! Which of eight bytes are in ranges, told in one word.

/// Bytes that are looked at at a time.
pub const CHUNK: usize = 8;
/// Bits of what is told that belong to a byte; the highest is set if it is wanted.
pub const BITS_A_BYTE: u32 = 8;

const HIGH: u64 = u64::from_le_bytes([0x80; CHUNK]);

/// A range of ASCII characters.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    /// Lifts characters from the first on above the others.
    from_first: u64,
    /// Lifts characters behind the last above the others.
    behind_last: u64,
}

impl Range {
    pub fn new(first: u8, last: u8) -> Self {
        let all = |byte: u8| u64::from_le_bytes([byte; CHUNK]);
        Self { from_first: all(0x80 - first), behind_last: all(0x7F - last) }
    }

    /// The highest bits of the bytes, all below 128, that are in the range.
    #[inline]
    fn members(self, bytes: u64) -> u64 {
        (bytes + self.from_first) & !(bytes + self.behind_last)
    }
}

/// The bytes that are in a range, or all `others`.
#[inline]
pub fn members(ranges: &[Range], bytes: &[u8; CHUNK], others: bool) -> u64 {
    let bytes = u64::from_le_bytes(*bytes);
    let low = bytes & !HIGH;
    let members = ranges.iter().fold(0, |all, range| all | range.members(low));
    let flipped = if others { HIGH } else { 0 };
    (members & !bytes ^ flipped) & HIGH
}
