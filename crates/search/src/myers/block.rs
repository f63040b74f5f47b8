//! One block of 64 rows: its downward steps, and how it goes from one column to the next.

/// Rows a block.
pub(crate) const WORD: usize = 64;

/// The downward steps of 64 rows in one column: bit `r` of `positive` (`negative`) is set when row `r` is one more (less) than
/// the row above it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub(super) positive: u64,
    pub(super) negative: u64,
}

/// The step along one row from one column to the next: +1, -1 or (neither bit set) 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) up: u64,
    pub(super) down: u64,
}

/// Of 64 rows of a column, one bit each: with which last positions a path to the cell has the least differences.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tight {
    pub(crate) pair: u64,
    pub(crate) deletion: u64,
    pub(crate) insertion: u64,
}

impl Step {
    pub(super) const LEVEL: Self = Self { up: 0, down: 0 };
    pub(super) const UP: Self = Self { up: 1, down: 0 };

    pub(super) fn value(self) -> isize {
        isize::from(self.up != 0) - isize::from(self.down != 0)
    }
}

impl Block {
    /// Steps of +1 in every row.
    pub(super) const STEEP: Self = Self { positive: u64::MAX, negative: 0 };

    /// Takes the block to the next column; `above` is the step of the row above it, `row` the row (bit number) whose own
    /// step is handed on.
    #[inline]
    pub(super) fn advance(&mut self, agree: u64, above: Step, row: u32) -> (Step, Tight) {
        let Self { positive, negative } = *self;
        let vertical = agree | negative;
        let agreeing = agree | above.down;
        let zero = ((agreeing & positive).wrapping_add(positive) ^ positive) | agreeing;
        let up = negative | !(zero | positive);
        let down = positive & zero;
        let below = Step { up: up >> row & 1, down: down >> row & 1 };
        let (pair, deletion) = (agree | !(zero | negative), up);
        let up = up << 1 | above.up;
        let down = down << 1 | above.down;
        self.positive = down | !(vertical | up);
        self.negative = up & vertical;
        (below, Tight { pair, deletion, insertion: self.positive })
    }

    /// What is known of a column without the one before it: its downward steps.
    pub(super) fn downwards(self) -> Tight {
        Tight { pair: 0, deletion: 0, insertion: self.positive }
    }

    /// By how much the lowest of the rows in `rows` exceeds the row above the block.
    pub(super) fn height(self, rows: u64) -> isize {
        ones(self.positive & rows) - ones(self.negative & rows)
    }

    /// No row of the block lies further than this below its lowest row in `rows`.
    pub(super) fn most_descent(self, rows: u64) -> isize {
        ones(self.positive & rows)
    }

    /// The downward step of one row (bit number).
    pub(super) fn step(self, row: usize) -> isize {
        isize::from(self.positive >> row & 1 == 1) - isize::from(self.negative >> row & 1 == 1)
    }
}

/// At most 64.
#[expect(clippy::cast_possible_wrap, reason = "a count of at most 64 bits")]
fn ones(word: u64) -> isize {
    word.count_ones() as isize
}
