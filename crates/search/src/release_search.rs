//! Search of a reference release, marker by marker.

use saola_refdb::{Release, Tier};
use saola_seq::Marker;

use crate::exhaustive::{Options, Outcome, Reference, search};
use crate::marker_words::MarkerWords;
use crate::strand::Strand;

/// A record whose sequence cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("record {0:?} of the reference database cannot be read: the file is damaged")]
pub struct DamagedRecord(pub String);

/// The records of one marker, quarantined ones left out, in the order of their ids.
#[derive(Debug, Default)]
pub struct MarkerRecords {
    numbers: Vec<u32>,
    bases: Vec<Vec<u8>>,
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

    /// The records' numbers in the release.
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// The records' bases, beside [`MarkerRecords::numbers`].
    pub fn bases(&self) -> &[Vec<u8>] {
        &self.bases
    }
}

/// A release made ready for searching: bases unpacked, words of each marker collected.
pub struct ReleaseSearch<'release> {
    release: &'release Release,
    records: Vec<MarkerRecords>,
    words: MarkerWords,
}

impl<'release> ReleaseSearch<'release> {
    /// Unpacks the records of a release. Time and memory O(bases).
    ///
    /// # Errors
    ///
    /// [`DamagedRecord`] names the first record that cannot be read.
    pub fn new(release: &'release Release) -> Result<Self, DamagedRecord> {
        let markers = release.markers().as_slice();
        let mut records: Vec<MarkerRecords> = markers.iter().map(|_| MarkerRecords::default()).collect();
        for record in release.records().filter(|record| record.tier() != Tier::Quarantine) {
            let bases = record.sequence().ok_or_else(|| DamagedRecord(record.id().to_owned()))?;
            let place = markers.iter().position(|marker| marker.name == record.marker().name);
            if let Some(list) = place.and_then(|place| records.get_mut(place)) {
                list.numbers.push(record.number());
                list.bases.push(bases);
            }
        }
        let sequences: Vec<&[Vec<u8>]> = records.iter().map(MarkerRecords::bases).collect();
        let words = MarkerWords::new(&sequences);
        Ok(Self { release, records, words })
    }

    /// The release.
    pub const fn release(&self) -> &'release Release {
        self.release
    }

    /// The marker and strand of a query, when it clearly shares most words with the records of one marker.
    pub fn find_marker(&self, query: &[u8]) -> Option<(&'release Marker, Strand)> {
        let (place, strand) = self.words.find(query)?;
        Some((self.release.markers().as_slice().get(place)?, strand))
    }

    /// The records of a marker.
    pub fn records(&self, marker: &Marker) -> &MarkerRecords {
        static NONE: MarkerRecords = MarkerRecords { numbers: Vec::new(), bases: Vec::new() };
        let markers = self.release.markers().as_slice();
        let place = markers.iter().position(|known| known.name == marker.name);
        place.and_then(|place| self.records.get(place)).unwrap_or(&NONE)
    }

    /// Compares a query with every record of a marker; [`crate::Hit::index`] counts in [`ReleaseSearch::records`].
    pub fn search(&self, marker: &Marker, query: &[u8], options: &Options) -> Outcome {
        let records = self.records(marker);
        let references: Vec<Reference<'_>> = records
            .numbers
            .iter()
            .zip(&records.bases)
            .map(|(number, bases)| Reference {
                id: self.release.record(*number).map_or("", |record| record.id()),
                bases,
            })
            .collect();
        search(query, &references, options)
    }
}
