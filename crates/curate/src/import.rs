//! From a download to a reference folder: BOLD's BCDM tables, `GenBank` flat files, FASTA and SINTAX.
//!
//! ```text
//! FILE... ──lines──> format parser ──raw records──> intake ──drafts──> settle ──rows──> DIR
//!                    bcdm genbank fasta             marker, bases      taxa, duplicates, ids
//!                          └──────────── rejected, with file, line and reason ───────────┘
//! ```
//!
//! * Files are read as streams, plain or gzip by content, line by line; lines, records and headers are bounded by
//!   [`Limits`], so that memory holds the records that are kept and no more than one other.
//! * What is read is accounted for: `read = kept + collapsed + rejected`, see [`Summary`].
//! * Drafts are put into one total order before anything is decided on them, so that the result depends neither on
//!   the order of the files nor on that of the records.
//! * `records/SOURCE.tsv` is written last and by renaming: an import that was interrupted before has not happened, and
//!   the same import run again ends with the same bytes.
//!
//! Time is O(n log n) in the records; the comparison of sequences of one specimen is quadratic in their number and
//! bounded (see `collapse`).

mod bcdm;
mod collapse;
mod fasta;
mod fields;
mod genbank;
mod header;
mod intake;
mod lines;
mod map;
mod marker_names;
mod settle;
mod summary;
mod target;
mod taxa;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use saola_refdb::{Recognised, Synonym, Taxon};
use saola_seq::{MarkerTable, table::TableError};

pub use map::ColumnMap;
pub use summary::{ImportedFile, Summary};

use crate::CurateError;
use intake::Intake;
use lines::{Line, Lines};
use target::Target;

/// The format of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// BOLD's Barcode Core Data Model: tab-separated, with a header line.
    Bcdm,
    /// `GenBank` flat files, one record for each feature that is a known marker.
    Genbank,
    /// FASTA with one of the header kinds in use, told apart record by record, or with that of a column map.
    Fasta,
    /// FASTA with `;tax=k:..,s:..;`.
    Sintax,
}

impl Format {
    /// Name on the command line and in summaries.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bcdm => "bcdm",
            Self::Genbank => "genbank",
            Self::Fasta => "fasta",
            Self::Sintax => "sintax",
        }
    }

    /// The format that the first line of a file, plain or gzip, shows; what is neither `GenBank` nor FASTA counts as BCDM. FASTA
    /// headers are told apart record by record, those of SINTAX among them.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn of_file(path: &Path) -> std::io::Result<Self> {
        let mut lines = Lines::new(fs_err::File::open(path)?, Limits::default().line_bytes)?;
        Ok(match lines.next()? {
            Some(Line::Text(text)) if text.starts_with(b">") => Self::Fasta,
            Some(Line::Text(text)) if text.starts_with(b"LOCUS") => Self::Genbank,
            _ => Self::Bcdm,
        })
    }
}

/// Bounds on what is read; longer things are rejected with a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes in one line.
    pub line_bytes: usize,
    /// Most bases in one record; a plastid genome has some 150,000.
    pub record_bases: usize,
    /// Most bytes of annotation in one `GenBank` entry.
    pub entry_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { line_bytes: 1_100_000, record_bases: 1_000_000, entry_bytes: 16 << 20 }
    }
}

/// What a new reference folder begins with.
#[derive(Clone, Debug, Default)]
pub struct Skeleton {
    /// The text of `markers.tsv`.
    pub markers: Vec<u8>,
    /// The text of `genetic_codes.tsv`.
    pub genetic_codes: Vec<u8>,
    /// Accepted taxa with one root; a root is made when there is none.
    pub taxa: Vec<Taxon>,
    /// Verified synonyms.
    pub synonyms: Vec<Synonym>,
    /// Lists of recognised species, for genera among the taxa.
    pub recognised: Vec<Recognised>,
}

