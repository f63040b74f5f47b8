//! Repeats the analysis of a report and compares the results.
//!
//! What is repeated is what the report records: items, samples, circumstances, questions, profile and, where it has to be
//! given, marker. The sequences come from the files that were analysed when they are given, else from the report
//! itself, which holds them in full but for base qualities and removed gaps.
//!
//! Two results are the same when they are one JSON value. Where they are not, each place is named by its JSON pointer
//! (RFC 6901), objects by key and lists by position:
//!
//! ```text
//! {"a":[1,2]}  {"a":[1,3,4]}   ->  /a/1: 2 -> 3    /a/2: (nothing) -> 4
//! ```

use std::collections::{BTreeMap, BTreeSet};

use saola_cites::{Circumstances, Listings};
use saola_digest::{CanonicalJsonError, Sha256Digest, canonical_json};
use saola_identify::{Profile, RULES_VERSION};
use saola_refdb::Release;
use saola_report::{ReportResult, Sample};
use serde::Serialize;
use serde_json::Value;

use crate::reads::NamedPrimer;
use crate::rerun_inputs;
use crate::{
    Analysis, AnalysisError, ReliabilityFile, ReportFile, SampleFile, SampleInput, report_file::on_one_line,
};

/// Places that are named; the others are counted.
const MOST_PLACES: usize = 10_000;
/// Places that the table for people shows.
const MOST_SHOWN: usize = 100;

/// Why a report cannot be repeated.
#[derive(Debug, thiserror::Error)]
pub enum RerunError {
    /// A recorded circumstance is none.
    #[error("{file}: the {what} {text:?} cannot be read")]
    Circumstance {
        /// The report.
        file: String,
        /// Which one.
        what: &'static str,
        /// The text that the report has.
        text: String,
    },
    /// The profile is not one of this program's.
    #[error("{file}: was made with the profile {name:?}, which is not built in")]
    Profile {
        /// The report.
        file: String,
        /// Name of the profile.
        name: String,
    },
    /// Files were given, but not the one that a sample was read from.
    #[error("sample {sample:?} was read from {file:?}, which is not among the files given")]
    NoFile {
        /// The sample.
        sample: String,
        /// Name of the file in the report.
        file: String,
    },
    /// The file has no such record, or several.
    #[error("sample {sample:?}: {file:?} does not have exactly one record {record:?}")]
    NoRecord {
        /// The sample.
        sample: String,
        /// The file.
        file: String,
        /// The record.
        record: String,
    },
    /// The sequence in the report is none.
    #[error("sample {sample:?}: the sequence in the report is none: {message}")]
    Sequence {
        /// The sample.
        sample: String,
        /// What is wrong.
        message: String,
    },
    /// The analysis failed.
    #[error(transparent)]
    Analysis(#[from] AnalysisError),
    /// A result cannot be written as JSON.
    #[error("a result cannot be compared: {0}")]
    Json(#[from] serde_json::Error),
    /// A result has no canonical form.
    #[error("a result cannot be compared: {0}")]
    Canonical(#[from] CanonicalJsonError),
}

impl RerunError {
    /// What the user can do about it, in one sentence.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Profile { .. } => "give its TOML file with --profile",
            Self::NoFile { .. } => "give all files that were analysed, or none",
            Self::NoRecord { .. } => "give the file that was analysed, unchanged",
            Self::Analysis(_) => "give the reference database that the report was made with",
            _ => "the report is not as saola wrote it",
        }
    }
}

/// Something that goes into a result and is not what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Premise {
    /// What it is.
    pub what: String,
    /// What the report records.
    pub recorded: String,
    /// What it is now.
    pub now: String,
}

/// A place where the results differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// JSON pointer within the result.
    pub pointer: String,
    /// What the report has; null where it has nothing.
    pub old: Value,
    /// What the repeated analysis gives; null where it gives nothing.
    pub new: Value,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rerun {
    /// The report.
    pub report: String,
    /// Whether the results are the same.
    pub same: bool,
    /// Whether all conclusions of items and samples are the same, whatever else differs.
    pub same_conclusions: bool,
    /// What went in and is not what it was.
    pub premises: Vec<Premise>,
    /// How the analysis was repeated, where the report leaves it open.
    pub notes: Vec<String>,
    /// Places where the results differ.
    pub different_places: u64,
    /// These places, the first 10,000, in the order of keys and positions.
    pub differences: Vec<Difference>,
}

