//! Records that overlap the query in part.
//!
//! # Bound
//!
//! A partial alignment with identity at least f (f > 0) and at least L columns has `x >= f columns` matches and
//! `d <= x (1 - f) / f` differences. Let `l` be the bases of the record in it: `l >= x >= f L`. As in [`window`](super::window), at least
//! `floor((l + 1) / k) - 1` whole pieces lie among them, and each difference breaks at most one, so that
//!
//! ```text
//! needed(l) = floor((l + 1) / k) - 1 - floor(l (1 - f) / f) - spoiled
//! ```
//!
//! pieces are wild or listed for a word of the query *on the diagonal where they are aligned*. Say that a listed word at
//! query position i and consensus position j is a *hit* on diagonal j - i. An alignment with d differences has at most d gaps, so all
//! of its diagonals lie within d of each other. With the lowest diagonal `a` of its own hits and the most differences D that any
//! such alignment can have,
//!
//! * its hits are among those from `a` to `a + D`;
//! * it lies between consensus positions `max(o, a)` and `min(e, a + D + m)`, for a member that covers `o..e` of the consensus and a query
//!   of m bases: that bounds `l`, and with it d, from above, and so D for this `a`;
//! * it starts at record base `o` or query base 0, hence at consensus position at most `max(o, a + D)`, and ends at `min(e, a - D + m)`
//!   at least: that bounds `l` from below.
//!
//! So a member is kept only if some hit's diagonal `a` has enough hits in `a..=a + D` for the least `l`. An alignment may do without
//! hits only if the number needed is no more than the wild pieces. It starts at the first base of the query or the record, and
//! ends at the last base of either: so it covers an end of the query, where fewer bases are spoiled, or else the whole record.
//!
//! A whole cluster is excluded at once when all of its hits, on diagonals from `low` to `high`, are too few for the least `l` of any
//! member with start at most `o`, end at least `e`, and `a` between `low` and `high`.

use std::cmp::Reverse;

use super::Engine;
use super::oriented::Oriented;
use super::window::row;
use crate::index::{Cluster, Member, ROW, WORD};
use crate::rank::Ratio;

/// How many hits a partial alignment needs.
pub(super) struct Needs {
    /// Needed hits by bases of the record, or more bases; negative where the bound says nothing.
    needed: Vec<i64>,
    /// The least needed hits of an alignment that covers an end of the query.
    at_an_end: i64,
    /// The most differences by bases of the record, or fewer bases.
    allowed: Vec<i64>,
    /// The least bases of a record in a partial alignment.
    least: usize,
    /// The most differences.
    differences: i64,
    query_bases: i64,
}

impl Needs {
    /// `None` when no partial alignment is possible.
    pub(super) fn new(
        query: &Oriented,
        floor: Ratio,
        min_overlap: usize,
        most_differences: usize,
    ) -> Option<Self> {
        let bases = query.bases();
        if bases < min_overlap {
            return None;
        }
        let (part, whole) = (u128::from(floor.numerator()), u128::from(floor.denominator()));
        let lost = |bases: usize| {
            let lost = (bases as u128 * whole.saturating_sub(part)).checked_div(part).unwrap_or(u128::MAX);
            i64::try_from(lost).unwrap_or(i64::MAX / 2)
        };
        let differences = i64::try_from(most_differences).unwrap_or(i64::MAX / 4).min(lost(bases));
        let least = usize::try_from((min_overlap as u128 * part).div_ceil(whole)).unwrap_or(usize::MAX);
        let most = bases.saturating_add(usize::try_from(differences).unwrap_or(usize::MAX)).min(2 * bases);
        let whole = |bases: usize| signed((bases + 1) / WORD) - 1 - lost(bases).min(differences);
        let need = |bases: usize| whole(bases) - signed(query.spoiled.len());
        let at_an_end = |bases: usize| {
            let of_query =
                bases.saturating_add(usize::try_from(lost(bases).min(differences)).unwrap_or(bases));
            whole(bases) - signed(query.spoiled_at_an_end(of_query))
        };
        let at_an_end = (least..=most).map(at_an_end).min().unwrap_or_default();
        let allowed = (0..=most).map(|bases| lost(bases).min(differences)).collect();
        let mut needed: Vec<i64> = (0..=most).map(need).collect();
        for place in (0..most).rev() {
            needed[place] = needed[place].min(needed[place + 1]);
        }
        Some(Self { needed, at_an_end, allowed, least, differences, query_bases: signed(bases) })
    }

