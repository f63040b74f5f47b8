//! Simulates a COI barcode reference of any size around the real records of the starter release, and queries to it:
//! `cargo run --release --example simulate_barcodes -- --records 100000 --seed 1 --out DIR`.
//!
//! The model stands in `benches/peers/README.md`. Nothing in it is a reference: ids are `SIM...`, species `Genus sim...`.

mod folder;
mod gene;
mod library;
mod prng;
mod queries;
mod roots;

use std::{collections::BTreeMap, error::Error, path::Path};

use saola::Release;

use crate::{library::Library, prng::Random, queries::QueryMaker};

/// Bases of the COI barcode region.
pub(crate) const BARCODE: usize = 658;
/// Real genera kept out of the reference.
const HELD_OUT: usize = 50;

fn main() -> Result<(), Box<dyn Error>> {
    let options = options(std::env::args().skip(1))?;
    let option = |name: &str| options.get(name).ok_or_else(|| format!("--{name} is missing"));
    let (records, seed) = (option("records")?.parse()?, option("seed")?.parse()?);
    let out = Path::new(option("out")?);
    let starter = Path::new(env!("CARGO_MANIFEST_DIR")).join("reference-db");
    let release = Release::open(&starter.join("saola-starter.saola"))?;
    let mut random = Random::new(seed);
    let mut roots = roots::roots(&release);
    random.shuffle(&mut roots);
    let (held_out, present) = roots.split_at_checked(HELD_OUT).ok_or("too few real genera")?;
    let library = Library::grow(&mut random, present, records);
    let maker = QueryMaker { random: &mut random, library: &library, roots: present, held_out, absent: 0 };
    let queries = maker.all();
    folder::write_reference(&out.join("reference"), &library, &starter, &release)?;
    folder::write_fasta(&out.join("reference.fasta"), &library)?;
    folder::write_queries(out, &queries)?;
    Ok(())
}

/// `--name value` pairs.
fn options(mut arguments: impl Iterator<Item = String>) -> Result<BTreeMap<String, String>, String> {
    let mut options = BTreeMap::new();
    while let Some(argument) = arguments.next() {
        let name = argument.strip_prefix("--").filter(|name| ["records", "seed", "out"].contains(name));
        let (Some(name), Some(value)) = (name, arguments.next()) else {
            return Err("usage: simulate_barcodes --records N --seed N --out DIR".to_owned());
        };
        options.insert(name.to_owned(), value);
    }
    Ok(options)
}
