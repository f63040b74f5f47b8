//! Saola identifies seized wildlife by DNA and writes evidence that anyone can re-check.
//!
//! A result is a pure function of samples, reference release, listing file and rule profile. This crate puts the
//! rooms of the house together: [`SampleFile`] reads sequences, [`Analysis`] identifies them and looks their listings
//! up, [`write_report`] writes the report in all its forms.
//!
//! ```no_run
//! use saola::{Analysis, ListingFile, Listings, Profile, Release, SampleFile, samples_of};
//!
//! let release = Release::open("reference-db/saola-starter.saola".as_ref())?;
//! let file = ListingFile::parse(
//!     &std::fs::read_to_string("reference-db/cites/listings.tsv")?,
//!     &std::fs::read_to_string("reference-db/cites/groups.tsv")?,
//! )?;
//! let listings = Listings::from(file);
//! let profile = Profile::built_in(&release.manifest().default_profile)?;
//! let samples = samples_of(&[SampleFile::read("sample.fasta".as_ref())?])?;
//! let result = Analysis::new(&release, &listings, profile)?.run(&samples)?;
//! println!("{}", result.items[0].conclusion.statement);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod affected;
mod analysis;
mod audit_output;
mod input;
mod legal;
mod output;
mod permit_check;
pub mod reads;
mod reliability;
mod report_file;
mod rerun;
mod rerun_inputs;
mod resolution;
mod run;
mod sample;
mod sheet;
mod trust;
pub mod validate;

pub use affected::{
    Affected, AffectedReports, Retractions, RetractionsError, UnreadFile, Use, affected_reports,
};
pub use analysis::{Analysis, AnalysisError};
pub use audit_output::write_audit;
pub use input::{InputError, SampleFile};
pub use legal::{CitesAnswer, UnknownTaxon, cites, nearest_names};
pub use output::{OutputError, check_new_folder, write_new_file, write_new_file_with, write_report};
pub use permit_check::{
    FieldCheck, LineCheck, PermitCheck, PermitQuestion, PermitVerdict, permit_check_schema,
};
pub use reliability::{ReliabilityData, ReliabilityError, ReliabilityFile, ReliabilityRow};
pub use report_file::{FoundReports, ReportFile, ReportFileError, find_reports};
pub use rerun::{Difference, Premise, Rerun, RerunError, rerun};
pub use run::{new_run, result_digest};
pub use sample::{DuplicateSample, SampleError, SampleInput, SampleRules, samples_of};
pub use saola_cites::{Circumstances, CountryCode, ListingError, ListingFile, Listings};
pub use saola_cites::{download, permit};
pub use saola_curate::{
    Audit, AuditError, AuditPageError, CurateError, Distance, Evidence, Finding, FindingKind, GenusCoverage,
    Grade, Letter, MarkerCoverage, Progress, ProposedTier, ReferenceFolder, Watcher, audit, audit_release,
    coverage, coverage_table, import, read_folder, read_folder_taxonomy, summary as audit_summary, unwatched,
};
pub use saola_digest::{Sha256Digest, canonical_json};
pub use saola_evidence as evidence;
pub use saola_identify::trial;
pub use saola_identify::{Identifier, Level, Profile, ProfileError, RULES_VERSION};
pub use saola_refdb::{
    BuildError, Change, ChangeCount, ChangeKind, ChangedPart, ExportError, IndexError, IndexSection,
    NewRecord, OpenError, PackedSequence, ProofError, Record, RecordProof, Release, ReleaseBuilder,
    ReleaseDiff, Selection, Taxon, Tier, UnknownSelection, Verification, record_proof_schema,
};
pub use saola_report::{
    ReleaseSignature, Report, ReportResult, Run, SCHEMA_VERSION, SignatureStatus, hits_tsv, render_html,
    render_table, report_schema, samples_tsv,
};
pub use saola_search::{
    Alignment, Certificate, Hit, Kind, Options, Outcome, Pattern, Ratio, ReleaseSearch, Strand, align,
    index_sections, reverse_complement,
};
pub use saola_seq::table::TableError;
pub use saola_seq::{Limits, Marker, ReadError, SequenceRecord, read_records};
pub use sheet::{SheetError, read_sheet};
pub use trust::{BadSignature, check_release_signature};
