//! A matcher for simple patterns, without the cost of calling an engine.
//!
//! Most definitions are a text, a number, and little else. Where a literal says where to look, a
//! few steps over the bytes take as long as a call of PCRE2's machine code (150 against 152 MB/s
//! with the ten definitions of the benchmarks' dense log, one thread). Where there is no literal
//! and every line is searched, they take less: 292 against 183 MB/s with the three definitions
//! without a literal, as a run of digits that led to nothing need not be tried from each of them.
//!
//! A pattern is eligible if it consists of characters, classes, repeats of them, groups,
//! alternatives, optional groups and positions, written as `metricparse/matching/eligibility.py`
//! writes patterns. Matching tries alternatives in order and gives back what repeats took one by
//! one, as every backtracking engine does, so that the leftmost match and its capture are the same.
//! What takes too many steps is left to PCRE2.

mod compile;
mod lone_number;
mod lone_run;
mod pattern;
mod program;
mod reading;
mod search;
mod set;
mod shortcut;
mod step;
mod straight;
mod streams;

pub use lone_number::LoneNumber;
pub use lone_run::LoneRun;
pub use pattern::parse;
pub use program::Program;
pub use reading::{Leftmost, Reading};
pub use search::Stack;
pub use shortcut::Shortcut;
pub use streams::{Captures, Markers, Route, Sets, Streams};
