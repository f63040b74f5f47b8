//! `saola db audit`.

use std::path::{Path, PathBuf};

use clap::Args;
use saola::{Audit, ReferenceFolder, Watcher, audit, audit_release, audit_summary, write_audit};

use crate::{
    database,
    failure::{Failure, Kind},
    terminal,
};

#[derive(Args)]
pub(crate) struct AuditOptions {
    /// A reference folder, or a reference database file; quarantined records take part.
    pub(crate) reference: PathBuf,
    /// Further record files in the same columns, with a folder; may be repeated.
    #[arg(long, value_name = "FILE")]
    pub(crate) include: Vec<PathBuf>,
    /// Write findings.tsv, grades.tsv, coverage.tsv, audit.json and audit.html into this new folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Threads; never changes a result.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}

pub(crate) fn run(options: &AuditOptions, quiet: bool) -> Result<(), Failure> {
    terminal::use_threads(options.threads)?;
    if let Some(folder) = &options.out {
        saola::check_new_folder(folder)?;
    }
    let bar = terminal::progress("auditing", quiet);
    let found = audit_of(&options.reference, &options.include, &|progress| terminal::show(&bar, progress))?;
    bar.finish_and_clear();
    if let Some(folder) = &options.out {
        write_audit(folder, &found, &options.reference.display().to_string())?;
    }
    terminal::print(&audit_summary(&found))
}

fn audit_of(reference: &Path, include: &[PathBuf], watcher: Watcher<'_>) -> Result<Audit, Failure> {
    if reference.is_dir() {
        return Ok(audit(&ReferenceFolder::read(reference, include)?.content, watcher)?);
    }
    if !include.is_empty() {
        let message = format!("{}: further record files go with a folder only", reference.display());
        return Err(Failure::new(Kind::Usage, message, "leave --include out, or give the reference folder"));
    }
    Ok(audit_release(&database::open_checked(Some(reference))?, watcher)?)
}
