//! One block of 64 rows in all lanes: its downward steps, and how it goes through eight columns.

use super::lane::{Lanes, Rows};

/// Rows a block.
pub(super) const WORD: usize = 64;

/// Columns a stride: the bases that one word of a text holds, a byte a base.
pub(super) const STRIDE: usize = 8;

/// The downward steps of 64 rows in one column: bit `r` of `positive` (`negative`) is set when row `r` is one more (less) than
/// the row above it.
#[derive(Clone, Copy)]
pub(super) struct Block<L> {
    pub(super) positive: L,
    pub(super) negative: L,
}

/// The step along the lowest row of a block from one column to the next, in the highest bit: +1, -1 or (neither set) 0.
#[derive(Clone, Copy)]
pub(super) struct Step<L> {
    pub(super) up: L,
    pub(super) down: L,
}

impl<L: Lanes> Step<L> {
    /// A step of 0.
    #[inline(always)]
    pub(super) fn level() -> Self {
        Self { up: L::splat(0), down: L::splat(0) }
    }

    /// A step of +1.
    #[inline(always)]
    pub(super) fn up() -> Self {
        Self { up: L::splat(1 << 63), down: L::splat(0) }
    }

    /// The number at the end of the step, from that at its start.
    #[inline(always)]
    pub(super) fn from(self, number: L) -> L {
        number.plus(self.up.highest()).minus(self.down.highest())
    }
}

impl<L: Lanes> Block<L> {
    /// Steps of +1 in every row.
    #[inline(always)]
    pub(super) fn steep() -> Self {
        Self { positive: L::splat(u64::MAX), negative: L::splat(0) }
    }

    /// Takes the block through the columns of a stride. `edge` holds the steps of the row above it, then those of its lowest row.
    #[inline(always)]
    pub(super) fn advance(&mut self, rows: &Rows, codes: &[L::Codes; STRIDE], edge: &mut [Step<L>; STRIDE]) {
        let ones = L::splat(u64::MAX);
        let Self { mut positive, mut negative } = *self;
        for (&codes, step) in codes.iter().zip(edge) {
            let agreeing = L::agreeing(rows, codes);
            let vertical = agreeing.or(negative);
            let agreeing = agreeing.or(step.down.highest());
            let zero = agreeing.and(positive).plus(positive).xor(positive).or(agreeing);
            let up = negative.or(zero.or(positive).xor(ones));
            let down = positive.and(zero);
            let up_entering = up.down_one(step.up);
            let down_entering = down.down_one(step.down);
            *step = Step { up, down };
            positive = down_entering.or(vertical.or(up_entering).xor(ones));
            negative = up_entering.and(vertical);
        }
        *self = Self { positive, negative };
    }

    /// By how much the lowest row exceeds the row above the block.
    #[inline(always)]
    pub(super) fn height(self) -> L {
        self.positive.ones().minus(self.negative.ones())
    }
}
