//! The module `metricparse._kernel`.

mod column;

use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use self::column::{Column, Kind};
use crate::periods::{gather, Period};
use crate::tally::{tally, Series, Tally};
use crate::{Definition, Found, Literal, Matcher, Part, Pattern, Place, Rows, Skipped, View};

/// A regex in the engine's syntax, for events of ASCII and for others.
#[pyclass(name = "Pattern", frozen, module = "metricparse._kernel")]
struct PyPattern(Arc<Pattern>);

#[pymethods]
impl PyPattern {
    #[new]
    fn new(ascii: &str, text: String) -> PyResult<Self> {
        let pattern = Pattern::new(ascii, text);
        pattern
            .map(|pattern| Self(Arc::new(pattern)))
            .map_err(|error| PyValueError::new_err(error.to_string()))
    }
}

/// A definition: number, pattern, literals with their `any_case`, reach, and `looks_behind`.
#[derive(FromPyObject)]
struct PyDefinition(i32, Py<PyPattern>, Option<Vec<(Vec<u8>, bool)>>, Option<usize>, bool);

impl PyDefinition {
    fn definition(self) -> Definition {
        let Self(number, pattern, literals, reach, looks_behind) = self;
        let pattern = Arc::clone(&pattern.get().0);
        let literal = |(text, any_case)| Literal { text, any_case };
        let literals = literals.map(|literals| literals.into_iter().map(literal).collect());
        Definition { number, pattern, literals, reach, looks_behind }
    }
}

/// A file whose lines are searched in segments.
#[pyclass(frozen, module = "metricparse._kernel")]
struct LogFile(File);

#[pymethods]
impl LogFile {
    #[new]
    fn new(path: PathBuf) -> PyResult<Self> {
        Ok(Self(File::open(path)?))
    }

    /// How many bytes it has.
    fn size(&self) -> PyResult<u64> {
        Ok(self.0.metadata()?.len())
    }
}

/// Definitions, to be searched in blocks of raw lines; threads may share it.
#[pyclass(name = "Matcher", frozen, module = "metricparse._kernel")]
struct PyMatcher(Matcher);

#[pymethods]
impl PyMatcher {
    #[new]
    fn new(definitions: Vec<PyDefinition>, sagemaker: bool) -> PyResult<Self> {
        let view = if sagemaker { View::Sagemaker } else { View::Raw };
        let definitions = definitions.into_iter().map(PyDefinition::definition).collect();
        let matcher = Matcher::new(view, definitions);
        matcher.map(Self).map_err(|error| PyValueError::new_err(error.to_string()))
    }

    /// Searches a block; the interpreter is free meanwhile.
    fn search(&self, py: Python<'_>, block: &[u8], head: &[u8]) -> PyFound {
        PyFound::new(py.detach(|| self.0.search(block, head)), Skipped::default())
    }

    /// Searches the lines that start in a segment of a file; the interpreter is free meanwhile.
    fn search_segment(
        &self,
        py: Python<'_>,
        file: &LogFile,
        start: u64,
        end: u64,
        strip_colours: bool,
    ) -> PyResult<PyFound> {
        let part = py.detach(|| self.0.search_segment(&file.0, start..end, strip_colours));
        Ok(part.map(|Part { found, skipped }| PyFound::new(found, skipped))?)
    }

    /// All events of a block as the regexes see them, with line ends between them.
    fn viewed<'py>(&self, py: Python<'py>, block: &[u8]) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &py.detach(|| self.0.viewed(block)))
    }

    /// The places of events in a block, given by their growing numbers.
    #[allow(clippy::needless_pass_by_value)] // it is made of what Python gives
    fn locate(&self, py: Python<'_>, block: &[u8], head: &[u8], events: Vec<u32>) -> Vec<PyPlace> {
        py.detach(|| self.0.locate(block, head, &events)).into_iter().map(py_place).collect()
    }
}

/// Event, line and time.
type PyPlace = (u32, i64, Option<i64>);

fn py_place(place: Place) -> PyPlace {
    (place.event, place.line, place.time)
}

/// What was found.
#[pyclass(name = "Found", frozen, module = "metricparse._kernel")]
struct PyFound {
    /// The rows, until they are given away.
    rows: Mutex<Rows>,
    /// The rest.
    found: Found,
    skipped: Skipped,
}

