//! The pass over a block with AVX2, after the algorithm Teddy.
//!
//! Literals are put into eight buckets. For each of 32 bytes at a time, and for each of the first
//! bytes of literals, two table lookups give the buckets with a literal that may start there; where
//! any is left the literals of those buckets are compared. Line ends and unusual bytes are told in
//! the same pass. It differs from that of `aho-corasick` in that it goes on in a window where there
//! is a hit, rather than start anew, and that it takes any number of literals, of either case.

// Since Rust 1.87 most intrinsics are safe to call where the instructions are enabled.
#![allow(unused_unsafe)]

mod buckets;

use std::arch::x86_64::{
    __m256i, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_cmpgt_epi8, _mm256_loadu_si256,
    _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_setzero_si256,
    _mm256_shuffle_epi8, _mm256_srli_epi16, _mm256_storeu_si256,
};

use self::buckets::{buckets, Bucket, Halves, PREFIX};
use super::texts::Texts;
use crate::marks::{Hit, Marks, WORD};

/// Bytes that are marked together, and those that their literals may go on with.
const WINDOW: usize = WORD + PREFIX - 1;
const HALF: usize = WORD / 2;
/// Literals of a bucket that are compared one by one.
const FEW: usize = 8;
const HEAD: usize = 8;

#[derive(Debug)]
pub struct Teddy {
    texts: Texts,
    /// The longest literal that is a prefix of each.
    prefixes: Vec<Option<usize>>,
    /// The literals of each bucket.
    buckets: Vec<Vec<Known>>,
    tables: [Table; PREFIX],
}

/// A literal, its length, its first eight bytes, and which of them it has; where it has more, its
/// last eight, and where they start.
#[derive(Debug, Clone, Copy)]
struct Known {
    literal: usize,
    length: usize,
    head: u64,
    mask: u64,
    tail: u64,
    tail_start: usize,
}

/// The buckets, a bit each, in which a byte with that low and that high half may stand.
#[derive(Debug, Clone, Copy, Default)]
struct Table {
    low: [u8; 16],
    high: [u8; 16],
}

impl Teddy {
    /// Whether this processor has the instructions.
    pub fn is_available() -> bool {
        is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt")
    }

    pub fn new(texts: Texts) -> Self {
        let sorted = &texts.sorted;
        let buckets = buckets(&texts);
        let mut tables = [Table::default(); PREFIX];
        for (number, bucket) in buckets.iter().enumerate() {
            for (table, &halves) in tables.iter_mut().zip(&bucket.halves) {
                table.add(number, halves);
            }
        }
        let known = |bucket: Bucket| {
            bucket.literals.into_iter().map(|literal| Known::new(literal, &texts)).collect()
        };
        let buckets = buckets.into_iter().map(known).collect();
        let prefix = |place: usize| {
            (0..place).rev().find(|&shorter| sorted[place].starts_with(&sorted[shorter]))
        };
        let prefixes = (0..sorted.len()).map(prefix).collect();
        Self { texts, prefixes, buckets, tables }
    }

    /// Marks the part of a block up to `end`.
    pub fn sweep(&self, block: &[u8], end: usize, marks: &mut Marks) {
        // SAFETY: a value of this type is only made where `is_available`.
        unsafe {
            if self.buckets.is_empty() {
                self.sweep_with_avx2::<false>(block, end, marks);
            } else {
                self.sweep_with_avx2::<true>(block, end, marks);
            }
        }
    }

    /// `LITERALS`: whether there are any.
    #[target_feature(enable = "avx2,popcnt")]
    unsafe fn sweep_with_avx2<const LITERALS: bool>(
        &self,
        block: &[u8],
        end: usize,
        marks: &mut Marks,
    ) {
        // SAFETY: the arrays are as long as what is loaded of them.
        let tables = self.tables.map(|table| unsafe { table.load() });
        let mut place = marks.swept;
        while let Some(window) = block[place..].first_chunk().filter(|_| place + WORD <= end) {
            // SAFETY: the caller vouches for the instructions.
            unsafe {
                self.sweep_window::<LITERALS>(&tables, block, place, window, u64::MAX, marks);
            };
            place += WORD;
        }
        while place < end {
            let mut window = [0; WINDOW];
            let rest = &block[place..block.len().min(place + WINDOW)];
            window[..rest.len()].copy_from_slice(rest);
            let kept = u64::MAX >> (WORD - WORD.min(end - place));
            // SAFETY: as above.
            unsafe { self.sweep_window::<LITERALS>(&tables, block, place, &window, kept, marks) };
            place += WORD;
        }
    }

