//! The least number of differences of a pair, 64 cells at a time.
//!
//! # Definition
//!
//! `D(i, j)` is the least number of differences of a path from any start cell ([`ends`](crate::Kind)) to the cell `(i, j)`:
//!
//! ```text
//! D(0, j) = max(0, j - last_reference_start)        D(i, 0) = max(0, i - last_query_start)
//! D(i, j) = min of  D(i-1, j-1) + (0 if query base i can agree with reference base j, else 1)
//!                   D(i-1, j) + 1
//!                   D(i, j-1) + 1
//! ```
//!
//! The answer is the least `D` over the end cells. As a match and an ambiguous pair both cost 0, "can agree" is the only question
//! that is asked about two codes: for every reference code there is one row of bits, bit `i` set when query base `i` can
//! agree with it.
//!
//! # Why the bit-parallel form is right
//!
//! Neighbours differ by at most one: on the borders by definition, elsewhere by induction over the recurrence. So a column is
//! its steps downwards, +1 (`positive`), -1 (`negative`) or 0, and Myers' fifteen word operations take 64 of them from one
//! column to the next. A block of 64 rows receives from the block above the step of its own upper edge (-1, 0 or +1) and hands
//! its lower edge's step to the block below (Hyyrö 2003). The border rules enter in only two places: the steps of column 0 are
//! 0 down to `last_query_start` and +1 below, and the step along row 0 is 0 up to `last_reference_start` and +1 after it. The
//! free ends on the right are read off the last column by adding up its steps from the lowest row.
//!
//! # Why nothing is lost by leaving blocks out
//!
//! With a limit `k` only blocks that can hold a cell of a path with at most `k` differences are computed (Ukkonen 1985):
//!
//! * *below*: a block is left out when all of its cells exceed `k`. It can come back only through its upper left neighbour, the
//!   lowest cell of the block above, one column earlier, so it is taken in again as soon as that cell is within `k`. Its left edge
//!   is then set to +1 a row: real paths (straight down), hence never too low.
//! * *above*: from cell `(i, j)` an end cell is reached only at row `first_query_end` or below, and the `n - j` bases left lead
//!   down at most `n - j` rows without an insertion; rows above `first_query_end - (n - j) - k` are of no use. The step along
//!   the new upper edge is then set to +1, again a real path.
//!
//! Every computed value is therefore the cost of some real path, and every cell of a path with at most `k` differences in all
//! gets its true value, by induction along that path.
//!
//! # Worked example
//!
//! Query `GTA` (overhang not allowed for the sake of the example), reference `AGCA`; `D` by columns, the answer below:
//!
//! ```text
//!         A  G  C  A
//!      0  0  0  0  0
//!   G  1  1  0  1  1
//!   T  2  2  1  1  2          G T A
//!   A  3  2  2  2  1   <- 1   G C A    one difference, reference bases 2 to 4
//! ```
//!
//! # Complexity
//!
//! O(ceil(m / 64) n) word operations, about O(ceil(k / 64) n) with a limit `k`; memory O(m), and 16 bit rows a query.
//!
//! # References
//!
//! * G. Myers, "A fast bit-vector algorithm for approximate string matching based on dynamic programming", J. ACM 46(3), 1999.
//! * H. Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances", Nordic J. Computing 10(1), 2003.
//! * E. Ukkonen, "Algorithms for approximate string matching", Information and Control 64, 1985.

mod block;
mod scan;

use crate::bases::{mask, plain_bases};
use crate::ends::{Ends, Kind, MIN_OVERLAP};
use crate::pieces::Pieces;
pub(crate) use block::{Tight, WORD};
use scan::Scan;
pub(crate) use scan::Watch;
use std::sync::OnceLock;

/// A query made ready for comparison with many references.
///
/// # Examples
///
/// ```
/// use saola_search::{Kind, Pattern};
///
/// let query = Pattern::new(b"ACGTACGTTGCAACGATCAG");
/// assert_eq!(query.differences(b"TTACGTACGATGCARCGATCAGTT", Kind::Spanning, None), Some(1));
/// assert_eq!(query.differences(b"TTACGTACGATGCARCGATCAGTT", Kind::Spanning, Some(0)), None);
/// ```
#[derive(Clone, Debug)]
pub struct Pattern {
    masks: Vec<u8>,
    plain: usize,
    min_overlap: usize,
    blocks: usize,
    /// Sixteen rows of `blocks` words: bit `i` of row `code` is set when query base `i` can agree with `code`.
    agreeing: Vec<u64>,
    /// Made when first asked for.
    pieces: OnceLock<Option<Pieces>>,
}

