//! The module `metricparse._kernel`.

mod column;
mod envelope;
mod found;
mod functions;
mod matcher;

use pyo3::prelude::*;

use self::column::Column;
use self::envelope::{decode_envelope, decode_events, envelope_times, event_cuts};
use self::found::PyFound;
use self::functions::{gather_periods, is_truncated, parse_number, parse_time, zoned};
use self::matcher::{LogFile, LogsAhead, PyMatcher, PyPattern};

#[pymodule]
fn _kernel(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyPattern>()?;
    module.add_class::<PyMatcher>()?;
    module.add_class::<PyFound>()?;
    module.add_class::<LogFile>()?;
    module.add_class::<LogsAhead>()?;
    module.add_class::<Column>()?;
    module.add_function(wrap_pyfunction!(parse_time, module)?)?;
    module.add_function(wrap_pyfunction!(zoned, module)?)?;
    module.add_function(wrap_pyfunction!(is_truncated, module)?)?;
    module.add_function(wrap_pyfunction!(parse_number, module)?)?;
    module.add_function(wrap_pyfunction!(gather_periods, module)?)?;
    module.add_function(wrap_pyfunction!(decode_envelope, module)?)?;
    module.add_function(wrap_pyfunction!(decode_events, module)?)?;
    module.add_function(wrap_pyfunction!(event_cuts, module)?)?;
    module.add_function(wrap_pyfunction!(envelope_times, module)?)?;
    module.add("ENGINE", "PCRE2")
}
