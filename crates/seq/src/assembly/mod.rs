//! Several reads of one amplicon: aligned, and called position by position.
//!
//! A call is made by Phred scores, never by a majority. Reads of one direction make the same mistakes, so that of each direction
//! only the best score for a letter counts; the two directions add up, as in phrap (Green 1996, its documentation).

mod call;
pub(crate) mod overlap;

use crate::iupac;
use overlap::{Step, overlap};

pub use call::{Agreement, Call, GOOD_QUALITY};

/// Most bases of a read that is assembled.
pub const MOST_READ_BASES: usize = 10_000;
/// Least matching positions by which a read is joined to others.
const LEAST_OVERLAP: usize = 30;

/// A read that is to be assembled: trimmed, as it was sequenced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssemblyRead {
    /// Upper-case IUPAC codes.
    pub bases: Vec<u8>,
    /// Phred scores, one a base.
    pub qualities: Vec<u8>,
    /// Whether it reads the reverse strand of the first read: known by its name or primer; `None`: found by the better overlap.
    pub is_reverse: Option<bool>,
}

/// What a read says at a position of the consensus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Support {
    /// Number of the read, from 0.
    pub read: usize,
    /// Position in the read as it was given, counted from 1; of a gap, that of the base before it.
    pub position: usize,
    /// The letter on the strand of the consensus; `-` for a gap.
    pub base: u8,
    /// Its Phred score; of a gap, the lower of its neighbours'.
    pub quality: u8,
}

/// A column of the alignment with its call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// What was called.
    pub call: Call,
    /// What each read says there; those that do not reach it are left out.
    pub support: Vec<Support>,
}

/// The reads together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assembly {
    /// Columns from left to right, those called as gap included.
    pub sites: Vec<Site>,
    /// For each read whether it was turned round.
    pub is_reverse: Vec<bool>,
}

/// Why reads cannot be assembled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AssemblyError {
    /// No read, or one without bases.
    #[error("read {0} has no bases")]
    NoBases(usize),
    /// More bases than a read of an amplicon has.
    #[error("read {read}: more than {MOST_READ_BASES} bases")]
    TooLong {
        /// Number of the read, from 0.
        read: usize,
    },
    /// A read that has too little in common with the others.
    #[error("read {read} does not overlap the others")]
    NoOverlap {
        /// Number of the read, from 0.
        read: usize,
    },
}

impl Assembly {
    /// The consensus: letters and Phred scores of all sites but those called as gap.
    pub fn consensus(&self) -> (Vec<u8>, Vec<u8>) {
        self.called().map(|site| (site.call.base, site.call.quality)).unzip()
    }

    /// The sites that are in the consensus, in its order.
    pub fn called(&self) -> impl Iterator<Item = &Site> {
        self.sites.iter().filter(|site| site.call.base != b'-')
    }

    /// Aligns reads to the first one and to each other, and calls every position.
    ///
    /// Time O(reads x length^2).
    ///
    /// # Errors
    ///
    /// [`AssemblyError`], naming the read.
    pub fn of(reads: &[AssemblyRead]) -> Result<Self, AssemblyError> {
        for (read, given) in reads.iter().enumerate() {
            if given.bases.is_empty() || given.qualities.len() != given.bases.len() {
                return Err(AssemblyError::NoBases(read));
            }
            if given.bases.len() > MOST_READ_BASES {
                return Err(AssemblyError::TooLong { read });
            }
        }
        let Some(first) = reads.first() else { return Err(AssemblyError::NoBases(0)) };
        let turn_all = first.is_reverse.unwrap_or(false);
        let mut growing = Growing { columns: Vec::new(), is_reverse: vec![false; reads.len()] };
        growing.begin(&Oriented::of(0, first, turn_all));
        let mut left: Vec<usize> = (1..reads.len()).collect();
        while !left.is_empty() {
            let (place, oriented, steps) = growing.best_of(reads, &left)?;
            growing.add(&oriented, &steps);
            left.remove(place);
        }
        let is_reverse = growing.is_reverse;
        let sites = growing.columns.into_iter().map(|mut support| {
            support.sort_by_key(|entry| entry.read);
            Site { call: Call::of(&support, &is_reverse), support }
        });
        Ok(Self { sites: sites.collect(), is_reverse: is_reverse.clone() })
    }
}

