//! From clusters to canonical alignments, while the floor rises.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::{Candidate, Search, Unit, order};
use crate::compare::Comparison;
use crate::ends::Kind;
use crate::index::Cluster;
use crate::rank::{Ratio, merit};
use crate::strand::Strand;

/// Clusters of the first batch; each further batch is four times as large, up to [`MOST_CLUSTERS`].
const FIRST_CLUSTERS: usize = 8;
const MOST_CLUSTERS: usize = 2048;
/// Haplotypes whose partial alignments are looked at first, as above.
const FIRST_PARTIAL: usize = 16;

impl Search<'_, '_> {
    /// Examines clusters in the order of shared words, most first, while the floor rises.
    pub(super) fn examine_all(&mut self, mut candidates: Vec<Candidate>) {
        candidates.sort_unstable_by_key(order);
        let mut size = FIRST_CLUSTERS;
        let mut rest = candidates.as_slice();
        while !rest.is_empty() {
            let (batch, others) = rest.split_at(size.min(rest.len()));
            let batch: Vec<(usize, usize)> =
                batch.iter().map(|&(_, cluster, place)| (cluster, place)).collect();
            self.examine(&batch);
            (rest, size) = (others, (4 * size).min(MOST_CLUSTERS));
        }
    }

    /// Aligns the members of clusters (cluster, strand) that can reach the floor, then raises it.
    pub(super) fn examine(&mut self, clusters: &[(usize, usize)]) {
        let limit = self.radius();
        for place in 0..self.strands.len() {
            let here = clusters.iter().filter(|cluster| cluster.1 == place);
            let near = self.near_consensus(place, here.map(|cluster| cluster.0), limit);
            self.examine_members(place, &near, limit);
        }
        self.raise_floor(Kind::Spanning);
    }

    /// Aligns the haplotypes whose partial alignments can reach the floor, in the order in which they stand, while it rises.
    pub(super) fn examine_partly(&mut self, place: usize, candidates: &[u32]) {
        self.compared.extend(candidates);
        let mut size = FIRST_PARTIAL;
        let mut rest = candidates;
        while !rest.is_empty() {
            let (batch, others) = rest.split_at(size.min(rest.len()));
            let (engine, query, floor) = (self.engine, &self.strands[place], self.floor);
            let open = batch.par_iter().filter(|haplotype| !self.aligned.contains(&(**haplotype, place)));
            let near = open.filter_map(|&haplotype| {
                Some((engine.partial_bound(query, haplotype, floor)?, (haplotype, None)))
            });
            let mut near: Vec<(Ratio, Unit)> = near.collect();
            near.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
            self.align_sorted(place, &near, Kind::Partial);
            (rest, size) = (others, 4 * size);
        }
    }

    fn near_consensus(
        &mut self,
        place: usize,
        numbers: impl Iterator<Item = usize>,
        limit: u32,
    ) -> Vec<Cluster> {
        let engine = self.engine;
        let (numbers, clusters): (Vec<usize>, Vec<Cluster>) =
            numbers.filter_map(|number| Some((number, engine.index.cluster(number)?))).unzip();
        let near = engine.near_consensus(&self.strands[place], &clusters, limit);
        self.looked_at.extend(numbers);
        clusters.into_iter().zip(near).filter(|(_, near)| *near).map(|(cluster, _)| cluster).collect()
    }

    fn examine_members(&mut self, place: usize, clusters: &[Cluster], limit: u32) {
        let members = clusters.iter().flat_map(|cluster| cluster.first_haplotype..cluster.end_haplotype);
        let members = members.take(self.engine.index.haplotype_count());
        let members: Vec<u32> = members.filter(|member| !self.aligned.contains(&(*member, place))).collect();
        let distances = self.engine.spanning_differences(&self.strands[place], &members, limit);
        self.compared.extend(&members);
        let near = members.into_iter().zip(distances);
        let near = near.filter_map(|(member, differences)| {
            Some((self.identity_bound(member, differences?), (member, differences)))
        });
        let mut near: Vec<(Ratio, Unit)> = near.collect();
        near.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
        self.align_sorted(place, &near, Kind::Spanning);
    }

