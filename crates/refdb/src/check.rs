use rayon::prelude::*;
use saola_digest::{Sha256Digest, merkle_root_of_hashes};

use crate::{
    OpenError, Release, SubRoots,
    layout::{Entry, Section, SequenceEntry},
    part::Part,
    text_table,
};

impl Release {
    /// Reads every byte: each section has its recorded SHA-256, every record points at things that are there, the
    /// taxonomy is a tree and has the names of the section `taxon-names`, and the sub-roots are those of the content.
    ///
    /// That the recorded leaves are those of the records is for [`Release::verify`]. Time O(bytes), in parallel.
    ///
    /// # Errors
    ///
    /// [`OpenError::Damaged`] with the file and the first thing that is wrong.
    pub fn check(&self) -> Result<(), OpenError> {
        let checks = [Self::check_digests, Self::check_taxonomy, Self::check_entries, Self::check_roots];
        let fault = checks.into_iter().try_for_each(|check| check(self));
        fault.map_err(|what| OpenError::Damaged { file: self.file().to_owned(), what })
    }

    fn check_digests(&self) -> Result<(), String> {
        let is_damaged = |section: &&Section| Sha256Digest::of(self.content(section)) != section.sha256;
        match self.sections().par_iter().find_first(is_damaged) {
            None => Ok(()),
            Some(section) => Err(format!("section {:?} does not have its recorded SHA-256", section.name)),
        }
    }

    fn check_taxonomy(&self) -> Result<(), String> {
        let taxonomy = self.parsed_taxonomy().as_ref().map_err(String::clone)?;
        let names = self.part(Part::TaxonNames);
        let expected = || text_table::write(taxonomy.taxa().iter().map(|taxon| taxon.name.as_str()));
        if names.is_empty() || names == expected() {
            return Ok(());
        }
        Err("the names of the taxa are not those of the taxonomy".to_owned())
    }

    fn check_entries(&self) -> Result<(), String> {
        if self.entries().len().checked_mul(self.columns().len()) != Some(self.cells().len()) {
            return Err("the number of cells does not fit the number of records".to_owned());
        }
        let packed = |entry: &SequenceEntry| u64::from(entry.bases.get().div_ceil(4));
        let needed: u64 = self.sequence_entries().iter().map(packed).sum();
        if needed > self.part(Part::Bases).len() as u64 {
            return Err("the sequences are longer than what is stored of them".to_owned());
        }
        match (0..).zip(self.entries()).find(|(number, _)| self.record(*number).is_none()) {
            None => Ok(()),
            Some((number, _)) => Err(format!("record number {number} points at something that is not there")),
        }
    }

    fn check_roots(&self) -> Result<(), String> {
        let leaf = |entry: &Entry| Sha256Digest::from_bytes(entry.leaf);
        let leaves: Vec<_> = self.entries().iter().map(leaf).collect();
        let found = SubRoots {
            records: merkle_root_of_hashes(&leaves),
            taxonomy: Sha256Digest::of(self.part(Part::Taxonomy)),
            markers: Sha256Digest::of(self.part(Part::Markers)),
        };
        let fits = found == self.manifest().roots;
        if fits { Ok(()) } else { Err("the content does not have the recorded root".to_owned()) }
    }
}
