//! What is printed, in every format: columns as documented, and one content in all of them.

use std::collections::{BTreeMap, BTreeSet};

use saola::Sha256Digest;
use serde_json::Value;

use crate::support::{PETREL, PYTHON, Place, bases, fasta, gzip, project, records};

const SAMPLE_COLUMNS: &str = "item\tsample\tfile\tsha256\trecord\tmarker\tstrand\tlength\tlevel\ttaxon\tcandidates\t\
    nearest\tnearest_differences\tnearest_columns\tnearest_other\tnearest_other_differences\tnearest_other_columns\t\
    missing_congeners\tappendix\tfirst_failing_gate\tnotice";
const HIT_COLUMNS: &str = "sample\trecord\ttaxon\ttier\tkind\tmatches\tdifferences\tcolumns\tgap_columns\tgap_events\t\
    ambiguous\tstrand\tquery_start\tquery_end\tref_start\tref_end\tcigar\tnotice";
const SEARCH_COLUMNS: &str = "query\trecord\ttaxon\tmarker\tkind\tmatches\tdifferences\tcolumns\tgap_columns\tgap_events\t\
    ambiguous\tstrand\tquery_start\tquery_end\tref_start\tref_end\tcigar\tstanding";

const CERTIFICATE_COLUMNS: &str = "query\tmarker\trecords\texcluded_by_words\texcluded_by_consensus\t\
    excluded_by_differences\taligned\tidentity_bound\tmost_differences\thits_complete\tbest_proven";

type Row = BTreeMap<String, String>;

/// Rows of a table with exactly these columns.
fn rows(text: &str, columns: &str) -> Vec<Row> {
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some(columns));
    let names: Vec<&str> = columns.split('\t').collect();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells.len(), names.len(), "{line}");
        names.iter().zip(cells).map(|(name, cell)| ((*name).to_owned(), cell.to_owned())).collect()
    };
    lines.map(row).collect()
}

/// A JSON value as a cell shows it.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(cell).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    }
}

fn samples(report: &Value) -> Vec<&Value> {
    let items = report["result"]["items"].as_array().unwrap();
    items.iter().flat_map(|item| item["samples"].as_array().unwrap()).collect()
}

/// A place with a bird and a snake in one file.
fn two_animals() -> Place {
    let place = Place::new();
    place.write("two.fasta", fasta(PETREL.1, &bases(PETREL)) + &fasta(PYTHON.1, &bases(PYTHON)));
    place
}

fn reverse_complement(bases: &str) -> String {
    let complement = |base| match base {
        'A' => 'T',
        'C' => 'G',
        'G' => 'C',
        'T' => 'A',
        other => panic!("{other} is not expected here"),
    };
    bases.chars().rev().map(complement).collect()
}

