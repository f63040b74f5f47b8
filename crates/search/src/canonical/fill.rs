//! The dynamic programme, row by row.

use super::cost::Cost;
use super::state::Cell;
use super::{Path, Problem, Recorder};
use crate::bases::mask;
use crate::ends::signed;
use std::ops::Range;

/// The dynamic programme under way: one row of the band.
pub(super) struct Fill<'work, C, R> {
    problem: &'work Problem<'work>,
    recorder: &'work mut R,
    /// The row by slot; one more than the band is wide.
    cells: Vec<Cell<C>>,
    /// By slot, the most that the best path to a cell may cost for the cell to be of use.
    most: Vec<C>,
    /// The most that the best path to a cell of this row may cost.
    most_of_row: C,
    /// The slots outside of which every cell has been dropped.
    alive: Range<usize>,
    best: Option<Path>,
}

impl<'work, C: Cost, R: Recorder> Fill<'work, C, R> {
    pub(super) fn new(problem: &'work Problem<'work>, recorder: &'work mut R) -> Self {
        let band = &problem.band;
        let most = (0..band.width()).map(|slot| C::most(band.most_differences(slot)));
        Self {
            problem,
            recorder,
            cells: vec![Cell::DEAD; band.width() + 1],
            most: most.collect(),
            most_of_row: C::most(problem.most_differences(0)),
            alive: 0..0,
            best: None,
        }
    }

    /// Fills all rows and returns the canonical path.
    pub(super) fn run(mut self) -> Option<Path> {
        self.first_row();
        self.consider_ends(0);
        for row in 1..=self.problem.ends.query {
            self.row(row);
            self.consider_ends(row);
        }
        self.best
    }

    /// Row 0: starts, and deletions after the last of them.
    fn first_row(&mut self) {
        let band = &self.problem.band;
        let slots = band.slots(0);
        self.recorder.begin_row(band.column(0, slots.start));
        self.alive = slots.start..slots.start;
        let mut left = Cell::DEAD;
        for slot in slots {
            let column = band.column(0, slot);
            let starts = column <= self.problem.ends.last_reference_start;
            let (cell, origins) = Cell::upper(&left, starts, column);
            self.recorder.record(origins);
            left = self.keep(slot, cell);
        }
    }

    /// Any other row: its cell of column 0, if that is of use, then those that a living cell can reach.
    fn row(&mut self, row: usize) {
        let band = &self.problem.band;
        let slots = band.slots(row);
        self.most_of_row = C::most(self.problem.most_differences(row));
        let before = self.alive.clone();
        let reached = slots.start.max(before.start.saturating_sub(1));
        let starts = row <= self.problem.ends.last_query_start;
        let on_border = band.column(row, slots.start) == 0 && (starts || reached == slots.start);
        let mut next = if on_border { slots.start } else { reached };
        self.recorder.begin_row(band.column(row, next));
        self.alive = next..next;
        let mut left = Cell::DEAD;
        if on_border && !slots.is_empty() {
            let (cell, origins) = Cell::left(&self.cells[next + 1], starts, row);
            self.recorder.record(origins);
            left = self.keep(next, cell);
            next += 1;
        }
        let base = self.problem.query[row - 1];
        let column = band.column(row, next);
        let reference = self.problem.reference.get(column.saturating_sub(1)..);
        for (slot, &code) in (next..slots.end).zip(reference.unwrap_or_default()) {
            if slot >= before.end && self.alive.end < slot {
                break;
            }
            let (diagonal, above) = (&self.cells[slot], &self.cells[slot + 1]);
            let (cell, origins) = Cell::inner(diagonal, above, &left, base, mask(code));
            self.recorder.record(origins);
            left = self.keep(slot, cell);
        }
    }

    /// Stores a cell, or drops it when no path through it has the least differences; the cell as it is from now on.
    #[inline]
    fn keep(&mut self, slot: usize, cell: Cell<C>) -> Cell<C> {
        if cell.best.cost <= self.most[slot].min(self.most_of_row) {
            if self.alive.is_empty() {
                self.alive.start = slot;
            }
            self.alive.end = slot + 1;
            self.cells[slot] = cell;
            cell
        } else {
            self.cells[slot] = Cell::DEAD;
            Cell::DEAD
        }
    }

    /// Looks for a better end in a row.
    fn consider_ends(&mut self, row: usize) {
        let ends = &self.problem.ends;
        let first_end = if row == ends.query {
            ends.first_reference_end
        } else if row >= ends.first_query_end {
            ends.reference
        } else {
            return;
        };
        let least = C::most(signed(self.problem.nearest.differences));
        for slot in self.alive.clone() {
            let column = self.problem.band.column(row, slot);
            let cell = &self.cells[slot];
            if column < first_end || cell.best.cost > least {
                continue;
            }
            let path = Path::to(cell, row, column);
            if self.best.is_none_or(|best| path.key() < best.key()) {
                self.best = Some(path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ends::Kind;
    use crate::myers::Pattern;

    /// Only sequences of 2^15 bases need the wide costs; on short ones both must say the same.
    #[test]
    fn narrow_and_wide_costs_find_the_same_path() {
        let query: Vec<u8> = (0_usize..300).map(|place| b"ACGT"[place * place % 11 % 4]).collect();
        let mut reference = query.clone();
        reference.drain(100..107);
        reference.splice(200..200, *b"GATTACANR");
        reference[30] = b'N';
        for kind in [Kind::Spanning, Kind::Partial] {
            for text in [&reference[..], &reference[40..], &query[..250], &query[150..]] {
                let pattern = Pattern::new(&query);
                let problem = Problem::new(&pattern, text, kind).unwrap();
                let narrow = Fill::<i64, _>::new(&problem, &mut ()).run().unwrap();
                let wide = Fill::<i128, _>::new(&problem, &mut ()).run().unwrap();
                assert_eq!(narrow, wide);
                assert_eq!(narrow.differences, problem.nearest.differences);
            }
        }
    }
}
