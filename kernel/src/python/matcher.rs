//! Patterns, log files and the matcher, for Python.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::column::{Column, Numbers};
use super::envelope::named;
use super::found::{py_place, PyFound, PyPlace};
use crate::ahead::Ahead;
use crate::clock::{Clock, WrittenFormat};
use crate::definition::Definition;
use crate::engine::Pattern;
use crate::matcher::{DecodedPart, DecodedSegment, Matcher, Part, WholeLogs};
use crate::prefilter::Literal;
use crate::segment::Skipped;
use crate::view::View;

/// A regex in the engine's syntax, for events of ASCII and for others.
#[pyclass(name = "Pattern", frozen, module = "metricparse._kernel")]
pub struct PyPattern(Arc<Pattern>);

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

/// Alternative literals with their `any_case`.
type PyLiterals = Vec<(Vec<u8>, bool)>;

/// A definition: number, pattern, literals, reach, sets of required literals, and `looks_behind`.
#[derive(FromPyObject)]
pub struct PyDefinition(
    i32,
    Py<PyPattern>,
    Option<PyLiterals>,
    Option<usize>,
    Vec<PyLiterals>,
    bool,
);

impl PyDefinition {
    fn definition(self) -> Definition {
        let Self(number, pattern, literals, reach, required, looks_behind) = self;
        let pattern = Arc::clone(&pattern.get().0);
        let set = |literals: PyLiterals| -> Vec<Literal> {
            literals.into_iter().map(|(text, any_case)| Literal { text, any_case }).collect()
        };
        let literals = literals.map(set);
        let required = required.into_iter().map(set).collect();
        Definition { number, pattern, literals, reach, required, looks_behind }
    }
}

/// A file that is searched in segments.
#[pyclass(frozen, module = "metricparse._kernel")]
pub struct LogFile(File);

#[pymethods]
impl LogFile {
    #[new]
    fn new(path: PathBuf) -> PyResult<Self> {
        Ok(Self(File::open(path)?))
    }

    /// Its size in bytes.
    fn size(&self) -> PyResult<u64> {
        Ok(self.0.metadata()?.len())
    }
}

/// What was found, the log stream, and the times.
type PyDecodedPart<'py> = (PyFound, Option<Bound<'py, PyBytes>>, Column);

/// The same, how many bytes the lines have, and the last of them.
type PyDecodedSegment<'py> = (PyDecodedPart<'py>, usize, Bound<'py, PyBytes>);

fn part(chunk: &[u8], start: usize, end: usize) -> PyResult<&[u8]> {
    chunk.get(start..end).ok_or_else(|| PyValueError::new_err("no such part of the chunk"))
}

