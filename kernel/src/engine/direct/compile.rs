//! The tree of a pattern as steps.

use super::pattern::{Counts, Greed, Node};
use super::step::{Next, Step};

/// The most steps of a program.
const MOST_STEPS: usize = 200;
/// The most repeats of more than a character.
const MOST_TIMES: usize = 4;

/// The steps of a pattern's tree; None if it is not simple enough.
pub fn compile(tree: &Node) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    compile_node(tree, &mut steps)?;
    steps.push(Step::Done);
    Some(steps)
}

/// Appends the steps of a node; None if it is not simple enough.
fn compile_node(node: &Node, steps: &mut Vec<Step>) -> Option<()> {
    if steps.len() > MOST_STEPS {
        return None;
    }
    match node {
        Node::One(set) => steps.push(Step::One(*set, (*set).into())),
        Node::Anchor(anchor) => steps.push(Step::Anchor(*anchor)),
        Node::Sequence(items) => compile_sequence(items, steps)?,
        Node::Branch(branches) => compile_branch(branches, steps)?,
        Node::Capture(item) => {
            steps.push(Step::CaptureStart);
            compile_node(item, steps)?;
            steps.push(Step::CaptureEnd);
        }
        Node::Repeat(item, counts) => match **item {
            Node::One(set) => {
                let (table, counts) = (set.into(), *counts);
                steps.push(Step::Run { set, table, counts, next: Next::Any });
            }
            _ => compile_repeat(item, *counts, steps)?,
        },
    }
    Some(())
}

fn compile_sequence(items: &[Node], steps: &mut Vec<Step>) -> Option<()> {
    let mut text = Vec::new();
    for item in items {
        if let Node::One(set) = item {
            if let Some(byte) = set.only() {
                text.push(byte);
                continue;
            }
        }
        push_text(&mut text, steps);
        compile_node(item, steps)?;
    }
    push_text(&mut text, steps);
    Some(())
}

fn push_text(text: &mut Vec<u8>, steps: &mut Vec<Step>) {
    if !text.is_empty() {
        steps.push(Step::Text(std::mem::take(text).into()));
    }
}

fn compile_branch(branches: &[Node], steps: &mut Vec<Step>) -> Option<()> {
    let (last, others) = branches.split_last()?;
    let mut ends = Vec::new();
    for branch in others {
        let start = steps.len();
        steps.push(Step::Try { otherwise: 0 });
        compile_node(branch, steps)?;
        ends.push(steps.len());
        steps.push(Step::Jump(0));
        steps[start] = Step::Try { otherwise: steps.len() };
    }
    compile_node(last, steps)?;
    let end = steps.len();
    for jump in ends {
        steps[jump] = Step::Jump(end);
    }
    Some(())
}

/// Compiles a repeat of more than a character: each time has steps of its own.
fn compile_repeat(item: &Node, counts: Counts, steps: &mut Vec<Step>) -> Option<()> {
    if counts.most > MOST_TIMES || counts.greed == Greed::Possessive {
        return None;
    }
    for _ in 0..counts.least {
        compile_node(item, steps)?;
    }
    let (mut tries, mut skips) = (Vec::new(), Vec::new());
    for _ in counts.least..counts.most {
        tries.push(steps.len());
        steps.push(Step::Try { otherwise: steps.len() + 2 });
        if counts.greed == Greed::Lazy {
            skips.push(steps.len());
            steps.push(Step::Jump(0));
        }
        compile_node(item, steps)?;
    }
    let end = steps.len();
    if counts.greed == Greed::Greedy {
        for place in tries {
            steps[place] = Step::Try { otherwise: end };
        }
    }
    for place in skips {
        steps[place] = Step::Jump(end);
    }
    Some(())
}
