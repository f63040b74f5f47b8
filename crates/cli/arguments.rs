//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use saola::CountryCode;

use crate::{
    cites::CitesOptions,
    db_affected::AffectedOptions,
    db_audit::AuditOptions,
    db_coverage::CoverageOptions,
    db_diff::DiffOptions,
    db_export::ExportOptions,
    db_import::ImportOptions,
    db_proof::{ProofOptions, VerifyProofOptions},
    db_sign::SignOptions,
    key::KeyCommand,
    listings::ListingsOptions,
    permit::PermitCommand,
    reads::{ConsensusOptions, ReadOptions},
    rerun::RerunOptions,
    trust::TrustOptions,
    validate::ValidateOptions,
};

const AFTER_HELP: &str = "\
Exit codes:
  0  done, whatever the conclusion
  1  failed: an input or output is wrong
  2  the command line is wrong
  3  a verification found something wrong
  4  the reference database cannot be used

Results go to standard output, everything else to standard error.";

/// Identifies seized wildlife by DNA, offline, with reasons that anyone can re-check.
#[derive(Parser)]
#[command(name = "saola", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Arguments {
    /// Say nothing but results and errors.
    #[arg(long, global = true, display_order = 900)]
    pub(crate) quiet: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Identify sequences: conclusion, reasons, CITES listing at the date.
    #[command(after_help = AFTER_HELP)]
    Identify(IdentifyOptions),
    /// Make sequences of Sanger traces: trimmed, paired, called position by position.
    #[command(after_help = AFTER_HELP)]
    Consensus(ConsensusOptions),
    /// List the records that resemble sequences, without a conclusion.
    #[command(after_help = AFTER_HELP)]
    Search(SearchOptions),
    /// Import, audit, build, describe, sign and verify reference databases.
    #[command(after_help = AFTER_HELP)]
    Db {
        #[command(subcommand)]
        command: DatabaseCommand,
    },
    /// Say what CITES said of a taxon on a day, with the reasons.
    #[command(after_help = AFTER_HELP)]
    Cites(CitesOptions),
    /// Compare permits with reports.
    #[command(after_help = AFTER_HELP)]
    Permit {
        #[command(subcommand)]
        command: PermitCommand,
    },
    /// Measure how often conclusions are right, on records of known species.
    #[command(after_help = AFTER_HELP)]
    Validate(ValidateOptions),
    /// Repeat the analysis of a report and say whether the result is the same, or where not.
    #[command(after_help = AFTER_HELP)]
    Rerun(RerunOptions),
    /// Make keys for trying signatures out.
    #[command(after_help = AFTER_HELP)]
    Key {
        #[command(subcommand)]
        command: KeyCommand,
    },
    /// Print the JSON Schema of an output; without a name, list the names.
    Schema {
        /// Name of the schema.
        name: Option<String>,
    },
    /// Print the completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a folder.
    Man {
        /// The folder; it is made if it is not there.
        folder: PathBuf,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum IdentifyFormat {
    /// A block for each sample, for people.
    Table,
    /// One row a sample, with a header.
    Tsv,
    /// The whole report.
    Json,
    /// One sample a line.
    Jsonl,
}

#[derive(Args)]
pub(crate) struct IdentifyOptions {
    /// FASTA or FASTQ files, plain or gzip, or traces (.ab1, .scf); `-` is standard input.
    #[arg(required_unless_present = "sheet", value_name = "SAMPLE")]
    pub(crate) samples: Vec<PathBuf>,
    /// Reference database; the built-in release unless given.
    #[arg(long, value_name = "FILE")]
    pub(crate) db: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) trust: TrustOptions,
    /// Marker of all samples, such as COI or cytb; found by itself unless given.
    #[arg(long, value_name = "MARKER")]
    pub(crate) marker: Option<String>,
    /// Sample sheet, tab-separated: sample, item, file, record, marker.
    #[arg(long, value_name = "FILE")]
    pub(crate) sheet: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reads: ReadOptions,
    /// Day of the offence; without it no listing is determined.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub(crate) offence_date: Option<jiff::civil::Date>,
    /// Country that the specimen's population belongs to (ISO 3166-1 alpha-2).
    #[arg(long, value_name = "XX")]
    pub(crate) origin: Option<CountryCode>,
    /// State whose reservations are shown (ISO 3166-1 alpha-2).
    #[arg(long, value_name = "XX")]
    pub(crate) party: Option<CountryCode>,
    #[command(flatten)]
    pub(crate) listings: ListingsOptions,
    /// Rule profile: `screening`, `forensic`, `mini-barcode` or a TOML file; the database names its default.
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) profile: Option<String>,
    /// Ask whether the samples are of this taxon; may be repeated.
    #[arg(long = "question", value_name = "TAXON")]
    pub(crate) questions: Vec<String>,
    /// Write report.json, report.html and hits.tsv into this new folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// What is printed.
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: IdentifyFormat,
    /// Threads; never changes a result.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}

