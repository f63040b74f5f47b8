//! The definitions of the crate documentation against independent counts: plain enumeration and plain dynamic programmes written
//! from the definition, other programs where their definitions coincide, and alignments worked by hand.

#![expect(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

mod canonical;
mod definition;
mod differences;
mod exhaustive;
mod generate;
mod hostile;
mod indexed;
mod peers;
mod worked;
