//! Sets of characters, and where they stand in a text.

#[cfg(any(test, not(target_arch = "x86_64")))]
mod portable;
#[cfg(target_arch = "x86_64")]
mod sse2;

#[cfg(not(target_arch = "x86_64"))]
use self::portable::{members, Range, ALL, BITS_A_BYTE, CHUNK};
#[cfg(target_arch = "x86_64")]
use self::sse2::{members, Range, ALL, BITS_A_BYTE, CHUNK};

/// A set of ASCII characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Set([u64; 2]);

/// The characters of words.
pub const WORDS: Set = Set::range(b'0', b'9')
    .with(Set::range(b'A', b'Z'))
    .with(Set::range(b'a', b'z'))
    .with(Set::range(b'_', b'_'));

/// A set as a table for fast lookups.
#[derive(Debug, Clone)]
pub struct Table {
    members: Box<[bool; 256]>,
    /// Its ranges, if they are few.
    ranges: Option<Box<[Range]>>,
}

/// The ranges that are told at a time; sets of more are looked at one byte after the other.
const MOST_RANGES: usize = 4;

impl Set {
    pub const ALL: Self = Self([u64::MAX; 2]);

    /// The characters from `first` to `last`.
    pub const fn range(first: u8, last: u8) -> Self {
        let mut set = Self([0; 2]);
        let mut byte = first;
        while byte <= last && byte < 128 {
            set.0[(byte >> 6) as usize] |= 1 << (byte & 63);
            byte += 1;
        }
        set
    }

    pub fn has(self, byte: u8) -> bool {
        byte < 128 && self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    /// Its ranges, the first and the last character of each.
    fn ranges(self) -> impl Iterator<Item = (u8, u8)> {
        let mut next = 0;
        std::iter::from_fn(move || {
            let first = (next..128).find(|&byte| self.has(byte))?;
            next = (first..128).find(|&byte| !self.has(byte)).unwrap_or(128);
            Some((first, next - 1))
        })
    }

    pub const fn with(self, other: Self) -> Self {
        Self([self.0[0] | other.0[0], self.0[1] | other.0[1]])
    }

    pub fn within(self, other: Self) -> bool {
        self.0[0] & !other.0[0] == 0 && self.0[1] & !other.0[1] == 0
    }

    pub fn meets(self, other: Self) -> bool {
        self.0[0] & other.0[0] != 0 || self.0[1] & other.0[1] != 0
    }

    /// Its character, if it has only one.
    pub fn only(self) -> Option<u8> {
        let one = self.0[0].count_ones() + self.0[1].count_ones() == 1;
        one.then(|| (0..128).find(|&byte| self.has(byte))).flatten()
    }
}

impl From<Set> for Table {
    fn from(set: Set) -> Self {
        let mut members = Box::new([false; 256]);
        for byte in 0..128 {
            members[usize::from(byte)] = set.has(byte);
        }
        let ranges = set.ranges().map(|(first, last)| Range::new(first, last));
        let ranges: Box<[_]> = ranges.take(MOST_RANGES + 1).collect();
        Self { members, ranges: (ranges.len() <= MOST_RANGES).then_some(ranges) }
    }
}

impl Table {
    #[inline]
    pub fn has(&self, byte: u8) -> bool {
        self.members[usize::from(byte)]
    }

    /// The first place, from `start` on, at which there is one of the set.
    #[inline]
    pub fn find(&self, text: &[u8], start: usize) -> Option<usize> {
        let place = self.first(text, start, false);
        (place < text.len()).then_some(place)
    }

    /// The first run of the set's characters: its start and its end, and whether there is another.
    #[inline]
    pub fn first_run(&self, text: &[u8]) -> Option<(usize, usize, bool)> {
        let mut place = 0;
        while let Some((ranges, bytes)) = self.ranges.as_ref().zip(text[place..].first_chunk()) {
            let found = members(ranges, *bytes);
            if found == 0 {
                place += CHUNK;
                continue;
            }
            let first = found.trailing_zeros();
            let run = ((found ^ ALL) >> first).trailing_zeros();
            let Some(after) = found.checked_shr(first + run) else { break };
            let start = place + first as usize / BITS_A_BYTE;
            let end = start + run as usize / BITS_A_BYTE;
            return Some((start, end, after != 0 || self.find(text, place + CHUNK).is_some()));
        }
        let start = self.find(text, place)?;
        let end = self.end_of_run(text, start);
        Some((start, end, self.find(text, end).is_some()))
    }

