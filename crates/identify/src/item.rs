//! One item, several samples.

use saola_refdb::{TaxonNumber, Taxonomy};

use crate::{Identification, Level};

/// What the samples of one item say together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemConclusion {
    /// How far the conclusion goes.
    pub level: Level,
    /// The taxon named, for levels that name one.
    pub taxon: Option<TaxonNumber>,
    /// Species left open.
    pub candidates: Vec<TaxonNumber>,
    /// Pairs of taxa that contradict each other, if any.
    pub conflict: Vec<TaxonNumber>,
}

/// Reconciles the samples of an item: samples whose taxa lie within one another give the lowest of them, samples
/// that contradict give their lowest common taxon with the conflict named; samples without a taxon do not count
/// unless there is nothing else. Contamination in any sample is the item's answer.
pub fn reconcile(taxonomy: &Taxonomy, samples: &[&Identification]) -> ItemConclusion {
    let copy = |sample: &Identification| ItemConclusion {
        level: sample.level,
        taxon: sample.taxon,
        candidates: sample.candidates.clone(),
        conflict: Vec::new(),
    };
    if let Some(sample) = samples.iter().find(|sample| sample.level == Level::ContaminationSuspected) {
        return copy(sample);
    }
    let mut named: Vec<&Identification> =
        samples.iter().copied().filter(|sample| sample.level.names_taxon()).collect();
    named.sort_by_key(|sample| sample.level);
    let Some(best) = named.first() else {
        return samples.first().map_or_else(no_result, |sample| copy(sample));
    };
    let taxa = |sample: &Identification| match sample.taxon {
        Some(taxon) => vec![taxon],
        None => sample.candidates.clone(),
    };
    let within = |inner: TaxonNumber, outer| taxonomy.lineage(inner).any(|taxon| taxon == outer);
    let agrees = |sample: &&Identification| {
        taxa(best).iter().any(|inner| taxa(sample).iter().any(|outer| within(*inner, *outer)))
    };
    if named.iter().all(agrees) {
        return copy(best);
    }
    common_taxon(taxonomy, named.iter().flat_map(|sample| taxa(sample)).collect())
}

fn no_result() -> ItemConclusion {
    ItemConclusion { level: Level::NoResult, taxon: None, candidates: Vec::new(), conflict: Vec::new() }
}

fn common_taxon(taxonomy: &Taxonomy, mut conflict: Vec<TaxonNumber>) -> ItemConclusion {
    conflict.sort_by_key(|taxon| (taxonomy.name(*taxon), *taxon));
    conflict.dedup();
    let common = taxonomy.lowest_common_ancestor(conflict.iter().copied());
    let at = |rank| common.and_then(|taxon| taxonomy.at_rank(taxon, rank));
    let (level, taxon) = match (at("genus"), at("family")) {
        (Some(genus), _) => (Level::Genus, Some(genus)),
        (None, Some(family)) => (Level::HigherTaxon, Some(family)),
        (None, None) => (Level::NotSupportedByReference, None),
    };
    let is_species = |taxon: &TaxonNumber| taxonomy.get(*taxon).is_some_and(|taxon| taxon.rank == "species");
    let candidates = conflict.iter().copied().filter(is_species).collect();
    ItemConclusion { level, taxon, candidates, conflict }
}
