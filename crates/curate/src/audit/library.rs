//! What the audit knows of each record, and the haplotypes that records share.

use std::collections::BTreeMap;

use saola_refdb::{Release, TaxonNumber};

use super::sequence::is_readable;

/// A level of the lineage at which labels are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Family,
    Genus,
    Species,
}

impl Level {
    /// The next higher one.
    pub(crate) const fn above(self) -> Option<Self> {
        match self {
            Self::Family => None,
            Self::Genus => Some(Self::Family),
            Self::Species => Some(Self::Genus),
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Family => "family",
            Self::Genus => "genus",
            Self::Species => "species",
        }
    }
}

/// Of one record.
pub(crate) struct Facts {
    /// Records of one specimen have one number.
    pub(crate) specimen: u32,
    pub(crate) haplotype: u32,
    pub(crate) taxon: TaxonNumber,
    lineage: [Option<TaxonNumber>; 3],
}

impl Facts {
    pub(crate) const fn at(&self, level: Level) -> Option<TaxonNumber> {
        self.lineage[level as usize]
    }
}

/// A sequence of one marker and the records that have it.
pub(crate) struct Haplotype {
    /// Place in the marker table.
    pub(crate) marker: u32,
    pub(crate) sequence: u32,
    pub(crate) bases: u32,
    /// What is not is compared with nothing.
    pub(crate) is_readable: bool,
    /// Numbers of the records, rising.
    pub(crate) records: Vec<u32>,
}

/// All records of a release, arranged for the audit.
pub(crate) struct Library<'a> {
    pub(crate) release: &'a Release,
    /// By record number.
    pub(crate) facts: Vec<Facts>,
    pub(crate) haplotypes: Vec<Haplotype>,
    /// Readable haplotypes of a taxon in a marker, rising.
    members: BTreeMap<(u32, TaxonNumber), Vec<u32>>,
}

impl<'a> Library<'a> {
    /// Time O(n log n); memory O(n).
    pub(crate) fn new(release: &'a Release) -> Self {
        let haplotypes = haplotypes(release);
        let mut haplotype_of = vec![0; release.record_count()];
        for (number, haplotype) in (0..).zip(&haplotypes) {
            for record in &haplotype.records {
                haplotype_of[*record as usize] = number;
            }
        }
        let mut library =
            Self { release, facts: facts(release, &haplotype_of), haplotypes, members: BTreeMap::new() };
        library.arrange();
        library
    }

    fn arrange(&mut self) {
        let readable = (0..).zip(&self.haplotypes).filter(|(_, haplotype)| haplotype.is_readable);
        for (number, haplotype) in readable {
            for facts in haplotype.records.iter().map(|record| &self.facts[*record as usize]) {
                for taxon in facts.lineage.into_iter().flatten() {
                    let members = self.members.entry((haplotype.marker, taxon)).or_default();
                    if members.last() != Some(&number) {
                        members.push(number);
                    }
                }
            }
        }
    }

    /// Readable haplotypes that records of this taxon have in a marker, rising.
    pub(crate) fn members(&self, marker: u32, taxon: TaxonNumber) -> &[u32] {
        self.members.get(&(marker, taxon)).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn facts(&self, record: u32) -> &Facts {
        &self.facts[record as usize]
    }

    pub(crate) fn haplotype(&self, number: u32) -> &Haplotype {
        &self.haplotypes[number as usize]
    }

    pub(crate) fn name(&self, taxon: TaxonNumber) -> &'a str {
        self.release.taxon_name(taxon)
    }

    /// The bases of a haplotype; none when the file is damaged there.
    pub(crate) fn bases(&self, haplotype: u32) -> Vec<u8> {
        let packed = self.release.packed_sequence(self.haplotype(haplotype).sequence);
        packed.map(|packed| packed.letters()).unwrap_or_default()
    }
}

/// Records with one sequence and one marker, in the order of marker and sequence.
fn haplotypes(release: &Release) -> Vec<Haplotype> {
    let markers: BTreeMap<&str, u32> =
        release.markers().as_slice().iter().map(|marker| marker.name.as_str()).zip(0..).collect();
    let mut keys: Vec<(u32, u32, u32)> = release
        .records()
        .map(|record| (markers[record.marker().name.as_str()], record.sequence_number(), record.number()))
        .collect();
    keys.sort_unstable();
    let group = |group: &[(u32, u32, u32)]| {
        let (marker, sequence, _) = group[0];
        let packed = release.packed_sequence(sequence);
        let (bases, ambiguous) = packed.map_or((0, 0), |packed| (packed.len(), packed.ambiguities().len()));
        Haplotype {
            marker,
            sequence,
            is_readable: is_readable(ambiguous, bases),
            bases: u32::try_from(bases).unwrap_or(u32::MAX),
            records: group.iter().map(|(_, _, record)| *record).collect(),
        }
    };
    keys.chunk_by(|one, next| (one.0, one.1) == (next.0, next.1)).map(group).collect()
}

/// Facts of each record, by number.
fn facts(release: &Release, haplotype_of: &[u32]) -> Vec<Facts> {
    let taxonomy = release.taxonomy();
    let mut specimens: BTreeMap<(TaxonNumber, &str), u32> = BTreeMap::new();
    let mut lineages: BTreeMap<TaxonNumber, [Option<TaxonNumber>; 3]> = BTreeMap::new();
    let facts = |record: saola_refdb::Record<'_>, haplotype: u32, specimen: u32, lineage| Facts {
        specimen,
        haplotype,
        taxon: record.taxon(),
        lineage,
    };
    release
        .records()
        .zip(haplotype_of)
        .map(|(record, haplotype)| {
            let key = ["specimen", "museumid", "processid", "record_id"].map(|column| record.field(column));
            let key = key.into_iter().find(|cell| !cell.is_empty()).unwrap_or_default();
            let next = u32::try_from(specimens.len()).unwrap_or(u32::MAX);
            // A key is a key within one name only: data sets number their specimens alike.
            let specimen = *specimens.entry((record.taxon(), key)).or_insert(next);
            let lineage = *lineages.entry(record.taxon()).or_insert_with(|| {
                [Level::Family, Level::Genus, Level::Species]
                    .map(|level| taxonomy.at_rank(record.taxon(), level.as_str()))
            });
            facts(record, *haplotype, specimen, lineage)
        })
        .collect()
}
