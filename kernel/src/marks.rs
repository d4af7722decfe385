//! What one pass over a block marks: line ends, unusual bytes, and literals.

/// A literal's place in the block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub literal: usize,
    pub start: usize,
}

/// Bytes to which a word of marks belongs, one bit each, the first one lowest.
pub const WORD: usize = u64::BITS as usize;

/// The marks of a block as far as it was swept, kept for the next block.
#[derive(Debug, Default)]
pub struct Marks {
    words: Vec<Word>,
    /// Line ends so far.
    count: u32,
    /// The literals that were found, in order of their places, until they are taken.
    pub hits: Vec<Hit>,
    /// How much of the block was swept.
    pub swept: usize,
}

/// The marks of `WORD` bytes.
#[derive(Debug, Clone, Copy)]
struct Word {
    /// Where lines end.
    newlines: u64,
    /// Bytes that a view may change: all but printable ASCII and line ends.
    unusual: u64,
    /// How many lines end before.
    count: u32,
}

impl Marks {
    /// Forgets the last block.
    pub fn clear(&mut self) {
        self.words.clear();
        self.hits.clear();
        (self.count, self.swept) = (0, 0);
    }

    /// Adds the marks of the next `WORD` bytes; `ends` is how many lines end in them.
    #[inline]
    pub fn push(&mut self, newlines: u64, unusual: u64, ends: u32) {
        self.words.push(Word { newlines, unusual, count: self.count });
        self.count = self.count.wrapping_add(ends);
    }

    /// Where the line ends that `place` is in, if that was swept.
    #[inline]
    pub fn line_end(&self, place: usize) -> Option<usize> {
        let (mut word, mut kept) = (place / WORD, !below(place % WORD));
        loop {
            let bits = self.words.get(word)?.newlines & kept;
            if bits != 0 {
                return Some(word * WORD + bits.trailing_zeros() as usize);
            }
            (word, kept) = (word + 1, u64::MAX);
        }
    }

    /// Where the line starts that `place` is in, `least` or later.
    #[inline]
    pub fn line_start(&self, least: usize, place: usize) -> usize {
        let (mut word, first) = (place / WORD, least / WORD);
        let mut bits = self.words[word].newlines & below(place % WORD);
        while bits == 0 && word > first {
            word -= 1;
            bits = self.words[word].newlines;
        }
        let start = word * WORD + WORD - bits.leading_zeros() as usize;
        if bits == 0 {
            least
        } else {
            start.max(least)
        }
    }

    /// Where lines end, from a place on that is the first of a word.
    pub fn line_ends(&self, start: usize) -> impl Iterator<Item = u64> + '_ {
        self.words[start / WORD..].iter().map(|word| word.newlines)
    }

    /// How many lines end before a place.
    #[inline]
    pub fn lines_before(&self, place: usize) -> usize {
        match self.words.get(place / WORD) {
            Some(word) => {
                let bits = word.newlines & below(place % WORD);
                word.count as usize + bits.count_ones() as usize
            }
            None => self.count as usize,
        }
    }

    /// Whether all bytes from `start` to `end` are printable ASCII, or line ends.
    #[inline]
    pub fn is_plain(&self, start: usize, end: usize) -> bool {
        let (first, last) = (start / WORD, end / WORD);
        let unusual = |word: usize| self.words.get(word).map_or(0, |word| word.unusual);
        let bits = unusual(first) & !below(start % WORD);
        if first == last {
            return bits & below(end % WORD) == 0;
        }
        bits == 0
            && (first + 1..last).all(|word| unusual(word) == 0)
            && unusual(last) & below(end % WORD) == 0
    }
}

/// The bits below one of a word.
#[inline]
fn below(bit: usize) -> u64 {
    (1 << bit) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_by_their_ends() {
        let mut marks = Marks::default();
        marks.push(1 << 3 | 1 << 63, 0, 2);
        marks.push(0, 1 << 5, 0);
        marks.push(1, 0, 1);
        assert_eq!([0, 3, 4, 64].map(|place| marks.line_end(place)), [3, 3, 63, 128].map(Some));
        assert_eq!(marks.line_end(129), None);
        assert_eq!(
            [2, 4, 63, 64, 100, 128].map(|place| marks.line_start(0, place)),
            [0, 4, 4, 64, 64, 64]
        );
        assert_eq!(marks.line_start(70, 100), 70);
        assert_eq!(
            [0, 3, 4, 64, 129, 500].map(|place| marks.lines_before(place)),
            [0, 0, 1, 2, 3, 3]
        );
        assert!(marks.is_plain(0, 69) && !marks.is_plain(0, 70) && marks.is_plain(70, 192));
    }
}
