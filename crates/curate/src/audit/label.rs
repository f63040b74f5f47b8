//! Labels that the nearest specimens contradict.

use std::collections::BTreeMap;

use saola_refdb::TaxonNumber;

use super::{
    Draft,
    finding::{FindingKind, ProposedTier},
    library::{Level, Library},
    limits::{APART, CLOSE, NEAR},
    neighbours::{Near, Patterns, Witness},
};

/// The specimens around a record, at one level.
struct Vote<'w> {
    /// Specimens of the label's taxon, the record's own included.
    own: usize,
    /// The largest other taxon.
    stranger: TaxonNumber,
    strangers: Vec<&'w Witness>,
}

/// The conflict at the highest level at which there is one.
pub(crate) fn conflict(library: &Library<'_>, record: u32, witnesses: &[Witness], listed: &[Near]) -> Option<Draft> {
    let family = || family_conflict(library, record, &vote(library, record, witnesses, Level::Family)?);
    let genus = || {
        let vote = vote(library, record, witnesses, Level::Genus)?;
        let elsewhere = elsewhere(library, record, listed, Level::Genus, vote.own)?;
        Some(draft(library, record, Level::Genus, FindingKind::GenusConflict, &vote, elsewhere))
    };
    let species = || {
        let vote = vote(library, record, witnesses, Level::Species)?;
        let elsewhere = elsewhere(library, record, listed, Level::Species, vote.own)?;
        Some(draft(library, record, Level::Species, FindingKind::SpeciesConflict, &vote, elsewhere))
    };
    family().or_else(genus).or_else(species)
}

const fn radius(level: Level) -> u64 {
    match level {
        Level::Family | Level::Genus => NEAR,
        Level::Species => CLOSE,
    }
}

/// The vote, if it goes against the label.
fn vote<'w>(library: &Library<'_>, record: u32, witnesses: &'w [Witness], level: Level) -> Option<Vote<'w>> {
    let label = library.facts(record).at(level)?;
    let mut own = 1;
    let mut strangers: BTreeMap<TaxonNumber, Vec<&Witness>> = BTreeMap::new();
    for witness in witnesses.iter().filter(|witness| witness.near.distance.within_one_in(radius(level))) {
        match library.facts(witness.record).at(level) {
            Some(taxon) if taxon == label => own += 1,
            Some(_) if level == Level::Genus && is_renamed(library, record, witness.record) => own += 1,
            Some(taxon) => strangers.entry(taxon).or_default().push(witness),
            None => {}
        }
    }
    // The first of the largest, so that the answer depends on nothing but the records.
    let (stranger, strangers) = strangers.into_iter().rev().max_by_key(|(_, found)| found.len())?;
    (strangers.len() >= own).then_some(Vote { own, stranger, strangers })
}

/// The same epithet in another genus, but for its ending: one species under an old and a new name.
fn is_renamed(library: &Library<'_>, record: u32, other: u32) -> bool {
    let stem = |record: u32| {
        let species = library.facts(record).at(Level::Species)?;
        let epithet = library.name(species).split(' ').nth(1)?;
        let stem = epithet.trim_end_matches(['a', 'e', 'i', 'o', 'r', 's', 'u', 'm']);
        (stem.len() > 2).then(|| stem.to_owned())
    };
    stem(record).is_some_and(|one| stem(other).is_some_and(|other| one == other))
}

fn family_conflict(library: &Library<'_>, record: u32, vote: &Vote<'_>) -> Option<Draft> {
    let taxonomy = library.release.taxonomy();
    let in_panel = |record: u32| taxonomy.panel_entry(library.facts(record).taxon);
    if in_panel(record).is_some() && vote.strangers.len() == vote.own {
        // People and domestic animals contaminate; they are rarely contaminated.
        return None;
    }
    let panel = vote.strangers.first().and_then(|witness| in_panel(witness.record));
    let Some(panel) = panel else {
        return Some(draft(library, record, Level::Family, FindingKind::FamilyConflict, vote, 0));
    };
    let mut found = draft(library, record, Level::Family, FindingKind::Contamination, vote, 0);
    found.reason = format!("contamination: nearly the sequence of {} ({})", panel.taxon, panel.common_name);
    Some(found)
}

/// How many specimens of the label's taxon lie away from the record, if more than are near it.
fn elsewhere(library: &Library<'_>, record: u32, listed: &[Near], level: Level, near: usize) -> Option<usize> {
    let facts = library.facts(record);
    let own = library.haplotype(facts.haplotype);
    let limit = if level == Level::Species { APART } else { NEAR };
    let taxon = facts.at(level)?;
    let mut patterns = None;
    let mut specimens = std::collections::BTreeSet::new();
    for other in library.members(own.marker, taxon) {
        let known = listed.iter().find(|near| near.haplotype == *other).copied();
        let found = known.unwrap_or_else(|| {
            let patterns = patterns.get_or_insert_with(|| Patterns::new(&library.bases(facts.haplotype)));
            patterns.compare(library, facts.haplotype, *other)
        });
        if found.distance.within_one_in(limit) {
            continue;
        }
        let records = library.haplotype(*other).records.iter().map(|record| library.facts(*record));
        specimens.extend(records.filter(|facts| facts.at(level) == Some(taxon)).map(|facts| facts.specimen));
        // A number that is enough, so that large genera need not be compared in full.
        if specimens.len() > near {
            break;
        }
    }
    specimens.remove(&facts.specimen);
    (specimens.len() >= near).then_some(specimens.len())
}

fn draft(
    library: &Library<'_>,
    record: u32,
    level: Level,
    kind: FindingKind,
    vote: &Vote<'_>,
    elsewhere: usize,
) -> Draft {
    let label = library.facts(record).at(level).map_or("", |taxon| library.name(taxon));
    let others = match vote.own - 1 {
        0 => format!("no other of {label}"),
        others => format!("{others} of {label}"),
    };
    let away = match elsewhere {
        0 => String::new(),
        _ => format!(", whose specimens lie elsewhere"),
    };
    let percent = 100 / radius(level);
    let specimens = if vote.strangers.len() == 1 { "specimen" } else { "specimens" };
    let reason = format!(
        "{kind}: {} {specimens} of {} within {percent} % and {others}{away}",
        vote.strangers.len(),
        library.name(vote.stranger)
    );
    let evidence = vote.strangers.iter().map(|witness| (witness.record, witness.near.distance)).collect();
    Draft { record, kind, tier: ProposedTier::Quarantine, reason, evidence }
}
