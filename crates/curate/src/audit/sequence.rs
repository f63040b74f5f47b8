//! What a record's own sequence, and its alignment with the nearest, say.

use saola_search::{Strand, compare, reverse_complement};
use saola_seq::{check_coding, iupac::base_number};

use super::{
    Draft,
    finding::{FindingKind, ProposedTier},
    library::{Level, Library},
    limits::{ALIGNABLE, AMBIGUOUS, FRAME_ENDS, FRAME_IDENTITY, FRAME_WITNESSES, READABLE},
    neighbours::{Near, Neighbourhood, Witness, witnesses},
};

/// All findings of this kind on a record, given the witnesses among its neighbours.
pub(crate) fn faults(
    library: &Library<'_>,
    record: u32,
    around: &Neighbourhood,
    near: &[Witness],
) -> Vec<Draft> {
    let bases = library.bases(library.facts(record).haplotype);
    let relatives = witnesses(library, record, &around.relatives);
    let compared = if near.is_empty() { relatives.as_slice() } else { near };
    let found = [
        stop_codons(library, record, &bases),
        reversed(library, record, &bases, compared),
        frame_shift(library, record, &bases, compared),
        unalignable(library, record, near, &relatives),
        ambiguous(record, &bases),
        short(library, record, &bases),
    ];
    found.into_iter().flatten().collect()
}

fn draft(record: u32, kind: FindingKind, tier: ProposedTier, reason: String) -> Draft {
    Draft { record, kind, tier, reason, evidence: Vec::new() }
}

fn is_coding(library: &Library<'_>, record: u32) -> bool {
    library.release.record(record).is_some_and(|record| record.marker().coding)
}

/// Stop codons of a record's sequence, or of its reverse complement, in the best frame; none for a marker that does not code.
fn stops(library: &Library<'_>, record: u32, bases: &[u8]) -> Option<Vec<usize>> {
    let marker = library.release.record(record)?.marker();
    let taxonomy = library.release.taxonomy();
    let lineage = taxonomy.lineage(library.facts(record).taxon).map(|taxon| taxonomy.name(taxon));
    let code = library.release.genetic_codes().for_lineage(marker.genome, lineage)?;
    marker.coding.then(|| check_coding(bases, code).stops)
}

fn stop_codons(library: &Library<'_>, record: u32, bases: &[u8]) -> Option<Draft> {
    let stops = stops(library, record, bases)?;
    let codons = if stops.len() == 1 { "stop codon" } else { "stop codons" };
    let first = stops.first()?;
    let reason = format!("{} {codons} in the best reading frame, the first at base {first}", stops.len());
    Some(draft(record, FindingKind::StopCodons, ProposedTier::Quarantine, reason))
}

fn is_alignable(witness: &Witness, (numerator, denominator): (u64, u64)) -> bool {
    witness.near.distance.within((denominator - numerator, denominator))
}

fn reversed(library: &Library<'_>, record: u32, bases: &[u8], compared: &[Witness]) -> Option<Draft> {
    let (minus, plus): (Vec<&Witness>, Vec<&Witness>) = compared
        .iter()
        .filter(|witness| is_alignable(witness, ALIGNABLE))
        .partition(|witness| witness.near.strand == Strand::Minus);
    // Whose frame is open as it is, but not in reverse, is not the one that was turned round.
    let count = |bases: &[u8]| stops(library, record, bases).map_or(0, |stops| stops.len());
    if minus.len() <= plus.len() || count(bases) == 0 && count(&reverse_complement(bases)) > 0 {
        return None;
    }
    let reason = format!(
        "reverse complement: so it aligns with {} of its nearest specimens, and as it is with {}",
        minus.len(),
        plus.len()
    );
    let evidence = minus.iter().map(|witness| (witness.record, witness.near.distance)).collect();
    Some(Draft { evidence, ..draft(record, FindingKind::Reversed, ProposedTier::Quarantine, reason) })
}

