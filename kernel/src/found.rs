//! What a search finds, as plain columns.

/// Rejected captures of a definition that are kept as examples.
const EXAMPLES_KEPT: usize = 3;

/// What was found in consecutive blocks of a log.
#[derive(Debug, Default)]
pub struct Found {
    /// The numbers that were found.
    pub rows: Rows,
    /// For each definition, captures that are no number.
    pub rejected: Vec<usize>,
    /// For each definition, events on which the published match is not the only one.
    pub repeated: Vec<usize>,
    /// For each definition, values that are only a part of the number in the text.
    pub truncated: Vec<usize>,
    /// The first rejected captures of each definition.
    pub examples: Vec<Rejected>,
    /// What the engine did not decide.
    pub deferred: Vec<Deferred>,
    /// Line ends.
    pub newlines: usize,
    /// Events.
    pub events: usize,
    /// Bytes that were searched.
    pub bytes: usize,
    /// Whether the last line has its end.
    pub ended: bool,
}

/// Where an event stands: all counted from the start of the first block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The event's number, from 0.
    pub event: i64,
    /// The number of its line, from 0.
    pub line: i64,
    /// The raw byte at which it starts.
    pub start: i64,
    /// Nanoseconds since 1970 in UTC at the start of its line, where that tells a time.
    pub time: Option<i64>,
}

/// Columns of equal length, a row a number found, in the order of events, then definitions.
#[derive(Debug, Default)]
pub struct Rows {
    /// The event's number.
    pub events: Vec<i64>,
    /// The number of its line.
    pub lines: Vec<i64>,
    /// The raw byte at which the event starts.
    pub starts: Vec<i64>,
    /// The definition's number.
    pub definitions: Vec<i32>,
    /// The number found.
    pub values: Vec<f64>,
    /// Nanoseconds since 1970 in UTC at the start of the line; 0 where it tells no time.
    pub times: Vec<i64>,
    /// Whether the line tells a time.
    pub timed: Bits,
}

/// A bit a row, the first one lowest, as Arrow has them.
#[derive(Debug, Default)]
pub struct Bits {
    bytes: Vec<u8>,
    length: usize,
}

/// A match whose capture is no number; None where group 1 took no part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The definition's number.
    pub definition: i32,
    /// The event's number.
    pub event: i64,
    /// The number of its line.
    pub line: i64,
    /// What was captured.
    pub capture: Option<String>,
}

/// An event that the engine could not search to the end for a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deferred {
    /// The definition's number.
    pub definition: i32,
    /// Where the event stands.
    pub place: Place,
    /// What the regexes see of the event.
    pub text: Vec<u8>,
}

impl Found {
    /// Nothing yet, for so many definitions.
    #[must_use]
    pub fn nothing(definitions: usize) -> Self {
        Self {
            rejected: vec![0; definitions],
            repeated: vec![0; definitions],
            truncated: vec![0; definitions],
            ended: true,
            ..Self::default()
        }
    }

    pub(crate) fn reject(&mut self, place: usize, rejected: impl FnOnce() -> Rejected) {
        self.rejected[place] += 1;
        if self.rejected[place] <= EXAMPLES_KEPT {
            self.examples.push(rejected());
        }
    }
}

impl Rows {
    /// Whether there are values whose place is not noted yet.
    pub(crate) fn lack_places(&self) -> bool {
        self.events.len() < self.values.len()
    }

    /// Notes the place of all values that have none yet.
    pub(crate) fn fill_places(&mut self, place: Place) {
        while self.lack_places() {
            self.push_place(place);
        }
    }

    pub(crate) fn push_place(&mut self, place: Place) {
        self.events.push(place.event);
        self.lines.push(place.line);
        self.starts.push(place.start);
        self.times.push(place.time.unwrap_or(0));
        self.timed.push(place.time.is_some());
    }
}

impl Bits {
    fn push(&mut self, bit: bool) {
        let place = self.length % 8;
        if place == 0 {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(bit) << place;
        }
        self.length += 1;
    }

    /// The bits, eight a byte.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bits, one by one.
    pub fn iter(&self) -> impl Iterator<Item = bool> + '_ {
        (0..self.length).map(|place| self.bytes[place / 8] >> (place % 8) & 1 == 1)
    }
}

/// Numbers that count what lies in memory, or bytes of a file, fit.
pub fn signed(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_packed_as_arrow_has_them() {
        let mut bits = Bits::default();
        let given = [true, false, false, true, false, false, false, false, true];
        for bit in given {
            bits.push(bit);
        }
        assert!(bits.iter().eq(given));
        assert_eq!(bits.bytes(), [0b1001, 1]);
    }
}
