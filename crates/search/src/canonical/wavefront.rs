//! How long the canonical alignment is, sooner than the alignment itself.
//!
//! Rules 1 and 2 alone, in one integer, without gap events and without the way back: a bound on the identity that is exact when no
//! ambiguity code is aligned, as matches are at most positions - differences.
//!
//! # Definition
//!
//! A path with D deletions takes `rows + D` positions. One that starts at query base `i0` and ends at `i1` has `rows = i1 - i0`, so that
//! rules 1 and 2, fewest differences, then most positions, are together the least of
//!
//! ```text
//! F differences - D + i0 + (m - i1)              positions = m - (what is left after F d)
//! ```
//!
//! that is: a pair costs 0 or F, an insertion F, a deletion F - 1, a start in column 0 its row, an end in the last column the rows below
//! it. Let `lost` be the most that `i0 + (m - i1)` can be, and `F = d + lost + 2`. A path of more than the least differences, d, costs at
//! least `(F - 1) (d + 1) = F d + lost + 1`, more than any path of d differences. Where `F d + lost` is less than the greatest number
//! of 16 bits (of 32 bits, if it is not), sums may stop at that: no path of interest reaches it.
//!
//! # Cells
//!
//! The cells of one antidiagonal, i + j = s, do not depend on each other. A cell on diagonal k = j - i needs the one of its own
//! diagonal on antidiagonal s - 2 and those of both neighbouring diagonals on s - 1; so one number a diagonal is kept, even and odd
//! ones apart, and each antidiagonal changes either the even or the odd ones, which lie next to each other:
//!
//! ```text
//! slot        0     2     4     6            even[t] is slot 2t
//!          -1    1     3     5     7         odd[t] is slot 2t - 1
//! ```
//!
//! Diagonals outside of the band count as unreachable. A path of d differences stays within the band, so that its cells are right.
//!
//! # Complexity
//!
//! O((m + n) w / 16) vector operations for a band of w diagonals.

mod wide;

use super::Problem;
use crate::bases::mask;
use crate::ends::signed;

/// A cost.
trait Number: Copy + Ord + TryFrom<usize> + Into<i64> {
    const ZERO: Self;
    /// No path.
    const DEAD: Self;

    fn plus(self, other: Self) -> Self;
}

macro_rules! number {
    ($($integer:ty),*) => {$(
        impl Number for $integer {
            const ZERO: Self = 0;
            const DEAD: Self = Self::MAX;

            fn plus(self, other: Self) -> Self {
                self.saturating_add(other)
            }
        }
    )*};
}

number!(i16, i32);

/// How long the canonical alignment is, and where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Longest {
    pub(super) positions: usize,
    /// The diagonals on which alignments by rules 1 and 2 end.
    pub(super) lowest_diagonal: isize,
    pub(super) highest_diagonal: isize,
}

impl Problem<'_> {
    /// What rules 1 and 2 say of the canonical alignment; `None` when there is none, or when its numbers are too large.
    pub(super) fn longest(&self) -> Option<Longest> {
        self.longest_in::<i16>().or_else(|| self.longest_in::<i32>())
    }

    /// `None` also when the costs do not fit.
    fn longest_in<N: Number>(&self) -> Option<Longest> {
        let (ends, differences) = (&self.ends, self.nearest.differences);
        let lost = ends.last_query_start.checked_add(ends.query.saturating_sub(ends.first_query_end))?;
        let weight = differences.checked_add(lost)?.checked_add(2)?;
        let least = weight.checked_mul(differences)?;
        let most = N::try_from(least.checked_add(lost)?).ok().filter(|most| *most < N::DEAD)?;
        let best = wide::sweep(self, N::try_from(weight).ok()?, N::try_from(weight - 1).ok()?);
        if best.cost > most {
            return None;
        }
        let left = best.cost.into() - i64::try_from(least).ok()?;
        let positions = usize::try_from(i64::try_from(ends.query).ok()? - left).ok()?;
        let Best { lowest_diagonal, highest_diagonal, .. } = best;
        Some(Longest { positions, lowest_diagonal, highest_diagonal })
    }
}

