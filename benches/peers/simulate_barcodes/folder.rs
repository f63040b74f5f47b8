//! Writes what was simulated: a folder for `saola db build`, and FASTA for everyone else.

use std::{
    io::{self, BufWriter, Write},
    path::Path,
};

use saola::Release;

use crate::{library::Library, queries::Query};

const SOURCE: &str = "simulated-coi";
const NOTICE: &str = "simulated sequences, not a reference";

fn record_id(number: usize) -> String {
    format!("SIM{:07}", number + 1)
}

/// A buffered file that is closed with an error, not silently.
fn write(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut output = BufWriter::new(fs_err::File::create(path)?);
    fill(&mut output)?;
    output.flush()
}

/// The folder's files; `starter` is the folder that the markers come from, `roots` the release of the roots.
pub(crate) fn write_reference(
    folder: &Path,
    library: &Library,
    starter: &Path,
    roots: &Release,
) -> io::Result<()> {
    fs_err::create_dir_all(folder.join("records"))?;
    fs_err::create_dir_all(folder.join("taxonomy"))?;
    for copied in ["markers.tsv", "genetic_codes.tsv"] {
        fs_err::copy(starter.join(copied), folder.join(copied))?;
    }
    for (name, header) in [
        ("decisions.tsv", "record\tdecision\ttier\treason\twho\tdate\n"),
        ("panel.tsv", "taxon\tkind\tcommon_name\twild_relative\tmarker\trecords\tstatus\n"),
        ("taxonomy/synonyms.tsv", "name\taccepted\tstatus\tsource\tnote\n"),
        ("taxonomy/recognised.tsv", "genus\tspecies\ttaxon_id\tsource\n"),
        ("release.toml", &release_toml(library)),
        ("sources.toml", &sources_toml(roots)),
    ] {
        fs_err::write(folder.join(name), header)?;
    }
    write(&folder.join("taxonomy/taxa.tsv"), |file| write_taxa(file, library))?;
    write(&folder.join("records/simulated-coi.tsv"), |file| write_records(file, library))
}

fn release_toml(library: &Library) -> String {
    format!(
        "name = \"simulated-coi\"\nversion = \"{}\"\ndate = \"2026-11-23\"\ndefault_profile = \"screening\"\nnotice = \"{NOTICE}\"\n",
        library.records.len()
    )
}

/// The roots' release stands as the package, so that the origin can be checked.
fn sources_toml(roots: &Release) -> String {
    let manifest = roots.manifest();
    let (name, version, digest) = (&manifest.name, &manifest.version, roots.file_digest());
    format!(
        "[[source]]\nid = \"{SOURCE}\"\ntitle = \"Simulated COI barcodes around real ones\"\nregistry = \"none\"\n\
         package = \"{name}\"\nversion = \"{version}\"\npath = \"reference-db/saola-starter.saola\"\n\
         licence = \"MIT OR Apache-2.0\"\nsha256 = \"{digest}\"\ncautions = [\"{NOTICE}\"]\n"
    )
}

/// Vertebrates below Chordata, all others below Metazoa, as their genetic codes ask for.
fn write_taxa(file: &mut dyn Write, library: &Library) -> io::Result<()> {
    writeln!(file, "taxon_id\tname\trank\tparent_id\tsource")?;
    writeln!(file, "1\troot\troot\t1\t{SOURCE}")?;
    writeln!(file, "33208\tMetazoa\tkingdom\t1\t{SOURCE}")?;
    writeln!(file, "7711\tChordata\tphylum\t33208\t{SOURCE}")?;
    for (number, genus) in library.genera.iter().enumerate() {
        let parent = if genus.ancestor.code == 2 { 7711 } else { 33208 };
        writeln!(file, "simgenus{number}\t{}\tgenus\t{parent}\t{SOURCE}", genus.name)?;
    }
    for (number, species) in library.species.iter().enumerate() {
        let (name, parent) = (&species.name, species.genus);
        writeln!(file, "simspecies{number}\t{name}\tspecies\tsimgenus{parent}\t{SOURCE}")?;
    }
    Ok(())
}

fn write_records(file: &mut dyn Write, library: &Library) -> io::Result<()> {
    writeln!(file, "record_id\tsource\tidentification\tmarker_code\tnuc")?;
    for (number, record) in library.records.iter().enumerate() {
        let (id, name) = (record_id(number), &library.species[record.species].name);
        let marker = if record.whole { "COI-full" } else { "COI-5P" };
        write!(file, "{id}\t{SOURCE}\t{name}\t{marker}\t")?;
        file.write_all(&record.bases)?;
        file.write_all(b"\n")?;
    }
    Ok(())
}

/// All records, for programs that take FASTA.
pub(crate) fn write_fasta(path: &Path, library: &Library) -> io::Result<()> {
    write(path, |file| {
        for (number, record) in library.records.iter().enumerate() {
            writeln!(file, ">{} {}", record_id(number), library.species[record.species].name)?;
            file.write_all(&record.bases)?;
            file.write_all(b"\n")?;
        }
        Ok(())
    })
}

/// `queries.fasta` and `queries.tsv`.
pub(crate) fn write_queries(folder: &Path, queries: &[Query]) -> io::Result<()> {
    write(&folder.join("queries.fasta"), |file| {
        for (number, query) in queries.iter().enumerate() {
            writeln!(file, ">Q{:04}\n{}", number + 1, String::from_utf8_lossy(&query.bases))?;
        }
        Ok(())
    })?;
    write(&folder.join("queries.tsv"), |file| {
        writeln!(file, "query\tclass\tspecies\tspecies_present\tgenus_present\tsource\terrors\tstrand")?;
        for (number, query) in queries.iter().enumerate() {
            let yes_no = |present| if present { "yes" } else { "no" };
            let source = query.source.map_or_else(String::new, record_id);
            let (class, species, errors) = (query.class, &query.species, query.errors);
            let (in_species, in_genus) = (yes_no(query.species_present), yes_no(query.genus_present));
            let strand = if query.reversed { "-" } else { "+" };
            let id = number + 1;
            writeln!(
                file,
                "Q{id:04}\t{class}\t{species}\t{in_species}\t{in_genus}\t{source}\t{errors}\t{strand}"
            )?;
        }
        Ok(())
    })
}
