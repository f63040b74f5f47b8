//! The records of the query's marker, seen from the query.

use std::{borrow::Cow, collections::BTreeMap};

use saola_refdb::{Record, Release, TaxonNumber};
use saola_search::{Comparison, Hit, Kind, MarkerRecords, Outcome, Pattern, spanning_differences};

use crate::{Profile, fragment::Fragment, memo::Memo, profile::share};

/// Most names in a gate's sentence; the report lists all of them elsewhere.
const MOST_NAMES: usize = 8;

/// A record's taxa at the ranks of the ladder.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ranks {
    pub(crate) taxon: TaxonNumber,
    pub(crate) species: Option<TaxonNumber>,
    pub(crate) genus: Option<TaxonNumber>,
    pub(crate) family: Option<TaxonNumber>,
}

/// Distances on the query's fragment, in differences of spanning alignments.
pub(crate) struct Field<'a> {
    pub(crate) release: &'a Release,
    pub(crate) records: &'a MarkerRecords,
    pub(crate) memo: &'a Memo,
    pub(crate) query: Cow<'a, [u8]>,
    pub(crate) pattern: Pattern,
    /// Index of the best record among `records`.
    pub(crate) best: usize,
    /// Counts of the best record.
    pub(crate) best_comparison: Comparison,
    pub(crate) ranks: Vec<Ranks>,
    /// Query to each record.
    pub(crate) to_query: Vec<Option<u32>>,
    /// Records that do not span the query, cover enough of it and are hits there, with the differences on what they cover.
    ///
    /// A species that is only known by such records is as near as they are: the ends that they lack tell nothing.
    pub(crate) short: Vec<(usize, u32)>,
    /// The records that are no farther from the best record's fragment than the query is.
    pub(crate) near_best: Vec<usize>,
    /// So many bases of the query may be beyond a record that still counts as a specimen.
    most_left_out: u32,
}

impl<'a> Field<'a> {
    /// `best` is the first record of the ranking, and spanning; `query` is read on its strand from here on.
    pub(crate) fn new(
        release: &'a Release,
        (records, memo): (&'a MarkerRecords, &'a Memo),
        query: &'a [u8],
        (outcome, best): (&Outcome, &Hit),
        profile: &Profile,
    ) -> Option<Self> {
        let query = best.strand.read(query);
        let pattern = Pattern::new(&query);
        let best_comparison = pattern.counts(records.bases().get(best.index)?, Kind::Spanning)?;
        let to_query = to_each(&query, records);
        let ranks =
            records.numbers().iter().map(|number| ranks_of(release, *number)).collect::<Option<_>>()?;
        let length = u32::try_from(query.len()).unwrap_or(u32::MAX);
        let most_left_out = share(length, profile.quality.maximum_left_out);
        let is_short = |hit: &&Hit| {
            hit.strand == best.strand
                && hit.comparison.kind == Kind::Partial
                && left_out(&hit.comparison, length) <= most_left_out
        };
        let short = outcome.hits.iter().filter(is_short).map(|hit| (hit.index, hit.comparison.differences));
        let short = short.collect();
        let best = best.index;
        let near_best = Vec::new();
        let mut field = Self {
            release,
            records,
            memo,
            query,
            pattern,
            best,
            best_comparison,
            ranks,
            to_query,
            short,
            near_best,
            most_left_out,
        };
        let nearest = field.fragment(best)?;
        let near = field.within(&nearest, &(0..records.len()).collect::<Vec<_>>(), field.least());
        field.near_best = near.into_iter().map(|(index, _)| index).collect();
        Some(field)
    }

    /// The best record's distance.
    pub(crate) const fn least(&self) -> u32 {
        self.best_comparison.differences
    }

