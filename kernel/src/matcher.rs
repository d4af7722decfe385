//! A block through view, prefilter and engine to columns.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use aho_corasick::BuildError;

use crate::candidates::{Candidates, Span};
use crate::engine::{OverLimit, Pattern, Scratch};
use crate::found::{Deferred, Found, Place, Rejected};
use crate::lines::{Base, Block, Event, LineCounter};
use crate::number;
use crate::prefilter::{Literal, Prefilter};
use crate::segment::{SegmentReader, Skipped};
use crate::text::{Seen, Text};
use crate::view::View;

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
    workspaces: Mutex<Vec<Workspace>>,
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
        Ok(Self { view, definitions, prefilter, everywhere, workspaces: Mutex::default() })
    }

    /// Searches all definitions in a block that ends where a line ends, or an event of a line.
    ///
    /// `head`: the first bytes of the first line where the block starts in the middle of it.
    #[must_use]
    pub fn search(&self, bytes: &[u8], head: &[u8]) -> Found {
        let mut found = Found::nothing(self.definitions.len());
        let mut workspace = self.workspace();
        self.add(&mut found, &mut workspace.search, bytes, head);
        self.give_back(workspace);
        found
    }

    /// Searches all definitions in the lines that start in a segment of a file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn search_segment(
        &self,
        file: &File,
        segment: Range<u64>,
        strip: bool,
    ) -> io::Result<Part> {
        let mut found = Found::nothing(self.definitions.len());
        let mut workspace = self.workspace();
        let mut blocks =
            SegmentReader::new(file, segment, self.view, strip, &mut workspace.buffer)?;
        while let Some((bytes, head)) = blocks.next()? {
            self.add(&mut found, &mut workspace.search, bytes, head);
        }
        let skipped = blocks.skipped();
        self.give_back(workspace);
        Ok(Part { found, skipped })
    }

    /// Adds what is found in the block that follows those before.
    fn add(&self, found: &mut Found, workspace: &mut SearchSpace, bytes: &[u8], head: &[u8]) {
        let base = Base { lines: found.newlines, events: found.events };
        let block = Block::new(self.view, bytes, head, base);
        let newlines = Scan::new(self, &block, workspace, found).run();
        found.newlines += newlines;
        let unended = usize::from(!bytes.is_empty() && !bytes.ends_with(b"\n"));
        found.events += newlines + block.cuts() + unended;
        found.bytes += bytes.len();
        found.ended = unended == 0;
    }

    /// All events of a block as the regexes see them, with line ends between them.
    #[must_use]
    pub fn viewed(&self, bytes: &[u8]) -> Vec<u8> {
        let block = Block::new(self.view, bytes, b"", Base::default());
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

    /// The places of events in a block, given by their growing numbers.
    #[must_use]
    pub fn locate(&self, bytes: &[u8], head: &[u8], events: &[u32]) -> Vec<Place> {
        let block = Block::new(self.view, bytes, head, Base::default());
        let mut places = Vec::with_capacity(events.len());
        let mut wanted = events.iter().copied().peekable();
        for (line, range) in block.lines() {
            for event in block.events(line, &range) {
                let place = block.place(&event, None);
                while wanted.next_if_eq(&place.event).is_some() {
                    places.push(Place { time: block.time(range.start), ..place });
                }
            }
            if wanted.peek().is_none() {
                break;
            }
        }
        places
    }

    fn workspace(&self) -> Workspace {
        let kept = self.workspaces.lock().ok().and_then(|mut workspaces| workspaces.pop());
        kept.unwrap_or_else(|| Workspace {
            search: SearchSpace {
                engine: Scratch::default(),
                candidates: Candidates::new(self.definitions.len(), &self.everywhere),
                seen: Vec::new(),
            },
            buffer: Vec::new(),
        })
    }

    fn give_back(&self, workspace: Workspace) {
        if let Ok(mut workspaces) = self.workspaces.lock() {
            workspaces.push(workspace);
        }
    }
}

/// What was found in a segment of a file, and what of it was not searched.
#[derive(Debug)]
pub struct Part {
    /// What was found.
    pub found: Found,
    /// What was taken out.
    pub skipped: Skipped,
}

/// What a thread writes to while it searches, kept for the next time.
#[derive(Debug)]
struct Workspace {
    search: SearchSpace,
    buffer: Vec<u8>,
}

#[derive(Debug)]
struct SearchSpace {
    engine: Scratch,
    candidates: Candidates,
    seen: Vec<u8>,
}

/// The search of one block.
struct Scan<'a> {
    matcher: &'a Matcher,
    block: &'a Block<'a>,
    lines: LineCounter<'a>,
    space: &'a mut SearchSpace,
    found: &'a mut Found,
}

