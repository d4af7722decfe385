//! The search of one event for one definition, and its verdict.

use crate::candidates::Span;
use crate::clock::Clock;
use crate::definition::Definition;
use crate::engine::{OverLimit, Scratch};
use crate::found::{Deferred, Found, Place, Rejected};
use crate::lines::{Block, Event};
use crate::number;
use crate::text::{Seen, Text};

/// The search of one event.
pub struct EventSearch<'a> {
    pub block: &'a Block<'a>,
    pub event: &'a Event,
    pub seen: &'a Seen<'a>,
    pub clock: &'a Clock,
    pub scratch: &'a mut Scratch,
    pub found: &'a mut Found,
}

impl EventSearch<'_> {
    /// Searches for the definition at `place` in the list; the number to publish, if there is one.
    ///
    /// All else that comes of it is recorded. `literal`: where its literal is in the raw line, if it
    /// has one.
    pub fn search(
        &mut self,
        place: usize,
        definition: &Definition,
        literal: Option<Span>,
    ) -> Option<f64> {
        let number = if self.found.is_tried(place) {
            Err(OverLimit)
        } else {
            self.number(place, definition, literal)
        };
        number.unwrap_or_else(|OverLimit| {
            self.defer(place, definition);
            None
        })
    }

    fn number(
        &mut self,
        place: usize,
        definition: &Definition,
        literal: Option<Span>,
    ) -> Result<Option<f64>, OverLimit> {
        let (pattern, seen) = (&definition.pattern, &self.seen.text);
        let start = self.first_start(definition, literal);
        let last = self.last_start(definition, literal);
        let Some(found) = pattern.find(self.scratch, seen, start, last)? else {
            return Ok(None);
        };
        let bytes = seen.bytes();
        let parsed = found.capture.and_then(|(start, end)| number::parse(bytes, start, end));
        let Some(parsed) = parsed else {
            self.reject(place, definition, found.capture);
            return Ok(None);
        };
        let next = seen.boundary_from(found.end.max(found.start + 1));
        let repeated = next <= last && pattern.find(self.scratch, seen, next, last)?.is_some();
        let truncated = number::is_truncated(bytes, parsed.start, parsed.end);
        self.found.note(place, repeated, truncated);
        Ok(Some(parsed.value))
    }

    /// A position at which the search may start without missing a match.
    fn first_start(&self, definition: &Definition, literal: Option<Span>) -> usize {
        match (definition.reach, literal, &self.seen.text) {
            (Some(0), Some(literal), _) if self.seen.in_place => literal.first,
            (Some(reach), Some(literal), Text::Ascii(_)) if self.seen.in_place => {
                literal.first.saturating_sub(reach)
            }
            _ => 0,
        }
    }

    /// The last position at which a match may start, as it must contain the literal.
    fn last_start(&self, definition: &Definition, literal: Option<Span>) -> usize {
        match literal {
            Some(literal) if self.seen.in_place && !definition.looks_behind => literal.last,
            _ => usize::MAX,
        }
    }

    #[cold]
    fn reject(&mut self, place: usize, definition: &Definition, capture: Option<(usize, usize)>) {
        let text = self.seen.text.bytes();
        let owned = |(start, end)| String::from_utf8_lossy(&text[start..end]).into_owned();
        let Place { event, line, .. } = self.block.place(self.event, None);
        self.found.reject(place, || Rejected {
            definition: definition.number,
            event,
            line,
            capture: capture.map(owned),
        });
    }

    #[cold]
    fn defer(&mut self, place: usize, definition: &Definition) {
        let block = self.block;
        let start = block.start_of_line(0, self.event.bytes.start);
        let time = block.time(self.clock, self.event.line, start, self.found);
        let deferred = Deferred {
            definition: definition.number,
            place: block.place(self.event, time),
            text: self.seen.text.bytes().to_vec(),
        };
        self.found.defer(place, deferred);
    }
}
