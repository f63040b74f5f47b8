//! Taxonomic ranks that listings and lineages use.

use std::fmt;
use std::str::FromStr;

/// A rank, ordered from the root down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// Kingdom.
    Kingdom,
    /// Phylum (division in plants).
    Phylum,
    /// Class.
    Class,
    /// Subclass.
    Subclass,
    /// Superorder.
    Superorder,
    /// Order.
    Order,
    /// Suborder.
    Suborder,
    /// Infraorder.
    Infraorder,
    /// Superfamily.
    Superfamily,
    /// Family.
    Family,
    /// Subfamily.
    Subfamily,
    /// Tribe.
    Tribe,
    /// Genus.
    Genus,
    /// Species: a binomial.
    Species,
    /// Subspecies: a trinomial.
    Subspecies,
    /// Botanical variety: a trinomial.
    Variety,
}

const NAMES: [(Rank, &str); 16] = [
    (Rank::Kingdom, "kingdom"),
    (Rank::Phylum, "phylum"),
    (Rank::Class, "class"),
    (Rank::Subclass, "subclass"),
    (Rank::Superorder, "superorder"),
    (Rank::Order, "order"),
    (Rank::Suborder, "suborder"),
    (Rank::Infraorder, "infraorder"),
    (Rank::Superfamily, "superfamily"),
    (Rank::Family, "family"),
    (Rank::Subfamily, "subfamily"),
    (Rank::Tribe, "tribe"),
    (Rank::Genus, "genus"),
    (Rank::Species, "species"),
    (Rank::Subspecies, "subspecies"),
    (Rank::Variety, "variety"),
];

impl Rank {
    /// Whether names of these two ranks can be names of one taxon: all ranks above genus are one such class
    /// (the whales are an order to the treaty and an infraorder to others), all ranks below species another.
    pub(crate) fn comparable(self, other: Self) -> bool {
        self.class() == other.class()
    }

    fn class(self) -> u8 {
        match self {
            Self::Genus => 1,
            Self::Species => 2,
            Self::Subspecies | Self::Variety => 3,
            _ => 0,
        }
    }
}

impl fmt::Display for Rank {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().find(|(rank, _)| rank == self).map_or("rank", |(_, name)| name);
        formatter.write_str(name)
    }
}

/// A text that is no rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no rank that listings use; hint: kingdom, class, order, family, genus, species, subspecies, ...")]
pub struct UnknownRank;

impl FromStr for Rank {
    type Err = UnknownRank;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        NAMES
            .iter()
            .find(|(_, name)| name.eq_ignore_ascii_case(text.trim()))
            .map(|(rank, _)| *rank)
            .ok_or(UnknownRank)
    }
}
