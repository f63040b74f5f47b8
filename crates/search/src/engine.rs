//! The search by the index: the same answer as the plain search over all records, most of which are never looked at.
//!
//! # The way of a query
//!
//! 1. **Seeds.** The clusters that share its rarest words are compared first. Nothing rests on them but speed: a close record
//!    found early raises the *floor*, the identity below which records no longer matter.
//! 2. **Spanning records.** Two strands, one floor. [`window`] excludes clusters that share too few words; [`verify`] excludes,
//!    of the others, those whose consensus is too far, then members that are too far themselves. What is left is aligned.
//!    With `max_hits` = n the floor rises to the identity of the n-th spanning record found.
//! 3. **Partial records**, unless n spanning ones rank before them: [`partial`].
//! 4. **The nearest**, if no spanning record reached the least identity: first a good one, by shared words, then, down to the identity
//!    [`Options::prove_down_to`], the proof that none is better, again by 2 with that record's identity as the floor.
//!
//! # Why a floor excludes by differences
//!
//! An alignment with d differences and x matches has identity x / (x + d) and x is at most the plain bases M of the query: an
//! identity of f or more needs d <= M (1 - f) / f. With the floor at the identity of the n-th best record found, each of the n best records, and each
//! that is tied with the last of them, has at least the floor's identity, so that it is never excluded.
//!
//! # Which comparison stands for a record
//!
//! The better one of both strands. A strand is left out only when no alignment on it reaches the floor; if the other strand's does,
//! it is the better one. If neither does, the record does not matter.
//!
//! # Determinism
//!
//! The floor rises only between batches whose sizes depend on nothing but the query and the release; within a batch everything is
//! computed, on however many threads, against one floor.

mod oriented;
mod partial;
mod seeds;
mod verify;
mod window;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::bases::plain_bases;
use crate::certificate::Certificate;
use crate::compare::Comparison;
use crate::ends::Kind;
use crate::exhaustive::Options;
use crate::index::{Cluster, Index};
use crate::rank::{Ratio, merit, most_differences};
use crate::strand::Strand;
use oriented::Oriented;
use partial::Needs;
use window::{Window, reaching};

/// Where the base sets of a release's sequences come from.
pub(crate) trait Sequences: Sync {
    /// Appends the base sets of a sequence; nothing when it cannot be read.
    fn masks(&self, sequence: u32, masks: &mut Vec<u8>);

    /// How many bases of a sequence are no plain bases, and how many there are in all.
    fn ambiguous(&self, sequence: u32) -> (usize, usize);
}

/// A marker's index and the sequences that it names.
#[derive(Clone, Copy)]
pub(crate) struct Engine<'data> {
    pub(crate) index: Index<'data>,
    pub(crate) sequences: &'data dyn Sequences,
}

/// A haplotype with the comparison that stands for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) haplotype: u32,
    pub(crate) strand: Strand,
    /// Query positions are those of the query as supplied.
    pub(crate) comparison: Comparison,
}

/// A cluster on one strand (by place in [`Search::strands`]), with the words that it shares.
type Candidate = (u16, usize, usize);

/// A haplotype, and the least differences of its spanning alignment where they are known.
type Unit = (u32, Option<u32>);

/// Clusters of the first batch; each further batch is four times as large, up to [`MOST_CLUSTERS`].
const FIRST_CLUSTERS: usize = 8;
const MOST_CLUSTERS: usize = 2048;
/// Clusters that are looked at for a near record when none reached the least identity.
const NEAREST_CLUSTERS: usize = 8;

/// Most shared words first.
fn order(&(count, cluster, place): &Candidate) -> (std::cmp::Reverse<u16>, usize, usize) {
    (std::cmp::Reverse(count), cluster, place)
}

/// How far the records of a cluster came.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reached {
    Consensus,
    Differences,
}

/// One query under way.
struct Search<'engine, 'data> {
    engine: &'engine Engine<'data>,
    options: &'engine Options,
    strands: Vec<Oriented>,
    plain: usize,
    /// No record below this identity matters.
    floor: Ratio,
    /// The best comparison of each haplotype that was aligned.
    found: BTreeMap<u32, (Strand, Comparison)>,
    aligned: BTreeSet<(u32, usize)>,
    reached: BTreeMap<usize, Reached>,
}

