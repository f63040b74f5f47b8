//! Where an alignment may start and end.
//!
//! An alignment is a path through the cells `(i, j)`, `0 <= i <= m`, `0 <= j <= n`, of a query of `m` bases and a reference of
//! `n` bases. It starts on the upper or the left border (at most one sequence overhangs there) and ends on the lower or
//! the right border:
//!
//! ```text
//!            j = 0        last_reference_start          n
//!     i = 0    s s s s s s s s s . . . . . . . . . . . .
//!              s                                       .
//!  last_query_start                                    .
//!              .                                       e  first_query_end
//!              .                                       e
//!     i = m    . . . . . . . . . e e e e e e e e e e e e
//!                            first_reference_end
//! ```
//!
//! The two kinds differ only in these four numbers:
//!
//! | | `last_query_start` | `last_reference_start` | `first_query_end` | `first_reference_end` |
//! |---|---|---|---|---|
//! | spanning | A | n | m - A | 0 |
//! | partial | m - L | n - L | L | L |
//!
//! with A = [`allowed_overhang`]`(m)` and L the least overlap; there is no partial alignment when m or n is below L.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The least overlap of a partial alignment, in columns, unless told otherwise.
pub const MIN_OVERLAP: usize = 100;

/// Which end rule an alignment was made under.
///
/// Spanning sorts before partial, as it ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The query overhangs the reference by at most [`allowed_overhang`] bases at each end.
    Spanning,
    /// Any other overlap of at least the least overlap.
    Partial,
}

/// How many bases a query of `query_bases` bases may overhang a spanning record at each end: 10, or 2 % of the query, rounded
/// down, if that is more.
///
/// ```
/// use saola_search::allowed_overhang;
/// assert_eq!(allowed_overhang(120), 10);
/// assert_eq!(allowed_overhang(658), 13);
/// ```
pub const fn allowed_overhang(query_bases: usize) -> usize {
    let two_percent = query_bases / 50;
    if two_percent > 10 { two_percent } else { 10 }
}

/// The start and end cells of one kind of alignment of one pair; see the module.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    pub(crate) query: usize,
    pub(crate) reference: usize,
    pub(crate) last_query_start: usize,
    pub(crate) last_reference_start: usize,
    pub(crate) first_query_end: usize,
    pub(crate) first_reference_end: usize,
}

impl Ends {
    /// The end rule of `kind` for sequences of these lengths; `None` when no alignment of that kind is possible, or when the
    /// sequences have together 2^31 bases or more, which positions do not reach.
    pub(crate) fn new(kind: Kind, query: usize, reference: usize, min_overlap: usize) -> Option<Self> {
        i32::try_from(query.checked_add(reference)?).ok()?;
        match kind {
            Kind::Spanning => {
                let overhang = allowed_overhang(query).min(query);
                Some(Self {
                    query,
                    reference,
                    last_query_start: overhang,
                    last_reference_start: reference,
                    first_query_end: query - overhang,
                    first_reference_end: 0,
                })
            }
            Kind::Partial => Some(Self {
                query,
                reference,
                last_query_start: query.checked_sub(min_overlap)?,
                last_reference_start: reference.checked_sub(min_overlap)?,
                first_query_end: min_overlap,
                first_reference_end: min_overlap,
            }),
        }
    }
}

impl Ends {
    /// The part of the reference on which all alignments with the least differences lie, and the end rule there.
    ///
    /// Each gap moves a path by one diagonal and is a difference: with d of them it begins at most d diagonals from its end, and its
    /// last column is at most m beyond its last diagonal. Cut columns hold no start and no end of such a path.
    pub(crate) fn cut(self, differences: usize, lowest: isize, highest: isize) -> (Range<usize>, Self) {
        let column = |diagonal: isize| usize::try_from(diagonal).unwrap_or(0);
        let start = column(lowest - signed(differences)).min(self.last_reference_start);
        let end = column(highest + signed(self.query)).clamp(start, self.reference);
        let cut = Self {
            query: self.query,
            reference: end - start,
            last_query_start: if start == 0 { self.last_query_start } else { 0 },
            last_reference_start: self.last_reference_start.min(end) - start,
            first_query_end: if end == self.reference { self.first_query_end } else { self.query },
            first_reference_end: self.first_reference_end.saturating_sub(start),
        };
        (start..end, cut)
    }

    /// Whether an alignment may end in this cell.
    pub(crate) fn are_at(&self, row: usize, column: usize) -> bool {
        row == self.query && column >= self.first_reference_end
            || column == self.reference && row >= self.first_query_end
    }
}

/// A length or a position as a signed number; lengths of slices always fit.
pub(crate) fn signed(length: usize) -> isize {
    isize::try_from(length).unwrap_or(isize::MAX)
}