#[test]
fn identify_says_the_same_in_every_format() {
    let place = two_animals();
    let print = |format: &str| {
        let arguments = ["identify", "two.fasta", "--offence-date", "2012-05-05", "--out", format];
        place.succeeds(&[&arguments[..], &["--format", format]].concat())
    };
    let printed = print("json");
    assert_eq!(printed, place.read("json/report.json"));
    let report: Value = serde_json::from_str(&printed).unwrap();
    let samples = samples(&report);
    assert_eq!(samples.len(), 2);

    let lines = print("jsonl");
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().eq(samples.iter().copied()));

    let table = rows(&print("tsv"), SAMPLE_COLUMNS);
    let text = print("table");
    assert_eq!(table.len(), samples.len());
    for (row, sample) in table.iter().zip(&samples) {
        let conclusion = &sample["conclusion"];
        let expected = [
            ("sample", &sample["id"]),
            ("file", &sample["source"]["file"]),
            ("sha256", &sample["source"]["sha256"]),
            ("record", &sample["source"]["record"]),
            ("marker", &sample["marker"]),
            ("strand", &sample["strand"]),
            ("length", &sample["length"]),
            ("taxon", &conclusion["taxon"]),
            ("candidates", &conclusion["candidates"]),
            ("nearest", &sample["nearest"]["taxa"]),
            ("nearest_differences", &sample["nearest"]["differences"]),
            ("nearest_columns", &sample["nearest"]["columns"]),
            ("nearest_other", &sample["nearest_other"]["taxa"]),
            ("nearest_other_differences", &sample["nearest_other"]["differences"]),
            ("missing_congeners", &sample["missing_congeners"]),
        ];
        for (column, value) in expected {
            assert_eq!(row[column], cell(value), "{column}");
        }
        for words in [&row["sample"], &row["marker"], &row["level"], &row["taxon"], &row["appendix"]] {
            assert!(text.contains(words.as_str()), "{words} is not in {text}");
        }
    }

    let hits = rows(&place.read("json/hits.tsv"), HIT_COLUMNS);
    let expected = samples.iter().flat_map(|sample| sample["hits"].as_array().unwrap());
    assert!(
        hits.iter().map(|row| &row["record"]).eq(expected.clone().map(|hit| hit["record"].as_str().unwrap()))
    );
    for (row, hit) in hits.iter().zip(expected) {
        for (column, value) in hit.as_object().unwrap() {
            assert_eq!(row[column], cell(value), "{column}");
        }
    }
    // Rows can be cut out of their tables, so each says it.
    assert!(table.iter().chain(&hits).all(|row| row["notice"] == "not for casework"));
    for file in ["hits.tsv", "report.html", "report.json"] {
        assert!(place.path("tsv").join(file).is_file());
    }
    assert!(place.read("tsv/hits.tsv") == place.read("json/hits.tsv"));
}

/// Letters of a CIGAR with their counts.
fn operations(cigar: &str) -> Vec<(usize, char)> {
    let parts = cigar.split_inclusive(|letter: char| !letter.is_ascii_digit());
    parts
        .map(|part| {
            let (count, letter) = part.split_at(part.len() - 1);
            (count.parse().unwrap(), letter.chars().next().unwrap())
        })
        .collect()
}

/// Counts a row's alignment anew from the two sequences, base by base.
fn recount(row: &Row, query: &str, record: &str) {
    let number = |column: &str| row[column].parse::<usize>().unwrap();
    let query = &query.as_bytes()[number("query_start") - 1..number("query_end")];
    let record = &record.as_bytes()[number("ref_start") - 1..number("ref_end")];
    let (mut at, mut counts) = ((0, 0), BTreeMap::<char, usize>::new());
    for (count, letter) in operations(&row["cigar"]) {
        *counts.entry(letter).or_default() += count;
        for _ in 0..count {
            match letter {
                '=' => assert_eq!(query[at.0], record[at.1]),
                'X' => assert_ne!(query[at.0], record[at.1]),
                'M' => assert!(![query[at.0], record[at.1]].iter().all(|base| b"ACGT".contains(base))),
                'I' | 'D' => {}
                other => panic!("{other} in a CIGAR"),
            }
            at = (at.0 + usize::from(letter != 'D'), at.1 + usize::from(letter != 'I'));
        }
    }
    assert_eq!(at, (query.len(), record.len()));
    let of = |letter: char| counts.get(&letter).copied().unwrap_or_default();
    assert_eq!(number("matches"), of('='));
    assert_eq!(number("differences"), of('X') + of('I') + of('D'));
    assert_eq!(number("gap_columns"), of('I') + of('D'));
    assert_eq!(number("ambiguous"), of('M'));
    assert_eq!(number("columns"), number("matches") + number("differences"));
}

fn search(place: &Place, file: &str, format: &str) -> String {
    place.succeeds(&["search", file, "--min-identity", "0.9", "--format", format])
}

