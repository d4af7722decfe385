//! Logs in their order, of which the next ones are searched on other threads meanwhile.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::matcher::{Matcher, Part, WholeLogs};

/// Searches small logs whole, in their order; the thread that asks for one helps.
#[derive(Debug)]
pub struct Ahead(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    matcher: Arc<Matcher>,
    logs: WholeLogs,
    /// Where the logs are; none for those that are no files.
    paths: Vec<Option<PathBuf>>,
    /// Bytes of text that may be searched before it is asked for.
    room: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// How many logs were asked for, and how many were begun.
    taken: usize,
    begun: usize,
    /// Those that were begun and not asked for yet; none while they are searched.
    searched: VecDeque<Option<Searched>>,
    /// Bytes of text of these.
    waiting: usize,
    /// Those of them that are to be read in another way, and of which it was not told yet.
    refused: Vec<usize>,
    stopped: bool,
}

/// What was found in a log, if it was searched whole, and the bytes of its text.
#[derive(Debug)]
struct Searched {
    part: Option<Part>,
    size: usize,
}

impl Ahead {
    /// Begins to search logs on so many threads, the one that asks for them included.
    #[must_use]
    pub fn new(
        matcher: Arc<Matcher>,
        logs: WholeLogs,
        paths: Vec<Option<PathBuf>>,
        room: usize,
        threads: usize,
    ) -> Self {
        let helpers = threads.min(paths.len()).saturating_sub(1);
        let (state, changed) = (Mutex::default(), Condvar::new());
        let shared = Arc::new(Shared { matcher, logs, paths, room, state, changed });
        for _ in 0..helpers {
            let shared = Arc::clone(&shared);
            // Where no thread can be had, the others do its work.
            let _ = thread::Builder::new().spawn(move || shared.help());
        }
        Self(shared)
    }

    /// What was found in the next log; none if it is to be read in another way, or if there is none.
    #[must_use]
    pub fn take(&self) -> Option<Part> {
        self.0.take()
    }

    /// The logs that are to be read in another way, of those that were begun since it was asked
    /// last.
    #[must_use]
    pub fn refused(&self) -> Vec<usize> {
        std::mem::take(&mut self.0.state().refused)
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.0.state().stopped = true;
        self.0.changed.notify_all();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Option<Part> {
        let mut state = self.state();
        while state.taken < self.paths.len() {
            if let Some(searched) = state.searched.front_mut().and_then(Option::take) {
                state.searched.pop_front();
                state.taken += 1;
                state.waiting -= searched.size;
                self.changed.notify_all();
                return searched.part;
            }
            state = self.search_next_or_wait(state);
        }
        None
    }

    fn help(&self) {
        let mut state = self.state();
        while !state.stopped && state.begun < self.paths.len() {
            state = self.search_next_or_wait(state);
        }
    }

    fn search_next_or_wait<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
    ) -> MutexGuard<'a, State> {
        let has_room = state.begun == state.taken || state.waiting < self.room;
        if state.begun == self.paths.len() || !has_room {
            return self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let mut begun = Begun { shared: self, number: state.begun, part: None };
        state.begun += 1;
        state.searched.push_back(None);
        drop(state);
        begun.search();
        drop(begun);
        self.state()
    }
}

/// A log that is being searched. Should the search fail, it is to be read in another way.
struct Begun<'a> {
    shared: &'a Shared,
    number: usize,
    part: Option<Part>,
}

impl Begun<'_> {
    fn search(&mut self) {
        let Shared { matcher, logs, paths, .. } = self.shared;
        let path = paths[self.number].as_ref();
        self.part = path.and_then(|path| matcher.search_whole(path, logs));
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        let part = self.part.take();
        if part.is_none() {
            state.refused.push(self.number);
        }
        let size = part.as_ref().map_or(self.shared.logs.most, |part| part.found.bytes);
        let place = self.number - state.taken;
        state.searched[place] = Some(Searched { part, size });
        state.waiting += size;
        drop(state);
        self.shared.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::definition::Definition;
    use crate::engine::Pattern;
    use crate::view::View;

    fn matcher() -> Arc<Matcher> {
        let pattern = "v=([0-9]+)";
        let definition = Definition {
            number: 0,
            pattern: Arc::new(Pattern::new(pattern, pattern.to_owned()).unwrap()),
            literals: None,
            reach: None,
            required: Vec::new(),
            looks_behind: false,
        };
        Arc::new(Matcher::new(View::Raw, Clock::Recognised, vec![definition]).unwrap())
    }

    #[test]
    fn logs_come_in_order_whatever_the_threads_and_the_room() {
        let folder = std::env::temp_dir().join(format!("metricparse-ahead-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let paths: Vec<_> = (0..40)
            .map(|number| {
                let path = folder.join(number.to_string());
                std::fs::write(&path, format!("v={number}\n").repeat(number)).unwrap();
                (number % 7 > 0).then_some(path)
            })
            .collect();
        for (threads, room) in [(1, 0), (2, 0), (3, 50), (8, 1000), (100, 1 << 20)] {
            let logs = WholeLogs { most: 100, strip: false, odd: Vec::new() };
            let ahead = Ahead::new(matcher(), logs, paths.clone(), room, threads);
            let mut refused = Vec::new();
            for number in 0..40_u32 {
                let part = ahead.take();
                refused.extend(ahead.refused());
                let whole = number % 7 > 0 && number <= 20;
                let values = part.map(|part| part.found.rows.values);
                let expected = vec![f64::from(number); number as usize];
                assert_eq!(values, whole.then_some(expected), "{number}");
                assert_eq!(refused.contains(&(number as usize)), !whole);
            }
            assert!(ahead.take().is_none());
        }
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn whoever_stops_early_leaves_no_thread_waiting() {
        let logs = WholeLogs { most: 100, strip: false, odd: Vec::new() };
        let ahead = Ahead::new(matcher(), logs, vec![None; 10], 0, 4);
        let shared = Arc::downgrade(&ahead.0);
        drop(ahead);
        while shared.upgrade().is_some() {
            thread::yield_now();
        }
    }
}
