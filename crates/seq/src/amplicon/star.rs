//! The consensus of reads by a star alignment.

use super::Insert;
use crate::assembly::overlap::{Step, overlap_within, score_of};

/// Bases by which a read may run ahead of the consensus or behind it, beside what their lengths differ.
const BAND: usize = 48;
/// Bases on either side of a change over which it is judged.
const WINDOW: usize = 14;
/// Rounds after which the consensus is taken as it is.
const MOST_ROUNDS: usize = 6;
/// Least share of the votes of a call, else it is `N`.
const LEAST_AGREEMENT: [usize; 2] = [3, 5];
/// By how much one vote more makes a call safer, on the scale of Phred: a read errs at about one base in ten.
const PHRED_A_VOTE: usize = 10;
/// Highest score of a call: errors that reads share are not outvoted.
const MOST_QUALITY: usize = 40;
/// Equal bases in a row that make the number of them uncertain.
const HOMOPOLYMER: usize = 5;
/// Share of the votes against the number of bases of a homopolymer from which on it is told.
const UNCERTAIN: [usize; 2] = [1, 4];

/// Votes of the reads at a position: for A, C, G, T, and for no base.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Votes(pub [usize; 5]);

impl Votes {
    /// All votes.
    pub fn depth(&self) -> usize {
        self.0.iter().sum()
    }

    /// The letter with most votes (`-` for none), with its votes; the first in the order of the letters.
    pub fn winner(&self) -> (u8, usize) {
        let mut best = (b'A', self.0[0]);
        for (letter, votes) in b"CGT-".iter().zip(&self.0[1..]) {
            if *votes > best.1 {
                best = (*letter, *votes);
            }
        }
        best
    }

    /// The letter with the second most votes.
    pub(super) fn second(&self) -> (u8, usize) {
        let (winner, _) = self.winner();
        let others = b"ACGT-".iter().zip(self.0).filter(|(letter, _)| **letter != winner);
        others
            .max_by_key(|(letter, votes)| (*votes, std::cmp::Reverse(**letter)))
            .map_or((b'N', 0), |(l, v)| (*l, v))
    }

    fn add(&mut self, letter: u8) {
        if let Some(place) = b"ACGT-".iter().position(|known| *known == letter) {
            self.0[place] += 1;
        }
    }
}

/// A position of a consensus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmpliconSite {
    /// The call: a base, or `N`.
    pub base: u8,
    /// Phred score of the call.
    pub quality: u8,
    /// The votes.
    pub votes: Votes,
    /// Whether it stands in a homopolymer whose length the reads do not agree on.
    pub is_uncertain_length: bool,
}

/// The alignment of reads to a backbone: a column for each of its bases, and for bases between these.
pub(super) struct Star {
    /// For each base of the backbone its letter in each read; 0 where a read does not reach.
    pub(super) columns: Vec<Vec<u8>>,
    /// For each place behind a base of the backbone what reads have there, by the first inserted base only: longer insertions grow in
    /// the next round.
    insertions: Vec<Votes>,
    /// For each read the number of its bases before each base of the backbone, and before its end.
    starts: Vec<Vec<usize>>,
    /// Matching bases of each read, and bases that it was aligned over.
    pub(super) matches: Vec<(usize, usize)>,
}

impl Star {
    pub(super) fn of(backbone: &[u8], reads: &[&Insert]) -> Self {
        let mut star = Self {
            columns: vec![vec![0; reads.len()]; backbone.len()],
            insertions: vec![Votes::default(); backbone.len() + 1],
            starts: Vec::with_capacity(reads.len()),
            matches: Vec::with_capacity(reads.len()),
        };
        for (number, read) in reads.iter().enumerate() {
            star.add(number, backbone, &read.bases);
        }
        star
    }

