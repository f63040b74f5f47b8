//! G6: a sequence put together of two.

use std::collections::BTreeSet;

use saola_refdb::TaxonNumber;
use saola_search::Outcome;

use crate::{
    Blocks, Gate, GateStatus, Profile,
    field::Field,
    gap::{DiscordantSites, sign_test},
    gate::status,
    profile::identity,
};

/// The best records of the two halves of a query, and what they say together.
///
/// A chimera of two species has a parent near to each half, while no single record explains the whole as well. The gate fails
/// when
///
/// * both halves have a best record of at least the profile's identity,
/// * no species, and no record without one, is among the best of both, and
/// * the two together have so many fewer differences than the best whole record as the profile's gap asks for.
///
/// It stops every conclusion when the halves' genera differ, and a conclusion on a species when they do not.
pub(crate) fn chimera(field: &Field<'_>, profile: &Profile, halves: [&Outcome; 2]) -> Gate {
    let gate = |status, blocks| Gate::new("G6", status, blocks, profile);
    let least = identity(profile.chimera.parent_identity);
    let near = halves.map(|half| half.best.first().filter(|hit| hit.comparison.identity() >= least));
    let [Some(left), Some(right)] = near else {
        return gate(GateStatus::Pass, Blocks::Species)
            .value("a half without a near record")
            .limit("halves near to records of different species");
    };
    let taxa = |half: &Outcome, of: &dyn Fn(usize) -> TaxonNumber| {
        half.best.iter().map(|hit| of(hit.index)).collect::<BTreeSet<TaxonNumber>>()
    };
    let species = |index: usize| field.ranks[index].species.unwrap_or(field.ranks[index].taxon);
    let genus = |index: usize| field.ranks[index].genus.unwrap_or(field.ranks[index].taxon);
    let apart = |of: &dyn Fn(usize) -> TaxonNumber| taxa(halves[0], of).is_disjoint(&taxa(halves[1], of));
    let together = left.comparison.differences + right.comparison.differences;
    let gain = field.least().saturating_sub(together);
    let clear = gain >= profile.gap.minimum_differences
        && sign_test(DiscordantSites { for_inside: gain, for_outside: 0 }, profile.gap.sign_test);
    let is_chimera = apart(&species) && clear;
    let blocks = if apart(&genus) { Blocks::Everything } else { Blocks::Species };
    let names = |half: &Outcome| field.names(&field.by_name(taxa(half, &species)));
    gate(status(!is_chimera), blocks)
        .value(format!(
            "first half nearest to {}, second half to {}; {together} differences together, {} to the best whole record",
            names(halves[0]),
            names(halves[1]),
            field.least()
        ))
        .limit("halves not clearly nearer to different species than the whole is to one")
        .note(if is_chimera { "needed: another amplification; two templates seem to be joined" } else { "" })
}
