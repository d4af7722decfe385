//! PCRE2, compiled to machine code where it can be.
//!
//! Of the engines with captures it is by far the fastest on short spans: from the hit of a literal
//! to the value of a group it took 19 ns, and `regex-automata` 0.4 (its meta engine, anchored at
//! the hit, bytes only) 82 ns, both on the same 1.4 million hits of ten metric definitions in a
//! seeded log, on one thread.

mod scratch;

use std::error::Error;
use std::fmt;
use std::ops::RangeInclusive;
use std::ptr::{self, NonNull};
use std::time::{Duration, Instant};

use pcre2_sys as pcre2;

pub use self::scratch::Scratch;
use super::outcome::{Match, OverLimit};

/// How long one search may take, and for each byte in addition; what takes longer is left to the
/// reference. So long is a search at most that does not count as slow.
const TIME_LIMIT: Duration = Duration::from_millis(1);
const TIME_LIMIT_PER_BYTE: Duration = Duration::from_nanos(250);
/// Steps that may be taken from one start, and by one call of the engine. It does not count those
/// within a simple repeat, which are at most as many as the subject is long.
const STEPS_FROM_A_START: usize = 500_000;
const STEPS_OF_A_CALL: usize = 16_000_000;
const COUNTED_STEPS: RangeInclusive<usize> = 64..=20_000;
/// A subject so short that one call may try all of its starts.
const SHORT: usize = 128;
const OPTIONS: u32 = pcre2::PCRE2_DOTALL
    | pcre2::PCRE2_NEVER_BACKSLASH_C
    | pcre2::PCRE2_NO_START_OPTIMIZE
    | pcre2::PCRE2_NO_AUTO_POSSESS
    | pcre2::PCRE2_USE_OFFSET_LIMIT;

/// Why the engine does not take a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileError(String);

impl fmt::Display for CompileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for CompileError {}

/// A compiled pattern for subjects in which one byte is one character.
#[derive(Debug)]
pub struct BytePattern(Code);

/// A compiled pattern for subjects in which one code point is one character.
#[derive(Debug)]
pub struct TextPattern(Code);

impl BytePattern {
    /// Compiles a pattern.
    pub fn new(pattern: &str) -> Result<Self, CompileError> {
        Code::compile(pattern, 0).map(Self)
    }

    /// The leftmost match that starts at `start` or later, but no later than `last`.
    pub fn find(
        &self,
        scratch: &mut Scratch,
        subject: &[u8],
        start: usize,
        last: usize,
    ) -> Result<Option<Match>, OverLimit> {
        // SAFETY: the code was compiled without PCRE2_UTF, so any bytes are a valid subject.
        unsafe { self.0.find(scratch, subject, start, last) }
    }
}

impl TextPattern {
    /// Compiles a pattern.
    pub fn new(pattern: &str) -> Result<Self, CompileError> {
        Code::compile(pattern, pcre2::PCRE2_UTF).map(Self)
    }

    /// The leftmost match that starts at `start` or later, but no later than `last`.
    ///
    /// # Errors
    /// The search exceeds its limits, or `start` lies within a character.
    pub fn find(
        &self,
        scratch: &mut Scratch,
        subject: &str,
        start: usize,
        last: usize,
    ) -> Result<Option<Match>, OverLimit> {
        if !subject.is_char_boundary(start) {
            return Err(OverLimit);
        }
        // SAFETY: a `str` is valid UTF-8, and `start` lies between two of its characters.
        unsafe { self.0.find(scratch, subject.as_bytes(), start, last) }
    }
}

#[derive(Debug)]
struct Code {
    pointer: NonNull<pcre2::pcre2_code_8>,
    utf: bool,
    jit: bool,
    anchored: bool,
}

// SAFETY: compiled code does not change after `compile`, and PCRE2 documents that threads may share
// it; a search writes only to its `Scratch`.
unsafe impl Send for Code {}
// SAFETY: as above.
unsafe impl Sync for Code {}

impl Code {
    /// Events contain no line ends, so `.` may match any character.
    ///
    /// Two optimisations of PCRE2 10.45 are switched off because they miss matches: the search for
    /// a position to start at, which the prefilter makes up for
    /// (`(?:val([^0-9]{0,2}[a-z]*|)|lr)` in `lr`), and auto-possessification
    /// (`0*(?>a++)?+([0-9]+)` in `0`).
    fn compile(pattern: &str, options: u32) -> Result<Self, CompileError> {
        let (mut error, mut offset) = (0, 0);
        // SAFETY: pointer and length are those of `pattern`; the outputs are valid for writes.
        let code = unsafe {
            pcre2::pcre2_compile_8(
                pattern.as_ptr(),
                pattern.len(),
                options | OPTIONS,
                &raw mut error,
                &raw mut offset,
                ptr::null_mut(),
            )
        };
        let code = NonNull::new(code).ok_or_else(|| CompileError(message(error)))?;
        // SAFETY: `code` was compiled above and is not shared yet.
        let status =
            unsafe { pcre2::pcre2_jit_compile_8(code.as_ptr(), pcre2::PCRE2_JIT_COMPLETE) };
        Ok(Self {
            pointer: code,
            utf: options & pcre2::PCRE2_UTF != 0,
            jit: status == 0,
            anchored: Self::is_anchored(code),
        })
    }

