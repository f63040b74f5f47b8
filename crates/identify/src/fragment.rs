//! The part of a record that is aligned with the query.

use saola_search::{Comparison, allowed_overhang, bases};
use saola_seq::iupac::is_base;

/// A fragment of a record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fragment<'a> {
    pub(crate) bases: &'a [u8],
    /// Where it starts in the record: 1-based.
    pub(crate) start: u32,
    /// [`Fragment::slack`] of the query.
    slack: u32,
}

impl<'a> Fragment<'a> {
    /// `record` as it was compared with a query.
    pub(crate) fn new(record: &'a [u8], comparison: &Comparison, query: &[u8]) -> Option<Self> {
        let start = usize::try_from(comparison.reference_start).ok()?.checked_sub(1)?;
        let bases = record.get(start..usize::try_from(comparison.reference_end).ok()?)?;
        let aligned = (comparison.query_end + 1).saturating_sub(comparison.query_start);
        let overhanging = u32::try_from(query.len()).ok()?.saturating_sub(aligned);
        let mut fragment = Self { bases, start: comparison.reference_start, slack: 0 };
        fragment.slack = fragment.slack(query, comparison.differences + overhanging);
        Some(fragment)
    }

    /// How much farther a record may be from another sequence, `apart` differences end to end from the fragment, than from
    /// the fragment.
    ///
    /// # Proof
    ///
    /// Let d(x, o) be the differences of a spanning alignment of x with a record o, q the other sequence and m the fragment. Lay the
    /// alignments of q with m and of m with o over each other: a column of q beside o that counts in neither is a difference
    /// only if q and o agree with the same base of m but not with each other, which takes an ambiguity code in m. Where m overhangs o at
    /// no cost, q overhangs it too, at no cost but for what is allowed to m alone. Hence
    ///
    /// d(q, o) <= apart + d(m, o) + (ambiguity codes of m) + 2 (overhang allowed to m, less that allowed to q).
    pub(crate) fn slack(&self, other: &[u8], apart: u32) -> u32 {
        let ambiguous = self.bases.iter().filter(|code| !is_base(**code)).count();
        let allowed = allowed_overhang(self.bases.len()).saturating_sub(allowed_overhang(other.len()));
        apart.saturating_add(u32::try_from(ambiguous + 2 * allowed).unwrap_or(u32::MAX))
    }

    /// A lower bound of the differences to a record that has `to_query` differences to the query.
    pub(crate) const fn least_differences(&self, to_query: u32) -> u32 {
        to_query.saturating_sub(self.slack)
    }
}

/// No spanning alignment needs more differences: those of the two side by side, or all bases.
pub(crate) fn most_differences(one: &[u8], other: &[u8]) -> u32 {
    let most = one.len().max(other.len());
    let side_by_side = || {
        let differ = |(one, other): &(&u8, &u8)| bases::mask(**one) & bases::mask(**other) == 0;
        one.iter().zip(other).filter(differ).count()
    };
    let differences = if one.len() == other.len() { side_by_side() } else { most };
    u32::try_from(differences).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use saola_search::{Kind, Pattern, spanning_differences};

    use super::*;

    type Edit = (prop::sample::Index, u8, u8);

    fn code() -> impl Strategy<Value = u8> {
        prop_oneof![12 => prop::sample::select(b"ACGT".to_vec()), 1 => prop::sample::select(b"NRYKM".to_vec())]
    }

    fn edits() -> impl Strategy<Value = Vec<Edit>> {
        prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, code()), 0..25)
    }

    fn edited(bases: &[u8], edits: &[Edit]) -> Vec<u8> {
        let mut bases = bases.to_vec();
        for (place, kind, code) in edits {
            let place = place.index(bases.len());
            match kind {
                0 | 1 => bases[place] = *code,
                2 => bases.insert(place, *code),
                _ if bases.len() > 30 => drop(bases.remove(place)),
                _ => {}
            }
        }
        bases
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

        #[test]
        fn bounds_hold(
            query in prop::collection::vec(code(), 30..700),
            (to_member, to_other) in (edits(), edits()),
            (cut_left, cut_right, flank) in (0..12_usize, 0..12_usize, 0..30_usize),
        ) {
            let mut member = edited(&query, &to_member);
            member.truncate(member.len() - cut_right);
            member.drain(..cut_left.min(member.len() - 1));
            let other = [b"ACGGT".repeat(flank).as_slice(), &edited(&member, &to_other)].concat();
            let pattern = Pattern::new(&query);
            let comparison = pattern.counts(&member, Kind::Spanning);
            if let Some(comparison) = comparison {
                let fragment = Fragment::new(&member, &comparison, &query).unwrap();
                let to_query = spanning_differences(&query, &[&other], None)[0];
                let to_fragment = spanning_differences(fragment.bases, &[&other], None)[0];
                if let (Some(to_query), Some(to_fragment)) = (to_query, to_fragment) {
                    prop_assert!(fragment.least_differences(to_query) <= to_fragment);
                    prop_assert!(to_fragment <= most_differences(fragment.bases, &other));
                }
            }
        }
    }
}
