//! What a search finds, as plain columns.

/// Events that the engine may fail to decide for a definition, until the rest are left to the
/// reference without a try.
const TRIED_IN_VAIN: usize = 5;
/// Rejected captures of a definition that are kept as examples.
const EXAMPLES_KEPT: usize = 3;

/// What was found in consecutive blocks of a log.
#[derive(Debug, Default)]
pub struct Found {
    /// The numbers that were found.
    pub rows: Rows,
    /// For each definition, how many captures are not numbers.
    pub rejected: Vec<usize>,
    /// For each definition, how many events have more matches than the published one.
    pub repeated: Vec<usize>,
    /// For each definition, how many values are only part of the number in the text.
    pub truncated: Vec<usize>,
    /// The first rejected captures of each definition, in the order of their events.
    pub examples: Vec<Rejected>,
    /// What the engine could not decide.
    pub deferred: Vec<Deferred>,
    /// Lines whose times were wanted, and are for `strptime` to read.
    pub unclear: Vec<Unclear>,
    /// For each definition, how many events that is.
    undecided: Vec<usize>,
    /// For each definition, the first event that is not searched for it any more; empty if all are
    /// searched for all.
    until: Vec<u32>,
    /// For each definition, how many of the events that were not searched might match.
    pub set_aside: Vec<usize>,
    /// How many line ends there are.
    pub newlines: usize,
    /// How many events there are.
    pub events: usize,
    /// How many bytes were searched.
    pub bytes: usize,
    /// Whether the last line is complete.
    pub ended: bool,
}

/// Where an event stands, counted from the start of the first block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The event's number, from 0.
    pub event: u32,
    /// The number of its line, from 0.
    pub line: i64,
    /// The time at the start of its line, in nanoseconds since 1970 UTC, if there is one.
    pub time: Option<i64>,
}

/// Columns of equal length with a row for each number, ordered by event, then definition.
#[derive(Debug, Default)]
pub struct Rows {
    /// The number of the line, from 0.
    pub lines: Vec<i64>,
    /// From which row on the event's number exceeds the line's by how much.
    pieces: Vec<(usize, i64)>,
    /// The definition's number.
    pub definitions: Vec<i32>,
    /// The number found.
    pub values: Vec<f64>,
    /// The times of the lines; empty if no line has one.
    pub times: Times,
}

/// The times at the start of lines, one for each row as soon as one is known.
#[derive(Debug, Default)]
pub struct Times {
    /// Nanoseconds since 1970 UTC; 0 where the line has no time.
    pub nanoseconds: Vec<i64>,
    /// Whether the line has a time.
    pub known: Bits,
}

/// One bit per row, the lowest first, as in Arrow.
#[derive(Debug, Default)]
pub struct Bits {
    bytes: Vec<u8>,
    length: usize,
}

/// A match whose capture is not a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The definition's number.
    pub definition: i32,
    /// The event's number.
    pub event: u32,
    /// The number of its line.
    pub line: i64,
    /// What was captured; None where group 1 took no part.
    pub capture: Option<String>,
}

/// An event that the engine could not finish searching for a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deferred {
    /// The definition's number.
    pub definition: i32,
    /// Where the event stands.
    pub place: Place,
    /// What the regexes see of the event.
    pub text: Vec<u8>,
}

/// A line whose time is unclear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear {
    /// The number of the line.
    pub line: i64,
    /// Its text, or its first bytes where it starts before the block.
    pub text: Vec<u8>,
}

impl Found {
    /// Nothing yet, for `definitions` definitions.
    ///
    /// `until`: for each of them the first event that is not searched any more; empty for none.
    #[must_use]
    pub fn nothing(definitions: usize, until: Vec<u32>) -> Self {
        Self {
            undecided: vec![0; definitions],
            until,
            set_aside: vec![0; definitions],
            rejected: vec![0; definitions],
            repeated: vec![0; definitions],
            truncated: vec![0; definitions],
            ended: true,
            ..Self::default()
        }
    }

    /// Whether an event is not searched for the definition at `place` any more.
    #[inline]
    pub(crate) fn is_beyond(&self, place: usize, event: u32) -> bool {
        self.until.get(place).is_some_and(|&until| event >= until)
    }

