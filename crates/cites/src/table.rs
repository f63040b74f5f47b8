//! Tab-separated tables without quoting.

use crate::listing_error::{ListingError, ListingTable};

/// A row of a table, with its line counted from 1.
pub(crate) struct Row<'a> {
    table: ListingTable,
    pub(crate) line: usize,
    pub(crate) text: &'a str,
    cells: Vec<&'a str>,
    columns: &'static [&'static str],
}

/// The rows of a table whose header is exactly `columns`.
pub(crate) fn rows<'a>(
    table: ListingTable,
    text: &'a str,
    columns: &'static [&'static str],
) -> Result<Vec<Row<'a>>, ListingError> {
    let mut lines = text.split('\n').enumerate().map(|(index, line)| (index + 1, line));
    let header = lines.next().map_or("", |(_, line)| line);
    if header.split('\t').ne(columns.iter().copied()) {
        let hint = format!("the columns are: {} (tab-separated)", columns.join(", "));
        return Err(ListingError {
            table,
            line: 1,
            problem: "the header is not the expected one".to_owned(),
            hint,
        });
    }
    let mut rows = Vec::new();
    for (line, text) in lines {
        if text.is_empty() {
            continue;
        }
        let row = Row { table, line, text, cells: text.split('\t').collect(), columns };
        row.check_shape()?;
        rows.push(row);
    }
    Ok(rows)
}

impl<'a> Row<'a> {
    fn check_shape(&self) -> Result<(), ListingError> {
        let (found, expected) = (self.cells.len(), self.columns.len());
        if found != expected {
            return Err(self.error(&format!("{found} cells"), &format!("{expected} cells parted by tabs")));
        }
        match self.cells.iter().find(|cell| cell.trim() != **cell || cell.chars().any(char::is_control)) {
            Some(cell) => {
                let problem =
                    format!("the cell {cell:?} begins or ends with a blank or holds a control character");
                Err(self.error(&problem, "UTF-8 text, lines ended by a line feed alone"))
            }
            None => Ok(()),
        }
    }

    /// The cell of a column; empty when there is no such column.
    pub(crate) fn cell(&self, column: &str) -> &'a str {
        let index = self.columns.iter().position(|name| *name == column);
        index.and_then(|index| self.cells.get(index)).copied().unwrap_or("")
    }

    /// A cell that must not be empty.
    pub(crate) fn required(&self, column: &str) -> Result<&'a str, ListingError> {
        match self.cell(column) {
            "" => Err(self.error(&format!("no {column}"), "this column must be filled")),
            filled => Ok(filled),
        }
    }

    /// The parts of a cell between semicolons.
    pub(crate) fn parts(&self, column: &str) -> impl Iterator<Item = &'a str> {
        self.cell(column).split(';').map(str::trim).filter(|part| !part.is_empty())
    }

    /// A required cell read as `T`.
    pub(crate) fn read<T: std::str::FromStr>(&self, column: &str, hint: &str) -> Result<T, ListingError> {
        let text = self.required(column)?;
        text.parse().map_err(|_| self.error(&format!("{column} '{text}' cannot be read"), hint))
    }

    /// An error about this row.
    pub(crate) fn error(&self, problem: &str, hint: &str) -> ListingError {
        ListingError {
            table: self.table,
            line: self.line,
            problem: problem.to_owned(),
            hint: hint.to_owned(),
        }
    }
}
