//! What is read of an event without a search.

use crate::decimal::Decimal;

/// A match and its number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// The number; it ends where the capture ends.
    pub number: Decimal,
    /// Where the number and the capture start.
    pub start: usize,
    /// Where the match ends.
    pub end: usize,
}

/// The leftmost match in an event, as far as it is known without a search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Leftmost {
    Nothing,
    Number {
        reading: Reading,
        /// Whether there is another match behind it.
        repeated: bool,
    },
    Unknown,
}
