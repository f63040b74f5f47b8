//! Gates on the sequence itself.

use std::ops::Range;

use saola_refdb::{PanelKind, Release};
use saola_search::{Kind, Pattern};
use saola_seq::{Genome, Marker, check_coding};

use crate::{
    Blocks, Gate, GateStatus, Profile, Query,
    field::Field,
    gate::status,
    profile::{identity, share},
};

/// Two primers and a little more may stand beyond the records.
pub(crate) const MOST_PRIMER_BASES: u32 = 60;
/// So many of the nearest records say together whether the reading frame is shifted.
const FRAME_WITNESSES: usize = 5;
/// So many ambiguity codes are let through in a short sequence too.
const FEW_AMBIGUOUS: u64 = 2;
/// Records with more differences say nothing of the frame, as a share of the query's bases.
const FRAME_DIFFERENCES: [u32; 2] = [1, 10];
/// Bases at each end that are not looked at.
const FRAME_END: usize = 30;

/// G1: Phred scores, where they were given.
pub(crate) fn raw_data(query: &Query<'_>, profile: &Profile) -> Gate {
    let gate = |status| Gate::new("G1", status, Blocks::Everything, profile);
    let limit = profile.quality.minimum_mean_phred;
    let Some(qualities) = query.qualities.filter(|qualities| !qualities.is_empty()) else {
        if query.reads.is_some() {
            return Gate::new("G1", GateStatus::Fail, Blocks::Species, profile)
                .value("traces without qualities")
                .limit("qualities for a species")
                .note("needed: the traces as the sequencer's base caller wrote them, or a new run");
        }
        return gate(GateStatus::NotEvaluated)
            .note("the sequence came without qualities; needed: the raw data");
    };
    let sum: u64 = qualities.iter().map(|quality| u64::from(*quality)).sum();
    let (mean, count) = (sum / qualities.len() as u64, qualities.len() as u64);
    gate(status(sum >= u64::from(limit) * count))
        .value(format!("mean Phred {mean}"))
        .limit(format!("at least {limit}"))
        .note("mean of the scores as supplied")
}

/// G2a: enough bases for any conclusion, and few enough unknown ones.
pub(crate) fn usable(query: &Query<'_>, profile: &Profile) -> Gate {
    let length = query.bases.len() as u64;
    let unknown = query.bases.split(|base| *base == b'N').skip(1).count() as u64;
    let limits = &profile.quality;
    let enough = length >= u64::from(limits.minimum_length);
    let clear = unknown * 1000 <= length * u64::from(limits.maximum_unknown_per_thousand);
    let gaps = match query.gaps_removed {
        0 => String::new(),
        gaps => format!("alignment gap characters removed: {gaps}"),
    };
    let needed = if enough && clear { "" } else { "needed: a longer or clearer sequence. " };
    Gate::new("G2", status(enough && clear), Blocks::Everything, profile)
        .value(format!("{length} bases, {unknown} of them N"))
        .limit(format!(
            "at least {} bases, at most {} N for each 1000",
            limits.minimum_length, limits.maximum_unknown_per_thousand
        ))
        .note(format!("{needed}{gaps}"))
}

/// G2L: the least length for a species, the marker's own or the profile's.
pub(crate) fn length_for_species(length: usize, marker: &Marker, profile: &Profile) -> Gate {
    let needed = profile.species_length(marker);
    let enough = length >= needed as usize;
    Gate::new("G2L", status(enough), Blocks::Species, profile)
        .value(format!("{length} bases compared"))
        .limit(format!("at least {needed} bases of {} for a species", marker.name))
        .note(if enough { "" } else { "short fragments separate fewer species; needed: a longer read" })
}

/// G2A: few ambiguity codes other than N. In a marker of which a cell has one copy they are two peaks at one position: a second source,
/// or a nuclear copy.
pub(crate) fn unambiguous(query: &Query<'_>, marker: &Marker, profile: &Profile) -> Gate {
    let gate = |status| Gate::new("G2A", status, Blocks::Species, profile);
    let length = query.bases.len() as u64;
    let is_ambiguous = |base: &&u8| **base != b'N' && !saola_seq::iupac::is_base(**base);
    let ambiguous = query.bases.iter().filter(is_ambiguous).count() as u64;
    if marker.genome == Genome::Nucleus {
        return gate(GateStatus::NotEvaluated).note("a nuclear marker has two copies, or many");
    }
    let most = profile.quality.maximum_ambiguous_per_thousand;
    let few = ambiguous <= FEW_AMBIGUOUS.max(length * u64::from(most) / 1000);
    gate(status(few))
        .value(format!("{ambiguous} ambiguity codes other than N in {length} bases"))
        .limit(format!("at most {most} for each 1000 bases, or {FEW_AMBIGUOUS}"))
        .note(if few { "" } else { "needed: the traces; the sequence may be of two sources" })
}

