//! The definition again, written as plainly as possible: no bands, no bits, no borders; base sets from the `bio` crate.

use bio::alphabets::dna::iupac_mask;
use saola_search::Kind;
use std::cmp::Reverse;

/// A position of an alignment; the order is that of rule 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Op {
    Pair,
    Deletion,
    Insertion,
}

/// The integers of an alignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plain {
    pub(crate) start: (usize, usize),
    pub(crate) end: (usize, usize),
    pub(crate) ops: Vec<Op>,
}

/// Rules 1 to 4: differences, positions, gap events, ambiguous positions.
pub(crate) type Score = (usize, Reverse<usize>, usize, usize);

/// Rules 1 to 6.
pub(crate) type Key = (Score, usize, usize, Vec<Op>);

/// A pair to be aligned under one kind.
pub(crate) struct Case<'data> {
    pub(crate) query: &'data [u8],
    pub(crate) reference: &'data [u8],
    pub(crate) kind: Kind,
    pub(crate) min_overlap: usize,
}

fn mask(byte: u8) -> u8 {
    if b"ACGTRYSWKMBDHVN".contains(&byte) { iupac_mask(byte) } else { 0 }
}

impl Case<'_> {
    fn overhang(&self) -> usize {
        10.max(self.query.len() * 2 / 100)
    }

    pub(crate) fn may_start(&self, (i, j): (usize, usize)) -> bool {
        let on_border = i == 0 || j == 0;
        let (m, n, least) = (self.query.len(), self.reference.len(), self.min_overlap);
        on_border
            && match self.kind {
                Kind::Spanning => i <= self.overhang(),
                Kind::Partial => i + least <= m && j + least <= n,
            }
    }

    pub(crate) fn may_end(&self, (i, j): (usize, usize)) -> bool {
        let (m, n, least) = (self.query.len(), self.reference.len(), self.min_overlap);
        let on_border = i == m || j == n;
        on_border
            && match self.kind {
                Kind::Spanning => m - i <= self.overhang(),
                Kind::Partial => i >= least && j >= least,
            }
    }

    pub(crate) fn agree(&self, i: usize, j: usize) -> bool {
        mask(self.query[i]) & mask(self.reference[j]) != 0
    }

    /// Not a column.
    pub(crate) fn is_ambiguous(&self, i: usize, j: usize) -> bool {
        let plain = |byte: u8| b"ACGT".contains(&byte);
        self.agree(i, j) && !(plain(self.query[i]) && plain(self.reference[j]))
    }

    /// The least differences, cell by cell.
    pub(crate) fn least_differences(&self) -> Option<u32> {
        let (m, n) = (self.query.len(), self.reference.len());
        let mut table = vec![vec![None::<u32>; n + 1]; m + 1];
        let mut best = None;
        for i in 0..=m {
            for j in 0..=n {
                let mut options = Vec::new();
                if self.may_start((i, j)) {
                    options.push(0);
                }
                if i > 0 && j > 0 {
                    let cost = u32::from(!self.agree(i - 1, j - 1));
                    options.extend(table[i - 1][j - 1].map(|before| before + cost));
                }
                if i > 0 {
                    options.extend(table[i - 1][j].map(|before| before + 1));
                }
                if j > 0 {
                    options.extend(table[i][j - 1].map(|before| before + 1));
                }
                table[i][j] = options.into_iter().min();
                if self.may_end((i, j)) {
                    best = [best, table[i][j]].into_iter().flatten().min();
                }
            }
        }
        best
    }

    /// Rules 1 to 4 on some positions from a start.
    pub(crate) fn measure(&self, start: (usize, usize), ops: &[Op]) -> Score {
        let (mut i, mut j) = start;
        let (mut differences, mut events, mut ambiguous) = (0, 0, 0);
        let mut last = Op::Pair;
        for &op in ops {
            match op {
                Op::Pair => {
                    differences += usize::from(!self.agree(i, j));
                    ambiguous += usize::from(self.is_ambiguous(i, j));
                    i += 1;
                    j += 1;
                }
                Op::Deletion => j += 1,
                Op::Insertion => i += 1,
            }
            if op != Op::Pair {
                differences += 1;
                events += usize::from(op != last);
            }
            last = op;
        }
        (differences, Reverse(ops.len()), events, ambiguous)
    }

    fn key(&self, alignment: &Plain) -> Key {
        let score = self.measure(alignment.start, &alignment.ops);
        let from_right = alignment.ops.iter().rev().copied().collect();
        let (i, j) = alignment.end;
        (score, j, i, from_right)
    }

    /// The canonical alignment by writing down every alignment; for a handful of bases.
    pub(crate) fn canonical_of_all(&self) -> Option<Plain> {
        let mut best: Option<(Key, Plain)> = None;
        for i in 0..=self.query.len() {
            for j in 0..=self.reference.len() {
                if self.may_start((i, j)) {
                    let start = Plain { start: (i, j), end: (i, j), ops: Vec::new() };
                    self.extend(start, &mut best);
                }
            }
        }
        best.map(|(_, alignment)| alignment)
    }

    fn extend(&self, alignment: Plain, best: &mut Option<(Key, Plain)>) {
        let (i, j) = alignment.end;
        let steps = [(Op::Pair, (i + 1, j + 1)), (Op::Deletion, (i, j + 1)), (Op::Insertion, (i + 1, j))];
        for (op, end) in steps {
            if end.0 <= self.query.len() && end.1 <= self.reference.len() {
                let mut longer = alignment.clone();
                longer.end = end;
                longer.ops.push(op);
                self.extend(longer, best);
            }
        }
        if self.may_end(alignment.end) {
            let key = self.key(&alignment);
            if best.as_ref().is_none_or(|(found, _)| key < *found) {
                *best = Some((key, alignment));
            }
        }
    }

    /// The canonical alignment by a full table in which every cell keeps, for each last position, the whole best path.
    pub(crate) fn canonical(&self) -> Option<Plain> {
        let (m, n) = (self.query.len(), self.reference.len());
        let mut rows: Vec<Vec<Vec<Entry>>> = Vec::new();
        let mut best: Option<(Key, Plain)> = None;
        for i in 0..=m {
            rows.push(vec![Vec::new(); n + 1]);
            for j in 0..=n {
                let mut entries = Vec::new();
                if self.may_start((i, j)) {
                    entries.push(Entry {
                        score: (0, Reverse(0), 0, 0),
                        start: (i, j),
                        last: None,
                        before: 0,
                    });
                }
                if i > 0 && j > 0 {
                    let cost = usize::from(!self.agree(i - 1, j - 1));
                    let ambiguous = usize::from(self.is_ambiguous(i - 1, j - 1));
                    entries.extend(step(&rows[i - 1][j - 1], Op::Pair, cost, ambiguous));
                }
                if j > 0 {
                    entries.extend(step(&rows[i][j - 1], Op::Deletion, 1, 0));
                }
                if i > 0 {
                    entries.extend(step(&rows[i - 1][j], Op::Insertion, 1, 0));
                }
                rows[i][j] = entries;
            }
        }
        for i in 0..=m {
            for j in 0..=n {
                if !self.may_end((i, j)) {
                    continue;
                }
                for entry in 0..rows[i][j].len() {
                    let alignment = trace(&rows, (i, j), entry);
                    let key = self.key(&alignment);
                    if best.as_ref().is_none_or(|(found, _)| key < *found) {
                        best = Some((key, alignment));
                    }
                }
            }
        }
        best.map(|(_, alignment)| alignment)
    }
}

