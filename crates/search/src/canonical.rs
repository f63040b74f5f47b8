//! The one alignment that stands for a pair: the rule [`CANONICAL_RULE`].
//!
//! # Definition
//!
//! Of all alignments of a kind the canonical one is the first by, in this order,
//!
//! 1. fewest differences;
//! 2. longest overlap (positions: pairs, ambiguous ones included, and gaps);
//! 3. fewest gap events (a run of gaps in one sequence is one event);
//! 4. fewest ambiguous positions, and so the most columns;
//! 5. smallest reference end, then smallest query end;
//! 6. gaps leftmost: read from the last position to the first, a pair comes before a gap in the query (a deletion), and that
//!    before a gap in the reference (an insertion).
//!
//! These six single out one alignment: two of them that agree in 2 and 5 and read the same from the right are the same.
//!
//! ```text
//! Of a longer pair: ACCCT against ACCCCT. Four places for the gap cost the same; read from the right, T and the three C come first.
//!
//! A-CCCT       this one                 ACCC-T       not this one
//! |*||||                                ||||*|
//! ACCCCT                                ACCCCT
//! ```
//!
//! # Which counts both strands share
//!
//! Read backwards, an alignment of a pair is one of both reverse complements, of the same kind (the ends allow the same on either
//! side), with the same differences, positions, gap events and ambiguous positions. Rules 1 to 4 compare nothing else, so that
//! the least of these four is the same for both orientations, and with it
//!
//! ```text
//! columns = positions - ambiguous          matches = columns - differences          identity = matches / columns
//! ```
//!
//! Only *where* the alignment lies, rules 5 and 6, depends on the orientation, and what follows from the place: positions, and
//! in how many of the differences a base stands against a gap.
//!
//! ```text
//! Of a longer pair: CAT against CNAT, and both turned. Rule 6 alone would choose the left one of each:
//!
//! C-AT     this one: none ambiguous      A-TG     1 ambiguous        AT-G     this one: none ambiguous
//! |*||     3 matches, 4 columns          |*:|     2 matches          ||*|     3 matches, 4 columns
//! CNAT                                   ATNG     3 columns          ATNG
//! ```
//!
//! # Why the recurrence finds it
//!
//! Rules 1 to 4 are sums over the positions, so these four (compared in this order) are one additive cost: a position costs
//! (1 or 0, -1, 1 if it opens a run of gaps, 1 if it is ambiguous), and a cell needs the least cost of paths whose last position is a pair, an
//! insertion or a deletion (Gotoh 1982). An insertion next to a deletion never occurs: one pair in their place has fewer
//! differences. When several paths reach a state at the same cost the one with the preferred last-but-one position is kept, which
//! is rule 6 applied position by position from the right.
//!
//! # Why nothing is lost by leaving cells out
//!
//! Only cells on paths with the least differences are filled; a bit-parallel pass says which they are ([`least`]). By rule 1
//! the canonical path is one of these, and all of its cells are among them. A path that takes a position from one such cell to another which
//! costs more than it need has more differences, and loses by rule 1.
//!
//! Where the diagonal without gaps is shown to be the canonical path, no cells are filled at all ([`diagonal`]).
//!
//! # Complexity
//!
//! O(m n / 64) time and memory for the pass, about O(d n / 64) for d differences, and O(1) for each cell on a path with the
//! least differences: some m of them in barcodes, O(m n) in repeats. The path itself takes one byte for each of these, kept only where
//! it is asked for.
//!
//! # Reference
//!
//! O. Gotoh, "An improved algorithm for matching biological sequences", J. Molecular Biology 162, 1982.

mod cost;
mod diagonal;
mod fill;
mod least;
mod state;

use crate::ends::{Ends, Kind, signed};
use crate::myers::{Nearest, Pattern};
use cost::{Cost, is_narrow};
use diagonal::Diagonal;
use fill::Fill;
use least::Area;
pub(crate) use least::LeastCells;
use state::Cell;
pub(crate) use state::Step;
use std::cmp::Reverse;

/// The name of the rule that chooses the alignment; reports print it.
pub const CANONICAL_RULE: &str = "saola-canonical-1";

/// The canonical path, without its positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) differences: usize,
    pub(crate) positions: usize,
    pub(crate) gap_events: usize,
    pub(crate) ambiguous: usize,
    /// Bases of the query before the alignment.
    pub(crate) query_start: usize,
    /// Bases of the reference before the alignment.
    pub(crate) reference_start: usize,
    pub(crate) query_end: usize,
    pub(crate) reference_end: usize,
    /// The last position.
    pub(crate) last: Step,
}

