use std::collections::BTreeMap;

use saola_refdb::Tier;
use saola_search::Ratio;
use saola_seq::Marker;
use serde::{Deserialize, Serialize};

/// All limits of the decision rule, from a TOML file; `screening`, `forensic` and `mini-barcode` are built in
/// ([`Profile::built_in`]), and their files explain each limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Name printed in every report.
    pub name: String,
    /// Whether conclusions under this profile are meant for casework.
    pub casework: bool,
    /// Tiers whose records count as specimens.
    pub supporting_tiers: Vec<Tier>,
    /// Gates that stop a conclusion when they cannot be evaluated.
    pub not_evaluated_blocks: Vec<String>,
    /// Whether several species of a genus that the marker does not separate may be named together.
    pub species_groups: bool,
    /// Limits on the query.
    pub quality: Quality,
    /// Who counts as a candidate.
    pub neighbourhood: Neighbourhood,
    /// How far a query may be from a taxon's records.
    pub threshold: Threshold,
    /// How wide the gap to the next taxon must be.
    pub gap: Gap,
    /// How far positions that tell species apart may disagree.
    pub diagnostic: Diagnostic,
    /// How many specimens, species and genera a taxon needs.
    pub sampling: Sampling,
    /// When a sequence is taken for human.
    pub contamination: Contamination,
    /// When a sequence is taken for one put together of two.
    pub chimera: Chimera,
}

/// Limits on the query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quality {
    /// Fewest bases for any conclusion.
    pub minimum_length: u32,
    /// Fewest bases for a species, by marker; the marker's own where none is given.
    pub species_length: BTreeMap<String, u32>,
    /// Largest share of the query that the conclusion may leave out, as numerator and denominator.
    pub maximum_left_out: [u32; 2],
    /// Most unknown bases (N), for each thousand bases.
    pub maximum_unknown_per_thousand: u32,
    /// Most ambiguity codes other than N for a species, for each thousand bases; two are let through in any case.
    pub maximum_ambiguous_per_thousand: u32,
    /// Least mean Phred score, where qualities are given.
    pub minimum_mean_phred: u32,
}

/// Who counts as a candidate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Neighbourhood {
    /// Differences beyond those of the best record.
    pub extra_differences: u32,
}

/// How far a query may be from a taxon's records, as shares of the distance between the taxon and the nearest other one: numerator
/// and denominator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// So many times what a specimen of the species is at most from its nearest, and one difference more.
    pub species_reach: u32,
    /// For a species or a group of species.
    pub species_share: [u32; 2],
    /// Of a species' own spread.
    pub spread_share: [u32; 2],
    /// For a genus or family, and not beyond its own spread.
    pub higher_share: [u32; 2],
}

/// How wide the gap to the next taxon must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// Fewest differences between the nearest record and the nearest one outside the taxon.
    pub minimum_differences: u32,
    /// Largest one-sided probability of the sign test, as numerator and denominator.
    pub sign_test: [u32; 2],
}

/// How far positions that tell species apart may disagree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Diagnostic {
    /// Largest share of the positions at which the query agrees with another species, as numerator and denominator.
    pub maximum_against: [u32; 2],
}

/// How many specimens, species and genera a taxon needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sampling {
    /// Independent specimens of a species.
    pub species_specimens: u32,
    /// Independent sources of those specimens.
    pub species_sources: u32,
    /// Species of a genus, unless it has `genus_specimens`.
    pub genus_species: u32,
    /// Specimens of a genus, unless it has `genus_species`.
    pub genus_specimens: u32,
    /// Genera of a family.
    pub family_genera: u32,
}

/// When a sequence is taken for human.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contamination {
    /// Least identity with a human record, as numerator and denominator.
    pub human_identity: [u32; 2],
}

/// When a sequence is taken for one put together of two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chimera {
    /// Least identity of a half with its parent, as numerator and denominator.
    pub parent_identity: [u32; 2],
}

