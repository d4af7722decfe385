//! The times that envelopes write, in ISO 8601 with a zone.

use crate::time::days;

/// Nanoseconds since 1970 UTC of a time as envelopes ordinarily write it, in the years and zones
/// of which all readers of ISO 8601 think the same.
pub fn parse(written: &[u8]) -> Option<i64> {
    let (start, rest) = written.split_at_checked(b"2026-11-22T10:00:00".len())?;
    let date = number(&start[..4]).zip(number(&start[5..7])).zip(number(&start[8..10]));
    let clock = number(&start[11..13]).zip(number(&start[14..16])).zip(number(&start[17..19]));
    let (((year, month), day), ((hour, minute), second)) = date.zip(clock)?;
    let marks = [start[4], start[7], start[10], start[13], start[16]];
    let usual = (1700..2200).contains(&year) && hour < 24 && minute < 60 && second < 60;
    if marks != *b"--T::" || !usual {
        return None;
    }
    let (fraction, zone) = match rest.strip_prefix(b".") {
        Some(rest) => rest.split_at(rest.iter().take_while(|byte| byte.is_ascii_digit()).count()),
        None => (&b"0"[..], rest),
    };
    let power = u32::try_from(9_usize.checked_sub(fraction.len())?).ok()?;
    let nanoseconds = number(fraction)? * 10_i64.pow(power);
    let seconds = ((days(year, month, day)? * 24 + hour) * 60 + minute) * 60 + second;
    Some((seconds - offset(zone)?) * 1_000_000_000 + nanoseconds)
}

/// The seconds that a zone is ahead of UTC.
fn offset(zone: &[u8]) -> Option<i64> {
    let (sign, zone) = match zone {
        b"Z" => return Some(0),
        [b'+', zone @ ..] => (1, zone),
        [b'-', zone @ ..] => (-1, zone),
        _ => return None,
    };
    let [_, _, b':', _, _] = zone else { return None };
    let (hours, minutes) = (number(&zone[..2])?, number(&zone[3..])?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60)
}

fn number(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        assert_eq!(parse(b"1970-01-01T00:00:01.5Z"), Some(1_500_000_000));
        assert_eq!(parse(b"1970-01-01T01:00:00.000000001+01:00"), Some(1));
        assert_eq!(parse(b"2026-11-22T10:00:00.123456789Z"), Some(1_795_341_600_123_456_789));
    }

    #[test]
    fn odd_ones_are_not() {
        for odd in [
            "2026-02-30T10:00:00Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T10:00:60Z",
            "2026-11-22 10:00:00Z",
            "2026-11-22T10:00:00",
            "2026-11-22T10:00:00.Z",
            "2026-11-22T10:00:00.1234567890Z",
            "2026-11-22T10:00:00+1:00",
            "2026-11-22T10:00:00+15:00",
            "1600-11-22T10:00:00Z",
            "",
        ] {
            assert_eq!(parse(odd.as_bytes()), None, "{odd}");
        }
    }
}
