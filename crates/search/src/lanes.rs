//! The infix distance of one query to many texts at once, one text a lane of 64 bits.
//!
//! # Definition
//!
//! The *infix distance* is the least number of differences of the whole query (m bases) against any stretch of a text (n bases).
//! Sequences are base sets (see [`bases`](crate::bases)); two positions agree when their sets share a base.
//!
//! ```text
//! D(0, j) = 0        D(i, 0) = i
//! D(i, j) = min of  D(i-1, j-1) + (0 if query base i agrees with text base j, else 1)
//!                   D(i-1, j) + 1
//!                   D(i, j-1) + 1
//! distance = min over j = 0 ..= n of  D(m, j)
//! ```
//!
//! # Worked example
//!
//! Query `GTA`, text `AGCA`; `D` by columns, the distance below:
//!
//! ```text
//!         A  G  C  A
//!      0  0  0  0  0
//!   G  1  1  0  1  1
//!   T  2  2  1  1  2          G T A
//!   A  3  2  2  2  1   <- 1   G C A    one difference
//! ```
//!
//! # Lanes, blocks and strides
//!
//! A column is kept as its downward steps in blocks of 64 rows, as in [`myers`](crate::myers); the same word operations take the
//! same block of several texts to their next column. Eight columns, a *stride*, are taken by one block before the next: a block
//! receives the eight steps of the row above it and leaves those of its lowest row.
//!
//! ```text
//!                    stride       stride       stride
//!   lane 1   text  ACGTTGCA     ACGATCAG     TT......      '.' the empty set, after the end
//!   lane 2   text  ACGTTGCA     ACGATCAG     TTA.....
//!
//!   block 0  (lead, query)  -->  -->              '--' left out: no path of interest
//!   block 1  (query)        --   -->  -->
//! ```
//!
//! * *Texts of different lengths*: a lane goes on with the empty set, which agrees with nothing, and its distance stays the same.
//!   A path that uses such a column pays 1 for it, with a query base or without; giving that base a gap instead, or leaving the
//!   column out, costs no more and ends at or before the end of the text.
//! * *The query stands at the foot of its blocks*: the rows before its first base, the lead, agree with every set, the empty one
//!   too, and `D` is 0 in all of them, as in row 0. The last base is then always the lowest row of the last block.
//!
//! # Why nothing is lost by leaving blocks out
//!
//! Every number computed is the cost of a real path, hence never below `D`. Let `best` be the least found so far, in the
//! beginning the lesser of m (= `D(m, 0)`) and the limit + 1. From a cell `(i, j)` a path has m - i rows to go down and n - j columns
//! for it, so that at least
//!
//! ```text
//! g(i, j) = max(0, (m - i) - (n - j))
//! ```
//!
//! gaps are still to come. A cell is *alive* when `D + g < best`. Three facts:
//!
//! * (a) *All cells of a cheapest path to a living cell are alive*: along each of its steps `D` rises by the step's cost, and `g`
//!   falls by at most that cost: it falls only by a step downwards, by 1, which costs 1.
//! * (b) *A diagonal never falls*: `D(i+1, j+1) >= D(i, j)` (Ukkonen 1985), as `D(i+1, j+1)` is one of `D(i, j)`, `D(i, j) + 1`,
//!   `D(i, j+1) + 1` and `D(i+1, j) + 1`, and neighbours differ by at most 1. `g` is the same along a diagonal, so the
//!   predecessor of a living cell on its diagonal is alive.
//! * (c) *No cell of a block, nor of the row above it, is below* (number of its lowest row) - (its steps of +1), which is (number of the
//!   row above) - (its steps of -1).
//!
//! **Claim**: after each stride every living cell is computed, with its true `D`. An answer below `best` is a living cell of row m,
//! so the answers are right. By (a) a living cell has its true `D` as soon as the living cells before it have; it remains to show
//! that no block with a living cell is left out. The rules are, with `g` of the block's lowest row, the least of its rows:
//!
//! * *Leave out the last block, or the first*, at the end of a stride when (c) + `g` >= `best`: it has no living cell in this
//!   column, as that would have its true `D`.
//! * *Below the last block*, r its lowest row: let (x, j + s), x > r, be the living cell of a column of the stride after column j.
//!   By (b) the cell (x - s, j) is alive or above row 0, so x - s <= r: only the first eight rows of the next block can live, and one
//!   block a stride is enough. By (a) and (b) there is then also a living cell (r, j + t), t <= 7. Its number is at least that
//!   of (r, j) less 7, and its `g` is not less than that of (r, j). So the block is taken in when `floor` - 7 + `g` < `best`. Its left
//!   edge is set to +1 a row: real paths straight down.
//! * *Above the first block*: a cheapest path to a later living cell in a block left out would cross the column where it was left
//!   out, in a living cell of that block or one above it, or start later in row 0. Neither can be: row 0 belongs to (c) of block 0, and its `g`
//!   only grows. So blocks above never come back. The step along the new upper edge is set to +1: a real path.
//! * *No block left*: by the same argument no later cell is alive, and the pass ends early, however many columns are left.
//!
//! Each lane has its own `best`; a block is left out only when that is right for all lanes. For n stands the longest of the texts,
//! which makes `g` smaller and proves less. `best` only falls, so a dead cell stays dead.
//!
//! # Complexity
//!
//! O(ceil(m / 64) n) operations for 4 or 8 texts of n bases, and as many blocks a column as hold living cells; memory 16 words a block
//! for the query, and 2 words a block and lane. Texts are sorted by length first, so that neighbours in lanes end together.
//!
//! # References
//!
//! * G. Myers, "A fast bit-vector algorithm for approximate string matching based on dynamic programming", J. ACM 46(3), 1999.
//! * H. Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances", Nordic J. Computing 10(1), 2003.
//! * E. Ukkonen, "Algorithms for approximate string matching", Information and Control 64, 1985.
#![expect(
    clippy::inline_always,
    reason = "vector operations must become part of the function that is compiled for them"
)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod block;
mod lane;
mod scan;
#[cfg(test)]
mod tests;

