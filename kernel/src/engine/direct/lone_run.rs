//! A pattern that is no more than a captured run, such as `([0-9]+)` or `([0-9.]+)$`.

use super::pattern::{Anchor, Counts, Greed, Node};
use super::reading::{Leftmost, Reading};
use super::set::{Set, Table};
use crate::decimal::{self, Decimal, Parts};

/// A pattern of the shape.
#[derive(Debug)]
pub struct LoneRun {
    set: Set,
    table: Table,
    parts: Parts,
    /// The run ends where the event does.
    is_last: bool,
}

impl LoneRun {
    /// The run of a pattern; None if it is of another shape, or takes not all digits.
    pub fn new(tree: &Node) -> Option<Self> {
        let Node::Sequence(items) = tree else { return None };
        let (captured, is_last) = match &items[..] {
            [Node::Capture(captured)] => (captured, false),
            [Node::Capture(captured), Node::Anchor(Anchor::End)] => (captured, true),
            _ => return None,
        };
        let Node::Sequence(items) = &**captured else { return None };
        let [Node::Repeat(item, counts)] = &items[..] else { return None };
        let Counts { least: 1, most: usize::MAX, greed: Greed::Greedy | Greed::Possessive } =
            counts
        else {
            return None;
        };
        let Node::One(set) = **item else { return None };
        let parts = parts(set)?;
        Some(Self { set, table: set.into(), parts, is_last })
    }

    /// What it is a run of.
    pub fn set(&self) -> Set {
        self.set
    }

    /// Whether it ends where the event does.
    pub fn is_last(&self) -> bool {
        self.is_last
    }

    /// The leftmost match in an event.
    #[inline]
    pub fn read(&self, event: &[u8]) -> Leftmost {
        let Some((start, end, repeated)) = self.run(event) else { return Leftmost::Nothing };
        let Some(value) = self.value(event, start, end) else { return Leftmost::Unknown };
        Leftmost::Number {
            reading: Reading { number: Decimal { value, end }, start, end },
            repeated,
        }
    }

    /// The run that is captured: its start and its end, and whether there is another.
    #[inline]
    pub fn run(&self, event: &[u8]) -> Option<(usize, usize, bool)> {
        if self.is_last {
            self.last_run(event)
        } else {
            self.table.first_run(event)
        }
    }

    #[inline]
    fn last_run(&self, event: &[u8]) -> Option<(usize, usize, bool)> {
        let start = self.table.start_of_last_run(event);
        (start < event.len()).then_some((start, event.len(), false))
    }

    /// The value of the number that is all of a run.
    #[inline]
    fn value(&self, event: &[u8], start: usize, end: usize) -> Option<f64> {
        decimal::whole(event, start, end).or_else(|| {
            let number = decimal::read(event, start, self.parts)?;
            (number.end == end).then_some(number.value)
        })
    }
}

/// The parts of numbers that are whole in a run of a set; None if their digits are not.
pub fn parts(set: Set) -> Option<Parts> {
    let has = |characters: &[u8]| characters.iter().all(|&byte| set.has(byte));
    has(b"0123456789").then(|| Parts { sign: has(b"+-"), point: has(b"."), exponent: has(b"eE+-") })
}

#[cfg(test)]
mod tests {
    use super::super::pattern::parse;
    use super::*;

    fn read(pattern: &str, event: &str) -> Leftmost {
        LoneRun::new(&parse(pattern).unwrap()).unwrap().read(event.as_bytes())
    }

    #[test]
    fn the_first_or_the_last_run_is_read() {
        let told = |pattern, event| match read(pattern, event) {
            Leftmost::Number { reading: Reading { number, start, end }, repeated } => {
                Some((number.value, start, end, repeated))
            }
            _ => None,
        };
        assert_eq!(told("([0-9]{1,})", "step 12.5 of 30"), Some((12.0, 5, 7, true)));
        assert_eq!(told("([.0-9]{1,})", "step 12.5"), Some((12.5, 5, 9, false)));
        assert_eq!(told("([.0-9]{1,})\\z", "1 of 2.5"), Some((2.5, 5, 8, false)));
    }

    #[test]
    fn what_is_no_short_number_is_left() {
        assert_eq!(read("([0-9]{1,})", "none"), Leftmost::Nothing);
        assert_eq!(read("([0-9]{1,})\\z", "1 x"), Leftmost::Nothing);
        for event in ["1.2.3", "5.", ".5", "12345678901234567890"] {
            assert_eq!(read("([.0-9]{1,})", event), Leftmost::Unknown, "{event}");
        }
    }

    #[test]
    fn other_shapes_are_left() {
        for pattern in ["([0-9]{1,})%", "[0-9]{1,}", "([0-9]{1,3})", "([0-8]{1,})", "a([0-9]{1,})"]
        {
            assert!(LoneRun::new(&parse(pattern).unwrap()).is_none(), "{pattern}");
        }
    }
}
