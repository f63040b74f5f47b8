//! The taxa of the starter release, under the names and lineages that it gives them: every one that the index of
//! 2017-04-21 lists is caught, under its Appendices.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use saola_cites::Lineage;

use crate::data::{self, Record};
use crate::shipped;

/// A species of the release with its lineage.
struct Species {
    name: String,
    kingdom: String,
    lineage: Lineage,
}

fn table(name: &str) -> Vec<Record> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference-db/taxonomy").join(name);
    let text = fs_err::read_to_string(path).unwrap();
    let mut lines = text.lines().map(|line| line.split('\t'));
    let columns: Vec<&str> = lines.next().unwrap().collect();
    lines
        .map(|cells| columns.iter().map(ToString::to_string).zip(cells.map(str::to_owned)).collect())
        .collect()
}

/// Rank and name of a taxon and of its ancestors.
fn ancestry(taxa: &BTreeMap<&str, &Record>, id: &str) -> Vec<(String, String)> {
    let mut names = Vec::new();
    let mut next = id;
    while let Some(taxon) = taxa.get(next).filter(|taxon| taxon["rank"] != "root") {
        names.push((taxon["rank"].clone(), taxon["name"].clone()));
        next = &taxon["parent_id"];
    }
    names
}

fn kingdom(names: &[(String, String)]) -> String {
    names.iter().find(|(rank, _)| rank == "kingdom").map(|(_, name)| name.clone()).unwrap_or_default()
}

/// The species that have records, with the synonyms of the release.
fn species_with_records() -> Vec<Species> {
    let (taxa, synonyms) = (table("taxa.tsv"), table("synonyms.tsv"));
    let by_id: BTreeMap<&str, &Record> =
        taxa.iter().map(|taxon| (taxon["taxon_id"].as_str(), taxon)).collect();
    taxa.iter()
        .filter(|taxon| taxon["rank"] == "species")
        .map(|taxon| {
            let name = taxon["name"].clone();
            let other = synonyms
                .iter()
                .filter(|synonym| synonym["accepted"] == name && synonym["status"] == "verified");
            let names = ancestry(&by_id, &taxon["taxon_id"]);
            let kingdom = kingdom(&names);
            let lineage = Lineage::new(names).with_synonyms(other.map(|synonym| synonym["name"].as_str()));
            Species { name, kingdom, lineage }
        })
        .collect()
}

/// The species that the release recognises beside them, which a conclusion on a genus has to weigh.
fn recognised_species() -> Vec<Species> {
    let taxa = table("taxa.tsv");
    let by_id: BTreeMap<&str, &Record> =
        taxa.iter().map(|taxon| (taxon["taxon_id"].as_str(), taxon)).collect();
    let genera: BTreeMap<&str, &str> = taxa
        .iter()
        .filter(|taxon| taxon["rank"] == "genus")
        .map(|taxon| (taxon["name"].as_str(), taxon["taxon_id"].as_str()))
        .collect();
    let recognised = table("recognised.tsv");
    recognised
        .into_iter()
        .filter_map(|record| {
            let name = record["species"].clone();
            let names = ancestry(&by_id, genera.get(record["genus"].as_str())?);
            let kingdom = kingdom(&names);
            let lineage = Lineage::new(names.into_iter().chain([("species".to_owned(), name.clone())]));
            Some(Species { name, kingdom, lineage })
        })
        .collect()
}

