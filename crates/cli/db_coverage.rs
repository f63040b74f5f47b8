//! `saola db coverage`.

use std::path::PathBuf;

use clap::Args;
use saola::{GenusCoverage, coverage, coverage_table};

use crate::{
    database,
    failure::{Failure, Kind},
    terminal,
};

#[derive(Args)]
pub(crate) struct CoverageOptions {
    /// Scientific name of a genus or higher taxon.
    pub(crate) taxon: String,
    /// The file; the built-in release unless given.
    pub(crate) file: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(options: &CoverageOptions) -> Result<(), Failure> {
    let release = database::open_checked(options.file.as_deref())?;
    let hint = "check the spelling; give a scientific name that the release's taxonomy has";
    let taxon = match release.taxonomy().resolve(&options.taxon) {
        [only] => *only,
        found => {
            let message = format!("{:?} stands for {} taxa of this release", options.taxon, found.len());
            return Err(Failure::new(Kind::Usage, message, hint));
        }
    };
    let found: Vec<GenusCoverage> = coverage(&release, taxon);
    let text = if options.json {
        serde_json::to_string_pretty(&found)? + "\n"
    } else {
        coverage_table(&options.taxon, &found)
    };
    terminal::print(&text)
}
