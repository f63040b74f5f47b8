//! The `forensic` profile, on a fixture: real records with invented voucher notes and invented curator decisions.
//! Nothing of the fixture is a statement about these specimens.

use std::path::Path;

use saola::{Analysis, Level, Profile, Release, SampleFile, Tier, read_folder, samples_of};

use crate::release::{copy_folder, listings, root};

const RECORDS: &str = "records/nl-vertebrates-coi.tsv";
const INVENTED_METHOD: &str = "Morphology (INVENTED FOR A TEST)";
/// One little auk is held back as the sample; the others are signed by an invented curator.
const SAMPLE: &str = "NLAVE887-25.COI-5P";

/// reference-db/ with an identification method for all little auks, and the fixture's decisions.
fn fixture() -> Release {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&root().join("reference-db"), folder.path());
    rewrite_method(&folder.path().join(RECORDS));
    let decisions = root().join("tests/data/forensic-fixture/decisions.tsv");
    fs_err::copy(decisions, folder.path().join("decisions.tsv")).unwrap();
    let mut builder = read_folder(folder.path(), &[], &saola::unwatched).unwrap();
    builder.records.retain(|record| record.fields["record_id"] != SAMPLE);
    Release::from_bytes(builder.write().unwrap(), "fixture").unwrap()
}

fn rewrite_method(path: &Path) {
    let text = fs_err::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let column = |name: &str| header.iter().position(|column| *column == name).unwrap();
    let (name, method) = (column("identification"), column("identification_method"));
    let mut rewritten = vec![header.join("\t")];
    for line in lines {
        let mut cells: Vec<&str> = line.split('\t').collect();
        if cells[name] == "Alle alle" {
            cells[method] = INVENTED_METHOD;
        }
        rewritten.push(cells.join("\t"));
    }
    fs_err::write(path, rewritten.join("\n") + "\n").unwrap();
}

fn identify(release: &Release, profile: &str) -> saola::ReportResult {
    let starter = crate::release::starter();
    let fasta = crate::release::fasta(&starter, [SAMPLE]);
    let samples = samples_of(&[SampleFile::from_bytes("s.fasta", fasta.as_bytes()).unwrap()]).unwrap();
    Analysis::new(release, &listings(), Profile::built_in(profile).unwrap()).unwrap().run(&samples).unwrap()
}

/// Of the four accepted records two name their identifier (Kees Roselaar) and become forensic, with the curator's words;
/// the other two name none in the source and stay screening, accepted or not.
#[test]
fn decisions_make_records_forensic_and_only_those() {
    let release = fixture();
    let forensic: Vec<_> = release.records().filter(|record| record.tier() == Tier::Forensic).collect();
    let ids: Vec<&str> = forensic.iter().map(saola::Record::id).collect();
    assert_eq!(ids, ["NLAVE418-11.COI-5P", "NLAVE419-11.COI-5P"]);
    let unnamed = release.record_by_id("NLAVE540-25.COI-5P").unwrap();
    let reasons = "INVENTED FOR A TEST: examined (INVENTED Curator, 2026-01-01); no identifier";
    assert_eq!((unnamed.tier(), unnamed.field("tier_reasons")), (Tier::Screening, reasons));
    for record in &forensic {
        assert_eq!(record.field("identification"), "Alle alle");
        assert!(record.field("tier_reasons").contains("INVENTED"), "{}", record.field("tier_reasons"));
    }
}

/// Under `forensic` the two signed specimens count and the profile asks for five from two sources; under `screening`
/// all five count.
#[test]
fn the_forensic_profile_counts_only_signed_records() {
    let release = fixture();
    let result = identify(&release, "forensic");
    assert!(!result.profile.casework, "the release's own notice stands");
    let sample = &result.items[0].samples[0];
    let gate = sample.gates.iter().find(|gate| gate.id == "S4").unwrap();
    assert_eq!(gate.value, "specimens: 2; sources: 1");
    assert!(!matches!(sample.conclusion.level, Level::Species | Level::SpeciesUniparental));
    assert_eq!(identify(&release, "screening").items[0].conclusion.level, Level::SpeciesUniparental);
}

/// Without decisions no record supports a species, so the same sample under the same profile goes no further.
#[test]
fn the_starter_supports_no_species_under_the_forensic_profile() {
    let starter = crate::release::starter();
    let result = identify(&starter, "forensic");
    let sample = &result.items[0].samples[0];
    assert_eq!(sample.gates.iter().find(|gate| gate.id == "S4").unwrap().value, "specimens: 0; sources: 0");
    assert!(!matches!(sample.conclusion.level, Level::Species | Level::SpeciesUniparental));
}
