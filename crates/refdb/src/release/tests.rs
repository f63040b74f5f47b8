use std::sync::LazyLock;

use proptest::prelude::*;
use saola_digest::{canonical_json, merkle_root};

use super::*;
use crate::{NewRecord, ReleaseBuilder, Taxon, TaxonNumber, Verification, layout::ALIGNMENT};

fn taxon(id: &str, name: &str, rank: &str, parent: &str) -> Taxon {
    let [id, name, rank, parent] = [id, name, rank, parent].map(str::to_owned);
    Taxon { id, name, rank, parent, source: String::new() }
}

fn record(id: &str, sequence: &str, taxon: u32) -> NewRecord {
    NewRecord {
        fields: [("record_id", id), ("country/ocean", "Netherlands"), ("site", "")]
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .into(),
        sequence: sequence.into(),
        marker: "cytb".to_owned(),
        taxon: TaxonNumber(taxon),
        tier: Tier::Screening,
    }
}

fn builder() -> ReleaseBuilder {
    let markers = b"marker\taliases\tgenome\tcoding\treference_accession\treference_start\treference_end\t\
        reference_strand\tminimum_length\tprimers\n12S\t\tmitochondrion\tno\t\t\t\t\t100\t\n\
        cytb\t\tmitochondrion\tyes\t\t\t\t\t100\t\n";
    let taxa = vec![taxon("1", "root", "no rank", ""), taxon("2", "Falco", "genus", "1")];
    ReleaseBuilder {
        name: "test".into(),
        markers: MarkerTable::parse("m", markers).unwrap(),
        taxonomy: Taxonomy::new(taxa, vec![], vec![], vec![]).unwrap(),
        records: vec![record("b", "ACGTN", 1), record("a", "ACGT", 1), record("c", "ACGTN", 0)],
        ..ReleaseBuilder::default()
    }
}

static FILE: LazyLock<Vec<u8>> = LazyLock::new(|| builder().write().unwrap());

fn open(bytes: &[u8]) -> Result<Release, OpenError> {
    Release::from_bytes(bytes.to_vec(), "f")
}

#[test]
fn what_goes_in_comes_out() {
    let release = open(&FILE).unwrap();
    assert_eq!(release.record_count(), 3);
    let ids: Vec<&str> = release.records().map(|record| record.id()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    let record = release.record_by_id("b").unwrap();
    assert_eq!(record.sequence().unwrap(), b"ACGTN");
    assert_eq!(record.field("country/ocean"), "Netherlands");
    assert_eq!((record.field("site"), record.field("no such column")), ("", ""));
    assert_eq!(record.marker().name, "cytb");
    assert_eq!(release.taxonomy().name(record.taxon()), "Falco");
    assert_eq!(
        release.record_by_id("b").unwrap().sequence_number(),
        release.record(2).unwrap().sequence_number()
    );
    assert!(release.record_by_id("aa").is_none());
    assert_eq!(release.verify(), Verification::Good);
}

#[test]
fn order_of_records_does_not_matter() {
    let mut other = builder();
    other.records.reverse();
    assert_eq!(other.write().unwrap(), *FILE);
}

/// The root, worked out from the documented rule with nothing but canonical JSON and hashes.
#[test]
fn the_root_follows_the_documented_rule() {
    let leaf = |id: &str, sequence: &str, taxon: &str| {
        format!(
            r#"{{"fields":{{"country/ocean":"Netherlands","record_id":"{id}"}},"marker":"cytb","sequence":"{sequence}","taxon":"{taxon}","tier":"screening"}}"#
        )
    };
    let leaves = [leaf("a", "ACGT", "2"), leaf("b", "ACGTN", "2"), leaf("c", "ACGTN", "1")];
    let release = open(&FILE).unwrap();
    let roots = &release.manifest().roots;
    assert_eq!(roots.records, merkle_root(leaves.iter().map(String::as_bytes)));
    assert_eq!(release.root(), Sha256Digest::of(canonical_json(roots).unwrap().as_bytes()));
}

#[test]
fn duplicates_and_unknown_things_are_refused() {
    let mut twice = builder();
    twice.records.push(record("a", "A", 0));
    assert!(twice.write().unwrap_err().to_string().contains("\"a\" is there twice"));
    let mut unknown = builder();
    unknown.records.push(record("d", "A", 9));
    assert!(unknown.write().unwrap_err().to_string().contains("\"d\""));
}

#[test]
fn foreign_newer_and_cut_files_have_their_own_errors() {
    assert!(matches!(open(b"SQLite format 3\0"), Err(OpenError::Foreign { .. })));
    assert!(matches!(open(b""), Err(OpenError::Foreign { .. })));
    assert!(matches!(open(&FILE[..20]), Err(OpenError::Truncated { .. })));
    assert!(matches!(open(&FILE[..FILE.len() - 1]), Err(OpenError::Truncated { .. })));
    let mut newer = FILE.clone();
    newer[8] = 2;
    assert!(matches!(open(&newer), Err(OpenError::Newer { found: 2, .. })));
    assert!(Release::open(&std::env::temp_dir()).is_err());
}

/// Puts the right SHA-256 back into the table and the header after a section was changed.
fn forge_checksums(bytes: &mut [u8]) {
    let count = bytes[12] as usize;
    for entry in (0..count).map(|number| ALIGNMENT + number * 64) {
        let number =
            |at: usize| usize::try_from(u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())).unwrap();
        let (offset, length) = (number(entry + 16), number(entry + 24));
        let digest = *Sha256Digest::of(&bytes[offset..offset + length]).as_bytes();
        bytes[entry + 32..entry + 64].copy_from_slice(&digest);
    }
    let table_end = ALIGNMENT + count * 64;
    let digest = Sha256Digest::of_parts([&bytes[..32], &bytes[ALIGNMENT..table_end]]);
    bytes[32..64].copy_from_slice(digest.as_bytes());
}

proptest! {
    #[test]
    fn every_flipped_bit_is_found(position in 0..FILE.len(), bit in 0..8_u8) {
        let mut bytes = FILE.clone();
        bytes[position] ^= 1 << bit;
        prop_assert!(open(&bytes).is_err());
    }

    /// A forger who also mends every checksum is found by `verify`, or the release has another root.
    #[test]
    fn forged_content_does_not_keep_the_root(position in 64 + 64 * 10..FILE.len(), bit in 0..8_u8) {
        let mut bytes = FILE.clone();
        bytes[position] ^= 1 << bit;
        forge_checksums(&mut bytes);
        if let Ok(release) = open(&bytes) {
            let same_root = release.root() == open(&FILE).unwrap().root();
            let manifest_changed = release.manifest() != open(&FILE).unwrap().manifest();
            prop_assert!(!same_root || manifest_changed || matches!(release.verify(), Verification::Bad(_)));
        }
    }

    #[test]
    fn no_bytes_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = open(&bytes);
        bytes.splice(..bytes.len().min(8), *b"SAOLAREF");
        let _ = open(&bytes);
    }
}
