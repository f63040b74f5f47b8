//! How it is told: one report model and every form in which it is written.
//!
//! A [`Report`] has two parts that never mix: [`ReportResult`] is a pure function of samples, release, listings and
//! profile, and is what gets hashed; [`Run`] says when, where and how the result was made. Sentences and limitations
//! are fixed texts ([`words`]), chosen by code. This crate signs nothing.

mod chromatogram;
mod html;
mod model;
mod reads;
mod signature;
mod table;
mod tsv;
pub mod words;

pub use chromatogram::Chromatogram;
pub use html::{RenderError, render_html};
pub use model::{
    Certificate, Circumstances, Conclusion, Excluded, Hit, Item, LegalResolution, Limitation,
    ListingDownload, ListingDownloadFile, ListingStatus, Neighbour, Profile, ProvenIdentity, Question,
    Reference, Reliability, Report, ReportResult, Run, Sample, Software, Source, SpeciesListing, TrialCounts,
};
pub use reads::{
    AmpliconGroup, AmpliconReads, ConsensusSite, Disagreements, Edit, PrimerFound, Read, Reads, SiteSupport,
};
pub use signature::{ReleaseSignature, SignatureStatus};
pub use table::render_table;
pub use tsv::{hits_tsv, samples_tsv};

/// Version of the JSON report; readers refuse a newer one.
pub const SCHEMA_VERSION: &str = "1";

/// The JSON Schema (draft 2020-12) of [`Report`].
pub fn report_schema() -> schemars::Schema {
    schemars::schema_for!(Report)
}
