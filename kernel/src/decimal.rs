//! Short decimal numbers, read from where they start: their end and their value in one pass.

/// The powers of ten that float64 represents exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];
/// Digits that are read at a time.
const CHUNK: usize = 8;
/// The most digits of a number; float64 represents all whole numbers of so many exactly.
const MOST_DIGITS: usize = 2 * CHUNK - 1;
const MOST_EXPONENT_DIGITS: usize = 2;

/// Which parts a number may have besides its digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    pub sign: bool,
    pub point: bool,
    pub exponent: bool,
}

impl Parts {
    pub const ALL: Self = Self { sign: true, point: true, exponent: true };
}

/// A number that was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decimal {
    /// The nearest float64.
    pub value: f64,
    /// Where it ends in the text.
    pub end: usize,
}

/// The number `[+-]?digits[.digits]([eE][+-]?digits)?` at `start`, as long as can be of the parts
/// that it may have.
///
/// None if there is none, if it starts or ends with its point, or if it is not short. Float64
/// represents the digits and the power of ten of a short one exactly, so that their product or
/// quotient is rounded only once, to the nearest.
#[inline]
pub fn read(text: &[u8], start: usize, parts: Parts) -> Option<Decimal> {
    let mut end = start;
    let sign = text.get(start).copied().filter(|byte| matches!(byte, b'+' | b'-'));
    if sign.is_some() {
        if !parts.sign {
            return None;
        }
        end += 1;
    }
    let mantissa = mantissa(text, end, parts.point)?;
    end += mantissa.length;
    let mut power = -mantissa.places;
    if parts.exponent && matches!(text.get(end), Some(b'e' | b'E')) {
        let (length, exponent) = exponent(&text[end + 1..])?;
        end += if length > 0 { 1 + length } else { 0 };
        power += exponent;
    }
    let scale = *POWERS.get(power.unsigned_abs() as usize)?;
    let digits = exact(mantissa.digits);
    let value = if power < 0 { digits / scale } else { digits * scale };
    let value = if sign == Some(b'-') { -value } else { value };
    Some(Decimal { value, end })
}

/// The value of `text[start..end]`; None if that is not all digits, or too many of them.
#[inline]
pub fn whole(text: &[u8], start: usize, end: usize) -> Option<f64> {
    let count = end - start;
    if count == 0 || count > CHUNK {
        return None;
    }
    // The last digit stands highest, where what follows is moved out.
    let values = (chunk(text, start) ^ ZEROS) << (8 * (CHUNK - count));
    (others(values) == 0).then(|| exact(eight_digits(values)))
}

/// A number of at most `MOST_DIGITS` digits, all of which float64 represents exactly.
#[inline]
#[allow(clippy::cast_precision_loss, clippy::cast_possible_wrap)]
fn exact(digits: u64) -> f64 {
    // Signed integers convert in a single instruction.
    digits as i64 as f64
}

/// How many digits a text starts with, and their value; None if there are too many.
#[inline]
pub fn digits(text: &[u8]) -> Option<(usize, u64)> {
    run(text, 0)
}

/// The digits of a number.
struct Mantissa {
    /// Bytes that they take, with the point.
    length: usize,
    digits: u64,
    /// How many of them are behind the point.
    places: i32,
}

#[inline]
fn mantissa(text: &[u8], start: usize, point: bool) -> Option<Mantissa> {
    let bytes = chunk(text, start);
    let values = bytes ^ ZEROS;
    let others = others(values);
    let whole = first(others);
    if whole == 0 {
        return None;
    }
    if whole == CHUNK {
        return long_mantissa(text, start, point);
    }
    if !point || bytes >> (8 * whole) & 0xFF != u64::from(b'.') {
        let digits = eight_digits(values << (8 * (CHUNK - whole)));
        return Some(Mantissa { length: whole, digits, places: 0 });
    }
    let end = first(others & (others - 1));
    if end == CHUNK {
        return long_mantissa(text, start, point);
    }
    if end == whole + 1 {
        return None;
    }
    // Without the point, the digits stand together.
    let below = (1 << (8 * whole)) - 1;
    let digits = (values & below) | (values >> 8 & !below);
    let count = end - 1;
    Some(Mantissa {
        length: end,
        digits: eight_digits(digits << (8 * (CHUNK - count))),
        places: i32::try_from(count - whole).ok()?,
    })
}

/// The digits of a number that are not all in the first eight bytes.
fn long_mantissa(text: &[u8], start: usize, point: bool) -> Option<Mantissa> {
    let (whole, digits) = run(text, start)?;
    if !point || text.get(start + whole) != Some(&b'.') {
        return Some(Mantissa { length: whole, digits, places: 0 });
    }
    let (places, fraction) = run(text, start + whole + 1)?;
    (places > 0 && whole + places <= MOST_DIGITS).then(|| Mantissa {
        length: whole + 1 + places,
        digits: digits * WHOLE_POWERS[places] + fraction,
        places: i32::try_from(places).unwrap_or(i32::MAX),
    })
}

/// Powers of ten by which the digits before a point are moved.
const WHOLE_POWERS: [u64; MOST_DIGITS + 1] = {
    let mut powers = [1; MOST_DIGITS + 1];
    let mut place = 1;
    while place < powers.len() {
        powers[place] = powers[place - 1] * 10;
        place += 1;
    }
    powers
};

/// The length and the value of an exponent behind its `e`; a length of 0 if there is none.
#[inline]
fn exponent(text: &[u8]) -> Option<(usize, i32)> {
    let (signed, negative) = match text.first() {
        Some(b'-') => (1, true),
        Some(b'+') => (1, false),
        _ => (0, false),
    };
    let digits = text[signed..].iter().take_while(|byte| byte.is_ascii_digit());
    let (mut count, mut value) = (0, 0);
    for digit in digits {
        count += 1;
        if count > MOST_EXPONENT_DIGITS {
            return None;
        }
        value = value * 10 + i32::from(digit - b'0');
    }
    let length = if count == 0 { 0 } else { signed + count };
    Some((length, if negative { -value } else { value }))
}

