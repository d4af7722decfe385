//! The search for a definition's pattern in one event.
//!
//! On events of ASCII the most common patterns are read without a search, where the number is a
//! short one, and simple patterns are matched directly; everything else is left to PCRE2.

mod direct;
mod outcome;
mod pcre2;

use std::sync::OnceLock;

use self::direct::{parse, LoneNumber, LoneRun, Program, Shortcut, Stack};
pub use self::direct::{Captures, Leftmost, Markers, Reading, Route, Sets, Streams};
pub use self::outcome::{Match, OverLimit};
pub use self::pcre2::CompileError;
use self::pcre2::{BytePattern, TextPattern};
use crate::text::Text;

/// The pattern of a definition, for events of ASCII and for others.
#[derive(Debug)]
pub struct Pattern {
    shortcut: Option<Shortcut>,
    lone_run: Option<LoneRun>,
    lone_number: Option<LoneNumber>,
    direct: Option<Program>,
    ascii: BytePattern,
    text_source: String,
    /// Compiled when the first event needs it; None if PCRE2 refuses it.
    text: OnceLock<Option<TextPattern>>,
}

impl Pattern {
    /// Compiles a pattern, given in its two forms; the second not until it is needed.
    ///
    /// # Errors
    /// PCRE2 refuses the first form.
    pub fn new(ascii: &str, text: String) -> Result<Self, CompileError> {
        let tree = parse(ascii);
        Ok(Self {
            shortcut: tree.as_ref().and_then(Shortcut::new),
            lone_run: tree.as_ref().and_then(LoneRun::new),
            lone_number: tree.as_ref().and_then(LoneNumber::new),
            direct: tree.as_ref().and_then(Program::new),
            ascii: BytePattern::new(ascii)?,
            text_source: text,
            text: OnceLock::new(),
        })
    }

    /// The leftmost match that starts at `start`, a character's, or later, but no later than `last`.
    pub(crate) fn find(
        &self,
        scratch: &mut Scratch,
        text: &Text<'_>,
        start: usize,
        last: usize,
    ) -> Result<Option<Match>, OverLimit> {
        match text {
            Text::Ascii(bytes) => self.find_in_ascii(scratch, bytes, start, last),
            Text::Unicode(text) => {
                let compiled = self.text.get_or_init(|| TextPattern::new(&self.text_source).ok());
                compiled.as_ref().ok_or(OverLimit)?.find(&mut scratch.pcre2, text, start, last)
            }
        }
    }

    /// Where the text of the pattern's shortcut has a literal first, and whether that is all of it.
    pub(crate) fn shortcut_offset(&self, literal: &[u8]) -> Option<(usize, bool)> {
        self.shortcut.as_ref()?.offset_of(literal)
    }

    /// How far before a literal the text of the pattern's shortcut starts, if with it a word must.
    pub(crate) fn word_before(&self, literal: &[u8]) -> Option<usize> {
        let shortcut = self.shortcut.as_ref()?;
        let (offset, _) = shortcut.offset_of(literal)?;
        shortcut.starts_word().then_some(offset)
    }

    /// What reads its leftmost match in events of ASCII without a search.
    pub(crate) fn reader(&self) -> Reader<'_> {
        match (&self.shortcut, &self.lone_run, &self.direct) {
            (Some(shortcut), ..) => Reader::Shortcut(shortcut),
            (_, Some(run), _) => Reader::LoneRun(run),
            (.., Some(program)) if program.is_straight() => Reader::Program(program),
            _ => Reader::Nothing,
        }
    }

    /// How its matches are found in streams; adds the sets that it needs to `sets`.
    pub(crate) fn route(&self, sets: &mut Sets) -> Option<Route> {
        Route::new(self.lone_run.as_ref(), self.lone_number, self.direct.as_ref(), sets)
    }

    fn find_in_ascii(
        &self,
        scratch: &mut Scratch,
        bytes: &[u8],
        start: usize,
        last: usize,
    ) -> Result<Option<Match>, OverLimit> {
        if let Some(program) = &self.direct {
            if let Ok(found) = program.find(&mut scratch.direct, bytes, start, last) {
                return Ok(found);
            }
        }
        self.ascii.find(&mut scratch.pcre2, bytes, start, last)
    }
}

/// What reads the leftmost match of a pattern in an event of ASCII, as far as it can.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reader<'a> {
    /// Where a literal tells where its text may stand.
    Shortcut(&'a Shortcut),
    LoneRun(&'a LoneRun),
    Program(&'a Program),
    Nothing,
}

impl<'a> Reader<'a> {
    pub(crate) fn shortcut(self) -> Option<&'a Shortcut> {
        match self {
            Self::Shortcut(shortcut) => Some(shortcut),
            _ => None,
        }
    }
}

/// What a search writes to: one per thread.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(crate) direct: Stack,
    pcre2: pcre2::Scratch,
}
