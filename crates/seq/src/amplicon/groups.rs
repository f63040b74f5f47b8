//! Reads parted into groups that say different things.

use super::star::{Star, consensus};
use super::{AmpliconGroup, Insert};

/// Length of the words by which reads are compared roughly.
pub(super) const WORD: usize = 8;
/// A read whose identity with the consensus is so far below that of the middle read is of something else, in parts per hundred.
const LEAST_FALL: usize = 8;
/// Least share of the reads at a position that makes a second letter more than errors.
const SECOND_LETTER: [usize; 2] = [3, 20];
/// Positions with a second letter that make two groups of one.
const LEAST_POSITIONS: usize = 3;
/// How often groups are parted at most.
const MOST_PARTS: usize = 12;

/// The groups, the largest first; those below a size are left out.
pub(super) fn part(inserts: &[Insert], minimum: usize) -> Vec<AmpliconGroup> {
    let mut waiting: Vec<Vec<&Insert>> = vec![inserts.iter().collect()];
    let mut groups = Vec::new();
    let mut parted = 0;
    while let Some(reads) = waiting.pop() {
        if reads.len() < minimum.max(1) {
            continue;
        }
        let (_, star) = consensus(&reads, &seed(&reads).bases);
        let parts = if parted < MOST_PARTS { parts(&star, &reads) } else { None };
        match parts {
            Some((one, other)) => {
                parted += 1;
                waiting.extend([one, other]);
            }
            None => groups.push(AmpliconGroup {
                sites: star.sites(reads.len()),
                reads: reads.len(),
                forward: reads.iter().filter(|read| read.is_forward).count(),
            }),
        }
    }
    groups.retain(|group| !group.sites.is_empty());
    groups.sort_by(|one, other| {
        other.reads.cmp(&one.reads).then_with(|| one.consensus().cmp(&other.consensus()))
    });
    groups
}

/// The read to begin with: of the middle length, with the least error; reads are sorted by error.
fn seed<'i>(reads: &[&'i Insert]) -> &'i Insert {
    let mut lengths: Vec<usize> = reads.iter().map(|read| read.bases.len()).collect();
    lengths.sort_unstable();
    let middle = lengths[lengths.len() / 2];
    let is_usual = |read: &&&Insert| read.bases.len().abs_diff(middle) * 50 <= middle;
    reads.iter().find(is_usual).unwrap_or(&reads[0])
}

type Parts<'i> = (Vec<&'i Insert>, Vec<&'i Insert>);

/// Two parts of reads that are not of one template; `None` when nothing speaks for two.
fn parts<'i>(star: &Star, reads: &[&'i Insert]) -> Option<Parts<'i>> {
    strangers(star, reads).or_else(|| alleles(star, reads))
}

/// Reads that resemble the consensus far less than the others do.
fn strangers<'i>(star: &Star, reads: &[&'i Insert]) -> Option<Parts<'i>> {
    let identity: Vec<usize> = star.matches.iter().map(|(matches, length)| matches * 100 / length).collect();
    let mut sorted = identity.clone();
    sorted.sort_unstable();
    let middle = sorted[sorted.len() / 2];
    let is_near = |index: usize| identity[index] + LEAST_FALL >= middle;
    let pick = |near: bool| -> Vec<&'i Insert> {
        (0..reads.len()).filter(|index| is_near(*index) == near).map(|index| reads[index]).collect()
    };
    let (near, far) = (pick(true), pick(false));
    (!far.is_empty() && !near.is_empty()).then_some((near, far))
}

/// Reads that have, at the positions with a second letter, mostly that letter.
fn alleles<'i>(star: &Star, reads: &[&'i Insert]) -> Option<Parts<'i>> {
    let mut positions = Vec::new();
    for column in &star.columns {
        let mut votes = super::Votes::default();
        for letter in column.iter().filter(|letter| **letter != b'-') {
            if let Some(place) = b"ACGT".iter().position(|known| known == letter) {
                votes.0[place] += 1;
            }
        }
        let ((first, _), (second, count)) = (votes.winner(), votes.second());
        let [part, whole] = SECOND_LETTER;
        if count * whole >= votes.depth() * part && count >= LEAST_POSITIONS {
            positions.push((column, first, second));
        }
    }
    if positions.len() < LEAST_POSITIONS {
        return None;
    }
    let is_second = |read: usize| {
        let says = |letter: u8, of: &(&Vec<u8>, u8, u8)| of.0[read] == letter;
        let second = positions.iter().filter(|of| says(of.2, of)).count();
        let first = positions.iter().filter(|of| says(of.1, of)).count();
        second > first
    };
    let pick = |wanted: bool| -> Vec<&'i Insert> {
        (0..reads.len()).filter(|read| is_second(*read) == wanted).map(|read| reads[read]).collect()
    };
    let (one, other) = (pick(false), pick(true));
    (!one.is_empty() && !other.is_empty()).then_some((one, other))
}
