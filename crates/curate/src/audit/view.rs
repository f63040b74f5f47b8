//! Comparing one haplotype with chosen others.

use saola_search::{Kind, Pattern, Strand, reverse_complement};

use super::{finding::Distance, library::Library, limits::LEAST_OVERLAP, neighbours::Near};

/// No column matches.
const APART: Distance = Distance { differences: 1, columns: 1 };

/// A haplotype made ready for comparisons on both strands.
pub(crate) struct View {
    haplotype: u32,
    strands: [(Strand, Vec<u8>); 2],
}

impl View {
    pub(crate) fn new(haplotype: u32, bases: Vec<u8>) -> Self {
        let reverse = reverse_complement(&bases);
        Self { haplotype, strands: [(Strand::Plus, bases), (Strand::Minus, reverse)] }
    }

    pub(crate) fn of(library: &Library<'_>, haplotype: u32) -> Self {
        Self::new(haplotype, library.bases(haplotype))
    }

    /// The better strand's alignment over at least half of the shorter sequence; what has none differs in every column.
    pub(crate) fn compare(&self, library: &Library<'_>, other: u32) -> Near {
        let bases = library.bases(other);
        let mut strands = self.bounds(&bases);
        strands.sort_by_key(|(bound, strand, _)| (*bound, *strand));
        let mut best: Option<Near> = None;
        for (bound, strand, pattern) in strands {
            if best.is_some_and(|best| best.distance < bound) {
                break;
            }
            let found = pattern.compare(&bases);
            let found = found.and_then(|found| Near::new(library, self.haplotype, other, strand, &found));
            best = best.into_iter().chain(found).min_by_key(|near| (near.distance, near.strand));
        }
        let nothing = Near { haplotype: other, distance: APART, strand: Strand::Plus, shift: 0 };
        best.unwrap_or(nothing)
    }

    /// What [`View::compare`] cannot fall below while at least half of the columns match, much faster.
    pub(crate) fn at_least(&self, library: &Library<'_>, other: u32) -> Distance {
        let bounds = self.bounds(&library.bases(other));
        bounds.into_iter().map(|(bound, ..)| bound).min().unwrap_or(APART)
    }

    /// Of each strand that has an alignment: what its distance cannot fall below.
    ///
    /// An alignment of d differences and x matches differs in d / (x + d) of its columns, which falls with x, and x is at most
    /// the length of the shorter sequence. The least differences of partial alignments are asked for; where a spanning one
    /// is none of these, less than half of the shorter sequence is aligned, and so less than half of the columns match.
    fn bounds(&self, other: &[u8]) -> Vec<(Distance, Strand, Pattern)> {
        let bound = |(strand, own): &(Strand, Vec<u8>)| {
            let shorter = own.len().min(other.len());
            let pattern = Pattern::with_min_overlap(own, shorter / LEAST_OVERLAP as usize);
            let differences = pattern.differences(other, Kind::Partial, None)?;
            let columns = u32::try_from(shorter).unwrap_or(u32::MAX).saturating_add(differences).max(1);
            Some((Distance { differences, columns }, *strand, pattern))
        };
        self.strands.iter().filter_map(bound).collect()
    }

    /// The nearest of some haplotypes; of equally near ones the first. Few are aligned: none whose least distance exceeds the
    /// distance of one that is.
    pub(crate) fn nearest(&self, library: &Library<'_>, others: impl Iterator<Item = u32>) -> Option<Near> {
        let mut bounds: Vec<(Distance, u32)> =
            others.map(|other| (self.at_least(library, other), other)).collect();
        bounds.sort_unstable();
        let mut best: Option<Near> = None;
        for (bound, other) in bounds {
            if best.is_some_and(|best| best.distance < bound) {
                break;
            }
            let found = self.compare(library, other);
            if best.is_none_or(|best| (found.distance, found.haplotype) < (best.distance, best.haplotype)) {
                best = Some(found);
            }
        }
        best
    }
}
