//! A pattern as steps, and where its matches may start.

use memchr::memchr;

use super::compile::compile;
use super::pattern::{Anchor, Counts, Greed, Node};
use super::reading::{Leftmost, Reading};
use super::search::{work, Search, Stack};
use super::set::{Set, Table, WORDS};
use super::step::{Next, Step};
use super::straight::Straight;
use crate::decimal::Decimal;
use crate::engine::outcome::{Match, OverLimit};
use crate::number;

/// A pattern as steps.
#[derive(Debug)]
pub struct Program {
    steps: Vec<Step>,
    starts: Starts,
    /// The same steps, if none leaves a choice.
    straight: Option<Straight>,
}

/// Where a match may start.
#[derive(Debug)]
enum Starts {
    /// At the start of the event.
    AtZero,
    /// Only where the search starts, as no later start does better.
    AtOnce,
    /// At this byte.
    Byte(u8),
    /// At one of these.
    In(Table),
    /// At the first of a run of these, as no later start in the run does better.
    Run(Table),
    /// Within the run of these at the end of the event.
    LastRun(Table),
    Anywhere,
}

/// What is known of the text at which steps can match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    Unknown,
    /// It starts with one of these.
    In(Set),
    /// It is empty, or starts with one of these.
    InOrEmpty(Set),
}

impl First {
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::In(one), Self::In(other)) => Self::In(one.with(other)),
            (Self::In(one) | Self::InOrEmpty(one), Self::In(other) | Self::InOrEmpty(other)) => {
                Self::InOrEmpty(one.with(other))
            }
        }
    }

    /// Whether the text cannot start with one of `set`.
    fn excludes(self, set: Set) -> bool {
        match self {
            Self::Unknown => false,
            Self::In(first) | Self::InOrEmpty(first) => !first.meets(set),
        }
    }

    fn starts(self) -> Starts {
        match self {
            Self::In(set) => set.only().map_or_else(|| Starts::In(set.into()), Starts::Byte),
            _ => Starts::Anywhere,
        }
    }

    fn next(self) -> Next {
        match self {
            Self::In(set) => set.only().map_or_else(|| Next::In(set.into()), Next::Byte),
            _ => Next::Any,
        }
    }
}

impl Program {
    /// The steps of a pattern; None if it is not simple enough.
    pub fn new(tree: &Node) -> Option<Self> {
        let mut steps = compile(tree)?;
        let firsts = firsts(&steps);
        let certain: Vec<_> = (0..steps.len()).map(|step| is_certain(&steps[step..])).collect();
        let before_boundary: Vec<_> =
            (0..steps.len()).map(|step| is_boundary(&steps[step..])).collect();
        for (place, step) in steps.iter_mut().enumerate() {
            if let Step::Run { set, counts, next, .. } = step {
                let follows = firsts[place + 1];
                *next = follows.next();
                // Within a run that all belongs to words, or none of it, no word starts or ends.
                let is_alike = set.within(WORDS) || !set.meets(WORDS);
                let keeps_all = certain[place + 1]
                    || follows.excludes(*set)
                    || before_boundary[place + 1] && is_alike && counts.least > 0;
                if counts.greed == Greed::Greedy && keeps_all {
                    counts.greed = Greed::Possessive;
                }
            }
        }
        let starts = starts(&steps, firsts[0]);
        let straight = Straight::new(&steps);
        Some(Self { steps, starts, straight })
    }

    /// The leftmost match that starts at `start` or later, but no later than `last`.
    ///
    /// # Errors
    /// It takes too many steps.
    pub fn find(
        &self,
        stack: &mut Stack,
        text: &[u8],
        start: usize,
        last: usize,
    ) -> Result<Option<Match>, OverLimit> {
        let last = last.min(text.len());
        if let Some(straight) = &self.straight {
            let mut work = work(text);
            return self.first(text, start, last, |at| straight.match_at(text, at, &mut work));
        }
        let mut search = Search::new(&self.steps, text, stack);
        self.first(text, start, last, |at| search.match_at(at))
    }

    /// What it does, one after the other.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether it has no step that leaves a choice.
    pub fn is_straight(&self) -> bool {
        self.straight.is_some()
    }

    /// The leftmost match, if no step leaves a choice.
    #[inline]
    pub fn read(&self, text: &[u8]) -> Leftmost {
        let Some(straight) = &self.straight else { return Leftmost::Unknown };
        let mut work = work(text);
        let mut find =
            |from| self.first(text, from, usize::MAX, |at| straight.match_at(text, at, &mut work));
        let found = match find(0) {
            Ok(Some(found)) => found,
            Ok(None) => return Leftmost::Nothing,
            Err(OverLimit) => return Leftmost::Unknown,
        };
        let number = found.capture.and_then(|(start, end)| number::parse(text, start, end));
        let (Some(number), Ok(other)) = (number, find(found.end.max(found.start + 1))) else {
            return Leftmost::Unknown;
        };
        let decimal = Decimal { value: number.value, end: number.end };
        let reading = Reading { number: decimal, start: number.start, end: found.end };
        Leftmost::Number { reading, repeated: other.is_some() }
    }

