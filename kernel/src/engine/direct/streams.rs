//! Bit streams: a bit for each byte of a text, those of 64 bytes in a word.
//!
//! Where every line is to be searched, this says of many lines at once where a pattern can match,
//! after the method of Parabix (Cameron et al., "Bitwise data parallelism in regular expression
//! matching", 2014): a stream for each set of characters has the bits of the bytes in it, and a
//! stream of markers has the places up to which the pattern matched. An addition carries a marker
//! through a run of a set, however long that is, and a shift moves it past a character.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod course;
mod path;

pub use self::course::{Captures, Course, Markers};
use super::lone_number::{LoneNumber, DIGITS};
use super::lone_run::LoneRun;
use super::program::Program;
use super::set::Set;

/// Bytes to which a word belongs, one bit each, the first one lowest.
const WORD: usize = u64::BITS as usize;
/// The most sets that are told apart.
const MOST_SETS: usize = 16;

/// The sets of characters that have a stream each, in which line ends have no bit.
#[derive(Debug, Default, Clone)]
pub struct Sets(Vec<Set>);

/// One of the sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member(usize);

impl Sets {
    /// Adds a set; None if there are too many.
    fn add(&mut self, set: Set) -> Option<Member> {
        let known = self.0.iter().position(|&known| known == set);
        if known.is_none() && self.0.len() == MOST_SETS {
            return None;
        }
        Some(Member(known.unwrap_or_else(|| {
            self.0.push(set);
            self.0.len() - 1
        })))
    }
}

/// How matches of a pattern are found in streams.
#[derive(Debug)]
pub enum Route {
    /// The first run of a set in a line is captured.
    FirstRun(Member),
    /// The run of a set at the end of a line is.
    LastRun(Member),
    /// The number of the first digit is, where a line has one of the set.
    FirstNumber(Member, LoneNumber),
    Course(Course),
}

impl Route {
    /// That of a pattern that is read without a search; None if it needs too much.
    pub fn new(
        run: Option<&LoneRun>,
        number: Option<LoneNumber>,
        program: Option<&Program>,
        sets: &mut Sets,
    ) -> Option<Self> {
        let mut more = sets.clone();
        let route = match (run, number) {
            (Some(run), _) if run.is_last() => Self::LastRun(more.add(run.set())?),
            (Some(run), _) => Self::FirstRun(more.add(run.set())?),
            (None, Some(number)) => Self::FirstNumber(more.add(DIGITS)?, number),
            (None, None) => Self::Course(Course::new(program?.steps(), &mut more)?),
        };
        *sets = more;
        Some(route)
    }
}

/// The streams of a text.
#[derive(Debug, Default)]
pub struct Streams {
    /// Where lines end.
    ends: Vec<u64>,
    /// The bytes in each of the sets, one stream after the other.
    members: Vec<u64>,
}

impl Streams {
    /// Whether this processor has what makes them fast.
    pub fn are_fast() -> bool {
        #[cfg(target_arch = "x86_64")]
        return avx2::is_available();
        #[cfg(not(target_arch = "x86_64"))]
        return false;
    }

    /// Tells the sets apart in a text; `ends`: where its lines end, and if the last does not, the
    /// bit after it.
    ///
    /// The text reaches at least to the end of the last line.
    pub fn fill(&mut self, sets: &Sets, text: &[u8], ends: impl Iterator<Item = u64>) {
        #[cfg(target_arch = "x86_64")]
        if avx2::is_available() {
            self.ends.clear();
            self.ends.extend(ends);
            self.members.resize(self.ends.len() * sets.0.len(), 0);
            return avx2::tell(sets, text, self.ends.len(), &mut self.members);
        }
        self.fill_slowly(sets, text, ends);
    }

    /// The same on any processor.
    fn fill_slowly(&mut self, sets: &Sets, text: &[u8], ends: impl Iterator<Item = u64>) {
        self.ends.clear();
        self.ends.extend(ends);
        self.members.clear();
        self.members.resize(self.ends.len() * sets.0.len(), 0);
        for (word, bytes) in text.chunks(WORD).take(self.ends.len()).enumerate() {
            for (place, &set) in sets.0.iter().enumerate() {
                let bit = |&byte: &u8| u64::from(byte != b'\n' && set.has(byte));
                let bits = bytes.iter().rev().fold(0, |bits, byte| bits << 1 | bit(byte));
                self.members[place * self.ends.len() + word] = bits;
            }
        }
    }

    fn of(&self, Member(place): Member) -> &[u64] {
        &self.members[place * self.ends.len()..][..self.ends.len()]
    }

    /// Whether the byte at a place is in a set.
    #[inline]
    fn has(&self, set: Member, place: usize) -> bool {
        self.of(set)[place / WORD] >> (place % WORD) & 1 == 1
    }

