//! The diagonals that a canonical alignment can touch.

use crate::ends::{Ends, signed};
use crate::myers::Nearest;
use std::ops::Range;

/// A band of diagonals `j - i`, cut to the matrix.
///
/// A row of the band is kept in `width` slots, slot 0 on the lowest diagonal: the upper left neighbour of a cell then has the
/// same slot, the upper neighbour the next.
///
/// ```text
///         lowest   highest
///     i    |         |
///          0 1 2 3 4 5          slots
///            0 1 2 3 4 5        one row further down, one column further right
/// ```
#[derive(Clone, Copy, Debug)]
pub(crate) struct Band {
    lowest: isize,
    highest: isize,
    nearest: Nearest,
    query: usize,
    reference: usize,
}

impl Band {
    /// All diagonals within the least differences of an end cell that attains them.
    pub(crate) fn new(ends: Ends, nearest: Nearest) -> Self {
        let reach = signed(nearest.differences);
        Self {
            lowest: (nearest.lowest_diagonal - reach).max(-signed(ends.query)),
            highest: (nearest.highest_diagonal + reach).min(signed(ends.reference)),
            nearest,
            query: ends.query,
            reference: ends.reference,
        }
    }

    /// The lowest diagonal.
    pub(crate) fn lowest(&self) -> isize {
        self.lowest
    }

    /// Slots a row.
    pub(crate) fn width(&self) -> usize {
        usize::try_from(self.highest - self.lowest + 1).unwrap_or(0)
    }

    /// The slots of one row that lie in the matrix.
    pub(crate) fn slots(&self, row: usize) -> Range<usize> {
        let at_zero = -signed(row) - self.lowest;
        let start = usize::try_from(at_zero).unwrap_or(0);
        let end = usize::try_from(at_zero + signed(self.reference) + 1).unwrap_or(0);
        start..end.min(self.width())
    }

    /// The column of a slot of a row.
    pub(crate) fn column(&self, row: usize, slot: usize) -> usize {
        usize::try_from(signed(row) + self.lowest + signed(slot)).unwrap_or(0)
    }

    /// The most differences with which a path of the least differences can reach a cell on this diagonal.
    pub(crate) fn most_differences(&self, slot: usize) -> isize {
        let diagonal = self.lowest + signed(slot);
        let below = self.nearest.lowest_diagonal - diagonal;
        let above = diagonal - self.nearest.highest_diagonal;
        signed(self.nearest.differences) - below.max(above).max(0)
    }

    /// The number of cells of the band.
    pub(crate) fn cells(&self) -> usize {
        (0..=self.query).map(|row| self.slots(row).len()).fold(0, usize::saturating_add)
    }
}
