//! Long reads of one amplicon, as a nanopore sequencer gives them: oriented and cut by primers, parted into groups that differ, and each
//! group's consensus called by the votes of its reads.
//!
//! The alignment is a star: every read is aligned to the consensus of the round before, until the consensus stays the same. Errors of single
//! reads are outvoted; errors that the reads share, as in long homopolymers, are not, and such places are told.

mod groups;
mod primers;
mod star;

use crate::trim::error_of;

pub use primers::PrimerPair;
pub use star::{AmpliconSite, Votes};

/// What is done with reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmpliconRules {
    /// Fewest bases of a read between its primers.
    pub minimum_length: usize,
    /// Most bases of a read.
    pub maximum_length: usize,
    /// Highest mean error of a read's bases by their scores, in parts per thousand million.
    pub maximum_error: u32,
    /// Most reads that are used, those with the least error.
    pub maximum_reads: usize,
    /// Fewest reads of a group that is told.
    pub minimum_group: usize,
}

impl Default for AmpliconRules {
    /// 100 to 5,000 bases, a mean error of 0.15 (Phred 8), 200 reads, groups of 5.
    fn default() -> Self {
        Self {
            minimum_length: 100,
            maximum_length: 5_000,
            maximum_error: 150_000_000,
            maximum_reads: 200,
            minimum_group: 5,
        }
    }
}

/// A read as it came.
#[derive(Clone, Copy, Debug)]
pub struct AmpliconRead<'a> {
    /// Upper-case IUPAC codes.
    pub bases: &'a [u8],
    /// Phred scores, one a base.
    pub qualities: &'a [u8],
}

/// What became of the reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AmpliconCounts {
    /// Reads.
    pub reads: usize,
    /// Too short or too long.
    pub wrong_length: usize,
    /// With too high an error.
    pub poor: usize,
    /// Without a primer at both ends, where primers were given.
    pub without_primers: usize,
    /// With primers in the middle: two amplicons in one read, head to head or otherwise.
    pub chimeric: usize,
    /// Good, but not among the best that are used.
    pub not_needed: usize,
    /// Used.
    pub used: usize,
    /// In no group that is told.
    pub apart: usize,
}

/// Reads that say the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmpliconGroup {
    /// Every position with its votes.
    pub sites: Vec<AmpliconSite>,
    /// Reads of it.
    pub reads: usize,
    /// Of these, reads of the forward strand (of the first read's strand, where there are no primers).
    pub forward: usize,
}

/// The groups of an amplicon, the largest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amplicon {
    /// What became of the reads.
    pub counts: AmpliconCounts,
    /// The groups.
    pub groups: Vec<AmpliconGroup>,
    /// The primers by which reads were cut; `None`: none were found on enough reads.
    pub primers: Option<PrimerPair>,
}

impl AmpliconGroup {
    /// The consensus: letters and Phred scores.
    pub fn consensus(&self) -> (Vec<u8>, Vec<u8>) {
        self.sites.iter().map(|site| (site.base, site.quality)).unzip()
    }

    /// Cuts the primers off.
    fn cut(&mut self, pair: &PrimerPair) {
        let kept = primers::between(&self.consensus().0, pair);
        self.sites.truncate(kept.end);
        self.sites.drain(..kept.start);
    }

    /// Fewest votes at a position.
    pub fn least_depth(&self) -> usize {
        self.sites.iter().map(|site| site.votes.depth()).min().unwrap_or(0)
    }
}

/// A read on one strand, from primer to primer.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Insert {
    bases: Vec<u8>,
    is_forward: bool,
    /// Sum of the errors of its bases.
    error: u64,
}

impl Insert {
    fn mean_error(&self) -> u64 {
        self.error / self.bases.len().max(1) as u64
    }
}

impl Amplicon {
    /// Makes the groups of some reads. Of the primer pairs the one is used that most reads have, if a quarter of them do.
    ///
    /// Time O(reads x length^2); the order of the reads decides nothing but between equals.
    pub fn of(reads: &[AmpliconRead<'_>], pairs: &[PrimerPair], rules: &AmpliconRules) -> Self {
        let mut counts = AmpliconCounts { reads: reads.len(), ..AmpliconCounts::default() };
        let good: Vec<&AmpliconRead<'_>> =
            reads.iter().filter(|read| is_good(read, rules, &mut counts)).collect();
        let primers = primers::choose(&good, pairs);
        let mut inserts = Vec::new();
        for read in good {
            match primers::insert(read, primers.as_ref()) {
                Ok(insert) if insert.bases.len() < rules.minimum_length => counts.wrong_length += 1,
                Ok(insert) => inserts.push(insert),
                Err(primers::NoInsert::WithoutPrimers) => counts.without_primers += 1,
                Err(primers::NoInsert::Chimeric) => counts.chimeric += 1,
            }
        }
        inserts.sort_by(|one, other| {
            one.mean_error().cmp(&other.mean_error()).then_with(|| one.bases.cmp(&other.bases))
        });
        counts.not_needed = inserts.len().saturating_sub(rules.maximum_reads);
        inserts.truncate(rules.maximum_reads);
        counts.used = inserts.len();
        if primers.is_none() {
            orient(&mut inserts);
        }
        let mut groups = groups::part(&inserts, rules.minimum_group);
        if let Some(pair) = &primers {
            for group in &mut groups {
                group.cut(pair);
            }
        }
        // Reads that have nothing in common make no sequence.
        groups.retain(|group| group.consensus().0.len() >= rules.minimum_length);
        counts.apart = counts.used - groups.iter().map(|group| group.reads).sum::<usize>();
        Self { counts, groups, primers }
    }
}

fn is_good(read: &AmpliconRead<'_>, rules: &AmpliconRules, counts: &mut AmpliconCounts) -> bool {
    let length = read.bases.len();
    if length < rules.minimum_length || length > rules.maximum_length || read.qualities.len() != length {
        counts.wrong_length += 1;
        return false;
    }
    let error: u64 = read.qualities.iter().map(|quality| u64::from(error_of(*quality))).sum();
    if error > u64::from(rules.maximum_error) * length as u64 {
        counts.poor += 1;
        return false;
    }
    true
}

/// Turns reads that nothing orients to the strand of the first: by the words that they have in common with it.
fn orient(inserts: &mut [Insert]) {
    let Some(first) = inserts.first() else { return };
    let words: std::collections::BTreeSet<u64> = crate::kmers(&first.bases, groups::WORD).collect();
    for insert in inserts.iter_mut().skip(1) {
        let turned = crate::iupac::reverse_complement(&insert.bases);
        let shared =
            |bases: &[u8]| crate::kmers(bases, groups::WORD).filter(|word| words.contains(word)).count();
        if shared(&turned) > shared(&insert.bases) {
            insert.bases = turned;
            insert.is_forward = !insert.is_forward;
        }
    }
}