/// The least cost over all ends, and the diagonals of the ends that have it.
#[derive(Clone, Copy)]
struct Best<N> {
    cost: N,
    lowest_diagonal: isize,
    highest_diagonal: isize,
}

impl<N: Number> Best<N> {
    /// Considers an end cell. Nothing is gained by a path that does not exist.
    fn offer(&mut self, cost: N, diagonal: isize) {
        if cost < self.cost {
            *self = Self { cost, lowest_diagonal: diagonal, highest_diagonal: diagonal };
        } else if cost == self.cost {
            self.lowest_diagonal = self.lowest_diagonal.min(diagonal);
            self.highest_diagonal = self.highest_diagonal.max(diagonal);
        }
    }
}

struct Wavefront<'work, N> {
    problem: &'work Problem<'work>,
    /// From the last base to the first.
    query: Vec<u8>,
    reference: Vec<u8>,
    even: Vec<N>,
    odd: Vec<N>,
    lowest: isize,
    highest: isize,
    /// What an insertion costs, or a pair that cannot agree.
    difference: N,
    deletion: N,
    best: Best<N>,
}

impl<'work, N: Number> Wavefront<'work, N> {
    fn new(problem: &'work Problem<'work>, difference: N, deletion: N) -> Self {
        let width = problem.band.width();
        let lowest = problem.band.lowest();
        Self {
            problem,
            query: problem.query.iter().rev().copied().collect(),
            reference: problem.reference.iter().map(|&code| mask(code)).collect(),
            even: vec![N::DEAD; width / 2 + 2],
            odd: vec![N::DEAD; width / 2 + 2],
            lowest,
            highest: lowest + signed(width) - 1,
            difference,
            deletion,
            best: Best { cost: N::DEAD, lowest_diagonal: 0, highest_diagonal: 0 },
        }
    }