impl PyFound {
    fn new(mut found: Found, skipped: Skipped) -> Self {
        Self { rows: Mutex::new(std::mem::take(&mut found.rows)), found, skipped }
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Count, row of the first and the last, bounds, how many are not finite, stride and added values.
type PyTally = (usize, usize, usize, Option<(f64, f64)>, usize, usize, Vec<f64>);

#[pymethods]
impl PyFound {
    /// The columns lines (int64), definitions (int32), values (float64), times (int64) and which
    /// of these are known (a bit a row); the last two are empty where none is.
    ///
    /// They are given once, and `rows`, `events` and `tally` know nothing of them any more.
    /// `first_line` is the line on which the block starts.
    fn take_columns(&self, py: Python<'_>, first_line: i64) -> Vec<Column> {
        let rows = py.detach(|| {
            let mut rows = std::mem::take(&mut *self.rows());
            rows.start_on(first_line);
            rows.events = Vec::new();
            Arc::new(rows)
        });
        [Kind::Lines, Kind::Definitions, Kind::Values, Kind::Times, Kind::Known]
            .map(|kind| Column::new(&rows, kind))
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
        self.rows().events.clone()
    }

    /// What the values of each definition come to.
    ///
    /// `series`: for each definition how many values it has seen before, and at which stride it
    /// keeps some of them; `most`: how many it keeps.
    fn tally(&self, py: Python<'_>, series: Vec<(usize, usize)>, most: usize) -> Vec<PyTally> {
        let series = series.into_iter().map(|(seen, stride)| Series::after(seen, stride)).collect();
        let tallies = py.detach(|| {
            let rows = self.rows();
            tally(&rows.definitions, &rows.values, series, most)
        });
        let plain = |each: Tally| {
            let Tally { count, first, last, bounds, not_finite, series } = each;
            (count, first, last, bounds, not_finite, series.stride, series.added)
        };
        tallies.into_iter().map(plain).collect()
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

    /// Definition, event, line and capture of the first rejected matches.
    #[getter]
    fn examples(&self) -> Vec<(i32, u32, i64, Option<String>)> {
        let example =
            |each: &crate::Rejected| (each.definition, each.event, each.line, each.capture.clone());
        self.found.examples.iter().map(example).collect()
    }

    /// Definition, place and the event's text where the engine did not decide.
    #[getter]
    fn deferred<'py>(&self, py: Python<'py>) -> Vec<(i32, PyPlace, Bound<'py, PyBytes>)> {
        let deferred = |each: &crate::Deferred| {
            (each.definition, py_place(each.place), PyBytes::new(py, &each.text))
        };
        self.found.deferred.iter().map(deferred).collect()
    }

    #[getter]
    fn newlines(&self) -> usize {
        self.found.newlines
    }

    #[getter]
    fn events(&self) -> usize {
        self.found.events
    }

    /// Bytes that were searched.
    #[getter]
    fn bytes(&self) -> usize {
        self.found.bytes
    }

    /// Whether the last line has its end.
    #[getter]
    fn ended(&self) -> bool {
        self.found.ended
    }

    /// Bytes that were taken out: colour codes, and what is beyond the longest line.
    #[getter]
    fn skipped(&self) -> (usize, usize) {
        (self.skipped.colours, self.skipped.beyond_limit)
    }
}

/// Nanoseconds since 1970 in UTC of a time at the start of a line, or None.
#[pyfunction]
fn parse_time(line: &[u8]) -> Option<i64> {
    crate::time::parse(line)
}

/// For lines of a block, given by their growing numbers, whether each gives a time with a zone.
#[pyfunction]
#[allow(clippy::needless_pass_by_value)] // it is made of what Python gives
fn zoned(py: Python<'_>, block: &[u8], head: &[u8], lines: Vec<i64>) -> Vec<bool> {
    py.detach(|| crate::time::zoned(block, head, &lines))
}

/// Whether the number `text[start:end]` is only a part of the number that stands there.
#[pyfunction]
fn is_truncated(text: &[u8], start: usize, end: usize) -> PyResult<bool> {
    if start >= end || end > text.len() {
        return Err(PyValueError::new_err("no such part of the text"));
    }
    Ok(crate::number::is_truncated(text, start, end))
}

/// The value of a captured number, or None.
#[pyfunction]
fn parse_number(text: &[u8]) -> Option<f64> {
    crate::number::parse(text, 0, text.len()).map(|number| number.value)
}

/// Series, number, count, sum, minimum and maximum of a period.
type PyPeriod = (i32, i64, i64, f64, f64, f64);

/// Gathers values (float64), given with their series (int32) and times (int64 nanoseconds; the
/// least number is none), into periods of `width` nanoseconds.
#[pyfunction]
fn gather_periods(
    py: Python<'_>,
    series: &[u8],
    times: &[u8],
    values: &[u8],
    width: i64,
) -> PyResult<Vec<PyPeriod>> {
    if width < 1 {
        return Err(PyValueError::new_err("a period is at least a nanosecond"));
    }
    let periods = py.detach(|| {
        gather(
            numbers(series).map(i32::from_ne_bytes),
            numbers(times).map(i64::from_ne_bytes),
            numbers(values).map(f64::from_ne_bytes),
            width,
        )
    });
    let plain =
        |each: Period| (each.series, each.number, each.count, each.sum, each.minimum, each.maximum);
    Ok(periods.into_iter().map(plain).collect())
}

/// The numbers, of `SIZE` bytes each, that lie in a column.
fn numbers<const SIZE: usize>(column: &[u8]) -> impl Iterator<Item = [u8; SIZE]> + '_ {
    column.chunks_exact(SIZE).filter_map(|bytes| bytes.try_into().ok())
}

#[pymodule]
fn _kernel(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyPattern>()?;
    module.add_class::<PyMatcher>()?;
    module.add_class::<PyFound>()?;
    module.add_class::<LogFile>()?;
    module.add_class::<Column>()?;
    module.add_function(wrap_pyfunction!(parse_time, module)?)?;
    module.add_function(wrap_pyfunction!(zoned, module)?)?;
    module.add_function(wrap_pyfunction!(is_truncated, module)?)?;
    module.add_function(wrap_pyfunction!(parse_number, module)?)?;
    module.add_function(wrap_pyfunction!(gather_periods, module)?)?;
    module.add("ENGINE", "PCRE2")
}
