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
//! Let d be the least number of differences, which [`Pattern`] knows together with the end cells that attain it. Each gap moves
//! a path by one diagonal and costs 1, so a path of d differences stays within d diagonals of its end cell, and a cell that is
//! `x` diagonals away from every such end cell is of use only to paths that reach it with at most d - x differences. Cells
//! beyond that are dropped, and with them whole flanks of a row. So is a cell that leaves too few differences for the rows still
//! to come ([`remaining`]). All paths that tie for rules 1 to 4 have d differences,
//! so that none of them loses a cell.
//!
//! Where the diagonal without gaps is shown to be the canonical path, these cells are not filled at all ([`diagonal`]).
//!
//! # Complexity
//!
//! At most O(m (d + 1)) time when the end cells share a diagonal, O(m n) at worst; memory O(d + n) for the scores. The path itself
//! takes one byte a cell, kept only where it is asked for.
//!
//! # Reference
//!
//! O. Gotoh, "An improved algorithm for matching biological sequences", J. Molecular Biology 162, 1982.

mod band;
mod cost;
mod diagonal;
mod fill;
mod remaining;
mod state;
mod wavefront;

use crate::ends::{Ends, Kind, signed};
use crate::myers::{Nearest, Pattern};
use band::Band;
use cost::{Cost, is_narrow};
use diagonal::Diagonal;
use fill::Fill;
use state::Cell;
pub(crate) use state::Step;
use std::cell::OnceCell;
use std::cmp::Reverse;
use wavefront::Longest;

/// The name of the rule that chooses the alignment; reports print it.
pub const CANONICAL_RULE: &str = "saola-canonical-1";

/// Takes down, cell by cell, where each state came from.
pub(crate) trait Recorder {
    /// A row begins, at this column.
    fn begin_row(&mut self, column: usize);
    /// The origins of the states of the next cell of the row.
    fn record(&mut self, origins: u8);
}

/// Records nothing.
impl Recorder for () {
    fn begin_row(&mut self, _column: usize) {}
    fn record(&mut self, _origins: u8) {}
}

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
    let (ends, nearest) = (pattern.ends(reference, kind)?, pattern.nearest(reference, kind, limit)?);
    let problem = Problem::with(pattern.masks(), reference, ends, nearest);
    let diagonal = problem.diagonal();
    if let Some(diagonal) = diagonal.as_ref().filter(|diagonal| problem.is_only(diagonal)) {
        return Some(diagonal.path);
    }
    // Where all end on one diagonal and there are gaps, the length tells nothing that the dynamic programme need not find again.
    let is_settled = diagonal.is_none() && nearest.lowest_diagonal == nearest.highest_diagonal;
    let longest = if is_settled { None } else { problem.longest() };
    match longest {
        Some(longest) => problem.ending_as(longest).solve_longest(longest),
        None => problem.solve(&mut ()),
    }
}

/// The positions of the canonical alignment of a kind; `None` as for [`canonical_path`], or when they are too many.
pub(crate) fn canonical_positions(
    pattern: &Pattern,
    reference: &[u8],
    kind: Kind,
    limit: Option<usize>,
) -> Option<usize> {
    let (ends, nearest) = (pattern.ends(reference, kind)?, pattern.nearest(reference, kind, limit)?);
    let problem = Problem::with(pattern.masks(), reference, ends, nearest);
    match problem.diagonal() {
        Some(diagonal) if problem.is_only(&diagonal) => Some(diagonal.path.positions),
        _ => problem.longest().map(|longest| longest.positions),
    }
}

/// What is to be aligned: a pair, an end rule, and what the bit-parallel pass found.
pub(crate) struct Problem<'data> {
    query: &'data [u8],
    reference: &'data [u8],
    ends: Ends,
    pub(crate) nearest: Nearest,
    pub(crate) band: Band,
    /// By row, the differences that are still to come; counted when first asked for.
    remaining: OnceCell<Vec<u32>>,
}

impl<'data> Problem<'data> {
    /// `None` when no alignment of this kind is possible.
    pub(crate) fn new(pattern: &'data Pattern, reference: &'data [u8], kind: Kind) -> Option<Self> {
        let nearest = pattern.nearest(reference, kind, None)?;
        let ends = pattern.ends(reference, kind)?;
        Some(Self::with(pattern.masks(), reference, ends, nearest))
    }

    /// The alignment of all of `query` (base sets) with all of `reference`, with so many differences.
    ///
    /// Between the ends of a canonical alignment this finds the same one: it is the first of all alignments by the rule, hence of
    /// those with these ends.
    pub(crate) fn between(query: &'data [u8], reference: &'data [u8], differences: usize) -> Option<Self> {
        i32::try_from(query.len().checked_add(reference.len())?).ok()?;
        let ends = Ends {
            query: query.len(),
            reference: reference.len(),
            last_query_start: 0,
            last_reference_start: 0,
            first_query_end: query.len(),
            first_reference_end: reference.len(),
        };
        let diagonal = signed(reference.len()) - signed(query.len());
        let nearest = Nearest {
            differences,
            most_matches: query.len().min(reference.len()),
            lowest_diagonal: diagonal,
            highest_diagonal: diagonal,
        };
        Some(Self::with(query, reference, ends, nearest))
    }

    fn with(query: &'data [u8], reference: &'data [u8], ends: Ends, nearest: Nearest) -> Self {
        Self { query, reference, ends, nearest, band: Band::new(ends, nearest), remaining: OnceCell::new() }
    }

    /// The most differences with which a path of the least differences can reach a cell of this row.
    fn most_differences(&self, row: usize) -> isize {
        let remaining = self.remaining.get_or_init(|| match self.nearest.differences {
            0 => vec![0; self.query.len() + 1],
            _ => remaining::remaining(self.query, self.reference, &self.ends),
        });
        let remaining = remaining.get(row).map_or(0, |count| isize::try_from(*count).unwrap_or(0));
        signed(self.nearest.differences) - remaining
    }

    /// The diagonal without gaps, if it has the least differences and is the only one on which these end.
    fn diagonal(&self) -> Option<Diagonal> {
        Diagonal::new(self.query, self.reference, &self.ends, &self.nearest)
    }

    fn is_only(&self, diagonal: &Diagonal) -> bool {
        diagonal.is_only(self.query, self.reference)
    }

    /// The same, with only those ends that rules 1 and 2 leave. All paths that tie for these two end there, so that none of them
    /// loses a cell.
    fn ending_as(self, longest: Longest) -> Self {
        let Longest { lowest_diagonal, highest_diagonal, .. } = longest;
        let nearest = Nearest { lowest_diagonal, highest_diagonal, ..self.nearest };
        Self::with(self.query, self.reference, self.ends, nearest)
    }

    /// The canonical path, if all that is left ends on these diagonals. A diagonal without gaps of that length comes before all others
    /// by rule 3.
    fn solve_longest(&self, longest: Longest) -> Option<Path> {
        let diagonal = self.diagonal().filter(|diagonal| diagonal.path.positions == longest.positions);
        diagonal.map(|diagonal| diagonal.path).or_else(|| self.solve(&mut ()))
    }

    /// The canonical path.
    pub(crate) fn solve(&self, recorder: &mut impl Recorder) -> Option<Path> {
        if is_narrow(self.ends.query, self.ends.reference) {
            Fill::<i64, _>::new(self, recorder).run()
        } else {
            Fill::<i128, _>::new(self, recorder).run()
        }
    }
}