/// What the index lists, by kingdom and accepted name, and by synonym where that means one listing.
fn index() -> BTreeMap<String, String> {
    let records = data::table("index_of_cites_species_2017-04-21.csv.gz");
    let listed_species = || {
        records
            .iter()
            .filter(|record| record["RankName"] == "SPECIES" && !record["CurrentListing"].is_empty())
    };
    let mut synonyms: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for record in listed_species() {
        for synonym in record["SynonymsWithAuthors"].split([',', ';']).filter_map(binomial) {
            let key = key(&record["Kingdom"], &synonym);
            synonyms.entry(key).or_default().insert(appendices(&record["CurrentListing"]));
        }
    }
    let one = synonyms.into_iter().filter(|(_, listings)| listings.len() == 1);
    let mut index: BTreeMap<String, String> =
        one.filter_map(|(name, listings)| Some((name, listings.into_iter().next()?))).collect();
    index.extend(
        listed_species().map(|record| {
            (key(&record["Kingdom"], &record["FullName"]), appendices(&record["CurrentListing"]))
        }),
    );
    index
}

fn key(kingdom: &str, name: &str) -> String {
    format!("{} {name}", kingdom.replace("Metazoa", "Animalia").replace("Viridiplantae", "Plantae"))
}

/// The two words of a synonym that has an author or nothing behind them.
fn binomial(synonym: &str) -> Option<String> {
    let mut words = synonym.split_whitespace();
    let (genus, epithet) = (words.next()?, words.next()?);
    let is_lower = |word: &str| word.starts_with(char::is_lowercase);
    (is_lower(epithet) && !words.next().is_some_and(is_lower)).then(|| format!("{genus} {epithet}"))
}

fn appendices(listing: &str) -> String {
    listing.split('/').filter(|appendix| *appendix != "NC").collect::<Vec<_>>().join("/")
}

/// Domestic forms, which the index has as synonyms of the wild ones and the treaty leaves out.
const DOMESTIC: [&str; 2] = ["Bos frontalis", "Bos grunniens"];

struct Outcome {
    compared: usize,
    /// Names that the index does not have; a listing of a higher taxon can still catch them.
    unknown: usize,
    uncovered: Vec<String>,
    wrong: Vec<String>,
}

fn compare(species: &[Species]) -> Outcome {
    let index = index();
    let mut outcome = Outcome { compared: 0, unknown: 0, uncovered: Vec::new(), wrong: Vec::new() };
    for Species { name, kingdom, lineage } in species {
        let theirs = index.get(&key(kingdom, name));
        match theirs {
            None => outcome.unknown += 1,
            Some(theirs) if !shipped::covers(lineage) => outcome.uncovered.push(format!("{name} {theirs}")),
            Some(theirs) => {
                outcome.compared += 1;
                let ours = shipped::appendices(lineage, "2017-04-21");
                if ours != *theirs && !DOMESTIC.contains(&name.as_str()) {
                    outcome.wrong.push(format!("{name}: {ours:?} here, {theirs:?} in the index"));
                }
            }
        }
    }
    outcome
}

fn report(what: &str, outcome: &Outcome) {
    let Outcome { compared, unknown, uncovered, .. } = outcome;
    eprintln!("{compared} {what} compared with the index, which does not have {unknown} others;");
    eprintln!("{} that it lists are outside every group: {}", uncovered.len(), uncovered.join(", "));
}

#[test]
fn species_with_records_have_the_appendices_of_the_index() {
    if data::folder().is_none() {
        return;
    }
    let species = species_with_records();
    let outcome = compare(&species);
    report("species with records", &outcome);
    assert!(outcome.compared > 150, "only {} compared", outcome.compared);
    assert!(outcome.uncovered.is_empty() && outcome.wrong.is_empty(), "{}", outcome.wrong.join("\n"));
    let outside: Vec<&str> =
        species.iter().filter(|one| !shipped::covers(&one.lineage)).map(|one| one.name.as_str()).collect();
    eprintln!("species with records and without a group: {}", outside.join(", "));
}

#[test]
fn recognised_species_have_the_appendices_of_the_index() {
    if data::folder().is_none() {
        return;
    }
    let outcome = compare(&recognised_species());
    report("recognised species", &outcome);
    assert!(outcome.compared > 500, "only {} compared", outcome.compared);
    assert!(outcome.wrong.is_empty(), "{}", outcome.wrong.join("\n"));
}
