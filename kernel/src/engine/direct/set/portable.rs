//! Which of eight bytes are in ranges, told in one word.

/// Bytes that are looked at at a time.
pub const CHUNK: usize = 8;
/// Bits of what is told that belong to a byte; only the highest of them may be set.
pub const BITS_A_BYTE: usize = 8;
/// The bits of all bytes.
pub const ALL: u64 = u64::from_le_bytes([0x80; CHUNK]);

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

/// The bytes that are in a range.
#[inline]
pub fn members(ranges: &[Range], bytes: [u8; CHUNK]) -> u64 {
    let bytes = u64::from_le_bytes(bytes);
    let low = bytes & !ALL;
    let members = ranges.iter().fold(0, |all, range| all | range.members(low));
    members & !bytes & ALL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_in_ranges_are_told() {
        let ranges = [(b'0', b'9'), (b'a', b'z'), (0, 0), (0x7F, 0x7F)];
        for first in 0..=u8::MAX {
            let bytes = [0, 17, 34, 51, 68, 85, 102, 119].map(|step| first.wrapping_add(step));
            let told = members(&ranges.map(|(first, last)| Range::new(first, last)), bytes);
            let bit = |place: usize| BITS_A_BYTE * place + BITS_A_BYTE - 1;
            let is_in = |byte| ranges.iter().any(|&(first, last)| (first..=last).contains(&byte));
            let expected: u64 =
                (0..CHUNK).map(|place| u64::from(is_in(bytes[place])) << bit(place)).sum();
            assert_eq!(told, expected, "{bytes:?}");
        }
        assert_eq!(ALL, (0..CHUNK).map(|place| 0x80 << (BITS_A_BYTE * place)).sum::<u64>());
    }
}
