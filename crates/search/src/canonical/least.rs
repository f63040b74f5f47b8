//! The cells of all paths with the least differences.
//!
//! # Which they are
//!
//! Let `D(i, j)` be the least differences of a path from a start to a cell ([`myers`](crate::Pattern)). The last position of a path to
//! a cell is *tight* when it costs just what `D` grows by: a path has the least differences to its end if, and only if, all of
//! its positions are tight. The bit-parallel pass knows of 64 cells at a time which positions are:
//!
//! ```text
//! deletion    D(i, j) = D(i, j-1) + 1      the step along the row is +1
//! insertion   D(i, j) = D(i-1, j) + 1      the step down the column is +1
//! pair        D(i, j) = D(i-1, j-1) + (0 if the bases can agree, else 1)
//!             the step down the diagonal, 0 or 1, is 1 or the bases can agree: if they can, it is 0
//! ```
//!
//! So what has to be kept is three bits a cell, and the cells in question are those that can be reached from the ends with the
//! least differences, backwards over tight positions:
//!
//! ```text
//!          T  G  A  T  T  A  C            query GATACA in TGATTACATT: one difference, a deletion
//!       x  x
//!    G        x
//!    A           x
//!    T              x  x                  the gap can stand at either T: two cells of one row
//!    A                    x
//!    C                       x
//! ```
//!
//! # Why a pass with a limit is enough
//!
//! What the pass leaves out under a limit of d differences, or stores too high, lies on no path with so few (its documentation says why).
//! Let a cell hold its true `D`, and let a stored value make the position before it tight. That value is the cost of some path, and one
//! below the true one would be a path to this cell with fewer differences than `D`: so it is true as well, from the ends to the starts.
//!
//! # Complexity
//!
//! One pass of the kernel and O(m n / 64) steps for the marks, both within the limit; four words for 64 cells.

use crate::ends::Ends;
use crate::myers::{Pattern, Tight, WORD, Watch};

/// Cells by column; those on row 0 apart, as the words begin at row 1.
#[derive(Default)]
pub(crate) struct LeastCells {
    differences: usize,
    ends: Vec<(usize, usize)>,
    columns: Vec<Column>,
    tight: Vec<Tight>,
    /// The cells in question among those of `tight`.
    marked: Vec<u64>,
}

/// Some blocks of 64 rows.
struct Column {
    first_block: usize,
    /// Where its words begin; they end where those of the next column do.
    words: usize,
    /// Whether the cell of row 0 is in question.
    top: bool,
    /// How many marked cells come before this column.
    cells: usize,
}

impl Watch for LeastCells {
    fn begin_column(&mut self, first_block: usize) {
        self.columns.push(Column { first_block, words: self.tight.len(), top: false, cells: 0 });
    }

    fn block(&mut self, tight: Tight) {
        self.tight.push(tight);
    }

    fn end(&mut self, differences: usize, row: usize, column: usize) {
        if differences == self.differences {
            self.ends.push((row, column));
        }
    }
}

/// Counts the cells that a pass computes.
pub(super) struct Area(pub(super) usize);

impl Watch for Area {
    fn begin_column(&mut self, _first_block: usize) {}

    fn block(&mut self, _tight: Tight) {
        self.0 = self.0.saturating_add(WORD);
    }

    fn end(&mut self, _differences: usize, _row: usize, _column: usize) {}
}

impl LeastCells {
    /// The cells of the paths with so many differences, which must be the least.
    pub(super) fn new(pattern: &Pattern, reference: &[u8], ends: Ends, differences: usize) -> Self {
        let mut cells = Self { differences, ..Self::default() };
        pattern.watch(reference, ends, differences, &mut cells);
        cells.mark(&ends);
        cells
    }

    /// The rows of a column's cells, rising.
    pub(super) fn rows(&self, column: usize) -> impl Iterator<Item = usize> {
        let top = self.columns.get(column).is_some_and(|column| column.top);
        let blocks = (self.first_block(column)..).zip(&self.marked[self.words(column)]);
        let rows = blocks.flat_map(|(block, marked)| bits(*marked).map(move |bit| block * WORD + bit + 1));
        top.then_some(0).into_iter().chain(rows)
    }