impl Path {
    /// The best path to the end cell `(query_end, reference_end)`.
    fn to(cell: &Cell<impl Cost>, query_end: usize, reference_end: usize) -> Self {
        let (differences, positions, gap_events, ambiguous) = cell.best.cost.counts();
        let start = cell.best.start;
        Self {
            differences,
            positions,
            gap_events,
            ambiguous,
            query_start: usize::try_from(-start).unwrap_or(0),
            reference_start: usize::try_from(start).unwrap_or(0),
            query_end,
            reference_end,
            last: cell.last,
        }
    }

    /// Rules 1 to 5.
    fn key(&self) -> (usize, Reverse<usize>, usize, usize, (usize, usize)) {
        let end = (self.reference_end, self.query_end);
        (self.differences, Reverse(self.positions), self.gap_events, self.ambiguous, end)
    }
}

/// The canonical path of a kind; `None` when there is none, or when its differences exceed `limit`. A limit makes it faster.
pub(crate) fn canonical_path(
    pattern: &Pattern,
    reference: &[u8],
    kind: Kind,
    limit: Option<usize>,
) -> Option<Path> {
    let problem = Problem::new(pattern, reference, kind, limit)?;
    let path = problem.diagonal().or_else(|| problem.solve(&problem.cells(), |_| {}));
    path.map(|path| problem.in_whole_reference(path))
}

/// What is to be aligned: a query and the part of a reference on which all paths with the least differences lie, an end rule, and what
/// the bit-parallel pass found. Columns are those of that part.
pub(crate) struct Problem<'data> {
    pattern: &'data Pattern,
    pub(crate) reference: &'data [u8],
    first_column: usize,
    ends: Ends,
    pub(crate) nearest: Nearest,
}

impl<'data> Problem<'data> {
    /// `None` when no alignment of this kind is possible, or when its differences exceed `limit`.
    pub(crate) fn new(
        pattern: &'data Pattern,
        reference: &'data [u8],
        kind: Kind,
        limit: Option<usize>,
    ) -> Option<Self> {
        Self::with(pattern, reference, pattern.ends(reference, kind)?, limit)
    }

    /// The alignment of all of the query with all of `reference`, with at most so many differences.
    ///
    /// Between the ends of a canonical alignment this finds the same one: it is the first of all alignments by the rule, hence of
    /// those with these ends.
    pub(crate) fn between(pattern: &'data Pattern, reference: &'data [u8], limit: usize) -> Option<Self> {
        i32::try_from(pattern.len().checked_add(reference.len())?).ok()?;
        let ends = Ends {
            query: pattern.len(),
            reference: reference.len(),
            last_query_start: 0,
            last_reference_start: 0,
            first_query_end: pattern.len(),
            first_reference_end: reference.len(),
        };
        Self::with(pattern, reference, ends, Some(limit))
    }

    fn with(
        pattern: &'data Pattern,
        reference: &'data [u8],
        ends: Ends,
        limit: Option<usize>,
    ) -> Option<Self> {
        let nearest = pattern.nearest_between(reference, ends, limit)?;
        let Nearest { differences, lowest_diagonal, highest_diagonal, .. } = nearest;
        let (columns, ends) = ends.cut(differences, lowest_diagonal, highest_diagonal);
        let first_column = columns.start;
        let nearest = Nearest {
            lowest_diagonal: lowest_diagonal - signed(first_column),
            highest_diagonal: highest_diagonal - signed(first_column),
            ..nearest
        };
        Some(Self { pattern, reference: reference.get(columns)?, first_column, ends, nearest })
    }

    /// The diagonal without gaps, if it is shown to be the only path with the least differences.
    fn diagonal(&self) -> Option<Path> {
        let diagonal = Diagonal::new(self.pattern.masks(), self.reference, &self.ends, &self.nearest)?;
        diagonal.is_only(self.pattern.masks(), self.reference).then_some(diagonal.path)
    }

    /// A path with its columns counted on the whole reference.
    pub(crate) fn in_whole_reference(&self, path: Path) -> Path {
        Path {
            reference_start: path.reference_start + self.first_column,
            reference_end: path.reference_end + self.first_column,
            ..path
        }
    }

    /// The cells of all paths with the least differences.
    pub(crate) fn cells(&self) -> LeastCells {
        LeastCells::new(self.pattern, self.reference, self.ends, self.nearest.differences)
    }

    /// How many cells the pass for these computes: half a byte each.
    pub(crate) fn area(&self) -> usize {
        let mut area = Area(0);
        self.pattern.watch(self.reference, self.ends, self.nearest.differences, &mut area);
        area.0
    }

    /// The canonical path. `recorder` is told the origins of the states of each cell, in their order.
    pub(crate) fn solve(&self, cells: &LeastCells, recorder: impl FnMut(u8)) -> Option<Path> {
        if is_narrow(self.ends.query, self.ends.reference) {
            Fill::<i64, _>::new(self, cells, recorder).run()
        } else {
            Fill::<i128, _>::new(self, cells, recorder).run()
        }
    }
}
