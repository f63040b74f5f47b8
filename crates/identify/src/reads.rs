//! Gates on what a sequence was read from: directions, second peaks, and the scores of the bases that matter.

use saola_search::{Kind, Strand, align, bases::Verdict};
use saola_seq::{Genome, Marker};

use crate::{Blocks, Gate, GateStatus, Level, Profile, Query, ReadFacts, field::Field, gate::status};

/// Least share of the sequence that both directions say alike, for a species.
const BOTH_DIRECTIONS: [u64; 2] = [3, 4];
/// Most bases with a second peak, for each thousand; VALIDATION.md tells what good traces have.
const MOST_DOUBLE_PEAKS: u64 = 50;
/// The same for nuclear markers, of which a cell has two copies or many.
const MOST_DOUBLE_PEAKS_NUCLEAR: u64 = 100;
/// Fewest reads of an amplicon at each base, for a species.
const LEAST_DEPTH: u64 = 20;
/// Least share of the reads of an amplicon that say the same; of a nuclear marker, which has copies that differ.
const MOST_READS: [u64; 2] = [4, 5];
const MOST_READS_NUCLEAR: [u64; 2] = [1, 2];
/// From here on a base is good: one error in 100.
const GOOD_PHRED: u8 = 20;

/// G1D: traces of both directions say the same over most of the sequence (three in four, as the barcode standard of CBOL asks for
/// contiguous good bases); of an amplicon, enough reads stand behind each base.
pub(crate) fn directions(query: &Query<'_>, reads: ReadFacts, profile: &Profile) -> Gate {
    let gate = |enough| Gate::new("G1D", status(enough), Blocks::Species, profile);
    match reads {
        ReadFacts::Traces { both_directions, .. } => {
            let length = query.bases.len() as u64;
            let [part, whole] = BOTH_DIRECTIONS;
            let enough = both_directions * whole >= length * part;
            gate(enough)
                .value(format!("{both_directions} of {length} bases said alike by reads of both directions"))
                .limit(format!("at least {part}/{whole} for a species"))
                .note(if enough { "" } else { "needed: a good read of the other direction" })
        }
        ReadFacts::Amplicon { least_depth, .. } => {
            let enough = least_depth >= LEAST_DEPTH;
            gate(enough)
                .value(format!("{least_depth} reads at the thinnest base"))
                .limit(format!("at least {LEAST_DEPTH} for a species"))
                .note(if enough { "" } else { "needed: more reads of the amplicon" })
        }
    }
}

/// G7: second peaks are few, as those of one source are; of an amplicon, most reads say the same. A nuclear marker has more than one copy,
/// and a limit of its own.
pub(crate) fn single_source(reads: ReadFacts, marker: Option<&Marker>, profile: &Profile) -> Gate {
    let gate = |status| Gate::new("G7", status, Blocks::Everything, profile);
    let is_nuclear = marker.is_some_and(|marker| marker.genome == Genome::Nucleus);
    match reads {
        ReadFacts::Traces { peaks: 0, .. } => {
            gate(GateStatus::NotEvaluated).note("the traces hold no signal to look at")
        }
        ReadFacts::Traces { peaks, double_peaks, .. } => {
            let most = if is_nuclear { MOST_DOUBLE_PEAKS_NUCLEAR } else { MOST_DOUBLE_PEAKS };
            let few = double_peaks * 1000 <= peaks * most;
            gate(status(few))
                .value(format!("{double_peaks} of {peaks} bases with a second peak"))
                .limit(format!("at most {most} for each 1000, of a third of the first peak's height"))
                .note(if few { "" } else { "needed: a new amplification, or a method for mixtures" })
        }
        ReadFacts::Amplicon { used, agreeing, .. } => {
            let [part, whole] = if is_nuclear { MOST_READS_NUCLEAR } else { MOST_READS };
            let most = agreeing * whole >= used * part;
            gate(status(most))
                .value(format!("{agreeing} of {used} reads say the same"))
                .limit(format!("at least {part}/{whole}"))
                .note(if most { "" } else { "needed: a new amplification, or a method for mixtures" })
        }
    }
}

/// What a sequence that no conclusion can rest on is: of more than one source when its peaks say so and its reads are good otherwise.
pub(crate) fn unusable_level(gates: &[Gate]) -> Level {
    let fails = |id: &str| gates.iter().any(|gate| gate.id == id && gate.status == GateStatus::Fail);
    if fails("G7") && !fails("G1") { Level::Mixture } else { Level::InconclusiveData }
}

/// G1Q: a difference from the nearest record is a good base of the sequence (Phred 20), or it may be none.
pub(crate) fn differing_bases(field: &Field<'_>, bases: &[u8], qualities: &[u8], profile: &Profile) -> Gate {
    let gate = |status| Gate::new("G1Q", status, Blocks::Species, profile);
    let Some(differing) = differing_qualities(field, bases, qualities) else {
        return gate(GateStatus::NotEvaluated).note("the nearest record could not be aligned");
    };
    let poor = differing.iter().filter(|quality| **quality < GOOD_PHRED).count();
    gate(status(poor == 0))
        .value(format!(
            "{poor} of {} differences to the nearest record below Phred {GOOD_PHRED}",
            differing.len()
        ))
        .limit("none for a species")
        .note(if poor == 0 { "" } else { "needed: a better read of these positions" })
}

/// Phred scores of the bases that differ from the nearest record; of a base that is not there, the lower of its neighbours'.
fn differing_qualities(field: &Field<'_>, bases: &[u8], qualities: &[u8]) -> Option<Vec<u8>> {
    // The fragment is a part of the sequence, on either strand.
    let (start, is_reverse) = place_of(&field.query, bases)?;
    let reference = field.records.bases().get(field.best)?;
    let alignment = align(&field.query, reference, Kind::Spanning, Strand::Plus, 0).ok()??;
    let length = field.query.len();
    let quality = |place: usize| {
        let place = if is_reverse { start + length - 1 - place.min(length - 1) } else { start + place };
        qualities.get(place).copied().unwrap_or(0)
    };
    let (mut behind, mut found) = (0, Vec::new());
    for column in alignment.positions(&field.query, reference).ok()? {
        let place = column.query_position.and_then(|position| usize::try_from(position).ok());
        if let Some(position) = place {
            behind = position;
        }
        if column.verdict == Verdict::Difference {
            found.push(match place {
                Some(position) => quality(position.saturating_sub(1)),
                None => quality(behind.saturating_sub(1)).min(quality(behind)),
            });
        }
    }
    Some(found)
}

/// Where a fragment lies in a sequence, from 0, and whether it is that of the other strand.
fn place_of(fragment: &[u8], bases: &[u8]) -> Option<(usize, bool)> {
    let find = |wanted: &[u8]| bases.windows(wanted.len().max(1)).position(|window| window == wanted);
    let forward = find(fragment).map(|start| (start, false));
    forward.or_else(|| Some((find(&saola_seq::iupac::reverse_complement(fragment))?, true)))
}