    /// The place of a cell among all of them, by column and row.
    pub(crate) fn place(&self, row: usize, column: usize) -> Option<usize> {
        let here = self.columns.get(column)?;
        let Some(row) = row.checked_sub(1) else {
            return here.top.then_some(here.cells);
        };
        let word = self.word(column, row / WORD)?;
        let above = self.marked.get(here.words..word)?.iter().map(|word| ones(*word)).sum::<usize>();
        let bit = 1_u64 << (row % WORD);
        let marked = self.marked[word];
        (marked & bit != 0).then(|| here.cells + usize::from(here.top) + above + ones(marked & (bit - 1)))
    }

    /// Goes from the ends backwards over tight positions.
    fn mark(&mut self, ends: &Ends) {
        self.marked = vec![0; self.tight.len()];
        for (row, column) in std::mem::take(&mut self.ends) {
            self.set(row, column);
        }
        for column in (0..self.columns.len()).rev() {
            self.close(column);
            if column > 0 {
                self.hand_on(column, ends);
            }
        }
        let mut cells = 0;
        for column in 0..self.columns.len() {
            let words = self.words(column);
            self.columns[column].cells = cells;
            cells += usize::from(self.columns[column].top);
            cells += self.marked[words].iter().map(|word| ones(*word)).sum::<usize>();
        }
    }

    /// Follows insertions, up the column.
    fn close(&mut self, column: usize) {
        let mut from_below = 0;
        for word in self.words(column).rev() {
            let insertion = self.tight[word].insertion;
            let mut marked = self.marked[word] | from_below;
            loop {
                let more = (marked & insertion) >> 1 & !marked;
                if more == 0 {
                    break;
                }
                marked |= more;
            }
            self.marked[word] = marked;
            from_below = marked & insertion & 1;
            if from_below != 0 && word == self.columns[column].words {
                self.set(self.first_block(column) * WORD, column);
            }
            from_below <<= WORD - 1;
        }
    }

    /// Follows deletions and pairs to the column before.
    fn hand_on(&mut self, column: usize, ends: &Ends) {
        if self.columns[column].top && column > ends.last_reference_start {
            self.set(0, column - 1);
        }
        let first_block = self.first_block(column);
        for (block, word) in (first_block..).zip(self.words(column)) {
            let (marked, tight) = (self.marked[word], self.tight[word]);
            let pairs = marked & tight.pair;
            if let Some(before) = self.word(column - 1, block) {
                self.marked[before] |= marked & tight.deletion | pairs >> 1;
            }
            if pairs & 1 != 0 {
                self.set(block * WORD, column - 1);
            }
        }
    }

    /// Marks a cell, if the pass computed it.
    fn set(&mut self, row: usize, column: usize) {
        if let Some(row) = row.checked_sub(1) {
            if let Some(word) = self.word(column, row / WORD) {
                self.marked[word] |= 1 << (row % WORD);
            }
        } else if let Some(column) = self.columns.get_mut(column) {
            column.top = true;
        }
    }

    fn first_block(&self, column: usize) -> usize {
        self.columns.get(column).map_or(0, |column| column.first_block)
    }

    fn words(&self, column: usize) -> std::ops::Range<usize> {
        let start = |column: usize| self.columns.get(column).map_or(self.tight.len(), |column| column.words);
        start(column)..start(column + 1)
    }

    /// The word of a block in a column.
    fn word(&self, column: usize, block: usize) -> Option<usize> {
        let words = self.words(column);
        let word = words.start + block.checked_sub(self.first_block(column))?;
        (word < words.end).then_some(word)
    }
}

fn ones(word: u64) -> usize {
    word.count_ones() as usize
}

/// The bits that are set, rising.
fn bits(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then_some(word.trailing_zeros() as usize);
        word &= word.wrapping_sub(1);
        bit
    })
}