#[test]
fn search_counts_what_the_two_sequences_say() {
    let place = two_animals();
    let queries = BTreeMap::from([(PETREL.1, bases(PETREL)), (PYTHON.1, bases(PYTHON))]);
    let sources = ["nl-vertebrates-coi", "mammals-mt", "pythons-mt", "cetaceans-mt", "human-mitogenome"];
    let references: BTreeMap<String, String> = sources.into_iter().flat_map(records).collect();
    let table = rows(&search(&place, "two.fasta", "tsv"), SEARCH_COLUMNS);
    let mut recounted = 0;
    for row in &table {
        assert_eq!(row["strand"], "+");
        if let Some(reference) = references.get(&row["record"]) {
            recount(row, &queries[row["query"].as_str()], reference);
            recounted += 1;
        }
    }
    assert!(recounted > 10, "{recounted} of {}", table.len());
    assert!(table.iter().any(|row| row["gap_columns"] != "0"));
    assert!(table.iter().any(|row| row["ambiguous"] != "0"));
}

#[test]
fn search_says_the_same_in_every_format() {
    let place = two_animals();
    let table = rows(&search(&place, "two.fasta", "tsv"), SEARCH_COLUMNS);
    let lengths = BTreeMap::from([(PETREL.1, bases(PETREL).len()), (PYTHON.1, bases(PYTHON).len())]);
    let blast = search(&place, "two.fasta", "blast6");
    let paf = search(&place, "two.fasta", "paf");
    let json = search(&place, "two.fasta", "jsonl");
    assert_eq!([blast.lines().count(), paf.lines().count(), json.lines().count()], [table.len(); 3]);
    for (row, line) in table.iter().zip(blast.lines()) {
        let number = |column: &str| row[column].parse::<u64>().unwrap();
        let identity = number("matches") * 100_000 / number("columns");
        let expected = [
            row["query"].clone(),
            row["record"].clone(),
            format!("{}.{:03}", identity / 1000, identity % 1000),
            row["columns"].clone(),
            (number("differences") - number("gap_columns")).to_string(),
            row["gap_events"].clone(),
            row["query_start"].clone(),
            row["query_end"].clone(),
            row["ref_start"].clone(),
            row["ref_end"].clone(),
            "*".to_owned(),
            "*".to_owned(),
        ];
        assert_eq!(line.split('\t').collect::<Vec<_>>(), expected);
    }
    for (row, line) in table.iter().zip(paf.lines()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let number = |column: &str| row[column].parse::<usize>().unwrap();
        let block: usize = operations(&row["cigar"]).iter().map(|(count, _)| count).sum();
        let expected = [
            row["query"].clone(),
            lengths[row["query"].as_str()].to_string(),
            (number("query_start") - 1).to_string(),
            row["query_end"].clone(),
            "+".to_owned(),
            row["record"].clone(),
            cells[6].to_owned(),
            (number("ref_start") - 1).to_string(),
            row["ref_end"].clone(),
            row["matches"].clone(),
            block.to_string(),
            "255".to_owned(),
            format!("NM:i:{}", row["differences"]),
            format!("cg:Z:{}", row["cigar"]),
        ];
        assert_eq!(cells, expected);
        assert!(cells[6].parse::<usize>().unwrap() >= number("ref_end"));
    }
    let renamed = [("id", "record"), ("reference_start", "ref_start"), ("reference_end", "ref_end")];
    for (row, line) in table.iter().zip(json.lines()) {
        let hit: Value = serde_json::from_str(line).unwrap();
        let hit = hit.as_object().unwrap();
        assert_eq!(hit.len(), row.len());
        for (key, value) in hit {
            let column =
                renamed.iter().find(|(name, _)| name == key).map_or(key.as_str(), |(_, column)| column);
            assert_eq!(row[column], cell(value), "{column}");
        }
    }
}

