//! What the label itself says, without any sequence.

use super::{
    Draft,
    finding::{FindingKind, ProposedTier},
    library::{Level, Library},
};
use crate::{ScientificName, tier::is_circular};

pub(crate) fn faults(library: &Library<'_>, record: u32) -> Vec<Draft> {
    let found = [circular(library, record), no_species(library, record), unrecognised(library, record)];
    found.into_iter().flatten().collect()
}

fn draft(record: u32, kind: FindingKind, tier: ProposedTier, reason: String) -> Draft {
    Draft { record, kind, tier, reason, evidence: Vec::new() }
}

fn circular(library: &Library<'_>, record: u32) -> Option<Draft> {
    let method = library.release.record(record)?.field("identification_method");
    let reason = format!("identified by sequence itself ({method})");
    is_circular(method)
        .then(|| draft(record, FindingKind::CircularIdentification, ProposedTier::Screening, reason))
}

fn no_species(library: &Library<'_>, record: u32) -> Option<Draft> {
    let label = library.release.record(record)?.field("identification");
    let names_species = ScientificName::parse(label).and_then(|name| name.binomial()).is_some();
    let reason = format!("the label {label:?} names no species");
    (!names_species).then(|| draft(record, FindingKind::NoSpecies, ProposedTier::Screening, reason))
}

fn unrecognised(library: &Library<'_>, record: u32) -> Option<Draft> {
    let facts = library.facts(record);
    let list = library.release.taxonomy().recognised_species(facts.at(Level::Genus)?)?;
    let name = library.name(facts.at(Level::Species)?);
    let reason = format!("{name} is not among the species that {} lists for its genus", list.source);
    list.species
        .binary_search_by(|species| species.as_str().cmp(name))
        .is_err()
        .then(|| draft(record, FindingKind::UnrecognisedName, ProposedTier::Keep, reason))
}