    pub(crate) fn record(&self, index: usize) -> Option<Record<'a>> {
        self.release.record(*self.records.numbers().get(index)?)
    }

    /// The part of a record that is aligned with the query, if the record spans it.
    pub(crate) fn fragment(&self, index: usize) -> Option<Fragment<'a>> {
        let bases = self.records.bases().get(index)?;
        let comparison = self.pattern.compare(bases)?;
        (comparison.kind == Kind::Spanning).then(|| Fragment::new(bases, &comparison, &self.query))?
    }

    /// Whether a record is aligned with so much of the query that a conclusion may rest on that part.
    pub(crate) fn covers(&self, index: usize) -> bool {
        let comparison = self.records.bases().get(index).and_then(|bases| self.pattern.compare(bases));
        let length = u32::try_from(self.query.len()).unwrap_or(u32::MAX);
        comparison.is_some_and(|found| {
            found.kind == Kind::Spanning || left_out(&found, length) <= self.most_left_out
        })
    }

    /// Those of the records at `places` that have at most `limit` differences to a fragment, with their differences.
    pub(crate) fn within(&self, fragment: &Fragment<'_>, places: &[usize], limit: u32) -> Vec<(usize, u32)> {
        let near = |place: &&usize| {
            let to_query = self.to_query.get(**place).copied().flatten();
            to_query.is_none_or(|to_query| fragment.least_differences(to_query) <= limit)
        };
        let near: Vec<usize> = places.iter().filter(near).copied().collect();
        let bases: Vec<&[u8]> = near.iter().map(|place| self.records.bases()[*place].as_slice()).collect();
        let found = spanning_differences(fragment.bases, &bases, Some(limit));
        near.into_iter().zip(found).filter_map(|(place, found)| Some((place, found?))).collect()
    }

    /// The nearest of the [`Field::short`] records that `belongs` holds for.
    pub(crate) fn nearest_short(&self, belongs: impl Fn(usize) -> bool) -> Option<(usize, u32)> {
        self.short.iter().copied().filter(|(index, _)| belongs(*index)).min_by_key(|(index, d)| (*d, *index))
    }

    /// The nearest spanning record of those that `belongs` holds for, by distance, then record id.
    pub(crate) fn nearest(&self, belongs: impl Fn(usize) -> bool) -> Option<(usize, u32)> {
        let distances = self.to_query.iter().enumerate().filter(|(index, _)| belongs(*index));
        distances.filter_map(|(index, distance)| Some((index, (*distance)?))).min_by_key(|(_, d)| *d)
    }

    pub(crate) fn name(&self, taxon: TaxonNumber) -> &'a str {
        self.release.taxonomy().name(taxon)
    }

    /// Taxa in the order of their names, each once.
    pub(crate) fn by_name(&self, taxa: impl IntoIterator<Item = TaxonNumber>) -> Vec<TaxonNumber> {
        let mut taxa: Vec<TaxonNumber> = taxa.into_iter().collect();
        taxa.sort_by_key(|taxon| (self.name(*taxon), *taxon));
        taxa.dedup();
        taxa
    }

    /// Names for a sentence: the first few, and how many more.
    pub(crate) fn names(&self, taxa: &[TaxonNumber]) -> String {
        let shown: Vec<&str> = taxa.iter().take(MOST_NAMES).map(|taxon| self.name(*taxon)).collect();
        match taxa.len().saturating_sub(MOST_NAMES) {
            0 => shown.join(", "),
            more => format!("{} and {more} more", shown.join(", ")),
        }
    }
}

/// Bases of a query of that length that a record is not aligned with.
fn left_out(comparison: &Comparison, length: u32) -> u32 {
    length.saturating_sub((comparison.query_end + 1).saturating_sub(comparison.query_start))
}

/// Differences of a sequence to each record; each sequence is compared once.
fn to_each(query: &[u8], records: &MarkerRecords) -> Vec<Option<u32>> {
    let first: BTreeMap<u32, usize> = records.sequences().iter().copied().zip(0..).collect();
    let bases: Vec<&[u8]> = first.values().map(|place| records.bases()[*place].as_slice()).collect();
    let found = spanning_differences(query, &bases, None);
    let found: BTreeMap<u32, Option<u32>> = first.into_keys().zip(found).collect();
    records.sequences().iter().map(|sequence| found.get(sequence).copied().flatten()).collect()
}

fn ranks_of(release: &Release, number: u32) -> Option<Ranks> {
    let taxon = release.record(number)?.taxon();
    let at = |rank| release.taxonomy().at_rank(taxon, rank);
    Some(Ranks { taxon, species: at("species"), genus: at("genus"), family: at("family") })
}
