//! `saola db affected`: reports that leaned on retracted records.

use serde_json::Value;

use crate::support::{PETREL, PYTHON, Place, bases, fasta, project};

/// A place with the reports of the petrel, of a python and of nothing in particular, in folders.
fn reported() -> Place {
    let place = Place::with_petrel();
    place.write("python.fasta", fasta(PYTHON.1, &bases(PYTHON)));
    place.write("short.fasta", ">short\nACGTACGTAC\n");
    for (file, out) in [("petrel", "cases/a"), ("python", "cases/b"), ("short", "c")] {
        fs_err::create_dir_all(place.path("cases")).unwrap();
        place.succeeds(&["identify", &format!("{file}.fasta"), "--out", out]);
    }
    place
}

fn json(place: &Place, arguments: &[&str]) -> Value {
    let arguments = [&["db", "affected", "--format", "json"], arguments].concat();
    serde_json::from_str(&place.succeeds(&arguments)).unwrap()
}

/// What the petrel's report itself says of its hits decides how each was used.
#[test]
fn uses_are_those_that_the_report_records() {
    let place = reported();
    let report: Value = serde_json::from_str(&place.read("cases/a/report.json")).unwrap();
    let sample = &report["result"]["items"][0]["samples"][0];
    let hits = sample["hits"].as_array().unwrap();
    let list: Vec<&str> = hits.iter().map(|hit| hit["record"].as_str().unwrap()).collect();
    place.write("list.txt", format!("# retracted\n\n{}\n", list.join("\r\n")));
    let found = json(&place, &["--retracted", "list.txt", "cases", "c"]);
    assert_eq!(
        (&found["reports"], &found["samples"], &found["retracted"]),
        (&3.into(), &3.into(), &list.len().into())
    );
    let rows = found["affected"].as_array().unwrap();
    assert_eq!(rows.len(), hits.len());
    for (row, hit) in rows.iter().zip(hits) {
        assert_eq!((&row["record"], &row["record_taxon"]), (&hit["record"], &hit["taxon"]));
        assert_eq!((&row["sample"], &row["root"]), (&sample["id"], &report["result"]["reference"]["root"]));
        let is_of =
            |key: &str| sample[key]["taxa"].as_array().is_some_and(|taxa| taxa.contains(&hit["taxon"]));
        let concluded = sample["conclusion"]["taxon"] == hit["taxon"] || is_of("nearest");
        let level = &sample["conclusion"]["level"];
        let names = *level != "inconclusive_data" && *level != "not_supported_by_reference";
        let expected = match (names && concluded, is_of("nearest"), is_of("nearest_other")) {
            (true, _, _) => "supported_conclusion",
            (_, true, _) => "nearest",
            (_, _, true) => "nearest_other",
            _ => "listed",
        };
        assert_eq!(row["use"], expected, "{row}");
    }
    assert_eq!(found["not_recorded"].as_array().unwrap().len(), 3);
    let table = place.succeeds(&["db", "affected", "--retracted", "list.txt", "cases", "c"]);
    assert!(table.starts_with("1 samples in 1 reports leaned on retracted records"), "{table}");
    assert!(table.contains("What reports do not record:"));
    let tsv = place.succeeds(&["db", "affected", "--retracted", "list.txt", "--format", "tsv", "cases"]);
    assert_eq!(tsv.lines().count(), hits.len() + 1);
    assert!(tsv.lines().all(|line| line.split('\t').count() == 10));
}