/// What `identify` lists are hits that `search` finds, with the same counts and places.
#[test]
fn identify_and_search_agree_on_hits() {
    let place = two_animals();
    let table = rows(&search(&place, "two.fasta", "tsv"), SEARCH_COLUMNS);
    let report = place.identify(&["two.fasta"]);
    let mut compared = 0;
    for sample in samples(&report) {
        for hit in sample["hits"].as_array().unwrap() {
            let is_it =
                |row: &&Row| row["query"] == cell(&sample["id"]) && row["record"] == cell(&hit["record"]);
            let Some(row) = table.iter().find(is_it) else { continue };
            for (column, value) in hit.as_object().unwrap().iter().filter(|(column, _)| *column != "tier") {
                assert_eq!(row[column], cell(value), "{column}");
            }
            compared += 1;
        }
    }
    assert!(compared > 5, "{compared}");
}

/// The result without what says where the bytes came from.
fn without_source(mut report: Value) -> Value {
    for item in report["result"]["items"].as_array_mut().unwrap() {
        for sample in item["samples"].as_array_mut().unwrap() {
            sample["source"] = Value::Null;
            assert_eq!(sample["gates"][0]["id"], "G0");
            sample["gates"][0] = Value::Null;
        }
    }
    report["result"].take()
}

#[test]
fn gzip_and_standard_input_give_the_same_result() {
    let place = two_animals();
    let text = place.read("two.fasta");
    let compressed = gzip(text.as_bytes());
    place.write("two.anything", &compressed);
    let plain = place.identify(&["two.fasta"]);
    let packed = place.identify(&["two.anything"]);
    let arguments = ["identify", "-", "--format", "json"];
    let piped = place.run_with_input(&arguments, text.as_bytes());
    let piped: Value = serde_json::from_str(&piped.stdout).unwrap();
    let source = |report: &Value| samples(report)[0]["source"].clone();
    assert_eq!(source(&plain)["sha256"], Sha256Digest::of(text.as_bytes()).to_string());
    assert_eq!(source(&packed)["sha256"], Sha256Digest::of(&compressed).to_string());
    assert_eq!(source(&piped)["sha256"], source(&plain)["sha256"]);
    assert_eq!(source(&piped)["file"], "standard input");
    let plain = without_source(plain);
    assert_eq!(plain, without_source(packed));
    assert_eq!(plain, without_source(piped));
    let from_pipe = place.run_with_input(&["search", "-"], &compressed).stdout;
    assert_eq!(from_pipe, place.succeeds(&["search", "two.fasta"]));
}

fn gate<'a>(sample: &'a Value, id: &str) -> &'a Value {
    sample["gates"].as_array().unwrap().iter().find(|gate| gate["id"] == id).unwrap()
}

/// Real bases with qualities made up for the test.
#[test]
fn qualities_are_judged_where_they_are_given() {
    let place = Place::with_petrel();
    let bases = bases(PETREL);
    let fastq = |name: &str, quality: &str| {
        format!("@{name}_qualities_simulated\n{bases}\n+\n{}\n", quality.repeat(bases.len()))
    };
    // Phred+33: 'I' is 40, '#' is 2.
    place.write("simulated.fastq", fastq("good", "I") + &fastq("bad", "#"));
    let report = place.identify(&["simulated.fastq", "petrel.fasta"]);
    let samples = samples(&report);
    assert_eq!(gate(samples[0], "G1")["status"], "pass");
    assert_eq!(gate(samples[0], "G1")["value"], "mean Phred 40");
    assert_eq!(gate(samples[1], "G1")["status"], "fail");
    assert_eq!(gate(samples[1], "G1")["value"], "mean Phred 2");
    assert_eq!(gate(samples[2], "G1")["status"], "not_evaluated");
    assert_eq!(samples[0]["conclusion"], samples[2]["conclusion"]);
    assert_eq!(samples[1]["conclusion"]["taxon"], Value::Null);
}

