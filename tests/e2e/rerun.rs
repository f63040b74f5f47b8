//! `saola rerun`: the analysis of a report, repeated and compared.

use serde_json::Value;

use crate::support::{PETREL, PYTHON, Place, bases, fasta};

/// A place with a report on two animals, made with everything that can be asked.
fn reported() -> Place {
    let place = Place::with_petrel();
    let two = fasta(PETREL.1, &bases(PETREL)) + &fasta(PYTHON.1, &bases(PYTHON));
    place.write("two.fasta", two);
    let asked =
        ["--offence-date", "2012-05-05", "--origin", "AU", "--party", "JP", "--question", "Pythonidae"];
    place.succeeds(&[&["identify", "two.fasta", "--out", "case"], &asked[..]].concat());
    place
}

fn edit(place: &Place, change: impl FnOnce(&mut Value)) {
    let mut report: Value = serde_json::from_str(&place.read("case/report.json")).unwrap();
    change(&mut report);
    place.write("edited.json", serde_json::to_vec(&report).unwrap());
}

/// Runs on `edited.json` and gives the answer.
fn answer(place: &Place, code: i32, arguments: &[&str]) -> Value {
    let finished = place.run(&[&["rerun", "edited.json", "--format", "json"], arguments].concat());
    assert_eq!(finished.code, code, "{}", finished.stderr);
    serde_json::from_str(&finished.stdout).unwrap()
}

fn pointers(answer: &Value) -> Vec<&str> {
    answer["differences"].as_array().unwrap().iter().map(|place| place["pointer"].as_str().unwrap()).collect()
}

fn premises(answer: &Value) -> Vec<&str> {
    answer["premises"].as_array().unwrap().iter().map(|premise| premise["what"].as_str().unwrap()).collect()
}

#[test]
fn the_same_with_and_without_the_files() {
    let place = reported();
    let alone = place.succeeds(&["rerun", "case/report.json"]);
    assert!(alone.starts_with("case/report.json: same"), "{alone}");
    assert!(alone.contains("sequences are those in the report"), "{alone}");
    let with_files = place.succeeds(&["rerun", "case/report.json", "two.fasta", "--threads", "1"]);
    assert_eq!(with_files, "case/report.json: same: the result is the same in every place\n");
    let with_more = place.succeeds(&["rerun", "case/report.json", "petrel.fasta", "two.fasta"]);
    assert!(with_more.contains("no sample of the file \"petrel.fasta\""), "{with_more}");
}

/// Base qualities and gaps are in the file only, a sheet's items and markers in the report only.
#[test]
fn reads_with_qualities_and_sheets_are_the_same_again() {
    let place = reported();
    let bases = bases(PETREL);
    place.write("reads.fastq", format!("@r1\n{bases}\n+\n{}\n", "5".repeat(bases.len())));
    place.succeeds(&["identify", "reads.fastq", "--out", "reads"]);
    place.succeeds(&["rerun", "reads/report.json", "reads.fastq"]);
    place.write(
        "sheet.tsv",
        format!(
            "sample\titem\tfile\trecord\tmarker\ns1\tA\ttwo.fasta\t{}\t\ns2\tA\ttwo.fasta\t{}\tcytb\n",
            PETREL.1, PYTHON.1
        ),
    );
    place.succeeds(&["identify", "--sheet", "sheet.tsv", "--out", "sheet"]);
    let said = place.succeeds(&["rerun", "sheet/report.json", "two.fasta"]);
    assert!(said.contains("sample s2: the marker cytb was given"), "{said}");
}

/// A report that was edited by hand is different there, and its recorded digest says so first.
#[test]
fn an_edited_report_is_different_where_it_was_edited() {
    let place = reported();
    edit(&place, |report| report["result"]["items"][0]["conclusion"]["taxon"] = "Sula sula".into());
    let found = answer(&place, 3, &[]);
    assert_eq!(pointers(&found), ["/items/0/conclusion/taxon"]);
    assert_eq!(found["differences"][0]["old"], "Sula sula");
    assert_eq!(premises(&found), ["digest of the result in the report"]);
    assert_eq!((&found["same"], &found["same_conclusions"]), (&false.into(), &false.into()));
    let table = place.run(&["rerun", "edited.json"]).stdout;
    assert!(
        table.contains("/items/0/conclusion/taxon: \"Sula sula\" -> \"Aphrodroma brevirostris\""),
        "{table}"
    );
    // What this program does not know is a difference too.
    edit(&place, |report| report["result"]["more"] = 1.into());
    assert_eq!(pointers(&answer(&place, 3, &[])), ["/more"]);
    edit(&place, |report| report["run"]["threads"] = 77.into());
    assert_eq!(answer(&place, 0, &[])["same"], true);
}

