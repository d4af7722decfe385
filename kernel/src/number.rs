//! What counts as a number, and whether it is the whole number in the text.
//!
//! The Python reference is `metricparse/matching/numbers.py`.

use crate::decimal::{self, Parts};

/// A number and its span in the text, without the whitespace around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    pub value: f64,
    pub start: usize,
    pub end: usize,
}

/// The nearest float64 to the number that is `text[start..end]`; None where that is no number.
pub fn parse(text: &[u8], start: usize, end: usize) -> Option<Number> {
    if let Some(value) = decimal::whole(text, start, end) {
        return Some(Number { value, start, end });
    }
    let captured = &text[start..end];
    let start = start + captured.iter().take_while(|&&byte| is_space(byte)).count();
    let trimmed = captured.iter().rev().take_while(|&&byte| is_space(byte)).count();
    let end = end.saturating_sub(trimmed);
    let token = text.get(start..end)?;
    let short = decimal::read(token, 0, Parts::ALL).filter(|short| short.end == token.len());
    let value = match short {
        Some(short) => short.value,
        None if is_decimal(token) => long_decimal(token)?,
        None => special(token)?,
    };
    Some(Number { value, start, end })
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C)
}

/// `[+-]?(digits[.digits*] | .digits)([eE][+-]?digits)?`
fn is_decimal(token: &[u8]) -> bool {
    let rest = unsigned(token);
    let whole = digits(rest);
    let mut rest = &rest[whole..];
    if let [b'.', fraction @ ..] = rest {
        let places = digits(fraction);
        if whole + places == 0 {
            return false;
        }
        rest = &fraction[places..];
    } else if whole == 0 {
        return false;
    }
    match rest {
        [] => true,
        [b'e' | b'E', exponent @ ..] => {
            let exponent = unsigned(exponent);
            !exponent.is_empty() && digits(exponent) == exponent.len()
        }
        _ => false,
    }
}

fn unsigned(token: &[u8]) -> &[u8] {
    match token {
        [b'+' | b'-', rest @ ..] => rest,
        _ => token,
    }
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn long_decimal(token: &[u8]) -> Option<f64> {
    let token = token.strip_prefix(b"+").unwrap_or(token);
    fast_float2::parse(token).ok()
}

fn special(token: &[u8]) -> Option<f64> {
    let name = unsigned(token);
    let value = if name.eq_ignore_ascii_case(b"nan") {
        f64::NAN
    } else if name.eq_ignore_ascii_case(b"inf") || name.eq_ignore_ascii_case(b"infinity") {
        f64::INFINITY
    } else {
        return None;
    };
    Some(if token[0] == b'-' { -value } else { value })
}

/// Whether `text[start..end]`, a number, is only part of the number in the text.
///
/// The rules are spelled out in `is_truncated` of the Python reference.
#[inline]
pub fn is_truncated(text: &[u8], start: usize, end: usize) -> bool {
    let at = |place: usize| text.get(place).copied().unwrap_or(0);
    let (before, next) = (at(start.wrapping_sub(1)), at(end));
    let is_group = next == b',' && at(end + 1).is_ascii_digit();
    // Not `||`, as what stands around numbers varies, and hardly any is part of another.
    let may_be_part = MAY_JOIN[usize::from(before)] | MAY_JOIN[usize::from(next)] | is_group;
    may_be_part && is_part(text, start, end)
}

/// Whether a number beside a byte may be part of another.
static MAY_JOIN: [bool; 256] = {
    let mut may_join = [false; 256];
    let joining = b"0123456789.+-eE";
    let mut place = 0;
    while place < joining.len() {
        may_join[joining[place] as usize] = true;
        place += 1;
    }
    may_join
};

#[inline(never)]
fn is_part(text: &[u8], start: usize, end: usize) -> bool {
    let token = &text[start..end];
    if !token.last().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'.') {
        return false;
    }
    goes_on(token, &text[end..]) || began_before(&text[..start], token)
}

fn goes_on(token: &[u8], after: &[u8]) -> bool {
    let has_exponent = || token.iter().any(|byte| matches!(byte, b'e' | b'E'));
    let has_point = || token.contains(&b'.');
    match after {
        [digit, ..] if digit.is_ascii_digit() => true,
        [b'e' | b'E', exponent @ ..] => !has_exponent() && digits(unsigned(exponent)) > 0,
        [b'.', fraction @ ..] => !has_exponent() && !has_point() && digits(fraction) > 0,
        [b',', group @ ..] => {
            digits(group) == 3 && !has_exponent() && !has_point() && digits(unsigned(token)) <= 3
        }
        _ => false,
    }
}

