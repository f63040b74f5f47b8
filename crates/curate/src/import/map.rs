//! How columns or headers of a format of one's own are named: `columns.toml`.

use std::{collections::BTreeMap, path::Path};

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use super::{ImportError, fields::Fields};

/// What `--map columns.toml` says.
///
/// ```toml
/// header = '^(?<processid>\S+) (?<name>[^|]+)\|(?<marker_code>.*)$'  # FASTA: a regular expression with named groups
/// marker = "COI-5P"                     # of records that name none
/// taxonomy_table = "taxonomy.tsv"       # record name, tab, names from the highest to the species, parted by ';'
/// [columns]                             # their column or group = ours; what is no column of ours becomes a note
/// name = "identification"
/// [defaults]                            # of columns that a record leaves empty
/// inst = "Museum"
/// [markers]                             # their marker = ours
/// Folmer = "COI-5P"
/// ```
#[derive(Clone, Debug, Default)]
pub struct ColumnMap {
    pub(crate) header: Option<Regex>,
    pub(crate) marker: Option<String>,
    pub(crate) columns: BTreeMap<String, String>,
    pub(crate) defaults: BTreeMap<String, String>,
    pub(crate) markers: BTreeMap<String, String>,
    /// Lineages by record name, from kingdom to species.
    pub(crate) lineages: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MapToml {
    header: Option<String>,
    marker: Option<String>,
    taxonomy_table: Option<String>,
    #[serde(default)]
    columns: BTreeMap<String, String>,
    #[serde(default)]
    defaults: BTreeMap<String, String>,
    #[serde(default)]
    markers: BTreeMap<String, String>,
}

/// Most bytes of a compiled header expression; matching is linear in the header whatever the expression.
const EXPRESSION_BYTES: usize = 1 << 20;
/// Ranks of the names in a taxonomy table and in other seven-part lineages.
pub(crate) const SEVEN_RANKS: [&str; 7] =
    ["kingdom", "phylum", "class", "order", "family", "genus", "species"];

impl ColumnMap {
    /// Reads a map; a taxonomy table is looked for beside it.
    ///
    /// # Errors
    ///
    /// [`ImportError`] when a file cannot be read, holds an unknown key or an expression that does not compile.
    pub fn read(path: &Path) -> Result<Self, ImportError> {
        let error = |message: String| ImportError::Format { file: path.display().to_string(), message };
        let text = fs_err::read_to_string(path)?;
        let toml: MapToml = toml::from_str(&text).map_err(|cause| error(cause.to_string()))?;
        let compile = |text: String| RegexBuilder::new(&text).size_limit(EXPRESSION_BYTES).build();
        let header = toml.header.map(compile).transpose().map_err(|cause| error(cause.to_string()))?;
        let lineages = match &toml.taxonomy_table {
            Some(name) => read_lineages(&path.parent().unwrap_or_else(|| Path::new("")).join(name))?,
            None => BTreeMap::new(),
        };
        let MapToml { marker, columns, defaults, markers, .. } = toml;
        Ok(Self { header, marker, columns, defaults, markers, lineages })
    }

    /// Our name for a column or group of theirs.
    pub(crate) fn column<'a>(&'a self, name: &'a str) -> &'a str {
        self.columns.get(name).map_or(name, String::as_str)
    }
}

fn read_lineages(path: &Path) -> Result<BTreeMap<String, String>, ImportError> {
    let text = fs_err::read_to_string(path)?;
    let rows = text.lines().filter_map(|line| line.split_once('\t'));
    Ok(rows.map(|(name, lineage)| (name.trim().to_owned(), lineage.trim().to_owned())).collect())
}

/// Sets the ranks of `domain or kingdom;phylum;class;order;family;genus;species`.
pub(crate) fn set_lineage(fields: &mut Fields, lineage: &str) {
    let names: Vec<&str> = lineage.split(';').map(str::trim).collect();
    for (rank, name) in SEVEN_RANKS.iter().zip(&names) {
        // A domain above the kingdoms tells no homonyms apart.
        if !matches!(*name, "" | "NA" | "Eukaryota" | "unclassified") {
            fields.set(rank, &name.replace('_', " "));
        }
    }
    if let Some(species) = names.get(6) {
        fields.set_default("identification", &species.replace('_', " "));
    }
}
