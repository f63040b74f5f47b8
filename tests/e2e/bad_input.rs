//! Input that is no sequences, or names what is not there: refused with the place and a hint, and nothing is left.

use std::{
    io::Write as _,
    process::Stdio,
    time::{Duration, Instant},
};

use crate::support::{PETREL, PYTHON, Place, bases, fasta, gzip, project, records};

#[test]
fn an_empty_file() {
    let place = Place::new();
    place.write("empty.fasta", "");
    place.refuses("empty.fasta", &["is empty"]);
    place.write("blank.fasta", "\n \n\t\n");
    place.refuses("blank.fasta", &["is empty"]);
    place.write("empty.fasta.gz", gzip(b""));
    place.refuses("empty.fasta.gz", &["is empty"]);
}

#[test]
fn a_folder_and_a_missing_file() {
    let place = Place::new();
    fs_err::create_dir_all(place.path("reads")).unwrap();
    place.refuses("reads", &["is a folder"]);
    place.refuses("missing.fasta", &["No such file"]);
}

#[test]
fn text_that_is_no_sequence() {
    let place = Place::new();
    place.write("notes.txt", "Seized at the border, two teeth.\n");
    place.refuses("notes.txt", &["not a sequence file", "'S'", "FASTA"]);
    place.write("trace.ab1", b"ABIF\x00\x65");
    place.refuses("trace.ab1", &["trace.ab1: cut off or damaged"]);
}

#[test]
fn a_protein() {
    let place = Place::new();
    // Every amino acid once.
    place.write("protein.fasta", ">haemoglobin\nACDEFGHIKLMNPQRSTVWY\n");
    place.refuses("protein.fasta", &["record \"haemoglobin\"", "line 2", "'E' at position 4", "protein"]);
}

#[test]
fn a_cut_off_gzip_file() {
    let place = Place::new();
    let whole = gzip(fasta(PETREL.1, &bases(PETREL)).as_bytes());
    place.write("cut.fasta.gz", &whole[..whole.len() / 2]);
    place.refuses("cut.fasta.gz", &["gzip data are damaged or cut off"]);
}

#[test]
fn a_fastq_record_with_too_few_qualities() {
    let place = Place::new();
    let bases = bases(PETREL);
    let qualities = "I".repeat(bases.len() - 1);
    place.write("short.fastq", format!("@read_simulated\n{bases}\n+\n{qualities}\n"));
    place.refuses("short.fastq", &["record \"read_simulated\"", "line 1", "length"]);
}

