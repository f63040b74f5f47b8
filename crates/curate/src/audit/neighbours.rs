//! The records nearest to each haplotype.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use saola_search::{Comparison, Options, Ratio, ReleaseSearch, Strand};

use crate::{Progress, Watcher};

use super::{
    finding::Distance,
    library::{Level, Library},
    limits::{LEAST_OVERLAP, MOST_NEIGHBOURS, MOST_RELATIVES, NEAREST_RELATIVES, NEIGHBOUR_IDENTITY},
    view::View,
};

/// A haplotype as seen from another one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Near {
    pub(crate) haplotype: u32,
    pub(crate) distance: Distance,
    pub(crate) strand: Strand,
    /// Bases inserted less bases deleted, over the whole alignment.
    pub(crate) shift: i64,
}

/// What stands around a haplotype.
#[derive(Clone, Debug, Default)]
pub(crate) struct Neighbourhood {
    /// The haplotype itself and its neighbours, nearest first.
    pub(crate) listed: Vec<Near>,
    /// Where it has no neighbours: the nearest of some relatives, of its genus first.
    pub(crate) relatives: Vec<Near>,
}

impl Near {
    pub(crate) fn new(
        library: &Library<'_>,
        from: u32,
        to: u32,
        strand: Strand,
        found: &Comparison,
    ) -> Option<Self> {
        let shorter = library.haplotype(from).bases.min(library.haplotype(to).bases);
        let distance = Distance { differences: found.differences, columns: found.columns };
        let enough = (found.columns + found.ambiguous).saturating_mul(LEAST_OVERLAP) >= shorter;
        enough.then_some(Self { haplotype: to, distance, strand, shift: Self::shift(found) })
    }

    /// Bases inserted less bases deleted.
    pub(crate) fn shift(found: &Comparison) -> i64 {
        let length = |start: u32, end: u32| i64::from(end) - i64::from(start);
        length(found.query_start, found.query_end) - length(found.reference_start, found.reference_end)
    }

    fn itself(library: &Library<'_>, haplotype: u32) -> Self {
        let distance = Distance { differences: 0, columns: library.haplotype(haplotype).bases.max(1) };
        Self { haplotype, distance, strand: Strand::Plus, shift: 0 }
    }
}

/// The neighbourhood of each haplotype, in their order.
pub(crate) fn neighbourhoods(
    library: &Library<'_>,
    search: &ReleaseSearch<'_>,
    watcher: Watcher<'_>,
) -> Vec<Neighbourhood> {
    let (all, done) = (library.haplotypes.len(), AtomicUsize::new(0));
    let count = u32::try_from(all).unwrap_or(u32::MAX);
    let neighbourhood = |haplotype| {
        let found = neighbourhood(library, search, haplotype);
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        watcher(Progress { step: "comparing sequences", done, all });
        found
    };
    (0..count).into_par_iter().map(neighbourhood).collect()
}

fn neighbourhood(library: &Library<'_>, search: &ReleaseSearch<'_>, haplotype: u32) -> Neighbourhood {
    let mut listed = vec![Near::itself(library, haplotype)];
    if !library.haplotype(haplotype).is_readable {
        return Neighbourhood { listed, relatives: Vec::new() };
    }
    let (numerator, denominator) = NEIGHBOUR_IDENTITY;
    let least = Ratio::new(numerator, denominator).unwrap_or(Ratio::DEFAULT_MIN_IDENTITY);
    // Nothing below the least identity is asked for, nor proven.
    let options = Options {
        min_identity: least,
        max_hits: Some(MOST_NEIGHBOURS),
        prove_down_to: least,
        ..Options::default()
    };
    let bases = library.bases(haplotype);
    let marker = &library.release.markers().as_slice()[library.haplotype(haplotype).marker as usize];
    let outcome = search.search(marker, &bases, &options);
    let mut seen = BTreeSet::from([haplotype]);
    for hit in &outcome.hits {
        let Some(facts) = library.facts.get(hit.index) else { continue };
        if seen.insert(facts.haplotype) {
            listed.extend(Near::new(library, haplotype, facts.haplotype, hit.strand, &hit.comparison));
        }
    }
    listed[1..].sort_by_key(|near| (near.distance, near.haplotype));
    let relatives = if listed.len() == 1 { relatives(library, haplotype, &bases) } else { Vec::new() };
    Neighbourhood { listed, relatives }
}

/// The nearest of the first haplotypes of the genus, then of the family.
fn relatives(library: &Library<'_>, haplotype: u32, bases: &[u8]) -> Vec<Near> {
    let own = library.haplotype(haplotype);
    let mut chosen: Vec<u32> = Vec::new();
    for level in [Level::Genus, Level::Family] {
        for facts in own.records.iter().map(|record| library.facts(*record)) {
            let Some(taxon) = facts.at(level) else { continue };
            for other in library.members(own.marker, taxon) {
                if chosen.len() < MOST_RELATIVES && *other != haplotype && !chosen.contains(other) {
                    chosen.push(*other);
                }
            }
        }
    }
    let from = View::new(haplotype, bases.to_vec());
    let mut bounds: Vec<(Distance, u32)> =
        chosen.into_iter().map(|other| (from.at_least(library, other), other)).collect();
    bounds.sort_unstable();
    bounds.into_iter().take(NEAREST_RELATIVES).map(|(_, other)| from.compare(library, other)).collect()
}

/// A record of another specimen, and how far it is.
#[derive(Clone, Copy)]
pub(crate) struct Witness {
    pub(crate) record: u32,
    pub(crate) near: Near,
}

/// The nearest record of each other specimen among `nears`, in their order.
pub(crate) fn witnesses(library: &Library<'_>, record: u32, nears: &[Near]) -> Vec<Witness> {
    let mut seen = BTreeSet::from([library.facts(record).specimen]);
    let mut found = Vec::new();
    for near in nears {
        for other in &library.haplotype(near.haplotype).records {
            if seen.insert(library.facts(*other).specimen) {
                found.push(Witness { record: *other, near: *near });
            }
        }
    }
    found
}
