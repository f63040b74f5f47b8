//! Which reports leaned on records that were retracted, as far as the reports record it.
//!
//! A report lists the records that resemble each sample, by id, with the names of the nearest species and of the
//! nearest other species. A retracted record among them is found whatever release the report was made with, because a
//! record keeps its id from release to release.
//!
//! Time O(bytes of the reports); one report is in memory at a time.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use saola_refdb::{CHANGE_COLUMNS, Tier};
use saola_report::{Hit, Item, Sample, words};
use saola_seq::table::{self, TableError};
use serde::Serialize;

use crate::report_file::{ReportFile, ReportFileError, find_reports, on_one_line};

/// Bytes of the largest list that is read.
const MOST_BYTES: u64 = 256 << 20;

/// What every answer says of its limits.
const NOT_RECORDED: [&str; 3] = [
    "A report lists the records that resemble a sample down to a stated identity; of the records that were compared and lie beyond it, only the number is recorded.",
    "A report does not record which single records decided a gate: a listed record is counted as support when it has the taxon that was concluded.",
    "A report names the species of the contamination panel that it found, not the panel's records that it compared.",
];

/// Records that were retracted, with what happened to each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retractions(BTreeMap<String, String>);

/// Why a list of retracted records cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RetractionsError {
    /// The file cannot be read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The list is larger than any.
    #[error("{file}: more than the {MOST_BYTES} bytes that a list may have")]
    TooLarge {
        /// The file.
        file: String,
    },
    /// A line is wrong.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl Retractions {
    /// Reads a list from a file of at most 256 MiB; see [`Retractions::parse`].
    ///
    /// # Errors
    ///
    /// [`RetractionsError`] with the line of the first thing that is wrong.
    pub fn read(path: &Path) -> Result<Self, RetractionsError> {
        let file = path.display().to_string();
        let mut bytes = Vec::new();
        fs_err::File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(RetractionsError::TooLarge { file });
        }
        Ok(Self::parse(&file, &bytes)?)
    }

    /// Reads one of three forms, told apart by the first line:
    ///
    /// * a change log (`saola db diff --format tsv`): records that were removed, got a lower tier, another name or another
    ///   sequence;
    /// * a table with the column `record` or `record_id`, and perhaps `reason` and `decision`: every record but those
    ///   with the decision `accept`;
    /// * else one record id a line; empty lines and lines that begin with `#` are left out.
    ///
    /// # Errors
    ///
    /// [`TableError`] with the line of the first thing that is wrong.
    pub fn parse(file: &str, text: &[u8]) -> Result<Self, TableError> {
        let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let is_table = first.contains(&b'\t') || matches!(first.trim_ascii(), b"record" | b"record_id");
        if is_table { Self::parse_table(file, text) } else { Self::parse_lines(file, text) }
    }

    fn parse_lines(file: &str, text: &[u8]) -> Result<Self, TableError> {
        let text = std::str::from_utf8(text).map_err(|_| TableError::new(file, 1, "not UTF-8"))?;
        let mut list = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            let id = line.trim();
            if id.is_empty() || id.starts_with('#') {
                continue;
            }
            list.insert(id, "retracted").map_err(|message| TableError::new(file, number, message))?;
        }
        if list.0.is_empty() {
            return Err(TableError::new(file, 1, "the list names no record"));
        }
        Ok(list)
    }

    fn parse_table(file: &str, text: &[u8]) -> Result<Self, TableError> {
        let cells = table::read_cells(file, text)?;
        let place = |name: &str| cells.columns.iter().position(|column| column == name);
        let is_change_log = CHANGE_COLUMNS.iter().all(|name| place(name).is_some());
        let Some(id) = place("record").or_else(|| place("record_id")).or_else(|| place("id")) else {
            return Err(TableError::new(file, 1, "there is no column \"record\" or \"record_id\""));
        };
        if cells.columns.get(id).is_some_and(|name| name == "id") && !is_change_log {
            return Err(TableError::new(file, 1, "there is no column \"record\" or \"record_id\""));
        }
        let mut list = Self::default();
        for row in cells.rows {
            let cell =
                |name: &str| place(name).and_then(|place| row.value.get(place)).map_or("", String::as_str);
            let reason = if is_change_log { change_reason(cell) } else { plain_reason(cell) };
            if let (Some(reason), Some(id)) = (reason, row.value.get(id)) {
                list.insert(id, &reason).map_err(|message| TableError::new(file, row.line, message))?;
            }
        }
        Ok(list)
    }

    fn insert(&mut self, id: &str, reason: &str) -> Result<(), String> {
        if id.is_empty() || id.chars().any(|letter| letter.is_whitespace() || saola_seq::is_unsafe(letter)) {
            return Err(format!("{id:?} is no record id"));
        }
        let reasons = self.0.entry(id.to_owned()).or_default();
        if !reasons.split("; ").any(|known| known == reason) {
            let joint = if reasons.is_empty() { "" } else { "; " };
            reasons.push_str(joint);
            reasons.push_str(reason);
        }
        Ok(())
    }

    /// How many records were retracted.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no record was retracted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What happened to a record, if it was retracted.
    pub fn reason(&self, record: &str) -> Option<&str> {
        self.0.get(record).map(String::as_str)
    }
}

