//! The part of the patterns' syntax that is matched directly.

use super::set::Set;

/// How many times an item is repeated, and in which order counts are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub least: usize,
    pub most: usize,
    pub greed: Greed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Greed {
    Greedy,
    Lazy,
    Possessive,
}

/// A position that a pattern requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    End,
    WordBoundary,
    NoWordBoundary,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    One(Set),
    Anchor(Anchor),
    Sequence(Vec<Node>),
    Branch(Vec<Node>),
    Capture(Box<Node>),
    Repeat(Box<Node>, Counts),
}

/// The tree of a pattern; None if it contains anything else.
pub fn parse(pattern: &str) -> Option<Node> {
    let mut rest = pattern.as_bytes();
    let tree = branch(&mut rest)?;
    rest.is_empty().then_some(tree)
}

fn branch(rest: &mut &[u8]) -> Option<Node> {
    let mut branches = vec![sequence(rest)?];
    while take(rest, b"|") {
        branches.push(sequence(rest)?);
    }
    Some(if branches.len() == 1 { branches.swap_remove(0) } else { Node::Branch(branches) })
}

fn sequence(rest: &mut &[u8]) -> Option<Node> {
    let mut items = Vec::new();
    while !matches!(rest.first(), None | Some(b'|' | b')')) {
        let item = item(rest)?;
        items.push(repeated(item, rest)?);
    }
    Some(Node::Sequence(items))
}

fn item(rest: &mut &[u8]) -> Option<Node> {
    for (source, anchor) in [
        (&b"\\A"[..], Anchor::Start),
        (b"\\z", Anchor::End),
        (b"\\b", Anchor::WordBoundary),
        (b"\\B", Anchor::NoWordBoundary),
    ] {
        if take(rest, source) {
            return Some(Node::Anchor(anchor));
        }
    }
    if take(rest, b"(?:") {
        return closed(rest);
    }
    if rest.starts_with(b"(?") || rest.starts_with(b"(*") {
        return None;
    }
    if take(rest, b"(") {
        return closed(rest).map(|item| Node::Capture(Box::new(item)));
    }
    if take(rest, b"[") {
        return class(rest).map(Node::One);
    }
    if take(rest, b".") {
        return Some(Node::One(Set::ALL));
    }
    character(rest).map(|byte| Node::One(Set::range(byte, byte)))
}

fn closed(rest: &mut &[u8]) -> Option<Node> {
    let item = branch(rest)?;
    take(rest, b")").then_some(item)
}

fn class(rest: &mut &[u8]) -> Option<Set> {
    let mut set = Set::default();
    while !take(rest, b"]") {
        let first = class_character(rest)?;
        let last = if take(rest, b"-") { class_character(rest)? } else { first };
        set = set.with(Set::range(first, last));
    }
    Some(set)
}

fn class_character(rest: &mut &[u8]) -> Option<u8> {
    let plain = rest.first().filter(|&&byte| byte == b'.').copied();
    if plain.is_some() {
        *rest = &rest[1..];
    }
    plain.or_else(|| character(rest))
}

/// A character that stands for itself, or is given by its code.
fn character(rest: &mut &[u8]) -> Option<u8> {
    if take(rest, b"\\x{") {
        let length = rest.iter().position(|&byte| byte == b'}')?;
        let code = std::str::from_utf8(&rest[..length]).ok()?;
        *rest = &rest[length + 1..];
        return u8::from_str_radix(code, 16).ok().filter(u8::is_ascii);
    }
    let (&byte, after) = rest.split_first()?;
    let plain = byte.is_ascii_alphanumeric() || b" _=:,%#;/'\"<>@!&~`".contains(&byte);
    *rest = after;
    plain.then_some(byte)
}

fn repeated(item: Node, rest: &mut &[u8]) -> Option<Node> {
    if !take(rest, b"{") {
        return Some(item);
    }
    let least = number(rest)?;
    let most = if take(rest, b",") {
        if rest.first() == Some(&b'}') {
            usize::MAX
        } else {
            number(rest)?
        }
    } else {
        least
    };
    if !take(rest, b"}") {
        return None;
    }
    let greed = if take(rest, b"?") {
        Greed::Lazy
    } else if take(rest, b"+") {
        Greed::Possessive
    } else {
        Greed::Greedy
    };
    Some(Node::Repeat(Box::new(item), Counts { least, most, greed }))
}

fn number(rest: &mut &[u8]) -> Option<usize> {
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, after) = rest.split_at(digits);
    *rest = after;
    std::str::from_utf8(number).ok()?.parse().ok()
}

fn take(rest: &mut &[u8], expected: &[u8]) -> bool {
    let after = rest.strip_prefix(expected);
    *rest = after.unwrap_or(rest);
    after.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_refused() {
        for pattern in ["(?>a)", "(?=a)", "a*", "[^a]", "\\d", "é", "(", "a)", "a{", "\\x{e9}", "^"]
        {
            assert_eq!(parse(pattern), None, "{pattern}");
        }
    }
}