impl Engine<'_> {
    /// The haplotypes that can be hits or best, and the account. Haplotypes below the least identity may be among them.
    pub(crate) fn search(&self, query: &[u8], options: &Options) -> (Vec<Found>, Certificate) {
        let mut strands = vec![Oriented::new(&self.index, query, Strand::Plus, options.min_overlap)];
        if options.both_strands {
            strands.push(Oriented::new(&self.index, query, Strand::Minus, options.min_overlap));
        }
        let mut search = Search {
            engine: self,
            options,
            strands,
            plain: plain_bases(query),
            floor: options.min_identity,
            found: BTreeMap::new(),
            aligned: BTreeSet::new(),
            reached: BTreeMap::new(),
        };
        let (hits_complete, best_proven) = search.run();
        let certificate = search.certificate(hits_complete, best_proven);
        let found = search.found.into_iter();
        let found = found.map(|(haplotype, (strand, comparison))| Found { haplotype, strand, comparison });
        (found.collect(), certificate)
    }
}

impl Search<'_, '_> {
    /// Whether all hits were found, and whether the best is proven.
    fn run(&mut self) -> (bool, bool) {
        let seeds = self.seeds();
        self.examine(&seeds);
        self.spanning();
        let enough = self.options.max_hits.is_some_and(|most| self.spanning_records() >= most.max(1));
        if !enough {
            self.partial();
        }
        let hits_complete = !enough;
        if self.best_spanning().is_some_and(|best| best >= self.options.min_identity) {
            return (hits_complete, true);
        }
        (hits_complete, self.nearest())
    }

    /// Most differences that a spanning record may have to reach the floor.
    fn radius(&self) -> u32 {
        u32::try_from(most_differences(self.plain, self.floor)).unwrap_or(u32::MAX)
    }

    /// All spanning records that reach the floor.
    fn spanning(&mut self) {
        let differences = self.radius() as usize;
        let mut candidates: Vec<Candidate> = Vec::new();
        for (place, query) in self.strands.iter().enumerate() {
            let window = Window::choose(query, differences);
            candidates.extend(self.sharing(place, &window, window.needed(differences)));
        }
        self.examine_all(candidates);
    }

    /// The clusters that share at least `needed` words of a window; all clusters if none are needed.
    fn sharing(&self, place: usize, window: &Window, needed: Option<u16>) -> Vec<Candidate> {
        let index = &self.engine.index;
        let counts = window.count(index, &self.strands[place]);
        let found = reaching(index, &counts, needed.unwrap_or_default());
        found.into_iter().map(|(count, cluster)| (count, cluster, place)).collect()
    }

    /// Examines clusters in the order of shared words, most first, while the floor rises.
    fn examine_all(&mut self, mut candidates: Vec<Candidate>) {
        candidates.sort_unstable_by_key(order);
        let mut size = FIRST_CLUSTERS;
        let mut rest = candidates.as_slice();
        while !rest.is_empty() {
            let (batch, others) = rest.split_at(size.min(rest.len()));
            let batch: Vec<(usize, usize)> = batch.iter().map(|&(_, cluster, place)| (cluster, place)).collect();
            self.examine(&batch);
            (rest, size) = (others, (4 * size).min(MOST_CLUSTERS));
        }
    }

    /// Aligns the members of clusters (cluster, strand) that can reach the floor, then raises it.
    fn examine(&mut self, clusters: &[(usize, usize)]) {
        let limit = self.radius();
        for place in 0..self.strands.len() {
            let here = clusters.iter().filter(|cluster| cluster.1 == place);
            let near = self.near_consensus(place, here.map(|cluster| cluster.0), limit);
            self.examine_members(place, &near, limit);
        }
        self.raise_floor();
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
        for (number, near) in numbers.into_iter().zip(&near) {
            self.reach(number, if *near { Reached::Differences } else { Reached::Consensus });
        }
        clusters.into_iter().zip(near).filter(|(_, near)| *near).map(|(cluster, _)| cluster).collect()
    }

    fn examine_members(&mut self, place: usize, clusters: &[Cluster], limit: u32) {
        let members = clusters.iter().flat_map(|cluster| cluster.first_haplotype..cluster.end_haplotype);
        let members: Vec<u32> = members.filter(|member| !self.aligned.contains(&(*member, place))).collect();
        let distances = self.engine.spanning_differences(&self.strands[place], &members, limit);
        let near = members.into_iter().zip(distances);
        let near = near.filter_map(|(member, differences)| {
            Some((self.identity_bound(member, differences?), (member, differences)))
        });
        self.align_best_first(place, near.collect());
    }

    /// What the identity of a spanning alignment with so many differences cannot exceed: a match takes a plain base of both
    /// sequences, a difference a base of at least one.
    fn identity_bound(&self, haplotype: u32, differences: u32) -> Ratio {
        let (plain, bases) = self.engine.plain_bases(haplotype);
        let both = (self.strands[0].bases() + bases).saturating_sub(differences as usize) / 2;
        let matches = self.plain.min(plain).min(both) as u64;
        Ratio::new(matches, (matches + u64::from(differences)).max(1)).unwrap_or(Ratio::ZERO)
    }

