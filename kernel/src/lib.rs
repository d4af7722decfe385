//! Metric definitions over blocks of log lines: a view, a prefilter, and a regex engine.
//!
//! One pass over a block finds the literals that matches must contain; only lines with one of them
//! are viewed and searched by the engine. What is found is returned as columns of plain numbers.

mod ahead;
mod batch;
mod candidates;
mod clock;
mod colours;
mod decimal;
mod definition;
mod engine;
mod envelope;
mod event_search;
mod found;
mod gzip;
mod lines;
mod marks;
mod matcher;
mod number;
#[cfg(any(feature = "python", test))]
mod periods;
mod plain;
mod prefilter;
mod segment;
#[cfg(any(feature = "python", test))]
mod tally;
mod text;
mod time;
mod view;
mod walk;

#[cfg(feature = "python")]
mod python;

pub use ahead::Ahead;
pub use clock::{Clock, WrittenFormat};
pub use definition::Definition;
pub use engine::{CompileError, Pattern};
pub use envelope::cloudwatch::{decode as decode_events, Run};
pub use envelope::Envelope;
pub use found::{Bits, Deferred, Found, Place, Rejected, Rows, Times};
pub use matcher::{DecodedPart, Matcher, Part, WholeLogs};
pub use prefilter::Literal;
pub use segment::Skipped;
pub use view::View;
