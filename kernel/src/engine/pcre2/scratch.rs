//! What PCRE2 writes to while it searches.

use std::ptr::{self, NonNull};

use pcre2_sys as pcre2;

use crate::engine::outcome::Match;

const JIT_STACK_START: usize = 64 * 1024;
const JIT_STACK_LIMIT: usize = 4 * 1024 * 1024;
const PAIRS: u32 = 2;
/// What stands for "not set" in PCRE2's offsets.
const UNSET: usize = usize::MAX;

/// What a search writes to: one per thread.
#[derive(Debug)]
pub struct Scratch {
    pub(super) data: NonNull<pcre2::pcre2_match_data_8>,
    pub(super) context: NonNull<pcre2::pcre2_match_context_8>,
    stack: *mut pcre2::pcre2_jit_stack_8,
}

// SAFETY: all are owned by this value alone and not bound to a thread.
unsafe impl Send for Scratch {}

impl Default for Scratch {
    /// Allocates it; aborts, as every allocation does, where there is no memory.
    fn default() -> Self {
        // SAFETY: the calls only allocate; a null stack means the machine's own.
        unsafe {
            let data = pcre2::pcre2_match_data_create_8(PAIRS, ptr::null_mut());
            let context = pcre2::pcre2_match_context_create_8(ptr::null_mut());
            let (Some(data), Some(context)) = (NonNull::new(data), NonNull::new(context)) else {
                std::alloc::handle_alloc_error(std::alloc::Layout::new::<[usize; 16]>());
            };
            let stack =
                pcre2::pcre2_jit_stack_create_8(JIT_STACK_START, JIT_STACK_LIMIT, ptr::null_mut());
            pcre2::pcre2_jit_stack_assign_8(context.as_ptr(), None, stack.cast());
            Self { data, context, stack }
        }
    }
}

impl Scratch {
    pub(super) fn limit_steps(&mut self, steps: usize) {
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        // SAFETY: the context is alive, and owned by this value.
        unsafe { pcre2::pcre2_set_match_limit_8(self.context.as_ptr(), steps) };
    }

    pub(super) fn limit_starts(&mut self, last: usize) {
        // SAFETY: as above.
        unsafe { pcre2::pcre2_set_offset_limit_8(self.context.as_ptr(), last) };
    }

    pub(super) fn found(&self, captured: bool) -> Match {
        // SAFETY: the match data was created with two pairs; the successful search has set the
        // first, and the second if `captured`.
        let offsets = unsafe {
            let pointer = pcre2::pcre2_get_ovector_pointer_8(self.data.as_ptr());
            std::slice::from_raw_parts(pointer, 2 * PAIRS as usize)
        };
        let capture = (captured && offsets[2] != UNSET).then(|| (offsets[2], offsets[3]));
        Match { start: offsets[0], end: offsets[1], capture }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // SAFETY: all three are alive and no longer referred to; a null stack is allowed.
        unsafe {
            pcre2::pcre2_match_data_free_8(self.data.as_ptr());
            pcre2::pcre2_match_context_free_8(self.context.as_ptr());
            pcre2::pcre2_jit_stack_free_8(self.stack);
        }
    }
}
