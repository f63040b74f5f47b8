use std::collections::{BTreeMap, BTreeSet};

use saola_digest::{CanonicalJsonError, Sha256Digest, canonical_json, leaf_hash, merkle_root_of_hashes};
use saola_seq::{GeneticCodeTable, MarkerTable};
use zerocopy::{IntoBytes, little_endian::U32, little_endian::U64};

use crate::{
    Manifest, Source, SubRoots, TaxonNumber, Taxonomy, Tier,
    layout::{Entry, write_file},
    packed::Packer,
    record::leaf,
    release::MarkerSection,
};

/// A record as it is handed to a [`ReleaseBuilder`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecord {
    /// Text columns in BCDM terms, with `record_id`; empty cells are left out.
    pub fields: BTreeMap<String, String>,
    /// Upper-case IUPAC codes.
    pub sequence: Vec<u8>,
    /// Name of the marker in the release's table.
    pub marker: String,
    /// Accepted taxon in the release's taxonomy.
    pub taxon: TaxonNumber,
    /// Tier; its reasons go into the column `tier_reasons`.
    pub tier: Tier,
}

impl NewRecord {
    fn id(&self) -> &str {
        self.fields.get("record_id").map_or("", String::as_str)
    }
}

/// Everything that a release is made of.
#[derive(Clone, Debug, Default)]
pub struct ReleaseBuilder {
    /// Name of the release series.
    pub name: String,
    /// Version within the series.
    pub version: String,
    /// Date of the data, YYYY-MM-DD.
    pub date: String,
    /// Profile that applies unless another is asked for.
    pub default_profile: String,
    /// Words that every output repeats.
    pub notice: String,
    /// Data sets.
    pub sources: Vec<Source>,
    /// Markers.
    pub markers: MarkerTable,
    /// Genetic codes by clade.
    pub genetic_codes: GeneticCodeTable,
    /// Taxa, synonyms, recognised species, panel.
    pub taxonomy: Taxonomy,
    /// Records in any order.
    pub records: Vec<NewRecord>,
}

