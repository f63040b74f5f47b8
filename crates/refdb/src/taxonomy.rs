use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Position of a taxon in [`Taxonomy::taxa`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxonNumber(pub u32);

/// An accepted taxon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taxon {
    /// Identifier: the NCBI taxonomy's number, or `local:NAME`.
    pub id: String,
    /// Scientific name without authors.
    pub name: String,
    /// Rank in lower case: kingdom, phylum, class, order, family, genus, species, ...
    pub rank: String,
    /// Identifier of the parent; empty for the root.
    pub parent: String,
    /// Where the placement was taken from.
    pub source: String,
}

/// A name that stands for an accepted one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Synonym {
    /// The name that is not accepted here.
    pub name: String,
    /// The accepted name.
    pub accepted: String,
    /// Where this can be checked.
    pub source: String,
}

/// The species of one genus that the named source recognises.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recognised {
    /// Identifier of the genus.
    pub genus: String,
    /// Species names, sorted.
    pub species: Vec<String>,
    /// The source of the list.
    pub source: String,
}

/// Why a taxon is on the contamination panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PanelKind {
    /// People who handled the sample.
    Human,
    /// Animals that are kept, eaten or live with people.
    Domestic,
}

/// A taxon of the panel that every sample is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PanelEntry {
    /// Accepted name of the species.
    pub taxon: String,
    /// Human or domestic.
    pub kind: PanelKind,
    /// Name in English.
    pub common_name: String,
    /// Wild species that may be listed and has this domestic form; may be empty.
    pub wild_relative: String,
}

/// Accepted names, synonyms, recognised species and the contamination panel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taxonomy {
    taxa: Vec<Taxon>,
    synonyms: Vec<Synonym>,
    recognised: Vec<Recognised>,
    panel: Vec<PanelEntry>,
    #[serde(skip)]
    parents: Vec<Option<TaxonNumber>>,
    #[serde(skip)]
    by_name: BTreeMap<String, Vec<TaxonNumber>>,
}

/// Why taxa do not form a tree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaxonomyError {
    /// Two taxa have one identifier.
    #[error("two taxa have the identifier {0:?}")]
    DuplicateTaxon(String),
    /// A parent is not there.
    #[error("taxon {taxon:?} has the unknown parent {parent:?}")]
    UnknownParent {
        /// Identifier of the taxon.
        taxon: String,
        /// Identifier that was not found.
        parent: String,
    },
    /// A taxon is its own ancestor.
    #[error("taxon {0:?} is its own ancestor")]
    Cycle(String),
    /// More taxa than numbers.
    #[error("too many taxa")]
    TooMany,
}

/// Deeper than any lineage in use; a longer chain of parents is a cycle.
const DEEPEST_LINEAGE: usize = 100;

impl Taxonomy {
    /// Puts the parts in their total order and checks that every parent exists and no taxon is its own ancestor.
    ///
    /// # Errors
    ///
    /// [`TaxonomyError`] naming the first taxon that is wrong.
    pub fn new(
        mut taxa: Vec<Taxon>,
        mut synonyms: Vec<Synonym>,
        mut recognised: Vec<Recognised>,
        mut panel: Vec<PanelEntry>,
    ) -> Result<Self, TaxonomyError> {
        taxa.sort_by(|a, b| a.id.cmp(&b.id));
        synonyms.sort_by(|a, b| (&a.name, &a.accepted).cmp(&(&b.name, &b.accepted)));
        recognised.sort_by(|a, b| a.genus.cmp(&b.genus));
        for list in &mut recognised {
            list.species.sort();
            list.species.dedup();
        }
        panel.sort_by(|a, b| a.taxon.cmp(&b.taxon));
        let taxonomy = Self { taxa, synonyms, recognised, panel, ..Self::default() };
        taxonomy.linked()
    }