    fn add(&mut self, number: usize, backbone: &[u8], bases: &[u8]) {
        let band = BAND + backbone.len().abs_diff(bases.len());
        let Some(found) = overlap_within(backbone, bases, band) else {
            self.matches.push((0, 1));
            self.starts.push(vec![0; backbone.len() + 1]);
            return;
        };
        let (mut old, mut new) = (0, 0);
        let mut starts = Vec::with_capacity(backbone.len() + 1);
        let mut inserted = false;
        let reach = |new: usize| new > 0 && new < bases.len();
        for step in &found.steps {
            match step {
                Step::Both => {
                    starts.push(new);
                    self.columns[old][number] = bases[new];
                    (old, new) = (old + 1, new + 1);
                    inserted = false;
                }
                Step::Old => {
                    starts.push(new);
                    if reach(new) {
                        self.columns[old][number] = b'-';
                    }
                    old += 1;
                    inserted = false;
                }
                Step::New => {
                    if !inserted && old > 0 && old < backbone.len() {
                        self.insertions[old].add(bases[new]);
                    }
                    inserted = true;
                    new += 1;
                }
            }
        }
        starts.push(new);
        self.starts.push(starts);
        self.matches.push((found.matches, backbone.len().min(bases.len()).max(1)));
    }

    /// Votes of the columns and of the places between them, in their order; each with whether it is a place between.
    fn votes(&self) -> Vec<(Votes, bool)> {
        let mut all = Vec::with_capacity(self.columns.len() * 2);
        for (index, column) in self.columns.iter().enumerate() {
            let mut here = Votes::default();
            for letter in column {
                here.add(*letter);
            }
            if index > 0 {
                // Reads that have a base on both sides and none between vote for none.
                let mut between = self.insertions[index];
                let inserted: usize = between.0.iter().sum();
                between.0[4] = here.depth().saturating_sub(inserted);
                all.push((between, true));
            }
            all.push((here, false));
        }
        all
    }
}

/// The consensus of reads, called in rounds from a backbone, and the reads' alignment to it.
pub(super) fn consensus(reads: &[&Insert], seed: &[u8]) -> (Vec<u8>, Star) {
    let mut backbone = seed.to_vec();
    let mut star = Star::of(&backbone, reads);
    for _ in 0..MOST_ROUNDS {
        let next: Vec<u8> =
            star.votes().iter().map(|(votes, _)| votes.winner().0).filter(|letter| *letter != b'-').collect();
        if next == backbone || next.is_empty() {
            break;
        }
        backbone = next;
        star = Star::of(&backbone, reads);
    }
    for _ in 0..MOST_ROUNDS {
        let Some(next) = star.better(&backbone, reads) else { break };
        backbone = next;
        star = Star::of(&backbone, reads);
    }
    (backbone, star)
}

/// A base more or a base less.
#[derive(Clone, Copy)]
enum Change {
    /// This base before a base of the backbone.
    Insert(usize, u8),
    /// A base of the backbone.
    Delete(usize),
}

/// Makes a change.
fn apply(bases: &mut Vec<u8>, change: Change) {
    match change {
        Change::Insert(place, letter) => bases.insert(place.min(bases.len()), letter),
        Change::Delete(place) if place < bases.len() => {
            bases.remove(place);
        }
        Change::Delete(_) => {}
    }
}

impl Change {
    /// The same in a part that begins at `from`.
    const fn moved(self, from: usize) -> Self {
        match self {
            Self::Insert(place, letter) => Self::Insert(place - from, letter),
            Self::Delete(place) => Self::Delete(place - from),
        }
    }

    const fn place(self) -> usize {
        match self {
            Self::Insert(place, _) | Self::Delete(place) => place,
        }
    }
}

impl Star {
    /// The backbone with those changes of its length with which the reads score better; `None` when there are none.
    ///
    /// Votes alone fail in homopolymers: a read with an error beside the missing base has its base elsewhere, and its vote too.
    fn better(&self, backbone: &[u8], reads: &[&Insert]) -> Option<Vec<u8>> {
        let mut gains: Vec<(i32, Change)> = self
            .candidates(backbone)
            .into_iter()
            .map(|change| (self.gain(backbone, reads, change), change))
            .filter(|(gain, _)| *gain > 0)
            .collect();
        gains.sort_by_key(|(gain, change)| (std::cmp::Reverse(*gain), change.place()));
        let mut made: Vec<Change> = Vec::new();
        for (_, change) in gains {
            if made.iter().all(|other| other.place().abs_diff(change.place()) > WINDOW) {
                made.push(change);
            }
        }
        if made.is_empty() {
            return None;
        }
        made.sort_by_key(|change| std::cmp::Reverse(change.place()));
        let mut next = backbone.to_vec();
        for change in made {
            apply(&mut next, change);
        }
        Some(next)
    }

