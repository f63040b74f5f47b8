//! Trials on a whole library: how often a conclusion is right when the record, its species or its genus is not there.
//!
//! # How records are left out
//!
//! Specimens, species or genera, in the order of family, genus, species and specimen, are dealt into folds like cards. For each fold
//! a library is made of the others just as `db build` makes one: audited, without what the audit puts into quarantine. Each
//! record of the fold is then identified with it, by the same code as an exhibit. Neighbours in the deal are relatives, so that of
//! a species with up to as many specimens as there are folds only one at a time is missing, and of a genus only one species.
//!
//! Nothing that is computed for a fold has seen its records: neither the audit nor the spreads and gaps behind the gates.
//!
//! # Which species are known to exist
//!
//! Gate S5 asks whether every recognised species of the genus is represented. In a trial the recognised species are those of the whole
//! library ([`Recognition::Known`]) or of what is left of it ([`Recognition::Unknown`]). With the first, a species that is left out is
//! known to be missing; with the second it is one that nobody has described.
//!
//! # Halves
//!
//! Limits of the rules are chosen on the *tuning* half and error rates are told of the *reporting* half: a genus belongs to
//! the half that the lowest bit of the SHA-256 of its name says.

mod deal;
mod plan;
mod query;
mod store;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use saola_curate::{AuditError, FindingKind, ReferenceFolder, Watcher, audit};
use saola_digest::Sha256Digest;
use saola_identify::trial::{Scheme, Truth, Verdict, could_name_a_species, judge, stopped_by};
use saola_identify::{Identifier, Level, Profile, Query, UnknownMarker};
use saola_refdb::{BuildError, NewRecord, OpenError, Recognised, Release, ReleaseBuilder, Taxonomy, Tier};
use saola_search::DamagedRecord;
use serde::{Deserialize, Serialize};

pub use plan::{Part, Plan, Recognition};
pub use query::{Defect, Fragment, FragmentError};
pub use store::{TrialFolder, TrialFolderError};
pub(crate) use table::is_wrong_species;
pub use table::{gate_table, trial_table};

use deal::Dealt;

/// Whether a level names a species or several.
const fn names_species(level: Level) -> bool {
    matches!(level, Level::Species | Level::SpeciesUniparental | Level::SpeciesGroup)
}

/// One conclusion on a record of a fold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Trial {
    /// Marker.
    pub marker: String,
    /// What was left out.
    pub scheme: Scheme,
    /// Which species S5 knew of.
    pub recognition: Recognition,
    /// Part of the record.
    pub fragment: Fragment,
    /// Substitutions put in, for each thousand bases.
    pub errors: u32,
    /// What was done to the query.
    pub defect: Defect,
    /// Wrong labels put into the library, for each thousand records.
    pub mislabels: u32,
    /// The fold in which it was left out.
    pub fold: u32,
    /// The half of its genus.
    pub half: Half,
    /// Record id.
    pub record: String,
    /// The species on its label.
    pub species: String,
    /// The genus of that species.
    pub genus: String,
    /// Specimens of the species in the library that it was tried on, those in quarantine left out.
    pub specimens: usize,
    /// Findings of the audit of the whole library on the record: not used, told for those who judge errors.
    pub findings: String,
    /// Whether the audit of the whole library disputes the label of the record, or of the best record that it was compared
    /// with: then the label does not tell whether the conclusion is right.
    pub disputed: bool,
    /// Whether a species should be named: the library that it was tried on holds at least three specimens of the species and all
    /// species of its genus, the species shares no barcode with another, and nothing disputes the label.
    pub separable: bool,
    /// How far the conclusion went.
    pub level: Level,
    /// The taxa named.
    pub named: String,
    /// How it did.
    pub verdict: Verdict,
    /// Whether a species could have been named at all.
    pub could_fail: bool,
    /// The first gate that kept it from a species.
    pub stopped_by: String,
    /// What that gate found.
    pub why: String,
}

impl Trial {
    /// Whether another species has the same barcode.
    pub(crate) fn shares_barcode(&self) -> bool {
        self.findings.split(", ").any(|kind| kind == FindingKind::SharedBarcode.as_str())
    }
}

/// A half of the genera.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Half {
    /// Limits may be chosen on it.
    Tuning,
    /// Error rates are told of it.
    Reporting,
}

