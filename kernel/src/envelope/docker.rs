//! Docker's `json-file`: `{"log":"text\n","stream":"stdout","time":"2026-11-22T10:00:00.123Z"}`.

use memchr::memchr;

use super::json;

/// The text of a block, if each line is an object with one line of text.
pub fn decode(block: &[u8]) -> Option<Vec<u8>> {
    let mut text = Vec::with_capacity(block.len());
    let mut rest = block;
    while !rest.is_empty() {
        rest = decode_line(rest, &mut text)?.1;
    }
    Some(text)
}

/// The time of a line that was decoded.
pub fn time(line: &[u8]) -> &[u8] {
    decode_line(line, &mut Vec::new()).map_or(b"", |(time, _)| time)
}

/// Writes a line's text, which has its only line end at its end; its time, and the bytes after it.
fn decode_line<'a>(line: &'a [u8], text: &mut Vec<u8>) -> Option<(&'a [u8], &'a [u8])> {
    let mut rest = line.strip_prefix(b"{")?;
    let (mut log, mut stream, mut time) = (false, false, None);
    loop {
        let (name, value) = json::name(rest)?;
        rest = match name {
            b"log" if !log => {
                log = true;
                let start = text.len();
                let after = json::string(value, text)?;
                let last = text.len().checked_sub(start + 1)?;
                if memchr(b'\n', &text[start..]) != Some(last) {
                    return None;
                }
                after
            }
            b"stream" if !stream => {
                stream = true;
                json::plain_string(value)?.1
            }
            b"time" if time.is_none() => {
                let (written, after) = json::plain_string(value)?;
                time = Some(written);
                after
            }
            _ => return None,
        };
        if let Some(next) = rest.strip_prefix(b",") {
            rest = next.strip_prefix(b" ").unwrap_or(next);
        } else {
            let after = rest.strip_prefix(b"}\n")?;
            return if log { Some((time?, after)) } else { None };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(log: &str) -> String {
        format!("{{\"log\":\"{log}\",\"stream\":\"stdout\",\"time\":\"2026-11-22T10:00:00Z\"}}\n")
    }

    #[test]
    fn ordinary_lines_are_decoded() {
        let spaced = "{\"time\": \"2026\", \"stream\": \"stderr\", \"log\": \"c\\n\"}\n";
        let block = line("a\\tb\\n") + &line("\\u003c\\\"é\\\\\\n") + spaced;
        assert_eq!(decode(block.as_bytes()).unwrap(), "a\tb\n<\"é\\\nc\n".as_bytes());
        assert_eq!(time(block.as_bytes()), b"2026-11-22T10:00:00Z");
        assert_eq!(time(spaced.as_bytes()), b"2026");
    }

    #[test]
    fn all_else_is_not_decided() {
        for log in ["a", "a\\nb", "a\\n\\n", "a\tb\\n", ""] {
            assert_eq!(decode(line(log).as_bytes()), None, "{log}");
        }
        let odd = ["{\"log\":\"a\\n\"}\n", "{}\n", "a\n", "{\"log\":\"a\\n", "{\"log\":1}\n"];
        for block in odd {
            assert_eq!(decode(block.as_bytes()), None, "{block}");
        }
        let twice = line("a\\n").replace("stream", "log");
        assert_eq!(decode(twice.as_bytes()), None);
    }
}
