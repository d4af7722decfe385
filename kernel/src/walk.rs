//! The walk over a block's lines: those that contain a literal are searched, event by event.

use std::ops::Range;

use aho_corasick::BuildError;

use crate::batch::Batch;
use crate::candidates::Candidates;
use crate::clock::Clock;
use crate::definition::Definition;
use crate::engine::{Route, Scratch, Sets, Streams};
use crate::event_search::EventSearch;
use crate::found::Found;
use crate::lines::Block;
use crate::marks::{Hit, Marks};
use crate::prefilter::{Literal, Prefilter};
use crate::text::Seen;
use crate::view::View;

/// What is searched for in every block.
#[derive(Debug)]
pub struct Plan {
    pub view: View,
    pub clock: Clock,
    pub definitions: Vec<Definition>,
    prefilter: Prefilter,
    /// Definitions that are searched for on every line.
    everywhere: Vec<usize>,
    /// Where the text of a definition's shortcut has its literal, and whether that is all of it.
    pub offsets: Vec<Option<(usize, bool)>>,
    /// How far before its literal a word must start for a definition to match, if one must.
    words: Vec<Option<usize>>,
    /// For each definition that is searched for on every line the route that its matches take, if
    /// there is one.
    pub routes: Vec<Option<Route>>,
    /// What the routes tell apart.
    pub sets: Sets,
}

impl Plan {
    /// # Errors
    /// There are too many literals for an automaton.
    pub fn new(view: View, clock: Clock, definitions: Vec<Definition>) -> Result<Self, BuildError> {
        let literals: Vec<&[Literal]> =
            definitions.iter().map(|each| each.literals.as_deref().unwrap_or(&[])).collect();
        let prefilter = Prefilter::new(&literals)?;
        let everywhere = (0..definitions.len())
            .filter(|&number| definitions[number].literals.is_none())
            .collect();
        let any_case = literals.iter().copied().flatten().any(|literal| literal.any_case);
        let offset = |definition: &Definition| {
            definition.shortcut_offset().map(|(offset, is_text)| (offset, is_text && !any_case))
        };
        let offsets = definitions.iter().map(offset).collect();
        let words = definitions.iter().map(Definition::word_before_literal).collect();
        let mut sets = Sets::default();
        let route = |definition: &Definition| match definition.literals {
            None if Streams::are_fast() => definition.pattern.route(&mut sets),
            _ => None,
        };
        let routes = definitions.iter().map(route).collect();
        Ok(Self { view, clock, definitions, prefilter, everywhere, offsets, words, routes, sets })
    }
}

/// What a walk writes to, kept for the next one.
#[derive(Debug)]
pub struct WalkSpace {
    engine: Scratch,
    batch: Batch,
    candidates: Candidates,
    seen: Vec<u8>,
    marks: Marks,
}

impl WalkSpace {
    pub fn new(plan: &Plan) -> Self {
        Self {
            engine: Scratch::default(),
            batch: Batch::new(plan.definitions.len()),
            candidates: Candidates::new(plan.definitions.len(), &plan.everywhere),
            seen: Vec::new(),
            marks: Marks::default(),
        }
    }
}

/// A walk over one block.
pub struct Walk<'a> {
    plan: &'a Plan,
    block: &'a Block<'a>,
    space: &'a mut WalkSpace,
    found: &'a mut Found,
    /// How many of the hits that were marked last were looked at.
    hit: usize,
    /// All lines are events, searched for all definitions.
    is_whole: bool,
}

impl<'a> Walk<'a> {
    pub fn new(
        plan: &'a Plan,
        block: &'a Block<'a>,
        space: &'a mut WalkSpace,
        found: &'a mut Found,
    ) -> Self {
        space.marks.clear();
        let is_whole = block.cuts() == 0 && !found.sets_aside();
        Self { plan, block, space, found, hit: 0, is_whole }
    }

    /// Searches all lines; returns how many line ends there are.
    pub fn run(mut self) -> usize {
        let size = self.block.bytes.len();
        let mut position = 0;
        while let Some(start) = self.next_line(position).filter(|&start| start < size) {
            let line = start..self.end_of_line(start);
            position = line.end + 1;
            if self.is_whole && self.space.marks.is_plain(line.start, line.end) {
                self.add_to_batch(line);
            } else {
                self.search_batch();
                self.search_line(&line);
            }
        }
        self.search_batch();
        self.space.marks.lines_before(size)
    }

