//! Infix distances.
#![cfg_attr(not(test), expect(dead_code, reason = "the search is about to use it"))]
#![expect(clippy::inline_always, reason = "vector operations must become part of the function that is compiled for them")]

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
    /// Two times eight lanes.
    Avx512,
    /// Two times four lanes.
    Avx2,
    /// Two lanes, on any machine.
    Plain,
}

impl InfixPattern {
    pub(crate) fn new(query_masks: &[u8]) -> Self {
        let blocks = query_masks.len().div_ceil(WORD);
        let lead = blocks * WORD - query_masks.len();
        let mut rows = vec![[0; 16]; blocks];
        if let Some(first) = rows.first_mut() {
            let lead = (1 << lead) - 1;
            *first = [lead; 16];
        }
        for (base, &query_mask) in query_masks.iter().enumerate() {
            let place = lead + base;
            for (code, row) in (0_u8..).zip(&mut rows[place / WORD]) {
                *row |= u64::from(code & query_mask != 0) << (place % WORD);
            }
        }
        Self { bases: query_masks.len(), lead, rows }
    }

    pub(crate) fn distances(&self, texts: &[&[u8]], limit: u32) -> Vec<Option<u32>> {
        #[cfg(target_arch = "x86_64")]
        let instructions = if avx512::available() {
            Instructions::Avx512
        } else if avx2::available() {
            Instructions::Avx2
        } else {
            Instructions::Plain
        };
        #[cfg(not(target_arch = "x86_64"))]
        let instructions = Instructions::Plain;
        self.distances_by(instructions, texts, limit).unwrap_or_default()
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
