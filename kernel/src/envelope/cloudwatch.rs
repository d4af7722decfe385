//! The events of `get-log-events` and `filter-log-events`, as they stand in an array.

mod cuts;
mod event;

use std::thread;

use memchr::memmem;

pub use cuts::cuts;
use event::decode_event;
pub use event::{Events, Written};

/// Bytes of events that are worth another thread.
const WORTH_A_THREAD: usize = 1 << 18;

/// The lines of events of one log stream.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The log stream, where the events name one.
    pub stream: Option<Vec<u8>>,
    /// The lines, each with its end.
    pub text: Vec<u8>,
    /// For each line the time of its event, in milliseconds since 1970.
    pub times: Vec<i64>,
}

/// The events at the start of an array's rest, as far as they are ordinary, and their bytes, with
/// white space and commas after them. Many are decoded by several threads.
#[must_use]
pub fn decode(bytes: &[u8], threads: usize) -> (Vec<Run>, usize) {
    let parts = divide(bytes, threads);
    let decoded = thread::scope(|scope| {
        let (first, others) = parts.split_first()?;
        let spawn = |part| thread::Builder::new().spawn_scoped(scope, move || decode_part(part));
        let others: Vec<_> = others.iter().map(|part| (part, spawn(part))).collect();
        let mut decoded = vec![decode_part(first)];
        for (part, thread) in others {
            // There may be no more threads to be had.
            decoded.push(thread.map_or_else(|_| Some(decode_part(part)), |it| it.join().ok())?);
        }
        Some(decoded)
    });
    let mut runs = Vec::new();
    let mut size = 0;
    for (part, (own, end)) in parts.iter().zip(decoded.unwrap_or_default()) {
        runs.extend(own);
        size += end;
        if end < part.len() {
            break; // so that the next part does not start where an event does, or is not next
        }
    }
    (runs, size)
}

/// Events in parts for several threads, each of which most likely starts with an event: what stands
/// between the first two is looked for.
fn divide(bytes: &[u8], threads: usize) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = bytes;
    let first = (bytes.len() >= WORTH_A_THREAD).then(|| decode_event(bytes, &mut Vec::new()));
    if let Some((_, _, form)) = first.flatten() {
        let between = [&form.end[..], b"{"].concat();
        for left in (2..=threads).rev() {
            let middle = rest.len() / left;
            let Some(found) = memmem::find(&rest[middle..], &between) else { break };
            let (part, after) = rest.split_at(middle + found + form.end.len());
            parts.push(part);
            rest = after;
        }
    }
    parts.push(rest);
    parts
}

/// The same of a part, by this thread.
fn decode_part(bytes: &[u8]) -> (Vec<Run>, usize) {
    let mut streams = Streams::default();
    let mut events = Events::new(bytes);
    while streams.take(&mut events).is_some() {}
    let runs = streams.lines.into_iter().map(|lines| Run {
        stream: lines.stream.map(<[u8]>::to_vec),
        text: lines.text,
        times: lines.times,
    });
    (runs.collect(), bytes.len() - events.left())
}

/// The lines of events, by their log stream, in the order in which these first had some.
#[derive(Debug, Default)]
pub struct Streams<'a> {
    /// A log stream each.
    pub lines: Vec<Lines<'a>>,
    /// That of the last event.
    last: usize,
}

/// Lines of a log stream.
#[derive(Debug, Default)]
pub struct Lines<'a> {
    /// The log stream, where the events name one.
    pub stream: Option<&'a [u8]>,
    /// The lines, each with its end.
    pub text: Vec<u8>,
    /// Of each line, in milliseconds since 1970, so few that they are nanoseconds in 64 bits.
    pub times: Vec<i64>,
}

