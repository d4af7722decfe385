//! The events of `get-log-events` and `filter-log-events`, as they stand in an array.

use memchr::memchr_iter;

use super::json;

/// A time in milliseconds since 1970 that fits into 64 bits of nanoseconds is nearer than this.
const LATEST: i64 = i64::MAX / 1_000_000;

/// The lines of consecutive events of one log stream.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The log stream, where the events name one.
    pub stream: Option<Vec<u8>>,
    /// The lines, each with its end.
    pub text: Vec<u8>,
    /// For each line the time of its event, in milliseconds since 1970.
    pub times: Vec<i64>,
}

/// What an event tells.
#[derive(Default)]
struct Event<'a> {
    stream: Option<&'a [u8]>,
    time: Option<i64>,
    message: bool,
}

/// The events at the start of an array's rest, as far as they are ordinary, and their bytes, with
/// white space and commas after them.
#[must_use]
pub fn decode(bytes: &[u8]) -> (Vec<Run>, usize) {
    let mut runs: Vec<Run> = Vec::new();
    let mut message = Vec::new();
    let mut rest = bytes;
    while rest.starts_with(b"{") {
        message.clear();
        let Some((event, after)) = decode_event(rest, &mut message) else { break };
        let Some(time) = event.time.filter(|_| event.message) else { break };
        if !message.ends_with(b"\n") {
            message.push(b'\n');
        }
        if runs.last().is_none_or(|run| run.stream.as_deref() != event.stream) {
            runs.push(Run { stream: event.stream.map(<[u8]>::to_vec), ..Run::default() });
        }
        if let Some(run) = runs.last_mut() {
            run.text.extend_from_slice(&message);
            let lines = memchr_iter(b'\n', &message).count();
            run.times.resize(run.times.len() + lines, time);
        }
        rest = skip_separator(after);
    }
    (runs, bytes.len() - rest.len())
}

/// Writes an event's message; what else it tells, and the bytes after it.
fn decode_event<'a>(bytes: &'a [u8], message: &mut Vec<u8>) -> Option<(Event<'a>, &'a [u8])> {
    let mut event = Event::default();
    let mut rest = json::skip_space(bytes.strip_prefix(b"{")?);
    loop {
        let (name, value) = json::name(rest)?;
        rest = match name {
            b"message" if !event.message => {
                event.message = true;
                json::string(value, message)?
            }
            b"timestamp" if event.time.is_none() => {
                let (time, after) = json::integer(value)?;
                event.time = Some(time).filter(|time| (-LATEST..LATEST).contains(time));
                event.time.map(|_| after)?
            }
            b"logStreamName" if event.stream.is_none() => {
                let (stream, after) = json::plain_string(value)?;
                event.stream = Some(stream);
                after
            }
            b"ingestionTime" => json::integer(value)?.1,
            b"eventId" => json::plain_string(value)?.1,
            _ => return None,
        };
        rest = json::skip_space(rest);
        if let Some(next) = rest.strip_prefix(b",") {
            rest = json::skip_space(next);
        } else {
            return rest.strip_prefix(b"}").map(|after| (event, after));
        }
    }
}

/// The bytes after white space and commas.
fn skip_separator(bytes: &[u8]) -> &[u8] {
    let between =
        bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b','));
    &bytes[between.count()..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(stream: Option<&str>, text: &str, times: &[i64]) -> Run {
        let stream = stream.map(|stream| stream.as_bytes().to_vec());
        Run { stream, text: text.into(), times: times.into() }
    }

    #[test]
    fn ordinary_events_are_decoded_up_to_one_that_is_not() {
        let text = "{\"timestamp\": 1, \"message\": \"a\", \"ingestionTime\": 2},\n \
                    {\"message\":\"b\\nc\\n\",\"timestamp\":3} , {\"logStreamName\": \"s\", \
                    \"timestamp\": 4, \"message\": \"\"} {\"timestamp\": 5}]";
        let (runs, end) = decode(text.as_bytes());
        assert_eq!(runs, [run(None, "a\nb\nc\n", &[1, 3, 3]), run(Some("s"), "\n", &[4])]);
        assert_eq!(&text[end..], "{\"timestamp\": 5}]");
    }

    #[test]
    fn all_else_is_not_decided() {
        for text in [
            "{\"timestamp\": 1.5, \"message\": \"a\"}",
            "{\"timestamp\": 9223372036855, \"message\": \"a\"}",
            "{\"timestamp\": 1, \"message\": {}}",
            "{\"timestamp\": 1, \"timestamp\": 1, \"message\": \"a\"}",
            "{\"timestamp\": 1, \"other\": 1, \"message\": \"a\"}",
            "{\"timestamp\": 1, \"message\": \"a\"",
            "{}",
        ] {
            assert_eq!(decode(text.as_bytes()), (Vec::new(), 0), "{text}");
        }
    }
}
