//! When no spanning record reaches the least identity: which is nearest.

use std::cmp::Reverse;

use super::oriented::Oriented;
use super::window::{Window, reaching};
use super::{Candidate, Search, Unit, order};
use crate::rank::Ratio;

/// Clusters that are looked at for a near record.
const CLUSTERS: usize = 8;

impl Search<'_, '_> {
    /// Finds a near record; whether it is proven that none is better.
    pub(super) fn nearest(&mut self) -> bool {
        let index = &self.engine.index;
        let counts: Vec<Vec<u16>> =
            self.strands.iter().map(|query| Window::core(query).count(index, query)).collect();
        let most = counts.iter().flatten().max().copied().unwrap_or_default();
        let mut leading = self.sharing_words(&counts, &[most - most / 4; 2]);
        leading.sort_unstable_by_key(order);
        leading.truncate(CLUSTERS);
        self.align_nearest(&leading);
        let least = self.options.prove_down_to;
        if least >= self.options.min_identity {
            // At 0, every record with an alignment was found.
            return least == Ratio::ZERO && self.options.min_identity == Ratio::ZERO;
        }
        self.floor = self.best_spanning().map_or(least, |best| best.max(least));
        let differences = self.radius() as usize;
        let needed = |query: &Oriented| Window::core(query).needed(differences).unwrap_or_default();
        let needed: Vec<u16> = self.strands.iter().map(needed).collect();
        let candidates = self.sharing_words(&counts, &needed);
        self.examine_all(candidates);
        if self.best_spanning().is_none() && least == Ratio::ZERO {
            self.align_everything();
        }
        self.best_spanning().is_some_and(|best| best >= least) || least == Ratio::ZERO
    }

    /// The clusters that have the words needed on a strand.
    fn sharing_words(&self, counts: &[Vec<u16>], needed: &[u16]) -> Vec<Candidate> {
        let strands = counts.iter().zip(needed).enumerate();
        let candidates = strands.flat_map(|(place, (counts, needed))| {
            let found = reaching(&self.engine.index, counts, *needed);
            found.into_iter().map(move |(count, cluster)| (count, cluster, place))
        });
        candidates.collect()
    }

    /// Aligns the nearest member of some clusters.
    fn align_nearest(&mut self, clusters: &[Candidate]) {
        let mut near: Vec<(Ratio, Reverse<usize>, Reverse<u32>, u32)> = Vec::new();
        for &(_, number, place) in clusters {
            let Some(cluster) = self.engine.index.cluster(number) else {
                continue;
            };
            self.looked_at.insert(number);
            let members: Vec<u32> = (cluster.first_haplotype..cluster.end_haplotype).collect();
            let distances = self.engine.spanning_differences(&self.strands[place], &members, u32::MAX);
            self.compared.extend(&members);
            let found = members.into_iter().zip(distances);
            near.extend(found.filter_map(|(member, differences)| {
                let differences = differences?;
                Some((self.identity_bound(member, differences), Reverse(place), Reverse(member), differences))
            }));
        }
        if let Some((_, Reverse(place), Reverse(member), differences)) = near.into_iter().max() {
            self.align(place, &[(member, Some(differences))]);
        }
    }

    /// No record has a spanning alignment with columns: a partial one may be the best.
    fn align_everything(&mut self) {
        let clusters = self.engine.index.cluster_count();
        let end = self.engine.index.cluster(clusters.saturating_sub(1));
        let all = (0..end.map_or(0, |cluster| cluster.end_haplotype)).map(|haplotype| (haplotype, None));
        let all: Vec<Unit> = all.collect();
        self.compared.extend(all.iter().map(|unit| unit.0));
        for place in 0..self.strands.len() {
            self.align(place, &all);
        }
    }
}
