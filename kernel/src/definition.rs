//! A metric definition, as the kernel is given it.

use std::sync::Arc;

use crate::engine::Pattern;
use crate::prefilter::Literal;

/// A definition to search for.
#[derive(Debug, Clone)]
pub struct Definition {
    /// Its number in the results.
    pub number: i32,
    /// What to search for.
    pub pattern: Arc<Pattern>,
    /// Texts one of which a raw line must contain for a match; None: any line may match.
    pub literals: Option<Vec<Literal>>,
    /// The most bytes between the start of a match and such a text, as long as all characters are
    /// ASCII; None if there is no bound.
    pub reach: Option<usize>,
    /// The text may stand before the match.
    pub looks_behind: bool,
}

impl Definition {
    /// Where the text of its pattern's shortcut has its literal, and whether that is all of it.
    pub(crate) fn shortcut_offset(&self) -> Option<(usize, bool)> {
        match self.literals.as_deref()? {
            [literal] => self.pattern.shortcut_offset(&literal.text),
            _ => None,
        }
    }
}
