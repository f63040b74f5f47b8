//! One sequence, from bases to conclusion.

use std::{collections::BTreeSet, ops::Range};

use saola_refdb::{PanelKind, Release, TaxonNumber, Tier};
use saola_search::{DamagedRecord, Hit, Kind, Options, Outcome, Ratio, ReleaseSearch, Strand, align};
use saola_seq::{Genome, Marker};

use crate::{
    Blocks, Gate, GateStatus, Identification, Level, LimitationId, Neighbour, Profile, RecordHit,
    chimera::chimera, field::Field, ladder, memo::Memo, quality, question, reads,
};

/// A sequence to be identified.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// Upper-case IUPAC codes.
    pub bases: &'a [u8],
    /// Phred scores, one for each base, where there are any.
    pub qualities: Option<&'a [u8]>,
    /// Alignment gap characters that were removed when it was read.
    pub gaps_removed: usize,
    /// What is known of the reads that it was made of, where it was made of reads.
    pub reads: Option<ReadFacts>,
}

/// What the reads of a sequence tell of its quality.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadFacts {
    /// Sanger traces.
    Traces {
        /// Bases of the sequence that reads of both directions say alike.
        both_directions: u64,
        /// Bases of the reads in which peaks were looked at.
        peaks: u64,
        /// Of these, bases with a second peak.
        double_peaks: u64,
    },
    /// Many reads of one amplicon.
    Amplicon {
        /// Fewest reads at a base of the sequence.
        least_depth: u64,
        /// Reads that were used.
        used: u64,
        /// Of these, reads of which the sequence was made.
        agreeing: u64,
    },
}

/// The marker asked for is not in the release.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown marker {0:?}")]
pub struct UnknownMarker(pub String);

/// A release and a profile, ready to identify sequences.
pub struct Identifier<'r> {
    search: ReleaseSearch<'r>,
    profile: Profile,
    memo: Memo,
}

/// No marker is longer than this; a longer sequence is a genome, and is not compared.
const MOST_BASES: usize = 20_000;
/// Below this identity of the best spanning record the query is not of the region that the records span, or of nothing that they
/// could say a family of.
const SAME_REGION: Ratio = Ratio::percent(75);

impl<'r> Identifier<'r> {
    /// Makes a release ready.
    ///
    /// # Errors
    ///
    /// [`DamagedRecord`] when a record cannot be read.
    pub fn new(release: &'r Release, profile: Profile) -> Result<Self, DamagedRecord> {
        Ok(Self { search: ReleaseSearch::new(release)?, profile, memo: Memo::default() })
    }

    /// The release.
    pub const fn release(&self) -> &'r Release {
        self.search.release()
    }

    /// The search.
    pub const fn search(&self) -> &ReleaseSearch<'r> {
        &self.search
    }

    /// The profile.
    pub const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Identifies a sequence and answers questions about taxa.
    ///
    /// `marker` fixes the marker; otherwise it is found by itself.
    ///
    /// # Errors
    ///
    /// [`UnknownMarker`] when the release has no marker of that name.
    pub fn identify(
        &self,
        query: &Query<'_>,
        marker: Option<&str>,
        questions: &[TaxonNumber],
    ) -> Result<Identification, UnknownMarker> {
        let marker = match marker {
            Some(name) => {
                let known = self.release().markers().resolve(name);
                Some(known.ok_or_else(|| UnknownMarker(name.to_owned()))?)
            }
            None => self.search.find_marker(query.bases).map(|(marker, _)| marker),
        };
        let usable = quality::usable(query, &self.profile);
        // What no gate lets through is not compared: anything may resemble a sequence of unknown bases.
        let comparable = query.bases.len() <= MOST_BASES && !usable.stops(Blocks::Everything);
        let mut gates = vec![quality::raw_data(query, &self.profile), usable];
        if let Some(reads) = query.reads {
            gates.push(reads::directions(query, reads, &self.profile));
            gates.push(reads::single_source(reads, marker, &self.profile));
        }
        let found = marker
            .filter(|_| comparable)
            .and_then(|marker| self.against_marker(query, marker, questions, &gates));
        Ok(found.unwrap_or_else(|| nothing_found(query, marker, gates)))
    }

    /// None when no record of the marker can be compared with the query.
    fn against_marker(
        &self,
        query: &Query<'_>,
        marker: &'r Marker,
        questions: &[TaxonNumber],
        gates: &[Gate],
    ) -> Option<Identification> {
        let outcome = self.compare(marker, query.bases, SAME_REGION);
        let best = outcome.best.first().map(|hit| hit.comparison.identity());
        if outcome.hits.is_empty() && best < Some(SAME_REGION) {
            return None;
        }
        let minimum = usize::try_from(marker.minimum_length).unwrap_or(usize::MAX);
        let compared = compared_fragment(&outcome, query.bases.len(), minimum);
        let fragment = query.bases.get(compared.clone())?;
        let gates = [gates, &[quality::explained(&compared, query.bases.len(), &self.profile)]].concat();
        let whole = fragment.len() == query.bases.len();
        let trimmed;
        let on_fragment = if whole && outcome.certificate.best_proven {
            &outcome
        } else {
            trimmed = self.compare(marker, fragment, Ratio::ZERO);
            &trimmed
        };
        let is_near =
            |hit: &&Hit| hit.comparison.kind == Kind::Spanning && hit.comparison.identity() >= SAME_REGION;
        let best = on_fragment.best.first().filter(is_near)?;
        let known = (self.search.records(marker), &self.memo);
        let field = Field::new(self.release(), known, fragment, (on_fragment, best), &self.profile)?;
        let (first, second) = fragment.split_at(fragment.len() / 2);
        let halves = [first, second].map(|half| self.compare(marker, half, SAME_REGION));
        let gates = [gates, vec![chimera(&field, &self.profile, halves.each_ref())]].concat();
        let case =
            Case { profile: &self.profile, marker, query, fragment, field: &field, outcome: on_fragment };
        let mut found = case.conclude(&gates, questions);
        found.hits = case.hits(&outcome, &found);
        found.certificate = outcome.certificate;
        Some(found)
    }

    /// The search; [`Hit::index`] then counts in the marker's records.
    fn compare(&self, marker: &Marker, bases: &[u8], prove_down_to: Ratio) -> Outcome {
        let options = Options { prove_down_to, ..Options::default() };
        let mut outcome = self.search.search(marker, bases, &options);
        let records = self.search.records(marker);
        for hit in outcome.best.iter_mut().chain(&mut outcome.hits) {
            hit.index = records.place(hit.index).unwrap_or(usize::MAX);
        }
        outcome
    }
}

