//! Downloaded listings beside the built-in file. The download is made of the project's own listing file, in the form of the
//! Checklist's history, with one later change: the giraffe in Appendix II from 2019-11-26 (`CoP18`).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::support::{Place, project};

const HEADER: &str = "TaxonId,Kingdom,Order,Family,FullName,RankName,Appendix,PartyIsoCode,ChangeType,EffectiveAt,IsCurrent,\
                      #AnnotationSymbol,FullAnnotationEnglish";
const GIRAFFE: &str =
    "1,Animalia,Artiodactyla,Giraffidae,Giraffa camelopardalis,SPECIES,II,,ADDITION,26/11/2019,true,,\n";

/// Rows of a table of the listing file, by column.
fn table(name: &str) -> Vec<BTreeMap<String, String>> {
    let text = fs_err::read_to_string(project(&format!("reference-db/cites/{name}"))).unwrap();
    let mut lines = text.lines().map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    let header = lines.next().unwrap();
    lines.map(|cells| header.iter().cloned().zip(cells).collect()).collect()
}

/// The inclusions and deletions of the listing file; current is what comes last for its taxon.
fn history() -> String {
    let kingdoms: BTreeMap<String, String> =
        table("groups.tsv").into_iter().map(|row| (row["taxon"].clone(), row["kingdom"].clone())).collect();
    let mut events = table("listings.tsv");
    events.retain(|row| row["kind"] == "inclusion" || row["kind"] == "deletion");
    let mut last: BTreeMap<&str, &str> = BTreeMap::new();
    for event in &events {
        let day = last.entry(&event["taxon"]).or_default();
        *day = (*day).max(&event["effective_from"]);
    }
    let mut text = format!("{HEADER}\n");
    for event in &events {
        let day = &event["effective_from"];
        let is_last = last[event["taxon"].as_str()] == day;
        let has_addition = events.iter().any(|other| {
            other["taxon"] == event["taxon"]
                && other["effective_from"] == *day
                && other["kind"] == "inclusion"
        });
        let (act, is_current) = match event["kind"].as_str() {
            "inclusion" => ("ADDITION", is_last),
            _ => ("DELETION", is_last && !has_addition),
        };
        let date: Vec<&str> = day.rsplit('-').collect();
        writeln!(
            text,
            "1,{},,,{},{},{},{},{act},{},{is_current},,",
            kingdoms[&event["within"]],
            event["taxon"],
            event["rank"].to_uppercase(),
            event["appendix"],
            event["party"],
            date.join("/")
        )
        .unwrap();
    }
    text
}

const DOWNLOADED: [&str; 4] = ["--listings", "history.csv", "--listings-date", "2026-01-31"];

fn place(history: &str) -> Place {
    let place = Place::with_petrel();
    place.write("history.csv", history);
    place
}

fn answer(place: &Place, taxon: &str, day: &str) -> Value {
    let printed = place.succeeds(&[&["cites", taxon, "--on", day, "--json"], &DOWNLOADED[..]].concat());
    serde_json::from_str::<Value>(&printed).unwrap()[0].clone()
}

fn said(answer: &Value) -> (&str, Vec<&str>) {
    let listings = answer["listings"].as_array().unwrap();
    let appendices = listings.iter().map(|listing| listing["appendix"].as_str().unwrap()).collect();
    (answer["determination"].as_str().unwrap(), appendices)
}

fn reason(answer: &Value, words: &str) -> bool {
    answer["reasons"].as_array().unwrap().iter().any(|reason| reason.as_str().unwrap().contains(words))
}

