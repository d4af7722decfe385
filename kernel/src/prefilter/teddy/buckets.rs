//! The buckets of literals that are looked for together.

use crate::prefilter::texts::Texts;

/// The first bytes of a literal that are looked at in all places, if it has so many.
pub const PREFIX: usize = 3;
const BUCKETS: usize = 8;
/// The most groups of literals that are compared with each other.
const MOST_GROUPS: usize = 32;

/// Parts the sorted literals into buckets, so that few bytes of a log look like they start one.
pub fn buckets(texts: &Texts) -> Vec<Bucket> {
    let sorted = &texts.sorted;
    let start = |place: usize| &sorted[place][..sorted[place].len().min(PREFIX)];
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for place in 0..sorted.len() {
        match groups.last_mut() {
            Some(group) if start(group[0]) == start(place) => group.push(place),
            _ => groups.push(vec![place]),
        }
    }
    let size = groups.len().div_ceil(MOST_GROUPS).max(1);
    let mut buckets: Vec<_> =
        groups.chunks(size).map(|groups| Bucket::new(groups.concat(), texts)).collect();
    while buckets.len() > BUCKETS {
        let costs: Vec<_> = buckets.iter().map(|bucket| cost(bucket.halves)).collect();
        let pairs = (0..buckets.len()).flat_map(|one| (0..one).map(move |other| (one, other)));
        let added = |&(one, other): &(usize, usize)| {
            cost(with(buckets[one].halves, buckets[other].halves)) - costs[one] - costs[other]
        };
        let Some((one, other)) = pairs.min_by(|a, b| added(a).total_cmp(&added(b))) else { break };
        let merged = buckets[one].with(&buckets[other]);
        buckets.swap_remove(one);
        buckets[other] = merged;
    }
    buckets
}

/// Literals, and the halves of bytes with which they start.
#[derive(Debug)]
pub struct Bucket {
    pub literals: Vec<usize>,
    pub halves: [Halves; PREFIX],
}

/// The low and high halves that a byte may have, a bit each.
#[derive(Debug, Clone, Copy, Default)]
pub struct Halves {
    pub low: u16,
    pub high: u16,
}

impl Bucket {
    fn new(literals: Vec<usize>, texts: &Texts) -> Self {
        let mut halves = [Halves::default(); PREFIX];
        for &literal in &literals {
            for (place, halves) in halves.iter_mut().enumerate() {
                halves.add(texts.sorted[literal].get(place).copied(), texts.any_case);
            }
        }
        Self { literals, halves }
    }

    fn with(&self, other: &Self) -> Self {
        let mut literals = [&self.literals[..], &other.literals].concat();
        literals.sort_unstable();
        Self { literals, halves: with(self.halves, other.halves) }
    }
}

fn with(some: [Halves; PREFIX], others: [Halves; PREFIX]) -> [Halves; PREFIX] {
    std::array::from_fn(|place| some[place].with(others[place]))
}

/// How often a byte of a log looks like the start of a literal.
fn cost(halves: [Halves; PREFIX]) -> f64 {
    halves.iter().map(|halves| halves.share()).product()
}

impl Halves {
    /// Lets a byte pass; None is any byte.
    fn add(&mut self, byte: Option<u8>, any_case: bool) {
        let Some(byte) = byte else {
            *self = Self { low: u16::MAX, high: u16::MAX };
            return;
        };
        for byte in [byte, if any_case { byte.to_ascii_uppercase() } else { byte }] {
            self.low |= 1 << (byte & 0xF);
            self.high |= 1 << (byte >> 4);
        }
    }

    fn with(self, other: Self) -> Self {
        Self { low: self.low | other.low, high: self.high | other.high }
    }

    /// About the share of a log's bytes that pass, as if their halves were independent.
    fn share(self) -> f64 {
        let share = |bits: u16, weights: [f64; 16]| {
            let passes = |half: &usize| bits >> half & 1 == 1;
            (0..16).filter(passes).map(|half| weights[half]).sum::<f64>()
        };
        share(self.low, LOW_SHARES) * share(self.high, HIGH_SHARES)
    }
}

/// How many of a hundred bytes of a log have each low half, and each high half, roughly.
const LOW_SHARES: [f64; 16] =
    [16.0, 8.0, 6.0, 8.0, 8.0, 11.0, 6.0, 4.0, 3.0, 6.0, 5.0, 2.0, 5.0, 4.0, 6.0, 7.0];
const HIGH_SHARES: [f64; 16] = {
    let mut shares = [0.1; 16];
    (shares[0], shares[2], shares[3]) = (2.0, 23.0, 20.0);
    (shares[4], shares[5], shares[6], shares[7]) = (3.0, 3.0, 30.0, 18.0);
    shares
};
