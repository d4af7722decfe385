//! Bit streams: a bit for each byte of a text, those of 64 bytes in a word.
//!
//! Where every line is to be searched, this says of many lines at once where a pattern can match,
//! after the method of Parabix (Cameron et al., "Bitwise data parallelism in regular expression
//! matching", 2014): a stream for each set of characters has the bits of the bytes in it, and a
//! stream of markers has the places up to which the pattern matched. An addition carries a marker
//! through a run of a set, however long that is, and a shift moves it past a character.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod course;
mod ends;
mod moves;
mod path;
#[cfg(test)]
mod tests;

pub use self::course::{Captures, Course};
pub use self::moves::Markers;
use super::lone_number::{LoneNumber, DIGITS};
use super::lone_run::LoneRun;
use super::program::Program;
use super::set::Set;

/// Bytes to which a word belongs, one bit each, the first one lowest.
const WORD: usize = u64::BITS as usize;
/// The most sets that are told apart.
const MOST_SETS: usize = 16;

/// The sets of characters that have a stream each, in which line ends have no bit.
#[derive(Debug, Default, Clone)]
pub struct Sets(Vec<Set>);

/// One of the sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member(usize);

impl Sets {
    /// Adds a set; None if there are too many.
    fn add(&mut self, set: Set) -> Option<Member> {
        let known = self.0.iter().position(|&known| known == set);
        if known.is_none() && self.0.len() == MOST_SETS {
            return None;
        }
        Some(Member(known.unwrap_or_else(|| {
            self.0.push(set);
            self.0.len() - 1
        })))
    }
}

/// How matches of a pattern are found in streams.
#[derive(Debug)]
pub enum Route {
    /// The first run of a set in a line is captured.
    FirstRun(Member),
    /// The run of a set at the end of a line is.
    LastRun(Member),
    /// The number of the first digit is, where a line has one of the set.
    FirstNumber(Member, LoneNumber),
    Course(Course),
}

impl Route {
    /// That of a pattern that is read without a search; None if it needs too much.
    pub fn new(
        run: Option<&LoneRun>,
        number: Option<LoneNumber>,
        program: Option<&Program>,
        sets: &mut Sets,
    ) -> Option<Self> {
        let mut more = sets.clone();
        let route = match (run, number) {
            (Some(run), _) if run.is_last() => Self::LastRun(more.add(run.set())?),
            (Some(run), _) => Self::FirstRun(more.add(run.set())?),
            (None, Some(number)) => Self::FirstNumber(more.add(DIGITS)?, number),
            (None, None) => Self::Course(Course::new(program?.steps(), &mut more)?),
        };
        *sets = more;
        Some(route)
    }
}

/// The streams of a text.
#[derive(Debug, Default)]
pub struct Streams {
    /// Where lines end.
    ends: Vec<u64>,
    /// The bytes in each of the sets, one stream after the other.
    members: Vec<u64>,
}

impl Streams {
    /// Whether this processor has what makes them fast.
    pub fn are_fast() -> bool {
        #[cfg(target_arch = "x86_64")]
        return avx2::is_available();
        #[cfg(not(target_arch = "x86_64"))]
        return false;
    }

    /// Tells the sets apart in a text; `ends`: where its lines end, and if the last does not, the
    /// bit after it.
    ///
    /// The text reaches at least to the end of the last line.
    pub fn fill(&mut self, sets: &Sets, text: &[u8], ends: impl Iterator<Item = u64>) {
        #[cfg(target_arch = "x86_64")]
        if avx2::is_available() {
            self.ends.clear();
            self.ends.extend(ends);
            self.members.resize(self.ends.len() * sets.0.len(), 0);
            return avx2::tell(sets, text, self.ends.len(), &mut self.members);
        }
        self.fill_slowly(sets, text, ends);
    }

