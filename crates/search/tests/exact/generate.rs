//! Pairs of sequences for property tests.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// A base: mostly plain, some IUPAC codes, rarely a byte that is none.
fn base() -> impl Strategy<Value = u8> {
    prop_oneof![
        60 => select(&b"ACGT"[..]),
        5 => select(&b"RYSWKMBDHVN"[..]),
        1 => Just(b'?'),
    ]
}

/// A sequence of mixed bases.
pub(crate) fn sequence(most: usize) -> impl Strategy<Value = Vec<u8>> {
    vec(base(), 0..=most)
}

/// A sequence of `A` and `C` only: many ties.
pub(crate) fn poor_sequence(most: usize) -> impl Strategy<Value = Vec<u8>> {
    vec(select(&b"AC"[..]), 0..=most)
}

/// One change at a place, given as a fraction of 2^16 of the length.
#[derive(Clone, Debug)]
enum Edit {
    Replace(u16, u8),
    Insert(u16, Vec<u8>),
    Delete(u16, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => (any::<u16>(), base()).prop_map(|(place, base)| Edit::Replace(place, base)),
        1 => (any::<u16>(), vec(base(), 1..4)).prop_map(|(place, bases)| Edit::Insert(place, bases)),
        1 => (any::<u16>(), 1_usize..4).prop_map(|(place, count)| Edit::Delete(place, count)),
    ]
}

fn apply(sequence: &mut Vec<u8>, edit: &Edit) {
    let at = |place: u16| usize::from(place) * sequence.len() / (1 << 16);
    match edit {
        Edit::Replace(place, base) => {
            let place = at(*place);
            if let Some(old) = sequence.get_mut(place) {
                *old = *base;
            }
        }
        Edit::Insert(place, bases) => {
            let place = at(*place);
            sequence.splice(place..place, bases.iter().copied());
        }
        Edit::Delete(place, count) => {
            let place = at(*place);
            let end = sequence.len().min(place + count);
            sequence.drain(place..end);
        }
    }
}

/// Changes that can be made to any sequence.
#[derive(Clone, Debug)]
pub(crate) struct Edits(Vec<Edit>);

impl Edits {
    pub(crate) fn apply(&self, sequence: &[u8]) -> Vec<u8> {
        let mut changed = sequence.to_vec();
        self.0.iter().for_each(|edit| apply(&mut changed, edit));
        changed
    }
}

/// Fewer than `most` changes.
pub(crate) fn edited(most: usize) -> impl Strategy<Value = Edits> {
    vec(edit(), 0..most).prop_map(Edits)
}

/// A query and a reference that is a changed piece of it between strange flanks.
pub(crate) fn related(most: usize) -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let flanks = (sequence(most / 3), sequence(most / 3));
    let cuts = (0..=most / 3, 0..=most / 3);
    let edits = vec(edit(), 0..12);
    (sequence(most), flanks, cuts, edits).prop_map(|(query, flanks, cuts, edits)| {
        let start = cuts.0.min(query.len());
        let end = query.len().saturating_sub(cuts.1).max(start);
        let mut reference = query[start..end].to_vec();
        for edit in &edits {
            apply(&mut reference, edit);
        }
        if flanks.0.len() % 2 == 0 {
            reference.splice(0..0, flanks.0);
        }
        if flanks.1.len() % 2 == 0 {
            reference.extend(flanks.1);
        }
        (query, reference)
    })
}

/// Two sequences in which gaps and ambiguity codes meet: many ties that only the ambiguous positions decide.
pub(crate) fn ambiguous_pair(most: usize) -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let bases = || vec(select(&b"AACCRNM"[..]), 0..=most);
    (bases(), bases())
}

/// Any of the above.
pub(crate) fn pair(most: usize) -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    prop_oneof![
        3 => related(most),
        1 => (sequence(most), sequence(most)),
        1 => (poor_sequence(most), poor_sequence(most)),
    ]
}
