//! From a download to an identification: import, build, identify.
//!
//! The whole of the shared data is imported by the ignored test: `SAOLA_SHARED_DATA=DIR cargo test --release --test e2e
//! import -- --ignored --nocapture`.

use std::{path::PathBuf, process::Command};

use serde_json::Value;

use crate::support::{PETREL, Place, bases, fasta, project};

#[test]
fn a_download_becomes_a_release_that_identifies() {
    let place = Place::new();
    let table = fs_err::read_to_string(project("reference-db/records/nl-vertebrates-coi.tsv")).unwrap();
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split('\t').collect()).collect();
    let column = |name: &str| rows[0].iter().position(|cell| *cell == name).unwrap();
    let (process, label, nuc) = (column("processid"), column("identification"), column("nuc"));
    let birds = rows.iter().filter(|row| row[process].starts_with("NLAVE0"));
    let records: Vec<String> = birds
        .map(|row| {
            let (process, name) = (row[process], row[label].replace(' ', "_"));
            format!(">{process}|{name}|COI-5P|BOLD:{process}\n{}\n", row[nuc])
        })
        .collect();
    let text = records.concat();
    place.write("birds.fasta", text);
    place.write("petrel.fasta", fasta("petrel", &bases(PETREL)));
    let arguments = ["--from", "fasta", "birds.fasta", "--into", "lab", "--taxonomy", "built-in"];
    let import = place.run(&[&["db", "import"], &arguments[..], &["--date", "2026-01-02"]].concat());
    assert_eq!(import.code, 0, "{}", import.stderr);
    assert!(import.stdout.contains("rejected 0"), "{}", import.stdout);
    let summary: Value = serde_json::from_str(&place.read("lab/imports/birds/summary.json")).unwrap();
    assert_eq!(summary["read"], summary["kept"]);
    assert!(place.read("lab/release.toml").contains("not for casework"));
    let build = place.run(&["db", "build", "lab", "-o", "lab.saola"]);
    assert_eq!(build.code, 0, "{}", build.stderr);
    let identify = place.run(&["identify", "petrel.fasta", "--db", "lab.saola", "--format", "json"]);
    assert_eq!(identify.code, 0, "{}", identify.stderr);
    assert!(identify.stdout.contains("NLAVE001-11.COI-5P"), "{}", identify.stdout);
    assert!(identify.stdout.contains("Aphrodroma brevirostris"));
}

#[test]
fn a_second_import_of_a_source_is_refused_and_changes_nothing() {
    let place = Place::with_petrel();
    place.write("one.fasta", ">A1|Aphrodroma_brevirostris|COI|.\nACGTACGT\n");
    let arguments = ["db", "import", "--from", "fasta", "one.fasta", "--into", "lab", "--date", "2026-01-02"];
    assert_eq!(place.run(&arguments).code, 0);
    let before = place.names();
    let again = place.run(&arguments);
    assert_eq!(again.code, 1);
    assert!(again.stderr.contains("nothing is overwritten"), "{}", again.stderr);
    assert!(again.stderr.contains("hint: "));
    let mut other = arguments;
    other[4] = "petrel.fasta";
    let unknown = place.run(&[&other[..], &["--marker", "nonsense"]].concat());
    assert_eq!(unknown.code, 1);
    assert!(unknown.stderr.contains("no marker \"nonsense\""), "{}", unknown.stderr);
    assert_eq!(place.names(), before);
}

/// A set of the shared data: folder and ending, format, and what else the import needs.
const SETS: [(&str, &str, &str, &[&str]); 14] = [
    ("registry/fasta", "", "fasta", &[]),
    ("registry/genbank", "", "genbank", &[]),
    ("bcdm", "test_odonata_small.tsv", "bcdm", &[]),
    ("bcdm", "test_chironominae_norway_data.tsv.gz", "bcdm", &[]),
    ("refsets", "aotus.fasta.gz", "fasta", &[]),
    ("refsets", "corals_mt_genes.fasta.gz", "fasta", &[]),
    ("refsets", "cycads.fasta.gz", "fasta", &[]),
    ("refsets", "elasmobranchs_COI_127bp.fasta.gz", "fasta", &["--marker", "COI"]),
    ("refsets", "fish_COI_ward.fasta.gz", "fasta", &["--marker", "COI", "--map", "fish.toml"]),
    ("refsets", "fish_cytb_full.fasta.gz", "fasta", &["--marker", "cytb", "--map", "fish.toml"]),
    ("refsets", "plants_ITS2_sintax.fasta.gz", "sintax", &["--marker", "ITS"]),
    ("refsets", "sturgeons.fasta.gz", "fasta", &[]),
    ("scale", "treebase_COI.fasta.gz", "fasta", &["--marker", "COI"]),
    ("scale", "treebase_barcodes_all.fasta.gz", "fasta", &[]),
];

