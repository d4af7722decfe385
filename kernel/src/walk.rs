//! The walk over a block's lines: those that contain a literal are searched, event by event.

use std::ops::Range;

use aho_corasick::BuildError;

use crate::candidates::Candidates;
use crate::clock::Clock;
use crate::definition::Definition;
use crate::engine::Scratch;
use crate::event_search::EventSearch;
use crate::found::Found;
use crate::lines::Block;
use crate::marks::Marks;
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
    offsets: Vec<Option<(usize, bool)>>,
    /// How far before its literal a word must start for a definition to match, if one must.
    words: Vec<Option<usize>>,
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
        Ok(Self { view, clock, definitions, prefilter, everywhere, offsets, words })
    }
}

/// What a walk writes to, kept for the next one.
#[derive(Debug)]
pub struct WalkSpace {
    engine: Scratch,
    candidates: Candidates,
    seen: Vec<u8>,
    marks: Marks,
}

impl WalkSpace {
    pub fn new(plan: &Plan) -> Self {
        Self {
            engine: Scratch::default(),
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
    /// How many of the hits in the part that was swept last were looked at.
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
            self.space.candidates.clear();
            let end = self.end_of_line(start);
            self.line(&(start..end));
            position = end + 1;
        }
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
        self.hit = 0;
        marks.hits.clear();
        (marks.swept < self.block.bytes.len())
            .then(|| self.plan.prefilter.sweep(self.block.bytes, marks))
    }

    /// Where the line that starts at `start` ends, with its candidates noted.
    #[inline]
    fn end_of_line(&mut self, start: usize) -> usize {
        let mut from = start;
        loop {
            let WalkSpace { marks, candidates, .. } = &mut *self.space;
            let end = marks.line_end(from);
            let before = end.unwrap_or(usize::MAX);
            while let Some(&hit) = marks.hits.get(self.hit).filter(|hit| hit.start < before) {
                for &number in self.plan.prefilter.definitions(hit) {
                    let before = self.plan.words[number].filter(|_| self.is_whole);
                    let is_inside = |before| is_in_word(self.block.bytes, start, hit.start, before);
                    if !before.is_some_and(is_inside) {
                        candidates.add(number, hit.start - start);
                    }
                }
                self.hit += 1;
            }
            if let Some(end) = end {
                return end;
            }
            from = marks.swept.max(start);
            if self.sweep().is_none() {
                return self.block.bytes.len();
            }
        }
    }

    fn line(&mut self, line: &Range<usize>) {
        let WalkSpace { engine, candidates, seen, marks } = &mut *self.space;
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
                    continue;
                }
                let literal = candidates.span(place);
                let text = literal.zip(self.plan.offsets[place]).and_then(
                    |(literal, (offset, is_text))| Some((literal.moved_back(offset)?, is_text)),
                );
                search.search(self.block, place, definition, literal, text);
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
