//! Small gzip files, decompressed at once.
//!
//! What is damaged or unusual is refused; `metricparse/logs/input/compression.py` says what of it
//! can be read.

use std::ptr::NonNull;

use libdeflate_sys::{
    libdeflate_alloc_decompressor, libdeflate_decompressor, libdeflate_free_decompressor,
    libdeflate_gzip_decompress_ex, libdeflate_result_LIBDEFLATE_INSUFFICIENT_SPACE as NO_ROOM,
    libdeflate_result_LIBDEFLATE_SUCCESS as DONE,
};

/// What a member starts with.
const MAGIC: [u8; 2] = [0x1F, 0x8B];
/// Where a member's flags are, and those that change nothing: a text, and a file name.
const FLAGS: usize = 3;
const ORDINARY_FLAGS: u8 = 0b0000_1001;
/// Bytes at the end of a member that tell how long its text is.
const LENGTH: usize = 4;
/// The most bytes of text that a compressed one can stand for.
const MOST_OF_BYTE: usize = 1032;

/// Decompresses gzip files.
#[derive(Debug)]
pub struct Decompressor(NonNull<libdeflate_decompressor>);

// SAFETY: a decompressor is memory without ties to the thread that allocated it.
unsafe impl Send for Decompressor {}

/// Whether a file starts as those of gzip do.
pub fn is_gzip(file: &[u8]) -> bool {
    file.starts_with(&MAGIC)
}

/// How long the text of a file's last member is, as its end tells.
pub fn told_length(end: &[u8]) -> Option<usize> {
    let (_, told) = end.split_last_chunk::<LENGTH>()?;
    usize::try_from(u32::from_le_bytes(*told)).ok()
}

impl Decompressor {
    /// A decompressor; none if there is no memory for it.
    pub fn new() -> Option<Self> {
        // SAFETY: it may be called at any time, and returns null if there is no memory.
        NonNull::new(unsafe { libdeflate_alloc_decompressor() }).map(Self)
    }

    /// Writes what the members of a file hold to `text`: at most `most` bytes.
    ///
    /// None if it is more, or if anything about the file is wrong or unusual.
    pub fn decompress(&mut self, file: &[u8], most: usize, text: &mut Vec<u8>) -> Option<()> {
        let mut left = file;
        let mut filled = 0;
        let possible = most.min(file.len().saturating_mul(MOST_OF_BYTE));
        let told = told_length(file).filter(|&told| told <= possible)?;
        text.resize(text.len().max(told), 0);
        while !left.is_empty() {
            if !is_gzip(left) || left.get(FLAGS)? & !ORDINARY_FLAGS != 0 {
                return None;
            }
            let (read, written) = match self.member(left, &mut text[filled..]) {
                Ok(sizes) => sizes,
                Err(Refused::Room) if text.len() < possible => {
                    text.resize(possible.min(2 * text.len().max(1)), 0);
                    continue;
                }
                Err(_) => return None,
            };
            filled += written;
            // What is written beyond may be room of an earlier file.
            if filled > most {
                return None;
            }
            left = &left[read..];
            let padding = left.iter().take_while(|&&byte| byte == 0).count();
            left = &left[padding..];
        }
        text.truncate(filled);
        Some(())
    }

    /// How many bytes a file's first member takes, and how many of text it stands for.
    fn member(&mut self, file: &[u8], text: &mut [u8]) -> Result<(usize, usize), Refused> {
        let (mut read, mut written) = (0, 0);
        // SAFETY: the decompressor is one until it is dropped, and no one else's while it is
        // borrowed. So many bytes may be read of `file` and written to `text`, and both sizes.
        let result = unsafe {
            libdeflate_gzip_decompress_ex(
                self.0.as_ptr(),
                file.as_ptr().cast(),
                file.len(),
                text.as_mut_ptr().cast(),
                text.len(),
                &raw mut read,
                &raw mut written,
            )
        };
        match result {
            DONE => Ok((read, written)),
            NO_ROOM => Err(Refused::Room),
            _ => Err(Refused::Data),
        }
    }
}

impl Drop for Decompressor {
    fn drop(&mut self) {
        // SAFETY: it was allocated by `new`, and is not used any more.
        unsafe { libdeflate_free_decompressor(self.0.as_ptr()) }
    }
}

/// Why a member was not decompressed.
enum Refused {
    Room,
    Data,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a\n`, compressed.
    const MEMBER: &[u8] =
        &[0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B, 0xE4, 2, 0, 7, 0xA1, 0xEA, 0xDD, 2, 0, 0, 0];

    fn text(file: &[u8], most: usize) -> Option<Vec<u8>> {
        let mut text = vec![b'x'; 7];
        Decompressor::new().unwrap().decompress(file, most, &mut text).map(|()| text)
    }

    #[test]
    fn members_are_joined_and_padding_is_passed_over() {
        assert_eq!(text(MEMBER, 100).unwrap(), b"a\n");
        let two = [MEMBER, b"\0\0\0", MEMBER, b"\0"].concat();
        assert_eq!(text(&two, 100).unwrap(), b"a\na\n");
        assert_eq!(text(&MEMBER.repeat(1000), 2000).unwrap(), b"a\n".repeat(1000));
    }

    #[test]
    fn what_is_longer_is_refused() {
        assert_eq!(text(MEMBER, 2).unwrap(), b"a\n");
        assert_eq!(text(MEMBER, 1), None);
        assert_eq!(text(&MEMBER.repeat(4), 7), None);
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        for end in 0..MEMBER.len() {
            assert_eq!(text(&MEMBER[..end], 100), None, "{end}");
        }
        assert_eq!(text(&[MEMBER, b"more"].concat(), 100), None);
        for flag in [2, 4, 16, 32] {
            let mut unusual = MEMBER.to_vec();
            unusual[FLAGS] = flag;
            assert_eq!(text(&unusual, 100), None);
        }
    }
}
