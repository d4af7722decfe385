//! Envelopes that are a prefix of each line: CRI, the export of a log group, `aws logs tail`.

use memchr::memchr;

use super::Stream;

const DATE_AND_TIME: &[u8] = b"0000-00-00T00:00:00";
const MOST_FRACTION_DIGITS: usize = 9;
const MOST_TAG_BYTES: usize = 255;
const MOST_STREAM_BYTES: usize = 512;
const MOST_NAME_BYTES: usize = 255;
const MOST_SPACES: usize = 255;

/// A line's prefix: its bytes, and the log stream that it names.
#[derive(Debug, Clone, Copy)]
pub struct Prefix<'a> {
    length: usize,
    stream: Option<&'a [u8]>,
}

/// Writes the text of a block, if each line has its prefix, and all name the same log stream.
pub fn decode<'a>(
    block: &'a [u8],
    text: &mut Vec<u8>,
    prefix_of: impl Fn(&'a [u8]) -> Option<Prefix<'a>>,
) -> Option<Stream<'a>> {
    let stream = prefix_of(block)?.stream;
    let mut rest = block;
    while !rest.is_empty() {
        let prefix = prefix_of(rest)?;
        if prefix.stream != stream {
            return None;
        }
        rest = &rest[prefix.length..];
        let end = memchr(b'\n', rest)? + 1;
        text.extend_from_slice(&rest[..end]);
        rest = &rest[end..];
    }
    Some(stream)
}

/// `2026-11-22T10:00:00.123456789Z stdout F text`.
pub fn cri(line: &[u8]) -> Option<Prefix<'_>> {
    let time = zoned_time(line)?;
    let rest = line[time..].strip_prefix(b" std")?;
    let rest = rest.strip_prefix(b"out F").or_else(|| rest.strip_prefix(b"err F"))?;
    let rest = match rest.strip_prefix(b":") {
        Some(tags) => &tags[memchr(b' ', &tags[..tags.len().min(MOST_TAG_BYTES + 1)])?..],
        None => rest,
    };
    let rest = rest.strip_prefix(b" ")?;
    let length = line.len() - rest.len();
    let one_line = !line[time..length].contains(&b'\n');
    one_line.then_some(Prefix { length, stream: None })
}

/// `2026-11-22T10:00:00.123Z text`.
pub fn export(line: &[u8]) -> Option<Prefix<'_>> {
    let time = date_and_time(line)?;
    let fraction = line.get(time..time + 6)?;
    let [b'.', digits @ .., b'Z', b' '] = fraction else { return None };
    let all_digits = digits.iter().all(u8::is_ascii_digit);
    all_digits.then_some(Prefix { length: time + 6, stream: None })
}

/// `2026-11-22T10:00:00.123000+00:00 job/algo-1-1700000000 text`, without colours.
pub fn tail(line: &[u8]) -> Option<Prefix<'_>> {
    let time = zoned_time(line)?;
    let rest = line[time..].strip_prefix(b" ")?;
    let length = memchr(b' ', &rest[..rest.len().min(MOST_STREAM_BYTES + 1)])?;
    let stream = &rest[..length];
    // What is no white space for ASCII may be some for others; a colour code is the tool's own.
    let plain = !stream.is_empty() && stream.iter().all(u8::is_ascii_graphic);
    plain.then_some(Prefix { length: time + 1 + length + 1, stream: Some(stream) })
}

/// `algo-1-0k2vn  | text`, without colours.
pub fn compose(line: &[u8]) -> Option<Prefix<'_>> {
    let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-".contains(byte);
    let length = line.iter().take(MOST_NAME_BYTES + 1).take_while(|byte| in_name(byte)).count();
    let (name, rest) = line.split_at(length);
    let spaces = rest.iter().take(MOST_SPACES + 1).take_while(|&&byte| byte == b' ').count();
    let after = rest[spaces..].strip_prefix(b"|")?;
    let named = name.first()?.is_ascii_alphanumeric() && length <= MOST_NAME_BYTES;
    let text = match after.first()? {
        b' ' => &after[1..],
        b'\n' => after,
        _ => return None,
    };
    let prefixed = named && (1..=MOST_SPACES).contains(&spaces);
    prefixed.then_some(Prefix { length: line.len() - text.len(), stream: Some(name) })
}

