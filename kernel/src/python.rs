//! The module `metricparse._kernel`.

use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::{Definition, Found, Literal, Matcher, Pattern, Rows, View};

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
        PyFound(py.detach(|| self.0.search(block, head)))
    }

    /// All events of a block as the regexes see them, with line ends between them.
    fn viewed<'py>(&self, py: Python<'py>, block: &[u8]) -> Column<'py> {
        PyBytes::new(py, &py.detach(|| self.0.viewed(block)))
    }

    /// The columns events, lines, starts, times and timed of events, given by their growing
    /// numbers as int64.
    fn locate<'py>(
        &self,
        py: Python<'py>,
        block: &[u8],
        head: &[u8],
        events: &[u8],
    ) -> Places<'py> {
        let number = |bytes: &[u8]| bytes.try_into().map_or(i64::MAX, i64::from_ne_bytes);
        let events: Vec<_> = events.chunks_exact(size_of::<i64>()).map(number).collect();
        let rows = py.detach(|| self.0.locate(block, head, &events));
        places(py, &rows)
    }
}

type Column<'py> = Bound<'py, PyBytes>;
/// Events, lines, starts, times and timed.
type Places<'py> = (Column<'py>, Column<'py>, Column<'py>, Column<'py>, Column<'py>);

/// What was found in a block.
#[pyclass(name = "Found", frozen, module = "metricparse._kernel")]
struct PyFound(Found);

#[pymethods]
impl PyFound {
    /// The columns events, lines, starts (int64), times (int64) and timed (uint8) of the rows.
    #[getter]
    fn places<'py>(&self, py: Python<'py>) -> Places<'py> {
        places(py, &self.0.rows)
    }

    /// The definitions' numbers of the rows, int32.
    #[getter]
    fn definitions<'py>(&self, py: Python<'py>) -> Column<'py> {
        column(py, &self.0.rows.definitions, i32::to_ne_bytes)
    }

    /// The values of the rows, float64.
    #[getter]
    fn values<'py>(&self, py: Python<'py>) -> Column<'py> {
        column(py, &self.0.rows.values, f64::to_ne_bytes)
    }

    #[getter]
    fn rejected(&self) -> Vec<usize> {
        self.0.rejected.clone()
    }

    #[getter]
    fn repeated(&self) -> Vec<usize> {
        self.0.repeated.clone()
    }

    #[getter]
    fn truncated(&self) -> Vec<usize> {
        self.0.truncated.clone()
    }

    /// Definition, event and capture of the first rejected matches.
    #[getter]
    fn examples(&self) -> Vec<(i32, usize, Option<String>)> {
        let example = |each: &crate::Rejected| (each.definition, each.event, each.capture.clone());
        self.0.examples.iter().map(example).collect()
    }

    /// Definition, event and the event's text where the engine did not decide.
    #[getter]
    fn deferred<'py>(&self, py: Python<'py>) -> Vec<(i32, usize, Bound<'py, PyBytes>)> {
        let pair =
            |each: &crate::Deferred| (each.definition, each.event, PyBytes::new(py, &each.text));
        self.0.deferred.iter().map(pair).collect()
    }

    /// Numbers of the events that go on with the line of the event before.
    #[getter]
    fn continued(&self) -> Vec<usize> {
        self.0.continued.clone()
    }

    #[getter]
    fn newlines(&self) -> usize {
        self.0.newlines
    }

    #[getter]
    fn event_count(&self) -> usize {
        self.0.events
    }
}

fn places<'py>(py: Python<'py>, rows: &Rows) -> Places<'py> {
    let int64 = |column: &[i64]| self::column(py, column, i64::to_ne_bytes);
    (
        int64(&rows.events),
        int64(&rows.lines),
        int64(&rows.starts),
        int64(&rows.times),
        PyBytes::new(py, &rows.timed),
    )
}

fn column<'py, T: Copy, const SIZE: usize>(
    py: Python<'py>,
    column: &[T],
    bytes: impl Fn(T) -> [u8; SIZE],
) -> Column<'py> {
    let bytes: Vec<u8> = column.iter().flat_map(|&each| bytes(each)).collect();
    PyBytes::new(py, &bytes)
}

/// Nanoseconds since 1970 in UTC of a time at the start of a line, or None.
#[pyfunction]
fn parse_time(line: &[u8]) -> Option<i64> {
    crate::time::parse(line)
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

#[pymodule]
fn _kernel(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyPattern>()?;
    module.add_class::<PyMatcher>()?;
    module.add_class::<PyFound>()?;
    module.add_function(wrap_pyfunction!(parse_time, module)?)?;
    module.add_function(wrap_pyfunction!(is_truncated, module)?)?;
    module.add_function(wrap_pyfunction!(parse_number, module)?)?;
    module.add("ENGINE", "PCRE2")
}
