use std::collections::BTreeMap;

use saola_digest::Sha256Digest;
use saola_seq::SequenceRecord;

use crate::SampleFile;

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
    /// The record.
    pub record: SequenceRecord,
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

/// Every record of every file as a sample and an item of its own, named by the record.
///
/// # Errors
///
/// [`DuplicateSample`] when two records have one name.
pub fn samples_of(files: &[SampleFile]) -> Result<Vec<SampleInput>, DuplicateSample> {
    let mut places: BTreeMap<&str, String> = BTreeMap::new();
    let mut samples = Vec::new();
    for file in files {
        for record in &file.records {
            let place = format!("{}, line {}", file.name, record.line);
            if let Some(first) = places.insert(&record.name, place) {
                let (name, file, line) = (record.name.clone(), file.name.clone(), record.line);
                return Err(DuplicateSample { name, file, line, first });
            }
            samples.push(SampleInput {
                id: record.name.clone(),
                item: record.name.clone(),
                marker: None,
                file: file.name.clone(),
                sha256: file.sha256,
                record: record.clone(),
            });
        }
    }
    Ok(samples)
}
