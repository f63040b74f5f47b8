//! What a sample is held against: the reference release, one file that is written once and never changed.
//!
//! # File format 1
//!
//! Little-endian; every section begins at a multiple of 64 bytes and has its SHA-256 in the section table.
//!
//! ```text
//! offset 0   "SAOLAREF"  format version u32  section count u32  file length u64  reserved u64
//!        32  SHA-256 of bytes 0..32 and of the section table
//!        64  section table, 64 bytes an entry: name [16], offset u64, length u64, SHA-256 [32]
//!        ..  release     canonical JSON: name, version, sources, sub-roots ([`Manifest`])
//!            markers     canonical JSON: markers and genetic codes
//!            taxonomy    canonical JSON: taxa, synonyms, recognised species, panel
//!            taxon-names names of the taxa, in the order of their numbers; laid out as strings
//!            columns     canonical JSON: names of the text columns, in BCDM terms
//!            strings     distinct cell texts: count u64, offsets u64 x (count + 1), UTF-8
//!            cells       for each record, for each column: number of its text, u32
//!            entries     for each record: sequence u32, taxon u32, marker u16, tier u8, 0 u8, leaf hash [32]
//!            sequences   for each distinct sequence: first byte u64, bases u32, ambiguities u32, first ambiguity u64
//!            bases       2 bits a base (A 0, C 1, G 2, T 3), lowest bits first, each sequence from a whole byte
//!            ambiguities position u32 (from 0), IUPAC code u8, 0 x 3; the base beneath is stored as A
//!            ...         index sections, sorted by name: whatever a search derives from the sections above
//! ```
//!
//! A release opens in a time that does not grow with it: [`Release::open`] reads the section table and the small
//! sections, [`Release::check`] every byte, and [`Release::verify`] writes everything anew and compares.
//!
//! # Identity
//!
//! A record's leaf is its canonical JSON: every column that is not empty, the sequence, the taxon and the tier with
//! its reasons. The records' sub-root is the Merkle root (RFC 6962) over the leaves sorted by record id; with the
//! digests of the taxonomy and marker sections it makes the release's root. Build order, threads and machine do not
//! enter. The section `taxon-names` is derived from the taxonomy, and releases written before it existed are read without.
//! Index sections are derived from the rest and have a digest of their own.

mod builder;
mod check;
mod data;
mod diff;
mod export;
#[cfg(test)]
mod fixture;
mod index;
mod layout;
mod manifest;
mod map;
mod packed;
mod part;
mod proof;
mod record;
mod release;
mod taxonomy;
mod text_table;
mod verify;

pub use builder::{BuildError, NewRecord, ReleaseBuilder};
pub use diff::{CHANGE_COLUMNS, Change, ChangeCount, ChangeKind, ChangedPart, ReleaseDiff};
pub use export::{DERIVED_COLUMNS, ExportError, Selection, UnknownSelection, is_formula};
pub use index::{IndexError, IndexSection};
pub use manifest::{Manifest, Source, SubRoots};
pub use packed::PackedSequence;
pub use proof::{PROOF_VERSION, ProofError, RecordProof, record_proof_schema};
pub use record::{Record, Tier};
pub use release::{OpenError, Release};
pub use taxonomy::{PanelEntry, PanelKind, Recognised, Synonym, Taxon, TaxonNumber, Taxonomy, TaxonomyError};
pub use verify::Verification;
