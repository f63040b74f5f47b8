//! One pass over as many texts as there are lanes: which blocks are computed, and the least of the last row.

use super::InfixPattern;
use super::block::{Block, STRIDE, Step, WORD};
use super::lane::Lanes;

/// Lowers `best` (one number a text) to the infix distance of the text, where that is less. The query has at least one base.
#[inline(always)]
pub(super) fn scan<L: Lanes>(pattern: &InfixPattern, texts: &[&[u8]], best: &mut [u64]) {
    let mut blocks = vec![Block::steep(); pattern.rows.len()];
    for (texts, best) in texts.chunks(L::COUNT).zip(best.chunks_mut(L::COUNT)) {
        let bests = L::gather(|lane| best.get(lane).copied().unwrap_or_default());
        let within = best.iter().max().copied().unwrap_or_default();
        let columns = texts.iter().map(|text| text.len()).max().unwrap_or_default();
        let bests = Scan::new(pattern, &mut blocks, columns, within, bests).run(texts);
        bests.scatter(|lane, found| {
            if let Some(best) = best.get_mut(lane) {
                *best = found;
            }
        });
    }
}

/// The state of a pass: a column of blocks, of which `first..=last` are computed.
struct Scan<'scratch, L> {
    pattern: &'scratch InfixPattern,
    blocks: &'scratch mut [Block<L>],
    columns: usize,
    first: usize,
    last: usize,
    /// `D` of the row above block `first`.
    ceiling: L,
    /// `D` of the lowest row of block `last`.
    floor: L,
    /// The least of the last row so far; only paths below it are of interest.
    best: L,
}

impl<'scratch, L: Lanes> Scan<'scratch, L> {
    /// Column 0. `within` is the greatest of `best`.
    #[inline(always)]
    fn new(
        pattern: &'scratch InfixPattern,
        blocks: &'scratch mut [Block<L>],
        columns: usize,
        within: u64,
        best: L,
    ) -> Self {
        let reach = usize::try_from(within).unwrap_or(usize::MAX).saturating_sub(2);
        let last = (pattern.lead.saturating_add(reach) / WORD).min(pattern.rows.len() - 1);
        for block in &mut blocks[..=last] {
            *block = Block::steep();
        }
        blocks[0].positive = L::splat(u64::MAX << pattern.lead);
        let floor = L::splat(pattern.lowest_base(last) as u64);
        Self { pattern, blocks, columns, first: 0, last, ceiling: L::splat(0), floor, best }
    }

    /// Walks the texts a stride at a time; the least of the last row.
    #[inline(always)]
    fn run(mut self, texts: &[&[u8]]) -> L {
        let mut column = 0;
        while column < self.columns {
            self.grow(column);
            self.advance(texts, column);
            column += STRIDE;
            if !self.shrink(column) {
                break;
            }
        }
        self.best
    }

    /// The fewest gaps below the lowest row of a block: query bases left, less text bases left.
    #[inline(always)]
    fn gaps_below(&self, block: usize, column: usize) -> L {
        let query = self.pattern.bases - self.pattern.lowest_base(block);
        L::splat(query.saturating_sub(self.columns.saturating_sub(column)) as u64)
    }

    /// Takes in the block below when a path of interest can enter it within the stride.
    #[inline(always)]
    fn grow(&mut self, column: usize) {
        if self.last + 1 == self.blocks.len() {
            return;
        }
        let least = self.floor.minus(L::splat(STRIDE as u64 - 1)).plus(self.gaps_below(self.last, column));
        if least.any_less(self.best) {
            self.last += 1;
            self.blocks[self.last] = Block::steep();
            self.floor = self.floor.plus(L::splat(WORD as u64));
        }
    }

    /// Goes through the columns of a stride.
    #[inline(always)]
    fn advance(&mut self, texts: &[&[u8]], column: usize) {
        let words = L::gather(|lane| texts.get(lane).map_or(0, |text| word_at(text, column)));
        let mut codes = [words.codes(0); STRIDE];
        for (codes, byte) in codes.iter_mut().zip(0..) {
            *codes = words.codes(byte);
        }
        let mut edge = [if self.first == 0 { Step::level() } else { Step::up() }; STRIDE];
        if self.first > 0 {
            self.ceiling = self.ceiling.plus(L::splat(STRIDE as u64));
        }
        let rows = &self.pattern.rows[self.first..=self.last];
        for (block, rows) in self.blocks[self.first..=self.last].iter_mut().zip(rows) {
            block.advance(rows, &codes, &mut edge);
        }
        let holds_last_row = self.last + 1 == self.blocks.len();
        for step in edge {
            self.floor = step.from(self.floor);
            if holds_last_row {
                self.best = self.best.least(self.floor);
            }
        }
    }

    /// Leaves out blocks that no path of interest can use; false when none is left.
    #[inline(always)]
    fn shrink(&mut self, column: usize) -> bool {
        loop {
            let block = self.blocks[self.last];
            let least = self.floor.minus(block.positive.ones()).plus(self.gaps_below(self.last, column));
            if least.any_less(self.best) {
                break;
            }
            if self.last == self.first {
                return false;
            }
            self.floor = self.floor.minus(block.height());
            self.last -= 1;
        }
        while self.first < self.last {
            let block = self.blocks[self.first];
            let least = self.ceiling.minus(block.negative.ones()).plus(self.gaps_below(self.first, column));
            if least.any_less(self.best) {
                break;
            }
            self.ceiling = self.ceiling.plus(block.height());
            self.first += 1;
        }
        true
    }
}

/// Eight bases from a column on, a byte each; the empty set after the end.
#[inline(always)]
fn word_at(text: &[u8], column: usize) -> u64 {
    let rest = text.get(column..).unwrap_or_default();
    if let Some(bases) = rest.first_chunk::<STRIDE>() {
        return u64::from_le_bytes(*bases);
    }
    rest.iter().rev().fold(0, |word, &base| word << 8 | u64::from(base))
}
