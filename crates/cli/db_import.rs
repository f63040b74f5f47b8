//! `saola db import`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use saola::Taxon;
use saola::import::{ColumnMap, Format, Import, Limits, Skeleton};

use crate::failure::{Failure, Kind};
use crate::{database, terminal};

static MARKERS: &[u8] = include_bytes!("../../reference-db/markers.tsv");
static GENETIC_CODES: &[u8] = include_bytes!("../../reference-db/genetic_codes.tsv");

/// Ranks of the built-in taxonomy that a new folder begins with.
const SKELETON_RANKS: [&str; 4] = ["root", "kingdom", "phylum", "class"];

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ImportFormat {
    /// BOLD's BCDM table: tab-separated, with a header line.
    Bcdm,
    #[value(help = "GenBank flat files; a record for each feature that is a known marker")]
    Genbank,
    /// FASTA; the kinds of header in use are told apart record by record, others need --map.
    Fasta,
    /// FASTA with `;tax=k:..,s:..;`.
    Sintax,
}

#[derive(Args)]
pub(crate) struct ImportOptions {
    /// The files, plain or gzip; their order is of no consequence.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Format of the files.
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) from: ImportFormat,
    /// Reference folder to make, or to extend by one source.
    #[arg(long, value_name = "DIR")]
    pub(crate) into: PathBuf,
    /// How columns or headers of a format of one's own are named (TOML).
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<PathBuf>,
    /// Marker of the records that name none, such as COI.
    #[arg(long, value_name = "MARKER")]
    pub(crate) marker: Option<String>,
    /// Licence of the data, as its giver states it.
    #[arg(long, value_name = "TEXT", default_value = "not stated")]
    pub(crate) licence: String,
    /// Name of the source; the first file's name unless given.
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
    /// Day on which the data was retrieved; today unless given.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = crate::arguments::parse_date)]
    pub(crate) date: Option<jiff::civil::Date>,
    /// A new folder takes over the taxonomy of this reference folder, or the one `built-in`; otherwise it begins with
    /// kingdoms, phyla and classes.
    #[arg(long, value_name = "DIR|built-in")]
    pub(crate) taxonomy: Option<PathBuf>,
}

pub(crate) fn run(options: &ImportOptions, quiet: bool) -> Result<(), Failure> {
    if options.taxonomy.is_some() && options.into.join("release.toml").is_file() {
        let message = format!("{}: has a taxonomy of its own", options.into.display());
        return Err(Failure::new(Kind::Usage, message, "leave --taxonomy out"));
    }
    let map = match &options.map {
        Some(path) => ColumnMap::read(path)?,
        None => ColumnMap::default(),
    };
    let skeleton = skeleton(options.taxonomy.as_deref())?;
    let import = Import {
        format: match options.from {
            ImportFormat::Bcdm => Format::Bcdm,
            ImportFormat::Genbank => Format::Genbank,
            ImportFormat::Fasta => Format::Fasta,
            ImportFormat::Sintax => Format::Sintax,
        },
        files: &options.files,
        folder: &options.into,
        skeleton: &skeleton,
        map,
        marker: options.marker.clone(),
        licence: options.licence.clone(),
        source: options.source.clone().unwrap_or_else(|| default_source(&options.files)),
        date: options.date.unwrap_or_else(today).to_string(),
        limits: Limits::default(),
    };
    let bar = terminal::progress("importing", quiet);
    let summary =
        import.run(&mut |file, records| bar.set_message(format!("importing {file}: {records} records")))?;
    bar.finish_and_clear();
    if !quiet {
        let account = options.into.join("imports").join(&summary.source);
        terminal::say(&format!("what became of each record: {}", account.display()));
    }
    if summary.kept == 0 {
        terminal::say(
            "warning: no record was kept; name the marker with --marker, or the columns or headers with --map",
        );
    }
    terminal::print(&summary.to_string())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the tool is where the clock is read; the library is handed the time"
)]
fn today() -> jiff::civil::Date {
    jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date()
}

/// The name of the first file, in the order of names, without its endings.
fn default_source(files: &[PathBuf]) -> String {
    let names =
        files.iter().filter_map(|file| file.file_name()).map(|name| name.to_string_lossy().into_owned());
    let first = names.min().unwrap_or_default();
    let stem = first.split('.').next().unwrap_or_default();
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
    stem.chars().map(|letter| if allowed(letter) { letter } else { '_' }).take(100).collect()
}

/// What a new folder begins with: the taxonomy of a folder, or of the built-in release, or its highest ranks only.
pub(crate) fn skeleton(taxonomy: Option<&Path>) -> Result<Skeleton, Failure> {
    let (markers, genetic_codes) = (MARKERS.to_vec(), GENETIC_CODES.to_vec());
    let taxonomy = match taxonomy {
        Some(folder) if folder != Path::new("built-in") => {
            let taxonomy = saola::read_folder_taxonomy(folder)?;
            let (taxa, synonyms) = (taxonomy.taxa().to_vec(), taxonomy.synonyms().to_vec());
            let recognised = taxonomy.recognised().to_vec();
            return Ok(Skeleton { markers, genetic_codes, taxa, synonyms, recognised });
        }
        built_in => (database::open(None)?, built_in.is_some()),
    };
    let (release, is_whole) = taxonomy;
    let taxonomy = release.taxonomy();
    let is_wanted = |taxon: &&Taxon| is_whole || SKELETON_RANKS.contains(&taxon.rank.as_str());
    let taxa = taxonomy.taxa().iter().filter(is_wanted).cloned().collect();
    let (mut synonyms, mut recognised) = (Vec::new(), Vec::new());
    if is_whole {
        synonyms.extend_from_slice(taxonomy.synonyms());
        recognised.extend_from_slice(taxonomy.recognised());
    }
    Ok(Skeleton { markers, genetic_codes, taxa, synonyms, recognised })
}
