//! Records of a release as text: the same bytes for the same release and selection.
//!
//! The table has the columns of the record tables of a reference folder, in their order, then any other column of the
//! release in byte order, then what the release adds: [`DERIVED_COLUMNS`]. A reference folder that reads it back ignores
//! those, because they follow from the folder.

use std::{
    collections::BTreeSet,
    io::{self, Write},
};

use crate::{Record, Release, TaxonNumber, Tier};

/// Columns of the record tables of a reference folder, in their order.
const COLUMNS: [&str; 33] = [
    "record_id",
    "source",
    "processid",
    "sampleid",
    "insdc_acs",
    "museumid",
    "inst",
    "voucher_type",
    "bin_uri",
    "identification",
    "identification_rank",
    "identified_by",
    "identification_method",
    "collectors",
    "collection_date_start",
    "country/ocean",
    "province/state",
    "site",
    "kingdom",
    "phylum",
    "class",
    "order",
    "family",
    "genus",
    "species",
    "marker_code",
    "nuc",
    "nuc_basecount",
    "specimen",
    "primers_forward",
    "primers_reverse",
    "sequence_url_or_accession_note",
    "notes",
];

/// What a release knows of a record beyond its table: tier, its reasons, accepted taxon, identifier of that taxon, marker.
pub const DERIVED_COLUMNS: [&str; 5] = ["tier", "tier_reasons", "taxon", "taxon_id", "marker"];

/// Which records are exported; those that fit every part that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    marker: Option<String>,
    tier: Option<Tier>,
    taxa: Option<BTreeSet<TaxonNumber>>,
}

/// A selection names something that the release does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the reference database does not know the {what} {name:?}")]
pub struct UnknownSelection {
    /// `marker` or `taxon`.
    pub what: &'static str,
    /// The name.
    pub name: String,
}

/// Why records cannot be exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A record cannot be read.
    #[error("record {0:?} cannot be read")]
    Damaged(String),
    /// A cell cannot stand in a tab-separated table.
    #[error("record {record:?}, column {column:?}: {what}")]
    Cell {
        /// The record.
        record: String,
        /// The column.
        column: String,
        /// What is wrong with the cell.
        what: &'static str,
    },
    /// The output refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Selection {
    /// Records of one marker, by its name or an alias.
    ///
    /// # Errors
    ///
    /// [`UnknownSelection`] when the release has no such marker.
    pub fn with_marker(mut self, release: &Release, name: &str) -> Result<Self, UnknownSelection> {
        let unknown = || UnknownSelection { what: "marker", name: name.to_owned() };
        self.marker = Some(release.markers().resolve(name).ok_or_else(unknown)?.name.clone());
        Ok(self)
    }

    /// Records of one tier.
    #[must_use]
    pub const fn with_tier(mut self, tier: Tier) -> Self {
        self.tier = Some(tier);
        self
    }

    /// Records of a taxon and of everything below it; the name may be a synonym, and of homonyms all are taken.
    ///
    /// # Errors
    ///
    /// [`UnknownSelection`] when the release has no such taxon.
    pub fn with_taxon(mut self, release: &Release, name: &str) -> Result<Self, UnknownSelection> {
        let taxonomy = release.taxonomy();
        let named = taxonomy.resolve(name);
        if named.is_empty() {
            return Err(UnknownSelection { what: "taxon", name: name.to_owned() });
        }
        let is_below =
            |number: &TaxonNumber| taxonomy.lineage(*number).any(|ancestor| named.contains(&ancestor));
        let numbers = (0..).zip(taxonomy.taxa()).map(|(number, _)| TaxonNumber(number));
        self.taxa = Some(numbers.filter(is_below).collect());
        Ok(self)
    }

    /// Whether a record is selected.
    pub fn holds(&self, record: &Record<'_>) -> bool {
        self.marker.as_ref().is_none_or(|marker| record.marker().name == *marker)
            && self.tier.is_none_or(|tier| record.tier() == tier)
            && self.taxa.as_ref().is_none_or(|taxa| taxa.contains(&record.taxon()))
    }
}

