//! BOLD's Barcode Core Data Model: one header line, tab-separated cells, no quotes; `None`, `-`, `NA` and blanks mean
//! "not recorded".
//!
//! ```text
//! processid    sampleid  ...  coord               nuc     marker_code
//! ARCHR068-11  Fi625     ...  [69.6653, 30.3321]  TACAT-  COI-5P
//!
//! -> record_id ARCHR068-11.COI-5P, specimen Fi625, nuc TACAT, notes coord=69.6653,30.3321; gaps_removed=1
//! ```

use std::io;

use super::{
    header::is_accession,
    intake::{Intake, Raw, Reason},
    lines::{Line, Lines},
};

const NEEDED: [&str; 2] = ["identification", "nuc"];
/// Left out: addresses of people, and what is derived anew.
const LEFT_OUT: [&str; 4] = ["identifier_email", "record_id", "nuc_basecount", "source"];
const RANKS_FROM_LOWEST: [&str; 7] = ["species", "genus", "family", "order", "class", "phylum", "kingdom"];

pub(crate) fn read(lines: &mut Lines, intake: &mut Intake<'_>, tick: &mut dyn FnMut(u64)) -> io::Result<()> {
    let Some(columns) = read_header(lines, intake)? else { return Ok(()) };
    loop {
        let line = lines.next()?;
        let (is_end, cells) = match line {
            None => (true, None),
            Some(Line::TooLong) => (false, None),
            Some(Line::Text(text)) => (false, Some(String::from_utf8_lossy(text).into_owned())),
        };
        let number = lines.number();
        match cells {
            _ if is_end => return Ok(()),
            None => intake.reject(number, "", Reason::TooLong, "the line"),
            Some(text) if text.trim().is_empty() => {}
            Some(text) => add_row(&columns, &text, number, intake),
        }
        if intake.read().is_multiple_of(1000) {
            tick(intake.read());
        }
    }
}

/// Our names of the columns; an error when a needed one is missing.
fn read_header(lines: &mut Lines, intake: &Intake<'_>) -> io::Result<Option<Vec<String>>> {
    let error = |message: String| Err(io::Error::new(io::ErrorKind::InvalidData, message));
    let text = match lines.next()? {
        None => return Ok(None),
        Some(Line::TooLong) => return error("the header line is too long".to_owned()),
        Some(Line::Text(text)) => String::from_utf8_lossy(text).into_owned(),
    };
    let columns: Vec<String> =
        text.split('\t').map(|name| intake.map.column(name.trim()).to_owned()).collect();
    match NEEDED.iter().find(|needed| !columns.iter().any(|name| name == *needed)) {
        Some(missing) => error(format!("the header has no column {missing:?}: this is no BCDM table")),
        None => Ok(Some(columns)),
    }
}

fn add_row(columns: &[String], text: &str, line: u64, intake: &mut Intake<'_>) {
    let cells: Vec<&str> = text.split('\t').map(value).collect();
    if cells.len() != columns.len() {
        let detail = format!("{} cells, but the header has {}", cells.len(), columns.len());
        return intake.reject(line, cells.first().copied().unwrap_or_default(), Reason::Unreadable, &detail);
    }
    let mut raw = Raw { line, ..Raw::default() };
    let mut record_id = "";
    for (column, cell) in columns.iter().zip(cells) {
        match column.as_str() {
            "nuc" => cell.as_bytes().clone_into(&mut raw.sequence),
            "marker_code" => cell.clone_into(&mut raw.marker),
            "record_id" => record_id = cell,
            "coord" => raw.fields.set(column, &cell.trim_matches(['[', ']']).replace(", ", ",")),
            "insdc_acs" if !is_accession(cell) => raw.fields.note(column, cell),
            name if LEFT_OUT.contains(&name) => {}
            _ => raw.fields.set(column, cell),
        }
    }
    let names = ["processid", "insdc_acs", "sampleid"].map(|column| raw.fields.get(column).to_owned());
    raw.name = names.into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| record_id.to_owned());
    let sample = raw.fields.get("sampleid").to_owned();
    raw.fields.set_default("specimen", &sample);
    raw.has_specimen = !raw.fields.get("specimen").is_empty();
    if raw.fields.get("identification").is_empty() {
        let lowest = RANKS_FROM_LOWEST.iter().map(|rank| raw.fields.get(rank)).find(|name| !name.is_empty());
        let lowest = lowest.unwrap_or_default().to_owned();
        raw.fields.set("identification", &lowest);
    }
    intake.add(raw);
}

fn value(cell: &str) -> &str {
    match cell.trim() {
        "None" | "-" | "NA" | "N/A" | "[NULL]" | "[]" => "",
        other => other,
    }
}
