//! One event after the other, most of which are of the same form.

use memchr::memchr_iter;

use crate::envelope::json;

/// A time in milliseconds since 1970 that fits into 64 bits of nanoseconds is nearer than this.
const LATEST: i64 = i64::MAX / 1_000_000;

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

    /// Goes on with other bytes.
    pub fn go_on(&mut self, bytes: &'a [u8]) {
        self.rest = bytes;
    }

    /// Bytes that were not gone through.
    #[must_use]
    pub fn left(&self) -> usize {
        self.rest.len()
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

/// What an event tells.
#[derive(Default)]
pub struct Event<'a> {
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
pub struct Form {
    members: Vec<KnownMember>,
    pub end: Vec<u8>,
}

/// A member with what stands before its value, and what that was.
#[derive(Debug)]
struct KnownMember {
    before: Vec<u8>,
    member: Member,
    value: Vec<u8>,
}

/// Writes an event's message; what else it tells, the bytes after it, and its form.
pub fn decode_event<'a>(
    bytes: &'a [u8],
    text: &mut Vec<u8>,
) -> Option<(Event<'a>, &'a [u8], Form)> {
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
