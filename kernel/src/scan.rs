//! A block through view, prefilter and engine to columns.

use std::ops::Range;
use std::sync::{Arc, Mutex};

use aho_corasick::BuildError;

use crate::engine::{OverLimit, Pattern, Scratch};
use crate::lines::{Block, Event, LineCounter};
use crate::number;
use crate::prefilter::{Hit, Literal, Prefilter};
use crate::text::{Seen, Text};
use crate::view::View;

/// Rejected captures of a definition that are kept as examples.
const EXAMPLES_KEPT: usize = 3;

/// A definition to be searched.
#[derive(Debug, Clone)]
pub struct Definition {
    /// What it is called in the results.
    pub number: i32,
    /// What to search.
    pub pattern: Arc<Pattern>,
    /// Texts of which a raw line must contain one for a match; None: any line may match.
    pub literals: Option<Vec<Literal>>,
    /// The most bytes from the start of a match to the end of such a text's first byte, less one,
    /// as long as all characters are ASCII; None if there is no bound.
    pub reach: Option<usize>,
    /// The text may stand before the match.
    pub looks_behind: bool,
}

/// Searches definitions in blocks; any number of threads may do so at a time.
#[derive(Debug)]
pub struct Matcher {
    view: View,
    definitions: Vec<Definition>,
    prefilter: Prefilter,
    /// Definitions that are searched on every line.
    everywhere: Vec<usize>,
    scratches: Mutex<Vec<Scratch>>,
}

/// What was found in a block.
#[derive(Debug, Default)]
pub struct Found {
    /// The numbers that were found.
    pub rows: Rows,
    /// For each definition, captures that are no number.
    pub rejected: Vec<usize>,
    /// For each definition, events on which the published match is not the only one.
    pub repeated: Vec<usize>,
    /// For each definition, values that are only a part of the number in the text.
    pub truncated: Vec<usize>,
    /// The first rejected captures of each definition.
    pub examples: Vec<Rejected>,
    /// What the engine did not decide.
    pub deferred: Vec<Deferred>,
    /// Numbers of the events that go on with the line of the event before.
    pub continued: Vec<usize>,
    /// Line ends in the block.
    pub newlines: usize,
    /// Events in the block.
    pub events: usize,
}

/// Columns of equal length, a row a number found, in the order of events, then definitions.
#[derive(Debug, Default)]
pub struct Rows {
    /// The event's number in the block, from 0.
    pub events: Vec<i64>,
    /// The number of its line in the block, from 0.
    pub lines: Vec<i64>,
    /// The raw byte of the block at which the event starts.
    pub starts: Vec<i64>,
    /// The definition's number.
    pub definitions: Vec<i32>,
    /// The number found.
    pub values: Vec<f64>,
    /// Nanoseconds since 1970 in UTC at the start of the line; 0 where it tells no time.
    pub times: Vec<i64>,
    /// Whether the line tells a time: 1, else 0.
    pub timed: Vec<u8>,
}

/// A match whose capture is no number; None where group 1 took no part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The definition's number.
    pub definition: i32,
    /// The event's number in the block.
    pub event: usize,
    /// What was captured.
    pub capture: Option<String>,
}

/// An event that the engine could not search to the end for a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deferred {
    /// The definition's number.
    pub definition: i32,
    /// The event's number in the block.
    pub event: usize,
    /// What the regexes see of the event.
    pub text: Vec<u8>,
}

impl Matcher {
    /// Prepares the search of definitions in blocks of raw lines.
    ///
    /// # Errors
    /// The literals are too many for an automaton.
    pub fn new(view: View, definitions: Vec<Definition>) -> Result<Self, BuildError> {
        let literals: Vec<&[Literal]> =
            definitions.iter().map(|each| each.literals.as_deref().unwrap_or(&[])).collect();
        let prefilter = Prefilter::new(&literals)?;
        let everywhere = (0..definitions.len())
            .filter(|&number| definitions[number].literals.is_none())
            .collect();
        Ok(Self { view, definitions, prefilter, everywhere, scratches: Mutex::default() })
    }

    /// Searches all definitions in a block that ends where a line ends, or an event of a line.
    ///
    /// `head`: the first bytes of the first line where the block starts in the middle of it.
    #[must_use]
    pub fn search(&self, bytes: &[u8], head: &[u8]) -> Found {
        let block = Block::new(self.view, bytes, head);
        let mut scan = Scan::new(self, &block);
        scan.run();
        let Scan { mut found, mut lines, scratch, .. } = scan;
        self.give_back(scratch);
        found.newlines = lines.before(bytes.len());
        found.continued = block.continued();
        let unended = usize::from(!bytes.is_empty() && !bytes.ends_with(b"\n"));
        found.events = found.newlines + found.continued.len() + unended;
        found
    }

