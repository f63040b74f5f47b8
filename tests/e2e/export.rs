//! `saola db export`: records back as text.

use std::collections::BTreeMap;

use saola::Release;

use crate::release::{copy_folder, root, starter};
use crate::support::{PETREL, PYTHON, Place, bases};

/// The exported table, split by source into a copy of reference-db/, builds the starter again, byte for byte.
#[test]
fn what_is_exported_builds_the_same_release() {
    let place = Place::new();
    let table = place.succeeds(&["db", "export"]);
    assert_eq!(table, place.succeeds(&["db", "export", "--format", "tsv"]));
    copy_folder(&root().join("reference-db"), &place.path("folder"));
    let header = table.lines().next().unwrap();
    let mut sources: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in table.lines().skip(1) {
        sources.entry(line.split('\t').nth(1).unwrap()).or_insert_with(|| vec![header]).push(line);
    }
    fs_err::remove_dir_all(place.path("folder/records")).unwrap();
    for (source, lines) in sources {
        place.write(&format!("folder/records/{source}.tsv"), lines.join("\n") + "\n");
    }
    place.succeeds(&["db", "build", "folder", "-o", "again.saola"]);
    let again = Release::open(&place.path("again.saola")).unwrap();
    assert_eq!(again.root(), starter().root());
    assert_eq!(again.file_digest(), starter().file_digest());
}

/// The rows of a source are those of its table, but for the columns that a release adds.
#[test]
fn rows_are_those_of_the_record_tables() {
    let place = Place::new();
    let table = place.succeeds(&["db", "export", "--taxon", "Pythonidae"]);
    let source = fs_err::read_to_string(root().join("reference-db/records/pythons-mt.tsv")).unwrap();
    let cut = |line: &str| line.split('\t').take(33).collect::<Vec<_>>().join("\t");
    let rows = |text: &str| -> Vec<String> {
        let mut rows: Vec<String> = text.lines().map(cut).filter(|row| row.starts_with("pythons")).collect();
        rows.sort();
        rows
    };
    let (exported, known) = (rows(&table), rows(&source));
    assert!(!exported.is_empty() && exported.iter().all(|row| known.contains(row)));
    assert_eq!(cut(table.lines().next().unwrap()), source.lines().next().unwrap());
    let derived: Vec<&str> = table.lines().next().unwrap().split('\t').skip(33).collect();
    assert_eq!(derived, ["tier", "tier_reasons", "taxon", "taxon_id", "marker"]);
}

#[test]
fn selections_and_fasta() {
    let place = Place::new();
    let said = place.run(&[
        "db",
        "export",
        "--format",
        "fasta",
        "--marker",
        "12s",
        "--taxon",
        "Antaresia",
        "-o",
        "a.fasta",
    ]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{}", said.stderr);
    let fasta = place.read("a.fasta");
    let record = format!(">{}|Antaresia childreni|12S|\n{}\n", PYTHON.1, bases(PYTHON));
    assert!(fasta.starts_with(&record), "{fasta}");
    assert!(fasta.lines().filter(|line| line.starts_with('>')).all(|line| line.split('|').count() == 4));
    let petrel = place.succeeds(&["db", "export", "--format", "fasta", "--taxon", "Aphrodroma brevirostris"]);
    assert!(petrel.contains(&format!(">{}|Aphrodroma brevirostris|COI-5P|", PETREL.1)));
    assert!(petrel.contains(&bases(PETREL)));
    // A synonym stands for the accepted name.
    let old = place.succeeds(&["db", "export", "--taxon", "Python reticulatus"]);
    assert_eq!(old, place.succeeds(&["db", "export", "--taxon", "Malayopython reticulatus"]));
    assert!(old.lines().count() > 1);
    // No record of the starter is forensic; every record has one tier.
    let count = |tier: &str| place.succeeds(&["db", "export", "--tier", tier]).lines().count() - 1;
    assert_eq!(count("forensic"), 0);
    assert_eq!(count("screening") + count("quarantine"), starter().record_count());
}

#[test]
fn what_cannot_be_exported() {
    let place = Place::with_petrel();
    place.fails(2, &["db", "export", "--taxon", "Sula sula x"], &["Sula sula x", "taxon"]);
    place.fails(2, &["db", "export", "--marker", "ND55"], &["ND55", "marker"]);
    place.fails(4, &["db", "export", "petrel.fasta"], &["not a reference database"]);
    place.fails(1, &["db", "export", "-o", "petrel.fasta"], &["petrel.fasta", "nothing is overwritten"]);
    place.fails(1, &["db", "export", "-o", "no/x.tsv"], &["no such folder"]);
}

/// Cells that a spreadsheet would run are refused when the release is built, with record and column.
#[test]
fn formulas_do_not_get_into_a_release() {
    for cell in ["=HYPERLINK(\"http://x\")", "@SUM(1)", "-1+cmd|' /C calc'!A0"] {
        let place = Place::new();
        copy_folder(&root().join("reference-db"), &place.path("folder"));
        let file = "folder/records/phlox-its.tsv";
        let text = place.read(file);
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut cells: Vec<&str> = lines[1].split('\t').collect();
        let (id, site) = (cells[0].to_owned(), 17);
        cells[site] = cell;
        lines[1] = cells.join("\t");
        place.write(file, lines.join("\n") + "\n");
        place.fails(1, &["db", "build", "folder", "-o", "x.saola"], &[&id, "\"site\"", "formula"]);
    }
}
