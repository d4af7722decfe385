//! The steps of a pattern as moves of markers.

use std::ops::Range;

use super::path::Path;
use super::{next, Member, Sets, Streams, WORD};
use crate::engine::direct::pattern::{Anchor, Counts, Greed};
use crate::engine::direct::set::{Set, WORDS};
use crate::engine::direct::step::Step;
use crate::engine::direct::straight::Straight;

/// The most moves of a course; with more, single lines are searched in less time.
const MOST_MOVES: usize = 24;
/// The most characters of a run of bounded length.
const MOST_CHARACTERS: usize = 4;

/// Moves that take markers from where matches may start to where they end.
#[derive(Debug)]
pub struct Course {
    moves: Vec<Move>,
    captures: Captures,
}

/// What is known of the captures in a line with a match.
#[derive(Debug)]
pub enum Captures {
    /// There is one marker, so that the first place is that of the capture.
    First,
    /// They can be told from where they end.
    Ends(Ends),
    Unknown,
}

/// Captures that can be told from where they end: the first after which the steps can be taken is
/// that of the leftmost match, as no marker overtakes another.
#[derive(Debug)]
pub struct Ends {
    capture: Path,
    after: Straight,
    starts: Starts,
}

/// Where matches start.
#[derive(Debug)]
enum Starts {
    /// With their captures.
    WithCapture,
    /// Where a path leads back to.
    Before(Path),
    Unknown,
}

#[derive(Debug, Clone, Copy)]
enum Move {
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

impl Course {
    /// The course of steps; None if one leaves a choice, or if there would be too many moves.
    pub fn new(steps: &[Step], sets: &mut Sets) -> Option<Self> {
        let captures = captures(steps, sets)?;
        let mut moves = Vec::new();
        let mut is_captured = false;
        for step in steps {
            // A capture ends as well after the anchors that follow it.
            if is_captured && !matches!(step, Step::Anchor(_)) {
                moves.push(Move::CaptureEnd);
                is_captured = false;
            }
            match step {
                Step::CaptureEnd => is_captured = true,
                Step::Done => {}
                step => push(&mut moves, step, sets)?,
            }
        }
        (moves.len() <= MOST_MOVES).then_some(Self { moves, captures })
    }

    pub fn captures(&self) -> &Captures {
        &self.captures
    }

    /// Takes it in all lines of a text.
    pub fn take(&self, streams: &Streams, markers: &mut Markers) {
        let Markers { words, starts, stops } = markers;
        words.clear();
        words.resize(streams.ends.len(), u64::MAX);
        for each in &self.moves {
            match *each {
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
        to_ends(words, &streams.ends);
    }
}

/// What is known of the captures of steps; None if they leave a choice.
fn captures(steps: &[Step], sets: &mut Sets) -> Option<Captures> {
    let first = steps.iter().find(|step| !matches!(step, Step::CaptureStart));
    let mut parts = steps.split(|step| matches!(step, Step::CaptureStart | Step::CaptureEnd));
    Some(match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (_, Some(_), Some(_), None) if matches!(first, Some(Step::Anchor(Anchor::Start))) => {
            Captures::First
        }
        (Some(before), Some(captured), Some(after), None) => {
            let Some(capture) = Path::new(captured, sets) else { return Some(Captures::Unknown) };
            let starts = if before.iter().all(|step| matches!(step, Step::Anchor(_))) {
                Starts::WithCapture
            } else {
                Path::new(before.iter().chain(captured), sets)
                    .map_or(Starts::Unknown, Starts::Before)
            };
            let anchors = after.iter().take_while(|step| matches!(step, Step::Anchor(_))).count();
            let after = Straight::new(&after[anchors..])?;
            Captures::Ends(Ends { capture, after, starts })
        }
        _ => Captures::Unknown,
    })
}

impl Ends {
    /// The capture of the first match in a line, and the end of the match; `line`: where the line
    /// is, `text`: its bytes.
    #[inline]
    pub fn first(
        &self,
        streams: &Streams,
        markers: &Markers,
        text: &[u8],
        line: &Range<usize>,
    ) -> Option<(Range<usize>, usize)> {
        let (stop, end) = self.next(markers, text, line, line.start)?;
        let (start, _) = self.capture.starts(streams, line.start, stop);
        Some((markers.start(start, stop)..stop, end))
    }

