//! Measures of clades, kept for queries that meet the same fragments.

use std::collections::HashMap;
use std::sync::Mutex;

use saola_digest::Sha256Digest;

/// What is measured of a clade, in differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Measures {
    /// The largest distance between two members' fragments; 0 for a single one.
    pub(crate) spread: u32,
    /// The largest distance of a member's fragment to the nearest other member's; 0 for a single one. Known for species only.
    pub(crate) reach: u32,
    /// The least distance between a member's fragment and a record outside; none when nothing is outside.
    pub(crate) isolation: Option<u32>,
}

/// Measures by what they follow from, and from nothing else: the fragments, and which records are outside.
#[derive(Debug, Default)]
pub(crate) struct Memo(Mutex<HashMap<Sha256Digest, Measures>>);

impl Memo {
    /// The measures under a key, measured if they are not known. Two threads may measure the same, and find the same.
    pub(crate) fn get_or(&self, key: Sha256Digest, measure: impl FnOnce() -> Measures) -> Measures {
        let known = |memo: &Self| memo.0.lock().ok().and_then(|known| known.get(&key).copied());
        known(self).unwrap_or_else(|| {
            let measures = measure();
            if let Ok(mut known) = self.0.lock() {
                known.insert(key, measures);
            }
            measures
        })
    }
}
