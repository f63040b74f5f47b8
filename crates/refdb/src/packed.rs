//! Sequences in 2 bits a base with a list of ambiguities.

use std::collections::BTreeMap;

use saola_seq::iupac::base_number;
use zerocopy::{FromBytes, IntoBytes};

use crate::layout::{Ambiguity, SequenceEntry};

/// Collects distinct sequences while a release is written.
#[derive(Default)]
pub(crate) struct Packer {
    numbers: BTreeMap<Vec<u8>, u32>,
    entries: Vec<SequenceEntry>,
    bases: Vec<u8>,
    ambiguities: Vec<Ambiguity>,
}

impl Packer {
    /// The number of `sequence`, stored once however often it comes; `None` when there are too many.
    pub(crate) fn add(&mut self, sequence: &[u8]) -> Option<u32> {
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
        self.numbers.insert(sequence.to_vec(), number);
        Some(number)
    }

    /// The sections `sequences`, `bases` and `ambiguities`.
    pub(crate) fn into_sections(self) -> [(&'static str, Vec<u8>); 3] {
        [
            ("sequences", self.entries.as_bytes().to_vec()),
            ("bases", self.bases),
            ("ambiguities", self.ambiguities.as_bytes().to_vec()),
        ]
    }
}

/// The sequence that `entry` describes; `None` when it reaches beyond a section or holds an impossible code.
pub(crate) fn unpack(entry: &SequenceEntry, bases: &[u8], ambiguities: &[u8]) -> Option<Vec<u8>> {
    const LETTERS: [u8; 4] = *b"ACGT";
    let first = usize::try_from(entry.first_byte.get()).ok()?;
    let count = usize::try_from(entry.bases.get()).ok()?;
    let packed = bases.get(first..first.checked_add(count.div_ceil(4))?)?;
    let mut sequence: Vec<u8> = packed
        .iter()
        .flat_map(|byte| [0, 2, 4, 6].map(|shift| LETTERS[usize::from(byte >> shift & 3)]))
        .take(count)
        .collect();
    let list = <[Ambiguity]>::ref_from_bytes(ambiguities).ok()?;
    let from = usize::try_from(entry.first_ambiguity.get()).ok()?;
    let to = from.checked_add(usize::try_from(entry.ambiguities.get()).ok()?)?;
    for ambiguity in list.get(from..to)? {
        let code = saola_seq::iupac::normalise(ambiguity.code)?;
        *sequence.get_mut(ambiguity.position.get() as usize)? = code;
    }
    Some(sequence)
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
            let [entries, bases, ambiguities] = packer.into_sections().map(|(_, content)| content);
            let entries = <[SequenceEntry]>::ref_from_bytes(&entries).unwrap();
            for (sequence, number) in sequences.iter().zip(numbers) {
                let back = unpack(&entries[number as usize], &bases, &ambiguities).unwrap();
                prop_assert_eq!(back.as_slice(), sequence.as_bytes());
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
}
