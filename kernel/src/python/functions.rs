//! Functions that Python calls on their own: numbers, times and periods.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::periods::{gather, Period};
use crate::{number, time};

/// The time at the start of a line in nanoseconds since 1970 UTC, or None.
#[pyfunction]
pub fn parse_time(line: &[u8]) -> Option<i64> {
    time::parse(line)
}

/// For lines of a block, given by their numbers in ascending order, whether each has a time with a
/// zone.
#[pyfunction]
#[allow(clippy::needless_pass_by_value)] // it is made of what Python gives
pub fn zoned(py: Python<'_>, block: &[u8], head: &[u8], lines: Vec<i64>) -> Vec<bool> {
    py.detach(|| time::zoned(block, head, &lines))
}

/// Whether the number `text[start:end]` is only part of the number in the text.
#[pyfunction]
pub fn is_truncated(text: &[u8], start: usize, end: usize) -> PyResult<bool> {
    if start >= end || end > text.len() {
        return Err(PyValueError::new_err("no such part of the text"));
    }
    Ok(number::is_truncated(text, start, end))
}

/// The value of a captured number, or None.
#[pyfunction]
pub fn parse_number(text: &[u8]) -> Option<f64> {
    number::parse(text, 0, text.len()).map(|number| number.value)
}

/// Series, number, count, sum, minimum and maximum of a period.
type PyPeriod = (i32, i64, i64, f64, f64, f64);

/// Gathers values (float64), given with their series (int32) and times (int64 nanoseconds; the
/// least int64 means none), into periods of `width` nanoseconds.
#[pyfunction]
pub fn gather_periods(
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

/// The numbers of a column, of `SIZE` bytes each.
fn numbers<const SIZE: usize>(column: &[u8]) -> impl Iterator<Item = [u8; SIZE]> + '_ {
    column.chunks_exact(SIZE).filter_map(|bytes| bytes.try_into().ok())
}
