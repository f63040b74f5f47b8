use std::collections::BTreeMap;

use saola_digest::Sha256Digest;
use saola_report::Edit;
use saola_seq::SequenceRecord;

use crate::SampleFile;
use crate::reads::{Consensus, NamedPrimer, PairError, PairRule, ReadsError, SampleEdit, TraceRead};

/// A sequence that is to be identified, and where it belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleInput {
    /// Identifier in the report.
    pub id: String,
    /// Item (exhibit) that it was taken from.
    pub item: String,
    /// Marker, when it is fixed.
    pub marker: Option<String>,
    /// Name of the file.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: Sha256Digest,
    /// The record; of traces their consensus.
    pub record: SequenceRecord,
    /// How it was made, when it was made of traces.
    pub consensus: Option<Box<Consensus>>,
}

impl SampleInput {
    /// A sample whose sequence is a consensus.
    pub(crate) fn of_consensus(item: &str, consensus: Consensus) -> Self {
        let (file, sha256) = consensus.source.clone();
        Self {
            id: consensus.sample.clone(),
            item: item.to_owned(),
            marker: None,
            file,
            sha256,
            record: consensus.record(),
            consensus: Some(Box::new(consensus)),
        }
    }
}

/// How files become samples.
#[derive(Clone, Debug)]
pub struct SampleRules {
    /// Which traces belong together.
    pub pairs: PairRule,
    /// Primers that are cut off the ends of a consensus.
    pub primers: Vec<NamedPrimer>,
    /// Changes by hand.
    pub edits: Vec<SampleEdit>,
    /// Whether each FASTQ file holds the reads of one amplicon, which make one sample.
    pub amplicons: bool,
}

/// Why files do not become samples.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SampleError {
    /// Two have one name.
    #[error(transparent)]
    Duplicate(#[from] DuplicateSample),
    /// Names of files do not tell which belong together.
    #[error(transparent)]
    Pair(#[from] PairError),
    /// Traces do not go together.
    #[error(transparent)]
    Reads(#[from] ReadsError),
    /// One file twice, or two of one name.
    #[error("{file}: is given twice, or there are two files of this name")]
    SameFile {
        /// Its name.
        file: String,
    },
    /// An edit that does not fit its consensus.
    #[error("{file}, line {line}: {error}")]
    Edit {
        /// The file of edits.
        file: String,
        /// Its line.
        line: u64,
        /// What is wrong.
        error: ReadsError,
    },
    /// An edit of a sample that is not there or is not made of traces.
    #[error("{file}, line {line}: no sample {sample:?} made of reads")]
    EditOfNothing {
        /// The file of edits.
        file: String,
        /// Line in the file of edits.
        line: u64,
        /// The sample.
        sample: String,
    },
}

impl SampleError {
    /// What the user can do about it, in one sentence.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Duplicate(error) => error.hint(),
            Self::Pair(_) => {
                "groups `sample` and `direction` fit the file's whole name without its extension"
            }
            Self::Reads(error) | Self::Edit { error, .. } => error.hint(),
            Self::SameFile { .. } => "give each read once, and a name of its own",
            Self::EditOfNothing { .. } => "samples are named as in the report",
        }
    }
}

/// Two records would have one name in the report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, record {name:?}, line {line}: the name is already that of a record at {first}")]
pub struct DuplicateSample {
    /// The name.
    pub name: String,
    /// File of the second record.
    pub file: String,
    /// Line of the second record.
    pub line: u64,
    /// Place of the first record.
    pub first: String,
}

impl DuplicateSample {
    /// What the user can do about it, in one sentence.
    pub const fn hint(&self) -> &'static str {
        "names identify samples in the report: give each record its own, or use a sample sheet"
    }
}

/// [`SampleRules::samples`] by the usual names of traces, without primers and edits.
///
/// # Errors
///
/// As [`SampleRules::samples`].
pub fn samples_of(files: &[SampleFile]) -> Result<Vec<SampleInput>, SampleError> {
    SampleRules { pairs: PairRule::usual()?, primers: Vec::new(), edits: Vec::new(), amplicons: false }
        .samples(files)
}

