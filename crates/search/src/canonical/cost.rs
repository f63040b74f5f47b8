//! Rules 1 to 3 as one number.

use std::ops::Add;

/// The additive cost of a path: its differences, then minus its positions, then its gap events, each in a field of its own of one
/// integer, so that one comparison of integers decides all three.
///
/// ```text
///             differences        positions        events
/// i64        | 22 bits          | 21 bits        | 21 bits |     sequences of together less than 2^20 bases
/// i128       | 48 bits          | 40 bits        | 40 bits |     any other
/// ```
pub(crate) trait Cost: Copy + Ord + Add<Output = Self> {
    /// An empty path.
    const ZERO: Self;
    /// No path: more than any path, with room for a few steps.
    const DEAD: Self;
    /// An aligned pair that can agree.
    const PAIR: Self;
    /// An aligned pair that cannot agree, or one more position of a run of gaps.
    const DIFFERENCE: Self;
    /// The first position of a run of gaps.
    const GAP: Self;

    /// The most that a path with so many differences can cost.
    fn most(differences: isize) -> Self;

    /// Differences, positions and gap events.
    fn counts(self) -> (usize, usize, usize);
}

macro_rules! cost {
    ($integer:ty, $field:literal, $dead:literal) => {
        impl Cost for $integer {
            const ZERO: Self = 0;
            const DEAD: Self = 1 << $dead;
            const PAIR: Self = -(1 << $field);
            const DIFFERENCE: Self = Self::PAIR + (1 << (2 * $field));
            const GAP: Self = Self::DIFFERENCE + 1;

            fn most(differences: isize) -> Self {
                (differences as Self) << (2 * $field)
            }

            fn counts(self) -> (usize, usize, usize) {
                // The fields below the differences are never positive in sum: every event is a position.
                let differences = -((-self) >> (2 * $field));
                let below = (differences << (2 * $field)) - self;
                let positions = -((-below) >> $field);
                let events = (positions << $field) - below;
                let count = |field: Self| usize::try_from(field).unwrap_or(0);
                (count(differences), count(positions), count(events))
            }
        }
    };
}

cost!(i64, 21, 62);
cost!(i128, 40, 126);

/// Whether [`i64`] is wide enough for paths through a matrix of these sides.
pub(crate) fn is_narrow(query: usize, reference: usize) -> bool {
    query.saturating_add(reference) < 1 << 20
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_can_be_read_back() {
        fn path<C: Cost>(pairs: usize, runs: &[usize]) -> C {
            let mut cost = C::ZERO;
            for _ in 0..pairs {
                cost = cost + C::PAIR;
            }
            for run in runs {
                cost = cost + C::GAP;
                for _ in 1..*run {
                    cost = cost + C::DIFFERENCE;
                }
            }
            cost
        }
        for (pairs, runs) in [(0, &[][..]), (7, &[]), (0, &[1]), (5, &[3, 1, 1]), (900, &[40; 9])] {
            let gaps: usize = runs.iter().sum();
            let expected = (gaps, pairs + gaps, runs.len());
            assert_eq!(path::<i64>(pairs, runs).counts(), expected);
            assert_eq!(path::<i128>(pairs, runs).counts(), expected);
        }
    }

    #[test]
    fn differences_outweigh_positions_and_positions_outweigh_events() {
        let pairs = (0..(1 << 20)).fold(i64::ZERO, |cost, _| cost + i64::PAIR);
        let one = i64::DIFFERENCE + pairs;
        let two = one + i64::DIFFERENCE;
        assert!(i64::ZERO < one && one <= i64::most(1));
        assert!(i64::most(1) < two && two <= i64::most(2));
        assert!(pairs + i64::GAP < pairs + i64::GAP + i64::DIFFERENCE);
        assert!(pairs + i64::DIFFERENCE < pairs + i64::GAP);
        assert!(pairs + i64::PAIR + i64::GAP < pairs + i64::DIFFERENCE);
    }
}
