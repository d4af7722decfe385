//! What was found, for Python.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::column::{Column, Numbers};
use crate::found::{Deferred, Found, Place, Rejected, Rows, Unclear};
use crate::segment::Skipped;
use crate::tally::{tally, Series, Tally};

/// So many rows are worth letting other threads run meanwhile.
const MANY_ROWS: usize = 1 << 14;

/// Event, line and time.
pub type PyPlace = (u32, i64, Option<i64>);

pub fn py_place(place: Place) -> PyPlace {
    (place.event, place.line, place.time)
}

/// The bytes of numbers as the machine has them.
fn py_bytes<'py>(py: Python<'py>, numbers: &[f64]) -> Bound<'py, PyBytes> {
    let bytes: Vec<u8> = numbers.iter().flat_map(|each| each.to_ne_bytes()).collect();
    PyBytes::new(py, &bytes)
}

/// What was found.
#[pyclass(name = "Found", frozen, module = "metricparse._kernel")]
pub struct PyFound {
    /// The rows, until they are taken.
    rows: Mutex<Rows>,
    /// The rest.
    found: Found,
    skipped: Skipped,
}

impl PyFound {
    pub fn new(mut found: Found, skipped: Skipped) -> Self {
        Self { rows: Mutex::new(std::mem::take(&mut found.rows)), found, skipped }
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Definition, count, line of the first, the first, the last, bounds, how many are not finite, stride
/// and added values, as the bytes of the machine's numbers.
type PyTally<'py> =
    (usize, usize, i64, f64, f64, Option<(f64, f64)>, usize, usize, Bound<'py, PyBytes>);

#[pymethods]
impl PyFound {
    /// The columns lines (int64), definitions (int32), values (float64), times (int64) and which
    /// of the times are known (one bit per row); the last two are empty if none is.
    ///
    /// They can be taken once; `rows`, `row_events`, `tally` and `backwards` find nothing afterwards.
    /// `first_line` is the line on which the block starts.
    fn take_columns(&self, py: Python<'_>, first_line: i64) -> Vec<Column> {
        let mut rows = std::mem::take(&mut *self.rows());
        if rows.values.len() < MANY_ROWS {
            rows.count_from(first_line);
        } else {
            py.detach(|| rows.count_from(first_line));
        }
        let Rows { lines, definitions, values, times, .. } = rows;
        [
            Numbers::Int64(lines),
            Numbers::Int32(definitions),
            Numbers::Float64(values),
            Numbers::Int64(times.nanoseconds),
            Numbers::Bits(times.known),
        ]
        .map(Column::from)
        .into()
    }

    /// How many rows there are.
    #[getter(rows)]
    fn row_count(&self) -> usize {
        self.rows().values.len()
    }

    /// The numbers of the rows' events.
    #[getter]
    fn row_events(&self) -> Vec<u32> {
        self.rows().events()
    }

    /// A tally of the values of each definition that has any.
    ///
    /// `series`: for each definition, how many values came before, and the stride at which some of
    /// them are kept; `most`: how many are kept.
    fn tally<'py>(
        &self,
        py: Python<'py>,
        series: Vec<(usize, usize)>,
        most: usize,
    ) -> Vec<PyTally<'py>> {
        let series = series.into_iter().map(|(seen, stride)| Series::after(seen, stride)).collect();
        let tally_rows = || {
            let rows = self.rows();
            tally(&rows.definitions, &rows.values, series, most)
        };
        // To let go of the GIL and take it again takes longer than a few rows do.
        let few = self.row_count() < MANY_ROWS;
        let tallies = if few { tally_rows() } else { py.detach(tally_rows) };
        let rows = self.rows();
        let plain = |(number, each): (usize, Tally)| {
            let Tally { count, first, last, bounds, not_finite, series } = each;
            let (line, first) = (*rows.lines.get(first)?, *rows.values.get(first)?);
            let Series { stride, added, .. } = series;
            let added = py_bytes(py, &added);
            Some((number, count, line, first, last, bounds, not_finite, stride, added))
        };
        let with_values = tallies.into_iter().enumerate().filter(|(_, each)| each.count > 0);
        with_values.filter_map(plain).collect()
    }

    /// How many rows have an earlier time than the one before, and the last time.
    ///
    /// `last`: that of the last row before these, if it is known.
    fn backwards(&self, py: Python<'_>, last: Option<i64>) -> (usize, Option<i64>) {
        let count = || self.rows().backwards(last);
        if self.row_count() < MANY_ROWS {
            count()
        } else {
            py.detach(count)
        }
    }

    #[getter]
    fn rejected(&self) -> Vec<usize> {
        self.found.rejected.clone()
    }

    #[getter]
    fn repeated(&self) -> Vec<usize> {
        self.found.repeated.clone()
    }

    #[getter]
    fn truncated(&self) -> Vec<usize> {
        self.found.truncated.clone()
    }

    #[getter]
    fn set_aside(&self) -> Vec<usize> {
        self.found.set_aside.clone()
    }

    /// Definition, event, line and capture of the first rejected matches.
    #[getter]
    fn examples(&self) -> Vec<(i32, u32, i64, Option<String>)> {
        let example =
            |each: &Rejected| (each.definition, each.event, each.line, each.capture.clone());
        self.found.examples.iter().map(example).collect()
    }

    /// The definitions for which there are events that the engine could not decide.
    #[getter]
    fn undecided(&self) -> BTreeSet<i32> {
        self.found.deferred.iter().map(|each| each.definition).collect()
    }

    /// Place and text of these events of a definition, in their order: `most` of them after `skipped`.
    fn deferred<'py>(
        &self,
        py: Python<'py>,
        definition: i32,
        skipped: usize,
        most: usize,
    ) -> Vec<(PyPlace, Bound<'py, PyBytes>)> {
        let deferred = |each: &Deferred| (py_place(each.place), PyBytes::new(py, &each.text));
        let of_one = self.found.deferred.iter().filter(|each| each.definition == definition);
        of_one.skip(skipped).take(most).map(deferred).collect()
    }

    /// Number and text of each line whose time is for `strptime` to read.
    #[getter]
    fn unclear<'py>(&self, py: Python<'py>) -> Vec<(i64, Bound<'py, PyBytes>)> {
        let line = |each: &Unclear| (each.line, PyBytes::new(py, &each.text));
        self.found.unclear.iter().map(line).collect()
    }

    #[getter]
    fn newlines(&self) -> usize {
        self.found.newlines
    }

    #[getter]
    fn events(&self) -> usize {
        self.found.events
    }

    /// How many bytes were searched.
    #[getter]
    fn bytes(&self) -> usize {
        self.found.bytes
    }

    /// Whether the last line is complete.
    #[getter]
    fn ended(&self) -> bool {
        self.found.ended
    }

    /// Bytes that were taken out: colour codes, and what exceeds the longest line.
    #[getter]
    fn skipped(&self) -> (usize, usize) {
        (self.skipped.colours, self.skipped.beyond_limit)
    }
}