    /// Whether there may be events that are not searched for all definitions.
    pub(crate) fn sets_aside(&self) -> bool {
        !self.until.is_empty()
    }

    /// Whether the engine failed so often that it does not try any more.
    #[inline]
    pub(crate) fn is_tried(&self, place: usize) -> bool {
        self.undecided[place] >= TRIED_IN_VAIN
    }

    /// Counts what there is to say of a definition's number.
    #[inline]
    pub(crate) fn note(&mut self, place: usize, repeated: bool, truncated: bool) {
        self.repeated[place] += usize::from(repeated);
        self.truncated[place] += usize::from(truncated);
    }

    pub(crate) fn defer(&mut self, place: usize, deferred: Deferred) {
        self.undecided[place] += 1;
        self.deferred.push(deferred);
    }

    pub(crate) fn reject(&mut self, place: usize, rejected: impl FnOnce() -> Rejected) {
        self.rejected[place] += 1;
        if self.rejected[place] <= EXAMPLES_KEPT {
            self.examples.push(rejected());
        }
    }
}

impl Rows {
    /// Takes memory for so many rows at once.
    pub(crate) fn reserve(&mut self, rows: usize) {
        self.lines.reserve(rows);
        self.definitions.reserve(rows);
        self.values.reserve(rows);
    }

    /// Adds rows up to `rows`, to be put in whatever order; `pieces`: by how much the numbers of
    /// their events are greater than those of their lines.
    pub(crate) fn add(&mut self, rows: usize, pieces: i64) {
        self.begin_pieces(pieces);
        self.lines.resize(rows, 0);
        self.definitions.resize(rows, 0);
        self.values.resize(rows, 0.0);
    }

    /// Puts what belongs in a row.
    #[inline]
    pub(crate) fn put(&mut self, row: usize, definition: i32, value: f64, line: i64) {
        self.lines[row] = line;
        self.definitions[row] = definition;
        self.values[row] = value;
    }

    /// Whether there are rows whose place has not been recorded yet.
    pub(crate) fn lack_places(&self) -> bool {
        self.lines.len() < self.values.len()
    }

    /// Records the place of the rows that have none yet.
    pub(crate) fn fill_places(&mut self, place: Place) {
        let (row, rows) = (self.lines.len(), self.values.len());
        self.begin_pieces(i64::from(place.event) - place.line);
        self.lines.resize(rows, place.line);
        self.times.fill(row, rows, place.time);
    }

    /// Notes by how much the numbers of the events are greater from the next row on.
    fn begin_pieces(&mut self, pieces: i64) {
        if self.pieces.last().map_or(0, |&(_, pieces)| pieces) != pieces {
            self.pieces.push((self.lines.len(), pieces));
        }
    }

    /// Counts the lines from `first`.
    pub fn count_from(&mut self, first: i64) {
        self.lines.iter_mut().for_each(|line| *line += first);
    }

    /// The numbers of the events.
    #[must_use]
    pub fn events(&self) -> Vec<u32> {
        let (mut events, mut pieces) = (Vec::with_capacity(self.lines.len()), 0);
        let mut changes = self.pieces.iter().peekable();
        for (row, &line) in self.lines.iter().enumerate() {
            while let Some((_, next)) = changes.next_if(|change| change.0 == row) {
                pieces = *next;
            }
            events.push(u32::try_from(line + pieces).unwrap_or(u32::MAX));
        }
        events
    }

    /// How many rows have an earlier time than the last one before that has any, which for the
    /// first row is `last`; and the last time, or `last` where there is none.
    #[must_use]
    pub fn backwards(&self, last: Option<i64>) -> (usize, Option<i64>) {
        let Times { nanoseconds, known } = &self.times;
        if known.are_all_set() {
            return backwards(nanoseconds, last);
        }
        let rows = nanoseconds.iter().enumerate();
        let times: Vec<i64> = rows.filter(|&(row, _)| known.get(row)).map(|row| *row.1).collect();
        backwards(&times, last)
    }

    /// The time of a row.
    #[must_use]
    pub fn time(&self, row: usize) -> Option<i64> {
        let known = self.times.known.get(row);
        known.then(|| self.times.nanoseconds[row])
    }
}

