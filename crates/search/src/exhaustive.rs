//! The plain search: every record, both strands.
//!
//! # Definition
//!
//! A record's comparison is the best, over the strands, of [`Pattern::compare`]: the highest identity, then spanning before partial,
//! then fewer differences, then the plus strand. The hits are the records whose identity reaches the least identity asked for,
//! in the order of [`ranking`](crate::ranking); the best are the records tied for the first place of that ranking over *all*
//! records, whatever their identity.
//!
//! # Why no record is lost
//!
//! Two passes: least differences of every record by the bit-parallel kernel, then canonical alignments of those that can matter.
//! An alignment of `d` differences with `x` matches has identity `x / (x + d)`, which grows with `x`. Its matches cannot exceed
//! `M`, the least of: plain bases of the query, plain bases of the reference, and, over the end cells that attain `d`, the bases of either
//! sequence before the end cell and half of what `d` leaves of both (a match takes two bases, a difference at least one). So
//!
//! ```text
//! identity <= M / (M + d)        and identity >= f only if        d <= M (1 - f) / f
//! ```
//!
//! (With `M <= m` this is the familiar columns <= m + d.) A record that exceeds this on both strands and for both kinds has an
//! identity below `f`, whichever comparison comes to stand for it, and is set aside at the floor `f`.
//!
//! 1. Floor = least identity: all hits are among the records that are left, and all of those are aligned.
//! 2. If a spanning comparison reaches the floor, the best and all its ties do, and they are among the aligned.
//! 3. Otherwise the records that are left are taken in the order of `M / (M + d)` of their spanning alignments, highest first, and
//!    aligned until the best spanning identity found exceeds that of the next: none behind it can be as good, or tie.
//!
//! Only spanning alignments matter after step 1: a partial record is first only when there is no spanning one at all, and
//! then every record is aligned.
//!
//! A strand whose `M / (M + d)` is below the identity found on the other strand cannot come to stand for the record, and is not
//! aligned.
//!
//! # Complexity
//!
//! O(N m n / 64) word operations for N records, fewer by the limits, and O(m (d + 1)) for every aligned record.
//! Records are shared out over rayon's threads; what is computed does not depend on how many there are.

use crate::bases::plain_bases;
use crate::certificate::Certificate;
use crate::compare::Comparison;
use crate::ends::{Kind, MIN_OVERLAP};
use crate::myers::Pattern;
use crate::rank::{Ratio, merit, most_differences, ranking};
use crate::strand::{Strand, reverse_complement};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A record to be searched.
#[derive(Clone, Copy, Debug)]
pub struct Reference<'data> {
    /// The record's id: the last word on ties.
    pub id: &'data str,
    /// Upper-case IUPAC DNA.
    pub bases: &'data [u8],
}

/// What is asked of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Every record of at least this identity is a hit.
    pub min_identity: Ratio,
    /// So many hits are given, and all that are tied with the last of them; all if none is named.
    pub max_hits: Option<usize>,
    /// The least overlap of a partial hit, in columns.
    pub min_overlap: usize,
    /// Whether the reverse complement of the query is searched too.
    pub both_strands: bool,
    /// When no spanning record reaches the least identity: down to which identity the nearest one is proven to be the best. At the
    /// least identity or above, the nearest that was come upon is given without proof; at 0 the best is always proven.
    pub prove_down_to: Ratio,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            min_identity: Ratio::DEFAULT_MIN_IDENTITY,
            max_hits: None,
            min_overlap: MIN_OVERLAP,
            both_strands: true,
            prove_down_to: Ratio::ZERO,
        }
    }
}

/// A record with its comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hit {
    /// The record's id.
    pub id: String,
    /// The record's index among the references that were given; in a release, its number.
    pub index: usize,
    /// The strand of the query that was aligned.
    pub strand: Strand,
    /// Counts and place; query positions are those of the query as supplied, on either strand.
    #[serde(flatten)]
    pub comparison: Comparison,
}

