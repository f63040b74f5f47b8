use crate::AuditError;
use saola_refdb::TaxonomyError;
use saola_seq::table::TableError;

/// Why a reference folder cannot be made into a release.
#[derive(Debug, thiserror::Error)]
pub enum CurateError {
    /// A file cannot be read.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// A table does not parse, or a row is wrong.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A TOML file does not parse.
    #[error("{file}: {message}")]
    Toml {
        /// The file.
        file: String,
        /// What is wrong.
        message: String,
    },
    /// The taxa form no tree.
    #[error("taxonomy/taxa.tsv: {0}")]
    Taxonomy(#[from] TaxonomyError),
    /// The records cannot be audited.
    #[error(transparent)]
    Audit(#[from] AuditError),
}