impl SampleRules {
    /// Every record of every file as a sample and an item of its own, named by the record; traces that belong together as one.
    ///
    /// # Errors
    ///
    /// [`SampleError`].
    pub fn samples(&self, files: &[SampleFile]) -> Result<Vec<SampleInput>, SampleError> {
        let traces: Vec<&SampleFile> = files.iter().filter(|file| file.trace.is_some()).collect();
        let stems: Vec<&str> = traces.iter().map(|file| file.stem()).collect();
        let pairs = self.pairs.pair(&stems)?;
        let mut reads: BTreeMap<&str, Vec<TraceRead>> = BTreeMap::new();
        for (file, paired) in traces.iter().zip(&pairs) {
            let members = reads.entry(&paired.sample).or_default();
            if members.iter().any(|read| read.sha256 == file.sha256 || read.file == file.name) {
                return Err(SampleError::SameFile { file: file.name.clone() });
            }
            members.extend(trace_read(file, paired.is_reverse));
        }
        let mut sample_of: BTreeMap<&str, &str> = BTreeMap::new();
        sample_of.extend(
            traces.iter().zip(&pairs).map(|(file, paired)| (file.name.as_str(), paired.sample.as_str())),
        );
        let mut places = Places::default();
        let mut samples = Vec::new();
        for file in files {
            if let Some(sample) = sample_of.get(file.name.as_str()) {
                // All reads of a sample stand where its first file does.
                if let Some(reads) = reads.remove(sample) {
                    let input = self.of_traces(sample, sample, reads)?;
                    places.take(sample, &file.name, 1)?;
                    samples.push(input);
                }
                continue;
            }
            if self.is_amplicon(file) {
                places.take(file.stem(), &file.name, 1)?;
                samples.push(self.of_amplicon(file.stem(), file.stem(), file)?);
                continue;
            }
            for record in &file.records {
                places.take(&record.name, &file.name, record.line)?;
                samples.push(of_record(file, record));
            }
        }
        self.check_edits(&samples)?;
        Ok(samples)
    }

    /// A sample of traces.
    pub(crate) fn of_traces(
        &self,
        sample: &str,
        item: &str,
        mut reads: Vec<TraceRead>,
    ) -> Result<SampleInput, SampleError> {
        // Forward reads first: the order of the files on the command line decides nothing.
        reads.sort_by(|one, other| (one.is_reverse, &one.file).cmp(&(other.is_reverse, &other.file)));
        let edits = self.edits_of(sample);
        let consensus = Consensus::of(sample, reads, &self.primers, &edits);
        Ok(SampleInput::of_consensus(item, consensus.map_err(|error| self.placed(sample, error))?))
    }

    fn edits_of(&self, sample: &str) -> Vec<Edit> {
        let edits = self.edits.iter().filter(|edit| edit.sample == sample);
        edits.map(|edit| edit.edit.clone()).collect()
    }

    /// An error about an edit with its place in the file of edits.
    fn placed(&self, sample: &str, error: ReadsError) -> SampleError {
        let ReadsError::Edit { number, .. } = &error else { return error.into() };
        let mut edits = self.edits.iter().filter(|edit| edit.sample == sample);
        match edits.nth(number.saturating_sub(1)) {
            Some(edit) => SampleError::Edit { file: edit.file.clone(), line: edit.line, error },
            None => error.into(),
        }
    }

    /// Whether a file holds the reads of one amplicon: reads have qualities.
    pub fn is_amplicon(&self, file: &SampleFile) -> bool {
        self.amplicons && file.records.iter().all(|record| record.qualities.is_some())
    }

    /// A sample of the reads of one amplicon.
    pub(crate) fn of_amplicon(
        &self,
        sample: &str,
        item: &str,
        file: &SampleFile,
    ) -> Result<SampleInput, SampleError> {
        let edits = self.edits_of(sample);
        let consensus = Consensus::of_amplicon(sample, file, &self.primers, &edits);
        Ok(SampleInput::of_consensus(item, consensus.map_err(|error| self.placed(sample, error))?))
    }

    pub(crate) fn check_edits(&self, samples: &[SampleInput]) -> Result<(), SampleError> {
        let is_there = |edit: &&SampleEdit| {
            samples.iter().any(|sample| sample.id == edit.sample && sample.consensus.is_some())
        };
        match self.edits.iter().find(|edit| !is_there(edit)) {
            Some(edit) => Err(SampleError::EditOfNothing {
                file: edit.file.clone(),
                line: edit.line,
                sample: edit.sample.clone(),
            }),
            None => Ok(()),
        }
    }
}

/// A file's trace as a read of a sample.
pub(crate) fn trace_read(file: &SampleFile, is_reverse: Option<bool>) -> Option<TraceRead> {
    let trace = file.trace.clone()?;
    Some(TraceRead { file: file.name.clone(), sha256: file.sha256, trace, is_reverse })
}

fn of_record(file: &SampleFile, record: &SequenceRecord) -> SampleInput {
    SampleInput {
        id: record.name.clone(),
        item: record.name.clone(),
        marker: None,
        file: file.name.clone(),
        sha256: file.sha256,
        record: record.clone(),
        consensus: None,
    }
}

/// Where each name was taken.
#[derive(Default)]
struct Places(BTreeMap<String, String>);

impl Places {
    fn take(&mut self, name: &str, file: &str, line: u64) -> Result<(), DuplicateSample> {
        match self.0.insert(name.to_owned(), format!("{file}, line {line}")) {
            Some(first) => Err(DuplicateSample { name: name.to_owned(), file: file.to_owned(), line, first }),
            None => Ok(()),
        }
    }
}
