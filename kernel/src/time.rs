//! The time at the start of a line.
//!
//! The Python reference is `metricparse/logs/line_times.py`.

#[cfg(any(feature = "python", test))]
use memchr::memchr;

/// A time is looked for in this many bytes at the start of a line.
pub const HEAD_SIZE: usize = 64;

const NANOSECONDS: i128 = 1_000_000_000;
const FRACTION_DIGITS: usize = 9;

/// Numbers of ten digits outside these years (2010 to 2099) are taken for something else.
const SECONDS: std::ops::Range<i64> = 1_262_304_000..4_102_444_800;

/// A time at the start of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Since 1970 UTC; a time without a zone is taken as UTC.
    pub nanoseconds: i64,
    /// Whether the line names a zone.
    pub zoned: bool,
}

/// The nanoseconds of `read`.
#[inline]
pub fn parse(line: &[u8]) -> Option<i64> {
    if starts_with_words(line) {
        return None;
    }
    read(line).map(|moment| moment.nanoseconds)
}

/// The time at the start of a line, after `[` or a level or both: a date and a time, those of glog,
/// or seconds or milliseconds since 1970.
///
/// None if there is none, if it is not valid, or if it does not fit into 64 bits.
pub fn read(line: &[u8]) -> Option<Moment> {
    let mut rest = &line[..line.len().min(HEAD_SIZE)];
    // Most lines have no time, which their first byte shows.
    if !matches!(rest.first()?, b'0'..=b'9' | b'[' | b'A'..=b'Z') {
        return None;
    }
    skip_one(&mut rest, b'[');
    level(&mut rest);
    match rest.first()? {
        b'0'..=b'9' if rest.get(4).is_some_and(u8::is_ascii_digit) => epoch(rest),
        b'0'..=b'9' => date_and_time(rest),
        b'I' | b'W' | b'E' | b'F' => glog(&rest[1..]),
        _ => None,
    }
}

/// Whether a lowercase letter (or another byte of 0x60 to 0x7F or 0xE0 to 0xFF) comes before the
/// first digit, which rules out a time.
///
/// It may say no where that is the case: only the first 16 bytes are looked at, and `:;<=>?` are
/// taken for digits.
#[inline]
fn starts_with_words(line: &[u8]) -> bool {
    const EACH: u64 = u64::from_le_bytes([0x40; 8]);
    for chunk in line.chunks_exact(8).take(2) {
        let bits = chunk.try_into().map_or(0, u64::from_le_bytes);
        // Lowercase letters have bits 6 and 5 set; digits have bits 5 and 4 set and bit 6 clear.
        let (is_upper_half, both) = (bits & EACH, bits << 1 & EACH);
        let letters = is_upper_half & both;
        let digits = bits << 2 & both & !is_upper_half;
        if letters | digits != 0 {
            return letters.trailing_zeros() < digits.trailing_zeros();
        }
    }
    false
}

/// For lines of a block, given by their numbers in ascending order, whether each has a time with a
/// zone.
///
/// `head`: the first bytes of the first line where the block starts in the middle of it.
#[cfg(any(feature = "python", test))]
pub fn zoned(block: &[u8], head: &[u8], lines: &[i64]) -> Vec<bool> {
    let (mut rest, mut next, mut last) = (block, 0, (-1, false));
    let mut told = |line: i64| {
        while next < line {
            rest = memchr(b'\n', rest).map_or(&[], |newline| &rest[newline + 1..]);
            next += 1;
        }
        if line != last.0 {
            let start = if line == 0 && !head.is_empty() { head } else { rest };
            last = (line, read(start).is_some_and(|moment| moment.zoned));
        }
        last.1
    };
    lines.iter().map(|&line| told(line)).collect()
}