/// An import.
#[derive(Clone, Debug)]
pub struct Import<'a> {
    /// The format of the files.
    pub format: Format,
    /// The files; their order is of no consequence.
    pub files: &'a [PathBuf],
    /// The reference folder; it is made if it is not there.
    pub folder: &'a Path,
    /// What a new folder begins with; of no consequence for a folder that is there.
    pub skeleton: &'a Skeleton,
    /// How columns or headers are named, for formats of one's own.
    pub map: ColumnMap,
    /// Marker of the records that name none.
    pub marker: Option<String>,
    /// Licence of the data, as its giver states it.
    pub licence: String,
    /// Name of the source: letters, digits, `.`, `_` and `-`.
    pub source: String,
    /// The day, YYYY-MM-DD: when the data was retrieved, and the date of a new folder.
    pub date: String,
    /// Bounds on what is read.
    pub limits: Limits,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be read or written.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// A file cannot be read as what it is given for.
    #[error("{file}: {message}")]
    Format {
        /// The file.
        file: String,
        /// What is wrong.
        message: String,
    },
    /// The marker table of the folder does not parse.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The folder that is to be extended cannot be read.
    #[error(transparent)]
    Folder(#[from] CurateError),
    /// Something is wrong with what was asked for.
    #[error("{0}")]
    Request(String),
}

impl Import<'_> {
    /// Reads the files and makes or extends the folder; `progress` is told the file and the records read so far.
    ///
    /// # Errors
    ///
    /// [`ImportError`]; the folder then holds no record of this source, and the import can be repeated.
    pub fn run(&self, progress: &mut dyn FnMut(&str, u64)) -> Result<Summary, ImportError> {
        check_source(&self.source)?;
        let target = Target::open(self.folder, &self.source, self.skeleton)?;
        let markers = MarkerTable::parse(&target.name("markers.tsv"), &target.markers)?;
        let mut intake = Intake::new(&markers, &self.map, self.marker.as_deref(), self.limits)?;
        let mut files = Vec::new();
        for path in self.files {
            files.push(self.read(path, &mut intake, progress)?);
        }
        intake.reject_known(|draft| target.record_like(draft));
        let settled = settle::settle(intake, &target, &self.source, &files)?;
        let summary = Summary::new(self, &files, &settled);
        target.write(self, &summary, &settled)?;
        Ok(summary)
    }

    fn read(
        &self,
        path: &Path,
        intake: &mut Intake<'_>,
        progress: &mut dyn FnMut(&str, u64),
    ) -> Result<ImportedFile, ImportError> {
        let name = file_name(path);
        intake.begin_file();
        let error = |message: String| ImportError::Format { file: path.display().to_string(), message };
        let mut lines = Lines::new(fs_err::File::open(path)?, self.limits.line_bytes)
            .map_err(|cause| error(cause.to_string()))?;
        let mut tick = |records: u64| progress(&name, records);
        let before = intake.read();
        let result = match self.format {
            Format::Bcdm => bcdm::read(&mut lines, intake, &mut tick),
            Format::Genbank => genbank::read(&mut lines, intake, &mut tick),
            Format::Fasta | Format::Sintax => fasta::read(&mut lines, intake, &mut tick),
        };
        result.map_err(|cause| error(format!("line {}: {cause}", lines.number())))?;
        if intake.read() == before {
            return Err(error(format!("no {} record in this file", self.format.name())));
        }
        let (sha256, bytes) = lines.finish().map_err(|cause| error(cause.to_string()))?;
        Ok(ImportedFile { name, sha256: sha256.to_string(), bytes, records: intake.read() - before })
    }
}

/// The name without the folders, which are nobody's business but the importer's.
fn file_name(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy());
    name.unwrap_or_default().chars().map(|letter| if letter.is_control() { '_' } else { letter }).collect()
}

fn check_source(source: &str) -> Result<(), ImportError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if source.is_empty() || source.starts_with('.') || source.len() > 100 || !source.bytes().all(allowed) {
        let message = format!("source {source:?}: letters, digits, '.', '_' and '-' only, at most 100");
        return Err(ImportError::Request(message));
    }
    Ok(())
}
