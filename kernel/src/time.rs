//! The time at the start of a line, as `metricparse/logs/times.py` reads it.

/// First bytes of a line in which its time is looked for.
pub const HEAD_SIZE: usize = 64;

const NANOSECONDS: i128 = 1_000_000_000;
const FRACTION_DIGITS: usize = 9;

/// Nanoseconds since 1970 in UTC of an ISO 8601 date and time at the start of a line.
///
/// None where there is none, where it is no valid one, or where it does not fit into 64 bits.
pub fn parse(line: &[u8]) -> Option<i64> {
    let mut rest = &line[..line.len().min(HEAD_SIZE)];
    let days = date(&mut rest)?;
    one_of(&mut rest, b"Tt ")?;
    let (seconds, with_seconds) = time(&mut rest)?;
    let fraction = fraction(&mut rest);
    let offset = zone(&mut rest);
    if rest.first().is_some_and(u8::is_ascii_alphanumeric) || (fraction.is_some() && !with_seconds)
    {
        return None;
    }
    let seconds = days * 86_400 + seconds - offset?;
    let nanoseconds = i128::from(seconds) * NANOSECONDS + i128::from(fraction.unwrap_or(0));
    i64::try_from(nanoseconds).ok().filter(|&time| time != i64::MIN)
}

/// Days since 1970.
fn date(rest: &mut &[u8]) -> Option<i64> {
    let year = number(rest, 4)?;
    one_of(rest, b"-")?;
    let month = number(rest, 2)?;
    one_of(rest, b"-")?;
    let day = number(rest, 2)?;
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

/// The seconds by which a zone is ahead of UTC, 0 where none is given; None if it is no valid one.
fn zone(rest: &mut &[u8]) -> Option<i64> {
    if optional(rest, |rest| one_of(rest, b"Zz")).is_some() {
        return Some(0);
    }
    let given = optional(rest, |rest| Some((one_of(rest, b"+-")?, number(rest, 2)?)));
    let Some((sign, hours)) = given else {
        return Some(0);
    };
    let minutes = optional(rest, |rest| {
        optional(rest, |rest| one_of(rest, b":"));
        number(rest, 2)
    });
    let seconds = hours * 3600 + minutes.unwrap_or(0) * 60;
    let valid = hours < 24 && minutes.unwrap_or(0) < 60;
    valid.then_some(if sign == b'-' { -seconds } else { seconds })
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

/// What `part` reads; if it does not, nothing is taken.
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
        ] {
            assert_eq!(parse(line.as_bytes()), Some(expected), "{line}");
        }
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
        ] {
            assert_eq!(parse(line.as_bytes()), None, "{line}");
        }
    }
}
