//! What a lab may download, read and compared: the history of 2013 in the form of the Checklist's file, the index of
//! 2017 as it was downloaded, recorded answers of the Species+ API.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use saola_cites::download::{Download, DownloadKind};
use saola_cites::{Circumstances, Determination, LegalStatus, Lineage, ListingFile, Listings};

use crate::data;
use crate::history::{self, Key, LAST_DAY};
use crate::shipped;

/// Days between the meetings of the Conference, each after the changes of one had taken effect.
const DAYS: [&str; 7] =
    ["1986-06-01", "1991-01-01", "1996-01-01", "2001-01-01", "2006-01-01", "2011-01-01", LAST_DAY];

/// The shipped file as if it ended in 1985: all later days are left to the downloads.
static ENDING_EARLY: LazyLock<ListingFile> = LazyLock::new(|| {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference-db/cites");
    let read = |name| fs_err::read_to_string(folder.join(name)).unwrap();
    let groups: Vec<String> = read("groups.tsv")
        .lines()
        .map(|line| {
            line.replace("\t2017-04-21\t", "\t1985-12-31\t").replace("\t2013-06-12\t", "\t1985-12-31\t")
        })
        .collect();
    ListingFile::parse(&read("listings.tsv"), &(groups.join("\n") + "\n")).unwrap()
});

/// The history as the Checklist's CSV file has it: no populations but in the annotation.
fn checklist_history() -> Vec<u8> {
    let history = history::history();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record([
            "Kingdom",
            "Order",
            "Family",
            "Genus",
            "FullName",
            "RankName",
            "Appendix",
            "PartyIsoCode",
            "ChangeType",
            "EffectiveAt",
            "IsCurrent",
            "FullAnnotationEnglish",
        ])
        .unwrap();
    for (kingdom, letter, word) in [("Animalia", 'A', "animals"), ("Plantae", 'P', "plants")] {
        for record in data::table(&format!("listing_history_{word}_2013-06-12.csv.gz")) {
            let key: Key = (letter, record["rank_name"].to_uppercase(), record["rec_id"].clone());
            let Some(taxon) = history.taxa.get(&key) else { continue };
            let ancestry = history.ancestry(&key);
            let above = |rank: &str| {
                let found = ancestry.iter().find(|taxon| taxon.1 == rank);
                found.map_or("", |taxon| history.taxa[taxon].name.as_str())
            };
            let (appendix, act) = match record["listing"].as_str() {
                listing if listing.starts_with("DEL") => (&listing[3..], "DELETION"),
                listing => match listing.split_once('/') {
                    Some((appendix, "r")) => (appendix, "RESERVATION"),
                    Some((appendix, _)) => (appendix, "RESERVATION_WITHDRAWAL"),
                    None => (listing, "ADDITION"),
                },
            };
            // Sharks and rays of 2013, whose listing a note puts off: the Checklist dates changes by their effect.
            let is_delayed = ["Carcharhinus longimanus", "Lamna nasus", "Manta"]
                .contains(&taxon.name.as_str())
                || taxon.name.starts_with("Sphyrna ");
            let day = match record["effective_from"].as_str() {
                "12/06/2013" if is_delayed && !record["listing"].contains('/') => "14/09/2014",
                day => day,
            };
            let is_current = if record["is_current"] == "1" { "true" } else { "false" };
            let note = if record["short_note_en"].is_empty() { "full_note_en" } else { "short_note_en" };
            let party = record["party_iso2"].split(',').next().unwrap_or_default().trim();
            writer
                .write_record([
                    kingdom,
                    above("ORDER"),
                    above("FAMILY"),
                    above("GENUS"),
                    &taxon.name,
                    &key.1,
                    appendix,
                    party,
                    act,
                    day,
                    is_current,
                    &record[note],
                ])
                .unwrap();
        }
    }
    writer.into_inner().unwrap()
}