    /// The first match at one of the positions at which one may start.
    #[inline]
    fn first(
        &self,
        text: &[u8],
        start: usize,
        last: usize,
        mut match_at: impl FnMut(usize) -> Result<Option<Match>, OverLimit>,
    ) -> Result<Option<Match>, OverLimit> {
        if let Starts::AtZero = self.starts {
            return if start == 0 { match_at(0) } else { Ok(None) };
        }
        let mut place = start;
        while let Some(found) = self.next_start(text, place).filter(|&place| place <= last) {
            let matched = match_at(found)?;
            if matched.is_some() {
                return Ok(matched);
            }
            place = match &self.starts {
                Starts::AtOnce | Starts::LastRun(_) => break,
                Starts::Run(table) => table.end_of_run(text, found),
                _ => found + 1,
            };
        }
        Ok(None)
    }

    /// The first position, `place` or later, at which a match may start.
    fn next_start(&self, text: &[u8], place: usize) -> Option<usize> {
        let rest = text.get(place..)?;
        match &self.starts {
            Starts::Byte(byte) if rest.first() == Some(byte) => Some(place),
            Starts::Byte(byte) => memchr(*byte, rest).map(|distance| place + distance),
            Starts::In(table) | Starts::Run(table) => table.find(text, place),
            Starts::LastRun(table) => {
                let start = place.max(table.start_of_last_run(text));
                (start < text.len()).then_some(start)
            }
            _ => Some(place),
        }
    }
}

/// For each step what is known of the text at which it and those that follow can match.
fn firsts(steps: &[Step]) -> Vec<First> {
    let mut firsts = vec![First::Unknown; steps.len()];
    for (place, step) in steps.iter().enumerate().rev() {
        let next = firsts.get(place + 1).copied().unwrap_or(First::Unknown);
        firsts[place] = match step {
            Step::Text(text) => {
                text.first().map_or(next, |&byte| First::In(Set::range(byte, byte)))
            }
            Step::One(set, _) => First::In(*set),
            Step::Run { set, counts, .. } if counts.least > 0 => First::In(*set),
            Step::Run { set, .. } => next.or(First::In(*set)),
            Step::Anchor(Anchor::End) => First::InOrEmpty(Set::default()),
            Step::Anchor(_) | Step::CaptureStart | Step::CaptureEnd => next,
            Step::Try { otherwise } => next.or(firsts[*otherwise]),
            Step::Jump(to) => firsts[*to],
            Step::Done => First::Unknown,
        };
    }
    firsts
}

/// Whether the steps match wherever they are tried.
fn is_certain(steps: &[Step]) -> bool {
    steps.iter().all(|step| match step {
        Step::Run { counts, .. } => counts.least == 0,
        step => matches!(step, Step::CaptureStart | Step::CaptureEnd | Step::Done),
    })
}

/// Whether a word has to start or end where the steps start.
fn is_boundary(steps: &[Step]) -> bool {
    let first = steps.iter().find(|step| !matches!(step, Step::CaptureStart | Step::CaptureEnd));
    matches!(first, Some(Step::Anchor(Anchor::WordBoundary)))
}