/// Takes a level and what separates it from a time.
#[inline]
fn level(rest: &mut &[u8]) {
    let Some(after) = after_level(rest) else { return };
    if matches!(after.first(), Some(b']' | b':' | b' ' | b'[')) {
        *rest = after;
        skip_one(rest, b']');
        skip_one(rest, b':');
        skip(rest, b' ', 8);
        skip_one(rest, b'[');
    }
}

/// What follows one of the levels that a time may follow.
#[inline]
fn after_level(text: &[u8]) -> Option<&[u8]> {
    let (first, rest) = text.split_first_chunk()?;
    match first {
        b"INFO" => Some(rest),
        b"DEBU" => rest.strip_prefix(b"G"),
        b"WARN" => rest.strip_prefix(b"ING").or(Some(rest)),
        b"ERRO" => rest.strip_prefix(b"R"),
        b"TRAC" => rest.strip_prefix(b"E"),
        b"NOTI" => rest.strip_prefix(b"CE"),
        b"CRIT" => rest.strip_prefix(b"ICAL"),
        b"FATA" => rest.strip_prefix(b"L"),
        _ => None,
    }
}

fn date_and_time(mut rest: &[u8]) -> Option<Moment> {
    let days = date(&mut rest)?;
    one_of(&mut rest, b"Tt ")?;
    let (seconds, with_seconds) = time(&mut rest)?;
    let fraction = fraction(&mut rest);
    let zone = zone(&mut rest)?;
    if rest.first().is_some_and(u8::is_ascii_alphanumeric) || (fraction.is_some() && !with_seconds)
    {
        return None;
    }
    let offset = match zone {
        Zone::Ahead(seconds) => Some(seconds),
        Zone::Absent => zone_apart(rest),
    };
    moment(days, seconds, fraction.unwrap_or(0), offset)
}

/// After the letter of the level: `20261122 10:00:00.123456 ` and the number of the thread.
fn glog(mut rest: &[u8]) -> Option<Moment> {
    let days = days(number(&mut rest, 4)?, number(&mut rest, 2)?, number(&mut rest, 2)?)?;
    one_of(&mut rest, b" ")?;
    let (seconds, with_seconds) = time(&mut rest)?;
    one_of(&mut rest, b".")?;
    let microseconds = number(&mut rest, 6)?;
    let spaces = skip(&mut rest, b' ', usize::MAX);
    let thread = spaces > 0 && rest.first().is_some_and(u8::is_ascii_digit);
    (with_seconds && thread).then(|| moment(days, seconds, microseconds * 1000, None))?
}

fn epoch(mut rest: &[u8]) -> Option<Moment> {
    let seconds = number(&mut rest, 10)?;
    let fraction = match rest.first()? {
        b'0'..=b'9' => number(&mut rest, 3)? * 1_000_000,
        b'.' => fraction(&mut rest)?,
        _ => 0,
    };
    one_of(&mut rest, b"] ,\t")?;
    SECONDS.contains(&seconds).then(|| moment(0, seconds, fraction, Some(0)))?
}

fn moment(days: i64, seconds: i64, nanoseconds: i64, offset: Option<i64>) -> Option<Moment> {
    let seconds = days * 86_400 + seconds - offset.unwrap_or(0);
    let time = i128::from(seconds) * NANOSECONDS + i128::from(nanoseconds);
    let nanoseconds = i64::try_from(time).ok().filter(|&time| time != i64::MIN)?;
    Some(Moment { nanoseconds, zoned: offset.is_some() })
}

/// Days since 1970.
fn date(rest: &mut &[u8]) -> Option<i64> {
    let year = number(rest, 4)?;
    let between = one_of(rest, b"-/")?;
    let month = number(rest, 2)?;
    one_of(rest, &[between])?;
    let day = number(rest, 2)?;
    days(year, month, day)
}

