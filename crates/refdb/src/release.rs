use std::{
    ops::Range,
    path::Path,
    sync::{LazyLock, OnceLock},
};

use saola_digest::Sha256Digest;
use saola_seq::{GeneticCodeTable, MarkerTable};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use zerocopy::{FromBytes, little_endian::U32};

use crate::{
    Manifest, PackedSequence, Record, TaxonNumber, Taxonomy, Tier,
    data::Data,
    layout::{Entry, FORMAT_VERSION, LayoutError, Section, SequenceEntry, read_sections},
    map::map_file,
    part::Part,
    text_table,
};

/// The `markers` section.
#[derive(Serialize, Deserialize, Default)]
pub(crate) struct MarkerSection {
    pub(crate) markers: MarkerTable,
    pub(crate) genetic_codes: GeneticCodeTable,
}

/// Why a reference release cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be read.
    #[error("the reference database cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// The file is something else.
    #[error("{file}: not a reference database of this program (the file does not begin with SAOLAREF)")]
    Foreign {
        /// The file.
        file: String,
    },
    /// The file was written by a newer program.
    #[error("{file}: file format {found}, but this program reads formats up to {FORMAT_VERSION}")]
    Newer {
        /// The file.
        file: String,
        /// Its format version.
        found: u32,
    },
    /// The file is shorter or longer than it says.
    #[error("{file}: {found} bytes, but {expected} were written: the file is cut off or has grown")]
    Truncated {
        /// The file.
        file: String,
        /// Bytes written.
        expected: u64,
        /// Bytes found.
        found: u64,
    },
    /// The content is not what was written.
    #[error("{file}: damaged: {what}")]
    Damaged {
        /// The file.
        file: String,
        /// The first thing that is wrong.
        what: String,
    },
}

impl OpenError {
    /// What the user can do about it, in one sentence.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Io(_) => "check the path, or leave out --db to use the built-in release",
            Self::Foreign { .. } => "give a file that `saola db build` wrote",
            Self::Newer { .. } => "use a newer saola, or a release in an older format",
            Self::Truncated { .. } | Self::Damaged { .. } => {
                "take a fresh copy of the release and compare its root with the published one"
            }
        }
    }
}

/// A reference release, opened.
pub struct Release {
    data: Data,
    file: String,
    sections: Vec<Section>,
    parts: [Range<usize>; Part::ALL.len()],
    root: Sha256Digest,
    manifest: Manifest,
    markers: MarkerTable,
    genetic_codes: GeneticCodeTable,
    columns: Vec<String>,
    taxonomy: OnceLock<Result<Taxonomy, String>>,
}