    /// Fills in what is derived: parents by number and the index by name.
    pub(crate) fn linked(mut self) -> Result<Self, TaxonomyError> {
        if let Some(pair) = self.taxa.windows(2).find(|pair| pair[0].id >= pair[1].id) {
            return Err(TaxonomyError::DuplicateTaxon(pair[1].id.clone()));
        }
        u32::try_from(self.taxa.len()).map_err(|_| TaxonomyError::TooMany)?;
        self.parents = self.taxa.iter().map(|taxon| self.parent_of(taxon)).collect::<Result<_, _>>()?;
        self.by_name.clear();
        for (number, taxon) in (0..).zip(&self.taxa) {
            self.by_name.entry(taxon.name.clone()).or_default().push(TaxonNumber(number));
        }
        for (number, taxon) in (0..).zip(&self.taxa) {
            if self.lineage(TaxonNumber(number)).count() > DEEPEST_LINEAGE {
                return Err(TaxonomyError::Cycle(taxon.id.clone()));
            }
        }
        Ok(self)
    }

    fn parent_of(&self, taxon: &Taxon) -> Result<Option<TaxonNumber>, TaxonomyError> {
        if taxon.parent.is_empty() {
            return Ok(None);
        }
        let unknown =
            || TaxonomyError::UnknownParent { taxon: taxon.id.clone(), parent: taxon.parent.clone() };
        self.by_id(&taxon.parent).map(Some).ok_or_else(unknown)
    }

    /// All taxa, sorted by identifier.
    pub fn taxa(&self) -> &[Taxon] {
        &self.taxa
    }

    /// All synonyms, sorted by name.
    pub fn synonyms(&self) -> &[Synonym] {
        &self.synonyms
    }

    /// The recognised species of each genus that has a list, sorted by the identifier of the genus.
    pub fn recognised(&self) -> &[Recognised] {
        &self.recognised
    }

    /// The panel, sorted by name.
    pub fn panel(&self) -> &[PanelEntry] {
        &self.panel
    }

    /// The taxon with this number.
    pub fn get(&self, number: TaxonNumber) -> Option<&Taxon> {
        self.taxa.get(number.0 as usize)
    }

    /// The scientific name of a taxon; empty for a number that is not in use.
    pub fn name(&self, number: TaxonNumber) -> &str {
        self.get(number).map_or("", |taxon| &taxon.name)
    }

    /// The taxon with this identifier. Time O(log n).
    pub fn by_id(&self, id: &str) -> Option<TaxonNumber> {
        let index = self.taxa.binary_search_by(|taxon| taxon.id.as_str().cmp(id)).ok()?;
        u32::try_from(index).ok().map(TaxonNumber)
    }

    /// Every taxon with this accepted name: several where kingdoms use one name twice.
    pub fn by_name(&self, name: &str) -> &[TaxonNumber] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// The accepted name for a synonym, if the name is one.
    pub fn accepted_name(&self, name: &str) -> Option<&str> {
        let index = self.synonyms.partition_point(|synonym| synonym.name.as_str() < name);
        let synonym = self.synonyms.get(index)?;
        (synonym.name == name).then_some(synonym.accepted.as_str())
    }

    /// Taxa with this accepted name, or else with the accepted name that it is a synonym of.
    pub fn resolve(&self, name: &str) -> &[TaxonNumber] {
        match (self.by_name(name), self.accepted_name(name)) {
            ([], Some(accepted)) => self.by_name(accepted),
            (found, _) => found,
        }
    }

