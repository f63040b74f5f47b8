//! Sample sheets: which record of which file belongs to which item.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Component, Path},
};

use saola_seq::table::{self, TableError};
use serde::Deserialize;

use crate::sample::trace_read;
use crate::{InputError, SampleError, SampleFile, SampleInput, SampleRules};

#[derive(Deserialize)]
struct SheetRow {
    sample: String,
    item: String,
    file: String,
    #[serde(default)]
    record: String,
    #[serde(default)]
    marker: String,
}

/// Why a sample sheet cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The sheet cannot be read.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// A row is wrong.
    #[error(transparent)]
    Table(#[from] TableError),
    /// What a row says does not fit the files.
    #[error("{error}")]
    Row {
        /// What and where.
        error: TableError,
        /// What the user can do about it.
        hint: &'static str,
    },
    /// Traces that do not make a sample.
    #[error(transparent)]
    Sample(#[from] SampleError),
    /// A file that the sheet names is wrong.
    #[error(transparent)]
    Input(#[from] InputError),
}

impl SheetError {
    /// What the user can do about it, in one sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Io(_) => "check the path of the sheet",
            Self::Row { hint, .. } => hint,
            Self::Table(_) => "a sheet has the columns sample, item, file, record, marker, separated by tabs",
            Self::Sample(error) => error.hint(),
            Self::Input(error) => error.hint(),
        }
    }
}

/// Reads a sheet with the columns `sample`, `item`, `file`, `record` (may be empty when the file has one record) and
/// `marker` (may be empty). Files are `given` ones by name, or lie in the sheet's folder or below it.
///
/// # Errors
///
/// [`SheetError`] with the line of the first thing that is wrong. A record of a file that the sheet does not name is
/// an error too: nothing is left out unsaid.
pub fn read_sheet(
    path: &Path,
    given: &[SampleFile],
    rules: &SampleRules,
) -> Result<Vec<SampleInput>, SheetError> {
    let sheet = path.display().to_string();
    let rows = table::read::<SheetRow>(&sheet, &fs_err::read(path)?)?;
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let mut files = by_name(&sheet, given)?;
    let mut samples: Vec<SampleInput> = Vec::new();
    let (mut ids, mut used) = (BTreeSet::new(), BTreeSet::new());
    if rows.is_empty() {
        return Err(TableError::new(&sheet, 1, "no sample is named").into());
    }
    for row in rows {
        let error = |message: String, hint| row_error(&sheet, row.line, message, hint);
        let cells = row.value;
        if cells.sample.is_empty() || cells.item.is_empty() || cells.file.is_empty() {
            let message = "sample, item and file must be given".to_owned();
            return Err(error(message, "only record and marker may be left empty"));
        }
        if [&cells.sample, &cells.item].iter().any(|cell| cell.chars().any(saola_seq::is_unsafe)) {
            let message = "a name holds control characters".to_owned();
            return Err(error(message, "use short plain words for samples and items"));
        }
        if !ids.insert(cells.sample.clone()) {
            let message = format!("sample {:?} is there twice", cells.sample);
            return Err(error(message, "give each sample its own name"));
        }
        let names: Vec<&str> = cells.file.split(';').map(str::trim).filter(|name| !name.is_empty()).collect();
        for name in &names {
            if !files.contains_key(*name) {
                if !stays_inside(Path::new(name)) {
                    let message = format!("{name:?} leaves the sheet's folder");
                    return Err(error(
                        message,
                        "lay the file beside the sheet, or name it on the command line",
                    ));
                }
                files.insert((*name).to_owned(), SampleFile::read(&folder.join(name))?);
            }
        }
        let traces: Vec<&SampleFile> =
            names.iter().filter_map(|name| files.get(*name)).filter(|file| file.trace.is_some()).collect();
        if !traces.is_empty() || names.len() > 1 {
            if traces.len() < names.len() {
                let message = format!("{:?}: not all of these are traces", cells.file);
                return Err(error(message, "only traces can be put together"));
            }
            used.extend(names.iter().map(|name| ((*name).to_owned(), 1)));
            samples.push(of_traces(rules, &cells, &traces)?);
            continue;
        }
        let Some(file) = files.get(&cells.file) else { continue };
        if rules.is_amplicon(file) && cells.record.is_empty() {
            used.extend(file.records.iter().map(|record| (cells.file.clone(), record.line)));
            let input = rules.of_amplicon(&cells.sample, &cells.item, file)?;
            samples.push(SampleInput {
                marker: Some(cells.marker).filter(|marker| !marker.is_empty()),
                ..input
            });
            continue;
        }
        let record = match (cells.record.as_str(), file.records.as_slice()) {
            ("", [only]) => only,
            ("", several) => {
                let message = format!("{:?} has {} records: name one", cells.file, several.len());
                return Err(error(message, "the column record says which"));
            }
            (name, records) => records.iter().find(|record| record.name == name).ok_or_else(|| {
                let message = format!("{:?} has no record {name:?}", cells.file);
                error(message, "a record's name is the first word behind '>' or '@'")
            })?,
        };
        used.insert((cells.file.clone(), record.line));
        samples.push(SampleInput {
            id: cells.sample,
            item: cells.item,
            marker: Some(cells.marker).filter(|marker| !marker.is_empty()),
            file: file.name.clone(),
            sha256: file.sha256,
            record: record.clone(),
            consensus: None,
        });
    }
    rules.check_edits(&samples)?;
    for (name, file) in &files {
        if let Some(record) = file.records.iter().find(|record| !used.contains(&(name.clone(), record.line)))
        {
            let message = format!("record {:?} of {name:?} is not in the sheet", record.name);
            return Err(row_error(&sheet, 1, message, "give it a row, or take it out of the file"));
        }
    }
    Ok(samples)
}

/// The sample of a row that names traces; their directions are those of their names.
fn of_traces(
    rules: &SampleRules,
    cells: &SheetRow,
    traces: &[&SampleFile],
) -> Result<SampleInput, SampleError> {
    let stems: Vec<&str> = traces.iter().map(|file| file.stem()).collect();
    let pairs = rules.pairs.pair(&stems)?;
    let reads = traces.iter().zip(pairs).filter_map(|(file, paired)| trace_read(file, paired.is_reverse));
    let input = rules.of_traces(&cells.sample, &cells.item, reads.collect())?;
    Ok(SampleInput { marker: Some(cells.marker.clone()).filter(|marker| !marker.is_empty()), ..input })
}

fn row_error(sheet: &str, line: u64, message: String, hint: &'static str) -> SheetError {
    SheetError::Row { error: TableError::new(sheet, line, message), hint }
}

/// Rows name files without their folder, so two files of one name would hide each other.
fn by_name(sheet: &str, given: &[SampleFile]) -> Result<BTreeMap<String, SampleFile>, SheetError> {
    let mut files = BTreeMap::new();
    for file in given {
        if files.insert(file.name.clone(), file.clone()).is_some() {
            let message = format!("two files are named {:?}", file.name);
            return Err(row_error(sheet, 1, message, "rename one of them"));
        }
    }
    Ok(files)
}

fn stays_inside(path: &Path) -> bool {
    path.components().all(|component| matches!(component, Component::Normal(_) | Component::CurDir))
}
