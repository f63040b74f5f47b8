//! One pass over a reference: which blocks are computed, and what the end cells say.

use super::block::{Block, Step, Tight, WORD};
use super::{Nearest, Pattern};
use crate::ends::{Ends, signed};

/// Takes down what a pass computes.
pub(crate) trait Watch {
    /// A column begins, at this block.
    fn begin_column(&mut self, first_block: usize);
    /// The next block of the column.
    fn block(&mut self, tight: Tight);
    /// An end cell and its least differences.
    fn end(&mut self, differences: usize, row: usize, column: usize);
}

/// Takes down nothing.
impl Watch for () {
    fn begin_column(&mut self, _first_block: usize) {}
    fn block(&mut self, _tight: Tight) {}
    fn end(&mut self, _differences: usize, _row: usize, _column: usize) {}
}

/// The state of a pass: a column of blocks, of which `first..=last` are computed.
pub(super) struct Scan<'pattern, W> {
    pattern: &'pattern Pattern,
    watch: &'pattern mut W,
    ends: Ends,
    /// No end cell above this matters; falls to the least found.
    limit: isize,
    blocks: Vec<Block>,
    first: usize,
    last: usize,
    /// `D` of the lowest row of block `last`.
    bottom: isize,
    nearest: Option<Nearest>,
}

impl<'pattern, W: Watch> Scan<'pattern, W> {
    /// Column 0.
    pub(super) fn new(pattern: &'pattern Pattern, ends: Ends, limit: usize, watch: &'pattern mut W) -> Self {
        let mut blocks = vec![Block::STEEP; pattern.blocks];
        let free = ends.last_query_start;
        for (index, block) in blocks.iter_mut().enumerate() {
            block.positive = !low_bits(free.saturating_sub(index * WORD));
        }
        let within = free.saturating_add(limit).saturating_sub(1) / WORD;
        let last = within.min(pattern.blocks.saturating_sub(1));
        let lowest = ends.query.min((last + 1) * WORD);
        Self {
            pattern,
            watch,
            ends,
            limit: signed(limit),
            blocks,
            first: 0,
            last,
            bottom: signed(lowest.saturating_sub(free)),
            nearest: None,
        }
    }

    /// Walks the reference; `None` when every end cell exceeds the limit.
    pub(super) fn run(mut self, reference: &[u8]) -> Option<Nearest> {
        self.watch.begin_column(0);
        if self.blocks.is_empty() {
            self.offer(0, 0, self.ends.reference);
            return self.nearest;
        }
        self.blocks[..=self.last].iter().for_each(|block| self.watch.block(block.downwards()));
        self.lower_border(0);
        for (before, &code) in reference.iter().enumerate() {
            let column = before + 1;
            self.grow();
            self.advance(code, column);
            self.lower_border(column);
            if !self.shrink(column) {
                return self.nearest;
            }
        }
        self.right_border();
        self.nearest
    }

    /// The rows of a block that belong to the query.
    fn rows(&self, block: usize) -> usize {
        WORD.min(self.ends.query - block * WORD)
    }

    /// Whether the last row of the query is computed.
    fn holds_last_row(&self) -> bool {
        self.last + 1 == self.blocks.len()
    }

    /// Takes in the block below when a path within the limit can enter it in the next column.
    fn grow(&mut self) {
        if !self.holds_last_row() && self.bottom <= self.limit {
            self.last += 1;
            self.blocks[self.last] = Block::STEEP;
            self.watch.block(Block::STEEP.downwards());
            self.bottom += signed(self.rows(self.last));
        }
    }

    /// Goes to the next column.
    fn advance(&mut self, code: u8, column: usize) {
        let agreeing = &self.pattern.agreeing_with(code)[self.first..=self.last];
        let lowest = self.rows(self.last) - 1;
        let mut step =
            if self.first > 0 || column > self.ends.last_reference_start { Step::UP } else { Step::LEVEL };
        let blocks = &mut self.blocks[self.first..=self.last];
        let Some((last, others)) = blocks.split_last_mut() else {
            return;
        };
        self.watch.begin_column(self.first);
        for (block, &agreeing) in others.iter_mut().zip(agreeing) {
            let (below, tight) = block.advance(agreeing, step, 63);
            self.watch.block(tight);
            step = below;
        }
        let word = agreeing.last().copied().unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, reason = "a bit number below 64")]
        let (below, tight) = last.advance(word, step, lowest as u32);
        self.watch.block(tight);
        self.bottom += below.value();
    }

    /// Leaves out blocks that no path within the limit can use; false when none is left.
    fn shrink(&mut self, column: usize) -> bool {
        while self.bottom > self.limit {
            let block = self.blocks[self.last];
            let rows = low_bits(self.rows(self.last));
            if self.bottom - block.most_descent(rows) <= self.limit {
                break;
            }
            if self.last == self.first {
                return self.first == 0;
            }
            self.bottom -= block.height(rows);
            self.last -= 1;
        }
        let remaining = signed(self.ends.reference - column);
        let needed = signed(self.ends.first_query_end) - remaining - self.limit;
        while signed((self.first + 1) * WORD) < needed && self.first < self.last {
            self.first += 1;
        }
        true
    }

    /// The end cell of the last row in this column.
    fn lower_border(&mut self, column: usize) {
        if self.holds_last_row() && column >= self.ends.first_reference_end {
            self.offer(self.bottom, self.ends.query, column);
        }
    }

    /// The end cells of the last column, from the lowest computed row upwards.
    fn right_border(&mut self) {
        let mut differences = self.bottom;
        for index in (self.first..=self.last).rev() {
            for row in (0..self.rows(index)).rev() {
                let query_end = index * WORD + row + 1;
                if query_end < self.ends.first_query_end {
                    return;
                }
                self.offer(differences, query_end, self.ends.reference);
                differences -= self.blocks[index].step(row);
            }
        }
        if self.first == 0 && self.ends.first_query_end == 0 {
            self.offer(differences, 0, self.ends.reference);
        }
    }

    /// Considers one end cell.
    fn offer(&mut self, differences: isize, query_end: usize, reference_end: usize) {
        let Ok(count) = usize::try_from(differences) else {
            return;
        };
        if differences > self.limit {
            return;
        }
        self.watch.end(count, query_end, reference_end);
        let diagonal = signed(reference_end) - signed(query_end);
        let bases = query_end + reference_end;
        let most_matches = query_end.min(reference_end).min(bases.saturating_sub(count) / 2);
        let tied = self.nearest.filter(|found| found.differences == count);
        self.limit = differences;
        self.nearest = Some(match tied {
            Some(found) => Nearest {
                differences: count,
                most_matches: most_matches.max(found.most_matches),
                lowest_diagonal: diagonal.min(found.lowest_diagonal),
                highest_diagonal: diagonal.max(found.highest_diagonal),
            },
            None => Nearest {
                differences: count,
                most_matches,
                lowest_diagonal: diagonal,
                highest_diagonal: diagonal,
            },
        });
    }
}

/// A word whose lowest `count` bits are set; all of them from 64 on.
fn low_bits(count: usize) -> u64 {
    if count >= WORD { u64::MAX } else { (1 << count) - 1 }
}
