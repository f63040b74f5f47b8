//! The gap between the nearest record of a taxon and the nearest record outside it.

use std::collections::BTreeSet;

use num_bigint::BigUint;
use saola_search::{Kind, MIN_OVERLAP, Strand, align, bases::Verdict};

use crate::field::Field;

/// Positions at which exactly one of two records differs from the query, of those that both records have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DiscordantSites {
    /// The query agrees with the inner record and differs from the outer one.
    pub(crate) for_inside: u32,
    /// The query agrees with the outer record and differs from the inner one.
    pub(crate) for_outside: u32,
}

/// Compares where two records differ from the query; none when one of them cannot be aligned.
///
/// What is beyond the end of one of them says nothing of which is nearer, and is left out.
pub(crate) fn discordant_sites(field: &Field<'_>, inside: usize, outside: usize) -> Option<DiscordantSites> {
    let (inner, outer) = (DifferingSites::of(field, inside)?, DifferingSites::of(field, outside)?);
    let common = inner.first.max(outer.first)..=inner.last.min(outer.last);
    let only = |one: &DifferingSites, other: &DifferingSites| {
        one.sites.difference(&other.sites).filter(|(position, _)| common.contains(position)).count()
    };
    Some(DiscordantSites {
        for_inside: u32::try_from(only(&outer, &inner)).ok()?,
        for_outside: u32::try_from(only(&inner, &outer)).ok()?,
    })
}

/// Where a record differs from the query, and from where to where it has bases.
struct DifferingSites {
    /// Position on the query, and how many bases the record has inserted behind it.
    sites: BTreeSet<(u32, u32)>,
    /// The first position of the query that the record has a base beside.
    first: u32,
    /// The last one.
    last: u32,
}

impl DifferingSites {
    fn of(field: &Field<'_>, index: usize) -> Option<Self> {
        let bases = field.records.bases().get(index)?;
        let is_short = field.short.iter().any(|(short, _)| *short == index);
        let kind = if is_short { Kind::Partial } else { Kind::Spanning };
        let alignment = align(&field.query, bases, kind, Strand::Plus, MIN_OVERLAP).ok()??;
        let mut found = Self { sites: BTreeSet::new(), first: u32::MAX, last: 0 };
        let (mut position, mut inserted) = (0, 0);
        for column in alignment.positions(&field.query, bases).ok()? {
            match column.query_position {
                Some(query) => (position, inserted) = (query, 0),
                None => inserted += 1,
            }
            if column.query_position.is_some() && column.reference_position.is_some() {
                found.first = found.first.min(position);
                found.last = position;
            }
            if column.verdict == Verdict::Difference {
                found.sites.insert((position, inserted));
            }
        }
        Some(found)
    }
}

impl DiscordantSites {
    /// By how many differences the inner record is nearer, on the positions that both have.
    pub(crate) const fn gap(self) -> u32 {
        self.for_inside.saturating_sub(self.for_outside)
    }
}

/// Whether the one-sided exact sign test rejects "either record is as likely to agree": P(X <= b) <= limit for X
/// binomial with n = a + b trials and probability 1/2, that is `denominator * sum(C(n, k), k <= b) <= numerator * 2^n`.
pub(crate) fn sign_test(sites: DiscordantSites, [numerator, denominator]: [u32; 2]) -> bool {
    let trials = sites.for_inside + sites.for_outside;
    let mut coefficient = BigUint::from(1_u32);
    let mut tail = coefficient.clone();
    for k in 1..=sites.for_outside {
        coefficient = coefficient * (trials - k + 1) / k;
        tail += &coefficient;
    }
    tail * denominator <= (BigUint::from(numerator) << trials)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(for_inside: u32, for_outside: u32) -> bool {
        sign_test(DiscordantSites { for_inside, for_outside }, [1, 100])
    }

    /// Tail probabilities worked by hand: 1/64 > 1 %, 1/128 < 1 %; (1 + 10)/1024 = 1.07 %, (1 + 11)/2048 = 0.59 %.
    #[test]
    fn small_cases_by_hand() {
        assert!(!passes(0, 0));
        assert!(!passes(6, 0));
        assert!(passes(7, 0));
        assert!(!passes(9, 1));
        assert!(passes(10, 1));
        assert!(!passes(1, 10));
    }

    /// With Python's fractions: P(X <= 66) = 0.01624 and P(X <= 64) = 0.00700 for 160 trials.
    #[test]
    fn beyond_128_bits() {
        assert!(!passes(160 - 66, 66));
        assert!(passes(160 - 64, 64));
        assert!(passes(1000, 100));
    }
}
