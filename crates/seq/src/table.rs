//! Tab-separated text tables: UTF-8, one header line, no quoting; an empty cell means "not recorded".

use serde::de::DeserializeOwned;

/// Where a table could not be read and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {message}")]
pub struct TableError {
    /// Name of the file as the caller gave it.
    pub file: String,
    /// Line in the file, counted from 1 (the header).
    pub line: u64,
    /// What is wrong.
    pub message: String,
}

impl TableError {
    /// An error at a line of a file.
    pub fn new(file: &str, line: u64, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, message: message.into() }
    }
}

/// One row and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<T> {
    /// Line in the file, counted from 1 (the header).
    pub line: u64,
    /// The row's content.
    pub value: T,
}

/// A table whose columns are not known beforehand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cells {
    /// Column names.
    pub columns: Vec<String>,
    /// Rows with one cell for each column.
    pub rows: Vec<Row<Vec<String>>>,
}

/// Reads every row into `T`, whose field names are the column names.
///
/// # Errors
///
/// [`TableError`] when the text is not UTF-8, a row has too many or too few cells, or a cell does not parse.
pub fn read<T: DeserializeOwned>(file: &str, text: &[u8]) -> Result<Vec<Row<T>>, TableError> {
    let mut reader = reader(text);
    let headers = reader.headers().map_err(|error| convert(file, &error))?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| convert(file, &error))?;
        let line = record.position().map_or(1, csv::Position::line);
        let value = record.deserialize(Some(&headers)).map_err(|error| {
            let message = match error.kind() {
                csv::ErrorKind::Deserialize { err, .. } => {
                    let column = err.field().and_then(|field| headers.get(usize::try_from(field).ok()?));
                    column.map_or_else(String::new, |name| format!("column {name:?}: "))
                        + &err.kind().to_string()
                }
                _ => error.to_string(),
            };
            TableError::new(file, line, message)
        })?;
        rows.push(Row { line, value });
    }
    Ok(rows)
}

/// Reads the column names and every row as text cells.
///
/// # Errors
///
/// As [`read`].
pub fn read_cells(file: &str, text: &[u8]) -> Result<Cells, TableError> {
    let mut reader = reader(text);
    let headers = reader.headers().map_err(|error| convert(file, &error))?;
    let columns = headers.iter().map(str::to_owned).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| convert(file, &error))?;
        let line = record.position().map_or(1, csv::Position::line);
        rows.push(Row { line, value: record.iter().map(str::to_owned).collect() });
    }
    Ok(Cells { columns, rows })
}

fn reader(text: &[u8]) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(b'\t').quoting(false).from_reader(text)
}

fn convert(file: &str, error: &csv::Error) -> TableError {
    let line = error.position().map_or(1, csv::Position::line);
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} cells, but the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "not UTF-8".to_owned(),
        _ => error.to_string(),
    };
    TableError::new(file, line, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize, Debug, PartialEq)]
    struct Pair {
        name: String,
        number: u32,
    }

    #[test]
    fn columns_are_found_by_name_and_quotes_are_text() {
        let rows: Vec<Row<Pair>> = read("t", b"number\tname\n1\t\"x\n").unwrap();
        assert_eq!(rows[0].value, Pair { name: "\"x".into(), number: 1 });
        assert_eq!(rows[0].line, 2);
    }

    #[test]
    fn errors_name_the_line() {
        let error = |text: &[u8]| read::<Pair>("t", text).unwrap_err();
        assert_eq!(error(b"number\tname\n1\ta\n2\n").line, 3);
        assert_eq!(error(b"number\tname\n1\ta\nx\tb\n").line, 3);
        assert!(error(b"number\n1\n").message.contains("name"));
    }
}
