//! Haplotypes gathered into clusters: longest first, each to the cluster that it widens least.
//!
//! Which haplotypes lie together decides speed alone, never an answer: whatever the clusters, each member is an instance of its
//! consensus. So candidates are looked for only where a few sampled words agree.

use std::collections::HashMap;

use super::build::Haplotype;

/// Bases of an anchor: a word that is only used to find candidates.
const ANCHOR: usize = 16;
/// One word in so many is an anchor, chosen by its value, so that the same words are chosen in every sequence.
const ANCHOR_SAMPLE: u32 = 16;
/// Founders looked at for each anchor, newest first.
const FOUNDERS_PER_ANCHOR: usize = 8;
/// Candidates that are compared.
const CANDIDATES: usize = 6;
/// A consensus of so many bases may have one position that is no plain base.
const BASES_PER_VARIABLE: usize = 25;

/// A cluster while it grows.
pub(super) struct Draft {
    /// Base sets.
    pub(super) consensus: Vec<u8>,
    /// Haplotypes, and where each begins on the consensus.
    pub(super) members: Vec<(usize, usize)>,
    variable: usize,
}

/// Gathers haplotypes, which come longest first. Takes O(bases) time and memory.
pub(super) fn gather(haplotypes: &[Haplotype]) -> Vec<Draft> {
    let mut gathering = Gathering::default();
    for (number, haplotype) in haplotypes.iter().enumerate() {
        gathering.add(number, &haplotype.masks);
    }
    gathering.drafts
}

#[derive(Default)]
struct Gathering {
    drafts: Vec<Draft>,
    /// The newest node of each anchor.
    heads: HashMap<u32, u32>,
    nodes: Vec<Node>,
    votes: Vec<(u32, u32)>,
}

/// An anchor of a founder.
struct Node {
    draft: u32,
    position: u32,
    /// The next older node of the same anchor.
    next: Option<u32>,
}

impl Gathering {
    fn add(&mut self, number: usize, masks: &[u8]) {
        let anchors: Vec<(u32, u32)> = anchors(masks).collect();
        match self.best_place(masks, &anchors) {
            Some((draft, start, widened)) => {
                let draft = &mut self.drafts[draft];
                for (held, &mask) in draft.consensus[start..].iter_mut().zip(masks) {
                    *held |= mask;
                }
                draft.variable += widened;
                draft.members.push((number, start));
            }
            None => self.found(number, masks, &anchors),
        }
    }

    /// The draft that the sequence widens least, where it begins there, and by how many positions.
    fn best_place(&mut self, masks: &[u8], anchors: &[(u32, u32)]) -> Option<(usize, usize, usize)> {
        self.vote(anchors);
        let mut ballots: Vec<(usize, (u32, u32))> =
            self.votes.chunk_by(|one, other| one == other).map(|votes| (votes.len(), votes[0])).collect();
        ballots.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
        let places = ballots.into_iter().take(CANDIDATES).filter_map(|(_, (draft, start))| {
            let (draft, start) = (draft as usize, start as usize);
            let held = &self.drafts[draft];
            let covered = held.consensus.get(start..start + masks.len())?;
            let widened = covered.iter().zip(masks).filter(|(held, mask)| *mask & !**held != 0).count();
            let allowed = held.consensus.len() / BASES_PER_VARIABLE;
            (widened == 0 || held.variable + widened <= allowed).then_some((draft, start, widened))
        });
        places.min_by_key(|&(draft, start, widened)| (widened, draft, start))
    }

    /// Collects (draft, start) of every founder that shares an anchor, sorted.
    fn vote(&mut self, anchors: &[(u32, u32)]) {
        self.votes.clear();
        for &(position, word) in anchors {
            let mut node = self.heads.get(&word).copied();
            for _ in 0..FOUNDERS_PER_ANCHOR {
                let Some(place) = node.and_then(|node| self.nodes.get(node as usize)) else {
                    break;
                };
                if let Some(start) = place.position.checked_sub(position) {
                    self.votes.push((place.draft, start));
                }
                node = place.next;
            }
        }
        self.votes.sort_unstable();
    }

    fn found(&mut self, number: usize, masks: &[u8], anchors: &[(u32, u32)]) {
        let Ok(draft) = u32::try_from(self.drafts.len()) else {
            return;
        };
        let variable = masks.iter().filter(|mask| !mask.is_power_of_two()).count();
        self.drafts.push(Draft { consensus: masks.to_vec(), members: vec![(number, 0)], variable });
        for &(position, word) in anchors {
            let Ok(node) = u32::try_from(self.nodes.len()) else {
                return;
            };
            let next = self.heads.insert(word, node);
            self.nodes.push(Node { draft, position, next });
        }
    }
}

/// Position and value of a sequence's anchors.
fn anchors(masks: &[u8]) -> impl Iterator<Item = (u32, u32)> + '_ {
    super::word::words(masks, ANCHOR).filter(|(_, word)| {
        // The upper bits of a product with an odd constant depend on all bits of the word.
        (word.wrapping_mul(0x9E37_79B1) >> 16).is_multiple_of(ANCHOR_SAMPLE)
    })
}
