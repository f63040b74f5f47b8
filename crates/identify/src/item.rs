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

/// Reconciles the samples of an item: samples whose taxa lie within one another give the lowest of them (groups of species what they
/// have in common), samples
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
    // A coarser sample must allow what the finer one names: by its taxon and, where it leaves species open, by these.
    let allows = |open: &[TaxonNumber], named: &[TaxonNumber]| {
        named.iter().any(|one| open.iter().any(|other| within(*one, *other) || within(*other, *one)))
    };
    let agrees = |sample: &&Identification| {
        let named = taxa(best);
        taxa(sample).iter().any(|outer| named.iter().any(|inner| within(*inner, *outer)))
            && (sample.candidates.is_empty() || allows(&sample.candidates, &named))
    };
    if named.iter().all(agrees) {
        let groups = named.iter().filter(|sample| sample.level == Level::SpeciesGroup);
        let in_all = |taxon: &TaxonNumber| groups.clone().all(|group| group.candidates.contains(taxon));
        let common: Vec<TaxonNumber> = best.candidates.iter().copied().filter(in_all).collect();
        let mut together = copy(best);
        // What each group leaves open; a single species is not named, as no sample named it.
        if best.level == Level::SpeciesGroup && common.len() > 1 {
            together.candidates = common;
        }
        return together;
    }
    let mut conflict: Vec<TaxonNumber> = named.iter().flat_map(|sample| taxa(sample)).collect();
    let odd = named.iter().filter(|sample| !agrees(sample));
    conflict.extend(odd.flat_map(|sample| sample.candidates.iter().copied()));
    common_taxon(taxonomy, conflict)
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

#[cfg(test)]
mod tests {
    use saola_refdb::Taxon;
    use saola_search::{Certificate, Ratio};

    use super::*;

    fn taxonomy() -> Taxonomy {
        let taxon = |id: &str, name: &str, rank: &str, parent: &str| {
            let [id, name, rank, parent] = [id, name, rank, parent].map(str::to_owned);
            Taxon { id, name, rank, parent, source: String::new() }
        };
        let taxa = vec![
            taxon("0", "root", "root", ""),
            taxon("1", "Pythonidae", "family", "0"),
            taxon("2", "Python", "genus", "1"),
            taxon("3", "Python molurus", "species", "2"),
            taxon("4", "Python bivittatus", "species", "2"),
            taxon("5", "Morelia", "genus", "1"),
            taxon("6", "Falconidae", "family", "0"),
        ];
        Taxonomy::new(taxa, vec![], vec![], vec![]).unwrap()
    }

    fn sample(level: Level, taxon: Option<u32>) -> Identification {
        Identification {
            marker: None,
            strand: None,
            length: 0,
            level,
            taxon: taxon.map(TaxonNumber),
            candidates: Vec::new(),
            gates: Vec::new(),
            nearest: None,
            nearest_other: None,
            hits: Vec::new(),
            certificate: Certificate::default(),
            listed_from: Ratio::DEFAULT_MIN_IDENTITY,
            missing_congeners: Vec::new(),
            limitations: Vec::new(),
            answers: Vec::new(),
        }
    }

    fn together(samples: &[(Level, Option<u32>)]) -> (Level, Option<u32>, usize) {
        let samples: Vec<Identification> =
            samples.iter().map(|(level, taxon)| sample(*level, *taxon)).collect();
        let found = reconcile(&taxonomy(), &samples.iter().collect::<Vec<_>>());
        (found.level, found.taxon.map(|taxon| taxon.0), found.conflict.len())
    }

    #[test]
    fn samples_that_agree_give_the_most_precise_of_them() {
        let samples =
            [(Level::Genus, Some(2)), (Level::SpeciesUniparental, Some(3)), (Level::HigherTaxon, Some(1))];
        assert_eq!(together(&samples), (Level::SpeciesUniparental, Some(3), 0));
    }

    #[test]
    fn samples_that_contradict_give_their_common_taxon() {
        let two_species = [(Level::SpeciesUniparental, Some(3)), (Level::SpeciesUniparental, Some(4))];
        assert_eq!(together(&two_species), (Level::Genus, Some(2), 2));
        assert_eq!(
            together(&[(Level::Genus, Some(2)), (Level::Genus, Some(5))]),
            (Level::HigherTaxon, Some(1), 2)
        );
        let strangers = [(Level::Genus, Some(2)), (Level::HigherTaxon, Some(6))];
        assert_eq!(together(&strangers), (Level::NotSupportedByReference, None, 2));
    }

    #[test]
    fn contamination_decides_and_silence_does_not() {
        let contaminated = [(Level::Genus, Some(2)), (Level::ContaminationSuspected, None)];
        assert_eq!(together(&contaminated).0, Level::ContaminationSuspected);
        assert_eq!(
            together(&[(Level::NotSupportedByReference, None), (Level::Genus, Some(2))]).0,
            Level::Genus
        );
        assert_eq!(together(&[]).0, Level::NoResult);
    }
}
