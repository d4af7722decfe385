//! The matcher: definitions searched for in blocks, or in the segments of a file.

mod decoded;
mod whole;

use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;

use aho_corasick::BuildError;
use memchr::memchr;

use crate::clock::Clock;
use crate::definition::Definition;
use crate::found::{Found, Place};
use crate::lines::{Base, Block};
use crate::segment::{SegmentReader, Skipped};
use crate::text::Seen;
use crate::view::View;
use crate::walk::{Plan, Walk, WalkSpace};

use self::whole::WholeSpace;

pub use decoded::{DecodedPart, DecodedSegment};
pub use whole::WholeLogs;

/// The part of the rows that there may be more in the next segment.
const ROOM: usize = 16;

/// Searches blocks for definitions; any number of threads may share it.
#[derive(Debug)]
pub struct Matcher {
    plan: Plan,
    workspaces: Mutex<Vec<Workspace>>,
    /// How many rows the last segment had, as the next will have about as many.
    rows: AtomicUsize,
}

impl Matcher {
    /// Prepares to search blocks of raw lines for definitions.
    ///
    /// # Errors
    /// There are too many literals for an automaton.
    pub fn new(view: View, clock: Clock, definitions: Vec<Definition>) -> Result<Self, BuildError> {
        Ok(Self {
            plan: Plan::new(view, clock, definitions)?,
            workspaces: Mutex::default(),
            rows: AtomicUsize::new(0),
        })
    }

    /// Searches a block for all definitions; it ends where a line ends, or an event of a line.
    ///
    /// `begun`: the start of the first line, where it lies apart from the rest; it has no line end.
    /// `head`: the first bytes of the first line where the block starts in the middle of it.
    /// `until`: for each definition the first event that is not searched for it any more; empty for
    /// none. So it is in the other searches.
    #[must_use]
    pub fn search(&self, begun: &[u8], bytes: &[u8], head: &[u8], until: Vec<u32>) -> Found {
        let mut found = Found::nothing(self.plan.definitions.len(), until);
        let mut workspace = self.workspace();
        let (first, rest) = first_line(begun, bytes);
        if first.is_empty() {
            self.add(&mut found, &mut workspace.walk, rest, head);
        } else {
            self.add(&mut found, &mut workspace.walk, &first, head);
            self.add(&mut found, &mut workspace.walk, rest, b"");
        }
        self.give_back(workspace);
        found
    }

    /// Searches the lines that start in a segment of a file for all definitions.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn search_segment(
        &self,
        file: &File,
        segment: Range<u64>,
        strip: bool,
        until: Vec<u32>,
    ) -> io::Result<Part> {
        let mut found = Found::nothing(self.plan.definitions.len(), until);
        let rows = self.rows.load(Ordering::Relaxed);
        found.rows.reserve(rows + rows / ROOM);
        let mut workspace = self.workspace();
        let mut blocks =
            SegmentReader::new(file, segment, self.plan.view, strip, &mut workspace.buffer)?;
        while let Some((bytes, head)) = blocks.next()? {
            self.add(&mut found, &mut workspace.walk, bytes, head);
        }
        let skipped = blocks.skipped();
        self.rows.store(found.rows.values.len(), Ordering::Relaxed);
        self.give_back(workspace);
        Ok(Part { found, skipped })
    }

    /// Adds what is found in the next block.
    fn add(&self, found: &mut Found, workspace: &mut WalkSpace, bytes: &[u8], head: &[u8]) {
        let base = Base { lines: found.newlines, events: found.events };
        let block = Block::new(self.plan.view, bytes, head, base);
        let newlines = Walk::new(&self.plan, &block, workspace, found).run();
        found.newlines += newlines;
        if bytes.is_empty() {
            return;
        }
        let unended = usize::from(!bytes.ends_with(b"\n"));
        found.events += newlines + block.cuts() + unended;
        found.bytes += bytes.len();
        found.ended = unended == 0;
    }

    /// All events of a block as the regexes see them, with line ends between them.
    #[must_use]
    pub fn viewed(&self, bytes: &[u8]) -> Vec<u8> {
        let block = Block::new(self.plan.view, bytes, b"", Base::default());
        let (mut text, mut scratch) = (Vec::with_capacity(bytes.len()), Vec::new());
        for (line, range) in block.lines() {
            for event in block.events(line, &range) {
                let seen = Seen::new(self.plan.view, &bytes[event.bytes], &mut scratch);
                text.extend_from_slice(seen.text.bytes());
                text.push(b'\n');
            }
        }
        text
    }

    /// The places of events in a block, given by their numbers in ascending order.
    #[must_use]
    pub fn locate(&self, bytes: &[u8], head: &[u8], events: &[u32]) -> Vec<Place> {
        let block = Block::new(self.plan.view, bytes, head, Base::default());
        let mut places = Vec::with_capacity(events.len());
        let mut wanted = events.iter().copied().peekable();
        for (line, range) in block.lines() {
            for event in block.events(line, &range) {
                let place = block.place(&event, None);
                while wanted.next_if_eq(&place.event).is_some() {
                    let time = block.told(&self.plan.clock, range.start).time();
                    places.push(Place { time, ..place });
                }
            }
            if wanted.peek().is_none() {
                break;
            }
        }
        places
    }

    fn workspace(&self) -> Workspace {
        let kept = self.workspaces.lock().ok().and_then(|mut workspaces| workspaces.pop());
        kept.unwrap_or_else(|| Workspace {
            walk: WalkSpace::new(&self.plan),
            buffer: Vec::new(),
            decoded: Vec::new(),
            whole: WholeSpace::default(),
        })
    }

    fn give_back(&self, workspace: Workspace) {
        if let Ok(mut workspaces) = self.workspaces.lock() {
            workspaces.push(workspace);
        }
    }
}

