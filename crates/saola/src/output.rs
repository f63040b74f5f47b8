//! Writing: aside first, then renamed into place, and never over what is there.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use saola_curate::AuditPageError;
use saola_refdb::{ExportError, IndexError};
use saola_report::{RenderError, Report, hits_tsv, render_html};

use crate::SampleInput;

/// Why a report or file was not written; nothing half-written stays behind.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The file system refused.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Something is there already.
    #[error("{0}: is there already; nothing is overwritten")]
    Exists(PathBuf),
    /// The folder to write into is not there.
    #[error("{0}: there is no such folder to write into")]
    NoFolder(PathBuf),
    /// The release cannot be written with its index.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// Records cannot be given back as text.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The report has no HTML form.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The audit has no HTML form.
    #[error(transparent)]
    AuditPage(#[from] AuditPageError),
    /// The report has no JSON form.
    #[error("the report cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl OutputError {
    /// What the user can do about it, in one sentence.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Io(_) => "check that you may write there, and that there is room; nothing was written",
            Self::Exists(_) => "choose a new name; nothing was written",
            Self::NoFolder(_) => "make that folder first, or choose another; nothing was written",
            Self::Index(_) | Self::Render(_) | Self::AuditPage(_) | Self::Json(_) => "nothing was written",
            Self::Export(_) => "`saola db verify` says whether the release is sound; nothing was written",
        }
    }
}

/// Writes a new file; `path` must not exist.
///
/// # Errors
///
/// [`OutputError`]; on any error nothing is at `path` that was not there before.
pub fn write_new_file(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    write_new_file_with(path, |output| Ok(output.write_all(bytes)?))
}

/// As [`write_new_file`], for content that `write` hands over piece by piece.
///
/// # Errors
///
/// As [`write_new_file`]; whatever `write` returns.
pub fn write_new_file_with(
    path: &Path,
    write: impl FnOnce(&mut std::fs::File) -> Result<(), OutputError>,
) -> Result<(), OutputError> {
    let mut aside = builder(0o666).tempfile_in(parent(path)?)?;
    write(aside.as_file_mut())?;
    aside.as_file().sync_all()?;
    aside.persist_noclobber(path).map_err(|error| match error.error.kind() {
        std::io::ErrorKind::AlreadyExists => OutputError::Exists(path.to_owned()),
        _ => OutputError::Io(error.error),
    })?;
    Ok(())
}

/// Writes `report.json`, `report.html` and `hits.tsv` into a new folder; `samples` lend the page the chromatograms of their traces.
///
/// # Errors
///
/// [`OutputError`]; on any error the folder is not there.
pub fn write_report(folder: &Path, report: &Report, samples: &[SampleInput]) -> Result<(), OutputError> {
    check_new_folder(folder)?;
    let pictures =
        samples.iter().filter_map(|sample| Some((sample.id.clone(), sample.consensus.as_ref()?.pictures())));
    let html = render_html(report, &pictures.collect())?;
    let json = serde_json::to_string_pretty(report)? + "\n";
    let files = [("report.json", json), ("report.html", html), ("hits.tsv", hits_tsv(report))];
    write_new_folder(folder, &files)
}

/// Writes files, by name, into a new folder: all or none.
pub(crate) fn write_new_folder(folder: &Path, files: &[(&str, String)]) -> Result<(), OutputError> {
    let parent = check_new_folder(folder)?;
    if folder.is_dir() {
        fs_err::remove_dir(folder)?;
    }
    let aside = builder(0o777).tempdir_in(parent)?;
    for (name, content) in files {
        fs_err::write(aside.path().join(name), content)?;
    }
    fs_err::rename(aside.path(), folder)?;
    // The folder has its new name; there is nothing left to clean up under the old one.
    let _ = aside.keep();
    Ok(())
}

/// Checks that a report can be written into `folder`: it is not there or empty, and its parent is there. Gives the parent.
///
/// # Errors
///
/// [`OutputError::Exists`] or [`OutputError::NoFolder`].
pub fn check_new_folder(folder: &Path) -> Result<&Path, OutputError> {
    let parent = parent(folder)?;
    let is_free = match fs_err::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(_) => fs_err::symlink_metadata(folder).is_err(),
    };
    if is_free { Ok(parent) } else { Err(OutputError::Exists(folder.to_owned())) }
}

/// Temporary names are made for their owner alone; what is written is for whoever the user's mask allows.
#[cfg(unix)]
fn builder(mode: u32) -> tempfile::Builder<'static, 'static> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".saola-").permissions(std::fs::Permissions::from_mode(mode));
    builder
}

#[cfg(not(unix))]
fn builder(_: u32) -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".saola-");
    builder
}

fn parent(path: &Path) -> Result<&Path, OutputError> {
    let parent =
        path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    if parent.is_dir() { Ok(parent) } else { Err(OutputError::NoFolder(parent.to_owned())) }
}
