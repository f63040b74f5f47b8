//! The integers of one pair: what a search, a table of thresholds and a trial all use.

use crate::bases::plain_bases;
use crate::canonical::{Path, canonical_path};
use crate::ends::Kind;
use crate::myers::Pattern;
use crate::pieces::Pieces;
use crate::rank::{Ratio, most_differences};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The counts and the place of one canonical alignment.
///
/// Always `columns == matches + differences`, `columns >= 1` and `columns >= ambiguous`. Positions are 1-based and closed, in bases; a sequence of
/// which no base is aligned has its end one before its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// The end rule under which the alignment was made.
    pub kind: Kind,
    /// Columns with the same plain base.
    pub matches: u32,
    /// Columns with bases that cannot agree, or with a gap.
    pub differences: u32,
    /// Matches and differences together: the denominator of the identity; at least 1.
    pub columns: u32,
    /// Aligned pairs that are no column, because an ambiguity code can agree with the other base.
    pub ambiguous: u32,
    /// Those differences that are a base against a gap.
    pub gap_columns: u32,
    /// Runs of gap columns.
    pub gap_events: u32,
    /// First aligned base of the query.
    pub query_start: u32,
    /// Last aligned base of the query.
    pub query_end: u32,
    /// First aligned base of the reference.
    pub reference_start: u32,
    /// Last aligned base of the reference.
    pub reference_end: u32,
}

impl Comparison {
    /// Matches over columns.
    pub fn identity(&self) -> Ratio {
        ratio(self.matches, self.columns)
    }

    /// The identity if every ambiguous pair were a difference.
    pub fn least_identity(&self) -> Ratio {
        ratio(self.matches, self.columns.saturating_add(self.ambiguous))
    }

    /// The identity if every ambiguous pair were a match.
    pub fn greatest_identity(&self) -> Ratio {
        ratio(self.matches.saturating_add(self.ambiguous), self.columns.saturating_add(self.ambiguous))
    }

    /// Reads the counts off a path; `None` when it has too few columns for its kind, or fewer than ambiguous positions.
    pub(crate) fn of_path(path: &Path, kind: Kind, min_overlap: usize) -> Option<Self> {
        let query_bases = path.query_end - path.query_start;
        let reference_bases = path.reference_end - path.reference_start;
        let gaps = (2 * path.positions).saturating_sub(query_bases + reference_bases);
        let columns = path.positions.saturating_sub(path.ambiguous);
        let least = match kind {
            Kind::Spanning => 1,
            Kind::Partial => min_overlap.max(1),
        };
        (columns >= least.max(path.ambiguous)).then(|| Self {
            kind,
            matches: count(columns.saturating_sub(path.differences)),
            differences: count(path.differences),
            columns: count(columns),
            ambiguous: count(path.ambiguous),
            gap_columns: count(gaps),
            gap_events: count(path.gap_events),
            query_start: count(path.query_start + 1),
            query_end: count(path.query_end),
            reference_start: count(path.reference_start + 1),
            reference_end: count(path.reference_end),
        })
    }

    /// The same with query positions counted on the other strand of a query of `query_bases` bases.
    pub(crate) fn on_other_strand(self, query_bases: usize) -> Self {
        let mirror = count(query_bases.saturating_add(1));
        Self {
            query_start: mirror.saturating_sub(self.query_end),
            query_end: mirror.saturating_sub(self.query_start),
            ..self
        }
    }
}

impl Pattern {
    /// The counts of the canonical alignment of one kind; `None` when there is no alignment of that kind, or when it has fewer
    /// columns than the kind needs (spanning 1, partial the least overlap) or than ambiguous positions.
    ///
    /// `reference` is upper-case IUPAC DNA.
    ///
    /// # Complexity
    ///
    /// Two bit-parallel passes, then O(1) for each cell on a path with the least differences: some m in barcodes, m n in repeats. Half
    /// a byte for each cell of the second pass: some m (64 + 2 d) for d differences.
    pub fn counts(&self, reference: &[u8], kind: Kind) -> Option<Comparison> {
        let path = canonical_path(self, reference, kind, None)?;
        Comparison::of_path(&path, kind, self.min_overlap())
    }

    /// The comparison that stands for a pair: the spanning one, unless there is none or the partial one has a strictly higher
    /// identity. `None` when neither has enough columns.
    ///
    /// # Complexity
    ///
    /// As [`Pattern::counts`]. The partial alignment is only made when its identity could be higher: an alignment of d
    /// differences and x matches has identity x / (x + d), which grows with x, so it is at most M / (M + d) for any M that its
    /// matches cannot exceed: the plain bases of either sequence, the bases of either before its end, and, as each match takes two
    /// of those bases and each difference at least one, half of what the differences leave.
    pub fn compare(&self, reference: &[u8]) -> Option<Comparison> {
        self.compare_within(reference, None)
    }