    /// Marks those of `WORD` bytes at `place` that are `kept`; `window` has them and what follows.
    #[inline]
    #[target_feature(enable = "avx2,popcnt")]
    unsafe fn sweep_window<const LITERALS: bool>(
        &self,
        tables: &[[__m256i; 2]; PREFIX],
        block: &[u8],
        place: usize,
        window: &[u8; WINDOW],
        kept: u64,
        marks: &mut Marks,
    ) {
        // SAFETY: the caller vouches for the instructions, and the windows are as long as needed.
        let [(first, found_first), (second, found_second)] = unsafe {
            [0, HALF].map(|half| {
                let bytes = load(&window[half..]);
                let nothing = _mm256_setzero_si256();
                (bytes, if LITERALS { candidates(tables, bytes, &window[half..]) } else { nothing })
            })
        };
        // SAFETY: the caller vouches for the instructions.
        let (newlines, unusual, found) = unsafe {
            (
                pair(is_newline(first), is_newline(second)) & kept,
                pair(is_unusual(first), is_unusual(second)) & kept,
                !pair(is_zero(found_first), is_zero(found_second)) & kept,
            )
        };
        marks.push(newlines, unusual & !newlines, newlines.count_ones());
        if found == 0 {
            return;
        }
        let mut buckets = [0_u8; WORD];
        // SAFETY: both halves of `buckets` are 32 bytes.
        unsafe {
            _mm256_storeu_si256(buckets.as_mut_ptr().cast(), found_first);
            _mm256_storeu_si256(buckets[HALF..].as_mut_ptr().cast(), found_second);
        }
        self.add_hits(block, place, found, &buckets, marks);
    }

    /// Adds the literals that start at the places that `found` has bits of, each in its `buckets`.
    #[inline(never)]
    fn add_hits(
        &self,
        block: &[u8],
        place: usize,
        mut found: u64,
        buckets: &[u8; WORD],
        marks: &mut Marks,
    ) {
        while found != 0 {
            let bit = found.trailing_zeros() as usize;
            found &= found - 1;
            if let Some(literal) = self.literal_at(&block[place + bit..], buckets[bit]) {
                marks.hits.push(Hit { literal, start: place + bit });
            }
        }
    }

    /// The longest literal of some buckets with which a text starts.
    #[inline]
    fn literal_at(&self, text: &[u8], mut buckets: u8) -> Option<usize> {
        let head = head(text);
        let head = if self.texts.any_case { lower_case(head) } else { head };
        let mut longest = None;
        while buckets != 0 {
            let bucket = buckets.trailing_zeros() as usize;
            buckets &= buckets - 1;
            let found = self.literal_in(&self.buckets[bucket], text, head);
            // A longer one of two that start alike comes later in the order.
            longest = longest.max(found);
        }
        longest
    }

    #[inline]
    fn literal_in(&self, literals: &[Known], text: &[u8], head: u64) -> Option<usize> {
        if literals.len() <= FEW {
            let known = literals.iter().rev().find(|known| self.starts(text, head, known));
            return known.map(|known| known.literal);
        }
        self.literal_of_many(literals, text, head)
    }

    fn literal_of_many(&self, literals: &[Known], text: &[u8], head: u64) -> Option<usize> {
        // The last literal that is not after the text in order; all others with which the text
        // starts are prefixes of it.
        let is_before = |known: &Known| {
            let literal = &self.texts.sorted[known.literal][..];
            let part = &text[..text.len().min(literal.len())];
            if self.texts.any_case {
                *literal <= part.to_ascii_lowercase()[..]
            } else {
                literal <= part
            }
        };
        let last = literals[literals.partition_point(is_before).checked_sub(1)?];
        std::iter::successors(Some(last.literal), |&literal| self.prefixes[literal])
            .find(|&literal| self.starts(text, head, &Known::new(literal, &self.texts)))
    }

    /// Whether a text, whose first bytes are `head`, starts with a literal.
    #[inline]
    fn starts(&self, text: &[u8], head: u64, known: &Known) -> bool {
        (head ^ known.head) & known.mask == 0
            && known.length <= text.len()
            && (known.length <= HEAD || self.goes_on(text, known))
    }