    /// Needed hits when at least so many bases of the record are aligned.
    fn for_bases(&self, bases: i64) -> i64 {
        let bases = usize::try_from(bases).unwrap_or(0).max(self.least);
        self.needed.get(bases.min(self.needed.len() - 1)).copied().unwrap_or_default()
    }

    /// The most differences when at most so many bases of the record are aligned.
    fn most_differences(&self, bases: i64) -> i64 {
        let bases = usize::try_from(bases).unwrap_or(0);
        self.allowed.get(bases).copied().unwrap_or(self.differences)
    }

    /// The least bases of a record in an alignment with so many differences whose lowest hit lies from `low` to `high`, with records that start at `start` on the
    /// consensus at the latest and end at `end` at the earliest.
    fn least_bases(&self, (low, high): (i64, i64), differences: i64, start: usize, end: usize) -> i64 {
        let last = signed(end).min(low - differences + self.query_bases);
        let first = signed(start).max(high + differences);
        last - first
    }

    /// Whether an alignment with a record of at least so many bases can do without hits.
    fn nothing(&self, wild: usize, shortest: usize) -> bool {
        self.at_an_end.min(self.for_bases(signed(shortest))) <= signed(wild)
    }
}

/// The hits of a row: how many, and between which diagonals.
#[derive(Clone, Copy)]
struct Spread {
    hits: u16,
    low: i32,
    high: i32,
}