    /// The start of the next line to search, at `position` or later.
    #[inline]
    fn next_line(&mut self, position: usize) -> Option<usize> {
        if !self.plan.everywhere.is_empty() {
            return Some(position);
        }
        while self.hit == self.space.marks.hits.len() {
            self.sweep()?;
        }
        let marks = &self.space.marks;
        Some(marks.line_start(position, marks.hits[self.hit].start))
    }

    /// Marks the next part of the block; None if there is no more.
    fn sweep(&mut self) -> Option<()> {
        let marks = &mut self.space.marks;
        marks.hits.drain(..self.hit);
        self.hit = 0;
        (marks.swept < self.block.bytes.len())
            .then(|| self.plan.prefilter.sweep(self.block.bytes, marks))
    }

    /// Where the line that starts at `start` ends.
    #[inline]
    fn end_of_line(&mut self, start: usize) -> usize {
        let mut from = start;
        loop {
            if let Some(end) = self.space.marks.line_end(from) {
                return end;
            }
            from = self.space.marks.swept.max(start);
            if self.sweep().is_none() {
                return self.block.bytes.len();
            }
        }
    }

    /// The next hit in the line that ends at `end`.
    #[inline]
    fn next_hit(&mut self, end: usize) -> Option<Hit> {
        let hit = self.space.marks.hits.get(self.hit).filter(|hit| hit.start < end).copied();
        self.hit += usize::from(hit.is_some());
        hit
    }

    /// Adds a line of printable ASCII that is one event to those that are searched together.
    fn add_to_batch(&mut self, line: Range<usize>) {
        let Range { start, end } = line;
        self.space.batch.add_line(self.space.marks.lines_before(start), line);
        while let Some(hit) = self.next_hit(end) {
            for &number in self.plan.prefilter.definitions(hit) {
                let is_inside = |before| is_in_word(self.block.bytes, start, hit.start, before);
                if !self.plan.words[number].is_some_and(is_inside) {
                    self.space.batch.add_literal(number, hit.start - start);
                }
            }
        }
        if self.space.batch.is_full() {
            self.search_batch();
        }
    }

    fn search_batch(&mut self) {
        let WalkSpace { engine, batch, marks, .. } = &mut *self.space;
        batch.search(self.plan, self.block, marks, engine, self.found);
    }

    /// Searches the events of a line, each for all definitions.
    fn search_line(&mut self, line: &Range<usize>) {
        self.space.candidates.clear();
        while let Some(hit) = self.next_hit(line.end) {
            for &number in self.plan.prefilter.definitions(hit) {
                self.space.candidates.add(number, hit.start - line.start);
            }
        }
        let WalkSpace { engine, candidates, seen, marks, .. } = &mut *self.space;
        let number = marks.lines_before(line.start);
        let is_plain = marks.is_plain(line.start, line.end);
        let mut time = None;
        for event in self.block.events(number, line) {
            let raw = &self.block.bytes[event.bytes.clone()];
            let mut seen =
                if is_plain { Seen::plain(raw) } else { Seen::new(self.plan.view, raw, seen) };
            seen.in_place &= event.bytes == *line;
            let number_in_log = self.block.place(&event, None).event;
            let mut search = EventSearch {
                block: self.block,
                event: &event,
                seen: &seen,
                clock: &self.plan.clock,
                scratch: engine,
                found: self.found,
            };
            for place in candidates.definitions() {
                let definition = &self.plan.definitions[place];
                if search.found.is_beyond(place, number_in_log) {
                    let may_match = definition.may_match(search.seen.text.bytes());
                    search.found.set_aside[place] += usize::from(may_match);
                } else if let Some(value) = search.search(place, definition, candidates.span(place))
                {
                    search.found.rows.definitions.push(definition.number);
                    search.found.rows.values.push(value);
                }
            }
            if self.found.rows.lack_places() {
                let read = || self.block.time(&self.plan.clock, number, line.start, self.found);
                let time = *time.get_or_insert_with(read);
                self.found.rows.fill_places(self.block.place(&event, time));
            }
        }
    }
}

/// Whether a word goes on at the place so many bytes before a literal, in the line that starts at
/// `start`.
///
/// No view changes the bytes of a word.
#[inline]
fn is_in_word(block: &[u8], start: usize, literal: usize, before: usize) -> bool {
    let previous = literal.checked_sub(before + 1).filter(|&previous| previous >= start);
    previous
        .is_some_and(|previous| block[previous].is_ascii_alphanumeric() || block[previous] == b'_')
}
