//! `saola search`.

use std::fmt::Write as _;

use saola::{
    Hit, Kind as HitKind, Marker, Options, Ratio, Release, ReleaseSearch, SequenceRecord, Strand, align,
    with_ties,
};

use crate::arguments::{SearchFormat, SearchOptions};
use crate::failure::{Failure, Kind};
use crate::{database, terminal};

/// A hit with everything that the formats need.
struct Row<'a> {
    query: &'a SequenceRecord,
    marker: &'a Marker,
    hit: &'a Hit,
    taxon: &'a str,
    reference_length: usize,
    cigar: String,
}

pub(crate) fn run(options: &SearchOptions, quiet: bool) -> Result<(), Failure> {
    terminal::use_threads(options.threads)?;
    let min_identity = parse_fraction(&options.min_identity)?;
    let release = database::open(options.db.as_deref())?;
    let fixed = options.marker.as_deref().map(|name| fixed_marker(&release, name)).transpose()?;
    // Everything is read before anything is printed.
    let files =
        options.samples.iter().map(|path| terminal::read_samples(path)).collect::<Result<Vec<_>, _>>()?;
    if !quiet && !release.manifest().notice.is_empty() {
        terminal::say(&format!("note: {}: {}", release.manifest().name, release.manifest().notice));
    }
    let search = ReleaseSearch::new(&release)
        .map_err(|error| Failure::new(Kind::Reference, error, "take a fresh copy of the release"))?;
    let options_of_search = Options {
        min_identity,
        max_hits: options.max_hits,
        min_overlap: options.min_overlap,
        both_strands: true,
    };
    if matches!(options.format, SearchFormat::Tsv) {
        terminal::print(TSV_HEADER)?;
    }
    for query in files.iter().flat_map(|file| &file.records) {
        let marker = fixed.or_else(|| search.find_marker(&query.bases).map(|(marker, _)| marker));
        let Some(marker) = marker else {
            if !quiet {
                let name = &query.name;
                terminal::say(&format!("note: {name}: no marker recognised; name it with --marker"));
            }
            continue;
        };
        terminal::print(&search_one(options, &search, marker, query, &options_of_search)?)?;
    }
    Ok(())
}

fn fixed_marker<'r>(release: &'r Release, name: &str) -> Result<&'r Marker, Failure> {
    let unknown =
        || Failure::new(Kind::Usage, format!("unknown marker {name:?}"), "`saola db info` lists them");
    release.markers().resolve(name).ok_or_else(unknown)
}

fn search_one(
    options: &SearchOptions,
    search: &ReleaseSearch<'_>,
    marker: &Marker,
    query: &SequenceRecord,
    settings: &Options,
) -> Result<String, Failure> {
    // Asked for every record down to identity 0, the search aligns each of them and no bound is used.
    let least = if options.exhaustive { Ratio::ZERO } else { settings.min_identity };
    let max_hits = if options.exhaustive { None } else { settings.max_hits };
    let mut outcome =
        search.search(marker, &query.bases, &Options { min_identity: least, max_hits, ..*settings });
    outcome.hits.retain(|hit| hit.comparison.identity() >= settings.min_identity);
    if let Some(most) = settings.max_hits {
        outcome.hits.truncate(with_ties(&outcome.hits, most).len());
    }
    let hits = if outcome.hits.is_empty() && options.prove_best { &outcome.best } else { &outcome.hits };
    let mut text = String::new();
    for hit in hits {
        if let Some(row) = row(search, marker, query, hit, options.min_overlap) {
            write_row(&mut text, options.format, &row)?;
        }
    }
    Ok(text)
}

fn row<'a>(
    search: &'a ReleaseSearch<'_>,
    marker: &'a Marker,
    query: &'a SequenceRecord,
    hit: &'a Hit,
    min_overlap: usize,
) -> Option<Row<'a>> {
    let records = search.records(marker);
    let bases = records.bases().get(hit.index)?;
    let record = search.release().record(*records.numbers().get(hit.index)?)?;
    let alignment = align(&query.bases, bases, hit.comparison.kind, hit.strand, min_overlap).ok()??;
    Some(Row {
        query,
        marker,
        hit,
        taxon: search.release().taxon_name(record.taxon()),
        reference_length: bases.len(),
        cigar: alignment.cigar.to_string(),
    })
}

