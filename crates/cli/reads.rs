//! `saola consensus`, and the options by which traces become samples.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use saola::reads::{Consensus, ConsensusFile, PairRule, read_edits, read_primers, write_consensus};
use saola::{SampleFile, SampleInput, SampleRules, check_new_folder, read_sheet};

use crate::failure::{Failure, Kind};
use crate::terminal;

const PRIMERS: &str = include_str!("../../reference-db/primers.tsv");

#[derive(Args)]
pub(crate) struct ReadOptions {
    /// Which traces belong together: a regular expression for the file's name without extension, with the groups (?P<sample>...) and
    /// (?P<direction>...), the latter beginning with F or R; `NAME_F` and `NAME_R`, `NAME_1_F` and `NAME_2_R` and the like unless given.
    #[arg(long, value_name = "REGEX")]
    pub(crate) pair_by: Option<String>,
    /// Changes of a consensus by hand, tab-separated: sample, position, from, to, who, why. They are applied visibly; an edited base counts
    /// as unread.
    #[arg(long, value_name = "FILE")]
    pub(crate) edits: Option<PathBuf>,
    /// Primers that are cut off, tab-separated: name, bases; `none` for none; the usual ones unless given.
    #[arg(long, value_name = "FILE|none")]
    pub(crate) primers: Option<PathBuf>,
    /// Each FASTQ file holds the reads of one amplicon, as of a nanopore sequencer, and makes one sample.
    #[arg(long)]
    pub(crate) amplicon: bool,
}

impl ReadOptions {
    pub(crate) fn rules(&self) -> Result<SampleRules, Failure> {
        let pairs = match &self.pair_by {
            None => PairRule::usual(),
            Some(pattern) => PairRule::new(pattern),
        };
        let pairs = pairs.map_err(|error| {
            Failure::new(Kind::Usage, format!("--pair-by: {error}"), "see `saola consensus --help`")
        })?;
        let table =
            |error: saola::TableError| Failure::new(Kind::Failed, error, "see `saola consensus --help`");
        let edits = match &self.edits {
            None => Vec::new(),
            Some(path) => read_edits(&path.display().to_string(), &read(path)?).map_err(table)?,
        };
        Ok(SampleRules { pairs, primers: primers(self.primers.as_ref())?, edits, amplicons: self.amplicon })
    }
}

/// The primers of a file, or the built-in ones.
pub(crate) fn primers(path: Option<&PathBuf>) -> Result<Vec<saola::reads::NamedPrimer>, Failure> {
    let found = match path {
        None => read_primers("primers.tsv", PRIMERS.as_bytes()),
        Some(path) if path.as_os_str() == "none" => return Ok(Vec::new()),
        Some(path) => read_primers(&path.display().to_string(), &read(path)?),
    };
    found.map_err(|error| Failure::new(Kind::Failed, error, "a table with the columns name and bases"))
}

fn read(path: &PathBuf) -> Result<Vec<u8>, Failure> {
    fs_err::read(path).map_err(|error| Failure::new(Kind::Failed, error, "check the path"))
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ConsensusFormat {
    /// Sequences.
    Fasta,
    /// Sequences with Phred scores.
    Fastq,
    /// Everything: reads, calls, and what each read says at each position.
    Json,
}

#[derive(Args)]
pub(crate) struct ConsensusOptions {
    /// Traces: ABIF (.ab1) or SCF (.scf) files; with --amplicon, FASTQ files.
    #[arg(required_unless_present = "sheet", value_name = "TRACE")]
    pub(crate) traces: Vec<PathBuf>,
    /// Sample sheet, tab-separated: sample, item, file, record, marker; a sample of several traces has their names in `file`, parted by
    /// semicolons.
    #[arg(long, value_name = "FILE", conflicts_with = "raw")]
    pub(crate) sheet: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reads: ReadOptions,
    /// Print each trace's own letters and scores, untouched.
    #[arg(long, conflicts_with = "out")]
    pub(crate) raw: bool,
    /// What is printed.
    #[arg(long, value_enum, default_value = "fasta")]
    pub(crate) format: ConsensusFormat,
    /// Write consensus.fasta, consensus.fastq, consensus.json and chromatograms (SVG) into this new folder.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
}

pub(crate) fn run(options: &ConsensusOptions, quiet: bool) -> Result<(), Failure> {
    if let Some(folder) = &options.out {
        check_new_folder(folder)?;
    }
    let files: Vec<SampleFile> =
        options.traces.iter().map(|path| terminal::read_samples(path)).collect::<Result<_, _>>()?;
    let rules = options.reads.rules()?;
    let is_reads = |file: &SampleFile| file.trace.is_some() || (rules.is_amplicon(file) && !options.raw);
    if let Some(file) = files.iter().find(|file| !is_reads(file)) {
        let message = format!("{}: not a trace", file.name);
        let hint = "give .ab1 or .scf files, or --amplicon for FASTQ files of one amplicon each";
        return Err(Failure::new(Kind::Failed, message, hint));
    }
    if options.raw {
        return terminal::print(
            &files.iter().map(|file| raw(file, options.format)).collect::<Result<String, _>>()?,
        );
    }
    let samples: Vec<SampleInput> = match &options.sheet {
        Some(sheet) => read_sheet(sheet, &files, &rules)?,
        None => rules.samples(&files)?,
    };
    let consensus: Vec<&Consensus> =
        samples.iter().filter_map(|sample| sample.consensus.as_deref()).collect();
    if let Some(folder) = &options.out {
        write_consensus(folder, &consensus)?;
    }
    let all = |form: fn(&Consensus) -> String| consensus.iter().map(|one| form(one)).collect::<String>();
    terminal::print(&match options.format {
        ConsensusFormat::Fasta => all(Consensus::fasta),
        ConsensusFormat::Fastq => all(Consensus::fastq),
        ConsensusFormat::Json => serde_json::to_string_pretty(&ConsensusFile::of(&consensus))? + "\n",
    })?;
    for one in consensus.iter().filter(|one| one.bases.is_empty()) {
        terminal::say(&format!("{}: no part of any read is good enough", one.sample));
    }
    if let Some(folder) = options.out.as_ref().filter(|_| !quiet) {
        terminal::say(&format!("consensus written to {}", folder.display()));
    }
    Ok(())
}

/// A trace's letters and scores as they stand in the file; a score that is not there is 0 (`!`).
fn raw(file: &SampleFile, format: ConsensusFormat) -> Result<String, Failure> {
    let Some(trace) = &file.trace else { return Ok(String::new()) };
    let letters = String::from_utf8_lossy(&trace.called);
    match format {
        ConsensusFormat::Fasta => Ok(format!(">{}\n{letters}\n", file.stem())),
        ConsensusFormat::Fastq => {
            let scores = trace.qualities.clone().unwrap_or_else(|| vec![0; trace.called.len()]);
            let scores: String = scores.iter().map(|score| char::from(score + b'!')).collect();
            Ok(format!("@{}\n{letters}\n+\n{scores}\n", file.stem()))
        }
        ConsensusFormat::Json => {
            Err(Failure::new(Kind::Usage, "--raw has no JSON form", "give --format fasta or fastq"))
        }
    }
}

impl From<saola::SampleError> for Failure {
    fn from(error: saola::SampleError) -> Self {
        let hint = error.hint();
        Self::new(Kind::Failed, error, hint)
    }
}
