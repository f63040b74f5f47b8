//! The records of the query's marker, seen from the query.

use std::borrow::Cow;

use saola_refdb::{Record, Release, TaxonNumber};
use saola_search::{Comparison, Hit, Kind, MarkerRecords, Pattern, spanning_differences};

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
    pub(crate) query: Cow<'a, [u8]>,
    pub(crate) pattern: Pattern,
    /// Index of the best record among `records`.
    pub(crate) best: usize,
    /// Counts of the best record.
    pub(crate) best_comparison: Comparison,
    pub(crate) ranks: Vec<Ranks>,
    /// Query to each record.
    pub(crate) to_query: Vec<Option<u32>>,
    /// The best record's fragment to each record.
    pub(crate) to_best: Vec<Option<u32>>,
}

impl<'a> Field<'a> {
    /// `best` is the first record of the ranking, and spanning; `query` is read on its strand from here on.
    pub(crate) fn new(
        release: &'a Release,
        records: &'a MarkerRecords,
        query: &'a [u8],
        best: &Hit,
    ) -> Option<Self> {
        let query = best.strand.read(query);
        let pattern = Pattern::new(&query);
        let best_comparison = pattern.counts(records.bases().get(best.index)?, Kind::Spanning)?;
        let fragment = fragment(records.bases().get(best.index)?, &best_comparison)?;
        let to_query = spanning_differences(&query, records.bases(), None);
        let to_best = spanning_differences(fragment, records.bases(), None);
        let ranks =
            records.numbers().iter().map(|number| ranks_of(release, *number)).collect::<Option<_>>()?;
        let best = best.index;
        Some(Self { release, records, query, pattern, best, best_comparison, ranks, to_query, to_best })
    }

    /// The best record's distance.
    pub(crate) const fn least(&self) -> u32 {
        self.best_comparison.differences
    }

    pub(crate) fn record(&self, index: usize) -> Option<Record<'a>> {
        self.release.record(*self.records.numbers().get(index)?)
    }

    /// The part of a record that is aligned with the query, if the record spans it.
    pub(crate) fn fragment(&self, index: usize) -> Option<&'a [u8]> {
        let bases = self.records.bases().get(index)?;
        let comparison = self.pattern.compare(bases)?;
        (comparison.kind == Kind::Spanning).then(|| fragment(bases, &comparison))?
    }

    /// The nearest record of those that `belongs` holds for, by distance, then record id.
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

fn fragment<'b>(bases: &'b [u8], comparison: &Comparison) -> Option<&'b [u8]> {
    let start = usize::try_from(comparison.reference_start).ok()?.checked_sub(1)?;
    bases.get(start..usize::try_from(comparison.reference_end).ok()?)
}

fn ranks_of(release: &Release, number: u32) -> Option<Ranks> {
    let taxon = release.record(number)?.taxon();
    let at = |rank| release.taxonomy().at_rank(taxon, rank);
    Some(Ranks { taxon, species: at("species"), genus: at("genus"), family: at("family") })
}
