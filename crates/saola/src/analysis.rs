//! From samples to the result part of a report.

use rayon::prelude::*;
use saola_cites::{Circumstances, Listings};
use saola_digest::{CanonicalJsonError, Sha256Digest, canonical_json};
use saola_identify::{
    Gate, GateStatus, Identification, Identifier, ItemConclusion, LimitationId, Profile, Query,
    QuestionAnswer, RecordHit, UnknownMarker, reconcile,
};
use saola_refdb::{Release, TaxonNumber, Tier};
use saola_report::{
    self as report, Certificate, Conclusion, Excluded, Item, Limitation, Neighbour, ProvenIdentity, Question,
    ReportResult, Sample, words,
};
use saola_search::DamagedRecord;
use saola_seq::Genome;

use crate::{ReliabilityFile, SampleInput, legal, reliability};

/// Release, listings and profile, with what the user asks: ready for samples.
pub struct Analysis<'a> {
    identifier: Identifier<'a>,
    listings: &'a Listings,
    circumstances: Circumstances,
    questions: Vec<TaxonNumber>,
    reliability: Option<ReliabilityFile>,
    profile_digest: String,
}

/// Why samples cannot be analysed.
#[derive(Debug, thiserror::Error)]
pub enum AnalysisError {
    /// A sample asks for a marker that the release does not have.
    #[error("sample {sample:?}: {error}; known are {known}")]
    Marker {
        /// The sample.
        sample: String,
        /// The marker.
        error: UnknownMarker,
        /// Markers of the release.
        known: String,
    },
    /// A question names a taxon that the release does not know.
    #[error("the reference database does not know the taxon {0:?}")]
    Taxon(String),
    /// The release is damaged.
    #[error(transparent)]
    Damaged(#[from] DamagedRecord),
    /// Something cannot be written as canonical JSON.
    #[error(transparent)]
    Canonical(#[from] CanonicalJsonError),
}

impl<'a> Analysis<'a> {
    /// Makes ready; no date, origin, party or question yet.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Damaged`] when a record of the release cannot be read.
    pub fn new(
        release: &'a Release,
        listings: &'a Listings,
        profile: Profile,
    ) -> Result<Self, AnalysisError> {
        let profile_digest = Sha256Digest::of(canonical_json(&profile)?.as_bytes()).to_string();
        Ok(Self {
            identifier: Identifier::new(release, profile)?,
            listings,
            circumstances: Circumstances::default(),
            questions: Vec::new(),
            reliability: None,
            profile_digest,
        })
    }

    /// With the day of the offence, the specimen's origin and the party whose reservations matter.
    #[must_use]
    pub fn with_circumstances(mut self, circumstances: Circumstances) -> Self {
        self.circumstances = circumstances;
        self
    }

    /// With what trials on the release found.
    #[must_use]
    pub fn with_reliability(mut self, reliability: Option<ReliabilityFile>) -> Self {
        self.reliability = reliability;
        self
    }

    /// With questions "is it of this taxon?"; names may be synonyms.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Taxon`] for a name that the release does not know.
    pub fn with_questions(mut self, names: &[String]) -> Result<Self, AnalysisError> {
        let taxonomy = self.release().taxonomy();
        let resolve = |name: &String| {
            let unknown = || AnalysisError::Taxon(name.clone());
            taxonomy.resolve(name).first().copied().ok_or_else(unknown)
        };
        self.questions = names.iter().map(resolve).collect::<Result<_, _>>()?;
        Ok(self)
    }

    fn release(&self) -> &'a Release {
        self.identifier.release()
    }

    /// Identifies all samples, in parallel on rayon's current threads; the result does not depend on their number.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Marker`] names the first sample whose marker is unknown.
    pub fn run(&self, samples: &[SampleInput]) -> Result<ReportResult, AnalysisError> {
        let found: Vec<Identification> =
            samples.par_iter().map(|sample| self.identify(sample)).collect::<Result<_, _>>()?;
        let release = self.release();
        let manifest = release.manifest();
        let profile = self.identifier.profile();
        let circumstances = &self.circumstances;
        Ok(ReportResult {
            software: report::Software {
                name: "saola".to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            reference: report::Reference {
                release: format!("{} {}", manifest.name, manifest.version),
                root: release.root().to_string(),
                index_digest: release
                    .index_digest()
                    .map_or_else(|| "none".to_owned(), |digest| digest.to_string()),
                records: release.record_count() as u64,
                notice: manifest.notice.clone(),
            },
            reliability_digest: self
                .reliability
                .as_ref()
                .map_or_else(|| "none".to_owned(), |file| file.digest().to_string()),
            listings_root: self.listings.root().to_string(),
            listing_downloads: legal::downloads(self.listings),
            profile: report::Profile {
                name: profile.name.clone(),
                digest: self.profile_digest.clone(),
                casework: profile.casework && manifest.notice.is_empty(),
            },
            circumstances: report::Circumstances {
                offence_date: circumstances.date.map(|date| date.to_string()),
                origin: circumstances.origin.map(|country| country.to_string()),
                party: circumstances.party.map(|country| country.to_string()),
            },
            items: self.items(samples, &found),
        })
    }

    fn identify(&self, sample: &SampleInput) -> Result<Identification, AnalysisError> {
        let query = Query {
            bases: &sample.record.bases,
            qualities: sample.record.qualities.as_deref(),
            gaps_removed: sample.record.gaps_removed,
            reads: sample.consensus.as_ref().map(|consensus| consensus.facts()),
        };
        self.identifier.identify(&query, sample.marker.as_deref(), &self.questions).map_err(|error| {
            let markers = self.release().markers().as_slice().iter();
            let known = markers.map(|marker| marker.name.as_str()).collect::<Vec<_>>().join(", ");
            AnalysisError::Marker { sample: sample.id.clone(), error, known }
        })
    }

    /// Items in the order in which they first appear, each with its samples in the order of the input.
    fn items(&self, samples: &[SampleInput], found: &[Identification]) -> Vec<Item> {
        let mut order: Vec<&str> = Vec::new();
        for sample in samples {
            if !order.contains(&sample.item.as_str()) {
                order.push(&sample.item);
            }
        }
        let item = |id: &str| {
            let members = || samples.iter().zip(found).filter(|(sample, _)| sample.item == id);
            let identifications: Vec<&Identification> = members().map(|(_, found)| found).collect();
            let together = reconcile(self.release().taxonomy(), &identifications);
            Item {
                id: id.to_owned(),
                conclusion: self.item_conclusion(&together, &identifications),
                samples: members().map(|(sample, found)| self.sample(sample, found)).collect(),
            }
        };
        order.into_iter().map(item).collect()
    }

    fn item_conclusion(&self, together: &ItemConclusion, samples: &[&Identification]) -> Conclusion {
        if let [only] = samples {
            return self.conclusion(only);
        }
        let candidates = self.names(&together.candidates);
        let taxon = together.taxon.map(|taxon| self.name(taxon));
        let carrier =
            samples.iter().find(|sample| sample.taxon == together.taxon && sample.level == together.level);
        let statement = words::statement(&words::Facts {
            level: together.level,
            taxon: taxon.as_deref(),
            candidates: &candidates,
            genome: carrier.map_or("", |sample| self.genome(sample)),
            conflict: &self.names(&together.conflict),
        });
        Conclusion { level: together.level, taxon, candidates, statement }
    }

    fn conclusion(&self, found: &Identification) -> Conclusion {
        let candidates = self.names(&found.candidates);
        let taxon = found.taxon.map(|taxon| self.name(taxon));
        let mut statement = words::statement(&words::Facts {
            level: found.level,
            taxon: taxon.as_deref(),
            candidates: &candidates,
            genome: self.genome(found),
            conflict: &[],
        });
        if let Some(words) = self.domestic_words(found) {
            statement.push_str(&words);
        }
        Conclusion { level: found.level, taxon, candidates, statement }
    }

    /// Names the domestic animal when the nearest reference is one and nearly the same.
    fn domestic_words(&self, found: &Identification) -> Option<String> {
        use saola_refdb::PanelKind::Domestic;
        let nearest = found.nearest.as_ref()?;
        let close = u64::from(nearest.differences) * 100 <= u64::from(nearest.columns) * 3;
        let taxonomy = self.release().taxonomy();
        let entry = taxonomy.panel_entry(*nearest.taxa.first()?)?;
        let is_domestic = close && nearest.taxa.len() == 1 && entry.kind == Domestic;
        is_domestic.then(|| words::domestic_statement(&entry.common_name, &entry.taxon))
    }

    fn genome(&self, found: &Identification) -> &'static str {
        let marker = found.marker.as_deref().and_then(|name| self.release().markers().resolve(name));
        match marker.map(|marker| marker.genome) {
            Some(Genome::Mitochondrion) => "mitochondrial",
            Some(Genome::Plastid) => "plastid",
            Some(Genome::Nucleus) | None => "nuclear",
        }
    }

    fn sample(&self, input: &SampleInput, found: &Identification) -> Sample {
        let taxa = match (found.level.names_taxon(), found.taxon) {
            (true, Some(taxon)) => vec![taxon],
            (true, None) => found.candidates.clone(),
            (false, _) => Vec::new(),
        };
        let (listings, listing_status) =
            legal::listings(self.release(), self.listings, &self.circumstances, &taxa);
        let conditional = listing_status.determination == saola_cites::Determination::Conditional;
        Sample {
            id: input.id.clone(),
            source: report::Source {
                file: input.file.clone(),
                sha256: input.sha256.to_string(),
                record: input.record.name.clone(),
            },
            marker: found.marker.clone(),
            strand: found.strand.map(|strand| strand.to_string()),
            length: found.length as u64,
            sequence: String::from_utf8_lossy(&input.record.bases).into_owned(),
            conclusion: self.conclusion(found),
            questions: found.answers.iter().map(|answer| self.question(answer)).collect(),
            gates: std::iter::once(integrity_gate(input)).chain(found.gates.iter().cloned()).collect(),
            nearest: found.nearest.as_ref().map(|neighbour| self.neighbour(neighbour)),
            nearest_other: found.nearest_other.as_ref().map(|neighbour| self.neighbour(neighbour)),
            hits: found.hits.iter().map(|hit| self.hit(hit)).collect(),
            certificate: self.certificate(found),
            missing_congeners: found.missing_congeners.clone(),
            reliability: self.reliability_of(found),
            limitations: limitations(found, conditional, !self.release().manifest().notice.is_empty()),
            listings,
            listing_status,
            components: Vec::new(),
            reads: input.consensus.as_ref().map(|consensus| consensus.reads.clone()),
        }
    }

    fn reliability_of(&self, found: &Identification) -> Option<report::Reliability> {
        let genus = reliability::genus_of(self.release(), found)?;
        self.reliability.as_ref()?.line(found.marker.as_deref()?, &genus, &self.profile_digest)
    }

    fn question(&self, answer: &QuestionAnswer) -> Question {
        let taxon = self.name(answer.taxon);
        let statement = words::answer(answer.answer, &taxon, &answer.reason);
        Question { taxon, answer: answer.answer, statement }
    }

    fn neighbour(&self, neighbour: &saola_identify::Neighbour) -> Neighbour {
        Neighbour {
            taxa: self.names(&neighbour.taxa),
            differences: neighbour.differences.into(),
            columns: neighbour.columns.into(),
        }
    }

    fn hit(&self, hit: &RecordHit) -> report::Hit {
        let counts = &hit.alignment.comparison;
        report::Hit {
            record: self
                .release()
                .record(hit.record)
                .map_or_else(String::new, |record| record.id().to_owned()),
            taxon: self.name(hit.taxon),
            tier: hit.tier.to_string(),
            kind: match counts.kind {
                saola_search::Kind::Spanning => "spanning".to_owned(),
                saola_search::Kind::Partial => "partial".to_owned(),
            },
            matches: counts.matches.into(),
            differences: counts.differences.into(),
            columns: counts.columns.into(),
            gap_columns: counts.gap_columns.into(),
            gap_events: counts.gap_events.into(),
            ambiguous: counts.ambiguous.into(),
            strand: hit.alignment.strand.to_string(),
            query_start: counts.query_start.into(),
            query_end: counts.query_end.into(),
            ref_start: counts.reference_start.into(),
            ref_end: counts.reference_end.into(),
            cigar: hit.alignment.cigar.to_string(),
        }
    }

    fn certificate(&self, found: &Identification) -> Certificate {
        let of_marker =
            self.release().records().filter(|record| Some(&record.marker().name) == found.marker.as_ref());
        let (mut records, mut quarantined) = (0, 0);
        for record in of_marker {
            records += 1;
            quarantined += u64::from(record.tier() == Tier::Quarantine);
        }
        let account = &found.certificate;
        let excluded = [
            ("quarantine tier", quarantined),
            ("too few words shared", account.excluded_by_words as u64),
            ("too far from the consensus of their cluster", account.excluded_by_consensus as u64),
        ];
        let excluded = excluded.into_iter().filter(|(_, count)| *count > 0);
        let excluded = excluded.map(|(rule, count)| Excluded { rule: rule.to_owned(), count });
        Certificate {
            records,
            compared: (account.excluded_by_differences + account.aligned) as u64,
            excluded: excluded.collect(),
            proven_identity: ProvenIdentity {
                numerator: found.listed_from.numerator(),
                denominator: found.listed_from.denominator(),
            },
        }
    }

    fn name(&self, taxon: TaxonNumber) -> String {
        self.release().taxonomy().name(taxon).to_owned()
    }

    fn names(&self, taxa: &[TaxonNumber]) -> Vec<String> {
        taxa.iter().map(|taxon| self.name(*taxon)).collect()
    }
}

/// G0: what was identified is bound to the bytes that came in.
fn integrity_gate(input: &SampleInput) -> Gate {
    Gate {
        id: "G0".to_owned(),
        status: GateStatus::Pass,
        blocks: saola_identify::Blocks::Nothing,
        value: format!("SHA-256 {}", input.sha256),
        limit: "bytes hashed before they are read".to_owned(),
        note: format!("record {:?}, line {} of {}", input.record.name, input.record.line, input.file),
    }
}

/// The texts of the limitations that were triggered, and of the one that the listings trigger.
fn limitations(found: &Identification, conditional: bool, has_notice: bool) -> Vec<Limitation> {
    let mut ids = found.limitations.clone();
    if conditional {
        ids.push(LimitationId::L10);
    }
    if has_notice && !ids.contains(&LimitationId::L20) {
        ids.push(LimitationId::L20);
    }
    ids.sort();
    let gate_value = |id: &str| {
        found.gates.iter().find(|gate| gate.id == id).map_or_else(String::new, |gate| gate.value.clone())
    };
    let text = |id: LimitationId| match id {
        LimitationId::L05 => words::limitation(id, &found.missing_congeners.join(", ")),
        LimitationId::L06 => words::limitation(id, &gate_value("S4")),
        id => words::limitation(id, ""),
    };
    ids.into_iter().map(|id| Limitation { id: format!("{id:?}"), text: text(id) }).collect()
}