    /// What the identity of a spanning alignment with so many differences cannot exceed: a match takes a plain base of both
    /// sequences, a difference a base of at least one.
    pub(super) fn identity_bound(&self, haplotype: u32, differences: u32) -> Ratio {
        let (plain, bases) = self.engine.plain_bases(haplotype);
        let both = (self.strands[0].bases() + bases).saturating_sub(differences as usize) / 2;
        let matches = self.plain.min(plain).min(both) as u64;
        Ratio::new(matches, (matches + u64::from(differences)).max(1)).unwrap_or(Ratio::ZERO)
    }

    /// Aligns haplotypes in the order of their bounds, highest first, while the floor rises by records up to this kind.
    fn align_sorted(&mut self, place: usize, waiting: &[(Ratio, Unit)], kind: Kind) {
        let mut rest = waiting;
        while let Some((highest, _)) = rest.first().filter(|(bound, _)| *bound >= self.floor) {
            let equal = rest.partition_point(|(bound, _)| bound >= highest);
            let (batch, others) = rest.split_at(equal);
            let batch: Vec<Unit> = batch.iter().map(|(_, unit)| *unit).collect();
            self.align(place, &batch);
            self.raise_floor(kind);
            rest = others;
        }
    }

    /// Makes the canonical alignments of haplotypes on one strand, and on the other where that may decide what they are.
    ///
    /// A record that is spanning on one strand is partial if a partial alignment on the other has a higher identity. The
    /// floor may rise by such records only as are spanning whatever is still found, so that this is settled here.
    pub(super) fn align(&mut self, place: usize, units: &[Unit]) {
        self.align_on(place, units);
        for other in (0..self.strands.len()).filter(|&other| other != place) {
            let (engine, query) = (self.engine, &self.strands[other]);
            let open = units.par_iter().filter(|(haplotype, _)| {
                let held = self.found.get(haplotype).map(|(_, found)| found);
                let open = held.filter(|found| found.kind == Kind::Spanning && found.differences > 0);
                open.is_some_and(|found| {
                    !self.aligned.contains(&(*haplotype, other))
                        && engine.can_reach_partly(query, *haplotype, found.identity())
                })
            });
            let open: Vec<Unit> = open.map(|(haplotype, _)| (*haplotype, None)).collect();
            self.align_on(other, &open);
        }
    }

    /// Makes the canonical alignments of haplotypes on one strand.
    fn align_on(&mut self, place: usize, units: &[Unit]) {
        let (engine, query) = (self.engine, &self.strands[place]);
        let compare =
            |&(haplotype, differences): &Unit| (haplotype, engine.compare(query, haplotype, differences));
        let compared: Vec<(u32, Option<Comparison>)> = units.par_iter().map(compare).collect();
        let (strand, bases) = (query.strand, query.bases());
        for (haplotype, comparison) in compared {
            self.aligned.insert((haplotype, place));
            let Some(comparison) = comparison else {
                continue;
            };
            let comparison = match strand {
                Strand::Plus => comparison,
                Strand::Minus => comparison.on_other_strand(bases),
            };
            let held = self.found.entry(haplotype).or_insert((strand, comparison));
            let order = held.1.identity().cmp(&comparison.identity());
            let order =
                order.then_with(|| merit(&comparison, &held.1)).then_with(|| held.0.cmp(&strand).reverse());
            if order.is_lt() {
                *held = (strand, comparison);
            }
        }
    }

    /// Raises the floor to the identity of the last record that is asked for, among those found up to this kind; to that of the best
    /// below the least identity.
    fn raise_floor(&mut self, kind: Kind) {
        let wanted = if self.floor < self.options.min_identity { Some(1) } else { self.options.max_hits };
        let Some(wanted) = wanted else {
            return;
        };
        // Spanning records rank before partial ones also with an identity below the floor, if they are hits at all.
        let lowest = self.floor.min(self.options.min_identity);
        let counts = |found: &Comparison| found.kind <= kind && found.identity() >= lowest;
        let found = self.found.iter().filter(|(_, (_, found))| counts(found));
        let mut ranked: Vec<(Kind, Reverse<Ratio>, usize)> = found
            .map(|(haplotype, (_, found))| {
                (found.kind, Reverse(found.identity()), self.engine.records_of(*haplotype))
            })
            .collect();
        ranked.sort_unstable();
        let mut records = 0;
        let last = ranked.into_iter().find(|(_, _, count)| {
            records += count;
            records >= wanted.max(1)
        });
        if let Some((_, Reverse(identity), _)) = last {
            self.floor = self.floor.max(identity);
        }
    }
}
