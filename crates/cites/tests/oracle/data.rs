//! The oracle's files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

/// A row by column name.
pub(crate) type Record = BTreeMap<String, String>;

/// The folder with the oracle, if the variable is set; a relative one counts from the project's root.
pub(crate) fn folder() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = std::env::var_os("SAOLA_SHARED_DATA").map(|folder| root.join(folder).join("cites"));
    if folder.is_none() {
        eprintln!(
            "SAOLA_SHARED_DATA is not set: not compared with the listing history and the species index"
        );
    }
    folder
}

/// Reads a compressed table; a missing file is a failure.
pub(crate) fn table(file: &str) -> Vec<Record> {
    let path = folder().unwrap().join(file);
    let mut reader = csv::Reader::from_reader(MultiGzDecoder::new(fs_err::File::open(path).unwrap()));
    let columns: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .map(|column| column.trim_start_matches('\u{feff}').to_owned())
        .collect();
    reader
        .records()
        .map(|record| columns.iter().cloned().zip(record.unwrap().iter().map(str::to_owned)).collect())
        .collect()
}
