//! Alignment of a read to what is already there: one end of either may overhang, and nothing of the overlap is left out.

use crate::iupac;

const MATCH: i32 = 2;
const MISMATCH: i32 = -3;
const OPEN: i32 = -5;
const EXTEND: i32 = -2;
/// Stands for "cannot be".
const NEVER: i32 = i32::MIN / 2;

/// Most cells of an alignment.
pub(super) const MOST_CELLS: usize = 100_000_000;

/// A step of an alignment, along `old` (what is there) and `new` (the read).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A position of each.
    Both,
    /// A position of what is there, none of the read.
    Old,
    /// A position of the read, none of what is there.
    New,
}

/// An alignment from end to end of both; overhanging ends are steps as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Overlap {
    pub(crate) score: i32,
    pub(crate) steps: Vec<Step>,
    /// Positions of both that face each other with letters that agree.
    pub(crate) matches: usize,
}

/// What two letters facing each other are worth: codes that can agree neither win nor lose.
fn worth(old: u8, new: u8) -> i32 {
    if iupac::is_base(old) && iupac::is_base(new) { if old == new { MATCH } else { MISMATCH } } else { 0 }
}

/// The best overlap by affine gap costs (Gotoh 1982, J. Mol. Biol. 162:705-708) with free ends; `None` for more than
/// [`MOST_CELLS`] cells. Of several, the one that pairs letters first, then the one that leaves old ones unpaired, from the ends
/// backwards.
pub(crate) fn overlap(old: &[u8], new: &[u8]) -> Option<Overlap> {
    overlap_within(old, new, old.len() + new.len())
}

/// [`overlap`] of two that begin and end together but for `band` bases: cells farther from the straight line between the ends are not
/// looked at.
pub(crate) fn overlap_within(old: &[u8], new: &[u8], band: usize) -> Option<Overlap> {
    let (rows, columns) = (old.len() + 1, new.len() + 1);
    if rows.checked_mul(columns)? > MOST_CELLS {
        return None;
    }
    let mut table = Table::new(rows, columns);
    for row in 1..rows {
        let middle = row * columns / rows;
        let first = middle.saturating_sub(band).max(1);
        let last = (middle + band).min(columns - 1);
        table.begin(first, last);
        for column in first..=last {
            table.fill(row, column, worth(old[row - 1], new[column - 1]));
        }
    }
    Some(table.trace(old, new))
}

/// The score of two from end to end, gaps at the ends counted as all others.
pub(crate) fn score_of(old: &[u8], new: &[u8]) -> i32 {
    let gap = |length: usize| match i32::try_from(length) {
        Ok(0) => 0,
        length => OPEN + EXTEND * (length.unwrap_or(i32::MAX / 4) - 1),
    };
    let mut above: Vec<[i32; 3]> = (0..=new.len()).map(|column| [NEVER, NEVER, gap(column)]).collect();
    above[0] = [0, NEVER, NEVER];
    for (row, old) in (1..).zip(old) {
        let mut here = vec![[NEVER, gap(row), NEVER]];
        for (column, new) in (1..).zip(new) {
            let (pair, _) = highest(above[column - 1]);
            let up = above[column];
            let left: [i32; 3] = here[column - 1];
            here.push([
                pair + worth(*old, *new),
                highest([up[PAIR] + OPEN, up[OLD] + EXTEND, up[NEW] + OPEN]).0,
                highest([left[PAIR] + OPEN, left[OLD] + OPEN, left[NEW] + EXTEND]).0,
            ]);
        }
        above = here;
    }
    highest(above[new.len()]).0
}

/// Scores of the row above and the row being filled, and of each cell how it was reached.
struct Table {
    columns: usize,
    rows: usize,
    above: Vec<[i32; 3]>,
    here: Vec<[i32; 3]>,
    /// Two bits for each of three states: the state before.
    from: Vec<u8>,
    /// Last cell of the row that was filled.
    last: usize,
    /// Best score in the last row or column, with its cell.
    best: (i32, usize, usize),
}

const PAIR: usize = 0;
const OLD: usize = 1;
const NEW: usize = 2;

impl Table {
    fn new(rows: usize, columns: usize) -> Self {
        let start = [0, NEVER, NEVER];
        Self {
            columns,
            rows,
            above: vec![start; columns],
            here: vec![start; columns],
            from: vec![0; rows * columns],
            last: columns - 1,
            best: (0, 0, columns - 1),
        }
    }

    /// Begins a row of which the cells from `first` to `last` are filled; their neighbours beyond cannot be.
    fn begin(&mut self, first: usize, last: usize) {
        std::mem::swap(&mut self.above, &mut self.here);
        let blocked = [NEVER; 3];
        self.here[first - 1] = if first == 1 { [0, NEVER, NEVER] } else { blocked };
        // The band moves to the right: what the row before did not fill is left over from the row before that.
        for cell in &mut self.above[(self.last + 1).min(last + 1)..=last] {
            *cell = blocked;
        }
        self.last = last;
    }

