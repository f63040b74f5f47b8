//! `saola search`.

use std::fmt::Write as _;

use rayon::prelude::*;
use saola::{
    Alignment, Certificate, Hit, Kind as HitKind, Marker, Options, Ratio, Release, ReleaseSearch,
    SequenceRecord, Strand, write_new_file,
};

use crate::arguments::{SearchFormat, SearchOptions};
use crate::failure::{Failure, Kind};
use crate::{database, terminal};

/// A hit with everything that the formats need.
struct Row<'a> {
    query: &'a SequenceRecord,
    marker: &'a Marker,
    hit: &'a Hit,
    standing: Standing,
    taxon: &'a str,
    reference_length: usize,
    cigar: String,
}

/// Why a record is listed.
#[derive(Clone, Copy)]
enum Standing {
    /// It has the least identity asked for.
    Listed,
    /// No record is better, and none is as good but those of this standing.
    Best,
    /// The nearest record that was come upon; a better one may be there.
    Nearest,
}

impl Standing {
    const fn name(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Best => "best",
            Self::Nearest => "nearest",
        }
    }
}

/// A genome is no query: the memory of an alignment grows with the product of both lengths.
const MOST_BASES: usize = 100_000;
/// Queries that are answered before anything of them is printed.
const QUERIES: usize = 256;

pub(crate) fn run(options: &SearchOptions, quiet: bool) -> Result<(), Failure> {
    terminal::use_threads(options.threads)?;
    let min_identity = parse_fraction(&options.min_identity)?;
    let release = database::open(options.db.as_deref())?;
    let fixed = options.marker.as_deref().map(|name| fixed_marker(&release, name)).transpose()?;
    // Everything is read before anything is printed.
    let files =
        options.samples.iter().map(|path| terminal::read_samples(path)).collect::<Result<Vec<_>, _>>()?;
    for file in &files {
        if let Some(query) = file.records.iter().find(|query| query.bases.len() > MOST_BASES) {
            let message = format!("{}: more than {MOST_BASES} bases", query.name);
            return Err(Failure::new(Kind::Failed, message, "cut the marker out of the sequence"));
        }
    }
    if !quiet && !release.manifest().notice.is_empty() {
        terminal::say(&format!("note: {}: {}", release.manifest().name, release.manifest().notice));
    }
    let search = ReleaseSearch::new(&release)
        .map_err(|error| Failure::new(Kind::Reference, error, "take a fresh copy of the release"))?;
    let settings = Options {
        min_identity,
        max_hits: options.max_hits,
        min_overlap: options.min_overlap,
        both_strands: true,
        prove_down_to: if options.prove_best { Ratio::ZERO } else { min_identity },
    };
    if matches!(options.format, SearchFormat::Tsv) {
        terminal::print(TSV_HEADER)?;
    }
    let mut account = CERTIFICATE_HEADER.to_owned();
    let queries: Vec<&SequenceRecord> = files.iter().flat_map(|file| &file.records).collect();
    for batch in queries.chunks(QUERIES) {
        let answers: Vec<_> =
            batch.par_iter().map(|query| answer(options, &search, fixed, query, &settings)).collect();
        for (query, answer) in batch.iter().zip(answers) {
            match answer? {
                Some((text, certificate)) => {
                    terminal::print(&text)?;
                    account.push_str(&certificate);
                }
                None if quiet => {}
                None => {
                    let name = &query.name;
                    terminal::say(&format!("note: {name}: no marker recognised; name it with --marker"));
                }
            }
        }
    }
    options.certificate.as_ref().map_or(Ok(()), |path| Ok(write_new_file(path, account.as_bytes())?))
}

/// The printed hits of a query and its row in the account; none when its marker is not known.
fn answer(
    options: &SearchOptions,
    search: &ReleaseSearch<'_>,
    fixed: Option<&Marker>,
    query: &SequenceRecord,
    settings: &Options,
) -> Result<Option<(String, String)>, Failure> {
    let found = || search.find_marker(&query.bases).map(|(marker, _)| marker);
    fixed.or_else(found).map(|marker| search_one(options, search, marker, query, settings)).transpose()
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
) -> Result<(String, String), Failure> {
    let outcome = if options.exhaustive {
        search.search_exhaustively(marker, &query.bases, settings)
    } else {
        search.search(marker, &query.bases, settings)
    };
    let (hits, standing) = match (outcome.hits.is_empty(), outcome.certificate.best_proven) {
        (false, _) => (&outcome.hits, Standing::Listed),
        (true, true) => (&outcome.best, Standing::Best),
        (true, false) => (&outcome.best, Standing::Nearest),
    };
    let mut text = String::new();
    // Formats without a place for the standing list no record that is not proven.
    let flagged = matches!(options.format, SearchFormat::Tsv | SearchFormat::Jsonl);
    for hit in hits.iter().filter(|_| flagged || !matches!(standing, Standing::Nearest)) {
        if let Some(row) = row(search, marker, query, (hit, standing)) {
            write_row(&mut text, options.format, &row)?;
        }
    }
    Ok((text, account_row(&query.name, marker, &outcome.certificate)))
}

const CERTIFICATE_HEADER: &str = "query\tmarker\trecords\texcluded_by_words\texcluded_by_consensus\t\
                                  excluded_by_differences\taligned\tidentity_bound\tmost_differences\t\
                                  hits_complete\tbest_proven\n";

/// One row of the file that `--certificate` names.
fn account_row(query: &str, marker: &Marker, account: &Certificate) -> String {
    let answer = |is: bool| if is { "yes" } else { "no" };
    format!(
        "{query}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n",
        marker.name,
        account.records,
        account.excluded_by_words,
        account.excluded_by_consensus,
        account.excluded_by_differences,
        account.aligned,
        account.identity_bound,
        account.most_differences,
        answer(account.hits_complete),
        answer(account.best_proven)
    )
}

fn row<'a>(
    search: &'a ReleaseSearch<'_>,
    marker: &'a Marker,
    query: &'a SequenceRecord,
    (hit, standing): (&'a Hit, Standing),
) -> Option<Row<'a>> {
    let record = search.release().record(u32::try_from(hit.index).ok()?)?;
    let bases = record.sequence()?;
    let alignment = Alignment::of_hit(&query.bases, &bases, hit.strand, &hit.comparison).ok()?;
    Some(Row {
        query,
        marker,
        hit,
        standing,
        taxon: search.release().taxon_name(record.taxon()),
        reference_length: bases.len(),
        cigar: alignment.cigar.to_string(),
    })
}

const TSV_HEADER: &str = "query\trecord\ttaxon\tmarker\tkind\tmatches\tdifferences\tcolumns\tgap_columns\tgap_events\t\
                          ambiguous\tstrand\tquery_start\tquery_end\tref_start\tref_end\tcigar\tstanding\n";

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
                "{query}\t{record}\t{}\t{}\t{kind}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{from}\t{to}\t{ref_from}\t{ref_to}\t{}\t{}",
                row.taxon,
                row.marker.name,
                counts.matches,
                counts.differences,
                counts.columns,
                counts.gap_columns,
                counts.gap_events,
                counts.ambiguous,
                row.hit.strand,
                row.cigar,
                row.standing.name()
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
                object.insert("standing".to_owned(), row.standing.name().into());
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