/// The least differences of a pair, and what all alignments that attain them have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Nearest {
    /// The least number of differences.
    pub(crate) differences: usize,
    /// The most matches that an alignment with so few differences can have, judged by where it ends: each match takes a base of
    /// both sequences and each difference at least one, so 2 matches + differences <= bases before the end cell.
    pub(crate) most_matches: usize,
    /// The least `j - i` over the end cells that attain the least differences.
    pub(crate) lowest_diagonal: isize,
    /// The greatest `j - i` over those end cells.
    pub(crate) highest_diagonal: isize,
}

impl Pattern {
    /// Prepares a query of upper-case IUPAC DNA, with [`MIN_OVERLAP`] as the least overlap of partial alignments.
    ///
    /// # Complexity
    ///
    /// O(m) time; 3 bytes a base.
    pub fn new(query: &[u8]) -> Self {
        Self::with_min_overlap(query, MIN_OVERLAP)
    }

    /// [`Pattern::new`] with another least overlap (columns) for partial alignments.
    pub fn with_min_overlap(query: &[u8], min_overlap: usize) -> Self {
        let masks: Vec<u8> = query.iter().map(|&code| mask(code)).collect();
        let blocks = masks.len().div_ceil(WORD);
        let mut agreeing = vec![0; 16 * blocks];
        for (base, &query_mask) in masks.iter().enumerate() {
            for code in [1_u8, 2, 4, 8] {
                let agrees = u64::from(code & query_mask != 0);
                agreeing[usize::from(code) * blocks + base / WORD] |= agrees << (base % WORD);
            }
        }
        // A code agrees where one of its bases does.
        for code in (3..16_usize).filter(|code| !code.is_power_of_two()) {
            let lowest = code & code.wrapping_neg();
            for block in 0..blocks {
                agreeing[code * blocks + block] =
                    agreeing[lowest * blocks + block] | agreeing[(code - lowest) * blocks + block];
            }
        }
        Self { plain: plain_bases(query), masks, min_overlap, blocks, agreeing, pieces: OnceLock::new() }
    }

    /// The number of bases of the query.
    pub fn len(&self) -> usize {
        self.masks.len()
    }

    /// Whether the query has no bases.
    pub fn is_empty(&self) -> bool {
        self.masks.is_empty()
    }

    /// The least overlap of partial alignments, in columns.
    pub fn min_overlap(&self) -> usize {
        self.min_overlap
    }

    /// The number of plain bases (`A`, `C`, `G`, `T`): no alignment has more matches.
    pub fn plain_bases(&self) -> usize {
        self.plain
    }

    /// The least number of differences over all alignments of this kind; `None` when it exceeds `limit`, or when the
    /// sequences are too short for that kind.
    ///
    /// `reference` is upper-case IUPAC DNA; any other byte agrees with nothing.
    ///
    /// # Complexity
    ///
    /// O(ceil(m / 64) n) word operations; a limit makes it faster.
    pub fn differences(&self, reference: &[u8], kind: Kind, limit: Option<u32>) -> Option<u32> {
        let limit = limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let nearest = self.nearest(reference, kind, limit)?;
        u32::try_from(nearest.differences).ok()
    }

    /// [`Pattern::differences`] with all that the pass learns on the way.
    pub(crate) fn nearest(&self, reference: &[u8], kind: Kind, limit: Option<usize>) -> Option<Nearest> {
        self.nearest_between(reference, self.ends(reference, kind)?, limit)
    }

    /// The same under any end rule.
    pub(crate) fn nearest_between(
        &self,
        reference: &[u8],
        ends: Ends,
        limit: Option<usize>,
    ) -> Option<Nearest> {
        let worst = self.len() + reference.len();
        let most = limit.unwrap_or(worst).min(worst);
        let mut radius = WORD.min(most);
        loop {
            let found = Scan::new(self, ends, radius, &mut ()).run(reference);
            if found.is_some() || radius == most {
                return found;
            }
            radius = (4 * radius).min(most);
        }
    }

    /// Repeats a pass, now that the least differences are known.
    pub(crate) fn watch(&self, reference: &[u8], ends: Ends, differences: usize, watch: &mut impl Watch) {
        Scan::new(self, ends, differences, watch).run(reference);
    }

    /// The end rule of this query against a reference; `None` when no alignment of that kind is possible.
    pub(crate) fn ends(&self, reference: &[u8], kind: Kind) -> Option<Ends> {
        Ends::new(kind, self.len(), reference.len(), self.min_overlap)
    }

    /// The words of the query, unless they are too many.
    pub(crate) fn pieces(&self) -> Option<&Pieces> {
        self.pieces.get_or_init(|| Pieces::new(&self.masks)).as_ref()
    }

    /// The base sets of the query.
    pub(crate) fn masks(&self) -> &[u8] {
        &self.masks
    }

    /// The words of one reference code.
    fn agreeing_with(&self, code: u8) -> &[u64] {
        let start = usize::from(mask(code)) * self.blocks;
        &self.agreeing[start..start + self.blocks]
    }
}