/// What a line of a change log took away, if anything.
fn change_reason<'a>(cell: impl Fn(&str) -> &'a str) -> Option<String> {
    let tier = |name: &str| {
        [Tier::Forensic, Tier::Screening, Tier::Quarantine].into_iter().find(|tier| tier.as_str() == name)
    };
    let (from, to) = (cell("from"), cell("to"));
    match (cell("part"), cell("change")) {
        ("record", "removed") => Some("removed".to_owned()),
        ("record", "retiered") if tier(to) > tier(from) => Some(format!("{from} -> {to}")),
        ("record", "renamed") => Some(format!("renamed: {from} -> {to}")),
        ("record", "sequence") => Some("another sequence".to_owned()),
        _ => None,
    }
}

fn plain_reason<'a>(cell: impl Fn(&str) -> &'a str) -> Option<String> {
    let reason = if cell("reason").is_empty() { "retracted" } else { cell("reason") };
    (cell("decision") != "accept").then(|| reason.to_owned())
}

/// How a sample leaned on a record, from the most to the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// It has the taxon concluded, or one of the candidates, or is of the nearest species below the taxon concluded.
    SupportedConclusion,
    /// It is of the nearest species, and no taxon was concluded.
    Nearest,
    /// It is of the nearest other species, from which the conclusion was told apart.
    NearestOther,
    /// It is listed among the records that resemble the sample.
    Listed,
}

impl Use {
    /// The use in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SupportedConclusion => "supported the conclusion",
            Self::Nearest => "nearest, nothing concluded",
            Self::NearestOther => "nearest other species",
            Self::Listed => "listed",
        }
    }
}

/// A sample that leaned on a retracted record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Affected {
    /// File of the report.
    pub report: String,
    /// Root of the release that the report was made with.
    pub root: String,
    /// The item.
    pub item: String,
    /// The sample.
    pub sample: String,
    /// Level of the sample's conclusion, in words.
    pub level: String,
    /// Taxon of the sample's conclusion, or the candidates; empty when none was concluded.
    pub taxon: String,
    /// How it leaned on the record.
    #[serde(rename = "use")]
    pub how: Use,
    /// The record.
    pub record: String,
    /// Taxon of the record in the report.
    pub record_taxon: String,
    /// What happened to the record.
    pub retraction: String,
}

/// A file that was not read as a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnreadFile {
    /// The file.
    pub file: String,
    /// Why.
    pub why: String,
}

/// The answer: samples, and what was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AffectedReports {
    /// Records that were retracted.
    pub retracted: u64,
    /// Reports that were read.
    pub reports: u64,
    /// Samples in them.
    pub samples: u64,
    /// Samples that leaned on retracted records, in the order of reports, samples and their hits.
    pub affected: Vec<Affected>,
    /// Files that may be reports and could not be read.
    pub unread: Vec<UnreadFile>,
    /// Links in folders, which were not followed.
    pub links: Vec<String>,
    /// What reports do not record.
    pub not_recorded: Vec<String>,
}

/// Looks the retracted records up in reports, which are files or folders with reports in them.
///
/// Files that are named must be reports of this version; in folders every file with a name in `.json` is looked at, and one
/// that cannot be read is in [`AffectedReports::unread`].
///
/// # Errors
///
/// [`ReportFileError`] for a named file that is no report, or a folder that cannot be searched.
pub fn affected_reports(
    retractions: &Retractions,
    paths: &[PathBuf],
) -> Result<AffectedReports, ReportFileError> {
    let found = find_reports(paths)?;
    let mut answer = AffectedReports {
        retracted: retractions.len() as u64,
        reports: 0,
        samples: 0,
        affected: Vec::new(),
        unread: Vec::new(),
        links: found.links.iter().map(|link| link.display().to_string()).collect(),
        not_recorded: NOT_RECORDED.map(str::to_owned).into(),
    };
    for path in found.files {
        match ReportFile::read(&path) {
            Ok(report) => answer.add(retractions, &report),
            Err(error) if paths.contains(&path) => return Err(error),
            Err(error) => {
                let file = path.display().to_string();
                answer.unread.push(UnreadFile { file, why: on_one_line(&error.to_string()) });
            }
        }
    }
    Ok(answer)
}

