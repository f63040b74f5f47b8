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

/// The listings of a row such as `I/II`, `III/NC` or `NC`, which stands for what is not listed; an empty one says nothing.
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
    if listed.is_empty() && left_out.is_empty() {
        return Ok(());
    }
    let is_split = listed.len() + left_out.len() != 1 || listed.is_empty();
    let change = |act: Act, appendix: Appendix, wording: String| -> Result<Change, DownloadError> {
        Ok(Change {
            line: row.line,
            taxon: scientific_name(row.cell(name)),
            rank: row.read(source, rank, "ORDER, FAMILY, GENUS, SPECIES, ...")?,
            above: row.above(),
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
        match listed.contains(&appendix) {
            true => {
                // A row of one Appendix alone is of the whole taxon, whatever else it says, unless it speaks of parts.
                let note = match note {
                    note if is_split => wording::in_part(&note),
                    note if wording::speaks_of_parts(&note) => note,
                    note => wording::of_whole_taxon(&note),
                };
                let listing = change(Act::Addition, appendix, note)?;
                match appendix {
                    Appendix::III => changes.extend(by_parties(row, &listing)),
                    _ => changes.push(listing),
                }
            }
            // A row tells everything of its taxon: what it does not name does not reach it from above.
            false if is_split => changes.push(change(Act::Exception, appendix, String::new())?),
            false => {}
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

/// What an annotation says of one Appendix: `Appendix I: ... Appendix II: ...`; the whole of it where it is not parted so.
fn part_of(annotation: &str, appendix: Appendix) -> String {
    let start = format!("{appendix}:");
    let plain = wording::plain(annotation);
    let parts: Vec<&str> = plain.split("Appendix ").collect();
    let is_parted =
        parts.iter().any(|part| ["I:", "II:", "III:"].iter().any(|start| part.starts_with(start)));
    let ours = parts.iter().filter_map(|part| part.strip_prefix(start.as_str()));
    let said: Vec<&str> = ours.map(str::trim).collect();
    if is_parted { said.join(" ") } else { plain }
}
