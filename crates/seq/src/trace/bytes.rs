//! Big-endian numbers in a file, within its bounds.

use super::TraceError;

/// Bytes with the name of the part that they are.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    /// `count` bytes from `offset`; `what` names them in the error.
    pub(super) fn part(self, offset: usize, count: usize, what: &str) -> Result<&'a [u8], TraceError> {
        let end = offset.checked_add(count);
        end.and_then(|end| self.0.get(offset..end)).ok_or_else(|| TraceError::CutOff(what.to_owned()))
    }

    pub(super) fn u32(self, offset: usize, what: &str) -> Result<u32, TraceError> {
        let part = self.part(offset, 4, what)?;
        Ok(part.iter().fold(0, |number, byte| (number << 8) | u32::from(*byte)))
    }

    pub(super) fn u16(self, offset: usize, what: &str) -> Result<u16, TraceError> {
        let part = self.part(offset, 2, what)?;
        Ok(part.iter().fold(0, |number, byte| (number << 8) | u16::from(*byte)))
    }

    /// A number that is used as a size or a place.
    pub(super) fn size(self, offset: usize, what: &str) -> Result<usize, TraceError> {
        usize::try_from(self.u32(offset, what)?).map_err(|_| TraceError::CutOff(what.to_owned()))
    }
}

/// Two-byte numbers, with sign.
pub(super) fn shorts(bytes: &[u8]) -> impl Iterator<Item = i16> {
    bytes.chunks_exact(2).map(|pair| i16::from_be_bytes([pair[0], pair[1]]))
}

/// Text of a file for people: what is not UTF-8 or printable is replaced, blanks at the ends go.
pub(super) fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let text = String::from_utf8_lossy(&bytes[..end]);
    let shown: String = text.chars().map(|c| if crate::is_unsafe(c) { '\u{fffd}' } else { c }).collect();
    shown.trim().chars().take(200).collect()
}