/// Repeats the analysis of `report` on `release` and compares.
///
/// `primers` are those that are cut off traces.
///
/// Without `files` the sequences are taken from the report; with them, each sample's file must be among them, by
/// digest or else by name. `profile` is needed for reports whose profile is not built in.
///
/// # Errors
///
/// [`RerunError`] for what keeps the analysis from being repeated.
pub fn rerun(
    report: &ReportFile,
    files: &[SampleFile],
    release: &Release,
    listings: &Listings,
    profile: Option<Profile>,
    reliability: Option<ReliabilityFile>,
    primers: &[NamedPrimer],
) -> Result<Rerun, RerunError> {
    let recorded = &report.report.result;
    let mut notes = Vec::new();
    let mut inputs = rerun_inputs::inputs(recorded, files, primers, &mut notes)?;
    let profile = match profile {
        Some(profile) => profile,
        None => Profile::built_in(&recorded.profile.name).map_err(|_| {
            let name = recorded.profile.name.chars().take(100).collect();
            RerunError::Profile { file: report.file.clone(), name }
        })?,
    };
    let analysis = Analysis::new(release, listings, profile)?
        .with_reliability(reliability)
        .with_circumstances(circumstances(report)?)
        .with_questions(&questions(recorded))?;
    let mut repeated = analysis.run(&inputs)?;
    if give_markers(recorded, &repeated, release, &mut inputs, &mut notes) {
        repeated = analysis.run(&inputs)?;
    }
    let premises = premises(report, &repeated)?;
    let new = serde_json::to_value(&repeated)?;
    let mut places = Places::default();
    places.compare("", &report.result, &new);
    Ok(Rerun {
        report: report.file.clone(),
        same: places.count == 0,
        same_conclusions: conclusions(&report.result) == conclusions(&new),
        premises,
        notes,
        different_places: places.count,
        differences: places.named,
    })
}

fn circumstances(report: &ReportFile) -> Result<Circumstances, RerunError> {
    let recorded = &report.report.result.circumstances;
    let error = |what, text: &String| {
        let text = text.chars().take(100).collect();
        RerunError::Circumstance { file: report.file.clone(), what, text }
    };
    let date = recorded.offence_date.as_ref();
    let date = date.map(|text| text.parse().map_err(|_| error("offence_date", text))).transpose()?;
    let country = |what, text: Option<&String>| {
        text.map(|text| text.parse().map_err(|_| error(what, text))).transpose()
    };
    Ok(Circumstances {
        date,
        origin: country("origin", recorded.origin.as_ref())?,
        party: country("party", recorded.party.as_ref())?,
    })
}

pub(crate) fn samples(result: &ReportResult) -> impl Iterator<Item = (&str, &Sample)> {
    result.items.iter().flat_map(|item| item.samples.iter().map(|sample| (item.id.as_str(), sample)))
}

/// Questions are asked of all samples, but a sample that nothing was found about has no answers.
fn questions(result: &ReportResult) -> Vec<String> {
    let asked = samples(result).map(|(_, sample)| &sample.questions).max_by_key(|asked| asked.len());
    asked.into_iter().flatten().map(|question| question.taxon.clone()).collect()
}

/// Whether a marker was given is not recorded. Where the program finds the recorded one by itself, it makes no difference;
/// where it finds another, the recorded one is given. Says whether any was.
fn give_markers(
    recorded: &ReportResult,
    repeated: &ReportResult,
    release: &Release,
    inputs: &mut [SampleInput],
    notes: &mut Vec<String>,
) -> bool {
    let mut any = false;
    for (((_, old), (_, new)), input) in samples(recorded).zip(samples(repeated)).zip(inputs) {
        let Some(marker) = old.marker.as_ref().filter(|marker| new.marker.as_ref() != Some(marker)) else {
            continue;
        };
        if release.markers().resolve(marker).is_some() {
            input.marker = Some(marker.clone());
            any = true;
            let by_itself = new.marker.as_deref().unwrap_or("none");
            notes.push(format!(
                "sample {}: the marker {marker} was given, as the report has it; found by itself: {by_itself}",
                old.id
            ));
        }
    }
    any
}

/// Digests of the downloaded listings, and their days.
fn downloads(result: &ReportResult) -> String {
    let files = result.listing_downloads.iter().flat_map(|download| {
        download.files.iter().map(|file| format!("{} of {}", file.sha256, download.day))
    });
    let files: Vec<String> = files.collect();
    if files.is_empty() { "none".to_owned() } else { files.join(", ") }
}

fn premises(report: &ReportFile, repeated: &ReportResult) -> Result<Vec<Premise>, RerunError> {
    let recorded = &report.report.result;
    let digest = Sha256Digest::of(canonical_json(&report.result)?.as_bytes()).to_string();
    let (old, new) = (&recorded.reference, &repeated.reference);
    let pairs = [
        ("digest of the result in the report", report.report.run.result_sha256.as_str(), digest.as_str()),
        ("version of the program", &recorded.software.version, &repeated.software.version),
        ("version of the rules", &report.report.rules_version, RULES_VERSION),
        ("root of the release", &old.root, &new.root),
        ("digest of the index", &old.index_digest, &new.index_digest),
        ("digest of the reliability data", &recorded.reliability_digest, &repeated.reliability_digest),
        ("root of the listings", &recorded.listings_root, &repeated.listings_root),
        ("downloaded listings", &downloads(recorded), &downloads(repeated)),
        ("digest of the profile", &recorded.profile.digest, &repeated.profile.digest),
    ];
    let mut premises: Vec<Premise> =
        pairs.into_iter().filter_map(|(what, old, new)| premise(what.to_owned(), old, new)).collect();
    let mut seen = BTreeMap::new();
    for ((_, old), (_, new)) in samples(recorded).zip(samples(repeated)) {
        seen.insert(&old.source.file, (&old.source.sha256, &new.source.sha256));
    }
    let files = seen.into_iter();
    premises.extend(
        files.filter_map(|(file, (old, new))| premise(format!("digest of the file {file:?}"), old, new)),
    );
    Ok(premises)
}

