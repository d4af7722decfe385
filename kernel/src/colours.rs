//! ANSI colour codes: `ESC [`, up to 64 digits, `;` and `:`, and `m`.
//!
//! The Python reference is `metricparse/logs/filters.py`.

use memchr::memchr;

const ESCAPE: u8 = 0x1B;
const MOST_PARAMETERS: usize = 64;

/// What an escape character begins.
enum Code {
    /// A colour code of so many bytes.
    Whole(usize),
    /// The text ends in what may be the start of one.
    Begun,
    None,
}

/// Takes the codes out of `bytes[from..to]`.
///
/// Returns the start of what may be an unfinished code, and the new end.
pub fn strip(bytes: &mut [u8], from: usize, to: usize) -> (usize, usize) {
    let (mut read, mut written) = (from, from);
    while let Some(plain) = memchr(ESCAPE, &bytes[read..to]) {
        let escape = read + plain;
        let code = code(&bytes[escape..to]);
        let kept = match code {
            Code::Whole(_) => escape,
            Code::Begun => to,
            Code::None => escape + 1,
        };
        bytes.copy_within(read..kept, written);
        written += kept - read;
        read = kept;
        match code {
            Code::Whole(length) => read += length,
            Code::Begun => return (written - (to - escape), written),
            Code::None => {}
        }
    }
    if read != written {
        bytes.copy_within(read..to, written);
    }
    written += to - read;
    (written, written)
}

fn code(text: &[u8]) -> Code {
    let Some(rest) = text.strip_prefix(&[ESCAPE]) else { return Code::None };
    let Some((bracket, rest)) = rest.split_first() else { return Code::Begun };
    if *bracket != b'[' {
        return Code::None;
    }
    let is_parameter = |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b';' | b':');
    let parameters = rest.iter().take(MOST_PARAMETERS).take_while(is_parameter).count();
    match rest.get(parameters) {
        Some(b'm') => Code::Whole(parameters + 3),
        None => Code::Begun,
        Some(_) => Code::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text without codes, of which a part may be held back.
    fn stripped(text: &str) -> (String, String) {
        let mut bytes = text.as_bytes().to_vec();
        let (ready, filled) = strip(&mut bytes, 0, text.len());
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (text(&bytes[..ready]), text(&bytes[ready..filled]))
    }

    #[test]
    fn codes_are_taken_out() {
        for (text, plain, held) in [
            ("plain", "plain", ""),
            ("\x1b[31mred\x1b[0m loss\x1b[m", "red loss", ""),
            ("\x1b[38;2;1:2:3mx", "x", ""),
            ("\x1b[2Kx\x1b7", "\x1b[2Kx\x1b7", ""),
            ("x\x1b", "x", "\x1b"),
            ("x\x1b[0my\x1b[3", "xy", "\x1b[3"),
        ] {
            assert_eq!(stripped(text), (plain.to_owned(), held.to_owned()), "{text:?}");
        }
        let most = "1".repeat(MOST_PARAMETERS);
        assert_eq!(stripped(&format!("\x1b[{most}mx")).0, "x");
        assert_eq!(stripped(&format!("\x1b[{most}1mx")).0, format!("\x1b[{most}1mx"));
    }
}