/// One way of writing a day, because a date that is read in another way than it was meant changes the law.
pub(crate) fn parse_date(text: &str) -> Result<jiff::civil::Date, String> {
    let date = text.parse::<jiff::civil::Date>().ok().filter(|date| date.to_string() == text);
    date.ok_or_else(|| "not a day written as year-month-day; hint: for example 2019-08-26".to_owned())
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum SearchFormat {
    /// Tab-separated columns with a header.
    Tsv,
    /// The twelve columns of BLAST's tabular output, without header; E-value and bit score are `*`.
    Blast6,
    /// Pairwise mapping format.
    Paf,
    /// One hit a line.
    Jsonl,
}

#[derive(Args)]
pub(crate) struct SearchOptions {
    /// FASTA or FASTQ files, plain or gzip; `-` is standard input.
    #[arg(required = true, value_name = "SAMPLE")]
    pub(crate) samples: Vec<PathBuf>,
    /// Reference database; the built-in release unless given.
    #[arg(long, value_name = "FILE")]
    pub(crate) db: Option<PathBuf>,
    /// Marker of all samples; found by itself unless given.
    #[arg(long, value_name = "MARKER")]
    pub(crate) marker: Option<String>,
    /// List at most so many hits, and all that are tied with the last.
    #[arg(long, value_name = "N")]
    pub(crate) max_hits: Option<usize>,
    /// List every record of at least this identity (0 to 1).
    #[arg(long, value_name = "FRACTION", default_value = "0.95")]
    pub(crate) min_identity: String,
    /// Least overlap, in columns, of a record that does not span the sequence.
    #[arg(long, value_name = "COLUMNS", default_value_t = 100)]
    pub(crate) min_overlap: usize,
    /// When no record reaches the least identity, prove which are nearest; otherwise one is listed as not proven.
    #[arg(long)]
    pub(crate) prove_best: bool,
    /// Write a row for each query: how many records were left out, and by which bound.
    #[arg(long, value_name = "FILE")]
    pub(crate) certificate: Option<PathBuf>,
    /// Compare with every record without any bound.
    #[arg(long)]
    pub(crate) exhaustive: bool,
    /// What is printed.
    #[arg(long, value_enum, default_value = "tsv")]
    pub(crate) format: SearchFormat,
    /// Threads; never changes a result.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}

#[derive(Subcommand)]
pub(crate) enum DatabaseCommand {
    /// Make or extend a folder of text files from downloads in other formats.
    #[command(after_help = AFTER_HELP)]
    Import(ImportOptions),
    /// Find what is wrong in a reference library, and propose tiers.
    #[command(after_help = AFTER_HELP)]
    Audit(AuditOptions),
    /// List the recognised species of a taxon that a reference database has and lacks.
    #[command(after_help = AFTER_HELP)]
    Coverage(CoverageOptions),
    /// Build a reference database from a folder of text files.
    #[command(after_help = AFTER_HELP)]
    Build(BuildOptions),
    /// Describe a reference database.
    #[command(after_help = AFTER_HELP)]
    Info(InfoOptions),
    /// List what changed from one release to another.
    #[command(after_help = AFTER_HELP)]
    Diff(DiffOptions),
    /// Give records back as a table or as FASTA.
    #[command(after_help = AFTER_HELP)]
    Export(ExportOptions),
    /// Sign a reference database: a detached CMS signature beside it.
    #[command(after_help = AFTER_HELP)]
    Sign(SignOptions),
    /// Recompute every hash of a reference database and write it anew in memory.
    #[command(after_help = AFTER_HELP)]
    Verify(VerifyOptions),
    /// Prove that a record is in a release, for those who do not have the release.
    #[command(after_help = AFTER_HELP)]
    Proof(ProofOptions),
    /// Check such a proof; the release is not needed.
    #[command(after_help = AFTER_HELP)]
    VerifyProof(VerifyProofOptions),
    /// Name the reports that leaned on records that were retracted.
    #[command(after_help = AFTER_HELP)]
    Affected(AffectedOptions),
}

#[derive(Args)]
pub(crate) struct BuildOptions {
    /// The folder, such as reference-db.
    pub(crate) folder: PathBuf,
    /// The file to write; it must not be there.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Further record files in the same columns; may be repeated.
    #[arg(long, value_name = "FILE")]
    pub(crate) include: Vec<PathBuf>,
    /// The release before: what changed since is written beside the output, as OUTPUT.changes.tsv.
    #[arg(long, value_name = "FILE")]
    pub(crate) previous: Option<PathBuf>,
    /// Leave out the audit, which takes most of the time: tiers as columns and decisions alone give them. The release says so
    /// in its notice, so that reports on it are not for casework.
    #[arg(long)]
    pub(crate) without_audit: bool,
}

#[derive(Args)]
pub(crate) struct InfoOptions {
    /// The file; the built-in release unless given.
    pub(crate) file: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct VerifyOptions {
    /// The file; the built-in release unless given.
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) trust: TrustOptions,
}
