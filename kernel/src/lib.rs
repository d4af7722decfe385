//! Metric definitions over blocks of log lines: a view, a prefilter, and a regex engine.
//!
//! A block is searched in one pass for the literals that matches must contain; only lines with
//! one of them are seen through the view and searched by the engine. What is found comes back as
//! columns of plain numbers.

mod engine;
mod lines;
mod number;
mod prefilter;
mod scan;
mod text;
mod time;
mod view;

#[cfg(feature = "python")]
mod python;

pub use engine::{CompileError, Pattern};
pub use prefilter::Literal;
pub use scan::{Deferred, Definition, Found, Matcher, Rejected, Rows};
pub use view::View;
