//! How the times of lines are read: recognised, or as a format says that they are written.

mod written;

pub use self::written::WrittenFormat;

use crate::time;

/// Reads the times of lines.
#[derive(Debug, Default)]
pub enum Clock {
    /// Times in the forms that are in common use.
    #[default]
    Recognised,
    /// Times in a format of `strptime`.
    Written(WrittenFormat),
}

/// What a line tells of its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Nanoseconds since 1970, as if in UTC where it names no zone; None where it tells no time.
    Time(Option<i64>),
    /// Something that `strptime` may or may not read.
    Unclear,
}

impl Told {
    /// The time, where it is clear.
    pub fn time(self) -> Option<i64> {
        match self {
            Self::Time(time) => time,
            Self::Unclear => None,
        }
    }
}

impl Clock {
    /// The time at the start of a line.
    #[must_use]
    #[inline]
    pub fn read(&self, line: &[u8]) -> Told {
        match self {
            Self::Recognised => Told::Time(time::parse(line)),
            Self::Written(format) => format.read(line),
        }
    }
}