fn began_before(before: &[u8], token: &[u8]) -> bool {
    if matches!(token[0], b'+' | b'-') {
        return ends_with_exponent(before);
    }
    match before {
        [.., digit] if digit.is_ascii_digit() => true,
        [rest @ .., b'.'] => token[0] != b'.' && !rest.last().is_some_and(|&byte| joins(byte)),
        [rest @ .., b'-'] => {
            ends_with_exponent(rest) || !rest.last().is_some_and(|&byte| binds(byte))
        }
        [rest @ .., b'+'] => ends_with_exponent(rest),
        _ => ends_with_exponent(before),
    }
}

/// Whether the text ends in an `e` that makes what follows the exponent of a number.
fn ends_with_exponent(before: &[u8]) -> bool {
    match before {
        [rest @ .., b'e' | b'E'] => match rest {
            [.., digit] if digit.is_ascii_digit() => true,
            [.., digit, b'.'] => digit.is_ascii_digit(),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a point after this character is not a decimal point.
fn joins(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.' | b')' | b']') || !byte.is_ascii()
}

/// Whether a `-` after this character joins words or numbers, and is not a sign.
fn binds(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'.' | b')' | b']' | b'-' | b'+')
        || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Option<f64> {
        parse(text.as_bytes(), 0, text.len()).map(|number| number.value)
    }

    #[test]
    fn numbers() {
        for (text, expected) in [
            ("5e-05", 5e-5),
            (" \t+1.\r\n", 1.0),
            (".5", 0.5),
            ("-0", -0.0),
            ("1e999", f64::INFINITY),
            ("-1e999", f64::NEG_INFINITY),
            ("1e-999", 0.0),
            ("-Infinity", f64::NEG_INFINITY),
            ("+INF", f64::INFINITY),
            ("0.1234567890123456789012345678901234567890", 0.123_456_789_012_345_68),
        ] {
            assert_eq!(value(text), Some(expected), "{text}");
        }
        assert!(value("NaN").is_some_and(f64::is_nan));
    }

    #[test]
    fn short_numbers_are_parsed_as_all_others() {
        for text in [
            "0",
            "-0",
            "00.5",
            "5.",
            "0.1",
            "3.6e-05",
            "1e22",
            "1e-22",
            "9007199254740992",
            "9007199254740993",
            "123456789012345.6",
            "0.000001234567",
            "-7E+2",
            "1.7976931348623e30",
        ] {
            let slowly = long_decimal(text.as_bytes()).unwrap();
            assert_eq!(value(text).map(f64::to_bits), Some(slowly.to_bits()), "{text}");
        }
    }

    #[test]
    fn no_numbers() {
        for text in [
            "", " ", ".", "+", "1e", "1e+", "e5", "0x1", "1_0", "1 2", "infi", "1,0", "--1",
            "\u{a0}1", "+-1", "nan0", ".e1",
        ] {
            assert_eq!(value(text), None, "{text}");
        }
    }

    #[test]
    fn exponents_of_any_length() {
        let digits = format!("1{}", "0".repeat(5000));
        assert_eq!(value(&format!("1e{digits}")), Some(f64::INFINITY));
        assert_eq!(value(&format!("0e{digits}")), Some(0.0));
        assert_eq!(value(&format!("1e-{digits}")), Some(0.0));
        assert_eq!(value(&format!("0.{}1e{}", "0".repeat(400), 401)), Some(1.0));
    }

    #[test]
    fn truncated() {
        for (text, number) in [
            ("3.6e-05", "3.6"),
            ("-5", "5"),
            ("1,234", "1"),
            ("0.5", "0"),
            ("x=.5", "5"),
            ("1e-05", "05"),
        ] {
            let start = text.find(number).unwrap();
            assert!(is_truncated(text.as_bytes(), start, start + number.len()), "{text}");
        }
        for (text, number) in [
            ("0.5,", "0.5"),
            ("model-5", "5"),
            ("5epochs", "5"),
            ("1.2.3", "1.2"),
            ("1,2345", "1"),
            ("v.5", "5"),
            ("nan5", "nan"),
        ] {
            let start = text.find(number).unwrap();
            assert!(!is_truncated(text.as_bytes(), start, start + number.len()), "{text}");
        }
    }
}