impl Half {
    /// The half of a genus.
    pub fn of(genus: &str) -> Self {
        if Sha256Digest::of(genus.as_bytes()).as_bytes()[31] & 1 == 0 {
            Self::Tuning
        } else {
            Self::Reporting
        }
    }
}

/// Why trials cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ValidateError {
    /// The records cannot be audited.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The records form no release.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The release cannot be read.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A record cannot be read.
    #[error(transparent)]
    Damaged(#[from] DamagedRecord),
    /// The plan names a marker that is not there.
    #[error(transparent)]
    Marker(#[from] UnknownMarker),
    /// The recognised species cannot be put into the taxonomy.
    #[error(transparent)]
    Taxonomy(#[from] saola_refdb::TaxonomyError),
    /// There is nothing to try.
    #[error("no record names a species{0}: there is nothing to try")]
    Nothing(String),
}

/// Specimens by marker and species.
type Held = BTreeMap<(String, String), BTreeSet<String>>;

/// A library, a plan and a profile.
pub struct Validation<'a> {
    folder: &'a ReferenceFolder,
    plan: &'a Plan,
    profile: &'a Profile,
    /// Beside the records of the folder.
    dealt: Vec<Dealt>,
    findings: BTreeMap<String, BTreeSet<FindingKind>>,
    sharing: BTreeSet<String>,
    /// By genus.
    species: BTreeMap<String, BTreeSet<String>>,
    root: Sha256Digest,
}

impl<'a> Validation<'a> {
    /// Audits the whole library once, for what is told beside each trial.
    ///
    /// # Errors
    ///
    /// [`ValidateError`] when the records cannot be audited, or none names a species.
    pub fn new(
        folder: &'a ReferenceFolder,
        plan: &'a Plan,
        profile: &'a Profile,
        watcher: Watcher<'_>,
    ) -> Result<Self, ValidateError> {
        let audited = audit(&folder.content, watcher)?;
        let mut whole =
            ReferenceFolder { content: folder.content.clone(), decisions: folder.decisions.clone() };
        whole.apply(&audited);
        let root = Release::from_bytes(whole.content.write()?, "the whole library")?.root();
        let mut findings: BTreeMap<String, BTreeSet<FindingKind>> = BTreeMap::new();
        let mut sharing = BTreeSet::new();
        for finding in audited.findings {
            if finding.kind == FindingKind::SharedBarcode {
                sharing.insert(finding.taxon);
            }
            findings.entry(finding.record).or_default().insert(finding.kind);
        }
        let marker = match &plan.marker {
            Some(name) => {
                let known =
                    folder.content.markers.resolve(name).ok_or_else(|| UnknownMarker(name.clone()))?;
                Some(known.name.clone())
            }
            None => None,
        };
        let dealt = deal::deal(&folder.content, marker.as_deref());
        if !dealt.iter().any(|one| one.is_query) {
            return Err(ValidateError::Nothing(
                marker.map_or_else(String::new, |name| format!(" among those of {name}")),
            ));
        }
        let mut species: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for one in dealt.iter().filter(|one| one.is_query) {
            species.entry(one.genus.clone()).or_default().insert(one.species.clone());
        }
        Ok(Self { folder, plan, profile, dealt, findings, sharing, species, root })
    }

    /// Root of the release that `db build` makes of the whole library.
    pub const fn root(&self) -> Sha256Digest {
        self.root
    }

    /// Every library of the plan, in order.
    pub fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        for &scheme in &self.plan.schemes {
            for &recognition in &self.plan.recognitions {
                for &mislabels in &self.plan.mislabels {
                    let folds = 0..self.plan.folds;
                    parts.extend(folds.map(|fold| Part { scheme, recognition, mislabels, fold }));
                }
            }
        }
        parts
    }

    /// Makes the library of one part and tries the records of its fold on it; sorted.
    ///
    /// # Errors
    ///
    /// [`ValidateError`] when the library cannot be made.
    pub fn run(&self, part: Part, watcher: Watcher<'_>) -> Result<Vec<Trial>, ValidateError> {
        let is_out =
            |one: &Dealt| one.place(part.scheme).is_some_and(|place| place % self.plan.folds == part.fold);
        let release = self.library(part, &is_out, watcher)?;
        let identifier = Identifier::new(&release, self.profile.clone())?;
        let records = self.folder.content.records.iter().zip(&self.dealt);
        let queries: Vec<(&NewRecord, &Dealt)> =
            records.filter(|(_, one)| one.is_query && is_out(one)).collect();
        let held = Self::held(&release);
        let trials = queries
            .par_iter()
            .map(|(record, dealt)| self.try_record(part, &identifier, (record, dealt), &held));
        let mut trials: Vec<Trial> = trials.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
        trials.sort();
        Ok(trials)
    }

    /// The library without a fold.
    fn library(
        &self,
        part: Part,
        is_out: &impl Fn(&Dealt) -> bool,
        watcher: Watcher<'_>,
    ) -> Result<Release, ValidateError> {
        let content = &self.folder.content;
        let records = content.records.iter().zip(&self.dealt).filter(|(_, one)| !is_out(one));
        let kept = |one: &&Dealt| part.recognition == Recognition::Known || !is_out(one);
        let taxonomy = recognising(&content.taxonomy, self.dealt.iter().filter(kept))?;
        let content = ReleaseBuilder {
            taxonomy,
            records: records.map(|(record, _)| self.relabelled(record, part.mislabels)).collect(),
            name: content.name.clone(),
            version: content.version.clone(),
            date: content.date.clone(),
            default_profile: content.default_profile.clone(),
            notice: content.notice.clone(),
            sources: content.sources.clone(),
            markers: content.markers.clone(),
            genetic_codes: content.genetic_codes.clone(),
        };
        let mut folder = ReferenceFolder { content, decisions: self.folder.decisions.clone() };
        let found = audit(&folder.content, watcher)?;
        folder.apply(&found);
        Ok(Release::from_bytes(folder.content.write()?, "the library of a trial")?)
    }

    /// A record as it goes into a library: so many of a thousand get the taxon of some other record. Which, and whose, follows from
    /// the digest of its id.
    fn relabelled(&self, record: &NewRecord, mislabels: u32) -> NewRecord {
        let id = record.fields.get("record_id").map_or("", String::as_str);
        let number = |purpose: &str| {
            let [first, second, third, fourth, ..] =
                *Sha256Digest::of(format!("{purpose} {id}").as_bytes()).as_bytes();
            u32::from_be_bytes([first, second, third, fourth])
        };
        let mut record = record.clone();
        if number("whether") % 1000 < mislabels {
            let place = number("whose") as usize % self.folder.content.records.len();
            record.taxon = self.folder.content.records[place].taxon;
        }
        record
    }

    /// The record that a chimera is made with: the first of the same marker and length in the order of the deal, after this one, of
    /// another genus, or of another species of the genus.
    fn partner(&self, record: &NewRecord, dealt: &Dealt, defect: Defect) -> Option<&[u8]> {
        let fits = |(other, of): &(&NewRecord, &Dealt)| {
            let relation = match defect {
                Defect::Chimera => !of.genus.is_empty() && of.genus != dealt.genus,
                Defect::Congener => of.genus == dealt.genus && of.species != dealt.species,
                Defect::None | Defect::Masked | Defect::Stop => false,
            };
            relation
                && of.is_query
                && other.marker == record.marker
                && other.sequence.len() == record.sequence.len()
        };
        let place = |one: &Dealt| one.place(Scheme::Specimen);
        let all = || self.folder.content.records.iter().zip(&self.dealt).filter(fits);
        let after = all().filter(|(_, of)| place(of) > place(dealt)).min_by_key(|(_, of)| place(of));
        after.or_else(|| all().min_by_key(|(_, of)| place(of))).map(|(other, _)| other.sequence.as_slice())
    }

    /// What a fold's library holds of each species, by marker: specimens that are not in quarantine.
    fn held(release: &Release) -> Held {
        let mut held = Held::new();
        for record in release.records().filter(|record| record.tier() != Tier::Quarantine) {
            let taxonomy = release.taxonomy();
            let Some(species) = taxonomy.at_rank(record.taxon(), "species") else {
                continue;
            };
            let specimen = match record.field("specimen") {
                "" => record.id(),
                specimen => specimen,
            };
            let key = (record.marker().name.clone(), taxonomy.name(species).to_owned());
            held.entry(key).or_default().insert(specimen.to_owned());
        }
        held
    }

    /// Whether a fold's library holds every species of a genus that the whole library has.
    fn is_represented(&self, held: &Held, marker: &str, genus: &str) -> bool {
        let species = self.species.get(genus).into_iter().flatten();
        species.into_iter().all(|species| held.contains_key(&(marker.to_owned(), species.clone())))
    }

    fn is_disputed(&self, record: &str) -> bool {
        self.findings.get(record).is_some_and(|kinds| kinds.iter().any(|kind| kind.disputes_label()))
    }

    fn try_record(
        &self,
        part: Part,
        identifier: &Identifier<'_>,
        (record, dealt): (&NewRecord, &Dealt),
        held: &Held,
    ) -> Result<Vec<Trial>, ValidateError> {
        let id = record.fields.get("record_id").map_or("", String::as_str);
        let taxonomy = identifier.release().taxonomy();
        let truth = Truth { species: &dealt.species, genus: &dealt.genus, family: &dealt.family };
        let findings = self.findings.get(id);
        let told = findings.into_iter().flatten().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
        let specimens = held.get(&(record.marker.clone(), dealt.species.clone())).map_or(0, BTreeSet::len);
        let separable = specimens >= 3
            && !self.sharing.contains(&dealt.species)
            && self.is_represented(held, &record.marker, &dealt.genus);
        let mut trials = Vec::new();
        for variant in self.plan.variants() {
            let other = self.partner(record, dealt, variant.defect);
            let Some(bases) = query::bases(&record.sequence, variant, id, other) else {
                continue;
            };
            let query = Query { bases: &bases, qualities: None, gaps_removed: 0, reads: None };
            let found = identifier.identify(&query, Some(&record.marker), &[])?;
            let named: Vec<&str> = match (found.taxon, found.level) {
                (Some(taxon), _) => vec![taxonomy.name(taxon)],
                (None, Level::SpeciesGroup) => {
                    found.candidates.iter().map(|taxon| taxonomy.name(*taxon)).collect()
                }
                (None, _) => Vec::new(),
            };
            let best = found.hits.first().and_then(|hit| identifier.release().record(hit.record));
            let disputed = self.is_disputed(id) || best.is_some_and(|best| self.is_disputed(best.id()));
            let gate = stopped_by(&found);
            trials.push(Trial {
                marker: record.marker.clone(),
                scheme: part.scheme,
                recognition: part.recognition,
                fragment: variant.fragment,
                errors: variant.errors,
                defect: variant.defect,
                mislabels: part.mislabels,
                fold: part.fold,
                half: Half::of(&dealt.genus),
                record: id.to_owned(),
                species: dealt.species.clone(),
                genus: dealt.genus.clone(),
                specimens,
                findings: told.clone(),
                disputed,
                separable: separable && !disputed,
                level: found.level,
                named: named.join(", "),
                verdict: if variant.defect.forbids_species() && names_species(found.level) {
                    Verdict::Wrong
                } else {
                    judge(taxonomy, &found, &truth, part.scheme)
                },
                could_fail: could_name_a_species(&found),
                stopped_by: gate.map_or_else(String::new, |gate| gate.id.clone()),
                why: gate.map_or_else(String::new, |gate| {
                    format!("{}; {}; {}", gate.value, gate.limit, gate.note)
                }),
            });
        }
        Ok(trials)
    }
}

/// The taxonomy with other lists of recognised species: those of these records.
fn recognising<'d>(
    taxonomy: &Taxonomy,
    dealt: impl Iterator<Item = &'d Dealt>,
) -> Result<Taxonomy, saola_refdb::TaxonomyError> {
    let mut lists: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for one in dealt.filter(|one| !one.species.is_empty()) {
        lists.entry(one.genus_id.clone()).or_default().insert(one.species.clone());
    }
    let recognised = lists.into_iter().map(|(genus, species)| Recognised {
        genus,
        species: species.into_iter().collect(),
        source: "the species of the library under trial".to_owned(),
    });
    Taxonomy::new(
        taxonomy.taxa().to_vec(),
        taxonomy.synonyms().to_vec(),
        recognised.collect(),
        taxonomy.panel().to_vec(),
    )
}

/// Whether a record can be a query: it is not known to be faulty by its columns alone.
fn is_usable(record: &NewRecord) -> bool {
    record.tier != Tier::Quarantine
}
