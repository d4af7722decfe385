//! Text taken out of its envelope, for blocks whose lines are all in the ordinary form.
//!
//! The decoders in `metricparse/logs/envelopes/` say what is right and take every line. A block is
//! decided here only if each of its lines is the whole of one line of text; of any other, nothing
//! is said, and the decoder takes it. `tests/test_native_envelopes.py` holds the two together.

pub mod cloudwatch;
mod docker;
mod json;
mod prefix;
mod written_time;

use memchr::memchr;

/// An envelope around each line of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Envelope {
    /// Docker's `json-file`.
    Docker,
    /// Kubernetes'.
    Cri,
    /// The export of a log group to S3.
    Export,
    /// `aws logs tail`, with the lines of one log stream.
    Tail,
    /// `docker compose`, with the lines of one container.
    Compose,
}

/// The log stream of all lines of a block, where the envelope names one.
pub type Stream<'a> = Option<&'a [u8]>;

impl Envelope {
    /// The envelope that Python calls by this name, if it is one of these.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "docker" => Some(Self::Docker),
            "cri" => Some(Self::Cri),
            "export" => Some(Self::Export),
            "tail" => Some(Self::Tail),
            "compose" => Some(Self::Compose),
            _ => None,
        }
    }

    /// Writes the text of a block of lines to `text`, if they are all in the ordinary form.
    pub fn decode<'a>(self, block: &'a [u8], text: &mut Vec<u8>) -> Option<Stream<'a>> {
        text.clear();
        if !block.ends_with(b"\n") {
            return None;
        }
        text.reserve(block.len());
        match self {
            Self::Docker => docker::decode(block, text).map(|()| None),
            Self::Cri => prefix::decode(block, text, prefix::cri),
            Self::Export => prefix::decode(block, text, prefix::export),
            Self::Tail => prefix::decode(block, text, prefix::tail),
            Self::Compose => prefix::decode(block, text, prefix::compose),
        }
    }

    /// Whether it tells times.
    #[must_use]
    pub fn timed(self) -> bool {
        self != Self::Compose
    }

    /// The times of lines, given by their numbers in ascending order, in a block that was decoded:
    /// nanoseconds since 1970 UTC. None if one of them is written in an unusual way.
    #[must_use]
    pub fn nanoseconds(self, block: &[u8], lines: &[i64]) -> Option<Vec<i64>> {
        let mut last = None;
        let mut times = Vec::with_capacity(lines.len());
        for (line, start) in lines.iter().zip(starts(block, lines)) {
            if last.is_none_or(|(before, _)| before != *line) {
                last = Some((*line, written_time::parse(self.time(&block[start..]))?));
            }
            times.extend(last.map(|(_, time)| time));
        }
        Some(times)
    }

    /// The times of lines, given by their numbers in ascending order, as they are written in a
    /// block that was decoded.
    #[must_use]
    pub fn times(self, block: &[u8], lines: &[i64]) -> Vec<Vec<u8>> {
        starts(block, lines).map(|start| self.time(&block[start..]).to_vec()).collect()
    }

    fn time(self, line: &[u8]) -> &[u8] {
        match self {
            Self::Docker => docker::time(line),
            Self::Cri | Self::Export | Self::Tail => prefix::time(line),
            Self::Compose => b"",
        }
    }
}

/// Where lines start in a block, given by their numbers in ascending order.
fn starts<'a>(block: &'a [u8], lines: &'a [i64]) -> impl Iterator<Item = usize> + 'a {
    let (mut start, mut number) = (0, 0);
    lines.iter().map(move |&wanted| {
        while number < wanted {
            start += memchr(b'\n', &block[start..]).map_or(block.len() - start, |end| end + 1);
            number += 1;
        }
        start
    })
}