/// The part of the query (0-based, half open) that the conclusion rests on.
///
/// What the best record covers that spans it: bases beyond its end cannot be compared with it. Where a record that overlaps the
/// query only in part is more similar there, as when a read still has its primers or the species' own records are a little
/// shorter, the part that the most similar such record covers, if that is enough for a species and leaves out no more than primers
/// do; if nothing spans the query at all, the part that the most similar covers, or the longest part.
fn compared_fragment(outcome: &Outcome, length: usize, minimum_length: usize) -> Range<usize> {
    let spans = |hit: &Hit| hit.comparison.kind == Kind::Spanning;
    let spanning = || outcome.best.iter().filter(|hit| spans(hit));
    let best = spanning().next().map(|hit| hit.comparison.identity());
    let spanned = best >= Some(SAME_REGION);
    let better = || outcome.hits.iter().filter(|hit| !spans(hit) && Some(hit.comparison.identity()) > best);
    let covered = |hit: &Hit| {
        let start = usize::try_from(hit.comparison.query_start).ok()?.checked_sub(1)?;
        Some(start..usize::try_from(hit.comparison.query_end).ok()?)
    };
    let enough = |range: &Range<usize>| {
        let left_out = length.saturating_sub(range.len());
        range.len() >= minimum_length.min(length)
            && (!spanned || left_out <= quality::MOST_PRIMER_BASES as usize)
    };
    let most_similar = better().filter_map(covered).find(enough);
    let longest = || better().rev().filter_map(covered).max_by_key(Range::len);
    let best_covers = || spanning().rev().filter_map(covered).max_by_key(Range::len);
    let part = most_similar.or_else(|| if spanned { best_covers() } else { longest() });
    part.unwrap_or(0..length)
}

fn nothing_found(query: &Query<'_>, marker: Option<&Marker>, mut gates: Vec<Gate>) -> Identification {
    let unusable = gates.iter().any(|gate| gate.stops(Blocks::Everything));
    let level = match unusable {
        _ if query.bases.is_empty() => Level::NoResult,
        true => reads::unusable_level(&gates),
        false => Level::NotSupportedByReference,
    };
    let note = match marker {
        _ if query.bases.len() > MOST_BASES => "needed: a single marker, cut out of the sequence",
        None => "no marker of the release was recognised; name it with --marker if it is known",
        Some(_) if unusable => "the sequence was not compared",
        Some(_) => "no record of this marker is similar to the sequence over its length (75 %)",
    };
    gates.push(Gate {
        id: "M".to_owned(),
        status: GateStatus::Fail,
        blocks: Blocks::Everything,
        value: marker.map_or_else(|| "none".to_owned(), |marker| marker.name.clone()),
        limit: "a marker of the release".to_owned(),
        note: note.to_owned(),
    });
    Identification {
        marker: marker.map(|marker| marker.name.clone()),
        strand: None,
        length: query.bases.len(),
        level,
        taxon: None,
        candidates: Vec::new(),
        gates,
        nearest: None,
        nearest_other: None,
        hits: Vec::new(),
        certificate: saola_search::Certificate::default(),
        listed_from: Ratio::DEFAULT_MIN_IDENTITY,
        missing_congeners: Vec::new(),
        limitations: Vec::new(),
        answers: Vec::new(),
    }
}