const TSV_HEADER: &str = "query\trecord\ttaxon\tmarker\tkind\tmatches\tdifferences\tcolumns\tgap_columns\tgap_events\t\
                          ambiguous\tstrand\tquery_start\tquery_end\tref_start\tref_end\tcigar\n";

fn write_row(text: &mut String, format: SearchFormat, row: &Row<'_>) -> Result<(), Failure> {
    let counts = &row.hit.comparison;
    let (query, record) = (&row.query.name, &row.hit.id);
    let (from, to) = (counts.query_start, counts.query_end);
    let (ref_from, ref_to) = (counts.reference_start, counts.reference_end);
    match format {
        SearchFormat::Tsv => {
            let kind = kind_name(counts.kind);
            let _ = writeln!(
                text,
                "{query}\t{record}\t{}\t{}\t{kind}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{from}\t{to}\t{ref_from}\t{ref_to}\t{}",
                row.taxon,
                row.marker.name,
                counts.matches,
                counts.differences,
                counts.columns,
                counts.gap_columns,
                counts.gap_events,
                counts.ambiguous,
                row.hit.strand,
                row.cigar
            );
        }
        SearchFormat::Blast6 => {
            let mismatches = counts.differences - counts.gap_columns;
            let percent = percent(counts.matches, counts.columns);
            // BLAST shows the strand by reversing the subject's positions.
            let (start, end) = match row.hit.strand {
                Strand::Plus => (ref_from, ref_to),
                Strand::Minus => (ref_to, ref_from),
            };
            let (columns, events) = (counts.columns, counts.gap_events);
            let _ = writeln!(
                text,
                "{query}\t{record}\t{percent}\t{columns}\t{mismatches}\t{events}\t{from}\t{to}\t{start}\t{end}\t*\t*"
            );
        }
        SearchFormat::Paf => {
            let _ = writeln!(
                text,
                "{query}\t{}\t{}\t{to}\t{}\t{record}\t{}\t{}\t{ref_to}\t{}\t{}\t255\tNM:i:{}\tcg:Z:{}",
                row.query.bases.len(),
                from - 1,
                row.hit.strand,
                row.reference_length,
                ref_from - 1,
                counts.matches,
                counts.columns + counts.ambiguous,
                counts.differences,
                row.cigar
            );
        }
        SearchFormat::Jsonl => {
            let mut value = serde_json::to_value(row.hit)?;
            if let Some(object) = value.as_object_mut() {
                object.remove("index");
                object.insert("query".to_owned(), row.query.name.as_str().into());
                object.insert("taxon".to_owned(), row.taxon.into());
                object.insert("marker".to_owned(), row.marker.name.as_str().into());
                object.insert("cigar".to_owned(), row.cigar.as_str().into());
            }
            let _ = writeln!(text, "{value}");
        }
    }
    Ok(())
}

const fn kind_name(kind: HitKind) -> &'static str {
    match kind {
        HitKind::Spanning => "spanning",
        HitKind::Partial => "partial",
    }
}

/// Three decimals, rounded down, so that 100.000 means no difference.
fn percent(matches: u32, columns: u32) -> String {
    let thousandths = u64::from(matches) * 100_000 / u64::from(columns.max(1));
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}

/// A decimal fraction from 0 to 1 as an exact ratio.
fn parse_fraction(text: &str) -> Result<Ratio, Failure> {
    let wrong = || {
        let message = format!("--min-identity {text:?} is not a fraction from 0 to 1");
        Failure::new(Kind::Usage, message, "for example 0.95")
    };
    let (whole, digits) = text.split_once('.').unwrap_or((text, ""));
    if digits.len() > 9 || !whole.bytes().chain(digits.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let scale = 10_u64.pow(u32::try_from(digits.len()).unwrap_or(0));
    let number: u64 = format!("{whole}{digits}").parse().map_err(|_| wrong())?;
    if number > scale {
        return Err(wrong());
    }
    Ratio::new(number, scale).map_err(|_| wrong())
}
