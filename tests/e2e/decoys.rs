//! What is not the item's own wildlife: people, domestic animals, plants and insects.

use saola::{Analysis, Circumstances, Profile, ReportResult, SampleFile, samples_of};

use crate::release::{fasta, listings, starter};

fn identify(records: &[&str]) -> ReportResult {
    identify_fasta(&fasta(&starter(), records.iter().copied()))
}

fn identify_fasta(fasta: &str) -> ReportResult {
    let (release, listings) = (starter(), listings());
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
    let levels: Vec<saola::Level> = result.items.iter().map(|item| item.conclusion.level).collect();
    assert_eq!(levels, [saola::Level::NotSupportedByReference, saola::Level::HigherTaxon]);
    // The record is labelled Tettigonia cantans, of that family.
    assert_eq!(result.items[1].conclusion.taxon.as_deref(), Some("Tettigoniidae"));
    let cress = &result.items[0];
    assert_eq!(cress.samples[0].nearest.as_ref().unwrap().taxa, ["Arabidopsis thaliana"]);
}

/// Human cytb with every 25th base replaced by its complement (4 %, simulated damage) is nobody's ape and never a listed primate.
#[test]
fn damaged_human_dna_is_never_a_listed_primate() {
    let text = fasta(&starter(), ["NC_001807.4.cytb"]);
    let (header, sequence) = text.split_once('\n').unwrap();
    let damaged: String = sequence
        .trim()
        .chars()
        .enumerate()
        .map(|(index, base)| match (index % 25, base) {
            (7, 'A') => 'T',
            (7, 'T') => 'A',
            (7, 'C') => 'G',
            (7, 'G') => 'C',
            (_, base) => base,
        })
        .collect();
    let item = &identify_fasta(&format!("{header}_simulated_damage\n{damaged}\n")).items[0];
    assert!(item.samples[0].nearest.as_ref().unwrap().taxa == ["Homo sapiens"]);
    assert!(!item.conclusion.level.names_taxon(), "{:?}", item.conclusion.level);
    assert!(item.samples[0].listings.is_empty());
}

/// Two sources in one sequence: half of it would go unexplained, so there is no conclusion.
#[test]
fn a_sequence_of_two_sources_is_not_concluded_from_one_half() {
    let text = fasta(&starter(), ["NLAVE381-11.COI-5P", "NC_001807.4.cytb"]);
    let sequences: Vec<&str> = text.lines().filter(|line| !line.starts_with('>')).collect();
    let item =
        &identify_fasta(&format!(">simulated_chimera\n{}{}\n", sequences[0], &sequences[1][..600])).items[0];
    assert!(!item.conclusion.level.names_taxon(), "{:?} {:?}", item.conclusion.level, item.conclusion.taxon);
}

/// A piece of 150 bases and the reverse complement have the same nearest species as the whole.
#[test]
fn a_piece_and_the_other_strand_have_the_same_nearest_species() {
    let text = fasta(&starter(), ["NLAVE037-11.COI-5P"]);
    let sequence = text.lines().nth(1).unwrap();
    let reverse = String::from_utf8(saola::reverse_complement(sequence.as_bytes())).unwrap();
    let result = identify_fasta(&format!(">piece\n{}\n>reverse\n{reverse}\n", &sequence[200..350]));
    for item in &result.items {
        assert_eq!(item.samples[0].nearest.as_ref().unwrap().taxa, ["Falco subbuteo"], "{}", item.id);
    }
}
