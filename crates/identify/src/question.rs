//! Questions: is it of this taxon?

use saola_refdb::TaxonNumber;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Level, Profile,
    clade::{Clade, Rung},
    field::Field,
    gap::{discordant_sites, sign_test},
};

/// The answer to "is it of this taxon?".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It is not (by the lineage that the marker shows).
    Excluded,
    /// The conclusion lies within the taxon.
    Supported,
    /// Neither.
    NotResolved,
}

/// A question with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionAnswer {
    /// The taxon asked about.
    pub taxon: TaxonNumber,
    /// The answer.
    pub answer: Answer,
    /// Why, in one sentence.
    pub reason: String,
}

/// Answers a question from the taxa that the conclusion names (one, or the species of a group).
///
/// * Supported: every taxon that the conclusion names lies within the taxon asked about.
/// * Excluded: the taxon asked about has records that span the query, as many as [`enough_records`] asks for, and it has no species in
///   common with the conclusion; or it is a species from all records of which the query is farther than twice what they are from
///   one another and the profile's least gap, and the sign test of gate S3 says that it is nearer to a record of another taxon.
///
/// Nothing is excluded for a sequence that may be of two sources (`mixed`).
pub(crate) fn answer(
    field: &Field<'_>,
    profile: &Profile,
    (level, concluded): (Level, &[TaxonNumber]),
    (candidates, mixed): (&[TaxonNumber], bool),
    asked: TaxonNumber,
) -> QuestionAnswer {
    let reply = |answer, reason: &str| QuestionAnswer { taxon: asked, answer, reason: reason.to_owned() };
    let taxonomy = field.release.taxonomy();
    let within = |inner: TaxonNumber, outer| taxonomy.lineage(inner).any(|taxon| taxon == outer);
    if !level.names_taxon() || concluded.is_empty() {
        return reply(Answer::NotResolved, "there is no conclusion on a taxon");
    }
    if concluded.iter().all(|taxon| within(*taxon, asked)) {
        return reply(Answer::Supported, "the conclusion is this taxon or lies within it");
    }
    if mixed {
        return reply(
            Answer::NotResolved,
            "the sequence has so many ambiguity codes that it may be of two sources",
        );
    }
    if !enough_records(field, profile, concluded, asked) {
        return reply(Answer::NotResolved, "too few records of this taxon span this fragment");
    }
    if concluded.iter().all(|taxon| !within(*taxon, asked) && !within(asked, *taxon)) {
        return reply(Answer::Excluded, "the conclusion and this taxon have nothing in common");
    }
    if candidates.iter().any(|taxon| within(*taxon, asked) || within(asked, *taxon)) {
        let reason = "it is a candidate, and the conclusion does not go as far as to decide it";
        return reply(Answer::NotResolved, reason);
    }
    match by_distance(field, profile, asked) {
        Some((true, reason)) => reply(Answer::Excluded, &reason),
        Some((false, reason)) => reply(Answer::NotResolved, &reason),
        None => reply(Answer::NotResolved, "the conclusion does not go as far as to decide it"),
    }
}

/// Whether the release shows what the taxon looks like on this fragment: a species of the conclusion's family by as many specimens
/// as S4 asks for, any other taxon by one record.
fn enough_records(
    field: &Field<'_>,
    profile: &Profile,
    concluded: &[TaxonNumber],
    asked: TaxonNumber,
) -> bool {
    let taxonomy = field.release.taxonomy();
    let family = |taxon: TaxonNumber| taxonomy.at_rank(taxon, "family");
    let rung = taxonomy.get(asked).map(|taxon| taxon.rank.as_str());
    let related = family(asked).is_none() || concluded.iter().any(|taxon| family(*taxon) == family(asked));
    if rung == Some("species") && related {
        let clade = Clade::new(field, Rung::Species, vec![asked]);
        return clade.spanning_specimens(profile) >= profile.sampling.species_specimens as usize;
    }
    let is_of_it = |index: &usize| {
        let mut lineage = taxonomy.lineage(field.ranks[*index].taxon);
        lineage.any(|taxon| taxon == asked)
            && field.record(*index).is_some_and(|record| profile.supports(record.tier()))
    };
    (0..field.ranks.len()).filter(is_of_it).any(|index| field.fragment(index).is_some())
}

/// Whether the query is clearly farther from every record of a species than these are from one another, and than from a record
/// of another taxon; none when the taxon is no species.
fn by_distance(field: &Field<'_>, profile: &Profile, asked: TaxonNumber) -> Option<(bool, String)> {
    let is_species = field.release.taxonomy().get(asked).is_some_and(|taxon| taxon.rank == "species");
    let clade = is_species.then(|| Clade::new(field, Rung::Species, vec![asked]))?;
    let specimens = clade.spanning_specimens(profile);
    let (nearest, least) = field.nearest(|index| clade.is_member(index))?;
    let (other, _) = field.nearest(|index| clade.is_outside(index))?;
    // A record without a species name may be one of the species.
    let unnamed = field.nearest(|index| clade.is_silent(index)).is_some_and(|(_, distance)| distance < least);
    let spread = clade.measures().spread;
    let is_far = least >= spread.saturating_mul(2).saturating_add(profile.gap.minimum_differences);
    let sites = discordant_sites(field, other, nearest)?;
    let excluded = is_far && !unnamed && sign_test(sites, profile.gap.sign_test);
    let nearer =
        if unnamed { "; a record without a species name, which may be of it, is nearer" } else { "" };
    let reason = format!(
        "{least} differences to the nearest of {specimens} specimens, which differ by at most {spread} among themselves; \
         positions at which only the nearest record of another taxon agrees, and only the nearest of these: {}:{}{nearer}",
        sites.for_inside, sites.for_outside
    );
    Some((excluded, reason))
}
