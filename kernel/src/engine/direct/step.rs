//! The steps of a program.

use super::pattern::{Anchor, Counts, Set, Table};

/// A step: what the text must be, or where to go on.
#[derive(Debug)]
pub enum Step {
    Text(Box<[u8]>),
    One(Set, Table),
    /// Characters of a set, and what must follow.
    Run {
        set: Set,
        table: Table,
        counts: Counts,
        next: Next,
    },
    Anchor(Anchor),
    CaptureStart,
    CaptureEnd,
    /// The next step, or if that fails, another.
    Try {
        otherwise: usize,
    },
    Jump(usize),
    Done,
}

/// The character that must follow a run.
#[derive(Debug)]
pub enum Next {
    /// Any, or none.
    Any,
    Byte(u8),
    In(Table),
}

/// The end of the run of bytes that fit, from `start`.
pub fn end_of_run(text: &[u8], start: usize, fits: impl Fn(u8) -> bool) -> usize {
    let run = text.get(start..).unwrap_or_default();
    start + run.iter().position(|&byte| !fits(byte)).unwrap_or(run.len())
}
