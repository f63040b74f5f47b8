//! Builds a release from a reference folder, verifies it, and says what is in it:
//! `cargo run --release --example build_reference FOLDER NEW_FILE`.

use std::{error::Error, io::Write as _, path::Path};

use saola::{Release, Tier, Verification, index_sections, read_folder, write_new_file_with};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("give a reference folder")?;
    let file = arguments.next().ok_or("give a file to write")?;
    let content =
        Release::from_bytes(read_folder(Path::new(&folder), &[], &saola::unwatched)?.write()?, &file)?;
    let index = index_sections(&content)?;
    write_new_file_with(Path::new(&file), |output| Ok(content.write_with_index(index, output)?))?;
    let release = Release::open(Path::new(&file))?;
    if let Verification::Bad(fault) = release.verify(|release| index_sections(release).unwrap_or_default()) {
        return Err(fault.into());
    }
    let used = release.records().filter(|record| record.tier() != Tier::Quarantine).count();
    let words = format!("{used} of {} records in use, root {}\n", release.record_count(), release.root());
    Ok(std::io::stdout().write_all(words.as_bytes())?)
}
