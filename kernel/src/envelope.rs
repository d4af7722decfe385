//! Text taken out of its envelope, for blocks whose lines are all in the ordinary form.
//!
//! The decoders in `metricparse/logs/envelopes/` say what is right and take every line. A block is
//! decided here only if each of its lines is the whole of one line of text; of any other, nothing
//! is said, and the decoder takes it. `tests/test_envelopes.py` holds the two together.

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

/// The text of a block.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The lines, each with its end.
    pub text: Vec<u8>,
    /// The log stream of all lines, where the envelope names one.
    pub stream: Option<Vec<u8>>,
}

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

    /// The text of a block of lines, if they are all in the ordinary form.
    #[must_use]
    pub fn decode(self, block: &[u8]) -> Option<Decoded> {
        if !block.ends_with(b"\n") {
            return None;
        }
        match self {
            Self::Docker => docker::decode(block).map(|text| Decoded { text, stream: None }),
            Self::Cri => prefix::decode(block, prefix::cri),
            Self::Export => prefix::decode(block, prefix::export),
            Self::Tail => prefix::decode(block, prefix::tail),
            Self::Compose => prefix::decode(block, prefix::compose),
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