/// Larger sets take minutes to audit, as VALIDATION.md says.
const MOST_BUILT: u64 = 50_000;

#[test]
#[ignore = "needs SAOLA_SHARED_DATA"]
#[expect(clippy::print_stdout, reason = "the totals are what the test is run for")]
fn all_shared_data_is_imported_and_accounted_for() {
    let shared =
        PathBuf::from(std::env::var_os("SAOLA_SHARED_DATA").expect("SAOLA_SHARED_DATA names a folder"));
    let place = Place::new();
    let table = shared.join("refsets/fish_accession_to_taxonomy.tsv");
    place.write("fish.toml", format!("taxonomy_table = {:?}\n", table.display().to_string()));
    println!("{:<44}{:>8}{:>8}{:>10}{:>10}{:>8}", "set", "read", "kept", "collapsed", "rejected", "seconds");
    for (number, (folder, name, format, more)) in SETS.iter().enumerate() {
        let mut files: Vec<String> = fs_err::read_dir(shared.join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path().display().to_string())
            .filter(|path| path.ends_with(name))
            .collect();
        files.sort();
        let entries: u64 = files.iter().map(|file| count_entries(file, format)).sum();
        let into = format!("lab{number}");
        let fixed = ["--quiet", "db", "import", "--from", format, "--into", &into, "--source", "s"];
        let mut arguments = [&fixed[..], &["--date", "2026-01-02", "--taxonomy", "built-in"], more].concat();
        arguments.extend(files.iter().map(String::as_str));
        let started = std::time::Instant::now();
        let done = place.run(&arguments);
        let seconds = started.elapsed().as_secs_f32();
        assert_eq!(done.code, 0, "{folder}/{name}: {}", done.stderr);
        let summary: Value =
            serde_json::from_str(&place.read(&format!("{into}/imports/s/summary.json"))).unwrap();
        let count = |key: &str| summary[key].as_u64().unwrap();
        let (read, kept, collapsed, rejected) =
            (count("read"), count("kept"), count("collapsed"), count("rejected"));
        let set = format!("{folder}/{name}");
        println!("{set:<44}{read:>8}{kept:>8}{collapsed:>10}{rejected:>10}{seconds:>8.1}");
        assert_eq!(read, kept + collapsed + rejected);
        // Counted by other programs; an entry of GenBank can hold several markers.
        if *format == "genbank" {
            assert!(read >= entries);
        } else {
            assert_eq!(read, entries);
        }
        let rows = |file: &str| place.read(&format!("{into}/{file}")).lines().count() as u64 - 1;
        assert_eq!(rows("records/s.tsv"), kept);
        assert_eq!((rows("imports/s/collapsed.tsv"), rows("imports/s/rejected.tsv")), (collapsed, rejected));
        assert!(kept > 0);
        if kept < MOST_BUILT {
            let built = place.run(&["--quiet", "db", "build", &into, "-o", &format!("{into}.saola")]);
            assert_eq!(built.code, 0, "{folder}/{name}: {}", built.stderr);
        }
    }
}

/// Records of a file as `gzip` and `grep` count them.
fn count_entries(file: &str, format: &str) -> u64 {
    let pattern = match format {
        "genbank" => "^LOCUS ",
        "bcdm" => ".",
        _ => "^>",
    };
    let command = format!("gzip -dcf '{file}' | grep -c '{pattern}'");
    let output = Command::new("sh").args(["-c", &command]).output().unwrap();
    let count: u64 = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
    if format == "bcdm" { count - 1 } else { count }
}
