//! The lines and events of a block: where they are, and their numbers.

use std::ops::Range;

use memchr::{memchr, memrchr};

use crate::clock::{Clock, Told};
use crate::found::{signed, Found, Place, Unclear};
use crate::view::View;

/// A block of raw bytes that ends where a line ends, or an event of a line.
#[derive(Debug)]
pub struct Block<'a> {
    pub bytes: &'a [u8],
    /// The first bytes of the first line where the block starts in the middle of it; else empty.
    head: &'a [u8],
    /// Positions at which an event starts in the middle of a line.
    cuts: Vec<usize>,
    base: Base,
}

/// How many lines and events precede a block.
#[derive(Debug, Clone, Copy, Default)]
pub struct Base {
    pub lines: usize,
    pub events: usize,
}

/// An event: its number and that of its line, both from 0 in the block, and its raw bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub number: usize,
    pub line: usize,
    pub bytes: Range<usize>,
}

impl<'a> Block<'a> {
    pub fn new(view: View, bytes: &'a [u8], head: &'a [u8], base: Base) -> Self {
        Self { bytes, head, cuts: view.cuts(bytes), base }
    }

    /// How many events start in the middle of a line.
    pub fn cuts(&self) -> usize {
        self.cuts.len()
    }

    /// The number in the log of a line.
    #[inline]
    pub fn line(&self, number: usize) -> i64 {
        signed(self.base.lines + number)
    }

    /// By how much the numbers of events are greater than those of their lines, where no line has
    /// several.
    pub fn pieces(&self) -> i64 {
        signed(self.base.events) - signed(self.base.lines)
    }

    /// Where an event stands in the log; `time` is that of its line.
    pub fn place(&self, event: &Event, time: Option<i64>) -> Place {
        Place {
            event: u32::try_from(self.base.events + event.number).unwrap_or(u32::MAX),
            line: self.line(event.line),
            time,
        }
    }

    /// The line that starts at `start`, without its end.
    pub fn line_from(&self, start: usize) -> Range<usize> {
        let length = memchr(b'\n', &self.bytes[start..]);
        start..length.map_or(self.bytes.len(), |length| start + length)
    }

    /// The start of the line that contains `place`, at `least` or later.
    pub fn start_of_line(&self, least: usize, place: usize) -> usize {
        memrchr(b'\n', &self.bytes[least..place]).map_or(least, |newline| least + newline + 1)
    }

    /// The cuts within a line, and how many there are before it.
    #[inline]
    fn cuts_in(&self, line: &Range<usize>) -> (usize, &[usize]) {
        if self.cuts.is_empty() {
            return (0, &[]);
        }
        let first = self.cuts.partition_point(|&cut| cut <= line.start);
        let after = self.cuts.partition_point(|&cut| cut < line.end);
        (first, &self.cuts[first..after])
    }

    /// The events of line number `line`.
    #[inline]
    pub fn events(&self, line: usize, bytes: &Range<usize>) -> impl Iterator<Item = Event> + '_ {
        let (before, cuts) = self.cuts_in(bytes);
        let bytes = bytes.clone();
        (0..=cuts.len()).map(move |piece| {
            let start = if piece == 0 { bytes.start } else { cuts[piece - 1] };
            let end = cuts.get(piece).copied().unwrap_or(bytes.end);
            Event { number: line + before + piece, line, bytes: start..end }
        })
    }

    /// What a clock reads at the start of the line that starts at `line`.
    #[inline]
    pub fn told(&self, clock: &Clock, line: usize) -> Told {
        clock.read(self.beginning(line).unwrap_or(&self.bytes[line..]))
    }

    /// The first bytes of a line that starts before the block.
    fn beginning(&self, line: usize) -> Option<&[u8]> {
        (line == 0 && !self.head.is_empty()).then_some(self.head)
    }

    /// The time of the line with a number that starts at `start`; if it is unclear, the line is
    /// kept with what was found.
    #[inline]
    pub fn time(
        &self,
        clock: &Clock,
        number: usize,
        start: usize,
        found: &mut Found,
    ) -> Option<i64> {
        match self.told(clock, start) {
            Told::Time(time) => time,
            Told::Unclear => {
                self.keep_unclear(number, start, found);
                None
            }
        }
    }

    #[cold]
    fn keep_unclear(&self, number: usize, start: usize, found: &mut Found) {
        let text = self.beginning(start).unwrap_or(&self.bytes[self.line_from(start)]);
        found.unclear.push(Unclear { line: self.line(number), text: text.to_vec() });
    }

    /// All lines, each with its number.
    pub fn lines(&self) -> impl Iterator<Item = (usize, Range<usize>)> + '_ {
        let mut next = 0;
        (0..).map_while(move |number| {
            let line = (next < self.bytes.len()).then(|| self.line_from(next))?;
            next = line.end + 1;
            Some((number, line))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::EVENT_SIZE;

    #[test]
    fn lines_and_events() {
        let bytes = [&b"a\n\n"[..], &vec![b'x'; EVENT_SIZE + 2], b"\nb"].concat();
        let block = Block::new(View::Sagemaker, &bytes, b"", Base::default());
        let events: Vec<_> =
            block.lines().flat_map(|(line, range)| block.events(line, &range)).collect();
        let told: Vec<_> =
            events.iter().map(|event| (event.number, event.line, event.bytes.len())).collect();
        assert_eq!(told, [(0, 0, 1), (1, 1, 0), (2, 2, EVENT_SIZE), (3, 2, 2), (4, 3, 1)]);
        assert_eq!(block.cuts(), 1);
    }

    #[test]
    fn a_block_in_the_middle_of_a_line_remembers_its_time() {
        let block = Block::new(
            View::Sagemaker,
            b"loss\n1970-01-01T00:00:01\n",
            b"1970-01-01T00:00:02",
            Base::default(),
        );
        let told = [0, 5].map(|line| block.told(&Clock::Recognised, line));
        assert_eq!(told, [2, 1].map(|second| Told::Time(Some(second * 1_000_000_000))));
    }
}
