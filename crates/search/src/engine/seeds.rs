//! Where a near record is likely: the clusters that share the query's rarest words.

use super::Search;
use super::window::row;

/// Postings that are read for the seeds.
const POSTINGS: usize = 512;
/// Clusters that are taken.
const CLUSTERS: usize = 4;

impl Search<'_, '_> {
    /// The clusters (with the strand's place) that share most of the rarest words.
    pub(super) fn seeds(&self) -> Vec<(usize, usize)> {
        let mut rare: Vec<(usize, usize, std::ops::Range<u32>)> = Vec::new();
        for (place, query) in self.strands.iter().enumerate() {
            rare.extend(query.words.iter().map(|(_, places)| (places.len(), place, places.clone())));
        }
        rare.sort_unstable_by_key(|(count, place, places)| (*count, *place, places.start));
        let mut read = 0;
        let mut votes: Vec<(usize, usize)> = Vec::new();
        for (count, place, places) in rare {
            read += count;
            if read > POSTINGS && !votes.is_empty() {
                break;
            }
            let index = &self.engine.index;
            votes.extend(index.postings(&places).iter().map(|piece| (index.owner(row(*piece)), place)));
        }
        votes.sort_unstable();
        let mut ballots: Vec<(usize, (usize, usize))> =
            votes.chunk_by(|one, other| one == other).map(|votes| (votes.len(), votes[0])).collect();
        ballots.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
        ballots.into_iter().take(CLUSTERS).map(|(_, seed)| seed).collect()
    }
}
