//! End to end, on real records.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it must be")]

mod bad_database;
mod bad_input;
mod decoys;
mod determinism;
mod forensic;
mod formats;
mod help;
mod holdout;
mod hostile;
mod release;
mod sign;
mod support;
