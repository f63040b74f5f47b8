//! What must not be named, or excluded, because records of a relative are short, without a species name, or absent.
//!
//! The libraries are simulated: a real barcode of a falcon under several names, with substitutions at third codon positions.

use std::fmt::Write as _;

use serde_json::Value;

use crate::{gates::barcode, release::starter, support::Place};

const FALCON: &str = "Falco peregrinus";
const CONGENER: &str = "Falco tinnunculus";

/// The barcode with the bases at some positions (0-based) replaced by the transition.
fn substituted(bases: &str, positions: &[usize]) -> String {
    let mut bases = bases.as_bytes().to_vec();
    for position in positions {
        bases[*position] = match bases[*position] {
            b'A' => b'G',
            b'G' => b'A',
            b'C' => b'T',
            _ => b'C',
        };
    }
    String::from_utf8(bases).unwrap()
}

/// A release of these records: label, bases, how many specimens.
fn library(place: &Place, records: &[(&str, &str, usize)]) {
    let mut fasta = String::new();
    for (number, (label, bases, specimens)) in records.iter().enumerate() {
        for specimen in 0..*specimens {
            let label = label.replace(' ', "_");
            // Writing to a string cannot fail.
            let _ = writeln!(fasta, ">SIM{number}{specimen}|{label}|COI-5P|.\n{bases}");
        }
    }
    place.write("library.fasta", fasta);
    let import = ["db", "import", "--from", "fasta", "library.fasta", "--into", "library"];
    let import = place.run(&[&import[..], &["--taxonomy", "built-in", "--date", "2026-01-02"]].concat());
    assert_eq!(import.code, 0, "{}", import.stderr);
    let build = place.run(&["db", "build", "--without-audit", "-o", "library.saola", "library"]);
    assert_eq!(build.code, 0, "{}", build.stderr);
}

fn sample(place: &Place, bases: &str, question: &str) -> Value {
    place.write("simulated.fasta", format!(">simulated\n{bases}\n"));
    let arguments =
        ["simulated.fasta", "--db", "library.saola", "--marker", "COI-5P", "--question", question];
    place.identify(&arguments)["result"]["items"][0]["samples"][0].clone()
}

fn gate<'v>(sample: &'v Value, id: &str) -> &'v Value {
    let gates = sample["gates"].as_array().unwrap();
    gates.iter().find(|gate| gate["id"] == id).unwrap()
}

/// Three differences on 560 bases are three differences: the 88 further bases that the congener's records lack say nothing.
#[test]
fn ends_that_a_record_lacks_are_no_distance() {
    let place = Place::new();
    let falcon = barcode(&starter(), FALCON);
    let near = substituted(&falcon, &[101, 200, 302]);
    library(&place, &[(FALCON, &falcon, 5), (CONGENER, &near[..560], 5)]);
    let found = sample(&place, &falcon, CONGENER);
    assert_eq!(gate(&found, "S3")["status"], "fail", "{}", gate(&found, "S3"));
    assert!(gate(&found, "S3")["value"].as_str().unwrap().ends_with("3:0"));
    assert_eq!(found["questions"][0]["answer"], "not_resolved");
    let one_off = sample(&place, &substituted(&falcon, &[401]), CONGENER);
    assert_eq!(gate(&one_off, "S2")["status"], "fail", "isolation of 3: nothing but identity is near enough");
}

/// A record without a species name that is nearer than all named ones may be of a species that nobody has described.
#[test]
fn a_nearer_record_without_a_name_stops_the_species() {
    let place = Place::new();
    let falcon = barcode(&starter(), FALCON);
    let unnamed = substituted(&falcon, &[101, 200]);
    library(&place, &[(FALCON, &falcon, 5), ("Falco sp.", &unnamed, 1)]);
    let found = sample(&place, &unnamed, FALCON);
    assert_eq!(gate(&found, "S2")["status"], "fail");
    assert!(gate(&found, "S2")["note"].as_str().unwrap().contains("is nearer"));
    assert_eq!(found["questions"][0]["answer"], "not_resolved");
}

/// What no record shows is not excluded.
#[test]
fn a_taxon_without_records_is_not_excluded() {
    let place = Place::new();
    let falcon = barcode(&starter(), FALCON);
    library(&place, &[(FALCON, &falcon, 5), (CONGENER, &substituted(&falcon, &[101]), 5)]);
    let found = sample(&place, &falcon, "Asio otus");
    assert_eq!(found["conclusion"]["level"], "GENUS");
    assert_eq!(found["questions"][0]["answer"], "not_resolved");
}

/// One short record does not turn the rest of the sequence into something that need not be explained.
#[test]
fn a_short_record_does_not_hide_a_foreign_end() {
    let place = Place::new();
    let (falcon, owl) = (barcode(&starter(), FALCON), barcode(&starter(), "Asio otus"));
    library(&place, &[(FALCON, &falcon, 5), (FALCON, &falcon[..540], 1), ("Asio otus", &owl, 3)]);
    let foreign_end = falcon[..540].to_owned() + &owl[540..];
    let found = sample(&place, &foreign_end, FALCON);
    assert_eq!(gate(&found, "S2")["status"], "fail", "{}", gate(&found, "S2"));
    let whole = format!("bases 1 to {0} of {0} compared", foreign_end.len());
    assert_eq!(gate(&found, "G2C")["value"], whole.as_str());
}

/// Two bases at one position of a mitochondrial marker are two sources, or a nuclear copy.
#[test]
fn double_peaks_are_no_species_and_exclude_nothing() {
    let place = Place::new();
    let (falcon, owl) = (barcode(&starter(), FALCON), barcode(&starter(), "Asio otus"));
    library(&place, &[(FALCON, &falcon, 5), ("Asio otus", &owl, 5)]);
    let purines = falcon.match_indices(['A', 'G']).step_by(20).take(8);
    let mut mixed = falcon.clone();
    for (position, _) in purines {
        mixed.replace_range(position..=position, "R");
    }
    let found = sample(&place, &mixed, "Asio otus");
    assert_eq!(gate(&found, "G2A")["status"], "fail");
    assert!(!found["conclusion"]["level"].as_str().unwrap().starts_with("SPECIES"));
    assert_eq!(found["questions"][0]["answer"], "not_resolved");
    let clear = sample(&place, &falcon, "Asio otus");
    assert_eq!(clear["questions"][0]["answer"], "excluded", "{}", clear["questions"]);
}
