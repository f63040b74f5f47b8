//! `saola db audit` and `saola db coverage`, on the birds and beasts of the starter release.

use std::collections::BTreeMap;

use saola::{Release, Tier};
use serde_json::Value;

use crate::{
    release::copy_folder,
    support::{Place, project},
};

/// A place with reference-db/ as `library`, of which only the Dutch vertebrates are left.
fn vertebrates() -> Place {
    let place = Place::new();
    copy_folder(&project("reference-db"), &place.path("library"));
    for entry in fs_err::read_dir(place.path("library/records")).unwrap() {
        let path = entry.unwrap().path();
        if !path.ends_with("nl-vertebrates-coi.tsv") {
            fs_err::remove_file(path).unwrap();
        }
    }
    place
}

/// Rows of a table, by column.
fn rows(text: &str) -> Vec<BTreeMap<&str, &str>> {
    let mut lines = text.lines().map(|line| line.split('\t'));
    let header: Vec<&str> = lines.next().unwrap().collect();
    lines.map(|cells| header.iter().copied().zip(cells).collect()).collect()
}

const FILES: [&str; 5] = ["audit.html", "audit.json", "coverage.tsv", "findings.tsv", "grades.tsv"];

#[test]
fn an_audit_is_the_same_on_any_number_of_threads_and_overwrites_nothing() {
    let place = vertebrates();
    let audit = |threads: &str| {
        let out = format!("out{threads}");
        let printed = place.succeeds(&["db", "audit", "library", "--out", &out, "--threads", threads]);
        (printed, FILES.map(|file| place.read(&format!("{out}/{file}"))))
    };
    let one = audit("1");
    assert_eq!(one, audit("2"));
    assert_eq!(one, audit("8"));
    place.fails(1, &["db", "audit", "library", "--out", "out1"], &["out1", "nothing is overwritten"]);
    // The file that the folder builds has the same findings, quarantined records included.
    place.succeeds(&["db", "build", "library", "-o", "library.saola"]);
    place.succeeds(&["db", "audit", "library.saola", "--out", "of-file"]);
    assert_eq!(place.read("of-file/findings.tsv"), one.1[3]);
    assert_eq!(place.read("of-file/grades.tsv"), one.1[4]);
}

/// Cases that can be judged without the program: what the sequence is, by the published records beside it.
#[test]
fn known_mistakes_are_found_with_their_evidence() {
    let place = vertebrates();
    let printed = place.succeeds(&["db", "audit", "library", "--out", "out"]);
    assert!(printed.starts_with("1244 records of 1243 specimens\n"), "{printed}");
    let findings = place.read("out/findings.tsv");
    let findings = rows(&findings);
    let has = |record: &str, finding: &str, other: &str| {
        let mut of = findings.iter().filter(|row| row["record"] == record && row["finding"] == finding);
        of.any(|row| row["proposed_tier"] == "quarantine" && row["evidence"].contains(other))
    };
    for (record, finding, other) in [
        ("NLAVE082-11.COI-5P", "family conflict", "Tyto alba 0/694"),
        ("NLAVE726-25.COI-5P", "family conflict", "Fulmarus glacialis 0/691"),
        ("NLVIS198-25.COI-5P", "family conflict", "Gobio gobio 0/652"),
        ("NLMAM244-25.COI-5P", "genus conflict", "Crocidura russula 0/658"),
        ("NLAVE1037-25.COI-5P", "species conflict", "Turdus merula 0/694"),
        ("NLAVE846-25.COI-5P", "outlier in its species", "Panurus biarmicus"),
        ("NLAVE977-25.COI-5P", "stop codons", ""),
    ] {
        assert!(has(record, finding, other), "{record} {finding}");
    }
    // Gulls share their barcodes: none of them is in conflict.
    let gull = |row: &&BTreeMap<&str, &str>| row["taxon"].starts_with("Larus ");
    assert!(findings.iter().filter(gull).all(|row| !row["finding"].ends_with("conflict")));
    assert!(findings.iter().filter(gull).any(|row| row["finding"] == "shared barcode"));
    let json: Value = serde_json::from_str(&place.read("out/audit.json")).unwrap();
    assert_eq!(json["findings"].as_array().unwrap().len(), findings.len());
    let page = place.read("out/audit.html");
    assert!(page.contains("NLAVE082-11.COI-5P") && !page.contains("<script") && !page.contains("http"));
}

#[test]
fn a_curators_decision_stands_against_the_audit_and_both_are_kept() {
    let place = vertebrates();
    let decisions = "record\tdecision\ttier\treason\twho\tdate\n\
        NLAVE082-11.COI-5P\taccept\t\tINVENTED: examined\tINVENTED Curator\t2026-01-01\n\
        NLAVE726-25.COI-5P\tretier\tscreening\tINVENTED: examined\tINVENTED Curator\t2026-01-01\n";
    place.write("library/decisions.tsv", decisions);
    place.succeeds(&["db", "build", "library", "-o", "library.saola"]);
    let release = Release::open(&place.path("library.saola")).unwrap();
    let of = |id: &str| {
        let record = release.record_by_id(id).unwrap();
        (record.tier(), record.field("tier_reasons").to_owned())
    };
    for decided in ["NLAVE082-11.COI-5P", "NLAVE726-25.COI-5P"] {
        let (tier, reasons) = of(decided);
        // Accepted, but never better than its columns give.
        assert_eq!(tier, Tier::Screening, "{decided}");
        assert!(reasons.contains("decided against the audit: family conflict"), "{reasons}");
    }
    let (tier, reasons) = of("NLAVE770-25.COI-5P");
    assert_eq!(tier, Tier::Quarantine);
    assert!(reasons.contains("family conflict: 9 specimens of Strigidae"), "{reasons}");
}

#[test]
fn coverage_names_what_is_missing_and_has_no_share_without_a_list() {
    let place = Place::new();
    let text = place.succeeds(&["db", "coverage", "Falconidae"]);
    assert!(text.contains("Falco: 6 of 39 recognised species represented (list: ncbi-taxonomy)"), "{text}");
    assert!(
        text.contains("missing: ") && text.contains("Falco cherrug") && !text.contains("Falco subbuteo,")
    );
    let json: Value = serde_json::from_str(&place.succeeds(&["db", "coverage", "Falco", "--json"])).unwrap();
    let falcons = &json[0];
    let missing = falcons["missing"].as_array().unwrap().len();
    assert_eq!((falcons["recognised"].as_u64(), falcons["represented"].as_u64()), (Some(39), Some(6)));
    assert_eq!(missing, 39 - 6);
    place.fails(2, &["db", "coverage", "Falcko"], &["Falcko", "spelling"]);
}

#[test]
fn what_is_no_library_is_refused() {
    let place = Place::new();
    place.write("text.saola", "not a release");
    place.fails(4, &["db", "audit", "text.saola"], &["text.saola", "SAOLAREF"]);
    place.fails(1, &["db", "audit", "."], &["release.toml"]);
}