    /// All events of a block as the regexes see them, with line ends between them.
    #[must_use]
    pub fn viewed(&self, bytes: &[u8]) -> Vec<u8> {
        let block = Block::new(self.view, bytes, b"");
        let (mut text, mut scratch) = (Vec::with_capacity(bytes.len()), Vec::new());
        for (line, range) in block.lines() {
            for event in block.events(line, &range) {
                let seen = Seen::new(self.view, &bytes[event.bytes], &mut scratch);
                text.extend_from_slice(seen.text.bytes());
                text.push(b'\n');
            }
        }
        text
    }

    /// The lines, starts and times of events, given by their growing numbers.
    #[must_use]
    pub fn locate(&self, bytes: &[u8], head: &[u8], events: &[i64]) -> Rows {
        let block = Block::new(self.view, bytes, head);
        let mut rows = Rows::default();
        let mut wanted = events.iter().copied().peekable();
        for (line, range) in block.lines() {
            for event in block.events(line, &range) {
                while wanted.next_if_eq(&signed(event.number)).is_some() {
                    rows.push_place(&event, block.time(range.start));
                }
            }
            if wanted.peek().is_none() {
                break;
            }
        }
        rows
    }

    fn scratch(&self) -> Scratch {
        let kept = self.scratches.lock().ok().and_then(|mut scratches| scratches.pop());
        kept.unwrap_or_else(Scratch::new)
    }

    fn give_back(&self, scratch: Scratch) {
        if let Ok(mut scratches) = self.scratches.lock() {
            scratches.push(scratch);
        }
    }
}

impl Rows {
    /// Whether there are values whose event is not noted yet.
    fn lack_places(&self) -> bool {
        self.events.len() < self.values.len()
    }

    /// Notes the event of all values that have none yet.
    fn fill_places(&mut self, event: &Event, time: Option<i64>) {
        while self.lack_places() {
            self.push_place(event, time);
        }
    }

    fn push_place(&mut self, event: &Event, time: Option<i64>) {
        self.events.push(signed(event.number));
        self.lines.push(signed(event.line));
        self.starts.push(signed(event.bytes.start));
        self.times.push(time.unwrap_or(0));
        self.timed.push(u8::from(time.is_some()));
    }
}

/// Places in a block, which lies in memory, fit.
fn signed(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}

/// The search of one block.
struct Scan<'a> {
    matcher: &'a Matcher,
    block: &'a Block<'a>,
    lines: LineCounter<'a>,
    candidates: Candidates,
    scratch: Scratch,
    seen: Vec<u8>,
    found: Found,
}

impl<'a> Scan<'a> {
    fn new(matcher: &'a Matcher, block: &'a Block<'a>) -> Self {
        let count = matcher.definitions.len();
        Self {
            matcher,
            block,
            lines: LineCounter::new(block.bytes),
            candidates: Candidates::new(count, &matcher.everywhere),
            scratch: matcher.scratch(),
            seen: Vec::new(),
            found: Found {
                rejected: vec![0; count],
                repeated: vec![0; count],
                truncated: vec![0; count],
                ..Found::default()
            },
        }
    }

    fn run(&mut self) {
        let prefilter = &self.matcher.prefilter;
        let bytes = self.block.bytes;
        let all_lines = !self.matcher.everywhere.is_empty();
        let mut hit = prefilter.next(bytes, 0);
        let mut position = 0;
        while position < bytes.len() {
            let start = match hit {
                _ if all_lines => position,
                Some(hit) => self.block.start_of_line(position, hit.start),
                None => break,
            };
            let line = self.block.line_from(start);
            self.candidates.clear();
            while let Some(inside) = hit.filter(|hit| hit.start < line.end) {
                self.candidates.add(prefilter.definitions(inside), inside, start);
                hit = prefilter.after(bytes, inside);
            }
            self.line(&line);
            position = line.end + 1;
        }
    }

    fn line(&mut self, line: &Range<usize>) {
        let number = self.lines.before(line.start);
        let mut time = None;
        for event in self.block.events(number, line) {
            let raw = &self.block.bytes[event.bytes.clone()];
            let mut seen = Seen::new(self.matcher.view, raw, &mut self.seen);
            seen.in_place &= event.bytes == *line;
            let mut search = EventSearch {
                event: &event,
                seen: &seen,
                scratch: &mut self.scratch,
                found: &mut self.found,
            };
            for place in self.candidates.definitions() {
                let definition = &self.matcher.definitions[place];
                search.search(place, definition, self.candidates.span(place));
            }
            if self.found.rows.lack_places() {
                let time = *time.get_or_insert_with(|| self.block.time(line.start));
                self.found.rows.fill_places(&event, time);
            }
        }
    }
}