    /// The taxon and its ancestors up to the root.
    pub fn lineage(&self, number: TaxonNumber) -> impl Iterator<Item = TaxonNumber> + '_ {
        let parent = |number: &TaxonNumber| self.parents.get(number.0 as usize).copied().flatten();
        std::iter::successors(Some(number), parent).take(DEEPEST_LINEAGE + 1)
    }

    /// The taxon itself or its nearest ancestor of this rank.
    pub fn at_rank(&self, number: TaxonNumber, rank: &str) -> Option<TaxonNumber> {
        self.lineage(number).find(|ancestor| self.get(*ancestor).is_some_and(|taxon| taxon.rank == rank))
    }

    /// The lowest taxon that is in the lineage of all given ones; `None` for no taxa.
    pub fn lowest_common_ancestor(&self, taxa: impl IntoIterator<Item = TaxonNumber>) -> Option<TaxonNumber> {
        let mut taxa = taxa.into_iter();
        let mut shared: Vec<TaxonNumber> = self.lineage(taxa.next()?).collect();
        for taxon in taxa {
            let lineage: BTreeSet<TaxonNumber> = self.lineage(taxon).collect();
            shared.retain(|ancestor| lineage.contains(ancestor));
        }
        shared.first().copied()
    }

    /// The species that the pinned source recognises in a genus; `None` when there is no list.
    pub fn recognised_species(&self, genus: TaxonNumber) -> Option<&Recognised> {
        let id = self.get(genus)?.id.as_str();
        let index = self.recognised.binary_search_by(|list| list.genus.as_str().cmp(id)).ok()?;
        self.recognised.get(index)
    }

    /// The panel entry of a taxon or of one of its ancestors.
    pub fn panel_entry(&self, number: TaxonNumber) -> Option<&PanelEntry> {
        self.lineage(number).find_map(|ancestor| {
            let name = self.name(ancestor);
            let index = self.panel.binary_search_by(|entry| entry.taxon.as_str().cmp(name)).ok()?;
            self.panel.get(index)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taxon(id: &str, name: &str, rank: &str, parent: &str) -> Taxon {
        let [id, name, rank, parent] = [id, name, rank, parent].map(str::to_owned);
        Taxon { id, name, rank, parent, source: String::new() }
    }

    fn small() -> Taxonomy {
        let taxa = vec![
            taxon("1", "root", "no rank", ""),
            taxon("2", "Pythonidae", "family", "1"),
            taxon("3", "Python", "genus", "2"),
            taxon("4", "Python molurus", "species", "3"),
            taxon("5", "Python bivittatus", "species", "3"),
            taxon("6", "Malayopython", "genus", "2"),
            taxon("7", "Malayopython reticulatus", "species", "6"),
        ];
        let synonyms = vec![Synonym {
            name: "Python reticulatus".into(),
            accepted: "Malayopython reticulatus".into(),
            source: String::new(),
        }];
        Taxonomy::new(taxa, synonyms, vec![], vec![]).unwrap()
    }

    #[test]
    fn lineages_ranks_and_common_ancestors() {
        let taxonomy = small();
        let find = |name: &str| taxonomy.resolve(name)[0];
        let common = |a: &str, b: &str| {
            taxonomy.name(taxonomy.lowest_common_ancestor([find(a), find(b)]).unwrap()).to_owned()
        };
        assert_eq!(common("Python molurus", "Python bivittatus"), "Python");
        assert_eq!(common("Python molurus", "Python reticulatus"), "Pythonidae");
        assert_eq!(common("Python molurus", "Python molurus"), "Python molurus");
        assert_eq!(taxonomy.name(taxonomy.at_rank(find("Python molurus"), "family").unwrap()), "Pythonidae");
        assert_eq!(taxonomy.name(find("Python reticulatus")), "Malayopython reticulatus");
        assert!(taxonomy.resolve("Boa").is_empty());
    }

    #[test]
    fn what_is_no_tree_is_refused() {
        let build = |taxa| Taxonomy::new(taxa, vec![], vec![], vec![]).unwrap_err();
        assert_eq!(
            build(vec![taxon("1", "a", "", "2"), taxon("2", "b", "", "1")]),
            TaxonomyError::Cycle("1".into())
        );
        assert!(matches!(build(vec![taxon("1", "a", "", "9")]), TaxonomyError::UnknownParent { .. }));
        assert!(matches!(
            build(vec![taxon("1", "a", "", ""), taxon("1", "b", "", "")]),
            TaxonomyError::DuplicateTaxon(_)
        ));
    }
}
