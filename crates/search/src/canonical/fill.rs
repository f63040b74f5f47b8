//! The dynamic programme over the cells of all paths with the least differences, column by column.

use super::cost::Cost;
use super::least::LeastCells;
use super::state::Cell;
use super::{Path, Problem};
use crate::bases::mask;

/// The dynamic programme under way: two columns.
pub(super) struct Fill<'work, C, R> {
    problem: &'work Problem<'work>,
    cells: &'work LeastCells,
    /// Takes down, cell by cell, where each state came from.
    recorder: R,
    /// The column before, by rising row.
    before: Vec<(usize, Cell<C>)>,
    here: Vec<(usize, Cell<C>)>,
    best: Option<Path>,
}

impl<'work, C: Cost, R: FnMut(u8)> Fill<'work, C, R> {
    pub(super) fn new(problem: &'work Problem<'work>, cells: &'work LeastCells, recorder: R) -> Self {
        Self { problem, cells, recorder, before: Vec::new(), here: Vec::new(), best: None }
    }

    /// Fills all columns and returns the canonical path.
    pub(super) fn run(mut self) -> Option<Path> {
        for column in 0..=self.problem.ends.reference {
            self.column(column);
            std::mem::swap(&mut self.before, &mut self.here);
        }
        self.best
    }

    fn column(&mut self, column: usize) {
        self.here.clear();
        let mut next = 0;
        for row in self.cells.rows(column) {
            while self.before.get(next).is_some_and(|(other, _)| other + 1 < row) {
                next += 1;
            }
            let dead = (0, Cell::DEAD);
            let at = |cells: &[(usize, Cell<C>)], place: usize, row: Option<usize>| {
                cells.get(place).filter(|cell| Some(cell.0) == row).unwrap_or(&dead).1
            };
            let upper = row.checked_sub(1);
            let diagonal = at(&self.before, next, upper);
            let beside = next + usize::from(self.before.get(next).is_some_and(|cell| cell.0 < row));
            let left = at(&self.before, beside, Some(row));
            let above = at(&self.here, self.here.len().wrapping_sub(1), upper);
            let (cell, origins) = self.cell(row, column, (&diagonal, &above, &left));
            (self.recorder)(origins);
            self.consider_end(row, column, &cell);
            self.here.push((row, cell));
        }
    }

    /// A cell, from its neighbours on the diagonal, above and to the left, with the origins of its states.
    #[inline]
    fn cell(
        &self,
        row: usize,
        column: usize,
        (diagonal, above, left): (&Cell<C>, &Cell<C>, &Cell<C>),
    ) -> (Cell<C>, u8) {
        let Problem { ends, pattern, reference, .. } = self.problem;
        match (row.checked_sub(1), column.checked_sub(1)) {
            (None, _) => Cell::upper(left, column <= ends.last_reference_start, column),
            (_, None) => Cell::left(above, row <= ends.last_query_start, row),
            (Some(base), Some(code)) => {
                Cell::inner(diagonal, above, left, pattern.masks()[base], mask(reference[code]))
            }
        }
    }

    /// Whether a path ends here that is better than those before.
    fn consider_end(&mut self, row: usize, column: usize, cell: &Cell<C>) {
        if self.problem.ends.are_at(row, column) {
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
                let problem = Problem::new(&pattern, text, kind, None).unwrap();
                let cells = problem.cells();
                let narrow = Fill::<i64, _>::new(&problem, &cells, |_| {}).run().unwrap();
                let wide = Fill::<i128, _>::new(&problem, &cells, |_| {}).run().unwrap();
                assert_eq!(narrow, wide);
                assert_eq!(narrow.differences, problem.nearest.differences);
            }
        }
    }
}
