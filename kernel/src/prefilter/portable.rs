//! The pass over a block on any machine, with the searches of `aho-corasick`.

use aho_corasick::{packed, AhoCorasick, Anchored, BuildError, Input, MatchKind};

use super::texts::Texts;
use crate::marks::{Hit, Marks, WORD};

/// Finds the leftmost and then longest literal.
#[derive(Debug)]
pub struct Automaton {
    search: Search,
    /// For each literal the distance to the next position at which another can start.
    steps: Vec<usize>,
    longest: usize,
}

#[derive(Debug)]
enum Search {
    Nothing,
    Packed(packed::Searcher),
    Automaton(AhoCorasick),
}

impl Automaton {
    pub fn new(texts: &Texts) -> Result<Self, BuildError> {
        let sorted = &texts.sorted;
        Ok(Self {
            search: Search::new(sorted, texts.any_case)?,
            steps: sorted.iter().map(|text| step(text, sorted)).collect(),
            longest: sorted.iter().map(Vec::len).max().unwrap_or(1),
        })
    }

    /// Marks the part of a block up to `end`.
    pub fn sweep(&self, block: &[u8], end: usize, marks: &mut Marks) {
        let mut place = marks.swept;
        let window = &block[..block.len().min(end + self.longest - 1)];
        while let Some(hit) = self.next(window, place).filter(|hit| hit.start < end) {
            marks.hits.push(hit);
            place = hit.start + self.steps[hit.literal];
        }
        for word in block[marks.swept..end].chunks(WORD) {
            let mark = |is: fn(u8) -> bool| {
                word.iter().rev().fold(0, |bits, &byte| bits << 1 | u64::from(is(byte)))
            };
            let newlines = mark(|byte| byte == b'\n');
            let unusual = mark(|byte| !matches!(byte, b' '..=b'~' | b'\n'));
            marks.push(newlines, unusual, newlines.count_ones());
        }
    }

    /// The first literal that starts at `place` or later.
    fn next(&self, window: &[u8], place: usize) -> Option<Hit> {
        let found = match &self.search {
            _ if place > window.len() => None,
            Search::Nothing => None,
            Search::Packed(searcher) => searcher.find_in(window, (place..window.len()).into()),
            Search::Automaton(automaton) => {
                automaton.find(Input::new(window).range(place..).anchored(Anchored::No))
            }
        };
        found.map(|found| Hit { literal: found.pattern().as_usize(), start: found.start() })
    }
}

impl Search {
    fn new(texts: &[Vec<u8>], any_case: bool) -> Result<Self, BuildError> {
        if texts.is_empty() {
            return Ok(Self::Nothing);
        }
        if !any_case {
            let searcher = packed::Config::new()
                .match_kind(packed::MatchKind::LeftmostLongest)
                .builder()
                .extend(texts)
                .build();
            if let Some(searcher) = searcher {
                return Ok(Self::Packed(searcher));
            }
        }
        AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(any_case)
            .build(texts)
            .map(Self::Automaton)
    }
}

/// The least distance from the start of `found` at which one of `texts` can start.
fn step(found: &[u8], texts: &[Vec<u8>]) -> usize {
    let fits =
        |rest: &[u8]| texts.iter().any(|text| text.starts_with(rest) || rest.starts_with(text));
    (1..found.len()).find(|&place| fits(&found[place..])).unwrap_or(found.len())
}
