use saola_digest::{Sha256Digest, leaf_hash, merkle_root_of_hashes};

use crate::{NewRecord, Release, ReleaseBuilder};

/// The answer of a check: never a bare yes or no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verification {
    /// Everything that was checked is as recorded.
    Good,
    /// The first thing that is wrong.
    Bad(String),
}

impl Release {
    /// Recomputes every record's leaf, the Merkle root and the sub-roots, then writes the whole file anew from its
    /// content and compares the bytes.
    ///
    /// Opening has already compared each section with its SHA-256; this also finds a file whose checksums were
    /// made to fit a changed content. That the content is the published one shows in [`Release::root`] alone.
    pub fn verify(&self) -> Verification {
        match self.first_fault() {
            None => Verification::Good,
            Some(fault) => Verification::Bad(fault),
        }
    }

    fn first_fault(&self) -> Option<String> {
        let mut leaves = Vec::with_capacity(self.record_count());
        let mut previous = "";
        for record in self.records() {
            let id = record.id();
            if id <= previous {
                return Some(format!("record {id:?} is out of order"));
            }
            previous = id;
            let Some(Ok(leaf)) = record.leaf() else {
                return Some(format!("record {id:?} cannot be read"));
            };
            let hash = leaf_hash(leaf.as_bytes());
            if hash != record.leaf_hash() {
                return Some(format!("record {id:?} does not have its recorded hash"));
            }
            leaves.push(hash);
        }
        let roots = &self.manifest().roots;
        let checks = [
            ("the records' Merkle root", merkle_root_of_hashes(&leaves), roots.records),
            ("the taxonomy's digest", Sha256Digest::of(self.section("taxonomy")), roots.taxonomy),
            ("the markers' digest", Sha256Digest::of(self.section("markers")), roots.markers),
        ];
        let wrong = checks.into_iter().find(|(_, found, recorded)| found != recorded);
        if let Some((what, found, recorded)) = wrong {
            return Some(format!("{what} is {found}, recorded is {recorded}"));
        }
        match self.to_builder().map(ReleaseBuilder::write) {
            Some(Ok(bytes)) if bytes == self.bytes() => None,
            _ => Some("the file is not what its own content writes".to_owned()),
        }
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