    /// # Safety
    /// If compiled with `PCRE2_UTF`, `subject` is valid UTF-8 and `start` lies on a boundary.
    unsafe fn find(
        &self,
        scratch: &mut Scratch,
        subject: &[u8],
        start: usize,
        last: usize,
    ) -> Result<Option<Match>, OverLimit> {
        if start > subject.len().min(last) {
            return Ok(None);
        }
        scratch.limit_steps(steps_from_a_start(subject.len()));
        if self.anchored || subject.len() <= SHORT {
            // SAFETY: the caller vouches for the subject and the start.
            return unsafe { self.find_until(scratch, subject, start, last) };
        }
        // SAFETY: as above.
        unsafe { self.find_in_windows(scratch, subject, start, last) }
    }

    /// Tries some starts at a time, and checks the clock in between.
    ///
    /// # Safety
    /// As for `find`.
    unsafe fn find_in_windows(
        &self,
        scratch: &mut Scratch,
        subject: &[u8],
        mut start: usize,
        last: usize,
    ) -> Result<Option<Match>, OverLimit> {
        let end = subject.len().min(last);
        let steps = steps_from_a_start(subject.len()) * subject.len();
        let window = (STEPS_OF_A_CALL / steps).max(1);
        let length = u32::try_from(subject.len()).unwrap_or(u32::MAX);
        let limit = TIME_LIMIT + TIME_LIMIT_PER_BYTE * length;
        let began = Instant::now();
        loop {
            let until = (start + window).min(last);
            // SAFETY: the caller vouches for the subject and the first start; the later ones are
            // moved to the next start of a character.
            if let Some(found) = unsafe { self.find_until(scratch, subject, start, until) }? {
                return Ok(Some(found));
            }
            start = self.next_start(subject, until.saturating_add(1));
            if start > end {
                return Ok(None);
            }
            if began.elapsed() > limit {
                return Err(OverLimit);
            }
        }
    }

    /// The first position from `place` at which a character starts or the subject ends.
    fn next_start(&self, subject: &[u8], place: usize) -> usize {
        let continues = |byte: &&u8| self.utf && **byte & 0xC0 == 0x80;
        place + subject.iter().skip(place).take_while(continues).count()
    }

    /// The leftmost match that starts at `start` or later, but no later than `last`.
    ///
    /// # Safety
    /// As for `find`.
    unsafe fn find_until(
        &self,
        scratch: &mut Scratch,
        subject: &[u8],
        start: usize,
        last: usize,
    ) -> Result<Option<Match>, OverLimit> {
        scratch.limit_starts(last);
        let (search, options): (MatchFunction, u32) = if self.jit {
            (pcre2::pcre2_jit_match_8, 0)
        } else {
            (pcre2::pcre2_match_8, pcre2::PCRE2_NO_UTF_CHECK)
        };
        // SAFETY: code, match data and context are alive; pointer and length are those of
        // `subject`, `start` lies within it, and the caller vouches for its being UTF-8.
        let status = unsafe {
            search(
                self.pointer.as_ptr(),
                subject.as_ptr(),
                subject.len(),
                start,
                options,
                scratch.data.as_ptr(),
                scratch.context.as_ptr(),
            )
        };
        match status {
            pcre2::PCRE2_ERROR_NOMATCH => Ok(None),
            groups if groups > 0 => Ok(Some(scratch.found(groups > 1))),
            _ => Err(OverLimit),
        }
    }

    /// Whether a search tries only its first start, as no later one can do better.
    fn is_anchored(code: NonNull<pcre2::pcre2_code_8>) -> bool {
        let mut options = 0_u32;
        // SAFETY: the code is alive, and what is asked for is a 32-bit number.
        let status = unsafe {
            pcre2::pcre2_pattern_info_8(
                code.as_ptr(),
                pcre2::PCRE2_INFO_ALLOPTIONS,
                (&raw mut options).cast(),
            )
        };
        status == 0 && options & pcre2::PCRE2_ANCHORED != 0
    }
}

/// How many counted steps may be taken from one start.
fn steps_from_a_start(length: usize) -> usize {
    let (least, most) = COUNTED_STEPS.into_inner();
    (STEPS_FROM_A_START / length.max(1)).clamp(least, most)
}

