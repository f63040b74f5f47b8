//! Changes by hand, as a file that lies over the calls: the reads stay as they are.

use saola_report::Edit;
use saola_seq::table::{self, TableError};
use serde::Deserialize;

#[derive(Deserialize)]
struct EditRow {
    sample: String,
    position: String,
    from: String,
    to: String,
    who: String,
    why: String,
}

/// An edit of a sample, with its line in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleEdit {
    /// The file of edits.
    pub file: String,
    /// The sample.
    pub sample: String,
    /// The line, counted from 1.
    pub line: u64,
    /// The edit.
    pub edit: Edit,
}

/// Reads a tab-separated table of edits: `sample`, `position` (in the sequence before any edit, counted from 1), `from` and `to` (one
/// letter, `-` for none), `who`, `why`.
///
/// # Errors
///
/// [`TableError`] with the line of the first row that is malformed or leaves out who or why.
pub fn read_edits(file: &str, bytes: &[u8]) -> Result<Vec<SampleEdit>, TableError> {
    let mut edits = Vec::new();
    for row in table::read::<EditRow>(file, bytes)? {
        let error = |message: &str| TableError::new(file, row.line, message);
        let cells = &row.value;
        if [&cells.sample, &cells.who, &cells.why].iter().any(|cell| cell.trim().is_empty()) {
            return Err(error("sample, who and why must be given"));
        }
        let position = cells.position.parse().map_err(|_| error("the position is no number"))?;
        let letter = |cell: &str| match cell.as_bytes() {
            [b'-'] => Some("-".to_owned()),
            [letter] => saola_seq::iupac::normalise(*letter).map(|code| char::from(code).to_string()),
            _ => None,
        };
        let (Some(from), Some(to)) = (letter(&cells.from), letter(&cells.to)) else {
            return Err(error("from and to are one letter each: an IUPAC code, or - for none"));
        };
        if from == to {
            return Err(error("from and to are the same"));
        }
        let edit = Edit { position, from, to, who: cells.who.clone(), why: cells.why.clone() };
        edits.push(SampleEdit { file: file.to_owned(), sample: cells.sample.clone(), line: row.line, edit });
    }
    Ok(edits)
}

/// A consensus with edits laid over it. An edited letter has a Phred score of 0: no gate counts it as read.
///
/// # Errors
///
/// The first edit that does not fit, with the reason: a position beyond the end, another letter there, or two edits at one place.
pub(super) fn apply(
    bases: &[u8],
    qualities: &[u8],
    edits: &[Edit],
) -> Result<(Vec<u8>, Vec<u8>), (usize, String)> {
    let mut letters: Vec<(Vec<u8>, u8)> =
        bases.iter().zip(qualities).map(|(base, quality)| (vec![*base], *quality)).collect();
    let mut touched = std::collections::BTreeSet::new();
    for (index, edit) in edits.iter().enumerate() {
        let place = usize::try_from(edit.position).ok().and_then(|position| position.checked_sub(1));
        let place = place.filter(|place| *place < letters.len());
        let Some(place) = place else {
            return Err((index, format!("position {} is beyond the {} bases", edit.position, bases.len())));
        };
        let is_insertion = edit.from == "-";
        if !touched.insert((place, is_insertion)) {
            return Err((index, format!("position {} is edited twice", edit.position)));
        }
        let found = char::from(bases[place]).to_string();
        if !is_insertion && found != edit.from {
            let message = format!("position {} is {found}, not {}", edit.position, edit.from);
            return Err((index, message));
        }
        let to: &[u8] = if edit.to == "-" { b"" } else { edit.to.as_bytes() };
        if is_insertion {
            letters[place].0.extend_from_slice(to);
        } else {
            letters[place].0.splice(0..1, to.iter().copied());
        }
        if !is_insertion {
            letters[place].1 = 0;
        }
    }
    let (mut edited, mut scores) = (Vec::new(), Vec::new());
    for (place, (letters, quality)) in letters.iter().enumerate() {
        for (index, letter) in letters.iter().enumerate() {
            let is_read = index == 0 && !touched.contains(&(place, false));
            edited.push(*letter);
            scores.push(if is_read { *quality } else { 0 });
        }
    }
    Ok((edited, scores))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(position: u64, from: &str, to: &str) -> Edit {
        Edit {
            position,
            from: from.to_owned(),
            to: to.to_owned(),
            who: "AB".to_owned(),
            why: "peak".to_owned(),
        }
    }

    #[test]
    fn letters_are_changed_taken_out_and_put_in() {
        let edits = [edit(2, "C", "T"), edit(3, "G", "-"), edit(4, "-", "A")];
        let (bases, qualities) = apply(b"ACGT", &[40, 41, 42, 43], &edits).unwrap();
        assert_eq!((bases.as_slice(), qualities), (&b"ATTA"[..], vec![40, 0, 43, 0]));
    }

    #[test]
    fn edits_that_do_not_fit_are_refused() {
        let refused = |edits: &[Edit]| apply(b"ACGT", &[40; 4], edits).unwrap_err().1;
        assert_eq!(refused(&[edit(2, "G", "T")]), "position 2 is C, not G");
        assert_eq!(refused(&[edit(5, "G", "T")]), "position 5 is beyond the 4 bases");
        assert_eq!(refused(&[edit(0, "G", "T")]), "position 0 is beyond the 4 bases");
        assert_eq!(refused(&[edit(2, "C", "T"), edit(2, "C", "A")]), "position 2 is edited twice");
    }

    #[test]
    fn a_table_names_who_and_why() {
        let table =
            "sample\tposition\tfrom\tto\twho\twhy\nx\t12\tn\ta\tA. Person\tone clean peak in both reads\n";
        let edits = read_edits("edits.tsv", table.as_bytes()).unwrap();
        assert_eq!((edits[0].edit.from.as_str(), edits[0].edit.to.as_str(), edits[0].line), ("N", "A", 2));
        let nobody = table.replace("A. Person", "");
        assert!(read_edits("edits.tsv", nobody.as_bytes()).unwrap_err().to_string().contains("who and why"));
        let word = table.replace("\tn\t", "\tnn\t");
        assert!(
            read_edits("edits.tsv", word.as_bytes()).unwrap_err().to_string().contains("one letter each")
        );
    }
}
