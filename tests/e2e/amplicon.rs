//! Reads of one amplicon. They are simulated: a real record between real primers, without errors; those with errors are tested where the
//! consensus is made.

use std::fmt::Write as _;

use serde_json::Value;

use crate::support::{PETREL, PYTHON, Place, bases};

/// `count` reads of a record between the Folmer primers, every second one of the other strand.
fn reads(record: (&str, &str), count: usize, name: &str) -> String {
    let amplicon = format!("GGTCAACAAATCATAAAGATATTGG{}TGATTTTTTGGTCACCCTGAAGTTTA", bases(record));
    let turned = String::from_utf8(saola::reverse_complement(amplicon.as_bytes())).unwrap();
    let mut text = String::new();
    for number in 0..count {
        let read = if number % 2 == 0 { &amplicon } else { &turned };
        writeln!(text, "@{name}{number}\n{read}\n+\n{}", "5".repeat(read.len())).unwrap();
    }
    text
}

fn gate(sample: &Value, id: &str) -> String {
    let gates = sample["gates"].as_array().unwrap();
    gates.iter().find(|gate| gate["id"] == id).unwrap()["status"].as_str().unwrap().to_owned()
}

#[test]
fn reads_of_both_strands_make_one_sequence_without_its_primers() {
    let place = Place::new();
    place.write("well_a1.fastq", reads(PETREL, 30, "r"));
    let report = place.identify(&["well_a1.fastq", "--amplicon", "--out", "case"]);
    let sample = &report["result"]["items"][0]["samples"][0];
    assert_eq!(sample["id"], "well_a1");
    assert_eq!(sample["sequence"], bases(PETREL));
    let amplicon = &sample["reads"]["amplicon"];
    assert_eq!(amplicon["primers"], serde_json::json!(["LCO1490", "HCO2198"]));
    assert_eq!(
        (&amplicon["groups"][0]["reads"], &amplicon["groups"][0]["forward"]),
        (&30.into(), &15.into())
    );
    assert_eq!((gate(sample, "G1D"), gate(sample, "G7")), ("pass".to_owned(), "pass".to_owned()));
    assert!(place.read("case/report.html").contains("LCO1490 and HCO2198"));
    place.succeeds(&["rerun", "case/report.json", "well_a1.fastq"]);
}

#[test]
fn few_reads_name_no_species_and_two_sources_are_a_mixture() {
    let place = Place::new();
    place.write("few.fastq", reads(PETREL, 12, "r"));
    place.write("mixed.fastq", reads(PETREL, 20, "p") + &reads(PYTHON, 10, "q"));
    let report = place.identify(&["few.fastq", "mixed.fastq", "--amplicon"]);
    let sample = |index: usize| &report["result"]["items"][index]["samples"][0];
    assert_eq!(gate(sample(0), "G1D"), "fail");
    assert_eq!(sample(1)["conclusion"]["level"], "MIXTURE");
    assert_eq!(sample(1)["reads"]["amplicon"]["groups"].as_array().unwrap().len(), 2);
}

#[test]
fn fastq_is_taken_for_an_amplicon_only_when_it_is_said() {
    let place = Place::new();
    place.write("x.fastq", reads(PETREL, 2, "r"));
    place.fails(1, &["consensus", "x.fastq"], &["x.fastq: not a trace", "--amplicon"]);
    place.write("y.fasta", ">y\nACGT\n");
    place.fails(1, &["consensus", "--amplicon", "y.fasta"], &["y.fasta: not a trace", "FASTQ"]);
    let report = place.identify(&["x.fastq"]);
    assert_eq!(report["result"]["items"].as_array().unwrap().len(), 2);
    let nothing = place.succeeds(&["consensus", "--amplicon", "x.fastq"]);
    assert_eq!(nothing, ">x\n");
}
