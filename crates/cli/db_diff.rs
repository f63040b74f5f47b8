//! `saola db diff`, and the change log of `saola db build --previous`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use saola::{Change, ChangeKind, ChangedPart, OutputError, Release, ReleaseDiff, write_new_file};

use crate::failure::Failure;
use crate::{database, terminal};

/// Forms of a list.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people.
    Table,
    /// Tab-separated columns with a header.
    Tsv,
    /// One JSON object.
    Json,
}

#[derive(Args)]
pub(crate) struct DiffOptions {
    /// The earlier release.
    #[arg(value_name = "EARLIER")]
    pub(crate) earlier: PathBuf,
    /// The later release.
    #[arg(value_name = "LATER")]
    pub(crate) later: PathBuf,
    /// What is printed.
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: ListFormat,
}

pub(crate) fn run(options: &DiffOptions) -> Result<(), Failure> {
    let earlier = database::open_checked(Some(&options.earlier))?;
    let later = database::open_checked(Some(&options.later))?;
    let diff = ReleaseDiff::between(&earlier, &later);
    terminal::print(&match options.format {
        ListFormat::Table => table(&diff),
        ListFormat::Tsv => diff.tsv(),
        ListFormat::Json => serde_json::to_string_pretty(&diff)? + "\n",
    })
}

/// What is needed to write the change log once the release is built, asked for before the work begins.
pub(crate) struct ChangeLog {
    previous: Release,
    path: PathBuf,
}

impl ChangeLog {
    /// None when no release before is named.
    pub(crate) fn prepare(previous: Option<&Path>, output: &Path) -> Result<Option<Self>, Failure> {
        let Some(previous) = previous else { return Ok(None) };
        let mut path = output.as_os_str().to_owned();
        path.push(".changes.tsv");
        let path = PathBuf::from(path);
        if path.exists() {
            return Err(OutputError::Exists(path).into());
        }
        Ok(Some(Self { previous: database::open_checked(Some(previous))?, path }))
    }

    pub(crate) fn write(&self, release: &Release, quiet: bool) -> Result<(), Failure> {
        let diff = ReleaseDiff::between(&self.previous, release);
        write_new_file(&self.path, diff.tsv().as_bytes())?;
        if !quiet {
            terminal::say(&format!("{}: {}", self.path.display(), counts(&diff).join(", ")));
        }
        Ok(())
    }
}

fn counts(diff: &ReleaseDiff) -> Vec<String> {
    if diff.counts.is_empty() {
        return vec!["no changes".to_owned()];
    }
    let line = |count: &saola::ChangeCount| {
        format!("{} {} {}", count.count, count.part.as_str().replace('_', " "), count.change.as_str())
    };
    diff.counts.iter().map(line).collect()
}

fn table(diff: &ReleaseDiff) -> String {
    let mut lines = vec![format!("from {}", diff.from_root), format!("to   {}", diff.to_root)];
    lines.extend(counts(diff).into_iter().map(|count| format!("  {count}")));
    let mut part = None;
    for change in &diff.changes {
        if part.replace(change.part) != Some(change.part) {
            lines.extend([String::new(), change.part.as_str().replace('_', " ")]);
        }
        lines.push(line(change));
    }
    lines.join("\n") + "\n"
}

fn line(change: &Change) -> String {
    let (from, to) = (shown(change, &change.from), shown(change, &change.to));
    let mut line = format!("  {:<9} {}  {}: ", change.change.as_str(), change.id, change.column);
    let cells = match change.change {
        ChangeKind::Added => to,
        ChangeKind::Removed => from,
        _ => format!("{from} -> {to}"),
    };
    line.push_str(&cells);
    if !change.reasons.is_empty() {
        let _ = write!(line, " ({})", change.reasons);
    }
    line.replace(|letter: char| letter.is_control(), " ")
}

/// Sequences as their lengths; long cells cut, with the table for programs to have them whole.
fn shown(change: &Change, cell: &str) -> String {
    const MOST: usize = 60;
    match (change.part, change.column.as_str()) {
        (ChangedPart::Record, "nuc") => format!("{} bases", cell.len()),
        _ if cell.is_empty() => "(nothing)".to_owned(),
        _ if cell.chars().count() > MOST => cell.chars().take(MOST).chain("...".chars()).collect(),
        _ => cell.to_owned(),
    }
}