/// The time of a line that was decoded: its first word.
pub fn time(line: &[u8]) -> &[u8] {
    &line[..memchr(b' ', line).unwrap_or(line.len())]
}

/// The bytes of a date and a time with a zone, perhaps with a fraction.
fn zoned_time(line: &[u8]) -> Option<usize> {
    let mut length = date_and_time(line)?;
    if line.get(length) == Some(&b'.') {
        let digits = line[length + 1..].iter().take(MOST_FRACTION_DIGITS);
        let count = digits.take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return None;
        }
        length += 1 + count;
    }
    match line.get(length)? {
        b'Z' => Some(length + 1),
        b'+' | b'-' => {
            let zone = line.get(length + 1..length + 6)?;
            is_like(zone, b"00:00").then_some(length + 6)
        }
        _ => None,
    }
}

fn date_and_time(line: &[u8]) -> Option<usize> {
    let start = line.get(..DATE_AND_TIME.len())?;
    is_like(start, DATE_AND_TIME).then_some(DATE_AND_TIME.len())
}

/// Whether there is a digit for each `0` of a form, and the same byte for any other.
fn is_like(bytes: &[u8], form: &[u8]) -> bool {
    bytes.iter().zip(form).fold(true, |alike, (byte, &formed)| {
        alike & (if formed == b'0' { byte.is_ascii_digit() } else { *byte == formed })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(
        block: &[u8],
        prefix_of: impl Fn(&[u8]) -> Option<Prefix<'_>>,
    ) -> Option<(String, Option<String>)> {
        let (mut text, owned) =
            (Vec::new(), |bytes: &[u8]| String::from_utf8(bytes.into()).unwrap());
        let stream = decode(block, &mut text, prefix_of)?;
        Some((owned(&text), stream.map(owned)))
    }

    #[test]
    fn ordinary_lines_are_decoded() {
        let lines = b"2026-11-22T10:00:00.1Z stdout F a b\n2026-11-22T10:00:00+01:00 stderr F:x \n";
        assert_eq!(decoded(lines, cri), Some(("a b\n\n".into(), None)));
        let lines = b"2026-11-22T10:00:00.123Z a\n2026-11-22T10:00:00.124Z \n";
        assert_eq!(decoded(lines, export), Some(("a\n\n".into(), None)));
        let lines = b"2026-11-22T10:00:00.1Z j/a a\n2026-11-22T10:00:00.1Z j/a b c\n";
        assert_eq!(decoded(lines, tail), Some(("a\nb c\n".into(), Some("j/a".into()))));
        assert_eq!(time(lines), b"2026-11-22T10:00:00.1Z");
        let lines = b"algo-1  | a\nalgo-1 |\n";
        assert_eq!(decoded(lines, compose), Some(("a\n\n".into(), Some("algo-1".into()))));
    }

    #[test]
    fn all_else_is_not_decided() {
        for line in [
            "2026-11-22T10:00:00.1Z stdout P a\n",
            "2026-11-22T10:00:00.Z stdout F a\n",
            "2026-11-22T10:00:00.1234567890Z stdout F a\n",
            "2026-11-22T10:00:00Z stdout F\n",
            "2026-11-22T10:00:00Z stdout F:\nx y\n",
            "2026-11-22 10:00:00Z stdout F a\n",
            "plain\n",
        ] {
            assert_eq!(decoded(line.as_bytes(), cri), None, "{line}");
        }
        for line in ["algo-1| a\n", "-a | a\n", "algo-1 |a\n", "a b | a\n", "a | a\nb | b\n"] {
            assert_eq!(decoded(line.as_bytes(), compose), None, "{line}");
        }
        assert_eq!(decoded(b"2026-11-22T10:00:00.1234Z a\n", export), None);
        assert_eq!(decoded(b"2026-11-22T10:00:00Z a b\n2026-11-22T10:00:00Z c b\n", tail), None);
        assert_eq!(decoded(b"2026-11-22T10:00:00Z \x1b[32ma b\n", tail), None);
    }
}
