//! When one diagonal is the only alignment with the least differences.
//!
//! Most records near a query differ from it by a few substitutions. Then no cell need be filled: it is enough to show that no path
//! but the diagonal has so few differences. Rule 1 alone chooses it, whatever the ambiguity codes.
//!
//! # Claim
//!
//! Let d be the least differences, all of them attained on one diagonal (by the bit-parallel pass), and let that whole diagonal have d
//! pairs that cannot agree, in rows `x_1 < ... < x_d`. They cut its cells into d + 1 *stretches*. Let no stretch but the last
//! be *free* on another diagonal at most d away: its rows, as far as that diagonal has them, do not all agree there.
//! Then the diagonal is the only path with d differences.
//!
//! ```text
//! query          ACGTTGCA A CGATCAGG T TTACAG      d = 2: stretches of 8, 8 and 6 rows
//!                |||||||| * |||||||| * ||||||
//! reference  ...TACGTTGCA C CGATCAGG A TTACAGC...  none of the first two agrees when moved by 1 or 2
//! ```
//!
//! # Why
//!
//! Let a path have d differences; it ends on the diagonal, in the last stretch, and each gap moves it by one diagonal, so that it never
//! is more than d away. Say that it *touches* a stretch when it visits one of its cells. In the rows of a stretch that it
//! does not touch it has a difference: without, it would stay on another diagonal, on which the stretch would be free. Let
//! it touch stretches a < b and none between.
//!
//! * b = a + 1: it goes past one pair that cannot agree. On the diagonal that costs 1; off it, at least 2 gaps.
//! * b > a + 1: it leaves after its last cell in a and returns to its first in b, by a gap each, not in the rows of an untouched stretch, and
//!   has a difference in each of b - a - 1 untouched stretches: at least b - a + 1.
//! * Before the first stretch a that it touches: a differences in untouched stretches, and, unless it starts on the diagonal (then
//!   a = 0), a gap to come there.
//! * Within a stretch: 0 on the diagonal, else at least 2 gaps.
//!
//! The sum is d on the diagonal, and more on any other path.
//!
//! # Complexity
//!
//! O(m + d^2) when stretches soon disagree on other diagonals, O(m d) at worst.

use super::{Path, Step};
use crate::bases::{Verdict, classify_masks, mask};
use crate::ends::{Ends, signed};
use crate::myers::Nearest;
use std::ops::Range;

/// A diagonal with the least differences, on which all alignments with so few end.
pub(super) struct Diagonal {
    pub(super) path: Path,
    /// The rows of all stretches but the last.
    stretches: Vec<Range<usize>>,
    number: isize,
}

impl Diagonal {
    /// `None` when alignments with the least differences end on several diagonals, or that diagonal has more.
    pub(super) fn new(query: &[u8], reference: &[u8], ends: &Ends, nearest: &Nearest) -> Option<Self> {
        let number = nearest.lowest_diagonal;
        if nearest.highest_diagonal != number {
            return None;
        }
        let (query_start, reference_start) = (before(number), before(-number));
        if query_start > ends.last_query_start || reference_start > ends.last_reference_start {
            return None;
        }
        let rows = query.get(query_start..)?.iter().zip(reference.get(reference_start..)?);
        let (mut positions, mut ambiguous, mut first) = (0, 0, query_start);
        let mut stretches: Vec<Range<usize>> = Vec::new();
        for (row, (&base, &code)) in (query_start..).zip(rows) {
            positions += 1;
            match classify_masks(base, mask(code)) {
                Verdict::Match => {}
                Verdict::Ambiguous => ambiguous += 1,
                Verdict::Difference if stretches.len() == nearest.differences => return None,
                Verdict::Difference => {
                    stretches.push(first..row);
                    first = row + 1;
                }
            }
        }
        let path = Path {
            differences: nearest.differences,
            positions,
            gap_events: 0,
            ambiguous,
            query_start,
            reference_start,
            query_end: query_start + positions,
            reference_end: reference_start + positions,
            last: Step::Pair,
        };
        (stretches.len() == nearest.differences).then_some(Self { path, stretches, number })
    }

