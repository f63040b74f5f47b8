//! `saola permit`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use saola::permit::{MOST_BYTES, Permit};
use saola::{PermitQuestion, ReportFile, Sha256Digest};

use crate::failure::{Failure, Kind};
use crate::listings::ListingsOptions;
use crate::{database, terminal};

#[derive(Subcommand)]
pub(crate) enum PermitCommand {
    /// Compare what a CITES e-permit declares with the conclusions of a report.
    ///
    /// Name, Appendix on the day of issue, and source are compared, and of each it is said whether it is consistent, inconsistent
    /// or not resolvable, with the reason. Whether the permit is genuine or valid is not said.
    Check(CheckOptions),
}

#[derive(Args)]
pub(crate) struct CheckOptions {
    /// The permit: a CITES e-permit message, XML, version 1 or 2.
    #[arg(value_name = "PERMIT.xml")]
    pub(crate) permit: PathBuf,
    /// The report as JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: PathBuf,
    /// Compare with this line of the permit; otherwise with the line whose name fits an item best.
    #[arg(long, value_name = "LINE")]
    pub(crate) line: Option<String>,
    /// Reference database whose taxonomy resolves names; the built-in release unless given.
    #[arg(long, value_name = "FILE")]
    pub(crate) db: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) listings: ListingsOptions,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(command: &PermitCommand) -> Result<(), Failure> {
    let PermitCommand::Check(options) = command;
    let bytes = read(&options.permit)?;
    let permit = Permit::parse(&bytes).map_err(|error| {
        let message = format!("{}: {error}", options.permit.display());
        Failure::new(Kind::Failed, message, "give the XML message of a CITES e-permit")
    })?;
    if let Some(line) =
        options.line.as_ref().filter(|line| permit.lines.iter().all(|known| known.line != **line))
    {
        let known: Vec<&str> = permit.lines.iter().map(|line| line.line.as_str()).collect();
        let message = format!("the permit has no line {line:?}");
        return Err(Failure::new(Kind::Usage, message, format!("its lines are {}", known.join(", "))));
    }
    let report = ReportFile::read(&options.report)?.report;
    let release = database::open_checked(options.db.as_deref())?;
    let listings = options.listings.read(None)?;
    let line = options.line.as_deref();
    let question = PermitQuestion { release: &release, listings: &listings, permit: &permit, line };
    let check = question.check(&report, Sha256Digest::of(&bytes));
    terminal::print(&if options.json { serde_json::to_string_pretty(&check)? + "\n" } else { check.tsv() })
}

/// A file of a bounded size.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    if fs_err::metadata(path)?.len() > MOST_BYTES as u64 {
        let message = format!("{}: larger than 16 MiB", path.display());
        return Err(Failure::new(Kind::Failed, message, "give the message without its attachments"));
    }
    Ok(fs_err::read(path)?)
}
