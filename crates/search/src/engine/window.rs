//! The first bound: words of the query in disjoint pieces of the records.
//!
//! # Bound
//!
//! Let a spanning alignment of the query with a record have at most `d` differences, and let a *window* of `w` query bases lie within
//! the core of the query (all but the allowed overhang at both ends). Then the record holds, on its cluster's consensus, at least
//!
//! ```text
//! needed(w, d) = floor((w + 1 - d) / k) - 1 - d - spoiled             k = bases of a word
//! ```
//!
//! pieces that are wild or at which a word of the window is listed.
//!
//! *Why.* The alignment crosses all rows of the core, so the window is aligned to an interval of the record. Each row takes a base of
//! it, but for the insertions, of which there are at most `d`: the interval has at least `w - d` bases. The pieces of the
//! consensus fall on it at some phase; of any `x` bases in a row, at most `k - 1` at each end belong to pieces that are cut, so
//! at least `floor((x + 1) / k) - 1` pieces lie wholly inside. They are disjoint, so that each difference breaks at most one of them:
//! a mismatch or deletion takes one base of the record, an insertion stands between two. A piece that is not broken is aligned base
//! by base to `k` query bases in a row, with which all of its base sets agree; so the two share a word, which the index lists for this
//! piece unless the piece is wild, and which the query looks up unless it has too many words there (spoiled).
//!
//! ```text
//! query      ....ACGTTGCAACGATCAGGATTACAGGATCCA....     window of 30 bases, d = 1
//! record     ....ACGTTGCAACGATCAGGTTTACAGGATCCA....
//! pieces (k = 6)   |TGCAAC|GATCAG|GTTTAC|AGGATC|        4 whole pieces, 1 broken by the difference
//! ```
//!
//! A small window reads fewer postings; it is made just large enough that records which share a window by descent, not by
//! closeness, do not reach the number.

use std::ops::Range;

use zerocopy::little_endian::U32;

use super::oriented::Oriented;
use crate::index::{Index, ROW, WORD};

/// Pieces that a window should need beyond those that differences may break, if the core is long enough.
const SPARE: usize = 4;

/// A window, and what is needed in it.
#[derive(Clone, Debug)]
pub(super) struct Window {
    pub(super) range: Range<usize>,
    spoiled: usize,
}

impl Window {
    /// The whole core.
    pub(super) fn core(query: &Oriented) -> Self {
        Self { range: query.core_range(), spoiled: query.spoiled.len() }
    }

    /// The window with fewest postings that needs enough pieces for `differences`; the whole core if it does not.
    pub(super) fn choose(query: &Oriented, differences: usize) -> Self {
        let core = Self::core(query);
        let pieces = 2 * differences + SPARE + 1 + query.spoiled.len();
        let length = pieces.saturating_mul(WORD).saturating_add(WORD + differences);
        if length >= core.range.len() {
            return core;
        }
        let mut traffic = vec![0_u64; query.bases() + 1];
        for (position, places) in &query.words {
            traffic[position + 1] += u64::try_from(places.len()).unwrap_or(u64::MAX);
        }
        for position in 1..traffic.len() {
            traffic[position] += traffic[position - 1];
        }
        let starts = core.range.start..=core.range.end - length;
        let cost = |start: usize| traffic[start + length - WORD + 1] - traffic[start];
        let start = starts.min_by_key(|&start| cost(start)).unwrap_or(core.range.start);
        Self { range: start..start + length, ..core }
    }

    /// How many pieces are needed; `None` when the bound excludes nothing.
    pub(super) fn needed(&self, differences: usize) -> Option<u16> {
        let pieces = ((self.range.len() + 1).checked_sub(differences)? / WORD).checked_sub(1)?;
        let needed = pieces.checked_sub(differences)?.checked_sub(self.spoiled)?;
        u16::try_from(needed).ok().filter(|needed| *needed > 0)
    }

    /// For each row, its wild pieces (in the cluster's first row) and the words listed at its others.
    pub(super) fn count(&self, index: &Index<'_>, query: &Oriented) -> Vec<u16> {
        let mut counts: Vec<u16> = index.wild().collect();
        for (_, places) in query.words_in(&self.range) {
            for piece in index.postings(places) {
                if let Some(count) = counts.get_mut(row(*piece)) {
                    *count = count.saturating_add(1);
                }
            }
        }
        counts
    }
}

/// The row of a posting.
pub(super) fn row(piece: U32) -> usize {
    piece.get() as usize / ROW
}

/// The clusters that have at least `needed`, with their counts, in order.
pub(super) fn reaching(index: &Index<'_>, counts: &[u16], needed: u16) -> Vec<(u16, usize)> {
    let (single, several) = counts.split_at(index.single_rows().min(counts.len()));
    let mut found = Vec::new();
    for (block, counts) in single.chunks(BLOCK).enumerate() {
        // Most blocks hold none: one comparison a lane, without a branch for each.
        if counts.iter().max() >= Some(&needed) {
            let here = counts.iter().enumerate().filter(|(_, count)| **count >= needed);
            found.extend(here.map(|(place, count)| (*count, block * BLOCK + place)));
        }
    }
    let mut behind = several;
    let mut row = single.len();
    while !behind.is_empty() {
        let cluster = index.owner(row);
        let rows = index.cluster(cluster).map_or(1, |cluster| cluster.end_row.saturating_sub(row));
        let (own, rest) = behind.split_at(rows.clamp(1, behind.len()));
        let count = own.iter().fold(0_u16, |sum, count| sum.saturating_add(*count));
        if count >= needed {
            found.push((count, cluster));
        }
        row += own.len();
        behind = rest;
    }
    found
}

/// Rows that are looked at together.
const BLOCK: usize = 256;
