//! The backtracking search: a program's steps tried at one position of an event.

use memchr::{memchr, memrchr};

use super::pattern::{Anchor, Counts, Greed};
use super::set::{Set, Table};
use super::step::{Next, Step};
use crate::engine::outcome::{Match, OverLimit};

/// Bytes that a search may look at, counting repeats: a fixed number, and more for each byte of the
/// event.
const WORK: usize = 2_000;
const WORK_A_BYTE: usize = 32;

/// What a search may still try.
#[derive(Debug, Clone, Copy)]
struct Choice {
    step: usize,
    place: usize,
    captured: Captured,
    other: Other,
}

#[derive(Debug, Clone, Copy)]
enum Other {
    /// Resuming with the step at the position.
    Step,
    /// An end of the run before the position, but not before this one.
    Shorter(usize),
    /// An end of the run after the position, but not after this one.
    Longer(usize),
}

#[derive(Debug, Clone, Copy, Default)]
struct Captured {
    begun: usize,
    span: Option<(usize, usize)>,
}

/// What a search writes to, kept for the next one.
#[derive(Debug, Default)]
pub struct Stack(Vec<Choice>);

/// Bytes that a search may look at.
pub fn work(text: &[u8]) -> usize {
    WORK + WORK_A_BYTE * text.len()
}

/// A search in one event.
pub struct Search<'a> {
    steps: &'a [Step],
    text: &'a [u8],
    choices: &'a mut Vec<Choice>,
    work: usize,
}

impl<'a> Search<'a> {
    pub fn new(steps: &'a [Step], text: &'a [u8], stack: &'a mut Stack) -> Self {
        Self { steps, text, choices: &mut stack.0, work: work(text) }
    }

    /// The match that starts at a position.
    pub fn match_at(&mut self, start: usize) -> Result<Option<Match>, OverLimit> {
        self.choices.clear();
        let (mut step, mut place, mut captured) = (0, start, Captured::default());
        loop {
            let next = match &self.steps[step] {
                Step::Done => {
                    return Ok(Some(Match { start, end: place, capture: captured.span }));
                }
                Step::Try { otherwise } => {
                    let other = Other::Step;
                    self.choices.push(Choice { step: *otherwise, place, captured, other });
                    Some(place)
                }
                Step::Jump(to) => {
                    step = *to;
                    continue;
                }
                Step::Run { set, table, counts, next } => {
                    match self.run(place, *set, table, *counts, next)? {
                        Some((end, Other::Step)) => Some(end),
                        Some((end, other)) => {
                            self.choices.push(Choice { step, place: end, captured, other });
                            Some(end)
                        }
                        None => None,
                    }
                }
                step => self.pass(step, place, &mut captured),
            };
            if let Some(next) = next {
                place = next;
                step += 1;
            } else if let Some(choice) = self.go_back()? {
                (step, place, captured) = (choice.step, choice.place, choice.captured);
            } else {
                return Ok(None);
            }
        }
    }

    /// Where a step ends that can only end in one place.
    fn pass(&self, step: &Step, place: usize, captured: &mut Captured) -> Option<usize> {
        match step {
            Step::Text(expected) => {
                let fits = starts_with(&self.text[place..], expected);
                fits.then(|| place + expected.len())
            }
            Step::One(_, table) => self.has(table, place).then_some(place + 1),
            Step::Anchor(anchor) => holds(*anchor, self.text, place).then_some(place),
            Step::CaptureStart => {
                captured.begun = place;
                Some(place)
            }
            Step::CaptureEnd => {
                captured.span = Some((captured.begun, place));
                Some(place)
            }
            Step::Run { .. } | Step::Try { .. } | Step::Jump(_) | Step::Done => Some(place),
        }
    }

    fn has(&self, table: &Table, place: usize) -> bool {
        self.text.get(place).is_some_and(|&byte| table.has(byte))
    }

