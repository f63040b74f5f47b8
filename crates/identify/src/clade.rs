//! A taxon, or a group of species, that a conclusion could name, with what is known of it on the query's fragment.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use saola_digest::Sha256Digest;
use saola_refdb::TaxonNumber;
use saola_search::{Pattern, spanning_differences};

use crate::{
    Profile,
    field::{Field, Ranks},
    fragment::{Fragment, most_differences},
    memo::Measures,
};

/// Members that differ from one another in no more than one of so many bases are measured together.
const GROUP: usize = 20;

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
    rung: Rung,
    pub(crate) taxa: Vec<TaxonNumber>,
    standing: Vec<Standing>,
    /// Of the members that span the query.
    fragments: Vec<(usize, Fragment<'a>)>,
    /// The members that cover the query.
    covering: Vec<usize>,
}

/// Independent specimens, and the sources that they come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Support {
    pub(crate) specimens: usize,
    pub(crate) sources: usize,
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
            .filter_map(|index| field.fragment(*index).map(|fragment| (*index, fragment)))
            .collect();
        let covering = members.into_par_iter().filter(|index| field.covers(*index)).collect();
        Self { field, rung, taxa, standing, fragments, covering }
    }

    pub(crate) fn is_member(&self, index: usize) -> bool {
        self.standing.get(index) == Some(&Standing::Member)
    }

    /// The members that span the query.
    pub(crate) fn members(&self) -> impl Iterator<Item = usize> + '_ {
        self.fragments.iter().map(|(index, _)| *index)
    }

    pub(crate) fn is_outside(&self, index: usize) -> bool {
        self.standing.get(index) == Some(&Standing::Outside)
    }

    /// One member for each distinct fragment.
    fn haplotypes(&self) -> Vec<Fragment<'a>> {
        let distinct: BTreeMap<&'a [u8], Fragment<'a>> =
            self.fragments.iter().map(|(_, fragment)| (fragment.bases, *fragment)).collect();
        distinct.into_values().collect()
    }

    /// Whether a record of this clade, or of another that its label does not tell from it, may be that.
    pub(crate) fn is_silent(&self, index: usize) -> bool {
        self.standing.get(index) == Some(&Standing::Silent)
    }

    /// How far the members are from one another and from the rest.
    pub(crate) fn measures(&self) -> Measures {
        let measure = || Measures {
            spread: self.spread(),
            reach: if self.rung == Rung::Species { self.reach() } else { 0 },
            isolation: self.isolation(),
        };
        let measures = self.field.memo.get_or(self.key(), measure);
        Measures { isolation: self.isolation_with_short(measures.isolation), ..measures }
    }

    /// The isolation, with the records outside that are compared with the query on a part of it ([`Field::short`]).
    fn isolation_with_short(&self, mut isolation: Option<u32>) -> Option<u32> {
        let outside: Vec<(usize, u32)> =
            self.field.short.iter().copied().filter(|(index, _)| self.is_outside(*index)).collect();
        if outside.is_empty() {
            return isolation;
        }
        for fragment in self.haplotypes() {
            let nearer =
                |to_query| isolation.is_none_or(|least| fragment.least_differences(to_query) < least);
            let near: Vec<usize> =
                outside.iter().filter(|(_, to_query)| nearer(*to_query)).map(|(index, _)| *index).collect();
            let pattern = Pattern::new(fragment.bases);
            let found =
                near.into_par_iter().filter_map(|index| pattern.compare(&self.field.records.bases()[index]));
            isolation = found.map(|found| found.differences).min().into_iter().chain(isolation).min();
        }
        isolation
    }

    /// All that the measures follow from, within one release and marker: the rung, who is outside, and the members' fragments.
    fn key(&self) -> Sha256Digest {
        let standing = self.standing.iter().map(|standing| *standing as u8);
        let fragments = self.fragments.iter().flat_map(|(index, fragment)| {
            [*index as u64, u64::from(fragment.start), fragment.bases.len() as u64].map(u64::to_le_bytes)
        });
        let marker = self.field.records.numbers().first().copied().unwrap_or(0).to_le_bytes();
        let bytes: Vec<u8> =
            marker.into_iter().chain([self.rung as u8]).chain(standing).chain(fragments.flatten()).collect();
        Sha256Digest::of(&bytes)
    }

    fn spread(&self) -> u32 {
        let haplotypes: Vec<&[u8]> = self.haplotypes().iter().map(|fragment| fragment.bases).collect();
        haplotypes.iter().enumerate().fold(0, |spread, (number, first)| {
            let others = haplotypes[number + 1..].iter().copied();
            let farther: Vec<&[u8]> =
                others.filter(|other| most_differences(first, other) > spread).collect();
            let farthest = spanning_differences(first, &farther, None).into_iter().flatten().max();
            spread.max(farthest.unwrap_or(0))
        })
    }

    fn reach(&self) -> u32 {
        let mut members: BTreeMap<&[u8], usize> = BTreeMap::new();
        for (_, fragment) in &self.fragments {
            *members.entry(fragment.bases).or_default() += 1;
        }
        let nearest = |(bases, count): (&&[u8], &usize)| {
            let others: Vec<&[u8]> = members.keys().filter(|other| *other != bases).copied().collect();
            let likely = others.iter().map(|other| most_differences(bases, other)).min()?;
            let nearest = spanning_differences(bases, &others, Some(likely)).into_iter().flatten().min();
            if *count > 1 { Some(0) } else { nearest }
        };
        members.iter().filter_map(nearest).max().unwrap_or(0)
    }

    fn isolation(&self) -> Option<u32> {
        let outside = (0..self.standing.len()).filter(|index| self.is_outside(*index));
        let sequences: BTreeMap<u32, usize> =
            outside.map(|index| (self.field.records.sequences()[index], index)).collect();
        let outside: Vec<usize> = sequences.into_values().collect();
        // Some member is most often no farther from them than the query is, which saves most of the work.
        let nearest = self.field.nearest(|index| self.is_outside(index));
        let likely = nearest.map_or(u32::MAX, |(_, distance)| distance);
        self.nearest_of(&outside, likely).or_else(|| self.nearest_of(&outside, u32::MAX))
    }

    /// The least distance between a member's fragment and other records, if it is within the limit.
    ///
    /// Members are taken in groups around one of them, as those of a species: what is far from that one is far from the others.
    fn nearest_of(&self, others: &[usize], limit: u32) -> Option<u32> {
        let mut rest = self.haplotypes();
        let mut least = None;
        // Only a record that is nearer than the nearest so far matters.
        let below = |least: Option<u32>| least.map_or(limit, |least: u32| least.saturating_sub(1));
        while let Some(middle) = rest.pop() {
            let (around, others_left): (Vec<_>, Vec<_>) = rest
                .into_iter()
                .map(|member| {
                    (member.slack(middle.bases, most_differences(middle.bases, member.bases)), member)
                })
                .partition(|(slack, member)| *slack as usize <= member.bases.len() / GROUP);
            rest = others_left.into_iter().map(|(_, member)| member).collect();
            let radius = around.iter().map(|(slack, _)| *slack).max().unwrap_or(0);
            let found = self.field.within(&middle, others, below(least).saturating_add(radius));
            let nearest = found.iter().map(|(_, differences)| *differences).min();
            least = nearest.filter(|nearest| *nearest <= below(least)).or(least);
            for (slack, member) in around {
                let near =
                    found.iter().filter(|(_, to_middle)| to_middle.saturating_sub(slack) <= below(least));
                let near: Vec<usize> = near.map(|(index, _)| *index).collect();
                let nearer = self.field.within(&member, &near, below(least)).into_iter();
                least = nearer.map(|(_, differences)| differences).min().or(least);
            }
        }
        least
    }

    /// The specimens among the members that span the query and whose tier supports a conclusion.
    pub(crate) fn spanning_specimens(&self, profile: &Profile) -> usize {
        let spanning: BTreeSet<usize> = self.members().collect();
        self.support_of(profile, |index| spanning.contains(&index)).specimens
    }

    /// What supports the clade: members that cover the fragment and whose tier supports a conclusion.
    pub(crate) fn support(&self, profile: &Profile) -> Support {
        self.support_of(profile, |_| true)
    }

    /// What supports the species of the clade that has the fewest specimens.
    pub(crate) fn least_support(&self, profile: &Profile) -> Support {
        let of_species = |taxon: &TaxonNumber| {
            self.support_of(profile, |index| self.field.ranks[index].species == Some(*taxon))
        };
        self.taxa.iter().map(of_species).min().unwrap_or_default()
    }

    fn support_of(&self, profile: &Profile, belongs: impl Fn(usize) -> bool) -> Support {
        let members = self.covering.iter().filter(|index| belongs(**index));
        let records: Vec<_> = members
            .filter_map(|index| self.field.record(*index))
            .filter(|record| profile.supports(record.tier()))
            .collect();
        let specimen = |record: &saola_refdb::Record<'a>| match record.field("specimen") {
            "" => record.id(),
            specimen => specimen,
        };
        let specimens: BTreeSet<&str> = records.iter().map(specimen).collect();
        let sources: BTreeSet<&str> = records.iter().map(|record| record.field("source")).collect();
        Support { specimens: specimens.len(), sources: sources.len() }
    }

    /// How many taxa of a rank the members belong to that cover the fragment and whose tier supports a conclusion.
    pub(crate) fn count_taxa(&self, rung: Rung, profile: &Profile) -> usize {
        let supports = |index: &usize| self.field.record(*index).is_some_and(|r| profile.supports(r.tier()));
        let supporting = self.covering.iter().copied().filter(supports);
        let taxa = supporting.filter_map(|index| rung.of(&self.field.ranks[index]));
        taxa.collect::<BTreeSet<_>>().len()
    }
}