impl Times {
    /// Gives the rows from `first` to `last` a time, as soon as any row has one.
    #[inline]
    pub(crate) fn fill(&mut self, first: usize, last: usize, time: Option<i64>) {
        if time.is_some() || !self.nanoseconds.is_empty() {
            (first..last).for_each(|row| self.push(row, time));
        }
    }

    fn push(&mut self, row: usize, time: Option<i64>) {
        while self.nanoseconds.len() < row {
            self.nanoseconds.push(0);
            self.known.push(false);
        }
        self.nanoseconds.push(time.unwrap_or(0));
        self.known.push(time.is_some());
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

    /// Whether all bits are set.
    fn are_all_set(&self) -> bool {
        let (whole, last) = self.bytes.split_at(self.length / 8);
        let last_set =
            last.first().is_none_or(|byte| byte.count_ones() as usize == self.length % 8);
        last_set && whole.iter().all(|&byte| byte == u8::MAX)
    }

    /// A bit; those after the last are not set.
    #[must_use]
    pub fn get(&self, place: usize) -> bool {
        self.bytes.get(place / 8).is_some_and(|byte| byte >> (place % 8) & 1 == 1)
    }
}

/// How many times are earlier than the one before, which for the first is `last`; and the last one,
/// or `last` where there is none.
#[must_use]
pub fn backwards(times: &[i64], last: Option<i64>) -> (usize, Option<i64>) {
    let (Some(&first), Some(&end)) = (times.first(), times.last()) else {
        return (0, last);
    };
    let earlier = times.windows(2).filter(|pair| pair[1] < pair[0]).count();
    (earlier + usize::from(last.is_some_and(|last| first < last)), Some(end))
}

/// As a signed number; counts of what is in memory, or of a file's bytes, always fit.
pub fn signed(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_begin_with_the_first_that_is_known() {
        let mut rows = Rows::default();
        let add = |rows: &mut Rows, time| {
            rows.values.push(0.0);
            rows.fill_places(Place { event: 0, line: 0, time });
        };
        add(&mut rows, None);
        assert!(rows.times.nanoseconds.is_empty());
        add(&mut rows, Some(5));
        add(&mut rows, None);
        assert_eq!(rows.times.nanoseconds, [0, 5, 0]);
        assert_eq!([0, 1, 2].map(|row| rows.time(row)), [None, Some(5), None]);
    }

    #[test]
    fn earlier_times_are_counted() {
        let mut rows = Rows::default();
        assert_eq!(rows.backwards(None), (0, None));
        assert_eq!(rows.backwards(Some(7)), (0, Some(7)));
        for time in [None, Some(5), None, Some(4), Some(4), Some(9), None] {
            rows.values.push(0.0);
            rows.fill_places(Place { event: 0, line: 0, time });
        }
        assert_eq!(rows.backwards(None), (1, Some(9)));
        assert_eq!(rows.backwards(Some(6)), (2, Some(9)));
        assert_eq!(backwards(&[3, 2], Some(2)), (1, Some(2)));
    }

    #[test]
    fn events_are_counted_beside_lines() {
        let mut rows = Rows::default();
        for (event, line) in [(0, 0), (1, 1), (2, 1), (2, 1), (4, 2), (5, 3)] {
            rows.values.push(0.0);
            rows.fill_places(Place { event, line, time: None });
        }
        assert_eq!(rows.events(), [0, 1, 2, 2, 4, 5]);
        rows.count_from(10);
        assert_eq!(rows.lines, [10, 11, 11, 11, 12, 13]);
        assert!(Rows::default().events().is_empty());
    }

    #[test]
    fn bits_are_packed_as_arrow_has_them() {
        let mut bits = Bits::default();
        let given = [true, false, false, true, false, false, false, false, true];
        for bit in given {
            bits.push(bit);
        }
        assert!((0..10).map(|place| bits.get(place)).eq(given.into_iter().chain([false])));
        assert_eq!(bits.bytes(), [0b1001, 1]);
    }

    #[test]
    fn bits_are_all_set_until_one_is_not() {
        let mut bits = Bits::default();
        for _ in 0..18 {
            assert!(bits.are_all_set());
            bits.push(true);
        }
        bits.push(false);
        assert!(!bits.are_all_set());
    }
}
