//! The literals of definitions, and the texts to search for.

/// A text that a line must contain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Literal {
    /// Its bytes; not empty.
    pub text: Vec<u8>,
    /// Whether ASCII letters match in either case.
    pub any_case: bool,
}

/// The literals to search for: sorted, each once.
#[derive(Debug)]
pub struct Texts {
    pub sorted: Vec<Vec<u8>>,
    pub any_case: bool,
}

impl Texts {
    pub fn new(definitions: &[&[Literal]]) -> Self {
        let any_case = definitions.iter().copied().flatten().any(|literal| literal.any_case);
        let mut texts = Self { sorted: Vec::new(), any_case };
        texts.sorted =
            definitions.iter().copied().flatten().map(|literal| texts.text(literal)).collect();
        texts.sorted.sort();
        texts.sorted.dedup();
        texts
    }

    fn text(&self, literal: &Literal) -> Vec<u8> {
        if self.any_case {
            literal.text.to_ascii_lowercase()
        } else {
            literal.text.clone()
        }
    }

    /// For each text the definitions with it or a prefix of it.
    pub fn owners(&self, definitions: &[&[Literal]]) -> Vec<Vec<usize>> {
        let owns = |literals: &[Literal], found: &[u8]| {
            literals.iter().any(|each| found.starts_with(&self.text(each)))
        };
        let owners = |found: &Vec<u8>| {
            (0..definitions.len()).filter(|&number| owns(definitions[number], found)).collect()
        };
        self.sorted.iter().map(owners).collect()
    }
}
