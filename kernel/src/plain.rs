//! Whether a log is certainly text without an envelope.
//!
//! `metricparse/logs/` says what is text (`input/sources.py`) and which envelope it is in
//! (`envelopes/detect.py`). Here only what most logs begin with is known; of any other beginning
//! nothing is said.

use memchr::memmem;

/// Bytes in which NUL is looked for.
const ENOUGH_TO_TELL: usize = 512;
/// Bytes and lines by which an envelope is told.
const HEAD_SIZE: usize = 1 << 16;
const LEADING_LINES: usize = 12;
/// What the colour of an event begins with where the SDK printed it.
const COLOUR: &[u8] = b"\x1b[3";
/// What follows the rank in lines of MPI.
const AFTER_RANK: &[u8] = b"]<std";

/// Whether a log is certainly text without an envelope.
///
/// `odd`: what files begin with that are no text, or may be none.
pub fn is_certainly_plain(text: &[u8], odd: &[Vec<u8>]) -> bool {
    let head = &text[..text.len().min(HEAD_SIZE)];
    let first = &head[..head.len().min(ENOUGH_TO_TELL)];
    let may_be_binary = odd.iter().any(|begin| head.starts_with(begin)) || first.contains(&0);
    let may_be_json = begins_with(head, |byte| byte == b'{')
        || begins_with(head, |byte| byte == b'[')
            && begins_with(&head[1 + spaces(head)..], |byte| byte == b'{');
    !may_be_binary
        && !may_be_json
        && !head.split_inclusive(|&byte| byte == b'\n').take(LEADING_LINES).any(may_have_envelope)
        && memmem::find(head, COLOUR).is_none()
}

/// Whether the first byte that is no space is such a one.
fn begins_with(text: &[u8], such: impl Fn(u8) -> bool) -> bool {
    text.get(spaces(text)).is_some_and(|&byte| such(byte))
}

fn spaces(text: &[u8]) -> usize {
    text.iter().take_while(|byte| matches!(byte, b'\t'..=b'\r' | b' ')).count()
}

/// Whether a line may have the form of one in an envelope: Docker's, CRI's, MPI's, an export's,
/// that of `aws logs tail`, or Compose's.
fn may_have_envelope(line: &[u8]) -> bool {
    match line.first() {
        Some(b'{' | b'\x1b') => true,
        Some(b'[') => memmem::find(line, AFTER_RANK).is_some(),
        Some(b'0'..=b'9') if begins_with_time(line) => true,
        Some(_) => names_container(line),
        None => false,
    }
}

/// Whether a line begins with `2026-11-22T`.
fn begins_with_time(line: &[u8]) -> bool {
    let form = b"dddd-dd-ddT";
    line.len() >= form.len()
        && line.iter().zip(form).all(|(byte, form)| match form {
            b'd' => byte.is_ascii_digit(),
            other => byte == other,
        })
}

/// Whether a line begins with a word, spaces and a bar.
fn names_container(line: &[u8]) -> bool {
    let in_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let name = line.iter().take_while(in_name).count();
    let gap = line[name..].iter().take_while(|&&byte| byte == b' ').count();
    name > 0 && gap > 0 && line.get(name + gap) == Some(&b'|')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_plain(text: &[u8]) -> bool {
        is_certainly_plain(text, &[b"PAR1".to_vec()])
    }

    #[test]
    fn ordinary_logs_are_plain() {
        for text in [
            "loss: 1\n",
            "2026-11-22 10:00:00,123 INFO loss: 1\n",
            "[INFO|trainer.py:12] 2026-11-22 >> loss\n",
            "[1,2] loss\n| a | b |\n",
            "0%|   | 1/2\r50%|#  | 1/2",
            "\u{2588} loss\n",
        ] {
            assert!(is_plain(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_may_be_another_is_not() {
        for text in [
            "PAR1 loss: 1\n",
            "loss\0: 1\n",
            "  {\"log\": 1}\n",
            " [\r\n {\"message\": 1}]\n",
            "a\n{\"log\":\"loss\\n\"}\n",
            "2026-11-22T10:00:00.123Z loss\n",
            "a\n[1,2]<stdout>:loss\n",
            "algo-1-abcde  | loss\n",
            "\x1b[36malgo-1-abcde |\x1b[0m loss\n",
            "a\n\x1b[34mloss\x1b[0m\n",
        ] {
            assert!(!is_plain(text.as_bytes()), "{text}");
        }
    }
}
