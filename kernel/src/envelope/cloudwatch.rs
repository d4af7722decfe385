//! The events of `get-log-events` and `filter-log-events`, as they stand in an array.

use std::thread;

use memchr::{memchr_iter, memmem, memrchr};

use super::json;

/// Bytes of events that are worth another thread.
const WORTH_A_THREAD: usize = 1 << 18;

/// A time in milliseconds since 1970 that fits into 64 bits of nanoseconds is nearer than this.
const LATEST: i64 = i64::MAX / 1_000_000;

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

/// What an event tells.
#[derive(Default)]
struct Event<'a> {
    stream: Option<&'a [u8]>,
    time: Option<i64>,
    message: bool,
    /// The message is not as it stands.
    escaped: bool,
}

/// A member of an event, by its name.
#[derive(Debug, Clone, Copy)]
enum Member {
    Message,
    Time,
    Stream,
    IngestionTime,
    Id,
}

/// The form of an event, and what stands after its last value, up to the next event.
#[derive(Debug, Default)]
struct Form {
    members: Vec<KnownMember>,
    end: Vec<u8>,
}

/// A member with what stands before its value, and what that was.
#[derive(Debug)]
struct KnownMember {
    before: Vec<u8>,
    member: Member,
    value: Vec<u8>,
}

/// The events at the start of an array's rest, as far as they are ordinary, and their bytes, with
/// white space and commas after them. Many are decoded by several threads.
#[must_use]
pub fn decode(bytes: &[u8], threads: usize) -> (Vec<Run>, usize) {
    let parts = divide(bytes, threads);
    let decoded = thread::scope(|scope| {
        let (first, others) = parts.split_first()?;
        let others: Vec<_> = others.iter().map(|part| scope.spawn(|| decode_part(part))).collect();
        let mut decoded = vec![decode_part(first)];
        for other in others {
            decoded.push(other.join().ok()?);
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

/// Where to divide the bytes of documents, so that most parts are whole events and no more; that it
/// may be in a message is found out when the parts are read.
#[must_use]
pub fn cuts(bytes: &[u8]) -> Vec<usize> {
    let Some(between) = between(bytes) else { return Vec::new() };
    let last_cut = memmem::FinderRev::new(&between);
    let space = between.len() - 1;
    let mut cuts = Vec::new();
    let mut done = 0;
    let mut add = |cut: usize| {
        if cut > done {
            cuts.push(cut);
            done = cut;
        }
        done
    };
    for name in memmem::find_iter(bytes, b"\"events\"") {
        if let Some((start, first)) = page(bytes, name) {
            let before = last_cut.rfind(&bytes[..start]);
            before.map(|cut| add(cut + space));
            add(first);
        }
    }
    last_cut.rfind(bytes).map(|cut| add(cut + space));
    cuts
}

/// What stands between the first two events, with the brace that opens the second.
fn between(bytes: &[u8]) -> Option<Vec<u8>> {
    memchr_iter(b'}', bytes).find_map(|end| {
        let after = json::skip_space(&bytes[end + 1..]).strip_prefix(b",")?;
        let next = json::skip_space(after);
        let is_event = json::skip_space(next.strip_prefix(b"{")?).starts_with(b"\"");
        is_event.then(|| bytes[end..=bytes.len() - next.len()].to_vec())
    })
}

/// Where the document starts whose events are named at a place, and where the first of them does.
fn page(bytes: &[u8], name: usize) -> Option<(usize, usize)> {
    let start = memrchr(b'{', &bytes[..name])?;
    let alone = json::skip_space(&bytes[start + 1..name]).is_empty();
    let (_, array) = json::name(&bytes[name..])?;
    let events = json::skip_space(array.strip_prefix(b"[")?);
    alone.then_some((start, bytes.len() - events.len()))
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
    (runs.collect(), bytes.len() - events.rest.len())
}

/// The lines of events, by their log stream, in the order in which these first had some.
#[derive(Debug, Default)]
pub struct Streams<'a> {
    /// A log stream each.
    pub lines: Vec<Lines<'a>>,
    /// That of the last event.
    last: usize,
    message: Vec<u8>,
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
    /// Takes the next event; how many bytes its message has, None if no ordinary event follows.
    pub fn take(&mut self, events: &mut Events<'a>) -> Option<usize> {
        self.message.clear();
        let event = events.next(&mut self.message)?;
        let stream = event.stream;
        if self.lines.get(self.last).is_none_or(|last| last.stream != stream) {
            let known = self.lines.iter().position(|lines| lines.stream == stream);
            self.last = known.unwrap_or(self.lines.len());
            if known.is_none() {
                self.lines.push(Lines { stream, ..Lines::default() });
            }
        }
        let lines = &mut self.lines[self.last];
        lines.text.extend_from_slice(&self.message);
        lines.times.resize(lines.times.len() + event.lines, event.time);
        Some(self.message.len())
    }
}

/// Goes through ordinary events, one after the other.
#[derive(Debug)]
pub struct Events<'a> {
    rest: &'a [u8],
    form: Form,
}

/// An event whose message was written.
#[derive(Debug)]
pub struct Written<'a> {
    /// The log stream, where the event names one.
    pub stream: Option<&'a [u8]>,
    /// In milliseconds since 1970, so few that they are nanoseconds in 64 bits.
    pub time: i64,
    /// Of the message.
    pub lines: usize,
}

impl<'a> Events<'a> {
    /// The events at the start of bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, form: Form::default() }
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.rest.is_empty()
    }

    /// Writes the message of the next event to `text`, with a line end; None, with nothing written,
    /// if there is no event, or none that is ordinary.
    pub fn next(&mut self, text: &mut Vec<u8>) -> Option<Written<'a>> {
        let start = text.len();
        let written = self.write(text);
        if written.is_none() {
            text.truncate(start);
        }
        written
    }

    fn write(&mut self, text: &mut Vec<u8>) -> Option<Written<'a>> {
        if !self.rest.starts_with(b"{") {
            return None;
        }
        let start = text.len();
        let (event, after) = if let Some(like_the_last) = self.form.read(self.rest, text) {
            like_the_last
        } else {
            text.truncate(start);
            let (event, after, form) = decode_event(self.rest, text)?;
            self.form = form;
            (event, after)
        };
        let time = event.time.filter(|_| event.message)?;
        if text.len() == start || !text.ends_with(b"\n") {
            text.push(b'\n');
        }
        self.rest = skip_separator(after);
        // What is written as it stands holds no line end but the one that was put after it.
        let lines = if event.escaped { memchr_iter(b'\n', &text[start..]).count() } else { 1 };
        Some(Written { stream: event.stream, time, lines })
    }
}

