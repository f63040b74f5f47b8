//! Sanger traces. What the files hold comes from other programs (tests/data/traces/README.md); pairs of reads are simulated from real ones.

use serde_json::Value;

use crate::support::{Place, project};

fn trace(name: &str) -> Vec<u8> {
    fs_err::read(project(&format!("tests/data/traces/{name}"))).unwrap()
}

fn place(names: &[(&str, &str)]) -> Place {
    let place = Place::new();
    for (file, name) in names {
        place.write(name, trace(file));
    }
    place
}

#[test]
fn letters_and_scores_are_those_that_other_programs_read() {
    let table = fs_err::read_to_string(project("tests/data/traces/expected.tsv")).unwrap();
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [file, _, bases, letters, scores] = cells.as_slice() else { panic!("{row}") };
        let place = place(&[(file, file)]);
        let printed = place.succeeds(&["consensus", file, "--raw", "--format", "fastq"]);
        let lines: Vec<&str> = printed.lines().collect();
        let sha256 = |text: &str| saola::Sha256Digest::of(text.as_bytes()).to_string();
        assert_eq!(lines[1].len().to_string(), *bases, "{file}");
        assert_eq!((sha256(lines[1]).as_str(), sha256(lines[3]).as_str()), (*letters, *scores), "{file}");
    }
}

#[test]
fn broken_traces_are_refused() {
    let refused = |bytes: &[u8], words: &[&str]| {
        let place = Place::new();
        place.write("x.ab1", bytes);
        place.fails(1, &["consensus", "x.ab1"], words);
        place.fails(1, &["identify", "x.ab1"], words);
    };
    refused(&trace("fake.ab1"), &["x.ab1"]);
    let whole = trace("3100.ab1");
    refused(&whole[..whole.len() / 2], &["x.ab1", "beyond the end of the file"]);
    refused(b"ABIF", &["x.ab1", "the directory lies beyond the end"]);
    let mut many = whole.clone();
    many[18..22].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff]);
    refused(&many, &["items of the directory"]);
    let mut scf = trace("version3.scf");
    scf[12..16].copy_from_slice(&[0, 0, 0x4e, 0x21]);
    refused(&scf, &["called bases: more than the 20000"]);
}

/// 310.ab1 has no qualities, 3100.ab1 has; empty.ab1 has five unknown bases.
#[test]
fn a_trace_without_qualities_or_of_one_direction_names_no_species() {
    let place = place(&[("310.ab1", "old.ab1"), ("3100.ab1", "new.ab1"), ("empty.ab1", "nothing.ab1")]);
    let report = place.identify(&["old.ab1", "new.ab1", "nothing.ab1", "--out", "case"]);
    let sample = |index: usize| &report["result"]["items"][index]["samples"][0];
    let gate = |index: usize, id: &str| {
        let gates = sample(index)["gates"].as_array().unwrap();
        gates
            .iter()
            .find(|gate| gate["id"] == id)
            .map(|gate| (gate["status"].clone(), gate["blocks"].clone()))
    };
    assert_eq!(gate(0, "G1"), Some(("fail".into(), "species".into())));
    assert_eq!(gate(1, "G1"), Some(("pass".into(), "nothing".into())));
    assert_eq!(gate(1, "G1D"), Some(("fail".into(), "species".into())));
    assert_eq!(sample(2)["conclusion"]["level"], "NO_RESULT");
    assert_eq!(sample(1)["reads"]["reads"][0]["instrument"], "WILMAR-21372-006 3100");
    assert_eq!(sample(1)["reads"]["reads"][0]["run_start"], "2010-01-27T09:52:45");
    let page = place.read("case/report.html");
    assert!(page.contains("<svg") && page.contains("WILMAR-21372-006"));
    place.succeeds(&["rerun", "case/report.json", "old.ab1", "new.ab1", "nothing.ab1"]);
}

