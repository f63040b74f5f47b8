//! Sequences in 2 bits a base with a list of ambiguities.
//!
//! ```text
//! ACGTN  ->  bases 0b11_10_01_00, 0b00  ambiguities (4, N)
//!                   T  G  C  A     A
//! ```

use std::collections::HashMap;

use saola_seq::iupac::base_number;
use zerocopy::{FromBytes, IntoBytes};

use crate::layout::{Ambiguity, SequenceEntry};

const LETTERS: [u8; 4] = *b"ACGT";

/// Collects distinct sequences while a release is written.
#[derive(Default)]
pub(crate) struct Packer<'a> {
    numbers: HashMap<&'a [u8], u32>,
    entries: Vec<SequenceEntry>,
    bases: Vec<u8>,
    ambiguities: Vec<Ambiguity>,
}

impl<'a> Packer<'a> {
    /// The number of `sequence`, stored once however often it comes; `None` when there are too many.
    pub(crate) fn add(&mut self, sequence: &'a [u8]) -> Option<u32> {
        if let Some(number) = self.numbers.get(sequence) {
            return Some(*number);
        }
        let number = u32::try_from(self.entries.len()).ok()?;
        let first_ambiguity = self.ambiguities.len();
        let first_byte = self.bases.len();
        for (position, &code) in (0..).zip(sequence) {
            if base_number(code).is_none() {
                self.ambiguities.push(Ambiguity { position: u32::into(position), code, reserved: [0; 3] });
            }
        }
        self.bases.extend(
            sequence.chunks(4).map(|four| {
                four.iter().rev().fold(0, |byte, &code| byte << 2 | base_number(code).unwrap_or(0))
            }),
        );
        self.entries.push(SequenceEntry {
            first_byte: (first_byte as u64).into(),
            bases: u32::try_from(sequence.len()).ok()?.into(),
            ambiguities: u32::try_from(self.ambiguities.len() - first_ambiguity).ok()?.into(),
            first_ambiguity: (first_ambiguity as u64).into(),
        });
        self.numbers.insert(sequence, number);
        Some(number)
    }

    /// The sections `sequences`, `bases` and `ambiguities`.
    pub(crate) fn into_sections(self) -> [Vec<u8>; 3] {
        [self.entries.as_bytes().to_vec(), self.bases, self.ambiguities.as_bytes().to_vec()]
    }
}

/// A distinct sequence as it is stored, within bounds and with possible codes only.
#[derive(Clone, Copy, Debug)]
pub struct PackedSequence<'a> {
    length: usize,
    bytes: &'a [u8],
    ambiguities: &'a [Ambiguity],
}

impl<'a> PackedSequence<'a> {
    /// `None` when `entry` reaches beyond a section or has an ambiguity out of order, beyond its end, or with a code
    /// that is none.
    pub(crate) fn new(entry: &SequenceEntry, bases: &'a [u8], ambiguities: &'a [u8]) -> Option<Self> {
        let first = usize::try_from(entry.first_byte.get()).ok()?;
        let length = usize::try_from(entry.bases.get()).ok()?;
        let bytes = bases.get(first..first.checked_add(length.div_ceil(4))?)?;
        let list = <[Ambiguity]>::ref_from_bytes(ambiguities).ok()?;
        let from = usize::try_from(entry.first_ambiguity.get()).ok()?;
        let to = from.checked_add(usize::try_from(entry.ambiguities.get()).ok()?)?;
        let ambiguities = list.get(from..to)?;
        let is_possible = |ambiguity: &Ambiguity| {
            saola_seq::iupac::normalise(ambiguity.code) == Some(ambiguity.code)
                && base_number(ambiguity.code).is_none()
        };
        let in_order = ambiguities.is_sorted_by(|one, next| one.position.get() < next.position.get());
        let in_bounds = ambiguities.last().is_none_or(|last| (last.position.get() as usize) < length);
        let is_sound = in_order && in_bounds && ambiguities.iter().all(is_possible);
        is_sound.then_some(Self { length, bytes, ambiguities })
    }

    /// Number of bases.
    pub const fn len(&self) -> usize {
        self.length
    }

    /// True for a sequence without bases.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// 2 bits a base (A 0, C 1, G 2, T 3), the first base in the lowest bits of the first byte; `len() / 4` bytes,
    /// rounded up. Beneath an ambiguity stands A.
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The bases that are not A, C, G or T, from left to right: position from 0, and upper-case IUPAC code.
    pub fn ambiguities(&self) -> impl ExactSizeIterator<Item = (u32, u8)> + use<'a> {
        self.ambiguities.iter().map(|ambiguity| (ambiguity.position.get(), ambiguity.code))
    }

    /// The bases in upper-case IUPAC codes. Time O(n).
    pub fn letters(&self) -> Vec<u8> {
        let mut letters = Vec::with_capacity(self.bytes.len() * 4);
        for byte in self.bytes {
            letters.extend([0, 2, 4, 6].map(|shift| LETTERS[usize::from(byte >> shift & 3)]));
        }
        letters.truncate(self.length);
        for (position, code) in self.ambiguities() {
            if let Some(letter) = letters.get_mut(position as usize) {
                *letter = code;
            }
        }
        letters
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_sequence_comes_back(
            sequences in proptest::collection::vec("[ACGTRYSWKMBDHVN]{0,40}", 1..10),
        ) {
            let mut packer = Packer::default();
            let numbers: Vec<u32> =
                sequences.iter().map(|sequence| packer.add(sequence.as_bytes()).unwrap()).collect();
            let [entries, bases, ambiguities] = packer.into_sections();
            let entries = <[SequenceEntry]>::ref_from_bytes(&entries).unwrap();
            for (sequence, number) in sequences.iter().zip(numbers) {
                let back = PackedSequence::new(&entries[number as usize], &bases, &ambiguities).unwrap();
                prop_assert_eq!(back.len(), sequence.len());
                prop_assert_eq!(back.letters(), sequence.as_bytes().to_vec());
            }
        }
    }

    #[test]
    fn equal_sequences_are_stored_once() {
        let mut packer = Packer::default();
        assert_eq!(packer.add(b"ACGTN"), Some(0));
        assert_eq!(packer.add(b"ACGTA"), Some(1));
        assert_eq!(packer.add(b"ACGTN"), Some(0));
    }

    #[test]
    fn the_worked_example_and_what_is_refused() {
        let mut packer = Packer::default();
        packer.add(b"ACGTN");
        let [entries, bases, ambiguities] = packer.into_sections();
        assert_eq!(bases, [0b1110_0100, 0]);
        let entry = SequenceEntry::ref_from_bytes(&entries).unwrap();
        let sequence = PackedSequence::new(entry, &bases, &ambiguities).unwrap();
        assert_eq!(sequence.ambiguities().collect::<Vec<_>>(), [(4, b'N')]);
        assert!(PackedSequence::new(entry, &bases[..1], &ambiguities).is_none());
        assert!(PackedSequence::new(entry, &bases, &[]).is_none());
        for (place, byte) in [(0, 5), (4, b'A'), (4, b'n'), (4, b'J')] {
            let mut wrong = ambiguities.clone();
            wrong[place] = byte;
            assert!(PackedSequence::new(entry, &bases, &wrong).is_none(), "byte {place} as {byte}");
        }
    }
}
