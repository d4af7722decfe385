//! Which of sixteen bytes are in ranges, with instructions that every x86-64 processor has.

// Since Rust 1.87 most intrinsics are safe to call where the instructions are enabled.
#![allow(unused_unsafe)]

use std::arch::x86_64::{
    __m128i, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128,
    _mm_setzero_si128, _mm_sub_epi8,
};

/// Bytes that are looked at at a time.
pub const CHUNK: usize = 16;
/// Bits of what is told that belong to a byte.
pub const BITS_A_BYTE: usize = 1;
/// The bits of all bytes.
pub const ALL: u32 = 0xFFFF;

/// A range of ASCII characters: its first, and how many follow, once for each byte of a chunk.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    first: [u8; CHUNK],
    more: [u8; CHUNK],
}

impl Range {
    pub fn new(first: u8, last: u8) -> Self {
        Self { first: [first; CHUNK], more: [last - first; CHUNK] }
    }
}

/// The bytes that are in a range.
#[inline]
pub fn members(ranges: &[Range], bytes: [u8; CHUNK]) -> u32 {
    let bytes = load(&bytes);
    // SAFETY: all x86-64 processors have SSE2.
    let members = unsafe {
        let mut members = _mm_setzero_si128();
        for range in ranges {
            // Bytes before the first wrap around, above those in the range.
            let distance = _mm_sub_epi8(bytes, load(&range.first));
            let least = _mm_min_epu8(distance, load(&range.more));
            members = _mm_or_si128(members, _mm_cmpeq_epi8(distance, least));
        }
        _mm_movemask_epi8(members)
    };
    u32::from_ne_bytes(members.to_ne_bytes())
}

#[inline]
fn load(bytes: &[u8; CHUNK]) -> __m128i {
    // SAFETY: all x86-64 processors have SSE2, and there are 16 bytes.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}