    /// The same on any processor.
    fn fill_slowly(&mut self, sets: &Sets, text: &[u8], ends: impl Iterator<Item = u64>) {
        self.ends.clear();
        self.ends.extend(ends);
        self.members.clear();
        self.members.resize(self.ends.len() * sets.0.len(), 0);
        for (word, bytes) in text.chunks(WORD).take(self.ends.len()).enumerate() {
            for (place, &set) in sets.0.iter().enumerate() {
                let bit = |&byte: &u8| u64::from(byte != b'\n' && set.has(byte));
                let bits = bytes.iter().rev().fold(0, |bits, byte| bits << 1 | bit(byte));
                self.members[place * self.ends.len() + word] = bits;
            }
        }
    }

    fn of(&self, Member(place): Member) -> &[u64] {
        &self.members[place * self.ends.len()..][..self.ends.len()]
    }

    /// Whether the byte at a place is in a set.
    #[inline]
    fn has(&self, set: Member, place: usize) -> bool {
        self.of(set)[place / WORD] >> (place % WORD) & 1 == 1
    }

    /// The first run of a set in a line: its start and its end, and whether there is another.
    #[inline]
    pub fn first_run(&self, set: Member, start: usize, end: usize) -> Option<(usize, usize, bool)> {
        let words = self.of(set);
        let near = following(words, start) & lowest(end - start);
        let before = near.trailing_zeros() as usize;
        if before < WORD {
            let length = (!(near >> before)).trailing_zeros() as usize;
            let after = before + length;
            if after < WORD {
                let other = near >> after != 0 || is_in(words, start + WORD, end);
                return Some((start + before, start + after, other));
            }
        }
        let first = next(words, start, end, 0);
        let last = next(words, first, end, u64::MAX);
        (first < end).then(|| (first, last, is_in(words, last, end)))
    }

    /// The first place in `start..end` that is in a set.
    #[inline]
    pub fn first(&self, set: Member, start: usize, end: usize) -> Option<usize> {
        let near = following(self.of(set), start) & lowest(end - start);
        if near != 0 {
            return Some(start + near.trailing_zeros() as usize);
        }
        let far = start + WORD;
        (far < end).then(|| next(self.of(set), far, end, 0)).filter(|&place| place < end)
    }

    /// Where the run of a set starts that is at the end of a line.
    #[inline]
    pub fn last_run(&self, set: Member, start: usize, end: usize) -> Option<usize> {
        let words = self.of(set);
        let mut word = end / WORD;
        // The bits of bytes outside the set, searched from the highest down.
        let mut others = !words[word] & below(end % WORD);
        while others == 0 && word > start / WORD {
            word -= 1;
            others = !words[word];
        }
        let last =
            if others == 0 { 0 } else { word * WORD + WORD - others.leading_zeros() as usize };
        let first = last.max(start);
        (first < end).then_some(first)
    }
}

/// The first place in `start..end` whose bit is set, or unset if `flipped` is all ones; `end` if
/// there is none.
#[inline]
fn next(words: &[u64], start: usize, end: usize, flipped: u64) -> usize {
    let mut word = start / WORD;
    let mut bits = (words[word] ^ flipped) & !below(start % WORD);
    while bits == 0 {
        word += 1;
        if word * WORD >= end {
            return end;
        }
        bits = words[word] ^ flipped;
    }
    end.min(word * WORD + bits.trailing_zeros() as usize)
}

/// Whether there is a bit from `start` on and before `end`.
#[inline]
fn is_in(words: &[u64], start: usize, end: usize) -> bool {
    start < end && next(words, start, end, 0) < end
}

/// The bits from a place on, as many as a word has.
#[inline]
fn following(words: &[u64], start: usize) -> u64 {
    let (word, bit) = (start / WORD, start % WORD);
    let after = words.get(word + 1).copied().unwrap_or(0);
    words[word] >> bit | after << 1 << (WORD - 1 - bit)
}

/// The lowest bits of a word, so many or all.
#[inline]
fn lowest(bits: usize) -> u64 {
    if bits < WORD {
        below(bits)
    } else {
        u64::MAX
    }
}

/// The bits below one of a word.
#[inline]
fn below(bit: usize) -> u64 {
    (1 << bit) - 1
}
