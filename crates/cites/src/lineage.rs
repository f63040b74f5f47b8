//! The taxon that is asked about, with its ancestors.

use crate::name;
use crate::rank::Rank;

/// One name of a lineage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) rank: Rank,
    pub(crate) name: String,
}

/// A taxon with its ancestors from kingdom down, as text, and other names of the taxon itself.
///
/// It must name its kingdom (`Animalia` or `Metazoa`, `Plantae` or `Viridiplantae`, ...), which keeps homonyms apart:
/// without one no group of a listing file holds it. Species are binomials, subspecies trinomials. Ranks that listings do not use (`clade`, `no rank`) are passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lineage {
    nodes: Vec<Node>,
    synonyms: Vec<String>,
}

impl Lineage {
    /// A lineage from (rank, name) pairs, in any order; empty names are passed over, as "not recorded".
    pub fn new<R: AsRef<str>, N: AsRef<str>>(names: impl IntoIterator<Item = (R, N)>) -> Self {
        let mut nodes: Vec<Node> = names
            .into_iter()
            .filter_map(|(rank, name)| {
                let rank = rank.as_ref().parse().ok()?;
                let name = name::comparable(name.as_ref());
                (!name.is_empty()).then_some(Node { rank, name })
            })
            .collect();
        nodes.sort_by_key(|node| node.rank);
        Self { nodes, synonyms: Vec::new() }
    }

    /// The same lineage with further taxa below, without other names of the last one.
    #[must_use]
    pub fn with<R: AsRef<str>, N: AsRef<str>>(&self, names: impl IntoIterator<Item = (R, N)>) -> Self {
        let mut nodes = self.nodes.clone();
        nodes.extend(Self::new(names).nodes);
        nodes.sort_by_key(|node| node.rank);
        Self { nodes, synonyms: Vec::new() }
    }

    /// The same lineage with other names of its last taxon (binomials for a species).
    #[must_use]
    pub fn with_synonyms<N: AsRef<str>>(mut self, synonyms: impl IntoIterator<Item = N>) -> Self {
        self.synonyms.extend(
            synonyms
                .into_iter()
                .map(|synonym| name::comparable(synonym.as_ref()))
                .filter(|synonym| !synonym.is_empty()),
        );
        self
    }

    /// The taxon itself: rank, and name in the form in which names are compared (lower case).
    pub fn last(&self) -> Option<(Rank, &str)> {
        self.nodes.last().map(|node| (node.rank, node.name.as_str()))
    }

    /// All names, those of synonyms too, in the form in which they are compared.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().map(|node| node.name.as_str()).chain(self.synonyms.iter().map(String::as_str))
    }

    /// Whether the taxon itself has that name (in comparable form).
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.nodes.last().is_some_and(|node| node.name == name)
            || self.synonyms.iter().any(|other| other == name)
    }

    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Rank of the taxon itself.
    pub(crate) fn last_rank(&self) -> Option<Rank> {
        self.nodes.last().map(|node| node.rank)
    }

    /// Whether the taxon itself is a genus or something higher, or nothing at all.
    pub(crate) fn is_above_species(&self) -> bool {
        self.last_rank().is_none_or(|rank| rank < Rank::Species)
    }

    /// The kingdom in the treaty's naming.
    pub(crate) fn kingdom(&self) -> Option<String> {
        self.nodes.first().filter(|node| node.rank == Rank::Kingdom).map(|node| name::kingdom(&node.name))
    }

    /// Where a name (in comparable form) of that rank stands in the lineage, counted from the kingdom.
    pub(crate) fn position(&self, rank: Rank, name: &str) -> Option<usize> {
        let last = self.nodes.len().checked_sub(1)?;
        self.nodes.iter().enumerate().position(|(index, node)| {
            node.rank.comparable(rank)
                && (node.name == name
                    || (index == last && self.synonyms.iter().any(|synonym| synonym == name)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dolphin() -> Lineage {
        Lineage::new([
            ("species", "Stenella coeruleoalba"),
            ("kingdom", "Metazoa"),
            ("clade", "Laurasiatheria"),
            ("order", "Artiodactyla"),
            ("genus", "Stenella"),
        ])
        .with_synonyms(["Delphinus coeruleoalbus"])
    }

    #[test]
    fn names_stand_in_the_order_of_their_ranks() {
        let lineage = dolphin();
        assert_eq!(lineage.position(Rank::Genus, "stenella"), Some(2));
        assert_eq!(lineage.position(Rank::Infraorder, "artiodactyla"), Some(1));
        assert_eq!(lineage.position(Rank::Genus, "laurasiatheria"), None);
        assert_eq!(lineage.kingdom().as_deref(), Some("animalia"));
    }

    #[test]
    fn synonyms_are_names_of_the_last_taxon_only() {
        let lineage = dolphin();
        assert_eq!(lineage.position(Rank::Species, "delphinus coeruleoalbus"), Some(3));
        assert_eq!(lineage.position(Rank::Genus, "delphinus"), None);
    }
}