fn premise(what: String, recorded: &str, now: &str) -> Option<Premise> {
    (recorded != now).then(|| Premise { what, recorded: recorded.to_owned(), now: now.to_owned() })
}

/// The conclusions of items and samples, in their order.
fn conclusions(result: &Value) -> Vec<&Value> {
    list(result, "items")
        .iter()
        .flat_map(|item| std::iter::once(item).chain(list(item, "samples")))
        .map(|part| part.get("conclusion").unwrap_or(&Value::Null))
        .collect()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Places where two values differ.
#[derive(Default)]
struct Places {
    count: u64,
    named: Vec<Difference>,
}

impl Places {
    /// Walks both values at once. Depth is that of the shallower one, and the new one is a result's.
    fn compare(&mut self, pointer: &str, old: &Value, new: &Value) {
        match (old, new) {
            (Value::Object(before), Value::Object(after)) => {
                let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
                for key in keys {
                    let escaped = key.replace('~', "~0").replace('/', "~1");
                    self.compare_parts(&format!("{pointer}/{escaped}"), before.get(key), after.get(key));
                }
            }
            (Value::Array(before), Value::Array(after)) => {
                for place in 0..before.len().max(after.len()) {
                    self.compare_parts(&format!("{pointer}/{place}"), before.get(place), after.get(place));
                }
            }
            (old, new) if old == new => {}
            (old, new) => self.add(pointer, old.clone(), new.clone()),
        }
    }

    fn compare_parts(&mut self, pointer: &str, old: Option<&Value>, new: Option<&Value>) {
        match (old, new) {
            (Some(old), Some(new)) => self.compare(pointer, old, new),
            (old, new) => {
                self.add(pointer, old.cloned().unwrap_or_default(), new.cloned().unwrap_or_default());
            }
        }
    }

    fn add(&mut self, pointer: &str, old: Value, new: Value) {
        self.count += 1;
        if self.named.len() < MOST_PLACES {
            self.named.push(Difference { pointer: pointer.to_owned(), old, new });
        }
    }
}

impl Rerun {
    /// The answer for people: same or different, what went in, how it was repeated, and the first 100 places.
    pub fn table(&self) -> String {
        let mut lines = vec![self.headline()];
        let is_other = |premise: &Premise| {
            let Premise { what, recorded, now } = premise;
            format!("  {what}: recorded {recorded}, now {now}")
        };
        lines.extend(self.premises.iter().map(is_other));
        lines.extend(self.notes.iter().map(|note| format!("  note: {note}")));
        let shown = self.differences.iter().take(MOST_SHOWN);
        lines.extend(
            shown.map(|place| format!("  {}: {} -> {}", place.pointer, short(&place.old), short(&place.new))),
        );
        let left = self.different_places.saturating_sub(MOST_SHOWN as u64);
        if left > 0 {
            lines.push(format!("  and {left} more places; --format json names them"));
        }
        lines.iter().map(|line| on_one_line(line) + "\n").collect()
    }

    fn headline(&self) -> String {
        let verdict = match (self.same, self.same_conclusions) {
            (true, _) => "same: the result is the same in every place".to_owned(),
            (false, true) => {
                format!("different in {} places; all conclusions are the same", self.different_places)
            }
            (false, false) => {
                format!("different in {} places, conclusions among them", self.different_places)
            }
        };
        format!("{}: {verdict}", self.report)
    }
}

/// A value on one line, cut where it is long.
fn short(value: &Value) -> String {
    const MOST: usize = 60;
    let text = match value {
        Value::Null => "(nothing)".to_owned(),
        other => other.to_string(),
    };
    if text.chars().count() <= MOST { text } else { text.chars().take(MOST).chain("...".chars()).collect() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn places(old: &Value, new: &Value) -> Vec<(String, Value, Value)> {
        let mut places = Places::default();
        places.compare("", old, new);
        assert_eq!(places.count, places.named.len() as u64);
        places.named.into_iter().map(|place| (place.pointer, place.old, place.new)).collect()
    }

    /// Pointers after the examples of RFC 6901, section 5.
    #[test]
    fn places_are_named_by_pointers() {
        assert_eq!(places(&json!({"a": [1, 2]}), &json!({"a": [1, 2]})), []);
        assert_eq!(
            places(&json!({"a": [1, 2], "a/b": 1, "m~n": 8}), &json!({"a": [1, 3, 4], "a/b": 2})),
            [
                ("/a/1".to_owned(), json!(2), json!(3)),
                ("/a/2".to_owned(), json!(null), json!(4)),
                ("/a~1b".to_owned(), json!(1), json!(2)),
                ("/m~0n".to_owned(), json!(8), json!(null)),
            ]
        );
        assert_eq!(places(&json!({"a": null}), &json!({})), [("/a".to_owned(), json!(null), json!(null))]);
        assert_eq!(places(&json!([]), &json!({})), [(String::new(), json!([]), json!({}))]);
    }
}
