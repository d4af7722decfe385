//! Plain lines that are searched together, one definition after the other.
//!
//! Most lines are of printable ASCII and one event each, which no view changes. Where many of them
//! are searched for the same definition one after the other, what the search looks at stays in the
//! cache, and its branches go the way that they went for the line before.

use std::ops::Range;

use crate::candidates::Span;
use crate::engine::{Leftmost, Reader, Reading, Scratch};
use crate::event_search::EventSearch;
use crate::found::Found;
use crate::lines::{Block, Event};
use crate::number;
use crate::text::Seen;
use crate::walk::Plan;

/// Lines that are searched at a time.
const MOST_LINES: usize = 512;

/// Lines of a block that wait to be searched.
#[derive(Debug)]
pub struct Batch {
    lines: Vec<Line>,
    /// For each definition the lines with its literal, and where it is.
    literals: Vec<Vec<(usize, Span)>>,
    /// For each definition what was found in which lines.
    numbers: Vec<Vec<(usize, f64)>>,
}

#[derive(Debug)]
struct Line {
    number: usize,
    bytes: Range<usize>,
    /// How many numbers it has; later, in which row the next of them is.
    row: usize,
}

impl Batch {
    /// No lines yet, to be searched for so many definitions.
    pub fn new(definitions: usize) -> Self {
        Self {
            lines: Vec::with_capacity(MOST_LINES),
            literals: vec![Vec::new(); definitions],
            numbers: vec![Vec::new(); definitions],
        }
    }

    /// Whether it is time to search its lines.
    pub fn is_full(&self) -> bool {
        self.lines.len() >= MOST_LINES
    }

    /// Adds the line with a number.
    pub fn add_line(&mut self, number: usize, bytes: Range<usize>) {
        self.lines.push(Line { number, bytes, row: 0 });
    }

    /// Adds a place in the last line at which a definition's literal is.
    #[inline]
    pub fn add_literal(&mut self, definition: usize, place: usize) {
        let (line, literals) = (self.lines.len() - 1, &mut self.literals[definition]);
        match literals.last_mut() {
            Some((last, span)) if *last == line => span.last = place,
            _ => literals.push((line, Span { first: place, last: place })),
        }
    }

    /// Searches the lines, and empties the batch.
    pub fn search(
        &mut self,
        plan: &Plan,
        block: &Block<'_>,
        scratch: &mut Scratch,
        found: &mut Found,
    ) {
        if self.lines.is_empty() {
            return;
        }
        let examples = found.examples.len();
        for place in 0..plan.definitions.len() {
            let (lines, numbers) = (&mut self.lines[..], &mut self.numbers[place]);
            let mut search = Search { plan, block, scratch, found, place, lines, numbers };
            search.all(self.literals[place].drain(..));
        }
        found.examples[examples..].sort_by_key(|example| example.event);
        self.add_rows(plan, block, found);
        self.lines.clear();
    }

    /// Adds what was found, line by line, in the order of the definitions.
    fn add_rows(&mut self, plan: &Plan, block: &Block<'_>, found: &mut Found) {
        let first = found.rows.values.len();
        let mut rows = first;
        for line in &mut self.lines {
            rows += std::mem::replace(&mut line.row, rows);
        }
        found.rows.add(rows, block.pieces());
        for (definition, numbers) in plan.definitions.iter().zip(&mut self.numbers) {
            for (line, value) in numbers.drain(..) {
                let line = &mut self.lines[line];
                found.rows.put(line.row, definition.number, value, block.event(line.number));
                line.row += 1;
            }
        }
        let mut row = first;
        for line in &self.lines {
            if line.row > row {
                let time = block.time(&plan.clock, line.number, line.bytes.start, found);
                found.rows.times.fill(row, line.row, time);
                row = line.row;
            }
        }
    }
}

impl Line {
    fn event(&self) -> Event {
        Event { number: self.number, line: self.number, bytes: self.bytes.clone() }
    }
}

/// The search of lines for the definition at a place in the list.
struct Search<'a> {
    plan: &'a Plan,
    block: &'a Block<'a>,
    scratch: &'a mut Scratch,
    found: &'a mut Found,
    place: usize,
    lines: &'a mut [Line],
    numbers: &'a mut Vec<(usize, f64)>,
}

impl Search<'_> {
    /// Searches all lines for a definition without a literal, and for others those with it.
    fn all(&mut self, literals: impl Iterator<Item = (usize, Span)>) {
        let definition = &self.plan.definitions[self.place];
        let reader = definition.pattern.reader();
        if definition.literals.is_none() {
            return self.everywhere(reader);
        }
        let offset = self.plan.offsets[self.place];
        let Some((shortcut, (offset, is_text))) = reader.shortcut().zip(offset) else {
            for (line, literal) in literals {
                self.line(line, Some(literal), |_, _| Leftmost::Unknown);
            }
            return;
        };
        for (line, literal) in literals {
            self.line(line, Some(literal), |scratch, event| {
                let text = literal.moved_back(offset);
                let read = |text| shortcut.read(&mut scratch.direct, event, text, is_text);
                let reading = text.and_then(read).filter(|reading| reading.end > literal.last);
                reading.map_or(Leftmost::Unknown, |reading| Leftmost::Number {
                    reading,
                    repeated: false,
                })
            });
        }
    }

    fn everywhere(&mut self, reader: Reader<'_>) {
        let lines = 0..self.lines.len();
        match reader {
            Reader::LoneRun(run) => {
                lines.for_each(|line| self.line(line, None, |_, event| run.read(event)));
            }
            Reader::Program(program) => {
                lines.for_each(|line| self.line(line, None, |_, event| program.read(event)));
            }
            Reader::Shortcut(_) | Reader::Nothing => {
                lines.for_each(|line| self.line(line, None, |_, _| Leftmost::Unknown));
            }
        }
    }

    /// Searches a line, in which `read` may tell the leftmost match; `literal`: where it is.
    #[inline]
    fn line(
        &mut self,
        number: usize,
        literal: Option<Span>,
        read: impl FnOnce(&mut Scratch, &[u8]) -> Leftmost,
    ) {
        let event = &self.block.bytes[self.lines[number].bytes.clone()];
        let value = match read(self.scratch, event) {
            _ if self.found.is_tried(self.place) => self.searched(number, literal),
            Leftmost::Nothing => None,
            Leftmost::Number { reading: Reading { number, start, .. }, repeated } => {
                let truncated = number::is_truncated(event, start, number.end);
                self.found.note(self.place, repeated, truncated);
                Some(number.value)
            }
            Leftmost::Unknown => self.searched(number, literal),
        };
        if let Some(value) = value {
            self.lines[number].row += 1;
            self.numbers.push((number, value));
        }
    }

    /// The number that a search finds in a line.
    fn searched(&mut self, number: usize, literal: Option<Span>) -> Option<f64> {
        let event = self.lines[number].event();
        let mut search = EventSearch {
            block: self.block,
            event: &event,
            seen: &Seen::plain(&self.block.bytes[event.bytes.clone()]),
            clock: &self.plan.clock,
            scratch: self.scratch,
            found: self.found,
        };
        search.search(self.place, &self.plan.definitions[self.place], literal)
    }
}