/// The first line of a block, joined, and the lines after it.
///
/// `begun`: the start of the first line, where it lies apart from the rest.
fn first_line<'a>(begun: &[u8], bytes: &'a [u8]) -> (Vec<u8>, &'a [u8]) {
    if begun.is_empty() {
        return (Vec::new(), bytes);
    }
    let end = memchr(b'\n', bytes).map_or(bytes.len(), |newline| newline + 1);
    ([begun, &bytes[..end]].concat(), &bytes[end..])
}

/// What was found in a segment of a file, and what of it was not searched.
#[derive(Debug)]
pub struct Part {
    /// What was found.
    pub found: Found,
    /// What was taken out.
    pub skipped: Skipped,
}

/// What a thread writes to while it searches, kept for its next search.
#[derive(Debug)]
struct Workspace {
    walk: WalkSpace,
    buffer: Vec<u8>,
    /// Text that was taken out of its envelope.
    decoded: Vec<u8>,
    whole: WholeSpace,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::engine::Pattern;
    use crate::prefilter::Literal;

    fn definition(pattern: &str, literal: Option<&str>) -> Definition {
        let text = |text: &str| vec![Literal { text: text.into(), any_case: false }];
        Definition {
            number: 0,
            pattern: Arc::new(Pattern::new(pattern, pattern.to_owned()).unwrap()),
            literals: literal.map(text),
            reach: literal.and_then(|literal| pattern.find(literal)),
            required: literal.map(text).into_iter().collect(),
            looks_behind: false,
        }
    }

    fn numbered(mut definitions: Vec<Definition>) -> Vec<Definition> {
        for (number, definition) in (0..).zip(&mut definitions) {
            definition.number = number;
        }
        definitions
    }

    fn search(view: View, definitions: Vec<Definition>, block: &[u8]) -> Found {
        let matcher = Matcher::new(view, Clock::Recognised, definitions).unwrap();
        matcher.search(b"", block, b"", Vec::new())
    }

    #[test]
    fn rows_come_in_order() {
        let definitions = numbered(vec![
            definition("loss=([0-9.]+)", Some("loss=")),
            definition("([0-9]+)%", None),
            definition("eval_loss=([0-9]+)", Some("eval_loss=")),
        ]);
        let found = search(View::Sagemaker, definitions, b"5% eval_loss=2\n\nloss=0.5 loss=1\n");
        assert_eq!(found.rows.events(), [0, 0, 0, 2]);
        assert_eq!(found.rows.definitions, [0, 1, 2, 0]);
        assert_eq!(found.rows.values, [2.0, 5.0, 2.0, 0.5]);
        assert_eq!((found.repeated, found.newlines, found.events), (vec![1, 0, 0], 3, 3));
    }