/// Why a release cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A record without an id.
    #[error("a record has no record_id")]
    NoId,
    /// One id for two records.
    #[error("record {0:?} is there twice")]
    DuplicateId(String),
    /// A record's marker is not in the table.
    #[error("record {record:?} has the unknown marker {marker:?}")]
    UnknownMarker {
        /// The record.
        record: String,
        /// Its marker.
        marker: String,
    },
    /// A record's taxon is not in the taxonomy.
    #[error("record {0:?} has a taxon that is not in the taxonomy")]
    UnknownTaxon(String),
    /// A number does not fit the file format.
    #[error("too many {0} for the file format")]
    TooMany(&'static str),
    /// Something cannot be written as canonical JSON.
    #[error(transparent)]
    Canonical(#[from] CanonicalJsonError),
}

impl ReleaseBuilder {
    /// The release file's bytes: the same for the same content, in whatever order the records came.
    ///
    /// # Errors
    ///
    /// [`BuildError`] naming the first record, in the order of ids, that is wrong.
    pub fn write(mut self) -> Result<Vec<u8>, BuildError> {
        self.records.sort_by(|a, b| a.id().cmp(b.id()));
        self.sources.sort_by(|a, b| a.id.cmp(&b.id));
        for record in &mut self.records {
            record.fields.retain(|_, text| !text.is_empty());
        }
        self.check_ids()?;
        let columns: BTreeSet<String> =
            self.records.iter().flat_map(|record| record.fields.keys().cloned()).collect();
        let columns: Vec<String> = columns.into_iter().collect();
        let mut packer = Packer::default();
        let entries = self.entries(&mut packer)?;
        let (strings, cells) = write_cells(&self.records, &columns)?;
        let markers =
            canonical_json(&MarkerSection { markers: self.markers, genetic_codes: self.genetic_codes })?;
        let taxonomy = canonical_json(&self.taxonomy)?;
        let leaves: Vec<_> = entries.iter().map(|entry| Sha256Digest::from_bytes(entry.leaf)).collect();
        let manifest = Manifest {
            name: self.name,
            version: self.version,
            date: self.date,
            default_profile: self.default_profile,
            notice: self.notice,
            sources: self.sources,
            roots: SubRoots {
                records: merkle_root_of_hashes(&leaves),
                taxonomy: Sha256Digest::of(taxonomy.as_bytes()),
                markers: Sha256Digest::of(markers.as_bytes()),
            },
        };
        let mut sections = vec![
            ("release", canonical_json(&manifest)?.into_bytes()),
            ("markers", markers.into_bytes()),
            ("taxonomy", taxonomy.into_bytes()),
            ("columns", canonical_json(&columns)?.into_bytes()),
            ("strings", strings),
            ("cells", cells),
            ("entries", entries.as_bytes().to_vec()),
        ];
        sections.extend(packer.into_sections());
        Ok(write_file(&sections))
    }

    fn check_ids(&self) -> Result<(), BuildError> {
        if self.records.iter().any(|record| record.id().is_empty()) {
            return Err(BuildError::NoId);
        }
        match self.records.windows(2).find(|pair| pair[0].id() == pair[1].id()) {
            None => Ok(()),
            Some(pair) => Err(BuildError::DuplicateId(pair[0].id().to_owned())),
        }
    }

    fn entries(&self, packer: &mut Packer) -> Result<Vec<Entry>, BuildError> {
        self.records.iter().map(|record| self.entry(record, packer)).collect()
    }

    fn entry(&self, record: &NewRecord, packer: &mut Packer) -> Result<Entry, BuildError> {
        let id = || record.id().to_owned();
        let marker = self
            .markers
            .as_slice()
            .iter()
            .position(|marker| marker.name == record.marker)
            .ok_or_else(|| BuildError::UnknownMarker { record: id(), marker: record.marker.clone() })?;
        let taxon = self.taxonomy.get(record.taxon).ok_or_else(|| BuildError::UnknownTaxon(id()))?;
        let sequence = String::from_utf8_lossy(&record.sequence);
        let fields = record.fields.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let leaf = leaf(fields, &sequence, &taxon.id, &record.marker, record.tier)?;
        Ok(Entry {
            sequence: packer.add(&record.sequence).ok_or(BuildError::TooMany("sequences"))?.into(),
            taxon: record.taxon.0.into(),
            marker: u16::try_from(marker).map_err(|_| BuildError::TooMany("markers"))?.into(),
            tier: record.tier.number(),
            reserved: 0,
            leaf: *leaf_hash(leaf.as_bytes()).as_bytes(),
        })
    }
}

/// The sections `strings` and `cells`.
fn write_cells(records: &[NewRecord], columns: &[String]) -> Result<(Vec<u8>, Vec<u8>), BuildError> {
    let text = |record: &'_ NewRecord, column: &str| record.fields.get(column).cloned().unwrap_or_default();
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    for record in records {
        for column in columns {
            numbers.entry(text(record, column)).or_insert(0);
        }
    }
    let mut offsets = vec![U64::new(0)];
    let mut pool = Vec::new();
    for (number, (string, place)) in numbers.iter_mut().enumerate() {
        *place = u32::try_from(number).map_err(|_| BuildError::TooMany("distinct texts"))?;
        pool.extend_from_slice(string.as_bytes());
        offsets.push((pool.len() as u64).into());
    }
    let count = U64::new(numbers.len() as u64);
    let strings = [count.as_bytes(), offsets.as_bytes(), &pool].concat();
    let mut cells: Vec<U32> = Vec::with_capacity(records.len() * columns.len());
    for record in records {
        cells.extend(
            columns
                .iter()
                .map(|column| U32::new(numbers.get(&text(record, column)).copied().unwrap_or_default())),
        );
    }
    Ok((strings, cells.as_bytes().to_vec()))
}