    /// Changes for which a quarter of the reads speak.
    fn candidates(&self, backbone: &[u8]) -> Vec<Change> {
        let [part, whole] = UNCERTAIN;
        let mut candidates = Vec::new();
        for (place, column) in self.columns.iter().enumerate() {
            let depth = column.iter().filter(|letter| **letter != 0).count();
            let gaps = column.split(|letter| *letter == b'-').count() - 1;
            let is_inside = place > 0 && place + 1 < backbone.len();
            if is_inside && gaps * whole >= depth * part {
                candidates.push(Change::Delete(place));
            }
            let (letter, votes) = self.insertions[place].winner();
            if is_inside && votes > 0 && votes * whole >= depth * part {
                candidates.push(Change::Insert(place, letter));
            }
        }
        candidates
    }

    /// By how much the reads score better with a change, near its place.
    fn gain(&self, backbone: &[u8], reads: &[&Insert], change: Change) -> i32 {
        let from = change.place().saturating_sub(WINDOW);
        let to = (change.place() + WINDOW).min(backbone.len());
        let old = &backbone[from..to];
        let mut new = old.to_vec();
        apply(&mut new, change.moved(from));
        let gain_of = |(read, starts): (&&Insert, &Vec<usize>)| {
            let part = &read.bases[starts[from]..starts[to]];
            score_of(&new, part) - score_of(old, part)
        };
        reads.iter().zip(&self.starts).map(gain_of).sum()
    }

    /// The calls of all positions; ends that few reads reach are left out.
    pub(super) fn sites(&self, reads: usize) -> Vec<AmpliconSite> {
        let bases = self.votes().into_iter().filter(|(_, is_between)| !is_between);
        let calls: Vec<AmpliconSite> = bases.map(|(votes, _)| call(votes)).collect();
        let is_reached = |site: &AmpliconSite| site.votes.depth() * 2 >= reads;
        let first = calls.iter().position(is_reached).unwrap_or(calls.len());
        let last = calls.iter().rposition(is_reached).map_or(first, |last| last + 1);
        mark_homopolymers(calls[first..last].to_vec())
    }
}

fn call(votes: Votes) -> AmpliconSite {
    // How many bases there are is settled; here it is which.
    let named = Votes([votes.0[0], votes.0[1], votes.0[2], votes.0[3], 0]);
    let ((letter, most), depth) = (named.winner(), votes.depth());
    let [part, whole] = LEAST_AGREEMENT;
    let is_clear = most * whole >= depth * part;
    let lead = most - votes.second().1.min(most);
    let quality = if is_clear { (lead * PHRED_A_VOTE).min(MOST_QUALITY) } else { 0 };
    AmpliconSite {
        base: if is_clear { letter } else { b'N' },
        quality: u8::try_from(quality).unwrap_or(0),
        votes,
        is_uncertain_length: false,
    }
}

/// Marks homopolymers in which a quarter of the reads lack a base.
fn mark_homopolymers(mut sites: Vec<AmpliconSite>) -> Vec<AmpliconSite> {
    let mut start = 0;
    while start < sites.len() {
        let base = sites[start].base;
        let length = sites[start..].iter().take_while(|site| site.base == base).count();
        let run = &mut sites[start..start + length];
        let [part, whole] = UNCERTAIN;
        let is_doubted = run.iter().any(|site| site.votes.0[4] * whole >= site.votes.depth() * part);
        if length >= HOMOPOLYMER && base != b'N' && is_doubted {
            for site in run {
                site.is_uncertain_length = true;
            }
        }
        start += length;
    }
    sites
}