pub fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let valid = year >= 1 && (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    valid.then(|| days_before(year, month) + day - 1)
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970 to the first of a month.
fn days_before(year: i64, month: i64) -> i64 {
    let past = year - 1;
    let days = past * 365 + past / 4 - past / 100 + past / 400 - 719_162;
    days + (1..month).map(|earlier| days_in(year, earlier)).sum::<i64>()
}

/// Seconds of the day, and whether seconds were given.
fn time(rest: &mut &[u8]) -> Option<(i64, bool)> {
    let hours = number(rest, 2)?;
    one_of(rest, b":")?;
    let minutes = number(rest, 2)?;
    let seconds = optional(rest, |rest| {
        one_of(rest, b":")?;
        number(rest, 2)
    });
    let valid = hours < 24 && minutes < 60 && seconds.unwrap_or(0) < 60;
    valid.then(|| (hours * 3600 + minutes * 60 + seconds.unwrap_or(0), seconds.is_some()))
}

/// The nanoseconds of a fraction.
fn fraction(rest: &mut &[u8]) -> Option<i64> {
    optional(rest, |rest| {
        one_of(rest, b".,")?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (fraction, after) = rest.split_at(digits);
        *rest = after;
        let places = (0..FRACTION_DIGITS).map(|place| fraction.get(place).map_or(0, |d| d - b'0'));
        (digits > 0).then(|| places.fold(0, |sum, digit| sum * 10 + i64::from(digit)))
    })
}

enum Zone {
    Absent,
    /// Seconds ahead of UTC.
    Ahead(i64),
}

/// A zone directly after a time; None if it is not valid.
fn zone(rest: &mut &[u8]) -> Option<Zone> {
    if optional(rest, |rest| one_of(rest, b"Zz")).is_some() {
        return Some(Zone::Ahead(0));
    }
    let given = optional(rest, |rest| Some((one_of(rest, b"+-")?, number(rest, 2)?)));
    let Some((sign, hours)) = given else {
        return Some(Zone::Absent);
    };
    let minutes = optional(rest, |rest| {
        optional(rest, |rest| one_of(rest, b":"));
        number(rest, 2)
    });
    let seconds = hours * 3600 + minutes.unwrap_or(0) * 60;
    let valid = hours < 24 && minutes.unwrap_or(0) < 60;
    valid.then_some(Zone::Ahead(if sign == b'-' { -seconds } else { seconds }))
}

/// The seconds of a zone after a space, if it is one: ` UTC`, ` +0200`, ` -07:00`.
fn zone_apart(mut rest: &[u8]) -> Option<i64> {
    one_of(&mut rest, b" ")?;
    let seconds = if rest.starts_with(b"UTC") || rest.starts_with(b"GMT") {
        rest = &rest[3..];
        0
    } else {
        let sign = one_of(&mut rest, b"+-")?;
        let hours = number(&mut rest, 2)?;
        skip(&mut rest, b':', 1);
        let minutes = number(&mut rest, 2)?;
        let seconds = hours * 3600 + minutes * 60;
        (hours < 15 && minutes % 15 == 0 && minutes < 60).then_some(if sign == b'-' {
            -seconds
        } else {
            seconds
        })?
    };
    let ended = !rest.first().is_some_and(|&byte| byte.is_ascii_alphanumeric() || byte == b'.');
    ended.then_some(seconds)
}

/// Takes a byte repeatedly, up to `most` times; returns how often.
fn skip(rest: &mut &[u8], byte: u8, most: usize) -> usize {
    let mut count = 0;
    while count < most && skip_one(rest, byte) {
        count += 1;
    }
    count
}

#[inline]
fn skip_one(rest: &mut &[u8], byte: u8) -> bool {
    let after = rest.strip_prefix(&[byte]);
    *rest = after.unwrap_or(rest);
    after.is_some()
}

fn number(rest: &mut &[u8], digits: usize) -> Option<i64> {
    let (number, after) = rest.split_at_checked(digits)?;
    *rest = after;
    number
        .iter()
        .try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
}

fn one_of(rest: &mut &[u8], expected: &[u8]) -> Option<u8> {
    let (&first, after) = rest.split_first()?;
    *rest = after;
    expected.contains(&first).then_some(first)
}

/// What `part` reads; if it reads nothing, nothing is taken.
fn optional<T>(rest: &mut &[u8], part: impl Fn(&mut &[u8]) -> Option<T>) -> Option<T> {
    let before = *rest;
    part(rest).or_else(|| {
        *rest = before;
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (line, expected) in [
            ("1970-01-01T00:00:00Z x", 0),
            ("1970-01-01 00:01", 60_000_000_000),
            ("1970-01-01T00:00:00.5", 500_000_000),
            ("1970-01-01T00:00:00,1234567891+00:00", 123_456_789),
            ("1970-01-01T01:00:00+01:00", 0),
            ("1970-01-01T01:00:00+0100", 0),
            ("1970-01-01T00:00:00-01", 3_600_000_000_000),
            ("1969-12-31T23:59:59Z", -1_000_000_000),
            ("2026-11-22T10:00:00.123Z", 1_795_341_600_123_000_000),
            ("2000-02-29 00:00:00", 951_782_400_000_000_000),
            ("1970/01/01 00:00:01,5 INFO", 1_500_000_000),
            ("[1970-01-01 00:00:01]", 1_000_000_000),
            ("INFO 1970-01-01 00:00:01,123 x", 1_123_000_000),
            ("WARNING:1970-01-01 00:00:01", 1_000_000_000),
            ("[ERROR]: [1970-01-01 00:00:01]", 1_000_000_000),
            ("1970-01-01 02:00:00 +0200", 0),
            ("1970-01-01 02:00:00 +02:07", 7_200_000_000_000),
            ("1970-01-01 02:00:00 UTC", 7_200_000_000_000),
            ("I19700101 00:00:01.000001 7 a.cc:1] x", 1_000_001_000),
            ("1795341600 x", 1_795_341_600_000_000_000),
            ("[1795341600.5] x", 1_795_341_600_500_000_000),
            ("1795341600123,x", 1_795_341_600_123_000_000),
        ] {
            assert_eq!(parse(line.as_bytes()), Some(expected), "{line}");
        }
    }

    #[test]
    fn zones() {
        let zoned = |line: &str| read(line.as_bytes()).map(|moment| moment.zoned);
        assert_eq!(zoned("1970-01-01T00:00:00"), Some(false));
        assert_eq!(zoned("I19700101 00:00:01.000001 7 a.cc:1] x"), Some(false));
        for line in
            ["1970-01-01T00:00Z", "1970-01-01T00:00 GMT", "1970-01-01T00:00 -0100", "1795341600 "]
        {
            assert_eq!(zoned(line), Some(true), "{line}");
        }
    }

    #[test]
    fn zones_of_lines() {
        let block = b"x\n1970-01-01 00:00Z\n1970-01-01 00:00\n";
        assert_eq!(zoned(block, b"", &[0, 1, 1, 2]), [false, true, true, false]);
        assert_eq!(zoned(block, b"1970-01-01 00:00Z", &[0, 2]), [true, false]);
    }

    #[test]
    fn no_times() {
        for line in [
            "",
            "loss",
            "1970-01-01",
            "1970-13-01T00:00",
            "2001-02-29T00:00",
            "1970-01-01T24:00",
            "1970-01-01T00:00:60",
            "1970-01-01T00:00.5",
            "1970-01-01T00:00:00x",
            "1970-01-01T00:00:00+24",
            "0000-01-01T00:00",
            "2263-01-01T00:00",
            "1600-01-01T00:00",
            "1970/01-01 00:00",
            "INFOS 1970-01-01 00:00",
            "INFO:root:1970-01-01 00:00",
            "I0101 00:00:01.000001 7 a.cc:1] x",
            "I19700101 00:00:01.000001 x",
            "1795341600",
            "1795341600x",
            "17953416001 ",
            "0795341600 ",
        ] {
            assert_eq!(parse(line.as_bytes()), None, "{line}");
        }
    }
}
