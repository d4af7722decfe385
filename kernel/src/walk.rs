//! The walk over a block's lines: those that contain a literal are searched, event by event.

use std::ops::Range;

use aho_corasick::BuildError;

use crate::candidates::Candidates;
use crate::definition::Definition;
use crate::engine::Scratch;
use crate::event_search::EventSearch;
use crate::found::Found;
use crate::lines::{Block, LineCounter};
use crate::prefilter::{Literal, Prefilter};
use crate::text::Seen;
use crate::view::View;

/// What is searched for in every block.
#[derive(Debug)]
pub struct Plan {
    pub view: View,
    pub definitions: Vec<Definition>,
    prefilter: Prefilter,
    /// Definitions that are searched for on every line.
    everywhere: Vec<usize>,
    /// Where the text of a definition's shortcut has its literal.
    offsets: Vec<Option<usize>>,
}

impl Plan {
    /// # Errors
    /// There are too many literals for an automaton.
    pub fn new(view: View, definitions: Vec<Definition>) -> Result<Self, BuildError> {
        let literals: Vec<&[Literal]> =
            definitions.iter().map(|each| each.literals.as_deref().unwrap_or(&[])).collect();
        let prefilter = Prefilter::new(&literals)?;
        let everywhere = (0..definitions.len())
            .filter(|&number| definitions[number].literals.is_none())
            .collect();
        let offsets = definitions.iter().map(Definition::shortcut_offset).collect();
        Ok(Self { view, definitions, prefilter, everywhere, offsets })
    }
}

/// What a walk writes to, kept for the next one.
#[derive(Debug)]
pub struct WalkSpace {
    engine: Scratch,
    candidates: Candidates,
    seen: Vec<u8>,
}

impl WalkSpace {
    pub fn new(plan: &Plan) -> Self {
        Self {
            engine: Scratch::default(),
            candidates: Candidates::new(plan.definitions.len(), &plan.everywhere),
            seen: Vec::new(),
        }
    }
}

/// A walk over one block.
pub struct Walk<'a> {
    plan: &'a Plan,
    block: &'a Block<'a>,
    lines: LineCounter<'a>,
    space: &'a mut WalkSpace,
    found: &'a mut Found,
}

impl<'a> Walk<'a> {
    pub fn new(
        plan: &'a Plan,
        block: &'a Block<'a>,
        space: &'a mut WalkSpace,
        found: &'a mut Found,
    ) -> Self {
        Self { plan, block, lines: LineCounter::new(block.bytes), space, found }
    }

    /// Searches all lines; returns how many line ends there are.
    pub fn run(mut self) -> usize {
        let prefilter = &self.plan.prefilter;
        let bytes = self.block.bytes;
        let all_lines = !self.plan.everywhere.is_empty();
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
        let WalkSpace { engine, candidates, seen } = &mut *self.space;
        let mut time = None;
        for event in self.block.events(number, line) {
            let raw = &self.block.bytes[event.bytes.clone()];
            let mut seen = Seen::new(self.plan.view, raw, seen);
            seen.in_place &= event.bytes == *line;
            let mut search =
                EventSearch { event: &event, seen: &seen, scratch: engine, found: self.found };
            for place in candidates.definitions() {
                let definition = &self.plan.definitions[place];
                let literal = candidates.span(place);
                let text = literal
                    .zip(self.plan.offsets[place])
                    .and_then(|(literal, offset)| literal.moved_back(offset));
                search.search(self.block, place, definition, literal, text);
            }
            if self.found.rows.lack_places() {
                let time = *time.get_or_insert_with(|| self.block.time(line.start));
                self.found.rows.fill_places(self.block.place(&event, time));
            }
        }
    }
}
