//! The search by the index against the plain search that compares every record, on many small releases: real records of the
//! starter, published alignments (in the shared data), simulated barcodes.
//!
//! `cargo test` runs a few hundred searches. All of them, with the shared data's folder in `SAOLA_SHARED_DATA`:
//!
//! ```text
//! cargo test --release --test exactness -- --ignored --nocapture
//! ```
//!
//! Every random choice comes from a seed that the test names, so that a difference can be shown again. `check.py` beside this
//! file asks another program.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it must be")]
#![allow(clippy::print_stdout, reason = "the figures are what the test is run for")]

mod changes;
mod compare;
mod libraries;

#[path = "../../benches/peers/simulate_barcodes/gene.rs"]
mod gene;
#[expect(dead_code, reason = "what is known of a simulated species is not asked here")]
#[path = "../../benches/peers/simulate_barcodes/library.rs"]
mod library;
#[path = "../../benches/peers/simulate_barcodes/prng.rs"]
mod prng;
#[expect(dead_code, reason = "what is known of a simulated query is not asked here")]
#[path = "../../benches/peers/simulate_barcodes/queries.rs"]
mod queries;
#[path = "../../benches/peers/simulate_barcodes/roots.rs"]
mod roots;

use changes::{CHANGES, changed, strange};
use compare::Account;
use libraries::{Base, Library, folded, simulated, starter_markers, treebase};
use prng::Random;
use saola::reverse_complement;

/// Bases of the COI barcode region; the simulation asks for it.
pub(crate) const BARCODE: usize = 658;

/// Files of single-marker alignments in the shared data.
const TREEBASE: [&str; 7] = ["12S", "16S", "COI", "cytb", "matK", "rbcL", "trnL"];

/// Takes releases of at most `size` records from a library, `rounds` times, and searches each for `per_round` changed records.
fn search_samples(
    account: &mut Account,
    base: &Base,
    library: &Library,
    size: usize,
    rounds: u64,
    per_round: usize,
) {
    for round in 0..rounds {
        let mut random = Random::new(round);
        let records = library.sample(&mut random, size);
        let release = base.release(&library.marker, &records);
        let queries: Vec<(&str, Vec<u8>)> = (0..per_round)
            .map(|number| {
                let change = CHANGES[number % CHANGES.len()];
                (change, changed(&mut random, change, library))
            })
            .collect();
        account.search(&format!("{} round {round}", library.name), &release, &library.marker, &queries);
    }
}

/// Searches a simulated library for every `step`-th of its thousand queries.
fn search_simulated(account: &mut Account, base: &Base, records: usize, seed: u64, step: usize) {
    let (records, queries) = simulated(base, records, seed);
    let release = base.release("COI-5P", &records);
    let queries: Vec<(&str, Vec<u8>)> = queries.into_iter().step_by(step).collect();
    account.search(&format!("simulated seed {seed}"), &release, "COI-5P", &queries);
}

#[test]
fn a_few_hundred_searches() {
    let (mut account, base) = (Account::default(), Base::starter());
    for library in starter_markers(&base) {
        search_samples(&mut account, &base, &library, 60, 1, CHANGES.len());
    }
    search_simulated(&mut account, &base, 120, 1, 50);
    account.conclude("a few");
}

/// The record ends in 60 bases and their reverse complement; the query is the record on the other strand, with five bases changed.
/// All of it is 315 in 320 alike on the minus strand; on the plus strand 120 bases overlap, and are the same. The higher
/// identity stands for the record.
///
/// ```text
/// record   stem 200, arm 60, arm' 60
/// query                 arm 60, arm' 60, stem' 200
/// ```
#[test]
fn a_record_can_be_nearer_in_part_on_the_other_strand() {
    let (mut account, base, mut random) = (Account::default(), Base::starter(), Random::new(1));
    let (stem, arm) = (strange(&mut random, 200), strange(&mut random, 60));
    let record = [stem, arm.clone(), reverse_complement(&arm)].concat();
    let mut query = reverse_complement(&record);
    for place in [140, 170, 200, 230, 260] {
        query[place] = if query[place] == b'A' { b'C' } else { b'A' };
    }
    let release = base.release("COI-5P", &[record]);
    account.search("folded", &release, "COI-5P", &[("minus strand", query)]);
    account.conclude("folded");
}

#[test]
#[ignore = "takes minutes"]
fn starter_records() {
    let (mut account, base) = (Account::default(), Base::starter());
    for library in starter_markers(&base) {
        let rounds = if library.records.len() > 1000 { 10 } else { 2 };
        search_samples(&mut account, &base, &library, 200, rounds, 3 * CHANGES.len());
    }
    account.conclude("starter");
}

#[test]
#[ignore = "takes minutes, and needs SAOLA_SHARED_DATA"]
fn published_alignments() {
    let (mut account, base) = (Account::default(), Base::starter());
    for name in TREEBASE {
        search_samples(&mut account, &base, &treebase(&base, name), 200, 8, 4 * CHANGES.len());
    }
    account.conclude("TreeBASE");
}

/// Records and queries that resemble their own reverse complement in part: a record can be near on one strand, and, in part, nearer
/// on the other.
#[test]
#[ignore = "takes minutes"]
fn folded_sequences() {
    let (mut account, base) = (Account::default(), Base::starter());
    let library = folded(&base, 400);
    search_samples(&mut account, &base, &library, 200, 5, 4 * CHANGES.len());
    account.conclude("folded");
}

#[test]
#[ignore = "takes minutes"]
fn simulated_barcodes() {
    let (mut account, base) = (Account::default(), Base::starter());
    for seed in 1..=6 {
        search_simulated(&mut account, &base, 1000, seed, 10);
    }
    account.conclude("simulated");
}