impl Engine<'_> {
    /// The haplotypes whose partial alignments the bound does not exclude; those that share the greatest part of their words first.
    pub(super) fn partial_candidates(&self, query: &Oriented, needs: &Needs) -> Vec<u32> {
        let suspects: Vec<(usize, Cluster)> = self.suspects(query, needs);
        let hits = self.hits_of(query, &suspects);
        let mut kept: Vec<(i64, u32)> = Vec::new();
        let mut rest = hits.as_slice();
        for (number, cluster) in suspects {
            if kept.len() >= self.index.haplotype_count() {
                break;
            }
            let (own, others) = rest.split_at(rest.partition_point(|hit| hit.0 <= number));
            rest = others;
            let members = cluster.first_haplotype..cluster.end_haplotype;
            kept.extend(members.filter_map(|haplotype| {
                Some((needs.likeness(&cluster, &self.index.member(haplotype)?, own)?, haplotype))
            }));
        }
        kept.sort_unstable_by_key(|&(likeness, haplotype)| (Reverse(likeness), haplotype));
        kept.into_iter().map(|(_, haplotype)| haplotype).collect()
    }

    /// Clusters that are not excluded as a whole, in order.
    fn suspects(&self, query: &Oriented, needs: &Needs) -> Vec<(usize, Cluster)> {
        let spreads = self.spreads(query);
        let mut suspects = Vec::new();
        // Most clusters have one row and nothing in it.
        let needs_hits = !needs.nothing(0, 0);
        let single: Vec<bool> = spreads
            .iter()
            .zip(self.index.wild())
            .map(|(row, wild)| needs_hits && row.hits == 0 && wild == 0)
            .collect();
        let single = single.get(..self.index.single_rows()).unwrap_or_default();
        for number in 0..self.index.cluster_count() {
            if single.get(number) == Some(&true) {
                continue;
            }
            let Some(cluster) = self.index.cluster(number) else {
                continue;
            };
            let rows = spreads.get(cluster.first_row..cluster.end_row).unwrap_or_default();
            let hits: i64 = rows.iter().map(|row| i64::from(row.hits)).sum();
            let low = rows.iter().map(|row| i64::from(row.low)).min().unwrap_or_default();
            let high = rows.iter().map(|row| i64::from(row.high)).max().unwrap_or_default();
            let possible = |hits: i64| {
                let (start, end) = (cluster.latest_start, cluster.earliest_end);
                let bases = needs.least_bases((low, high), needs.differences, start, end);
                hits > 0 && needs.for_bases(bases) <= hits + signed(cluster.wild)
            };
            let shortest = cluster.earliest_end.saturating_sub(cluster.latest_start);
            if needs.nothing(cluster.wild, shortest) || possible(hits) {
                suspects.push((number, cluster));
            }
        }
        suspects
    }

    /// Hits by row.
    fn spreads(&self, query: &Oriented) -> Vec<Spread> {
        let none = Spread { hits: 0, low: i32::MAX, high: i32::MIN };
        let mut spreads = vec![none; self.index.wild().len()];
        for (position, places) in &query.words {
            for &piece in self.index.postings(places) {
                let row = row(piece);
                let Some(spread) = spreads.get_mut(row) else {
                    continue;
                };
                let inside = if row < self.index.single_rows() {
                    piece.get() as usize % ROW
                } else {
                    self.piece_of(row, piece.get())
                };
                let diagonal = signed(inside * WORD) - signed(*position);
                let diagonal = i32::try_from(diagonal).unwrap_or_default();
                spread.hits = spread.hits.saturating_add(1);
                spread.low = spread.low.min(diagonal);
                spread.high = spread.high.max(diagonal);
            }
        }
        spreads
    }

    /// The hits of some clusters, which are in order: cluster and diagonal, sorted.
    fn hits_of(&self, query: &Oriented, suspects: &[(usize, Cluster)]) -> Vec<(usize, i64)> {
        let mut wanted = vec![false; self.index.cluster_count()];
        for (number, _) in suspects {
            wanted[*number] = true;
        }
        let mut hits = Vec::new();
        for (position, places) in &query.words {
            for &piece in self.index.postings(places) {
                let cluster = self.index.owner(row(piece));
                if wanted.get(cluster) == Some(&true) {
                    let inside = self.piece_of(row(piece), piece.get());
                    hits.push((cluster, signed(inside * WORD) - signed(*position)));
                }
            }
        }
        hits.sort_unstable();
        hits
    }

    /// The number of a posting's piece on the consensus of its cluster.
    fn piece_of(&self, row: usize, piece: u32) -> usize {
        let first = self.index.cluster(self.index.owner(row)).map_or(row, |cluster| cluster.first_row);
        (piece as usize).saturating_sub(first * ROW)
    }
}

impl Needs {
    /// The greatest part (in thousandths) of its words that one alignment with a member can share with the query, if these are enough;
    /// `hits` are those of its cluster, sorted by diagonal.
    fn likeness(&self, cluster: &Cluster, member: &Member, hits: &[(usize, i64)]) -> Option<i64> {
        let (start, end) = (member.start, member.start + member.bases);
        let most = self.most_differences(signed(member.bases));
        let enough = hits.iter().enumerate().filter_map(|(place, &(_, lowest))| {
            let last = signed(end).min(lowest + most + self.query_bases);
            let differences = self.most_differences(last - signed(start).max(lowest)).min(most);
            let same = hits[place..].iter().take_while(|(_, diagonal)| *diagonal <= lowest + differences);
            let found = signed(same.count());
            let bases = self.least_bases((lowest, lowest), differences, start, end);
            let words = (bases.max(signed(self.least)) / signed(WORD)).max(1);
            (self.for_bases(bases) <= found + signed(cluster.wild)).then(|| 1000 * found / words)
        });
        enough.max().or_else(|| self.nothing(cluster.wild, member.bases).then_some(0))
    }
}

/// A length or a position as a signed number.
fn signed(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX / 4)
}
