use std::{collections::BTreeMap, fmt};

use serde::Serialize;

use super::{Import, settle::Settled};

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ImportedFile {
    /// Its name without folders.
    pub name: String,
    /// SHA-256 of its bytes, compressed as they stood.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Records in it.
    pub records: u64,
}

/// The account of an import, written to `imports/SOURCE/summary.json`: `read = kept + collapsed + rejected`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Name of the source.
    pub source: String,
    /// Format of the files.
    pub format: &'static str,
    /// The files, sorted by name.
    pub files: Vec<ImportedFile>,
    /// Records read: rows, FASTA records, or marker features of `GenBank` entries (an entry without one counts once).
    pub read: u64,
    /// Rows of `records/SOURCE.tsv`.
    pub kept: u64,
    /// Records that a kept one stands for; `collapsed.tsv` lists them.
    pub collapsed: u64,
    /// Records that are not taken; `rejected.tsv` lists them.
    pub rejected: u64,
    /// Collapsed records by reason.
    pub collapsed_by_reason: BTreeMap<String, u64>,
    /// Rejected records by reason.
    pub rejected_by_reason: BTreeMap<String, u64>,
    /// Kept records by marker.
    pub kept_by_marker: BTreeMap<String, u64>,
    /// Taxa that were new to the folder.
    pub taxa_added: u64,
    /// Species put below a genus that was known by its name alone, because the source gives no higher names.
    pub placed_by_genus_alone: u64,
    /// Records whose id was in use and got a number behind it.
    pub record_ids_changed: u64,
    /// Gap characters taken out of sequences.
    pub gaps_removed: u64,
    /// Features of `GenBank` entries that are no known marker; they are not records.
    pub other_features: u64,
}

impl Summary {
    pub(crate) fn new(import: &Import<'_>, files: &[ImportedFile], settled: &Settled) -> Self {
        let mut files = files.to_vec();
        files.sort();
        Self {
            source: import.source.clone(),
            format: import.format.name(),
            files,
            read: settled.read,
            kept: settled.rows.len() as u64,
            collapsed: settled.collapsed.len() as u64,
            rejected: settled.rejected.len() as u64,
            collapsed_by_reason: settled.collapsed_by_reason.clone(),
            rejected_by_reason: settled.rejected_by_reason.clone(),
            kept_by_marker: settled.by_marker.clone(),
            taxa_added: settled.added.len() as u64,
            placed_by_genus_alone: settled.placed_by_genus_alone,
            record_ids_changed: settled.changed_ids,
            gaps_removed: settled.gaps_removed,
            other_features: settled.other_features,
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, read, kept, collapsed, rejected, .. } = self;
        writeln!(
            formatter,
            "{source}: read {read} = kept {kept} + collapsed {collapsed} + rejected {rejected}"
        )?;
        let parts = [
            ("kept", &self.kept_by_marker),
            ("collapsed", &self.collapsed_by_reason),
            ("rejected", &self.rejected_by_reason),
        ];
        for (what, counts) in parts {
            for (name, count) in counts {
                writeln!(formatter, "  {what:<10}{name:<28}{count:>9}")?;
            }
        }
        let notes = [
            ("taxa added", self.taxa_added),
            ("species placed by their genus' name alone", self.placed_by_genus_alone),
            ("record ids changed because in use", self.record_ids_changed),
            ("gap characters removed", self.gaps_removed),
            ("features that are no known marker", self.other_features),
        ];
        for (what, count) in notes.into_iter().filter(|(_, count)| *count > 0) {
            writeln!(formatter, "  {count} {what}")?;
        }
        Ok(())
    }
}
