//! Docker's `json-file`: `{"log":"text\n","stream":"stdout","time":"2026-11-22T10:00:00.123Z"}`.

use memchr::{memchr, memchr_iter};

use super::json;

/// A line up to its text, and from its text to its time, as Docker and as Python write JSON.
const BEFORE_TEXT: [&[u8]; 2] = [b"{\"log\":\"", b"{\"log\": \""];
const BEFORE_TIME: [&[u8]; 4] = [
    b",\"stream\":\"stdout\",\"time\":\"",
    b",\"stream\":\"stderr\",\"time\":\"",
    b", \"stream\": \"stdout\", \"time\": \"",
    b", \"stream\": \"stderr\", \"time\": \"",
];
/// The most bytes of a time.
const LONGEST_TIME: usize = 64;

/// Writes the text of a block, if each line is an object with one line of text.
pub fn decode(block: &[u8], text: &mut Vec<u8>) -> Option<()> {
    // No early end: the compiler makes wide comparisons of it.
    let (controls, all) = block.iter().fold((0, 0), |(controls, all), &byte| {
        (controls | (u8::from(byte < b' ') & u8::from(byte != b'\n')), all | byte)
    });
    if controls != 0 || (!all.is_ascii() && simdutf8::basic::from_utf8(block).is_err()) {
        return None;
    }
    let (start, mut lines) = (text.len(), 0);
    let mut rest = block;
    while !rest.is_empty() {
        rest = decode_line(rest, text)?.1;
        lines += 1;
    }
    // Each ends with a line end, so that with as many none has another.
    (memchr_iter(b'\n', &text[start..]).count() == lines).then_some(())
}

/// The time of a line that was decoded.
pub fn time(line: &[u8]) -> &[u8] {
    decode_line(line, &mut Vec::new()).map_or(b"", |(time, _)| time)
}

/// Writes a line's text, which ends with a line end; its time, and the bytes after it.
///
/// The line is valid text, whose only control characters are line ends.
fn decode_line<'a>(line: &'a [u8], text: &mut Vec<u8>) -> Option<(&'a [u8], &'a [u8])> {
    let log = after_any(line, &BEFORE_TEXT)?;
    let rest = json::rest_of_string(log, text)?;
    // A line end that is no escape is none in JSON.
    let escaped = log[..log.len() - rest.len()].ends_with(b"\\n\"");
    if !escaped || text.last() != Some(&b'\n') {
        return None;
    }
    let rest = after_any(rest, &BEFORE_TIME)?;
    let end = memchr(b'"', &rest[..rest.len().min(LONGEST_TIME)])?;
    let (time, rest) = rest.split_at(end);
    let ordinary = !time.iter().any(|byte| matches!(byte, b'\\' | b'\n'));
    ordinary.then_some((time, rest.strip_prefix(b"\"}\n")?))
}

fn after_any<'a>(bytes: &'a [u8], prefixes: &[&[u8]]) -> Option<&'a [u8]> {
    prefixes.iter().find_map(|prefix| bytes.strip_prefix(*prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(block: &str) -> Option<String> {
        let mut text = Vec::new();
        decode(block.as_bytes(), &mut text).map(|()| String::from_utf8(text).unwrap())
    }

    fn line(log: &str) -> String {
        format!("{{\"log\":\"{log}\",\"stream\":\"stdout\",\"time\":\"2026-11-22T10:00:00Z\"}}\n")
    }

    #[test]
    fn ordinary_lines_are_decoded() {
        let spaced = line("c\\n").replace(':', ": ").replace(",\"", ", \"").replace("0: 0", "0:0");
        let block =
            line("a\\tb\\n") + &line("\\u003c\\\"é\\\\\\n") + &spaced.replace("0: 0", "0:0");
        assert_eq!(decoded(&block).unwrap(), "a\tb\n<\"é\\\nc\n");
        assert_eq!(time(block.as_bytes()), b"2026-11-22T10:00:00Z");
    }

    #[test]
    fn all_else_is_not_decided() {
        for log in ["a", "a\\nb", "a\\n\\n", "a\tb\\n", "a\n", "a\n\\n", "a\\u000a", "a\\\\n", ""] {
            assert_eq!(decoded(&line(log)), None, "{log}");
        }
        let odd = ["{\"log\":\"a\\n\"}\n", "{}\n", "a\n", "{\"log\":\"a\\n", "{\"log\":1}\n"];
        for block in odd {
            assert_eq!(decoded(block), None, "{block}");
        }
        let twice = line("a\\n").replace("stream", "log");
        assert_eq!(decoded(&twice), None);
        assert_eq!(decoded(&line("a\\n").replace("00Z", "0\\u0030Z")), None);
    }
}
