//! `saola rerun`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use saola::{ReportFile, Rerun, SampleFile, rerun};

use crate::failure::{Failure, Kind};
use crate::listings::ListingsOptions;
use crate::{database, identify, reads, terminal};

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum RerunFormat {
    /// For people.
    Table,
    /// One JSON object.
    Json,
}

#[derive(Args)]
pub(crate) struct RerunOptions {
    /// The report as JSON.
    pub(crate) report: PathBuf,
    /// The files that were analysed; without them the sequences are taken from the report.
    #[arg(value_name = "SAMPLE")]
    pub(crate) samples: Vec<PathBuf>,
    /// Reference database; the built-in release unless given.
    #[arg(long, value_name = "FILE")]
    pub(crate) db: Option<PathBuf>,
    /// Primers that were cut off traces: a table, or `none`; the usual ones unless given.
    #[arg(long, value_name = "FILE|none")]
    pub(crate) primers: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) listings: ListingsOptions,
    /// Rule profile, when the report's is not built in: a TOML file.
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) profile: Option<String>,
    /// What is printed.
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: RerunFormat,
    /// Threads; never changes a result.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}

pub(crate) fn run(options: &RerunOptions, quiet: bool) -> Result<(), Failure> {
    terminal::use_threads(options.threads)?;
    let report = ReportFile::read(&options.report)?;
    let files: Vec<SampleFile> =
        options.samples.iter().map(|path| terminal::read_samples(path)).collect::<Result<_, _>>()?;
    let release = database::open_checked(options.db.as_deref())?;
    let profile = match &options.profile {
        None => None,
        Some(wanted) => Some(identify::read_profile(Some(wanted), &release)?),
    };
    let recorded = report.report.result.listing_downloads.first();
    let listings = options.listings.read(recorded.and_then(|download| download.day.parse().ok()))?;
    let primers = reads::primers(options.primers.as_ref())?;
    let bar = terminal::progress("identifying again", quiet);
    let reliability = database::reliability(options.db.as_deref(), &release)?;
    let found = rerun(&report, &files, &release, &listings, profile, reliability, &primers)?;
    bar.finish_and_clear();
    terminal::print(&match options.format {
        RerunFormat::Table => found.table(),
        RerunFormat::Json => serde_json::to_string_pretty(&found)? + "\n",
    })?;
    if found.same { Ok(()) } else { Err(different(&found)) }
}

fn different(found: &Rerun) -> Failure {
    let message = format!("the result is different in {} places", found.different_places);
    let hint = if found.premises.is_empty() {
        "what went in is the same as far as the report records it: look at the places"
    } else {
        "what went in is different too, as said first"
    };
    Failure::new(Kind::Verification, message, hint)
}