    /// Whether it is shown to be the only alignment with the least differences.
    pub(super) fn is_only(&self, query: &[u8], reference: &[u8]) -> bool {
        let free = |rows| is_free(query, reference, rows, self.number, self.stretches.len());
        !self.stretches.iter().any(free)
    }
}

/// Whether rows of the query agree with the reference on another diagonal at most so far away.
fn is_free(query: &[u8], reference: &[u8], rows: &Range<usize>, diagonal: isize, away: usize) -> bool {
    let agrees = |other: isize| {
        // Paths on this diagonal start no sooner: they may leave out rows above.
        let first = rows.start.max(before(other)).min(rows.end);
        let column = usize::try_from(signed(first) + other).unwrap_or(0);
        let bases = query.get(first..rows.end).unwrap_or_default();
        let codes = reference.get(column..).unwrap_or_default();
        bases.len() <= codes.len() && bases.iter().zip(codes).all(|(base, &code)| base & mask(code) != 0)
    };
    (1..=signed(away)).any(|away| agrees(diagonal - away) || agrees(diagonal + away))
}

/// Bases of the query before a diagonal begins; of the reference, for the negated diagonal.
fn before(diagonal: isize) -> usize {
    usize::try_from(-diagonal).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical::{Problem, canonical_path};
    use crate::ends::Kind;
    use crate::myers::Pattern;
    use proptest::prelude::*;

    fn diagonal(pattern: &Pattern, reference: &[u8], kind: Kind) -> Option<Path> {
        let nearest = pattern.nearest(reference, kind, None)?;
        let found = Diagonal::new(pattern.masks(), reference, &pattern.ends(reference, kind)?, &nearest)?;
        found.is_only(pattern.masks(), reference).then_some(found.path)
    }

    #[test]
    fn one_substitution_is_the_only_way_unless_a_gap_costs_as_little() {
        let shown = |query: &[u8], reference: &[u8]| {
            let found = diagonal(&Pattern::new(query), reference, Kind::Spanning);
            found.map(|path| (path.positions, path.differences, path.reference_start))
        };
        assert_eq!(shown(b"GATTACAGTCATGCCA", b"CCGATTACAGTGATGCCATT"), Some((16, 1, 2)));
        // The first base against A, or against a gap: both cost 1.
        assert_eq!(shown(b"GATTACAGTCATGCCA", b"CCAATTACAGTCATGCCATT"), None);
        // CG against GT: two substitutions, or C-gap, G-G, gap-T.
        assert_eq!(shown(b"ATTACACGATGCCATC", b"CCATTACAGTATGCCATCTT"), None);
    }

    proptest! {
        /// The dynamic programme knows nothing of stretches.
        #[test]
        fn a_diagonal_that_is_shown_is_the_canonical_alignment(
            query in "[ACGTRN]{1,14}[ACGT]{0,40}",
            changes in prop::collection::vec((0_usize..60, 0_usize..6, "[ACGTN]{0,2}"), 0..4),
            before in "[ACGT]{0,12}",
            after in "[ACGT]{0,12}",
        ) {
            let mut changed = query.clone().into_bytes();
            for (place, gone, put) in changes {
                let place = place.min(changed.len());
                let end = (place + gone % 3).min(changed.len());
                changed.splice(place..end, put.into_bytes());
            }
            let reference = [before.as_bytes(), &changed, after.as_bytes()].concat();
            let pattern = Pattern::with_min_overlap(query.as_bytes(), 5);
            for kind in [Kind::Spanning, Kind::Partial] {
                let canonical = Problem::new(&pattern, &reference, kind, None)
                    .and_then(|one| Some(one.in_whole_reference(one.solve(&one.cells(), |_| {})?)));
                if let Some(path) = diagonal(&pattern, &reference, kind) {
                    prop_assert_eq!(Some(path), canonical);
                }
                prop_assert_eq!(canonical_path(&pattern, &reference, kind, None), canonical);
            }
        }
    }
}