/// One query on its marker.
struct Case<'c, 'r> {
    profile: &'c Profile,
    marker: &'c Marker,
    query: &'c Query<'c>,
    fragment: &'c [u8],
    field: &'c Field<'r>,
    outcome: &'c Outcome,
}

impl Case<'_, '_> {
    fn conclude(&self, gates: &[Gate], questions: &[TaxonNumber]) -> Identification {
        let field = self.field;
        let mut gates = gates.to_vec();
        gates.push(quality::length_for_species(self.fragment.len(), self.marker, self.profile));
        let unambiguous = quality::unambiguous(self.query, self.marker, self.profile);
        let mixed = unambiguous.status == GateStatus::Fail;
        gates.push(unambiguous);
        if let Some(qualities) = self.query.qualities {
            gates.push(reads::differing_bases(field, self.query.bases, qualities, self.profile));
        }
        gates.push(quality::coding(field, self.marker, self.profile));
        let usable = !gates.iter().any(|gate| gate.stops(Blocks::Everything));
        let contamination = quality::contamination(field, self.profile);
        let human = contamination.status == GateStatus::Fail;
        gates.push(contamination);
        let pool = ladder::pool(field, self.profile, self.fragment, &self.rivals());
        let uniparental = self.marker.genome != Genome::Nucleus;
        let walk = ladder::walk(field, self.profile, &pool, &gates, uniparental);
        gates.extend(walk.gates);
        let (level, taxon) = match (human, usable) {
            (true, _) => (Level::ContaminationSuspected, None),
            (false, false) => (reads::unusable_level(&gates), None),
            // Nearest to people alone, and not near enough for G5: damaged human DNA or an ape without a record.
            (false, true) if self.only_human(&walk.candidates) => (Level::NotSupportedByReference, None),
            (false, true) => (walk.level, walk.taxon),
        };
        let concluded = taxon.map_or_else(|| walk.candidates.clone(), |taxon| vec![taxon]);
        let ask = |asked: &TaxonNumber| {
            question::answer(field, self.profile, (level, &concluded), (&walk.candidates, mixed), *asked)
        };
        let answers = questions.iter().map(ask).collect();
        let missing = self.missing_congeners(level, &walk.candidates);
        let limitations = self.limitations(level, taxon, &walk.candidates, &missing);
        let (nearest, nearest_other) = self.neighbours();
        Identification {
            marker: Some(self.marker.name.clone()),
            strand: self.outcome.best.first().map(|hit| hit.strand),
            length: self.query.bases.len(),
            level,
            taxon,
            candidates: walk.candidates,
            gates,
            nearest,
            nearest_other,
            hits: Vec::new(),
            certificate: self.outcome.certificate,
            listed_from: Ratio::DEFAULT_MIN_IDENTITY,
            missing_congeners: missing,
            limitations,
            answers,
        }
    }

    fn only_human(&self, candidates: &[TaxonNumber]) -> bool {
        let human =
            |taxon: &TaxonNumber| quality::panel_kind(self.field.release, *taxon) == Some(PanelKind::Human);
        !candidates.is_empty() && candidates.iter().all(human)
    }

    /// Records that only overlap the fragment and are no less similar there than the best spanning one.
    fn rivals(&self) -> Vec<usize> {
        let best = self.field.best_comparison.identity();
        let rival = |hit: &&Hit| hit.comparison.kind == Kind::Partial && hit.comparison.identity() >= best;
        self.outcome.hits.iter().filter(rival).map(|hit| hit.index).collect()
    }

    fn missing_congeners(&self, level: Level, candidates: &[TaxonNumber]) -> Vec<String> {
        if !matches!(level, Level::Species | Level::SpeciesUniparental | Level::SpeciesGroup | Level::Genus) {
            return Vec::new();
        }
        ladder::missing_congeners(self.field, candidates).map_or_else(Vec::new, |(_, missing)| missing)
    }