/// How many digits there are at `start`, and their value; None if there are too many.
#[inline]
fn run(text: &[u8], start: usize) -> Option<(usize, u64)> {
    let (count, value) = eight(text, start);
    if count < CHUNK {
        return Some((count, value));
    }
    let (more, low) = eight(text, start + CHUNK);
    (more < CHUNK).then(|| (CHUNK + more, value * WHOLE_POWERS[more] + low))
}

/// Up to eight digits at `start`, and their value.
#[inline]
fn eight(text: &[u8], start: usize) -> (usize, u64) {
    let values = chunk(text, start) ^ ZEROS;
    match first(others(values)) {
        0 => (0, 0),
        // Zeros in front, so that there are eight digits.
        count => (count, eight_digits(values << (8 * (CHUNK - count)))),
    }
}

const ZEROS: u64 = u64::from_le_bytes([b'0'; CHUNK]);

/// The highest bit of each of eight bytes whose value is above nine.
#[inline]
fn others(values: u64) -> u64 {
    const ABOVE_NINE: u64 = u64::from_le_bytes([0x80 - 10; CHUNK]);
    const LOW: u64 = u64::from_le_bytes([0x7F; CHUNK]);
    (((values & LOW) + ABOVE_NINE) | values) & !LOW
}

/// The byte of the lowest bit; eight if there is none.
#[inline]
fn first(bits: u64) -> usize {
    (bits.trailing_zeros() / 8) as usize
}

/// The value of eight digits, the first one lowest.
#[inline]
fn eight_digits(values: u64) -> u64 {
    const PAIRS: u64 = 0x0000_00FF_0000_00FF;
    let pairs = values.wrapping_mul(10).wrapping_add(values >> 8);
    let first = (pairs & PAIRS).wrapping_mul(0x000F_4240_0000_0064);
    let second = (pairs >> 16 & PAIRS).wrapping_mul(0x0000_2710_0000_0001);
    first.wrapping_add(second) >> 32
}

/// Eight bytes at `start`, the first one lowest; zeros where there are no more.
#[inline]
fn chunk(text: &[u8], start: usize) -> u64 {
    let rest = text.get(start..).unwrap_or_default();
    if let Some(bytes) = rest.first_chunk() {
        return u64::from_le_bytes(*bytes);
    }
    match text.last_chunk() {
        // Of the last eight bytes of the text, those from `start` on.
        Some(bytes) if !rest.is_empty() => u64::from_le_bytes(*bytes) >> (8 * (CHUNK - rest.len())),
        _ => rest.iter().rev().fold(0, |chunk, &byte| chunk << 8 | u64::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, parts: Parts) -> Option<(f64, usize)> {
        read(text.as_bytes(), 0, parts).map(|number| (number.value, number.end))
    }

    #[test]
    fn numbers_end_where_they_do() {
        let plain = Parts { sign: false, point: true, exponent: false };
        let whole = Parts { point: false, ..plain };
        for (text, parts, expected) in [
            ("0.23629, x", plain, (0.23629, 7)),
            ("7.8594e-06,", plain, (7.8594, 6)),
            ("7.8594e-06,", Parts::ALL, (7.8594e-06, 10)),
            ("12.5", whole, (12.0, 2)),
            ("-3e+2x", Parts::ALL, (-300.0, 5)),
            ("5e", Parts::ALL, (5.0, 1)),
            ("5e-x", Parts::ALL, (5.0, 1)),
            ("123456789012345", Parts::ALL, (123_456_789_012_345.0, 15)),
            ("1234567.12345678 ", Parts::ALL, (1_234_567.123_456_78, 16)),
            ("00000000.5", Parts::ALL, (0.5, 10)),
            ("9", Parts::ALL, (9.0, 1)),
        ] {
            assert_eq!(told(text, parts), Some(expected), "{text}");
        }
        assert!(told("-0", Parts::ALL).is_some_and(|(value, _)| value.is_sign_negative()));
    }

    #[test]
    fn whole_numbers_are_all_of_their_digits() {
        for text in ["7", "12345678", "x 90210 y", "9 0", "  00012"] {
            let start = text.find(|character: char| character.is_ascii_digit()).unwrap();
            let rest = &text[start..];
            let digits = rest.find(' ').map_or(rest, |length| &rest[..length]);
            let value = whole(text.as_bytes(), start, start + digits.len());
            assert_eq!(value, digits.parse().ok(), "{text}");
        }
        assert_eq!(whole(b"123456789", 0, 9), None);
        assert_eq!(whole(b"12x4", 0, 4), None);
        assert_eq!(whole(b"12", 1, 1), None);
    }

    #[test]
    fn what_is_not_short_is_left() {
        let unsigned = Parts { sign: false, ..Parts::ALL };
        assert_eq!(told("-1", unsigned), None);
        for text in ["", "x", ".5", "5.", "5.x", "-", "1234567890123456", "1e100", "1e-23", "1e23"]
        {
            assert_eq!(told(text, Parts::ALL), None, "{text}");
        }
    }

    #[test]
    fn values_are_the_nearest() {
        for number in (0..2_000_000_u64).step_by(37) {
            for text in [
                format!("{}.{:06}", number / 1000, number),
                format!("{number}e-{}", number % 23),
                format!("{}", number * 450_359_962),
            ] {
                assert_eq!(
                    told(&text, Parts::ALL),
                    Some((text.parse().unwrap(), text.len())),
                    "{text}"
                );
            }
        }
    }
}