/// Lists come as ids, as a curator's table, and as a change log; each takes what was taken away.
#[test]
fn lists_of_every_form() {
    let place = reported();
    let records = |list: &str| -> Vec<(String, String)> {
        place.write("list", list);
        let found = json(&place, &["--retracted", "list", "cases"]);
        let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
        found["affected"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| (text(row, "record"), text(row, "retraction")))
            .collect()
    };
    let (petrel, python) = (PETREL.1, PYTHON.1);
    let pair = |id: &str, reason: &str| (id.to_owned(), reason.to_owned());
    assert_eq!(records(petrel), [pair(petrel, "retracted")]);
    assert_eq!(records("NOBODY\n"), []);
    let decisions = format!(
        "record\tdecision\ttier\treason\twho\tdate\n{petrel}\tquarantine\t\tno voucher\tx\ty\n{python}\taccept\t\tfine\tx\ty\n"
    );
    assert_eq!(records(&decisions), [pair(petrel, "no voucher")]);
    let log = format!(
        "part\tchange\tid\tcolumn\tfrom\tto\treasons\n\
         record\tretiered\t{petrel}\ttier\tscreening\tquarantine\tx\n\
         record\trenamed\t{petrel}\tidentification\tA b\tC d\t\n\
         record\tretiered\t{python}\ttier\tscreening\tforensic\tx\n\
         record\tchanged\t{python}\tsite\t\tx\t\n\
         taxon\tremoved\t{python}\tname\tx\t\t\n"
    );
    assert_eq!(records(&log), [pair(petrel, "screening -> quarantine; renamed: A b -> C d")]);
}

/// The change log of two releases goes straight in.
#[test]
fn the_change_log_of_two_releases_names_the_reports() {
    let place = reported();
    crate::diff::changed_folder(&place);
    let starter = project("reference-db/saola-starter.saola").display().to_string();
    place.succeeds(&["db", "build", "folder", "-o", "new.saola", "--previous", &starter]);
    let found = json(&place, &["--retracted", "new.saola.changes.tsv", "cases", "c"]);
    assert_eq!(found["retracted"], 4);
    let rows = found["affected"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["record"] == PETREL.1 && row["retraction"] == "removed"), "{rows:?}");
    assert!(rows.iter().all(|row| row["report"].as_str().unwrap().contains("cases/a")), "{rows:?}");
}

#[test]
fn lists_and_reports_that_are_none() {
    let place = reported();
    let refuses = |list: &str, words: &[&str]| {
        place.write("list", list);
        place.fails(
            1,
            &["db", "affected", "--retracted", "list", "cases"],
            &[&["list, line"], words].concat(),
        );
    };
    refuses("# nothing\n", &["line 1", "names no record"]);
    refuses("two words\n", &["line 1", "two words"]);
    refuses("a\n\u{1b}[2J\n", &["line 2", "no record id"]);
    refuses("sample\tid\nx\ty\n", &["record_id"]);
    refuses("record\treason\nx\n", &["line 2"]);
    place.write("list", PETREL.1);
    let named = |report: &str, words: &[&str]| {
        place.fails(1, &["db", "affected", "--retracted", "list", report], &[&[report], words].concat());
    };
    named("petrel.fasta", &["not a report"]);
    named("missing.json", &[]);
    place.fails(1, &["db", "affected", "--retracted", "missing.txt", "cases"], &["missing.txt"]);
    place.write("x.json", "{\"schema_version\":\"99\"}");
    named("x.json", &["version \"99\""]);
    place.write("x.json", "[".repeat(100_000));
    named("x.json", &["not a report"]);
    place.write("x.json", "{\"schema_version\":\"1\",\"result\":{}}");
    named("x.json", &["not a report", "missing field"]);
    let huge = fs_err::File::create(place.path("huge.json")).unwrap();
    huge.set_len((64 << 20) + 1).unwrap();
    named("huge.json", &["67108864 bytes"]);
}

/// In a folder, what cannot be read is named after the answer, and the program does not end as if all were well.
#[test]
fn nothing_in_a_folder_is_passed_over_in_silence() {
    let place = reported();
    place.write("cases/broken/report.json", "{");
    place.write("list", PETREL.1);
    let found = place.run(&["db", "affected", "--retracted", "list", "cases"]);
    assert_eq!(found.code, 1);
    assert!(found.stdout.contains("leaned on retracted records") && found.stdout.contains(PETREL.1));
    assert!(found.stdout.contains("Not read:") && found.stderr.contains("broken"), "{}", found.stdout);
}

/// A link to the folder itself is not followed round and round.
#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let place = reported();
    std::os::unix::fs::symlink(place.path("cases"), place.path("cases/again")).unwrap();
    place.write("list", PETREL.1);
    let found = json(&place, &["--retracted", "list", "cases"]);
    assert_eq!((&found["reports"], found["links"].as_array().unwrap().len()), (&2.into(), 1));
}
