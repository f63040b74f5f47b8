//! What a search looked at, and what it left out by which bound.

use crate::rank::Ratio;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The account of a search: every record of the marker is in exactly one of the four parts.
///
/// `excluded_by_words + excluded_by_consensus + excluded_by_differences + aligned == records`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Certificate {
    /// Records that were to be searched: those of the marker, quarantined ones left out.
    pub records: usize,
    /// Records that share too few words with the query, on both strands and for both kinds of alignment.
    pub excluded_by_words: usize,
    /// Further records whose cluster's consensus has too many differences.
    pub excluded_by_consensus: usize,
    /// Further records whose own least differences were computed and are too many.
    pub excluded_by_differences: usize,
    /// Records whose canonical alignment was made.
    pub aligned: usize,
    /// No spanning record that was not aligned has this identity or a higher one: the floor at the end of the search.
    pub identity_bound: Ratio,
    /// The most differences that a spanning record may have to reach that identity: the value that the bounds were held against.
    pub most_differences: u32,
    /// Whether every record of at least the least identity asked for, spanning or partial, was aligned. Otherwise so many
    /// records were found that none of the others can be among the hits.
    pub hits_complete: bool,
    /// Whether no record can be better than, or tied with, the best without being named among them.
    pub best_proven: bool,
}

impl Default for Certificate {
    fn default() -> Self {
        Self {
            records: 0,
            excluded_by_words: 0,
            excluded_by_consensus: 0,
            excluded_by_differences: 0,
            aligned: 0,
            identity_bound: Ratio::ZERO,
            most_differences: u32::MAX,
            hits_complete: true,
            best_proven: true,
        }
    }
}
