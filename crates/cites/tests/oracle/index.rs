//! Species by species: the index of 2017-04-21, and the history at dates before it.

use std::collections::BTreeSet;

use saola_cites::Lineage;

use crate::data::{self, Record};
use crate::history::{self, Key, LAST_DAY};
use crate::shipped;

const DAYS: [&str; 11] = [
    "1975-08-01",
    "1976-12-31",
    "1977-06-01",
    "1980-01-01",
    "1984-06-01",
    "1988-01-01",
    "1991-01-01",
    "1996-01-01",
    "2004-01-01",
    "2008-01-01",
    LAST_DAY,
];

fn lineage(record: &Record) -> Lineage {
    let species = format!("{} {}", record["Genus"], record["Species"]);
    let higher = ["Kingdom", "Phylum", "Class", "Order", "Family", "Genus"];
    Lineage::new(
        higher.into_iter().map(|rank| (rank, record[rank].as_str())).chain([("species", species.as_str())]),
    )
}

/// `I/II` of `I/II/NC`: `NC` marks a taxon that is out of the Appendices.
fn listed(listing: &str) -> String {
    listing.split('/').filter(|appendix| *appendix != "NC").collect::<Vec<_>>().join("/")
}

#[test]
fn species_of_the_index_have_its_appendices() {
    if data::folder().is_none() {
        return;
    }
    let index = data::table("index_of_cites_species_2017-04-21.csv.gz");
    let species =
        index.iter().filter(|record| record["RankName"] == "SPECIES" && record["CitesAccepted"] == "true");
    let mut compared = 0;
    let mut wrong = Vec::new();
    for record in species {
        let lineage = lineage(record);
        if !shipped::covers(&lineage) {
            continue;
        }
        compared += 1;
        let (ours, theirs) = (shipped::appendices(&lineage, "2017-04-21"), listed(&record["CurrentListing"]));
        if ours != theirs {
            wrong.push(format!("{}: {ours:?} here, {theirs:?} in the index", record["FullName"]));
        }
    }
    eprintln!("{compared} species compared with the index of 2017-04-21");
    assert!(compared > 8_000, "only {compared} species compared");
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Names that the file treats as names of a listed taxon: the history has them as taxa without changes of their own.
fn bridged_names() -> BTreeSet<&'static str> {
    shipped::file().groups().flat_map(|group| &group.members).map(|(_, name)| name.as_str()).collect()
}

fn history_lineage(key: &Key) -> Lineage {
    let history = history::history();
    let ancestry = history.ancestry(key);
    Lineage::new(ancestry.iter().map(|ancestor| (ancestor.1.as_str(), history.taxa[ancestor].name.as_str())))
}

#[test]
fn species_of_the_history_have_its_appendices_at_several_dates() {
    if data::folder().is_none() {
        return;
    }
    let (history, bridged) = (history::history(), bridged_names());
    let mut compared = 0;
    let mut wrong = Vec::new();
    for key in history.species() {
        let lineage = history_lineage(key);
        let name = history.taxa[key].name.as_str();
        if name == "Homo sapiens" || bridged.contains(name) || !shipped::covers(&lineage) {
            continue;
        }
        for day in DAYS {
            compared += 1;
            let theirs = history.appendices(key, day).into_iter().collect::<Vec<_>>().join("/");
            let ours = shipped::appendices(&lineage, day);
            if ours != theirs {
                wrong.push(format!("{name} on {day}: {ours:?} here, {theirs:?} there"));
            }
        }
    }
    eprintln!("{compared} pairs of species and date compared with the listing history");
    assert!(compared > 25_000, "only {compared} pairs compared");
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}