/// The search of one event.
struct EventSearch<'a> {
    event: &'a Event,
    seen: &'a Seen<'a>,
    scratch: &'a mut Scratch,
    found: &'a mut Found,
}

enum Verdict {
    NoMatch,
    Rejected(Option<(usize, usize)>),
    Number(Published),
}

/// A number that a definition publishes.
struct Published {
    value: f64,
    repeated: bool,
    truncated: bool,
}

impl EventSearch<'_> {
    /// Searches the definition at a place in the list, and notes what comes of it.
    ///
    /// `literal`: where its literal stands in the raw line, if it has one.
    fn search(&mut self, place: usize, definition: &Definition, literal: Option<Span>) {
        match self.decide(definition, literal) {
            Ok(Verdict::NoMatch) => {}
            Ok(Verdict::Number(number)) => self.publish(place, definition, &number),
            Ok(Verdict::Rejected(capture)) => self.reject(place, definition, capture),
            Err(OverLimit) => self.defer(definition),
        }
    }

    fn decide(
        &mut self,
        definition: &Definition,
        literal: Option<Span>,
    ) -> Result<Verdict, OverLimit> {
        let (pattern, text) = (&definition.pattern, &self.seen.text);
        let start = self.first_start(definition, literal);
        let Some(found) = pattern.find(self.scratch, text, start)? else {
            return Ok(Verdict::NoMatch);
        };
        let bytes = text.bytes();
        let parsed = found.capture.and_then(|(start, end)| number::parse(bytes, start, end));
        let Some(parsed) = parsed else {
            return Ok(Verdict::Rejected(found.capture));
        };
        let next = text.boundary_from(found.end.max(found.start + 1));
        let repeated = self.may_match_from(next, definition, literal)
            && pattern.find(self.scratch, text, next)?.is_some();
        let truncated = number::is_truncated(bytes, parsed.start, parsed.end);
        Ok(Verdict::Number(Published { value: parsed.value, repeated, truncated }))
    }

    /// A place at which the search may start without missing a match.
    fn first_start(&self, definition: &Definition, literal: Option<Span>) -> usize {
        match (definition.reach, literal, &self.seen.text) {
            (Some(0), Some(literal), _) if self.seen.in_place => literal.first,
            (Some(reach), Some(literal), Text::Ascii(_)) if self.seen.in_place => {
                literal.first.saturating_sub(reach)
            }
            _ => 0,
        }
    }

    /// Whether a match may start at `place` or later, as far as the literal tells.
    fn may_match_from(&self, place: usize, definition: &Definition, literal: Option<Span>) -> bool {
        definition.looks_behind
            || !self.seen.in_place
            || literal.is_none_or(|literal| literal.last >= place)
    }

    fn publish(&mut self, place: usize, definition: &Definition, number: &Published) {
        self.found.rows.definitions.push(definition.number);
        self.found.rows.values.push(number.value);
        self.found.repeated[place] += usize::from(number.repeated);
        self.found.truncated[place] += usize::from(number.truncated);
    }

    fn reject(&mut self, place: usize, definition: &Definition, capture: Option<(usize, usize)>) {
        self.found.rejected[place] += 1;
        if self.found.rejected[place] <= EXAMPLES_KEPT {
            let text = self.seen.text.bytes();
            let owned = |(start, end)| String::from_utf8_lossy(&text[start..end]).into_owned();
            self.found.examples.push(Rejected {
                definition: definition.number,
                event: self.event.number,
                capture: capture.map(owned),
            });
        }
    }

    fn defer(&mut self, definition: &Definition) {
        self.found.deferred.push(Deferred {
            definition: definition.number,
            event: self.event.number,
            text: self.seen.text.bytes().to_vec(),
        });
    }
}

/// The first and last place in a line at which a definition's literal stands.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    first: usize,
    last: usize,
}

/// The definitions to be searched in a line, as a set of bits, and where their literals stand.
#[derive(Debug, Default)]
struct Candidates {
    everywhere: Vec<u64>,
    hit: Vec<u64>,
    spans: Vec<Span>,
}

const BITS: usize = u64::BITS as usize;

impl Candidates {
    fn new(count: usize, everywhere: &[usize]) -> Self {
        let mut bits = vec![0; count.div_ceil(BITS)];
        for &number in everywhere {
            bits[number / BITS] |= 1 << (number % BITS);
        }
        Self { hit: vec![0; bits.len()], everywhere: bits, spans: vec![Span::default(); count] }
    }

    fn clear(&mut self) {
        self.hit.fill(0);
    }

