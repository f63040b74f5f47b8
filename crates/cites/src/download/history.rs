//! *History of CITES Listings* of the Checklist of CITES Species.

use jiff::civil::Date;

use super::change::{Act, Change};
use super::table::{Row, Table};
use super::{DownloadError, Source, scientific_name, whole, wording};
use crate::country::CountryCode;

const ACTS: [(&str, Act); 6] = [
    ("ADDITION", Act::Addition),
    ("AMENDMENT", Act::Addition),
    ("DELETION", Act::Deletion),
    ("EXCEPTION", Act::Exception),
    ("RESERVATION", Act::Reservation),
    ("RESERVATION_WITHDRAWAL", Act::Withdrawal),
];

pub(super) fn changes(source: &Source<'_>, table: &Table) -> Result<Vec<Change>, DownloadError> {
    table.rows().map(|row| change(source, &row)).collect()
}

fn change(source: &Source<'_>, row: &Row<'_>) -> Result<Change, DownloadError> {
    let word = row.cell("ChangeType");
    let act = ACTS.iter().find(|(name, _)| *name == word).map(|(_, act)| *act);
    let hint = "ADDITION, AMENDMENT, DELETION, EXCEPTION, RESERVATION or RESERVATION_WITHDRAWAL";
    let is_current = match row.cell("IsCurrent").to_lowercase().as_str() {
        "true" | "t" | "1" => true,
        "false" | "f" | "0" => false,
        _ => return Err(row.unreadable(source, "IsCurrent", "true or false")),
    };
    let party = match row.cell("PartyIsoCode") {
        "" => None,
        _ => Some(row.read::<CountryCode>(source, "PartyIsoCode", "two upper-case letters")?),
    };
    let day = day(row.cell("EffectiveAt"));
    Ok(Change {
        line: row.line,
        taxon: scientific_name(row.cell("FullName")),
        rank: row.read(source, "RankName", "ORDER, FAMILY, GENUS, SPECIES, ...")?,
        above: row.above(),
        within: whole::group_of(row.cell("Kingdom")),
        act: act.ok_or_else(|| row.unreadable(source, "ChangeType", hint))?,
        appendix: row.read(source, "Appendix", "I, II or III")?,
        party,
        day: Some(day.ok_or_else(|| row.unreadable(source, "EffectiveAt", "DD/MM/YYYY"))?),
        is_current,
        wording: wording::plain(row.first(&["FullAnnotationEnglish", "AnnotationEnglish"])),
        hash_annotation: wording::plain(row.cell("#AnnotationSymbol")),
    })
}

/// `26/11/2019`, or as ISO 8601 writes it.
fn day(text: &str) -> Option<Date> {
    let mut parts = text.split('/');
    let read = |part: Option<&str>| part?.parse::<i16>().ok();
    match (read(parts.next()), read(parts.next()), read(parts.next()), parts.next()) {
        (Some(day), Some(month), Some(year), None) => {
            Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
                .ok()
                .filter(is_of_the_convention)
        }
        _ => text.get(..10).and_then(|text| text.parse().ok()).filter(is_of_the_convention),
    }
}

/// The Convention entered into force in 1975.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "Option::filter asks for it")]
fn is_of_the_convention(day: &Date) -> bool {
    (1975..2100).contains(&day.year())
}
