//! Members of clusters against the query: the second bound, the kernel, and canonical alignments.
//!
//! # The second bound: the consensus
//!
//! A spanning alignment of the query with a member crosses all rows of the query's core, and is, there, an alignment of the core with
//! an infix of the member, hence of the consensus, of which the member is an instance: it costs no more. So the infix distance of the
//! core in the consensus is never above the least differences of a spanning alignment with any member.
//!
//! # The kernel
//!
//! The least differences of a spanning alignment are the infix distance of the whole query in the record with A bases `N` added
//! at each end, A being the allowed overhang:
//!
//! ```text
//! query             CAGGATTACATT
//! record        NN AGGATTACA NN        A = 2: C and TT stand on added N, which agree with everything
//! ```
//!
//! An alignment in which the query overhangs by up to A becomes one on the added bases at no cost. And back: where an infix alignment
//! uses added bases, the query bases on them (at most A, more would be insertions, which cost the same as skipped rows below A)
//! are overhang.

use rayon::prelude::*;

use super::Engine;
use super::oriented::Oriented;
use crate::bases::{CODES, mask};
use crate::compare::Comparison;
use crate::ends::allowed_overhang;
use crate::index::Cluster;

/// Texts that one thread takes at a time.
const TEXTS: usize = 256;
/// What an added base can be: anything.
const ANY: u8 = mask(b'N');

impl Engine<'_> {
    /// Which clusters have a consensus with at most `limit` differences to the query's core; clusters of one member pass.
    pub(super) fn near_consensus(&self, query: &Oriented, clusters: &[Cluster], limit: u32) -> Vec<bool> {
        let kept = clusters.par_chunks(TEXTS).flat_map_iter(|clusters| {
            let several =
                |cluster: &Cluster| cluster.end_haplotype.saturating_sub(cluster.first_haplotype) > 1;
            let mut texts = Texts::default();
            for cluster in clusters.iter().filter(|cluster| several(cluster)) {
                texts.add(|masks| self.index.consensus(cluster, masks));
            }
            let mut distances = query.core().distances(&texts.slices(), limit).into_iter();
            let keep = |cluster: &Cluster| !several(cluster) || distances.next().flatten().is_some();
            clusters.iter().map(keep).collect::<Vec<bool>>()
        });
        kept.collect()
    }

    /// The least differences of the spanning alignments with haplotypes, where they are at most `limit`.
    pub(super) fn spanning_differences(
        &self,
        query: &Oriented,
        haplotypes: &[u32],
        limit: u32,
    ) -> Vec<Option<u32>> {
        let overhang = allowed_overhang(query.bases());
        let found = haplotypes.par_chunks(TEXTS).flat_map_iter(|haplotypes| {
            let mut texts = Texts::default();
            for haplotype in haplotypes {
                texts.add(|masks| {
                    masks.extend(std::iter::repeat_n(ANY, overhang));
                    self.masks(*haplotype, masks);
                    masks.extend(std::iter::repeat_n(ANY, overhang));
                });
            }
            query.whole().distances(&texts.slices(), limit)
        });
        found.collect()
    }

    /// The comparison with a haplotype, on this strand, where the least differences of the spanning alignment are known or not.
    pub(super) fn compare(
        &self,
        query: &Oriented,
        haplotype: u32,
        differences: Option<u32>,
    ) -> Option<Comparison> {
        let differences =
            differences.filter(|_| query.is_exact).and_then(|known| usize::try_from(known).ok());
        query.pattern().compare_within(&self.letters(haplotype), differences)
    }

    /// Plain bases of a haplotype, and all of its bases.
    pub(super) fn plain_bases(&self, haplotype: u32) -> (usize, usize) {
        let member = self.index.member(haplotype);
        member.map_or((0, 0), |member| {
            let (ambiguous, bases) = self.sequences.ambiguous(member.sequence);
            (bases - ambiguous, bases)
        })
    }

    pub(super) fn letters(&self, haplotype: u32) -> Vec<u8> {
        let mut masks = Vec::new();
        self.masks(haplotype, &mut masks);
        masks.into_iter().map(|mask| CODES[usize::from(mask & 15)]).collect()
    }

    /// Appends the base sets of a haplotype.
    fn masks(&self, haplotype: u32, masks: &mut Vec<u8>) {
        if let Some(member) = self.index.member(haplotype) {
            self.sequences.masks(member.sequence, masks);
        }
    }
}

/// Texts one behind the other.
#[derive(Default)]
struct Texts {
    masks: Vec<u8>,
    ends: Vec<usize>,
}

impl Texts {
    fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.masks);
        self.ends.push(self.masks.len());
    }

    fn slices(&self) -> Vec<&[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.masks[start..*end]).collect()
    }
}
