//! Which definitions a line is searched for.

/// The first and last position in a line of a definition's literal.
#[derive(Debug, Clone, Copy, Default)]
pub struct Span {
    pub first: usize,
    pub last: usize,
}

impl Span {
    /// The places so many bytes before; None if that is before the line.
    pub fn moved_back(self, bytes: usize) -> Option<Self> {
        let first = self.first.checked_sub(bytes)?;
        Some(Self { first, last: self.last - bytes })
    }
}

/// The definitions that a line is searched for, as a bit set, and where their literals are.
#[derive(Debug, Default)]
pub struct Candidates {
    everywhere: Vec<u64>,
    hit: Vec<u64>,
    spans: Vec<Span>,
}

const BITS: usize = u64::BITS as usize;

impl Candidates {
    /// None of `count` definitions yet, except those that are searched for everywhere.
    pub fn new(count: usize, everywhere: &[usize]) -> Self {
        let mut bits = vec![0; count.div_ceil(BITS)];
        for &number in everywhere {
            bits[number / BITS] |= 1 << (number % BITS);
        }
        Self { hit: vec![0; bits.len()], everywhere: bits, spans: vec![Span::default(); count] }
    }

    pub fn clear(&mut self) {
        self.hit.fill(0);
    }

    /// Adds a definition, whose literal is at this place in the line.
    #[inline]
    pub fn add(&mut self, number: usize, place: usize) {
        let (word, bit) = (&mut self.hit[number / BITS], 1 << (number % BITS));
        if *word & bit == 0 {
            *word |= bit;
            self.spans[number].first = place;
        }
        self.spans[number].last = place;
    }

    /// Where a definition's literal is; None if it is searched for without one.
    pub fn span(&self, number: usize) -> Option<Span> {
        let everywhere = self.everywhere[number / BITS] >> (number % BITS) & 1 == 1;
        (!everywhere).then(|| self.spans[number])
    }

    pub fn definitions(&self) -> impl Iterator<Item = usize> + '_ {
        self.hit.iter().zip(&self.everywhere).enumerate().flat_map(|(word, (hit, everywhere))| {
            let mut bits = hit | everywhere;
            std::iter::from_fn(move || {
                let bit = (bits != 0).then(|| bits.trailing_zeros() as usize)?;
                bits &= bits - 1;
                Some(word * BITS + bit)
            })
        })
    }
}
