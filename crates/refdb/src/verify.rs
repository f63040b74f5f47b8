use rayon::prelude::*;
use saola_digest::{Sha256Digest, leaf_hash, merkle_root_of_hashes};

use crate::{
    NewRecord, Release, ReleaseBuilder,
    index::{IndexSection, borrow, sort_index},
    layout::{NewSection, head},
    part::Part,
};

/// The answer of a check: never a bare yes or no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verification {
    /// Everything that was checked is as recorded.
    Good,
    /// The first thing that is wrong.
    Bad(String),
}

impl Release {
    /// Recomputes every record's leaf, the Merkle root and the sub-roots, then writes every section anew, content from
    /// content and index sections by `rebuild_index`, and compares the bytes of the whole file.
    ///
    /// Nothing that the file says of itself is believed, so that this also finds a file whose checksums were made to
    /// fit a changed content, and an index that hides a record. That the content is the published one shows in
    /// [`Release::root`] alone.
    pub fn verify(&self, rebuild_index: impl FnOnce(&Self) -> Vec<IndexSection>) -> Verification {
        let content = || self.record_fault().or_else(|| self.root_fault());
        match content().or_else(|| self.section_fault(rebuild_index)) {
            None => Verification::Good,
            Some(fault) => Verification::Bad(fault),
        }
    }

    fn record_fault(&self) -> Option<String> {
        let count = u32::try_from(self.record_count()).ok();
        let Some(count) = count else { return Some("more records than the file format holds".to_owned()) };
        let fault = |number: u32| {
            let Some(record) = self.record(number) else {
                return Some(format!("record number {number} points at something that is not there"));
            };
            let id = record.id();
            let previous = number.checked_sub(1).and_then(|before| self.record(before));
            if previous.map_or("", |before| before.id()) >= id {
                return Some(format!("record {id:?} is out of order"));
            }
            let Some(Ok(leaf)) = record.leaf() else {
                return Some(format!("record {id:?} cannot be read"));
            };
            let fits = leaf_hash(leaf.as_bytes()) == record.leaf_hash();
            (!fits).then(|| format!("record {id:?} does not have its recorded hash"))
        };
        (0..count).into_par_iter().find_map_first(fault)
    }

    fn root_fault(&self) -> Option<String> {
        let leaves: Vec<_> = self.records().map(|record| record.leaf_hash()).collect();
        let roots = &self.manifest().roots;
        let checks = [
            ("the records' Merkle root", merkle_root_of_hashes(&leaves), roots.records),
            ("the taxonomy's digest", Sha256Digest::of(self.part(Part::Taxonomy)), roots.taxonomy),
            ("the markers' digest", Sha256Digest::of(self.part(Part::Markers)), roots.markers),
        ];
        let (what, found, recorded) = checks.into_iter().find(|(_, found, recorded)| found != recorded)?;
        Some(format!("{what} is {found}, recorded is {recorded}"))
    }

    fn section_fault(&self, rebuild_index: impl FnOnce(&Self) -> Vec<IndexSection>) -> Option<String> {
        let Some(Ok(mut content)) = self.to_builder().map(ReleaseBuilder::sections) else {
            return Some("the content cannot be written anew".to_owned());
        };
        // A release without an optional section is read as it was written.
        content.retain(|(part, _)| !part.is_optional() || !self.part(*part).is_empty());
        if let Some((part, _)) = content.iter().find(|(part, bytes)| self.part(*part) != bytes) {
            return Some(format!("section {:?} is not what the content writes", part.name()));
        }
        let mut index = rebuild_index(self);
        if let Err(error) = sort_index(&mut index) {
            return Some(error.to_string());
        }
        self.index_fault(&index).or_else(|| {
            let content = content.iter().map(|(part, bytes)| (part.name(), bytes.as_slice()));
            let sections: Vec<NewSection<'_>> = content.chain(index.iter().map(borrow)).collect();
            let is_same = self.bytes().starts_with(&head(&sections));
            (!is_same).then(|| "the header is not the one that the content writes".to_owned())
        })
    }

    fn index_fault(&self, rebuilt: &[IndexSection]) -> Option<String> {
        let wrong = rebuilt.iter().find_map(|(name, bytes)| match self.index_section(name) {
            None => Some(format!("the index section {name:?} is missing")),
            Some(found) if found != bytes => {
                Some(format!("the index section {name:?} is not the one that the content gives"))
            }
            Some(_) => None,
        });
        wrong.or_else(|| {
            let is_known = |name: &str| rebuilt.iter().any(|(known, _)| known == name);
            let extra = self.index_sections().find(|section| !is_known(&section.name))?;
            Some(format!("the index section {:?} is none that the content gives", extra.name))
        })
    }

    /// The release's content, ready to be changed and written again; `None` when a sequence cannot be read.
    pub fn to_builder(&self) -> Option<ReleaseBuilder> {
        let manifest = self.manifest().clone();
        let records = self.records().map(|record| {
            Some(NewRecord {
                fields: record.fields().map(|(name, text)| (name.to_owned(), text.to_owned())).collect(),
                sequence: record.sequence()?,
                marker: record.marker().name.clone(),
                taxon: record.taxon(),
                tier: record.tier(),
            })
        });
        Some(ReleaseBuilder {
            name: manifest.name,
            version: manifest.version,
            date: manifest.date,
            default_profile: manifest.default_profile,
            notice: manifest.notice,
            sources: manifest.sources,
            markers: self.markers().clone(),
            genetic_codes: self.genetic_codes().clone(),
            taxonomy: self.taxonomy().clone(),
            records: records.collect::<Option<_>>()?,
        })
    }
}