#[test]
fn a_line_of_200_megabytes() {
    let place = Place::new();
    let mut file = fs_err::File::create(place.path("long.fasta")).unwrap();
    file.write_all(b">long\n").unwrap();
    let megabyte = "ACGT".repeat(250_000);
    (0..200).for_each(|_| file.write_all(megabyte.as_bytes()).unwrap());
    drop(file);
    let start = Instant::now();
    place.refuses("long.fasta", &["line 2", "longer than 1000000 bases"]);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

/// 400 MB of text in 400 kB; only what the limit allows is ever unpacked.
#[test]
fn a_gzip_bomb() {
    let place = Place::new();
    place.write("bomb.fasta.gz", gzip("A".repeat(1 << 20).as_bytes()).repeat(400));
    place.refuses("bomb.fasta.gz", &["more than 268435456 bytes"]);
}

#[cfg(unix)]
#[test]
fn a_file_without_end() {
    Place::new().fails(1, &["identify", "/dev/zero"], &["zero", "more than the limit of 268435456 bytes"]);
}

#[test]
fn one_name_for_two_records() {
    let place = Place::with_petrel();
    let python = bases(PYTHON);
    place.write("twice.fasta", format!("{}{}", fasta("a", &python), fasta("a", &bases(PETREL))));
    let words = ["twice.fasta", "record \"a\"", "line 3", "twice.fasta, line 1"];
    place.fails(1, &["identify", "twice.fasta", "--out", "case"], &words);
    place.write("other.fasta", fasta(PETREL.1, &python));
    let words = ["other.fasta", PETREL.1, "line 1", "petrel.fasta, line 1"];
    place.fails(1, &["identify", "petrel.fasta", "other.fasta", "--out", "case"], &words);
}

/// Nothing of a first, good file is printed before a second, broken one is found.
#[test]
fn a_broken_file_behind_a_good_one() {
    let place = Place::with_petrel();
    place.write("broken.fasta", ">x\nAC!GT\n");
    let words = ["broken.fasta", "record \"x\"", "line 2", "'!' at position 3"];
    place.fails(1, &["identify", "petrel.fasta", "broken.fasta", "--out", "case"], &words);
    place.fails(1, &["search", "petrel.fasta", "broken.fasta"], &words);
}

#[test]
fn a_name_that_would_drive_the_terminal() {
    let place = Place::new();
    place.write("escape.fasta", fasta("red\u{1b}[31m", &bases(PYTHON)));
    place.refuses("escape.fasta", &["line 1", "control characters"]);
    place.write("good.fasta", fasta("good", &bases(PYTHON)));
    place.write("sheet.tsv", "sample\titem\tfile\nred\u{1b}[31m\tT1\tgood.fasta\n");
    place.fails(1, &["identify", "--sheet", "sheet.tsv"], &["sheet.tsv", "line 2", "control characters"]);
}

#[test]
fn standard_input_without_a_sequence() {
    let place = Place::new();
    place.run_with_input(&["identify", "-"], b"").assert_failed(1, &["standard input", "is empty"]);
}

#[test]
fn an_unknown_marker_taxon_date_or_profile() {
    let place = Place::with_petrel();
    let fails = |command: &str, arguments: &[&str], words: &[&str]| {
        let out: &[&str] = if command == "identify" { &["--out", "case"] } else { &[] };
        place.fails(2, &[&[command, "petrel.fasta"], arguments, out].concat(), words);
    };
    fails("identify", &["--marker", "COX9"], &["\"COX9\"", "COI-5P", "cytb"]);
    fails("search", &["--marker", "COX9"], &["\"COX9\"", "saola db info"]);
    fails("identify", &["--question", "Panthera tigirs"], &["\"Panthera tigirs\""]);
    for date in ["2012-02-30", "05/05/2012", "2012-5-5", "20120505", "2012-05-05T00:00", ""] {
        fails("identify", &["--offence-date", date], &[&format!("'{date}'"), "--offence-date", "hint: "]);
    }
    fails("identify", &["--origin", "Thailand"], &["'Thailand'", "--origin", "ISO 3166-1"]);
    fails("identify", &["--profile", "strict"], &["profile strict", "screening", "forensic"]);
    fails("identify", &["--threads", "0"], &["--threads"]);
}

#[test]
fn a_profile_file_with_an_unknown_key() {
    let place = Place::with_petrel();
    let profile = fs_err::read_to_string(project("crates/identify/profiles/screening.toml")).unwrap();
    let broken = profile.replacen("\ncasework", "\ngenerosity = 9\ncasework", 1);
    let line = broken.lines().position(|line| line == "generosity = 9").unwrap() + 1;
    place.write("own.toml", broken);
    let words = ["own.toml", &format!("line {line}"), "unknown field `generosity`"];
    place.fails(2, &["identify", "petrel.fasta", "--profile", "own.toml", "--out", "case"], &words);
    place.fails(1, &["identify", "petrel.fasta", "--profile", "."], &["`.`"]);
}

#[test]
fn a_sheet_that_does_not_fit() {
    let place = Place::with_petrel();
    place.write("cases/two.fasta", format!("{}{}", fasta("a", &bases(PYTHON)), fasta("b", &bases(PETREL))));
    place.write("cases/one.fasta", fasta("c", &bases(PYTHON)));
    let absolute = format!("S1\tT1\t{}\t\n", place.path("petrel.fasta").display());
    let cases: [(&str, &[&str]); 9] = [
        ("S1\tT1\t../petrel.fasta\t\n", &["line 2", "leaves the sheet's folder"]),
        ("S1\tT1\tone.fasta/../../petrel.fasta\t\n", &["line 2", "leaves the sheet's folder"]),
        (&absolute, &["line 2", "leaves the sheet's folder"]),
        ("S1\tT1\tone.fasta\tz\n", &["line 2", "\"one.fasta\" has no record \"z\""]),
        ("S1\tT1\tone.fasta\t\nS1\tT2\ttwo.fasta\ta\n", &["line 3", "sample \"S1\" is there twice"]),
        ("S1\tT1\ttwo.fasta\ta\n", &["record \"b\" of \"two.fasta\" is not in the sheet"]),
        ("S1\tT1\ttwo.fasta\t\n", &["line 2", "\"two.fasta\" has 2 records"]),
        ("S1\tT1\tone.fasta\n", &["line 2", "3 cells, but the header has 4"]),
        ("", &["no sample"]),
    ];
    for (rows, words) in cases {
        place.write("cases/sheet.tsv", format!("sample\titem\tfile\trecord\n{rows}"));
        let words = [&["cases/sheet.tsv"], words].concat();
        place.fails(1, &["identify", "--sheet", "cases/sheet.tsv", "--out", "case"], &words);
    }
    place.write("cases/sheet.tsv", "sample\titem\nS1\tT1\n");
    place.fails(1, &["identify", "--sheet", "cases/sheet.tsv"], &["cases/sheet.tsv", "`file`"]);
    place.fails(1, &["identify", "--sheet", "missing.tsv"], &["missing.tsv"]);
    place.write("cases/sheet.tsv", "sample\titem\tfile\nS1\tT1\tmissing.fasta\n");
    place.fails(1, &["identify", "--sheet", "cases/sheet.tsv"], &["missing.fasta"]);
}

/// Rows name files without their folder, so one of the two would be left out unsaid.
#[test]
fn a_sheet_over_two_files_of_one_name() {
    let place = Place::new();
    place.write("a/reads.fasta", fasta("a", &bases(PYTHON)));
    place.write("b/reads.fasta", fasta("a", &bases(PETREL)));
    place.write("sheet.tsv", "sample\titem\tfile\nS1\tT1\treads.fasta\n");
    let arguments = ["identify", "a/reads.fasta", "b/reads.fasta", "--sheet", "sheet.tsv"];
    place.fails(1, &arguments, &["sheet.tsv", "two files are named \"reads.fasta\""]);
}

#[test]
fn an_output_folder_that_is_in_use() {
    let place = Place::with_petrel();
    place.write("full/notes.txt", "mine");
    place.fails(1, &["identify", "petrel.fasta", "--out", "full"], &["full", "nothing is overwritten"]);
    assert_eq!(place.read("full/notes.txt"), "mine");
    let before = place.read("petrel.fasta");
    place.fails(1, &["identify", "petrel.fasta", "--out", "petrel.fasta"], &["petrel.fasta", "nothing"]);
    assert_eq!(place.read("petrel.fasta"), before);
    place.fails(1, &["identify", "petrel.fasta", "--out", "no/such"], &["no: there is no such folder"]);
}

/// Whoever reads the output has seen enough: no message, no failure.
#[test]
fn a_reader_that_goes_away() {
    let place = Place::with_petrel();
    let commands: [&[&str]; 5] = [
        &["--help"],
        &["schema", "report"],
        &["db", "info", "--json"],
        &["identify", "petrel.fasta", "--format", "json"],
        &["search", "petrel.fasta", "--min-identity", "0.5"],
    ];
    for arguments in commands {
        let mut command = place.command(&[arguments, &["--quiet"][..]].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
    }
}

/// A reference folder with few records, quick to build.
fn small_reference(place: &Place) {
    let names = [
        "release.toml",
        "sources.toml",
        "markers.tsv",
        "genetic_codes.tsv",
        "panel.tsv",
        "decisions.tsv",
        "taxonomy/taxa.tsv",
        "taxonomy/synonyms.tsv",
        "taxonomy/recognised.tsv",
        "records/phlox-its.tsv",
    ];
    for name in names {
        place.write(&format!("db/{name}"), fs_err::read(project("reference-db").join(name)).unwrap());
    }
}

/// The file with one cell (line and column counted from 1) replaced.
fn break_cell(place: &Place, file: &str, line: usize, column: usize, cell: &str) {
    let text = place.read(file);
    let mut rows: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
    rows[line - 1][column - 1] = cell;
    let lines: Vec<String> = rows.iter().map(|row| row.join("\t") + "\n").collect();
    place.write(file, lines.concat());
}

const BUILD: [&str; 5] = ["db", "build", "db", "-o", "own.saola"];

#[test]
fn a_reference_folder_with_a_broken_cell() {
    let place = Place::new();
    small_reference(&place);
    let cases: [(&str, usize, usize, &str, &str); 5] = [
        ("db/genetic_codes.tsv", 3, 3, "two", "column \"table\""),
        ("db/markers.tsv", 4, 3, "ribosome", "`ribosome`"),
        ("db/panel.tsv", 5, 2, "wild", "`wild`"),
        ("db/records/phlox-its.tsv", 2, 26, "ITS9", "\"ITS9\""),
        ("db/records/phlox-its.tsv", 2, 27, "ACGU", "'U'"),
    ];
    for (file, line, column, cell, word) in cases {
        let before = place.read(file);
        break_cell(&place, file, line, column, cell);
        place.fails(1, &BUILD, &[file, &format!("line {line}"), word]);
        place.write(file, before);
    }
    let decisions = place.read("db/decisions.tsv");
    let row = "nobody.ITS\tretier\tscreening\treason\tname\t2026-01-01\n";
    place.write("db/decisions.tsv", decisions + row);
    place.fails(1, &BUILD, &["db/decisions.tsv", "\"nobody.ITS\""]);
    place.fails(1, &["db", "build", "nowhere", "-o", "own.saola"], &["nowhere"]);
}

#[test]
fn a_database_where_a_file_is_or_no_folder_is() {
    let place = Place::new();
    small_reference(&place);
    place.fails(1, &["db", "build", "db", "-o", "no/own.saola"], &["no: there is no such folder"]);
    place.succeeds(&BUILD);
    let first = fs_err::read(place.path("own.saola")).unwrap();
    place.fails(1, &BUILD, &["own.saola", "nothing is overwritten"]);
    assert!(first == fs_err::read(place.path("own.saola")).unwrap());
    let info = place.succeeds(&["db", "info", "own.saola", "--json"]);
    let info: serde_json::Value = serde_json::from_str(&info).unwrap();
    assert_eq!(info["records"], records("phlox-its").len());
}

/// Without the audit a stray label stays in use, and the release says that nobody looked.
#[test]
fn a_release_that_was_not_audited_says_so() {
    let place = Place::with_petrel();
    crate::release::copy_folder(&crate::release::root().join("reference-db"), &place.path("db"));
    place.succeeds(&["db", "build", "db", "-o", "own.saola", "--without-audit"]);
    let info: serde_json::Value =
        serde_json::from_str(&place.succeeds(&["db", "info", "own.saola", "--json"])).unwrap();
    let notice = info["notice"].as_str().unwrap();
    assert!(notice.ends_with("built without an audit of its records"), "{notice}");
    let tier = |file: &str| {
        let release = saola::Release::open(&place.path(file)).unwrap();
        release.records().find(|record| record.id() == "NLAVE726-25.COI-5P").unwrap().tier()
    };
    assert_eq!(tier("own.saola"), saola::Tier::Screening);
    fs_err::copy(crate::support::project("reference-db/saola-starter.saola"), place.path("audited.saola"))
        .unwrap();
    assert_eq!(tier("audited.saola"), saola::Tier::Quarantine);
}

/// `db build` refuses a default profile or a date that no program could use.
#[test]
fn a_release_that_names_an_unknown_profile_or_no_day() {
    let place = Place::with_petrel();
    small_reference(&place);
    let release = place.read("db/release.toml");
    place.write("db/release.toml", release.replace("\"screening\"", "\"generous\""));
    place.fails(1, &BUILD, &["generous", "release.toml"]);
    place.write("db/release.toml", release.replace("2026-11-23", "yesterday"));
    place.fails(1, &BUILD, &["release.toml", "yesterday"]);
}

/// A database made elsewhere whose own default profile is unknown is at fault, not the command line.
#[test]
fn a_database_with_an_unknown_default_profile() {
    let place = Place::with_petrel();
    let mut builder = crate::release::starter().to_builder().unwrap();
    builder.records.truncate(3);
    builder.default_profile = "generous".to_owned();
    place.write("own.saola", builder.write().unwrap());
    let arguments = ["identify", "petrel.fasta", "--db", "own.saola"];
    place.fails(4, &arguments, &["reference database", "generous"]);
}
