//! What may be trusted: from reviewable text files to a reference release.
//!
//! * [`read_folder`]: reads a `reference-db/` folder (its README describes the files) into a
//!   [`saola_refdb::ReleaseBuilder`].
//! * [`ScientificName`]: what a label says, with the words that keep it from naming a species.
//! * Labels that contradict those of nearly identical records of another family are found when a folder is read.
//! * [`import`]: makes or extends such a folder from downloads in other formats.
//! * [`decide_tier`]: the tier of a record as a predicate over its columns, with the reasons.

mod conflict;
mod decision;
mod error;
mod folder;
pub mod import;
mod label;
mod name;
mod records;
mod taxonomy;
mod tier;

pub use decision::{Decision, DecisionKind};
pub use error::CurateError;
pub use folder::{read_folder, read_folder_taxonomy};
pub use name::ScientificName;
pub use tier::{TierDecision, decide_tier};
