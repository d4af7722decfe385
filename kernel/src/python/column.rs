//! Columns of numbers that Python reads in place.

use std::ffi::c_int;

use pyo3::exceptions::PyBufferError;
use pyo3::ffi;
use pyo3::prelude::*;

use crate::found::{backwards, Bits};

/// A column of rows; Python sees its bytes through the buffer protocol.
#[pyclass(frozen, module = "metricparse._kernel")]
pub struct Column(Numbers);

/// The numbers of a column.
pub enum Numbers {
    Int64(Vec<i64>),
    Int32(Vec<i32>),
    Float64(Vec<f64>),
    Bits(Bits),
}

impl Column {
    /// Where the numbers are, and how many bytes they take.
    fn bytes(&self) -> (*const u8, usize) {
        fn bytes<T>(numbers: &[T]) -> (*const u8, usize) {
            (numbers.as_ptr().cast(), size_of_val(numbers))
        }
        match &self.0 {
            Numbers::Int64(numbers) => bytes(numbers),
            Numbers::Int32(numbers) => bytes(numbers),
            Numbers::Float64(numbers) => bytes(numbers),
            Numbers::Bits(bits) => bytes(bits.bytes()),
        }
    }
}

impl From<Numbers> for Column {
    fn from(numbers: Numbers) -> Self {
        Self(numbers)
    }
}

#[pymethods]
impl Column {
    /// How many of these times are earlier than the one before, and the last one; of a column that
    /// is not int64, none.
    ///
    /// `last`: the last time before these, if it is known.
    fn backwards(&self, py: Python<'_>, last: Option<i64>) -> (usize, Option<i64>) {
        match &self.0 {
            Numbers::Int64(times) => py.detach(|| backwards(times, last)),
            _ => (0, last),
        }
    }

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
        // column, to which the view holds a reference, and do not change, as the column is
        // frozen and the view read-only. Numbers have no padding, so all bytes are initialised.
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
