//! End to end, on real records.

mod decoys;
mod determinism;
mod holdout;
mod release;
mod forensic;
mod bad_database;
mod bad_input;
mod formats;
mod help;
mod hostile;
mod support;
