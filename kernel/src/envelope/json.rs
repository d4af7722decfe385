//! JSON as the tools write it that keep logs; of anything else nothing is said.

use memchr::memchr2;

use crate::decimal;

/// Names are searched for their end so far.
const LONGEST_NAME: usize = 32;

/// The bytes after white space.
pub fn skip_space(bytes: &[u8]) -> &[u8] {
    let space = bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    &bytes[space.count()..]
}

/// A short name, which may be any bytes without a quote, and the bytes after its colon.
pub fn name(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = bytes.strip_prefix(b"\"")?;
    let end = rest.iter().take(LONGEST_NAME).position(|&byte| byte == b'"')?;
    let after = match &rest[end + 1..] {
        [b':', after @ ..] => after,
        rest => skip_space(rest).strip_prefix(b":")?,
    };
    Some((&rest[..end], skip_space(after)))
}

/// A string without escapes, and the bytes after it.
pub fn plain_string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = bytes.strip_prefix(b"\"")?;
    let end = memchr2(b'"', b'\\', rest)?;
    let string = &rest[..end];
    (rest[end] == b'"' && is_text(string)).then_some((string, &rest[end + 1..]))
}

/// Writes what a string stands for to `text`; the bytes after it.
pub fn string<'a>(bytes: &'a [u8], text: &mut Vec<u8>) -> Option<&'a [u8]> {
    let rest = bytes.strip_prefix(b"\"")?;
    let after = rest_of_string(rest, text)?;
    is_text(&rest[..rest.len() - after.len()]).then_some(after)
}

/// The same after the opening quote, for bytes of which `is_text` is known.
pub fn rest_of_string<'a>(mut rest: &'a [u8], text: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        let special = memchr2(b'"', b'\\', rest)?;
        text.extend_from_slice(&rest[..special]);
        rest = &rest[special..];
        if let Some(after) = rest.strip_prefix(b"\"") {
            return Some(after);
        }
        while let Some(escape) = rest.strip_prefix(b"\\") {
            rest = unescape(escape, text)?;
        }
        if let Some(after) = rest.strip_prefix(b"\"") {
            return Some(after);
        }
    }
}

/// A whole number, and the bytes after it.
pub fn integer(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let sign = bytes.len() - digits.len();
    let short = decimal::digits(digits);
    let count = short.map_or_else(
        || digits.iter().take_while(|byte| byte.is_ascii_digit()).count(),
        |(count, _)| count,
    );
    let next = digits.get(count)?;
    let whole = matches!(next, b' ' | b'\t' | b'\r' | b'\n' | b',' | b'}');
    if !whole || count == 0 || (count > 1 && digits[0] == b'0') {
        return None;
    }
    let number = match short {
        Some((_, size)) => {
            i64::try_from(size).ok().map(|size| if sign > 0 { -size } else { size })?
        }
        None => std::str::from_utf8(&bytes[..sign + count]).ok()?.parse().ok()?,
    };
    Some((number, &digits[count..]))
}

/// Whether bytes may stand in a string: valid text without control characters.
pub fn is_text(bytes: &[u8]) -> bool {
    // No early end: the compiler makes wide comparisons of it.
    let (controls, all) = bytes
        .iter()
        .fold((0, 0), |(controls, all), &byte| (controls | u8::from(byte < b' '), all | byte));
    controls == 0 && (all.is_ascii() || simdutf8::basic::from_utf8(bytes).is_ok())
}

/// Writes the character of an escape, given without its backslash; the bytes after it.
fn unescape<'a>(bytes: &'a [u8], text: &mut Vec<u8>) -> Option<&'a [u8]> {
    let byte = match bytes.first()? {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'b' => 8,
        b'f' => 12,
        &plain @ (b'"' | b'\\' | b'/') => plain,
        b'u' => {
            let digits = bytes.get(1..5)?;
            if !digits.iter().all(u8::is_ascii_hexdigit) {
                return None;
            }
            let code = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
            let character = char::from_u32(code)?; // half a surrogate is none
            text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            return bytes.get(5..);
        }
        _ => return None,
    };
    text.push(byte);
    bytes.get(1..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_unescaped() {
        let mut text = Vec::new();
        let rest = string("\"a\\t\\u003c\\\"é\\\\\\n\\u00e9\" ,".as_bytes(), &mut text).unwrap();
        assert_eq!((&text[..], rest), ("a\t<\"é\\\né".as_bytes(), &b" ,"[..]));
    }

    #[test]
    fn of_odd_strings_nothing_is_said() {
        for odd in
            [&b"\"a"[..], b"\"\\x\"", b"\"\\ud83d\"", b"\"\\u00e\"", b"\"a\tb\"", b"\"\xff\""]
        {
            assert_eq!(string(odd, &mut Vec::new()), None, "{odd:?}");
        }
    }

    #[test]
    fn whole_numbers_are_read() {
        assert_eq!(integer(b"-12,"), Some((-12, &b","[..])));
        for odd in [&b"01,"[..], b"1.5,", b"1e5,", b"-,", b"12", b"99999999999999999999,"] {
            assert_eq!(integer(odd), None, "{odd:?}");
        }
    }
}
