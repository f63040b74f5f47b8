//! Tab-separated forms: one row a sample, one row a hit.

use crate::{Hit, Neighbour, Report, Sample, words};

const SAMPLE_COLUMNS: [&str; 21] = [
    "item",
    "sample",
    "file",
    "sha256",
    "record",
    "marker",
    "strand",
    "length",
    "level",
    "taxon",
    "candidates",
    "nearest",
    "nearest_differences",
    "nearest_columns",
    "nearest_other",
    "nearest_other_differences",
    "nearest_other_columns",
    "missing_congeners",
    "appendix",
    "first_failing_gate",
    "notice",
];

const HIT_COLUMNS: [&str; 18] = [
    "sample",
    "record",
    "taxon",
    "tier",
    "kind",
    "matches",
    "differences",
    "columns",
    "gap_columns",
    "gap_events",
    "ambiguous",
    "strand",
    "query_start",
    "query_end",
    "ref_start",
    "ref_end",
    "cigar",
    "notice",
];

/// One row a sample.
pub fn samples_tsv(report: &Report) -> String {
    let rows = report.samples().map(|(item, sample)| sample_row(&item.id, sample));
    write(&SAMPLE_COLUMNS, rows.map(|row| with_notice(row, report)))
}

/// One row a hit, ranked within its sample.
pub fn hits_tsv(report: &Report) -> String {
    let hits = report.samples().flat_map(|(_, sample)| sample.hits.iter().map(move |hit| (sample, hit)));
    write(&HIT_COLUMNS, hits.map(|(sample, hit)| with_notice(hit_row(&sample.id, hit), report)))
}

/// A row can be cut out of its file, so each says for itself when it is not for casework.
fn with_notice(mut row: Vec<String>, report: &Report) -> Vec<String> {
    row.push(if report.result.profile.casework { String::new() } else { "not for casework".to_owned() });
    row
}

fn sample_row(item: &str, sample: &Sample) -> Vec<String> {
    let conclusion = &sample.conclusion;
    let gate = sample.first_stop().map(|gate| format!("{}: {}; {}", gate.id, gate.value, gate.note));
    let mut row = vec![item.to_owned(), sample.id.clone()];
    row.extend([&sample.source.file, &sample.source.sha256, &sample.source.record].map(Clone::clone));
    row.extend([sample.marker.clone().unwrap_or_default(), sample.strand.clone().unwrap_or_default()]);
    row.extend([sample.length.to_string(), words::level(conclusion.level).to_owned()]);
    row.extend([conclusion.taxon.clone().unwrap_or_default(), conclusion.candidates.join(";")]);
    row.extend(neighbour(sample.nearest.as_ref()));
    row.extend(neighbour(sample.nearest_other.as_ref()));
    row.extend([sample.missing_congeners.join(";"), appendices(sample), gate.unwrap_or_default()]);
    row
}

fn neighbour(neighbour: Option<&Neighbour>) -> [String; 3] {
    neighbour.map_or_else(Default::default, |found| {
        [found.taxa.join(";"), found.differences.to_string(), found.columns.to_string()]
    })
}

/// The Appendices of a sample, and whether they are the answer.
pub(crate) fn appendices(sample: &Sample) -> String {
    use saola_cites::Determination::{Conditional, Determined, NotDetermined};
    let mut listed: Vec<&str> = sample.listings.iter().map(|listing| listing.appendix.as_str()).collect();
    listed.dedup();
    match (sample.listing_status.determination, listed.as_slice()) {
        (NotDetermined, _) => "not determined".to_owned(),
        (Determined | Conditional, []) => "not listed".to_owned(),
        (Determined, listed) => listed.join("/"),
        (Conditional, listed) => format!("{} (conditional)", listed.join("/")),
    }
}

fn hit_row(sample: &str, hit: &Hit) -> Vec<String> {
    let numbers = [hit.matches, hit.differences, hit.columns, hit.gap_columns, hit.gap_events, hit.ambiguous];
    let places = [hit.query_start, hit.query_end, hit.ref_start, hit.ref_end];
    let mut row = vec![sample.to_owned()];
    row.extend([&hit.record, &hit.taxon, &hit.tier, &hit.kind].map(Clone::clone));
    row.extend(numbers.map(|number| number.to_string()));
    row.push(hit.strand.clone());
    row.extend(places.map(|number| number.to_string()));
    row.push(hit.cigar.clone());
    row
}

/// Tabs and line breaks in a cell would move its neighbours, so they become spaces.
fn write(columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let clean = |cell: &str| cell.replace(['\t', '\n', '\r'], " ");
    let mut text = columns.join("\t");
    text.push('\n');
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| clean(cell)).collect();
        text.push_str(&cells.join("\t"));
        text.push('\n');
    }
    text
}
