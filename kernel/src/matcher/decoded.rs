//! Blocks, events and segments in an envelope, whose text is searched as it is decoded.

use std::fs::File;
use std::io;
use std::ops::Range;

use memchr::{memchr, memrchr};

use super::{first_line, Matcher, Workspace};
use crate::envelope::cloudwatch::{Events, Lines, Streams};
use crate::envelope::Envelope;
use crate::found::{signed, Found};
use crate::segment::{SegmentReader, Skipped};
use crate::view::View;
use crate::walk::WalkSpace;

/// Bytes in an envelope that are decoded before their text is searched.
const DECODED_AT_A_TIME: usize = 128 * 1024;
/// An event that began in the chunk before most likely ends within so many bytes.
const NEAR: usize = 4 * 1024;
/// In a millisecond.
const NANOSECONDS: i64 = 1_000_000;

impl Matcher {
    /// Searches the text of a block of raw lines, if they are all in the ordinary form of their
    /// envelope.
    ///
    /// `begun`: the start of the first line, where it lies apart from the rest; it has no line end.
    #[must_use]
    pub fn search_decoded(
        &self,
        envelope: Envelope,
        begun: &[u8],
        block: &[u8],
        until: Vec<u32>,
    ) -> Option<DecodedPart> {
        let mut workspace = self.workspace();
        let Workspace { walk, decoded, .. } = &mut workspace;
        let mut part = DecodedPart::nothing(self.plan.definitions.len(), until);
        let (first, rest) = first_line(begun, block);
        let decided = [&first, rest].into_iter().try_for_each(|lines| {
            self.decode_and_search(walk, decoded, envelope, lines, &mut part)
        });
        self.give_back(workspace);
        decided.map(|()| part)
    }

    /// Searches the messages of `CloudWatch`'s events, if they are all ordinary; log stream by log
    /// stream, in the order in which these first had one.
    ///
    /// `begun`: the start of the first event, where it lies apart from the rest.
    #[must_use]
    pub fn search_events(&self, begun: &[u8], events: &[u8]) -> Option<Vec<DecodedPart>> {
        let near = [begun, &events[..events.len().min(NEAR)]].concat();
        let joined;
        let (first, rest) = if begun.is_empty() {
            (None, events)
        } else if let Some(rest) = after_first(&near, begun.len(), events) {
            (Some(&near[..]), rest)
        } else {
            // It may be a long one.
            joined = [begun, events].concat();
            (None, &joined[..])
        };
        let mut workspace = self.workspace();
        let parts = self.decode_and_search_events(&mut workspace.walk, first, rest);
        self.give_back(workspace);
        parts
    }

    fn decode_and_search_events(
        &self,
        walk: &mut WalkSpace,
        first: Option<&[u8]>,
        rest: &[u8],
    ) -> Option<Vec<DecodedPart>> {
        let mut events = Events::new(first.unwrap_or(rest));
        let mut streams = Streams::default();
        let mut parts: Vec<DecodedPart> = Vec::new();
        if first.is_some() {
            streams.take(&mut events)?;
            events.go_on(rest);
        }
        loop {
            let mut decoded = 0;
            while decoded < DECODED_AT_A_TIME && events.left() > 0 {
                decoded += streams.take(&mut events)?;
            }
            for lines in &streams.lines[parts.len()..] {
                let mut part = DecodedPart::nothing(self.plan.definitions.len(), Vec::new());
                part.stream = lines.stream.map(<[u8]>::to_vec);
                parts.push(part);
            }
            for (part, lines) in parts.iter_mut().zip(&mut streams.lines) {
                self.search_lines(walk, lines, part)?;
                lines.text.clear();
                lines.times.clear();
            }
            if events.left() == 0 {
                return Some(parts);
            }
        }
    }

    fn search_lines(
        &self,
        walk: &mut WalkSpace,
        lines: &Lines<'_>,
        part: &mut DecodedPart,
    ) -> Option<()> {
        let (rows, line) = (part.found.rows.values.len(), part.found.newlines);
        self.add(&mut part.found, walk, &lines.text, b"");
        for number in &part.found.rows.lines[rows..] {
            let time = lines.times.get(usize::try_from(*number).ok()?.checked_sub(line)?)?;
            part.times.push(*time * NANOSECONDS);
        }
        Some(())
    }