    /// The end of the run of the set's characters at `start`.
    #[inline]
    pub fn end_of_run(&self, text: &[u8], start: usize) -> usize {
        self.first(text, start, true)
    }

    /// The start of the run of the set's characters at the end of the text.
    #[inline]
    pub fn start_of_last_run(&self, text: &[u8]) -> usize {
        let run = text.iter().rev().take_while(|&&byte| self.has(byte)).count();
        text.len() - run
    }

    /// The first place, from `start` on, with one of the set, or with one of all `others`; the
    /// text's end, or `start` behind it, if there is none.
    #[inline]
    fn first(&self, text: &[u8], start: usize, others: bool) -> usize {
        let mut place = start;
        let flipped = if others { ALL } else { 0 };
        if let (Some(ranges), true) = (&self.ranges, text.len() >= CHUNK) {
            while let Some(bytes) = text.get(place..).and_then(<[u8]>::first_chunk) {
                let wanted = members(ranges, *bytes) ^ flipped;
                if wanted != 0 {
                    return place + wanted.trailing_zeros() as usize / BITS_A_BYTE;
                }
                place += CHUNK;
            }
            let left = text.len().saturating_sub(place);
            let Some(bytes) = text.last_chunk().filter(|_| left > 0) else { return place };
            // Of the last bytes of the text, those from `place` on.
            let wanted = (members(ranges, *bytes) ^ flipped) >> (BITS_A_BYTE * (CHUNK - left));
            return place + left.min(wanted.trailing_zeros() as usize / BITS_A_BYTE);
        }
        let rest = text.get(place..).unwrap_or_default();
        let wanted = |&byte: &u8| self.has(byte) != others;
        place + rest.iter().position(wanted).unwrap_or(rest.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets() {
        let set = Set::range(b'0', b'9').with(Set::range(b'z', 200));
        assert!(set.has(b'5') && set.has(127) && !set.has(b'a') && !set.has(200));
        assert!(!set.meets(Set::range(b'a', b'y')) && set.meets(Set::ALL));
        assert_eq!((Set::range(b'x', b'x').only(), set.only()), (Some(b'x'), None));
    }

    #[test]
    fn tables_find_what_is_in_a_set() {
        let digits = Set::range(b'0', b'9');
        let points =
            digits.with(Set::range(b'.', b'.')).with(Set::range(0, 8)).with(Set::range(127, 127));
        let many = (0..20)
            .fold(Set::range(b'a', b'a'), |set, place| set.with(Set::range(3 * place, 3 * place)));
        let mut state = 9_u32;
        for set in [Set::default(), digits, points, many, Set::ALL] {
            let table = Table::from(set);
            for length in 0..60 {
                let byte = |_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    b"0123456789.a \x00\x08\x7f\x80\xb0\xff-"[(state >> 16) as usize % 20]
                };
                let text: Vec<u8> = (0..length).map(byte).collect();
                for start in 0..=length {
                    let found = (start..length).find(|&place| set.has(text[place]));
                    assert_eq!(table.find(&text, start), found);
                    let end = (start..length).find(|&place| !set.has(text[place]));
                    assert_eq!(table.end_of_run(&text, start), end.unwrap_or(length));
                    let run = found.map(|first| {
                        let end = (first..length).find(|&place| !set.has(text[place]));
                        let end = end.unwrap_or(length);
                        let more = (end..length).any(|place| set.has(text[place]));
                        (first - start, end - start, more)
                    });
                    assert_eq!(table.first_run(&text[start..]), run);
                }
                let last = (0..length).rev().find(|&place| !set.has(text[place]));
                assert_eq!(table.start_of_last_run(&text), last.map_or(0, |place| place + 1));
            }
        }
    }
}