fn frame_shift(library: &Library<'_>, record: u32, bases: &[u8], compared: &[Witness]) -> Option<Draft> {
    let is_like =
        |witness: &&Witness| witness.near.strand == Strand::Plus && is_alignable(witness, FRAME_IDENTITY);
    let like: Vec<&Witness> = compared.iter().filter(is_like).take(FRAME_WITNESSES).collect();
    let inner = bases.get(FRAME_ENDS..bases.len().saturating_sub(FRAME_ENDS))?;
    let shift = |witness: &&&Witness| witness.near.shift % 3 != 0 && has_shift(library, inner, witness);
    let shifted: Vec<&Witness> = like.iter().filter(shift).copied().collect();
    let nearest = shifted.first()?;
    if shifted.len() * 2 <= like.len() || !is_coding(library, record) {
        return None;
    }
    let (count, word) = (nearest.near.shift.abs(), if nearest.near.shift > 0 { "more" } else { "fewer" });
    let bases = if count == 1 { "base" } else { "bases" };
    let reason = format!(
        "frame shift: {count} {bases} {word} than the nearest specimen, and no multiple of three against {} of {}",
        shifted.len(),
        like.len()
    );
    let evidence = shifted.iter().map(|witness| (witness.record, witness.near.distance)).collect();
    Some(Draft { evidence, ..draft(record, FindingKind::FrameShift, ProposedTier::Quarantine, reason) })
}

/// Whether the shift is there without the ends of both.
fn has_shift(library: &Library<'_>, inner: &[u8], witness: &Witness) -> bool {
    let other = library.bases(witness.near.haplotype);
    let ends = FRAME_ENDS..other.len().saturating_sub(FRAME_ENDS);
    let other = other.get(ends).unwrap_or_default();
    let found = compare(inner, other, 0..inner.len());
    found.is_some_and(|found| Near::shift(&found) % 3 != 0)
}

fn unalignable(library: &Library<'_>, record: u32, near: &[Witness], relatives: &[Witness]) -> Option<Draft> {
    let family = library.facts(record).at(Level::Family)?;
    let is_unlike = near.is_empty()
        && !relatives.is_empty()
        && !relatives.iter().any(|witness| is_alignable(witness, ALIGNABLE));
    // Of two that are unlike each other, neither is the one at fault.
    let is_sure = relatives.len() > 1 && is_coding(library, record);
    let tier = if is_sure { ProposedTier::Quarantine } else { ProposedTier::Screening };
    let nearest = if relatives.len() == 1 { "relative" } else { "relatives" };
    let reason = format!(
        "less than two thirds of the columns match the nearest {} {nearest} of {}",
        relatives.len(),
        library.name(family)
    );
    let mut evidence: Vec<_> =
        relatives.iter().map(|witness| (witness.record, witness.near.distance)).collect();
    evidence.sort_by_key(|(record, distance)| (*distance, *record));
    is_unlike.then(|| Draft { evidence, ..draft(record, FindingKind::Unalignable, tier, reason) })
}

fn ambiguous(record: u32, bases: &[u8]) -> Option<Draft> {
    let count = ambiguous_bases(bases);
    let reason = format!("{count} of {} bases are ambiguous", bases.len());
    let tier =
        if is_readable(count, bases.len()) { ProposedTier::Screening } else { ProposedTier::Quarantine };
    (count.saturating_mul(AMBIGUOUS) > bases.len())
        .then(|| draft(record, FindingKind::Ambiguous, tier, reason))
}

pub(crate) fn ambiguous_bases(bases: &[u8]) -> usize {
    bases.iter().filter(|code| base_number(**code).is_none()).count()
}

/// Whether few enough bases are ambiguous for the sequence to be compared at all.
pub(crate) const fn is_readable(ambiguous: usize, bases: usize) -> bool {
    ambiguous.saturating_mul(READABLE) <= bases
}

fn short(library: &Library<'_>, record: u32, bases: &[u8]) -> Option<Draft> {
    let marker = library.release.record(record)?.marker();
    let reason = format!("{} bases; {} needs {}", bases.len(), marker.name, marker.minimum_length);
    (bases.len() < marker.minimum_length as usize)
        .then(|| draft(record, FindingKind::Short, ProposedTier::Screening, reason))
}