    fn add(&mut self, definitions: &[usize], hit: Hit, line: usize) {
        let place = hit.start - line;
        for &number in definitions {
            let (word, bit) = (&mut self.hit[number / BITS], 1 << (number % BITS));
            if *word & bit == 0 {
                *word |= bit;
                self.spans[number].first = place;
            }
            self.spans[number].last = place;
        }
    }

    /// The places of a definition's literal; None if it is searched without.
    fn span(&self, number: usize) -> Option<Span> {
        let everywhere = self.everywhere[number / BITS] >> (number % BITS) & 1 == 1;
        (!everywhere).then(|| self.spans[number])
    }

    fn definitions(&self) -> impl Iterator<Item = usize> + '_ {
        self.hit.iter().zip(&self.everywhere).enumerate().flat_map(|(word, (hit, everywhere))| {
            let mut bits = hit | everywhere;
            std::iter::from_fn(move || {
                let bit = (bits != 0).then(|| bits.trailing_zeros() as usize)?;
                bits &= bits - 1;
                Some(word * BITS + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(pattern: &str, literal: Option<&str>) -> Definition {
        let text = |text: &str| vec![Literal { text: text.into(), any_case: false }];
        Definition {
            number: 0,
            pattern: Arc::new(Pattern::new(pattern, pattern.to_owned()).unwrap()),
            literals: literal.map(text),
            reach: literal.and_then(|literal| pattern.find(literal)),
            looks_behind: false,
        }
    }

    fn numbered(mut definitions: Vec<Definition>) -> Vec<Definition> {
        for (number, definition) in (0..).zip(&mut definitions) {
            definition.number = number;
        }
        definitions
    }

    fn search(view: View, definitions: Vec<Definition>, block: &[u8]) -> Found {
        Matcher::new(view, definitions).unwrap().search(block, b"")
    }

    #[test]
    fn rows_come_in_order() {
        let definitions = numbered(vec![
            definition("loss=([0-9.]+)", Some("loss=")),
            definition("([0-9]+)%", None),
            definition("eval_loss=([0-9]+)", Some("eval_loss=")),
        ]);
        let found = search(View::Sagemaker, definitions, b"5% eval_loss=2\n\nloss=0.5 loss=1\n");
        assert_eq!(found.rows.events, [0, 0, 0, 2]);
        assert_eq!(found.rows.starts, [0, 0, 0, 16]);
        assert_eq!(found.rows.definitions, [0, 1, 2, 0]);
        assert_eq!(found.rows.values, [2.0, 5.0, 2.0, 0.5]);
        assert_eq!((found.repeated, found.newlines, found.events), (vec![1, 0, 0], 3, 3));
    }

    #[test]
    fn the_view_is_searched() {
        let definitions = vec![definition("#011loss:([0-9]+)", Some("loss:"))];
        assert_eq!(search(View::Sagemaker, definitions.clone(), b"a\tloss:5").rows.values, [5.0]);
        assert!(search(View::Raw, definitions, b"a\tloss:5").rows.values.is_empty());
    }

    #[test]
    fn pieces_of_a_line_are_events() {
        let block = ["x".repeat(16_384).as_str(), "v=1\nv=2"].concat();
        let found =
            search(View::Sagemaker, vec![definition("v=([0-9])", Some("v="))], block.as_bytes());
        assert_eq!((found.rows.events, found.rows.lines), (vec![1, 2], vec![0, 1]));
        assert_eq!((found.continued, found.events), (vec![1], 3));
    }

    #[test]
    fn what_is_no_number_is_kept_as_an_example() {
        let found =
            search(View::Raw, vec![definition("v=([a-z]*)", Some("v="))], b"v=a\nv=b\nv=\nv=d\n");
        assert_eq!(found.rejected, [4]);
        let captures: Vec<_> = found.examples.into_iter().filter_map(|each| each.capture).collect();
        assert_eq!(captures, ["a", "b", ""]);
    }

    #[test]
    fn what_takes_too_long_is_deferred() {
        let block = format!("v=1\nv=2{}c\n", "a".repeat(100));
        let found = search(
            View::Raw,
            vec![definition("v=([0-9])((?:a|aa)+b)?(?:a|aa)*$", Some("v="))],
            block.as_bytes(),
        );
        assert_eq!(found.rows.values, [1.0]);
        assert_eq!(found.deferred.len(), 1);
    }

    #[test]
    fn events_are_located() {
        let matcher = Matcher::new(View::Sagemaker, Vec::new()).unwrap();
        let rows = matcher.locate(b"a\n1970-01-01T00:00:01 x\n", b"", &[0, 1, 1]);
        assert_eq!(
            (rows.starts, rows.times, rows.timed),
            (vec![0, 2, 2], vec![0, 1_000_000_000, 1_000_000_000], vec![0, 1, 1])
        );
    }
}
