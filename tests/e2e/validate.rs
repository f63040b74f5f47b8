//! Trials on a small library of real records.

use std::collections::BTreeMap;

use crate::support::{Place, project};

/// The first twelve vertebrates, by name, of which the starter release has at least five specimens.
fn library(place: &Place) {
    let table = fs_err::read_to_string(project("reference-db/records/nl-vertebrates-coi.tsv")).unwrap();
    let mut lines = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let column = |name: &str| header.iter().position(|cell| *cell == name).unwrap();
    let (process, label, nuc) = (column("processid"), column("identification"), column("nuc"));
    let mut species: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for row in lines {
        let record = format!(">{}|{}|COI-5P|.\n{}\n", row[process], row[label].replace(' ', "_"), row[nuc]);
        species.entry(row[label]).or_default().push(record);
    }
    let species = species.into_values().filter(|records| records.len() >= 5).take(12);
    place.write("birds.fasta", species.flatten().collect::<String>());
    let import =
        ["db", "import", "--from", "fasta", "birds.fasta", "--into", "birds", "--taxonomy", "built-in"];
    let import = place.run(&[&import[..], &["--date", "2026-01-02"]].concat());
    assert_eq!(import.code, 0, "{}", import.stderr);
}

const PLAN: [&str; 10] = [
    "validate",
    "--records",
    "birds",
    "--folds",
    "4",
    "--fragments",
    "full,300",
    "--scheme",
    "loso,lspo,lgo",
    "--out",
];

fn validate(place: &Place, out: &str, more: &[&str]) -> String {
    let done = place.run(&[&PLAN[..], &[out], more].concat());
    assert_eq!(done.code, 0, "{}", done.stderr);
    done.stdout
}

#[test]
fn trials_are_the_same_on_any_number_of_threads_and_after_an_interruption() {
    let place = Place::new();
    library(&place);
    let table = validate(&place, "one", &["--threads", "1"]);
    assert_eq!(validate(&place, "two", &["--threads", "2"]), table);
    assert_eq!(validate(&place, "eight", &["--threads", "8"]), table);
    let trials = place.read("one/trials.tsv");
    assert_eq!(place.read("eight/trials.tsv"), trials);
    // As if it had been interrupted: half of the parts are done.
    let mut parts = Vec::new();
    for entry in fs_err::read_dir(place.path("two/parts")).unwrap() {
        parts.push(entry.unwrap().path());
    }
    parts.sort();
    for part in parts.iter().step_by(2) {
        fs_err::remove_file(part).unwrap();
    }
    fs_err::remove_file(place.path("two/trials.tsv")).unwrap();
    assert_eq!(validate(&place, "two", &[]), table);
    assert_eq!(place.read("two/trials.tsv"), trials);
    let other = place.run(&[&PLAN[..], &["two", "--errors", "0.01"]].concat());
    assert_eq!(other.code, 1);
    assert!(other.stderr.contains("holds trials of another"), "{}", other.stderr);
}

#[test]
fn what_is_left_out_is_not_found() {
    let place = Place::new();
    library(&place);
    validate(&place, "out", &[]);
    let text = place.read("out/trials.tsv");
    let mut lines = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let column = |name: &str| header.iter().position(|cell| *cell == name).unwrap();
    let (scheme, species, named, verdict, level) =
        (column("scheme"), column("species"), column("named"), column("verdict"), column("level"));
    let mut verdicts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for row in lines {
        *verdicts.entry((row[scheme], row[verdict])).or_default() += 1;
        let genus = row[species].split(' ').next().unwrap();
        match row[scheme] {
            "lspo" => assert_ne!(row[named], row[species], "{row:?}"),
            "lgo" => assert!(row[named] != genus && !row[named].starts_with(&format!("{genus} ")), "{row:?}"),
            _ => {}
        }
        // By the definition of the verdicts, worked from the names alone.
        let is_right = row[scheme] == "loso" && row[named] == row[species]
            || row[scheme] == "lspo" && row[named] == genus && row[level] == "GENUS";
        assert!(row[scheme] == "lgo" || (row[verdict] == "right") == is_right, "{row:?}");
    }
    assert!(verdicts[&("loso", "right")] > 20, "{verdicts:?}");
    assert!(verdicts.keys().any(|(scheme, verdict)| *scheme == "lgo" && *verdict != "right"), "{verdicts:?}");
    // Every query is tried under every scheme.
    let total = |scheme: &str| {
        verdicts.iter().filter(|(key, _)| key.0 == scheme).map(|(_, count)| count).sum::<usize>()
    };
    assert_eq!(total("loso"), total("lspo"));
    assert_eq!(total("loso"), total("lgo"));
}

/// What is put together of two species, or has stops, is never named, while masked bases change little.
#[test]
fn defects_are_not_named() {
    let place = Place::new();
    library(&place);
    validate(&place, "out", &["--defects", "none,masked,stop,chimera", "--mislabels", "0,0.05"]);
    let text = place.read("out/trials.tsv");
    let mut lines = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let column = |name: &str| header.iter().position(|cell| *cell == name).unwrap();
    let (defect, level, scheme, fragment, mislabels) =
        (column("defect"), column("level"), column("scheme"), column("fragment"), column("mislabels"));
    let mut named: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    let mut relabelled = 0;
    for row in lines.filter(|row| row[scheme] == "loso" && row[fragment] == "full") {
        relabelled += usize::from(row[mislabels] == "50");
        if row[mislabels] == "0" {
            *named.entry((row[defect], row[level].starts_with("SPECIES"))).or_default() += 1;
        }
    }
    assert!(relabelled > 0);
    assert_eq!(named.get(&("stop", true)), None);
    assert_eq!(named.get(&("chimera", true)), None);
    assert!(named[&("stop", false)] > 50 && named[&("chimera", false)] > 20, "{named:?}");
    assert!(named[&("masked", true)] * 10 >= named[&("none", true)] * 9, "{named:?}");
}

/// Files are imported on the way, and the trials are those on the folder that `db import` makes of them.
#[test]
fn a_download_is_tried_as_it_is() {
    let place = Place::new();
    library(&place);
    let plan = ["--folds", "4", "--fragments", "full", "--scheme", "lspo"];
    let run = |records: &[&str], out: &str| {
        let done = place.run(&[&["validate", "--records"], records, &plan, &["--out", out]].concat());
        assert_eq!(done.code, 0, "{}", done.stderr);
        done.stdout
    };
    let of_folder = run(&["birds"], "of_folder");
    assert_eq!(run(&["birds.fasta"], "of_file"), of_folder);
    assert_eq!(run(&["birds.fasta"], "of_file"), of_folder, "gone on with");
    assert!(place.path("of_file/library/imports").is_dir());
    // A folder of that name which is somebody's own is left alone.
    fs_err::create_dir(place.path("mine")).unwrap();
    fs_err::rename(place.path("birds"), place.path("mine/library")).unwrap();
    let arguments = ["validate", "--records", "birds.fasta", "--out", "mine"];
    place.fails(1, &arguments, &["library", "give a new folder"]);
    assert!(place.path("mine/library/release.toml").is_file());
    fs_err::rename(place.path("mine/library"), place.path("birds")).unwrap();
    let arguments = ["validate", "--records", "birds", "birds.fasta", "--out", "both"];
    place.fails(2, &arguments, &["a folder stands alone"]);
}
