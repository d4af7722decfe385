//! The lines of a file that start in a segment of it, read in blocks that stay in the cache.

use std::fs::File;
use std::io;
use std::ops::Range;

use memchr::{memchr, memrchr};

use crate::colours;
use crate::time::HEAD_SIZE;
use crate::view::{View, EVENT_SIZE};

/// Bytes that are read and searched at a time: few enough that they are still in the processor's
/// cache when they are searched.
const BLOCK_SIZE: usize = 256 * 1024;
/// Bytes read at a time past the segment, for the end of its last line.
const LOOKAHEAD: usize = 4 * 1024;
/// The longest line that the raw view searches.
const RAW_LINE_LIMIT: usize = 16 << 20;

/// Bytes that were taken out before lines were searched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Skipped {
    /// ANSI colour codes.
    pub colours: usize,
    /// What exceeds the longest line that the raw view searches.
    pub beyond_limit: usize,
}

/// Reads the lines that start in a segment, as blocks that end where a line or an event ends.
#[derive(Debug)]
pub struct SegmentReader<'a> {
    file: &'a File,
    view: View,
    strip: bool,
    /// Where to read next, and where the segment ends.
    position: u64,
    end: u64,
    /// There is nothing more to read.
    exhausted: bool,
    /// Bytes that were read: those already given, those ready to be given, and the start of what
    /// may be a colour code.
    buffer: &'a mut Vec<u8>,
    given: usize,
    ready: usize,
    filled: usize,
    /// No line ends before this position.
    unended: usize,
    head: Vec<u8>,
    head_given: bool,
    skipped: Skipped,
}

impl<'a> SegmentReader<'a> {
    /// Reads the lines that start in a segment into `buffer`.
    pub fn new(
        file: &'a File,
        segment: Range<u64>,
        view: View,
        strip: bool,
        buffer: &'a mut Vec<u8>,
    ) -> io::Result<Self> {
        buffer.resize(buffer.len().max(BLOCK_SIZE), 0);
        let mut reader = Self {
            file,
            view,
            strip,
            position: segment.start,
            end: segment.end,
            exhausted: segment.is_empty(),
            buffer,
            given: 0,
            ready: 0,
            filled: 0,
            unended: 0,
            head: Vec::new(),
            head_given: false,
            skipped: Skipped::default(),
        };
        if segment.start > 0 {
            reader.skip_begun_line()?;
        }
        Ok(reader)
    }

    /// What has been taken out so far.
    pub fn skipped(&self) -> Skipped {
        self.skipped
    }

    /// The next block, and the first bytes of its first line if it starts in the middle of it.
    pub fn next(&mut self) -> io::Result<Option<(&[u8], &[u8])>> {
        self.discard_given();
        loop {
            if let Some(end) = self.end_of_block() {
                return Ok(Some(self.give(end)));
            }
            if self.exhausted {
                return Ok(None);
            }
            self.unended = self.ready;
            self.fill()?;
        }
    }

    /// Skips the line that began before the segment's start: it belongs to another segment.
    fn skip_begun_line(&mut self) -> io::Result<()> {
        self.position -= 1;
        while !self.exhausted {
            let read = self.read(0, BLOCK_SIZE)?;
            let newline = memchr(b'\n', &self.buffer[..read]);
            self.exhausted = read == 0 || (newline.is_none() && self.position >= self.end);
            if let Some(newline) = newline {
                let last = self.buffer[read - 1];
                self.buffer.copy_within(newline + 1..read, 0);
                self.accept(0, read - newline - 1, last);
                return Ok(());
            }
        }
        Ok(())
    }

    fn discard_given(&mut self) {
        self.buffer.copy_within(self.given..self.filled, 0);
        self.ready -= self.given;
        self.filled -= self.given;
        self.given = 0;
        self.unended = 0;
    }

    fn end_of_block(&self) -> Option<usize> {
        let ready = &self.buffer[..self.ready];
        if self.exhausted {
            return (!ready.is_empty()).then_some(ready.len());
        }
        let newline = memrchr(b'\n', &ready[self.unended..]);
        newline.map(|newline| self.unended + newline + 1).or_else(|| self.whole_events())
    }

