//! Dealing specimens, species and genera into folds.

use std::collections::BTreeMap;

use saola_identify::trial::Scheme;
use saola_refdb::{NewRecord, ReleaseBuilder};

use super::is_usable;

/// What a trial needs to know of a record.
pub(super) struct Dealt {
    pub(super) species: String,
    pub(super) genus: String,
    pub(super) genus_id: String,
    pub(super) family: String,
    pub(super) specimen: String,
    /// Whether it is tried: it names a species, and is of the marker under trial.
    pub(super) is_query: bool,
    /// Places of its specimen, species and genus in the deal; none when the label does not reach so far down.
    places: [Option<u32>; 3],
}

impl Dealt {
    /// The place of what a scheme leaves out.
    pub(super) const fn place(&self, scheme: Scheme) -> Option<u32> {
        self.places[scheme as usize]
    }
}

/// Deals the records of a library, beside them.
pub(super) fn deal(content: &ReleaseBuilder, marker: Option<&str>) -> Vec<Dealt> {
    let mut dealt: Vec<Dealt> = content.records.iter().map(|record| facts(content, record, marker)).collect();
    let keys: [fn(&Dealt) -> [&str; 4]; 3] = [
        |one| [&one.family, &one.genus, &one.species, &one.specimen],
        |one| [&one.family, &one.genus, &one.species, ""],
        |one| [&one.family, &one.genus, "", ""],
    ];
    for (scheme, key) in keys.into_iter().enumerate() {
        let named = |one: &&Dealt| !if scheme == 2 { &one.genus } else { &one.species }.is_empty();
        let mut order: BTreeMap<[&str; 4], u32> =
            dealt.iter().filter(named).map(|one| (key(one), 0)).collect();
        for (place, number) in order.values_mut().zip(0..) {
            *place = number;
        }
        let places: Vec<Option<u32>> =
            dealt.iter().map(|one| order.get(&key(one)).copied().filter(|_| named(&one))).collect();
        for (one, place) in dealt.iter_mut().zip(places) {
            one.places[scheme] = place;
        }
    }
    dealt
}

fn facts(content: &ReleaseBuilder, record: &NewRecord, marker: Option<&str>) -> Dealt {
    let taxonomy = &content.taxonomy;
    let at = |rank| taxonomy.at_rank(record.taxon, rank);
    let name = |rank| at(rank).map_or_else(String::new, |taxon| taxonomy.name(taxon).to_owned());
    let cell = |column: &str| record.fields.get(column).filter(|cell| !cell.is_empty());
    let specimen = ["specimen", "museumid", "processid", "record_id"].into_iter().find_map(cell);
    let species = name("species");
    let is_query =
        !species.is_empty() && is_usable(record) && marker.is_none_or(|marker| marker == record.marker);
    Dealt {
        is_query,
        species,
        genus: name("genus"),
        genus_id: at("genus")
            .and_then(|taxon| taxonomy.get(taxon))
            .map_or_else(String::new, |taxon| taxon.id.clone()),
        family: name("family"),
        specimen: specimen.cloned().unwrap_or_default(),
        places: [None; 3],
    }
}