impl<'a> Streams<'a> {
    /// Takes the next event and returns the size of its message; None if no ordinary event follows.
    pub fn take(&mut self, events: &mut Events<'a>) -> Option<usize> {
        let Some(last) = self.lines.get_mut(self.last) else {
            let mut text = Vec::new();
            let event = events.next(&mut text)?;
            return Some(self.add(&event, text));
        };
        // Most events are of the log stream of the one before.
        let start = last.text.len();
        let event = events.next(&mut last.text)?;
        if event.stream != last.stream {
            let text = last.text.split_off(start);
            return Some(self.add(&event, text));
        }
        last.times.resize(last.times.len() + event.lines, event.time);
        Some(last.text.len() - start)
    }

    /// Adds the message of an event to the lines of its log stream.
    fn add(&mut self, event: &Written<'a>, mut text: Vec<u8>) -> usize {
        let (stream, size) = (event.stream, text.len());
        let known = self.lines.iter().position(|lines| lines.stream == stream);
        self.last = known.unwrap_or(self.lines.len());
        if known.is_none() {
            self.lines.push(Lines { stream, ..Lines::default() });
        }
        let lines = &mut self.lines[self.last];
        lines.text.append(&mut text);
        lines.times.resize(lines.times.len() + event.lines, event.time);
        size
    }
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
        let (runs, end) = decode(text.as_bytes(), 1);
        assert_eq!(runs, [run(None, "a\nb\nc\n", &[1, 3, 3]), run(Some("s"), "\n", &[4])]);
        assert_eq!(&text[end..], "{\"timestamp\": 5}]");
    }

    #[test]
    fn events_of_another_form_than_the_last_are_decoded() {
        let events = [
            "{\"timestamp\":1,\"message\":\"a\\n\"},",
            "{\"timestamp\":2,\"message\":\"b\"}, ",
            "{\"timestamp\":3,\"message\":\"c\"}, ",
            "{\"message\":\"d\",\"timestamp\":4},",
            "{\"message\":\"e\",\"timestamp\":5,\"logStreamName\":\"s\"},",
            "{\"message\":\"f\",\"timestamp\":6,\"logStreamName\":\"s\"},",
            "{\"message\":\"g\",\"timestamp\":7,\"logStreamName\":\"t\"},",
            "{\"message\":\"h\",\"timestamp\":8,\"logStreamName\":\"s\"} ]",
        ];
        let (runs, end) = decode(events.concat().as_bytes(), 1);
        assert_eq!(
            runs,
            [
                run(None, "a\nb\nc\nd\n", &[1, 2, 3, 4]),
                run(Some("s"), "e\nf\nh\n", &[5, 6, 8]),
                run(Some("t"), "g\n", &[7]),
            ]
        );
        assert_eq!(end, events.concat().len() - 1);
    }

    #[test]
    fn several_threads_decode_as_one_does() {
        let event = |number: usize, text: &str| {
            format!("{{\"timestamp\":{number},\"message\":\"{text}\"}},\n")
        };
        let odd = "}},\\n{{\\\"timestamp\\\":1,";
        for odd_at in [None, Some(100), Some(9_000)] {
            let mut text: String = (0..10_000).map(|number| event(number, odd)).collect();
            if let Some(place) = odd_at {
                let start = text.match_indices(",\n{\"").nth(place).unwrap().0 + 2;
                text.insert(start, '[');
            }
            let (alone, end) = decode(text.as_bytes(), 1);
            let joined = |runs: &[Run]| {
                let times: Vec<_> = runs.iter().flat_map(|run| run.times.clone()).collect();
                (runs.iter().flat_map(|run| run.text.clone()).collect::<Vec<_>>(), times)
            };
            for threads in [2, 3, 7] {
                let (together, same_end) = decode(text.as_bytes(), threads);
                assert_eq!((joined(&together), same_end), (joined(&alone), end));
            }
            assert_eq!(end == text.len(), odd_at.is_none());
        }
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
            assert_eq!(decode(text.as_bytes(), 1), (Vec::new(), 0), "{text}");
        }
    }
}
