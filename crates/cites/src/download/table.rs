//! CSV tables, parted by commas or semicolons as the sites offer both.

use super::{DownloadError, DownloadKind, Source, scientific_name};
use crate::rank::Rank;

/// The columns by which a table is known, and those that it must have besides.
const FORMS: [(DownloadKind, &[&str]); 3] = [
    (
        DownloadKind::ChecklistHistory,
        &["Kingdom", "FullName", "RankName", "Appendix", "ChangeType", "EffectiveAt", "IsCurrent"],
    ),
    (DownloadKind::ChecklistIndex, &["Kingdom", "FullName", "RankName", "CurrentListing"]),
    (DownloadKind::SpeciesPlusListings, &["Kingdom", "Scientific Name", "Rank", "Listing", "Party"]),
];

/// A table with its header.
pub(super) struct Table {
    pub(super) kind: DownloadKind,
    columns: Vec<String>,
    /// Line and cells.
    rows: Vec<(u64, csv::StringRecord)>,
}

/// A row by the names of its columns.
pub(super) struct Row<'t> {
    pub(super) line: u64,
    columns: &'t [String],
    cells: &'t csv::StringRecord,
}

impl Table {
    pub(super) fn read(source: &Source<'_>) -> Result<Self, DownloadError> {
        let bytes = super::without_mark(source.bytes);
        let header = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let header = String::from_utf8_lossy(header);
        let separator = if header.matches(';').count() > header.matches(',').count() { b';' } else { b',' };
        let mut reader = csv::ReaderBuilder::new().delimiter(separator).from_reader(bytes);
        let at = |error: &csv::Error| error.position().map_or(1, csv::Position::line);
        let malformed = |error: csv::Error| {
            let problem = format!("not a CSV table: {error}");
            source.error(at(&error), problem, "give the file as it was downloaded")
        };
        let columns: Vec<String> =
            reader.headers().map_err(malformed)?.iter().map(|cell| cell.trim().to_owned()).collect();
        let has = |names: &[&str]| names.iter().all(|name| columns.iter().any(|column| column == name));
        let Some((kind, _)) = FORMS.iter().find(|(_, names)| has(names)) else {
            let hint = "give the CSV files of the Checklist of CITES Species (history of listings, index of species) \
                        or of Species+ (CITES listings), or JSON answers of the Species+ API";
            return Err(source.error(1, "no download of CITES listings that is known", hint));
        };
        let mut rows = Vec::new();
        for record in reader.into_records() {
            let record = record.map_err(malformed)?;
            rows.push((record.position().map_or(1, csv::Position::line), record));
        }
        Ok(Self { kind: *kind, columns, rows })
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, cells)| Row { line: *line, columns: &self.columns, cells })
    }
}

impl<'t> Row<'t> {
    /// A cell; empty where the table has no such column.
    pub(super) fn cell(&self, column: &str) -> &'t str {
        let index = self.columns.iter().position(|name| name == column);
        index.and_then(|index| self.cells.get(index)).map_or("", str::trim)
    }

    /// Order, family and the like, where the table has columns for them.
    pub(super) fn above(&self) -> Vec<(Rank, String)> {
        let ranks = [
            (Rank::Class, "Class"),
            (Rank::Order, "Order"),
            (Rank::Family, "Family"),
            (Rank::Genus, "Genus"),
        ];
        let named = ranks.map(|(rank, column)| (rank, scientific_name(self.cell(column))));
        named.into_iter().filter(|(_, name)| !name.is_empty()).collect()
    }

    /// The first of several cells that is filled.
    pub(super) fn first(&self, columns: &[&str]) -> &'t str {
        columns.iter().map(|column| self.cell(column)).find(|cell| !cell.is_empty()).unwrap_or("")
    }

    /// A cell read as `T`.
    pub(super) fn read<T: std::str::FromStr>(
        &self,
        source: &Source<'_>,
        column: &str,
        hint: &str,
    ) -> Result<T, DownloadError> {
        self.cell(column).parse().map_err(|_| self.unreadable(source, column, hint))
    }

    pub(super) fn unreadable(&self, source: &Source<'_>, column: &str, hint: &str) -> DownloadError {
        let text: String = self.cell(column).chars().take(80).collect();
        source.error(self.line, format!("{column} {text:?} cannot be read"), hint)
    }
}
