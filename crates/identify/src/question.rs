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
/// * Excluded: the taxon asked about and the conclusion have no species in common; or the taxon is a species with
///   enough specimens on this fragment, the query is farther from all of them than twice what they are from one another and the
///   profile's least gap, and the sign test of gate S3 says that it is nearer to another record than to any of them.
pub(crate) fn answer(
    field: &Field<'_>,
    profile: &Profile,
    (level, concluded): (Level, &[TaxonNumber]),
    candidates: &[TaxonNumber],
    asked: TaxonNumber,
) -> QuestionAnswer {
    let reply = |answer, reason: String| QuestionAnswer { taxon: asked, answer, reason };
    let taxonomy = field.release.taxonomy();
    let within = |inner: TaxonNumber, outer| taxonomy.lineage(inner).any(|taxon| taxon == outer);
    if !level.names_taxon() || concluded.is_empty() {
        return reply(Answer::NotResolved, "there is no conclusion on a taxon".to_owned());
    }
    if concluded.iter().all(|taxon| within(*taxon, asked)) {
        return reply(Answer::Supported, "the conclusion is this taxon or lies within it".to_owned());
    }
    if concluded.iter().all(|taxon| !within(*taxon, asked) && !within(asked, *taxon)) {
        return reply(Answer::Excluded, "the conclusion and this taxon have nothing in common".to_owned());
    }
    if candidates.iter().any(|taxon| within(*taxon, asked) || within(asked, *taxon)) {
        let reason = "it is a candidate, and the conclusion does not go as far as to decide it";
        return reply(Answer::NotResolved, reason.to_owned());
    }
    by_distance(field, profile, asked).map_or_else(
        || reply(Answer::NotResolved, "too few records of this taxon on this fragment".to_owned()),
        |(excluded, reason)| reply(if excluded { Answer::Excluded } else { Answer::NotResolved }, reason),
    )
}

/// Whether the query is clearly farther from every record of a species than these are from one another, and than from another record.
fn by_distance(field: &Field<'_>, profile: &Profile, asked: TaxonNumber) -> Option<(bool, String)> {
    let is_species = field.release.taxonomy().get(asked).is_some_and(|taxon| taxon.rank == "species");
    let clade = is_species.then(|| Clade::new(field, Rung::Species, vec![asked]))?;
    let specimens = clade.support(profile).specimens;
    if specimens < profile.sampling.species_specimens as usize {
        return None;
    }
    let (nearest, least) = field.nearest(|index| clade.is_member(index))?;
    let spread = clade.measures().spread;
    let is_far = least >= spread.saturating_mul(2).saturating_add(profile.gap.minimum_differences);
    let sites = discordant_sites(field, field.best, nearest)?;
    let excluded = is_far && sign_test(sites, profile.gap.sign_test);
    let reason = format!(
        "{least} differences to the nearest of {specimens} specimens, which differ by at most {spread} among themselves; \
         positions at which only the best record agrees, and only the nearest of these: {}:{}",
        sites.for_inside, sites.for_outside
    );
    Some((excluded, reason))
}