/// Writes an event's message; what else it tells, the bytes after it, and its form.
fn decode_event<'a>(bytes: &'a [u8], text: &mut Vec<u8>) -> Option<(Event<'a>, &'a [u8], Form)> {
    let mut event = Event::default();
    let mut form = Form::default();
    let mut read = bytes;
    let mut rest = json::skip_space(bytes.strip_prefix(b"{")?);
    loop {
        let (name, value) = json::name(rest)?;
        let member = match name {
            b"message" if !event.message => Member::Message,
            b"timestamp" if event.time.is_none() => Member::Time,
            b"logStreamName" if event.stream.is_none() => Member::Stream,
            b"ingestionTime" => Member::IngestionTime,
            b"eventId" => Member::Id,
            _ => return None,
        };
        let before = read[..read.len() - value.len()].to_vec();
        read = event.read(member, value, text)?;
        let value = value[..value.len() - read.len()].to_vec();
        form.members.push(KnownMember { before, member, value });
        rest = json::skip_space(read);
        if let Some(next) = rest.strip_prefix(b",") {
            rest = json::skip_space(next);
        } else {
            let after = rest.strip_prefix(b"}")?;
            let next = skip_separator(after);
            form.end = read[..read.len() - next.len()].to_vec();
            return Some((event, after, form));
        }
    }
}

impl<'a> Event<'a> {
    /// Reads the value of a member, a message to `text`; the bytes after it.
    fn read(&mut self, member: Member, value: &'a [u8], text: &mut Vec<u8>) -> Option<&'a [u8]> {
        match member {
            Member::Message => {
                self.message = true;
                let start = text.len();
                let after = json::string(value, text)?;
                let quotes = 2;
                self.escaped = value.len() - after.len() != text.len() - start + quotes;
                Some(after)
            }
            Member::Time => {
                let (time, after) = json::integer(value)?;
                self.time = Some(time).filter(|time| (-LATEST..LATEST).contains(time));
                self.time.map(|_| after)
            }
            Member::Stream => {
                let (stream, after) = json::plain_string(value)?;
                self.stream = Some(stream);
                Some(after)
            }
            Member::IngestionTime => Some(json::integer(value)?.1),
            Member::Id => Some(json::plain_string(value)?.1),
        }
    }
}

impl KnownMember {
    /// As `Event::read`, with a shorter way for values that are like the one before.
    fn read<'a>(
        &self,
        bytes: &'a [u8],
        event: &mut Event<'a>,
        text: &mut Vec<u8>,
    ) -> Option<&'a [u8]> {
        match (self.member, bytes.split_at_checked(self.value.len())) {
            (Member::Stream, Some((value, after))) if value == self.value => {
                event.stream = Some(&value[1..value.len() - 1]);
                Some(after)
            }
            (Member::Id, Some(([b'"', digits @ .., b'"'], after)))
                if digits.iter().all(u8::is_ascii_digit) =>
            {
                Some(after)
            }
            _ => event.read(self.member, bytes, text),
        }
    }
}

impl Form {
    /// Reads an event of this form; None for any other. What is written to `text` then is void.
    fn read<'a>(&self, bytes: &'a [u8], text: &mut Vec<u8>) -> Option<(Event<'a>, &'a [u8])> {
        if self.members.is_empty() {
            return None;
        }
        let mut event = Event::default();
        let mut rest = bytes;
        for known in &self.members {
            rest = known.read(rest.strip_prefix(&known.before[..])?, &mut event, text)?;
        }
        Some((event, rest.strip_prefix(&self.end[..])?))
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
    fn documents_are_divided_between_events_and_pages() {
        let text = "{\"events\": [{\"a\": 1}, {\"b\": \"}, {\\\"events\\\"\"}, {\"c\": 2}], \
                    \"nextToken\": \"t\"} { \"events\" : [ {\"d\": 1}, {\"e\": 2";
        let ends: Vec<_> = cuts(text.as_bytes());
        let starts = ends.iter().map(|&end| &text[end..end + 5]);
        assert_eq!(starts.collect::<Vec<_>>(), ["{\"a\":", "{\"c\":", "{\"d\":", "{\"e\":"]);
        assert_eq!(cuts(b"{\"events\": [{\"a\": 1}"), Vec::<usize>::new());
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
