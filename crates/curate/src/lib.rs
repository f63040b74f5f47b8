//! What may be trusted: from reviewable text files to a reference release.
//!
//! * [`read_folder`]: reads a `reference-db/` folder (its README describes the files), audits it and applies the proposals
//!   and the curators' decisions: a [`saola_refdb::ReleaseBuilder`]. [`ReferenceFolder`] does so step by step.
//! * [`ScientificName`]: what a label says, with the words that keep it from naming a species.
//! * [`audit()`]: what is wrong, or worth knowing, in a library: every finding with a reason, the records it rests on and a
//!   proposed tier; a grade for each species and marker; coverage of the recognised species.
//! * [`import`]: makes or extends such a folder from downloads in other formats.
//! * [`decide_tier`]: the tier of a record as a predicate over its columns, with the reasons.

mod audit;
mod decision;
mod error;
mod folder;
pub mod import;
mod label;
mod name;
mod progress;
mod records;
mod taxonomy;
mod tier;

pub use audit::{
    Audit, AuditError, AuditPageError, Distance, Evidence, Finding, FindingKind, GenusCoverage, Grade,
    Letter, MarkerCoverage, ProposedTier, audit, audit_release, coverage, coverage_table, coverage_tsv,
    findings_tsv, grades_tsv, render_audit, summary,
};
pub use decision::{Decision, DecisionKind};
pub use error::CurateError;
pub use folder::{ReferenceFolder, read_folder, read_folder_taxonomy};
pub use name::ScientificName;
pub use progress::{Progress, Watcher, unwatched};
pub use tier::{TierDecision, decide_tier};
