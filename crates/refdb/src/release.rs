use std::{collections::BTreeMap, ops::Range, path::Path};

use saola_digest::{Sha256Digest, merkle_root_of_hashes};
use saola_seq::{GeneticCodeTable, MarkerTable};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use zerocopy::{FromBytes, little_endian::U32, little_endian::U64};

use crate::{
    Manifest, Record, SubRoots, Taxonomy, Tier,
    data::Data,
    layout::{Entry, FORMAT_VERSION, LayoutError, Section, SequenceEntry, read_sections},
    map::map_file,
    packed::unpack,
};

/// Sections that hold content; every other section is an index, derived from these.
pub(crate) const CONTENT_SECTIONS: [&str; 10] = [
    "release",
    "markers",
    "taxonomy",
    "columns",
    "strings",
    "cells",
    "entries",
    "sequences",
    "bases",
    "ambiguities",
];

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
    sections: BTreeMap<String, Range<usize>>,
    index_digest: Sha256Digest,
    root: Sha256Digest,
    manifest: Manifest,
    markers: MarkerTable,
    genetic_codes: GeneticCodeTable,
    taxonomy: Taxonomy,
    columns: Vec<String>,
}

impl Release {
    /// Maps a release file and checks its header and the SHA-256 of every section.
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
        Self::from_data(Data::Mapped(map_file(path)?), &file)
    }

    /// Opens a release that is compiled into a program. `name` stands for the file in errors.
    ///
    /// # Errors
    ///
    /// As [`Release::open`].
    pub fn from_static(bytes: &'static [u8], name: &str) -> Result<Self, OpenError> {
        Self::from_data(Data::Static(bytes), name)
    }

    /// Opens a release from memory. `name` stands for the file in errors.
    ///
    /// # Errors
    ///
    /// As [`Release::open`].
    pub fn from_bytes(bytes: Vec<u8>, name: &str) -> Result<Self, OpenError> {
        Self::from_data(Data::Owned(bytes), name)
    }

    fn from_data(data: Data, file: &str) -> Result<Self, OpenError> {
        let list = read_sections(data.bytes()).map_err(|error| convert(error, file))?;
        let damaged = |what: String| OpenError::Damaged { file: file.to_owned(), what };
        check_sections(data.bytes(), &list).map_err(damaged)?;
        let index_parts = list.iter().filter(|section| !is_content(&section.name));
        let index_digest = Sha256Digest::of_parts(
            index_parts.flat_map(|section| [section.name.as_bytes(), section.sha256.as_bytes().as_slice()]),
        );
        let sections: BTreeMap<_, _> =
            list.into_iter().map(|section| (section.name, section.range)).collect();
        let section = |name: &str| json_section(data.bytes(), &sections, name);
        let manifest: Manifest = parse("release", section("release")).map_err(damaged)?;
        let MarkerSection { markers, genetic_codes } =
            parse("markers", section("markers")).map_err(damaged)?;
        let taxonomy: Taxonomy = parse("taxonomy", section("taxonomy")).map_err(damaged)?;
        let taxonomy = taxonomy.linked().map_err(|error| damaged(error.to_string()))?;
        let columns = parse("columns", section("columns")).map_err(damaged)?;
        let root = manifest.roots.root().map_err(|error| damaged(error.to_string()))?;
        let release =
            Self { data, sections, index_digest, root, manifest, markers, genetic_codes, taxonomy, columns };
        release.check_entries().map_err(damaged)?;
        Ok(release)
    }

    /// Every entry points at things that are there, so that reading a record cannot fail later.
    fn check_entries(&self) -> Result<(), String> {
        let cells = self.typed::<U32>("cells").len();
        if self.entries().len().checked_mul(self.columns.len()) != Some(cells) {
            return Err("the number of cells does not fit the number of records".to_owned());
        }
        let packed = |entry: &SequenceEntry| u64::from(entry.bases.get().div_ceil(4));
        let needed: u64 = self.sequence_entries().iter().map(packed).sum();
        if needed > self.section("bases").len() as u64 {
            return Err("the sequences are longer than what is stored of them".to_owned());
        }
        self.check_roots()?;
        match self.entries().iter().position(|entry| self.check_entry(entry).is_none()) {
            None => Ok(()),
            Some(number) => Err(format!("record number {number} points at something that is not there")),
        }
    }

    /// The sub-roots are those of the leaves as stored and of the sections; that the leaves are those of the content
    /// is for [`Release::verify`].
    fn check_roots(&self) -> Result<(), String> {
        let leaves: Vec<_> =
            self.entries().iter().map(|entry| Sha256Digest::from_bytes(entry.leaf)).collect();
        let found = SubRoots {
            records: merkle_root_of_hashes(&leaves),
            taxonomy: Sha256Digest::of(self.section("taxonomy")),
            markers: Sha256Digest::of(self.section("markers")),
        };
        let fits = found == self.manifest.roots;
        if fits { Ok(()) } else { Err("the content does not have the recorded root".to_owned()) }
    }

    fn check_entry(&self, entry: &Entry) -> Option<()> {
        Tier::from_number(entry.tier)?;
        self.markers.as_slice().get(usize::from(entry.marker.get()))?;
        self.taxonomy.taxa().get(entry.taxon.get() as usize)?;
        self.sequence_entries().get(entry.sequence.get() as usize)?;
        Some(())
    }

    /// What the release says of itself.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The identity of everything that decides a result.
    pub const fn root(&self) -> Sha256Digest {
        self.root
    }

    /// SHA-256 over the names and digests of the index sections, in file order.
    pub const fn index_digest(&self) -> Sha256Digest {
        self.index_digest
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

    /// The taxonomy.
    pub const fn taxonomy(&self) -> &Taxonomy {
        &self.taxonomy
    }

    /// Names of the text columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Number of records.
    pub fn record_count(&self) -> usize {
        self.entries().len()
    }

    /// The record with this number, counted from 0 in the order of record ids.
    pub fn record(&self, number: u32) -> Option<Record<'_>> {
        let entry = self.entries().get(number as usize)?;
        let tier = Tier::from_number(entry.tier)?;
        let marker = self.markers.as_slice().get(usize::from(entry.marker.get()))?;
        Some(Record { release: self, number, entry, tier, marker })
    }

    /// All records, in the order of their ids.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        (0..).map_while(|number| self.record(number))
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

    pub(crate) fn bytes(&self) -> &[u8] {
        self.data.bytes()
    }

    pub(crate) fn section(&self, name: &str) -> &[u8] {
        self.sections.get(name).and_then(|range| self.data.bytes().get(range.clone())).unwrap_or_default()
    }

    fn typed<T: FromBytes + zerocopy::Immutable + zerocopy::KnownLayout + zerocopy::Unaligned>(
        &self,
        name: &str,
    ) -> &[T] {
        <[T]>::ref_from_bytes(self.section(name)).unwrap_or_default()
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        self.typed("entries")
    }

    fn sequence_entries(&self) -> &[SequenceEntry] {
        self.typed("sequences")
    }

    pub(crate) fn sequence(&self, number: u32) -> Option<Vec<u8>> {
        let entry = self.sequence_entries().get(number as usize)?;
        unpack(entry, self.section("bases"), self.section("ambiguities"))
    }

    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// Text of a cell; empty for what is not there, which `verify` finds by the record's leaf hash.
    pub(crate) fn cell(&self, record: u32, column: usize) -> &str {
        let index = (record as usize).checked_mul(self.columns.len()).and_then(|row| row.checked_add(column));
        let text = index
            .and_then(|index| self.typed::<U32>("cells").get(index))
            .and_then(|number| self.string(number.get() as usize));
        text.unwrap_or_default()
    }

    fn string(&self, number: usize) -> Option<&str> {
        let (count, rest) = U64::ref_from_prefix(self.section("strings")).ok()?;
        let count = usize::try_from(count.get()).ok()?;
        if number >= count {
            return None;
        }
        let offsets_length = count.checked_add(1)?.checked_mul(8)?;
        let (offsets, text) = rest.split_at_checked(offsets_length)?;
        let offsets = <[U64]>::ref_from_bytes(offsets).ok()?;
        let start = usize::try_from(offsets.get(number)?.get()).ok()?;
        let end = usize::try_from(offsets.get(number + 1)?.get()).ok()?;
        std::str::from_utf8(text.get(start..end)?).ok()
    }
}

fn is_content(name: &str) -> bool {
    CONTENT_SECTIONS.contains(&name)
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

fn check_sections(bytes: &[u8], sections: &[Section]) -> Result<(), String> {
    for section in sections {
        let content = bytes.get(section.range.clone()).unwrap_or_default();
        if Sha256Digest::of(content) != section.sha256 {
            return Err(format!("section {:?} does not have its recorded SHA-256", section.name));
        }
    }
    let missing = CONTENT_SECTIONS.iter().find(|name| !sections.iter().any(|section| section.name == **name));
    match missing {
        None => Ok(()),
        Some(name) => Err(format!("section {name:?} is missing")),
    }
}

fn json_section<'a>(bytes: &'a [u8], sections: &BTreeMap<String, Range<usize>>, name: &str) -> &'a [u8] {
    sections.get(name).and_then(|range| bytes.get(range.clone())).unwrap_or_default()
}

fn parse<T: DeserializeOwned>(name: &str, json: &[u8]) -> Result<T, String> {
    serde_json::from_slice(json).map_err(|error| format!("section {name:?}: {error}"))
}

#[cfg(test)]
mod tests;