    #[test]
    fn rows_of_many_lines_come_in_order() {
        let definitions = numbered(vec![
            definition("v=([0-9]+)", Some("v=")),
            definition("([0-9]+)", None),
            definition(r"\bw=([0-9.]+)", Some("w=")),
        ]);
        let line = |number: usize| match number % 5 {
            0 => format!("w={number}.5 v={number}\n"),
            1 => format!("a\tv={number}\n"),
            2 => format!("é{number} xw={number}\n"),
            3 => "nothing\n".to_owned(),
            _ => format!("{number} v=x\n"),
        };
        let block: String = (0..3000).map(line).collect();
        let found = search(View::Raw, definitions, block.as_bytes());
        let events = found.rows.events();
        let rows = events.iter().zip(&found.rows.definitions).zip(&found.rows.values);
        let expected = (0..3000_u32).flat_map(|number| {
            let value = f64::from(number);
            match number % 5 {
                0 => vec![(number, 0, value), (number, 1, value), (number, 2, value + 0.5)],
                1 => vec![(number, 0, value), (number, 1, value)],
                2 | 4 => vec![(number, 1, value)],
                _ => vec![],
            }
        });
        assert!(rows.map(|((&event, &number), &value)| (event, number, value)).eq(expected));
        assert_eq!((found.rejected, found.repeated[1]), (vec![0, 0, 0], 1200));
    }

    #[test]
    fn the_view_is_searched() {
        let definitions = vec![definition("#011loss:([0-9]+)", Some("loss:"))];
        assert_eq!(search(View::Sagemaker, definitions.clone(), b"a\tloss:5").rows.values, [5.0]);
        assert!(search(View::Raw, definitions, b"a\tloss:5").rows.values.is_empty());
    }

    #[test]
    fn pieces_of_a_line_are_events() {
        let block = ["x".repeat(16_384).as_str(), "v=1\nv=2"].concat();
        let found =
            search(View::Sagemaker, vec![definition("v=([0-9])", Some("v="))], block.as_bytes());
        assert_eq!((&found.rows.events()[..], &found.rows.lines[..]), (&[1, 2][..], &[0, 1][..]));
        assert_eq!((found.events, found.bytes), (3, block.len()));
    }

    #[test]
    fn what_is_no_number_is_kept_as_an_example() {
        let found =
            search(View::Raw, vec![definition("v=([a-z]*)", Some("v="))], b"v=a\nv=b\nv=\nv=d\n");
        assert_eq!(found.rejected, [4]);
        let captures: Vec<_> = found.examples.into_iter().filter_map(|each| each.capture).collect();
        assert_eq!(captures, ["a", "b", ""]);
    }

    #[test]
    fn examples_come_in_order() {
        let definitions = numbered(vec![
            definition("w=([a-z])", Some("w=")),
            definition("v=([a-z])", Some("v=")),
        ]);
        let found = search(View::Raw, definitions, b"v=a\nw=b v=c\nw=d\n");
        let told: Vec<_> =
            found.examples.iter().map(|example| (example.event, example.definition)).collect();
        assert_eq!(told, [(0, 1), (1, 0), (1, 1), (2, 0)]);
    }

    #[test]
    fn what_takes_too_long_is_deferred() {
        let block = format!("v=1\nv=2{}c\n", "a".repeat(100));
        let found = search(
            View::Raw,
            vec![definition("v=([0-9])((?:a|aa)+b)?(?:a|aa)*$", Some("v="))],
            block.as_bytes(),
        );
        assert_eq!(found.rows.values, [1.0]);
        assert_eq!(found.deferred.len(), 1);
    }

    #[test]
    fn after_many_failures_it_does_not_try() {
        let hostile = format!("v=2{}c\n", "a".repeat(100));
        let block = format!("v=1\n{}v=3\n", hostile.repeat(5));
        let definitions = vec![definition("v=([0-9])((?:a|aa)+b)?(?:a|aa)*$", Some("v="))];
        let found = search(View::Raw, definitions, block.as_bytes());
        assert_eq!((found.rows.values, found.deferred.len()), (vec![1.0], 6));
    }

    #[test]
    fn what_is_set_aside_is_counted() {
        let matcher =
            Matcher::new(View::Raw, Clock::Recognised, vec![definition("v=([0-9])", Some("v="))])
                .unwrap();
        let found = matcher.search(b"", b"v=1\nv=2\n-\nv=x\n", b"", vec![1]);
        assert_eq!((found.rows.values, found.set_aside), (vec![1.0], vec![2]));
    }

    #[test]
    fn events_are_located() {
        let matcher = Matcher::new(View::Sagemaker, Clock::Recognised, Vec::new()).unwrap();
        let places = matcher.locate(b"a\n1970-01-01T00:00:01 x\n", b"", &[0, 1, 1]);
        let told: Vec<_> = places.iter().map(|place| (place.line, place.time)).collect();
        assert_eq!(told, [(0, None), (1, Some(1_000_000_000)), (1, Some(1_000_000_000))]);
    }
}