    /// The end of a run to try first, and which others there are.
    fn run(
        &mut self,
        start: usize,
        set: Set,
        table: &Table,
        counts: Counts,
        next: &Next,
    ) -> Result<Option<(usize, Other)>, OverLimit> {
        let least = start + counts.least;
        let most = start.saturating_add(counts.most).min(self.text.len());
        let first = if counts.greed == Greed::Lazy { least } else { most };
        let end = self.end_of(set, table, start, first);
        self.spend(end - start)?;
        if end < least {
            return Ok(None);
        }
        match counts.greed {
            Greed::Possessive => Ok(Some((end, Other::Step))),
            Greed::Greedy => self.shorter(end + 1, least, next),
            Greed::Lazy => self.longer(end, most, set, table, next),
        }
    }

    /// The end of the run of a set's characters from `start`, at `most` or earlier.
    fn end_of(&self, set: Set, table: &Table, start: usize, most: usize) -> usize {
        let most = most.min(self.text.len());
        if set == Set::ALL {
            return most.max(start);
        }
        table.end_of_run(&self.text[..most], start)
    }

    /// The last position before `end` at which the run may end, and whether there are others.
    fn shorter(
        &mut self,
        end: usize,
        least: usize,
        next: &Next,
    ) -> Result<Option<(usize, Other)>, OverLimit> {
        let found = match next {
            Next::Any => (end > least).then(|| end - 1),
            Next::Byte(byte) => self
                .text
                .get(least..end.min(self.text.len()))
                .and_then(|run| memrchr(*byte, run).map(|place| least + place)),
            Next::In(table) => (least..end).rev().find(|&place| self.has(table, place)),
        };
        self.spend(end - found.unwrap_or(least))?;
        Ok(found
            .map(|found| (found, if found > least { Other::Shorter(least) } else { Other::Step })))
    }

    /// The first position from `end` at which the run may end, and whether there are others.
    fn longer(
        &mut self,
        end: usize,
        most: usize,
        set: Set,
        table: &Table,
        next: &Next,
    ) -> Result<Option<(usize, Other)>, OverLimit> {
        let found = match next {
            Next::Any => Some(end),
            Next::Byte(byte) => {
                self.text.get(end..).and_then(|rest| memchr(*byte, rest).map(|place| end + place))
            }
            Next::In(next) => next.find(self.text, end),
        };
        self.spend(found.unwrap_or(self.text.len()) - end)?;
        let reaches =
            |place: &usize| *place <= most && self.end_of(set, table, end, *place) == *place;
        let Some(place) = found.filter(reaches) else { return Ok(None) };
        Ok(Some((place, if place < most { Other::Longer(most) } else { Other::Step })))
    }

    /// What to try next, if anything is left: the step, position and capture to resume with.
    fn go_back(&mut self) -> Result<Option<Choice>, OverLimit> {
        while let Some(choice) = self.choices.pop() {
            self.spend(1)?;
            let Step::Run { set, table, next, .. } = &self.steps[choice.step] else {
                return Ok(Some(choice));
            };
            let found = match choice.other {
                Other::Step => return Ok(Some(choice)),
                Other::Shorter(least) => self.shorter(choice.place, least, next)?,
                Other::Longer(most) if self.has(table, choice.place) => {
                    self.longer(choice.place + 1, most, *set, table, next)?
                }
                Other::Longer(_) => None,
            };
            if let Some((place, other)) = found {
                if !matches!(other, Other::Step) {
                    self.choices.push(Choice { place, other, ..choice });
                }
                return Ok(Some(Choice { step: choice.step + 1, place, ..choice }));
            }
        }
        Ok(None)
    }

    fn spend(&mut self, bytes: usize) -> Result<(), OverLimit> {
        self.work = self.work.checked_sub(bytes).ok_or(OverLimit)?;
        Ok(())
    }
}

/// Whether a text starts with another, of which a call of `memcmp` would take most of the time.
#[inline]
pub fn starts_with(text: &[u8], expected: &[u8]) -> bool {
    text.first() == expected.first() && text.iter().take(expected.len()).eq(expected.iter())
}

pub fn holds(anchor: Anchor, text: &[u8], place: usize) -> bool {
    match anchor {
        Anchor::Start => place == 0,
        Anchor::End => place == text.len(),
        Anchor::WordBoundary => is_boundary(text, place),
        Anchor::NoWordBoundary => !is_boundary(text, place),
    }
}

fn is_boundary(text: &[u8], place: usize) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|&b| b.is_ascii_alphanumeric() || b == b'_');
    is_word(text[..place].last()) != is_word(text.get(place))
}
