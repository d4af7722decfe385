//! Small logs, each read and searched at once.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use memchr::{memchr, memrchr};

use super::{Matcher, Part};
use crate::colours;
use crate::found::Found;
use crate::gzip::{self, Decompressor};
use crate::plain::is_certainly_plain;
use crate::segment::Skipped;
use crate::walk::WalkSpace;

/// Bytes that are searched at a time: few enough to stay in the processor's cache.
const BLOCK_SIZE: usize = 256 * 1024;
/// Bytes of a file that are read before it is asked how long its text is.
const FIRST_READ: u64 = 64 * 1024;

/// Which logs are searched at once, and how.
#[derive(Debug)]
pub struct WholeLogs {
    /// Bytes of text of the longest.
    pub most: usize,
    /// Whether their colour codes are taken out.
    pub strip: bool,
    /// What files begin with that are no text, or may be none.
    pub odd: Vec<Vec<u8>>,
}

/// What a thread writes to while it reads a log, kept for the next one.
#[derive(Debug, Default)]
pub(super) struct WholeSpace {
    file: Vec<u8>,
    text: Vec<u8>,
    decompressor: Option<Decompressor>,
}

impl Matcher {
    /// Searches a log, if it is a short and ordinary text, as it is or as gzip.
    ///
    /// None if it cannot be read, or may be no text or in an envelope, or if a search is slow.
    #[must_use]
    pub fn search_whole(&self, path: &Path, logs: &WholeLogs) -> Option<Part> {
        let mut workspace = self.workspace();
        let text = workspace.whole.text_of(path, logs);
        let part = text.map(|text| self.search_text(&mut workspace.walk, text, logs.strip));
        self.give_back(workspace);
        part.filter(|part| part.found.deferred.is_empty())
    }

    fn search_text(&self, walk: &mut WalkSpace, text: &mut [u8], strip: bool) -> Part {
        let mut found = Found::nothing(self.plan.definitions.len(), Vec::new());
        let length = if strip { colours::strip(text, 0, text.len()).1 } else { text.len() };
        for block in blocks(&text[..length]) {
            self.add(&mut found, walk, block, b"");
        }
        Part { found, skipped: Skipped { colours: text.len() - length, beyond_limit: 0 } }
    }
}

impl WholeSpace {
    /// The text of a log that is short and ordinary.
    fn text_of(&mut self, path: &Path, logs: &WholeLogs) -> Option<&mut [u8]> {
        let is_gzip = self.read(path, logs.most).ok()??;
        let text = if is_gzip {
            if self.decompressor.is_none() {
                self.decompressor = Decompressor::new();
            }
            self.decompressor.as_mut()?.decompress(&self.file, logs.most, &mut self.text)?;
            &mut self.text
        } else {
            &mut self.file
        };
        is_certainly_plain(text, &logs.odd).then_some(text)
    }

    /// Reads a file whose text has at most `most` bytes, as far as it tells; whether it is gzip.
    fn read(&mut self, path: &Path, most: usize) -> io::Result<Option<bool>> {
        // A pipe is not opened: whoever writes to it would see it closed.
        let metadata = path.metadata()?;
        let size = metadata.len();
        if !metadata.is_file() || size > most as u64 {
            return Ok(None);
        }
        let file = File::open(path)?;
        self.file.clear();
        // A file that grows is read to where it ended.
        (&file).take(size.min(FIRST_READ)).read_to_end(&mut self.file)?;
        let is_gzip = gzip::is_gzip(&self.file);
        if size > FIRST_READ {
            if is_gzip && length_of_text(&file)? > most {
                return Ok(None);
            }
            (&file).seek(SeekFrom::Start(FIRST_READ))?;
            (&file).take(size - FIRST_READ).read_to_end(&mut self.file)?;
        }
        Ok((!self.file.is_empty()).then_some(is_gzip))
    }
}

/// How long the text of a gzip file is, if it has one member.
fn length_of_text(mut file: &File) -> io::Result<usize> {
    let mut end = [0; 4];
    file.seek(SeekFrom::End(-4))?;
    file.read_exact(&mut end)?;
    Ok(gzip::told_length(&end).unwrap_or(usize::MAX))
}

/// A text in blocks of whole lines.
fn blocks(mut text: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let room = text.len().min(BLOCK_SIZE);
        let end = if room == text.len() {
            room
        } else {
            let before = memrchr(b'\n', &text[..room]);
            let after = || memchr(b'\n', &text[room..]).map(|newline| room + newline);
            before.or_else(after).map_or(text.len(), |newline| newline + 1)
        };
        let (block, rest) = text.split_at(end);
        text = rest;
        (!block.is_empty()).then_some(block)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_of_whole_lines() {
        let long = [&b"a".repeat(BLOCK_SIZE + 1)[..], b"\n"].concat();
        for text in [&b""[..], b"a", b"a\n", &b"line\n".repeat(BLOCK_SIZE), &long.repeat(3)] {
            let found: Vec<_> = blocks(text).collect();
            assert_eq!(found.concat(), text);
            assert!(found.iter().rev().skip(1).all(|block| block.ends_with(b"\n")));
            assert!(found.iter().all(|block| block.len() <= BLOCK_SIZE.max(long.len())));
        }
    }
}
