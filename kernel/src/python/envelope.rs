//! Envelopes, for Python.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::envelope::cloudwatch::{self, Run};
use crate::envelope::Envelope;

/// Text, and the log stream that it is of.
type PyDecoded<'py> = (Bound<'py, PyBytes>, Option<Bound<'py, PyBytes>>);

/// The text of a block in an envelope, without holding the GIL; None if it is not all ordinary.
#[pyfunction]
pub fn decode_envelope<'py>(
    py: Python<'py>,
    envelope: &str,
    block: &[u8],
) -> PyResult<Option<PyDecoded<'py>>> {
    let envelope = named(envelope)?;
    let mut text = Vec::new();
    let decoded = py.detach(|| envelope.decode(block, &mut text));
    Ok(decoded
        .map(|stream| (PyBytes::new(py, &text), stream.map(|stream| PyBytes::new(py, stream)))))
}

/// The times of lines of such a block as they are written; the lines in ascending order.
#[pyfunction]
#[allow(clippy::needless_pass_by_value)] // it is made of what Python gives
pub fn envelope_times<'py>(
    py: Python<'py>,
    envelope: &str,
    block: &[u8],
    lines: Vec<i64>,
) -> PyResult<Vec<Bound<'py, PyBytes>>> {
    let envelope = named(envelope)?;
    let times = py.detach(|| envelope.times(block, &lines));
    Ok(times.iter().map(|time| PyBytes::new(py, time)).collect())
}

/// Log stream, text, and the times of its lines (int64 milliseconds since 1970).
type PyRun<'py> = (Option<Bound<'py, PyBytes>>, Bound<'py, PyBytes>, Bound<'py, PyBytes>);

/// The ordinary events of an array from `start` on, and how many bytes they take; `threads` share
/// the work.
#[pyfunction]
pub fn decode_events<'py>(
    py: Python<'py>,
    bytes: &[u8],
    start: usize,
    threads: usize,
) -> (Vec<PyRun<'py>>, usize) {
    let rest = bytes.get(start..).unwrap_or_default();
    let (runs, end) = py.detach(|| cloudwatch::decode(rest, threads));
    let plain = |run: Run| {
        let mut times = vec![0; run.times.len() * size_of::<i64>()];
        for (bytes, time) in times.chunks_exact_mut(size_of::<i64>()).zip(&run.times) {
            bytes.copy_from_slice(&time.to_ne_bytes());
        }
        let stream = run.stream.map(|stream| PyBytes::new(py, &stream));
        (stream, PyBytes::new(py, &run.text), PyBytes::new(py, &times))
    };
    (runs.into_iter().map(plain).collect(), end)
}

/// Where to divide the bytes of documents of events.
#[pyfunction]
pub fn event_cuts(py: Python<'_>, bytes: &[u8]) -> Vec<usize> {
    py.detach(|| cloudwatch::cuts(bytes))
}

/// The envelope of a name.
pub fn named(name: &str) -> PyResult<Envelope> {
    let unknown = || PyValueError::new_err(format!("no envelope named {name:?} is decoded here"));
    Envelope::named(name).ok_or_else(unknown)
}
