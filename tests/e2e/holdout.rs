//! Real answers: held-back records of known species against the release without them.

use std::{collections::BTreeMap, sync::LazyLock};

use saola::{Analysis, Circumstances, Listings, Profile, Release, ReportResult, SampleFile, samples_of};

use crate::release::{fasta, listings, starter};

/// `record, species, level, taxon, why`.
static HOLDOUT: LazyLock<Vec<[&'static str; 5]>> = LazyLock::new(|| {
    let rows = include_str!("../data/holdout.tsv").lines().skip(1);
    rows.map(|row| row.split('\t').collect::<Vec<_>>().try_into().unwrap()).collect()
});

/// The starter release without the held-back records.
fn release_without_holdout() -> Release {
    let mut builder = starter().to_builder().unwrap();
    let before = builder.records.len();
    builder.records.retain(|record| !HOLDOUT.iter().any(|row| row[0] == record.fields["record_id"]));
    assert_eq!(
        before - builder.records.len(),
        HOLDOUT.len(),
        "every held-back record must be in the release"
    );
    Release::from_bytes(builder.write().unwrap(), "holdout").unwrap()
}

fn identify(release: &Release, listings: &Listings, fasta: &str) -> ReportResult {
    let samples = samples_of(&[SampleFile::from_bytes("holdout.fasta", fasta.as_bytes()).unwrap()]).unwrap();
    let circumstances =
        Circumstances { date: Some("2012-05-05".parse().unwrap()), ..Circumstances::default() };
    let profile = Profile::built_in("screening").unwrap();
    let analysis = Analysis::new(release, listings, profile).unwrap().with_circumstances(circumstances);
    analysis.run(&samples).unwrap()
}

fn level(conclusion: &impl serde::Serialize) -> String {
    serde_json::to_value(conclusion).unwrap().as_str().unwrap().to_owned()
}

#[test]
fn held_back_records_are_placed_at_the_expected_level() {
    let fasta = fasta(&starter(), HOLDOUT.iter().map(|row| row[0]));
    let result = identify(&release_without_holdout(), &listings(), &fasta);
    let found: BTreeMap<&str, (String, &str)> = result
        .items
        .iter()
        .map(|item| {
            let conclusion = &item.conclusion;
            (item.id.as_str(), (level(&conclusion.level), conclusion.taxon.as_deref().unwrap_or_default()))
        })
        .collect();
    let wrong: Vec<String> = HOLDOUT
        .iter()
        .filter(|row| found[row[0]] != (row[2].to_owned(), row[3]))
        .map(|row| format!("{} {}: {:?}, expected {} {}", row[0], row[1], found[row[0]], row[2], row[3]))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Whatever was expected, a species that is named is the one on the label.
    for (row, (level, taxon)) in HOLDOUT.iter().map(|row| (row, &found[row[0]])) {
        assert!(!level.starts_with("SPECIES") || *taxon == row[1], "{}: {taxon}", row[0]);
    }
}