use block::WORD;
use lane::{Pair, Rows};

/// A query made ready for infix distances to many texts.
#[derive(Clone, Debug)]
pub(crate) struct InfixPattern {
    bases: usize,
    /// Rows before the first base in the first block.
    lead: usize,
    /// A table of agreeing words for each block.
    rows: Vec<Rows>,
}

/// How the lanes are carried out; the answers are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Instructions {
    /// Eight lanes.
    Avx512,
    /// Two times four lanes.
    Avx2,
    /// Two lanes, on any machine.
    Plain,
}

impl InfixPattern {
    /// Prepares a query of base sets (0 to 15, a byte each).
    ///
    /// # Complexity
    ///
    /// O(m) time; 2 bytes a base.
    pub(crate) fn new(query_masks: &[u8]) -> Self {
        let blocks = query_masks.len().div_ceil(WORD);
        let lead = blocks * WORD - query_masks.len();
        let mut rows = vec![[0; 16]; blocks];
        if let Some(first) = rows.first_mut() {
            *first = [(1 << lead) - 1; 16];
        }
        for (base, &query_mask) in query_masks.iter().enumerate() {
            let place = lead + base;
            for (code, row) in (0_u8..).zip(&mut rows[place / WORD]) {
                *row |= u64::from(code & query_mask != 0) << (place % WORD);
            }
        }
        Self { bases: query_masks.len(), lead, rows }
    }

    /// The infix distances to texts of base sets, in the order of the texts; `None` where it exceeds the limit.
    ///
    /// Only the lower four bits of a byte are looked at.
    pub(crate) fn distances(&self, texts: &[&[u8]], limit: u32) -> Vec<Option<u32>> {
        let ways = [Instructions::Avx512, Instructions::Avx2, Instructions::Plain];
        ways.into_iter().find_map(|way| self.distances_by(way, texts, limit)).unwrap_or_default()
    }

    /// [`distances`](Self::distances) by these instructions; `None` when the processor does not have them.
    fn distances_by(
        &self,
        instructions: Instructions,
        texts: &[&[u8]],
        limit: u32,
    ) -> Option<Vec<Option<u32>>> {
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|&index| texts[index].len());
        let sorted: Vec<&[u8]> = order.iter().map(|&index| texts[index]).collect();
        let mut best = vec![(self.bases as u64).min(u64::from(limit) + 1); texts.len()];
        if self.bases > 0 {
            self.lower(instructions, &sorted, &mut best)?;
        }
        let mut distances = vec![None; texts.len()];
        for (&index, &best) in order.iter().zip(&best) {
            distances[index] = u32::try_from(best).ok().filter(|&best| best <= limit);
        }
        Some(distances)
    }

    /// Lowers `best` (one number a text) to the infix distance, where that is less; `None` when the processor lacks the instructions.
    fn lower(&self, instructions: Instructions, texts: &[&[u8]], best: &mut [u64]) -> Option<()> {
        match instructions {
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512 => avx512::run(self, texts, best),
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2 => avx2::run(self, texts, best),
            #[cfg(not(target_arch = "x86_64"))]
            Instructions::Avx512 | Instructions::Avx2 => None,
            Instructions::Plain => {
                scan::scan::<Pair<u64>>(self, texts, best);
                Some(())
            }
        }
    }

    /// How many bases lie in the blocks down to this one.
    fn lowest_base(&self, block: usize) -> usize {
        (block + 1) * WORD - self.lead
    }
}
