//! Reports that lie on the disk: read within bounds, and found in folders.

use std::{
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use saola_report::{Report, SCHEMA_VERSION};
use serde_json::Value;

/// Bytes of the largest report that is read.
const MOST_BYTES: u64 = 64 << 20;
/// Folders within folders that are searched for reports.
const MOST_DEPTH: usize = 32;
/// Files that are looked at in one search.
const MOST_FILES: usize = 100_000;

/// A report as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    /// The path as it was given or found.
    pub file: String,
    /// The report.
    pub report: Report,
    /// Its part `result` with everything that the file has there, known to this program or not.
    pub result: Value,
}

/// Why a file cannot be read as a report.
#[derive(Debug, thiserror::Error)]
pub enum ReportFileError {
    /// The file or folder cannot be read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// More bytes than a report may have.
    #[error("{file}: more than the {MOST_BYTES} bytes that a report may have")]
    TooLarge {
        /// The file.
        file: String,
    },
    /// Not JSON, or not a report.
    #[error("{file}: not a report of this program: {message}")]
    NotAReport {
        /// The file.
        file: String,
        /// What is wrong.
        message: String,
    },
    /// A report of another version.
    #[error("{file}: report of version {found:?}, but this program reads version {SCHEMA_VERSION:?}")]
    Version {
        /// The file.
        file: String,
        /// Its version.
        found: String,
    },
    /// A folder that goes deeper, or has more files, than is searched.
    #[error("{file}: more than {MOST_FILES} files, or folders more than {MOST_DEPTH} deep")]
    TooMany {
        /// The folder.
        file: String,
    },
}

impl ReportFileError {
    /// What the user can do about it, in one sentence.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Io(_) => "check the path and that you may read it",
            Self::TooLarge { .. } => "give the samples in smaller lots to `saola identify`",
            Self::NotAReport { .. } => "give a report.json that `saola identify` wrote",
            Self::Version { .. } => "use the saola that wrote the report, or a newer one",
            Self::TooMany { .. } => "name the folders in it one by one",
        }
    }
}

impl ReportFile {
    /// Reads a report of at most 64 MiB.
    ///
    /// # Errors
    ///
    /// [`ReportFileError`] for what is not a report of this version.
    pub fn read(path: &Path) -> Result<Self, ReportFileError> {
        let file = path.display().to_string();
        if path.is_dir() {
            return Err(ReportFileError::NotAReport { file, message: "it is a folder".to_owned() });
        }
        let mut bytes = Vec::new();
        fs_err::File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(ReportFileError::TooLarge { file });
        }
        Self::from_bytes(&file, &bytes)
    }

    /// Reads a report that is already in memory; `file` names it in errors.
    ///
    /// # Errors
    ///
    /// As [`ReportFile::read`].
    pub fn from_bytes(file: &str, bytes: &[u8]) -> Result<Self, ReportFileError> {
        let error = |message: String| ReportFileError::NotAReport { file: file.to_owned(), message };
        let mut whole: Value = serde_json::from_slice(bytes).map_err(|cause| error(cause.to_string()))?;
        match whole.get("schema_version") {
            Some(Value::String(version)) if version == SCHEMA_VERSION => {}
            Some(Value::String(version)) => {
                let found = version.chars().take(40).collect();
                return Err(ReportFileError::Version { file: file.to_owned(), found });
            }
            _ => return Err(error("it has no schema_version".to_owned())),
        }
        let report = serde::Deserialize::deserialize(&whole);
        let report = report.map_err(|cause: serde_json::Error| error(cause.to_string()))?;
        let result = whole.get_mut("result").map(Value::take).unwrap_or_default();
        Ok(Self { file: file.to_owned(), report, result })
    }
}

/// Where reports may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundReports {
    /// Files that were named, and files in the folders that were named whose names end in `.json`; sorted, each once.
    pub files: Vec<PathBuf>,
    /// Links within folders, which are not followed.
    pub links: Vec<PathBuf>,
}

/// Finds the reports among `paths`: files are taken as they are, folders are searched with all folders in them.
///
/// # Errors
///
/// [`ReportFileError::Io`] for what cannot be read; [`ReportFileError::TooMany`].
pub fn find_reports(paths: &[PathBuf]) -> Result<FoundReports, ReportFileError> {
    let mut found = FoundReports::default();
    for path in paths {
        if fs_err::metadata(path)?.is_dir() {
            search_folder(path, path, 0, &mut found)?;
        } else {
            found.files.push(path.clone());
        }
    }
    found.files.sort();
    found.files.dedup();
    found.links.sort();
    Ok(found)
}

fn search_folder(
    top: &Path,
    folder: &Path,
    depth: usize,
    found: &mut FoundReports,
) -> Result<(), ReportFileError> {
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        if depth >= MOST_DEPTH || found.files.len() + found.links.len() >= MOST_FILES {
            return Err(ReportFileError::TooMany { file: top.display().to_string() });
        }
        if kind.is_dir() {
            search_folder(top, &path, depth + 1, found)?;
        } else if kind.is_symlink() {
            found.links.push(path);
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
            found.files.push(path);
        }
    }
    Ok(())
}

/// The text with its control characters as spaces, for a cell of a table or a line of a terminal.
pub(crate) fn on_one_line(text: &str) -> String {
    text.replace(saola_seq::is_unsafe, " ")
}