    fn fill(&mut self, row: usize, column: usize, worth: i32) {
        let (pair, pair_from) = highest(self.above[column - 1]);
        let up = self.above[column];
        let (old, old_from) = highest([up[PAIR] + OPEN, up[OLD] + EXTEND, up[NEW] + OPEN]);
        let left = self.here[column - 1];
        let (new, new_from) = highest([left[PAIR] + OPEN, left[OLD] + OPEN, left[NEW] + EXTEND]);
        self.here[column] = [pair + worth, old, new];
        self.from[row * self.columns + column] = pair_from | old_from << 2 | new_from << 4;
        if row + 1 == self.rows || column + 1 == self.columns {
            let (score, _) = highest(self.here[column]);
            if score > self.best.0 {
                self.best = (score, row, column);
            }
        }
    }

    fn trace(&self, old: &[u8], new: &[u8]) -> Overlap {
        let (score, mut row, mut column) = self.best;
        let mut steps = vec![Step::Old; self.rows - 1 - row];
        steps.extend(std::iter::repeat_n(Step::New, self.columns - 1 - column));
        // The best end is never a gap: that would have cost something.
        let (mut state, mut matches) = (PAIR, 0);
        while row > 0 && column > 0 {
            let from = self.from[row * self.columns + column];
            let before = usize::from(from >> (2 * state) & 3);
            match state {
                PAIR => {
                    (row, column) = (row - 1, column - 1);
                    matches += usize::from(worth(old[row], new[column]) == MATCH);
                    steps.push(Step::Both);
                }
                OLD => {
                    row -= 1;
                    steps.push(Step::Old);
                }
                _ => {
                    column -= 1;
                    steps.push(Step::New);
                }
            }
            state = before;
        }
        steps.extend(std::iter::repeat_n(Step::Old, row));
        steps.extend(std::iter::repeat_n(Step::New, column));
        steps.reverse();
        Overlap { score, steps, matches }
    }
}

/// The highest of three scores and its place, the first of several.
fn highest(scores: [i32; 3]) -> (i32, u8) {
    let mut best = (scores[0], 0);
    for (place, score) in (1u8..).zip(&scores[1..]) {
        if *score > best.0 {
            best = (*score, place);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(old: &str, new: &str) -> (String, String) {
        let found = overlap(old.as_bytes(), new.as_bytes()).unwrap();
        let (mut above, mut below) = (old.chars(), new.chars());
        let lines: (Vec<char>, Vec<char>) = found
            .steps
            .iter()
            .map(|step| match step {
                Step::Both => (above.next().unwrap(), below.next().unwrap()),
                Step::Old => (above.next().unwrap(), '-'),
                Step::New => ('-', below.next().unwrap()),
            })
            .unzip();
        (lines.0.into_iter().collect(), lines.1.into_iter().collect())
    }

    #[test]
    fn ends_overhang_and_gaps_stand_where_they_cost_least() {
        let (old, new) = drawn("AACCGGTTACGTACGT", "GGTTACGTACGTCCAA");
        assert_eq!((old.as_str(), new.as_str()), ("AACCGGTTACGTACGT----", "----GGTTACGTACGTCCAA"));
        let (old, new) = drawn("ACGTACGGTCATTGCA", "ACGTACGGCATTGCA");
        assert_eq!((old.as_str(), new.as_str()), ("ACGTACGGTCATTGCA", "ACGTACGG-CATTGCA"));
        let (old, new) = drawn("ACGTACGGTCA", "TTTACGTACGGTCATTT");
        assert_eq!((old.as_str(), new.as_str()), ("---ACGTACGGTCA---", "TTTACGTACGGTCATTT"));
    }

    #[test]
    fn a_mismatch_near_an_end_stays_in_the_overlap() {
        let found = overlap(b"ACGTACGGTCATTGCA", b"ACGTACGGTCATTGTA").unwrap();
        assert_eq!((found.steps.len(), found.matches), (16, 15));
    }

    #[test]
    fn a_band_that_is_wide_enough_changes_nothing() {
        let old = b"ACGTACGGTCATTGCAGGATCCATTGACGTACCTTAGCAATTCGGAGTC";
        let new = b"ACGTACGGTCATGCAGGATCCATTGACGTTACCTTAGCAATCGGAGTC";
        assert_eq!(overlap(old, new), overlap_within(old, new, 6));
        assert!(overlap_within(b"ACGTACGT", b"ACGTACGT", 0).is_some());
    }

    /// Worked by hand: 15 matches and a gap of one; 14 matches, a gap of two.
    #[test]
    fn scores_from_end_to_end() {
        assert_eq!(score_of(b"ACGTACGGTCATTGCA", b"ACGTACGGCATTGCA"), 15 * 2 - 5);
        assert_eq!(score_of(b"ACGTACGGTCATTGCA", b"GTACGGTCATTGCA"), 14 * 2 - 7);
        assert_eq!((score_of(b"", b"AC"), score_of(b"", b"")), (-7, 0));
    }

    #[test]
    fn strangers_and_nothing_at_all_do_not_fail() {
        assert_eq!(overlap(b"", b"ACGT").unwrap().steps, vec![Step::New; 4]);
        assert_eq!(overlap(b"", b"").unwrap().steps, vec![]);
        assert_eq!(overlap(b"AAAA", b"CCCC").unwrap().matches, 0);
    }
}
