//! `saola db`.

use std::path::Path;

use saola::{
    Progress, ReferenceFolder, Release, ReleaseBuilder, ReliabilityData, ReliabilityError, ReliabilityFile,
    Tier, Verification, Watcher, index_sections, write_new_file_with,
};

use crate::arguments::{BuildOptions, InfoOptions, VerifyOptions};
use crate::failure::{Failure, Kind};
use crate::{terminal, trust};

/// What a release says of itself when its labels were not compared.
const NOT_AUDITED: &str = "not for casework: built without an audit of its records";

/// The default release, kept in step with reference-db/ by a test.
static BUILT_IN: &[u8] = include_bytes!("../../reference-db/saola-starter.saola");

/// What trials on it found; made with `saola validate --records reference-db`.
static BUILT_IN_RELIABILITY: &[u8] = include_bytes!("../../reference-db/saola-starter.reliability.json");

/// The reliability data beside a release, or those of the built-in one.
pub(crate) fn reliability(
    path: Option<&Path>,
    release: &Release,
) -> Result<Option<ReliabilityFile>, ReliabilityError> {
    match path {
        Some(path) => ReliabilityData::beside(path, release),
        None => {
            ReliabilityFile::parse("the built-in reliability data".as_ref(), BUILT_IN_RELIABILITY, release)
                .map(Some)
        }
    }
}

impl From<ReliabilityError> for Failure {
    fn from(error: ReliabilityError) -> Self {
        Self::new(Kind::Reference, error, "move the file away, or make it again with `saola validate`")
    }
}

/// The release in a file, or the built-in one, trusted as local files are: see [`Release::open`].
pub(crate) fn open(path: Option<&Path>) -> Result<Release, Failure> {
    Ok(match path {
        Some(path) => Release::open(path)?,
        None => Release::from_static(BUILT_IN, "the built-in release")?,
    })
}

/// As [`open`], with every byte checked: for whatever writes evidence or vouches for the file.
pub(crate) fn open_checked(path: Option<&Path>) -> Result<Release, Failure> {
    let release = open(path)?;
    release.check()?;
    Ok(release)
}

pub(crate) fn build(options: &BuildOptions, quiet: bool) -> Result<(), Failure> {
    let changes = crate::db_diff::ChangeLog::prepare(options.previous.as_deref(), &options.output)?;
    let bar = terminal::progress("building", quiet);
    let watcher = |progress| terminal::show(&bar, progress);
    let builder = read(options, &watcher)?;
    if builder.date.parse::<jiff::civil::Date>().is_err() {
        let message = format!("{}/release.toml: date {:?}", options.folder.display(), builder.date);
        return Err(Failure::new(Kind::Failed, message, "a date is written YYYY-MM-DD"));
    }
    saola::Profile::built_in(&builder.default_profile)
        .map_err(|error| Failure::new(Kind::Failed, error, "default_profile in release.toml"))?;
    watcher(Progress { step: "writing and indexing the release", done: 0, all: 0 });
    let content = Release::from_bytes(builder.write()?, &options.output.display().to_string())?;
    let index = index_sections(&content)
        .map_err(|error| Failure::new(Kind::Failed, error, "look at this record's sequence"))?;
    write_new_file_with(&options.output, |output| Ok(content.write_with_index(index, output)?))?;
    drop(content);
    bar.finish_and_clear();
    // What stands on the disk is read back and checked.
    let release = open_checked(Some(&options.output))?;
    if !quiet {
        let records = release.record_count();
        terminal::say(&format!("{}: {records} records, root {}", options.output.display(), release.root()));
    }
    changes.map_or(Ok(()), |changes| changes.write(&release, quiet))
}

/// The records, their tiers as the audit proposes and the curators decided.
fn read(options: &BuildOptions, watcher: Watcher<'_>) -> Result<ReleaseBuilder, Failure> {
    watcher(Progress { step: "reading records", done: 0, all: 0 });
    let mut folder = ReferenceFolder::read(&options.folder, &options.include)?;
    if !options.without_audit {
        let found = saola::audit(&folder.content, watcher)?;
        folder.apply(&found);
    }
    for sentence in folder.decisions_without_effect() {
        terminal::say(&format!("warning: {sentence}"));
    }
    if folder.content.records.is_empty() {
        let message = format!("{}: holds no record", options.folder.display());
        return Err(Failure::new(Kind::Failed, message, "import records first; `saola db import --help`"));
    }
    if !options.without_audit {
        return Ok(folder.content);
    }
    let mut builder = folder.content;
    let notices = [builder.notice.as_str(), NOT_AUDITED].into_iter().filter(|notice| !notice.is_empty());
    builder.notice = notices.collect::<Vec<_>>().join("; ");
    Ok(builder)
}