    /// How many bytes of an unfinished line are events that cannot be its last.
    fn whole_events(&self) -> Option<usize> {
        let events = self.ready.saturating_sub(1) / EVENT_SIZE;
        (self.view == View::Sagemaker && events > 0).then_some(events * EVENT_SIZE)
    }

    fn give(&mut self, end: usize) -> (&[u8], &[u8]) {
        if std::mem::take(&mut self.head_given) {
            self.head.clear();
        }
        self.given = end;
        let block = &self.buffer[..end];
        if block.ends_with(b"\n") {
            self.head_given = true;
            return (block, &self.head);
        }
        if self.head.is_empty() {
            self.head.extend_from_slice(&block[..end.min(HEAD_SIZE)]);
            return (block, b"");
        }
        (block, &self.head)
    }

    /// Reads at least one more byte, if there is one.
    fn fill(&mut self) -> io::Result<()> {
        if self.filled == self.buffer.len() {
            if self.filled >= RAW_LINE_LIMIT {
                return self.skip_rest_of_line();
            }
            self.buffer.resize(self.filled * 2, 0);
        }
        let room = self.buffer.len() - self.filled;
        let (from, past_end) = (self.filled, self.position >= self.end);
        let read = self.read(from, if past_end { room.min(LOOKAHEAD) } else { room })?;
        let fresh = &self.buffer[from..from + read];
        let kept = match memchr(b'\n', fresh).filter(|_| past_end) {
            Some(newline) => newline + 1,
            None => read,
        };
        let last = fresh[..kept].last().copied();
        self.exhausted = last.is_none();
        self.accept(from, kept, last.unwrap_or(b'\n'));
        Ok(())
    }