impl Release {
    /// Writes the selected records as a tab-separated table, in the order of their ids, with a header; gives how many.
    ///
    /// # Errors
    ///
    /// [`ExportError`] naming the first record that cannot be written; what was written before it stands.
    pub fn export_tsv(&self, selection: &Selection, output: &mut impl Write) -> Result<u64, ExportError> {
        let is_extra = |name: &&str| !COLUMNS.contains(name) && !DERIVED_COLUMNS.contains(name);
        let extra = self.columns().iter().map(String::as_str).filter(is_extra);
        let columns: Vec<&str> = COLUMNS.into_iter().chain(extra).chain(DERIVED_COLUMNS).collect();
        for column in &columns {
            check_cell("of the header", column, column)?;
        }
        writeln!(output, "{}", columns.join("\t"))?;
        let mut count = 0;
        for record in self.records().filter(|record| selection.holds(record)) {
            let cells = cells(&record, &columns)?;
            writeln!(output, "{}", cells.join("\t"))?;
            count += 1;
        }
        Ok(count)
    }

    /// Writes the selected records as FASTA, in the order of their ids, each sequence on one line, with headers
    /// `>record_id|Accepted name|marker|accession`; gives how many. In a header's parts `|` and control characters become
    /// spaces, so that it always has four.
    ///
    /// # Errors
    ///
    /// As [`Release::export_tsv`].
    pub fn export_fasta(&self, selection: &Selection, output: &mut impl Write) -> Result<u64, ExportError> {
        let mut count = 0;
        for record in self.records().filter(|record| selection.holds(record)) {
            let id = record.id();
            let name = self.taxonomy().name(record.taxon());
            let parts = [id, name, &record.marker().name, record.field("insdc_acs")];
            let parts =
                parts.map(|part| part.replace(|letter: char| letter == '|' || letter.is_control(), " "));
            writeln!(output, ">{}", parts.join("|"))?;
            output.write_all(&record.sequence().ok_or_else(|| ExportError::Damaged(id.to_owned()))?)?;
            output.write_all(b"\n")?;
            count += 1;
        }
        Ok(count)
    }
}

fn cells(record: &Record<'_>, columns: &[&str]) -> Result<Vec<String>, ExportError> {
    let damaged = || ExportError::Damaged(record.id().to_owned());
    let mut cells = Vec::with_capacity(columns.len());
    for column in columns {
        let taxon = || record.release.taxonomy().get(record.taxon()).ok_or_else(damaged);
        let cell = match *column {
            "nuc" => String::from_utf8_lossy(&record.sequence().ok_or_else(damaged)?).into_owned(),
            "tier" => record.tier().to_string(),
            "taxon" => taxon()?.name.clone(),
            "taxon_id" => taxon()?.id.clone(),
            "marker" => record.marker().name.clone(),
            name => record.field(name).to_owned(),
        };
        check_cell(record.id(), column, &cell)?;
        cells.push(cell);
    }
    Ok(cells)
}

fn check_cell(record: &str, column: &str, cell: &str) -> Result<(), ExportError> {
    let error = |what| ExportError::Cell { record: record.to_owned(), column: column.to_owned(), what };
    cell_fault(cell).map_or(Ok(()), |what| Err(error(what)))
}

/// What keeps a text out of a cell of a tab-separated table that people open in a spreadsheet.
///
/// Tabs, line breaks and other control characters would move or hide cells. A spreadsheet takes a text that begins with
/// `=` or `@` for a formula, and one that begins with `+` or `-` too when it goes on to call (`(`) or to reach another
/// program (`|`) or sheet (`!`): coordinates such as `-52.1` are left alone.
pub(crate) fn cell_fault(cell: &str) -> Option<&'static str> {
    if cell.chars().any(char::is_control) {
        return Some("it holds a tab, a line break or another control character");
    }
    is_formula(cell)
        .then_some("a spreadsheet would run it as a formula; write it so that it begins with a letter")
}

/// Whether a spreadsheet takes a cell for a formula that does something: such a cell is no part of a release.
pub fn is_formula(cell: &str) -> bool {
    let calls = || cell.contains(['(', '|', '!']);
    cell.starts_with(['=', '@']) || cell.starts_with(['+', '-']) && calls()
}

#[cfg(test)]
mod tests;