pub(crate) fn verify(options: &VerifyOptions) -> Result<(), Failure> {
    let release = open_checked(options.file.as_deref())?;
    // Without a record there is no index, and the file is not what its content writes.
    match release.verify(|release| index_sections(release).unwrap_or_default()) {
        Verification::Good => {
            let signature = trust::require(&release, options.file.as_deref(), &options.trust)?;
            terminal::print(&format!(
                "verified: {} records, root {}; the file is what its content writes\n{}\n",
                release.record_count(),
                release.root(),
                signature.statement
            ))
        }
        Verification::Bad(fault) => Err(Failure::new(
            Kind::Verification,
            format!("NOT verified: {fault}"),
            "take a fresh copy of the release and compare its root with the published one",
        )),
    }
}

pub(crate) fn info(options: &InfoOptions) -> Result<(), Failure> {
    let release = open_checked(options.file.as_deref())?;
    let text = if options.json {
        serde_json::to_string_pretty(&describe(&release))? + "\n"
    } else {
        table(&release)
    };
    terminal::print(&text)
}

/// Records by marker and tier, in the order of markers.
fn counts(release: &Release) -> Vec<(String, [u64; 3], u64)> {
    let markers = release.markers().as_slice().iter();
    let count = |name: &str| {
        let mut tiers = [0; 3];
        let mut species = std::collections::BTreeSet::new();
        for record in release.records().filter(|record| record.marker().name == name) {
            let place = match record.tier() {
                Tier::Forensic => 0,
                Tier::Screening => 1,
                Tier::Quarantine => 2,
            };
            tiers[place] += 1;
            species.extend(release.taxonomy().at_rank(record.taxon(), "species"));
        }
        (name.to_owned(), tiers, species.len() as u64)
    };
    markers.map(|marker| count(&marker.name)).filter(|(_, tiers, _)| tiers.iter().sum::<u64>() > 0).collect()
}

fn describe(release: &Release) -> serde_json::Value {
    let manifest = release.manifest();
    let markers: Vec<_> = counts(release)
        .into_iter()
        .map(|(marker, [forensic, screening, quarantine], species)| {
            serde_json::json!({
                "marker": marker, "forensic": forensic, "screening": screening, "quarantine": quarantine,
                "species": species,
            })
        })
        .collect();
    serde_json::json!({
        "name": manifest.name,
        "version": manifest.version,
        "date": manifest.date,
        "notice": manifest.notice,
        "default_profile": manifest.default_profile,
        "records": release.record_count(),
        "root": release.root(),
        "roots": manifest.roots,
        "index_digest": release.index_digest().map_or_else(|| "none".to_owned(), |digest| digest.to_string()),
        "file_sha256": release.file_digest(),
        "file_bytes": release.file_length(),
        "markers": markers,
        "sources": manifest.sources,
    })
}

fn table(release: &Release) -> String {
    let manifest = release.manifest();
    let mut lines = vec![
        format!("{} {} of {}", manifest.name, manifest.version, manifest.date),
        format!("  notice   {}", manifest.notice),
        format!("  profile  {}", manifest.default_profile),
        format!("  root     {}", release.root()),
        format!("  file     {} bytes, SHA-256 {}", release.file_length(), release.file_digest()),
        String::new(),
        format!(
            "  {:<12}{:>10}{:>11}{:>12}{:>9}",
            "marker", "forensic", "screening", "quarantine", "species"
        ),
    ];
    for (marker, [forensic, screening, quarantine], species) in counts(release) {
        lines.push(format!("  {marker:<12}{forensic:>10}{screening:>11}{quarantine:>12}{species:>9}"));
    }
    lines.push(String::new());
    for source in &manifest.sources {
        lines.push(format!("  {}: {} ({} {})", source.id, source.title, source.package, source.version));
    }
    lines.join("\n") + "\n"
}
