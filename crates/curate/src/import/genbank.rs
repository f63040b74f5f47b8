//! `GenBank` flat files: a record for each feature that is a known marker.
//!
//! ```text
//! LOCUS ... DEFINITION ... ORGANISM name, lineage; ... COMMENT structured comment
//! FEATURES   source           /organism /specimen_voucher /country ...   -> columns of every record of the entry
//!            rRNA  <1..638    /product="12S ribosomal RNA"              -> record U71225.1.12S
//!            tRNA  639..706   /product="tRNA-Val"                       -> no known marker, counted
//! ORIGIN     bases
//! //
//! ```
//!
//! A gene that is annotated several times over (as gene, as CDS, in a note) is cut once, by the most exact kind of
//! feature; see [`features`].

mod columns;
mod entry;
mod features;
mod location;

use std::io;

use super::{
    intake::{Intake, Raw, Reason},
    lines::{Line, Lines},
};
use entry::{Entry, EntryReader};
use features::{Piece, find_pieces};

pub(crate) fn read(lines: &mut Lines, intake: &mut Intake<'_>, tick: &mut dyn FnMut(u64)) -> io::Result<()> {
    let mut open: Option<EntryReader> = None;
    let (text_limit, base_limit) = (intake.limits.entry_bytes, intake.limits.record_bases);
    loop {
        let (text, is_too_long) = match lines.next()? {
            None => break,
            Some(Line::TooLong) => (String::new(), true),
            Some(Line::Text(text)) => (String::from_utf8_lossy(text).into_owned(), false),
        };
        let number = lines.number();
        if let Some(locus) = text.strip_prefix("LOCUS ") {
            if let Some(cut_short) = open.replace(EntryReader::new(number, locus)) {
                reject_cut_short(&cut_short.entry, intake);
            }
        } else if text.starts_with("//") {
            if let Some(reader) = open.take() {
                finish(&reader.entry, intake);
                tick(intake.read());
            }
        } else if let Some(reader) = &mut open {
            reader.entry.is_too_long |= is_too_long;
            reader.take(&text, number, text_limit, base_limit);
        }
    }
    if let Some(cut_short) = open {
        reject_cut_short(&cut_short.entry, intake);
    }
    Ok(())
}

fn reject_cut_short(entry: &Entry, intake: &mut Intake<'_>) {
    intake.reject(entry.line, columns::record_name(entry), Reason::CutShort, "the line // is missing");
}

fn finish(entry: &Entry, intake: &mut Intake<'_>) {
    let name = columns::record_name(entry);
    let reject =
        |intake: &mut Intake<'_>, reason, detail: &str| intake.reject(entry.line, name, reason, detail);
    if entry.is_too_long {
        return reject(intake, Reason::TooLong, "the entry");
    }
    if entry.definition.starts_with("UNVERIFIED") || entry.keywords.contains("UNVERIFIED") {
        return reject(intake, Reason::Unverified, &entry.definition);
    }
    if entry.sequence.is_empty() {
        return reject(intake, Reason::NoSequence, "");
    }
    let (pieces, others) = find_pieces(entry, &intake.markers, intake.limits.record_bases);
    intake.other_features += others;
    if pieces.is_empty() {
        return reject(intake, Reason::NoFeature, &entry.definition);
    }
    let common = columns::common(entry);
    for Piece { line, marker, bases, notes } in pieces {
        let bases = match bases {
            Ok(bases) => bases,
            Err((reason, detail)) => {
                intake.reject(line, name, reason, &format!("{marker}: {detail}"));
                continue;
            }
        };
        let mut raw = Raw { line, name: name.to_owned(), marker, sequence: bases, ..common.clone() };
        for (key, value) in notes {
            raw.fields.note(key, &value);
        }
        intake.add(raw);
    }
}