fn lineage(key: &Key) -> Lineage {
    let history = history::history();
    let kingdom = if key.0 == 'A' { "Animalia" } else { "Plantae" };
    let names = history.ancestry(key);
    let names = names.iter().map(|taxon| (taxon.1.as_str(), history.taxa[taxon].name.as_str()));
    Lineage::new(names.filter(|(rank, _)| *rank != "KINGDOM").chain([("kingdom", kingdom)]))
}

fn appendices(status: &LegalStatus) -> BTreeSet<&str> {
    status.listings.iter().map(|listing| listing.appendix.as_str()).collect()
}

fn on(day: &str) -> Circumstances {
    Circumstances { date: Some(day.parse().unwrap()), ..Circumstances::default() }
}

#[test]
fn a_history_without_populations_gives_the_appendices_of_the_shipped_file() {
    if data::folder().is_none() {
        return;
    }
    let file = ("history.csv".to_owned(), checklist_history());
    let downloads = Download::read(&[file], LAST_DAY.parse().unwrap(), &ENDING_EARLY).unwrap();
    assert_eq!(downloads[0].kind, DownloadKind::ChecklistHistory);
    assert_eq!(downloads[0].complete_for(), BTreeSet::from(["Animalia", "Plantae"]));
    let listings = Listings::from(ENDING_EARLY.clone()).with_downloads(downloads);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for key in history::history().species() {
        let lineage = lineage(key);
        for day in DAYS {
            let expected = shipped::status(&lineage, day);
            if expected.determination == Determination::NotDetermined {
                continue;
            }
            let found = listings.listings_at(&lineage, &on(day));
            let outcome = match found.determination {
                Determination::NotDetermined => "not determined",
                _ if appendices(&found) == appendices(&expected) => "the same",
                Determination::Conditional => "different under conditions",
                Determination::Determined => "different",
            };
            *counts.entry(outcome).or_default() += 1;
            if outcome == "different" {
                let name = &history::history().taxa[key].name;
                wrong.push(format!("{day} {name}: {:?} {:?}", appendices(&found), appendices(&expected)));
            }
        }
    }
    eprintln!("species and days, downloaded history against the shipped file: {counts:?}");
    assert!(
        counts["the same"] > 155_000
            && counts["not determined"] < 6_500
            && counts["different under conditions"] < 100,
        "{counts:?}"
    );
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// The body of a recorded answer.
fn recorded(file: &str, index: usize) -> Vec<u8> {
    let path = data::folder().unwrap().join("species_plus_api").join(file);
    let cassette: serde_json::Value = serde_json::from_slice(&fs_err::read(path).unwrap()).unwrap();
    let body = &cassette["http_interactions"][index]["response"]["body"]["string"];
    body.as_str().unwrap().as_bytes().to_vec()
}

/// In the answer: Appendix II from 1977-02-04, I from 1990-01-18, from 1997-09-18 in part in II.
#[test]
fn the_recorded_answers_on_the_african_elephant_give_its_listings_on_any_day() {
    if data::folder().is_none() {
        return;
    }
    let legislation = ("4521.json".to_owned(), recorded("spp_cites_legislation_sco.json", 0));
    let names = ("names.json".to_owned(), recorded("spp_taxonconcept_def.json", 0));
    let day = "2022-11-27".parse().unwrap();
    let error =
        Download::read(std::slice::from_ref(&legislation), day, &ENDING_EARLY).unwrap_err().to_string();
    assert!(error.starts_with("4521.json:1: nothing says which taxon number 4521 is"), "{error}");

    let downloads = Download::read(&[legislation, names], day, &ENDING_EARLY).unwrap();
    assert_eq!(downloads[0].kind, DownloadKind::SpeciesPlusApiHistory);
    let listings = Listings::from(ENDING_EARLY.clone()).with_downloads(downloads);
    let elephant = Lineage::new([
        ("kingdom", "Animalia"),
        ("order", "Proboscidea"),
        ("family", "Elephantidae"),
        ("genus", "Loxodonta"),
        ("species", "Loxodonta africana"),
    ]);
    let cases = [
        ("1989-06-01", "II", Determination::Determined),
        ("1990-06-01", "I", Determination::Determined),
        ("1999-01-01", "I/II", Determination::Conditional),
        ("2018-01-01", "I/II", Determination::Conditional),
        ("2022-11-27", "I/II", Determination::Conditional),
        ("2022-11-28", "I/II", Determination::NotDetermined),
    ];
    for (date, expected, determination) in cases {
        let status = listings.listings_at(&elephant, &on(date));
        let found: Vec<&str> = appendices(&status).into_iter().collect();
        assert_eq!(status.determination, determination, "{date}: {:?}", status.reasons);
        if determination != Determination::NotDetermined {
            assert_eq!(found.join("/"), expected, "{date}");
        }
    }
    let zambia = Circumstances { party: Some("ZM".parse().unwrap()), ..on("2020-01-01") };
    let status = listings.listings_at(&elephant, &zambia);
    let reasons = status.reasons.join("\n");
    assert!(
        reasons.contains("ZM had a reservation in force on Loxodonta africana in Appendix II"),
        "{reasons}"
    );
    assert!(reasons.starts_with("Decided by Species+ API, all listings: 4521.json"), "{reasons}");
}

#[test]
fn the_index_of_2017_tells_its_own_day_and_bridges_to_it() {
    if data::folder().is_none() {
        return;
    }
    let mut index = Vec::new();
    let path = data::folder().unwrap().join("index_of_cites_species_2017-04-21.csv.gz");
    let mut reader = flate2::read::MultiGzDecoder::new(fs_err::File::open(path).unwrap());
    std::io::Read::read_to_end(&mut reader, &mut index).unwrap();
    let day = "2017-04-21".parse().unwrap();
    let file = ("index.csv".to_owned(), index);
    let downloads = Download::read(&[file], day, &ENDING_EARLY).unwrap();
    assert_eq!(downloads[0].complete_for(), BTreeSet::from(["Animalia", "Plantae"]));
    let listings = Listings::from(ENDING_EARLY.clone()).with_downloads(downloads);
    let mut counts: BTreeMap<(bool, Determination), usize> = BTreeMap::new();
    for record in data::table("index_of_cites_species_2017-04-21.csv.gz") {
        if record["RankName"] != "SPECIES" || record["CurrentListing"].is_empty() {
            continue;
        }
        let species = format!("{} {}", record["Genus"], record["Species"]);
        let higher = ["Kingdom", "Order", "Family", "Genus"].map(|rank| (rank, record[rank].as_str()));
        let lineage = Lineage::new(higher.into_iter().chain([("species", species.as_str())]));
        let status = listings.listings_at(&lineage, &on("2017-04-21"));
        let wanted: BTreeSet<&str> =
            record["CurrentListing"].split('/').filter(|word| *word != "NC").collect();
        *counts.entry((appendices(&status) == wanted, status.determination)).or_default() += 1;
    }
    eprintln!("species of the index, read back on its day (the same, how): {counts:?}");
    // Annotations of a few listings speak of populations without limiting the listing to them.
    let differing = counts.iter().filter(|((is_same, _), _)| !is_same);
    assert!(
        differing.clone().all(|((_, how), count)| *how == Determination::Conditional && *count < 20),
        "{counts:?}"
    );
    let lineage = |names: [&str; 5]| {
        Lineage::new(["kingdom", "order", "family", "genus", "species"].into_iter().zip(names))
    };
    let between = listings.listings_at(
        &lineage(["Animalia", "Psittaciformes", "Psittacidae", "Ara", "Ara macao"]),
        &on("2001-01-01"),
    );
    assert_eq!(between.determination, Determination::Conditional, "{:?}", between.reasons);
    assert_eq!(appendices(&between), BTreeSet::from(["I"]));
    assert!(between.listings[0].condition.contains("if not changed and changed back between 1985-12-31"));
    let changed = lineage(["Animalia", "Pholidota", "Manidae", "Manis", "Manis javanica"]);
    let changed = listings.listings_at(&changed, &on("2001-01-01"));
    assert_eq!(changed.determination, Determination::NotDetermined);
    assert!(changed.reasons.iter().any(|reason| reason.contains("when it changed is not said")));
}
