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

/// Two rows of a BOLD table, the first with a collector that a spreadsheet would take for a formula.
fn table(place: &Place) {
    let text = fs_err::read_to_string(project("examples/walkthrough/birds.bcdm.tsv")).unwrap();
    let mut lines = text.lines().take(3).map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let column = header.iter().position(|name| name == "collectors").unwrap();
    let rows = lines.enumerate().map(|(number, mut row)| {
        if number == 0 {
            "@birdlab".clone_into(&mut row[column]);
        }
        row.join("\t")
    });
    let rows: Vec<String> = std::iter::once(header.join("\t")).chain(rows).collect();
    place.write("lab.tsv", rows.join("\n") + "\n");
}

#[test]
fn a_cell_that_a_spreadsheet_would_run_is_written_as_text() {
    let place = Place::new();
    table(&place);
    let import =
        place.run(&["db", "import", "--from", "bcdm", "lab.tsv", "--into", "lab", "--taxonomy", "built-in"]);
    assert!(import.stdout.contains("kept 2"), "{}{}", import.stdout, import.stderr);
    assert!(place.read("lab/records/lab.tsv").contains("\t'@birdlab\t"));
    assert_eq!(place.run(&["db", "build", "lab", "-o", "lab.saola"]).code, 0);
}

#[test]
fn the_same_download_under_another_name_does_not_count_twice() {
    let place = Place::new();
    table(&place);
    let first =
        place.run(&["db", "import", "--from", "bcdm", "lab.tsv", "--into", "lab", "--taxonomy", "built-in"]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    let again =
        place.run(&["db", "import", "--from", "bcdm", "lab.tsv", "--into", "lab", "--source", "again"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert!(again.stdout.contains("read 2 = kept 0 + collapsed 0 + rejected 2"), "{}", again.stdout);
    assert!(again.stderr.contains("no record was kept"), "{}", again.stderr);
    let rejected = place.read("lab/imports/again/rejected.tsv");
    assert_eq!(rejected.matches("already_in_folder").count(), 2, "{rejected}");
}

#[test]
fn a_decision_that_cannot_be_followed_is_told() {
    let place = Place::new();
    let records = fs_err::read_to_string(project("reference-db/records/nl-vertebrates-coi.tsv")).unwrap();
    let header: Vec<&str> = records.lines().next().unwrap().split('\t').collect();
    let column = |name: &str| header.iter().position(|cell| *cell == name).unwrap();
    let (process, label, nuc) = (column("processid"), column("identification"), column("nuc"));
    let row: Vec<&str> = records.lines().nth(1).unwrap().split('\t').collect();
    // A stop in every frame: codon after codon of TAA, TAG and AGA stops in the vertebrates' code.
    let stops = "TAATAGTAATTAATTAATAG";
    let bases = format!("{}{stops}{}", &row[nuc][..300], &row[nuc][300 + stops.len()..]);
    let name = row[label].replace(' ', "_");
    place.write("one.fasta", format!(">{}|{name}|COI-5P|.\n{bases}\n", row[process]));
    let import = place.run(&[
        "db",
        "import",
        "--from",
        "fasta",
        "one.fasta",
        "--into",
        "lab",
        "--taxonomy",
        "built-in",
    ]);
    assert!(import.stdout.contains("kept 1"), "{}{}", import.stdout, import.stderr);
    let id = place.read("lab/records/one.tsv").lines().nth(1).unwrap().split('\t').next().unwrap().to_owned();
    let decide = |tail: &str| {
        place
            .write("lab/decisions.tsv", format!("record\tdecision\ttier\treason\twho\tdate\n{id}\t{tail}\n"));
        place.run(&["db", "build", "lab", "-o", "lab.saola"])
    };
    for (tail, what) in [
        ("accept\t\tlooked at\tA. Curator\t25/11/2026", "YYYY-MM-DD"),
        ("retier\tforensic\tlooked at\tA. Curator\t2026-11-25", "cannot raise a record to forensic"),
    ] {
        let refused = decide(tail);
        assert_eq!(refused.code, 1, "{}", refused.stderr);
        assert!(
            refused.stderr.contains("decisions.tsv, line 2") && refused.stderr.contains(what),
            "{}",
            refused.stderr
        );
    }
    let build = decide("accept\t\tlooked at\tA. Curator\t2026-11-25");
    assert_eq!(build.code, 0, "{}", build.stderr);
    assert!(build.stderr.contains(&format!("warning: the decision on {id}")), "{}", build.stderr);
    assert!(build.stderr.contains("stop codons"), "{}", build.stderr);
}
