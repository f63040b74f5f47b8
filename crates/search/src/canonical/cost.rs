//! Rules 1 to 4 as one number.

use std::ops::Add;

/// The additive cost of a path: its differences, then minus its positions, then its gap events, then its ambiguous positions, each
/// in a field of its own of one integer, so that one comparison of integers decides all four.
///
/// ```text
///         differences    positions    events     ambiguous
/// i64    | 19 bits      | 15 bits    | 15 bits  | 15 bits |     sequences of together less than 2^15 bases
/// i128   | 35 bits      | 31 bits    | 31 bits  | 31 bits |     any other: 2^31 bases are never aligned
/// ```
///
/// None of the four exceeds the bases of both sequences, so that no field runs into the next, and what lies below the
/// differences is never positive: events and ambiguous positions are positions.
pub(crate) trait Cost: Copy + Ord + Add<Output = Self> {
    /// An empty path.
    const ZERO: Self;
    /// No path: more than any path, with room for a few steps.
    const DEAD: Self;
    /// An aligned pair of the same plain base.
    const MATCH: Self;
    /// An aligned pair that can agree, of which at least one is no plain base.
    const AMBIGUOUS: Self;
    /// An aligned pair that cannot agree, or one more position of a run of gaps.
    const DIFFERENCE: Self;
    /// The first position of a run of gaps.
    const GAP: Self;

    /// Differences, positions, gap events and ambiguous positions.
    fn counts(self) -> (usize, usize, usize, usize);
}

macro_rules! cost {
    ($integer:ty, $field:literal, $dead:literal) => {
        impl Cost for $integer {
            const ZERO: Self = 0;
            const DEAD: Self = 1 << $dead;
            const MATCH: Self = -(1 << (2 * $field));
            const AMBIGUOUS: Self = Self::MATCH + 1;
            const DIFFERENCE: Self = Self::MATCH + (1 << (3 * $field));
            const GAP: Self = Self::DIFFERENCE + (1 << $field);

            fn counts(self) -> (usize, usize, usize, usize) {
                let differences = -((-self) >> (3 * $field));
                let below = (differences << (3 * $field)) - self;
                let positions = -((-below) >> (2 * $field));
                let rest = (positions << (2 * $field)) - below;
                let events = rest >> $field;
                let ambiguous = rest - (events << $field);
                let count = |field: Self| usize::try_from(field).unwrap_or(0);
                (count(differences), count(positions), count(events), count(ambiguous))
            }
        }
    };
}

cost!(i64, 15, 62);
cost!(i128, 31, 126);

/// Whether [`i64`] is wide enough for paths through a matrix of these sides.
pub(crate) fn is_narrow(query: usize, reference: usize) -> bool {
    query.saturating_add(reference) < 1 << 15
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeat<C: Cost>(cost: C, times: usize) -> C {
        (0..times).fold(C::ZERO, |sum, _| sum + cost)
    }

    #[test]
    fn the_fields_can_be_read_back() {
        fn path<C: Cost>(pairs: (usize, usize), runs: &[usize]) -> C {
            let gaps = |run: &usize| C::GAP + repeat(C::DIFFERENCE, run - 1);
            let pairs = repeat(C::MATCH, pairs.0) + repeat(C::AMBIGUOUS, pairs.1);
            runs.iter().map(gaps).fold(pairs, C::add)
        }
        for (matches, ambiguous, runs) in [
            (0, 0, &[][..]),
            (7, 0, &[]),
            (0, 1, &[]),
            (0, 0, &[1]),
            (5, 2, &[3, 1, 1]),
            (900, 16_000, &[40; 9]),
        ] {
            let gaps: usize = runs.iter().sum();
            let expected = (gaps, matches + ambiguous + gaps, runs.len(), ambiguous);
            assert_eq!(path::<i64>((matches, ambiguous), runs).counts(), expected);
            assert_eq!(path::<i128>((matches, ambiguous), runs).counts(), expected);
        }
    }

    #[test]
    fn the_narrow_fields_hold_the_most_that_two_sequences_can_count() {
        let most = (1 << 15) - 1;
        assert!(is_narrow(most, 0) && !is_narrow(most, 1));
        assert_eq!(repeat(i64::GAP, most).counts(), (most, most, most, 0));
        assert_eq!(repeat(i64::AMBIGUOUS, most).counts(), (0, most, 0, most));
        assert!(repeat(i64::GAP, most) < i64::DEAD + repeat(i64::MATCH, 2));
    }

    #[test]
    fn each_field_outweighs_those_below_it() {
        let pairs = repeat(i64::MATCH, 32_000);
        let one = i64::DIFFERENCE + pairs;
        let two = one + i64::DIFFERENCE;
        assert!(i64::ZERO < one && one <= 1 << 45);
        assert!(1 << 45 < two && two <= 2 << 45);
        assert!(pairs + i64::GAP < pairs + i64::GAP + i64::DIFFERENCE);
        assert!(pairs + i64::DIFFERENCE < pairs + i64::GAP);
        assert!(pairs + i64::MATCH + i64::GAP < pairs + i64::DIFFERENCE);
        assert!(pairs + i64::MATCH < pairs + i64::AMBIGUOUS);
        let all_ambiguous = repeat(i64::AMBIGUOUS, 32_000);
        assert!(all_ambiguous + i64::DIFFERENCE < pairs + i64::GAP);
        assert!(all_ambiguous + i64::AMBIGUOUS < pairs);
    }
}