/// Another release, program, rules or profile is said first.
#[test]
fn what_went_in_and_is_different_is_said_first() {
    let place = reported();
    crate::diff::changed_folder(&place);
    place.succeeds(&["db", "build", "folder", "-o", "new.saola"]);
    edit(&place, |_| ());
    let found = answer(&place, 3, &["--db", "new.saola"]);
    assert_eq!(
        premises(&found),
        ["root of the release", "digest of the index", "digest of the reliability data"]
    );
    assert!(pointers(&found).contains(&"/reference/root"));
    // The petrel's own record is gone, so the hits differ; the python stands.
    assert!(pointers(&found).iter().any(|place| place.starts_with("/items/0/samples/0/hits/0/")));
    assert!(!pointers(&found).iter().any(|place| place.starts_with("/items/1/samples/0/hits")));
    edit(&place, |report| {
        report["rules_version"] = "0".into();
        report["result"]["software"]["version"] = "0.0.1".into();
        report["result"]["profile"]["digest"] = "00".into();
    });
    let found = answer(&place, 3, &[]);
    let (program, rules) = ("version of the program", "version of the rules");
    assert_eq!(
        premises(&found),
        ["digest of the result in the report", program, rules, "digest of the profile"]
    );
    assert_eq!(found["same_conclusions"], true);
    assert_eq!(pointers(&found), ["/profile/digest", "/software/version"]);
}

#[test]
fn a_changed_file_is_said_first() {
    let place = reported();
    let text = place.read("two.fasta");
    place.write("two.fasta", text.replace(&bases(PETREL)[..20], &"A".repeat(20)));
    edit(&place, |_| ());
    let found = answer(&place, 3, &["two.fasta"]);
    assert_eq!(premises(&found), ["digest of the file \"two.fasta\""]);
    assert!(pointers(&found).contains(&"/items/0/samples/0/sequence"));
}

#[test]
fn reports_that_cannot_be_repeated() {
    let place = reported();
    let refuses = |change: &dyn Fn(&mut Value), words: &[&str]| {
        edit(&place, change);
        place.fails(1, &["rerun", "edited.json"], words);
    };
    let sample =
        |report: &mut Value, key: &str, value: Value| report["result"]["items"][0]["samples"][0][key] = value;
    refuses(&|report| report["schema_version"] = "2".into(), &["edited.json", "version \"2\""]);
    refuses(&|report| report["result"]["profile"]["name"] = "lab".into(), &["\"lab\"", "--profile"]);
    refuses(&|report| report["result"]["circumstances"]["origin"] = "Java".into(), &["origin", "Java"]);
    refuses(&|report| report["result"]["circumstances"]["offence_date"] = "5/5/12".into(), &["5/5/12"]);
    refuses(&|report| sample(report, "sequence", "ACGT!!".into()), &[PETREL.1, "sequence"]);
    refuses(&|report| sample(report, "sequence", "ACGT\n>x\nAC".into()), &[PETREL.1, "several"]);
    refuses(&|report| sample(report, "sequence", "".into()), &[PETREL.1]);
    refuses(&|report| sample(report, "sequence", "A".repeat(1_000_001).into()), &[PETREL.1, "1000000"]);
    refuses(&|report| sample(report, "hits", 7.into()), &["not a report"]);
    place.write("edited.json", "nothing");
    place.fails(1, &["rerun", "edited.json"], &["edited.json", "not a report"]);
    place.fails(1, &["rerun", "case"], &["case", "folder"]);
    place.fails(1, &["rerun", "missing.json"], &["missing.json"]);
    place.fails(1, &["rerun", "case/report.json", "petrel.fasta"], &["two.fasta", "not among the files"]);
    place.write("other/two.fasta", place.read("petrel.fasta"));
    place.fails(1, &["rerun", "case/report.json", "other/two.fasta"], &[PYTHON.1]);
    place.fails(4, &["rerun", "case/report.json", "--db", "two.fasta"], &["not a reference database"]);
    let question = |report: &mut Value| {
        for item in 0..2 {
            report["result"]["items"][item]["samples"][0]["questions"][0]["taxon"] = "Nix".into();
        }
    };
    edit(&place, question);
    place.fails(1, &["rerun", "edited.json"], &["Nix"]);
}