#[test]
fn the_other_strand_has_the_same_answer() {
    let place = two_animals();
    let turned = [PETREL, PYTHON].map(|record| fasta(record.1, &reverse_complement(&bases(record))));
    place.write("turned.fasta", turned.concat());
    let (report, turned) = (place.identify(&["two.fasta"]), place.identify(&["turned.fasta"]));
    for (sample, turned) in samples(&report).into_iter().zip(samples(&turned)) {
        assert_eq!((&sample["strand"], &turned["strand"]), (&"+".into(), &"-".into()));
        for key in ["marker", "nearest", "nearest_other", "conclusion", "missing_congeners"] {
            assert_eq!(sample[key], turned[key], "{key}");
        }
    }
    let blast = search(&place, "turned.fasta", "blast6");
    for line in blast.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let place = |cell: usize| cells[cell].parse::<u32>().unwrap();
        assert!(place(6) < place(7) && place(8) > place(9), "{line}");
    }
    assert!(search(&place, "turned.fasta", "paf").lines().all(|line| line.split('\t').nth(4) == Some("-")));
}

/// To renew it: `saola schema report > schemas/report.schema.json`.
#[test]
fn the_schema_on_file_is_the_one_printed_and_reports_follow_it() {
    let place = two_animals();
    let printed = place.succeeds(&["schema", "report"]);
    let on_file = fs_err::read_to_string(project("schemas/report.schema.json")).unwrap();
    assert!(printed == on_file, "run `saola schema report > schemas/report.schema.json`");
    let schema: Value = serde_json::from_str(&printed).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    place.write("short.fasta", ">short\nACGTACGTAC\n");
    let circumstances = ["--offence-date", "2012-05-05", "--origin", "AU", "--party", "JP"];
    let questions = ["--question", "Pythonidae", "--question", "Antaresia childreni"];
    let mut report =
        place.identify(&[&["two.fasta", "short.fasta"], &circumstances[..], &questions[..]].concat());
    let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    report["result"]["items"][0]["samples"][0]["conclusion"]["level"] = "CERTAIN".into();
    assert!(!validator.is_valid(&report));
}

#[test]
fn an_exhaustive_search_finds_the_same() {
    let place = Place::new();
    let queries = [PETREL, PYTHON, ("human-mitogenome", "NC_001807.4.12S"), ("orchids-its", "Z78439.1.ITS")];
    place.write("four.fasta", queries.map(|record| fasta(record.1, &bases(record))).concat());
    let arguments = ["search", "four.fasta", "--min-identity", "0.88"];
    let quick = place.succeeds(&arguments);
    assert!(quick.lines().count() > 20);
    assert_eq!(quick, place.succeeds(&[&arguments[..], &["--exhaustive"]].concat()));
    assert_eq!(quick, place.succeeds(&[&arguments[..], &["--threads", "1"]].concat()));
}

/// Every record of the marker is in exactly one column of the account, and a record below the least identity is only called best
/// when that was proven.
#[test]
fn the_account_adds_up_and_nothing_unproven_is_called_best() {
    let place = Place::new();
    // One base less than the record: no record is equal to it.
    let mut changed = bases(PETREL);
    changed.remove(300);
    place.write("changed.fasta", fasta("changed", &changed));
    let standing = |arguments: &[&str]| {
        let text = place.succeeds(&[&["search", "changed.fasta", "--max-hits", "1"], arguments].concat());
        rows(&text, SEARCH_COLUMNS).iter().map(|row| row["standing"].clone()).collect::<BTreeSet<_>>()
    };
    let all = |word: &str| BTreeSet::from([word.to_owned()]);
    assert_eq!(standing(&["--certificate", "near.tsv"]), all("listed"));
    let far = ["--min-identity", "1", "--certificate"];
    assert_eq!(standing(&[&far[..], &["far.tsv"]].concat()), all("nearest"));
    assert_eq!(standing(&[&far[..], &["proven.tsv", "--prove-best"]].concat()), all("best"));
    for (file, proven) in [("near.tsv", "yes"), ("far.tsv", "no"), ("proven.tsv", "yes")] {
        let row = &rows(&place.read(file), CERTIFICATE_COLUMNS)[0];
        let number = |column: &str| row[column].parse::<u64>().unwrap();
        let parts = ["excluded_by_words", "excluded_by_consensus", "excluded_by_differences", "aligned"];
        assert_eq!(parts.iter().map(|part| number(part)).sum::<u64>(), number("records"), "{file}");
        assert_eq!(row["best_proven"], proven, "{file}");
    }
}