#[test]
fn a_whole_history_answers_after_the_last_day_of_the_built_in_file() {
    let place = place(&(history() + GIRAFFE));
    let pangolin = answer(&place, "Manis javanica", "2020-01-01");
    assert_eq!(said(&pangolin), ("determined", vec!["I"]));
    assert!(reason(
        &pangolin,
        "Decided by Checklist of CITES Species, history of listings: history.csv (SHA-256 "
    ));
    assert_eq!(pangolin["complete_through"], "2026-01-31");
    assert_eq!(pangolin["listing_downloads"][0]["complete_for"], serde_json::json!(["Animalia", "Plantae"]));
    assert_eq!(said(&answer(&place, "Giraffa camelopardalis", "2019-11-25")), ("determined", vec![]));
    assert_eq!(said(&answer(&place, "Giraffa camelopardalis", "2019-11-26")), ("determined", vec!["II"]));
    assert_eq!(said(&answer(&place, "Manis javanica", "2026-02-01")).0, "not_determined");
    // The built-in file decides for its own time.
    assert!(!reason(&answer(&place, "Manis javanica", "2010-01-01"), "Decided by"));
}

#[test]
fn a_narrowed_history_cannot_say_that_nothing_else_is_listed() {
    let place = place(&format!("{HEADER}\n{GIRAFFE}"));
    let giraffe = answer(&place, "Giraffa camelopardalis", "2020-01-01");
    assert_eq!(said(&giraffe).0, "not_determined");
    assert!(reason(&giraffe, "it is not whole for the taxon"), "{giraffe}");
}

#[test]
fn a_history_that_contradicts_the_built_in_file_decides_nothing() {
    let wrong = history().replace("Manis javanica,SPECIES,I,", "Manis javanica,SPECIES,II,");
    assert_ne!(wrong, history());
    let pangolin = answer(&place(&wrong), "Manis javanica", "2020-01-01");
    assert_eq!(said(&pangolin).0, "not_determined");
    assert!(reason(&pangolin, "it says Appendix II where the built-in file says Appendix I"), "{pangolin}");
}

#[test]
fn the_report_names_the_download_and_a_repetition_needs_it() {
    let place = place(&history());
    let asked =
        [&["identify", "petrel.fasta", "--offence-date", "2020-01-01", "--out", "case"], &DOWNLOADED[..]];
    place.succeeds(&asked.concat());
    let report: Value = serde_json::from_str(&place.read("case/report.json")).unwrap();
    let download = &report["result"]["listing_downloads"][0];
    let sha256 = saola::Sha256Digest::of(history().as_bytes()).to_string();
    assert_eq!(download["files"], serde_json::json!([{ "name": "history.csv", "sha256": sha256 }]));
    assert!(place.read("case/report.html").contains(&sha256));
    place.succeeds(&["rerun", "case/report.json", "--listings", "history.csv"]);
    let without = place.run(&["rerun", "case/report.json"]);
    assert_eq!(without.code, 3);
    assert!(without.stdout.contains("downloaded listings"), "{}", without.stdout);
}

#[test]
fn wrong_downloads_are_refused_with_their_place() {
    let refused = |text: &str, words: &[&str]| {
        place(text).fails(1, &[&["cites", "Manis javanica"], &DOWNLOADED[..]].concat(), words);
    };
    refused("name,listing\nManis,II\n", &["history.csv:1: no download of CITES listings that is known"]);
    refused("", &["history.csv:1: no download"]);
    refused(
        &format!("{HEADER}\n{}", GIRAFFE.replace("26/11/2019", "31/02/2019")),
        &["history.csv:2: EffectiveAt"],
    );
    refused(
        &format!("{HEADER}\n{}", GIRAFFE.replace("SPECIES", "CLADE")),
        &["history.csv:2: RankName \"CLADE\""],
    );
    refused(&format!("{HEADER}\n{GIRAFFE}1,Animalia\n"), &["history.csv:3: not a CSV table"]);
    refused("{\"taxon_concepts\": 3}", &["history.csv:", "no answer of the Species+ API"]);
    let place = place(HEADER);
    let alone = ["cites", "Manis javanica", "--listings", "history.csv"];
    place.fails(2, &alone, &["--listings without --listings-date"]);
    place.fails(2, &[&alone[..], &["--listings-date", "2999-01-01"]].concat(), &["is in the future"]);
    place.fails(2, &["cites", "Manis javanica", "--listings-date", "2020-01-01"], &["without --listings"]);
    place.fails(1, &["cites", "Manis", "--listings", "no.csv", "--listings-date", "2020-01-01"], &["no.csv"]);
}