impl AffectedReports {
    fn add(&mut self, retractions: &Retractions, file: &ReportFile) {
        self.reports += 1;
        for (item, sample) in file.report.samples() {
            self.samples += 1;
            for hit in &sample.hits {
                if let Some(reason) = retractions.reason(&hit.record) {
                    self.affected.push(affected(file, item, sample, hit, reason));
                }
            }
        }
    }

    /// One line: what was looked at, and how many samples are affected.
    pub fn summary(&self) -> String {
        let Self { retracted, reports, samples, .. } = self;
        let mut hit: Vec<(&str, &str)> =
            self.affected.iter().map(|row| (row.report.as_str(), row.sample.as_str())).collect();
        hit.dedup();
        let count = hit.len();
        hit.dedup_by_key(|(report, _)| *report);
        let in_reports = hit.len();
        let mut line = format!(
            "{count} samples in {in_reports} reports leaned on retracted records ({retracted} records, {reports} reports with {samples} samples looked at)"
        );
        if !self.links.is_empty() {
            let _ = write!(line, "; {} links were not followed", self.links.len());
        }
        line
    }

    /// The samples as a tab-separated table with a header.
    pub fn tsv(&self) -> String {
        let mut text =
            "report\troot\titem\tsample\tlevel\ttaxon\tuse\trecord\trecord_taxon\tretraction\n".to_owned();
        for row in &self.affected {
            let how = row.how.as_str().to_owned();
            let cells = [&row.report, &row.root, &row.item, &row.sample, &row.level, &row.taxon, &how];
            let cells = cells.into_iter().chain([&row.record, &row.record_taxon, &row.retraction]);
            let cells: Vec<String> = cells.map(|cell| on_one_line(cell)).collect();
            text.push_str(&cells.join("\t"));
            text.push('\n');
        }
        text
    }

    /// The answer for people: a block for each sample, then what was not read and what reports do not record.
    pub fn table(&self) -> String {
        let mut lines = vec![self.summary()];
        let mut last = None;
        for row in &self.affected {
            if last.replace((&row.report, &row.sample)) != Some((&row.report, &row.sample)) {
                let concluded = if row.taxon.is_empty() { "no taxon" } else { &row.taxon };
                lines.push(String::new());
                lines.push(format!("{}: item {}, sample {}", row.report, row.item, row.sample));
                lines.push(format!("  concluded {}: {concluded}; release {}", row.level, row.root));
            }
            lines.push(format!(
                "  {}: {} ({}); {}",
                row.how.as_str(),
                row.record,
                row.record_taxon,
                row.retraction
            ));
        }
        if !self.unread.is_empty() {
            lines.extend([String::new(), "Not read:".to_owned()]);
            lines.extend(self.unread.iter().map(|file| format!("  {}", file.why)));
        }
        lines.extend([String::new(), "What reports do not record:".to_owned()]);
        lines.extend(self.not_recorded.iter().map(|note| format!("  {note}")));
        lines.iter().map(|line| on_one_line(line) + "\n").collect()
    }
}

fn affected(file: &ReportFile, item: &Item, sample: &Sample, hit: &Hit, reason: &str) -> Affected {
    let conclusion = &sample.conclusion;
    let taxon = conclusion.taxon.clone().unwrap_or_else(|| conclusion.candidates.join("; "));
    Affected {
        report: file.file.clone(),
        root: file.report.result.reference.root.clone(),
        item: item.id.clone(),
        sample: sample.id.clone(),
        level: words::level(conclusion.level).to_owned(),
        taxon: if conclusion.level.names_taxon() { taxon } else { String::new() },
        how: how_used(sample, hit),
        record: hit.record.clone(),
        record_taxon: hit.taxon.clone(),
        retraction: reason.to_owned(),
    }
}

fn how_used(sample: &Sample, hit: &Hit) -> Use {
    let conclusion = &sample.conclusion;
    let is_of = |neighbour: Option<&saola_report::Neighbour>| {
        neighbour.is_some_and(|neighbour| neighbour.taxa.contains(&hit.taxon))
    };
    let is_concluded =
        conclusion.taxon.as_ref() == Some(&hit.taxon) || conclusion.candidates.contains(&hit.taxon);
    match (conclusion.level.names_taxon(), is_of(sample.nearest.as_ref())) {
        (true, is_nearest) if is_nearest || is_concluded => Use::SupportedConclusion,
        (false, true) => Use::Nearest,
        _ if is_of(sample.nearest_other.as_ref()) => Use::NearestOther,
        _ => Use::Listed,
    }
}
