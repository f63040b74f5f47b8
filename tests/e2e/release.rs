//! The release that is built in, and reference-db/ that it is built from.

use std::path::{Path, PathBuf};

use saola::{ListingFile, Listings, Release, Tier, Verification, index_sections, read_folder};

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn starter() -> Release {
    Release::open(&root().join("reference-db/saola-starter.saola")).unwrap()
}

pub(crate) fn listings() -> Listings {
    let text = |name: &str| fs_err::read_to_string(root().join("reference-db/cites").join(name)).unwrap();
    ListingFile::parse(&text("listings.tsv"), &text("groups.tsv")).unwrap().into()
}

/// Records of a release as FASTA text, named by their ids.
pub(crate) fn fasta<'a>(release: &Release, ids: impl IntoIterator<Item = &'a str>) -> String {
    let mut lines = Vec::new();
    for id in ids {
        let sequence = release.record_by_id(id).unwrap().sequence().unwrap();
        lines.extend([format!(">{id}"), String::from_utf8(sequence).unwrap()]);
    }
    lines.join("\n") + "\n"
}

fn build(include: &[&str]) -> Vec<u8> {
    let include: Vec<PathBuf> = include.iter().map(|path| root().join(path)).collect();
    let content =
        read_folder(&root().join("reference-db"), &include, &saola::unwatched).unwrap().write().unwrap();
    let content = Release::from_bytes(content, "content").unwrap();
    let mut file = Vec::new();
    content.write_with_index(index_sections(&content).unwrap(), &mut file).unwrap();
    file
}

/// Also shows that two builds give the same bytes.
#[test]
fn the_built_in_release_is_what_reference_db_builds() {
    let built = build(&[]);
    let shipped = fs_err::read(root().join("reference-db/saola-starter.saola")).unwrap();
    assert!(
        built == shipped,
        "reference-db/ has changed: run `saola db build reference-db -o FILE` and replace reference-db/saola-starter.saola"
    );
}

#[test]
fn the_built_in_release_verifies_and_has_no_forensic_record() {
    let release = starter();
    assert_eq!(release.verify(|release| index_sections(release).unwrap()), Verification::Good);
    assert!(release.records().all(|record| record.tier() != Tier::Forensic));
    assert_eq!(release.manifest().default_profile, "screening");
}

#[test]
fn further_record_files_are_included_on_request() {
    let extra = Release::from_bytes(build(&["reference-db/extra/carnivora.tsv"]), "extra").unwrap();
    let rows =
        fs_err::read_to_string(root().join("reference-db/extra/carnivora.tsv")).unwrap().lines().count() - 1;
    assert_eq!(extra.record_count(), starter().record_count() + rows);
    assert_ne!(extra.root(), starter().root());
}

/// Synonyms resolve to the accepted names that the issue of names turns on: taken from the pinned NCBI taxonomy.
#[test]
fn old_names_resolve() {
    let release = starter();
    let taxonomy = release.taxonomy();
    let cases = [
        ("Python reticulatus", "Malayopython reticulatus"),
        ("Uncia uncia", "Panthera uncia"),
        ("Mustela vison", "Neogale vison"),
    ];
    for (old, accepted) in cases {
        assert_eq!(taxonomy.accepted_name(old), Some(accepted));
    }
    assert_ne!(taxonomy.resolve("Python molurus"), taxonomy.resolve("Python bivittatus"));
}

/// Published facts about single records, from the files they came from.
#[test]
fn records_carry_their_published_metadata() {
    let release = starter();
    let record = release.record_by_id("NLAVE001-11.COI-5P").unwrap();
    assert_eq!(record.field("museumid"), "ZMA_Aves_38382");
    assert_eq!(record.field("bin_uri"), "BOLD:AAJ1163");
    assert_eq!(record.field("collection_date_start"), "1992-10-17");
    let orchid = release.record_by_id("Z78533.1.ITS").unwrap();
    assert_eq!(release.taxonomy().name(orchid.taxon()), "Cypripedium irapeanum");
    assert_eq!(orchid.sequence().unwrap().len(), 740);
}

pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs_err::copy(&path, &target).unwrap();
        }
    }
}
