//! The steps of a pattern as moves of markers.

use super::ends::Ends;
use super::moves::{Markers, Move};
use super::{Member, Sets, Streams};
use crate::engine::direct::pattern::{Anchor, Counts, Greed};
use crate::engine::direct::set::{Set, WORDS};
use crate::engine::direct::step::Step;

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

impl Course {
    /// The course of steps; None if one leaves a choice, or if there would be too many moves.
    pub fn new(steps: &[Step], sets: &mut Sets) -> Option<Self> {
        let captures = captures(steps, sets);
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
        markers.begin(streams);
        for each in &self.moves {
            each.take(streams, markers);
        }
        markers.end(streams);
    }
}

/// What is known of the captures of steps.
fn captures(steps: &[Step], sets: &mut Sets) -> Captures {
    let first = steps.iter().find(|step| !matches!(step, Step::CaptureStart));
    let mut parts = steps.split(|step| matches!(step, Step::CaptureStart | Step::CaptureEnd));
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (_, Some(_), Some(_), None) if matches!(first, Some(Step::Anchor(Anchor::Start))) => {
            Captures::First
        }
        (Some(before), Some(captured), Some(after), None) => {
            Ends::new(before, captured, after, sets).map_or(Captures::Unknown, Captures::Ends)
        }
        _ => Captures::Unknown,
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
