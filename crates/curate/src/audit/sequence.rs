//! What a record's own sequence, and its alignment with the nearest, say.

use saola_search::Strand;
use saola_seq::{check_coding, iupac::base_number};

use super::{
    Draft,
    finding::{FindingKind, ProposedTier},
    library::{Level, Library},
    limits::{ALIGNABLE, AMBIGUOUS, FRAME_IDENTITY},
    neighbours::{Neighbourhood, Witness, witnesses},
};

/// All findings of this kind on a record, given the witnesses among its neighbours.
pub(crate) fn faults(library: &Library<'_>, record: u32, around: &Neighbourhood, near: &[Witness]) -> Vec<Draft> {
    let bases = library.bases(library.facts(record).haplotype);
    let relatives = witnesses(library, record, &around.relatives);
    let compared = if near.is_empty() { relatives.as_slice() } else { near };
    let found = [
        stop_codons(library, record, &bases),
        reversed(record, compared),
        frame_shift(library, record, compared),
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

fn stop_codons(library: &Library<'_>, record: u32, bases: &[u8]) -> Option<Draft> {
    let marker = library.release.record(record)?.marker();
    let taxonomy = library.release.taxonomy();
    let lineage = taxonomy.lineage(library.facts(record).taxon).map(|taxon| taxonomy.name(taxon));
    let code = library.release.genetic_codes().for_lineage(marker.genome, lineage)?;
    let stops = if marker.coding { check_coding(bases, code).stops } else { Vec::new() };
    let codons = if stops.len() == 1 { "stop codon" } else { "stop codons" };
    let first = stops.first()?;
    let reason = format!("{} {codons} in the best reading frame, the first at base {first}", stops.len());
    Some(draft(record, FindingKind::StopCodons, ProposedTier::Quarantine, reason))
}

fn is_alignable(witness: &Witness, (numerator, denominator): (u64, u64)) -> bool {
    witness.near.distance.within((denominator - numerator, denominator))
}

fn reversed(record: u32, compared: &[Witness]) -> Option<Draft> {
    let (minus, plus): (Vec<&Witness>, Vec<&Witness>) = compared
        .iter()
        .filter(|witness| is_alignable(witness, ALIGNABLE))
        .partition(|witness| witness.near.strand == Strand::Minus);
    let reason = format!("reverse complement: so it aligns with {} of its nearest specimens, and {} as it is", minus.len(), plus.len());
    let evidence = minus.iter().map(|witness| (witness.record, witness.near.distance)).collect();
    (minus.len() > plus.len())
        .then(|| Draft { evidence, ..draft(record, FindingKind::Reversed, ProposedTier::Quarantine, reason) })
}

fn frame_shift(library: &Library<'_>, record: u32, compared: &[Witness]) -> Option<Draft> {
    let is_like = |witness: &&Witness| {
        witness.near.strand == Strand::Plus && is_alignable(witness, FRAME_IDENTITY)
    };
    let (shifted, straight): (Vec<&Witness>, Vec<&Witness>) =
        compared.iter().filter(is_like).partition(|witness| witness.near.shift % 3 != 0);
    let nearest = shifted.first()?;
    if shifted.len() <= straight.len() || !is_coding(library, record) {
        return None;
    }
    let (bases, word) = (nearest.near.shift.abs(), if nearest.near.shift > 0 { "more" } else { "fewer" });
    let reason = format!(
        "frame shift: {bases} bases {word} than its nearest specimen, and no multiple of three against {} of {}",
        shifted.len(),
        shifted.len() + straight.len()
    );
    let evidence = shifted.iter().map(|witness| (witness.record, witness.near.distance)).collect();
    Some(Draft { evidence, ..draft(record, FindingKind::FrameShift, ProposedTier::Quarantine, reason) })
}

fn unalignable(library: &Library<'_>, record: u32, near: &[Witness], relatives: &[Witness]) -> Option<Draft> {
    let family = library.facts(record).at(Level::Family)?;
    let is_unlike = near.is_empty()
        && !relatives.is_empty()
        && !relatives.iter().any(|witness| is_alignable(witness, ALIGNABLE));
    let tier =
        if is_coding(library, record) { ProposedTier::Quarantine } else { ProposedTier::Screening };
    let reason = format!("unlike every relative compared: {} of {}", relatives.len(), library.name(family));
    let mut evidence: Vec<_> = relatives.iter().map(|witness| (witness.record, witness.near.distance)).collect();
    evidence.sort_by_key(|(record, distance)| (*distance, *record));
    is_unlike.then(|| Draft { evidence, ..draft(record, FindingKind::Unalignable, tier, reason) })
}

fn ambiguous(record: u32, bases: &[u8]) -> Option<Draft> {
    let count = bases.iter().filter(|code| base_number(**code).is_none()).count();
    let reason = format!("{count} of {} bases are ambiguous", bases.len());
    (count as u64 * AMBIGUOUS > bases.len() as u64)
        .then(|| draft(record, FindingKind::Ambiguous, ProposedTier::Screening, reason))
}

fn short(library: &Library<'_>, record: u32, bases: &[u8]) -> Option<Draft> {
    let marker = library.release.record(record)?.marker();
    let reason = format!("{} bases; {} needs {}", bases.len(), marker.name, marker.minimum_length);
    (bases.len() < marker.minimum_length as usize)
        .then(|| draft(record, FindingKind::Short, ProposedTier::Screening, reason))
}
