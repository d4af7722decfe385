//! Markers, and the moves that take them through streams.

use std::ops::Range;

use super::{next, Member, Streams, WORD};

/// A move of all markers.
#[derive(Debug, Clone, Copy)]
pub enum Move {
    /// Past a character.
    One(Member),
    /// Past a character that may be absent.
    Optional(Member),
    /// Past a run, which may be empty.
    Any(Member),
    /// Past a run that is not empty.
    Run(Member),
    /// Past a run that is not empty, and a character after it.
    RunThenOne(Member, Member),
    /// Keeps markers where lines start.
    Start,
    /// Keeps markers where lines end.
    End,
    /// Keeps markers where words start or end, or elsewhere if not `is_one`.
    Boundary {
        word: Member,
        is_one: bool,
    },
    CaptureStart,
    CaptureEnd,
}

/// Where a course leads, and what it writes to.
#[derive(Debug, Default)]
pub struct Markers {
    words: Vec<u64>,
    /// Where captures start and end.
    starts: Vec<u64>,
    stops: Vec<u64>,
}

impl Move {
    /// Moves the markers.
    pub fn take(self, streams: &Streams, markers: &mut Markers) {
        let Markers { words, starts, stops } = markers;
        match self {
            Move::One(set) => shifted(words, streams.of(set)),
            Move::Optional(set) => optional(words, streams.of(set)),
            Move::Any(set) => past_any(words, streams.of(set)),
            Move::Run(set) => past_run(words, streams.of(set)),
            Move::RunThenOne(run, then) => {
                past_run_and_one(words, streams.of(run), streams.of(then));
            }
            Move::Start => keep(words, &streams.ends, true, |_, before| before),
            Move::End => keep(words, &streams.ends, true, |end, _| end),
            Move::Boundary { word, is_one } => {
                let flipped = if is_one { 0 } else { u64::MAX };
                keep(words, streams.of(word), false, |here, before| here ^ before ^ flipped);
            }
            Move::CaptureStart => starts.clone_from(words),
            Move::CaptureEnd => stops.clone_from(words),
        }
    }
}

impl Markers {
    /// A marker everywhere.
    pub fn begin(&mut self, streams: &Streams) {
        self.words.clear();
        self.words.resize(streams.ends.len(), u64::MAX);
    }

    /// Moves the markers to the ends of their lines.
    pub fn end(&mut self, streams: &Streams) {
        to_ends(&mut self.words, &streams.ends);
    }

    /// The first end of what is captured, from a place in a line on.
    #[inline]
    pub fn stop(&self, start: usize, end: usize) -> Option<usize> {
        if start > end {
            return None;
        }
        let stop = next(&self.stops, start, end, 0);
        let is_one = self.stops[stop / WORD] >> (stop % WORD) & 1 == 1;
        is_one.then_some(stop)
    }

    /// Where what is captured starts, at `start` or later; `stop` if it does not before that.
    #[inline]
    pub fn start(&self, start: usize, stop: usize) -> usize {
        if start < stop {
            next(&self.starts, start, stop, 0)
        } else {
            stop
        }
    }

    /// Whether there is a match in the line that ends at a place.
    #[inline]
    pub fn is_in_line(&self, end: usize) -> bool {
        self.words[end / WORD] >> (end % WORD) & 1 == 1
    }

    /// Where the capture of an anchored course is in a line, if there is a match.
    #[inline]
    pub fn capture(&self, start: usize, end: usize) -> Option<Range<usize>> {
        if !self.is_in_line(end) {
            return None;
        }
        let first = next(&self.starts, start, end, 0);
        Some(first..next(&self.stops, first, end, 0))
    }
}

/// Moves markers past a character of a set.
fn shifted(markers: &mut [u64], set: &[u64]) {
    let mut carry = 0;
    for (marker, set) in markers.iter_mut().zip(set) {
        let moved = *marker & set;
        *marker = moved << 1 | carry;
        carry = moved >> (WORD - 1);
    }
}

/// Moves those markers past a character of a set that stand before one.
fn optional(markers: &mut [u64], set: &[u64]) {
    let mut carry = 0;
    for (marker, set) in markers.iter_mut().zip(set) {
        let moved = *marker & set;
        *marker = *marker & !set | moved << 1 | carry;
        carry = moved >> (WORD - 1);
    }
}

/// Moves markers past runs of a set, which may be empty.
fn past_any(markers: &mut [u64], set: &[u64]) {
    let mut carry = 0;
    for (marker, &set) in markers.iter_mut().zip(set) {
        *marker = *marker & !set | end_of_runs(*marker, set, &mut carry);
    }
}

/// Moves markers past runs of a set that are not empty.
fn past_run(markers: &mut [u64], set: &[u64]) {
    let mut carry = 0;
    for (marker, &set) in markers.iter_mut().zip(set) {
        *marker = end_of_runs(*marker, set, &mut carry);
    }
}

/// Moves markers past runs of a set that are not empty, and a character of another after them.
fn past_run_and_one(markers: &mut [u64], set: &[u64], other: &[u64]) {
    let (mut carry, mut moved_on) = (0, 0);
    for ((marker, &set), other) in markers.iter_mut().zip(set).zip(other) {
        let moved = end_of_runs(*marker, set, &mut carry) & other;
        *marker = moved << 1 | moved_on;
        moved_on = moved >> (WORD - 1);
    }
}

/// Where the runs of a set end in which there are markers; `carry`: 1 if one goes on in the next
/// word.
///
/// Adding a marker to a run clears the run from the marker on and carries a bit to the place after
/// it; further markers in the run only set bits inside it, which are masked out.
#[inline]
fn end_of_runs(markers: u64, set: u64, carry: &mut u64) -> u64 {
    let (sum, first) = (markers & set).overflowing_add(set);
    let (sum, second) = sum.overflowing_add(*carry);
    *carry = u64::from(first | second);
    sum & !set
}

/// Keeps markers at the bits that `kept` makes of a stream and of the bits before; `before`: the
/// bit before the first word.
fn keep(markers: &mut [u64], stream: &[u64], before: bool, kept: impl Fn(u64, u64) -> u64) {
    let mut carry = u64::from(before);
    for (marker, bits) in markers.iter_mut().zip(stream) {
        *marker &= kept(*bits, bits << 1 | carry);
        carry = bits >> (WORD - 1);
    }
}

/// Moves markers to the ends of their lines.
fn to_ends(markers: &mut [u64], ends: &[u64]) {
    let mut carry = 0;
    for (marker, ends) in markers.iter_mut().zip(ends) {
        *marker = (*marker | end_of_runs(*marker, !ends, &mut carry)) & ends;
    }
}
