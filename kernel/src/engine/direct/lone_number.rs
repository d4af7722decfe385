//! A pattern that is no more than a captured number, written out, such as
//! `([+-]?[0-9]*\.?[0-9]+)`.

use super::pattern::{Counts, Greed, Node};
use super::set::Set;
use crate::decimal::{self, Decimal, Parts};

pub const DIGITS: Set = Set::range(b'0', b'9');

/// A pattern of the shape. Wherever there is a digit, it has a match.
#[derive(Debug, Clone, Copy)]
pub struct LoneNumber(Written);

/// A number as a pattern writes it out.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    /// The signs that it may begin with.
    pub signs: Set,
    /// Whether it may begin with its point.
    pub begins_with_point: bool,
    pub parts: Parts,
}

impl LoneNumber {
    /// The number of a pattern; None if it is of another shape.
    pub fn new(tree: &Node) -> Option<Self> {
        let Node::Sequence(items) = tree else { return None };
        let [Node::Capture(captured)] = &items[..] else { return None };
        let Node::Sequence(items) = &**captured else { return None };
        Written::new(items).map(Self)
    }

    /// The number of the leftmost match in the event that starts at `start` and ends with the text,
    /// and where it starts; `digit`: where the first digit is.
    ///
    /// None if it has to be searched for.
    #[inline]
    pub fn read(&self, text: &[u8], start: usize, digit: usize) -> Option<(Decimal, usize)> {
        let before = text[start..digit].last().copied();
        let sign = before.is_some_and(|byte| self.0.signs.has(byte));
        if self.0.begins_with_point && before == Some(b'.') {
            return None;
        }
        let start = digit - usize::from(sign);
        let number = decimal::read(text, start, Parts { sign, ..self.0.parts })?;
        Some((number, start))
    }
}

impl Written {
    /// The number that is all of some items: a sign, digits with a point among them, and an
    /// exponent, or some of these.
    pub fn new(items: &[Node]) -> Option<Self> {
        let signs = items.first().and_then(signs);
        let rest = &items[usize::from(signs.is_some())..];
        let (exponent, mantissa) = match rest.split_last() {
            Some((last, mantissa)) if is_exponent(last) => (true, mantissa),
            _ => (false, rest),
        };
        let (point, begins_with_point) = match mantissa {
            [whole] if has_digits(whole) => (false, false),
            [whole, point, places]
                if may_have_digits(whole) && is_optional_point(point) && has_digits(places) =>
            {
                (true, true)
            }
            [whole, point, places]
                if has_digits(whole) && is_optional_point(point) && may_have_digits(places) =>
            {
                (true, false)
            }
            [whole, places] if has_digits(whole) && is_optional_fraction(places) => (true, false),
            _ => return None,
        };
        let parts = Parts { sign: signs.is_some(), point, exponent };
        Some(Self { signs: signs.unwrap_or_default(), begins_with_point, parts })
    }
}

/// Whether a node is a greedy repeat of a set's characters.
pub fn is_repeat(node: &Node, set: Set, least: usize, most: usize) -> bool {
    repeated(node, least, most) == Some(&Node::One(set))
}

/// What a node repeats greedily so many times.
fn repeated(node: &Node, least: usize, most: usize) -> Option<&Node> {
    match node {
        Node::Repeat(item, counts) if *counts == (Counts { least, most, greed: Greed::Greedy }) => {
            Some(item)
        }
        _ => None,
    }
}

fn has_digits(node: &Node) -> bool {
    is_repeat(node, DIGITS, 1, usize::MAX)
}

fn may_have_digits(node: &Node) -> bool {
    is_repeat(node, DIGITS, 0, usize::MAX)
}

fn is_optional_point(node: &Node) -> bool {
    is_repeat(node, POINT, 0, 1)
}

fn is_optional_fraction(node: &Node) -> bool {
    let Some(Node::Sequence(items)) = repeated(node, 0, 1) else { return false };
    matches!(&items[..], [point, places] if *point == Node::One(POINT) && has_digits(places))
}

