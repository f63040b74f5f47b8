//! What is wrong, or worth knowing, in a reference library: every finding with its reason, the records it rests on and
//! a proposed tier.
//!
//! # What is compared
//!
//! All records take part, whatever their tier, but those of which more than one base in 20 is ambiguous. Equal sequences of one
//! marker are one *haplotype*, searched once in the whole library. Its *neighbours* are the first 10 records of the exact search's
//! ranking of at least 98 % identity, itself included, with all that are tied with the last, if the alignment covers at least half of the shorter sequence. A distance
//! is a share of differences, as two integers: `3/648`.
//!
//! Records of one taxon with the same `specimen` (or else voucher, or else process id) are one *specimen*. Neighbours are counted by
//! specimen, and a specimen is no witness for its own label: what is left out is the specimen, not the record.
//!
//! # When a label is in conflict
//!
//! ```text
//! Cuculus canorus  ------.                     of the record's family within 2 %:  1, itself
//!                        |  0/600              of another family:                 2 Tytonidae
//! Tyto alba  ------------+---- Tyto alba       2 >= 1: the record is in conflict
//!     of their own family 2, of another 1: these are not
//! ```
//!
//! * **Family.** Within 2 % (*near*; 0.5 % in markers other than mitochondrial genes for proteins, which change more slowly) at least as many specimens are of some other family as of the label's, the record's own
//!   included. A lone stranger is at fault, the many are not. Families of animals differ by some 10 % and more in COI.
//! * **Genus**, within the family: the same, when besides some specimen of the label's species lies further away (the species is
//!   known to look otherwise). A record that stands alone is also in conflict if it is outvoted and its genus lies further away, or
//!   if several of the strangers are *close*, within 1 %; a single close one makes it a case for screening. Neighbours with the same
//!   epithet, but for its ending, are the same species under another name, and count for the label.
//! * **Species**, within the genus: within 1 % (*close*) as many specimens of some other species as of the label's, when as many of
//!   the label's species lie *apart*, more than 2 % away. So species that share their barcodes (gulls, crows, young species) are in no
//!   conflict: none of them lies apart. They are `shared barcode`, and kept.
//! * **Equal votes**, one against one above all: both are in conflict, unless the strangers are clearly at fault: specimens of their
//!   species lie away from this sequence and none of the label's does; or the nearest other record of the label's species, genus or
//!   family is nearer by 2 % than that of theirs.
//! * **Contamination** is a family conflict with people or domestic animals of the panel. With equal votes these are not at fault.
//!
//! Only the highest conflict is told. The sequence alone does not tell a mix-up from a contamination by another family.
//!
//! # The other findings
//!
//! Each is defined at its [`FindingKind`], every limit with its source in `audit/limits.rs`. Where a haplotype has no neighbour, the 3
//! nearest of up to 20 relatives of its genus and family stand in for strand, frame and likeness. Records in conflict are no
//! witnesses for outliers; quarantined ones none for shared barcodes and grades.
//!
//! # Complexity
//!
//! One search for each haplotype, O(haplotypes) memory beside the release; conspecifics are compared directly only where none is a
//! neighbour, by the bit-parallel kernel first. The same answer on any number of threads: haplotypes are judged one by one, and
//! put together in the order of record ids.
//!
//! # What it cannot see
//!
//! A wrong label where neither the true species nor the label's has another specimen; a batch of wrong labels that
//! outnumbers the right ones; species that differ by less than 2 %.

mod coverage;
mod finding;
mod grade;
mod label;
mod label_text;
mod library;
mod limits;
mod neighbours;
mod page;
mod sequence;
mod species;
mod tables;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use saola_refdb::{NewRecord, Release, ReleaseBuilder, Tier};
use saola_search::{DamagedRecord, ReleaseSearch};
use serde::Serialize;

use crate::{Progress, Watcher};
use coverage::{Counted, coverage_of};
use library::{Level, Library};
use limits::MOST_EVIDENCE;
use neighbours::{Neighbourhood, neighbourhoods, witnesses};
use sequence::{ambiguous_bases, is_readable};
use species::{Excluded, Kin};

pub use coverage::{GenusCoverage, MarkerCoverage, coverage};
pub use finding::{Distance, Evidence, Finding, FindingKind, ProposedTier};
pub use grade::{Grade, Letter};
pub use page::{AuditPageError, render_audit};
pub use tables::{coverage_table, coverage_tsv, findings_tsv, grades_tsv, summary};

