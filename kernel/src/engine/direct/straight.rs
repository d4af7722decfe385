//! The search for patterns that leave no choice: each step can only end in one place.

use super::pattern::{Anchor, Counts, Greed};
use super::search::{self, holds};
use super::set::{Set, Table};
use super::step::Step as Plain;
use crate::engine::outcome::{Match, OverLimit};

/// The steps of a pattern that leave no choice.
#[derive(Debug)]
pub struct Straight(Vec<Step>);

#[derive(Debug)]
enum Step {
    /// So many characters of a set, or more.
    Run(Table, usize),
    /// The same, and a byte after them.
    RunThen(Table, usize, u8),
    /// The same, and they are what is captured.
    Captured(Table, usize),
    /// All that is left.
    Rest,
    /// Characters of a set, no more than the second number.
    Few(Table, usize, usize),
    Byte(u8),
    Text(Box<[u8]>),
    Anchor(Anchor),
    CaptureStart,
    CaptureEnd,
}

impl Straight {
    /// The steps of a program; None if one leaves a choice.
    pub fn new(steps: &[Plain]) -> Option<Self> {
        let mut straight = Vec::new();
        for step in steps.iter().filter(|step| !matches!(step, Plain::Done)) {
            push(&mut straight, Step::new(step)?);
        }
        Some(Self(straight))
    }

    /// The match that starts at a position.
    ///
    /// `work`: how many bytes may still be looked at.
    #[inline]
    pub fn match_at(
        &self,
        text: &[u8],
        start: usize,
        work: &mut usize,
    ) -> Result<Option<Match>, OverLimit> {
        let mut place = start;
        let matched = self.pass(text, &mut place);
        *work = work.checked_sub(place - start).ok_or(OverLimit)?;
        Ok(matched)
    }

    /// Where the steps lead from a place on, if none fails.
    #[inline]
    pub fn end_at(&self, text: &[u8], start: usize) -> Option<usize> {
        let mut place = start;
        self.pass(text, &mut place).map(|matched| matched.end)
    }

    /// Takes the steps from a place on, up to one that fails.
    #[inline]
    fn pass(&self, text: &[u8], place: &mut usize) -> Option<Match> {
        let first = *place;
        let (mut begun, mut capture) = (first, None);
        for step in &self.0 {
            let start = *place;
            match step {
                Step::Run(table, least) => {
                    *place = table.end_of_run(text, start);
                    if *place - start < *least {
                        return None;
                    }
                }
                Step::RunThen(table, least, byte) => {
                    *place = table.end_of_run(text, start);
                    if *place - start < *least || text.get(*place) != Some(byte) {
                        return None;
                    }
                    *place += 1;
                }
                Step::Captured(table, least) => {
                    *place = table.end_of_run(text, start);
                    if *place - start < *least {
                        return None;
                    }
                    capture = Some((start, *place));
                }
                Step::Few(table, least, most) => {
                    let most = text.len().min(start.saturating_add(*most));
                    *place = table.end_of_run(&text[..most], start);
                    if *place - start < *least {
                        return None;
                    }
                }
                Step::Rest => *place = text.len(),
                Step::Byte(byte) => {
                    if text.get(start) != Some(byte) {
                        return None;
                    }
                    *place += 1;
                }
                Step::Text(expected) => {
                    if !search::starts_with(&text[start..], expected) {
                        return None;
                    }
                    *place += expected.len();
                }
                Step::Anchor(anchor) => {
                    if !holds(*anchor, text, start) {
                        return None;
                    }
                }
                Step::CaptureStart => begun = start,
                Step::CaptureEnd => capture = Some((begun, start)),
            }
        }
        Some(Match { start: first, end: *place, capture })
    }
}

/// Adds a step, in one with those before it where there is such a step.
fn push(steps: &mut Vec<Step>, step: Step) {
    match (steps.pop(), step) {
        (Some(Step::Run(table, least)), Step::Byte(byte)) => {
            steps.push(Step::RunThen(table, least, byte));
        }
        (Some(Step::Run(table, least)), Step::CaptureEnd)
            if matches!(steps.last(), Some(Step::CaptureStart)) =>
        {
            steps.pop();
            steps.push(Step::Captured(table, least));
        }
        (last, step) => {
            steps.extend(last);
            steps.push(step);
        }
    }
}

impl Step {
    fn new(step: &Plain) -> Option<Self> {
        Some(match step {
            Plain::Run { set, table, counts, .. } => match *counts {
                Counts { least: 0, most: usize::MAX, greed: Greed::Possessive }
                    if *set == Set::ALL =>
                {
                    Self::Rest
                }
                Counts { least, most: usize::MAX, greed: Greed::Possessive } => {
                    Self::Run(table.clone(), least)
                }
                Counts { least, most, greed: Greed::Possessive } => {
                    Self::Few(table.clone(), least, most)
                }
                _ => return None,
            },
            Plain::One(_, table) => Self::Few(table.clone(), 1, 1),
            Plain::Text(text) if text.len() == 1 => Self::Byte(text[0]),
            Plain::Text(text) => Self::Text(text.clone()),
            Plain::Anchor(anchor) => Self::Anchor(*anchor),
            Plain::CaptureStart => Self::CaptureStart,
            Plain::CaptureEnd => Self::CaptureEnd,
            Plain::Try { .. } | Plain::Jump(_) | Plain::Done => return None,
        })
    }
}