    /// The taxa tied at the least distance, and the nearest species that is not among them.
    fn neighbours(&self) -> (Option<Neighbour>, Option<Neighbour>) {
        let field = self.field;
        let ties = |distance: u32, belongs: &dyn Fn(usize) -> bool| {
            let tied = field
                .to_query
                .iter()
                .enumerate()
                .filter(|(index, found)| **found == Some(distance) && belongs(*index));
            field.by_name(tied.map(|(index, _)| field.ranks[index].taxon))
        };
        let neighbour = |index: usize, distance: u32, belongs: &dyn Fn(usize) -> bool| {
            let comparison = field.pattern.counts(&field.records.bases()[index], Kind::Spanning)?;
            Some(Neighbour {
                taxa: ties(distance, belongs),
                differences: distance,
                columns: comparison.columns,
            })
        };
        let nearest = neighbour(field.best, field.least(), &|_| true);
        let taken: BTreeSet<TaxonNumber> =
            nearest.iter().flat_map(|found| found.taxa.iter().copied()).collect();
        let other = |index: usize| {
            let species = field.ranks[index].species;
            species.is_some_and(|species| !taken.contains(&species))
        };
        let next = field.nearest(other).and_then(|(index, distance)| neighbour(index, distance, &other));
        (nearest, next)
    }

    fn limitations(
        &self,
        level: Level,
        taxon: Option<TaxonNumber>,
        candidates: &[TaxonNumber],
        missing: &[String],
    ) -> Vec<LimitationId> {
        let names = level.names_taxon();
        let species = matches!(level, Level::Species | Level::SpeciesUniparental | Level::SpeciesGroup);
        let short = self.fragment.len() < self.marker.minimum_length as usize;
        let few = taxon.is_some() && species && {
            let clade =
                crate::clade::Clade::new(self.field, crate::clade::Rung::Species, candidates.to_vec());
            clade.support(self.profile).specimens < 10
        };
        let triggered = [
            (LimitationId::L01, names && self.marker.genome != Genome::Nucleus),
            (LimitationId::L02, true),
            (LimitationId::L03, true),
            (LimitationId::L04, true),
            (LimitationId::L05, names && !missing.is_empty()),
            (LimitationId::L06, few),
            (LimitationId::L07, names && self.marker.coding && self.marker.genome == Genome::Mitochondrion),
            (LimitationId::L08, names && short),
            (LimitationId::L12, self.has_domestic_form(taxon, candidates)),
            (LimitationId::L19, self.query.qualities.is_none()),
            (LimitationId::L20, !self.profile.casework),
        ];
        triggered.into_iter().filter(|(_, is)| *is).map(|(id, _)| id).collect()
    }

    fn has_domestic_form(&self, taxon: Option<TaxonNumber>, candidates: &[TaxonNumber]) -> bool {
        let taxonomy = self.field.release.taxonomy();
        let domestic = |taxon: &TaxonNumber| {
            let name = taxonomy.name(*taxon);
            taxonomy.panel().iter().any(|entry| {
                entry.kind == PanelKind::Domestic
                    && (entry.taxon == name || entry.wild_relative.split(';').any(|wild| wild.trim() == name))
            })
        };
        taxon.iter().chain(candidates).any(domestic)
    }

    /// The listed hits on the whole query, and the nearest other species' records that lie below them.
    fn hits(&self, outcome: &Outcome, found: &Identification) -> Vec<RecordHit> {
        let listed =
            outcome.hits.iter().chain(&outcome.best).map(|hit| (hit.index, hit.strand, hit.comparison.kind));
        let strand = found.strand.unwrap_or(Strand::Plus);
        let others = found.nearest_other.iter().flat_map(|other| {
            let tied = |index: &usize| {
                self.field.to_query[*index] == Some(other.differences)
                    && self.field.ranks[*index].species.is_some_and(|species| other.taxa.contains(&species))
            };
            (0..self.field.to_query.len()).filter(tied).map(|index| (index, strand, Kind::Spanning))
        });
        let mut chosen: Vec<(usize, Strand, Kind)> = listed.chain(others).collect();
        let mut seen = BTreeSet::new();
        chosen.retain(|(index, _, _)| seen.insert(*index));
        let mut hits: Vec<(String, RecordHit)> =
            chosen.into_iter().filter_map(|choice| self.record_hit(choice)).collect();
        hits.sort_by(|(id, hit), (other_id, other)| {
            let one = (&hit.alignment.comparison, id.as_str());
            saola_search::ranking(one, (&other.alignment.comparison, other_id.as_str()))
        });
        hits.into_iter().map(|(_, hit)| hit).collect()
    }

    fn record_hit(&self, (index, strand, kind): (usize, Strand, Kind)) -> Option<(String, RecordHit)> {
        let record = self.field.record(index)?;
        let bases = &self.field.records.bases()[index];
        let alignment = align(self.query.bases, bases, kind, strand, saola_search::MIN_OVERLAP).ok()??;
        let (tier, taxon): (Tier, TaxonNumber) = (record.tier(), record.taxon());
        Some((record.id().to_owned(), RecordHit { record: record.number(), taxon, tier, alignment }))
    }
}