/// The sequence that most records of the table have in common.
fn most_common_sequence(source: &str) -> (String, usize) {
    let mut counts = BTreeMap::new();
    for (_, bases) in records(source) {
        *counts.entry(bases).or_insert(0) += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).unwrap()
}

#[test]
fn a_limit_on_hits_keeps_ties() {
    let place = Place::new();
    let (bases, copies) = most_common_sequence("nl-vertebrates-coi");
    assert!(copies > 2);
    place.write("common.fasta", fasta("common", &bases));
    let all = place.succeeds(&["search", "common.fasta"]);
    // Without a difference the identity is 1, over however many columns.
    let is_best = |row: &&Row| row["kind"] == "spanning" && row["differences"] == "0";
    let table = rows(&all, SEARCH_COLUMNS);
    let tied = table.iter().take_while(is_best).count();
    assert!(tied > 1 && tied < table.len());
    assert_eq!(tied, table.iter().filter(is_best).count());
    for limit in [1, 2, tied] {
        let limited = place.succeeds(&["search", "common.fasta", "--max-hits", &limit.to_string()]);
        assert_eq!(rows(&limited, SEARCH_COLUMNS), table[..tied]);
    }
    let limit = (tied + 1).to_string();
    let limited = rows(&place.succeeds(&["search", "common.fasta", "--max-hits", &limit]), SEARCH_COLUMNS);
    assert_eq!(limited, table[..limited.len()]);
    assert!(limited.len() > tied);
}

#[test]
fn the_least_identity_is_a_fraction() {
    let place = Place::with_petrel();
    for wrong in ["95", "1.01", "abc", "", ".", "0,95", "1e-1", "0.9999999999", "NaN", "-0.5"] {
        let argument = format!("--min-identity={wrong}");
        place.fails(2, &["search", "petrel.fasta", &argument], &["--min-identity", "from 0 to 1", "0.95"]);
    }
    let hits = |least: &str| {
        rows(&place.succeeds(&["search", "petrel.fasta", "--min-identity", least]), SEARCH_COLUMNS)
    };
    assert_eq!(hits("1"), hits("1.000"));
    assert!(hits("1").iter().all(|row| row["differences"] == "0"));
    let of_percent = |row: &&Row| {
        row["matches"].parse::<u32>().unwrap() * 100 >= row["columns"].parse::<u32>().unwrap() * 97
    };
    let all = hits("0.9");
    assert_eq!(hits("0.97"), all.iter().filter(of_percent).cloned().collect::<Vec<_>>());
    assert!(all.len() > hits("0.97").len());
}

#[test]
fn quiet_is_quiet() {
    let place = Place::with_petrel();
    place.write("short.fasta", ">short\nACGTACGTAC\n");
    let stderr = |arguments: &[&str]| {
        let finished = place.run(arguments);
        assert_eq!(finished.code, 0);
        finished.stderr
    };
    assert_eq!(stderr(&["identify", "petrel.fasta", "--out", "told"]), "report written to told\n");
    assert_eq!(stderr(&["--quiet", "identify", "petrel.fasta", "--out", "quiet"]), "");
    assert!(stderr(&["search", "short.fasta"]).contains("short: no marker recognised"));
    assert_eq!(stderr(&["search", "short.fasta", "--quiet"]), "");
    assert_eq!(stderr(&["db", "verify", "--quiet"]), "");
}
