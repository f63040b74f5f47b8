//! What `saola consensus` writes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use saola_report::{Chromatogram, ConsensusSite, Reads};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Consensus;
use crate::output::{OutputError, write_new_folder};

/// Version of the JSON form.
const SCHEMA_VERSION: &str = "1";

/// The consensus sequences of some samples, with everything that the reads say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConsensusFile {
    /// Version of this format.
    pub schema_version: String,
    /// Version of the program.
    pub software_version: String,
    /// The samples, in the order of the input.
    pub samples: Vec<ConsensusSample>,
}

/// A sample's consensus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConsensusSample {
    /// Name.
    pub id: String,
    /// Upper-case IUPAC codes, primers cut off and edits made.
    pub sequence: String,
    /// Phred scores as letters from `!` (0), one a base.
    pub phred: String,
    /// The reads and what became of them.
    pub reads: Reads,
    /// Every position before primers were cut off and edits were made.
    pub sites: Vec<ConsensusSite>,
}

/// The JSON Schema (draft 2020-12) of [`ConsensusFile`].
pub fn consensus_schema() -> schemars::Schema {
    schemars::schema_for!(ConsensusFile)
}

impl Consensus {
    /// The consensus in FASTA, lines of 80 bases.
    pub fn fasta(&self) -> String {
        let mut text = format!(">{}\n", self.sample);
        for line in self.bases.chunks(80) {
            text.push_str(&String::from_utf8_lossy(line));
            text.push('\n');
        }
        text
    }

    /// The consensus in FASTQ, Phred+33.
    pub fn fastq(&self) -> String {
        let bases = String::from_utf8_lossy(&self.bases);
        format!("@{}\n{bases}\n+\n{}\n", self.sample, letters(&self.qualities))
    }

    /// Chromatograms of the reads, disputed positions large, as SVG.
    pub fn pictures(&self) -> Vec<String> {
        let one = |(index, read): (usize, &super::TraceRead)| {
            let number = index as u64 + 1;
            let positions = |site: &ConsensusSite| {
                let said = site.support.iter().filter(|said| said.read == number);
                said.filter_map(|said| usize::try_from(said.position).ok()).collect::<Vec<_>>()
            };
            let marked: Vec<usize> = self.reads.disputed.iter().flat_map(positions).collect();
            let described = self.reads.reads.get(index);
            let kept = described.filter(|read| read.kept_from > 0).and_then(|read| {
                Some((usize::try_from(read.kept_from).ok()?, usize::try_from(read.kept_to).ok()?))
            });
            Chromatogram { title: &read.file, trace: &read.trace, kept, marked: &marked }.svg()
        };
        self.traces.iter().enumerate().map(one).collect()
    }
}

/// Phred scores as letters from `!`.
fn letters(qualities: &[u8]) -> String {
    qualities.iter().map(|quality| char::from(quality.saturating_add(b'!').min(b'~'))).collect()
}

impl ConsensusFile {
    /// The file of some samples.
    pub fn of(samples: &[&Consensus]) -> Self {
        let sample = |consensus: &&Consensus| ConsensusSample {
            id: consensus.sample.clone(),
            sequence: String::from_utf8_lossy(&consensus.bases).into_owned(),
            phred: letters(&consensus.qualities),
            reads: consensus.reads.clone(),
            sites: consensus.sites.clone(),
        };
        Self {
            schema_version: SCHEMA_VERSION.to_owned(),
            software_version: env!("CARGO_PKG_VERSION").to_owned(),
            samples: samples.iter().map(sample).collect(),
        }
    }
}

/// Writes `consensus.fasta`, `consensus.fastq`, `consensus.json` and a chromatogram of each read into a new folder.
///
/// # Errors
///
/// [`OutputError`]; on any error the folder is not there.
pub fn write_consensus(folder: &Path, samples: &[&Consensus]) -> Result<(), OutputError> {
    let all = |form: fn(&Consensus) -> String| samples.iter().map(|sample| form(sample)).collect::<String>();
    let json = serde_json::to_string_pretty(&ConsensusFile::of(samples))? + "\n";
    let mut files = vec![
        ("consensus.fasta".to_owned(), all(Consensus::fasta)),
        ("consensus.fastq".to_owned(), all(Consensus::fastq)),
        ("consensus.json".to_owned(), json),
    ];
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for sample in samples {
        for (read, picture) in sample.traces.iter().zip(sample.pictures()) {
            let mut name = plain_name(&read.file);
            let count = names.entry(name.clone()).or_default();
            *count += 1;
            if *count > 1 {
                let _ = write!(name, "-{count}");
            }
            files.push((format!("{name}.svg"), picture));
        }
    }
    let files: Vec<(&str, String)> = files.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    write_new_folder(folder, &files)
}

/// A name that is one on every system: letters, digits and a few marks.
fn plain_name(file: &str) -> String {
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() || "-_.,[]()".contains(letter) { letter } else { '_' }
    };
    let name: String = file.chars().map(plain).take(120).collect();
    if name.starts_with('.') { format!("_{name}") } else { name }
}
