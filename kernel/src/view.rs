//! What the regexes see of raw lines.
//!
//! The Python reference is `metricparse/logs/views.py`.

use memchr::memrchr;

/// Raw bytes after which the service cuts a line into events.
pub const EVENT_SIZE: usize = 16_384;

/// What the regexes see of a raw line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Lines are cut into events of 16,384 bytes; control characters become `#` and three octal
    /// digits.
    Sagemaker,
    /// The line as it is.
    Raw,
}

impl View {
    /// The view with this name, as Python spells it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "sagemaker" => Some(Self::Sagemaker),
            "raw" => Some(Self::Raw),
            _ => None,
        }
    }

    /// The positions in a block at which an event starts in the middle of a line.
    #[must_use]
    pub fn cuts(self, block: &[u8]) -> Vec<usize> {
        let mut cuts = Vec::new();
        if self == Self::Raw {
            return cuts;
        }
        let mut position = 0;
        while position + EVENT_SIZE < block.len() {
            if let Some(newline) = memrchr(b'\n', &block[position..=position + EVENT_SIZE]) {
                position += newline + 1;
            } else {
                position += EVENT_SIZE;
                cuts.push(position);
            }
        }
        cuts
    }

    /// Whether the view changes an event; it contains no line end.
    #[must_use]
    pub fn changes(self, event: &[u8]) -> bool {
        // No early exit, so that the compiler vectorises the loop.
        self == Self::Sagemaker
            && event.iter().fold(false, |any, &byte| any | byte.is_ascii_control())
    }

    /// Writes to `text` what is seen of an event that the view changes.
    pub fn write(event: &[u8], text: &mut Vec<u8>) {
        text.clear();
        for &byte in event {
            if byte.is_ascii_control() {
                text.extend([b'#', b'0' + (byte >> 6), b'0' + (byte >> 3 & 7), b'0' + (byte & 7)]);
            } else {
                text.push(byte);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(event: &[u8]) -> String {
        let mut text = Vec::new();
        View::write(event, &mut text);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn views_have_names() {
        assert_eq!(View::named("sagemaker"), Some(View::Sagemaker));
        assert_eq!(View::named("raw"), Some(View::Raw));
        assert_eq!(View::named("Raw"), None);
    }

    #[test]
    fn escapes_control_characters() {
        assert_eq!(seen(b"a\tb\r\x00\x7f\x1b[0m"), "a#011b#015#000#177#033[0m");
        assert!(View::Sagemaker.changes(b"a\t"));
        assert!(!View::Sagemaker.changes("é ".as_bytes()));
        assert!(!View::Raw.changes(b"a\t"));
    }

    #[test]
    fn cuts_long_lines() {
        let block =
            [&vec![b'x'; 2 * EVENT_SIZE][..], b"\n\n", &vec![b'y'; EVENT_SIZE + 1]].concat();
        let second = 2 * EVENT_SIZE + 2;
        assert_eq!(View::Sagemaker.cuts(&block), [EVENT_SIZE, second + EVENT_SIZE]);
        assert!(View::Raw.cuts(&block).is_empty());
    }
}
