//! What may be trusted: from reviewable text files to a reference release.
//!
//! * [`read_folder`]: reads a `reference-db/` folder (its README describes the files) into a
//!   [`saola_refdb::ReleaseBuilder`].
//! * [`ScientificName`]: what a label says, with the words that keep it from naming a species.
//! * Labels that contradict those of nearly identical records of another family are found when a folder is read.
//! * [`decide_tier`]: the tier of a record as a predicate over its columns, with the reasons.

mod audit;
mod decision;
mod error;
mod folder;
mod name;
mod records;
mod taxonomy;
mod tier;

pub use audit::{
    Audit, AuditError, AuditPageError, Distance, Evidence, Finding, FindingKind, GenusCoverage, Grade, Letter, MarkerCoverage,
    ProposedTier, audit, audit_release, coverage, coverage_table, coverage_tsv, findings_tsv, grades_tsv, render_audit, summary,
};
pub use decision::{Decision, DecisionKind};
pub use error::CurateError;
pub use folder::{ReferenceFolder, read_folder};
pub use name::ScientificName;
pub use tier::{TierDecision, decide_tier};
