//! `saola db affected`.

use std::path::PathBuf;

use clap::Args;
use saola::{AffectedReports, Retractions, affected_reports};

use crate::db_diff::ListFormat;
use crate::failure::{Failure, Kind};
use crate::terminal;

#[derive(Args)]
pub(crate) struct AffectedOptions {
    /// Records that were retracted: one id a line, a table with the column `record` or `record_id`, or a change log.
    #[arg(long, value_name = "FILE")]
    pub(crate) retracted: PathBuf,
    /// Reports as JSON, or folders that are searched for them.
    #[arg(required = true, value_name = "REPORT")]
    pub(crate) reports: Vec<PathBuf>,
    /// What is printed.
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: ListFormat,
}

pub(crate) fn run(options: &AffectedOptions, quiet: bool) -> Result<(), Failure> {
    let retractions = Retractions::read(&options.retracted).map_err(|error| {
        let hint =
            "give one record id a line, a table with a column record_id, or the output of `saola db diff`";
        Failure::new(Kind::Failed, error, hint)
    })?;
    let bar = terminal::progress("reading reports", quiet);
    let found = affected_reports(&retractions, &options.reports)?;
    bar.finish_and_clear();
    terminal::print(&match options.format {
        ListFormat::Table => found.table(),
        ListFormat::Tsv => found.tsv(),
        ListFormat::Json => serde_json::to_string_pretty(&found)? + "\n",
    })?;
    if matches!(options.format, ListFormat::Tsv) && !quiet {
        terminal::say(&found.summary());
    }
    refuse_silence(&found)
}

/// A file that could not be read may be a report that is affected.
fn refuse_silence(found: &AffectedReports) -> Result<(), Failure> {
    match found.unread.first() {
        None => Ok(()),
        Some(first) => Err(Failure::new(
            Kind::Failed,
            format!("{} files could not be read as reports; first {}", found.unread.len(), first.why),
            "nothing is known of these files; the answer stands for the others",
        )),
    }
}
