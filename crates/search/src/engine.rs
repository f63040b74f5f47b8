//! The search by the index: the same answer as the plain search over all records, most of which are never looked at.
//!
//! # The way of a query
//!
//! 1. **Seeds.** The clusters that share its rarest words are compared first. Nothing rests on them but speed: a close record
//!    found early raises the *floor*, the identity below which records no longer matter.
//! 2. **Spanning records.** Two strands, one floor. [`window`] excludes clusters that share too few words; [`verify`] excludes,
//!    of the others, those whose consensus is too far, then members that are too far themselves. What is left is aligned.
//!    With `max_hits` = n the floor rises to the identity of the n-th spanning record found.
//! 3. **Partial records**, unless n spanning ones rank before them: [`partial`]. The likest come first, and the floor rises to the identity of the n-th record of both kinds: all spanning ones rank before it, whatever their identity.
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
//! it is the better one. If neither does, the record does not matter. A spanning record raises the floor only once it is clear
//! that no partial alignment on the other strand stands for it instead.
//!
//! # Determinism
//!
//! The floor rises only between batches whose sizes depend on nothing but the query and the release; within a batch everything is
//! computed, on however many threads, against one floor.

mod examine;
mod nearest;
mod oriented;
mod partial;
mod seeds;
mod verify;
mod window;

use std::collections::{BTreeMap, BTreeSet};

use crate::bases::plain_bases;
use crate::certificate::Certificate;
use crate::compare::Comparison;
use crate::ends::Kind;
use crate::exhaustive::Options;
use crate::index::Index;
use crate::rank::{Ratio, most_differences};
use crate::strand::Strand;
use oriented::Oriented;
use partial::Needs;
use window::{Window, reaching};

/// Haplotypes whose partial alignments are made first on each strand.
const FIRST_PARTIAL: usize = 32;

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

/// Most shared words first.
fn order(&(count, cluster, place): &Candidate) -> (std::cmp::Reverse<u16>, usize, usize) {
    (std::cmp::Reverse(count), cluster, place)
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
    /// Clusters of which the consensus, or members, were compared.
    looked_at: BTreeSet<usize>,
    /// Haplotypes whose own least differences were computed.
    compared: BTreeSet<u32>,
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
            looked_at: BTreeSet::new(),
            compared: BTreeSet::new(),
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
        let hits_complete = !enough && self.partial();
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

    /// All partial records that reach the floor, unless it rises to the identity of the last record that is asked for; whether it
    /// did not. It is that of spanning records again afterwards.
    fn partial(&mut self) -> bool {
        let floor = self.floor;
        if self.options.max_hits.is_some() {
            // The likest come first: the floor that they give excludes most of the others by words alone.
            for place in 0..self.strands.len() {
                let mut candidates = self.partial_candidates(place);
                candidates.truncate(FIRST_PARTIAL);
                self.examine_partly(place, &candidates);
            }
        }
        for place in 0..self.strands.len() {
            let candidates = self.partial_candidates(place);
            self.examine_partly(place, &candidates);
        }
        std::mem::replace(&mut self.floor, floor) == floor
    }

    /// The haplotypes with which a strand can have a partial alignment that reaches the floor, by words; the likest first.
    fn partial_candidates(&self, place: usize) -> Vec<u32> {
        let (query, differences) = (&self.strands[place], self.radius() as usize);
        let needs = Needs::new(query, self.floor, self.options.min_overlap, differences);
        needs.map(|needs| self.engine.partial_candidates(query, &needs)).unwrap_or_default()
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

    fn certificate(&self, hits_complete: bool, best_proven: bool) -> Certificate {
        let index = &self.engine.index;
        let records = index.record_count();
        let count = |haplotypes: &mut dyn Iterator<Item = u32>| -> usize {
            haplotypes.map(|haplotype| self.engine.records_of(haplotype)).sum()
        };
        let compared = count(&mut self.compared.iter().copied());
        let aligned: BTreeSet<u32> = self.aligned.iter().map(|one| one.0).collect();
        let aligned = count(&mut aligned.into_iter());
        let clusters = self.looked_at.iter().filter_map(|number| index.cluster(*number));
        let members = clusters.flat_map(|cluster| cluster.first_haplotype..cluster.end_haplotype);
        let members = members.take(index.haplotype_count());
        let by_consensus = count(&mut members.filter(|member| !self.compared.contains(member)));
        Certificate {
            records,
            excluded_by_words: records.saturating_sub(compared + by_consensus),
            excluded_by_consensus: by_consensus,
            excluded_by_differences: compared.saturating_sub(aligned),
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
        self.partial_bound(query, haplotype, floor).is_some()
    }

    /// What the identity of a partial alignment cannot exceed; `None` when that is below the floor.
    fn partial_bound(&self, query: &Oriented, haplotype: u32, floor: Ratio) -> Option<Ratio> {
        query.pattern().partial_reach(&self.letters(haplotype), floor)
    }
}
