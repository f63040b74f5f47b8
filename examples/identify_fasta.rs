//! Identifies the sequences of a FASTA file with the starter release: `cargo run --release --example identify_fasta FILE`.

use std::{error::Error, path::Path};

use saola::{Analysis, ListingFile, Listings, Profile, Release, SampleFile, samples_of};

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("give a FASTA file")?;
    let folder = Path::new("reference-db");
    let release = Release::open(&folder.join("saola-starter.saola"))?;
    let text = |name: &str| fs_err::read_to_string(folder.join("cites").join(name));
    let listings = Listings::from(ListingFile::parse(&text("listings.tsv")?, &text("groups.tsv")?)?);
    let profile = Profile::built_in(&release.manifest().default_profile)?;
    let samples = samples_of(&[SampleFile::read(Path::new(&file))?])?;
    let result = Analysis::new(&release, &listings, profile)?.run(&samples)?;
    let lines = result.items.iter().map(|item| format!("{}: {}\n", item.id, item.conclusion.statement));
    Ok(std::io::Write::write_all(&mut std::io::stdout(), lines.collect::<String>().as_bytes())?)
}