    /// A sharper bound for haplotypes that can have the floor's identity, highest first; far records are many, and slow to align.
    fn bound_by_length(&self, place: usize, waiting: &[(Ratio, Unit)]) -> Vec<(Ratio, Unit)> {
        let (engine, query) = (self.engine, &self.strands[place]);
        let near = waiting.par_iter().filter(|(bound, _)| *bound >= self.floor);
        let near = near.map(|&(bound, unit)| (engine.identity_by_length(query, unit).unwrap_or(bound).min(bound), unit));
        let mut near: Vec<(Ratio, Unit)> = near.collect();
        near.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
        near
    }

    /// Aligns haplotypes that can have the floor's identity, those of the highest bound first, while the floor rises.
    fn align_best_first(&mut self, place: usize, mut waiting: Vec<(Ratio, Unit)>) {
        waiting.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
        if self.floor < self.options.min_identity {
            waiting = self.bound_by_length(place, &waiting);
        }
        let mut rest = waiting.as_slice();
        while let Some((highest, _)) = rest.first().filter(|(bound, _)| *bound >= self.floor) {
            let equal = rest.partition_point(|(bound, _)| bound >= highest);
            let (batch, others) = rest.split_at(equal);
            let batch: Vec<Unit> = batch.iter().map(|(_, unit)| *unit).collect();
            self.align(place, &batch);
            self.raise_floor();
            rest = others;
        }
    }