impl Drop for Code {
    fn drop(&mut self) {
        // SAFETY: the code is alive and no longer referred to.
        unsafe { pcre2::pcre2_code_free_8(self.pointer.as_ptr()) }
    }
}

type MatchFunction = unsafe extern "C" fn(
    *const pcre2::pcre2_code_8,
    pcre2::PCRE2_SPTR8,
    usize,
    usize,
    u32,
    *mut pcre2::pcre2_match_data_8,
    *mut pcre2::pcre2_match_context_8,
) -> std::ffi::c_int;

fn message(error: i32) -> String {
    let mut buffer = [0_u8; 256];
    // SAFETY: the buffer's pointer and length are given, and PCRE2 writes no further.
    let length =
        unsafe { pcre2::pcre2_get_error_message_8(error, buffer.as_mut_ptr(), buffer.len()) };
    let length = usize::try_from(length).unwrap_or(0).min(buffer.len());
    String::from_utf8_lossy(&buffer[..length]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captures_group_one() {
        let pattern = BytePattern::new("loss=([0-9.]+)").unwrap();
        let found = pattern.find(&mut Scratch::default(), b"a loss=0.5", 0, usize::MAX);
        assert_eq!(found, Ok(Some(Match { start: 2, end: 10, capture: Some((7, 10)) })));
    }

    #[test]
    fn a_group_may_take_no_part() {
        let pattern = BytePattern::new("a|b(c)").unwrap();
        let found = pattern.find(&mut Scratch::default(), b"a", 0, usize::MAX).unwrap().unwrap();
        assert_eq!(found.capture, None);
    }

    #[test]
    fn sees_what_stands_before_the_start() {
        let pattern = BytePattern::new(r"(?<=a)(b)|\A").unwrap();
        let found = pattern.find(&mut Scratch::default(), b"ab", 1, usize::MAX).unwrap().unwrap();
        assert_eq!(found.capture, Some((1, 2)));
    }

    #[test]
    fn says_when_it_takes_too_long() {
        let pattern = BytePattern::new("(?:a|aa)+(b)").unwrap();
        let subject = "a".repeat(100) + "cb";
        assert_eq!(
            pattern.find(&mut Scratch::default(), subject.as_bytes(), 0, usize::MAX),
            Err(OverLimit)
        );
    }

    #[test]
    fn long_subjects_are_searched_in_windows() {
        let pattern = TextPattern::new("(.)!").unwrap();
        for before in [250, 255, 256, 257, 300, 5000, 20_000] {
            let subject = "é".repeat(before) + "x!";
            let mut find = || pattern.find(&mut Scratch::default(), &subject, 0, usize::MAX).ok();
            // On a busy machine, the time that a search may take can be over by chance.
            let found = std::iter::repeat_with(&mut find).take(9).find_map(|found| found);
            assert_eq!(found.unwrap().unwrap().start, 2 * before);
        }
        let end = BytePattern::new(r"\z").unwrap().find(
            &mut Scratch::default(),
            &[b'a'; 999],
            0,
            usize::MAX,
        );
        assert_eq!(end.unwrap().unwrap().start, 999);
    }

    #[test]
    fn no_subject_is_so_long_that_it_hangs() {
        let pattern = BytePattern::new("([0-9]+) *[0-9]+%").unwrap();
        let subject = vec![b'1'; 1_000_000];
        assert_eq!(pattern.find(&mut Scratch::default(), &subject, 0, usize::MAX), Err(OverLimit));
    }

    #[test]
    fn code_points_are_characters_of_text() {
        let pattern = TextPattern::new(r"\A.=(.)\z").unwrap();
        let found = pattern.find(&mut Scratch::default(), "é=中", 0, usize::MAX).unwrap().unwrap();
        assert_eq!(found.capture, Some((3, 6)));
        assert_eq!(pattern.find(&mut Scratch::default(), "é=中", 1, usize::MAX), Err(OverLimit));
    }

    #[test]
    fn no_start_is_missed() {
        let pattern = BytePattern::new("(?:val([^0-9]{0,2}[a-z]*|)|lr)").unwrap();
        assert!(pattern.find(&mut Scratch::default(), b"lr", 0, usize::MAX).unwrap().is_some());
    }

    #[test]
    fn no_repeat_keeps_what_is_asked_back() {
        let pattern = BytePattern::new("0*(?>a++)?+([0-9]+)").unwrap();
        assert!(pattern.find(&mut Scratch::default(), b"0", 0, usize::MAX).unwrap().is_some());
    }

    #[test]
    fn says_why_a_pattern_is_refused() {
        assert!(BytePattern::new("(").is_err());
    }
}
