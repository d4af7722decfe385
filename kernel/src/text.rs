//! The text of an event, as the regexes see it.

use std::borrow::Cow;

use crate::view::View;

/// An event's text: bytes if all are ASCII, otherwise code points.
#[derive(Debug)]
pub enum Text<'a> {
    Ascii(&'a [u8]),
    Unicode(Cow<'a, str>),
}

impl Text<'_> {
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Ascii(bytes) => bytes,
            Self::Unicode(text) => text.as_bytes(),
        }
    }

    /// The first start of a character at `position` or later.
    pub fn boundary_from(&self, position: usize) -> usize {
        match self {
            Self::Ascii(_) => position,
            Self::Unicode(text) => (position..text.len())
                .find(|&place| text.is_char_boundary(place))
                .unwrap_or(position),
        }
    }
}

/// What is seen of an event.
#[derive(Debug)]
pub struct Seen<'a> {
    pub text: Text<'a>,
    /// Whether each byte is where it is in the raw event.
    pub in_place: bool,
}

impl<'a> Seen<'a> {
    /// Views a raw event of printable ASCII, which no view changes.
    pub fn plain(event: &'a [u8]) -> Self {
        Self { text: Text::Ascii(event), in_place: true }
    }

    /// Views a raw event without line ends; `scratch` holds its text if the view changes it.
    pub fn new(view: View, event: &'a [u8], scratch: &'a mut Vec<u8>) -> Self {
        let changed = view.changes(event);
        let bytes: &[u8] = if changed {
            View::write(event, scratch);
            scratch
        } else {
            event
        };
        if bytes.is_ascii() {
            return Self { text: Text::Ascii(bytes), in_place: !changed };
        }
        let (text, valid) = match simdutf8::basic::from_utf8(bytes) {
            Ok(text) => (Cow::Borrowed(text), true),
            Err(_) => (String::from_utf8_lossy(bytes), false),
        };
        Self { text: Text::Unicode(text), in_place: valid && !changed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_stays_in_place() {
        let mut scratch = Vec::new();
        let seen = Seen::new(View::Sagemaker, b"loss=1", &mut scratch);
        assert!(seen.in_place && matches!(seen.text, Text::Ascii(b"loss=1")));
    }

    #[test]
    fn invalid_utf8_is_repaired() {
        let mut scratch = Vec::new();
        let seen = Seen::new(View::Sagemaker, b"\t\xe2\x82=\xff", &mut scratch);
        assert_eq!(seen.text.bytes(), "#011\u{fffd}=\u{fffd}".as_bytes());
        assert!(!seen.in_place);
    }

    #[test]
    fn boundaries() {
        let mut scratch = Vec::new();
        let seen = Seen::new(View::Raw, "aé=".as_bytes(), &mut scratch);
        assert_eq!([1, 2, 3].map(|place| seen.text.boundary_from(place)), [1, 3, 3]);
    }
}
