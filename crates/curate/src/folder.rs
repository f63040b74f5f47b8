use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use saola_refdb::{NewRecord, ReleaseBuilder, Source, Taxonomy, Tier};
use saola_seq::{
    GeneticCodeTable, MarkerTable,
    table::{self, Row},
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    Audit, CurateError, Decision, DecisionKind, Finding, Progress, ProposedTier, Watcher, audit,
    decision::read_decisions, records::RecordReader, taxonomy::read_taxonomy,
};

/// A reference folder; every path in it is named relative to it in errors.
pub(crate) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    pub(crate) fn name(&self, path: &str) -> String {
        self.root.join(path).display().to_string()
    }

    pub(crate) fn read(&self, path: &str) -> Result<Vec<u8>, CurateError> {
        Ok(fs_err::read(self.root.join(path))?)
    }

    pub(crate) fn table<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<Row<T>>, CurateError> {
        Ok(table::read(&self.name(path), &self.read(path)?)?)
    }

    fn toml<T: DeserializeOwned>(&self, path: &str) -> Result<T, CurateError> {
        let error = |message: String| CurateError::Toml { file: self.name(path), message };
        let text = String::from_utf8(self.read(path)?).map_err(|_| error("not UTF-8".to_owned()))?;
        toml::from_str(&text).map_err(|cause| error(cause.to_string()))
    }

    /// Files of `records/`, sorted by name.
    pub(crate) fn record_files(&self) -> Result<Vec<PathBuf>, CurateError> {
        let entries = fs_err::read_dir(self.root.join("records"))?;
        let mut files = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "tsv") {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReleaseToml {
    name: String,
    version: String,
    date: String,
    default_profile: String,
    notice: String,
}

#[derive(Deserialize)]
struct SourcesToml {
    source: Vec<Source>,
}

/// A reference folder as it stands, before the audit's proposals are applied.
#[derive(Clone, Debug)]
pub struct ReferenceFolder {
    /// Its content, with the tiers that the columns and decisions give.
    pub content: ReleaseBuilder,
    /// Curators' decisions, by record id.
    pub decisions: BTreeMap<String, Decision>,
}

/// Reads a reference folder and further record files (`include`), audits the records and applies what the audit
/// proposes and the curators decided: a release ready to be written.
///
/// # Errors
///
/// [`CurateError`] with file and line of the first thing that is wrong; no record is dropped.
pub fn read_folder(
    root: &Path,
    include: &[PathBuf],
    watcher: Watcher<'_>,
) -> Result<ReleaseBuilder, CurateError> {
    watcher(Progress { step: "reading records", done: 0, all: 0 });
    let mut folder = ReferenceFolder::read(root, include)?;
    let found = audit(&folder.content, watcher)?;
    folder.apply(&found);
    Ok(folder.content)
}

/// Reads the taxonomy of a reference folder alone.
///
/// # Errors
///
/// [`CurateError`] with file and line of the first thing that is wrong.
pub fn read_folder_taxonomy(root: &Path) -> Result<Taxonomy, CurateError> {
    read_taxonomy(&Folder::new(root))
}

impl ReferenceFolder {
    /// Reads a reference folder and further record files (`include`).
    ///
    /// # Errors
    ///
    /// [`CurateError`] with file and line of the first thing that is wrong; no record is dropped.
    pub fn read(root: &Path, include: &[PathBuf]) -> Result<Self, CurateError> {
        let folder = Folder::new(root);
        let release: ReleaseToml = folder.toml("release.toml")?;
        let sources: SourcesToml = folder.toml("sources.toml")?;
        let markers = MarkerTable::parse(&folder.name("markers.tsv"), &folder.read("markers.tsv")?)?;
        let codes = "genetic_codes.tsv";
        let genetic_codes = GeneticCodeTable::parse(&folder.name(codes), &folder.read(codes)?)?;
        let taxonomy = read_taxonomy(&folder)?;
        let decisions = read_decisions(&folder.name("decisions.tsv"), &folder.read("decisions.tsv")?)?;
        let mut reader = RecordReader::new(&markers, &genetic_codes, &taxonomy, &decisions, &sources.source);
        let files = folder.record_files()?;
        for path in files.iter().chain(include) {
            reader.read(&path.display().to_string(), &fs_err::read(path)?)?;
        }
        let (records, used) = reader.finish(&folder.name("decisions.tsv"))?;
        let sources = sources.source.into_iter().filter(|source| used.contains(&source.id)).collect();
        let content = ReleaseBuilder {
            name: release.name,
            version: release.version,
            date: release.date,
            default_profile: release.default_profile,
            notice: release.notice,
            sources,
            markers,
            genetic_codes,
            taxonomy,
            records,
        };
        Ok(Self { content, decisions })
    }

    /// Applies an audit's proposals. A curator's decision on the record stands against all of them; what was proposed is
    /// kept among the reasons.
    pub fn apply(&mut self, audit: &Audit) {
        let mut proposals: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in audit.findings.iter().filter(|finding| finding.tier != ProposedTier::Keep) {
            proposals.entry(&finding.record).or_default().push(finding);
        }
        for record in &mut self.content.records {
            let id = record.fields.get("record_id").map_or("", String::as_str);
            if let Some(findings) = proposals.get(id) {
                propose(record, findings, self.decisions.contains_key(id));
            }
        }
    }

    /// Decisions that keep a record which stays in quarantine all the same, each in a sentence: a stop codon is no matter of
    /// opinion.
    pub fn decisions_without_effect(&self) -> Vec<String> {
        let tiers = self.content.records.iter().filter(|record| record.tier == Tier::Quarantine);
        let quarantined = tiers.filter_map(|record| Some((record, record.fields.get("record_id")?)));
        let kept = quarantined.filter_map(|(record, id)| Some((record, self.decisions.get(id)?)));
        let kept = kept.filter(|(_, decision)| {
            decision.decision == DecisionKind::Accept || decision.tier == Some(Tier::Screening)
        });
        let sentence = |(record, decision): (&NewRecord, &Decision)| {
            let reasons = record.fields.get("tier_reasons").map_or("", String::as_str);
            format!("the decision on {} of {} has no effect: {reasons}", decision.record, decision.date)
        };
        kept.map(sentence).collect()
    }
}

/// Lowers the tier of a record unless a curator has decided on it, and says why.
fn propose(record: &mut NewRecord, findings: &[&Finding], decided: bool) {
    let mut reasons = record.fields.remove("tier_reasons").unwrap_or_default();
    for finding in findings {
        if reasons.contains(&finding.reason) {
            continue;
        }
        let joint = if reasons.is_empty() { "" } else { "; " };
        let words = if decided { "decided against the audit: " } else { "" };
        reasons = format!("{reasons}{joint}{words}{}", finding.reason);
        if !decided {
            record.tier = finding.tier.apply(record.tier);
        }
    }
    record.fields.insert("tier_reasons".to_owned(), reasons);
}
