//! Search of a reference release, marker by marker.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rayon::prelude::*;
use saola_refdb::{Release, Tier};
use saola_seq::Marker;

use crate::bases::mask;
use crate::engine::{Engine, Found, Sequences};
use crate::exhaustive::{Hit, Options, Outcome, Reference, search};
use crate::index::{Haplotype, Index, build};
use crate::marker_words::find_marker;
use crate::strand::Strand;

/// A record whose sequence cannot be read, or a marker with more records than an index can hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("record {0:?} of the reference database cannot be read: the file is damaged")]
pub struct DamagedRecord(pub String);

/// The records of one marker, quarantined ones left out, in the order of their ids.
#[derive(Debug, Default)]
pub struct MarkerRecords {
    numbers: Vec<u32>,
    bases: Vec<Vec<u8>>,
    sequences: Vec<u32>,
}

impl MarkerRecords {
    /// Number of records.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// True when the release has no record of the marker.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// The records' numbers in the release, rising.
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// The records' bases, beside [`MarkerRecords::numbers`].
    pub fn bases(&self) -> &[Vec<u8>] {
        &self.bases
    }

    /// Numbers of the records' sequences, beside [`MarkerRecords::numbers`]: the same for the same bases.
    pub fn sequences(&self) -> &[u32] {
        &self.sequences
    }

    /// The place of a record, by its number in the release.
    pub fn place(&self, number: usize) -> Option<usize> {
        self.numbers.binary_search(&u32::try_from(number).ok()?).ok()
    }
}

/// A release made ready for searching.
///
/// With index sections in the release nothing is read but their headers; without, or when one of them has another layout than this
/// version's, they are built in memory.
pub struct ReleaseSearch<'release> {
    release: &'release Release,
    built: Vec<(String, Vec<u8>)>,
    unpacked: Vec<OnceLock<MarkerRecords>>,
}

/// The index sections of a release: one for each of its markers that has records, by name. The same bytes for the same
/// release, on any number of threads.
///
/// # Errors
///
/// [`DamagedRecord`] names the first record that cannot be read.
pub fn index_sections(release: &Release) -> Result<Vec<(String, Vec<u8>)>, DamagedRecord> {
    let markers = release.markers().as_slice();
    let mut haplotypes: Vec<BTreeMap<u32, Vec<u32>>> = vec![BTreeMap::new(); markers.len()];
    for record in release.records().filter(|record| record.tier() != Tier::Quarantine) {
        let place = markers.iter().position(|marker| marker.name == record.marker().name);
        if let Some(marker) = place.and_then(|place| haplotypes.get_mut(place)) {
            marker.entry(record.sequence_number()).or_default().push(record.number());
        }
    }
    let present = haplotypes.into_iter().enumerate().filter(|(_, haplotypes)| !haplotypes.is_empty());
    present.map(|(place, haplotypes)| Ok((section_name(place), section(release, haplotypes)?))).collect()
}

fn section_name(marker: usize) -> String {
    format!("search-{marker:05}")
}

/// The section of one marker: sequences and the records that have them.
fn section(release: &Release, haplotypes: BTreeMap<u32, Vec<u32>>) -> Result<Vec<u8>, DamagedRecord> {
    let first = haplotypes.values().flatten().min().copied();
    let damaged = |number: Option<u32>| {
        let record = number.and_then(|number| release.record(number));
        DamagedRecord(record.map_or_else(String::new, |record| record.id().to_owned()))
    };
    let haplotypes: Vec<(u32, Vec<u32>)> = haplotypes.into_iter().collect();
    let haplotypes = haplotypes.into_par_iter().map(|(sequence, records)| {
        let record = records.first().and_then(|number| release.record(*number));
        let bases = record.and_then(|record| record.sequence());
        let bases = bases.ok_or_else(|| damaged(records.first().copied()))?;
        Ok(Haplotype { sequence, masks: bases.iter().map(|&code| mask(code)).collect(), records })
    });
    build(haplotypes.collect::<Result<_, _>>()?).ok_or_else(|| damaged(first))
}

impl<'release> ReleaseSearch<'release> {
    /// Makes a release ready.
    ///
    /// # Errors
    ///
    /// [`DamagedRecord`] when the release has no index and a record cannot be read.
    pub fn new(release: &'release Release) -> Result<Self, DamagedRecord> {
        let markers = release.markers().as_slice();
        let mut sections =
            (0..markers.len()).filter_map(|place| release.index_section(&section_name(place))).peekable();
        let stored = sections.peek().is_some() && sections.all(|section| Index::open(section).is_some());
        let built = if stored { Vec::new() } else { index_sections(release)? };
        Ok(Self { release, built, unpacked: markers.iter().map(|_| OnceLock::new()).collect() })
    }

