//! The search of a block against itself: with and without literals, whole and in two parts.
//!
//! The first byte of the input chooses the view; the rest is the block.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use metricparse_kernel::{Clock, Definition, Found, Literal, Matcher, Pattern, View};

struct Kind {
    pattern: &'static str,
    literal: &'static str,
    any_case: bool,
    reach: Option<usize>,
    looks_behind: bool,
}

const fn kind(pattern: &'static str, literal: &'static str, reach: Option<usize>) -> Kind {
    Kind { pattern, literal, any_case: false, reach, looks_behind: false }
}

/// Patterns as `eligibility.py` writes them, each with a text that a raw line must contain.
const KINDS: [Kind; 9] = [
    kind("loss\\x{3a}\\x{20}([0-9.]{1,})", "loss: ", Some(0)),
    kind("eval_loss\\x{3a}\\x{20}([^ ]{1,})", "eval_loss: ", Some(0)),
    kind(".{0,}acc=([-+]{0,1}[0-9]{1,}).{0,}", "acc=", None),
    kind("#011auc\\x{3a}(.{1,}?)(?:#|\\z)", "auc:", None),
    kind("([0-9.]{1,})\\x{25}", "%", None),
    kind("[a-z]{0,3}:([0-9]{1,})", ":", Some(3)),
    kind("^.{0,2}é(.)", "é", Some(2)),
    Kind {
        pattern: "(?:[Aa]|b)=([^,]{0,})",
        literal: "=",
        any_case: true,
        reach: Some(1),
        looks_behind: false,
    },
    Kind {
        pattern: "(?<=lr )([0-9]{1,}e-[0-9]{1,})",
        literal: "lr ",
        any_case: false,
        reach: None,
        looks_behind: true,
    },
];

fn matcher(view: View, with_literals: bool) -> Matcher {
    let definitions = KINDS.iter().zip(0..).map(|(kind, number)| Definition {
        number,
        pattern: Arc::new(Pattern::new(kind.pattern, kind.pattern.to_owned()).unwrap()),
        literals: with_literals
            .then(|| vec![Literal { text: kind.literal.into(), any_case: kind.any_case }]),
        reach: kind.reach.filter(|_| with_literals),
        required: Vec::new(),
        looks_behind: kind.looks_behind,
    });
    Matcher::new(view, Clock::Recognised, definitions.collect()).unwrap()
}

struct Pair {
    with_literals: Matcher,
    without: Matcher,
}

static PAIRS: LazyLock<[Pair; 2]> = LazyLock::new(|| {
    [View::Sagemaker, View::Raw]
        .map(|view| Pair { with_literals: matcher(view, true), without: matcher(view, false) })
});

type Row = (u32, i64, i32, u64, Option<i64>);

fn rows(found: &Found, events: usize, lines: usize) -> Vec<Row> {
    let rows = &found.rows;
    let numbers = rows.lines(lines as i64);
    (0..rows.values.len())
        .map(|row| {
            (
                rows.events[row] + events as u32,
                numbers[row],
                rows.definitions[row],
                rows.values[row].to_bits(),
                rows.time(row),
            )
        })
        .collect()
}

fn sum(left: &[usize], right: &[usize]) -> Vec<usize> {
    left.iter().zip(right).map(|(left, right)| left + right).collect()
}

fuzz_target!(|input: &[u8]| {
    let Some((&first, block)) = input.split_first() else { return };
    let pair = &PAIRS[usize::from(first & 1)];
    let found = pair.with_literals.search(block, b"", Vec::new());
    let slowly = pair.without.search(block, b"", Vec::new());
    if !found.deferred.is_empty() || !slowly.deferred.is_empty() {
        return; // a search over the limit is the reference's to decide
    }
    assert_eq!(rows(&found, 0, 0), rows(&slowly, 0, 0));
    assert_eq!(found.rejected, slowly.rejected);
    assert_eq!(found.repeated, slowly.repeated);
    assert_eq!(found.truncated, slowly.truncated);
    assert_eq!(found.examples, slowly.examples);

    let middle = block.len() / 2;
    let cut = block[..middle].iter().rposition(|&byte| byte == b'\n').map_or(0, |place| place + 1);
    let upper = pair.with_literals.search(&block[..cut], b"", Vec::new());
    let lower = pair.with_literals.search(&block[cut..], b"", Vec::new());
    let mut joined = rows(&upper, 0, 0);
    joined.extend(rows(&lower, upper.events, upper.newlines));
    assert_eq!(rows(&found, 0, 0), joined);
    assert_eq!(found.events, upper.events + lower.events);
    assert_eq!(found.newlines, upper.newlines + lower.newlines);
    assert_eq!(found.rejected, sum(&upper.rejected, &lower.rejected));
    assert_eq!(found.repeated, sum(&upper.repeated, &lower.repeated));
});
