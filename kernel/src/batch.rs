//! Plain lines that are searched together, one definition after the other.
//!
//! Most lines are of printable ASCII and one event each, which no view changes. Where many of them
//! are searched for the same definition one after the other, what the search looks at stays in the
//! cache, and its branches go the way that they went for the line before.

use std::ops::Range;

use crate::candidates::Span;
use crate::decimal::{self, Decimal};
use crate::engine::{Captures, Leftmost, Markers, Reader, Reading, Route, Scratch, Streams};
use crate::event_search::EventSearch;
use crate::found::Found;
use crate::lines::{Block, Event};
use crate::marks::{Marks, WORD};
use crate::number;
use crate::text::{Seen, Text};
use crate::walk::Plan;

/// Lines that are searched at a time.
const MOST_LINES: usize = 512;
/// The most bytes of a batch of which streams are made, as these take memory.
const MOST_BYTES: usize = 4 << 20;
/// The longest line that a course may rule out whose matches may start anywhere. Longer ones are
/// searched all the same, since that search may exceed its limit and must say so itself.
const LONGEST_DECIDED: usize = 1024;

/// Lines of a block that wait to be searched.
#[derive(Debug)]
pub struct Batch {
    lines: Vec<Line>,
    /// For each definition the lines with its literal, and where it is.
    literals: Vec<Vec<(usize, Span)>>,
    /// For each definition what was found in which lines.
    numbers: Vec<Vec<(usize, f64)>>,
    streams: Streams,
    markers: Markers,
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
            streams: Streams::default(),
            markers: Markers::default(),
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
        marks: &Marks,
        scratch: &mut Scratch,
        found: &mut Found,
    ) {
        let Some((first, last)) = self.lines.first().zip(self.lines.last()) else { return };
        let origin = first.bytes.start / WORD * WORD;
        let has_streams =
            plan.routes.iter().any(Option::is_some) && last.bytes.end - origin <= MOST_BYTES;
        if has_streams {
            self.fill_streams(plan, block, marks, origin);
        }
        let examples = found.examples.len();
        for place in 0..plan.definitions.len() {
            let (lines, numbers) = (&mut self.lines[..], &mut self.numbers[place]);
            let mut search = Search { plan, block, scratch, found, place, lines, numbers };
            match plan.routes[place].as_ref().filter(|_| has_streams) {
                Some(route) => search.along(route, origin, &self.streams, &mut self.markers),
                None => search.all(self.literals[place].drain(..)),
            }
        }
        found.examples[examples..].sort_by_key(|example| example.event);
        self.add_rows(plan, block, found);
        self.lines.clear();
    }

    /// Computes the streams of the lines; `origin`: the start of the word that holds the first
    /// line's first byte.
    fn fill_streams(&mut self, plan: &Plan, block: &Block<'_>, marks: &Marks, origin: usize) {
        let end = self.lines.last().map_or(0, |last| last.bytes.end);
        // The last line of a block may have no end.
        let last = if end == block.bytes.len() { 1 << (end % WORD) } else { 0 };
        let words = (end - origin) / WORD;
        let ends = marks.line_ends(origin).chain([0]).take(words + 1).enumerate();
        let ends = ends.map(|(word, ends)| if word == words { ends | last } else { ends });
        self.streams.fill(&plan.sets, &block.bytes[origin..], ends);
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
                found.rows.put(line.row, definition.number, value, block.line(line.number));
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

/// What a route tells of a line.
enum InLine {
    /// Nothing matches there.
    Nothing,
    /// What is captured, where that is in the streams, and whether there is another match.
    Capture(Range<usize>, bool),
    /// The same, and the number that it is.
    Number(f64, Range<usize>, bool),
    /// It is to be searched.
    Unknown,
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
            return self.lines_with(reader, |_| true);
        }
        let offset = self.plan.offsets[self.place];
        let Some((shortcut, (offset, is_text))) = reader.shortcut().zip(offset) else {
            for (line, literal) in literals {
                self.line(line, Some(literal), |_, _| Leftmost::Unknown);
            }
            return;
        };
        let (mut truncated, tried) = (0, self.found.is_tried(self.place));
        for (number, literal) in literals {
            let event = &self.block.bytes[self.lines[number].bytes.clone()];
            let text = literal.moved_back(offset).filter(|_| !tried);
            let reading = text
                .and_then(|text| shortcut.read(&mut self.scratch.direct, event, text, is_text))
                .filter(|reading| reading.end > literal.last);
            let value = match reading {
                Some(Reading { number: Decimal { value, end }, start, .. }) => {
                    truncated += usize::from(number::is_truncated(event, start, end));
                    Some(value)
                }
                None => self.searched(number, Some(literal)),
            };
            self.add(number, value);
        }
        self.found.truncated[self.place] += truncated;
    }

    /// Searches all lines by a route; `origin`: where the streams start in the block.
    fn along(&mut self, route: &Route, origin: usize, streams: &Streams, markers: &mut Markers) {
        match route {
            Route::FirstRun(set) => self.each_line(origin, |_, line| {
                let run = streams.first_run(*set, line.start, line.end);
                run.map_or(InLine::Nothing, |(start, end, repeated)| {
                    InLine::Capture(start..end, repeated)
                })
            }),
            Route::LastRun(set) => self.each_line(origin, |_, line| {
                let start = streams.last_run(*set, line.start, line.end);
                start.map_or(InLine::Nothing, |start| InLine::Capture(start..line.end, false))
            }),
            Route::FirstNumber(digits, number) => {
                let text = &self.block.bytes[origin..];
                self.each_line(origin, |_, Range { start, end }| {
                    let Some(digit) = streams.first(*digits, start, end) else {
                        return InLine::Nothing;
                    };
                    number.read(&text[..end], start, digit).map_or(
                        InLine::Unknown,
                        |(Decimal { value, end: last }, first)| {
                            let repeated = streams.first(*digits, last, end).is_some();
                            InLine::Number(value, first..last, repeated)
                        },
                    )
                });
            }
            Route::Course(course) => {
                course.take(streams, markers);
                let (block, pattern) = (self.block, &self.plan.definitions[self.place].pattern);
                match course.captures() {
                    Captures::First => self.each_line(origin, |_, line| {
                        let capture = markers.capture(line.start, line.end);
                        capture.map_or(InLine::Nothing, |capture| InLine::Capture(capture, false))
                    }),
                    Captures::Ends(ends) => self.each_line(origin, |scratch, line| {
                        if line.len() > LONGEST_DECIDED {
                            return InLine::Unknown;
                        }
                        if !markers.is_in_line(line.end) {
                            return InLine::Nothing;
                        }
                        let event = &block.bytes[line.start + origin..line.end + origin];
                        let first = ends.first(streams, markers, event, &line);
                        let Some((capture, end)) = first else { return InLine::Nothing };
                        let first = (capture.end, end);
                        let again = ends.is_repeated(streams, markers, event, &line, first);
                        let again = again.map_or_else(
                            || {
                                let (text, from) = (Text::Ascii(event), end - line.start);
                                pattern
                                    .find(scratch, &text, from, usize::MAX)
                                    .map(|it| it.is_some())
                            },
                            Ok,
                        );
                        again.map_or(InLine::Unknown, |again| InLine::Capture(capture, again))
                    }),
                    Captures::Unknown => self.lines_with(pattern.reader(), |line| {
                        markers.is_in_line(line.end - origin) || line.len() > LONGEST_DECIDED
                    }),
                }
            }
        }
    }

    /// Takes what is in each line, of which it is told where it is in the streams.
    #[inline]
    fn each_line(&mut self, origin: usize, tell: impl Fn(&mut Scratch, Range<usize>) -> InLine) {
        let (mut repeated, mut truncated) = (0, 0);
        for number in 0..self.lines.len() {
            let Range { start, end } = self.lines[number].bytes;
            let text = &self.block.bytes[..end];
            let (value, capture, again) = match tell(self.scratch, start - origin..end - origin) {
                InLine::Nothing => continue,
                InLine::Capture(capture, again) => {
                    let (first, last) = (capture.start + origin, capture.end + origin);
                    let value = decimal::whole(self.block.bytes, first, last)
                        .or_else(|| captured(text, first, last));
                    (value, first..last, again)
                }
                InLine::Number(value, capture, again) => {
                    (Some(value), capture.start + origin..capture.end + origin, again)
                }
                InLine::Unknown => (None, start..end, false),
            };
            let value = value.filter(|_| !self.found.is_tried(self.place));
            if value.is_some() {
                repeated += usize::from(again);
                truncated += usize::from(number::is_truncated(text, capture.start, capture.end));
            }
            let value = value.or_else(|| self.searched(number, None));
            self.add(number, value);
        }
        self.found.repeated[self.place] += repeated;
        self.found.truncated[self.place] += truncated;
    }

    /// Searches lines for a definition without a literal.
    fn lines_with(&mut self, reader: Reader<'_>, is_wanted: impl Fn(Range<usize>) -> bool) {
        for number in 0..self.lines.len() {
            if !is_wanted(self.lines[number].bytes.clone()) {
                continue;
            }
            self.line(number, None, |_, event| match reader {
                Reader::LoneRun(run) => run.read(event),
                Reader::Program(program) => program.read(event),
                Reader::Shortcut(_) | Reader::Nothing => Leftmost::Unknown,
            });
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
        self.add(number, value);
    }

    /// Adds what was found in a line.
    #[inline]
    fn add(&mut self, number: usize, value: Option<f64>) {
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

/// The number that is all of `text[start..end]`.
#[inline(never)]
fn captured(text: &[u8], start: usize, end: usize) -> Option<f64> {
    let number = number::parse(text, start, end)?;
    (number.end - number.start == end - start).then_some(number.value)
}
