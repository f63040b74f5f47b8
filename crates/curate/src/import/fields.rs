//! The columns of a record table and the cells of one row.

/// Columns of `records/*.tsv`, in the order in which they are written.
pub(crate) const COLUMNS: [&str; 33] = [
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

/// Most bytes in one cell but the sequence; what is behind is cut off with `...`.
const CELL_BYTES: usize = 4000;

/// The cells of one row that are not empty, without tabs, line ends and other control characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fields(Vec<(u8, Box<str>)>);

impl Fields {
    /// The cell of a column; empty when it is not recorded.
    pub(crate) fn get(&self, column: &str) -> &str {
        let found = self.0.iter().find(|(place, _)| COLUMNS.get(usize::from(*place)) == Some(&column));
        found.map_or("", |(_, value)| value)
    }

    /// Sets a column; what is no column of the table becomes a note `column=value`. Empty values change nothing. What a
    /// spreadsheet would run gets an apostrophe before it, as spreadsheets themselves write it.
    pub(crate) fn set(&mut self, column: &str, value: &str) {
        let value = tidy(value);
        if value.is_empty() {
            return;
        }
        let Some(place) = COLUMNS.iter().position(|name| *name == column && *name != "notes") else {
            return self.note(column, &value);
        };
        let place = u8::try_from(place).unwrap_or(u8::MAX);
        let value = if saola_refdb::is_formula(&value) { format!("'{value}") } else { value };
        match self.0.binary_search_by_key(&place, |(place, _)| *place) {
            Ok(index) => self.0[index].1 = value.into(),
            Err(index) => self.0.insert(index, (place, value.into())),
        }
    }

    /// Sets a column that has no value yet.
    pub(crate) fn set_default(&mut self, column: &str, value: &str) {
        if self.get(column).is_empty() {
            self.set(column, value);
        }
    }

    /// Adds `name=value` to the notes; semicolons in it become commas, because they part the notes.
    pub(crate) fn note(&mut self, name: &str, value: &str) {
        let value = tidy(value).replace(';', ",");
        if value.is_empty() {
            return;
        }
        let note = format!("{}={value}", tidy(name).replace([';', '='], "_"));
        let place = u8::try_from(COLUMNS.len() - 1).unwrap_or(u8::MAX);
        match self.0.last_mut() {
            Some((last, notes)) if *last == place => *notes = tidy(&format!("{notes}; {note}")).into(),
            _ => self.0.push((place, note.into())),
        }
    }

    /// The row as it is written, without line end; `nuc` is handed over because it is kept as bytes.
    pub(crate) fn row(&self, nuc: &[u8]) -> String {
        let cells = COLUMNS.map(|column| match column {
            "nuc" => std::str::from_utf8(nuc).unwrap_or_default(),
            _ => self.get(column),
        });
        cells.join("\t")
    }
}

/// Text that fits into a cell.
pub(crate) fn tidy(text: &str) -> String {
    let blank = |letter: char| saola_seq::is_unsafe(letter) || letter.is_whitespace();
    let words = text.split(blank).filter(|word| !word.is_empty());
    let mut tidied = words.collect::<Vec<_>>().join(" ");
    if tidied.len() > CELL_BYTES {
        let end = (0..=CELL_BYTES).rev().find(|end| tidied.is_char_boundary(*end)).unwrap_or(0);
        tidied.truncate(end);
        tidied.push_str("...");
    }
    tidied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_and_notes() {
        let mut fields = Fields::default();
        fields.set("museumid", " ZMA\t1 ");
        fields.set("sex", "F");
        fields.set("site", "");
        fields.note("habitat", "bog; fen");
        fields.set_default("museumid", "other");
        assert_eq!(fields.get("museumid"), "ZMA 1");
        assert_eq!(fields.get("notes"), "sex=F; habitat=bog, fen");
        let row = fields.row(b"ACGT");
        assert_eq!(row.matches('\t').count(), COLUMNS.len() - 1);
        assert!(row.ends_with("\tsex=F; habitat=bog, fen") && row.contains("\tACGT\t"));
    }
}