    /// Searches the text of the lines that start in a segment of a file, as `search_decoded` does.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn search_decoded_segment(
        &self,
        envelope: Envelope,
        file: &File,
        segment: Range<u64>,
        until: Vec<u32>,
    ) -> io::Result<Option<DecodedSegment>> {
        let mut workspace = self.workspace();
        let part = self.decode_segment(&mut workspace, envelope, file, segment, until);
        self.give_back(workspace);
        part
    }

    fn decode_segment(
        &self,
        workspace: &mut Workspace,
        envelope: Envelope,
        file: &File,
        segment: Range<u64>,
        until: Vec<u32>,
    ) -> io::Result<Option<DecodedSegment>> {
        let Workspace { walk, buffer, decoded, .. } = workspace;
        let mut part = DecodedPart::nothing(self.plan.definitions.len(), until);
        let mut lines = SegmentReader::new(file, segment, View::Raw, false, buffer)?;
        let (mut bytes, mut last) = (0, Vec::new());
        while let Some((block, _)) = lines.next()? {
            if self.decode_and_search(walk, decoded, envelope, block, &mut part).is_none() {
                return Ok(None);
            }
            bytes += block.len();
            last.clear();
            last.extend_from_slice(last_line(block));
        }
        let whole = lines.skipped() == Skipped::default();
        Ok(whole.then_some(DecodedSegment { part, bytes, last }))
    }

    /// Text is searched soon after it was decoded, as long as it is in the processor's cache.
    fn decode_and_search(
        &self,
        walk: &mut WalkSpace,
        decoded: &mut Vec<u8>,
        envelope: Envelope,
        block: &[u8],
        found: &mut DecodedPart,
    ) -> Option<()> {
        let mut rest = block;
        while !rest.is_empty() {
            let most = &rest[..rest.len().min(DECODED_AT_A_TIME)];
            let end = memrchr(b'\n', most).or_else(|| memchr(b'\n', rest))? + 1;
            let (part, after) = rest.split_at(end);
            let named = envelope.decode(part, decoded)?;
            if found.found.newlines == 0 {
                found.stream = named.map(<[u8]>::to_vec);
            } else if found.stream.as_deref() != named {
                return None;
            }
            let (rows, line) = (found.found.rows.values.len(), found.found.newlines);
            self.add(&mut found.found, walk, decoded, b"");
            if envelope.timed() {
                let numbers = found.found.rows.lines[rows..].iter();
                let lines: Vec<_> = numbers.map(|number| number - signed(line)).collect();
                found.times.extend(envelope.nanoseconds(part, &lines)?);
            }
            rest = after;
        }
        Some(())
    }
}

/// The events after the first one, which ends in `near`: `begun` bytes, and some of those of
/// `events`.
fn after_first<'a>(near: &[u8], begun: usize, events: &'a [u8]) -> Option<&'a [u8]> {
    let mut first = Events::new(near);
    first.next(&mut Vec::new())?;
    events.get((near.len() - first.left()).checked_sub(begun)?..)
}

/// What was found in the text of a block in an envelope.
#[derive(Debug)]
pub struct DecodedPart {
    /// What was found.
    pub found: Found,
    /// The log stream that the text is of, where the envelope names one.
    pub stream: Option<Vec<u8>>,
    /// The time of each row, as the envelope tells it, in nanoseconds since 1970 UTC.
    pub times: Vec<i64>,
}

impl DecodedPart {
    fn nothing(definitions: usize, until: Vec<u32>) -> Self {
        Self { found: Found::nothing(definitions, until), stream: None, times: Vec::new() }
    }
}

/// What was found in the text of a segment of a file in an envelope.
#[derive(Debug)]
pub struct DecodedSegment {
    /// What was found.
    pub part: DecodedPart,
    /// How many bytes its lines have, as they stand in the file.
    pub bytes: usize,
    /// The last of these lines.
    pub last: Vec<u8>,
}

/// The last line of a block that ends with a line end.
fn last_line(block: &[u8]) -> &[u8] {
    let end = block.len().saturating_sub(1);
    &block[memrchr(b'\n', &block[..end]).map_or(0, |newline| newline + 1)..]
}
