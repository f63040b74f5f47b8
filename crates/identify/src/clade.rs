//! A taxon, or a group of species, that a conclusion could name, with what is known of it on the query's fragment.

use std::collections::BTreeSet;

use rayon::prelude::*;
use saola_refdb::TaxonNumber;
use saola_search::{Kind, Pattern, spanning_differences};

use crate::{
    Profile,
    field::{Field, Ranks},
};

/// A rung of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rung {
    Species,
    Genus,
    Family,
}

impl Rung {
    pub(crate) const fn of(self, ranks: &Ranks) -> Option<TaxonNumber> {
        match self {
            Self::Species => ranks.species,
            Self::Genus => ranks.genus,
            Self::Family => ranks.family,
        }
    }

    pub(crate) const fn rank(self) -> &'static str {
        match self {
            Self::Species => "species",
            Self::Genus => "genus",
            Self::Family => "family",
        }
    }
}

/// How a record stands to a clade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Member,
    Outside,
    /// Its label does not reach down to the rung but agrees with the clade so far: it says nothing.
    Silent,
}

/// A taxon, or several species that are taken together.
pub(crate) struct Clade<'f, 'a> {
    field: &'f Field<'a>,
    pub(crate) taxa: Vec<TaxonNumber>,
    standing: Vec<Standing>,
    fragments: Vec<(usize, &'a [u8])>,
}

impl<'f, 'a> Clade<'f, 'a> {
    pub(crate) fn new(field: &'f Field<'a>, rung: Rung, taxa: Vec<TaxonNumber>) -> Self {
        let taxonomy = field.release.taxonomy();
        let above: BTreeSet<TaxonNumber> = taxa.iter().flat_map(|taxon| taxonomy.lineage(*taxon)).collect();
        let standing: Vec<Standing> = field
            .ranks
            .iter()
            .map(|ranks| match rung.of(ranks) {
                Some(taxon) if taxa.contains(&taxon) => Standing::Member,
                None if above.contains(&ranks.taxon) => Standing::Silent,
                _ => Standing::Outside,
            })
            .collect();
        let members = (0..standing.len()).filter(|index| standing[*index] == Standing::Member);
        let members: Vec<usize> = members.collect();
        let fragments = members
            .par_iter()
            .filter_map(|index| field.fragment(*index).map(|bases| (*index, bases)))
            .collect();
        Self { field, taxa, standing, fragments }
    }

    pub(crate) fn is_member(&self, index: usize) -> bool {
        self.standing.get(index) == Some(&Standing::Member)
    }

    pub(crate) fn is_outside(&self, index: usize) -> bool {
        self.standing.get(index) == Some(&Standing::Outside)
    }

    /// One member for each distinct fragment.
    fn haplotypes(&self) -> Vec<&'a [u8]> {
        let distinct: BTreeSet<&'a [u8]> = self.fragments.iter().map(|(_, bases)| *bases).collect();
        distinct.into_iter().collect()
    }

    /// The largest distance between two members' fragments; 0 for a single one.
    pub(crate) fn spread(&self) -> u32 {
        let haplotypes = self.haplotypes();
        (0..haplotypes.len())
            .into_par_iter()
            .map(|first| {
                let pattern = Pattern::new(haplotypes[first]);
                let distance = |other: &&[u8]| pattern.differences(other, Kind::Spanning, None);
                haplotypes[first + 1..].iter().filter_map(distance).max().unwrap_or(0)
            })
            .max()
            .unwrap_or(0)
    }

    /// The least distance between a member's fragment and a record outside; none when nothing is outside.
    ///
    /// Every pair is compared. Bounds by the triangle inequality do not hold here: ambiguity codes and overhanging ends
    /// cost nothing, so that a sequence in the middle can be near to two that are far apart.
    pub(crate) fn isolation(&self) -> Option<u32> {
        let outside: Vec<usize> = (0..self.standing.len()).filter(|index| self.is_outside(*index)).collect();
        let outside: Vec<&[u8]> =
            outside.into_iter().map(|index| self.field.records.bases()[index].as_slice()).collect();
        // Some member is most often no farther from them than the query is, which saves most of the work.
        let likely = self.field.nearest(|index| self.is_outside(index)).map(|(_, distance)| distance);
        self.nearest_of(&outside, likely).or_else(|| self.nearest_of(&outside, None))
    }

    /// The least distance between a member's fragment and other records, if it is within the limit.
    fn nearest_of(&self, others: &[&[u8]], limit: Option<u32>) -> Option<u32> {
        self.haplotypes().into_iter().fold(None, |least: Option<u32>, haplotype| {
            // Only a record that is nearer than the nearest so far matters.
            let limit = least.map(|least| least.saturating_sub(1)).or(limit);
            let nearer = spanning_differences(haplotype, others, limit).into_iter().flatten().min();
            nearer.or(least)
        })
    }

    /// Independent specimens and sources of the members that span the fragment and whose tier supports a conclusion.
    pub(crate) fn support(&self, profile: &Profile) -> (usize, usize) {
        let records = self.fragments.iter().filter_map(|(index, _)| self.field.record(*index));
        let supporting: Vec<_> = records.filter(|record| profile.supports(record.tier())).collect();
        let specimen = |record: &saola_refdb::Record<'a>| match record.field("specimen") {
            "" => record.id(),
            specimen => specimen,
        };
        let specimens: BTreeSet<&str> = supporting.iter().map(specimen).collect();
        let sources: BTreeSet<&str> = supporting.iter().map(|record| record.field("source")).collect();
        (specimens.len(), sources.len())
    }

    /// How many taxa of a rank the members belong to that span the fragment and whose tier supports a conclusion.
    pub(crate) fn count_taxa(&self, rung: Rung, profile: &Profile) -> usize {
        let supports = |index: &usize| self.field.record(*index).is_some_and(|r| profile.supports(r.tier()));
        let supporting = self.fragments.iter().map(|(index, _)| *index).filter(supports);
        let taxa = supporting.filter_map(|index| rung.of(&self.field.ranks[index]));
        taxa.collect::<BTreeSet<_>>().len()
    }
}
