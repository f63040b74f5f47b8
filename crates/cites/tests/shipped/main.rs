//! The shipped listings: cases from the history of the treaty, and rules that the files themselves keep.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cases;
mod convention;
mod downloads;
mod files;
mod homonyms;
mod limits;
mod properties;
mod support;