impl Release {
    /// Maps a release file; checks its header and section table and reads its small sections, so that the time does
    /// not grow with the number of records or taxa.
    ///
    /// A file opened so is trusted like any local file: what is damaged in it is missing from answers, and nothing
    /// else happens. Whoever writes evidence calls [`Release::check`] first, which reads every byte.
    ///
    /// # Errors
    ///
    /// [`OpenError`] with the file and the first thing that is wrong.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let file = path.display().to_string();
        // A folder or an empty file cannot be mapped, and is no release either.
        let opened = fs_err::File::open(path)?.metadata()?;
        if opened.is_dir() || opened.len() == 0 {
            return Err(OpenError::Foreign { file });
        }
        Self::from_data(Data::Mapped(map_file(path)?), file)
    }

    /// Opens a release that is compiled into a program. `name` stands for the file in errors.
    ///
    /// # Errors
    ///
    /// As [`Release::open`].
    pub fn from_static(bytes: &'static [u8], name: &str) -> Result<Self, OpenError> {
        Self::from_data(Data::Static(bytes), name.to_owned())
    }

    /// Opens a release from memory. `name` stands for the file in errors.
    ///
    /// # Errors
    ///
    /// As [`Release::open`].
    pub fn from_bytes(bytes: Vec<u8>, name: &str) -> Result<Self, OpenError> {
        Self::from_data(Data::Owned(bytes), name.to_owned())
    }

    fn from_data(data: Data, file: String) -> Result<Self, OpenError> {
        let sections = read_sections(data.bytes()).map_err(|error| convert(error, &file))?;
        let damaged = |what: String| OpenError::Damaged { file: file.clone(), what };
        let parts = find_parts(&sections).map_err(damaged)?;
        let content = |part: Part| data.bytes().get(parts[part as usize].clone()).unwrap_or_default();
        let manifest: Manifest = parse(Part::Release, content(Part::Release)).map_err(damaged)?;
        let MarkerSection { markers, genetic_codes } =
            parse(Part::Markers, content(Part::Markers)).map_err(damaged)?;
        let columns = parse(Part::Columns, content(Part::Columns)).map_err(damaged)?;
        let root = manifest.roots.root().map_err(|error| damaged(error.to_string()))?;
        let taxonomy = OnceLock::new();
        Ok(Self { data, file, sections, parts, root, manifest, markers, genetic_codes, columns, taxonomy })
    }

    /// What the release says of itself.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The identity of everything that decides a result.
    pub const fn root(&self) -> Sha256Digest {
        self.root
    }

    /// Size of the file in bytes.
    pub fn file_length(&self) -> usize {
        self.data.bytes().len()
    }

    /// SHA-256 of the whole file.
    pub fn file_digest(&self) -> Sha256Digest {
        Sha256Digest::of(self.data.bytes())
    }

    /// The markers.
    pub const fn markers(&self) -> &MarkerTable {
        &self.markers
    }

    /// Genetic codes by clade.
    pub const fn genetic_codes(&self) -> &GeneticCodeTable {
        &self.genetic_codes
    }

    /// The taxonomy, parsed when it is first asked for: time and memory O(taxa). Of a file whose taxonomy is damaged,
    /// which [`Release::check`] refuses, it has no taxa.
    pub fn taxonomy(&self) -> &Taxonomy {
        static EMPTY: LazyLock<Taxonomy> = LazyLock::new(Taxonomy::default);
        self.parsed_taxonomy().as_ref().unwrap_or(&EMPTY)
    }

    pub(crate) fn parsed_taxonomy(&self) -> &Result<Taxonomy, String> {
        self.taxonomy.get_or_init(|| {
            let taxonomy: Taxonomy = parse(Part::Taxonomy, self.part(Part::Taxonomy))?;
            taxonomy.linked().map_err(|error| error.to_string())
        })
    }

    /// The scientific name of a taxon; empty for a number that is not in use. Reads the name in place: releases that
    /// were written without the section `taxon-names` parse their taxonomy instead.
    pub fn taxon_name(&self, number: TaxonNumber) -> &str {
        match self.part(Part::TaxonNames) {
            [] => self.taxonomy().name(number),
            names => text_table::get(names, number.0 as usize).unwrap_or_default(),
        }
    }

    pub(crate) fn taxon_count(&self) -> usize {
        match self.part(Part::TaxonNames) {
            [] => self.taxonomy().taxa().len(),
            names => text_table::count(names),
        }
    }

    /// Names of the text columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Number of records.
    pub fn record_count(&self) -> usize {
        self.entries().len()
    }

    /// The record with this number, counted from 0 in the order of record ids; `None` when there is none, or when it
    /// points at something that is not there.
    pub fn record(&self, number: u32) -> Option<Record<'_>> {
        let entry = self.entries().get(number as usize)?;
        let tier = Tier::from_number(entry.tier)?;
        let marker = self.markers.as_slice().get(usize::from(entry.marker.get()))?;
        let is_sound = (entry.taxon.get() as usize) < self.taxon_count()
            && (entry.sequence.get() as usize) < self.sequence_entries().len();
        is_sound.then_some(Record { release: self, number, entry, tier, marker })
    }

    /// All records, in the order of their ids.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        let count = u32::try_from(self.record_count()).unwrap_or(u32::MAX);
        (0..count).filter_map(|number| self.record(number))
    }

    /// The record with this id. Time O(log n).
    pub fn record_by_id(&self, id: &str) -> Option<Record<'_>> {
        let (mut low, mut high) = (0, u32::try_from(self.record_count()).ok()?);
        while low < high {
            let middle = low + (high - low) / 2;
            let record = self.record(middle)?;
            match record.id().cmp(id) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(record),
            }
        }
        None
    }

    /// Number of distinct sequences.
    pub fn sequence_count(&self) -> u32 {
        u32::try_from(self.sequence_entries().len()).unwrap_or(u32::MAX)
    }

    /// The distinct sequence with this number, as it is stored: [`Record::sequence_number`] counts in these, from 0.
    /// `None` when there is none or the file is damaged there. Time O(its ambiguities).
    pub fn packed_sequence(&self, number: u32) -> Option<PackedSequence<'_>> {
        let entry = self.sequence_entries().get(number as usize)?;
        PackedSequence::new(entry, self.part(Part::Bases), self.part(Part::Ambiguities))
    }

    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.data.bytes()
    }

    pub(crate) fn sections(&self) -> &[Section] {
        &self.sections
    }

    pub(crate) fn content(&self, section: &Section) -> &[u8] {
        self.bytes().get(section.range.clone()).unwrap_or_default()
    }

    pub(crate) fn part(&self, part: Part) -> &[u8] {
        self.bytes().get(self.parts[part as usize].clone()).unwrap_or_default()
    }

    fn typed<T: FromBytes + zerocopy::Immutable + zerocopy::KnownLayout + zerocopy::Unaligned>(
        &self,
        part: Part,
    ) -> &[T] {
        <[T]>::ref_from_bytes(self.part(part)).unwrap_or_default()
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        self.typed(Part::Entries)
    }

    pub(crate) fn sequence_entries(&self) -> &[SequenceEntry] {
        self.typed(Part::Sequences)
    }

    pub(crate) fn cells(&self) -> &[U32] {
        self.typed(Part::Cells)
    }

    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// Text of a cell; empty for what is not there, which `verify` finds by the record's leaf hash.
    pub(crate) fn cell(&self, record: u32, column: usize) -> &str {
        let index = (record as usize).checked_mul(self.columns.len()).and_then(|row| row.checked_add(column));
        let text = index
            .and_then(|index| self.cells().get(index))
            .and_then(|number| text_table::get(self.part(Part::Strings), number.get() as usize));
        text.unwrap_or_default()
    }
}

