//! `saola db export`.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use saola::{ExportError, Release, Selection, Tier, write_new_file_with};

use crate::failure::Failure;
use crate::{database, terminal};

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ExportFormat {
    /// The columns of a reference folder's record tables, then tier, reasons, accepted taxon and marker.
    Tsv,
    /// Headers `>record_id|Accepted name|marker|accession`, each sequence on one line.
    Fasta,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum TierName {
    Forensic,
    Screening,
    Quarantine,
}

#[derive(Args)]
pub(crate) struct ExportOptions {
    /// The file; the built-in release unless given.
    pub(crate) file: Option<PathBuf>,
    /// What is written.
    #[arg(long, value_enum, default_value = "tsv")]
    pub(crate) format: ExportFormat,
    /// Only records of this marker.
    #[arg(long, value_name = "MARKER")]
    pub(crate) marker: Option<String>,
    /// Only records of this tier.
    #[arg(long, value_enum, value_name = "TIER")]
    pub(crate) tier: Option<TierName>,
    /// Only records of this taxon and of those below it.
    #[arg(long, value_name = "TAXON")]
    pub(crate) taxon: Option<String>,
    /// Write into this new file instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

pub(crate) fn run(options: &ExportOptions, quiet: bool) -> Result<(), Failure> {
    let release = database::open_checked(options.file.as_deref())?;
    let selection = select(options, &release)?;
    let Some(path) = &options.output else {
        let mut output = BufWriter::new(io::stdout().lock());
        write(&release, options.format, &selection, &mut output)?;
        return Ok(output.flush()?);
    };
    let mut count = 0;
    write_new_file_with(path, |file| {
        let mut output = BufWriter::new(file);
        count = write(&release, options.format, &selection, &mut output)?;
        Ok(output.flush()?)
    })?;
    if !quiet {
        terminal::say(&format!("{}: {count} records of {}", path.display(), release.root()));
    }
    Ok(())
}

fn select(options: &ExportOptions, release: &Release) -> Result<Selection, Failure> {
    let mut selection = Selection::default();
    if let Some(marker) = &options.marker {
        selection = selection.with_marker(release, marker)?;
    }
    if let Some(taxon) = &options.taxon {
        selection = selection.with_taxon(release, taxon)?;
    }
    Ok(match options.tier {
        None => selection,
        Some(TierName::Forensic) => selection.with_tier(Tier::Forensic),
        Some(TierName::Screening) => selection.with_tier(Tier::Screening),
        Some(TierName::Quarantine) => selection.with_tier(Tier::Quarantine),
    })
}

fn write(
    release: &Release,
    format: ExportFormat,
    selection: &Selection,
    output: &mut impl Write,
) -> Result<u64, ExportError> {
    match format {
        ExportFormat::Tsv => release.export_tsv(selection, output),
        ExportFormat::Fasta => release.export_fasta(selection, output),
    }
}