/// The answer of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    /// The records tied for the first place of the ranking, even below the least identity; by id. Whether none is left out, and none
    /// is better, is for [`Certificate::best_proven`] to say.
    pub best: Vec<Hit>,
    /// The records of at least the least identity, in the order of the ranking, cut by [`Options::max_hits`].
    pub hits: Vec<Hit>,
    /// What was looked at, and what was left out by which bound.
    pub certificate: Certificate,
}

impl Outcome {
    /// Ranks hits, which are in the order of their index, and cuts them.
    pub(crate) fn new(mut hits: Vec<Hit>, options: &Options, certificate: Certificate) -> Self {
        hits.sort_by(|one, other| ranking((&one.comparison, &one.id), (&other.comparison, &other.id)));
        let best = with_ties(&hits, 1).to_vec();
        hits.retain(|hit| hit.comparison.identity() >= options.min_identity);
        if let Some(most) = options.max_hits {
            hits.truncate(with_ties(&hits, most).len());
        }
        Self { best, hits, certificate }
    }
}

/// Compares a query with every reference; all are upper-case IUPAC DNA.
///
/// See the [crate documentation](crate) for the definition of every count. A query or reference without bases is like no
/// other. References with the same id keep the order in which they were given.
///
/// # Complexity
///
/// O(N m n / 64) word operations for N references, on rayon's current threads.
///
/// # Examples
///
/// ```
/// use saola_search::{Options, Reference, Strand, search};
///
/// let references = [
///     Reference { id: "far", bases: b"TTGACCATTGACCTAGGTCATTGCA" },
///     Reference { id: "near", bases: b"CTGATGGCAACGTTGTACGT" },
/// ];
/// let found = search(b"ACGTACAACGTTGCCATCAG", &references, &Options::default());
/// assert_eq!(found.best.len(), 1);
/// assert_eq!((found.best[0].id.as_str(), found.best[0].strand), ("near", Strand::Minus));
/// assert_eq!(found.best[0].comparison.matches, 20);
/// ```
pub fn search(query: &[u8], references: &[Reference<'_>], options: &Options) -> Outcome {
    let run = Run::new(query, references, options);
    let placed = run.place();
    let certificate = run.certificate(&placed);
    let hits = placed.into_iter().flatten().map(|(index, strand, comparison)| Hit {
        id: references[index].id.to_owned(),
        index,
        strand,
        comparison,
    });
    let mut hits: Vec<Hit> = hits.collect();
    hits.sort_by_key(|hit| hit.index);
    Outcome::new(hits, options, certificate)
}

/// The first `most` hits, and all that are tied with the last of them.
pub fn with_ties(hits: &[Hit], most: usize) -> &[Hit] {
    let Some(last) = most.checked_sub(1).and_then(|last| hits.get(last)) else {
        return &hits[..most.min(hits.len())];
    };
    let tied = hits[most..].iter().take_while(|hit| merit(&hit.comparison, &last.comparison).is_eq());
    &hits[..most + tied.count()]
}

/// A record's index, strand and comparison.
type Placed = (usize, Strand, Comparison);

/// One search under way.
struct Run<'data> {
    patterns: Vec<(Strand, Pattern)>,
    references: &'data [Reference<'data>],
    min_identity: Ratio,
    query_bases: usize,
}