/// Where each content section lies; an optional one that is not there is empty.
fn find_parts(sections: &[Section]) -> Result<[Range<usize>; Part::ALL.len()], String> {
    let mut parts = [const { None }; Part::ALL.len()];
    for (place, section) in sections.iter().enumerate() {
        if sections[..place].iter().any(|before| before.name == section.name) {
            return Err(format!("section {:?} is there twice", section.name));
        }
        if let Some(part) = Part::of(&section.name) {
            parts[part as usize] = Some(section.range.clone());
        }
    }
    let missing = Part::ALL.into_iter().find(|part| parts[*part as usize].is_none() && !part.is_optional());
    match missing {
        None => Ok(parts.map(Option::unwrap_or_default)),
        Some(part) => Err(format!("section {:?} is missing", part.name())),
    }
}

fn convert(error: LayoutError, file: &str) -> OpenError {
    let file = file.to_owned();
    match error {
        LayoutError::Foreign => OpenError::Foreign { file },
        LayoutError::Newer(found) => OpenError::Newer { file, found },
        LayoutError::Truncated { expected, found } => OpenError::Truncated { file, expected, found },
        LayoutError::Damaged(what) => OpenError::Damaged { file, what },
    }
}

fn parse<T: DeserializeOwned>(part: Part, json: &[u8]) -> Result<T, String> {
    serde_json::from_slice(json).map_err(|error| format!("section {:?}: {error}", part.name()))
}

#[cfg(test)]
mod tests;