    /// [`Pattern::compare`], where the spanning alignment is known to have at most so many differences.
    pub(crate) fn compare_within(&self, reference: &[u8], differences: Option<usize>) -> Option<Comparison> {
        if differences.is_none()
            && let Some(partial) = self.clearly_partial(reference)
        {
            return Some(partial);
        }
        let path = canonical_path(self, reference, Kind::Spanning, differences);
        let spanning = path.and_then(|path| Comparison::of_path(&path, Kind::Spanning, self.min_overlap()));
        let Some(found) = spanning else {
            return self.counts(reference, Kind::Partial);
        };
        if found.differences == 0
            || !self.can_overhang(reference, &found)
            || self.partial_bound(reference, found.identity()) <= Some(found.identity())
        {
            return spanning;
        }
        self.counts(reference, Kind::Partial)
            .filter(|partial| partial.identity() > found.identity())
            .or(spanning)
    }

    /// The partial comparison, if its identity is above what any spanning one can have by its least differences. Sequences that
    /// overlap in part have spanning alignments of hundreds of differences, which take long.
    fn clearly_partial(&self, reference: &[u8]) -> Option<Comparison> {
        let spanning = self.identity_bound(reference, plain_bases(reference), Kind::Spanning, None)?;
        if self.partial_bound(reference, spanning)? <= spanning {
            return None;
        }
        self.counts(reference, Kind::Partial).filter(|partial| partial.identity() > spanning)
    }

    /// Whether the partial alignment can have a higher identity than the spanning one, by the words at the reference's ends.
    fn can_overhang(&self, reference: &[u8], found: &Comparison) -> bool {
        let differences = usize::try_from(found.differences).unwrap_or(usize::MAX);
        let most = most_differences(self.plain_bases(), found.identity());
        let found = (found.identity(), differences);
        self.pieces().is_none_or(|pieces| pieces.can_overhang(reference, found, most, self.min_overlap()))
    }

    /// What the identity of the partial alignment cannot exceed, by shared words first; `None` when that is below `floor`.
    pub(crate) fn partial_reach(&self, reference: &[u8], floor: Ratio) -> Option<Ratio> {
        let can_share = |pieces: &Pieces| pieces.can_share(reference, floor, self.min_overlap());
        if !self.pieces().is_none_or(can_share) {
            return None;
        }
        self.partial_bound(reference, floor).filter(|bound| *bound >= floor)
    }

    /// What the identity of the partial alignment cannot exceed; `None` when there is none, or when it is below `floor`.
    fn partial_bound(&self, reference: &[u8], floor: Ratio) -> Option<Ratio> {
        let plain = plain_bases(reference);
        let limit = most_differences(plain.min(self.plain_bases()), floor);
        self.identity_bound(reference, plain, Kind::Partial, Some(limit))
    }

    /// What the identity of the comparison that stands for a pair cannot exceed; `None` when there is no alignment.
    pub(crate) fn any_bound(&self, reference: &[u8]) -> Option<Ratio> {
        let plain = plain_bases(reference);
        let bound = |kind| self.identity_bound(reference, plain, kind, None);
        bound(Kind::Spanning).max(bound(Kind::Partial))
    }

    /// What the identity of an alignment of this kind cannot exceed; `None` when there is none within `limit` differences.
    pub(crate) fn identity_bound(
        &self,
        reference: &[u8],
        reference_plain: usize,
        kind: Kind,
        limit: Option<usize>,
    ) -> Option<Ratio> {
        let nearest = self.nearest(reference, kind, limit)?;
        let matches = nearest.most_matches.min(self.plain_bases()).min(reference_plain);
        let columns = matches.saturating_add(nearest.differences).max(1);
        Some(ratio(count(matches), count(columns)))
    }
}

/// Compares bases `range` of `a` (0-based, half open), as the query, with `b`: the same integers as a search gives.
///
/// Both are upper-case IUPAC DNA. `None` when `range` does not lie in `a`, or when neither kind of alignment has enough
/// columns; the least overlap of a partial alignment is [`MIN_OVERLAP`](crate::MIN_OVERLAP).
///
/// # Complexity
///
/// As [`Pattern::compare`].
///
/// # Examples
///
/// ```
/// use saola_search::{Kind, compare};
///
/// //  ACGTACGTTGC-AACGATCAG
/// //  |||||||||||*|||:|||||
/// //  ACGTACGTTGCTAACRATCAG
/// let found = compare(b"TTTACGTACGTTGCAACGATCAGTTT", b"ACGTACGTTGCTAACRATCAG", 3..23);
/// let found = found.ok_or("no alignment")?;
/// assert_eq!((found.kind, found.matches, found.columns), (Kind::Spanning, 19, 20));
/// assert_eq!((found.differences, found.gap_events, found.ambiguous), (1, 1, 1));
/// # Ok::<(), &str>(())
/// ```
pub fn compare(a: &[u8], b: &[u8], range: Range<usize>) -> Option<Comparison> {
    Pattern::new(a.get(range)?).compare(b)
}

/// A ratio of two counts; 0 when there is nothing to divide by.
fn ratio(numerator: u32, denominator: u32) -> Ratio {
    Ratio::new(numerator.into(), denominator.into()).unwrap_or(Ratio::ZERO)
}

/// Counts of bases in memory fit 32 bits; beyond, the greatest number.
fn count(bases: usize) -> u32 {
    u32::try_from(bases).unwrap_or(u32::MAX)
}
