//! The most common shape of a pattern, read in one step: a text and the number after it.
//!
//! `(.*(inner.*)?)?\b?text(number)(text)?(.*)?`, where the number is a run of a class, or written
//! out with its sign, point and exponent, or whatever stands before a byte. A shortcut only answers
//! where there is a short number that every engine would capture as a whole; all else is searched.

use super::lone_number::{is_repeat, Written, SIGNS};
use super::lone_run::parts;
use super::pattern::{Anchor, Counts, Greed, Node};
use super::program::Program;
use super::reading::Reading;
use super::search::{holds, Stack};
use super::set::Set;
use crate::candidates::Span;
use crate::decimal::{self, Decimal, Parts};

/// A pattern of the shape.
#[derive(Debug)]
pub struct Shortcut {
    before: Before,
    boundary: Option<Anchor>,
    text: Box<[u8]>,
    capture: Capture,
    after: Box<[u8]>,
    /// The match goes on to the end of the event.
    to_end: bool,
}

/// What stands before the text.
#[derive(Debug)]
enum Before {
    Nothing,
    /// Anything.
    Any,
    /// Anything in which this is found.
    Found(Box<Program>),
}

#[derive(Debug)]
struct Capture {
    parts: Parts,
    end: End,
}

/// Where the capture ends.
#[derive(Debug)]
enum End {
    /// Where the number does.
    Number,
    /// Where the number does, before none of these.
    Run(Set),
    /// Before this byte, where the number ends.
    Byte(u8),
}

impl Shortcut {
    /// The shortcut for a pattern; None if it is of another shape.
    pub fn new(tree: &Node) -> Option<Self> {
        let Node::Sequence(items) = tree else { return None };
        let place = items.iter().position(|item| matches!(item, Node::Capture(_)))?;
        let (before, rest) = items.split_at(place);
        let (Node::Capture(captured), after) = rest.split_first()? else { return None };

        let characters = before.iter().rev().map_while(character).count();
        let (before, text) = before.split_at(before.len() - characters);
        let (boundary, before) = match before.split_last() {
            Some((
                Node::Anchor(anchor @ (Anchor::WordBoundary | Anchor::NoWordBoundary)),
                rest,
            )) => (Some(*anchor), rest),
            _ => (None, before),
        };
        let characters = after.iter().map_while(character).count();
        let (after, end) = after.split_at(characters);
        let to_end = match end {
            [] => false,
            [any] if is_any(any) => true,
            _ => return None,
        };
        let after: Box<[u8]> = after.iter().filter_map(character).collect();
        let shortcut = Self {
            before: Before::new(before)?,
            boundary,
            text: text.iter().filter_map(character).collect(),
            capture: Capture::new(captured, after.first().copied())?,
            after,
            to_end,
        };
        (!shortcut.text.is_empty()).then_some(shortcut)
    }

    /// Where the text has `literal` first, and whether that is all of it.
    pub fn offset_of(&self, literal: &[u8]) -> Option<(usize, bool)> {
        let offset = self.text.windows(literal.len()).position(|part| part == literal)?;
        Some((offset, *self.text == *literal))
    }

    /// Whether a word starts with the text in every match.
    pub fn starts_word(&self) -> bool {
        self.boundary == Some(Anchor::WordBoundary)
            && self.text.first().is_some_and(|&byte| byte.is_ascii_alphanumeric() || byte == b'_')
    }

    /// The leftmost match, unless it has to be searched for.
    ///
    /// `text`: where the text may stand, first and last; `is_text`: it is known to.
    #[inline]
    pub fn read(
        &self,
        stack: &mut Stack,
        event: &[u8],
        text: Span,
        is_text: bool,
    ) -> Option<Reading> {
        // Where anything may stand before the text, its last place is the one that counts.
        if text.first != text.last && !matches!(self.before, Before::Nothing) {
            return None;
        }
        let place = text.first;
        let start = place + self.text.len();
        if !is_text && !event.get(place..)?.starts_with(&self.text)
            || self.boundary.is_some_and(|anchor| !holds(anchor, event, place))
        {
            return None;
        }
        let number = self.capture.read(event, start)?;
        let rest = event[number.end..].iter();
        if !rest.take(self.after.len()).eq(self.after.iter()) {
            return None;
        }
        if let Before::Found(inner) = &self.before {
            inner.find(stack, &event[..place], 0, place).ok()??;
        }
        let end = if self.to_end { event.len() } else { number.end + self.after.len() };
        Some(Reading { number, start, end })
    }
}

impl Before {
    fn new(items: &[Node]) -> Option<Self> {
        match items {
            [] => Some(Self::Nothing),
            [any] if is_any(any) => Some(Self::Any),
            [any, inner @ .., other] if is_any(any) && is_any(other) => {
                let is_plain = inner.iter().all(|item| match item {
                    Node::One(_) => true,
                    Node::Repeat(item, _) => matches!(**item, Node::One(_)),
                    _ => false,
                });
                let inner = Node::Sequence(inner.to_vec());
                is_plain.then(|| Program::new(&inner))?.map(|inner| Self::Found(Box::new(inner)))
            }
            _ => None,
        }
    }
}

impl Capture {
    /// The capture of a node with a byte, if any, behind it.
    fn new(node: &Node, after: Option<u8>) -> Option<Self> {
        let node = match node {
            Node::Sequence(items) => match &items[..] {
                [Node::Repeat(..)] => &items[0],
                _ => return Self::written_out(items),
            },
            node => node,
        };
        let Node::Repeat(item, Counts { least: 0 | 1, most: usize::MAX, greed }) = node else {
            return None;
        };
        let Node::One(set) = **item else { return None };
        let parts = parts(set)?;
        if *greed != Greed::Lazy {
            return Some(Self { parts, end: End::Run(set) });
        }
        let ends = after.filter(|byte| !b"0123456789.eE+-".contains(byte))?;
        (parts.sign && parts.point && parts.exponent)
            .then_some(Self { parts, end: End::Byte(ends) })
    }

    /// The capture of a number that is written out, with either sign or none.
    fn written_out(items: &[Node]) -> Option<Self> {
        let Written { signs, parts, .. } = Written::new(items)?;
        (signs == SIGNS || !parts.sign).then_some(Self { parts, end: End::Number })
    }

    #[inline]
    fn read(&self, event: &[u8], start: usize) -> Option<Decimal> {
        let number = decimal::read(event, start, self.parts)?;
        let next = event.get(number.end).copied();
        let ends = match self.end {
            End::Number => true,
            End::Run(set) => !next.is_some_and(|byte| set.has(byte)),
            End::Byte(byte) => next == Some(byte),
        };
        ends.then_some(number)
    }
}

/// The character that a node stands for, if it is only one.
fn character(node: &Node) -> Option<u8> {
    match node {
        Node::One(set) => set.only(),
        _ => None,
    }
}

fn is_any(node: &Node) -> bool {
    is_repeat(node, Set::ALL, 0, usize::MAX)
}
