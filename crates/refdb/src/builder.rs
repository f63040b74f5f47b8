use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use saola_digest::{CanonicalJsonError, Sha256Digest, canonical_json, leaf_hash, merkle_root_of_hashes};
use saola_seq::{GeneticCodeTable, MarkerTable};
use zerocopy::{IntoBytes, little_endian::U32};

use crate::{
    Manifest, Source, SubRoots, TaxonNumber, Taxonomy, Tier,
    export::cell_fault,
    layout::{Entry, NewSection, write_file},
    packed::Packer,
    part::Part,
    record::leaf,
    release::MarkerSection,
    text_table,
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
    /// A cell that could not be given back as a table, or that a spreadsheet would run.
    #[error("record {record:?}, column {column:?}: {what}")]
    UnsafeCell {
        /// The record.
        record: String,
        /// The column.
        column: String,
        /// What is wrong with the cell.
        what: &'static str,
    },
    /// A number does not fit the file format.
    #[error("too many {0} for the file format")]
    TooMany(&'static str),
    /// Something cannot be written as canonical JSON.
    #[error(transparent)]
    Canonical(#[from] CanonicalJsonError),
    /// The output refused.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl ReleaseBuilder {
    /// The release file's bytes, without index sections: the same for the same content, in whatever order the records
    /// came and on however many threads.
    ///
    /// Time O(n log n) in the records, memory O(bytes).
    ///
    /// # Errors
    ///
    /// [`BuildError`] naming the first record, in the order of ids, that is wrong.
    pub fn write(self) -> Result<Vec<u8>, BuildError> {
        self.check_cells()?;
        let sections = self.sections()?;
        let sections: Vec<NewSection<'_>> =
            sections.iter().map(|(part, bytes)| (part.name(), bytes.as_slice())).collect();
        let mut file = Vec::new();
        write_file(&sections, &mut file)?;
        Ok(file)
    }

    /// The content sections, in the order of the file.
    pub(crate) fn sections(mut self) -> Result<Vec<(Part, Vec<u8>)>, BuildError> {
        self.records.par_sort_by(|one, other| one.id().cmp(other.id()));
        self.sources.sort_by(|a, b| a.id.cmp(&b.id));
        self.records.par_iter_mut().for_each(|record| record.fields.retain(|_, text| !text.is_empty()));
        self.check_ids()?;
        let mut packer = Packer::default();
        let numbers = self.records.iter().map(|record| packer.add(&record.sequence));
        let numbers: Vec<u32> = numbers.collect::<Option<_>>().ok_or(BuildError::TooMany("sequences"))?;
        let [sequences, bases, ambiguities] = packer.into_sections();
        let entries = self.entries(&numbers)?;
        let columns: BTreeSet<&str> =
            self.records.iter().flat_map(|record| record.fields.keys().map(String::as_str)).collect();
        let columns: Vec<&str> = columns.into_iter().collect();
        let (strings, cells) = write_cells(&self.records, &columns)?;
        let columns = canonical_json(&columns)?.into_bytes();
        self.records = Vec::new();
        let names = text_table::write(self.taxonomy.taxa().iter().map(|taxon| taxon.name.as_str()));
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
        Ok(vec![
            (Part::Release, canonical_json(&manifest)?.into_bytes()),
            (Part::Markers, markers.into_bytes()),
            (Part::Taxonomy, taxonomy.into_bytes()),
            (Part::TaxonNames, names),
            (Part::Columns, columns),
            (Part::Strings, strings),
            (Part::Cells, cells),
            (Part::Entries, entries.as_bytes().to_vec()),
            (Part::Sequences, sequences),
            (Part::Bases, bases),
            (Part::Ambiguities, ambiguities),
        ])
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

    /// New releases hold only cells that `Release::export_tsv` can give back; older ones are read as they are.
    fn check_cells(&self) -> Result<(), BuildError> {
        let fault = |record: &NewRecord| {
            record.fields.iter().find_map(|(column, cell)| {
                let what = cell_fault(column).or_else(|| cell_fault(cell))?;
                Some(BuildError::UnsafeCell { record: record.id().to_owned(), column: column.clone(), what })
            })
        };
        let faults = self.records.par_iter().filter_map(|record| Some((record.id(), fault(record)?)));
        match faults.min_by(|one, other| one.0.cmp(other.0)) {
            None => Ok(()),
            Some((_, fault)) => Err(fault),
        }
    }

    /// The entries of the records, whose sequences have these numbers.
    fn entries(&self, sequences: &[u32]) -> Result<Vec<Entry>, BuildError> {
        let each = self.records.par_iter().zip(sequences);
        // Collected before they are looked through: in parallel, any error could come first.
        let entries: Vec<_> = each.map(|(record, sequence)| self.entry(record, *sequence)).collect();
        entries.into_iter().collect()
    }

    fn entry(&self, record: &NewRecord, sequence: u32) -> Result<Entry, BuildError> {
        let id = || record.id().to_owned();
        let marker = self
            .markers
            .as_slice()
            .iter()
            .position(|marker| marker.name == record.marker)
            .ok_or_else(|| BuildError::UnknownMarker { record: id(), marker: record.marker.clone() })?;
        let taxon = self.taxonomy.get(record.taxon).ok_or_else(|| BuildError::UnknownTaxon(id()))?;
        let letters = String::from_utf8_lossy(&record.sequence);
        let fields = record.fields.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let leaf = leaf(fields, &letters, &taxon.id, &record.marker, record.tier)?;
        Ok(Entry {
            sequence: sequence.into(),
            taxon: record.taxon.0.into(),
            marker: u16::try_from(marker).map_err(|_| BuildError::TooMany("markers"))?.into(),
            tier: record.tier.number(),
            reserved: 0,
            leaf: *leaf_hash(leaf.as_bytes()).as_bytes(),
        })
    }
}

/// The sections `strings` and `cells`: texts are numbered in their order, the empty one first where a cell is empty.
fn write_cells(records: &[NewRecord], columns: &[&str]) -> Result<(Vec<u8>, Vec<u8>), BuildError> {
    let mut texts: Vec<(&str, usize)> = records
        .par_iter()
        .enumerate()
        .flat_map_iter(|(row, record)| {
            record.fields.iter().filter_map(move |(name, text)| {
                let column = columns.binary_search(&name.as_str()).ok()?;
                Some((text.as_str(), row * columns.len() + column))
            })
        })
        .collect();
    texts.par_sort_unstable();
    let mut cells = vec![U32::new(0); records.len() * columns.len()];
    let mut distinct: Vec<&str> = if texts.len() < cells.len() { vec![""] } else { Vec::new() };
    for (text, place) in texts {
        if distinct.last() != Some(&text) {
            distinct.push(text);
        }
        let number = u32::try_from(distinct.len() - 1).map_err(|_| BuildError::TooMany("distinct texts"))?;
        if let Some(cell) = cells.get_mut(place) {
            *cell = number.into();
        }
    }
    Ok((text_table::write(distinct.into_iter()), cells.as_bytes().to_vec()))
}