    /// The first run of a set in a line: its start and its end, and whether there is another.
    #[inline]
    pub fn first_run(&self, set: Member, start: usize, end: usize) -> Option<(usize, usize, bool)> {
        let words = self.of(set);
        let near = following(words, start) & lowest(end - start);
        let before = near.trailing_zeros() as usize;
        if before < WORD {
            let length = (!(near >> before)).trailing_zeros() as usize;
            let after = before + length;
            if after < WORD {
                let other = near >> after != 0 || is_in(words, start + WORD, end);
                return Some((start + before, start + after, other));
            }
        }
        let first = next(words, start, end, 0);
        let last = next(words, first, end, u64::MAX);
        (first < end).then(|| (first, last, is_in(words, last, end)))
    }

    /// The first place in `start..end` that is in a set.
    #[inline]
    pub fn first(&self, set: Member, start: usize, end: usize) -> Option<usize> {
        let near = following(self.of(set), start) & lowest(end - start);
        if near != 0 {
            return Some(start + near.trailing_zeros() as usize);
        }
        let far = start + WORD;
        (far < end).then(|| next(self.of(set), far, end, 0)).filter(|&place| place < end)
    }

    /// Where the run of a set starts that is at the end of a line.
    #[inline]
    pub fn last_run(&self, set: Member, start: usize, end: usize) -> Option<usize> {
        let words = self.of(set);
        let mut word = end / WORD;
        // The bits of bytes outside the set, searched from the highest down.
        let mut others = !words[word] & below(end % WORD);
        while others == 0 && word > start / WORD {
            word -= 1;
            others = !words[word];
        }
        let last =
            if others == 0 { 0 } else { word * WORD + WORD - others.leading_zeros() as usize };
        let first = last.max(start);
        (first < end).then_some(first)
    }
}

/// The first place in `start..end` whose bit is set, or unset if `flipped` is all ones; `end` if
/// there is none.
#[inline]
fn next(words: &[u64], start: usize, end: usize, flipped: u64) -> usize {
    let mut word = start / WORD;
    let mut bits = (words[word] ^ flipped) & !below(start % WORD);
    while bits == 0 {
        word += 1;
        if word * WORD >= end {
            return end;
        }
        bits = words[word] ^ flipped;
    }
    end.min(word * WORD + bits.trailing_zeros() as usize)
}

/// Whether there is a bit from `start` on and before `end`.
#[inline]
fn is_in(words: &[u64], start: usize, end: usize) -> bool {
    start < end && next(words, start, end, 0) < end
}

/// The bits from a place on, as many as a word has.
#[inline]
fn following(words: &[u64], start: usize) -> u64 {
    let (word, bit) = (start / WORD, start % WORD);
    let after = words.get(word + 1).copied().unwrap_or(0);
    words[word] >> bit | after << 1 << (WORD - 1 - bit)
}

/// The lowest bits of a word, so many or all.
#[inline]
fn lowest(bits: usize) -> u64 {
    if bits < WORD {
        below(bits)
    } else {
        u64::MAX
    }
}

/// The bits below one of a word.
#[inline]
fn below(bit: usize) -> u64 {
    (1 << bit) - 1
}

#[cfg(test)]
mod tests {
    use super::super::pattern::parse;
    use super::super::search::Stack;
    use super::*;

    /// The streams of lines, told apart byte by byte and as fast as can be.
    fn streams(sets: &Sets, text: &[u8]) -> [Streams; 2] {
        let mut ends = vec![0; text.len() / WORD + 1];
        let newlines = (0..text.len()).filter(|&place| text[place] == b'\n');
        for place in newlines.chain([text.len()]) {
            ends[place / WORD] |= 1 << (place % WORD);
        }
        let (mut slow, mut fast) = (Streams::default(), Streams::default());
        slow.fill_slowly(sets, text, ends.iter().copied());
        fast.fill(sets, text, ends.into_iter());
        [slow, fast]
    }

    /// The places of lines of ASCII in a text.
    fn lines(text: &[u8]) -> Vec<(usize, usize)> {
        let mut next = 0;
        let line = |line: &[u8]| {
            next += line.len() + 1;
            line.is_ascii().then_some((next - 1 - line.len(), next - 1))
        };
        text.split(|&byte| byte == b'\n').filter_map(line).collect()
    }