    /// The release.
    pub const fn release(&self) -> &'release Release {
        self.release
    }

    /// The marker and strand of a query, when it clearly shares most words with the records of one marker.
    pub fn find_marker(&self, query: &[u8]) -> Option<(&'release Marker, Strand)> {
        let markers = self.release.markers().as_slice();
        let indices: Vec<Index<'_>> = (0..markers.len()).map(|place| self.index(place)).collect();
        let (place, strand) = find_marker(&indices, query)?;
        Some((markers.get(place)?, strand))
    }

    /// The records of a marker, unpacked when first asked for.
    pub fn records(&self, marker: &Marker) -> &MarkerRecords {
        static NONE: MarkerRecords =
            MarkerRecords { numbers: Vec::new(), bases: Vec::new(), sequences: Vec::new() };
        let place = self.place(marker).and_then(|place| self.unpacked.get(place));
        place.map_or(&NONE, |unpacked| unpacked.get_or_init(|| self.unpack(marker)))
    }

    fn unpack(&self, marker: &Marker) -> MarkerRecords {
        let records = self.release.records().filter(|record| record.tier() != Tier::Quarantine);
        let records = records.filter(|record| record.marker().name == marker.name);
        let mut unpacked = MarkerRecords::default();
        for (record, bases) in records.filter_map(|record| Some((record, record.sequence()?))) {
            unpacked.numbers.push(record.number());
            unpacked.sequences.push(record.sequence_number());
            unpacked.bases.push(bases);
        }
        unpacked
    }

    /// Compares a query with the records of a marker; [`Hit::index`] is the record's number in the release.
    pub fn search(&self, marker: &Marker, query: &[u8], options: &Options) -> Outcome {
        let index = self.place(marker).map(|place| self.index(place)).unwrap_or_default();
        let engine = Engine { index, sequences: self };
        let (found, certificate) = engine.search(query, options);
        let mut hits: Vec<Hit> = found.iter().flat_map(|found| self.hits_of(&index, found)).collect();
        hits.sort_by_key(|hit| hit.index);
        Outcome::new(hits, options, certificate)
    }

    /// Compares queries with the records of their markers, in parallel; answers in the order of the queries.
    pub fn search_all(&self, queries: &[(&Marker, &[u8])], options: &Options) -> Vec<Outcome> {
        queries.par_iter().map(|(marker, query)| self.search(marker, query, options)).collect()
    }

    /// [`ReleaseSearch::search`] without index and bounds: every record is compared, as [`search`] does.
    pub fn search_exhaustively(&self, marker: &Marker, query: &[u8], options: &Options) -> Outcome {
        let records = self.records(marker);
        let ids = records
            .numbers
            .iter()
            .map(|number| self.release.record(*number).map_or("", |record| record.id()));
        let references: Vec<Reference<'_>> =
            ids.zip(&records.bases).map(|(id, bases)| Reference { id, bases }).collect();
        let mut outcome = search(query, &references, options);
        for hit in outcome.best.iter_mut().chain(&mut outcome.hits) {
            hit.index = records.numbers.get(hit.index).map_or(usize::MAX, |number| *number as usize);
        }
        outcome
    }

    fn hits_of(&self, index: &Index<'_>, found: &Found) -> Vec<Hit> {
        let numbers = index.records(found.haplotype, found.haplotype.saturating_add(1));
        let hit = |number: u32| Hit {
            id: self.release.record(number).map_or("", |record| record.id()).to_owned(),
            index: number as usize,
            strand: found.strand,
            comparison: found.comparison,
        };
        numbers.iter().map(|number| hit(number.get())).collect()
    }

    fn place(&self, marker: &Marker) -> Option<usize> {
        self.release.markers().as_slice().iter().position(|known| known.name == marker.name)
    }

    /// The index of a marker; an empty one when the release has no records of it.
    fn index(&self, place: usize) -> Index<'_> {
        let name = section_name(place);
        let built =
            self.built.iter().find(|(known, _)| *known == name).map(|(_, section)| section.as_slice());
        let section = built.or_else(|| self.release.index_section(&name));
        section.and_then(Index::open).unwrap_or_default()
    }
}

impl Sequences for ReleaseSearch<'_> {
    fn ambiguous(&self, sequence: u32) -> (usize, usize) {
        let packed = self.release.packed_sequence(sequence);
        packed.map_or((0, 0), |packed| (packed.ambiguities().len(), packed.len()))
    }

    fn masks(&self, sequence: u32, masks: &mut Vec<u8>) {
        let Some(packed) = self.release.packed_sequence(sequence) else {
            return;
        };
        let first = masks.len();
        masks.reserve(packed.len() + 3);
        masks.extend(
            packed.bytes().iter().flat_map(|byte| [0, 2, 4, 6].map(|shift| 1 << (byte >> shift & 3))),
        );
        masks.truncate(first + packed.len());
        for (position, code) in packed.ambiguities() {
            if let Some(place) = masks.get_mut(first + position as usize) {
                *place = mask(code);
            }
        }
    }
}
