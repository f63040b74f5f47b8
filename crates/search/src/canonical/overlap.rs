//! How long the canonical alignment is, sooner than the alignment itself.
//!
//! Rules 1 and 2 alone: fewest differences, then most positions, in one integer as in [`cost`](super::cost), without gap events and
//! without the way back:
//!
//! ```text
//! cost = 2^16 differences - positions
//! ```
//!
//! A cell needs one number, so that this takes about a sixth of the time. Matches are at most positions - differences: a bound on
//! the identity that is exact when no ambiguity code is aligned.

use std::ops::Range;

use super::Problem;
use super::cost::is_narrow;
use crate::bases::mask;

/// Differences are counted above this bit, positions below.
const FIELD: u32 = 16;
const PAIR: i32 = -1;
const GAP: i32 = (1 << FIELD) - 1;
/// No path.
const DEAD: i32 = i32::MAX / 2;
/// More differences do not fit beside the positions.
const MOST_DIFFERENCES: usize = 1 << 13;

impl Problem<'_> {
    /// The positions of the canonical alignment; `None` when there is none, or when its numbers are too large for the field.
    pub(crate) fn positions(&self) -> Option<usize> {
        let fits = self.nearest.differences < MOST_DIFFERENCES;
        let narrow = is_narrow(self.ends.query, self.ends.reference);
        (fits && narrow).then(|| Overlap::new(self).run())?
    }
}

/// One row of the band.
struct Overlap<'work> {
    problem: &'work Problem<'work>,
    /// By slot; one more than the band is wide.
    cells: Vec<i32>,
    /// By slot, the most that a path of use may cost.
    most: Vec<i32>,
    /// The most that a path of use may cost in this row.
    most_of_row: i32,
    /// The slots outside of which every cell has been dropped.
    alive: Range<usize>,
    best: i32,
}

impl<'work> Overlap<'work> {
    fn new(problem: &'work Problem<'work>) -> Self {
        let width = problem.band.width();
        let most = |slot: usize| i32::try_from(problem.band.most_differences(slot)).unwrap_or(-1) << FIELD;
        Self {
            problem,
            cells: vec![DEAD; width + 1],
            most: (0..width).map(most).collect(),
            most_of_row: 0,
            alive: 0..0,
            best: DEAD,
        }
    }

    fn run(mut self) -> Option<usize> {
        for row in 0..=self.problem.ends.query {
            self.row(row);
            self.consider_ends(row);
        }
        let differences = i32::try_from(self.problem.nearest.differences).ok()?;
        usize::try_from((differences << FIELD).checked_sub(self.best)?).ok()
    }

    /// Computes the cells that a living cell of the row above can reach, and those where a path starts.
    fn row(&mut self, row: usize) {
        let (band, ends) = (&self.problem.band, &self.problem.ends);
        self.most_of_row = i32::try_from(self.problem.most_differences(row)).unwrap_or(-1) << FIELD;
        let slots = band.slots(row);
        let before = std::mem::replace(&mut self.alive, slots.start..slots.start);
        let mut next = slots.start.max(before.start.saturating_sub(1));
        let mut left = DEAD;
        if row == 0 {
            for slot in slots {
                let starts = band.column(0, slot) <= ends.last_reference_start;
                left = self.keep(slot, if starts { 0 } else { left + GAP });
            }
            return;
        }
        if !slots.is_empty() && band.column(row, slots.start) == 0 {
            next = slots.start;
            left = self.keep(next, if row <= ends.last_query_start { 0 } else { self.cells[next + 1] + GAP });
            next += 1;
        }
        self.inner(row, next..slots.end, before.end, left);
    }

    /// The cells of a row that have a base of both sequences; behind `reach` only such as have a living cell to the left.
    fn inner(&mut self, row: usize, slots: Range<usize>, reach: usize, mut left: i32) {
        let base = self.problem.query[row - 1];
        let column = self.problem.band.column(row, slots.start);
        let reference = self.problem.reference.get(column.saturating_sub(1)..).unwrap_or_default();
        for (slot, &code) in slots.zip(reference) {
            if slot >= reach && left == DEAD {
                break;
            }
            let pair = if base & mask(code) == 0 { GAP } else { PAIR };
            let cost = (self.cells[slot] + pair).min(self.cells[slot + 1].min(left) + GAP);
            left = self.keep(slot, cost);
        }
    }

    #[inline]
    fn keep(&mut self, slot: usize, cost: i32) -> i32 {
        if cost > self.most[slot].min(self.most_of_row) {
            self.cells[slot] = DEAD;
            return DEAD;
        }
        if self.alive.is_empty() {
            self.alive.start = slot;
        }
        self.alive.end = slot + 1;
        self.cells[slot] = cost;
        cost
    }

    fn consider_ends(&mut self, row: usize) {
        let ends = &self.problem.ends;
        let first_end = if row == ends.query {
            ends.first_reference_end
        } else if row >= ends.first_query_end {
            ends.reference
        } else {
            return;
        };
        for slot in self.alive.clone() {
            if self.problem.band.column(row, slot) >= first_end {
                self.best = self.best.min(self.cells[slot]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::canonical::Problem;
    use crate::ends::Kind;
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
                let canonical = problem.solve(&mut ()).map(|path| path.positions);
                prop_assert_eq!(problem.positions(), canonical);
            }
        }
    }
}
