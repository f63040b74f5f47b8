//! Costs and states of one cell.

use super::cost::Cost;
use crate::bases::{Verdict, classify_masks};
use crate::ends::signed;

/// One position of an alignment, in the order in which ties prefer them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A base of each.
    Pair = 0,
    /// A base of the reference against a gap in the query.
    Deletion = 1,
    /// A base of the query against a gap in the reference.
    Insertion = 2,
}

impl Step {
    /// The position before a position of this kind, from the origins of a cell.
    pub(crate) fn before(self, origins: u8) -> Self {
        match (origins >> (2 * self as u8)) & 3 {
            0 => Self::Pair,
            1 => Self::Deletion,
            _ => Self::Insertion,
        }
    }

    /// The two bits by which the origins of a cell say that this position came before one of kind `step`.
    const fn origin_of(self, step: Self) -> u8 {
        (self as u8) << (2 * step as u8)
    }
}

/// The best path that ends in a cell in some way, with what it costs and where it starts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct State<C> {
    pub(crate) cost: C,
    /// Diagonal (column minus row) of the start cell; one of the two is 0, so this says both.
    pub(crate) start: i32,
}

impl<C: Cost> State<C> {
    const DEAD: Self = Self::starting(C::DEAD, 0);

    const fn starting(cost: C, start: i32) -> Self {
        Self { cost, start }
    }

    fn plus(self, cost: C) -> Self {
        Self { cost: self.cost + cost, ..self }
    }
}

/// The states of a cell: the best path to it, and the best ones that end with a gap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell<C> {
    /// The best path; ties prefer one that ends with a pair, then with a deletion. On the upper and left border it may be the start.
    pub(crate) best: State<C>,
    /// The last position of that path.
    pub(crate) last: Step,
    deletion: State<C>,
    insertion: State<C>,
}

impl<C: Cost> Cell<C> {
    /// A cell that no path reaches.
    pub(crate) const DEAD: Self =
        Self { best: State::DEAD, last: Step::Pair, deletion: State::DEAD, insertion: State::DEAD };

    /// A cell of row 0, with the origins of its states.
    pub(crate) fn upper(left: &Self, starts: bool, column: usize) -> (Self, u8) {
        let (deletion, origin) = left.then_gap(left.deletion, Step::Deletion);
        let start = start(starts, signed(column));
        (Self::of(start, deletion, State::DEAD), origin)
    }

    /// A cell of column 0, with the origins of its states.
    pub(crate) fn left(above: &Self, starts: bool, row: usize) -> (Self, u8) {
        let (insertion, origin) = above.then_gap(above.insertion, Step::Insertion);
        let start = start(starts, -signed(row));
        (Self::of(start, State::DEAD, insertion), origin)
    }

    /// Any other cell, from its three neighbours and the base sets of its query and reference base, with the origins of its
    /// states.
    #[inline]
    pub(crate) fn inner(diagonal: &Self, above: &Self, left: &Self, query: u8, reference: u8) -> (Self, u8) {
        let pair = diagonal.best.plus(match classify_masks(query, reference) {
            Verdict::Match => C::MATCH,
            Verdict::Ambiguous => C::AMBIGUOUS,
            Verdict::Difference => C::DIFFERENCE,
        });
        let (deletion, deletion_origin) = left.then_gap(left.deletion, Step::Deletion);
        let (insertion, insertion_origin) = above.then_gap(above.insertion, Step::Insertion);
        let origins = diagonal.last.origin_of(Step::Pair) | deletion_origin | insertion_origin;
        (Self::of(pair, deletion, insertion), origins)
    }

    /// Chooses the best path.
    #[inline]
    fn of(pair: State<C>, deletion: State<C>, insertion: State<C>) -> Self {
        let mut cell = Self { best: pair, last: Step::Pair, deletion, insertion };
        if deletion.cost < cell.best.cost {
            (cell.best, cell.last) = (deletion, Step::Deletion);
        }
        if insertion.cost < cell.best.cost {
            (cell.best, cell.last) = (insertion, Step::Insertion);
        }
        cell
    }

    /// A gap position after this cell: a new run after its best path, or its own run of that kind, `run`, continued.
    #[inline]
    fn then_gap(&self, run: State<C>, step: Step) -> (State<C>, u8) {
        let opened = self.best.plus(C::GAP);
        let continued = run.plus(C::DIFFERENCE);
        if opened.cost <= continued.cost {
            (opened, self.last.origin_of(step))
        } else {
            (continued, step.origin_of(step))
        }
    }
}

/// The start of a path, where one may start.
fn start<C: Cost>(starts: bool, diagonal: isize) -> State<C> {
    match i32::try_from(diagonal) {
        Ok(diagonal) if starts => State::starting(C::ZERO, diagonal),
        _ => State::DEAD,
    }
}
