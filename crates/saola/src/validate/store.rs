//! The folder of a run of trials, so that one that was interrupted goes on where it was.

use std::path::{Path, PathBuf};

use saola_identify::trial::Scheme;

use super::{Part, Recognition, Trial};
use crate::{OutputError, ReliabilityData, output::write_new_file};

/// A folder with a file for each part that is done.
pub struct TrialFolder {
    root: PathBuf,
}

/// Why a folder of trials cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrialFolderError {
    /// The file system refused.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A file was not written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The folder belongs to other trials.
    #[error("{0}: holds trials of another library, plan, profile or version of the rules")]
    Other(PathBuf),
    /// A file of trials cannot be read.
    #[error("{file}: {cause}")]
    Table {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        cause: csv::Error,
    },
}

impl TrialFolder {
    /// Opens a folder, or makes it. `premises` is the text of all that the trials depend on.
    ///
    /// # Errors
    ///
    /// [`TrialFolderError`] when it holds other trials or cannot be written.
    pub fn open(root: &Path, premises: &str) -> Result<Self, TrialFolderError> {
        fs_err::create_dir_all(root.join("parts"))?;
        let path = root.join("premises.json");
        if path.exists() {
            if fs_err::read_to_string(&path)? != premises {
                return Err(TrialFolderError::Other(root.to_owned()));
            }
        } else {
            write_new_file(&path, premises.as_bytes())?;
        }
        Ok(Self { root: root.to_owned() })
    }

    fn path(&self, part: Part) -> PathBuf {
        let scheme = match part.scheme {
            Scheme::Specimen => "specimen",
            Scheme::Species => "species",
            Scheme::Genus => "genus",
        };
        let recognition = match part.recognition {
            Recognition::Unknown => "unknown",
            Recognition::Known => "known",
        };
        let name = format!("{scheme}-{recognition}-{:03}-{:03}.tsv", part.mislabels, part.fold);
        self.root.join("parts").join(name)
    }

    /// The trials of a part that is done.
    ///
    /// # Errors
    ///
    /// [`TrialFolderError`] when the file is there and cannot be read.
    pub fn read(&self, part: Part) -> Result<Option<Vec<Trial>>, TrialFolderError> {
        let file = self.path(part);
        if !file.exists() {
            return Ok(None);
        }
        let bytes = fs_err::read(&file)?;
        let rows =
            csv::ReaderBuilder::new().delimiter(b'\t').from_reader(bytes.as_slice()).into_deserialize();
        rows.collect::<Result<_, _>>().map(Some).map_err(|cause| TrialFolderError::Table { file, cause })
    }

    /// Keeps the trials of a part.
    ///
    /// # Errors
    ///
    /// [`TrialFolderError`] when the file cannot be written.
    pub fn write(&self, part: Part, trials: &[Trial]) -> Result<(), TrialFolderError> {
        let file = self.path(part);
        let text = tsv(trials).map_err(|cause| TrialFolderError::Table { file: file.clone(), cause })?;
        Ok(write_new_file(&file, &text)?)
    }

    /// Writes `trials.tsv`, `table.tsv` and `gates.tsv`, in the place of those of an earlier run.
    ///
    /// # Errors
    ///
    /// [`TrialFolderError`] when a file cannot be written.
    pub fn finish(&self, trials: &[Trial]) -> Result<(), TrialFolderError> {
        let file = self.root.join("trials.tsv");
        let all = tsv(trials).map_err(|cause| TrialFolderError::Table { file: file.clone(), cause })?;
        let tables = [
            ("trials.tsv", all),
            ("table.tsv", super::trial_table(trials).into_bytes()),
            ("gates.tsv", super::gate_table(trials).into_bytes()),
        ];
        tables.into_iter().try_for_each(|(name, text)| self.replace(name, &text))
    }

    /// Writes `reliability.json`, to be put beside the release.
    ///
    /// # Errors
    ///
    /// [`TrialFolderError`] when the file cannot be written.
    pub fn write_reliability(&self, data: &ReliabilityData) -> Result<(), TrialFolderError> {
        let text = serde_json::to_string_pretty(data).map_err(std::io::Error::from)?;
        self.replace("reliability.json", (text + "\n").as_bytes())
    }

    fn replace(&self, name: &str, text: &[u8]) -> Result<(), TrialFolderError> {
        let path = self.root.join(name);
        if path.exists() {
            fs_err::remove_file(&path)?;
        }
        Ok(write_new_file(&path, text)?)
    }
}

/// Trials as a table; an empty one has no header, as there is nothing to take it from.
fn tsv(trials: &[Trial]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().delimiter(b'\t').from_writer(Vec::new());
    for one in trials {
        writer.serialize(one)?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}
