use std::collections::{BTreeMap, BTreeSet};

use saola_refdb::{Release, TaxonNumber, Taxonomy, Tier};
use serde::Serialize;

/// Specimens' records of a marker in a tier, for one genus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MarkerCoverage {
    /// The marker.
    pub marker: String,
    /// Recognised species with a forensic record.
    pub forensic: usize,
    /// Recognised species with a forensic or screening record.
    pub usable: usize,
}

/// How many of the recognised species of a genus a release represents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GenusCoverage {
    /// The genus.
    pub genus: String,
    /// Its family; empty when the taxonomy has none.
    pub family: String,
    /// Where the list of recognised species comes from; none when there is no list, and then nothing can be missing.
    pub source: Option<String>,
    /// Number of recognised species; none when there is no list.
    pub recognised: Option<usize>,
    /// Recognised species with a record that is not in quarantine, whatever its marker; without a list, species.
    pub represented: usize,
    /// The same by marker, for markers with a record in the genus.
    pub markers: Vec<MarkerCoverage>,
    /// Recognised species without such a record.
    pub missing: Vec<String>,
    /// Species with a record that the list does not have.
    pub unlisted: Vec<String>,
}

/// A record as coverage sees it.
pub(crate) struct Counted<'a> {
    pub(crate) taxon: TaxonNumber,
    pub(crate) marker: &'a str,
    pub(crate) tier: Tier,
}

/// Coverage of each genus below `taxon` that has recognised species or records, by name.
///
/// Species are counted by accepted name. A genus without a list of recognised species has no share, not 100 %.
/// Time O(n log n) for n records and taxa.
pub fn coverage(release: &Release, taxon: TaxonNumber) -> Vec<GenusCoverage> {
    let records = release.records().map(|record| Counted {
        taxon: record.taxon(),
        marker: &record.marker().name,
        tier: record.tier(),
    });
    coverage_of(release.taxonomy(), records, Some(taxon))
}

type Best<'a> = BTreeMap<(&'a str, &'a str), Tier>;

pub(crate) fn coverage_of<'a>(
    taxonomy: &'a Taxonomy,
    records: impl Iterator<Item = Counted<'a>>,
    below: Option<TaxonNumber>,
) -> Vec<GenusCoverage> {
    // Of each genus, the best tier of each marker and species.
    let mut genera: BTreeMap<TaxonNumber, Best<'a>> = BTreeMap::new();
    for record in records {
        let genus = taxonomy.at_rank(record.taxon, "genus");
        let species = taxonomy.at_rank(record.taxon, "species");
        let Some((genus, species)) = genus.zip(species) else { continue };
        let best = genera.entry(genus).or_default();
        let tier = best.entry((record.marker, taxonomy.name(species))).or_insert(record.tier);
        *tier = (*tier).min(record.tier);
    }
    for (number, taxon) in (0..).map(TaxonNumber).zip(taxonomy.taxa()) {
        if taxon.rank == "genus" && taxonomy.recognised_species(number).is_some() {
            genera.entry(number).or_default();
        }
    }
    let is_below = |genus: &TaxonNumber| {
        below.is_none_or(|below| taxonomy.lineage(*genus).any(|ancestor| ancestor == below))
    };
    let mut found: Vec<GenusCoverage> = genera
        .iter()
        .filter(|(genus, _)| is_below(genus))
        .map(|(genus, best)| of_genus(taxonomy, *genus, best))
        .collect();
    found.sort_by(|one, other| (&one.genus, &one.family).cmp(&(&other.genus, &other.family)));
    found
}

fn of_genus(taxonomy: &Taxonomy, genus: TaxonNumber, best: &Best<'_>) -> GenusCoverage {
    let list = taxonomy.recognised_species(genus);
    let is_listed = |name: &str| {
        list.is_none_or(|list| list.species.binary_search_by(|species| species.as_str().cmp(name)).is_ok())
    };
    let usable: BTreeSet<&str> = best
        .iter()
        .filter(|(_, tier)| **tier != Tier::Quarantine)
        .map(|((_, species), _)| *species)
        .collect();
    let markers: BTreeSet<&str> = best.keys().map(|(marker, _)| *marker).collect();
    let of_marker = |marker: &&str| {
        let tiers = best.iter().filter(|((of, name), _)| of == marker && is_listed(name));
        let count = |worst: Tier| tiers.clone().filter(|(_, tier)| **tier <= worst).count();
        MarkerCoverage {
            marker: (*marker).to_owned(),
            forensic: count(Tier::Forensic),
            usable: count(Tier::Screening),
        }
    };
    let missing =
        list.map(|list| list.species.iter().filter(|name| !usable.contains(name.as_str())).cloned());
    let names = |names: &mut dyn Iterator<Item = &str>| names.map(str::to_owned).collect::<Vec<_>>();
    GenusCoverage {
        genus: taxonomy.name(genus).to_owned(),
        family: taxonomy
            .at_rank(genus, "family")
            .map_or_else(String::new, |family| taxonomy.name(family).to_owned()),
        source: list.map(|list| list.source.clone()),
        recognised: list.map(|list| list.species.len()),
        represented: usable.iter().filter(|name| is_listed(name)).count(),
        markers: markers.iter().map(of_marker).collect(),
        missing: missing.into_iter().flatten().collect(),
        unlisted: names(&mut usable.iter().copied().filter(|name| !is_listed(name))),
    }
}