fn py_decoded(py: Python<'_>, part: DecodedPart) -> PyDecodedPart<'_> {
    let DecodedPart { found, stream, times } = part;
    let stream = stream.map(|stream| PyBytes::new(py, &stream));
    (PyFound::new(found, Skipped::default()), stream, Column::from(Numbers::Int64(times)))
}

/// Searches blocks of raw lines for definitions; threads may share it.
#[pyclass(name = "Matcher", frozen, module = "metricparse._kernel")]
pub struct PyMatcher(Arc<Matcher>);

#[pymethods]
impl PyMatcher {
    /// `time`: the format of times and the year of formats that have none; None to recognise
    /// times.
    #[new]
    fn new(
        definitions: Vec<PyDefinition>,
        view: &str,
        time: Option<(String, Option<i64>)>,
    ) -> PyResult<Self> {
        let unknown = || PyValueError::new_err(format!("there is no view named {view:?}"));
        let view = View::named(view).ok_or_else(unknown)?;
        let definitions = definitions.into_iter().map(PyDefinition::definition).collect();
        let clock = time.map_or(Ok(Clock::Recognised), |(format, year)| {
            WrittenFormat::new(format.as_bytes(), year).map(Clock::Written)
        });
        let clock = clock.map_err(|error| PyValueError::new_err(error.to_string()))?;
        let matcher = Matcher::new(view, clock, definitions);
        matcher
            .map(|matcher| Self(Arc::new(matcher)))
            .map_err(|error| PyValueError::new_err(error.to_string()))
    }

    /// Searches the block of `begun` and of `chunk[start:end]`, without holding the GIL.
    ///
    /// `until`: for each definition the first event that is not searched for it any more; empty for
    /// none. So it is in the other searches.
    #[allow(clippy::too_many_arguments)] // parts of a block that Python does not join
    fn search(
        &self,
        py: Python<'_>,
        begun: &[u8],
        chunk: &[u8],
        start: usize,
        end: usize,
        head: &[u8],
        until: Vec<u32>,
    ) -> PyResult<PyFound> {
        let bytes = part(chunk, start, end)?;
        let found = py.detach(|| self.0.search(begun, bytes, head, until));
        Ok(PyFound::new(found, Skipped::default()))
    }

    /// Searches the lines that start in a segment of a file, without holding the GIL.
    fn search_segment(
        &self,
        py: Python<'_>,
        file: &LogFile,
        start: u64,
        end: u64,
        strip_colours: bool,
        until: Vec<u32>,
    ) -> PyResult<PyFound> {
        let part = py.detach(|| self.0.search_segment(&file.0, start..end, strip_colours, until));
        Ok(part.map(|Part { found, skipped }| PyFound::new(found, skipped))?)
    }

    /// Begins to search the logs at `paths`, or others than files, in their order, on so many
    /// threads; see `LogsAhead`.
    ///
    /// `most`: bytes of text of the longest log that is searched. `room`: bytes of text that may be
    /// searched before it is asked for. `odd`: what files begin with that are no text, or may be
    /// none.
    fn search_ahead(
        &self,
        paths: Vec<Option<PathBuf>>,
        most: usize,
        strip_colours: bool,
        odd: Vec<Vec<u8>>,
        room: usize,
        threads: usize,
    ) -> LogsAhead {
        let logs = WholeLogs { most, strip: strip_colours, odd };
        LogsAhead(Ahead::new(Arc::clone(&self.0), logs, paths, room, threads))
    }

    /// Searches the text of raw lines in an envelope, those of `begun` and of `chunk[start:end]`,
    /// without holding the GIL; with it come the log stream that it is of, and the rows' times
    /// (int64) where the envelope tells any. None if the lines are not all ordinary.
    #[allow(clippy::too_many_arguments)] // parts of a block that Python does not join
    fn search_decoded<'py>(
        &self,
        py: Python<'py>,
        envelope: &str,
        begun: &[u8],
        chunk: &[u8],
        start: usize,
        end: usize,
        until: Vec<u32>,
    ) -> PyResult<Option<PyDecodedPart<'py>>> {
        let (envelope, lines) = (named(envelope)?, part(chunk, start, end)?);
        let part = py.detach(|| self.0.search_decoded(envelope, begun, lines, until));
        Ok(part.map(|part| py_decoded(py, part)))
    }

    /// Searches the messages of `CloudWatch`'s events, as `search_decoded` does lines, log stream by
    /// log stream.
    fn search_events<'py>(
        &self,
        py: Python<'py>,
        begun: &[u8],
        chunk: &[u8],
        start: usize,
        end: usize,
    ) -> PyResult<Option<Vec<PyDecodedPart<'py>>>> {
        let events = part(chunk, start, end)?;
        let parts = py.detach(|| self.0.search_events(begun, events));
        Ok(parts.map(|parts| parts.into_iter().map(|part| py_decoded(py, part)).collect()))
    }

    /// Searches the text of the lines that start in a segment of a file, without holding the GIL;
    /// with it come the bytes of these lines and the last of them. None as for a block.
    fn search_decoded_segment<'py>(
        &self,
        py: Python<'py>,
        envelope: &str,
        file: &LogFile,
        start: u64,
        end: u64,
        until: Vec<u32>,
    ) -> PyResult<Option<PyDecodedSegment<'py>>> {
        let envelope = named(envelope)?;
        let segment =
            py.detach(|| self.0.search_decoded_segment(envelope, &file.0, start..end, until))?;
        Ok(segment.map(|DecodedSegment { part, bytes, last }| {
            (py_decoded(py, part), bytes, PyBytes::new(py, &last))
        }))
    }

    /// All events of a block as the regexes see them, with line ends between them.
    fn viewed<'py>(&self, py: Python<'py>, block: &[u8]) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &py.detach(|| self.0.viewed(block)))
    }

    /// The places of events in a block, given by their numbers in ascending order.
    #[allow(clippy::needless_pass_by_value)] // it is made of what Python gives
    fn locate(&self, py: Python<'_>, block: &[u8], head: &[u8], events: Vec<u32>) -> Vec<PyPlace> {
        py.detach(|| self.0.locate(block, head, &events)).into_iter().map(py_place).collect()
    }
}

/// Small logs in their order, of which the next are searched on other threads meanwhile.
#[pyclass(frozen, module = "metricparse._kernel")]
pub struct LogsAhead(Ahead);

#[pymethods]
impl LogsAhead {
    /// What was found in the next log, without holding the GIL; None if it is no short and ordinary
    /// text, plain or gzip, or cannot be read, or if a search is slow.
    fn take(&self, py: Python<'_>) -> Option<PyFound> {
        let part = py.detach(|| self.0.take())?;
        Some(PyFound::new(part.found, part.skipped))
    }

    /// The places of logs of which nothing will be found here, as far as that is known and was not
    /// told before.
    fn refused(&self) -> Vec<usize> {
        self.0.refused()
    }
}
