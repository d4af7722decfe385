//! The search of one event for one definition, and its verdict.

use crate::candidates::Span;
use crate::clock::Clock;
use crate::definition::Definition;
use crate::engine::{Leftmost, OverLimit, Reading, Scratch};
use crate::found::{Deferred, Found, Place, Rejected};
use crate::lines::{Block, Event};
use crate::number;
use crate::text::{Seen, Text};

/// The search of one event.
pub struct EventSearch<'a> {
    pub event: &'a Event,
    pub seen: &'a Seen<'a>,
    pub clock: &'a Clock,
    pub scratch: &'a mut Scratch,
    pub found: &'a mut Found,
}

enum Verdict {
    NoMatch,
    Rejected(Option<(usize, usize)>),
    Number(Published),
}

/// A number that a definition publishes.
struct Published {
    value: f64,
    repeated: bool,
    truncated: bool,
}

impl EventSearch<'_> {
    /// Searches for the definition at `place` in the list, and records the verdict.
    ///
    /// `literal`: where its literal is in the raw line, if it has one; `text`: where the text of
    /// its shortcut may be, and whether it is known to be there.
    pub fn search(
        &mut self,
        block: &Block<'_>,
        place: usize,
        definition: &Definition,
        literal: Option<Span>,
        text: Option<(Span, bool)>,
    ) {
        if self.found.is_tried(place) {
            return self.defer(block, place, definition);
        }
        match self.decide(definition, literal, text) {
            Ok(Verdict::NoMatch) => {}
            Ok(Verdict::Number(number)) => self.publish(place, definition, &number),
            Ok(Verdict::Rejected(capture)) => self.reject(block, place, definition, capture),
            Err(OverLimit) => self.defer(block, place, definition),
        }
    }

    fn decide(
        &mut self,
        definition: &Definition,
        literal: Option<Span>,
        text: Option<(Span, bool)>,
    ) -> Result<Verdict, OverLimit> {
        if let Some(text) = text {
            if let Some(number) = self.read(definition, literal, text)? {
                return Ok(Verdict::Number(number));
            }
        } else if let (None, Text::Ascii(bytes)) = (literal, &self.seen.text) {
            match definition.pattern.leftmost(bytes) {
                Leftmost::Nothing => return Ok(Verdict::NoMatch),
                Leftmost::Number { reading: Reading { number, start, end }, repeated } => {
                    let truncated = number::is_truncated(bytes, start, end);
                    let value = number.value;
                    return Ok(Verdict::Number(Published { value, repeated, truncated }));
                }
                Leftmost::Unknown => {}
            }
        }
        let (pattern, seen) = (&definition.pattern, &self.seen.text);
        let start = self.first_start(definition, literal);
        let last = self.last_start(definition, literal);
        let Some(found) = pattern.find(self.scratch, seen, start, last)? else {
            return Ok(Verdict::NoMatch);
        };
        let bytes = seen.bytes();
        let parsed = found.capture.and_then(|(start, end)| number::parse(bytes, start, end));
        let Some(parsed) = parsed else {
            return Ok(Verdict::Rejected(found.capture));
        };
        let next = seen.boundary_from(found.end.max(found.start + 1));
        let repeated = self.is_repeated(definition, next, last)?;
        let truncated = number::is_truncated(bytes, parsed.start, parsed.end);
        Ok(Verdict::Number(Published { value: parsed.value, repeated, truncated }))
    }

    /// The number that the definition's shortcut tells.
    #[inline]
    fn read(
        &mut self,
        definition: &Definition,
        literal: Option<Span>,
        (text, is_text): (Span, bool),
    ) -> Result<Option<Published>, OverLimit> {
        let Text::Ascii(bytes) = self.seen.text else { return Ok(None) };
        if !self.seen.in_place {
            return Ok(None);
        }
        let reading = definition.pattern.read(self.scratch, bytes, text.first, text.last, is_text);
        let Some(Reading { number, start, end }) = reading else { return Ok(None) };
        let repeated = self.is_repeated(definition, end, self.last_start(definition, literal))?;
        let truncated = number::is_truncated(bytes, start, number.end);
        Ok(Some(Published { value: number.value, repeated, truncated }))
    }

    /// Whether there is a match that starts at `next` or later.
    #[inline]
    fn is_repeated(
        &mut self,
        definition: &Definition,
        next: usize,
        last: usize,
    ) -> Result<bool, OverLimit> {
        let pattern = &definition.pattern;
        Ok(next <= last && pattern.find(self.scratch, &self.seen.text, next, last)?.is_some())
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

    fn publish(&mut self, place: usize, definition: &Definition, number: &Published) {
        self.found.rows.definitions.push(definition.number);
        self.found.rows.values.push(number.value);
        self.found.repeated[place] += usize::from(number.repeated);
        self.found.truncated[place] += usize::from(number.truncated);
    }

    fn reject(
        &mut self,
        block: &Block<'_>,
        place: usize,
        definition: &Definition,
        capture: Option<(usize, usize)>,
    ) {
        let text = self.seen.text.bytes();
        let owned = |(start, end)| String::from_utf8_lossy(&text[start..end]).into_owned();
        let Place { event, line, .. } = block.place(self.event, None);
        self.found.reject(place, || Rejected {
            definition: definition.number,
            event,
            line,
            capture: capture.map(owned),
        });
    }

    fn defer(&mut self, block: &Block<'_>, place: usize, definition: &Definition) {
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