    /// Makes the canonical alignments of haplotypes on one strand.
    fn align(&mut self, place: usize, units: &[Unit]) {
        let (engine, query) = (self.engine, &self.strands[place]);
        let compare = |&(haplotype, differences): &Unit| (haplotype, engine.compare(query, haplotype, differences));
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
            let order = order.then_with(|| merit(&comparison, &held.1)).then_with(|| held.0.cmp(&strand).reverse());
            if order.is_lt() {
                *held = (strand, comparison);
            }
        }
    }

    /// All partial records that reach the floor.
    fn partial(&mut self) {
        let differences = self.radius() as usize;
        for place in 0..self.strands.len() {
            let query = &self.strands[place];
            let Some(needs) = Needs::new(query, self.floor, self.options.min_overlap, differences) else {
                continue;
            };
            let candidates = self.engine.partial_candidates(query, &needs);
            let (engine, floor) = (self.engine, self.floor);
            let near = candidates.par_iter().filter(|(_, haplotype)| {
                !self.aligned.contains(&(*haplotype, place)) && engine.can_reach_partly(query, *haplotype, floor)
            });
            let near: Vec<Unit> = near.map(|(_, haplotype)| (*haplotype, None)).collect();
            candidates.iter().for_each(|(cluster, _)| self.reach(*cluster, Reached::Differences));
            self.align(place, &near);
        }
    }

    /// Finds a near record; whether it is proven that none is better.
    fn nearest(&mut self) -> bool {
        let mut candidates = Vec::new();
        for place in 0..self.strands.len() {
            let core = Window::core(&self.strands[place]);
            candidates.extend(self.sharing(place, &core, None));
        }
        self.align_nearest(&mut candidates);
        let least = self.options.prove_down_to;
        if least >= self.options.min_identity {
            // At 0, every record with an alignment was found.
            return least == Ratio::ZERO && self.options.min_identity == Ratio::ZERO;
        }
        self.floor = self.best_spanning().map_or(least, |best| best.max(least));
        let differences = self.radius() as usize;
        let needed: Vec<Option<u16>> =
            self.strands.iter().map(|query| Window::core(query).needed(differences)).collect();
        candidates.retain(|(count, _, place)| needed[*place].is_none_or(|needed| *count >= needed));
        self.examine_all(candidates);
        if self.best_spanning().is_none() && least == Ratio::ZERO {
            self.align_everything();
        }
        self.best_spanning().is_some_and(|best| best >= least) || least == Ratio::ZERO
    }

    /// Aligns the nearest members of the clusters that share most words.
    fn align_nearest(&mut self, candidates: &mut [Candidate]) {
        let last = NEAREST_CLUSTERS.min(candidates.len().saturating_sub(1));
        if !candidates.is_empty() {
            candidates.select_nth_unstable_by_key(last, order);
        }
        let mut near: Vec<(Ratio, usize, Unit)> = Vec::new();
        for &(_, number, place) in candidates.iter().take(NEAREST_CLUSTERS) {
            let Some(cluster) = self.engine.index.cluster(number) else {
                continue;
            };
            self.reach(number, Reached::Differences);
            let members: Vec<u32> = (cluster.first_haplotype..cluster.end_haplotype).collect();
            let distances = self.engine.spanning_differences(&self.strands[place], &members, u32::MAX);
            let found = members.into_iter().zip(distances);
            near.extend(found.filter_map(|(member, differences)| {
                Some((self.identity_bound(member, differences?), place, (member, differences)))
            }));
        }
        let highest = near.iter().map(|one| one.0).max();
        for place in 0..self.strands.len() {
            let here = near.iter().filter(|one| Some(one.0) == highest && one.1 == place);
            let units: Vec<Unit> = here.map(|one| one.2).collect();
            self.align(place, &units);
        }
    }

    /// No record has a spanning alignment with columns: a partial one may be the best.
    fn align_everything(&mut self) {
        let clusters = self.engine.index.cluster_count();
        (0..clusters).for_each(|number| self.reach(number, Reached::Differences));
        let end = self.engine.index.cluster(clusters.saturating_sub(1));
        let all = (0..end.map_or(0, |cluster| cluster.end_haplotype)).map(|haplotype| (haplotype, None));
        let all: Vec<Unit> = all.collect();
        for place in 0..self.strands.len() {
            self.align(place, &all);
        }
    }

    fn reach(&mut self, cluster: usize, step: Reached) {
        let held = self.reached.entry(cluster).or_insert(step);
        *held = step.max(*held);
    }

    /// The highest identity of a spanning comparison.
    fn best_spanning(&self) -> Option<Ratio> {
        let spanning = self.found.values().filter(|(_, found)| found.kind == Kind::Spanning);
        spanning.map(|(_, found)| found.identity()).max()
    }

    /// How many spanning records reach the floor.
    fn spanning_records(&self) -> usize {
        let reaching = |found: &Comparison| found.kind == Kind::Spanning && found.identity() >= self.floor;
        let spanning = self.found.iter().filter(|(_, (_, found))| reaching(found));
        spanning.map(|(haplotype, _)| self.engine.records_of(*haplotype)).sum()
    }

    /// Raises the floor to the identity of the last spanning record that is asked for; to that of the best below the least identity.
    fn raise_floor(&mut self) {
        let wanted = if self.floor < self.options.min_identity { Some(1) } else { self.options.max_hits };
        let Some(wanted) = wanted else {
            return;
        };
        let mut spanning: Vec<(Ratio, usize)> = self
            .found
            .iter()
            .filter(|(_, (_, found))| found.kind == Kind::Spanning)
            .map(|(haplotype, (_, found))| (found.identity(), self.engine.records_of(*haplotype)))
            .collect();
        spanning.sort_by_key(|one| std::cmp::Reverse(one.0));
        let mut records = 0;
        let last = spanning.into_iter().find(|(_, count)| {
            records += count;
            records >= wanted.max(1)
        });
        if let Some((identity, _)) = last {
            self.floor = self.floor.max(identity);
        }
    }

    fn certificate(&self, hits_complete: bool, best_proven: bool) -> Certificate {
        let index = &self.engine.index;
        let records = index.record_count();
        let of = |step: Reached| -> usize {
            let clusters = self.reached.iter().filter(|(_, reached)| **reached == step);
            let clusters = clusters.filter_map(|(number, _)| index.cluster(*number));
            clusters.map(|cluster| index.records(cluster.first_haplotype, cluster.end_haplotype).len()).sum()
        };
        let (consensus, differences) = (of(Reached::Consensus), of(Reached::Differences));
        let haplotypes: BTreeSet<u32> = self.aligned.iter().map(|one| one.0).collect();
        let aligned: usize = haplotypes.into_iter().map(|one| self.engine.records_of(one)).sum();
        Certificate {
            records,
            excluded_by_words: records.saturating_sub(consensus + differences),
            excluded_by_consensus: consensus,
            excluded_by_differences: differences.saturating_sub(aligned),
            aligned,
            identity_bound: self.floor,
            most_differences: self.radius(),
            hits_complete,
            best_proven,
        }
    }
}

impl Engine<'_> {
    fn records_of(&self, haplotype: u32) -> usize {
        self.index.records(haplotype, haplotype.saturating_add(1)).len()
    }

    /// Whether a partial alignment can have this identity, by its least differences.
    fn can_reach_partly(&self, query: &Oriented, haplotype: u32, floor: Ratio) -> bool {
        let letters = self.letters(haplotype);
        let plain = plain_bases(&letters);
        let limit = most_differences(plain.min(query.pattern().plain_bases()), floor);
        query.pattern().identity_bound(&letters, plain, Kind::Partial, Some(limit)) >= Some(floor)
    }
}
