//! Sets told apart with AVX2.

// Since Rust 1.87 most intrinsics are safe to call where the instructions are enabled.
#![allow(unused_unsafe)]

use std::arch::x86_64::{
    __m256i, _mm256_and_si256, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256,
    _mm256_movemask_epi8, _mm256_set1_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8,
    _mm256_srli_epi16, _mm_loadu_si128,
};

use super::{Sets, WORD};
use crate::engine::direct::set::Set;

const HALF: usize = WORD / 2;

/// The bit of each high half of a byte; none for bytes that are not ASCII.
const HIGH: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0];

pub fn is_available() -> bool {
    is_x86_feature_detected!("avx2")
}

/// Writes the bits of the bytes in each set, `words` of them for each.
pub fn tell(sets: &Sets, text: &[u8], words: usize, members: &mut [u64]) {
    assert!(is_available());
    // SAFETY: the instructions are available.
    unsafe { tell_with_avx2(sets, text, words, members) }
}

/// Tells so many of the sets apart at a time that their tables stay in registers.
#[target_feature(enable = "avx2")]
unsafe fn tell_with_avx2(sets: &Sets, text: &[u8], words: usize, members: &mut [u64]) {
    const TOGETHER: usize = 4;
    for (sets, members) in sets.0.chunks(TOGETHER).zip(members.chunks_mut(TOGETHER * words)) {
        // SAFETY: the caller vouches for the instructions.
        unsafe {
            match *sets {
                [one, two, three, four] => tell_some([one, two, three, four], text, members),
                [one, two, three] => tell_some([one, two, three], text, members),
                [one, two] => tell_some([one, two], text, members),
                [one] => tell_some([one], text, members),
                _ => {}
            }
        }
    }
}

#[target_feature(enable = "avx2")]
unsafe fn tell_some<const N: usize>(sets: [Set; N], text: &[u8], members: &mut [u64]) {
    let words = members.len() / N;
    let mut streams = members.chunks_exact_mut(words);
    let mut streams: [&mut [u64]; N] = std::array::from_fn(|_| streams.next().unwrap_or_default());
    // SAFETY: the caller vouches for the instructions.
    let tables = sets.map(|set| unsafe { load(&table(set)) });
    for word in 0..words {
        let mut last = [b'\n'; WORD];
        let rest = text.get(word * WORD..).unwrap_or_default();
        let window = rest.first_chunk().unwrap_or_else(|| {
            last[..rest.len()].copy_from_slice(rest);
            &last
        });
        // SAFETY: as above.
        let halves = unsafe { [half(window, 0), half(window, HALF)] };
        for (table, stream) in tables.iter().zip(&mut streams) {
            // SAFETY: as above.
            stream[word] = unsafe { told(*table, halves) };
        }
    }
}

/// For each low half of an ASCII byte the high halves with which it is in a set, a bit each.
fn table(set: Set) -> [u8; 16] {
    let mut table = [0; 16];
    for byte in (0..128).filter(|&byte| byte != b'\n' && set.has(byte)) {
        table[usize::from(byte & 15)] |= 1 << (byte >> 4);
    }
    table
}

/// 32 bytes of a window, and the bits of their high halves.
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn half(window: &[u8; WORD], start: usize) -> (__m256i, __m256i) {
    // SAFETY: the caller vouches for the instructions, and for 32 bytes at `start`.
    unsafe {
        let bytes = _mm256_loadu_si256(window[start..start + HALF].as_ptr().cast());
        let high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(0x0F));
        (bytes, _mm256_shuffle_epi8(load(&HIGH), high))
    }
}

/// The bits of the bytes that are in the set of a table.
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn told(table: __m256i, halves: [(__m256i, __m256i); 2]) -> u64 {
    // SAFETY: the caller vouches for the instructions.
    let [first, second] = halves.map(|(bytes, high)| unsafe {
        // For a byte that is not ASCII the shuffle yields 0.
        let members = _mm256_and_si256(_mm256_shuffle_epi8(table, bytes), high);
        let others = _mm256_cmpeq_epi8(members, _mm256_setzero_si256());
        u64::from(u32::from_ne_bytes(_mm256_movemask_epi8(others).to_ne_bytes()))
    });
    !(second << HALF | first)
}

/// The same 16 bytes in both halves.
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn load(bytes: &[u8; 16]) -> __m256i {
    // SAFETY: the caller vouches for the instructions, and there are 16 bytes.
    unsafe { _mm256_broadcastsi128_si256(_mm_loadu_si128(bytes.as_ptr().cast())) }
}