/// Why a profile cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("profile {name}: {message}")]
pub struct ProfileError {
    /// File or name of the profile.
    pub name: String,
    /// What is wrong.
    pub message: String,
}

const BUILT_IN: [(&str, &str); 3] = [
    ("screening", include_str!("../profiles/screening.toml")),
    ("forensic", include_str!("../profiles/forensic.toml")),
    ("mini-barcode", include_str!("../profiles/mini-barcode.toml")),
];

impl Profile {
    /// Names of the built-in profiles.
    pub fn built_in_names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.into_iter().map(|(name, _)| name)
    }

    /// A built-in profile by name.
    ///
    /// # Errors
    ///
    /// [`ProfileError`] when there is none of that name.
    pub fn built_in(name: &str) -> Result<Self, ProfileError> {
        let text = BUILT_IN.into_iter().find(|(known, _)| *known == name).map(|(_, text)| text);
        let unknown = || ProfileError {
            name: name.to_owned(),
            message: "not built in; built in are screening, forensic and mini-barcode".to_owned(),
        };
        Self::parse(name, text.ok_or_else(unknown)?)
    }

    /// Reads a profile from TOML; `name` is the file's name for errors.
    ///
    /// # Errors
    ///
    /// [`ProfileError`] when a limit is missing, unknown or impossible.
    pub fn parse(name: &str, text: &str) -> Result<Self, ProfileError> {
        let error = |message: String| ProfileError { name: name.to_owned(), message };
        let profile: Self = toml::from_str(text).map_err(|cause| error(cause.to_string()))?;
        let fractions = [
            ("maximum_left_out", profile.quality.maximum_left_out),
            ("species_share", profile.threshold.species_share),
            ("spread_share", profile.threshold.spread_share),
            ("higher_share", profile.threshold.higher_share),
            ("sign_test", profile.gap.sign_test),
            ("maximum_against", profile.diagnostic.maximum_against),
            ("human_identity", profile.contamination.human_identity),
            ("parent_identity", profile.chimera.parent_identity),
        ];
        for (limit, [numerator, denominator]) in fractions {
            if denominator == 0 || numerator > denominator {
                return Err(error(format!("{limit} = [{numerator}, {denominator}] is no fraction up to 1")));
            }
        }
        Ok(profile)
    }

    pub(crate) fn supports(&self, tier: Tier) -> bool {
        self.supporting_tiers.contains(&tier)
    }

    /// Fewest bases of a marker for a species.
    pub(crate) fn species_length(&self, marker: &Marker) -> u32 {
        self.quality.species_length.get(&marker.name).copied().unwrap_or(marker.minimum_length)
    }
}

/// A share of a number, rounded down. The denominator is not 0: [`Profile::parse`] refuses it.
pub(crate) fn share(of: u32, [numerator, denominator]: [u32; 2]) -> u32 {
    let share = u64::from(of) * u64::from(numerator) / u64::from(denominator.max(1));
    u32::try_from(share).unwrap_or(u32::MAX)
}

/// A fraction of a profile as an identity.
pub(crate) fn identity([numerator, denominator]: [u32; 2]) -> Ratio {
    Ratio::new(numerator.into(), denominator.into()).unwrap_or(Ratio::percent(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_profiles_read_and_differ_where_the_name_says() {
        let (screening, forensic) =
            (Profile::built_in("screening").unwrap(), Profile::built_in("forensic").unwrap());
        assert!(!screening.casework && forensic.casework);
        assert!(screening.supports(Tier::Screening) && !forensic.supports(Tier::Screening));
        assert!(forensic.supports(Tier::Forensic));
        assert!(Profile::built_in("none").is_err());
    }

    #[test]
    fn unknown_and_impossible_limits_are_refused() {
        let text = BUILT_IN[0].1;
        assert!(Profile::parse("p", &text.replace("casework", "caswork")).is_err());
        assert!(Profile::parse("p", &text.replace("[97, 100]", "[97, 0]")).is_err());
        assert!(Profile::parse("p", &text.replace("[97, 100]", "[101, 100]")).is_err());
    }
}
