//! End to end, on real records.

mod decoys;
mod determinism;
mod holdout;
mod release;
