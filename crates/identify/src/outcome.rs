use saola_refdb::{TaxonNumber, Tier};
use saola_search::{Alignment, Certificate, Ratio};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Gate, QuestionAnswer};

/// How far a conclusion goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Level {
    /// One species, by a marker inherited from both parents.
    Species,
    /// The lineage of one species, by a marker inherited from one parent.
    SpeciesUniparental,
    /// One of several species that the marker does not separate.
    SpeciesGroup,
    /// A genus.
    Genus,
    /// A family.
    HigherTaxon,
    /// The sequence is good, the reference does not support a conclusion.
    NotSupportedByReference,
    /// The sequence does not allow a conclusion.
    InconclusiveData,
    /// More than one source.
    Mixture,
    /// The sequence is that of people who handled the sample, or of a control.
    ContaminationSuspected,
    /// No sequence.
    NoResult,
}

impl Level {
    /// How much a level claims, from 0 (no taxon) to 5 (a species). A level is lower than another when it claims less; the levels
    /// that name no taxon are equal in this.
    pub const fn claim(self) -> u8 {
        match self {
            Self::Species => 5,
            Self::SpeciesUniparental => 4,
            Self::SpeciesGroup => 3,
            Self::Genus => 2,
            Self::HigherTaxon => 1,
            Self::NotSupportedByReference
            | Self::InconclusiveData
            | Self::Mixture
            | Self::ContaminationSuspected
            | Self::NoResult => 0,
        }
    }

    /// Whether the level names a taxon as the source of the item.
    pub const fn names_taxon(self) -> bool {
        matches!(
            self,
            Self::Species | Self::SpeciesUniparental | Self::SpeciesGroup | Self::Genus | Self::HigherTaxon
        )
    }
}

/// Limitations that code triggers; the words for each stand in the report's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum LimitationId {
    /// Marker inherited from one parent.
    L01,
    /// Wild, captive-bred or ranched origin is not shown.
    L02,
    /// Geographic origin is not determined.
    L03,
    /// Number of individuals is not determined.
    L04,
    /// Congeners are missing from the reference.
    L05,
    /// Few independent specimens of the named species.
    L06,
    /// A nuclear copy is not fully excluded.
    L07,
    /// Short fragment.
    L08,
    /// Listing depends on population, form or subspecies.
    L10,
    /// A domestic form exists.
    L12,
    /// The sequence was supplied without its raw data.
    L19,
    /// The reference release is not for casework.
    L20,
}

/// The nearest taxa at one distance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Taxa tied at this distance, in the order of their names.
    pub taxa: Vec<TaxonNumber>,
    /// Counted differences.
    pub differences: u32,
    /// Columns compared.
    pub columns: u32,
}

/// A record that resembles the query, with its alignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordHit {
    /// Number of the record in the release.
    pub record: u32,
    /// Accepted taxon.
    pub taxon: TaxonNumber,
    /// Tier.
    pub tier: Tier,
    /// Counts, positions and CIGAR.
    pub alignment: Alignment,
}

/// Everything that was found about one sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identification {
    /// Name of the marker; none when no marker was recognised.
    pub marker: Option<String>,
    /// Strand of the query that was aligned.
    pub strand: Option<saola_search::Strand>,
    /// Bases in the query.
    pub length: usize,
    /// How far the conclusion goes.
    pub level: Level,
    /// The taxon named, for levels that name one taxon.
    pub taxon: Option<TaxonNumber>,
    /// Species that the conclusion leaves open, by name.
    pub candidates: Vec<TaxonNumber>,
    /// Every gate that was asked, in order.
    pub gates: Vec<Gate>,
    /// The nearest taxa.
    pub nearest: Option<Neighbour>,
    /// The nearest species that is not among the nearest taxa.
    pub nearest_other: Option<Neighbour>,
    /// Records of at least the listed identity, the best, and the nearest other, ranked.
    pub hits: Vec<RecordHit>,
    /// What the search looked at, and what it left out by which bound.
    pub certificate: Certificate,
    /// Every record of at least this identity is listed.
    pub listed_from: Ratio,
    /// Recognised species of the genus that the release does not hold for this marker.
    pub missing_congeners: Vec<String>,
    /// Triggered limitations, in order.
    pub limitations: Vec<LimitationId>,
    /// Answers to the questions asked, in their order.
    pub answers: Vec<QuestionAnswer>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each level of the ladder claims less than the one before, and all that name no taxon claim the same.
    #[test]
    fn levels_are_ordered_by_what_they_claim() {
        let ladder = [
            Level::Species,
            Level::SpeciesUniparental,
            Level::SpeciesGroup,
            Level::Genus,
            Level::HigherTaxon,
            Level::NotSupportedByReference,
        ];
        assert!(ladder.windows(2).all(|pair| pair[0].claim() > pair[1].claim()));
        assert!(ladder.iter().all(|level| level.names_taxon() == (level.claim() > 0)));
        let silent =
            [Level::InconclusiveData, Level::Mixture, Level::ContaminationSuspected, Level::NoResult];
        assert!(silent.iter().all(|level| level.claim() == 0 && !level.names_taxon()));
    }
}