    #[expect(
        clippy::inline_always,
        reason = "it must become part of the function that is compiled for wider vectors"
    )]
    #[inline(always)]
    fn run(mut self) -> Best<N> {
        let (rows, columns) = (signed(self.problem.ends.query), signed(self.problem.ends.reference));
        // Where the band lies in the matrix.
        let first = self.lowest.max(-self.highest).max(0);
        let last = (2 * rows + self.highest).min(2 * columns - self.lowest).min(rows + columns);
        for sum in first..=last {
            let low = self.lowest.max(2 - sum).max(sum - 2 * rows);
            let high = self.highest.min(sum - 2).min(2 * columns - sum);
            // The diagonals of an antidiagonal are all even or all odd, as it is.
            let low = low + ((low - sum) & 1);
            if low <= high {
                self.inner(sum, low, high);
            }
            self.borders(sum);
            self.ends(sum);
        }
        self.best
    }

    /// The cells of an antidiagonal with a base of both sequences.
    #[expect(clippy::inline_always, reason = "as above")]
    #[inline(always)]
    fn inner(&mut self, sum: isize, low: isize, high: isize) {
        let count = usize::try_from((high - low) / 2 + 1).unwrap_or(0);
        let slot = usize::try_from(low - self.lowest).unwrap_or(0);
        let row = (sum - low) / 2;
        let column = row + low;
        let query = usize::try_from(signed(self.query.len()) - row).unwrap_or(0);
        let reference = usize::try_from(column - 1).unwrap_or(0);
        let first = slot.div_ceil(2);
        let (cells, others, left) = if slot % 2 == 0 {
            (&mut self.even, &self.odd, first)
        } else {
            (&mut self.odd, &self.even, first - 1)
        };
        let (difference, deletion) = (self.difference, self.deletion);
        let cells = &mut cells[first..first + count];
        let bases =
            self.query[query..query + count].iter().zip(&self.reference[reference..reference + count]);
        let others = others[left..left + count].iter().zip(&others[left + 1..left + 1 + count]);
        for ((cell, (&left, &above)), (&base, &code)) in cells.iter_mut().zip(others).zip(bases) {
            let pair = if base & code == 0 { difference } else { N::ZERO };
            let gap = left.plus(deletion).min(above.plus(difference));
            *cell = cell.plus(pair).min(gap);
        }
    }

    /// The cells of row 0 and column 0.
    fn borders(&mut self, sum: isize) {
        let ends = &self.problem.ends;
        if sum <= signed(ends.reference) {
            let start = if sum <= signed(ends.last_reference_start) {
                N::ZERO
            } else {
                self.at(sum - 1).plus(self.deletion)
            };
            self.set(sum, start);
        }
        if sum > 0 && sum <= signed(ends.query) {
            let starts = sum <= signed(ends.last_query_start);
            let start = usize::try_from(sum).ok().and_then(|row| N::try_from(row).ok()).filter(|_| starts);
            let start = start.unwrap_or_else(|| self.at(1 - sum).plus(self.difference));
            self.set(-sum, start);
        }
    }

    /// Considers the end cells of an antidiagonal, in the last row and in the last column.
    fn ends(&mut self, sum: isize) {
        let ends = &self.problem.ends;
        let (rows, columns) = (signed(ends.query), signed(ends.reference));
        let (row, column) = (sum - columns, sum - rows);
        if column >= signed(ends.first_reference_end) && column <= columns && column >= 0 {
            self.best.offer(self.at(column - rows), column - rows);
        }
        if row >= signed(ends.first_query_end) && row < rows && row >= 0 {
            let lost =
                usize::try_from(rows - row).ok().and_then(|lost| N::try_from(lost).ok()).unwrap_or(N::DEAD);
            self.best.offer(self.at(columns - row).plus(lost), columns - row);
        }
    }

    /// The place of a diagonal, and whether it is among the even slots; `None` outside of the band.
    fn place(&self, diagonal: isize) -> Option<(usize, bool)> {
        let slot = usize::try_from(diagonal - self.lowest).ok().filter(|_| diagonal <= self.highest)?;
        Some((slot.div_ceil(2), slot % 2 == 0))
    }

    fn at(&self, diagonal: isize) -> N {
        let place = self.place(diagonal);
        place.map_or(N::DEAD, |(place, is_even)| if is_even { self.even[place] } else { self.odd[place] })
    }

    fn set(&mut self, diagonal: isize, cost: N) {
        if let Some((place, is_even)) = self.place(diagonal) {
            let cells = if is_even { &mut self.even } else { &mut self.odd };
            cells[place] = cost;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::canonical::Problem;
    use crate::ends::{Kind, signed};
    use crate::myers::Pattern;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_long_as_the_canonical_alignment(
            query in "[ACGTRN]{0,60}",
            reference in "[ACGTRN]{0,80}",
            shared in "[ACGT]{0,60}",
        ) {
            let (query, reference) = (format!("{query}{shared}"), format!("{shared}{reference}"));
            let pattern = Pattern::with_min_overlap(query.as_bytes(), 20);
            for kind in [Kind::Spanning, Kind::Partial] {
                let Some(problem) = Problem::new(&pattern, reference.as_bytes(), kind) else { continue };
                let canonical = problem.solve(&mut ());
                for longest in [problem.longest(), problem.longest_in::<i16>(), problem.longest_in::<i32>()] {
                    prop_assert_eq!(longest.map(|longest| longest.positions), canonical.map(|path| path.positions));
                    let ends = longest.map(|longest| longest.lowest_diagonal..=longest.highest_diagonal);
                    let end = canonical.map(|path| signed(path.reference_end) - signed(path.query_end));
                    prop_assert_eq!(ends.zip(end).map(|(ends, end)| ends.contains(&end)), end.map(|_| true));
                }
            }
        }
    }
}
