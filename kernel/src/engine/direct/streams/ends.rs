//! Captures told from where they end.

use std::ops::Range;

use super::moves::Markers;
use super::path::Path;
use super::{Sets, Streams};
use crate::engine::direct::step::Step;
use crate::engine::direct::straight::Straight;

/// Captures that can be told from where they end: the first after which the steps can be taken is
/// that of the leftmost match, as no marker overtakes another.
#[derive(Debug)]
pub struct Ends {
    capture: Path,
    after: Straight,
    starts: Starts,
}

/// Where matches start.
#[derive(Debug)]
enum Starts {
    /// With their captures.
    WithCapture,
    /// Where a path leads back to.
    Before(Path),
    Unknown,
}

impl Ends {
    /// The captures of the steps between others; None if one of them leaves a choice.
    pub fn new(
        before: &[Step],
        captured: &[Step],
        after: &[Step],
        sets: &mut Sets,
    ) -> Option<Self> {
        let capture = Path::new(captured, sets)?;
        let starts = if before.iter().all(|step| matches!(step, Step::Anchor(_))) {
            Starts::WithCapture
        } else {
            Path::new(before.iter().chain(captured), sets).map_or(Starts::Unknown, Starts::Before)
        };
        let anchors = after.iter().take_while(|step| matches!(step, Step::Anchor(_))).count();
        let after = Straight::new(&after[anchors..])?;
        Some(Self { capture, after, starts })
    }

    /// The capture of the first match in a line, and the end of the match; `line`: where the line
    /// is, `text`: its bytes.
    #[inline]
    pub fn first(
        &self,
        streams: &Streams,
        markers: &Markers,
        text: &[u8],
        line: &Range<usize>,
    ) -> Option<(Range<usize>, usize)> {
        let (stop, end) = self.next(markers, text, line, line.start)?;
        let (start, _) = self.capture.starts(streams, line.start, stop);
        Some((markers.start(start, stop)..stop, end))
    }

    /// Where the next capture ends, at `from` or later, and where its match does.
    #[inline]
    fn next(
        &self,
        markers: &Markers,
        text: &[u8],
        line: &Range<usize>,
        mut from: usize,
    ) -> Option<(usize, usize)> {
        loop {
            let stop = markers.stop(from, line.end)?;
            if let Some(end) = self.after.end_at(text, stop - line.start) {
                return Some((stop, line.start + end));
            }
            from = stop + 1;
        }
    }

    /// Whether there is a match that starts at `end`, where one ends, or later; `stop`: where its
    /// capture ends. None if that is not known.
    #[inline]
    pub fn is_repeated(
        &self,
        streams: &Streams,
        markers: &Markers,
        text: &[u8],
        line: &Range<usize>,
        (stop, end): (usize, usize),
    ) -> Option<bool> {
        let mut from = stop + 1;
        while let Some((stop, _)) = self.next(markers, text, line, from) {
            let is_after = match &self.starts {
                Starts::WithCapture => {
                    let (first, last) = self.capture.starts(streams, line.start, stop);
                    markers.start(end.max(first), last + 1) <= last
                }
                Starts::Before(path) => path.starts(streams, line.start, stop).1 >= end,
                Starts::Unknown => return None,
            };
            if is_after {
                return Some(true);
            }
            from = stop + 1;
        }
        Some(false)
    }
}
