//! How a record stands to its own species and to others.

use std::collections::BTreeSet;

use saola_refdb::TaxonNumber;

use super::{
    Draft,
    finding::{Distance, FindingKind, ProposedTier},
    library::{Level, Library},
    limits::FAR,
    neighbours::{Near, Neighbourhood, Witness, witnesses},
    view::View,
};

/// Records that do not count as witnesses, by number.
pub(crate) type Excluded = BTreeSet<u32>;

/// The nearest specimen of a record's own species and of any other.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Kin {
    /// Of the same species.
    pub(crate) own: Option<(u32, Distance)>,
    /// Of another species, if it is a neighbour.
    pub(crate) other: Option<(u32, Distance)>,
}

/// The kin of a record, whatever is excluded left out.
pub(crate) fn kin(library: &Library<'_>, record: u32, around: &Neighbourhood, excluded: &Excluded) -> Kin {
    let Some(species) = library.facts(record).at(Level::Species) else { return Kin::default() };
    let is_own = |witness: &&Witness| library.facts(witness.record).at(Level::Species) == Some(species);
    let of = |witness: &Witness| (witness.record, witness.near.distance);
    let listed = without(library, record, &around.listed, excluded);
    let listed_own = listed.iter().find(is_own).map(of);
    let other = listed.iter().find(|witness| {
        library.facts(witness.record).at(Level::Species).is_some_and(|other| other != species)
    });
    let own = listed_own.or_else(|| nearest_conspecific(library, record, species, excluded));
    Kin { own, other: other.map(of) }
}

/// Witnesses of which not all records are excluded.
fn without(library: &Library<'_>, record: u32, nears: &[Near], excluded: &Excluded) -> Vec<Witness> {
    let mut found = witnesses(library, record, nears);
    found.retain(|witness| !excluded.contains(&witness.record));
    found
}

/// The nearest specimen among all haplotypes of the species.
fn nearest_conspecific(
    library: &Library<'_>,
    record: u32,
    species: TaxonNumber,
    excluded: &Excluded,
) -> Option<(u32, Distance)> {
    let own = library.facts(record);
    let is_conspecific = |record: &&u32| {
        let other = library.facts(**record);
        other.at(Level::Species) == Some(species)
            && other.specimen != own.specimen
            && !excluded.contains(record)
    };
    let first = |haplotype: u32| library.haplotype(haplotype).records.iter().find(is_conspecific).copied();
    let members = library.members(library.haplotype(own.haplotype).marker, species);
    let mut members = members.iter().copied().filter(|other| first(*other).is_some()).peekable();
    members.peek()?;
    let near = View::of(library, own.haplotype).nearest(library, members)?;
    Some((first(near.haplotype)?, near.distance))
}

pub(crate) fn is_far(kin: &Kin) -> bool {
    kin.own.is_some_and(|(_, distance)| !distance.within_one_in(FAR))
}

/// `others_agree`: whether some other specimens of the species are not far from each other.
pub(crate) fn outlier(library: &Library<'_>, record: u32, kin: &Kin, others_agree: bool) -> Option<Draft> {
    let own = kin.own.filter(|_| is_far(kin))?;
    let species = library.name(library.facts(record).at(Level::Species)?);
    let (tier, others) = if others_agree {
        (ProposedTier::Quarantine, "others of the species are near each other")
    } else {
        (
            ProposedTier::Screening,
            "no other two of the species are near each other, so which is wrong cannot be told",
        )
    };
    let reason = format!("outlier: more than 5 % from every other specimen of {species}; {others}");
    let evidence = std::iter::once(own).chain(kin.other).collect();
    Some(Draft { record, kind: FindingKind::Outlier, tier, reason, evidence })
}

pub(crate) fn single(library: &Library<'_>, record: u32, kin: &Kin) -> Option<Draft> {
    let species = library.facts(record).at(Level::Species).filter(|_| kin.own.is_none())?;
    let reason = format!("the only specimen of {} for its marker", library.name(species));
    Some(Draft {
        record,
        kind: FindingKind::SingleSpecimen,
        tier: ProposedTier::Keep,
        reason,
        evidence: Vec::new(),
    })
}

/// Specimens of other species without a difference.
pub(crate) fn shared(
    library: &Library<'_>,
    record: u32,
    around: &Neighbourhood,
    excluded: &Excluded,
) -> Option<Draft> {
    let species = library.facts(record).at(Level::Species)?;
    let same: Vec<Near> =
        around.listed.iter().take_while(|near| near.distance.differences == 0).copied().collect();
    let mut names = BTreeSet::new();
    let mut evidence = Vec::new();
    for witness in without(library, record, &same, excluded) {
        let other = library.facts(witness.record).at(Level::Species).filter(|other| *other != species);
        let Some(other) = other else { continue };
        if names.insert(library.name(other)) {
            evidence.push((witness.record, witness.near.distance));
        }
    }
    let names: Vec<&str> = names.into_iter().collect();
    let reason = format!("no difference over the common columns to {}", names.join(", "));
    let (kind, tier) = (FindingKind::SharedBarcode, ProposedTier::Keep);
    (!evidence.is_empty()).then_some(Draft { record, kind, tier, reason, evidence })
}
