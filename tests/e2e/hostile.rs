//! Names that would be markup, break columns or fill a page, in every output.

use serde_json::Value;

use crate::support::{PYTHON, Place, bases, fasta};

const SCRIPT: &str = "<script>alert(1)</script>";
const QUOTES: &str = "\"a'b&c\"><img/src=x/onerror=alert(1)>;{{7*7}}";

/// Identifies into `case/` and checks what holds for any name; gives the report and the HTML page.
fn report(place: &Place, arguments: &[&str]) -> (Value, String) {
    let report = place.identify(&[arguments, &["--out", "case"]].concat());
    assert_eq!(serde_json::from_str::<Value>(&place.read("case/report.json")).unwrap(), report);
    let hits = place.read("case/hits.tsv");
    assert!(hits.lines().count() > 1);
    assert!(hits.lines().all(|line| line.split('\t').count() == 18), "{hits}");
    let html = place.read("case/report.html");
    let lower = html.to_lowercase();
    for markup in ["<script", "<img", "<b>bold", "javascript:"] {
        assert!(!lower.contains(markup), "{markup} is in the page");
    }
    (report, html)
}

#[test]
fn record_names_that_are_markup() {
    let place = Place::new();
    let bases = bases(PYTHON);
    place.write("names.fasta", fasta(SCRIPT, &bases) + &fasta(QUOTES, &bases));
    let (report, html) = report(&place, &["names.fasta"]);
    let names: Vec<_> =
        report["result"]["items"].as_array().unwrap().iter().map(|item| &item["id"]).collect();
    assert_eq!(names, [SCRIPT, QUOTES]);
    assert!(html.contains("&lt;script&gt;alert(1)"));
    assert!(html.contains("&amp;c"));
    // Text from input is not a template.
    assert!(html.contains("{{7*7}}"));
    let table = place.succeeds(&["identify", "names.fasta", "--format", "tsv"]);
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split('\t').collect()).collect();
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    assert_eq!([rows[1][1], rows[2][1]], [SCRIPT, QUOTES]);
    let hits = place.succeeds(&["search", "names.fasta", "--format", "jsonl"]);
    assert!(hits.lines().all(|line| serde_json::from_str::<Value>(line).unwrap()["query"].is_string()));
}

#[cfg(unix)]
#[test]
fn a_file_name_that_is_markup() {
    let place = Place::new();
    place.write("<b>bold<i>.fasta", fasta("plain", &bases(PYTHON)));
    let (report, html) = report(&place, &["<b>bold<i>.fasta"]);
    assert_eq!(report["result"]["items"][0]["samples"][0]["source"]["file"], "<b>bold<i>.fasta");
    assert!(html.contains("&lt;b&gt;bold"));
}

#[test]
fn names_of_a_thousand_characters() {
    let place = Place::new();
    let (name, bases) = ("n".repeat(1000), bases(PYTHON));
    place.write("long.fasta", fasta(&name, &bases));
    let (report, html) = report(&place, &["long.fasta"]);
    assert_eq!(report["result"]["items"][0]["id"], name.as_str());
    assert!(html.contains(&name));
    assert!(place.succeeds(&["identify", "long.fasta"]).starts_with(&name));
    place.write("longer.fasta", fasta(&"n".repeat(1001), &bases));
    place.fails(1, &["identify", "longer.fasta"], &["longer.fasta", "line 1", "too long"]);
}

#[test]
fn a_sheet_with_markup() {
    let place = Place::new();
    place.write("reads.fasta", fasta("a", &bases(PYTHON)));
    let row = format!("sample\titem\tfile\n\"S\" & <b>bold</b>\t{SCRIPT} tusk, 'left'\treads.fasta\n");
    place.write("sheet.tsv", row);
    let (report, html) = report(&place, &["--sheet", "sheet.tsv"]);
    let item = &report["result"]["items"][0];
    assert_eq!(item["id"], format!("{SCRIPT} tusk, 'left'"));
    assert_eq!(item["samples"][0]["id"], "\"S\" & <b>bold</b>");
    assert!(html.contains("&lt;script&gt;alert(1)"));
    assert!(html.contains("&amp; &lt;b&gt;bold"));
}
