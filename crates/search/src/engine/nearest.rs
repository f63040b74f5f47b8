//! When no spanning record reaches the least identity: which is nearest.

use super::window::Window;
use super::{Candidate, Search, Unit, order};
use crate::rank::Ratio;

/// Clusters that are looked at for a near record.
const CLUSTERS: usize = 8;

impl Search<'_, '_> {
    /// Finds a near record; whether it is proven that none is better.
    pub(super) fn nearest(&mut self) -> bool {
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
        let last = CLUSTERS.min(candidates.len().saturating_sub(1));
        if !candidates.is_empty() {
            candidates.select_nth_unstable_by_key(last, order);
        }
        let mut near: Vec<(Ratio, usize, Unit)> = Vec::new();
        for &(_, number, place) in candidates.iter().take(CLUSTERS) {
            let Some(cluster) = self.engine.index.cluster(number) else {
                continue;
            };
            self.looked_at.insert(number);
            let members: Vec<u32> = (cluster.first_haplotype..cluster.end_haplotype).collect();
            let distances = self.engine.spanning_differences(&self.strands[place], &members, u32::MAX);
            self.compared.extend(&members);
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
        let end = self.engine.index.cluster(clusters.saturating_sub(1));
        let all = (0..end.map_or(0, |cluster| cluster.end_haplotype)).map(|haplotype| (haplotype, None));
        let all: Vec<Unit> = all.collect();
        self.compared.extend(all.iter().map(|unit| unit.0));
        for place in 0..self.strands.len() {
            self.align(place, &all);
        }
    }
}