const POINT: Set = Set::range(b'.', b'.');
/// Both signs.
pub const SIGNS: Set = Set::range(b'+', b'+').with(Set::range(b'-', b'-'));

/// The signs that a node may stand for.
fn signs(node: &Node) -> Option<Set> {
    match repeated(node, 0, 1)? {
        Node::One(set) => set.within(SIGNS).then_some(*set),
        _ => None,
    }
}

fn is_exponent(node: &Node) -> bool {
    let letter = Set::range(b'e', b'e').with(Set::range(b'E', b'E'));
    let Some(Node::Sequence(items)) = repeated(node, 0, 1) else { return false };
    match &items[..] {
        [first, sign, digits] => {
            *first == Node::One(letter) && is_repeat(sign, SIGNS, 0, 1) && has_digits(digits)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::pattern::parse;
    use super::super::program::Program;
    use super::super::search::Stack;
    use super::*;

    const SIGN: &str = "[\\x{2b}\\x{2d}]{0,1}";
    const MINUS: &str = "\\x{2d}{0,1}";
    const MANTISSAS: [&str; 4] = [
        "[0-9]{1,}",
        "[0-9]{0,}\\x{2e}{0,1}[0-9]{1,}",
        "[0-9]{1,}\\x{2e}{0,1}[0-9]{0,}",
        "[0-9]{1,}(?:\\x{2e}[0-9]{1,}){0,1}",
    ];
    const EXPONENT: &str = "(?:[Ee][\\x{2b}\\x{2d}]{0,1}[0-9]{1,}){0,1}";

    #[test]
    fn numbers_are_those_of_a_search() {
        let mut read = 0;
        let texts = [
            "",
            "x",
            ".",
            "1",
            "-1",
            "+1.5",
            "a.5",
            "5.",
            "5.e3",
            "1e5",
            "1e",
            "2.5E-03x",
            "1.2.3",
            "--7",
            "-.5",
            "12345678901234567890",
            "lr=1e-123",
            "+-3",
            "é7",
            "e5",
            "-x 4",
        ];
        for sign in ["", SIGN, MINUS] {
            for mantissa in MANTISSAS {
                for exponent in ["", EXPONENT] {
                    let pattern = format!("({sign}{mantissa}{exponent})");
                    let tree = parse(&pattern).unwrap();
                    let (number, program) =
                        (LoneNumber::new(&tree).unwrap(), Program::new(&tree).unwrap());
                    for text in
                        texts.iter().flat_map(|text| [text.to_string(), format!("b {text}")])
                    {
                        let text = text.as_bytes();
                        let found = program.find(&mut Stack::default(), text, 0, usize::MAX);
                        let capture = found.unwrap().and_then(|found| found.capture);
                        let digit = text.iter().position(u8::is_ascii_digit);
                        assert_eq!(capture.is_some(), digit.is_some(), "{pattern}");
                        let told = digit.and_then(|digit| number.read(text, 0, digit));
                        if let Some((decimal, start)) = told {
                            read += 1;
                            assert_eq!(capture, Some((start, decimal.end)), "{pattern}");
                        }
                    }
                }
            }
        }
        assert!(read > 500, "{read}");
    }

    #[test]
    fn other_shapes_are_left() {
        for pattern in [
            "([0-9]{1,})%",
            "[0-9]{1,}",
            "([0-9]{1,3})",
            "([0-9]{0,})",
            "([0-9]{1,}\\x{2e}[0-9]{1,})",
            "([0-9]{0,}\\x{2e}{0,1}[0-9]{0,})",
            "(\\x{2b}[0-9]{1,})",
            "([0-9]{1,}(?:e[0-9]{1,}){0,1})",
            "([0-9]{1,}?)",
        ] {
            assert!(LoneNumber::new(&parse(pattern).unwrap()).is_none(), "{pattern}");
        }
    }
}
