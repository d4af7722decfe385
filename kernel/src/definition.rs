//! A metric definition, as the kernel is given it.

use std::sync::Arc;

use memchr::memmem;

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
    /// Sets of texts of each of which an event must contain one, as the regexes see it.
    pub required: Vec<Vec<Literal>>,
    /// The text may stand before the match.
    pub looks_behind: bool,
}

impl Definition {
    /// Whether an event contains what a match must contain.
    pub(crate) fn may_match(&self, event: &[u8]) -> bool {
        self.required.iter().all(|set| set.iter().any(|literal| contains(event, literal)))
    }

    /// Where the text of its pattern's shortcut has its literal, and whether that is all of it.
    pub(crate) fn shortcut_offset(&self) -> Option<(usize, bool)> {
        match self.literals.as_deref()? {
            [literal] => self.pattern.shortcut_offset(&literal.text),
            _ => None,
        }
    }

    /// How far before its literal a word must start in every match, if one must.
    pub(crate) fn word_before_literal(&self) -> Option<usize> {
        match self.literals.as_deref()? {
            [literal] => self.pattern.word_before(&literal.text),
            _ => None,
        }
    }
}

fn contains(event: &[u8], literal: &Literal) -> bool {
    let text = literal.text.as_slice();
    if literal.any_case {
        return event.windows(text.len()).any(|part| part.eq_ignore_ascii_case(text));
    }
    memmem::find(event, text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_must_contain_one_of_each_set() {
        let literal = |text: &str, any_case| Literal { text: text.into(), any_case };
        let definition = Definition {
            number: 0,
            pattern: Arc::new(Pattern::new("x", "x".to_owned()).unwrap()),
            literals: None,
            reach: None,
            required: vec![
                vec![literal("loss", false), literal("acc", true)],
                vec![literal("=", false)],
            ],
            looks_behind: false,
        };
        let told = [&b"loss"[..], b"loss=", b"LOSS=", b"ACC=", b"="];
        assert_eq!(
            told.map(|event| definition.may_match(event)),
            [false, true, false, true, false]
        );
    }
}