/// What an audit found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// Number of records.
    pub records: usize,
    /// Number of distinct specimens among them.
    pub specimens: usize,
    /// Findings, by record id and then in the order of kinds.
    pub findings: Vec<Finding>,
    /// Grades, by species and marker.
    pub grades: Vec<Grade>,
    /// Coverage of every genus, with the proposed tiers applied.
    pub coverage: Vec<GenusCoverage>,
}

/// Why an audit cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The records form no release.
    #[error(transparent)]
    Build(#[from] saola_refdb::BuildError),
    /// The release cannot be read.
    #[error(transparent)]
    Open(#[from] saola_refdb::OpenError),
    /// A record cannot be read.
    #[error(transparent)]
    Damaged(#[from] DamagedRecord),
}

/// A finding under way: records by number.
pub(crate) struct Draft {
    record: u32,
    kind: FindingKind,
    tier: ProposedTier,
    reason: String,
    evidence: Vec<(u32, Distance)>,
}

/// Columns that the audit reads.
const COLUMNS: [&str; 6] =
    ["record_id", "specimen", "museumid", "processid", "identification", "identification_method"];

/// Audits records that are about to become a release.
///
/// # Errors
///
/// [`AuditError`] when they form none.
pub fn audit(builder: &ReleaseBuilder, watcher: Watcher<'_>) -> Result<Audit, AuditError> {
    let light = |record: &NewRecord| NewRecord {
        fields: COLUMNS
            .into_iter()
            .filter_map(|column| Some((column.to_owned(), record.fields.get(column)?.clone())))
            .collect(),
        sequence: record.sequence.clone(),
        marker: record.marker.clone(),
        taxon: record.taxon,
        tier: record.tier,
    };
    let builder = ReleaseBuilder {
        markers: builder.markers.clone(),
        genetic_codes: builder.genetic_codes.clone(),
        taxonomy: builder.taxonomy.clone(),
        records: builder.records.iter().map(light).collect(),
        ..ReleaseBuilder::default()
    };
    audit_records(builder, watcher)
}

/// Audits a release: quarantined records too.
///
/// # Errors
///
/// [`AuditError`] when a record cannot be read.
pub fn audit_release(release: &Release, watcher: Watcher<'_>) -> Result<Audit, AuditError> {
    let light = |record: saola_refdb::Record<'_>| {
        let fields = COLUMNS
            .into_iter()
            .map(|column| (column.to_owned(), record.field(column).to_owned()))
            .filter(|(_, text)| !text.is_empty());
        Ok(NewRecord {
            fields: fields.collect(),
            sequence: record.sequence().ok_or_else(|| DamagedRecord(record.id().to_owned()))?,
            marker: record.marker().name.clone(),
            taxon: record.taxon(),
            tier: record.tier(),
        })
    };
    let builder = ReleaseBuilder {
        markers: release.markers().clone(),
        genetic_codes: release.genetic_codes().clone(),
        taxonomy: release.taxonomy().clone(),
        records: release.records().map(light).collect::<Result<_, DamagedRecord>>()?,
        ..ReleaseBuilder::default()
    };
    audit_records(builder, watcher)
}

/// Everything that is readable takes part, whatever its tier.
fn audit_records(mut builder: ReleaseBuilder, watcher: Watcher<'_>) -> Result<Audit, AuditError> {
    watcher(Progress { step: "indexing records", done: 0, all: 0 });
    let id = |record: &NewRecord| record.fields.get("record_id").cloned().unwrap_or_default();
    let tiers: BTreeMap<String, Tier> =
        builder.records.iter().map(|record| (id(record), record.tier)).collect();
    for record in &mut builder.records {
        let readable = is_readable(ambiguous_bases(&record.sequence), record.sequence.len());
        record.tier = if readable { Tier::Screening } else { Tier::Quarantine };
    }
    let release = Release::from_bytes(builder.write()?, "the records to be audited")?;
    let search = ReleaseSearch::new(&release)?;
    let library = Library::new(&release);
    let around = neighbourhoods(&library, &search, watcher);
    drop(search);
    watcher(Progress { step: "judging records", done: 0, all: 0 });
    let tiers: Vec<Tier> = tiers.into_values().collect();
    Ok(report(&library, &around, &tiers))
}

fn report(library: &Library<'_>, around: &[Neighbourhood], tiers: &[Tier]) -> Audit {
    let mut drafts = by_record(library, |record| of_record(library, record, around));
    let excluded: Excluded = quarantined(&drafts);
    let kin: Vec<Kin> = by_record(library, |record| {
        vec![species::kin(library, record, &around[library.facts(record).haplotype as usize], &excluded)]
    });
    drafts.extend(of_species(library, &kin, &excluded));
    let excluded = quarantined(&drafts);
    drafts.extend(by_record(library, |record| {
        let around = &around[library.facts(record).haplotype as usize];
        let is_excluded = excluded.contains(&record);
        let shared = || species::shared(library, record, around, &excluded);
        if is_excluded { Vec::new() } else { shared().into_iter().collect() }
    }));
    let grades = grade::grades(library, around, &kin, &excluded);
    drafts.sort_by_key(|draft| (draft.record, draft.kind));
    let specimens =
        library.facts.iter().map(|facts| facts.specimen).max().map_or(0, |last| last as usize + 1);
    Audit {
        records: library.facts.len(),
        specimens,
        coverage: coverage_after(library, tiers, &excluded),
        findings: drafts.into_iter().filter_map(|draft| library.finding(draft)).collect(),
        grades,
    }
}

fn by_record<T: Send>(library: &Library<'_>, of: impl Fn(u32) -> Vec<T> + Send + Sync) -> Vec<T> {
    let records = u32::try_from(library.facts.len()).unwrap_or(u32::MAX);
    (0..records).into_par_iter().flat_map_iter(of).collect()
}

/// What needs no knowledge of other findings.
fn of_record(library: &Library<'_>, record: u32, around: &[Neighbourhood]) -> Vec<Draft> {
    let around = &around[library.facts(record).haplotype as usize];
    let near = witnesses(library, record, &around.listed);
    let mut found: Vec<Draft> = label::conflict(library, record, &near).into_iter().collect();
    found.extend(sequence::faults(library, record, around, &near));
    found.extend(label_text::faults(library, record));
    found
}

fn quarantined(drafts: &[Draft]) -> Excluded {
    let quarantined = drafts.iter().filter(|draft| draft.tier == ProposedTier::Quarantine);
    quarantined.map(|draft| draft.record).collect()
}

/// Outliers and single specimens.
fn of_species(library: &Library<'_>, kin: &[Kin], excluded: &Excluded) -> Vec<Draft> {
    let key = |record: u32| {
        let facts = library.facts(record);
        facts.at(Level::Species).map(|species| (library.haplotype(facts.haplotype).marker, species))
    };
    let mut agreeing: BTreeSet<_> = BTreeSet::new();
    for (record, kin) in (0..).zip(kin) {
        if kin.own.is_some() && !species::is_far(kin) && !excluded.contains(&record) {
            agreeing.extend(key(record));
        }
    }
    by_record(library, |record| {
        let kin = &kin[record as usize];
        let agree = key(record).is_some_and(|key| agreeing.contains(&key));
        let outlier = species::outlier(library, record, kin, agree);
        outlier.into_iter().chain(species::single(library, record, kin)).collect()
    })
}

fn coverage_after(library: &Library<'_>, tiers: &[Tier], excluded: &Excluded) -> Vec<GenusCoverage> {
    let taxonomy = library.release.taxonomy();
    let records = library.release.records().zip(tiers).map(|(record, tier)| Counted {
        taxon: record.taxon(),
        marker: &record.marker().name,
        tier: if excluded.contains(&record.number()) { Tier::Quarantine } else { *tier },
    });
    let has_records: BTreeSet<&str> = library
        .facts
        .iter()
        .filter_map(|facts| facts.at(Level::Genus))
        .map(|genus| library.name(genus))
        .collect();
    let mut all = coverage_of(taxonomy, records, None);
    all.retain(|genus| has_records.contains(genus.genus.as_str()));
    all
}

impl Library<'_> {
    fn evidence(&self, record: u32, distance: Distance) -> Evidence {
        Evidence {
            record: self.release.record(record).map_or("", |record| record.id()).to_owned(),
            taxon: self.name(self.facts(record).taxon).to_owned(),
            distance,
        }
    }

    fn finding(&self, draft: Draft) -> Option<Finding> {
        let record = self.release.record(draft.record)?;
        let evidence = draft.evidence.into_iter().take(MOST_EVIDENCE);
        Some(Finding {
            record: record.id().to_owned(),
            taxon: self.name(record.taxon()).to_owned(),
            marker: record.marker().name.clone(),
            kind: draft.kind,
            tier: draft.tier,
            reason: draft.reason,
            evidence: evidence.map(|(record, distance)| self.evidence(record, distance)).collect(),
        })
    }
}

#[cfg(test)]
mod tests;
