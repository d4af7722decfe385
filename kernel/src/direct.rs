//! A matcher for simple patterns, without the cost of a call into an engine.
//!
//! Most definitions are a text, a number, and little else. For these a few steps over the bytes
//! take less time than it takes to enter compiled code and to read its answer: with the ten
//! definitions of the benchmarks, on ASCII, a value takes 20 to 35 ns here and 60 to 100 ns by
//! PCRE2's machine code (dense log, one thread, prefilter and number parsing left out of both).
//!
//! A pattern is taken if it consists of characters, classes, repeats of them, groups, alternatives,
//! optional groups and positions, written as `eligibility.py` writes patterns. Matching tries
//! alternatives in their order and gives back what repeats took one by one, as every backtracking
//! engine does, so that the leftmost match and its capture are theirs. What takes too many steps
//! is left to PCRE2.

mod pattern;
mod program;

pub use program::{Program, Stack};