    fn texts() -> Vec<Vec<u8>> {
        let mut state = 5_u32;
        let mut next = |below: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as usize % below
        };
        let pieces = ["1", "12.5", "a", "loss", " ", " ", "\n", "\n", "%", "_", "7 ", "é", "x9"];
        let mut text = |count| -> Vec<u8> {
            let of = |length: usize| "0123456789".repeat(length);
            (0..count)
                .flat_map(|_| match next(40) {
                    0 => of(next(30)).into_bytes(),
                    _ => pieces[next(pieces.len())].as_bytes().to_vec(),
                })
                .collect()
        };
        [0, 1, 5, 64, 200, 3_000].into_iter().flat_map(|count| [text(count), text(count)]).collect()
    }

    #[test]
    fn runs_are_those_of_single_lines() {
        for pattern in ["([0-9]{1,})", "([.0-9]{1,})\\z", "([0-9a-z]{1,})", "([0-9_a-z]{1,})\\z"] {
            let run = LoneRun::new(&parse(pattern).unwrap()).unwrap();
            let mut sets = Sets::default();
            let route = Route::new(Some(&run), None, None, &mut sets).unwrap();
            for text in texts() {
                for streams in streams(&sets, &text) {
                    for (start, end) in lines(&text) {
                        let found = match route {
                            Route::FirstRun(set) => streams.first_run(set, start, end),
                            Route::LastRun(set) => {
                                streams.last_run(set, start, end).map(|first| (first, end, false))
                            }
                            Route::FirstNumber(..) | Route::Course(_) => None,
                        };
                        let expected = run.run(&text[start..end]);
                        let expected =
                            expected.map(|(first, last, more)| (start + first, start + last, more));
                        assert_eq!(found, expected, "{pattern}");
                        if let Route::FirstRun(set) = route {
                            let first = expected.map(|(first, ..)| first);
                            assert_eq!(streams.first(set, start, end), first, "{pattern}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn courses_lead_to_the_matches_of_single_lines() {
        for pattern in [
            "\\A([0-9]{1,})",
            "\\A[a-z]{1,} ([0-9]{1,})",
            "\\A[a-z]{0,} {0,1}([0-9.]{2,})",
            "\\A([0-9]{0,})[a-z]{1,3} ",
            "\\A.{0,}()\\z",
            "\\b([0-9]{1,})\\b%",
            "\\B([0-9]{1,})%",
            "[a-z]{1,} {1,}([0-9.]{1,}) {0,}\\z",
            "( )\\z",
            "([0-9]{1,})%\\z",
            "\\Aloss([0-9]){0,0}",
            "([0-9]{1,})",
            "([.0-9]{2,}) {1,}[a-z]",
            "[a-z]{0,}[0-9]([0-9a-z]{1,})%",
            "[ a]([0-9a-z]{1,})[ %]{0,}\\z",
            "[a-z]{1,} ([0-9]{1,}) [a-z]{1,}",
            "x([0-9])%",
            "([0-9]{1,}[.][0-9]{1,})",
            "([0-9]{1,}[.][0-9]{1,})%",
            "\\b([a-z]{0,1}[0-9]{1,}[.][0-9]{2,}) {0,1}[0-9]{0,1}",
            "([0-9]{2,})\\b {0,1}[0-9]{0,1}",
            "[a-z]{1,} {1,}([0-9]{1,}[.]{0,1}[a-z]{1,})%",
            " {1,}([a-z]{1,}[0-9]{1,}) {0,1}",
            "[0-9]{1,} {0,1}([a-z]{1,})[0-9]{1,}",
        ] {
            let program = Program::new(&parse(pattern).unwrap()).unwrap();
            let mut sets = Sets::default();
            let Some(Route::Course(course)) = Route::new(None, None, Some(&program), &mut sets)
            else {
                panic!("there is no course for {pattern}");
            };
            for text in texts() {
                for streams in streams(&sets, &text) {
                    let mut markers = Markers::default();
                    course.take(&streams, &mut markers);
                    for (start, end) in lines(&text) {
                        let line = &text[start..end];
                        let Ok(found) = program.find(&mut Stack::default(), line, 0, usize::MAX)
                        else {
                            continue;
                        };
                        let capture = found.and_then(|found| found.capture);
                        let capture = capture.map(|(first, last)| start + first..start + last);
                        let told = match course.captures() {
                            Captures::Unknown => {
                                assert_eq!(markers.is_in_line(end), found.is_some(), "{pattern}");
                                continue;
                            }
                            Captures::First => markers.capture(start, end),
                            Captures::Ends(ends) => {
                                let line_at = start..end;
                                let first = ends.first(&streams, &markers, line, &line_at);
                                first.map(|(capture, match_end)| {
                                    let first = (capture.end, match_end);
                                    let again =
                                        ends.is_repeated(&streams, &markers, line, &line_at, first);
                                    let from = match_end - start;
                                    let other =
                                        program.find(&mut Stack::default(), line, from, usize::MAX);
                                    if let (Some(again), Ok(other)) = (again, other) {
                                        assert_eq!(again, other.is_some(), "{pattern}");
                                    }
                                    capture
                                })
                            }
                        };
                        assert_eq!(told, capture, "{pattern}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_needs_too_much_has_no_route() {
        let route = |pattern: &str, sets: &mut Sets| {
            let program = Program::new(&parse(pattern).unwrap()).unwrap();
            Route::new(None, None, Some(&program), sets)
        };
        let mut sets = Sets::default();
        for pattern in ["a|b(1)", "[0-9.]{0,}(.)", "[0-9]{9}(a)", &"[a-z][0-9]".repeat(20)] {
            assert!(route(pattern, &mut sets).is_none(), "{pattern}");
            assert_eq!(sets.0, []);
        }
        assert!(route("abcdefgh([0-9]{1,})", &mut sets).is_some());
        assert!(route("ABCDEFGHIJ", &mut sets).is_none());
        assert!(route("ABCDEFG", &mut sets).is_some());
    }
}
