//! *Index of CITES Species* of the Checklist, and *CITES listings* of Species+: what is listed on the day of the download.

use super::change::{Act, Change};
use super::table::{Row, Table};
use super::{DownloadError, DownloadKind, Source, scientific_name, whole, wording};
use crate::country::CountryCode;
use crate::event::Appendix;

pub(super) fn changes(source: &Source<'_>, table: &Table) -> Result<Vec<Change>, DownloadError> {
    let mut changes = Vec::new();
    for row in table.rows() {
        listings(source, table.kind, &row, &mut changes)?;
    }
    Ok(changes)
}

/// The listings of a row such as `I/II`, `III/NC` or `NC`; `NC`, or nothing, stands for what is not listed.
fn listings(
    source: &Source<'_>,
    kind: DownloadKind,
    row: &Row<'_>,
    changes: &mut Vec<Change>,
) -> Result<(), DownloadError> {
    let [name, rank, listing, note] = match kind {
        DownloadKind::ChecklistIndex => ["FullName", "RankName", "CurrentListing", "FullAnnotationEnglish"],
        _ => ["Scientific Name", "Rank", "Listing", "Full note"],
    };
    let words = row.cell(listing).split('/').map(str::trim).filter(|word| !word.is_empty());
    let (left_out, listed): (Vec<&str>, Vec<&str>) = words.partition(|word| *word == "NC");
    let listed: Vec<Appendix> = listed
        .into_iter()
        .map(|word| {
            word.parse().map_err(|_| row.unreadable(source, listing, "I, II, III or NC, parted by /"))
        })
        .collect::<Result<_, _>>()?;
    let is_split = listed.len() + left_out.len() != 1 || listed.is_empty();
    let change = |act: Act, appendix: Appendix, wording: String| -> Result<Change, DownloadError> {
        Ok(Change {
            line: row.line,
            taxon: scientific_name(row.cell(name)),
            rank: row.read(source, rank, "ORDER, FAMILY, GENUS, SPECIES, ...")?,
            within: whole::group_of(row.cell("Kingdom")),
            act,
            appendix,
            party: None,
            day: None,
            is_current: true,
            wording,
            hash_annotation: wording::plain(row.first(&["#AnnotationSymbol", "# Full note"])),
        })
    };
    for appendix in [Appendix::I, Appendix::II, Appendix::III] {
        let note = part_of(row.cell(note), appendix);
        match (appendix, listed.contains(&appendix)) {
            (Appendix::III, true) => changes.extend(by_parties(row, &change(Act::Addition, appendix, note)?)),
            (_, true) if is_split => {
                changes.push(change(Act::Addition, appendix, wording::in_part(&note))?);
            }
            (_, true) => changes.push(change(Act::Addition, appendix, note)?),
            // A row tells everything of its taxon: what it does not name does not reach it from above.
            (_, false) if is_split => changes.push(change(Act::Exception, appendix, String::new())?),
            (_, false) => {}
        }
    }
    Ok(())
}

/// Appendix III is listed by each of some parties, as far as the file names them.
fn by_parties(row: &Row<'_>, change: &Change) -> Vec<Change> {
    let parties: Vec<CountryCode> =
        row.cell("Party").split([',', ';']).filter_map(|code| code.trim().parse().ok()).collect();
    let by = |party: Option<CountryCode>| Change { party, ..change.clone() };
    if parties.is_empty() {
        vec![by(None)]
    } else {
        parties.into_iter().map(|party| by(Some(party))).collect()
    }
}

/// What an annotation says of one Appendix: `Appendix I: ... Appendix II: ...`.
fn part_of(annotation: &str, appendix: Appendix) -> String {
    let start = format!("{appendix}:");
    let plain = wording::plain(annotation);
    let parts: Vec<&str> = plain.split("Appendix ").collect();
    let ours = parts.iter().filter_map(|part| part.strip_prefix(start.as_str()));
    let said: Vec<&str> = ours.map(str::trim).collect();
    if said.is_empty() && !plain.contains(": ") { plain } else { said.join(" ") }
}
