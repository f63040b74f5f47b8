use std::{collections::BTreeMap, fmt};

use saola_digest::{CanonicalJsonError, Sha256Digest, canonical_json};
use saola_seq::Marker;
use serde::{Deserialize, Serialize};

use crate::{Release, TaxonNumber, layout::Entry};

/// How far a record may be trusted; the reasons stand in its column `tier_reasons`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Vouchered, identified by other means than the barcode, audited, and signed off by a curator.
    Forensic,
    /// Clean, but less is recorded of it.
    Screening,
    /// Kept, never used.
    Quarantine,
}

impl Tier {
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Forensic => 1,
            Self::Screening => 2,
            Self::Quarantine => 3,
        }
    }

    pub(crate) const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Forensic),
            2 => Some(Self::Screening),
            3 => Some(Self::Quarantine),
            _ => None,
        }
    }

    /// The tier's name as written in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Forensic => "forensic",
            Self::Screening => "screening",
            Self::Quarantine => "quarantine",
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One record of a release, read in place.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    pub(crate) release: &'a Release,
    pub(crate) number: u32,
    pub(crate) entry: &'a Entry,
    pub(crate) tier: Tier,
    pub(crate) marker: &'a Marker,
}

impl<'a> Record<'a> {
    /// Position in the release, from 0, in the order of record ids.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// The record's id, unique in the release.
    pub fn id(&self) -> &'a str {
        self.field("record_id")
    }

    /// The text of a column in BCDM terms; empty where nothing is recorded.
    pub fn field(&self, column: &str) -> &'a str {
        self.release.column(column).map_or("", |column| self.release.cell(self.number, column))
    }

    /// All columns that are not empty, in the release's column order.
    pub fn fields(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let (release, number) = (self.release, self.number);
        release
            .columns()
            .iter()
            .enumerate()
            .map(move |(column, name)| (name.as_str(), release.cell(number, column)))
            .filter(|(_, text)| !text.is_empty())
    }

    /// The tier.
    pub const fn tier(&self) -> Tier {
        self.tier
    }

    /// The accepted taxon.
    pub fn taxon(&self) -> TaxonNumber {
        TaxonNumber(self.entry.taxon.get())
    }

    /// The marker.
    pub const fn marker(&self) -> &'a Marker {
        self.marker
    }

    /// Number of the record's distinct sequence: records with the same number have the same bases.
    pub fn sequence_number(&self) -> u32 {
        self.entry.sequence.get()
    }

    /// The bases, in upper-case IUPAC codes; `None` when the file is damaged there.
    pub fn sequence(&self) -> Option<Vec<u8>> {
        Some(self.release.packed_sequence(self.sequence_number())?.letters())
    }

    /// The record's leaf hash in the Merkle tree, as stored.
    pub const fn leaf_hash(&self) -> Sha256Digest {
        Sha256Digest::from_bytes(self.entry.leaf)
    }

    /// The record's leaf: what is hashed, recomputed from its parts; `None` when the file is damaged there.
    pub fn leaf(&self) -> Option<Result<String, CanonicalJsonError>> {
        let sequence = String::from_utf8(self.sequence()?).ok()?;
        let taxon = &self.release.taxonomy().get(self.taxon())?.id;
        Some(leaf(self.fields(), &sequence, taxon, &self.marker.name, self.tier))
    }
}

/// The canonical JSON of a record.
pub(crate) fn leaf<'a>(
    fields: impl Iterator<Item = (&'a str, &'a str)>,
    sequence: &str,
    taxon_id: &str,
    marker: &str,
    tier: Tier,
) -> Result<String, CanonicalJsonError> {
    #[derive(Serialize)]
    struct Leaf<'a> {
        fields: BTreeMap<&'a str, &'a str>,
        marker: &'a str,
        sequence: &'a str,
        taxon: &'a str,
        tier: &'a str,
    }
    canonical_json(&Leaf { fields: fields.collect(), marker, sequence, taxon: taxon_id, tier: tier.as_str() })
}
