//! Columns of numbers that Python reads in place.

use std::ffi::c_int;
use std::sync::Arc;

use pyo3::exceptions::PyBufferError;
use pyo3::ffi;
use pyo3::prelude::*;

use crate::found::Rows;

/// A column of rows; Python sees its bytes through the buffer protocol.
#[pyclass(frozen, module = "metricparse._kernel")]
pub struct Column {
    rows: Arc<Rows>,
    kind: Kind,
}

/// Which column of rows, with the type of its numbers.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Lines,
    Definitions,
    Values,
    Times,
    Known,
}

impl Column {
    pub fn new(rows: &Arc<Rows>, kind: Kind) -> Self {
        Self { rows: Arc::clone(rows), kind }
    }

    /// Where the numbers are, and how many bytes they take.
    fn bytes(&self) -> (*const u8, usize) {
        fn bytes<T>(numbers: &[T]) -> (*const u8, usize) {
            (numbers.as_ptr().cast(), size_of_val(numbers))
        }
        match self.kind {
            Kind::Lines => bytes(&self.rows.lines),
            Kind::Definitions => bytes(&self.rows.definitions),
            Kind::Values => bytes(&self.rows.values),
            Kind::Times => bytes(&self.rows.times.nanoseconds),
            Kind::Known => bytes(self.rows.times.known.bytes()),
        }
    }
}

#[pymethods]
impl Column {
    /// # Safety
    /// As for `bf_getbuffer` of Python's C API: `view` is null, or points to a `Py_buffer`.
    #[allow(clippy::needless_pass_by_value)] // as `pyo3` calls it
    unsafe fn __getbuffer__(
        slf: Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        if view.is_null() {
            return Err(PyBufferError::new_err("no view was given to fill"));
        }
        let (start, length) = slf.get().bytes();
        let length = ffi::Py_ssize_t::try_from(length)?;
        // SAFETY: `view` is not null and the caller's to fill. The bytes live as long as the
        // column, to which the view holds a reference, and do not change, as the rows are shared
        // and the view is read-only. Numbers have no padding, so all bytes are initialised.
        let status = unsafe {
            ffi::PyBuffer_FillInfo(view, slf.as_ptr(), start.cast_mut().cast(), length, 1, flags)
        };
        if status == 0 {
            Ok(())
        } else {
            Err(PyErr::fetch(slf.py()))
        }
    }
}
