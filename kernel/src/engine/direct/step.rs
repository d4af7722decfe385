//! The steps of a program.

use super::pattern::{Anchor, Counts};
use super::set::{Set, Table};

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
