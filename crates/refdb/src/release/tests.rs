use std::sync::LazyLock;

use proptest::prelude::*;
use saola_digest::{canonical_json, merkle_root};

use super::*;
use crate::{
    IndexError, IndexSection, NewRecord, ReleaseBuilder, Taxon, TaxonNumber, Verification, layout::ALIGNMENT,
};

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

/// Opens as whoever writes evidence does.
fn open_checked(bytes: &[u8]) -> Result<Release, OpenError> {
    let release = open(bytes)?;
    release.check()?;
    Ok(release)
}

fn no_index(_: &Release) -> Vec<IndexSection> {
    Vec::new()
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
    assert_eq!(release.verify(no_index), Verification::Good);
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

fn index(sections: &[(&str, &str)]) -> Vec<IndexSection> {
    sections.iter().map(|(name, content)| ((*name).to_owned(), content.as_bytes().to_vec())).collect()
}

fn with_index(sections: &[(&str, &str)]) -> Vec<u8> {
    let mut file = Vec::new();
    open(&FILE).unwrap().write_with_index(index(sections), &mut file).unwrap();
    file
}

#[test]
fn index_sections_stand_beside_the_content() {
    let release = open_checked(&with_index(&[("words", "w"), ("clusters", "cc")])).unwrap();
    assert_eq!(release.index_section("words"), Some(&b"w"[..]));
    assert_eq!(release.index_section("clusters"), Some(&b"cc"[..]));
    assert_eq!((release.index_section("bases"), release.index_section("other")), (None, None));
    assert_eq!(release.root(), open(&FILE).unwrap().root());
    // The documented rule: names and digests, in file order, which is that of the names.
    let digests = [Sha256Digest::of(b"cc"), Sha256Digest::of(b"w")];
    let parts = [&b"clusters"[..], digests[0].as_bytes(), b"words", digests[1].as_bytes()];
    assert_eq!(release.index_digest(), Some(Sha256Digest::of_parts(parts)));
    assert_eq!(open(&FILE).unwrap().index_digest(), None);
    // An index is replaced, not added to; without one, the file is the content's.
    let mut bare = Vec::new();
    release.write_with_index(Vec::new(), &mut bare).unwrap();
    assert_eq!(bare, *FILE);
}

#[test]
fn a_doctored_missing_or_added_index_section_does_not_verify() {
    let verify = |in_file: &[(&str, &str)], rebuilt: &[(&str, &str)]| {
        open(&with_index(in_file)).unwrap().verify(|_| index(rebuilt))
    };
    let both = [("a", "1"), ("b", "2")];
    assert_eq!(verify(&both, &both), Verification::Good);
    assert_eq!(verify(&both, &[("b", "2"), ("a", "1")]), Verification::Good);
    let cases = [
        (verify(&both, &[("a", "1"), ("b", "3")]), "\"b\" is not the one"),
        (verify(&both[..1], &both), "\"b\" is missing"),
        (verify(&both, &both[1..]), "\"a\" is none"),
    ];
    for (verification, words) in cases {
        assert!(
            matches!(&verification, Verification::Bad(fault) if fault.contains(words)),
            "{verification:?} {words}"
        );
    }
}

#[test]
fn names_that_the_format_cannot_hold_are_refused() {
    let release = open(&FILE).unwrap();
    let write = |sections: &[(&str, &str)]| release.write_with_index(index(sections), &mut Vec::new());
    for name in ["", "seventeen-letters", "bases", "a b", "a\0", "\u{e9}"] {
        assert!(matches!(write(&[(name, "")]), Err(IndexError::Name(_))), "{name:?}");
    }
    assert!(write(&[("sixteen--letters", "")]).is_ok());
    assert!(matches!(write(&[("a", "1"), ("a", "2")]), Err(IndexError::Duplicate(_))));
    let many: Vec<IndexSection> = (0..300).map(|number| (number.to_string(), Vec::new())).collect();
    assert!(matches!(release.write_with_index(many, &mut Vec::new()), Err(IndexError::TooMany)));
}

#[test]
fn distinct_sequences_are_read_in_place() {
    let release = open(&FILE).unwrap();
    assert_eq!(release.sequence_count(), 2);
    let number = release.record_by_id("b").unwrap().sequence_number();
    let sequence = release.packed_sequence(number).unwrap();
    // A 0, C 1, G 2, T 3 from the lowest bits; beneath N stands A.
    assert_eq!((sequence.len(), sequence.bytes()), (5, &[0b1110_0100, 0][..]));
    assert_eq!(sequence.ambiguities().collect::<Vec<_>>(), [(4, b'N')]);
    assert_eq!(sequence.letters(), b"ACGTN");
    assert!(release.packed_sequence(2).is_none());
}

/// The file of before `taxon-names` existed: the same sections without it.
fn older_file() -> Vec<u8> {
    let release = open(&FILE).unwrap();
    let kept = release.sections().iter().filter(|section| section.name != "taxon-names");
    let kept: Vec<_> = kept.map(|section| (section.name.as_str(), release.content(section))).collect();
    let mut file = Vec::new();
    crate::layout::write_file(&kept, &mut file).unwrap();
    file
}

#[test]
fn taxon_names_are_those_of_the_taxonomy_and_older_files_do_without() {
    for file in [FILE.clone(), older_file()] {
        let release = open_checked(&file).unwrap();
        assert_eq!([0, 1, 2].map(|number| release.taxon_name(TaxonNumber(number))), ["root", "Falco", ""]);
        assert_eq!(release.record_count(), 3);
        assert_eq!(release.verify(no_index), Verification::Good);
    }
    let mut wrong = FILE.clone();
    let at = open(&FILE).unwrap().part(Part::TaxonNames).len() - 1;
    let start = open(&FILE).unwrap().parts[Part::TaxonNames as usize].start;
    wrong[start + at] = b'a';
    forge_checksums(&mut wrong);
    assert_eq!(open(&wrong).unwrap().taxon_name(TaxonNumber(1)), "Falca");
    assert!(open_checked(&wrong).err().unwrap().to_string().contains("names of the taxa"));
}

/// Opening reads little, so that damage shows later: in `check`, and as missing answers, never as a panic.
#[test]
fn a_damaged_file_that_opens_has_no_answers_for_what_is_damaged() {
    let parts = open(&FILE).unwrap().parts;
    let mut damaged = FILE.clone();
    damaged[parts[Part::Taxonomy as usize].start] = b'!';
    damaged[parts[Part::Entries as usize].clone()].fill(0xff);
    let release = open(&damaged).unwrap();
    assert!(matches!(release.check(), Err(OpenError::Damaged { .. })));
    assert!(release.taxonomy().taxa().is_empty());
    assert!(release.record(0).is_none() && release.records().next().is_none());
    assert!(release.record_by_id("a").is_none());
    assert!(matches!(release.verify(no_index), Verification::Bad(_)));
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

/// Asks for everything that a release can be asked for.
fn read_all(release: &Release) {
    for record in release.records() {
        let _ =
            (record.fields().count(), record.sequence(), record.leaf(), release.taxon_name(record.taxon()));
    }
    let _ = (0..=release.sequence_count()).filter_map(|number| release.packed_sequence(number)).count();
    let _ = (release.check(), release.verify(no_index));
}

proptest! {
    /// Whoever mends the header's digests can write anything into a section.
    #[test]
    fn no_section_panics(position in 64 + 64 * 11..FILE.len(), bytes in proptest::collection::vec(any::<u8>(), 1..9)) {
        let mut file = FILE.clone();
        let end = file.len().min(position + bytes.len());
        file[position..end].copy_from_slice(&bytes[..end - position]);
        forge_checksums(&mut file);
        if let Ok(release) = open(&file) {
            read_all(&release);
        }
    }

    #[test]
    fn every_flipped_bit_is_found(position in 0..FILE.len(), bit in 0..8_u8) {
        let mut bytes = FILE.clone();
        bytes[position] ^= 1 << bit;
        prop_assert!(open_checked(&bytes).is_err());
    }

    /// A forger who also mends every checksum is found by `verify`, or the release has another root.
    #[test]
    fn forged_content_does_not_keep_the_root(position in 64 + 64 * 11..FILE.len(), bit in 0..8_u8) {
        let mut bytes = FILE.clone();
        bytes[position] ^= 1 << bit;
        forge_checksums(&mut bytes);
        if let Ok(release) = open_checked(&bytes) {
            let same_root = release.root() == open(&FILE).unwrap().root();
            let manifest_changed = release.manifest() != open(&FILE).unwrap().manifest();
            prop_assert!(!same_root || manifest_changed || matches!(release.verify(no_index), Verification::Bad(_)));
        }
    }

    #[test]
    fn no_bytes_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = open(&bytes);
        bytes.splice(..bytes.len().min(8), *b"SAOLAREF");
        let _ = open(&bytes);
    }
}