    /// Whether a text goes on with a literal behind the first bytes.
    #[inline]
    fn goes_on(&self, text: &[u8], known: &Known) -> bool {
        if known.length <= 2 * HEAD && !self.texts.any_case {
            return head(&text[known.tail_start..]) == known.tail;
        }
        let (text, expected) =
            (&text[HEAD..known.length], &self.texts.sorted[known.literal][HEAD..]);
        if self.texts.any_case {
            text.eq_ignore_ascii_case(expected)
        } else {
            text.iter().eq(expected)
        }
    }
}

impl Known {
    fn new(literal: usize, texts: &Texts) -> Self {
        let text = &texts.sorted[literal];
        let mask = u64::MAX >> (8 * (HEAD - text.len().min(HEAD)));
        let tail_start = text.len().saturating_sub(HEAD);
        let (head, tail) = (head(text) & mask, head(&text[tail_start..]));
        Self { literal, length: text.len(), head, mask, tail, tail_start }
    }
}

impl Table {
    /// Lets bytes of these halves stand in a bucket.
    fn add(&mut self, bucket: usize, halves: Halves) {
        for half in 0..16 {
            self.low[half] |= u8::from(halves.low >> half & 1 == 1) << bucket;
            self.high[half] |= u8::from(halves.high >> half & 1 == 1) << bucket;
        }
    }

    /// # Safety
    /// The processor has AVX2.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn load(self) -> [__m256i; 2] {
        let twice = |table: [u8; 16]| {
            let mut both = [0; HALF];
            both[..16].copy_from_slice(&table);
            both[16..].copy_from_slice(&table);
            both
        };
        // SAFETY: the caller vouches for the instructions.
        unsafe { [load(&twice(self.low)), load(&twice(self.high))] }
    }
}

/// The first eight bytes of a text, the first one lowest; zeros where there are no more.
#[inline]
fn head(text: &[u8]) -> u64 {
    if let Some(bytes) = text.first_chunk() {
        return u64::from_le_bytes(*bytes);
    }
    text.iter().rev().fold(0, |head, &byte| head << 8 | u64::from(byte))
}

fn lower_case(head: u64) -> u64 {
    u64::from_le_bytes(head.to_le_bytes().map(|byte| byte.to_ascii_lowercase()))
}

/// # Safety
/// The processor has AVX2.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn load(bytes: &[u8]) -> __m256i {
    let bytes = &bytes[..HALF];
    // SAFETY: there are 32 bytes, and the caller vouches for the instructions.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

/// For each of 32 bytes the buckets whose literals may start there; `window` has those and what
/// follows.
///
/// # Safety
/// The processor has AVX2.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn candidates(
    tables: &[[__m256i; 2]; PREFIX],
    mut bytes: __m256i,
    window: &[u8],
) -> __m256i {
    // SAFETY: the caller vouches for the instructions.
    unsafe {
        let half = _mm256_set1_epi8(0xF);
        let mut found = _mm256_set1_epi8(-1);
        for (place, [low, high]) in tables.iter().enumerate() {
            if place > 0 {
                bytes = load(&window[place..]);
            }
            let lows = _mm256_and_si256(bytes, half);
            let highs = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), half);
            let both = _mm256_and_si256(
                _mm256_shuffle_epi8(*low, lows),
                _mm256_shuffle_epi8(*high, highs),
            );
            found = _mm256_and_si256(found, both);
        }
        found
    }
}

/// # Safety
/// The processor has AVX2.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn is_newline(bytes: __m256i) -> __m256i {
    // SAFETY: the caller vouches for the instructions.
    unsafe { _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(0x0A)) }
}

/// # Safety
/// The processor has AVX2.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn is_unusual(bytes: __m256i) -> __m256i {
    // SAFETY: the caller vouches for the instructions.
    unsafe {
        // Bytes that are not ASCII are negative.
        let low = _mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), bytes);
        _mm256_or_si256(low, _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(0x7F)))
    }
}

/// # Safety
/// The processor has AVX2.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn is_zero(bytes: __m256i) -> __m256i {
    // SAFETY: the caller vouches for the instructions.
    unsafe { _mm256_cmpeq_epi8(bytes, _mm256_setzero_si256()) }
}

/// The bits of two halves of a word.
///
/// # Safety
/// The processor has AVX2.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn pair(first: __m256i, second: __m256i) -> u64 {
    // SAFETY: the caller vouches for the instructions.
    let [first, second] = unsafe { [_mm256_movemask_epi8(first), _mm256_movemask_epi8(second)] }
        .map(|bits| u64::from(u32::from_ne_bytes(bits.to_ne_bytes())));
    first | second << HALF
}