impl<'a> Scan<'a> {
    fn new(
        matcher: &'a Matcher,
        block: &'a Block<'a>,
        space: &'a mut SearchSpace,
        found: &'a mut Found,
    ) -> Self {
        Self { matcher, block, lines: LineCounter::new(block.bytes), space, found }
    }

    /// Searches all lines; gives how many line ends there are.
    fn run(mut self) -> usize {
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
            self.space.candidates.clear();
            while let Some(inside) = hit.filter(|hit| hit.start < line.end) {
                self.space.candidates.add(prefilter.definitions(inside), inside, start);
                hit = prefilter.after(bytes, inside);
            }
            self.line(&line);
            if line.end < bytes.len() {
                self.lines.skip_end(line.end);
            }
            position = line.end + 1;
        }
        self.lines.before(bytes.len())
    }

    fn line(&mut self, line: &Range<usize>) {
        let number = self.lines.before(line.start);
        let SearchSpace { engine, candidates, seen } = &mut *self.space;
        let mut time = None;
        for event in self.block.events(number, line) {
            let raw = &self.block.bytes[event.bytes.clone()];
            let mut seen = Seen::new(self.matcher.view, raw, seen);
            seen.in_place &= event.bytes == *line;
            let mut search =
                EventSearch { event: &event, seen: &seen, scratch: engine, found: self.found };
            for place in candidates.definitions() {
                let definition = &self.matcher.definitions[place];
                search.search(self.block, place, definition, candidates.span(place));
            }
            if self.found.rows.lack_places() {
                let time = *time.get_or_insert_with(|| self.block.time(line.start));
                self.found.rows.fill_places(self.block.place(&event, time));
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
    fn search(
        &mut self,
        block: &Block<'_>,
        place: usize,
        definition: &Definition,
        literal: Option<Span>,
    ) {
        match self.decide(definition, literal) {
            Ok(Verdict::NoMatch) => {}
            Ok(Verdict::Number(number)) => self.publish(place, definition, &number),
            Ok(Verdict::Rejected(capture)) => self.reject(block, place, definition, capture),
            Err(OverLimit) => self.defer(block, definition),
        }
    }

    fn decide(
        &mut self,
        definition: &Definition,
        literal: Option<Span>,
    ) -> Result<Verdict, OverLimit> {
        let (pattern, text) = (&definition.pattern, &self.seen.text);
        let start = self.first_start(definition, literal);
        let last = self.last_start(definition, literal);
        let Some(found) = pattern.find(self.scratch, text, start, last)? else {
            return Ok(Verdict::NoMatch);
        };
        let bytes = text.bytes();
        let parsed = found.capture.and_then(|(start, end)| number::parse(bytes, start, end));
        let Some(parsed) = parsed else {
            return Ok(Verdict::Rejected(found.capture));
        };
        let next = text.boundary_from(found.end.max(found.start + 1));
        let repeated = next <= last && pattern.find(self.scratch, text, next, last)?.is_some();
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

    /// A place behind which no match starts, as it would not hold the literal.
    fn last_start(&self, definition: &Definition, literal: Option<Span>) -> usize {
        match literal {
            Some(literal) if self.seen.in_place && !definition.looks_behind => literal.last,
            _ => usize::MAX,
        }
    }

    fn publish(&mut self, place: usize, definition: &Definition, number: &Published) {
        self.found.rows.definitions.push(definition.number);
        self.found.rows.values.push(number.value);
        self.found.repeated[place] += usize::from(number.repeated);
        self.found.truncated[place] += usize::from(number.truncated);
    }

    fn reject(
        &mut self,
        block: &Block<'_>,
        place: usize,
        definition: &Definition,
        capture: Option<(usize, usize)>,
    ) {
        let text = self.seen.text.bytes();
        let owned = |(start, end)| String::from_utf8_lossy(&text[start..end]).into_owned();
        let Place { event, line, .. } = block.place(self.event, None);
        self.found.reject(place, || Rejected {
            definition: definition.number,
            event,
            line,
            capture: capture.map(owned),
        });
    }

    fn defer(&mut self, block: &Block<'_>, definition: &Definition) {
        self.found.deferred.push(Deferred {
            definition: definition.number,
            place: block.place(self.event, block.time_of(self.event)),
            text: self.seen.text.bytes().to_vec(),
        });
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
        assert_eq!((found.events, found.bytes), (3, block.len()));
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
        let places = matcher.locate(b"a\n1970-01-01T00:00:01 x\n", b"", &[0, 1, 1]);
        let told: Vec<_> = places.iter().map(|place| (place.line, place.time)).collect();
        assert_eq!(told, [(0, None), (1, Some(1_000_000_000)), (1, Some(1_000_000_000))]);
    }
}