/// The best path to a cell with one last position.
#[derive(Clone, Debug)]
struct Entry {
    score: Score,
    start: (usize, usize),
    last: Option<Op>,
    /// Which entry of the cell before.
    before: usize,
}

/// The best continuation of a cell's entries by one position; ties prefer the last position that rule 6 prefers.
fn step(entries: &[Entry], op: Op, cost: usize, ambiguous: usize) -> Option<Entry> {
    let options = entries.iter().enumerate().map(|(before, entry)| {
        let opens = op != Op::Pair && entry.last != Some(op);
        let (differences, Reverse(positions), events, before_ambiguous) = entry.score;
        Entry {
            score: (
                differences + cost,
                Reverse(positions + 1),
                events + usize::from(opens),
                before_ambiguous + ambiguous,
            ),
            start: entry.start,
            last: Some(op),
            before,
        }
    });
    options.min_by_key(|option| (option.score, entries[option.before].last))
}

fn trace(rows: &[Vec<Vec<Entry>>], end: (usize, usize), entry: usize) -> Plain {
    let (mut i, mut j) = end;
    let mut entry = entry;
    let mut ops = Vec::new();
    while let Some(op) = rows[i][j][entry].last {
        let before = rows[i][j][entry].before;
        ops.push(op);
        i -= usize::from(op != Op::Deletion);
        j -= usize::from(op != Op::Insertion);
        entry = before;
    }
    ops.reverse();
    Plain { start: (i, j), end, ops }
}
