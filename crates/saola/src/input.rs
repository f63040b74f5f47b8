use std::{io::Read, path::Path};

use saola_digest::Sha256Digest;
use saola_seq::trace::{Trace, TraceError, is_trace, read_trace};
use saola_seq::{Limits, ReadError, SequenceRecord, is_unsafe, read_records};

/// A file of sequences with the digest of its bytes as they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleFile {
    /// Name without its folder.
    pub name: String,
    /// SHA-256 of the bytes as they came, taken before they were read as text.
    pub sha256: Sha256Digest,
    /// The records, in the order of the file; of a trace one, its letters as they were called.
    pub records: Vec<SequenceRecord>,
    /// The trace, when the file is one.
    pub trace: Option<Trace>,
}

/// Why a file of sequences cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The file cannot be opened or read.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The path names a folder.
    #[error("{0}: is a folder, not a file of sequences")]
    Folder(String),
    /// The file is larger than any input.
    #[error("{file}: more than the limit of {limit} bytes")]
    TooLarge {
        /// The file.
        file: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// The content is not as it should be.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A trace is not as it should be.
    #[error("{file}: {error}")]
    Trace {
        /// The file.
        file: String,
        /// What is wrong.
        error: TraceError,
    },
}

impl InputError {
    /// What the user can do about it, in one sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Io(_) => "check the path and that you may read the file",
            Self::Folder(_) => "name the files in it",
            Self::TooLarge { .. } => "split the file, or give the reads of one amplicon only",
            Self::Read(error) => error.kind.hint(),
            Self::Trace { error, .. } => error.hint(),
        }
    }
}

impl SampleFile {
    /// Reads a file within the default [`Limits`].
    ///
    /// # Errors
    ///
    /// [`InputError`] naming the file, the record and the line of the first thing that is wrong.
    pub fn read(path: &Path) -> Result<Self, InputError> {
        let file = path.display().to_string();
        if path.is_dir() {
            return Err(InputError::Folder(file));
        }
        let name = path.file_name().map_or(file, |name| name.to_string_lossy().into_owned());
        let name = name.replace(is_unsafe, "\u{fffd}");
        Self::from_reader(&name, fs_err::File::open(path)?)
    }

    /// Reads bytes from a file, pipe or device within the default [`Limits`]; never more than they allow.
    ///
    /// # Errors
    ///
    /// As [`SampleFile::read`].
    pub fn from_reader(name: &str, reader: impl Read) -> Result<Self, InputError> {
        let limit = Limits::default().file_bytes as u64;
        let mut bytes = Vec::new();
        reader.take(limit + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit {
            return Err(InputError::TooLarge { file: name.to_owned(), limit });
        }
        Self::from_bytes(name, &bytes)
    }

    /// Reads bytes that are already in memory.
    ///
    /// # Errors
    ///
    /// As [`SampleFile::read`].
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self, InputError> {
        let sha256 = Sha256Digest::of(bytes);
        let name = name.to_owned();
        if is_trace(bytes) {
            let trace = read_trace(bytes).map_err(|error| InputError::Trace { file: name.clone(), error })?;
            let records = vec![called(&name, &trace)];
            return Ok(Self { name, sha256, records, trace: Some(trace) });
        }
        let records = read_records(&name, bytes, &Limits::default())?;
        Ok(Self { name, sha256, records, trace: None })
    }

    /// The name without its last extension.
    pub fn stem(&self) -> &str {
        Path::new(&self.name).file_stem().and_then(|stem| stem.to_str()).unwrap_or(&self.name)
    }
}

/// The called letters of a trace as a record.
fn called(file: &str, trace: &Trace) -> SequenceRecord {
    let stem = Path::new(file).file_stem().and_then(|stem| stem.to_str()).unwrap_or(file);
    SequenceRecord {
        name: stem.to_owned(),
        description: String::new(),
        line: 1,
        bases: trace.bases.clone(),
        qualities: trace.qualities.clone(),
        gaps_removed: 0,
    }
}
