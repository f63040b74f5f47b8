//! Builds a release from a reference folder, verifies it, and says what is in it:
//! `cargo run --release --example build_reference FOLDER NEW_FILE`.

use std::{error::Error, io::Write as _, path::Path};

use saola::{Release, Tier, Verification, read_folder, write_new_file};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("give a reference folder")?;
    let file = arguments.next().ok_or("give a file to write")?;
    write_new_file(Path::new(&file), &read_folder(Path::new(&folder), &[])?.write()?)?;
    let release = Release::open(Path::new(&file))?;
    if let Verification::Bad(fault) = release.verify(|_| Vec::new()) {
        return Err(fault.into());
    }
    let used = release.records().filter(|record| record.tier() != Tier::Quarantine).count();
    let words = format!("{used} of {} records in use, root {}\n", release.record_count(), release.root());
    Ok(std::io::stdout().write_all(words.as_bytes())?)
}