/// G2C: the conclusion rests on most of the sequence; what is beyond the fragment could come from elsewhere.
pub(crate) fn explained(compared: &Range<usize>, length: usize, profile: &Profile) -> Gate {
    let left_out = length.saturating_sub(compared.len());
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    let most = share(length, profile.quality.maximum_left_out).max(MOST_PRIMER_BASES);
    let enough = left_out <= most as usize;
    Gate::new("G2C", status(enough), Blocks::Everything, profile)
        .value(format!("bases {} to {} of {length} compared", compared.start + 1, compared.end))
        .limit(format!("at most {most} bases left out"))
        .note(if enough {
            ""
        } else {
            "needed: the marker cut out of the sequence; the rest may be of another source"
        })
}

/// G3: an open reading frame under the genetic code of the best record's clade, and no frame shift against it.
pub(crate) fn coding(field: &Field<'_>, marker: &Marker, profile: &Profile) -> Gate {
    let gate =
        |status| Gate::new("G3", status, Blocks::Species, profile).limit("no stop codon, no frame shift");
    if !marker.coding {
        return gate(GateStatus::NotEvaluated).note(format!("{} does not code for a protein", marker.name));
    }
    let taxonomy = field.release.taxonomy();
    let taxon = field.ranks[field.best].taxon;
    let lineage = taxonomy.lineage(taxon).map(|ancestor| taxonomy.name(ancestor));
    let Some(code) = field.release.genetic_codes().for_lineage(marker.genome, lineage) else {
        return gate(GateStatus::NotEvaluated)
            .note("no genetic code is recorded for the best record's clade");
    };
    let check = check_coding(&field.query, code);
    let (shifted, witnesses) = frame_shifts(field);
    gate(status(check.stops.is_empty() && 2 * shifted <= witnesses))
        .value(format!(
            "{} stop codons in frame {}; frame shifted against {shifted} of {witnesses} near records",
            check.stops.len(),
            check.frame,
        ))
        .note(format!(
            "NCBI translation table {}; stops or frame shifts point to a nuclear copy or a reading error",
            code.number()
        ))
}

/// Against how many of the nearest records, of those that are near enough, the bases inserted less those deleted are no multiple of
/// three. One record may have an error of its own; most of them do not have the same one. The ends, where reads are worst, are
/// left out.
fn frame_shifts(field: &Field<'_>) -> (usize, usize) {
    let inner = field.query.get(FRAME_END..field.query.len().saturating_sub(FRAME_END)).unwrap_or_default();
    let inner = Pattern::new(inner);
    let most = share(u32::try_from(field.query.len()).unwrap_or(u32::MAX), FRAME_DIFFERENCES);
    let near = field.to_query.iter().zip(0..).filter_map(|(distance, index)| Some(((*distance)?, index)));
    let mut near: Vec<(u32, usize)> = near.filter(|(distance, _)| *distance <= most).collect();
    near.sort_unstable();
    let is_shifted = |index: usize| {
        let found = inner.counts(&field.records.bases()[index], Kind::Spanning)?;
        let query = found.query_end - found.query_start;
        Some(query.abs_diff(found.reference_end - found.reference_start) % 3 != 0)
    };
    let nearest = near.into_iter().take(FRAME_WITNESSES);
    let witnesses: Vec<bool> = nearest.filter_map(|(_, index)| is_shifted(index)).collect();
    (witnesses.iter().filter(|shifted| **shifted).count(), witnesses.len())
}

/// G5: not the DNA of people who handled the sample.
pub(crate) fn contamination(field: &Field<'_>, profile: &Profile) -> Gate {
    let gate = |status| Gate::new("G5", status, Blocks::Everything, profile);
    let panel = |index: usize| panel_kind(field.release, field.ranks[index].taxon);
    let Some((human, _)) = field.nearest(|index| panel(index) == Some(PanelKind::Human)) else {
        return gate(GateStatus::NotEvaluated).note("the release has no human record for this marker");
    };
    let [part, whole] = profile.contamination.human_identity;
    let Some(comparison) = field.pattern.compare(&field.records.bases()[human]) else {
        return gate(GateStatus::NotEvaluated).note("no human record can be compared");
    };
    // A few bases agree with anybody's.
    let is_human = comparison.columns >= profile.quality.minimum_length
        && comparison.identity() >= identity(profile.contamination.human_identity)
        && comparison.differences <= field.least().saturating_add(profile.neighbourhood.extra_differences);
    gate(status(!is_human))
        .value(format!(
            "{}/{} differences to the nearest human record",
            comparison.differences, comparison.columns
        ))
        .limit(format!("identity below {part}/{whole}, or another species clearly nearer"))
        .note(if is_human {
            "human DNA comes from handling; needed: a new extraction with blanks"
        } else {
            ""
        })
}

pub(crate) fn panel_kind(release: &Release, taxon: saola_refdb::TaxonNumber) -> Option<PanelKind> {
    release.taxonomy().panel_entry(taxon).map(|entry| entry.kind)
}