fn starts(steps: &[Step], first: First) -> Starts {
    match steps.iter().find(|step| !matches!(step, Step::CaptureStart)) {
        Some(Step::Anchor(Anchor::Start)) => Starts::AtZero,
        Some(Step::Run { set, counts, table, .. }) => match counts {
            Counts { least: 0, most: usize::MAX, .. } if *set == Set::ALL => Starts::AtOnce,
            Counts { least: 1, most: usize::MAX, greed: Greed::Possessive } => {
                let mut after = steps.iter().skip_while(|step| !matches!(step, Step::Run { .. }));
                after.next();
                match after.find(|step| !matches!(step, Step::CaptureEnd)) {
                    Some(Step::Anchor(Anchor::End)) => Starts::LastRun(table.clone()),
                    _ => Starts::Run(table.clone()),
                }
            }
            _ => first.starts(),
        },
        _ => first.starts(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::pattern::parse;
    use super::*;

    /// The span of the match and of its capture.
    fn find<'a>(pattern: &str, text: &'a str) -> Option<(usize, usize, Option<&'a str>)> {
        let program = Program::new(&parse(pattern).unwrap()).unwrap_or_else(|| panic!("{pattern}"));
        let found = program.find(&mut Stack::default(), text.as_bytes(), 0, usize::MAX).unwrap()?;
        Some((found.start, found.end, found.capture.map(|(start, end)| &text[start..end])))
    }

    #[test]
    fn finds_the_leftmost_match() {
        for (pattern, text, expected) in [
            (r"loss: ([0-9.]{1,})", "eval loss: 0.5,", Some((5, 14, Some("0.5")))),
            (r"\bloss: ([0-9]{1,})", "xloss: 1 loss: 2", Some((9, 16, Some("2")))),
            (r"(.{0,}?),", "a,b,", Some((0, 2, Some("a")))),
            (r".{0,}a(.)", "a1a2", Some((0, 4, Some("2")))),
            (
                r"([0-9]{0,}\x{2e}{0,1}[0-9]{1,}(?:e\x{2d}{0,1}[0-9]{1,}){0,1})",
                "123e",
                Some((0, 3, Some("123"))),
            ),
            (r"([0-9]{1,}(?:e\x{2d}{0,1}[0-9]{1,}){0,1})", "x1e-5", Some((1, 5, Some("1e-5")))),
            (r"(?:a|b(c)){1,1}", "a", Some((0, 1, None))),
            (r"(?:ab|a)(.)", "abc", Some((0, 3, Some("c")))),
            (r"(?:ab|a)(b)", "ab", Some((0, 2, Some("b")))),
            (r"\A(a)", "ba", None),
            (r"(a)\z", "aab", None),
            (r"([0-9]{1,})\z", "1 2 ", None),
            (r"([0-9]{1,})\z", "1 23", Some((2, 4, Some("23")))),
            (r"([0-9]{2,3}?)5", "12345", Some((1, 5, Some("234")))),
            (r"([0-9]{1,}+)5", "12345", None),
            (r"(?:ab){0,2}?(.)", "abx", Some((0, 1, Some("a")))),
            (r"()\z", "ab", Some((2, 2, Some("")))),
            (r"([0-9.]{1,}) {0,}\z", "1 2.5  ", Some((2, 7, Some("2.5")))),
            (r"([0-9]{1,})(?:a|b){0,1}\z", "12 3b", Some((3, 5, Some("3")))),
            (r"([0-9]{1,})\b%", "12a 34%", Some((4, 7, Some("34")))),
            (r"([0-9.]{1,})\b", "x 2.5. ", Some((2, 5, Some("2.5")))),
            (r"([ab]{1,})a{0,}\z", "abab", Some((0, 4, Some("abab")))),
        ] {
            assert_eq!(find(pattern, text), expected, "{pattern} in {text}");
        }
    }

    #[test]
    fn what_may_only_follow_at_the_end_leaves_no_choice() {
        let is_straight =
            |pattern: &str| Program::new(&parse(pattern).unwrap()).unwrap().is_straight();
        assert!(is_straight(r"([0-9.]{1,}) {0,}\z") && is_straight(r"([0-9]{1,})%{0,1}\z"));
        assert!(!is_straight(r"([0-9]{1,})[0-9]{0,1}\z"));
    }

    #[test]
    fn within_a_word_no_word_ends() {
        let is_straight =
            |pattern: &str| Program::new(&parse(pattern).unwrap()).unwrap().is_straight();
        assert!(is_straight(r"([0-9]{1,})\b") && is_straight(r"([0-9]{1,})\b%"));
        assert!(is_straight(r"( {1,})\b"));
        for pattern in [r"([0-9.]{1,})\b", r"([0-9]{0,})\b", r"([0-9]{1,})\B", r"(.{1,})\b"] {
            assert!(!is_straight(pattern), "{pattern}");
        }
    }

    #[test]
    fn what_takes_too_long_is_left() {
        let program = Program::new(&parse("([0-9]{1,}) {0,}[0-9]{1,}%").unwrap()).unwrap();
        let text = vec![b'1'; 5_000];
        assert_eq!(program.find(&mut Stack::default(), &text, 0, usize::MAX), Err(OverLimit));
    }

    #[test]
    fn a_search_has_bounds() {
        let program = Program::new(&parse("a(.)").unwrap()).unwrap();
        let find = |start, last| program.find(&mut Stack::default(), b"a1a2", start, last).unwrap();
        assert_eq!(find(1, 9).unwrap().start, 2);
        assert_eq!(find(1, 1), None);
        assert_eq!(find(9, 9), None);
    }

    #[test]
    fn what_is_not_simple_is_left() {
        for pattern in ["(?:ab){1,}", "(?:ab){0,1}+", "(?=a)b"] {
            assert!(parse(pattern).and_then(|tree| Program::new(&tree)).is_none(), "{pattern}");
        }
    }
}