impl<'data> Run<'data> {
    fn new(query: &[u8], references: &'data [Reference<'data>], options: &Options) -> Self {
        let pattern = |bases: &[u8]| Pattern::with_min_overlap(bases, options.min_overlap);
        let mut patterns = vec![(Strand::Plus, pattern(query))];
        if options.both_strands {
            patterns.push((Strand::Minus, pattern(&reverse_complement(query))));
        }
        Self { patterns, references, min_identity: options.min_identity, query_bases: query.len() }
    }

    /// The comparisons of all records that can be hits or best.
    fn place(&self) -> Vec<Option<Placed>> {
        let all: Vec<usize> = (0..self.references.len()).collect();
        let reaches: Vec<bool> = all.par_iter().map(|&index| self.can_reach(index)).collect();
        let (near, far) = split(&all, &reaches);
        let mut placed: Vec<Option<Placed>> = near.par_iter().map(|&index| self.compare(index)).collect();
        if best_spanning(&placed) < Some(self.min_identity) {
            self.place_best(&far, &mut placed);
        }
        placed
    }

    /// Aligns, of the records that do not reach the least identity, those that can be first.
    fn place_best(&self, far: &[usize], placed: &mut Vec<Option<Placed>>) {
        let bound = |index: &usize| (self.spanning_bound(*index), *index);
        let mut waiting: Vec<(Option<Ratio>, usize)> = far.par_iter().map(bound).collect();
        waiting.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
        for batch in waiting.chunks(BATCH) {
            let best = best_spanning(placed);
            if best.is_some() && batch.first().is_some_and(|(bound, _)| *bound < best) {
                return;
            }
            placed.par_extend(batch.par_iter().map(|(_, index)| self.compare(*index)));
        }
    }

    /// Whether a record's identity can be the least identity or more.
    fn can_reach(&self, index: usize) -> bool {
        let bases = self.references[index].bases;
        let (plain, floor) = (plain_bases(bases), self.min_identity);
        floor.numerator() == 0
            || self.patterns.iter().any(|(_, pattern)| {
                let limit = most_differences(plain.min(pattern.plain_bases()), floor);
                [Kind::Spanning, Kind::Partial]
                    .iter()
                    .any(|&kind| pattern.identity_bound(bases, plain, kind, Some(limit)) >= Some(floor))
            })
    }

    /// What the identity of a record's spanning alignment cannot exceed; none when there is none.
    fn spanning_bound(&self, index: usize) -> Option<Ratio> {
        let bases = self.references[index].bases;
        let plain = plain_bases(bases);
        let bound =
            |(_, pattern): &(Strand, Pattern)| pattern.identity_bound(bases, plain, Kind::Spanning, None);
        self.patterns.iter().filter_map(bound).max()
    }

    /// A record's comparison: the better one of both strands.
    fn compare(&self, index: usize) -> Option<Placed> {
        let bases = self.references[index].bases;
        let mut strands: Vec<(Option<Ratio>, &(Strand, Pattern))> =
            self.patterns.iter().map(|strand| (strand.1.any_bound(bases), strand)).collect();
        strands.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.0.cmp(&other.1.0)));
        let mut best: Option<Placed> = None;
        for (bound, (strand, pattern)) in strands {
            if best.is_some_and(|(_, _, found)| bound < Some(found.identity())) {
                break;
            }
            let found = pattern.compare(bases).map(|found| (index, *strand, found));
            best = best.into_iter().chain(found).min_by(|one, other| {
                let identities = other.2.identity().cmp(&one.2.identity());
                identities.then_with(|| merit(&one.2, &other.2)).then_with(|| one.1.cmp(&other.1))
            });
        }
        best.map(|(index, strand, found)| match strand {
            Strand::Plus => (index, strand, found),
            Strand::Minus => (index, strand, found.on_other_strand(self.query_bases)),
        })
    }

    fn certificate(&self, placed: &[Option<Placed>]) -> Certificate {
        Certificate {
            records: self.references.len(),
            excluded_by_differences: self.references.len() - placed.len(),
            aligned: placed.len(),
            identity_bound: self.min_identity,
            most_differences: u32::MAX,
            ..Certificate::default()
        }
    }
}

/// Records that are aligned before the best so far is looked at again: the same number on every machine.
const BATCH: usize = 64;

/// Those that are marked, and the others; order is kept.
fn split(items: &[usize], marks: &[bool]) -> (Vec<usize>, Vec<usize>) {
    let (near, far): (Vec<_>, Vec<_>) = items.iter().zip(marks).partition(|(_, mark)| **mark);
    let strip = |pairs: Vec<(&usize, &bool)>| pairs.into_iter().map(|(item, _)| *item).collect();
    (strip(near), strip(far))
}

/// The highest identity of a spanning comparison.
fn best_spanning(placed: &[Option<Placed>]) -> Option<Ratio> {
    let comparisons = placed.iter().flatten().map(|one| one.2);
    comparisons.filter(|one| one.kind == Kind::Spanning).map(|one| one.identity()).max()
}
