//! What is not the item's own wildlife: people, domestic animals, plants and insects.

use saola::{Analysis, Circumstances, Profile, ReportResult, SampleFile, samples_of};

use crate::release::{fasta, listings, starter};

fn identify(records: &[&str]) -> ReportResult {
    let (release, listings) = (starter(), listings());
    let fasta = fasta(&release, records.iter().copied());
    let samples = samples_of(&[SampleFile::from_bytes("decoys.fasta", fasta.as_bytes()).unwrap()]).unwrap();
    let circumstances =
        Circumstances { date: Some("2012-05-05".parse().unwrap()), ..Circumstances::default() };
    Analysis::new(&release, &listings, Profile::built_in("screening").unwrap())
        .unwrap()
        .with_circumstances(circumstances)
        .run(&samples)
        .unwrap()
}

#[test]
fn human_sequences_are_contamination_on_every_marker() {
    let result = identify(&["NC_001807.4.COI-5P", "NC_001807.4.cytb", "NC_001807.4.12S", "NC_001807.4.16S"]);
    for item in &result.items {
        assert_eq!(item.conclusion.level, saola::Level::ContaminationSuspected, "{}", item.id);
        assert!(item.samples[0].listings.is_empty(), "{}", item.id);
    }
}

/// One cow on the panel is too few for a rung of the ladder, and still it is named as what it is.
#[test]
fn a_cow_is_named_as_a_cow() {
    let result = identify(&["J01394.COI-5P", "J01394.cytb"]);
    for item in &result.items {
        assert_eq!(item.samples[0].nearest.as_ref().unwrap().taxa, ["Bos taurus"]);
        assert!(item.conclusion.statement.contains("Bos taurus"), "{}", item.conclusion.statement);
        assert!(item.samples[0].listings.is_empty());
    }
}

#[test]
fn thale_cress_and_an_insect_end_at_no_listed_species() {
    let result = identify(&["NC_000932.1.rbcL", "EUORT001-12.COI-5P"]);
    for item in &result.items {
        assert!(item.samples[0].listings.is_empty(), "{}", item.id);
    }
    let cress = &result.items[0];
    assert_eq!(cress.samples[0].nearest.as_ref().unwrap().taxa, ["Arabidopsis thaliana"]);
}