    /// Where the next capture ends, at `from` or later, and where its match does.
    #[inline]
    fn next(
        &self,
        markers: &Markers,
        text: &[u8],
        line: &Range<usize>,
        mut from: usize,
    ) -> Option<(usize, usize)> {
        loop {
            let stop = markers.stop(from, line.end)?;
            if let Some(end) = self.after.end_at(text, stop - line.start) {
                return Some((stop, line.start + end));
            }
            from = stop + 1;
        }
    }

    /// Whether there is a match that starts at `end`, where one ends, or later; `stop`: where its
    /// capture ends. None if that is not known.
    #[inline]
    pub fn is_repeated(
        &self,
        streams: &Streams,
        markers: &Markers,
        text: &[u8],
        line: &Range<usize>,
        (stop, end): (usize, usize),
    ) -> Option<bool> {
        let mut from = stop + 1;
        while let Some((stop, _)) = self.next(markers, text, line, from) {
            let is_after = match &self.starts {
                Starts::WithCapture => {
                    let (first, last) = self.capture.starts(streams, line.start, stop);
                    markers.start(end.max(first), last + 1) <= last
                }
                Starts::Before(path) => path.starts(streams, line.start, stop).1 >= end,
                Starts::Unknown => return None,
            };
            if is_after {
                return Some(true);
            }
            from = stop + 1;
        }
        Some(false)
    }
}

impl Markers {
    /// The first end of what is captured, from a place in a line on.
    #[inline]
    fn stop(&self, start: usize, end: usize) -> Option<usize> {
        if start > end {
            return None;
        }
        let stop = next(&self.stops, start, end, 0);
        let is_one = self.stops[stop / WORD] >> (stop % WORD) & 1 == 1;
        is_one.then_some(stop)
    }

    /// Where what is captured starts, at `start` or later; `stop` if it does not before that.
    #[inline]
    fn start(&self, start: usize, stop: usize) -> usize {
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

/// Adds the moves of a step; None if it leaves a choice.
fn push(moves: &mut Vec<Move>, step: &Step, sets: &mut Sets) -> Option<()> {
    match step {
        Step::Text(text) => {
            for &byte in text {
                push_one(moves, sets.add(Set::range(byte, byte))?);
            }
        }
        Step::One(set, _) => push_one(moves, sets.add(*set)?),
        Step::Run { set, counts, .. } => {
            let Counts { least, most, greed: Greed::Possessive } = *counts else { return None };
            let set = sets.add(*set)?;
            let ones = |count| std::iter::repeat_n(Move::One(set), count);
            match (least, most) {
                (MOST_CHARACTERS.., _) => return None,
                (0, usize::MAX) => moves.push(Move::Any(set)),
                (_, usize::MAX) => moves.extend(ones(least - 1).chain([Move::Run(set)])),
                (_, ..=MOST_CHARACTERS) => {
                    moves.extend(ones(least));
                    moves.extend(std::iter::repeat_n(Move::Optional(set), most - least));
                }
                _ => return None,
            }
        }
        Step::Anchor(anchor) => moves.push(match anchor {
            Anchor::Start => Move::Start,
            Anchor::End => Move::End,
            Anchor::WordBoundary => Move::Boundary { word: sets.add(WORDS)?, is_one: true },
            Anchor::NoWordBoundary => Move::Boundary { word: sets.add(WORDS)?, is_one: false },
        }),
        Step::CaptureStart => moves.push(Move::CaptureStart),
        Step::CaptureEnd | Step::Done | Step::Try { .. } | Step::Jump(_) => return None,
    }
    Some(())
}

/// Adds a move past a character, in one with that past a run before it.
fn push_one(moves: &mut Vec<Move>, set: Member) {
    match moves.last() {
        Some(&Move::Run(run)) => {
            moves.pop();
            moves.push(Move::RunThenOne(run, set));
        }
        _ => moves.push(Move::One(set)),
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
