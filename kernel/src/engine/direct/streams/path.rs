//! From where steps end in a line back to where they may have started.

use super::{Member, Sets, Streams};
use crate::engine::direct::pattern::{Counts, Greed};
use crate::engine::direct::set::Set;
use crate::engine::direct::step::Step;

/// Steps of which each, taken backwards, can only start in one place.
#[derive(Debug)]
pub struct Path {
    steps: Box<[Back]>,
    /// The first step that is not left out, which those before it may be.
    fixed: usize,
    /// How many characters it takes at least.
    least: usize,
}

#[derive(Debug, Clone, Copy)]
enum Back {
    One,
    Optional(Member),
    Run(Member),
}

impl Path {
    /// The way back through steps; None if it leaves a choice.
    pub fn new<'a>(steps: impl IntoIterator<Item = &'a Step>, sets: &mut Sets) -> Option<Self> {
        let (mut path, mut more) = (Vec::new(), sets.clone());
        // The sets of the step before that is not left out, and of those after it that may be. A run
        // must not go on into these, nor may one of the latter take what another step is to take.
        let (mut last_fixed, mut left_out): (Option<Set>, Vec<Set>) = (None, Vec::new());
        let mut first_fixed = None;
        for step in steps {
            for (set, least, most) in parts(step)? {
                let back = match (least, most) {
                    _ if left_out.iter().any(|before| before.meets(set)) => return None,
                    (1, 1) => Back::One,
                    _ if last_fixed.is_some_and(|before| before.meets(set)) => return None,
                    (0, 1) => Back::Optional(more.add(set)?),
                    (_, usize::MAX) => Back::Run(more.add(set)?),
                    _ => return None,
                };
                if least > 0 {
                    first_fixed.get_or_insert((path.len(), least));
                    last_fixed = Some(set);
                    left_out.clear();
                } else {
                    left_out.push(set);
                }
                path.push(back);
            }
        }
        let (fixed, least) = first_fixed?;
        *sets = more;
        Some(Self { steps: path.into(), fixed, least })
    }

    /// The first and the last place in a line from which the steps lead to `stop`, where they do
    /// lead to; `line`: where the line starts.
    #[inline]
    pub fn starts(&self, streams: &Streams, line: usize, stop: usize) -> (usize, usize) {
        let (mut place, mut last) = (stop, stop);
        for (number, step) in self.steps.iter().enumerate().rev() {
            if number == self.fixed {
                last = place - self.least;
            }
            match step {
                Back::One => place -= 1,
                Back::Optional(set) if place > line && streams.has(*set, place - 1) => place -= 1,
                Back::Optional(_) => {}
                Back::Run(set) => place = streams.last_run(*set, line, place).unwrap_or(place),
            }
        }
        (place, last)
    }
}

/// The sets of a step, each with how many of its characters are taken; None for other steps.
fn parts(step: &Step) -> Option<Vec<(Set, usize, usize)>> {
    match step {
        Step::Text(text) => Some(text.iter().map(|&byte| (Set::range(byte, byte), 1, 1)).collect()),
        Step::One(set, _) => Some(vec![(*set, 1, 1)]),
        Step::Run { set, counts: Counts { least, most, greed: Greed::Possessive }, .. } => {
            Some(vec![(*set, *least, *most)])
        }
        _ => None,
    }
}
