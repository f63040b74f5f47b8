//! A taxon, or a group of species, that a conclusion could name, with what is known of it on the query's fragment.

use std::collections::BTreeSet;

use rayon::prelude::*;
use saola_refdb::TaxonNumber;
use saola_search::{Kind, Pattern};

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
    /// Starts from the best record's distances. Another member f that is e away from the best record is at least
    /// (distance of o to the best record) - e from a record o, so that o need not be compared where that is no less
    /// than what was found already.
    pub(crate) fn isolation(&self) -> Option<u32> {
        let outside = (0..self.standing.len()).filter(|index| self.is_outside(*index));
        let outside: Vec<(usize, u32)> =
            outside.filter_map(|index| Some((index, self.field.to_best[index]?))).collect();
        let best_is_member = self.is_member(self.field.best);
        let start = outside.iter().map(|(_, distance)| *distance).min()?;
        let mut least = if best_is_member { start } else { u32::MAX };
        let best = self.field.fragment(self.field.best)?;
        for haplotype in self.haplotypes() {
            let pattern = Pattern::new(haplotype);
            let to_best = pattern.differences(best, Kind::Spanning, None).unwrap_or(u32::MAX);
            let candidates =
                outside.par_iter().filter(|(_, distance)| distance.saturating_sub(to_best) < least);
            let nearest = candidates
                .filter_map(|(index, _)| {
                    // Only a record nearer than the nearest so far matters.
                    let limit = Some(least.saturating_sub(1));
                    pattern.differences(&self.field.records.bases()[*index], Kind::Spanning, limit)
                })
                .min();
            least = least.min(nearest.unwrap_or(u32::MAX));
        }
        Some(least)
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

    /// How many taxa of a rank the members that span the fragment belong to.
    pub(crate) fn count_taxa(&self, rung: Rung) -> usize {
        let taxa = self.fragments.iter().filter_map(|(index, _)| rung.of(&self.field.ranks[*index]));
        taxa.collect::<BTreeSet<_>>().len()
    }
}
