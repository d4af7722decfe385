//! One search for the literals of all definitions.
//!
//! It finds the leftmost and then longest literal, and resumes after the first byte of what it
//! found (or later, if no literal can start there). All other literals at a position are then
//! prefixes of the one found there, so that every occurrence of every literal is known.

use aho_corasick::{packed, AhoCorasick, Anchored, BuildError, Input, MatchKind};

/// A text that a line must contain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Literal {
    /// Its bytes; not empty.
    pub text: Vec<u8>,
    /// Whether ASCII letters match in either case.
    pub any_case: bool,
}

/// Where a literal stands in the block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub literal: usize,
    pub start: usize,
}

/// Finds the literals of all definitions.
#[derive(Debug)]
pub struct Prefilter {
    search: Search,
    literals: Vec<Found>,
}

#[derive(Debug)]
enum Search {
    Nothing,
    Packed(packed::Searcher),
    Automaton(AhoCorasick),
}

/// What a literal tells where it is found.
#[derive(Debug)]
struct Found {
    /// Definitions with this literal or a prefix of it.
    definitions: Vec<usize>,
    /// Bytes from its start to the next position at which another literal can start.
    step: usize,
}

impl Prefilter {
    /// Prepares the search; each definition has any number of alternative literals, none empty.
    pub fn new(definitions: &[&[Literal]]) -> Result<Self, BuildError> {
        let any_case = definitions.iter().copied().flatten().any(|literal| literal.any_case);
        let text = |literal: &Literal| {
            if any_case {
                literal.text.to_ascii_lowercase()
            } else {
                literal.text.clone()
            }
        };
        let mut texts: Vec<_> = definitions.iter().copied().flatten().map(text).collect();
        texts.sort();
        texts.dedup();
        let owners = |found: &[u8]| {
            let owns =
                |literals: &[Literal]| literals.iter().any(|each| found.starts_with(&text(each)));
            (0..definitions.len()).filter(|&number| owns(definitions[number])).collect()
        };
        let literals = texts
            .iter()
            .map(|found| Found { definitions: owners(found), step: step(found, &texts) })
            .collect();
        Ok(Self { search: Search::new(&texts, any_case)?, literals })
    }

    /// The first literal that starts at `position` or later.
    pub fn next(&self, block: &[u8], position: usize) -> Option<Hit> {
        let found = match &self.search {
            Search::Nothing => None,
            Search::Packed(searcher) => searcher.find_in(block, (position..block.len()).into()),
            Search::Automaton(automaton) => {
                automaton.find(Input::new(block).range(position..).anchored(Anchored::No))
            }
        };
        found.map(|found| Hit { literal: found.pattern().as_usize(), start: found.start() })
    }

    /// The next literal after a hit.
    pub fn after(&self, block: &[u8], hit: Hit) -> Option<Hit> {
        self.next(block, hit.start + self.literals[hit.literal].step)
    }

    /// The definitions whose literal stands at a hit.
    pub fn definitions(&self, hit: Hit) -> &[usize] {
        &self.literals[hit.literal].definitions
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

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(text: &str, any_case: bool) -> Literal {
        Literal { text: text.into(), any_case }
    }

    /// For each definition the positions at which one of its literals was found.
    fn places(definitions: &[&[Literal]], block: &str) -> Vec<Vec<usize>> {
        let prefilter = Prefilter::new(definitions).unwrap();
        let mut places = vec![Vec::new(); definitions.len()];
        let mut next = prefilter.next(block.as_bytes(), 0);
        while let Some(hit) = next {
            for &definition in prefilter.definitions(hit) {
                places[definition].push(hit.start);
            }
            next = prefilter.after(block.as_bytes(), hit);
        }
        places
    }

    #[test]
    fn nested_literals_are_all_found() {
        let (inner, outer, start) =
            (literal("loss: ", false), literal("eval_loss: ", false), literal("eval", false));
        let found = places(&[&[inner], &[outer], &[start]], "an eval_loss: 1 loss: 2 evaloss: 3");
        assert_eq!(found, [vec![8, 16, 27], vec![3], vec![3, 24]]);
    }

    #[test]
    fn overlapping_literals_are_all_found() {
        let found = places(
            &[&[literal("abab", false)], &[literal("ba", false)], &[literal("aba", false)]],
            "ababab",
        );
        assert_eq!(found, [vec![0, 2], vec![1, 3], vec![0, 2]]);
    }

    #[test]
    fn many_literals_need_an_automaton() {
        let literals: Vec<_> =
            (0..500).map(|number| literal(&format!("metric{number}="), false)).collect();
        let definitions: Vec<_> = literals.chunks(1).collect();
        let found = places(&definitions, "metric499= metric4=");
        assert_eq!((found[499].as_slice(), found[4].as_slice()), ([0].as_slice(), [11].as_slice()));
        assert_eq!(found.iter().flatten().count(), 2);
    }

    #[test]
    fn either_case() {
        let found = places(&[&[literal("Loss", true)], &[literal("acc", false)]], "LOSS loss ACC");
        assert_eq!(found[0], [0, 5]);
    }

    #[test]
    fn no_literal_is_found_nowhere() {
        assert_eq!(Prefilter::new(&[&[]]).unwrap().next(b"abc", 0), None);
    }
}