    /// Reads into `buffer[from..]`, stopping at the segment's end unless that has been passed.
    fn read(&mut self, from: usize, most: usize) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.position)).unwrap_or(most);
        let size = if left > 0 { most.min(left) } else { most };
        let read = read_at(self.file, &mut self.buffer[from..from + size], self.position)?;
        self.position += read as u64;
        Ok(read)
    }

    /// Accepts bytes that were read, the last of them `last`, as the segment's.
    fn accept(&mut self, from: usize, count: usize, last: u8) {
        self.exhausted |= last == b'\n' && self.position >= self.end;
        self.filled = from + count;
        if !self.strip {
            self.ready = self.filled;
            return;
        }
        let raw = self.filled;
        (self.ready, self.filled) = colours::strip(self.buffer, self.ready, self.filled);
        self.skipped.colours += raw - self.filled;
        if self.exhausted {
            self.ready = self.filled;
        }
    }

    /// Skips the rest of a line that is longer than the raw view searches.
    fn skip_rest_of_line(&mut self) -> io::Result<()> {
        let kept = self.filled;
        self.buffer.resize(kept + BLOCK_SIZE, 0);
        loop {
            let past_end = self.position >= self.end;
            let read = self.read(kept, BLOCK_SIZE)?;
            let newline = memchr(b'\n', &self.buffer[kept..kept + read]);
            let skipped = newline.unwrap_or(read);
            self.skipped.beyond_limit += skipped;
            if newline.is_some() || read == 0 {
                let rest = if past_end { (read - skipped).min(1) } else { read - skipped };
                self.buffer.copy_within(kept + skipped..kept + skipped + rest, kept);
                self.exhausted = read == 0;
                self.accept(kept, rest, self.buffer[kept + rest - 1]);
                return Ok(());
            }
        }
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, position)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, position)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn file(bytes: &[u8]) -> File {
        let path = std::env::temp_dir().join(format!(
            "metricparse-segment-{}-{:?}",
            std::process::id(),
            std::thread::current().id()
        ));
        File::create(&path).unwrap().write_all(bytes).unwrap();
        let opened = File::open(&path).unwrap();
        std::fs::remove_file(path).unwrap();
        opened
    }

    fn read(file: &File, segment: Range<u64>, view: View, strip: bool) -> (Vec<u8>, Skipped) {
        let mut buffer = Vec::new();
        let mut reader = SegmentReader::new(file, segment, view, strip, &mut buffer).unwrap();
        let mut bytes = Vec::new();
        while let Some((block, _)) = reader.next().unwrap() {
            bytes.extend_from_slice(block);
        }
        (bytes, reader.skipped())
    }

    /// A log of lines of many lengths, the last without an end.
    fn log() -> Vec<u8> {
        let lines = (0..400).map(|number| "x".repeat(number * number % 977) + "\n");
        (lines.collect::<String>() + &"y".repeat(600_000) + "\n\nend").into_bytes()
    }

    #[test]
    fn each_line_belongs_to_the_segment_in_which_it_starts() {
        let log = log();
        let file = file(&log);
        for size in [1_000, 4_096, 65_536, 300_000, 2_000_000] {
            let mut joined = Vec::new();
            for start in (0..log.len() as u64).step_by(size) {
                let end = (start + size as u64).min(log.len() as u64);
                let (bytes, _) = read(&file, start..end, View::Sagemaker, false);
                joined.extend(bytes);
            }
            assert_eq!(joined, log, "{size}");
        }
    }

    #[test]
    fn a_segment_within_a_line_is_empty() {
        let file = file(b"aaaaaaaa\nb\n");
        assert_eq!(read(&file, 2..6, View::Raw, false).0, b"");
        assert_eq!(read(&file, 2..9, View::Raw, false).0, b"");
        assert_eq!(read(&file, 2..10, View::Raw, false).0, b"b\n");
        assert_eq!(read(&file, 0..1, View::Raw, false).0, b"aaaaaaaa\n");
        assert_eq!(read(&file, 0..0, View::Raw, false).0, b"");
    }

    #[test]
    fn the_start_of_a_long_line_is_remembered() {
        let line = [b"1970-01-01T00:00:01 ".repeat(20_000), b"\nnext\n".to_vec()].concat();
        let (file, mut buffer) = (file(&line), Vec::new());
        let mut reader =
            SegmentReader::new(&file, 0..line.len() as u64, View::Sagemaker, false, &mut buffer)
                .unwrap();
        let (first, head) = reader.next().unwrap().unwrap();
        assert_eq!((first.len() % EVENT_SIZE, head), (0, &b""[..]));
        let (second, head) = reader.next().unwrap().unwrap();
        assert!(second.ends_with(b"next\n"));
        assert!(head.starts_with(b"1970-01-01T00:00:01 "));
    }

    #[test]
    fn colour_codes_are_taken_out_wherever_blocks_end() {
        let coloured = "loss \x1b[31;1m1\x1b[0m\n".repeat(60_000) + "\x1b[0m";
        let (bytes, skipped) =
            read(&file(coloured.as_bytes()), 0..coloured.len() as u64, View::Sagemaker, true);
        assert_eq!(bytes, b"loss 1\n".repeat(60_000));
        assert_eq!(skipped.colours, coloured.len() - bytes.len());
        let begun = b"loss\n\x1b[3";
        assert_eq!(read(&file(begun), 0..8, View::Sagemaker, true).0, begun);
    }

    #[test]
    fn the_raw_view_has_a_longest_line() {
        for beyond in [0, 1, BLOCK_SIZE, BLOCK_SIZE + 5] {
            let log = [&vec![b'x'; RAW_LINE_LIMIT + beyond][..], b"\nnext\n"].concat();
            let file = file(&log);
            let expected = [&log[..RAW_LINE_LIMIT], b"\nnext\n"].concat();
            let whole = read(&file, 0..log.len() as u64, View::Raw, false);
            assert_eq!(whole.0.len(), expected.len());
            assert_eq!(whole, (expected.clone(), Skipped { colours: 0, beyond_limit: beyond }));
            let (first, skipped) = read(&file, 0..10, View::Raw, false);
            assert_eq!((first.len(), skipped.beyond_limit), (RAW_LINE_LIMIT + 1, beyond));
        }
        let unended = vec![b'x'; RAW_LINE_LIMIT + 3];
        let (bytes, skipped) = read(&file(&unended), 0..unended.len() as u64, View::Raw, false);
        assert_eq!((bytes.len(), skipped.beyond_limit), (RAW_LINE_LIMIT, 3));
    }
}
