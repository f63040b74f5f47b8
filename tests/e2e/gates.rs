//! What the gates on the sequence must stop: real records, cut and joined; what is made of them is told in their names.

use saola::{Profile, Release, Report};
use serde_json::Value;

use crate::{release::starter, support::Place};

/// A petrel whose genus has no other species, two falcons and an owl.
const PETREL: &str = "Aphrodroma brevirostris";
const PEREGRINE: &str = "Falco peregrinus";
const KESTREL: &str = "Falco tinnunculus";
const OWL: &str = "Asio otus";

/// The first record of a species with a whole barcode.
pub(crate) fn barcode(release: &Release, species: &str) -> String {
    let is_whole = |record: &saola::Record<'_>| {
        record.marker().name == "COI-5P"
            && release.taxonomy().name(record.taxon()) == species
            && record.sequence().is_some_and(|bases| bases.len() >= 650)
    };
    let record = release.records().find(is_whole).unwrap();
    String::from_utf8(record.sequence().unwrap()).unwrap()
}

fn joined(first: &str, second: &str) -> String {
    let middle = first.len() / 2;
    first[..middle].to_owned() + &second[second.len() - (first.len() - middle)..]
}

/// The samples of one FASTA file of simulated sequences, under a profile.
fn samples(sequences: &[(&str, &str)], profile: &str) -> Vec<Value> {
    let place = Place::new();
    let records = sequences.iter().map(|(name, bases)| format!(">{name}\n{bases}\n"));
    place.write("simulated.fasta", records.collect::<Vec<_>>().concat());
    let report = place.identify(&["simulated.fasta", "--marker", "COI-5P", "--profile", profile]);
    let items = report["result"]["items"].as_array().unwrap();
    items.iter().map(|item| item["samples"][0].clone()).collect()
}

fn status<'v>(sample: &'v Value, gate: &str) -> &'v str {
    let gates = sample["gates"].as_array().unwrap();
    gates
        .iter()
        .find(|found| found["id"] == gate)
        .map_or("not asked", |found| found["status"].as_str().unwrap())
}

fn names_species(sample: &Value) -> bool {
    sample["conclusion"]["level"].as_str().unwrap().starts_with("SPECIES")
}

/// One base agrees with every record, those of people among them.
#[test]
fn too_few_bases_are_no_contamination() {
    let found = samples(&[("one_base", "A"), ("two_bases", "AC")], "screening");
    assert!(found.iter().all(|sample| sample["conclusion"]["level"] == "INCONCLUSIVE_DATA"));
}

#[test]
fn halves_of_two_species_are_no_species() {
    let release = starter();
    let [petrel, peregrine, kestrel, owl] =
        [PETREL, PEREGRINE, KESTREL, OWL].map(|species| barcode(&release, species));
    let found = samples(
        &[
            ("whole", &petrel),
            ("simulated_chimera_of_genera", &joined(&petrel, &owl)),
            ("simulated_chimera_of_congeners", &joined(&peregrine, &kestrel)),
        ],
        "screening",
    );
    assert_eq!(found[0]["conclusion"]["taxon"], PETREL);
    assert_eq!((status(&found[0], "G6"), status(&found[0], "S7")), ("pass", "pass"));
    assert_eq!(status(&found[1], "G6"), "fail");
    assert_eq!(found[1]["conclusion"]["level"], "INCONCLUSIVE_DATA");
    assert_eq!(status(&found[2], "G6"), "fail");
    assert!(!names_species(&found[2]), "{}", found[2]["conclusion"]);
}

/// A base left out in the middle shifts the frame against every near record; a codon that is left out does not.
#[test]
fn a_shifted_frame_or_a_stop_is_no_species() {
    let petrel = barcode(&starter(), PETREL);
    let middle = petrel.len() / 2;
    let without = |bases: usize| petrel[..middle].to_owned() + &petrel[middle + bases..];
    let stop = petrel[..middle].to_owned() + "TAATTAATTAA" + &petrel[middle + 11..];
    let found = samples(
        &[
            ("simulated_deletion", &without(1)),
            ("simulated_codon_deletion", &without(3)),
            ("simulated_stop", &stop),
        ],
        "screening",
    );
    assert_eq!(status(&found[0], "G3"), "fail");
    assert!(!names_species(&found[0]));
    assert_eq!(status(&found[1], "G3"), "pass");
    assert_eq!(status(&found[2], "G3"), "fail");
    assert!(!names_species(&found[2]));
}

/// A short fragment needs the profile that was tried on short fragments, and that one names no groups.
#[test]
fn short_fragments_have_a_profile_of_their_own() {
    let petrel = barcode(&starter(), PETREL);
    let middle = &petrel[200..400];
    let short = [("middle_200_bases", middle)];
    let screening = &samples(&short, "screening")[0];
    assert_eq!(status(screening, "G2L"), "fail");
    assert!(!names_species(screening));
    let own = &samples(&short, "mini-barcode")[0];
    assert_eq!(status(own, "G2L"), "pass");
    assert_eq!(own["conclusion"]["taxon"], PETREL);
    assert!(own["reliability"].is_null(), "trials under another profile do not apply");
    assert!(!Profile::built_in("mini-barcode").unwrap().species_groups);
}

/// The line of the report is the row of the data beside the release, and the page shows it.
#[test]
fn the_report_tells_what_trials_found() {
    let place = Place::new();
    place.write("one.fasta", format!(">one\n{}\n", barcode(&starter(), PEREGRINE)));
    let report = place.identify(&["one.fasta", "--out", "out"]);
    let line = &report["result"]["items"][0]["samples"][0]["reliability"];
    let data: Value = serde_json::from_slice(
        &fs_err::read(crate::support::project("reference-db/saola-starter.reliability.json")).unwrap(),
    )
    .unwrap();
    let rows = data["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["genus"] == "Falco" && row["marker"] == "COI-5P").unwrap();
    for count in ["present", "present_right", "present_wrong", "absent", "absent_wrong"] {
        assert_eq!(line["of_genus"][count], row[count], "{count}");
        let all: u64 =
            rows.iter().filter(|row| row["marker"] == "COI-5P").map(|row| row[count].as_u64().unwrap()).sum();
        assert_eq!(line["of_marker"][count], all, "{count}");
    }
    assert!(row["present_right"].as_u64().unwrap() > 5);
    let page = place.read("out/report.html");
    assert!(page.contains(line["statement"].as_str().unwrap()));
    let report: Report = serde_json::from_str(&place.read("out/report.json")).unwrap();
    assert_eq!(report.result.reliability_digest.len(), 64);
}

#[test]
fn reliability_data_of_another_release_are_refused() {
    let place = Place::with_petrel();
    let starter = crate::support::project("reference-db/saola-starter.saola");
    fs_err::copy(&starter, place.path("r.saola")).unwrap();
    let report = place.identify(&["petrel.fasta", "--db", "r.saola"]);
    assert_eq!(report["result"]["reliability_digest"], "none");
    let data = fs_err::read_to_string(starter.with_extension("reliability.json")).unwrap();
    place.write("r.reliability.json", data.replacen("\"release_root\": \"", "\"release_root\": \"0", 1));
    place.fails(
        4,
        &["identify", "petrel.fasta", "--db", "r.saola"],
        &["r.reliability.json", "another release"],
    );
    place.write("r.reliability.json", "{}");
    place.fails(
        4,
        &["identify", "petrel.fasta", "--db", "r.saola"],
        &["r.reliability.json", "no reliability data"],
    );
}
