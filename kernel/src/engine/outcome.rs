//! What a search for one pattern in one event comes to.

/// A match: its span and that of group 1, in bytes of the subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    pub start: usize,
    pub end: usize,
    /// None where group 1 took no part.
    pub capture: Option<(usize, usize)>,
}

/// The search was given up, as it exceeded its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverLimit;
