//! End to end, on real records.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it must be")]

mod affected;
mod amplicon;
mod audit;
mod bad_database;
mod bad_input;
mod cites;
mod decoys;
mod determinism;
mod diff;
mod downloads;
mod export;
mod forensic;
mod formats;
mod gates;
mod help;
mod holdout;
mod hostile;
mod import;
mod killed;
mod permit;
mod poor_records;
mod proof;
mod release;
mod rerun;
mod sign;
mod support;
#[cfg(unix)]
mod traces;
mod validate;
mod walkthrough;
