//! One pass over a block for the literals of all definitions, and for where its lines end.
//!
//! At a place the longest literal is found that stands there; all others are then prefixes of it,
//! so that every occurrence of every literal is known.

mod portable;
#[cfg(target_arch = "x86_64")]
mod teddy;
mod texts;

use aho_corasick::BuildError;

use self::portable::Automaton;
#[cfg(target_arch = "x86_64")]
use self::teddy::Teddy;
pub use self::texts::Literal;
use self::texts::Texts;
use crate::marks::{Hit, Marks};

/// Bytes that are swept at a time, so that their marks stay in the processor's cache.
const PART: usize = 32 * 1024;

/// Finds the literals of all definitions.
#[derive(Debug)]
pub struct Prefilter {
    search: Search,
    /// For each literal the definitions with it or a prefix of it.
    owners: Vec<Vec<usize>>,
}

#[derive(Debug)]
enum Search {
    Portable(Automaton),
    #[cfg(target_arch = "x86_64")]
    Teddy(Box<Teddy>),
}

impl Prefilter {
    /// Prepares the search; each definition has any number of alternative literals, none empty.
    pub fn new(definitions: &[&[Literal]]) -> Result<Self, BuildError> {
        #[cfg(target_arch = "x86_64")]
        if Teddy::is_available() {
            return Ok(Self::with(definitions, |texts| Search::Teddy(Box::new(Teddy::new(texts)))));
        }
        Self::portable(definitions)
    }

    fn portable(definitions: &[&[Literal]]) -> Result<Self, BuildError> {
        let texts = Texts::new(definitions);
        let owners = texts.owners(definitions);
        Ok(Self { search: Search::Portable(Automaton::new(&texts)?), owners })
    }

    #[cfg(target_arch = "x86_64")]
    fn with(definitions: &[&[Literal]], search: impl FnOnce(Texts) -> Search) -> Self {
        let texts = Texts::new(definitions);
        Self { owners: texts.owners(definitions), search: search(texts) }
    }

    /// Marks the next part of a block: its literals, line ends and unusual bytes.
    pub fn sweep(&self, block: &[u8], marks: &mut Marks) {
        let end = block.len().min(marks.swept + PART);
        match &self.search {
            Search::Portable(automaton) => automaton.sweep(block, end, marks),
            #[cfg(target_arch = "x86_64")]
            Search::Teddy(teddy) => teddy.sweep(block, end, marks),
        }
        marks.swept = end;
    }

    /// The definitions whose literal stands at a hit.
    pub fn definitions(&self, hit: Hit) -> &[usize] {
        &self.owners[hit.literal]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(text: &str, any_case: bool) -> Literal {
        Literal { text: text.into(), any_case }
    }

    /// Every hit in a block, with the definitions whose literal stands there.
    fn hits(prefilter: &Prefilter, block: &[u8]) -> (Vec<(usize, Vec<usize>)>, Marks) {
        let (mut marks, mut hits) = (Marks::default(), Vec::new());
        while marks.swept < block.len() {
            marks.hits.clear();
            prefilter.sweep(block, &mut marks);
            let hit = |hit: &Hit| (hit.start, prefilter.definitions(*hit).to_vec());
            hits.extend(marks.hits.iter().map(hit));
        }
        (hits, marks)
    }

    /// For each definition the positions at which one of its literals was found.
    fn places(definitions: &[&[Literal]], block: &str) -> Vec<Vec<usize>> {
        let (found, _) = hits(&Prefilter::new(definitions).unwrap(), block.as_bytes());
        let (portable, _) = hits(&Prefilter::portable(definitions).unwrap(), block.as_bytes());
        assert_eq!(found, portable);
        let mut places = vec![Vec::new(); definitions.len()];
        for (start, definitions) in found {
            for definition in definitions {
                places[definition].push(start);
            }
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
    fn there_may_be_many_literals() {
        let literals: Vec<_> =
            (0..500).map(|number| literal(&format!("metric{number}="), false)).collect();
        let definitions: Vec<_> = literals.chunks(1).collect();
        let found = places(&definitions, "metric499= metric4=");
        assert_eq!((found[499].as_slice(), found[4].as_slice()), ([0].as_slice(), [11].as_slice()));
        assert_eq!(found.iter().flatten().count(), 2);
    }

    #[test]
    fn either_case() {
        let definitions = [&[literal("Loss", true)][..], &[literal("acc", false)]];
        let found = places(&definitions, "LOSS loss ACC");
        assert_eq!(found[0], [0, 5]);
    }

    #[test]
    fn no_literal_is_found_nowhere() {
        assert_eq!(places(&[&[]], "abc"), [Vec::<usize>::new()]);
    }

    #[test]
    fn all_places_are_marked_alike() {
        let texts = ["a", "ab\n", "\u{e9}", "abcdefghij", "cdefghijklmnopqrstu", "\x00", "ba"];
        for count in 0..=texts.len() {
            let literals: Vec<_> = texts[..count].iter().map(|text| literal(text, false)).collect();
            let (quick, slow) =
                (Prefilter::new(&[&literals]).unwrap(), Prefilter::portable(&[&literals]).unwrap());
            let mut state = 7_u32;
            for length in (0..300).chain([PART - 1, PART, PART + 1, 2 * PART + 70]) {
                let pieces =
                    ["a", "b", "\n", "\t", "x y", "é", "abcdefghijklmnopqrstu", "\x7f", "\x00"];
                let mut block = String::new();
                while block.len() < length {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    block += pieces[(state >> 16) as usize % pieces.len()];
                }
                let block = &block.as_bytes()[..length];
                let ((found, marks), (expected, other)) = (hits(&quick, block), hits(&slow, block));
                assert_eq!(found, expected);
                for place in 0..=length {
                    assert_eq!(marks.line_end(place), other.line_end(place));
                    assert_eq!(marks.lines_before(place), other.lines_before(place));
                    assert_eq!(marks.is_plain(place, length), other.is_plain(place, length));
                }
            }
        }
    }
}