/// A read on the strand of the consensus.
struct Oriented {
    read: usize,
    is_reverse: bool,
    bases: Vec<u8>,
    qualities: Vec<u8>,
}

impl Oriented {
    fn of(read: usize, given: &AssemblyRead, is_reverse: bool) -> Self {
        let (mut bases, mut qualities) = (given.bases.clone(), given.qualities.clone());
        if is_reverse {
            bases = iupac::reverse_complement(&bases);
            qualities.reverse();
        }
        Self { read, is_reverse, bases, qualities }
    }

    /// What the read says at an index.
    fn support(&self, index: usize) -> Support {
        let position = if self.is_reverse { self.bases.len() - index } else { index + 1 };
        Support { read: self.read, position, base: self.bases[index], quality: self.qualities[index] }
    }

    /// A gap before an index that is neither the first nor behind the last.
    fn gap(&self, index: usize) -> Support {
        let (before, after) = (self.support(index - 1), self.support(index));
        let position = before.position.min(after.position);
        Support { read: self.read, position, base: b'-', quality: before.quality.min(after.quality) }
    }
}

/// The alignment so far.
struct Growing {
    columns: Vec<Vec<Support>>,
    is_reverse: Vec<bool>,
}

impl Growing {
    fn begin(&mut self, first: &Oriented) {
        self.is_reverse[first.read] = first.is_reverse;
        self.columns = (0..first.bases.len()).map(|index| vec![first.support(index)]).collect();
    }

    /// Of the reads that are left, the one that overlaps best: its place among them, turned, with its alignment.
    fn best_of(
        &self,
        reads: &[AssemblyRead],
        left: &[usize],
    ) -> Result<(usize, Oriented, Vec<Step>), AssemblyError> {
        let profile: Vec<u8> = self.columns.iter().map(|column| call::most_trusted(column)).collect();
        let mut best: Option<(i32, usize, Oriented, Vec<Step>)> = None;
        for (place, read) in left.iter().enumerate() {
            let given = &reads[*read];
            for is_reverse in [false, true] {
                if given.is_reverse.is_some_and(|known| known != is_reverse) {
                    continue;
                }
                let oriented = Oriented::of(*read, given, is_reverse);
                let found = overlap(&profile, &oriented.bases)
                    .filter(|found| found.matches >= LEAST_OVERLAP.min(oriented.bases.len()));
                let Some(found) = found else { continue };
                if best.as_ref().is_none_or(|(score, ..)| found.score > *score) {
                    best = Some((found.score, place, oriented, found.steps));
                }
            }
        }
        let found = best.map(|(_, place, oriented, steps)| (place, oriented, steps));
        found.ok_or(AssemblyError::NoOverlap { read: left.first().copied().unwrap_or_default() })
    }

    fn add(&mut self, read: &Oriented, steps: &[Step]) {
        self.is_reverse[read.read] = read.is_reverse;
        let mut old = std::mem::take(&mut self.columns).into_iter().peekable();
        let mut index = 0;
        let mut last: Vec<Support> = Vec::new();
        for step in steps {
            let is_inside = index > 0 && index < read.bases.len();
            let mut column = match step {
                Step::Both | Step::Old => old.next().unwrap_or_default(),
                // Reads that go on on both sides have a gap where only this one has a base.
                Step::New => old.peek().map_or_else(Vec::new, |next| gaps(&last, next)),
            };
            if *step != Step::New {
                last.clone_from(&column);
            }
            match step {
                Step::Both | Step::New => {
                    column.push(read.support(index));
                    index += 1;
                }
                Step::Old if is_inside => column.push(read.gap(index)),
                Step::Old => {}
            }
            self.columns.push(column);
        }
    }
}

/// Gaps of the reads that are in the columns on both sides.
fn gaps(before: &[Support], after: &[Support]) -> Vec<Support> {
    let gap = |left: &Support| {
        let right = after.iter().find(|right| right.read == left.read)?;
        let position = left.position.min(right.position);
        Some(Support { position, base: b'-', quality: left.quality.min(right.quality), ..*left })
    };
    before.iter().filter_map(gap).collect()
}