/// Biopython: `no_smpl1.ab1` holds letters that someone edited (PBAS1) beside the base caller's (PBAS2).
#[test]
fn edited_letters_in_a_trace_are_told_and_not_used() {
    let place = place(&[("no_smpl1.ab1", "x.ab1")]);
    let file: Value =
        serde_json::from_str(&place.succeeds(&["consensus", "x.ab1", "--format", "json"])).unwrap();
    assert_eq!(file["samples"][0]["reads"]["reads"][0]["has_edited_calls"], true);
}

#[test]
fn an_edit_by_hand_is_seen_in_the_json_and_on_the_page() {
    let place = place(&[("3100.ab1", "x.ab1")]);
    let before: Value =
        serde_json::from_str(&place.succeeds(&["consensus", "x.ab1", "--format", "json"])).unwrap();
    let sequence = before["samples"][0]["sequence"].as_str().unwrap().to_owned();
    let from = &sequence[99..100];
    let to = if from == "G" { "T" } else { "G" };
    let edit = |from: &str| {
        let to = if from == "G" { "T" } else { "G" };
        format!(
            "sample\tposition\tfrom\tto\twho\twhy\nx\t100\t{from}\t{to}\tA. Examiner\t<b>one</b> clean peak\n"
        )
    };
    place.write("edits.tsv", edit(from));
    let report = place.identify(&["x.ab1", "--edits", "edits.tsv", "--out", "case"]);
    let sample = &report["result"]["items"][0]["samples"][0];
    assert_eq!(sample["reads"]["edits"][0]["who"], "A. Examiner");
    assert_eq!(&sample["sequence"].as_str().unwrap()[99..100], to);
    let page = place.read("case/report.html");
    assert!(
        page.contains("Changed by hand") && page.contains("&lt;b&gt;one&lt;&#x2f;b&gt; clean peak"),
        "{page}"
    );
    place.succeeds(&["rerun", "case/report.json", "x.ab1"]);
    place.write("edits.tsv", edit(to));
    place.fails(
        1,
        &["consensus", "x.ab1", "--edits", "edits.tsv"],
        &["edits.tsv, line 2", "position 100 is"],
    );
    place.write("edits.tsv", edit(from).replace("\nx\t", "\ny\t"));
    place.fails(
        1,
        &["consensus", "x.ab1", "--edits", "edits.tsv"],
        &["edits.tsv, line 2: no sample \"y\" made of reads"],
    );
}

#[test]
fn names_and_sheets_pair_traces_and_the_order_of_files_does_not_matter() {
    let place =
        place(&[("3100.ab1", "owl_F.ab1"), ("3100.ab1", "b/owl_F.ab1"), ("version3.scf", "owl_R.scf")]);
    // Two reads that do not overlap: one sample by their names, and refused as such.
    place.fails(
        1,
        &["consensus", "owl_F.ab1", "owl_R.scf"],
        &["sample \"owl\"", "owl_R.scf", "does not overlap"],
    );
    place.fails(1, &["consensus", "owl_F.ab1", "b/owl_F.ab1"], &["owl_F.ab1: is given twice"]);
    let apart = ["--pair-by", "(?P<sample>.*)(?P<direction>)", "owl_F.ab1", "owl_R.scf"];
    assert_eq!(place.succeeds(&[&["consensus"], &apart[..]].concat()).matches('>').count(), 2);
    place.fails(2, &["consensus", "--pair-by", "(", "owl_F.ab1"], &["--pair-by"]);
    place.write(
        "sheet.tsv",
        "sample\titem\tfile\trecord\tmarker\nS1\tE1\towl_F.ab1\t\t\nS2\tE1\towl_R.scf\t\t\n",
    );
    let text = place.succeeds(&["consensus", "--sheet", "sheet.tsv"]);
    assert!(text.starts_with(">S1\n") && text.contains(">S2\n"));
    let swapped = place.succeeds(&["consensus", "--pair-by", apart[1], "owl_R.scf", "owl_F.ab1"]);
    let sorted = |text: &str| {
        let mut records: Vec<String> = text.split('>').map(str::to_owned).collect();
        records.sort();
        records
    };
    assert_eq!(
        sorted(&swapped),
        sorted(&place.succeeds(&["consensus", "--pair-by", apart[1], "owl_F.ab1", "owl_R.scf"]))
    );
}
